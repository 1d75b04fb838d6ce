"""The ping goes out while all is well, and nothing else makes a sound."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from service.store import StoreUnavailable
from service.watching import dead_man
from service.watching.auditor import Audit
from service.watching.dead_man import DeadMan
from service.watching.meters import HELD_BACK, NOT_TAKEN, SENT
from tests.doubles.gateway import refused
from tests.doubles.network import FarStore
from tests.world import World

from .outside import PATH, Outside, outside

CLEAN = Audit(at=0.0)


@asynccontextmanager
async def pinged(world: World) -> AsyncIterator[tuple[DeadMan, Outside]]:
    """A house that is well, and whom it pings."""
    async with outside() as somebody:
        somebody.pings(world.front.house)
        man = DeadMan(world.front.house)
        await world.front.watchman.one_round()
        try:
            yield man, somebody
        finally:
            await man.close()


async def test_it_pings_once_a_minute_and_says_nothing_else() -> None:
    """A bare GET of the address; in between it is silent, however often it is asked."""
    async with World() as world, pinged(world) as (man, somebody):
        said = [await man.turn(CLEAN, now_s) for now_s in (0.0, 5.0, 59.0, 60.0)]

        assert said == [SENT, None, None, SENT]
        assert somebody.heard == [f"GET {PATH}"] * 2


async def test_without_an_address_nobody_is_told() -> None:
    """That is how it comes."""
    async with World() as world:
        man = DeadMan(world.front.house)

        assert await man.turn(CLEAN, 0.0) is None
        await man.close()


async def test_rounds_that_stop_silence_it() -> None:
    """And rounds that come back let it speak again, a minute later at most."""
    async with World() as world, pinged(world) as (man, somebody):
        world.clock.forward(31)
        assert await man.turn(CLEAN, 0.0) == HELD_BACK
        assert somebody.heard == []
        await world.front.watchman.one_round()
        assert await man.turn(CLEAN, 60.0) == SENT
        world.expect_error("dead-man ping is held back")


@pytest.mark.parametrize("found", [{"wakes": 1}, {"notices": (0, 1, 0)}, {"mended": 1}, {"stuck": 1}])
async def test_an_auditor_that_found_something_silences_it(found: dict[str, object]) -> None:
    """Whatever it was."""
    async with World() as world, pinged(world) as (man, somebody):
        assert await man.turn(Audit(at=0.0, **found), 0.0) == HELD_BACK  # type: ignore[arg-type]  # as it says
        assert somebody.heard == []
        world.expect_error("dead-man ping is held back")


async def test_a_store_that_takes_no_write_silences_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading alone is not enough: a write has to be on its disk."""
    far = FarStore()
    async with World(store=far) as world, pinged(world) as (man, somebody):

        async def read_only(*_: object, **__: object) -> bool:
            raise StoreUnavailable("the store refuses: READONLY")

        monkeypatch.setattr(far, "book_put", read_only, raising=False)
        assert await man.turn(CLEAN, 0.0) == HELD_BACK
        assert somebody.heard == []
        world.expect_error("dead-man ping is held back")


async def test_a_provider_that_refuses_for_ten_minutes_silences_it() -> None:
    """A hiccup does not: nobody is woken because one text had to be sent twice."""
    async with World() as world, pinged(world) as (man, _):
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        await anna.sets_off(plan_min=40, timer=True)
        world.gateway.always(anna.phone.number, refused(20003))
        await anna.phone.texts("MORE 5")
        assert await man.turn(CLEAN, 0.0) == SENT
        await world.pass_time(minutes=9)
        assert await man.turn(CLEAN, 540.0) == SENT
        await world.pass_time(minutes=2)
        assert await man.turn(CLEAN, 660.0) == HELD_BACK
        world.expect_error("dead-man ping is held back")


async def test_one_that_is_not_taken_is_tried_again_with_growing_pauses() -> None:
    """5, 10, 20, 40 s, then every minute; the first one taken ends it."""
    async with World() as world, pinged(world) as (man, somebody):
        somebody.status = 503
        now_s = 0.0
        tried: list[float] = []
        while len(tried) < 7:
            if await man.turn(CLEAN, now_s) == NOT_TAKEN:
                tried.append(now_s)
            now_s += 5.0
        somebody.status = 204

        assert [b - a for a, b in pairwise(tried)] == [5, 10, 20, 40, 60, 60]
        assert await man.turn(CLEAN, now_s + 60.0) == SENT


async def test_somebody_who_takes_the_call_and_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for it for long; so is an address where nobody is."""
    monkeypatch.setattr(dead_man, "TIMEOUT_S", 0.1)
    async with World() as world, pinged(world) as (man, somebody):
        somebody.hangs = True
        assert await man.turn(CLEAN, 0.0) == NOT_TAKEN
    async with World() as world, pinged(world) as (man, somebody):
        somebody.url = "http://127.0.0.1:9/nobody"
        somebody.pings(world.front.house)
        other = DeadMan(world.front.house)
        assert await other.turn(CLEAN, 0.0) == NOT_TAKEN
        await other.close()


async def test_the_address_is_never_logged() -> None:
    """Whoever knows it could keep somebody outside believing that all is well."""
    async with World() as world, pinged(world) as (man, somebody):
        with capture_logs() as lines:
            for now_s, status in ((0.0, 500), (60.0, 200)):
                somebody.status = status
                await man.turn(CLEAN, now_s)
            world.clock.forward(31)
            await man.turn(CLEAN, 5_000.0)

        assert len(lines) >= 3
        assert "secret" not in str(lines)
        assert somebody.url not in repr(world.front.house.settings)
