"""What is kept, how long, and why: one table, and what follows from it for a row. Pure; `service.remembered.housekeeping` does it.

`python -m service.remembered.retention` writes `docs/retention.md`; a test fails when it is stale.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from msgspec.structs import replace

from geofence.judge import NO_EVIDENCE
from service.journey.model import Journey, JourneyState
from service.maps import reports
from service.operators import reasons
from service.people.model import Traveller
from service.rows import Kept

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `kept_s` None: until what `since` says happens."""

    what: str
    kept_s: float | None
    since: str
    why: str


TRACK = Rule(
    "her track on a journey that ended well: every fix, the last place, the route",
    DAY_S,
    "it was closed",
    "she may look at it the next day; where she went is nobody's business after that",
)
JOURNEY = Rule(
    "a journey that ended well: the row, its messages, who looked, its story",
    30 * DAY_S,
    "it was closed",
    "she can see when she walked and what was told to whom",
)
INCIDENT = Rule(
    "a journey on which others were told: all of it, the track too",
    90 * DAY_S,
    "it was closed and a person had closed the incident",
    "she, her contacts or the police may come back to it",
)
OPEN = Rule(
    "a journey under way, an open or a cold incident: all of it",
    None,
    "a person closes it",
    "silence never becomes safe, however long it lasts",
)
ACCOUNT = Rule(
    "her account: name, number, contacts, her card, devices, linked trackers, hashes of PINs and tokens",
    None,
    "she erases it",
    "it is hers; without it nobody could be told",
)
ERASED = Rule(
    "of an account that was erased: what an alarm of hers needs that is open, or was closed less than a day ago",
    DAY_S,
    "a person closed the alarm",
    "her contacts still act on it; the end of it has to reach them. Without an alarm everything goes at once",
)
UNFINISHED = Rule(
    "an account whose number was never proved",
    DAY_S,
    "the last code was sent",
    "somebody typed a number; the day bounds how many codes it is sent",
)
CHANGES = Rule(
    "that something in an account was changed (contacts, PINs, devices, trackers), not what",
    90 * DAY_S,
    "it was changed",
    "she can see that it was not she",
)
AUDIT = Rule(
    "what operators did: who, when, what, the kind of reason they gave; nothing of hers",
    365 * DAY_S,
    "they did it",
    "misuse comes to light late; the journey is a hash in it",
)
REASONS = Rule(
    "an operator's look outside an alarm, with the reason in words",
    reasons.KEPT_S,
    "the look",
    "she reads it with her journey, an admin reads those of everybody",
)
LEFT_OVER = Rule(
    "a story whose journey is in the store no more (a store put back, a feed that was trimmed)",
    365 * DAY_S,
    "the last of it was written down",
    "it may be all that is left of an incident",
)
CODES = Rule(
    "the two digits that a contact answers with",
    None,
    "the track goes",
    "a digit pair is somebody else's next",
)
LINKS = Rule(
    "a contact's link (it opens nothing 60 min after the close, 24 h after an incident)",
    None,
    "the journey goes",
    "a late tap is told that it is over",
)
REPLIES = Rule(
    "which texts of a number were answered, under a keyed hash of it",
    8 * DAY_S,
    "the last of them",
    "two an hour are all, and nothing is said twice about an alert of last week",
)
ASKED = Rule(
    "how often a number or an e-mail address was invited, under a keyed hash of it",
    None,
    "that number answers",
    "three invitations over all protect a stranger, whoever sends them and whatever was erased",
)
STOPPED = Rule(
    "that a number wants no texts (STOP), or is never to be asked, under a keyed hash of it",
    None,
    "it says START",
    "it is the number's own word",
)
LAMPS = Rule(
    "a lamp that was reported out, or a place where somebody would rather not walk, under a hash of the account",
    reports.KEPT_S,
    "it was reported; at once when it is taken back or the account is erased",
    "by then it is mended, or somebody tells of it again; two accounts' word counts for more than one's",
)
TABLE = (
    TRACK, JOURNEY, INCIDENT, OPEN, ACCOUNT, ERASED, UNFINISHED, CHANGES, AUDIT, REASONS, LEFT_OVER,
    CODES, LINKS, REPLIES, ASKED, STOPPED, LAMPS,
)  # fmt: skip


class Goes(IntEnum):
    """How much of a journey has to go; each includes those before it."""

    NOTHING = 0
    TRACK = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class Fate:
    """What has to go of a journey now, by which rule, and when that became so."""

    goes: Goes
    rule: Rule
    since_at: float = 0.0


