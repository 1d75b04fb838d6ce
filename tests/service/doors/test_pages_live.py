"""Every journey that somebody may have to look at."""

import asyncio
from dataclasses import replace

from service.doors.pages_live import LiveJourneys
from service.feed import Feed
from service.journey import pressed
from service.journey.model import Proof
from service.store import Put, Unit

from .neighbourhood import Neighbourhood


async def test_a_journey_under_way_is_found_with_whose_it_is(street: Neighbourhood) -> None:
    """Accounts are no journeys."""
    journey = await street.sets_off()

    [(kept, account)] = await LiveJourneys(street.house).all()

    assert (kept.journey.id, account.name) == (journey.id, "Anna")


async def test_a_closed_journey_is_nobodys_concern(street: Neighbourhood) -> None:
    """It is gone from the list."""
    journey = await street.sets_off()
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)

    assert await LiveJourneys(street.house).all() == []


async def test_a_row_that_cannot_be_read_hides_no_other(street: Neighbourhood) -> None:
    """A newer process wrote it: the rest is shown."""
    journey = await street.sets_off()
    newer = Put(f"{journey.traveller}-99", 0, b"\xff?")
    assert await street.house.store.commit([Unit("newer", (newer,))]) == [True]

    assert [kept.journey.id for kept, _ in await LiveJourneys(street.house).all()] == [journey.id]


async def test_without_a_feed_the_store_is_asked_once_a_second(street: Neighbourhood) -> None:
    """Many who look at once cost one look."""
    live = LiveJourneys(replace(street.house, feed=Feed(street.house.store)))
    first = await live.all()

    await street.sets_off()

    assert await live.all() == first == []


async def test_with_the_feed_a_change_is_seen_at_once(street: Neighbourhood) -> None:
    """Anna sets off and ends it: the list knows both times, and reads only what the feed named."""
    live = LiveJourneys(street.house)
    assert await live.all() == []

    journey = await street.sets_off()
    await _until_it_says(live, [journey.id])
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)
    await _until_it_says(live, [])


async def _until_it_says(live: LiveJourneys, keys: list[str]) -> None:
    async with asyncio.timeout(2.0):
        while [kept.journey.id for kept, _ in await live.all()] != keys:  # noqa: ASYNC110 (there is nobody to wait for)
            await asyncio.sleep(0.001)
