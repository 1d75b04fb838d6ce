"""Somebody walks with a phone in her pocket: a recorded walk in its own time, never altered.

Where the recorder was silent the phone measures nothing, and beats (see `Phone`). After the last point she is there,
and her phone measures the same place now and then, as one that lies on a table does.
"""

import asyncio

from service.clock import Clock
from service.walks import Point, Walk

from .phone import Phone

ACCURACIES_M = (8.0, 9.0, 10.0, 8.5, 9.5)
"""What the phone says about its fixes; the recorder wrote down none."""
THERE_S = 30.0
LOOK_S = 20.0


class Pocket:
    """Carries `phone` along `walk`, whose first point is at `began_at` (seconds since 1970 UTC, by `clock`).

    The walk goes on whether the phone is on or not; a phone that is off measures nothing. `from_s` skips what was
    walked before (a replay that is taken up again). `there_s`: how often the phone measures after the last point.
    """

    def __init__(
        self, phone: Phone, walk: Walk, clock: Clock, *, began_at: float, from_s: float = 0.0, there_s: float = THERE_S
    ) -> None:
        self._phone, self._walk, self._clock = phone, walk, clock
        self._began_at, self._from_s, self._there_s = began_at, from_s, there_s
        self._walking: asyncio.Task[None] | None = None

    @property
    def walked_s(self) -> float:
        """How far into the walk she is, in seconds; never more than it lasts."""
        return min(self._walk.duration_s, max(0.0, self._clock.now() - self._began_at))

    @property
    def there(self) -> bool:
        """Whether the walk is over."""
        return self._clock.now() >= self._began_at + self._walk.duration_s

    def start(self) -> None:
        """Begin to walk, beside everything else."""
        self._walking = asyncio.create_task(self.walk(), name="pocket")

    async def stop(self) -> None:
        """She does not go on (and her phone measures nothing more)."""
        if self._walking is not None:
            self._walking.cancel()
            await asyncio.gather(self._walking, return_exceptions=True)
            self._walking = None

    async def walk(self, until_s: float | None = None) -> None:
        """Walk to the end, or to `until_s` seconds into the walk; after the end, stay there until cancelled."""
        for number, point in enumerate(self._walk.points):
            if point.t_s < self._from_s:
                continue
            if until_s is not None and point.t_s > until_s:
                return
            await self._until(self._began_at + point.t_s)
            self._measure(number, point)
        if until_s is not None:
            return
        last, number = self._walk.points[-1], len(self._walk.points)
        while True:
            await self._until(max(self._clock.now(), self._began_at + last.t_s) + self._there_s)
            self._measure(number, last)
            number += 1

    def _measure(self, number: int, point: Point) -> None:
        self._phone.measured(point.lat, point.lon, accuracy_m=ACCURACIES_M[number % len(ACCURACIES_M)])

    async def _until(self, at: float) -> None:
        """In short looks, because the clock's speed may be changed meanwhile."""
        while (left_s := at - self._clock.now()) > 0:
            await self._clock.sleep(min(left_s, LOOK_S))
