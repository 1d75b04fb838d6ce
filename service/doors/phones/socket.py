"""Carries phones' conversations over an ASGI websocket at `/v1/stream`, subprotocol `lamplit.v1`."""

import asyncio
from collections import deque
from contextlib import suppress

from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from service.house import House
from service.outspoken import Cries
from service.store import StoreUnavailable

from .conversation import CLOSE_BAD_START, Conversation

SUBPROTOCOL = "lamplit.v1"
HELLO_S = 10.0
MOST_WAITING = 256
"""Frames that wait for a slow phone; one that reads slower than that is hung up on, and starts with a snapshot."""
CLOSE_TOO_SLOW = 4408
CLOSE_COME_AGAIN = 1013


class Writer:
    """What one phone has still to be sent: a bounded queue, so that a slow reader never holds up others."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._waiting: deque[str] = deque()
        self._wanted = asyncio.Event()

    async def send(self, text: str) -> None:
        self._waiting.append(text)
        self._wanted.set()
        if len(self._waiting) > MOST_WAITING:
            self._waiting.clear()
            await self.hang_up(CLOSE_TOO_SLOW)

    async def hang_up(self, code: int) -> None:
        """Says what waits, then closes. Whoever is hung up on twice at once, or is gone already, is hung up on once."""
        with suppress(WebSocketDisconnect, RuntimeError):
            while self._waiting:
                await self._socket.send_text(self._waiting.popleft())
            if self._socket.application_state is WebSocketState.CONNECTED:
                await self._socket.close(code)

    async def run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while self._waiting:
                await self._socket.send_text(self._waiting.popleft())


async def serve(socket: WebSocket, house: House, cries: Cries) -> None:
    """One phone, until it goes away or is hung up on."""
    if SUBPROTOCOL not in socket.scope.get("subprotocols", ()):
        await socket.close(CLOSE_BAD_START)
        return
    await socket.accept(subprotocol=SUBPROTOCOL)
    house.vitals.sockets += 1
    writer = Writer(socket)
    conversation = Conversation(house, cries, writer.send, writer.hang_up)
    writing = asyncio.create_task(writer.run())
    try:
        async with asyncio.timeout(HELLO_S) as hello:
            while True:
                await conversation.received(_text_of(await socket.receive()))
                if conversation.known and hello.when() is not None:
                    hello.reschedule(None)
    except TimeoutError:
        await writer.hang_up(CLOSE_COME_AGAIN if conversation.known else CLOSE_BAD_START)
    except StoreUnavailable:  # who this is, nobody can say just now
        await writer.hang_up(CLOSE_COME_AGAIN)
    except (WebSocketDisconnect, RuntimeError):
        pass  # the phone went away
    finally:
        house.vitals.sockets -= 1
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)  # a phone that went away while it was told something
        await conversation.closed()


def _text_of(message: Message) -> str | bytes:
    """What came. Text was agreed on, but an SOS in a binary frame is an SOS. Raises WebSocketDisconnect."""
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    return text if text is not None else message.get("bytes") or b""
