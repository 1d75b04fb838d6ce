"""A clock that moves only when told."""

import asyncio
import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

EVENING_AT = datetime(2026, 11, 20, 21, 59, tzinfo=UTC).timestamp()
"""A Friday in November, a minute to ten, by the clocks of Kent as well."""


@dataclass
class HandClock:
    """Implements `service.clock.Clock`. `forward_to` moves both hands, `step_wall` the wall clock alone."""

    wall_at: float = EVENING_AT
    monotonic_s: float = 1_000.0
    _sleepers: list[tuple[float, int, "asyncio.Future[None]"]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def now(self) -> float:
        return self.wall_at

    def monotonic(self) -> float:
        return self.monotonic_s

    async def sleep(self, seconds: float) -> None:
        """Until the clock was moved that far."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.monotonic_s + seconds, next(self._order), woken))
        await woken

    def forward(self, seconds: float) -> None:
        """So many seconds pass."""
        self.forward_to(self.wall_at + seconds)

    def forward_to(self, at: float) -> None:
        """It becomes `at` by the wall clock; what slept until then wakes."""
        passed_s = at - self.wall_at
        assert passed_s >= 0.0, f"time does not run backwards, got {passed_s}"
        self.wall_at = at
        self.monotonic_s += passed_s
        while self._sleepers and self._sleepers[0][0] <= self.monotonic_s + 1e-6:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)

    def step_wall(self, seconds: float) -> None:
        """Somebody sets the wall clock; no time passes."""
        self.wall_at += seconds

    @property
    def next_waking_at(self) -> float | None:
        """When the next sleeper wakes, by the wall clock as it goes now."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self.wall_at + self._sleepers[0][0] - self.monotonic_s if self._sleepers else None
