"""The store on a real server when things go wrong: replies are lost, scripts break, settings differ."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from service import valkey_store
from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.store import CommitUnknown, FeedGap, Put, Row, Send, StoreUnavailable, Unit, WrongStore, partition_of
from service.valkey_line import Command, Line, Reply
from service.valkey_store import ValkeyStore
from tests.contracts.units import claimed
from tests.doubles.lossy_proxy import Fault, LossyProxy

WALK = "anna-1"
LUA = Path(valkey_store.__file__).with_name("commit.lua")
HALF_TWO = "-- half two: from here on nothing can fail"


def started(commit_id: str = "c:1", *, key: str = WALK, n: int = 0) -> Unit:
    """A unit that uses everything a unit can have."""
    return Unit(
        commit_id,
        (Put(key, n, b"state"), Put("anna-2", n, b"other")),
        events=(b"started", b"armed"),
        wakes=((key, 5.0), ("anna-2", None)),
        sends=(Send("notice", 1.0, 1, b"text"),),
        unsend=("old",),
        track=((key, b"chunk"),),
    )


@pytest.fixture
async def proxy(valkey_url: str) -> AsyncIterator[LossyProxy]:
    """A wire to an empty server that can lose a reply."""
    async with LossyProxy(valkey_url) as wire:
        yield wire


@pytest.fixture
async def lossy_store(proxy: LossyProxy, valkey_store: ValkeyStore) -> AsyncIterator[ValkeyStore]:
    """A store at the end of that wire; the server already knows the scripts."""
    await valkey_store.commit([Unit("warm:1", (Put("warm", 0, b""),))])
    store = ValkeyStore(proxy.url, timeout_s=0.3)
    await store.check()
    yield store
    await store.close()


@pytest.mark.parametrize("fault", [Fault.REPLY_LOST, Fault.REPLY_NEVER, Fault.CALL_LOST])
async def test_a_lost_reply_is_unknown_and_a_repeat_applies_once(
    lossy_store: ValkeyStore, proxy: LossyProxy, fault: Fault
) -> None:
    """Anna's commit is on disk or not, nobody knows; sent again it is won, and everything happened once."""
    beginning = await lossy_store.feed_begin()
    calls = proxy.script_calls
    proxy.fault = fault
    with pytest.raises(CommitUnknown):
        await lossy_store.commit([started()])
    assert proxy.script_calls == calls + 1, "nobody but the caller sends a commit again"
    assert await lossy_store.commit([started()]) == [True]
    assert await lossy_store.load([WALK]) == [Row(WALK, 1, b"state")]
    assert await lossy_store.track(WALK) == [b"chunk"]
    assert [entry.event for entry in await lossy_store.feed(beginning, 0)] == [b"started", b"armed"]
    assert await lossy_store.outbox() == [("notice", b"text", 1.0)]


async def test_a_lost_reply_over_many_partitions_repairs_itself(lossy_store: ValkeyStore, proxy: LossyProxy) -> None:
    """A batch over all partitions is one write; whatever part of it was applied, the repeat completes it."""
    units = [Unit(f"c:{n}", (Put(f"traveller{n}", 0, b"x"),)) for n in range(40)]
    assert len({partition_of(unit.puts[0].key) for unit in units}) == 8
    proxy.fault = Fault.REPLY_LOST
    with pytest.raises(CommitUnknown):
        await lossy_store.commit(units)
    assert await lossy_store.commit(units) == [True] * 40


