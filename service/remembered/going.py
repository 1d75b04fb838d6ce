"""What goes of one traveller's rows now: from the rows as they are to one commit. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from service.journey.cover import shown_to, shown_to_her
from service.journey.model import Journey
from service.journey.sight import was_told
from service.people.model import Contact, Traveller
from service.rows import AccountChanged, Forgotten, Kept, encoded, event_bytes
from service.store import Put, Unit

from .retention import (
    ERASED,
    TRACK,
    UNFINISHED,
    Goes,
    Rule,
    fate,
    never_hers,
    over_since,
    put_behind,
    stripped,
    without,
)
from .retention import without_track as bare

AT_ONCE = 200
"""Rows that go in one commit; what is left goes in the next."""


@dataclass(frozen=True, slots=True)
class Hers:
    """A traveller's rows as they were read, each with its version. `whole` is False where one could not be read."""

    id: str
    account: tuple[int, Traveller] | None
    journeys: Sequence[tuple[int, Kept]]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Going:
    """One thing that goes, by which rule, and since when it is over."""

    key: str
    rule: Rule
    since_at: float = 0.0


@dataclass(slots=True)
class Decision:
    """`journeys` and `tracks` go, with what books hold for them; `account` goes altogether; of an account that is only
    kept for an alarm `contacts` go. `uncovered`: her screens are shown her contacts and her card as they are again."""

    hers: Hers
    going: list[Going] = field(default_factory=list)
    journeys: list[Kept] = field(default_factory=list)
    tracks: list[Kept] = field(default_factory=list)
    contacts: tuple[Contact, ...] = ()
    account: Traveller | None = None
    uncovered: bool = False
    more: bool = False
    puts: list[Put] = field(default_factory=list)
    untrack: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def unit(self, commit_id: str, now: float) -> Unit | None:
        """The commit; None when everything stays. It says in the feed which rows are gone."""
        if not self.puts:
            return None
        events = [event_bytes(key, Forgotten(at=now)) for key in self.forgotten]
        if self.uncovered:
            events.append(event_bytes(self.hers.id, AccountChanged(at=now, what="contacts")))
        return Unit(commit_id, tuple(self.puts), events=tuple(events), untrack=tuple(self.untrack))

    @property
    def people(self) -> Iterator[Contact]:
        """Everybody whose number may hold something for these journeys."""
        known = self.hers.account[1] if self.hers.account is not None else None
        return iter(() if known is None else {c.id: c for c in (*(known.cover or ()), *known.contacts)}.values())


def decide(hers: Hers, now: float) -> Decision:
    """By the table of `service.remembered.retention`, for what is true and for what her devices are shown alike."""
    done = Decision(hers)
    account = hers.account[1] if hers.account is not None else None
    after = account
    for version, kept in hers.journeys:
        after = _journey(done, version, kept, after, now)
    if account is None or hers.account is None:
        return done
    version = hers.account[0]
    empty = hers.whole and len(done.journeys) == len(hers.journeys)
    if never_hers(account, now) or (account.erased_at is not None and empty):
        done.going.append(Going(hers.id, UNFINISHED if account.erased_at is None else ERASED, account.erased_at or 0.0))
        done.puts.append(Put(hers.id, version, None))
        done.forgotten.append(hers.id)
        done.account, done.contacts = account, tuple(done.people)
        return done
    if after is not None and after.erased_at is not None:
        after = _needed(done, after, now)
    elif after is not None:
        after = _uncovered(done, after)
    if after is not None and after is not account:
        done.puts.append(Put(hers.id, version, encoded(after)))
    return done


def _journey(done: Decision, version: int, kept: Kept, account: Traveller | None, now: float) -> Traveller | None:
    """Decides about one journey; returns her account as it is after that."""
    journey, key = kept.journey, kept.journey.id
    found = fate(journey, now, account.erased_at if account is not None else None)
    if found.goes is Goes.ALL:
        if len(done.forgotten) >= AT_ONCE:
            done.more = True
            return account
        done.going.append(Going(key, found.rule, found.since_at))
        done.puts.append(Put(key, version, None))
        done.journeys.append(kept)
        done.forgotten.append(key)
        return account if account is None else without(account, [key])
    if found.goes is Goes.TRACK:
        after = stripped(kept)
        if after is not kept:
            done.going.append(Going(key, TRACK, found.since_at))
            done.puts.append(Put(key, version, encoded(after)))
            done.untrack.append(key)
            done.tracks.append(kept)
        return account
    return _cover(done, version, kept, account, now)


def _cover(done: Decision, version: int, kept: Kept, account: Traveller | None, now: float) -> Traveller | None:
    """What stands behind a cover story stays; of the story itself goes what would go of a journey that ended so."""
    journey = kept.journey
    shown = shown_to_her(journey)
    if shown is journey:
        return account
    goes = fate(shown, now).goes
    if goes >= Goes.TRACK and bare(shown) is not shown:
        done.puts.append(Put(journey.id, version, encoded(replace(kept, journey=replace(journey, shadow=bare(shown))))))
    return account if account is None or goes is not Goes.ALL else put_behind(account, journey.id)


def _uncovered(done: Decision, account: Traveller) -> Traveller:
    """What was changed under duress was shown and not made. Once people have closed all that it covered, nobody needs
    it, and she must not go on believing it."""
    covered = not done.hers.whole or any(kept.journey.shadow is not None for _, kept in done.hers.journeys)
    if covered or (account.cover is None and account.cover_card is None):
        return account
    done.uncovered = True
    return replace(account, cover=None, cover_card=None)


def _needed(done: Decision, account: Traveller, now: float) -> Traveller:
    """Of an erased account that an alarm still needs: only those who know of it."""
    going = set(done.forgotten)
    alarms = [kept.journey for _, kept in done.hers.journeys if kept.journey.id not in going]
    needed = {c.id for c in account.contacts if account.still_told(c.id) and any(_knows(j, c, now) for j in alarms)}
    done.contacts = tuple(c for c in account.contacts if c.id not in needed)
    if not done.contacts and account.cover is None:
        return account
    return replace(account, contacts=tuple(c for c in account.contacts if c.id in needed), cover=None)


def _knows(journey: Journey, contact: Contact, now: float) -> bool:
    """Whether this alarm is for this person's eyes, or was until a day ago: whoever was told has to hear the end."""
    if over_since(journey) is None and contact.on_sos_list:
        return True
    incident = shown_to(journey, contact.id).incident
    if incident is None or not was_told(incident, contact.id):
        return False
    return incident.resolved is None or now < incident.resolved.at + (ERASED.kept_s or 0.0)