def fate(journey: Journey, now: float, erased_at: float | None = None) -> Fate:
    """Judged on one story alone: give the cover story for what her devices may still see of it."""
    over_at = over_since(journey)
    if over_at is None:
        return Fate(Goes.NOTHING, OPEN)
    told = journey.resolved_at is not None
    if erased_at is not None:
        waits = told and now < over_at + (ERASED.kept_s or 0.0)
        return Fate(Goes.NOTHING if waits else Goes.ALL, ERASED, max(over_at, erased_at))
    rule = INCIDENT if told else JOURNEY
    if now >= over_at + (rule.kept_s or 0.0):
        return Fate(Goes.ALL, rule, over_at)
    if not told and now >= over_at + (TRACK.kept_s or 0.0):
        return Fate(Goes.TRACK, TRACK, over_at)
    return Fate(Goes.NOTHING, rule, over_at)


def over_since(journey: Journey) -> float | None:
    """When it was over for everybody; None while it is not."""
    if journey.state is not JourneyState.CLOSED or journey.closed is None:
        return None
    if journey.alarm is not None or journey.sos is not None:
        return None
    return max(journey.closed.at, journey.resolved_at or 0.0)


def without_track(journey: Journey) -> Journey:
    """The journey with no place of hers left in it."""
    bare = not journey.quiet and journey.seen is None and journey.light is None
    return journey if bare else replace(journey, seen=None, quiet=(), light=None)


def stripped(kept: Kept) -> Kept:
    """The row without her track. Its sealed chunks are the store's to drop."""
    journey = without_track(kept.journey)
    bare = not (kept.fixes or kept.trackers or kept.ahead) and kept.route is None and kept.evidence == NO_EVIDENCE
    return (
        kept
        if bare and journey is kept.journey
        else replace(kept, journey=journey, route=None, ahead=(), evidence=NO_EVIDENCE, fixes=(), trackers=())
    )


def without(account: Traveller, gone: Iterable[str]) -> Traveller:
    """Her account without a word about the journeys `gone`."""
    them = set(gone)
    named = {account.live, account.last, *account.behind, *(b.journey for b in account.begun)}
    if not them & named:
        return account
    return replace(
        account,
        live=None if account.live in them else account.live,
        last=None if account.last in them else account.last,
        behind=tuple(key for key in account.behind if key not in them),
        begun=tuple(begun for begun in account.begun if begun.journey not in them),
    )


def put_behind(account: Traveller, key: str) -> Traveller:
    """Her devices are done with this journey, as with any that old; people are not."""
    if account.live != key and account.last != key and all(begun.journey != key for begun in account.begun):
        return account
    return replace(without(account, [key]), behind=tuple(dict.fromkeys((*account.behind, key))))


def never_hers(account: Traveller, now: float) -> bool:
    """A code was asked for and never keyed: nobody can get into this account, and nothing is in it."""
    used = account.devices or account.contacts or account.journeys or account.hidden or account.pin_hash is not None
    sent_at = account.sign_up.sent_at if account.sign_up is not None else ()
    last_at = max((account.created_at, *sent_at))
    return not used and account.erased_at is None and now >= last_at + (UNFINISHED.kept_s or 0.0)


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────

NOTE = "<!-- written by `python -m service.remembered.retention`; do not edit -->"
BEYOND = """\
## How it is done

The watchman's process looks at every row once an hour, a few at a time and beside its rounds. `lamplit retention
--dry-run` says what would go and why; `lamplit retention` does it at once. A row and what is told of it go in one commit,
which says so in the feed; the archivist then takes the story out of the archive (SQLite overwrites what it deletes). Dying
in the middle is harmless: what was not done is found again.

What her devices are shown follows the same table by what they are shown: under a cover story a journey leaves her list
when the cover story is old enough, whatever stands behind it.

## Export and erase

`POST /v1/export` gives her everything the first rows name, readable and for machines. `POST /v1/erase` shuts every device
out at once and takes the rest away within the minute, but for what an alarm needs: whoever was told that she is missing has
to hear the end.

## What this does not reach

- The append-only file of the store keeps old bytes until the store rewrites it, the feed until it is trimmed.
- Backups that somebody makes, the provider's own logs of messages, and what is on her contacts' phones.
- `spoken.jsonl`, which names messages (never their words or numbers) that left before the disk took them.
- The sandbox's phones on the screen.
"""


def page() -> str:
    """`docs/retention.md` as it must be."""
    rows = "\n".join(f"| {r.what} | {lasting(r.kept_s)} {_since(r)} | {r.why} |" for r in TABLE)
    return (
        f"# What is kept, and how long\n\n{NOTE}\n\nRow 25 of the timing table, as the code has it "
        f"(`service/remembered/retention.py`).\n\n| what | kept | why |\n|---|---|---|\n{rows}\n\n{BEYOND}"
    )


def lasting(seconds: float | None) -> str:
    """ "24 h", "90 days"."""
    if seconds is None:
        return "until"
    return f"{seconds / DAY_S:.0f} days" if seconds > DAY_S else f"{seconds / 3600.0:.0f} h"


def _since(rule: Rule) -> str:
    return rule.since if rule.kept_s is None else f"after {rule.since}"


if __name__ == "__main__":
    (Path(__file__).resolve().parents[2] / "docs" / "retention.md").write_text(page(), encoding="utf-8")
