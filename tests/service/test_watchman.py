"""What one round does. How rounds come about: tests/stories/test_wall_clock_is_set.py."""

import asyncio
from collections.abc import Iterable, Sequence

import pytest
from msgspec.structs import replace

from service.journey.model import JourneyState
from service.memory_store import MemoryStore
from service.people.editing import Edit, edited
from service.people.model import Reset, Traveller
from service.rows import encoded
from service.store import Put, StoreUnavailable, Unit
from service.watchman import BEHIND, BEHIND_S, UNREADABLE_S
from tests.doubles.clock import HandClock
from tests.doubles.network import FarStore
from tests.world import World


class Late(MemoryStore):
    """Answers after ten seconds when it is told to, once."""

    def __init__(self) -> None:
        self.clock, self.slow = HandClock(), False
        super().__init__(clock=self.clock)

    async def book_get(self, book: str, names: Sequence[str]) -> list[bytes | None]:
        if self.slow:
            self.slow = False
            self.clock.forward(10)
        return await super().book_get(book, names)


async def test_a_round_judges_what_is_due_and_nothing_else() -> None:
    """It says how many journeys were nominated, and writes down that it was."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        watchman, before = world.front.watchman, await walk.kept()

        assert await watchman.one_round() == 0
        assert await walk.kept() == before
        world.clock.forward_to((await world.store.due(1e15, 1))[0][1])
        assert await watchman.one_round() == 1
        assert await walk.kept() != before
        assert await world.store.book_get("service", ["round"]) != [None]


async def test_a_poisoned_row_is_put_off_and_never_blocks_the_others() -> None:
    """A row nobody can read stands first in the index: Anna's deadline is met all the same, and the row is left alone
    for a minute at a time."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        poison = Unit("poison", (Put("emma-1", 0, b"\x09?"),), wakes=(("emma-1", world.clock.now()),))
        assert await world.store.commit([poison]) == [True]

        await world.front.watchman.one_round()

        assert ("emma-1", world.clock.now() + UNREADABLE_S) in await world.store.due(1e15, 9)
        await world.pass_time(minutes=23)
        assert (await walk.journey()).due
        world.expect_error("row cannot be read")
        world.expect_error("journey cannot be judged, put off 60 s")


async def test_an_absence_is_written_down_before_anything_is_judged() -> None:
    """More than a minute since any watchman's last round: every process knows of it, also one that was not there."""
    async with World() as world:
        await world.front.watchman.one_round()
        began_at = world.clock.now()
        world.clock.forward(300)

        await world.front.watchman.one_round()
        other = await world.comes_up()
        await other.watchman.one_round()

        for process in (world.front, other):
            outage = process.house.watch.outage
            assert outage
            assert (outage.from_at, outage.to_at) == (began_at, began_at + 300)
        world.expect_error("service was away")


async def test_a_stepped_clock_is_held_for_a_minute_of_monotonic_time() -> None:
    """What is due by the new time is not judged before."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.front.watchman.one_round()
        world.clock.step_wall(1400)

        held = []
        for _ in range(4):
            held.append(await world.front.watchman.one_round())
            world.clock.forward(20)

        assert held == [0, 0, 0, 1]
        assert (await walk.journey()).due
        world.expect_error("wall clock was stepped")
        world.expect_error("service was away")


async def test_a_store_that_answers_late_is_not_a_stepped_clock() -> None:
    """Ten seconds for the first look of a round: the next one decides as ever, and nothing is said of the clock."""
    store = Late()
    async with World(store=store, clock=store.clock) as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.front.watchman.one_round()
        await world.pass_time(minutes=22)
        store.slow = True
        await world.front.watchman.one_round()
        await world.pass_time(minutes=1)
        assert (await walk.journey()).due


async def test_an_sos_is_not_held_with_a_stepped_clock() -> None:
    """Nothing new is decided for a minute; what she has pressed fires all the same."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        emma = await world.traveller("Emma", contacts=[world.contact("Finn")])
        walk = await emma.sets_off(plan_min=20, timer=True)
        await world.front.watchman.one_round()
        await anna.phone.connects()
        await anna.presses_sos()
        world.clock.step_wall(1400)

        assert await world.front.watchman.one_round() == 1
        await world.pass_time(seconds=3)

        dad.phone.expect_text("SOS from Anna")
        dad.phone.expect_call()
        assert (await walk.journey()).due is None
        world.expect_error("wall clock was stepped")
        world.expect_error("service was away")


