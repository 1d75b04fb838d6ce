"""The embedded store dies, is left behind, cannot write, is started twice: nothing acknowledged is lost."""

import asyncio
import fcntl
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from service.clock import SystemClock
from service.embedded import DataDirectoryInUse, EmbeddedStore
from service.store import CommitUnknown, Put, Row, StoreUnavailable, Unit, WrongStore
from service.valkey_store import ValkeyStore

_T = TypeVar("_T")
WALK = "anna-1"

PARENT = """
import asyncio, sys
from pathlib import Path
from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.store import Put, Unit
from service.valkey_store import ValkeyStore

async def main():
    async with EmbeddedStore(Path(sys.argv[1]), SystemClock()) as embedded:
        store = ValkeyStore(embedded.url)
        await store.commit([Unit("parent:1", (Put("anna-1", 0, b"on her way"),))])
        print(embedded.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@dataclass(frozen=True)
class HurriedClock(SystemClock):
    """Notes how long it was asked to wait, and hardly waits."""

    pauses: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0.005)

    async def slept(self, times: int) -> None:
        """Wait until it was asked so often."""
        for _ in range(1000):
            if len(self.pauses) >= times:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"expected {times} pauses, got {self.pauses}")


def no_notes(_text: str) -> None:
    """Deaths are expected here."""


@asynccontextmanager
async def started(
    data_dir: Path, clock: SystemClock | None = None, *, file_size_limit: int | None = None
) -> AsyncIterator[tuple[EmbeddedStore, ValkeyStore]]:
    embedded = EmbeddedStore(data_dir, clock or HurriedClock(), note=no_notes, file_size_limit=file_size_limit)
    async with embedded:
        store = ValkeyStore(embedded.url)
        try:
            yield embedded, store
        finally:
            await store.close()


async def until_answered(ask: Callable[[], Awaitable[_T]]) -> _T:
    """What a caller does: ask again until the store is back."""
    for _ in range(500):
        try:
            return await ask()
        except (StoreUnavailable, CommitUnknown):
            await asyncio.sleep(0.02)
    raise AssertionError("the store did not come back")


async def until_started(embedded: EmbeddedStore, died: int) -> None:
    """Wait for the next server, by its process id."""
    for _ in range(500):
        if embedded.pid != died:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("no new server was started")


@asynccontextmanager
async def left_behind(data_dir: Path) -> AsyncIterator[int]:
    """A server whose program was killed; its process id."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(data_dir), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert parent.stdout
    pid = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    try:
        yield pid
    finally:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    # An orphan that has ended may wait for somebody to collect it.
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def spoil(data_dir: Path) -> bytes:
    """Make the append-only file unreadable from its beginning; returns what it held."""
    [file] = data_dir.glob("appendonlydir/*.incr.aof")
    held = file.read_bytes()
    file.write_bytes(b"*1\r\n$7\r\nNONSENSE" + held)
    return held


def repair(data_dir: Path, held: bytes) -> None:
    [file] = data_dir.glob("appendonlydir/*.incr.aof")
    file.write_bytes(held)


async def test_it_starts_with_every_setting_that_is_demanded(tmp_path: Path) -> None:
    """A new directory becomes a store that passes its check, for its owner's eyes only, away from our Ctrl-C."""
    async with started(tmp_path / "new" / "data") as (embedded, store):
        await store.check()
        assert embedded.data_dir.stat().st_mode & 0o777 == 0o700
        assert os.getsid(embedded.pid) != os.getsid(0)
        pid = embedded.pid
    assert not alive(pid)
    assert not embedded.data_dir.joinpath("valkey.sock").exists()


async def test_what_was_acknowledged_is_there_after_an_orderly_end(tmp_path: Path) -> None:
    """Stopped and started, the store holds what it held, and is the same generation."""
    generations = set()
    for version in range(3):
        async with started(tmp_path) as (_, store):
            await store.check()
            generations.add(store.generation)
            assert await store.commit([Unit(f"c:{version}", (Put(WALK, version, b"x"),))]) == [True]
    assert len(generations) == 1


async def test_a_directory_in_use_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """A second program on the same directory would append to the same file: it is told so, and the first goes on."""
    async with started(tmp_path) as (_, store):
        with pytest.raises(DataDirectoryInUse, match=f"^data directory in use: {tmp_path}$"):
            await EmbeddedStore(tmp_path, SystemClock()).__aenter__()
        assert await store.commit([Unit("c", (Put(WALK, 0, b""),))]) == [True]


async def test_a_killed_server_is_started_again_and_has_lost_nothing(tmp_path: Path) -> None:
    """kill -9 between commits, again and again: the url stays and every acknowledged version is there."""
    async with started(tmp_path) as (embedded, store):
        for version in range(3):
            unit = Unit(f"c:{version}", (Put(WALK, version, b"%d" % version),))
            assert await until_answered(lambda unit=unit: store.commit([unit])) == [True]  # type: ignore[misc]
            died = embedded.pid
            os.kill(died, signal.SIGKILL)
            row = await until_answered(lambda: store.load([WALK]))
            assert row == [Row(WALK, version + 1, b"%d" % version)]
            await until_started(embedded, died)
        assert embedded.starts_again == 3


