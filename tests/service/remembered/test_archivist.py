"""The archivist follows the feed through everything, and nobody waits for it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.clock import SystemClock
from service.journey.events import IncidentClaimed
from service.memory_store import MemoryStore
from service.remembered.archive import Audited, SqliteArchive
from service.remembered.archivist import Archivist
from service.rows import Forgotten, event_bytes
from service.store import FeedEntry, Put, StoreUnavailable, Unit

WALK = "anna-1"


class MovingStore(MemoryStore):
    """A store in memory that is away for the next few questions about its feed."""

    away = 0

    async def feed(self, cursors: Sequence[str], block_s: float) -> list[FeedEntry]:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("gone for a moment")
        return await super().feed(cursors, block_s)


class FullArchive(SqliteArchive):
    """An archive whose disk has no room for the next few writes."""

    full = 0
    unforgetting = 0

    async def forget(self, keys: Sequence[str], audit: Sequence[Audited] = ()) -> None:
        if self.unforgetting:
            self.unforgetting -= 1
            raise sqlite3.OperationalError("database is locked")
        await super().forget(keys, audit)

    async def append(self, entries: Sequence[FeedEntry], cursors: Sequence[str], *, after_gap: bool = False) -> None:
        if self.full:
            self.full -= 1
            raise sqlite3.OperationalError("database or disk is full")
        await super().append(entries, cursors, after_gap=after_gap)


@dataclass(frozen=True)
class HurriedClock(SystemClock):
    """Notes how long it was asked to wait, and does not wait."""

    pauses: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def store() -> MovingStore:
    return MovingStore(feed_length=10)


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[FullArchive]:
    kept = FullArchive(tmp_path / "archive", SystemClock())
    yield kept
    await kept.close()


async def walk(store: MemoryStore, versions: range) -> None:
    for version in versions:
        await store.commit([Unit(f"c:{version}", (Put(WALK, version, b""),), (b"%d" % version,))])


async def remembered(archive: SqliteArchive) -> list[int]:
    return [int(event.event) for event in await archive.story(WALK)]


async def test_every_event_reaches_the_archive(store: MovingStore, archive: FullArchive) -> None:
    """It begins where the feed begins, goes on from step to step, and rests when there is nothing."""
    await walk(store, range(3))
    archivist = Archivist(store, archive, SystemClock())
    assert await archivist.step(0) == 3
    await walk(store, range(3, 5))
    assert [await archivist.step(0), await archivist.step(0)] == [2, 0]
    assert await remembered(archive) == [0, 1, 2, 3, 4]


async def test_another_archivist_goes_on_where_the_last_one_stopped(store: MovingStore, archive: FullArchive) -> None:
    """Its place is kept in the archive: a restart reads neither again nor too late."""
    await walk(store, range(3))
    await Archivist(store, archive, SystemClock()).step(0)
    await walk(store, range(3, 4))
    assert await Archivist(store, archive, SystemClock()).step(0) == 1
    assert await remembered(archive) == [0, 1, 2, 3]


async def test_a_trimmed_feed_costs_only_what_was_trimmed(store: MovingStore, archive: FullArchive) -> None:
    """After a gap it takes all that is left and notes the gap."""
    await walk(store, range(2))
    archivist = Archivist(store, archive, SystemClock())
    await archivist.step(0)
    await walk(store, range(2, 30))
    assert [await archivist.step(0), await archivist.step(0)] == [0, 10]
    assert await remembered(archive) == [0, 1, *range(20, 30)]
    assert len(await archive.gaps()) == 1
    await walk(store, range(30, 31))
    await archivist.step(0)
    assert len(await archive.gaps()) == 1


async def test_it_outlives_an_absent_store_and_a_full_disk(store: MovingStore, archive: FullArchive) -> None:
    """It waits with growing pauses and loses nothing; its pauses start small again afterwards."""
    clock = HurriedClock()
    store.away, archive.full = 3, 2
    await walk(store, range(4))
    running = asyncio.create_task(Archivist(store, archive, clock).run())
    for _ in range(500):
        if await remembered(archive) == [0, 1, 2, 3]:
            break
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await remembered(archive) == [0, 1, 2, 3]
    assert clock.pauses == [0.2, 0.4, 0.8, 1.6, 3.2]


async def gone(store: MemoryStore, version: int) -> None:
    """The row goes, and says so in the feed."""
    forgotten = event_bytes(WALK, Forgotten(at=0.0))
    await store.commit([Unit(f"gone:{version}", (Put(WALK, version, None),), (forgotten,))])


async def test_the_story_of_a_row_that_is_gone_goes_too(store: MovingStore, archive: FullArchive) -> None:
    """Also what was told of it in the same breath; another one's stays."""
    claimed = event_bytes(WALK, IncidentClaimed(at=5.0, by="priya", until=65.0))
    await walk(store, range(2))
    archivist = Archivist(store, archive, SystemClock())
    await archivist.step(0)
    await store.commit([Unit("other", (Put("dad-1", 0, b""),), (b"1",))])
    await store.commit([Unit("claimed", (Put(WALK, 2, b""),), (claimed,))])
    await gone(store, 3)

    assert await archivist.step(0) == 3

    assert await archive.story(WALK) == []
    assert len(await archive.story("dad-1")) == 1
    assert [(line.by, line.what) for line in await archive.audit()] == [("priya", "claimed")]
    assert await archivist.step(0) == 0


async def test_dying_while_a_story_is_taken_away_only_delays_it(store: MovingStore, archive: FullArchive) -> None:
    """The place in the feed moves last."""
    await walk(store, range(2))
    await gone(store, 2)
    archivist = Archivist(store, archive, SystemClock())
    archive.unforgetting = 1
    with pytest.raises(sqlite3.OperationalError):
        await archivist.step(0)
    assert len(await archive.story(WALK)) == 3

    assert await Archivist(store, archive, SystemClock()).step(0) == 3

    assert await archive.story(WALK) == []
    assert await archive.cursors() == await store.feed_end()


async def test_what_is_left_of_a_torn_commit_is_not_taken(archive: FullArchive) -> None:
    """Its first event may have said that the others are not for everybody."""
    store = MovingStore(feed_length=3)
    await Archivist(store, archive, SystemClock()).step(0)
    archivist = Archivist(store, archive, SystemClock())
    await archivist.step(0)
    await store.commit([Unit("a", (Put(WALK, 0, b""),), (b"0", b"1", b"2"))])
    await store.commit([Unit("b", (Put(WALK, 1, b""),), (b"3",))])

    assert [await archivist.step(0), await archivist.step(0)] == [0, 3]

    assert await remembered(archive) == [3]
