"""Fixes of one phone: taken, acknowledged late on purpose, complained about one by one."""

import asyncio
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, Protocol

from service.frames import FixesTaken, FixFrame, RawFix
from service.house import House
from service.store import StoreUnavailable
from service.telemetry import logger
from service.watch import FIXES_A_BATCH, NoSuchJourney

from . import view as phone_view
from . import wire
from .attach import Attachment

log = logger(__name__)

WINDOW = 3
"""Fix frames of a phone that we hold unanswered; memory per phone is bounded by this times the frame size."""


async def take_behind(house: House, key: str, epoch: int, frame: wire.Fixes, fixes: list[RawFix | None]) -> None:
    """The fixes of `frame` for a journey whose cover story goes on behind the one she was made to begin. Her phone
    numbers its fixes for one journey, so here every frame is a new buffer."""
    store = f"{frame.buffer}@{frame.seq}"
    taken = FixFrame(store, frame.seq, frame.sent, house.clock.now(), fixes, epoch, frame.up)
    try:
        await house.watch.fixes(key, taken)
    except NoSuchJourney:
        return


class Voice(Protocol):
    """How a conversation speaks, and works beside itself."""

    async def tell(self, frame: wire.Frame) -> None: ...
    async def complain(self, code: str, title: str, error: wire.Unreadable, frame: str = "") -> None: ...
    async def taken_over(self) -> None: ...
    def look_soon(self) -> None: ...
    def came_by(self, sent: float, fixes: Sequence[RawFix | None]) -> None: ...
    def start(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]": ...


class Fixes:
    """The `fixes` frames of one conversation."""

    def __init__(self, house: House, mine: Attachment, voice: Voice) -> None:
        self._house, self._mine, self._voice = house, mine, voice
        self._taking = 0
        self._unacked = 0
        self._ack: wire.Ack | None = None
        self._later: asyncio.Task[None] | None = None
        self._careful = asyncio.Lock()

    def came(self, frame: wire.Fixes, fixes: list[RawFix | None], bad: list[wire.Unreadable]) -> None:
        """The hot path: no task and no round trip for a frame that is as it should be."""
        if self._taking >= WINDOW:
            window = wire.Error(code="window", title="too many frames in flight", frame="fixes", field="seq")
            self._voice.start(self._voice.tell(window))
            return
        if bad or self._mine.key is None or len(fixes) > FIXES_A_BATCH or self._careful.locked():
            self._voice.start(self._with_care(frame, fixes, bad))
            return
        self._taking += 1
        taking = self._house.watch.taking(self._mine.key, self._received(frame, fixes))
        taking.add_done_callback(partial(self._taken, frame, fixes))
        self._behind(frame, fixes)

    def _received(self, frame: wire.Fixes, fixes: list[RawFix | None]) -> FixFrame:
        now = self._house.clock.now()
        return FixFrame(frame.buffer, frame.seq, frame.sent, now, fixes, self._mine.epoch, frame.up)

    def _taken(self, frame: wire.Fixes, fixes: list[RawFix | None], taking: "asyncio.Future[FixesTaken]") -> None:
        self._taking -= 1
        if taking.cancelled():
            return
        error = taking.exception()
        if error is None:
            self._answer(frame, len(fixes), taking.result())
            self._came_by(frame, fixes, taking.result())
        elif isinstance(error, NoSuchJourney):
            self._mine.lost()
        elif not isinstance(error, StoreUnavailable):  # nothing was acknowledged: the phone keeps what it has
            log.error("fixes could not be taken", error=str(error))

    async def _with_care(self, frame: wire.Fixes, fixes: list[RawFix | None], bad: list[wire.Unreadable]) -> None:
        """A frame with something to complain about, a backfill and what comes behind it, a journey begun elsewhere."""
        async with self._careful:
            await self._one_with_care(frame, fixes, bad)

    async def _one_with_care(self, frame: wire.Fixes, fixes: list[RawFix | None], bad: list[wire.Unreadable]) -> None:
        for one in bad:
            self._house.vitals.dead_letters += 1
            await self._voice.complain("bad_fix", "a fix could not be read; the others were kept", one, "fixes")
        if self._mine.key is None and await self._mine.attach() is None:  # nobody asked us to watch
            await self._voice.tell(wire.Ack(buffer=frame.buffer, next=frame.seq + len(fixes)))
            return
        self._taking += 1
        try:
            result = await self._house.watch.fixes(self._mine.key or "", self._received(frame, fixes))
        except NoSuchJourney:
            self._mine.lost()
            return
        finally:
            self._taking -= 1
        self._answer(frame, len(fixes) - len(bad), result, at_once=bool(bad))
        self._came_by(frame, fixes, result)
        self._behind(frame, fixes)

    def _came_by(self, frame: wire.Fixes, fixes: list[RawFix | None], result: FixesTaken) -> None:
        if result.lit:
            self._voice.look_soon()
        if result.stored:
            self._voice.came_by(frame.sent, fixes)

    def _behind(self, frame: wire.Fixes, fixes: list[RawFix | None]) -> None:
        """The same fixes for those who look for her. Her phone hears nothing of it."""
        for key, epoch in self._mine.behind:
            self._voice.start(take_behind(self._house, key, epoch, frame, fixes))

    def _answer(self, frame: wire.Fixes, usable: int, result: FixesTaken, *, at_once: bool = False) -> None:
        """Acknowledges now or later, as the policy says; a rewind and an alarm are never late."""
        if result.taken_over:
            self._voice.start(self._voice.taken_over())
            return
        self._unacked += max(1, usable)
        self._ack = wire.Ack(buffer=result.buffer, next=result.next)
        at_once = at_once or frame.ack or result.at_once or result.stored < usable
        if at_once or self._unacked >= phone_view.ACK_EVERY:
            self._voice.start(self._acknowledge())
        elif self._later is None:
            self._later = self._voice.start(self._acknowledge_later())

    async def _acknowledge(self) -> None:
        if self._ack is not None:
            self._unacked = 0
            ack, self._ack = self._ack, None
            await self._voice.tell(ack)

    async def _acknowledge_later(self) -> None:
        """At most `ACK_S` after a fix came: one timer a phone, whatever else was acknowledged meanwhile."""
        await self._house.clock.sleep(phone_view.ACK_S)
        self._later = None
        await self._acknowledge()
