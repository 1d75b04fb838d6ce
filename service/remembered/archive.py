"""The archive: what is only remembered. Nothing between a fix and a text message reads or waits for it.

One SQLite file a month (of writing, UTC) in a directory, in WAL mode, synced to disk before a call
returns. The same port can stand before another database. Events are appended and never changed; what retention or
an erasure takes away is overwritten with zeros.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from service.clock import Clock
from service.rows import subject
from service.store import FeedEntry

_T = TypeVar("_T")

_TABLES = """
create table if not exists events (
    key text not null, version integer not null, n integer not null, event blob not null,
    archived_at real not null, about text not null, place integer not null,
    primary key (key, version, n)
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
create table if not exists audit (
    at real not null, by text not null, what text not null, about text not null, primary key (about, at, by, what)
) without rowid;
"""
# The first files had the key of the feed alone, and no place in it.
_FROM_BEFORE = """
begin;
alter table events add column about text not null default '';
alter table events add column place integer not null default 0;
update events set about = key;
commit;
"""
_REMEMBERING = ("events", "closed", "audit")


@dataclass(frozen=True, slots=True)
class Remembered:
    """One event of a row's story. (key, version, n) is the same as in the feed: `key` is the first row of its commit."""

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


@dataclass(frozen=True, slots=True)
class Audited:
    """What an operator did, kept after the story itself is gone. `about` stands for the journey and does not name it."""

    at: float
    by: str
    what: str
    about: str


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
        """Every event that happened to row `key`, in order."""
        ...

    async def forget(self, keys: Sequence[str], audit: Sequence[Audited] = ()) -> None:
        """Take away everything about the rows `keys`; `audit` is kept instead, each line once."""
        ...

    async def old(self, before_at: float, limit: int) -> list[str]:
        """Rows about which nothing was written down since `before_at`, up to `limit` of them."""
        ...

    async def forget_accounts(self, before_at: float) -> int:
        """Take away what was written down about accounts (not journeys) before `before_at`; how many events."""
        ...

    async def audit(self) -> list[Audited]:
        """What operators did, oldest first."""
        ...

    async def forget_audit(self, before_at: float) -> int:
        """Take away what operators did before `before_at`; how many lines."""
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

    async def forget(self, keys: Sequence[str], audit: Sequence[Audited] = ()) -> None:
        await self._in_thread(partial(self._forget, keys, audit, self._clock.now()))

    async def old(self, before_at: float, limit: int) -> list[str]:
        return await self._in_thread(partial(self._old, before_at, limit))

    async def forget_accounts(self, before_at: float) -> int:
        accounts = "delete from events where instr(about, '-') = 0 and archived_at < ?"
        return await self._in_thread(partial(self._delete, accounts, [(before_at,)], before_at))

    async def audit(self) -> list[Audited]:
        query = "select at, by, what, about from audit"
        return await self._in_thread(lambda: sorted((Audited(*row) for row in self._everywhere(query)), key=_when))

    async def forget_audit(self, before_at: float) -> int:
        return await self._in_thread(partial(self._delete, "delete from audit where at < ?", [(before_at,)], before_at))

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
                "insert or ignore into events (key, version, n, event, archived_at, about, place) "
                "values (?, ?, ?, ?, ?, ?, ?)",
                [(e.key, e.version, e.n, e.event, now, subject(e.event, e.key), _place(e.cursor)) for e in entries],
            )
            month.execute("delete from progress")
            month.executemany("insert into progress values (?, ?)", list(enumerate(cursors)))
            if after_gap:
                month.execute("insert into gaps values (?)", (now,))

    def _cursors(self) -> list[str] | None:
        name = self._month_with_cursors()
        if not name:
            return None
        with closing(_open(self._directory / f"{name}.sqlite")) as month:
            return [cursor for [cursor] in month.execute("select cursor from progress order by partition")]

    def _month_with_cursors(self) -> str:
        """The newest file that has any: a new month may begin with a closed row."""
        for path in reversed(self._files()):
            with closing(_open(path)) as month:
                if month.execute("select 1 from progress limit 1").fetchone():
                    return path.stem
        return ""

    def _remember(self, key: str, snapshot: bytes, closed_at: float, now: float) -> None:
        with self._month_of(now) as month:
            month.execute("insert or replace into closed values (?, ?, ?)", (key, closed_at, snapshot))

    def _closed(self, key: str) -> Closed | None:
        found = [Closed(*row) for row in self._everywhere("select * from closed where key = ?", key)]
        return found[-1] if found else None

    def _story(self, key: str) -> list[Remembered]:
        query = "select archived_at, place, key, version, n, event from events where about = ?"
        # An event that came again after a month's end is in two files; the first of them counts.
        story: dict[tuple[str, int, int], tuple[float, int, Remembered]] = {}
        for archived_at, place, first, version, n, event in self._everywhere(query, key):
            one = Remembered(first, version, n, event)
            story.setdefault((first, version, n), (archived_at, place, one))
        return [one for _, _, one in sorted(story.values(), key=_order)]

    def _forget(self, keys: Sequence[str], audit: Sequence[Audited], now: float) -> None:
        if audit:
            with self._month_of(now) as month:
                month.executemany(
                    "insert or ignore into audit values (?, ?, ?, ?)", [(a.at, a.by, a.what, a.about) for a in audit]
                )
        them = [(key,) for key in keys]
        self._delete("delete from events where about = ?", them)
        self._delete("delete from closed where key = ?", them)

    def _old(self, before_at: float, limit: int) -> list[str]:
        found: dict[str, None] = {}
        for path in self._files(before_at):
            with closing(_open(path)) as month:
                query = "select distinct about from events where archived_at < ?"
                found |= dict.fromkeys(about for [about] in month.execute(query, (before_at,)))
        newest = "select max(archived_at) from events where about = ?"
        silent = (key for key in found if all(at is None or at < before_at for [at] in self._everywhere(newest, key)))
        return list(islice(silent, limit))

    def _delete(self, query: str, values: Sequence[tuple[str | float]], before_at: float | None = None) -> int:
        """In every file, each on its own: what is gone already is no error. Nothing of it stays in a log beside it."""
        gone = 0
        newest = self._month_with_cursors()
        for path in self._files(before_at):
            with closing(_open(path)) as month:
                with month:
                    found = max(0, month.executemany(query, values).rowcount)
                if found:
                    month.execute("pragma wal_checkpoint(truncate)")
                gone += found
                empty = not any(month.execute(f"select 1 from {t} limit 1").fetchone() for t in _REMEMBERING)  # noqa: S608 (our own names)
            if empty and path.stem < newest:
                for file in (path, *path.parent.glob(f"{path.name}-*")):
                    file.unlink(missing_ok=True)
        return gone

    def _everywhere(self, query: str, *values: str) -> Iterator[Any]:
        for path in self._files():
            with closing(_open(path)) as month:
                yield from month.execute(query, values)

    def _files(self, before_at: float | None = None) -> list[Path]:
        """Oldest first; with `before_at` those that were begun before it."""
        files = sorted(self._directory.glob("????-??.sqlite"))
        return files if before_at is None else [path for path in files if path.stem <= _month_name(before_at)]

    def _month_of(self, now: float) -> sqlite3.Connection:
        name = _month_name(now)
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
    # What is deleted is overwritten.
    connection.execute("pragma secure_delete = on")
    # Also for readers: a file may have been begun by a process that died at once.
    connection.executescript(_TABLES)
    if "about" not in {column for _, column, *_ in connection.execute("pragma table_info(events)")}:
        connection.executescript(_FROM_BEFORE)
    connection.execute("create index if not exists stories on events (about)")
    return connection


def _month_name(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


def _place(cursor: str) -> int:
    return int(cursor.rpartition("-")[2])


def _order(found: tuple[float, int, Remembered]) -> tuple[float, int, int, int]:
    """As they happened. Files of before know no place in the feed: there the version counts."""
    archived_at, place, event = found
    return (archived_at, place, event.version, event.n)


def _when(audited: Audited) -> tuple[float, str]:
    return audited.at, audited.about
