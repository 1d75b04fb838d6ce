"""The auditor: once a minute somebody who is not the watchman asks whether the watchman and the dispatcher did their work.

It asks the store for counts, never for all journeys: how many deadlines and messages could have been taken a minute ago
and were not. Beside that it looks at a bounded number of rows (those with an open incident that it knows of, and a walk
that comes past every row in time) and recomputes when each wants to wake: a row that has lost its place in the index
would never be judged again.

What it does is safe beside anything: a deadline that nobody took is judged as a round would (a nomination is only a
nomination), and a lost place is written anew with a compare-and-set of the row it was recomputed from. A journey that
is well is never touched.
"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import msgspec
from msgspec.structs import replace

from service import absence
from service.clock import Clock, ScaledClock, breathe
from service.house import Vitals
from service.journey.advance import next_wake
from service.journey.events import (
    BecameOverdue,
    ConcernRaised,
    DuressEntered,
    Event,
    IncidentResolved,
    JourneyReopened,
    PromptRaised,
    SosFired,
    SosPressed,
)
from service.people.model import Traveller
from service.people.wakes import next_wake as accounts_wake
from service.rows import Kept, UnreadableRow, encoded, is_journey, journey_row, traveller_row
from service.store import CommitUnknown, Put, Row, Store, Unit
from service.telemetry import logger
from service.watch import Watch

log = logger(__name__)

BOOK, AUDIT = "service", "audit"
UNTAKEN_S = 60.0
"""How long a deadline or a message may wait before somebody is said not to do their work."""
STEP_S, HOLD_S = 5.0, 130.0
"""A stepped clock makes old what is not: for two minutes nobody is blamed, while the watchman settles it (review H18)."""
PUT_OFF_S = 60.0
SLACK_S = 1e-3
KICKED_AT_ONCE = 500
OPEN_AT_ONCE, WALKED_AT_ONCE = 2_000, 1_000
LOADED_AT_ONCE = 100
"""Rows decoded in one go: a few milliseconds, then whoever else waits has a turn."""
MOST_HEARD = 20_000
NAMED = 5
_OPENS = (ConcernRaised, BecameOverdue, SosFired, SosPressed, DuressEntered, PromptRaised, JourneyReopened, IncidentResolved)  # fmt: skip


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found; the newest stands in the book, where every process reads it. Says nothing of anybody.

    `notices` by urgency (SOS and duress, first notices of an incident, the rest). `mended` rows had lost their place in
    the wake index and have it again; `stuck` ones are put off again and again because they cannot be judged,
    `unreadable` ones cannot even be read. `open` counts open incidents by level, as far as this auditor knows of them.
    """

    at: float
    wakes: int = 0
    oldest_wake_at: float | None = None
    notices: tuple[int, ...] = (0, 0, 0)
    oldest_notice_at: tuple[float | None, ...] = (None, None, None)
    outbox: tuple[int, ...] = (0, 0, 0)
    kicked: int = 0
    mended: int = 0
    stuck: int = 0
    unreadable: int = 0
    looked_at: int = 0
    open: dict[str, int] = {}

    @property
    def clean(self) -> bool:
        """Whether it found nothing at all."""
        return not (self.wakes or any(self.notices) or self.mended or self.stuck or self.unreadable)


async def newest(store: Store) -> Audit | None:
    """The newest look of any process; None before the first, and where a newer version wrote it."""
    [written] = await store.book_get(BOOK, [AUDIT])
    try:
        return None if written is None else msgspec.msgpack.decode(written, type=Audit)
    except msgspec.MsgspecError:
        return None


@dataclass(slots=True)
class _Looked:
    """What a look at rows has found so far."""

    rows: int = 0
    mended: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


