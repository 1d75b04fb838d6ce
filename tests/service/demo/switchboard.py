"""The server's end of a phone's websocket, played by the test: it hears frames and answers as told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from service.clock import breathe
from service.doors.phones import wire

POLICY = wire.PolicyBody(cadence_s=10.0, beat_s=60.0, ack_every=3, ack_s=30.0)


@dataclass
class Switchboard:
    """`heard` is every frame in order. `stored` is what counts as on disk; `deaf` leaves fixes unacknowledged.

    `answers` makes the reply to a command; None: it stays unanswered."""

    url: str = ""
    heard: list[wire.FromPhone] = field(default_factory=list)
    stored: int = 0
    buffer: str = ""
    deaf: bool = False
    answers: Callable[[wire.Command], wire.Frame | None] = lambda frame: wire.Done(id=frame.id, result="done")
    socket: ServerConnection | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, socket: ServerConnection) -> None:
        self.socket = socket
        try:
            async for text in socket:
                frame, _, _ = wire.read(text)
                self.heard.append(frame)
                self._changed.set()
                await self._answer(socket, frame)
        except ConnectionClosed:
            pass

    async def _answer(self, socket: ServerConnection, frame: wire.FromPhone) -> None:
        match frame:
            case wire.Hello():
                ack = wire.AckBody(self.buffer, self.stored)
                await socket.send(wire.write(wire.Welcome(now=0.0, ack=ack, policy=POLICY)))
            case wire.Fixes():
                self.buffer = frame.buffer
                if not self.deaf:
                    if frame.seq <= self.stored:
                        self.stored = max(self.stored, frame.seq + len(frame.fixes))
                    await self.say(wire.Ack(buffer=self.buffer, next=self.stored))
            case wire.Beat() | wire.Ping():
                pass
            case _:
                reply = self.answers(frame)
                if reply is not None:
                    await self.say(reply)

    async def say(self, frame: wire.Frame) -> None:
        if self.socket is not None:
            await self.socket.send(wire.write(frame))

    async def hang_up(self, code: int = 1012) -> None:
        if self.socket is not None:
            await self.socket.close(code)

    def of(self, kind: type[wire.Frame]) -> list[wire.FromPhone]:
        """Every frame of a kind, in order."""
        return [frame for frame in self.heard if isinstance(frame, kind)]

    async def hears(self, kind: type[wire.Frame], times: int = 1) -> list[wire.FromPhone]:
        """Returns once so many frames of a kind have come."""
        async with asyncio.timeout(5.0):
            while len(self.of(kind)) < times:
                self._changed.clear()
                await self._changed.wait()
        return self.of(kind)

    async def until(self, true: Callable[[], bool]) -> None:
        """Returns once it is so."""
        async with asyncio.timeout(5.0):
            while not true():
                await breathe(0.005)


@asynccontextmanager
async def switchboard() -> AsyncIterator[Switchboard]:
    """A server on a free port of this machine."""
    board = Switchboard()
    async with serve(board.serve, "127.0.0.1", 0, subprotocols=["lamplit.v1"], close_timeout=0.2) as server:  # type: ignore[list-item]
        board.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield board


__all__ = ["Switchboard", "switchboard"]
