"""Who may read the figures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from service.app import create, vital_signs
from tests.world import World

TOKEN = "lamps of Medway, all of them"
HERE, ELSEWHERE = ("127.0.0.1", 5000), ("203.0.113.9", 5000)


@asynccontextmanager
async def asked_from(
    world: World, client: tuple[str, int], *, token: str = "", public_url: str = ""
) -> AsyncIterator[httpx.AsyncClient]:
    """The doors, as somebody at this address finds them."""
    house = world.front.house
    house.settings = house.settings.model_copy(update={"metrics_token": SecretStr(token), "public_url": public_url})
    transport = httpx.ASGITransport(create(house), client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as asking:
        yield asking


async def test_from_this_machine_where_nothing_is_public() -> None:
    """A newcomer's `curl` works, with the type that Prometheus expects."""
    async with World() as world, asked_from(world, HERE) as client:
        answer = await client.get("/metrics")

        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        assert "\nlamplit_healthy " in answer.text


@pytest.mark.parametrize(("client", "public_url"), [(ELSEWHERE, ""), (HERE, "https://lamplit.example")])
async def test_nobody_else_finds_a_door_there(client: tuple[str, int], public_url: str) -> None:
    """Behind a proxy every stranger comes from this machine: where there is a public address, that opens nothing."""
    async with World() as world, asked_from(world, client, public_url=public_url) as asking:
        answer = await asking.get("/metrics")

        assert answer.status_code == 404
        assert "lamplit_" not in answer.text


@pytest.mark.parametrize("client", [HERE, ELSEWHERE])
@pytest.mark.parametrize("given", ["", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer é"])
async def test_where_a_token_is_set_it_takes_the_token(client: tuple[str, int], given: str) -> None:
    """From anywhere, this machine included."""
    async with World() as world, asked_from(world, client, token=TOKEN, public_url="https://lamplit.example") as asking:
        headers = [(b"Authorization", given.encode("utf-8"))] if given else []
        refused = await asking.get("/metrics", headers=headers)
        taken = await asking.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert "lamplit_" not in refused.text
        assert taken.status_code == 200


async def test_a_watchman_of_its_own_says_its_own() -> None:
    """Rounds and hand-overs are counted where they happen."""
    async with World() as world:
        house = world.front.house
        house.settings = house.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
        await world.front.watchman.one_round()
        transport = httpx.ASGITransport(vital_signs(house), client=ELSEWHERE)
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            answer = await client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

        assert f"\nlamplit_rounds_total {house.vitals.rounds}.0" in answer.text
