"""The phones' door: one conversation with one phone, whatever socket carries it.

`Conversation` knows frames and the watch, not sockets; `phone_socket` carries it over ASGI. A faster carrier only
has to call `received` and offer `send` and `hang_up`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from service.clock import breathe
from service.doors.problems import Unavailable, in_time
from service.frames import RawFix
from service.house import House
from service.journey.cover import shown_to_her
from service.journey.events import Event
from service.journey.fixes import heard
from service.journey.model import Journey, Proof
from service.journey.turn import Answer, Outcome
from service.outspoken import Cries
from service.people.refusals import Refused
from service.rows import Kept
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import NoSuchJourney

from . import view as phone_view
from . import wire
from .attach import Attachment
from .commands import is_cry, obeyed
from .fixes import Fixes
from .near import Near
from .snapshot import snapshot

log = logger(__name__)

CLOSE_BAD_START, CLOSE_UNKNOWN, CLOSE_TAKEN_OVER, CLOSE_FLOOD = 4400, 4401, 4409, 4429
FRAMES_PER_S, BURST = 20.0, 100.0
NO_JOURNEY = Answer(False, "no_journey")
PATIENCE = 1000
"""Frames over the limit that are dropped unanswered before the socket is closed."""


class Conversation:
    """One phone, from `hello` to the end of its socket."""

    def __init__(
        self,
        house: House,
        cries: Cries,
        send: Callable[[str], Awaitable[None]],
        hang_up: Callable[[int], Awaitable[None]],
    ) -> None:
        self._house, self._cries, self._send, self._hang_up = house, cries, send, hang_up
        self._mine = Attachment(house)
        self._fixes = Fixes(house, self._mine, self)
        self._near = Near(house)
        self._seen: Journey | None = None
        self._tokens, self._tokens_at, self._over = BURST, 0.0, 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._look_again = False
        self._stop: Callable[[], None] | None = None

    @property
    def known(self) -> bool:
        """Whether the phone has said who it is."""
        return self._mine.who is not None

    # ── in ──

    async def received(self, text: str | bytes) -> None:
        """One frame. Never raises for what is in it."""
        flooding = self._flooding()
        try:
            frame, fixes, bad = wire.read(text)
        except wire.Unreadable as error:
            if not flooding:
                await self.complain("unreadable", "this frame could not be read", error)
            return
        if not self.known:
            await self._hello(frame)
            return
        if flooding and not (is_cry(frame) or isinstance(frame, wire.SosCancel)):
            await self._slow_down()
            return
        match frame:
            case wire.Fixes():
                self._fixes.came(frame, fixes, bad)
            case wire.Beat():
                self.start(self._beat(frame))
            case wire.Ping():
                await self.tell(wire.Pong(n=frame.n))
            case wire.Sos():
                self.start(self._cry(frame))
            case wire.AnswerPrompt() if is_cry(frame):
                self.start(self._cry(frame))
            case wire.Hello():
                await self.tell(wire.Error(code="unexpected", title="hello comes once", frame="hello", field="type"))
            case _:
                self.start(self._command(frame))

    async def closed(self) -> None:
        """The socket is gone."""
        if self._stop is not None:
            self._stop()
        for task in (*self._tasks, *filter(None, (self._looking,))):
            task.cancel()

    # ── hello ──

    async def _hello(self, frame: wire.FromPhone) -> None:
        if not isinstance(frame, wire.Hello):
            await self.complain(
                "hello_first", "the first frame has to be hello", wire.Unreadable("type", "expected hello")
            )
            await self._hang_up(CLOSE_BAD_START)
            return
        if not await self._mine.recognise(frame.token) or self._mine.who is None:
            await self._hang_up(CLOSE_UNKNOWN)
            return
        self._stop = self._house.feed.listen(self._on_event, owner=self._mine.who.id, on_gap=self.look_soon)
        kept = await self._mine.attach()
        if self._mine.shut_out:  # between the two looks at her account, before anything was heard of it
            await self._hang_up(CLOSE_UNKNOWN)
            return
        await self._welcome(kept)

    async def _welcome(self, kept: Kept | None) -> None:
        view = shown_to_her(kept.journey) if kept is not None else None
        ack = wire.AckBody(kept.phone.buffer, kept.phone.next) if kept is not None else wire.AckBody("", 0)
        who = self._mine.who
        shot = snapshot(kept.journey, who) if kept is not None and who is not None else None
        await self.tell(
            wire.Welcome(now=self._house.clock.now(), ack=ack, policy=phone_view.policy(view), journey=shot)
        )
        for frame in phone_view.prompts(view).values():
            await self.tell(frame)
        self._seen = view

    # ── beats ──

    async def _beat(self, frame: wire.Beat) -> None:
        if self._mine.key is None and await self._mine.attach() is None:
            return
        expected = "underground" if frame.underground else "screen_locked" if frame.hidden else None
        until = self._house.clock.now() + frame.for_s if expected and frame.for_s is not None else None
        battery = None if frame.battery is None else round(frame.battery)

        def act(journey: Journey, now: float, _: Proof) -> Outcome:
            return heard(
                journey,
                now,
                still=frame.still,
                battery_pct=battery,
                charging=frame.charging,
                expected=expected,
                expected_until=until,
                last_gasp=frame.last_gasp,
            )

        try:
            await self._house.watch.ask(self._mine.key or "", act, urgent=False)
        except NoSuchJourney:
            self._mine.lost()

    # ── commands ──

    async def _command(self, frame: wire.Pressed) -> None:
        try:
            answer = await in_time(self._obeyed(frame))  # it goes on: a duress PIN is not forgotten with the patience
        except Unavailable:
            await self.tell(wire.Refused(id=frame.id, code="unavailable"))
            return
        except Refused as why:
            wait_s = why.wait_s or 0.0
            told = wire.Refused(id=frame.id, code=why.why.value, wait_s=wait_s, field=why.field, detail=why.detail)
            await self.tell(told)
            return
        if answer.ok:
            await self.tell(wire.Done(id=frame.id, result=answer.code, at=answer.at))
        else:
            await self.tell(wire.Refused(id=frame.id, code=answer.code, wait_s=answer.wait_s))

    async def _obeyed(self, frame: wire.Pressed) -> Answer:
        mine = self._mine
        if mine.who is None:
            return NO_JOURNEY
        door = mine.device.id if mine.device else ""
        if mine.key is None:
            await mine.attach()
        meanwhile = partial(self._cries.forced, mine.who, mine.last)
        return await obeyed(self._house, mine.who, door, frame, meanwhile)

    async def _cry(self, frame: wire.Sos | wire.AnswerPrompt) -> None:
        """SOS: answered when it is on disk, however long that takes; spoken without it when it takes too long."""
        mine = self._mine
        if mine.who is None:
            return
        answer = await self._cries.cry(mine.who, frame.id, mine.last)
        if mine.key is None:
            await mine.attach()
        self.look_soon()
        await self.tell(wire.Done(id=frame.id, result=answer.code, at=answer.at))

    # ── out: what changed behind us ──

    def _on_event(self, _key: str, _version: int, event: Event) -> None:
        if not self._mine.is_its_own(event):
            self.look_soon()

    def look_soon(self) -> None:
        """Tell her phone what has changed, as soon as may be."""
        if self._looking is not None and not self._looking.done():
            self._look_again = True
        else:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Tells the phone how its journey has changed since it last saw it."""
        while True:
            self._look_again = False
            try:
                await self._show()
            except (StoreUnavailable, NoSuchJourney):
                await breathe(0.2)
                continue
            if not self._look_again:
                return

    async def _show(self) -> None:
        mine = self._mine
        kept = await mine.refreshed()
        if mine.shut_out:
            await self._hang_up(CLOSE_UNKNOWN)
            return
        if kept is None or mine.who is None:
            return
        if kept.phone.epoch > mine.epoch:
            await self.taken_over()
            return
        mine.last = kept.journey
        before, after = self._seen, shown_to_her(kept.journey)
        self._seen = after
        for frame in phone_view.changes(before, after, {c.id for c in mine.who.shown_contacts}):
            await self.tell(frame)
        if phone_view.looks_different(before, after):
            await self.tell(wire.JourneyFrame(journey=snapshot(kept.journey, mine.who)))

    def came_by(self, sent: float, fixes: Sequence[RawFix | None]) -> None:
        """Tells her where she could go to from here, when that has changed."""
        near = self._near.came_by(fixes, sent, self._seen)
        if near is not None:
            self.start(self.tell(near))

    # ── small things ──

    async def taken_over(self) -> None:
        await self.tell(wire.TakenOver())
        await self._hang_up(CLOSE_TAKEN_OVER)

    def _flooding(self) -> bool:
        now = self._house.clock.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._tokens_at) * FRAMES_PER_S)
        self._tokens_at = now
        self._tokens -= 1.0
        return self._tokens < 0.0

    async def _slow_down(self) -> None:
        self._tokens = max(self._tokens, -BURST)
        self._over += 1
        if self._over == 1 or self._over % 100 == 0:
            await self.tell(wire.Error(code="slow_down", title=f"more than {FRAMES_PER_S:.0f} frames a second"))
        if self._over > PATIENCE:
            await self._hang_up(CLOSE_FLOOD)

    async def complain(self, code: str, title: str, error: wire.Unreadable, frame: str = "") -> None:
        await self.tell(wire.Error(code=code, title=title, detail=error.detail, field=error.field, frame=frame))

    async def tell(self, frame: wire.Frame) -> None:
        await self._send(wire.write(frame))

    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, StoreUnavailable):  # else the phone keeps what it has
            log.error("conversation failed", exc_info=error)
