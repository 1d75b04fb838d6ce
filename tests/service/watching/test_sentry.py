"""One of all processes looks and pings; when it dies, another does."""

import asyncio

import pytest

from service.watching import sentry
from service.watching.auditor import newest
from service.watching.sentry import LEASE_S, Sentry
from tests.doubles.network import FarStore
from tests.world import World

from .outside import outside


async def test_of_two_processes_one_looks() -> None:
    """The other takes over once the lease of the first has run out."""
    async with World() as world:
        first, second = Sentry(world.front.house), Sentry((await world.comes_up()).house)
        for one in (first, second):
            await one.turn()
        await world.pass_time(minutes=1)

        assert await first.turn() is not None
        assert await second.turn() is None
        world.clock.forward(LEASE_S)
        assert await second.turn() is not None
        assert await first.turn() is None


async def test_it_looks_once_a_minute_however_often_its_turn_comes() -> None:
    """A look is cheap, and still not for every five seconds."""
    async with World() as world:
        one = Sentry(world.front.house)
        await one.turn()
        await world.pass_time(minutes=1)

        assert await one.turn() is not None
        assert await one.turn() is None


async def test_it_pings_once_it_has_looked_and_not_before() -> None:
    """A house that has just started has nothing to say yet, good or bad."""
    async with World() as world, outside() as somebody:
        somebody.pings(world.front.house)
        one = Sentry(world.front.house)
        await one.turn()
        assert somebody.heard == []
        await world.pass_time(minutes=1)
        await one.turn()

        assert len(somebody.heard) == 1
        await one.dead_man.close()


async def test_it_lives_through_a_store_that_is_away_and_through_any_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says then is in the log; the next turn comes. Whatever waits in the store is blamed on nobody."""
    monkeypatch.setattr(sentry, "TURN_S", 0.001)
    far = FarStore()
    async with World(store=far) as world:
        one = Sentry(world.front.house)
        far.away = True
        running = asyncio.create_task(one.run())
        await asyncio.sleep(0.02)
        far.away = False
        broken = one.auditor.look

        async def fails() -> None:
            raise RuntimeError("a bug")

        monkeypatch.setattr(one.auditor, "look", fails)
        await asyncio.sleep(0.02)
        monkeypatch.setattr(one.auditor, "look", broken)
        world.expect_error("auditor failed")
        assert await newest(world.store) is None

        world.clock.forward(60)
        async with asyncio.timeout(5):
            while await newest(world.store) is None:  # noqa: ASYNC110 (its turns come by real time)
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_turn_that_hangs_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no round: nothing has waited for it."""
    monkeypatch.setattr(sentry, "LIMIT_S", 0.01)
    monkeypatch.setattr(sentry, "TURN_S", 0.001)
    async with World() as world:
        one = Sentry(world.front.house)
        turns = []

        async def hangs() -> None:
            turns.append(1)
            await asyncio.sleep(30)

        monkeypatch.setattr(one.auditor, "look", hangs)
        running = asyncio.create_task(one.run())
        async with asyncio.timeout(5):
            while len(turns) < 2:  # noqa: ASYNC110 (its turns come by real time)
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        world.expect_error("auditor stuck")
