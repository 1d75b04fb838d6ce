"""The store port: what must be on disk before anybody is told.

Everything that belongs to a traveller lives in one partition, so a unit of work is one atomic step.
Values are opaque bytes here; `service.rows` knows what they mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Protocol
from zlib import crc32

import msgspec

PARTITIONS = 8
URGENCIES = range(3)
LANES = range(4)


def partition_of(key: str, partitions: int = PARTITIONS) -> int:
    """The partition of a row key: crc32 of the traveller's id, which every key of hers begins with.

    A traveller's row is keyed by her id, a journey's by `<traveller id>-<n>`, so both land together.
    """
    return crc32(key.partition("-")[0].encode()) % partitions


class StoreUnavailable(Exception):
    """The store cannot be reached; nothing was written as far as anybody knows."""


class StoreRefused(StoreUnavailable):
    """The store is there and will not write something (a limit, a row of the wrong kind). Some units of the same call
    may be on disk: sending them again under the same ids is harmless."""


class CommitUnknown(Exception):
    """The reply to a commit was lost: it may or may not be on disk. Send the same units again."""


class WrongStore(Exception):
    """The store is not one this program may use (version, partitions, durability). One sentence."""


class Row(msgspec.Struct, frozen=True):
    """A row as it is on disk. `version` starts at 1 and rises by one with every commit."""

    key: str
    version: int
    value: bytes


class Put(msgspec.Struct, frozen=True):
    """Write `value` to `key` if its version is still `expect` (0: it must not exist yet).

    `value=None` deletes the row, and with it its version, its place in the wake index and its track.
    A deleted key must not be used again: its versions would start at 1 once more.
    """

    key: str
    expect: int
    value: bytes | None


class Send(msgspec.Struct, frozen=True):
    """An outbox row. `id` is the idempotency key; putting an id that exists already changes nothing.

    `urgency`: 0 SOS and duress, 1 first notices of an incident, 2 the rest. `lane`: rows that wait for each other
    (`alerts.turns.Lane`); a long queue in one lane holds up no other.
    """

    id: str
    due_at: float
    urgency: int
    value: bytes
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """An outbox row that may be claimed. `visible_at` is since when."""

    partition: int
    id: str
    urgency: int
    lane: int
    visible_at: float


@dataclass(frozen=True, slots=True)
class Claim:
    """An outbox row that is ours until the lease ends. `claims` counts how often it was ever claimed:
    more than 1 means that somebody may have sent it and died before saying so."""

    partition: int
    id: str
    value: bytes
    claims: int


class Unit(msgspec.Struct, frozen=True):
    """All or nothing, within one partition.

    `commit_id` makes a repeated unit harmless: when the first put's row already carries it, the unit
    is on disk and counts as won (a repeated deletion is recognised for an hour). `wakes` set (or with
    None remove) the row's place in the wake index.
    `events` are appended to the partition's feed, each with the key and the new version of `puts[0]`.
    `unsend` removes outbox rows; removing one that is gone is no error. It comes before `sends`.
    `untrack` drops all chunks of a row; then `track` appends sealed chunks to a row's list of them.

    A unit has at least one put, names no row twice, and stays in the partition of its first put
    (outbox rows go there too); anything else is a ValueError before anything is sent. `commit_id`
    is unique for ever, say a process's uuid and a counter.
    """

    commit_id: str
    puts: tuple[Put, ...]
    events: tuple[bytes, ...] = ()
    wakes: tuple[tuple[str, float | None], ...] = ()
    sends: tuple[Send, ...] = ()
    unsend: tuple[str, ...] = ()
    track: tuple[tuple[str, bytes], ...] = ()
    untrack: tuple[str, ...] = ()


def partition_of_unit(unit: Unit, partitions: int = PARTITIONS) -> int:
    """The partition `unit` belongs to. Raises ValueError when it is not one that may be committed."""
    if not unit.puts:
        raise ValueError(f"expected at least one put in unit {unit.commit_id}")
    first = unit.puts[0]
    partition = partition_of(first.key, partitions)
    if len(unit.puts) == 1 and first.expect > 0 and not (unit.wakes or unit.sends or unit.track or unit.untrack):
        return partition  # nearly every unit is one fix's worth of one journey
    rows = [put.key for put in unit.puts]
    if len(set(rows)) < len(rows):
        raise ValueError(f"expected each row once, got {rows}")
    for key in (*rows[1:], *(key for key, _ in unit.wakes), *(key for key, _ in unit.track), *unit.untrack):
        if partition_of(key, partitions) != partition:
            raise ValueError(f"expected a row of partition {partition}, got {key}")
    if any(put.expect < (1 if put.value is None else 0) for put in unit.puts):
        raise ValueError(f"expected a version that can be, got {[put.expect for put in unit.puts]}")
    if any(send.urgency not in URGENCIES for send in unit.sends):
        raise ValueError(f"expected urgency 0, 1 or 2, got {[send.urgency for send in unit.sends]}")
    if any(send.lane not in LANES for send in unit.sends):
        raise ValueError(f"expected lane 0 to {LANES[-1]}, got {[send.lane for send in unit.sends]}")
    if any(at is not None and isnan(at) for at in (*(at for _, at in unit.wakes), *(s.due_at for s in unit.sends))):
        raise ValueError(f"expected an instant, got nan in unit {unit.commit_id}")
    return partition


@dataclass(frozen=True, slots=True)
class Overlooked:
    """How much was due by an instant and is still there, and since when. Tuples are by urgency; `outbox` counts every
    row, claimed ones and those for later too."""

    wakes: int
    oldest_wake_at: float | None
    notices: tuple[int, ...]
    oldest_notice_at: tuple[float | None, ...]
    outbox: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One committed event. `cursor` is opaque, grows, and is where a reader goes on.

    `n` counts the events of one unit from 0, so (key, version, n) names an event for ever.
    """

    partition: int
    cursor: str
    key: str
    version: int
    event: bytes
    n: int = 0


