"""The store on a Valkey or Redis server, 7.2 or newer.

Keys, `{p3}` being the traveller's partition and the hash tag of a cluster slot:

    lamplit:{p3}:versions   hash    row key → "version:commit id"
    lamplit:{p3}:states     hash    row key → value
    lamplit:{p3}:track:<k>  list    sealed track chunks of row k
    lamplit:{p3}:gone:<k>   string  how row k was deleted, for an hour
    lamplit:{p3}:wake       zset    row key → wake_at
    lamplit:{p3}:outbox     hash    id → value
    lamplit:{p3}:queue:0…11 zset    id → visible_at, one per urgency and lane: urgency * 4 + lane
    lamplit:{p3}:claims     hash    id → times claimed
    lamplit:{p3}:feed       stream  ids 0-1, 0-2, 0-3 …: a missing number is a gap
    lamplit:{p3}:book:<b>   hash    directory, spread by crc32 of the name
    lamplit:lease:<name>    string
    lamplit:meta            hash    partitions, format, generation
"""

from collections.abc import Iterator, Sequence
from hashlib import sha1
from importlib.resources import files
from itertools import chain
from math import ceil
from operator import itemgetter
from uuid import uuid4
from zlib import crc32

from redis.exceptions import NoScriptError, ResponseError

from .store import (
    LANES,
    PARTITIONS,
    Claim,
    CommitUnknown,
    FeedEntry,
    FeedGap,
    Row,
    StoreRefused,
    StoreUnavailable,
    Unit,
    Waiting,
    partition_of,
    partition_of_unit,
)
from .valkey_audit import Audited
from .valkey_check import FORMAT, complaints, demand, demand_meta, demand_unhurried, questions
from .valkey_line import Command, Line, Reply, ReplyLost
from .valkey_wording import QUEUE_NAMES, QUEUES, entry_of, key_of, number, pairs, place_of, queue_of, records_of, scored

_CALL_ROWS = 1000
_CALL_BYTES = 256 * 1024
_FEED_COUNT = 1000
_GONE_S = 3600
_META = "lamplit:meta"
LASTING = ("versions", "states", "wake", "outbox", "claims", "feed", *QUEUE_NAMES)
"""What a commit may write, beside tracks: the KEYS of its script. No server may let it expire."""
_EMPTY = "0-0"


class _Script:
    def __init__(self, name: str) -> None:
        self.text = files(__package__).joinpath(name).read_bytes()
        self.digest = sha1(self.text, usedforsecurity=False).hexdigest()  # the server's own name for it


_COMMIT = _Script("commit.lua")
_CLAIM = _Script("claim.lua")
_LEASE = _Script("lease.lua")
_DROP = _Script("drop.lua")
_SWAP = _Script("swap.lua")


