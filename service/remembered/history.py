"""Her journeys as her devices may see them afterwards: which there were, what happened, who looked.

A journey that only a duress PIN made is none of hers until a person has closed it; one with a cover story is that story,
for as long as the table of retention keeps a journey that ended so.
"""

import sqlite3
from collections.abc import Callable, Iterable

import msgspec

from service.house import House
from service.journey.company import SAFE, looks_shown
from service.journey.cover import shown_to_her
from service.journey.model import Journey
from service.journey.said import is_over
from service.people.model import Traveller
from service.people.refusals import Refused, Why
from service.rows import Kept, UnreadableRow, journey_row
from service.store import Row
from service.telemetry import logger

from .archive import Remembered
from .chronicle import hers, read
from .retention import Goes, fate, without_track
from .why import Line, plain
from .why_words import Teller, profile_of

log = logger(__name__)

AT_ONCE = 200
SOMEBODY = "somebody who is not among your contacts any more"


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked at where she was, or asked after her: who, at what, from when to when, how often, and why.
    `journey` is empty where she was on none."""

    journey: str
    by: str
    contact: bool
    what: str
    since: float
    until: float
    times: int
    why: str


def is_hidden(key: str) -> bool:
    """Whether only a duress PIN made this journey (`plans.hidden_key`)."""
    return key.rpartition("-")[2].startswith("b")


def visible(journey: Journey, now: float) -> Journey | None:
    """The journey as her devices may see it; None where they may not know of it, or not any more."""
    shown = shown_to_her(journey)
    if is_hidden(journey.id) and not (shown is journey and is_over(journey)):
        return None
    match fate(shown, now).goes:
        case Goes.ALL:
            return None
        case Goes.TRACK:
            return without_track(shown)
    return shown


async def journeys(house: House, account: Traveller) -> list[Journey]:
    """All of hers that are kept, as her devices may see them, newest first."""
    return [shown for _, shown in await rows(house, account)]


async def rows(house: House, account: Traveller) -> list[tuple[Kept, Journey]]:
    """The same with their rows, of which nothing else may be shown to her without a thought."""
    keys = [f"{account.id}-{n}" for n in range(account.journeys, 0, -1)]
    keys += [f"{account.id}-b{n}" for n in range(account.hidden, 0, -1)]
    found: list[tuple[Kept, Journey]] = []
    now = house.clock.now()
    for first in range(0, len(keys), AT_ONCE):
        for row in await house.store.load(keys[first : first + AT_ONCE]):
            kept = _read(row) if row is not None else None
            shown = visible(kept.journey, now) if kept is not None else None
            if kept is not None and shown is not None:
                found.append((kept, shown))
    return sorted(found, key=lambda one: one[1].plan.began_at, reverse=True)


def _read(row: Row) -> Kept | None:
    """None for one that a newer process wrote."""
    try:
        return journey_row(row.key, row.value)
    except UnreadableRow as error:
        log.error("row cannot be read", error=str(error))
        return None


async def journey(house: House, account: Traveller, key: str) -> Journey:
    """One of hers, as her devices may see it. Raises Refused(NOT_FOUND) alike for every reason."""
    if key.partition("-")[0] == account.id and key != account.id:
        [row] = await house.store.load([key])
        kept = _read(row) if row is not None else None
        shown = visible(kept.journey, house.clock.now()) if kept is not None else None
        if shown is not None:
            return shown
    raise Refused(Why.NOT_FOUND, "expected the id of a journey of hers")


def looks(shown: Iterable[Journey], account: Traveller) -> list[Looked]:
    """Who looked at these, newest first: those that an SOS or a duress allowed once it is closed."""
    name = _names(account)
    found = [
        Looked(
            journey=journey.id,
            by=name(look.by) if look.contact else look.by,
            contact=look.contact,
            what=look.what,
            since=look.since,
            until=look.until,
            times=look.times,
            why=look.why,
        )
        for journey in shown
        for look in looks_shown(journey)
    ]
    return newest_first(found)


def asked(account: Traveller) -> list[Looked]:
    """Who asked SAFE? while she was on no journey, newest first."""
    name = _names(account)
    return newest_first(
        Looked(journey="", by=name(one.by), contact=True, what=SAFE, since=one.at, until=one.at, times=1, why="")
        for one in account.asked
    )


def newest_first(looks: Iterable[Looked]) -> list[Looked]:
    return sorted(looks, key=lambda look: look.since, reverse=True)


def _names(account: Traveller) -> Callable[[str], str]:
    names = {c.id: c.name for c in account.shown_contacts}
    return lambda who: names.get(who, SOMEBODY)


async def story(house: House, account: Traveller, shown: Journey) -> list[Line]:
    """What happened on one journey, as her devices may be told. Empty where the archive cannot be read."""
    return told(account, shown, await remembered(house, shown.id), house.settings.timezone)


async def remembered(house: House, key: str) -> list[Remembered]:
    """What the archive has about a row."""
    try:
        return await house.archive.story(key)
    except (OSError, sqlite3.Error) as error:
        log.warning("story cannot be read", error=type(error).__name__)
        return []


def told(account: Traveller, shown: Journey, story: Iterable[Remembered], zone: str) -> list[Line]:
    """A story in words, as her devices may be told it."""
    return plain(hers(read(story), shown), teller(account, shown, zone))


def teller(account: Traveller, shown: Journey, zone: str) -> Teller:
    """Contacts by the names her screens show."""
    return Teller(
        name=account.name,
        zone=zone,
        profile=profile_of(shown.plan.profile),
        people={c.id: c.name for c in account.shown_contacts},
    )
