"""Phones in a world: texts and calls that reach a number, and the app on hers that talks to the phones' door."""

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from alerts.contact import Channel
from alerts.gateway import PhoneNumber
from service.doors.phones import wire
from service.doors.phones.conversation import Conversation
from service.frames import RawFix
from tests.doubles.gateway import Sending, switched_off, undelivered

if TYPE_CHECKING:
    from tests.world import World

F = TypeVar("F", bound=wire.Frame)
BEAT_S = 60.0
FRAME_FIXES = 100


@dataclass(frozen=True)
class Heard:
    """A text or a call that a story expected. It is the phone's owner who answers."""

    phone: "Phone"
    sending: Sending

    @property
    def text(self) -> str:
        return self.sending.message.text

    @property
    def at(self) -> float:
        """When it was handed over."""
        return self.sending.at

    async def then_reply(self, words: str) -> None:
        """The owner texts back."""
        await self.phone.texts(words)

    async def then_keys(self, digits: str) -> None:
        """The owner takes the call and keys something."""
        await self.phone.world.keyed(self.sending, digits)


@dataclass(frozen=True)
class Answered:
    """What the app was told about something she pressed: `done` with a result, or `refused` with a reason."""

    done: bool
    code: str
    at: float | None = None
    wait_s: float = 0.0


class Phone:
    """A number. Whatever arrives has to be expected by the story, in whatever order."""

    def __init__(self, world: "World", number: str) -> None:
        self.world, self.number = world, PhoneNumber(number)

    @property
    def reached(self) -> list[Sending]:
        """The texts that arrived and the calls that rang, oldest first."""
        return [s for s in self.world.gateway.sent if s.message.to == self.number and s.reached]

    @property
    def unexpected(self) -> list[Sending]:
        return [s for s in self.reached if not s.expected]

    def expect_text(self, *words: str) -> Heard:
        """The oldest text not expected yet that has all of `words` in it."""
        return self._expect(False, words)

    def expect_call(self, *words: str) -> Heard:
        """The same for a call that rang."""
        return self._expect(True, words)

    def expect_calls(self) -> int:
        """All the calls that rang and were not expected yet; how many."""
        calls = [s for s in self.unexpected if s.is_call]
        for call in calls:
            call.expected = True
        return len(calls)

    def expect_nothing(self) -> None:
        """Nothing has come that was not expected."""
        assert [_shown(s) for s in self.unexpected] == []

    def _expect(self, call: bool, words: tuple[str, ...]) -> Heard:
        for sending in self.unexpected:
            if sending.is_call is call and all(word in sending.message.text for word in words):
                sending.expected = True
                return Heard(self, sending)
        kind = "call" if call else "text"
        raise AssertionError(f"expected a {kind} with {words}, got {[_shown(s) for s in self.unexpected]}")

    async def texts(self, words: str) -> None:
        """The owner texts Lamplit."""
        await self.world.texted(self.number, words)


def _shown(sending: Sending) -> str:
    return f"{'call' if sending.is_call else 'text'}: {sending.message.text}"


class Line:
    """One socket between the app and the door. `frames` is everything the door has said on it."""

    def __init__(self, app: "Handset") -> None:
        self.app = app
        self.raw: list[str] = []
        self.closed_with: int | None = None
        front = app.world.front
        self.conversation = Conversation(front.house, front.cries, self._said, self._hung_up)

    @property
    def frames(self) -> list[wire.Frame]:
        return [wire.read_server(text) for text in self.raw]

    def of(self, kind: type[F]) -> list[F]:
        """The frames of one kind, oldest first."""
        return [frame for frame in self.frames if isinstance(frame, kind)]

    async def say(self, text: str | wire.Frame) -> None:
        """A frame, or whatever text the story wants to send instead."""
        await self.conversation.received(text if isinstance(text, str) else wire.write_phone(text))
        await self.app.world.rest()

    async def drop(self) -> None:
        """The connection is gone, and neither side said goodbye."""
        await self.conversation.closed()

    async def _said(self, text: str) -> None:
        self.raw.append(text)
        frame = wire.read_server(text)
        if isinstance(frame, wire.Ack):
            self.app.acknowledged(frame.buffer, frame.next)

    async def _hung_up(self, code: int) -> None:
        self.closed_with = code


