"""What the provider does by itself: its tasks, and one alarm for all of them.

A heap instead of a sleeper each, because twenty thousand texts that wait for a slow sender must cost no more than the
next of them. With a clock that is moved by hand, `idle` returns when nothing more happens before it is moved again.
"""

import asyncio
import heapq
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

from service.clock import Clock, breathe

_ROUNDS: Final = 3
"""A task that was just woken runs within so many turns of the loop."""
_GRAIN_S: Final = 1e-6
"""Wall instants as floats are no finer."""


class Bell:
    """What a task waits for: rings False when its time is up, True when somebody rang it before."""

    __slots__ = ("future", "patient")

    def __init__(self, *, patient: bool) -> None:
        self.future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.patient = patient


class Crew:
    """Tasks under way. Used within one loop, from `open` to `close`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Bell]] = []
        self._order = count()
        self._sooner = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: list[BaseException] = []
        self._awake = self._unsettled = 0
        self._quiet, self._settled = asyncio.Event(), asyncio.Event()
        self._alarm: asyncio.Task[None] | None = None
        self._count(0, 0)

    def open(self) -> None:
        self._alarm = asyncio.create_task(self._rings())

    async def close(self) -> None:
        """Ends everything that is under way."""
        tasks = {*self._tasks, *({self._alarm} if self._alarm else ())}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Does `work` beside everything else. What it raises is raised by the next `settled` or `idle`."""
        self._count(1, 1)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The caller's own task counts as under way; `settled` does not wait for it."""
        self._count(1, 0)
        try:
            yield
        finally:
            self._count(-1, 0)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Around a wait for others of the crew: whoever waits is not awake."""
        self._count(-1, 0)
        try:
            yield
        finally:
            self._count(1, 0)

    def bell(self, seconds: float | None = None, *, patient: bool = False) -> Bell:
        """Rings False after `seconds` of the clock; None: only when somebody rings it. What waits for a patient bell
        is not waited for by `settled`."""
        bell = Bell(patient=patient)
        if seconds is not None:
            heapq.heappush(self._heap, (self._clock.monotonic() + seconds, next(self._order), bell))
            if self._heap[0][2] is bell:
                self._sooner.set()
        return bell

    def ring(self, bell: Bell, value: bool = True) -> None:
        """Wakes whoever rests until `bell`."""
        if not bell.future.done():
            bell.future.set_result(value)
            self._count(1, int(bell.patient))

    async def rest(self, bell: Bell) -> bool:
        """Waits for `bell`. Only from a task that is counted (`start`, `at_work`)."""
        self._count(-1, -int(bell.patient))
        try:
            return await bell.future
        finally:
            if bell.future.cancelled():
                self._count(1, int(bell.patient))

    async def sleep(self, seconds: float, *, patient: bool = False) -> None:
        if seconds > 0:
            await self.rest(self.bell(seconds, patient=patient))

    @property
    def next_at(self) -> float | None:
        """The wall instant of the next alarm."""
        while self._heap and self._heap[0][2].future.done():
            heapq.heappop(self._heap)
        return self._clock.now() + self._heap[0][0] - self._clock.monotonic() if self._heap else None

    async def settled(self) -> None:
        """Returns when nothing is under way but what waits patiently. Needs a clock that moves by itself."""
        while self._unsettled:
            await self._settled.wait()
            await self._turns()
        self._raise()

    async def idle(self) -> None:
        """Returns when everything that is under way waits for a later instant of the clock."""
        while not self._quiet.is_set() or self._due():
            await self._quiet.wait()
            await self._turns()
        self._raise()

    def _due(self) -> bool:
        return bool(self._heap) and self._heap[0][0] <= self._clock.monotonic() + _GRAIN_S

    async def _turns(self) -> None:
        for _ in range(_ROUNDS):
            await breathe(0)

    def _raise(self) -> None:
        if self._failures:
            raise self._failures[0]

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._count(-1, -1)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failures.append(error)

    def _count(self, awake: int, unsettled: int) -> None:
        self._awake += awake
        self._unsettled += unsettled
        for number, event in ((self._awake, self._quiet), (self._unsettled, self._settled)):
            if number:
                event.clear()
            else:
                event.set()

    async def _rings(self) -> None:
        while True:
            self._sooner.clear()
            while self._heap and self._heap[0][0] <= self._clock.monotonic() + _GRAIN_S:
                self.ring(heapq.heappop(self._heap)[2], value=False)
            if not self._heap:
                await self._sooner.wait()
                continue
            nap = asyncio.create_task(self._nap(self._heap[0][0]))
            sooner = asyncio.create_task(self._sooner.wait())
            try:
                await asyncio.wait({nap, sooner}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                nap.cancel()
                sooner.cancel()

    async def _nap(self, until: float) -> None:
        """How long it still is, is asked when the nap begins: the clock may have been moved since it was decided on."""
        await self._clock.sleep(max(0.0, until - self._clock.monotonic()))
