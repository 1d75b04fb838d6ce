"""A phone in Python: what her app does on a real one, over the real websocket.

    phone = Phone(url, token, clock, on_prompt=ask_her)
    phone.start()                          # switched on: connects, and connects again, until `stop`
    pocket = Pocket(phone, walks.load("cerknica-town"), clock, began_at=clock.now())
    pocket.start()                         # she walks; the phone measures wherever the walk has a point
    await phone.answer("p1", "ok")         # → wire.Done or wire.Refused, once the server has it on disk
    await phone.stop()                     # dead: sends and hears nothing; what it measured before is kept
    phone.start()                          # alive again: resumes where the server's disk ends
    await phone.close()

Everything is timed by `clock` (a ScaledClock makes minutes pass in seconds); only pauses between attempts to connect
are real time. Nothing a server says or fails to say raises here: the phone keeps what is not acknowledged.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from service.clock import Clock, breathe
from service.doors.phones import wire
from service.doors.phones.conversation import CLOSE_TAKEN_OVER, CLOSE_UNKNOWN
from service.doors.phones.socket import SUBPROTOCOL
from service.frames import RawFix
from service.tokens import new_id

from .fix_store import Batch, FixStore

REPEAT_S = 2.0
FIRST_BEAT = 0.75
RESEND_REAL_S = 10.0
BACKOFF_REAL_S, LONGEST_BACKOFF_REAL_S = 0.2, 5.0
LEAST_PAUSE_REAL_S = 0.1

F = TypeVar("F", bound=wire.Frame)
Heard = Callable[[wire.Frame], Awaitable[None] | None]
Asked = Callable[[wire.PromptFrame], Awaitable[None] | None]
Reply = wire.Done | wire.Refused


@dataclass(slots=True)
class _Command:
    """A command and whoever waits for its answer."""

    frame: wire.Command
    reply: "asyncio.Future[Reply]"


@dataclass(slots=True)
class Counted:
    """What the phone has seen, for whoever checks promises."""

    connected: int = 0
    fixes_sent: int = 0
    beats: int = 0
    errors: list[wire.Error] = field(default_factory=list)


class Phone:
    """One device of hers. `url` is the server's ("ws://127.0.0.1:8470"), `token` her device token.

    on_prompt hears of every question as it comes up, on_frame of every frame; both may be coroutines.
    Read freely: `prompts` (open questions by id), `journey` (the last snapshot), `told`, `policy`, `counted`,
    `fixes` (its store: `len` is what is not yet acknowledged), `gone` (why the server does not want this phone any more, or "").
    """

    def __init__(
        self,
        url: str,
        token: str,
        clock: Clock,
        *,
        app: str = "lamplit-python",
        battery_pct: float | None = 80.0,
        on_prompt: Asked | None = None,
        on_frame: Heard | None = None,
    ) -> None:
        self._url, self._token, self._clock, self._app = url.rstrip("/") + "/v1/stream", token, clock, app
        self._on_prompt, self._on_frame = on_prompt, on_frame
        self.battery_pct = battery_pct
        self.prompts: dict[str, wire.PromptFrame] = {}
        self.journey: dict[str, object] | None = None
        self.told: list[wire.Told] = []
        self.policy = wire.PolicyBody(cadence_s=10.0, beat_s=60.0, ack_every=3, ack_s=30.0)
        self.counted = Counted()
        self.gone = ""
        self.signal = True
        self.fixes = FixStore()
        self._commands: dict[str, _Command] = {}
        self._socket: ClientConnection | None = None
        self._welcomed = asyncio.Event()
        self._wanted = asyncio.Event()
        self._last_sent_at, self._still = clock.now(), False
        self._running: asyncio.Task[None] | None = None
        self._listeners: set[asyncio.Future[None]] = set()

    # ── on and off ──

    @property
    def on(self) -> bool:
        """Switched on (which says nothing about a connection)."""
        return self._running is not None and not self._running.done()

    @property
    def connected(self) -> bool:
        """Welcomed by the server, on the connection there is now."""
        return self._welcomed.is_set()

    def start(self) -> None:
        """Switch it on. What was not acknowledged goes out first."""
        if not self.on:
            self.gone = ""
            self._running = asyncio.create_task(self._run(), name="phone")

    async def stop(self) -> None:
        """Dead: at once, without a word to the server. The store of fixes survives, as on a real phone."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    async def lose_signal(self) -> None:
        """Still on and still measuring, but nothing gets through in either direction."""
        self.signal = False
        if self._socket is not None:
            self._socket.transport.abort()

    def find_signal(self) -> None:
        """Back in coverage: connects and sends what it has kept."""
        self.signal = True

    async def close(self) -> None:
        """Off for good: commands that still wait are given up."""
        await self.stop()
        for command in self._commands.values():
            command.reply.cancel()
        for task in self._listeners:
            task.cancel()

    async def welcomed(self) -> None:
        """Returns once the server has welcomed this phone."""
        await self._welcomed.wait()

    # ── what it measures ──

    def measured(self, lat: float, lon: float, *, accuracy_m: float, at: float | None = None, flags: int = 0) -> None:
        """A fix, degrees WGS 84 and metres, at this clock's time or `at`. It is kept until it is acknowledged;
        a phone that is off measures nothing."""
        if self.on:
            when = self._clock.now() if at is None else at
            self.fixes.keep(RawFix(when, lat, lon, accuracy_m, None, None, self.battery_pct, flags))
            self._wanted.set()

    # ── what she presses ──

    async def answer(self, prompt: str, what: str, minutes: float = 0.0, pin: str | None = None) -> Reply:
        """Answer a question: ok, stopping, another_way or help."""
        return await self.do(wire.AnswerPrompt(id=new_id(), prompt=prompt, what=what, minutes=minutes, pin=pin))

    async def extend(self, minutes: float, pin: str | None = None) -> Reply:
        return await self.do(wire.Extend(id=new_id(), minutes=minutes, pin=pin))

    async def arrived(self, pin: str | None = None) -> Reply:
        return await self.do(wire.Arrived(id=new_id(), pin=pin))

    async def end(self, pin: str | None) -> Reply:
        return await self.do(wire.End(id=new_id(), pin=pin))

    async def sos(self) -> Reply:
        """Hold for two seconds. Repeated until the server has it on disk, through every reconnection."""
        return await self.do(wire.Sos(id=new_id()))

    async def sos_cancel(self, pin: str) -> Reply:
        return await self.do(wire.SosCancel(id=new_id(), pin=pin))

    async def do(self, frame: wire.Command) -> Reply:
        """Send a command until it is answered: every 2 s of this clock, and again after each reconnection. The
        same id makes that harmless. Waits for as long as the phone is off or out of coverage."""
        command = _Command(frame, asyncio.get_running_loop().create_future())
        self._commands[frame.id] = command
        try:
            while not command.reply.done():
                await self._send(frame)
                waiting = asyncio.ensure_future(self._pause(REPEAT_S))
                await asyncio.wait((waiting, command.reply), return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
            return command.reply.result()
        finally:
            self._commands.pop(frame.id, None)

    # ── the connection ──

    async def _run(self) -> None:
        pause_s = BACKOFF_REAL_S
        while not self.gone:
            if self.signal and await self._connection():
                pause_s = BACKOFF_REAL_S
            await breathe(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 (spreads reconnections, guards nothing)
            pause_s = min(LONGEST_BACKOFF_REAL_S, pause_s * 1.7)

    async def _connection(self) -> bool:
        """One connection from hello to its end; True when the server welcomed us on it."""
        try:
            async with connect(
                self._url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                open_timeout=5.0,
                close_timeout=0.5,
                proxy=None,
                compression=None,
            ) as socket:
                self._socket = socket
                now = self._clock.now()
                hello = wire.Hello(
                    token=self._token,
                    app=self._app,
                    buffer=self.fixes.buffer,
                    next=self.fixes.first,
                    sent=now,
                    up=self._clock.monotonic(),
                )
                await socket.send(wire.write_phone(hello))
                await self._converse(socket)
        except (OSError, TimeoutError, WebSocketException):
            pass  # no coverage, no server, or it went away: the phone tries again
        finally:
            welcomed = self._welcomed.is_set()
            self._welcomed.clear()
            self._socket = None
        return welcomed

    async def _converse(self, socket: ClientConnection) -> None:
        talking = [asyncio.create_task(self._talk()), asyncio.create_task(self._beat())]
        try:
            async for text in socket:
                await self._heard(wire.read_server(text))
        except ConnectionClosed:
            pass
        except msgspec.MsgspecError:
            await socket.close()  # a newer server than this phone: start again from a snapshot
        finally:
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
        if socket.close_code in (CLOSE_UNKNOWN, CLOSE_TAKEN_OVER):
            self.gone = "unknown" if socket.close_code == CLOSE_UNKNOWN else "taken over"

    async def _send(self, frame: wire.Frame) -> bool:
        if self._socket is None or not self._welcomed.is_set():
            return False
        try:
            await self._socket.send(wire.write_phone(frame))
        except ConnectionClosed:
            return False
        self._last_sent_at = self._clock.now()
        return True

    # ── out ──

    async def _talk(self) -> None:
        """Fixes as they are measured, at most two frames of them under way."""
        await self._welcomed.wait()
        for command in list(self._commands.values()):
            await self._send(command.frame)
        loop = asyncio.get_running_loop()
        while True:
            if self.fixes.lost(loop.time(), RESEND_REAL_S):
                self.fixes.rewind()
            batch = self.fixes.take(loop.time())
            if batch is not None:
                await self._send_fixes(batch)
                continue
            self._wanted.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._wanted.wait()

    async def _send_fixes(self, batch: Batch) -> None:
        frame = wire.Fixes(
            buffer=self.fixes.buffer,
            seq=batch.first,
            sent=self._clock.now(),
            up=self._clock.monotonic(),
            fixes=batch.fixes,
            ack=batch.asks,
        )
        if await self._send(frame):
            self.counted.fixes_sent += len(batch.fixes)
            self._still = False

    async def _beat(self) -> None:
        """A heartbeat when nothing else has been sent for as long as the server asked; the first one somewhat sooner,
        because a server that still expects fixes calls the same silence stale."""
        await self._welcomed.wait()
        while True:
            wait_s = self.policy.beat_s * (1.0 if self._still else FIRST_BEAT)
            left_s = self._last_sent_at + wait_s - self._clock.now()
            if left_s > 0:
                await self._pause(min(left_s, 5.0))
            elif await self._send(wire.Beat(battery=self.battery_pct)):
                self.counted.beats += 1
                self._still = True
            else:
                await breathe(LEAST_PAUSE_REAL_S)

    async def _pause(self, seconds: float) -> None:
        """`seconds` of the phone's clock, but never so short that a fast clock makes a flood of it."""
        await asyncio.gather(self._clock.sleep(seconds), breathe(LEAST_PAUSE_REAL_S))

    # ── in ──

    async def _heard(self, frame: wire.Frame) -> None:
        match frame:
            case wire.Welcome():
                self.policy, self.journey = frame.policy, frame.journey
                self.prompts.clear()
                self.fixes.resume(frame.ack.buffer, frame.ack.next)
                self.counted.connected += 1
                self._last_sent_at = self._clock.now()
                self._welcomed.set()
            case wire.Ack():
                self.fixes.heard(frame.buffer, frame.next)
                self._wanted.set()
            case wire.Policy():
                self.policy = frame.policy
            case wire.PromptFrame():
                self.prompts[frame.id] = frame
                self._call(self._on_prompt, frame)
            case wire.PromptGone():
                self.prompts.pop(frame.id, None)
            case wire.JourneyFrame():
                self.journey = frame.journey
            case wire.Told():
                self.told.append(frame)
            case wire.Done() | wire.Refused():
                self._answered(frame)
            case wire.TakenOver():
                self.gone = "taken over"
            case wire.Error():  # `window` too: what is under way is answered first, or sent again after RESEND_REAL_S
                self.counted.errors.append(frame)
            case _:
                pass
        self._call(self._on_frame, frame)

    def _answered(self, frame: Reply) -> None:
        command = self._commands.get(frame.id)
        unavailable = isinstance(frame, wire.Refused) and frame.code == "unavailable"  # it is asked again
        if command is not None and not command.reply.done() and not unavailable:
            command.reply.set_result(frame)

    def _call(self, listener: Callable[[F], Awaitable[None] | None] | None, frame: F) -> None:
        """Tell whoever wanted to know; a coroutine runs beside the conversation, which does not wait for it."""
        result = listener(frame) if listener is not None else None
        if result is not None:
            task = asyncio.ensure_future(result)
            self._listeners.add(task)
            task.add_done_callback(self._listeners.discard)
