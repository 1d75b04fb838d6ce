"""How fast messages may leave, and when nobody is asked at all: two small clocks without a clock in them."""

from math import floor
from zlib import crc32

import msgspec

AHEAD_S = 0.5
"""How far ahead turns are given out: what has its turn is not given back, and a process that judges a thousand journeys
meanwhile loses none. An urgent one waits for no turn."""
REST_S = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
URGENT_REST_S = 2.0
"""While the provider takes nothing, an SOS asks again at least this often."""
JITTER = 0.25


class Pace(msgspec.Struct, frozen=True):
    """One lane's pace: `rate_per_s` a second, evenly (the generic cell rate algorithm without a burst, ITU-T I.371);
    None: as fast as they come."""

    rate_per_s: float | None = None
    next_at: float = 0.0

    def room(self, now: float) -> int:
        """How many turns may be given out now."""
        if self.rate_per_s is None:
            return 1_000_000
        free_s = now + AHEAD_S - max(self.next_at, now)
        return max(0, floor(free_s * self.rate_per_s) + 1) if free_s >= 0 else 0

    def taken(self, now: float, *, urgent: bool = False) -> tuple["Pace", float]:
        """One turn: the pace after it, and the instant of it. An urgent one is now, and those to come wait for it."""
        if self.rate_per_s is None:
            return self, now
        at = max(self.next_at, now)
        return msgspec.structs.replace(self, next_at=at + 1.0 / self.rate_per_s), now if urgent else at

    def room_at(self, now: float) -> float:
        """When it is worth looking again: half of what may be given out ahead is free by then."""
        return now if self.rate_per_s is None else max(now, self.next_at - AHEAD_S / 2)


class Rest(msgspec.Struct, frozen=True):
    """A lane after its provider refused everybody (too many requests, out of order, out of reach, wrong credentials): it
    rests, growing, and then tries with one message; the first that is taken ends it."""

    failed: int = 0
    until: float = 0.0
    urgent_until: float = 0.0

    def after_failure(self, now: float, asked_s: float | None = None) -> "Rest":
        """`asked_s` is how long the provider asks us to wait, where it says so. Failures of requests that left together
        count as one."""
        if now < self.urgent_until:
            return self
        rest_s = max(REST_S[min(self.failed, len(REST_S) - 1)], asked_s or 0.0)
        return Rest(self.failed + 1, now + rest_s, now + min(rest_s, URGENT_REST_S))

    def room(self, now: float, *, urgent: bool) -> int | None:
        """How many may be tried: None is all."""
        if not self.failed:
            return None
        return 1 if now >= (self.urgent_until if urgent else self.until) else 0


def asked_s(header: str, most_s: float) -> float | None:
    """What a Retry-After says in seconds, `most_s` at most: no alert waits for a day. None for a date, or for nonsense."""
    return min(float(header), most_s) if len(header) <= 6 and header.isdecimal() and header.isascii() else None


def jittered(seconds: float, name: str) -> float:
    """`seconds`, up to a quarter longer: by the name of what waits, so that it is the same in every process."""
    return seconds * (1.0 + JITTER * crc32(name.encode()) / 0xFFFFFFFF)