async def test_a_store_that_is_not_there_is_unavailable() -> None:
    """Refused before anything was sent: StoreUnavailable, not CommitUnknown."""
    store = ValkeyStore("redis://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        await store.commit([started()])
    with pytest.raises(StoreUnavailable):
        await store.load([WALK])
    with pytest.raises(StoreUnavailable):
        await store.check()
    await store.close()


async def test_a_server_that_forgot_its_scripts_is_taught_again(valkey_store: ValkeyStore, line: Line) -> None:
    """After a restart or SCRIPT FLUSH the commit goes through, once."""
    await line.read(("SCRIPT", "FLUSH"))
    assert await valkey_store.commit([started()]) == [True]
    await line.read(("SCRIPT", "FLUSH"))
    assert [claim.claims for claim in await claimed(valkey_store, 9.0, 9)] == [1]


async def test_a_server_without_room_refuses_before_it_writes(
    valkey_store: ValkeyStore, valkey_url: str, line: Line
) -> None:
    """A server at its memory limit writes nothing of a commit and the caller hears StoreUnavailable."""
    await valkey_store.commit([started()])
    before = await everything(valkey_url)
    await line.read(("CONFIG", "SET", "maxmemory", "1"))
    try:
        with pytest.raises(StoreUnavailable, match="maxmemory"):
            await valkey_store.commit([started("c:2", n=1)])
    finally:
        await line.read(("CONFIG", "SET", "maxmemory", "0"))
    assert await everything(valkey_url) == before


async def everything(url: str) -> dict[bytes, bytes]:
    """Every key but the metadata with its content, as the server would dump it."""
    line = Line(url)
    [keys] = await line.read(("KEYS", "*"))
    keys = sorted(key for key in keys if key != b"lamplit:meta")
    dumped = await line.read(*(("DUMP", key) for key in keys)) if keys else []
    await line.close()
    return dict(zip(keys, dumped, strict=True))


@pytest.fixture
async def line(valkey_url: str) -> AsyncIterator[Line]:
    """A plain connection to the empty server."""
    plain = Line(valkey_url)
    yield plain
    await plain.close()


def broken_scripts() -> Iterator[tuple[int, bytes]]:
    """commit.lua with an error before each line of its first half, as far as that is still a program."""
    lines = LUA.read_text().splitlines()
    for place in range(1, lines.index(HALF_TWO) + 1):
        yield place, "\n".join([*lines[:place], "do error('injected') end", *lines[place:]]).encode()


async def test_a_commit_that_breaks_anywhere_before_it_writes_leaves_nothing(
    valkey_store: ValkeyStore, valkey_url: str, line: Line
) -> None:
    """With an error injected at every line of the reading half, either all of the commit is there or nothing."""
    await valkey_store.commit([Unit("c:0", (Put("anna-3", 0, b""),), sends=(Send("old", 1.0, 0, b""),))])
    before = await everything(valkey_url)
    erasing = Unit("c:2", (Put("anna-3", 1, None),))
    [(_, call)] = valkey_store._calls([started(), started("c:late", n=3), erasing])
    hit = 0
    for place, script in broken_scripts():
        [reply] = await line.ask(("EVAL", script, *call))
        if "injected" in str(reply):
            hit += 1
            assert await everything(valkey_url) == before, f"line {place}"
        elif reply == [1]:
            # A branch this commit does not take: then it must have gone through.
            assert await valkey_store.load([WALK, "anna-3"]) == [Row(WALK, 1, b"state"), None]
            await line.read(("FLUSHALL",))
            await valkey_store.commit([Unit("c:0", (Put("anna-3", 0, b""),), sends=(Send("old", 1.0, 0, b""),))])
        else:
            assert "Error compiling script" in str(reply), f"line {place}: {reply}"
    assert hit > 60


def test_the_writing_half_uses_only_what_cannot_fail() -> None:
    """After the checks a script calls nothing but writes on keys whose type was checked, in the two that write."""
    harmless = {"commit.lua": "DEL HDEL HSET HSETNX RPUSH SET XADD ZADD ZREM", "claim.lua": "HINCRBY ZADD"}
    for name, commands in harmless.items():
        half = LUA.with_name(name).read_text().partition(HALF_TWO)[2]
        assert half
        assert set(re.findall(r"redis\.call\('(\w+)'", half)) == set(commands.split())
        assert set(re.findall(r"([\w.]+)\(", half)) <= {"redis.call", "unpack", "math.min", "string.match", "tonumber"}


@pytest.mark.parametrize("name", ["versions", "states", "wake", "outbox", "queue:1", "claims", "feed", f"track:{WALK}"])
async def test_a_key_of_the_wrong_type_stops_a_commit_before_it_writes(
    valkey_store: ValkeyStore, valkey_url: str, line: Line, name: str
) -> None:
    """Somebody else's key in our place is noticed while nothing is written."""
    await line.read(("SET", f"lamplit:{{p7}}:{name}", "not ours"))
    before = await everything(valkey_url)
    with pytest.raises(StoreUnavailable, match="WRONGTYPE"):
        await valkey_store.commit([started()])
    assert await everything(valkey_url) == before


async def test_a_malformed_call_is_refused_whole(valkey_store: ValkeyStore, valkey_url: str, line: Line) -> None:
    """A call that is cut short, or holds what is no instant, no queue, no put, writes nothing."""
    [(_, call)] = valkey_store._calls([started()])
    text = list(call)
    spoilt = [
        text[:-1],
        [*text, "?"],
        [*text, "W", WALK, "soon"],
        [*text, "S", "n", "1", 12, b""],
        [*text, "S", "n", "1", -1, b""],
        [*text, "C", "E", b""],
    ]
    for arguments in spoilt:
        [reply] = await line.ask(("EVAL", LUA.read_bytes(), *arguments))
        assert "ERR" in str(reply) or "argument" in str(reply)
    assert await everything(valkey_url) == {}


def tear(data_dir: Path, missing: int) -> None:
    """Cut the end off the append-only file."""
    [file] = data_dir.glob("appendonlydir/*.incr.aof")
    with file.open("r+b") as aof:
        aof.truncate(file.stat().st_size - missing)


async def test_a_torn_file_undoes_whole_commits(tmp_path: Path) -> None:
    """Thirty bytes missing at the end of the file after a crash undo the last commit as a whole, no less, no more."""
    async with EmbeddedStore(tmp_path, SystemClock()) as embedded:
        store = ValkeyStore(embedded.url)
        await store.commit([Unit("c:0", (Put("anna-3", 0, b"kept"),))])
        kept = await everything(embedded.url)
        await store.commit([started()])
        await store.close()
    tear(tmp_path, 30)
    async with EmbeddedStore(tmp_path, SystemClock()) as embedded:
        assert await everything(embedded.url) == kept


async def test_the_store_remembers_how_it_was_set_up(valkey_store: ValkeyStore, valkey_url: str, line: Line) -> None:
    """Partitions and format are fixed at the first start, the generation is drawn once; all else is refused."""
    again = ValkeyStore(valkey_url)
    await again.check()
    assert again.generation == valkey_store.generation != ""
    await again.close()
    other = ValkeyStore(valkey_url, partitions=16)
    with pytest.raises(WrongStore, match="expected partitions 16, got 8"):
        await other.check()
    await other.close()
    await line.read(("HSET", "lamplit:meta", "format", "2"))
    with pytest.raises(WrongStore, match="expected format 1, got 2"):
        await valkey_store.check()


@pytest.mark.parametrize(
    ("name", "weak"),
    [("appendfsync", "everysec"), ("no-appendfsync-on-rewrite", "yes"), ("maxmemory-policy", "allkeys-lru")],
)
async def test_a_store_that_may_forget_is_refused(valkey_store: ValkeyStore, line: Line, name: str, weak: str) -> None:
    """Each setting that could lose an acknowledged fix is demanded, also while running."""
    [[_, right]] = await line.read(("CONFIG", "GET", name))
    await line.read(("CONFIG", "SET", name, weak))
    try:
        with pytest.raises(WrongStore, match=f"expected {name} .*, got {weak}"):
            await valkey_store.check()
    finally:
        await line.read(("CONFIG", "SET", name, right))
    await valkey_store.check()


async def test_a_store_that_hides_its_settings_needs_somebody_to_vouch(valkey_url: str, line: Line) -> None:
    """A managed server that refuses CONFIG is accepted only when the operator vouches for it."""
    await line.read(("ACL", "SETUSER", "managed", "on", ">lamplight", "~*", "+@all", "-config"))
    url = valkey_url.replace("unix://", "unix://managed:lamplight@")
    hidden, vouched = ValkeyStore(url), ValkeyStore(url, durability_vouched=True)
    with pytest.raises(WrongStore, match="nobody vouches"):
        await hidden.check()
    await vouched.check()
    for store in (hidden, vouched):
        await store.close()
    await line.read(("ACL", "DELUSER", "managed"))


async def test_a_state_is_never_older_than_its_version(
    valkey_store: ValkeyStore, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else writes, makes and deletes rows between the questions that a load consists of: what is decided on a
    row that has changed loses, and no row is there by half."""
    other = ValkeyStore(valkey_url)
    rows = (Put(WALK, 1, b"2"), Put("anna-2", 0, b"1"), Put("anna-3", 1, None))
    meanwhile = [Unit("second:1", rows)]
    await other.commit([Unit("first:1", (Put(WALK, 0, b"1"), Put("anna-3", 0, b"1")))])
    read = valkey_store.line.read

    async def slowly(*commands: Command) -> list[Reply]:
        replies = []
        for command in commands:
            replies += await read(command)
            assert await other.commit(meanwhile) == [True] * len(meanwhile)
            meanwhile.clear()
        return replies

    monkeypatch.setattr(valkey_store.line, "read", slowly)
    found = await valkey_store.load([WALK, "anna-2", "anna-3"])
    await other.close()

    assert found == [Row(WALK, 1, b"2"), None, None]
    assert await valkey_store.commit([Unit("late:1", (Put(WALK, 1, b"undone"),))]) == [False]


async def test_readers_of_the_feed_hold_nobody_up(valkey_store: ValkeyStore) -> None:
    """Twenty waiting readers, and a commit goes through at once and wakes them all."""
    end = await valkey_store.feed_end()
    reading = [asyncio.create_task(valkey_store.feed(end, 5.0)) for _ in range(20)]
    await asyncio.sleep(0.1)
    assert await valkey_store.commit([started()]) == [True]
    heard = await asyncio.gather(*reading)
    assert all(entries for entries in heard)


async def test_a_gap_names_where_each_partition_goes_on(valkey_url: str) -> None:
    """Only the partition that was trimmed jumps; the others go on from their own place."""
    store = ValkeyStore(valkey_url, feed_length=10)
    begin = await store.feed_begin()
    await store.commit([Unit("d", (Put("dad", 0, b""),), (b"dad",))])
    for n in range(300):
        await store.commit([Unit(f"c:{n}", (Put(WALK, n, b""),), (b"x",))])
    with pytest.raises(FeedGap) as gap:
        await store.feed(begin, 0)
    dads, annas = partition_of("dad"), partition_of("anna")
    assert gap.value.resume[dads] == begin[dads]
    assert gap.value.resume[annas] != begin[annas]
    assert b"dad" in [entry.event for entry in await store.feed(gap.value.resume, 0)]
    await store.close()


async def test_what_is_over_leaves_nothing_behind(valkey_store: ValkeyStore, line: Line) -> None:
    """Sent, claimed, deleted: after the last commit only the feed and the note of the deletions are left."""
    sends = tuple(Send(f"n{lane}", 1.0, urgency, b"text", lane) for urgency, lane in ((0, 0), (1, 3), (2, 1)))
    await valkey_store.commit([Unit("c:1", (Put(WALK, 0, b"x"),), (b"e",), ((WALK, 1.0),), sends, (), ((WALK, b"t"),))])
    await claimed(valkey_store, 1.0, 9)
    await valkey_store.commit([Unit("c:2", (Put(WALK, 1, None),), unsend=("n0", "n1", "n3"))])
    [keys] = await line.read(("KEYS", "lamplit:{*"))
    assert sorted(keys) == [b"lamplit:{p7}:feed", f"lamplit:{{p7}}:gone:{WALK}".encode()]
    [lasts] = await line.read(("TTL", f"lamplit:{{p7}}:gone:{WALK}"))
    assert 0 < lasts <= 3600
