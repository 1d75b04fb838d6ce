"""A wall clock that is not believed at once when it is stepped (review H18).

A machine that resumes, or is corrected by an hour, would make every deadline due in one second, or none for an hour. For
a minute after a step this clock goes on by the monotonic one; a step that stands after that is believed, and the watchman
counts the gap as our absence (row 21).
"""

from collections.abc import Callable

from .clock import Clock, at_once

STEP_S = 5.0
HOLD_S = 60.0


class SteadyClock:
    """Wraps a clock. `on_step` hears of a step when it is noticed, with its seconds."""

    def __init__(self, clock: Clock, on_step: Callable[[float], None] = lambda _: None) -> None:
        self._clock, self._on_step = clock, on_step
        self._wall_at, self._mono_s = at_once(clock)
        self._held_since_s: float | None = None

    def now(self) -> float:
        wall_at, mono_s = at_once(self._clock)
        steady_at = self._wall_at + (mono_s - self._mono_s)
        step_s = wall_at - steady_at
        if abs(step_s) <= STEP_S:
            self._held_since_s = None
        elif self._held_since_s is None:
            self._held_since_s = mono_s
            self._on_step(step_s)
            return steady_at
        elif mono_s - self._held_since_s < HOLD_S:
            return steady_at
        self._wall_at, self._mono_s, self._held_since_s = wall_at, mono_s, None
        return wall_at

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
