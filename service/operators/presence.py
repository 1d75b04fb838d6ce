"""Who is on shift: an operator is signed on and alive until a minute after the last request of her browser.

The book `operators-alive` has a row per name with the instant until which it holds. Nobody is counted whose account is
gone. When an alarm comes up to operators and nobody is there, that is written into its log.
"""

import asyncio

import msgspec

from service.clock import ScaledClock
from service.house import House
from service.journey import claims
from service.journey.events import DuressEntered, Event, OperatorsCalled, SosFired
from service.journey.model import Incident, Journey
from service.journey.turn import OPERATOR, Answer, Outcome
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import NoSuchJourney

from .accounts import ALIVE, NOBODY, accounts

log = logger(__name__)

ALIVE_S = 60.0
NOBODY_THERE = "No operator was signed on."
_NOTHING = Answer(True, "done", to=OPERATOR)
_CALLS_OPERATORS = (OperatorsCalled, SosFired, DuressEntered)


async def seen(house: House, name: str, now: float) -> None:
    """A request came with this operator's session."""
    await house.store.book_put(ALIVE, name, msgspec.json.encode(now + in_this_world_s(house, ALIVE_S)))


async def gone(house: House, name: str) -> None:
    """Signed out, or removed."""
    await house.store.book_drop(ALIVE, name)


async def alive(house: House, now: float) -> tuple[str, ...]:
    """The names of those on shift. Raises StoreUnavailable."""
    book = await house.store.book_all(ALIVE)
    there = [name for name, until in book.items() if now < msgspec.json.decode(until, type=float)]
    if not there:
        return ()
    known = {account.name for account in await accounts(house.store)}
    return tuple(sorted(known.intersection(there)))


def watch_for_nobody(house: House) -> None:
    """From here on every alarm that calls operators while nobody is on shift says so in its log."""
    noting: set[asyncio.Task[None]] = set()

    def on_event(key: str, _version: int, event: Event) -> None:
        if isinstance(event, _CALLS_OPERATORS):
            task = asyncio.create_task(note_nobody(house, key, event.at))
            noting.add(task)
            task.add_done_callback(noting.discard)

    house.feed.listen(on_event)


async def note_nobody(house: House, key: str, at: float) -> None:
    """Writes down that nobody was on shift when this incident came up to operators, if so; once, whoever notices."""
    try:
        if await alive(house, house.clock.now()):
            return
        log.warning("operators are called and nobody is signed on", journey=key)
        await house.watch.ask(key, lambda journey, now, _proof: _noted(journey, at, now))
    except (StoreUnavailable, NoSuchJourney, RuntimeError) as error:
        log.warning("nobody is signed on, and that cannot be written down", journey=key, error=str(error))


def _noted(journey: Journey, at: float, now: float) -> Outcome:
    incident = journey.alarm
    if incident is None or _is_noted(incident, at):
        return Outcome(journey, answer=_NOTHING)
    return claims.logged(journey, NOBODY, "note", NOBODY_THERE, now, by_a_person=False)


def _is_noted(incident: Incident, at: float) -> bool:
    return any(line.by == NOBODY and line.at >= at for line in incident.log)


def in_this_world_s(house: House, seconds: float) -> float:
    """So many seconds of a person at a screen, by the house's clock: a sandbox's may be fast, people are not."""
    clock = house.clock
    return seconds * (max(1.0, clock.factor) if isinstance(clock, ScaledClock) else 1.0)
