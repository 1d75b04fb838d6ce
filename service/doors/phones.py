"""The phones' door: one conversation with one phone, whatever socket carries it.

`Conversation` knows frames and the watch, not sockets; `phone_socket` carries it over ASGI. A faster carrier only
has to call `received` and offer `send` and `hang_up`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial

from msgspec.structs import replace

from service.clock import breathe
from service.frames import FixesTaken, FixFrame, RawFix
from service.house import House
from service.journey.cover import shown_to_her
from service.journey.events import Event
from service.journey.fixes import heard
from service.journey.model import Journey, Proof
from service.journey.turn import Answer, Outcome
from service.outspoken import Cries
from service.people.model import Device, Traveller
from service.people.refusals import Refused
from service.rows import Kept, ScreenChanged
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import FIXES_A_BATCH, Change, NoSuchJourney, Record

from . import phone_view, wire
from .commands import is_cry, obeyed
from .problems import Unavailable, in_time
from .snapshot import snapshot

log = logger(__name__)

CLOSE_BAD_START, CLOSE_UNKNOWN, CLOSE_TAKEN_OVER, CLOSE_FLOOD = 4400, 4401, 4409, 4429
WINDOW = 3
"""Fix frames of a phone that we hold unanswered; memory per phone is bounded by this times the frame size."""
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
        self._who: Traveller | None = None
        self._device: Device | None = None
        self._key: str | None = None
        self._epoch = 0
        self._seen: Journey | None = None
        self._last: Journey | None = None
        self._attaching = asyncio.Lock()
        self._taking = 0
        self._unacked = 0
        self._later: asyncio.Task[None] | None = None
        self._careful = asyncio.Lock()
        self._ack: wire.Ack | None = None
        self._tokens, self._tokens_at, self._over = BURST, 0.0, 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._look_again = False
        self._stop: Callable[[], None] | None = None

    @property
    def _zone(self) -> str:
        return self._house.settings.timezone

    @property
    def known(self) -> bool:
        """Whether the phone has said who it is."""
        return self._who is not None

    # ── in ──

    async def received(self, text: str | bytes) -> None:
        """One frame. Never raises for what is in it."""
        flooding = self._flooding()
        try:
            frame, fixes, bad = wire.read(text)
        except wire.Unreadable as error:
            if not flooding:
                await self._complain("unreadable", "this frame could not be read", error)
            return
        if not self.known:
            await self._hello(frame)
            return
        if flooding and not (is_cry(frame) or isinstance(frame, wire.SosCancel)):
            await self._slow_down()
            return
        match frame:
            case wire.Fixes():
                self._fixes(frame, fixes, bad)
            case wire.Beat():
                self._start(self._beat(frame))
            case wire.Ping():
                await self._tell(wire.Pong(n=frame.n))
            case wire.Sos():
                self._start(self._cry(frame))
            case wire.AnswerPrompt() if is_cry(frame):
                self._start(self._cry(frame))
            case wire.Hello():
                await self._tell(wire.Error(code="unexpected", title="hello comes once", frame="hello", field="type"))
            case _:
                self._start(self._command(frame))

    async def closed(self) -> None:
        """The socket is gone."""
        if self._stop is not None:
            self._stop()
        for task in (*self._tasks, *filter(None, (self._looking,))):
            task.cancel()

    # ── hello ──

    async def _hello(self, frame: wire.FromPhone) -> None:
        if not isinstance(frame, wire.Hello):
            await self._complain(
                "hello_first", "the first frame has to be hello", wire.Unreadable("type", "expected hello")
            )
            await self._hang_up(CLOSE_BAD_START)
            return
        found = await self._house.directory.device(frame.token)
        if found is None:
            await self._hang_up(CLOSE_UNKNOWN)
            return
        self._who, self._device = found
        self._stop = self._house.feed.listen(self._on_event, owner=self._who.id, on_gap=self._look_soon)
        await self._welcome(await self._attach())

    async def _attach(self) -> Kept | None:
        """Makes this the newest socket of her live journey: older ones are not listened to any more."""
        async with self._attaching:  # frames that come together must not take over from one another
            return await self._attached()

    async def _attached(self) -> Kept | None:
        if self._who is None:
            return None
        self._who = await self._house.watch.account(self._who.id)
        live = self._who.live
        if live is None:
            return None
        try:
            if live == self._key:
                return await self._house.watch.look(live)
            kept: Kept | None = await self._house.watch.transact((live,), partial(_newest_socket, live))
        except NoSuchJourney:
            return None
        if kept is not None:
            self._key, self._epoch, self._last = live, kept.phone.epoch, kept.journey
        return kept

    async def _welcome(self, kept: Kept | None) -> None:
        view = shown_to_her(kept.journey) if kept is not None else None
        ack = wire.AckBody(kept.phone.buffer, kept.phone.next) if kept is not None else wire.AckBody("", 0)
        shot = snapshot(kept.journey, self._who, self._zone) if kept is not None and self._who is not None else None
        await self._tell(
            wire.Welcome(now=self._house.clock.now(), ack=ack, policy=phone_view.policy(view), journey=shot)
        )
        for frame in phone_view.prompts(view).values():
            await self._tell(frame)
        self._seen = view

    # ── fixes and beats ──

    def _fixes(self, frame: wire.Fixes, fixes: list[RawFix | None], bad: list[wire.Unreadable]) -> None:
        """The hot path: no task and no round trip for a frame that is as it should be."""
        if self._taking >= WINDOW:
            window = wire.Error(code="window", title="too many frames in flight", frame="fixes", field="seq")
            self._start(self._tell(window))
            return
        if bad or self._key is None or len(fixes) > FIXES_A_BATCH or self._careful.locked():
            self._start(self._fixes_with_care(frame, fixes, bad))
            return
        self._taking += 1
        taking = self._house.watch.taking(self._key, self._received(frame, fixes))
        taking.add_done_callback(partial(self._taken, frame, len(fixes)))

    def _received(self, frame: wire.Fixes, fixes: list[RawFix | None]) -> FixFrame:
        return FixFrame(frame.buffer, frame.seq, frame.sent, self._house.clock.now(), fixes, self._epoch)

    def _taken(self, frame: wire.Fixes, usable: int, taking: "asyncio.Future[FixesTaken]") -> None:
        self._taking -= 1
        if taking.cancelled():
            return
        error = taking.exception()
        if error is None:
            self._answer(frame, usable, taking.result())
        elif isinstance(error, NoSuchJourney):
            self._key = None
        elif not isinstance(error, StoreUnavailable):  # nothing was acknowledged: the phone keeps what it has
            log.error("fixes could not be taken", error=str(error))

    async def _fixes_with_care(self, frame: wire.Fixes, fixes: list[RawFix | None], bad: list[wire.Unreadable]) -> None:
        """A frame with something to complain about, a backfill and what comes behind it, a journey begun elsewhere."""
        async with self._careful:
            await self._one_with_care(frame, fixes, bad)

    async def _one_with_care(self, frame: wire.Fixes, fixes: list[RawFix | None], bad: list[wire.Unreadable]) -> None:
        for one in bad:
            self._house.vitals.dead_letters += 1
            await self._complain("bad_fix", "a fix could not be read; the others were kept", one, "fixes")
        if self._key is None and await self._attach() is None:
            await self._tell(wire.Ack(buffer=frame.buffer, next=frame.seq + len(fixes)))  # nobody asked us to watch
            return
        self._taking += 1
        try:
            result = await self._house.watch.fixes(self._key or "", self._received(frame, fixes))
        except NoSuchJourney:
            self._key = None
            return
        finally:
            self._taking -= 1
        self._answer(frame, len(fixes) - len(bad), result, at_once=bool(bad))

    def _answer(self, frame: wire.Fixes, usable: int, result: FixesTaken, *, at_once: bool = False) -> None:
        """Acknowledges now or later, as the policy says; a rewind and an alarm are never late."""
        if result.taken_over:
            self._start(self._taken_over())
            return
        self._unacked += max(1, usable)
        self._ack = wire.Ack(buffer=result.buffer, next=result.next)
        at_once = at_once or frame.ack or result.at_once or result.stored < usable
        if at_once or self._unacked >= phone_view.ACK_EVERY:
            self._start(self._acknowledge())
        elif self._later is None:
            self._later = self._start(self._acknowledge_later())

    async def _acknowledge(self) -> None:
        if self._ack is not None:
            self._unacked = 0
            ack, self._ack = self._ack, None
            await self._tell(ack)

    async def _acknowledge_later(self) -> None:
        """At most `ACK_S` after a fix came: one timer a phone, whatever else was acknowledged meanwhile."""
        await self._house.clock.sleep(phone_view.ACK_S)
        self._later = None
        await self._acknowledge()

    async def _beat(self, frame: wire.Beat) -> None:
        if self._key is None and await self._attach() is None:
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
            )

        try:
            await self._house.watch.ask(self._key or "", act, urgent=False)
        except NoSuchJourney:
            self._key = None

    # ── commands ──

    async def _command(self, frame: wire.Pressed) -> None:
        try:
            answer = await in_time(self._obeyed(frame))  # it goes on: a duress PIN is not forgotten with the patience
        except Unavailable:
            await self._tell(wire.Refused(id=frame.id, code="unavailable"))
            return
        except Refused as refusal:
            answer = Answer(False, refusal.why.value, wait_s=refusal.wait_s or 0.0)
        if answer.ok:
            await self._tell(wire.Done(id=frame.id, result=answer.code, at=answer.at))
        else:
            await self._tell(wire.Refused(id=frame.id, code=answer.code, wait_s=answer.wait_s))

    async def _obeyed(self, frame: wire.Pressed) -> Answer:
        if self._who is None:
            return NO_JOURNEY
        door = self._device.id if self._device else ""
        if self._key is None:
            await self._attach()
        meanwhile = partial(self._cries.forced, self._who, self._last)
        return await obeyed(self._house, self._who, door, frame, meanwhile)

    async def _cry(self, frame: wire.Sos | wire.AnswerPrompt) -> None:
        """SOS: answered when it is on disk, however long that takes; spoken without it when it takes too long."""
        if self._who is None:
            return
        answer = await self._cries.cry(self._who, frame.id, self._last)
        if self._key is None:
            await self._attach()
        self._look_soon()
        await self._tell(wire.Done(id=frame.id, result=answer.code, at=answer.at))

    # ── out: what changed behind us ──

    def _on_event(self, _key: str, _version: int, _event: Event) -> None:
        self._look_soon()

    def _look_soon(self) -> None:
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
        if self._who is None:
            return
        self._who = await self._house.watch.account(self._who.id)
        if self._who.live is not None and self._who.live != self._key:
            kept = await self._attach()
        elif self._key is not None:
            kept = await self._house.watch.look(self._key)
        else:
            return
        if kept is None:
            return
        if kept.phone.epoch > self._epoch:
            await self._taken_over()
            return
        self._last = kept.journey
        before, after = self._seen, shown_to_her(kept.journey)
        self._seen = after
        for frame in phone_view.changes(before, after, {c.id for c in self._who.shown_contacts}):
            await self._tell(frame)
        if phone_view.looks_different(before, after):
            await self._tell(wire.JourneyFrame(journey=snapshot(kept.journey, self._who, self._zone)))

    # ── small things ──

    async def _taken_over(self) -> None:
        await self._tell(wire.TakenOver())
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
            await self._tell(wire.Error(code="slow_down", title=f"more than {FRAMES_PER_S:.0f} frames a second"))
        if self._over > PATIENCE:
            await self._hang_up(CLOSE_FLOOD)

    async def _complain(self, code: str, title: str, error: wire.Unreadable, frame: str = "") -> None:
        await self._tell(wire.Error(code=code, title=title, detail=error.detail, field=error.field, frame=frame))

    async def _tell(self, frame: wire.Frame) -> None:
        await self._send(wire.write(frame))

    def _start(self, work: "Coroutine[None, None, None]") -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, StoreUnavailable):  # else the phone keeps what it has
            log.error("conversation failed", exc_info=error)


def _newest_socket(key: str, records: Mapping[str, Record | None], now: float) -> Change:
    kept = records[key]
    if not isinstance(kept, Kept):
        raise NoSuchJourney(key)
    kept = replace(kept, phone=replace(kept.phone, epoch=kept.phone.epoch + 1))
    return Change({key: kept}, (ScreenChanged(at=now),), answer=kept)  # the older socket hears that it is one
