"""The archive keeps stories: on disk when it answers, each event once, across months."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.journey.events import Nudged
from service.remembered.archive import Audited, Closed, Remembered, SqliteArchive
from service.rows import AccountChanged, event_bytes
from service.store import FeedEntry

NOVEMBER_AT = 1_795_300_000.0
DECEMBER_AT = NOVEMBER_AT + 14 * 86_400

CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
from service.remembered.archive import SqliteArchive
from service.clock import SystemClock
from service.store import FeedEntry

async def main():
    archive = SqliteArchive(Path(sys.argv[1]), SystemClock())
    await archive.append([FeedEntry(7, "0-1", "anna-1", 1, b"started", 0)], ["0-1"])
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@dataclass
class SetClock:
    """A clock that stands where it is put."""

    at: float = NOVEMBER_AT

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def archive(tmp_path: Path, clock: SetClock) -> AsyncIterator[SqliteArchive]:
    """An archive that does not exist yet."""
    kept = SqliteArchive(tmp_path / "archive", clock)
    yield kept
    await kept.close()


def told(version: int, *events: bytes, key: str = "anna-1") -> list[FeedEntry]:
    return [FeedEntry(7, f"0-{version}", key, version, event, n) for n, event in enumerate(events)]


async def test_a_story_is_told_in_order(archive: SqliteArchive) -> None:
    """Events come back by version and place, only those of the journey asked for."""
    await archive.append([*told(2, b"stalled", b"asked"), *told(1, b"started"), *told(1, b"x", key="dad")], ["0-2"])
    await archive.append(told(10, b"home"), ["0-10"])
    assert await archive.story("anna-1") == [
        Remembered("anna-1", 1, 0, b"started"),
        Remembered("anna-1", 2, 0, b"stalled"),
        Remembered("anna-1", 2, 1, b"asked"),
        Remembered("anna-1", 10, 0, b"home"),
    ]
    assert await archive.story("nobody") == []


async def test_the_same_again_changes_nothing(archive: SqliteArchive) -> None:
    """An event that comes twice is kept once, as it was first told."""
    for event in (b"first", b"second"):
        await archive.append(told(1, event), ["0-1"])
    assert await archive.story("anna-1") == [Remembered("anna-1", 1, 0, b"first")]


async def test_cursors_move_with_the_events(archive: SqliteArchive) -> None:
    """How far the feed was read is kept with what was read; a new archive has read nothing."""
    assert await archive.cursors() is None
    await archive.append(told(1, b"a"), [f"0-{n}" for n in range(12)])
    await archive.append([], [f"0-{n + 1}" for n in range(12)])
    assert await archive.cursors() == [f"0-{n + 1}" for n in range(12)]


async def test_a_closed_row_is_remembered(archive: SqliteArchive) -> None:
    """The last snapshot counts, also when it is written again in the next month."""
    assert await archive.closed("anna-1") is None
    await archive.remember("anna-1", b"home", NOVEMBER_AT)
    await archive.remember("anna-1", b"home safe", NOVEMBER_AT)
    assert await archive.closed("anna-1") == Closed("anna-1", NOVEMBER_AT, b"home safe")


async def test_each_month_has_its_file_and_a_story_may_cross_them(
    archive: SqliteArchive, clock: SetClock, tmp_path: Path
) -> None:
    """A walk over a month's end is one story, and an event told on both sides of it is in it once."""
    await archive.append(told(1, b"started"), ["0-1"])
    clock.at = DECEMBER_AT
    await archive.remember("dad-1", b"closed", DECEMBER_AT)
    assert await archive.cursors() == ["0-1"]
    await archive.append([*told(1, b"started"), *told(2, b"home")], ["0-2"])
    assert [event.event for event in await archive.story("anna-1")] == [b"started", b"home"]
    assert await archive.cursors() == ["0-2"]
    assert sorted(path.name for path in archive_files(tmp_path)) == ["2026-11.sqlite", "2026-12.sqlite"]


def archive_files(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "archive").glob("*.sqlite"))


async def test_a_gap_is_noted(archive: SqliteArchive, clock: SetClock) -> None:
    """What the archivist missed is not hidden: the archive says when."""
    await archive.append(told(1, b"a"), ["0-1"])
    assert await archive.gaps() == []
    clock.at += 60
    await archive.append(told(9, b"b"), ["0-9"], after_gap=True)
    assert await archive.gaps() == [NOVEMBER_AT + 60]


async def test_it_is_on_disk_when_it_answers(tmp_path: Path, clock: SetClock) -> None:
    """kill -9 right after the answer: the next process reads what was given, and may write on."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, str(tmp_path / "archive"), cwd=Path(__file__).parents[3]
    )
    assert await child.wait() == -9
    archive = SqliteArchive(tmp_path / "archive", clock)
    assert await archive.story("anna-1") == [Remembered("anna-1", 1, 0, b"started")]
    assert await archive.cursors() == ["0-1"]
    await archive.close()


async def test_every_write_is_synced(archive: SqliteArchive, tmp_path: Path) -> None:
    """The file is in WAL mode, and each of its connections syncs every commit."""
    await archive.append(told(1, b"a"), ["0-1"])
    assert archive._writer
    [[level]] = await archive._in_thread(lambda: archive._writer.execute("pragma synchronous").fetchall())  # type: ignore[union-attr]
    full = 2
    assert level == full
    [path] = archive_files(tmp_path)
    reader = sqlite3.connect(path)
    assert reader.execute("pragma journal_mode").fetchall() == [("wal",)]
    reader.close()


async def test_an_event_belongs_to_the_row_it_happened_to(archive: SqliteArchive) -> None:
    """Whatever row comes first in its commit; what happened to an account is the account's, in any commit."""
    nudged = event_bytes("anna-2", Nudged(at=1.0, eta_at=2.0))
    renamed = event_bytes("anna-2", AccountChanged(at=1.0, what="name"))
    await archive.append(told(1, nudged, renamed, key="anna"), ["0-1"])

    assert await archive.story("anna-2") == [Remembered("anna", 1, 0, nudged)]
    assert await archive.story("anna") == [Remembered("anna", 1, 1, renamed)]


