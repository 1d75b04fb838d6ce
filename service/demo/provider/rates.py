"""How fast texts, calls and requests go through.

A sender sends so many segments a second; what is more waits in its queue, and a queue longer than ten hours takes no
more (https://www.twilio.com/docs/api/errors/21611, /30001). A text that waits longer than its ValidityPeriod is not
sent (https://www.twilio.com/docs/api/errors/30036). Calls are placed so many a second for the whole account
(https://www.twilio.com/docs/api/errors/22005). Too many requests at once, or in a second, are answered 429
(https://www.twilio.com/docs/api/errors/20429).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from .refusals import Refused

TEN_HOURS_S: Final = 36_000.0


@dataclass(slots=True)
class Line:
    """One queue, first come first served. `free_at` (of the monotonic clock) is when it will have sent what it holds."""

    free_at: float = 0.0

    def wait_s(self, now: float) -> float:
        return max(0.0, self.free_at - now)

    def join(self, now: float, units: int, per_s: float | None, valid_s: float) -> float | None:
        """How long something waits that joins now; None when it will not be sent in time, and then takes no place."""
        waits_s = self.wait_s(now)
        if waits_s > valid_s:
            return None
        if per_s:
            self.free_at = now + waits_s + units / per_s
        return waits_s


@dataclass(slots=True)
class Rates:
    """Limits; None: none. `texts_s` segments a second for each sender, unless `of` names another for it."""

    texts_s: float | None = None
    of: dict[str, float] = field(default_factory=dict)
    longest_s: float = TEN_HOURS_S
    calls_s: float | None = None
    requests_s: float | None = None
    at_once: int | None = None
    lines: dict[str, Line] = field(default_factory=dict)
    calls: Line = field(default_factory=Line)
    under_way: int = 0
    _due_at: float = 0.0

    def line(self, sender: str) -> Line:
        return self.lines.setdefault(sender, Line())

    def of_sender(self, sender: str) -> float | None:
        return self.of.get(sender, self.texts_s)

    def is_full(self, sender: str, now: float) -> bool:
        return self.line(sender).wait_s(now) > self.longest_s

    def freest(self, senders: Iterable[str], now: float) -> str:
        """The sender with the shortest queue; of equals the first."""
        return min(senders, key=lambda sender: self.line(sender).wait_s(now))

    @contextmanager
    def request(self, now: float) -> Iterator[None]:
        """One request of the account's. Raises Refused when it is one too many; a refused one counts for nothing."""
        if self.at_once is not None and self.under_way >= self.at_once:
            raise Refused(20429, retry_after_s=1)
        if self.requests_s:
            each_s = 1.0 / self.requests_s
            due_at = max(self._due_at, now) + each_s
            early_s = due_at - now - max(1.0, each_s)
            if early_s > 1e-9:
                raise Refused(20429, retry_after_s=ceil(early_s))
            self._due_at = due_at
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1
