"""A phone's conversation over an ASGI websocket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.websockets import WebSocket

from service.doors.phones import wire
from service.doors.phones.socket import MOST_WAITING, SUBPROTOCOL, Writer, serve
from tests.doubles.network import FarStore
from tests.world import Traveller, World

Message = dict[str, Any]


class Wire:
    """Both ends of an ASGI websocket: `says` is what the client sends, `told` what it got."""

    def __init__(self, *, subprotocol: str = SUBPROTOCOL, stuck: bool = False) -> None:
        self.coming: asyncio.Queue[Message] = asyncio.Queue()
        self.told: list[Message] = []
        self.stuck = stuck
        scope = {"type": "websocket", "path": "/v1/stream", "headers": [], "subprotocols": [subprotocol]}
        self.socket = WebSocket(scope, self.coming.get, self._send)
        self.coming.put_nowait({"type": "websocket.connect"})

    async def _send(self, message: Any) -> None:
        if self.stuck and message["type"] == "websocket.send":
            await asyncio.Event().wait()
        self.told.append(dict(message))

    def says(self, text: str | bytes) -> None:
        part = {"text": text} if isinstance(text, str) else {"bytes": text}
        self.coming.put_nowait({"type": "websocket.receive", **part})

    def goes(self) -> None:
        self.coming.put_nowait({"type": "websocket.disconnect", "code": 1006})

    @property
    def kinds(self) -> list[str]:
        return [message["type"].removeprefix("websocket.") for message in self.told]

    @property
    def frames(self) -> list[wire.Frame]:
        return [wire.read_server(message["text"]) for message in self.told if "text" in message]


@asynccontextmanager
async def served(world: World, made: Wire) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(serve(made.socket, world.front.house, world.front.cries))
    await world.rest()
    yield task
    made.goes()
    await asyncio.wait_for(task, 2)


async def anna_in(world: World) -> Traveller:
    return await world.traveller("Anna", contacts=[world.contact("Dad")])


async def test_hello_and_welcome() -> None:
    """The subprotocol is agreed on, the first frame authenticates."""
    async with World() as world:
        anna, made = await anna_in(world), Wire()
        async with served(world, made):
            made.says(wire.write_phone(wire.Hello(token=anna.phone.token)))
            await world.rest()

        assert made.told[0]["subprotocol"] == SUBPROTOCOL
        assert isinstance(made.frames[0], wire.Welcome)


async def test_another_subprotocol_is_not_spoken() -> None:
    """The socket is closed before anything is read."""
    async with World() as world:
        made = Wire(subprotocol="chat")
        await made.socket.receive()
        await serve(made.socket, world.front.house, world.front.cries)

        assert made.told == [{"type": "websocket.close", "code": 4400, "reason": ""}]


async def test_text_in_a_binary_frame_is_heard_all_the_same() -> None:
    """What cannot be read is an error and the conversation goes on: the next frame may be her SOS."""
    async with World() as world:
        anna, made = await anna_in(world), Wire()
        async with served(world, made):
            made.says(b"\x00\xff")
            made.says(wire.write_phone(wire.Hello(token=anna.phone.token)).encode())
            await world.rest()

        assert [type(frame) for frame in made.frames] == [wire.Error, wire.Welcome]


async def test_a_token_that_opens_nothing_is_hung_up_on() -> None:
    """With the code that says so, and nothing else."""
    async with World() as world:
        made = Wire()
        async with served(world, made):
            made.says(wire.write_phone(wire.Hello(token="nobody")))
            await world.rest()

        assert made.kinds == ["accept", "close"]
        assert made.told[-1]["code"] == 4401


async def test_a_phone_that_comes_while_the_store_is_away_is_asked_to_come_again() -> None:
    """With a code of its own and no error: it keeps everything."""
    far = FarStore()
    async with World(store=far) as world:
        anna, made = await anna_in(world), Wire()
        async with served(world, made):
            far.away = True
            made.says(wire.write_phone(wire.Hello(token=anna.phone.token)))
            await world.rest()
            far.away = False

        assert made.kinds == ["accept", "close"]
        assert made.told[-1]["code"] == 1013


async def test_a_phone_that_does_not_read_is_hung_up_on() -> None:
    """What waits for it is bounded."""
    made = Wire(stuck=True)
    await made.socket.receive()
    await made.socket.accept()
    writer = Writer(made.socket)
    for n in range(MOST_WAITING + 1):
        await writer.send(f"frame {n}")

    assert made.told[-1]["code"] == 4408


async def test_a_phone_that_is_taken_over_twice_at_once_is_hung_up_on_once() -> None:
    """A fix and the feed say so at the same moment: the second finds the socket closed, and that is no error."""
    made = Wire()
    await made.socket.accept(subprotocol=SUBPROTOCOL)
    writer = Writer(made.socket)
    for _ in range(2):
        await writer.send("taken over")
        await writer.hang_up(4409)
    assert [m["type"] for m in made.told] == ["websocket.accept", "websocket.send", "websocket.close"]


async def test_a_phone_that_goes_while_it_is_told_something_leaves_no_error() -> None:
    """The writer is stopped with the conversation."""
    async with World() as world:
        anna, made = await anna_in(world), Wire()
        made.stuck = True
        async with served(world, made):
            made.says(wire.write_phone(wire.Hello(token=anna.phone.token)))
            await world.rest()

        assert made.kinds == ["accept"]