async def test_kill_in_the_middle_of_commits_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """The server is killed while commits stream in: each repeated until answered, all are there exactly once."""
    async with started(tmp_path) as (embedded, store):
        answered = asyncio.Semaphore(0)

        async def walk(who: str) -> None:
            for version in range(30):
                unit = Unit(f"{who}:{version}", (Put(who, version, b"%d" % version),), track=((who, b"."),))
                assert await until_answered(lambda unit=unit: store.commit([unit])) == [True]  # type: ignore[misc]
                answered.release()

        people = [f"p{n}" for n in range(8)]
        walks = asyncio.gather(*(walk(who) for who in people))
        for _ in range(2):
            # A third of all, then two thirds: on a fast disk and on a slow one the kill falls among commits.
            for _ in range(80):
                await answered.acquire()
            assert not walks.done()
            died = embedded.pid
            os.kill(died, signal.SIGKILL)
            await until_started(embedded, died)
        await walks
        rows = await until_answered(lambda: store.load(people))
        assert rows == [Row(who, 30, b"29") for who in people]
        assert [len(await until_answered(lambda who=who: store.track(who))) for who in people] == [30] * 8  # type: ignore[misc]


async def test_a_server_left_behind_is_taken_over_with_all_it_holds(tmp_path: Path) -> None:
    """kill -9 of the program leaves the server; the next program adopts it, supervises it and ends it in order."""
    async with left_behind(tmp_path) as pid:
        assert alive(pid)
        async with started(tmp_path) as (embedded, store):
            assert (embedded.adopted, embedded.pid) == (True, pid)
            assert await store.load([WALK]) == [Row(WALK, 1, b"on her way")]
            os.kill(pid, signal.SIGKILL)
            assert await until_answered(lambda: store.load([WALK])) == [Row(WALK, 1, b"on her way")]
            await until_started(embedded, pid)
        assert not alive(embedded.pid)
    async with left_behind(tmp_path / "another") as pid:
        async with started(tmp_path / "another"):
            pass
        assert not alive(pid)


async def test_what_holds_the_directory_but_is_no_store_is_not_taken_over(tmp_path: Path) -> None:
    """Somebody holds the server's lock and does not answer as this directory's store: the start is refused."""
    with (tmp_path / "store.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DataDirectoryInUse, match=f"cannot be taken over: {tmp_path}$"):
            await EmbeddedStore(tmp_path, SystemClock(), note=no_notes).__aenter__()
    async with started(tmp_path) as (_, store):
        await store.check()


async def test_a_store_of_another_directory_is_not_taken_over(tmp_path: Path) -> None:
    """A socket that leads to the store of somebody else's directory is not believed."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    async with started(theirs) as (embedded, _):
        (ours / "socket").write_text(embedded.url.removeprefix("unix://"))
        with (ours / "store.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(DataDirectoryInUse, match="cannot be taken over"):
                await EmbeddedStore(ours, SystemClock(), note=no_notes).__aenter__()


async def as_many_as_fit(store: ValkeyStore, units: list[Unit]) -> int:
    """Commit one after the other until the store fails; how many it acknowledged."""
    for acknowledged, unit in enumerate(units):
        try:
            assert await store.commit([unit]) == [True]
        except (CommitUnknown, StoreUnavailable):
            return acknowledged
    raise AssertionError("the store never ran out of room")


async def test_a_store_that_cannot_write_acknowledges_nothing_more(tmp_path: Path) -> None:
    """Out of room the server ends. Commits fail, what was acknowledged stays, and with room all goes on."""
    clock = HurriedClock()
    async with started(tmp_path, clock, file_size_limit=100_000) as (embedded, store):
        units = [Unit(f"c:{n}", (Put(f"p{n}", 0, b"x" * 5_000),)) for n in range(40)]
        acknowledged = await as_many_as_fit(store, units)
        assert 10 < acknowledged < 20
        for _ in range(3):
            await until_answered(store.server_time)
            with pytest.raises((CommitUnknown, StoreUnavailable)):
                await store.commit([units[acknowledged]])
        embedded.file_size_limit = None
        await until_answered(store.server_time)
        # This server may have been started just before there was room; if so it dies once more.
        for unit in units[acknowledged:]:
            assert await until_answered(lambda unit=unit: store.commit([unit])) == [True]  # type: ignore[misc]
        rows = await until_answered(lambda: store.load([unit.puts[0].key for unit in units]))
        assert [row.version for row in rows if row] == [1] * 40
        assert clock.pauses[:3] == [0.2, 0.4, 0.8]


async def test_it_is_started_again_for_ever_with_growing_pauses(tmp_path: Path) -> None:
    """A file nobody can read keeps the server from starting: pauses grow to ten seconds, and once it is
    repaired the store is back."""
    clock = HurriedClock()
    async with started(tmp_path, clock) as (embedded, store):
        await store.commit([Unit("c", (Put(WALK, 0, b"x"),))])
        held = spoil(tmp_path)
        os.kill(embedded.pid, signal.SIGKILL)
        await clock.slept(8)
        repair(tmp_path, held)
        assert await until_answered(lambda: store.load([WALK])) == [Row(WALK, 1, b"x")]
    assert clock.pauses[:8] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


async def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    """The first start gives up at once, in one sentence that ends with the server's last words."""
    async with started(tmp_path) as (_, store):
        await store.commit([Unit("c", (Put(WALK, 0, b"x"),))])
    spoil(tmp_path)
    with pytest.raises(WrongStore, match=r"the store does not start: .*append only file"):
        await EmbeddedStore(tmp_path, SystemClock(), note=no_notes).__aenter__()


async def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    """Sockets have short names: a deep data directory keeps its socket in a private one, also when adopted."""
    deep = tmp_path / ("long" * 20) / ("longer" * 10)
    async with left_behind(deep) as pid, started(deep) as (embedded, store):
        assert embedded.pid == pid
        assert await store.load([WALK]) == [Row(WALK, 1, b"on her way")]
        socket = Path(embedded.url.removeprefix("unix://"))
        assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert not socket.parent.exists()