async def test_an_account_that_is_due_is_asked_for_its_own_things() -> None:
    """A day after she asked for new PINs: she is told, beside a journey that is judged in the same round."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        at = walk.began_at + 20 * 60.0

        def forgot(account: Traveller, now: float) -> Edit:
            return Edit(replace(account, reset=Reset(asked_at=now, from_at=at)))

        await edited(world.front.house, anna.id, "reset", forgot)
        assert (anna.id, at) in await world.store.due(1e15, 9)
        await world.pass_time(minutes=20.1)

        anna.phone.expect_text("A new PIN can be set now.")
        assert (await anna.account()).reset == Reset(asked_at=walk.began_at, from_at=at, told_at=at)
        world.expect_everything()


async def test_a_wake_of_nothing_leaves_the_index() -> None:
    """A row that is gone stands in no round's way, and the round is written down."""
    async with World() as world:
        await world.front.watchman.one_round()
        nothing = Unit("wake", (Put("emma-1", 0, b""),), wakes=(("emma-2", world.clock.now()),))
        assert await world.store.commit([nothing]) == [True]

        await world.front.watchman.one_round()

        assert await world.store.due(1e15, 9) == []
        assert await world.store.load(["emma-2"]) == [None]
        world.expect_error("journey cannot be judged, put off 60 s")


async def test_without_a_store_a_round_fails_and_the_next_one_comes() -> None:
    """By hand it raises; as it is asked for by the scheduler it is only said."""
    far = FarStore()
    async with World(store=far) as world:
        far.away = True
        with pytest.raises(StoreUnavailable):
            await world.front.watchman.one_round()

        far.away = False
        assert await world.front.watchman.one_round() == 0


async def test_an_sos_gets_a_round_of_its_own() -> None:
    """At the instant it fires, whenever the next round would have been."""
    async with World() as world:
        before = world.front.house.vitals.rounds
        world.front.watchman.expect(world.clock.now() + 5)
        await world.rest()
        world.clock.forward(4.9)
        await world.rest()
        assert world.front.house.vitals.rounds == before

        world.clock.forward(0.1)
        await world.rest()

        assert world.front.house.vitals.rounds == before + 1


async def test_what_comes_due_between_two_rounds_gets_one_of_its_own() -> None:
    """Anna is due at half past the second: her question is asked then, not with the next round."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        due_at = (await world.store.due(1e15, 1))[0][1]
        world.clock.forward_to(due_at - 0.6)
        rounds = world.front.house.vitals.rounds
        running = asyncio.create_task(world.front.watchman.run())
        async with asyncio.timeout(5.0):
            while world.front.house.vitals.rounds == rounds:  # noqa: ASYNC110 (rounds come by the wall clock)
                await asyncio.sleep(0.01)
        await world.rest()
        before = await walk.kept()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

        world.clock.forward_to(due_at)
        await world.rest()

        assert await walk.kept() != before


async def test_it_is_behind_while_a_thousand_are_due() -> None:
    """And only then, and for three seconds at most: messages that can wait do."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        watchman, behind = world.front.watchman, []
        sweep = world.front.house.watch.sweep

        async def seen(keys: Iterable[str]) -> list[str]:
            behind.append(watchman.behind)
            world.clock.forward(BEHIND_S)
            behind.append(watchman.behind)
            return await sweep(keys)

        at, kept = world.clock.now(), await walk.kept()
        over = replace(kept, wake_at=at, journey=replace(kept.journey, state=JourneyState.CLOSED))
        many = [Put(f"emma-{n}", 0, encoded(over)) for n in range(BEHIND)]
        await world.store.commit([Unit(put.key, (put,), wakes=((put.key, at),)) for put in many])
        world.front.house.watch.sweep = seen  # type: ignore[method-assign]
        await watchman.one_round()

        assert behind[:2] == [True, False]
        assert not watchman.behind


async def test_rounds_do_not_run_into_each_other() -> None:
    """Asked for twice at once, they come one after the other."""
    async with World() as world:
        rounds = await asyncio.gather(*(world.front.watchman.one_round() for _ in range(3)))

        assert rounds == [0, 0, 0]
