"""Who is too slow, on real lines."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest
import uvicorn
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import Response
from websockets.asyncio.client import connect

from service.doors import problems
from service.doors.connections import Connection

HEAD = b"POST /says HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n"
IN_PIECES = b"POST /says HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n"
TOO_SLOW = b"HTTP/1.1 408 "


class Hasty(Connection):
    """As patient as a test."""

    request_s = 0.05


class Door:
    """Says what it was told; on `/slowly` no sooner than `may_answer`."""

    def __init__(self) -> None:
        self.port, self.may_answer, self.timers = 0, asyncio.Event(), 0
        self.app = FastAPI()
        problems.install(self.app)

        @self.app.post("/says")
        async def says(request: Request) -> Response:
            return Response(await request.body())

        @self.app.post("/slowly")
        async def slowly(request: Request) -> Response:
            said = await request.body()
            await self.may_answer.wait()
            return Response(said)

        @self.app.post("/refuses")
        async def refuses() -> Response:
            return Response(status_code=403)

        @self.app.websocket("/stream")
        async def stream(socket: WebSocket) -> None:
            await socket.accept()
            await self.may_answer.wait()
            await socket.send_text("home")

    async def hears(self, *pieces: bytes) -> bytes:
        """All that is answered to these, until the line is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    listening = socket.create_server(("127.0.0.1", 0))
    door.port = listening.getsockname()[1]
    config = uvicorn.Config(
        door.app, http=Hasty, ws="websockets-sansio", lifespan="off", log_config=None, access_log=False
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    yield door
    server.force_exit = True
    await server.shutdown()


@pytest.mark.parametrize(
    "begun",
    [b"POST /sa", HEAD, HEAD + b"\r\n", HEAD + b"\r\nho", IN_PIECES + b"\r\n"],
    ids=["first line", "headers", "no body", "half a body", "no length"],
)
async def test_what_does_not_come_whole_is_waited_for_no_longer(
    door: Door, begun: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told so, and the line is closed; that somebody is slow is no error of ours."""
    with caplog.at_level(logging.WARNING):
        answer = await door.hears(begun)
    assert answer.startswith(TOO_SLOW)
    assert b"connection: close" in answer.lower()
    assert caplog.text == ""


async def test_a_line_on_which_nothing_comes_is_closed(door: Door) -> None:
    """Without a word: a browser may open one for later."""
    assert await door.hears(b"") == b""


async def test_a_byte_now_and_then_buys_no_time(door: Door) -> None:
    """The limit is for all of it, and holds after an answer that did not wait for the rest."""
    for path in (b"/says", b"/refuses"):
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(HEAD.replace(b"/says", path).replace(b"4", b"4000000") + b"\r\n")
        reading = asyncio.ensure_future(reader.read())
        for _ in range(200):
            writer.write(b"h")
            await asyncio.wait([reading], timeout=Hasty.request_s / 10)
            if reading.done():
                break
        assert reading.done()
        assert isinstance(reading.exception(), ConnectionError | None)  # reset, where a byte met a closed line
        writer.close()


async def test_what_comes_whole_is_answered(door: Door) -> None:
    """One request after another on the same line, in pieces; the time begins anew with each."""
    answer = await door.hears(HEAD + b"\r\nho", b"me", HEAD + b"\r\nlate", HEAD + b"\r\n")
    assert [answer.count(words) for words in (b"200 OK", b"home", b"late", TOO_SLOW)] == [2, 1, 1, 1]


async def test_our_own_time_is_not_hers(door: Door) -> None:
    """A store that takes long, a socket that stays: nobody is cut off for that."""
    whole = asyncio.ensure_future(door.hears(HEAD.replace(b"/says", b"/slowly") + b"Connection: close\r\n\r\nhome"))
    async with connect(f"ws://127.0.0.1:{door.port}/stream") as stream:
        assert await door.hears(HEAD) != b""
        door.may_answer.set()
        assert await stream.recv() == "home"
    assert (await whole).endswith(b"home")
