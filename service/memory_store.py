"""The store in memory: the same contract without a server, for stories and simulations.

Nothing here is durable, so `check` demands nothing. Everything happens between two awaits, which
makes every unit atomic.
"""

import asyncio
import heapq
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from uuid import uuid4

from .clock import Clock, SystemClock
from .store import (
    PARTITIONS,
    URGENCIES,
    Claim,
    FeedEntry,
    FeedGap,
    Overlooked,
    Row,
    Unit,
    Waiting,
    partition_of_unit,
)


@dataclass(slots=True)
class _Kept:
    version: int
    commit_id: str
    value: bytes


@dataclass(slots=True)
class _Outgoing:
    partition: int
    urgency: int
    visible_at: float
    value: bytes
    lane: int = 0
    claims: int = 0


@dataclass(slots=True)
class _Feed:
    length: int
    end: int = 0
    entries: deque[FeedEntry] = field(default_factory=deque)

    def append(self, partition: int, key: str, version: int, event: bytes, n: int) -> None:
        self.end += 1
        self.entries.append(FeedEntry(partition, str(self.end), key, version, event, n))
        if len(self.entries) > self.length:
            self.entries.popleft()

    @property
    def begin(self) -> int:
        return self.end - len(self.entries)


class MemoryStore:
    """See the port for what each method promises. Leases and `server_time` go by `clock`."""

    def __init__(self, *, partitions: int = PARTITIONS, feed_length: int = 10_000, clock: Clock | None = None) -> None:
        self.partitions = partitions
        self.generation = uuid4().hex
        self._clock: Clock = clock or SystemClock()
        self._rows: dict[str, _Kept] = {}
        self._gone: dict[str, tuple[int, str]] = {}
        self._tracks: dict[str, list[bytes]] = {}
        # The heap may hold wakes that were moved since; `_wakes` says which still count.
        self._wakes: dict[str, float] = {}
        self._wake_heap: list[tuple[float, str]] = []
        self._outbox: dict[tuple[int, str], _Outgoing] = {}
        self._feeds = [_Feed(feed_length) for _ in range(partitions)]
        self._readers: set[asyncio.Event] = set()
        self._books: dict[str, dict[str, bytes]] = {}
        self._leases: dict[str, tuple[str, float]] = {}

    async def load(self, keys: Sequence[str]) -> list[Row | None]:
        kept = [(key, self._rows.get(key)) for key in keys]
        return [Row(key, row.version, row.value) if row else None for key, row in kept]

    async def commit(self, units: Sequence[Unit]) -> list[bool]:
        places = [partition_of_unit(unit, self.partitions) for unit in units]
        won = [self._commit(partition, unit) for partition, unit in zip(places, units, strict=True)]
        for reader in self._readers:
            reader.set()
        return won

    async def due(self, now: float, limit: int) -> list[tuple[str, float]]:
        found: list[tuple[str, float]] = []
        seen: set[str] = set()
        while self._wake_heap and self._wake_heap[0][0] <= now and len(found) < limit:
            wake_at, key = heapq.heappop(self._wake_heap)
            if self._wakes.get(key) == wake_at and key not in seen:
                seen.add(key)
                found.append((key, wake_at))
        for key, wake_at in found:
            heapq.heappush(self._wake_heap, (wake_at, key))
        return found

    async def waiting(self, now: float, limit: int) -> list[Waiting]:
        queues: dict[tuple[int, int, int], list[Waiting]] = {}
        for (partition, name), row in self._outbox.items():
            if row.visible_at <= now:
                one = Waiting(partition, name, row.urgency, row.lane, row.visible_at)
                queues.setdefault((partition, row.urgency, row.lane), []).append(one)
        heads = (heapq.nsmallest(limit, rows, key=_turn) for rows in queues.values())
        return sorted(chain.from_iterable(heads), key=_turn)

    async def claim(self, rows: Sequence[Waiting], now: float, lease_s: float) -> list[Claim]:
        claims = []
        for one in rows:
            row = self._outbox.get((one.partition, one.id))
            if row is None or row.visible_at > now:
                continue
            row.visible_at = now + lease_s
            row.claims += 1
            claims.append(Claim(one.partition, one.id, row.value, row.claims))
        return claims

    async def put_off(self, claim: Claim, until: float) -> None:
        row = self._outbox.get((claim.partition, claim.id))
        if row is not None:
            row.visible_at = until

    async def outbox(self) -> list[tuple[str, bytes, float]]:
        return [(name, row.value, row.visible_at) for (_, name), row in self._outbox.items()]

    async def track(self, key: str) -> list[bytes]:
        return list(self._tracks.get(key, ()))

    async def feed_begin(self) -> list[str]:
        return [str(feed.begin) for feed in self._feeds]

    async def feed_end(self) -> list[str]:
        return [str(feed.end) for feed in self._feeds]

    async def feed(self, cursors: Sequence[str], block_s: float) -> list[FeedEntry]:
        entries = self._feed_after(cursors)
        if entries or block_s <= 0:
            return entries
        woken = asyncio.Event()
        self._readers.add(woken)
        try:
            async with asyncio.timeout(block_s):
                while not entries:
                    await woken.wait()
                    woken.clear()
                    entries = self._feed_after(cursors)
        except TimeoutError:
            pass
        finally:
            self._readers.discard(woken)
        return entries

    async def book_get(self, book: str, names: Sequence[str]) -> list[bytes | None]:
        entries = self._books.get(book, {})
        return [entries.get(name) for name in names]

    async def book_put(
        self, book: str, name: str, value: bytes, *, only_if_absent: bool = False, only_if: bytes | None = None
    ) -> bool:
        entries = self._books.setdefault(book, {})
        if (only_if_absent and name in entries) or (only_if is not None and entries.get(name) != only_if):
            return False
        entries[name] = value
        return True

    async def book_drop(self, book: str, name: str, *, only_if: bytes | None = None) -> None:
        entries = self._books.get(book, {})
        if only_if is None or entries.get(name) == only_if:
            entries.pop(name, None)

    async def book_all(self, book: str) -> dict[str, bytes]:
        return dict(self._books.get(book, {}))

    async def lease(self, name: str, owner: str, ttl_s: float) -> bool:
        now = self._clock.monotonic()
        holder, until = self._leases.get(name, (owner, now))
        if holder != owner and now < until:
            return False
        self._leases[name] = (owner, now + ttl_s)
        return True

    async def server_time(self) -> float:
        return self._clock.now()

    async def check(self) -> None:
        """Memory is what it is."""

    async def overlooked(self, by: float) -> Overlooked:
        due = [at for at in self._wakes.values() if at <= by]
        rows = [[row.visible_at for row in self._outbox.values() if row.urgency == urgency] for urgency in URGENCIES]
        untaken = [[at for at in ats if at <= by] for ats in rows]
        return Overlooked(
            wakes=len(due),
            oldest_wake_at=min(due, default=None),
            notices=tuple(map(len, untaken)),
            oldest_notice_at=tuple(min(ats, default=None) for ats in untaken),
            outbox=tuple(map(len, rows)),
        )

    async def wakes(self, keys: Sequence[str]) -> list[float | None]:
        return [self._wakes.get(key) for key in keys]

    async def walk(self, cursor: str, limit: int) -> tuple[list[str], str]:
        keys = sorted(self._rows)
        begin = bisect_right(keys, cursor)
        found = keys[begin : begin + limit]
        return found, found[-1] if begin + limit < len(keys) else ""

    async def keys(self) -> list[str]:
        return list(self._rows)

    async def close(self) -> None:
        """There is nothing to let go of."""

    def _commit(self, partition: int, unit: Unit) -> bool:
        first = unit.puts[0]
        row = self._rows.get(first.key)
        if row and (row.version, row.commit_id) == (first.expect + 1, unit.commit_id):
            return True
        if not row and first.value is None and self._gone.get(first.key) == (first.expect, unit.commit_id):
            return True
        versions = [(put.expect, self._rows.get(put.key)) for put in unit.puts]
        if any(expect != (kept.version if kept else 0) for expect, kept in versions):
            return False
        self._put(unit)
        for name in unit.unsend:
            self._outbox.pop((partition, name), None)
        for send in unit.sends:
            outgoing = _Outgoing(partition, send.urgency, send.due_at, send.value, send.lane)
            self._outbox.setdefault((partition, send.id), outgoing)
        for key in unit.untrack:
            self._tracks.pop(key, None)
        for key, chunk in unit.track:
            self._tracks.setdefault(key, []).append(chunk)
        for key, wake_at in unit.wakes:
            self._wake(key, wake_at)
        for n, event in enumerate(unit.events):
            self._feeds[partition].append(partition, first.key, first.expect + 1, event, n)
        return True

    def _put(self, unit: Unit) -> None:
        for put in unit.puts:
            if put.value is None:
                del self._rows[put.key]
                self._gone[put.key] = (put.expect, unit.commit_id)
                self._tracks.pop(put.key, None)
                self._wake(put.key, None)
            else:
                self._rows[put.key] = _Kept(put.expect + 1, unit.commit_id, put.value)

    def _wake(self, key: str, wake_at: float | None) -> None:
        if wake_at is None:
            self._wakes.pop(key, None)
        elif self._wakes.get(key) != wake_at:
            self._wakes[key] = wake_at
            heapq.heappush(self._wake_heap, (wake_at, key))

    def _feed_after(self, cursors: Sequence[str]) -> list[FeedEntry]:
        after = [int(cursor) for cursor in cursors]
        kept = [feed.begin <= cursor <= feed.end for feed, cursor in zip(self._feeds, after, strict=True)]
        if not all(kept):
            begins = zip(cursors, kept, self._feeds, strict=True)
            raise FeedGap([cursor if is_kept else str(feed.begin) for cursor, is_kept, feed in begins])
        found: list[FeedEntry] = []
        for feed, cursor in zip(self._feeds, after, strict=True):
            missed = feed.end - cursor
            if missed:
                found += list(islice(reversed(feed.entries), missed))[::-1]
        return found


def _turn(row: Waiting) -> tuple[int, float, str, int]:
    return row.urgency, row.visible_at, row.id, row.partition
