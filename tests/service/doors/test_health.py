"""Is the promise being kept right now? And may this process be sent traffic?"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from service.app import create, vital_signs
from service.doors import health
from service.doors.health import checked
from service.store import WrongStore
from service.watching.wellness import looked_at
from tests.doubles.gateway import refused
from tests.doubles.network import FarStore
from tests.world import World


@asynccontextmanager
async def doors_of(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The doors of the front process."""
    transport = httpx.ASGITransport(create(world.front.house))
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
        yield client


@pytest.fixture(autouse=True)
def each_look_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a test says otherwise."""
    monkeypatch.setattr(health, "FRESH_S", 0.0)


async def test_a_house_that_is_well_says_200() -> None:
    """With its counters, and without anything personal."""
    async with World() as world, doors_of(world) as client:
        await world.front.watchman.one_round()
        answer = await client.get("/health")

        report = answer.json()
        assert (answer.status_code, report["ok"], report["failing"], report["why"]) == (200, True, [], [])
        assert report["last_round_s_ago"] == 0
        assert report["counted"]["rounds"] == world.front.house.vitals.rounds
        assert answer.headers["cache-control"] == "no-store"


async def test_without_a_store_it_says_503() -> None:
    """Phones must keep what they have, and nobody is sent here."""
    far = FarStore()
    async with World(store=far) as world, doors_of(world) as client:
        far.away = True
        sick, ready = await client.get("/health"), await client.get("/ready")

        assert (sick.status_code, sick.json()["failing"]) == (503, ["store"])
        assert (ready.status_code, ready.json()["waits_for"]) == (503, ["store"])


async def test_both_fail_on_an_old_round() -> None:
    """Half a minute, by the process's own clock; they come back with the next round."""
    async with World() as world, doors_of(world) as client:
        await world.front.watchman.one_round()
        assert (await client.get("/ready")).json() == {"ready": True, "waits_for": []}
        world.clock.forward(31)
        sick, ready = await client.get("/health"), await client.get("/ready")
        assert (sick.status_code, sick.json()["failing"]) == (503, ["watchman"])
        assert (ready.status_code, ready.json()["waits_for"]) == (503, ["watchman"])
        await world.front.watchman.one_round()
        assert (await client.get("/ready")).status_code == (await client.get("/health")).status_code == 200


async def test_a_process_that_hears_nothing_of_others_is_not_ready() -> None:
    """Its phones would not be told what another process decides; it is not ill, though."""
    async with World() as world, doors_of(world) as client:
        await world.front.watchman.one_round()
        world.front.house.feed._cursors = None
        answer = await client.get("/ready")

        assert (answer.status_code, answer.json()["waits_for"]) == (503, ["feed"])
        assert (await client.get("/health")).status_code == 200


async def test_a_thousand_who_ask_at_once_cost_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may ask; the store is asked once a second."""
    monkeypatch.setattr(health, "FRESH_S", 60.0)
    looks = []

    async def counted(house: Any) -> Any:
        looks.append(1)
        return await looked_at(house)

    monkeypatch.setattr(health, "looked_at", counted)
    async with World() as world, doors_of(world) as client:
        for path in ("/health", "/ready") * 5:
            await client.get(path)

    assert len(looks) == 1


async def test_a_watchman_of_its_own_has_these_doors_and_no_other() -> None:
    """How it is, and nothing of anybody."""
    async with World() as world:
        await world.front.watchman.one_round()
        transport = httpx.ASGITransport(vital_signs(world.front.house))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            found = {path: (await client.get(path)).status_code for path in ("/health", "/ready", "/", "/v1/me")}

        assert found == {"/health": 200, "/ready": 200, "/": 404, "/v1/me": 404}


async def test_a_store_that_forgot_to_write_at_once_is_a_failing_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has changed its settings while it ran: what we acknowledge would not be on disk."""
    async with World() as world:

        async def not_durable() -> None:
            raise WrongStore("expected appendfsync always, got everysec")

        monkeypatch.setattr(world.front.house.store, "check", not_durable)
        report = await checked(world.front.house)

        assert report["failing"] == ["store"]
        assert "expected appendfsync always, got everysec" in str(report["why"])


async def test_rounds_that_stopped_and_texts_that_wait_are_failures() -> None:
    """Half a minute without a round, a minute with a text that nobody takes."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=27.9)
        anna.phone.expect_asked(texts=1, calls=2)
        world.clock.forward(6)
        await world.front.watchman.one_round()
        world.clock.forward(61)

        assert (await checked(world.front.house))["failing"] == ["watchman", "dispatch"]
        await world.settle()
        await world.pass_time(seconds=3)
        assert (await checked(world.front.house))["failing"] == []
        dad.phone.expect_text("NOT arrived")
        world.expect_error("service was away")


async def test_a_provider_that_refuses_is_named_and_does_not_take_the_house_down() -> None:
    """We can do what we promise phones; the page says what is wrong, in words without a number in them."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        await anna.sets_off(plan_min=20, timer=True)
        world.gateway.script(anna.phone.number, refused(20003))

        await anna.phone.texts("MORE 5")
        report = await checked(world.front.house)
        assert (report["ok"], report["failing"]) == (True, ["provider"])
        assert report["provider"] == "texts: our credentials were refused"

        await world.pass_time(seconds=10)
        assert (await checked(world.front.house))["failing"] == []
        anna.phone.expect_text("Ok. Until")
