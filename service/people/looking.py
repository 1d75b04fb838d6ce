"""A look at where she is: written down before anything of it is shown (promise 5)."""

import asyncio
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from service.house import House
from service.journey.advance import advance, resumed
from service.journey.cover import seen_by, shown_to
from service.journey.events import Event
from service.journey.model import Journey
from service.journey.sight import Sight, operators_sight, sight_of
from service.journey.turn import Outcome
from service.rows import Kept, ScreenChanged, in_log
from service.store import StoreUnavailable
from service.watch import Change, NoSuchJourney, Record

STREET, PLACE = "street", "place"
WRITTEN_S = 3.0
"""How long a page waits for its look to be on disk, before it does without."""
Allowed = Callable[[Journey], str]
"""What of her place (STREET, PLACE or "") may be looked at, judged once time has been applied."""


class NotWritten(Exception):
    """The look is not on disk as far as we know: nothing of it may be shown."""


async def contact_looks(house: House, key: str, contact: str) -> Kept | None:
    """The journey as it stood when this contact's look went to disk; None where there is nothing to look at any more.

    Raises NotWritten, NoSuchJourney.
    """

    def allowed(journey: Journey) -> str:
        view = shown_to(journey, contact)
        return open_to(view, sight_of(view, contact))

    return await look(house, key, contact, allowed)


async def operator_looks(house: House, key: str, operator: str, why: str = "") -> Kept | None:
    """The same for an operator. With a reason the place is shown whatever the journey's state: she reads the reason."""

    def allowed(journey: Journey) -> str:
        return open_to(journey, Sight.TRACK if why else operators_sight(journey))

    return await look(house, key, operator, allowed, why)


def open_to(view: Journey, sight: Sight) -> str:
    """What somebody with this much sight looks at; "" where there is nothing."""
    if view.seen is None or sight < Sight.STREET:
        return ""
    return STREET if sight is Sight.STREET else PLACE


async def look(
    house: House, key: str, viewer: str, allowed: Allowed, why: str = "", *, within_s: float = WRITTEN_S
) -> Kept | None:
    """See `contact_looks`."""

    def write(records: Mapping[str, Record | None], now: float) -> Change:
        kept = records[key]
        if not isinstance(kept, Kept):
            raise NoSuchJourney(key)
        first = _after_outage(house, kept.journey, now)
        what = allowed(advance(first.journey, now).journey)
        if not what:
            return Change()
        then = seen_by(first.journey, viewer, what, now, why)
        events = (*_events(kept.journey, first, now), *_events(first.journey, then, now))
        kept = replace(kept, journey=then.journey)
        return Change({key: kept}, events, (*first.notices, *then.notices), answer=kept)

    try:
        async with asyncio.timeout(within_s):
            answer: Kept | None = await house.watch.transact((key,), write)
    except (TimeoutError, StoreUnavailable, RuntimeError) as error:  # RuntimeError: the store will not write it
        raise NotWritten from error
    return answer


def _after_outage(house: House, journey: Journey, now: float) -> Outcome:
    """Time in which we were not listening is never counted as her silence, by a look no more than by anything else."""
    outage = house.watch.outage
    if outage is None or (journey.outage is not None and journey.outage.to_at >= outage.to_at):
        return Outcome(journey)
    return resumed(journey, outage, now)


def _events(before: Journey, outcome: Outcome, now: float) -> tuple[Event, ...]:
    """What the feed hears of; a look in the cover story alone is news for her screens only."""
    told = in_log(before, outcome, now)
    return (*told, ScreenChanged(at=now)) if outcome.cover and not outcome.events else told
