"""Somebody sets the machine's clock while the watchman is at work, under the real scheduler."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta, tzinfo
from typing import ClassVar, Self

import pytest
from apscheduler.schedulers import base

from service.watchman import Watchman
from tests.world import Contact, Traveller, World
from tests.world_people import Walk

HOUR_S = 3600.0


class Wall(datetime):
    """What APScheduler reads the time from: the machine's clock, `off` wrong."""

    off: ClassVar[timedelta] = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + cls.off


@pytest.fixture(autouse=True)
def wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with a clock that is right."""
    monkeypatch.setattr(Wall, "off", timedelta(0))
    monkeypatch.setattr(base, "datetime", Wall)


class Night:
    """A world whose rounds are asked for by the real scheduler and guarded by the real monotonic clock."""

    def __init__(self, world: World) -> None:
        self.world, self.process = world, world.front
        house = self.process.house
        self.vitals = house.vitals
        self.watchman = Watchman(house.store, house.watch, house.clock, house.vitals, round_s=0.05, guard_s=0.25)

    async def rounds(self, n: int = 2) -> None:
        """Until so many more rounds have been, however they came about; then what they decided is sent."""
        wanted = self.vitals.rounds + n
        async with asyncio.timeout(5):
            while self.vitals.rounds < wanted:  # noqa: ASYNC110 (rounds come by real time)
                await asyncio.sleep(0.005)
        await self.process.dispatcher.one_round()
        await self.world.receipts()

    async def set_clock(self, seconds: float) -> None:
        """The wall clock is stepped; the monotonic one does not notice."""
        self.world.clock.step_wall(seconds)
        Wall.off += timedelta(seconds=seconds)
        await self.rounds(3)

    async def passes(self, *, minutes: float) -> None:
        """Time passes in steps shorter than an absence, with rounds in each."""
        for _ in range(round(minutes * 2)):
            self.world.clock.forward(30)
            await self.rounds(2)


@asynccontextmanager
async def night(world: World) -> AsyncIterator[tuple[Night, Traveller, Contact, Walk]]:
    """Anna is on her way for 60 minutes, without a phone that streams."""
    dad = world.contact("Dad")
    anna = await world.traveller("Anna", contacts=[dad])
    walk = await anna.sets_off(plan_min=20, timer=True)
    made = Night(world)
    running = asyncio.create_task(made.watchman.run())
    try:
        await made.rounds(3)
        yield made, anna, dad, walk
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.mark.parametrize("hours", [1, -1])
async def test_rounds_go_on_and_nothing_is_decided_for_a_minute(hours: int) -> None:
    """An hour forward every deadline would be over, an hour back the scheduler would sleep for an hour: rounds go on,
    the step is noticed, and for 60 s of monotonic time nobody is told anything."""
    async with World() as world:
        async with night(world) as (now, _, _, walk):
            await now.set_clock(hours * HOUR_S)
            await now.passes(minutes=0.5)

            assert (await walk.journey()).due is None
            assert world.gateway.next_receipt_at is None
        world.expect_error("wall clock was stepped")
        if hours > 0:
            world.expect_error("service was away")


async def test_the_scheduler_alone_would_have_stopped() -> None:
    """Set back, it waits for an hour that is past: the guard on the monotonic clock has run the rounds."""
    async with World() as world:
        async with night(world) as (now, _, _, _):
            before = now.vitals.late_rounds

            await now.set_clock(-HOUR_S)
            await now.rounds(3)

            assert now.vitals.late_rounds - before >= 3
        world.expect_error("wall clock was stepped")


async def test_after_the_minute_what_is_due_is_asked_of_her_first() -> None:
    """An hour forward, and it stays so: she is asked as after an absence of ours, answers, and Dad hears nothing."""
    async with World() as world:
        async with night(world) as (now, anna, dad, walk):
            await now.set_clock(HOUR_S)
            await now.passes(minutes=1)
            due = (await walk.journey()).due
            assert due
            assert due.late

            await now.passes(minutes=2)
            await world.texted(anna.phone.number, "OK 4071")
            await now.passes(minutes=3)

            assert (await walk.journey()).due is None
            anna.phone.expect_asked(texts=1, calls=1)
            anna.phone.expect_text("Ok. Until")
            dad.phone.expect_nothing()
        world.expect_error("wall clock was stepped")
        world.expect_error("service was away")
