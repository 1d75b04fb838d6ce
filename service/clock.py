"""The only place that asks what time it is.

Instants inside the product are `float` seconds since 1970-01-01 UTC and are named `…_at`;
durations are `float` seconds named `…_s`, or `timedelta` where people configure them.
"""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec

LOOK_S = 5.0
"""How often whoever sleeps by a sandbox's clock looks at it: the machine may have slept, too."""
TOGETHER_S = 0.5
"""Two readings no further apart than this are of one moment."""
READINGS = 10
_COUNTING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""CLOCK_MONOTONIC stands still while the machine sleeps (review H27); only Linux has the other one."""
MARK_S = 2.0
"""How often a sandbox writes down where its clock is, in real seconds."""


class Clock(Protocol):
    """What the shell may ask about time. The dry core is always told `now`."""

    def now(self) -> float:
        """The instant, in seconds since 1970-01-01 UTC (wall clock: may be stepped)."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards and do not notice a stepped wall clock; they count on while the machine
        sleeps, where the system has such a clock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of this clock's time."""
        ...


def at_once(clock: Clock) -> tuple[float, float]:
    """Wall instant and monotonic seconds of one moment. A process that was held up between the two readings takes them
    anew, or a machine that is merely busy would look like one whose wall clock was stepped."""
    before_s = clock.monotonic()
    for _ in range(READINGS):
        now, after_s = clock.now(), clock.monotonic()
        if after_s - before_s <= TOGETHER_S:
            break
        before_s = after_s
    return now, after_s


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.clock_gettime(_COUNTING)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class ScaledClock:
    """A sandbox clock that runs `factor` times as fast as the machine's, for every process alike.

    Processes that share `origin_at` (a wall instant) and `factor` agree on what time it is.
    `set_speed` starts a new segment without a jump; time never runs backwards.
    """

    factor: float = 1.0
    origin_at: float = field(default_factory=time.time)
    virtual_origin_at: float | None = None
    _mono_origin: float = field(default_factory=time.monotonic)
    _mono_virtual: float = 0.0
    _sleeping: set["asyncio.Future[None]"] = field(default_factory=set, repr=False, compare=False)

    def now(self) -> float:
        virtual = self.origin_at if self.virtual_origin_at is None else self.virtual_origin_at
        return virtual + (time.time() - self.origin_at) * self.factor

    def monotonic(self) -> float:
        return self._mono_virtual + (time.monotonic() - self._mono_origin) * self.factor

    async def sleep(self, seconds: float) -> None:
        """Whatever the speed is changed to meanwhile."""
        loop, until = asyncio.get_running_loop(), self.monotonic() + seconds
        while (left_s := until - self.monotonic()) > 0:
            woken = loop.create_future()
            timer = loop.call_later(min(left_s / self.factor, LOOK_S), _wake, woken)
            self._sleeping.add(woken)
            try:
                await woken
            finally:
                timer.cancel()
                self._sleeping.discard(woken)

    def set_speed(self, factor: float) -> None:
        """Run `factor` times as fast from here on. Whoever sleeps by this clock looks at it anew."""
        self._mono_virtual, self._mono_origin = self.monotonic(), time.monotonic()
        self.virtual_origin_at, self.origin_at = self.now(), time.time()
        self.factor = factor
        for woken in self._sleeping:
            _wake(woken)

    def mark(self) -> "ClockMark":
        """What `resumed` needs after a restart."""
        return ClockMark(wall_at=time.time(), clock_at=self.now(), factor=self.factor)


def _wake(woken: "asyncio.Future[None]") -> None:
    if not woken.done():
        woken.set_result(None)


class ClockMark(msgspec.Struct, frozen=True):
    """Where a fast clock was at a moment of the machine's: written down every `MARK_S`."""

    wall_at: float
    clock_at: float
    factor: float


def resumed(mark: ClockMark) -> ScaledClock:
    """A clock at real speed that is nowhere behind what the one before it can have shown: its last mark, what it may
    have gone on for until the next one, and the real time since."""
    away_s = max(0.0, time.time() - mark.wall_at)
    running_s = min(away_s, 2 * MARK_S)
    at = mark.clock_at + running_s * max(1.0, mark.factor) + (away_s - running_s)
    return ScaledClock(virtual_origin_at=max(at, time.time()))


def read_mark(path: Path) -> ClockMark | None:
    """The mark in a file; None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ClockMark)
    except (OSError, msgspec.MsgspecError):
        return None


def write_mark(path: Path, mark: ClockMark) -> None:
    """In one step, so that a kill leaves the old mark or the new one. Raises OSError."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.encode(mark))
    fresh.replace(path)


async def breathe(seconds: float) -> None:
    """Wait for `seconds` of real time, whatever the product's clock says: pacing, retries, polls of this process."""
    await asyncio.sleep(seconds)
