"""A phone's own store of fixes: everything measured and not yet acknowledged, and which of it is under way."""

from collections import deque
from dataclasses import dataclass

from service.frames import RawFix
from service.tokens import new_id

IN_FLIGHT = 2
FIXES_A_FRAME = 200


@dataclass(frozen=True, slots=True)
class Flight:
    """A frame of fixes on its way: its numbers (`after` excluded), and when it left, in real time."""

    first: int
    after: int
    left_at: float


@dataclass(frozen=True, slots=True)
class Batch:
    """What the next frame carries. `asks`: the server should acknowledge it at once."""

    first: int
    fixes: list[RawFix]
    asks: bool


class FixStore:
    """Numbers fixes, hands out at most two frames at a time, forgets what is on the server's disk."""

    def __init__(self) -> None:
        self.buffer = new_id()
        self.first = 0
        self.acknowledged = self.rewinds = 0
        self.measured_at: list[float] = []
        """When each fix was measured, by its number."""
        self._fixes: deque[RawFix] = deque()
        self._cursor = 0
        self._flights: deque[Flight] = deque()

    def __len__(self) -> int:
        return len(self._fixes)

    def keep(self, fix: RawFix) -> None:
        self._fixes.append(fix)
        self.measured_at.append(fix.t)

    def take(self, now: float) -> Batch | None:
        """The next frame, or None: nothing new, or two are under way. `now` is real time, as in `lost`."""
        end = self.first + len(self._fixes)
        if self._cursor >= end or len(self._flights) >= IN_FLIGHT:
            return None
        first, after = self._cursor, min(end, self._cursor + FIXES_A_FRAME)
        fixes = [self._fixes[n - self.first] for n in range(first, after)]
        self._flights.append(Flight(first, after, now))
        self._cursor = after
        return Batch(first, fixes, asks=len(self._flights) >= IN_FLIGHT or len(fixes) > 1)

    def heard(self, buffer: str, next_: int) -> None:
        """An acknowledgement. Where the server misses something before what is under way, we go back to that."""
        if buffer != self.buffer:
            return
        self._forget(next_)
        while self._flights and self._flights[0].after <= next_:
            self._flights.popleft()
        if self._flights and self._flights[0].first > next_:
            self.rewind()

    def resume(self, buffer: str, next_: int) -> None:
        """A new connection: nothing is under way, and the server says where its disk ends."""
        if buffer == self.buffer:
            self._forget(next_)
        self._flights.clear()
        self._cursor = self.first

    def rewind(self) -> None:
        """Send everything that is not acknowledged once more."""
        self.rewinds += 1
        self._flights.clear()
        self._cursor = self.first

    def lost(self, now: float, after_s: float) -> bool:
        """Whether the window is full of frames that nobody answered. A single one may rest for long, on purpose:
        the next one asks about it."""
        return len(self._flights) >= IN_FLIGHT and now - self._flights[0].left_at > after_s

    def _forget(self, next_: int) -> None:
        while self._fixes and self.first < next_:
            self._fixes.popleft()
            self.first += 1
            self.acknowledged += 1
        self._cursor = max(self._cursor, self.first)
