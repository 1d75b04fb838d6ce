"""The only place that asks what time it is.

Instants inside the product are `float` seconds since 1970-01-01 UTC and are named `…_at`;
durations are `float` seconds named `…_s`, or `timedelta` where people configure them.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Protocol


class Clock(Protocol):
    """What the shell may ask about time. The dry core is always told `now`."""

    def now(self) -> float:
        """The instant, in seconds since 1970-01-01 UTC (wall clock: may be stepped)."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards and do not notice a stepped wall clock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of this clock's time."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

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

    def now(self) -> float:
        virtual = self.origin_at if self.virtual_origin_at is None else self.virtual_origin_at
        return virtual + (time.time() - self.origin_at) * self.factor

    def monotonic(self) -> float:
        return self._mono_virtual + (time.monotonic() - self._mono_origin) * self.factor

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.factor)

    def set_speed(self, factor: float) -> None:
        """Run `factor` times as fast from here on."""
        self._mono_virtual, self._mono_origin = self.monotonic(), time.monotonic()
        self.virtual_origin_at, self.origin_at = self.now(), time.time()
        self.factor = factor


async def breathe(seconds: float) -> None:
    """Wait for `seconds` of real time, whatever the product's clock says: pacing, retries, polls of this process."""
    await asyncio.sleep(seconds)