async def test_a_story_of_several_first_rows_is_in_the_order_of_the_feed(archive: SqliteArchive) -> None:
    """Versions of different rows cannot be compared; places in the feed can."""
    events = [event_bytes("anna-2", Nudged(at=float(n), eta_at=0.0)) for n in range(3)]
    entries = [
        FeedEntry(7, "0-12", "anna", 3, events[2], 0),
        FeedEntry(7, "0-10", "anna-2", 9, events[0], 0),
        FeedEntry(7, "0-11", "anna", 2, events[1], 0),
    ]
    await archive.append(entries, ["0-12"])

    assert [one.event for one in await archive.story("anna-2")] == events


async def test_a_file_of_before_is_read_and_written_on(tmp_path: Path, clock: SetClock) -> None:
    """Its events are those of the feed's key."""
    (tmp_path / "archive").mkdir()
    before = sqlite3.connect(tmp_path / "archive" / "2026-11.sqlite")
    before.execute(
        "create table events (key text not null, version integer not null, n integer not null, event blob not null, "
        "archived_at real not null, primary key (key, version, n)) without rowid"
    )
    before.execute("insert into events values ('anna-1', 1, 0, 'started', 1.0)")
    before.commit()
    before.close()
    archive = SqliteArchive(tmp_path / "archive", clock)

    await archive.append(told(2, b"home"), ["0-2"])

    assert [(one.version, one.event) for one in await archive.story("anna-1")] == [(1, "started"), (2, b"home")]
    await archive.close()


async def test_what_is_forgotten_is_gone_from_every_file(
    archive: SqliteArchive, clock: SetClock, tmp_path: Path
) -> None:
    """Not a byte of it is left on disk; other stories stay. What operators did is kept instead, once."""
    line = Audited(5.0, "priya", "claimed", "1f2e")
    await archive.append([*told(1, b"her secret way"), *told(1, b"other", key="dad-1")], ["0-1"])
    await archive.remember("anna-1", b"her secret way", NOVEMBER_AT)
    clock.at = DECEMBER_AT
    await archive.append(told(2, b"her secret way too"), ["0-2"])

    for _ in range(2):
        await archive.forget(["anna-1", "nobody-1"], [line])

    assert (await archive.story("anna-1"), await archive.closed("anna-1")) == ([], None)
    assert [one.event for one in await archive.story("dad-1")] == [b"other"]
    assert await archive.audit() == [line]
    assert await archive.cursors() == ["0-2"]
    left = b"".join(path.read_bytes() for path in (tmp_path / "archive").iterdir())
    assert b"secret way" not in left


async def test_an_empty_file_of_an_earlier_month_goes(archive: SqliteArchive, clock: SetClock, tmp_path: Path) -> None:
    """Never the one in which the place in the feed stands."""
    await archive.append(told(1, b"a"), ["0-1"])
    await archive.forget(["anna-1"])
    assert [path.name for path in archive_files(tmp_path)] == ["2026-11.sqlite"]
    clock.at = DECEMBER_AT
    await archive.append(told(2, b"b"), ["0-2"])
    await archive.forget(["nobody"])

    assert [path.name for path in archive_files(tmp_path)] == ["2026-12.sqlite"]
    assert list((tmp_path / "archive").glob("2026-11*")) == []


async def test_what_is_old_can_be_found_and_taken_away(archive: SqliteArchive, clock: SetClock) -> None:
    """Stories about which nothing was written down since; what happened to accounts; what operators did."""
    renamed = event_bytes("anna", AccountChanged(at=1.0, what="name"))
    await archive.append([*told(1, b"a"), *told(1, b"b", key="dad-1"), *told(1, renamed, key="anna")], ["0-1"])
    await archive.forget(["nobody"], [Audited(NOVEMBER_AT, "priya", "claimed", "1f2e")])
    clock.at = DECEMBER_AT
    await archive.append(told(2, b"c", key="dad-1"), ["0-2"])

    assert sorted(await archive.old(DECEMBER_AT, 9)) == ["anna", "anna-1"]
    assert await archive.old(NOVEMBER_AT, 9) == []
    assert (await archive.forget_accounts(NOVEMBER_AT), await archive.forget_accounts(DECEMBER_AT)) == (0, 1)
    assert (await archive.forget_audit(NOVEMBER_AT), await archive.forget_audit(DECEMBER_AT)) == (0, 1)
    assert (await archive.story("anna"), await archive.audit()) == ([], [])
    assert len(await archive.story("anna-1")) == 1


async def test_others_read_while_it_writes(archive: SqliteArchive, tmp_path: Path, clock: SetClock) -> None:
    """A page may look into the archive that the archivist holds open."""
    await archive.append(told(1, b"a"), ["0-1"])
    reader = SqliteArchive(tmp_path / "archive", clock)
    await archive.append(told(2, b"b"), ["0-2"])
    assert [event.event for event in await reader.story("anna-1")] == [b"a", b"b"]
    await reader.close()
