"""The longest request."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel

from service.doors import problems
from service.doors.body_limit import BodyLimit
from service.doors.problems import MEDIA_TYPE


class Said(BaseModel):
    word: str


@pytest.fixture
async def http() -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(BodyLimit, most=100)

    @app.post("/says")
    async def says(said: Said) -> dict[str, int]:
        return {"letters": len(said.word)}

    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        yield client


async def in_pieces(letters: int) -> AsyncIterator[bytes]:
    yield b'{"word":"'
    for _ in range(letters):
        yield b"a"
    yield b'"}'


async def test_what_fits_is_read(http: AsyncClient) -> None:
    """Whole or in pieces."""
    whole = await http.post("/says", json={"word": "home"})
    pieces = await http.post("/says", content=in_pieces(80), headers={"Content-Type": "application/json"})

    assert (whole.json(), pieces.json()) == ({"letters": 4}, {"letters": 80})


async def test_a_longer_one_is_refused_before_it_is_read(http: AsyncClient) -> None:
    """By the length it declares, or as soon as that much has come."""
    declared = await http.post("/says", json={"word": "a" * 100})
    pieces = await http.post("/says", content=in_pieces(1000), headers={"Content-Type": "application/json"})

    for answer in (declared, pieces):
        assert (answer.status_code, answer.headers["Content-Type"]) == (413, MEDIA_TYPE)


async def test_doors_that_limit_themselves_are_left_alone() -> None:
    """A tracker app that is refused for what it sends would send it for ever."""
    app = FastAPI()
    app.add_middleware(BodyLimit, most=100)

    @app.post("/owntracks")
    async def takes(request: Request) -> dict[str, int]:
        return {"length": len(await request.body())}

    async with AsyncClient(transport=ASGITransport(app), base_url="http://here") as client:
        assert (await client.post("/owntracks", content=b"x" * 200)).json() == {"length": 200}
