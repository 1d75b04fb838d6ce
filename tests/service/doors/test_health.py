"""Is the promise being kept right now?"""

import httpx
import pytest

from service.app import create
from service.doors.health import checked
from service.store import WrongStore
from tests.doubles.gateway import refused
from tests.doubles.network import FarStore
from tests.world import World


async def test_a_house_that_is_well_says_200() -> None:
    """With its counters, and without anything personal."""
    async with World() as world:
        await world.front.watchman.one_round()
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create(world.front.house)), base_url="http://house"
        ) as client:
            answer = await client.get("/health")

        report = answer.json()
        assert (answer.status_code, report["ok"], report["failing"]) == (200, True, [])
        assert report["last_round_s_ago"] == 0
        assert answer.headers["cache-control"] == "no-store"


async def test_without_a_store_it_says_503() -> None:
    """Phones must keep what they have."""
    far = FarStore()
    async with World(store=far) as world:
        far.away = True
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create(world.front.house)), base_url="http://house"
        ) as client:
            answer = await client.get("/health")

        assert (answer.status_code, answer.json()["failing"]) == (503, ["store"])


async def test_a_store_that_forgot_to_write_at_once_is_a_failing_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has changed its settings while it ran: what we acknowledge would not be on disk."""
    async with World() as world:

        async def not_durable() -> None:
            raise WrongStore("expected appendfsync always, got everysec")

        monkeypatch.setattr(world.front.house.store, "check", not_durable)

        assert (await checked(world.front.house))["failing"] == ["store"]


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
        assert report["provider"] == "our credentials were refused"

        await world.pass_time(seconds=10)
        assert (await checked(world.front.house))["failing"] == []
        anna.phone.expect_text("Ok. Until")