class ValkeyStore(Audited):
    """See the port for what each method promises.

    `url` is `redis://…`, `rediss://…` or `unix:///path`. A partition's feed keeps at least its last
    `feed_length` events. `durability_vouched` accepts a server that does not answer CONFIG.
    """

    def __init__(
        self,
        url: str,
        *,
        partitions: int = PARTITIONS,
        feed_length: int = 10_000,
        timeout_s: float = 5.0,
        durability_vouched: bool = False,
    ) -> None:
        self.partitions = partitions
        self.generation = ""  # drawn at the first start; known after `check`
        self.line = Line(url, timeout_s=timeout_s)
        # Readers of the feed block; on connections of their own they hold nobody up.
        self.feed_line = Line(url, timeout_s=timeout_s, max_connections=1000)
        self._feed_length = feed_length
        self._durability_vouched = durability_vouched
        self._every = range(partitions)
        self._commit_keys = [[key_of(p, name) for name in (*LASTING, "")] for p in self._every]

    async def load(self, keys: Sequence[str]) -> list[Row | None]:
        places: dict[int, list[int]] = {}
        for place, key in enumerate(keys):
            places.setdefault(partition_of(key, self.partitions), []).append(place)
        # Versions first: a state older than its version would let a commit undo what came between. A newer one loses its
        # commit, and is no worse an answer.
        commands: list[Command] = []
        for partition, mine in places.items():
            wanted = [keys[place] for place in mine]
            commands += (
                ("HMGET", key_of(partition, "versions"), *wanted),
                ("HMGET", key_of(partition, "states"), *wanted),
            )
        replies = await self.line.read(*commands) if commands else []
        rows: list[Row | None] = [None] * len(keys)
        for mine, stamps, states in zip(places.values(), replies[::2], replies[1::2], strict=True):
            for place, stamp, state in zip(mine, stamps, states, strict=True):
                if stamp is not None and state is not None:  # it may be made or deleted in between
                    rows[place] = Row(keys[place], int(stamp.partition(b":")[0]), state)
        return rows

    async def commit(self, units: Sequence[Unit]) -> list[bool]:
        calls = list(self._calls(units))
        if not calls:
            return []
        try:
            replies = await self._run(_COMMIT, [arguments for _, arguments in calls])
        except ReplyLost as lost:
            raise CommitUnknown(str(lost)) from lost
        refusals = [reply for reply in replies if isinstance(reply, ResponseError)]
        if refusals:
            # A call that is refused has written nothing; its neighbours may have.
            raise StoreRefused(f"the store refuses: {refusals[0]}") from refusals[0]
        won = [True] * len(units)
        for (places, _), lost_units in zip(calls, replies, strict=True):
            for index in lost_units:
                won[places[index]] = False
        return won

    async def due(self, now: float, limit: int) -> list[tuple[str, float]]:
        replies = await self.line.read(
            *(
                ("ZRANGEBYSCORE", key_of(p, "wake"), "-inf", number(now), "WITHSCORES", "LIMIT", 0, limit)
                for p in self._every
            )
        )
        return sorted(chain.from_iterable(map(scored, replies)), key=itemgetter(1, 0))[:limit]

    async def waiting(self, now: float, limit: int) -> list[Waiting]:
        queues = [(q, p) for q in QUEUES for p in self._every]
        replies = await self.line.read(
            *(
                ("ZRANGEBYSCORE", key_of(p, f"queue:{q}"), "-inf", number(now), "WITHSCORES", "LIMIT", 0, limit)
                for q, p in queues
            )
        )
        found = [
            Waiting(p, name, *divmod(q, len(LANES)), visible_at)
            for (q, p), reply in zip(queues, replies, strict=True)
            for name, visible_at in scored(reply)
        ]
        found.sort(key=lambda w: (w.urgency, w.visible_at, w.id, w.partition))
        return found

    async def claim(self, rows: Sequence[Waiting], now: float, lease_s: float) -> list[Claim]:
        wanted: dict[int, list[str | int]] = {}
        for row in rows:
            wanted.setdefault(row.partition, []).extend((queue_of(row.urgency, row.lane), row.id))
        calls = [self._claim_call(p, now, now + lease_s, names) for p, names in wanted.items()]
        try:
            taken = _accepted(await self._run(_CLAIM, calls)) if calls else []
        except ReplyLost as lost:
            raise StoreUnavailable(str(lost)) from lost
        claims = {
            (p, name): Claim(p, name.decode(), value, count)
            for p, flat in zip(wanted, taken, strict=True)
            for name, value, count in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        }
        named = ((row.partition, row.id.encode()) for row in rows)
        return [claims[one] for one in named if one in claims]

    async def put_off(self, claim: Claim, until: float) -> None:
        await self.line.read(
            *(("ZADD", key_of(claim.partition, f"queue:{q}"), "XX", number(until), claim.id) for q in QUEUES)
        )

    async def outbox(self) -> list[tuple[str, bytes, float]]:
        commands: list[Command] = []
        for p in self._every:
            commands += (("MULTI",), ("HGETALL", key_of(p, "outbox")))
            commands += (("ZRANGE", key_of(p, f"queue:{q}"), 0, -1, "WITHSCORES") for q in QUEUES)
            commands.append(("EXEC",))
        replies = await self.line.read(*commands)
        rows = []
        for values, *queues in replies[len(QUEUES) + 2 :: len(QUEUES) + 3]:
            visible_at = dict(chain.from_iterable(map(scored, queues)))
            rows += [(name.decode(), value, visible_at[name.decode()]) for name, value in pairs(values)]
        return rows

    async def track(self, key: str) -> list[bytes]:
        [chunks] = await self.line.read(("LRANGE", key_of(partition_of(key, self.partitions), f"track:{key}"), 0, -1))
        return list(chunks)

    async def feed_begin(self) -> list[str]:
        oldest = await self.line.read(*(("XRANGE", key_of(p, "feed"), "-", "+", "COUNT", 1) for p in self._every))
        return [f"0-{place_of(begin) - 1}" if begin != _EMPTY else _EMPTY for begin in _tips(oldest)]

    async def feed_end(self) -> list[str]:
        return _tips(await self.line.read(*self._feed_ends()))

    async def feed(self, cursors: Sequence[str], block_s: float) -> list[FeedEntry]:
        streams = [key_of(p, "feed") for p in self._every]
        wait = ("BLOCK", ceil(block_s * 1000)) if block_s > 0 else ()
        *tails, found = await self.feed_line.read(
            *self._feed_ends(),
            ("XREAD", "COUNT", _FEED_COUNT, *wait, "STREAMS", *streams, *cursors),
            wait_s=max(block_s, 0),
        )
        ahead = any(place_of(cursor) > place_of(end) for cursor, end in zip(cursors, _tips(tails), strict=True))
        entries: list[FeedEntry] = []
        for stream, items in found or ():
            p = streams.index(stream.decode())
            before = place_of(cursors[p])
            if place_of(items[0][0].decode()) != before + 1:
                ahead = True
            entries += [entry_of(p, name.decode(), fields) for name, fields in items]
        if ahead:
            raise FeedGap(await self._resume(cursors))
        return entries

    async def book_get(self, book: str, names: Sequence[str]) -> list[bytes | None]:
        if not names:
            return []
        return list(await self.line.read(*(("HGET", self._book(book, name), name) for name in names)))

    async def book_put(
        self, book: str, name: str, value: bytes, *, only_if_absent: bool = False, only_if: bytes | None = None
    ) -> bool:
        if only_if is not None:
            return bool(await self._ask_one(_SWAP, (1, self._book(book, name), name, only_if, value)))
        command = "HSETNX" if only_if_absent else "HSET"
        [created] = await self.line.read((command, self._book(book, name), name, value))
        return bool(created) or not only_if_absent

    async def book_drop(self, book: str, name: str, *, only_if: bytes | None = None) -> None:
        if only_if is None:
            await self.line.read(("HDEL", self._book(book, name), name))
        else:
            await self._ask_one(_DROP, (1, self._book(book, name), name, only_if))

    async def book_all(self, book: str) -> dict[str, bytes]:
        replies = await self.line.read(*(("HGETALL", key_of(p, f"book:{book}")) for p in self._every))
        return {name.decode(): value for flat in replies for name, value in pairs(flat)}

    async def lease(self, name: str, owner: str, ttl_s: float) -> bool:
        milliseconds = max(1, ceil(ttl_s * 1000))
        return bool(await self._ask_one(_LEASE, (1, f"lamplit:lease:{name}", owner, milliseconds)))

    async def server_time(self) -> float:
        [[seconds, microseconds]] = await self.line.read(("TIME",))
        return int(seconds) + int(microseconds) / 1e6

    async def check(self) -> None:
        try:
            info, config = await self.line.ask(*questions())
        except ReplyLost as lost:
            raise StoreUnavailable(str(lost)) from lost
        _accepted([info])
        demand(info, config, vouched=self._durability_vouched)
        first_start = (("format", FORMAT), ("partitions", self.partitions), ("generation", uuid4().hex))
        *_, meta = await self.line.read(
            *(("HSETNX", _META, name, value) for name, value in first_start),
            ("HGETALL", _META),
        )
        self.generation = demand_meta(meta, partitions=self.partitions)
        lasting = [_META, *(key_of(p, name) for p in self._every for name in LASTING)]
        demand_unhurried(lasting, await self.line.read(*(("PTTL", key) for key in lasting)))

    async def complaints(self) -> list[str]:
        """Everything that speaks against this server's settings, where `check` stops at the first. Changes nothing.
        Raises StoreUnavailable."""
        try:
            info, config = await self.line.ask(*questions())
        except ReplyLost as lost:
            raise StoreUnavailable(str(lost)) from lost
        _accepted([info])
        return list(complaints(info, config, vouched=self._durability_vouched))

    async def keys(self) -> list[str]:
        replies = await self.line.read(*(("HKEYS", key_of(p, "versions")) for p in self._every))
        return [key.decode() for keys in replies for key in keys]

    async def close(self) -> None:
        await self.line.close()
        await self.feed_line.close()

    def _calls(self, units: Sequence[Unit]) -> Iterator[tuple[list[int], Command]]:
        """The commit calls: which units, and the arguments. Whole units, in order, of one partition each."""
        batches: dict[int, list[tuple[int, list[str | bytes]]]] = {}
        for place, unit in enumerate(units):
            batches.setdefault(partition_of_unit(unit, self.partitions), []).append((place, records_of(unit)))
        for partition, batch in batches.items():
            places: list[int] = []
            records: list[str | bytes] = []
            rows = size = 0
            for place, record in batch:
                more_rows = len(units[place].puts)
                more_size = sum(map(len, record))
                if places and (rows + more_rows > _CALL_ROWS or size + more_size > _CALL_BYTES):
                    yield places, self._commit_call(partition, records)
                    places, records, rows, size = [], [], 0, 0
                places.append(place)
                records += record
                rows, size = rows + more_rows, size + more_size
            yield places, self._commit_call(partition, records)

    def _commit_call(self, p: int, records: Sequence[str | bytes]) -> Command:
        return (len(LASTING), *self._commit_keys[p], self._feed_length, _GONE_S, *records)

    def _claim_call(self, p: int, now: float, until: float, names: Sequence[str | int]) -> Command:
        keys = ("outbox", "claims", *QUEUE_NAMES)
        return (len(keys), *(key_of(p, key) for key in keys), number(now), number(until), *names)

    async def _run(self, script: _Script, calls: Sequence[Command]) -> list[Reply]:
        """Call `script` once per entry of `calls`, in one write. Raises ReplyLost, StoreUnavailable."""
        replies = await self.line.ask(*(("EVALSHA", script.digest, *call) for call in calls))
        unknown = [place for place, reply in enumerate(replies) if isinstance(reply, NoScriptError)]
        if unknown:
            # Only calls that certainly did not run are sent again, now behind the script itself.
            try:
                _, *again = await self.line.ask(
                    ("SCRIPT", "LOAD", script.text),
                    *(("EVALSHA", script.digest, *calls[place]) for place in unknown),
                )
            except StoreUnavailable as error:
                raise ReplyLost(str(error)) from error
            for place, reply in zip(unknown, again, strict=True):
                replies[place] = reply
        return replies

    async def _ask_one(self, script: _Script, call: Command) -> Reply:
        try:
            [reply] = _accepted(await self._run(script, [call]))
        except ReplyLost as lost:
            raise StoreUnavailable(str(lost)) from lost
        return reply

    def _feed_ends(self) -> list[Command]:
        return [("XREVRANGE", key_of(p, "feed"), "+", "-", "COUNT", 1) for p in self._every]

    async def _resume(self, cursors: Sequence[str]) -> list[str]:
        """For each partition the cursor, or where its feed begins now if the cursor's next entry is gone."""
        begins, ends = await self.feed_begin(), await self.feed_end()
        return [
            cursor if place_of(begin) <= place_of(cursor) <= place_of(end) else begin
            for cursor, begin, end in zip(cursors, begins, ends, strict=True)
        ]

    def _book(self, book: str, name: str) -> str:
        return key_of(crc32(name.encode()) % self.partitions, f"book:{book}")


def _accepted(replies: list[Reply]) -> list[Reply]:
    for reply in replies:
        if isinstance(reply, ResponseError):
            raise StoreUnavailable(f"the store refuses: {reply}") from reply
    return replies


def _tips(tips: Sequence[Reply]) -> list[str]:
    return [tip[0][0].decode() if tip else _EMPTY for tip in tips]