class Handset(Phone):
    """Her phone: a number, and the app. The app keeps every fix until it is acknowledged."""

    def __init__(self, world: "World", number: str, token: str) -> None:
        super().__init__(world, number)
        self.token = token
        self.buffer = "store-1"
        self.made = 0
        """How many fixes the phone has ever made."""
        self.wanted = 0
        """The first fix that is not acknowledged yet."""
        self.sent = 0
        """The first fix that was not sent on this line yet."""
        self.kept: deque[RawFix] = deque()
        self.clock_off_s = 0.0
        self.battery: float | None = 80.0
        self.line: Line | None = None
        self.lines: list[Line] = []
        self.alive = True
        self.next_beat_at: float | None = None
        self._commands = 0
        self._prompts: set[str] = set()

    # ── the line ──

    async def connects(self) -> Line:
        """Opens a socket, says hello, and sends again what was not acknowledged."""
        line = self.dials()
        hello = wire.Hello(token=self.token, app="story", buffer=self.buffer, next=self.made, sent=self._wall())
        await line.say(hello)
        welcomes = line.of(wire.Welcome)
        if welcomes:
            ack = welcomes[-1].ack
            if ack.buffer == self.buffer:
                self.acknowledged(ack.buffer, ack.next)
            self.sent = self.wanted
            self.next_beat_at = self.world.clock.now() + BEAT_S
            await self._send()
        return line

    def dials(self) -> Line:
        """Opens a socket and says nothing yet."""
        self.line, self.alive = Line(self), True
        self.lines.append(self.line)
        return self.line

    async def goes_dark(self) -> None:
        """No signal: the phone lives and keeps its fixes."""
        if self.line is not None:
            await self.line.drop()
        self.line = self.next_beat_at = None

    async def dies(self) -> None:
        """The battery is empty: nothing leaves the phone, no text arrives, no call rings."""
        await self.goes_dark()
        self.alive = False
        self.world.gateway.always(self.number, undelivered())
        self.world.gateway.always(self.number, switched_off(), Channel.CALL)

    @property
    def socket(self) -> Line:
        """The line that is up."""
        assert self.line is not None, "the phone is not connected"
        return self.line

    # ── fixes ──

    async def measures(
        self, lat: float, lon: float, *, accuracy_m: float = 8.0, speed_mps: float | None = 1.35
    ) -> None:
        """One fix, kept, and sent if there is a line."""
        self.kept.append(RawFix(self._wall(), lat, lon, accuracy_m, speed_mps, None, self.battery))
        self.made += 1
        await self._send()

    def acknowledged(self, buffer: str, next_: int) -> None:
        """Everything before `next_` is on disk and may be forgotten; a lower one than was sent asks to rewind."""
        if buffer != self.buffer:
            return
        while self.wanted < next_ and self.kept:
            self.kept.popleft()
            self.wanted += 1
        self.sent = min(self.sent, next_) if next_ < self.sent else self.sent

    async def _send(self) -> None:
        while self.line is not None and self.line.closed_with is None and self.sent < self.made:
            first = max(self.sent, self.wanted)
            chunk = list(self.kept)[first - self.wanted : first - self.wanted + FRAME_FIXES]
            self.sent = first + len(chunk)
            self.next_beat_at = self.world.clock.now() + BEAT_S
            frame = wire.Fixes(buffer=self.buffer, seq=first, sent=self._wall(), fixes=chunk, ack=len(chunk) > 1)
            await self.line.say(frame)

    def frame(self, seq: int, *rows: tuple[float, ...]) -> wire.Fixes:
        """Fixes under whatever number the story likes, to be sent by hand."""
        fixes = [RawFix(*row) for row in rows]  # type: ignore[arg-type]
        return wire.Fixes(buffer=self.buffer, seq=seq, sent=self._wall(), fixes=fixes, ack=True)

    def reinstalls(self, buffer: str) -> None:
        """The app begins anew with an empty store."""
        self.kept.clear()
        self.buffer = buffer
        self.made = self.wanted = self.sent = 0

    async def beats(self) -> None:
        """A heartbeat of a phone that lies still."""
        if self.line is not None and self.line.closed_with is None:
            self.next_beat_at = self.world.clock.now() + BEAT_S
            await self.line.say(wire.Beat(battery=self.battery))

    def _wall(self) -> float:
        return self.world.clock.now() + self.clock_off_s

    # ── the screen ──

    def expect_prompt(self, kind: str) -> wire.PromptFrame:
        """A question of this kind is on her screen and was not expected before."""
        fresh = [p for p in self.socket.of(wire.PromptFrame) if p.id not in self._prompts]
        for prompt in fresh:
            if prompt.kind == kind:
                self._prompts.add(prompt.id)
                return prompt
        raise AssertionError(f"expected a prompt about {kind}, got {[p.kind for p in fresh]}")

    def expect_asked(self, *, texts: int, calls: int) -> None:
        """We asked her whether all is ok, so and so often."""
        for _ in range(texts):
            self.expect_text("All ok?")
        for _ in range(calls):
            self.expect_call()

    async def command(self, make: type[wire.Frame], **fields: object) -> Answered:
        """Presses something; returns what the phone was answered."""
        self._commands += 1
        id_ = str(fields.pop("id", f"c{self._commands}"))
        return await self.repeats(make(id=id_, **fields), id_)

    async def repeats(self, frame: wire.Frame, id_: str) -> Answered:
        """Sends a command under its own id, perhaps not for the first time."""
        line = self.socket
        before = len(line.raw)
        await line.say(frame)
        return await self.world.until(lambda: _answer(line, id_, before), f"an answer to {id_}")


def _answer(line: Line, id_: str, since: int) -> Answered | None:
    for frame in map(wire.read_server, line.raw[since:]):
        if isinstance(frame, wire.Done) and frame.id == id_:
            return Answered(True, frame.result, frame.at)
        if isinstance(frame, wire.Refused) and frame.id == id_:
            return Answered(False, frame.code, wait_s=frame.wait_s)
    return None
