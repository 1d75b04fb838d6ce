"""The archive: what is only remembered. Nothing between a fix and a text message reads or waits for it.

One SQLite file a month (of writing, UTC) in a directory, in WAL mode, synced to disk before a call
returns. The same port can stand before another database.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from .clock import Clock
from .store import FeedEntry

_T = TypeVar("_T")

_TABLES = """
create table if not exists events (
    key text not null, version integer not null, n integer not null, event blob not null,
    archived_at real not null, primary key (key, version, n)
) without rowid;
create table if not exists closed (
    key text primary key, closed_at real not null, snapshot blob not null
) without rowid;
create table if not exists progress (
    partition integer primary key, cursor text not null
);
create table if not exists gaps (
    noticed_at real not null
);
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """One event of a row's story. (key, version, n) is the same as in the feed."""

    key: str
    version: int
    n: int
    event: bytes


@dataclass(frozen=True, slots=True)
class Closed:
    """A row as it was when it was closed."""

    key: str
    closed_at: float
    snapshot: bytes


class Archive(Protocol):
    """Where closed journeys and their stories are kept. What a method was given is on disk when it returns.

    Every method may raise OSError or sqlite3.Error; giving the same again is always harmless.
    """

    async def append(self, entries: Sequence[FeedEntry], cursors: Sequence[str], *, after_gap: bool = False) -> None:
        """Keep `entries` and, in the same transaction, how far the feed has been read. An entry that is
        kept already changes nothing. `after_gap` notes that entries before these were missed."""
        ...

    async def cursors(self) -> list[str] | None:
        """The cursors of the last `append`; None when there was none."""
        ...

    async def remember(self, key: str, snapshot: bytes, closed_at: float) -> None:
        """Keep a closed row. The latest snapshot of a key counts."""
        ...

    async def closed(self, key: str) -> Closed | None:
        """The row as it was closed."""
        ...

    async def story(self, key: str) -> list[Remembered]:
        """Every event of `key` in order."""
        ...

    async def gaps(self) -> list[float]:
        """The instants at which the archivist found that it had missed entries."""
        ...

    async def close(self) -> None:
        """Let go of the files."""
        ...


class SqliteArchive:
    """See the port. One process writes; others may read at the same time."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock
        # One thread owns every connection, so calls are in order and the loop never waits for a disk.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")
        self._month = ""
        self._writer: sqlite3.Connection | None = None

    async def append(self, entries: Sequence[FeedEntry], cursors: Sequence[str], *, after_gap: bool = False) -> None:
        await self._in_thread(partial(self._append, entries, cursors, after_gap, self._clock.now()))

    async def cursors(self) -> list[str] | None:
        return await self._in_thread(self._cursors)

    async def remember(self, key: str, snapshot: bytes, closed_at: float) -> None:
        await self._in_thread(partial(self._remember, key, snapshot, closed_at, self._clock.now()))

    async def closed(self, key: str) -> Closed | None:
        return await self._in_thread(partial(self._closed, key))

    async def story(self, key: str) -> list[Remembered]:
        return await self._in_thread(partial(self._story, key))

    async def gaps(self) -> list[float]:
        return await self._in_thread(lambda: [at for [at] in self._everywhere("select noticed_at from gaps")])

    async def close(self) -> None:
        await self._in_thread(self._let_go)
        self._thread.shutdown()

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _append(self, entries: Sequence[FeedEntry], cursors: Sequence[str], after_gap: bool, now: float) -> None:
        with self._month_of(now) as month:
            month.executemany(
                "insert or ignore into events values (?, ?, ?, ?, ?)",
                [(entry.key, entry.version, entry.n, entry.event, now) for entry in entries],
            )
            month.execute("delete from progress")
            month.executemany("insert into progress values (?, ?)", list(enumerate(cursors)))
            if after_gap:
                month.execute("insert into gaps values (?)", (now,))

    def _cursors(self) -> list[str] | None:
        # The newest file that has any: a new month may begin with a closed row.
        for path in reversed(self._files()):
            with closing(_open(path)) as month:
                found = [cursor for [cursor] in month.execute("select cursor from progress order by partition")]
            if found:
                return found
        return None

    def _remember(self, key: str, snapshot: bytes, closed_at: float, now: float) -> None:
        with self._month_of(now) as month:
            month.execute("insert or replace into closed values (?, ?, ?)", (key, closed_at, snapshot))

    def _closed(self, key: str) -> Closed | None:
        found = [Closed(*row) for row in self._everywhere("select * from closed where key = ?", key)]
        return found[-1] if found else None

    def _story(self, key: str) -> list[Remembered]:
        found = self._everywhere("select key, version, n, event from events where key = ?", key)
        # An event that came again after a month's end is in two files.
        story = {(row[1], row[2]): Remembered(*row) for row in found}
        return [story[place] for place in sorted(story)]

    def _everywhere(self, query: str, *values: str) -> Iterator[Any]:
        for path in self._files():
            with closing(_open(path)) as month:
                yield from month.execute(query, values)

    def _files(self) -> list[Path]:
        return sorted(self._directory.glob("????-??.sqlite"))

    def _month_of(self, now: float) -> sqlite3.Connection:
        name = datetime.fromtimestamp(now, UTC).strftime("%Y-%m")
        if self._writer is None or name != self._month:
            self._let_go()
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._writer, self._month = _open(self._directory / f"{name}.sqlite"), name
        return self._writer

    def _let_go(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10.0)
    connection.execute("pragma journal_mode = wal")
    # In WAL mode nothing less syncs every commit.
    connection.execute("pragma synchronous = full")
    # Also for readers: a file may have been begun by a process that died at once.
    connection.executescript(_TABLES)
    return connection
