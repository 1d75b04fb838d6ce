"""When we were not listening. What follows from it: tests/stories/test_rows_absence.py, test_service_was_down.py."""

import asyncio

import msgspec

from service import absence
from service.journey.model import LinkState
from tests.doubles.clock import HandClock
from tests.doubles.network import FarStore
from tests.world import World


async def marked(world: World, name: str, at: float) -> None:
    await world.store.book_put(absence.BOOK, name, msgspec.msgpack.encode(at))


async def test_a_first_start_was_never_away() -> None:
    """Nobody has promised to listen yet."""
    async with World() as world:
        await absence.notice(world.store, world.front.house.watch, world.clock.now())

        assert world.front.house.watch.outage is None


async def test_a_dead_door_is_our_silence_however_alive_the_rounds_are() -> None:
    """The web process is gone for half an hour and the watchman goes his rounds: Anna's phone is not called silent, and
    her contacts hear nothing of it. Without the doors' own mark they would be told that it is."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=60)
        await anna.walks(walk, minutes=1)
        await marked(world, absence.DOOR, world.clock.now())
        await anna.phone.goes_dark()

        await world.pass_time(minutes=30)

        assert (await walk.journey()).link.state in (LinkState.LIVE, LinkState.STALE)
        anna.phone.expect_nothing()
        world.expect_error("service was away")

        await marked(world, absence.DOOR, world.clock.now() + 1e6)  # the doors are back, and she is not
        await world.pass_time(minutes=20)
        anna.phone.expect_text("Your phone has gone quiet")
        world.expect_everything()


async def test_an_outage_is_said_once_and_grows() -> None:
    """From the same moment, to a later one with every round."""
    async with World() as world:
        watch, began_at = world.front.house.watch, world.clock.now()
        await absence.stood_round(world.store, began_at)
        for after_s in (61.0, 62.0):
            await absence.notice(world.store, watch, began_at + after_s)
            assert watch.outage
            assert (watch.outage.from_at, watch.outage.to_at) == (began_at, began_at + after_s)

        assert len(world.errors) == 1
        world.expect_error("service was away")


async def test_a_process_with_doors_keeps_its_mark_and_learns_of_outages() -> None:
    """Every five seconds of the clock; a store that is away is asked again."""
    far, clock = FarStore(), HandClock()
    async with World(store=far, clock=clock) as world:
        other = await world.comes_up()
        far.away = True
        keeping = asyncio.create_task(absence.keep_door(far, other.house.watch, clock))
        await asyncio.sleep(0.01)
        far.away = False
        await world.until(lambda: clock.next_waking_at, "its first mark")
        await absence.stood_round(far, clock.now() - 100.0)
        await absence.notice(far, world.front.house.watch, clock.now())
        assert other.house.watch.outage is None

        clock.forward(absence.ALIVE_S)
        await world.until(lambda: other.house.watch.outage, "the outage")

        [mark] = await far.book_get(absence.BOOK, [absence.DOOR])
        assert mark is not None
        assert msgspec.msgpack.decode(mark, type=float) == clock.now()
        assert other.house.watch.outage == world.front.house.watch.outage
        keeping.cancel()
        world.expect_error("service was away")