class FeedGap(Exception):
    """Entries after the reader's cursor are gone: take a snapshot and start from the end.

    Either the feed was trimmed, or an older copy of the store was put back. `resume` are the cursors
    from which everything that is still there can be read, for readers without a snapshot.
    """

    def __init__(self, resume: Sequence[str] = ()) -> None:
        super().__init__("the feed has moved past the reader")
        self.resume = list(resume)


class Store(Protocol):
    """Where everything that decides or guards is kept. Every method may raise StoreUnavailable."""

    partitions: int

    async def load(self, keys: Sequence[str]) -> list[Row | None]:
        """The rows for `keys`, in that order; None where there is none. Any mix of partitions."""
        ...

    async def commit(self, units: Sequence[Unit]) -> list[bool]:
        """Try each unit on its own; True where it is now on disk, False where a version had moved.

        Units share nothing but the fsync; those of one partition are tried in the order given, so a
        later unit sees what an earlier one wrote. Durable when this returns. Raises CommitUnknown when
        a reply was lost; the caller repeats exactly the same units until it is answered.
        """
        ...

    async def due(self, now: float, limit: int) -> list[tuple[str, float]]:
        """Up to `limit` (key, wake_at) whose wake is ≤ `now`, oldest first, over all partitions."""
        ...

    async def waiting(self, now: float, limit: int) -> list[Waiting]:
        """Outbox rows that may be claimed at `now`, by urgency, then since when; up to `limit` of each urgency and lane
        of a partition. Changes nothing."""
        ...

    async def claim(self, rows: Sequence[Waiting], now: float, lease_s: float) -> list[Claim]:
        """Claim those of `rows` that nobody has claimed meanwhile, in that order. A claimed row is invisible until
        `now + lease_s`; then it can be claimed again. Never removes anything. When the reply is lost
        (StoreUnavailable) the rows come back after the lease, with a higher `claims`."""
        ...

    async def put_off(self, claim: Claim, until: float) -> None:
        """Give a claimed row back early: it may be claimed again at `until`. A row that is gone stays gone."""
        ...

    async def outbox(self) -> list[tuple[str, bytes, float]]:
        """Every outbox row (id, value, visible_at), for tests: the auditor asks `overlooked`."""
        ...

    async def track(self, key: str) -> list[bytes]:
        """The sealed track chunks of a row, oldest first."""
        ...

    async def feed_begin(self) -> list[str]:
        """The cursor before the oldest entry that each partition's feed still has."""
        ...

    async def feed_end(self) -> list[str]:
        """The cursor after the newest entry of each partition's feed (of an empty one: its beginning)."""
        ...

    async def feed(self, cursors: Sequence[str], block_s: float) -> list[FeedEntry]:
        """Entries after `cursors` (one per partition), waiting up to `block_s` real seconds for the first.

        In order within a partition; not all of them need come at once. Raises FeedGap when entries
        after a cursor were trimmed, or a cursor is ahead of its feed."""
        ...

    async def book_get(self, book: str, names: Sequence[str]) -> list[bytes | None]:
        """Directory look-ups: hints, always verified against the row they name."""
        ...

    async def book_put(
        self, book: str, name: str, value: bytes, *, only_if_absent: bool = False, only_if: bytes | None = None
    ) -> bool:
        """Write a directory entry; False when `only_if_absent` and it was there, or when it did not hold `only_if`
        any more (perhaps because of one's own call whose reply was lost: look)."""
        ...

    async def book_drop(self, book: str, name: str, *, only_if: bytes | None = None) -> None:
        """Remove a directory entry (with `only_if`: only if it still holds that value)."""
        ...

    async def book_all(self, book: str) -> dict[str, bytes]:
        """A whole book, for small books (operators, sandbox phones)."""
        ...

    async def lease(self, name: str, owner: str, ttl_s: float) -> bool:
        """Take or renew a lease of `ttl_s` real seconds; False while somebody else holds it.
        It only saves work: two holders are harmless."""
        ...

    async def server_time(self) -> float:
        """The store's own clock, a witness only."""
        ...

    async def check(self) -> None:
        """Demand version, partition count and durability settings; raises WrongStore or StoreUnavailable.
        Called at start and every minute."""
        ...

    async def overlooked(self, by: float) -> Overlooked:
        """What was due `by` an instant and nobody has taken: counts and the oldest of each, never a look at a row."""
        ...

    async def wakes(self, keys: Sequence[str]) -> list[float | None]:
        """Where these rows stand in the wake index, in that order; None: nowhere."""
        ...

    async def walk(self, cursor: str, limit: int) -> tuple[list[str], str]:
        """About `limit` row keys and where to go on; "" begins, and "" is the end. Every row that is there all the while
        comes at least once."""
        ...

    async def keys(self) -> list[str]:
        """All row keys (tests, `lamplit why`); not for the hot path."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