class Auditor:
    """See the module. One per process; `look` is for whichever of them holds the lease."""

    def __init__(self, store: Store, watch: Watch, clock: Clock, vitals: Vitals) -> None:
        self._store, self._watch, self._clock, self._vitals = store, watch, clock, vitals
        self._owner = f"audit-{os.getpid()}-{os.urandom(4).hex()}"
        self._ids = (f"{self._owner}-{n}" for n in count())
        self._open: dict[str, str] = {}
        self._heard: dict[str, None] = {}
        self._cursor = ""
        self._beat: tuple[float, float] | None = None
        self._sure_from_s = float("inf")

    def hears(self, key: str, _version: int, event: Event) -> None:
        """A listener of the feed: journeys whose incident has opened or closed are looked at first."""
        if isinstance(event, _OPENS):
            self._heard[key] = None
            if len(self._heard) > MOST_HEARD:  # another process audits; the walk will come past them
                del self._heard[next(iter(self._heard))]

    @property
    def waiting(self) -> frozenset[str]:
        """Journeys that were heard of and are looked at next."""
        return frozenset(self._heard)

    # ── whether anybody may be blamed ──

    def feel(self) -> bool:
        """Whether this process has seen a steady clock and a store that answers for long enough to say that somebody
        has not done their work. Called often, so that a step is noticed when it happens."""
        now, mono_s = self._clock.now(), self._clock.monotonic()
        before, self._beat = self._beat, (now, mono_s)
        if before is None:
            self._sure_from_s = mono_s + self._patience_s
        elif abs((now - before[0]) - (mono_s - before[1])) > STEP_S * self._factor:
            self._sure_from_s = mono_s + HOLD_S * self._factor
        return mono_s >= self._sure_from_s

    def unsure(self) -> None:
        """The store was away: whatever waits in it has had no chance."""
        self._sure_from_s = self._clock.monotonic() + self._patience_s

    @property
    def _factor(self) -> float:
        """A sandbox's clock may be fast; the machine under it is not."""
        return max(1.0, self._clock.factor) if isinstance(self._clock, ScaledClock) else 1.0

    @property
    def _patience_s(self) -> float:
        return UNTAKEN_S * self._factor

    # ── one look ──

    async def look(self) -> Audit | None:
        """Looks, puts right what can be, writes down what it found. None while nobody may be blamed yet.

        Raises StoreUnavailable."""
        if not self.feel():
            return None
        now = self._clock.now()
        seen = await self._store.overlooked(now - self._patience_s)
        kicked = await self._kick(now) if seen.wakes else 0
        looked = _Looked()
        await self._look_at_open(looked)
        await self._walk(looked)
        audit = Audit(
            at=now,
            wakes=seen.wakes,
            oldest_wake_at=seen.oldest_wake_at,
            notices=seen.notices,
            oldest_notice_at=seen.oldest_notice_at,
            outbox=seen.outbox,
            kicked=kicked,
            mended=len(looked.mended),
            stuck=len(looked.stuck),
            unreadable=len(looked.unreadable),
            looked_at=looked.rows,
            open=dict(Counter(self._open.values())),
        )
        await self._store.book_put(BOOK, AUDIT, msgspec.msgpack.encode(audit))
        self._vitals.meters.audited(audit.mended, audit.kicked)
        self._say(audit, looked)
        return audit

    async def _kick(self, now: float) -> int:
        """Judges what nobody took, as a round would: first our absence is noticed, then time is applied."""
        await absence.notice(self._store, self._watch, now)
        due = await self._store.due(now - self._patience_s, KICKED_AT_ONCE)
        keys = [key for key, _ in due if is_journey(key)]
        failed = await self._watch.sweep(keys)
        return len(keys) - len(failed)

    async def _look_at_open(self, looked: _Looked) -> None:
        """Those with an open incident, as many as one look may cost; the others have their turn at the next."""
        keys = list(dict.fromkeys((*self._heard, *self._open)))[:OPEN_AT_ONCE]
        for key in keys:
            self._heard.pop(key, None)
            level = self._open.pop(key, None)
            if level is not None:
                self._open[key] = level  # at the end of the line
        await self._rows(keys, looked)

    async def _walk(self, looked: _Looked) -> None:
        """On from where the last look stopped, past everybody."""
        met = 0
        while met < WALKED_AT_ONCE:
            keys, self._cursor = await self._store.walk(self._cursor, LOADED_AT_ONCE)
            met += max(1, len(keys))
            await self._rows(keys, looked)
            if not self._cursor:
                return

    async def _rows(self, keys: Sequence[str], looked: _Looked) -> None:
        for first in range(0, len(keys), LOADED_AT_ONCE):
            some = keys[first : first + LOADED_AT_ONCE]
            rows = await self._store.load(some)
            await self._compare(rows, await self._store.wakes(some), looked)
            for key, row in zip(some, rows, strict=True):
                if row is None:
                    self._open.pop(key, None)
            await breathe(0)

    async def _compare(self, rows: Iterable[Row | None], indexed: Iterable[float | None], looked: _Looked) -> None:
        for row, at in zip(rows, indexed, strict=True):
            if row is None:
                continue
            looked.rows += 1
            try:
                record = journey_row(row.key, row.value) if is_journey(row.key) else traveller_row(row.key, row.value)
            except UnreadableRow:
                looked.unreadable.append(row.key)
                continue
            if isinstance(record, Kept):
                self._remember(row.key, record)
                wake = next_wake(record.journey)
            else:
                wake = accounts_wake(record)
            if wake is None or (at is not None and at <= wake + SLACK_S):
                continue
            now = self._clock.now()
            if at is not None and at <= now + PUT_OFF_S and wake < now - self._patience_s:
                looked.stuck.append(row.key)
            elif await self._mend(row, record, wake):
                looked.mended.append(row.key)

    def _remember(self, key: str, kept: Kept) -> None:
        incident = kept.journey.open_incident
        if incident is None:
            self._open.pop(key, None)
        else:
            self._open[key] = incident.level.value

    async def _mend(self, row: Row, record: Kept | Traveller, wake: float) -> bool:
        """The row as it is, and its place in the index. False when somebody has written it meanwhile: then what was
        compared did not belong together, and nothing was lost."""
        put = Put(row.key, row.version, encoded(replace(record, wake_at=wake)))
        try:
            [won] = await self._store.commit([Unit(next(self._ids), (put,), wakes=((row.key, wake),))])
        except CommitUnknown:  # the next look finds it as it is
            return False
        return won

    def _say(self, audit: Audit, looked: _Looked) -> None:
        if audit.wakes:
            log.error("deadlines that nobody took", count=audit.wakes, judged=audit.kicked)
        if any(audit.notices):
            sos, first, rest = audit.notices
            log.error("messages that nobody took", sos=sos, first=first, rest=rest)
        if looked.mended:
            log.error("rows lost their place in the wake index, put right", **_named(looked.mended))
        if looked.stuck:
            log.error("rows cannot be judged", **_named(looked.stuck))
        if looked.unreadable:
            log.error("rows cannot be read", **_named(looked.unreadable))


def _named(keys: list[str]) -> dict[str, Any]:
    """How many, and the first few by their keys, which say nothing of anybody."""
    return {"count": len(keys), "some": sorted(keys)[:NAMED]}
