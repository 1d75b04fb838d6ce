"""P3 (targets): the same 2,000 fixes a second from 2,000 sockets, of 2,000 journeys or of 100,000 with rows in the store.

CPU nanoseconds of server and store per acknowledged fix among 100,000 journeys ÷ the same among 2,000, which is the
floor. Everything is on; server and store share one core, the crowd has the other. Half of the time the same 2,000 phones
send (`P3 same`), drawn at random. Then fifty a second go away and fifty come: among 2,000 the same ones again, whose
rows are known; among 100,000 others, whose rows and routes nobody has looked at since the server started, and who have
been silent for minutes. Both stores were filled through the product's own commits, wake index included, everybody with
a first fix. So that those who are silent are not looked for meanwhile, everybody was heard an hour ahead: no journey
is swept in either.
"""

import asyncio
import math
import os
import random
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, suppress
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import uvloop
from msgspec.structs import replace
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from geofence.route import read_points
from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.frames import FixFrame, Grids, RawFix, sift, take_fixes
from service.people.directory import Directory
from service.rows import Kept
from service.tokens import Sealer, token_hash
from service.valkey_store import ValkeyStore
from service.watch import Change, Watch

from . import machine
from .crowd import MPS, Crowd, Seeded
from .serving import RUN, SECRET, free_port, p99, process, settings
from .travellers import put, walking

SOCKETS = 2_000
FIXES_PER_S = 2_000.0
SIZES = {"few": 2_000, "many": 100_000}
CHANGES_PER_S = 50.0
WARM_S = 3.0
SEEDED_AT_ONCE = 500
AHEAD_S = 3_600.0
ROUTE_M, CORNERS = 2_000.0, 10
TARGET = 1.2
GRIDS = Grids(most=100)
"""Of those who are being written."""


def run(rounds: int, seconds: float, many: int = SIZES["many"]) -> dict[str, Any]:
    """Fills both stores once, then `rounds` times few and many, one after the other."""
    return uvloop.run(_run(rounds, seconds, {**SIZES, "many": many}))


async def _run(rounds: int, seconds: float, sizes: dict[str, int]) -> dict[str, Any]:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in sizes}
    server_core, client_core = machine.cores()
    os.sched_setaffinity(0, {client_core})
    with tempfile.TemporaryDirectory(prefix="lamplit-bench-") as scratch:
        async with AsyncExitStack() as open_until_then:
            stores = {}
            for name, count in sizes.items():
                folder = Path(scratch) / name
                stores[name] = await open_until_then.enter_async_context(EmbeddedStore(folder, SystemClock()))
                machine.pin(stores[name].pid, server_core)
                began = time.monotonic()
                await _filled(stores[name].url, count)
                print(f"{count:,} journeys on disk after {time.monotonic() - began:.0f} s", file=sys.stderr)
            for n in range(rounds):
                for name, store in stores.items():
                    figures = await _round(store, Path(scratch), sizes[name], n, seconds)
                    found[name].append(figures)
                    words = ", ".join(f"{key} {value:,.1f}" for key, value in figures.items())
                    print(f"round {n + 1} of {rounds}, {name}: {words}", file=sys.stderr)
    return {"name": "scale", "machine": machine.name(), "rounds": rounds, "results": _results(found, sizes)}


def _results(found: dict[str, list[dict[str, float]]], sizes: dict[str, int]) -> list[dict[str, Any]]:
    few, many = f"{sizes['few']:,}", f"{sizes['many']:,}"
    rows = []
    for id_, key, unit, what, target in (
        (
            "P3 same",
            "same_us",
            "µs",
            f"CPU of server and store a fix while nobody comes or goes, among {many}, against {few}",
            TARGET,
        ),
        ("P3", "us", "µs", f"the same while fifty a second go and come, among {many} journeys, against {few}", TARGET),
        ("P3 server", "server_us", "µs", "of that, the server", None),
        ("P3 store", "store_us", "µs", "of that, the store", None),
        ("P3 p99", "p99_ms", "ms", "acknowledgement, 99th percentile (three fixes, so three seconds, at a time)", None),
        ("P3 rate", "rate", "/s", "fixes taken a second", None),
        ("P3 comer", "comer_ms", "ms", "what it costs beyond that when a phone goes and another comes", None),
        ("P3 changes", "changes", "/s", "phones that came in another's place a second", None),
        ("P3 errors", "errors", "", "refusals, and phones that could not come", None),
    ):
        measured, floor = (median(one[key] for one in found[name]) for name in ("many", "few"))
        ratio = median(a[key] / b[key] if b[key] > 0 else 1.0 for a, b in zip(found["many"], found["few"], strict=True))
        rows.append(
            {
                "id": id_,
                "what": what,
                "measured": round(measured, 3),
                "unit": unit,
                "floor": round(floor, 3),
                "ratio": None if key == "comer_ms" else round(ratio, 3),
                "target": target,
                "met": None if target is None else ratio <= target,
            }
        )
    return rows


# ── the stores ──


async def _filled(url: str, count: int) -> None:
    """`count` travellers under way, each with a device, written as they would be in service, by a process on each core."""
    loop, half = asyncio.get_running_loop(), count // 2
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = zip(machine.cores(), ((0, half), (half, count)), strict=True)
        await asyncio.gather(*(loop.run_in_executor(pool, _fill, url, core, *part) for core, part in parts))


def _fill(url: str, core: int, first: int, until: int) -> None:
    os.sched_setaffinity(0, {core})
    uvloop.run(_fill_part(url, first, until))


async def _fill_part(url: str, first: int, until: int) -> None:
    store = ValkeyStore(url)
    await store.check()
    watch, directory = Watch(store, SystemClock(), pace_s=0.0, cached=1_000), Directory(store, Sealer(SECRET.encode()))
    now = time.time()
    for start in range(first, until, SEEDED_AT_ONCE):
        batch = range(start, min(start + SEEDED_AT_ONCE, until))
        await asyncio.gather(*(_put(watch, directory, n, now) for n in batch))
    await watch.close()
    await store.close()


async def _put(watch: Watch, directory: Directory, n: int, now: float) -> None:
    phone = _phone(n)
    line = [(phone.lat + k * ROUTE_M / 111_200 / CORNERS, phone.lon + 0.0004 * math.sin(k)) for k in range(CORNERS + 1)]
    route = read_points(line)
    account, out = walking(phone.key, phone.token, route, f"+4477{n:08d}", now, 10_000.0)
    journey = replace(out.journey, link=replace(out.journey.link, heard_at=now + AHEAD_S))
    kept = _once_seen(phone, Kept(journey=journey, route=route), now)
    await put(watch, Change({phone.key: kept, account.id: account}, out.events, out.notices))
    await directory.add_device(token_hash(phone.token), account.id, "d1")


def _once_seen(phone: Seeded, kept: Kept, now: float) -> Kept:
    """With the first fix of a walk, as it would be judged."""
    first = FixFrame("seeded", 0, now, now, [RawFix(now, phone.lat, phone.lon, 8.0, MPS, 0.0, 80, 0)])
    return take_fixes([sift(phone.key, kept, first)], now, GRIDS)[0][0]


def _phone(n: int) -> Seeded:
    """Journey `n` of either store; no two have the same line."""
    lat, lon = 50.0 + (n // 400) * 0.02, -4.0 + (n % 400) * 0.02
    return Seeded(f"bench-token-{n:06d}", f"bench{n:06d}-1", lat, lon)


# ── the crowd ──


class Changing(Crowd):
    """A crowd of which some always go and others come. `draw` says who comes in the place of socket `n`."""

    def __init__(self, url: str, phones: list[Seeded], rng: random.Random, count: int, began_at: float) -> None:
        super().__init__(url, len(phones), self._frame, 1, hello=[_hello(phone) for phone in phones])
        self.phones, self.rng, self.count, self.began_at = phones, rng, count, began_at
        self.changes = self._turn = 0
        self._buffers = [f"b{began_at:.0f}"] * len(phones)
        self._gone: set[int] = set()
        self._here = {phone.key for phone in phones}

    def _frame(self, n: int, seq: int, now: float) -> str:
        phone = self.phones[n]
        along_m = (now - self.began_at) * MPS % ROUTE_M
        fix = [now, round(phone.lat + along_m / 111_200, 7), round(phone.lon, 7), 8.0, MPS, 0.0, 80, 0]
        frame = {"type": "fixes", "buffer": self._buffers[n], "seq": seq, "sent": now, "fixes": [fix]}
        return msgspec.json.encode(frame).decode()

    async def _one(self, n: int) -> None:
        if n not in self._gone:
            with suppress(ConnectionClosed):  # its phone went away in the middle of a frame
                await super()._one(n)

    async def change_for(self, seconds: float, per_s: float) -> None:
        """`per_s` sockets a second, evenly: the phone goes, and another one comes."""
        began, done = time.monotonic(), 0
        coming: set[asyncio.Task[None]] = set()
        while (elapsed := time.monotonic() - began) < seconds:
            for _ in range(int(elapsed * per_s) - done):
                done += 1
                n = (self._turn * 7) % self._count  # 7 has no part in 2,000: everybody has a turn
                self._turn += 1
                if n not in self._gone:
                    coming.add(asyncio.create_task(self._change(n)))
            await asyncio.sleep(0.005)
        await asyncio.gather(*coming)

    async def _change(self, n: int) -> None:
        """The phone at socket `n` goes; whoever comes instead sends when it has been welcomed."""
        self._gone.add(n)
        self._readers[n].cancel()
        await self._sockets[n].close()
        self._unacked[n].clear()
        self.phones[n] = phone = self._other(self.phones[n])
        self._seq[n] = 0
        self._buffers[n] = f"b{self.began_at:.0f}.{self._turn}.{n}"
        try:
            await self._connected(n, _hello(phone))
        except (OSError, ConnectionClosed):  # an overloaded server: the phone would try again, this one stays away
            self.tally.errors += 1
            return
        self.changes += 1
        self._gone.discard(n)

    async def _connected(self, n: int, hello: str) -> None:
        protocols = [Subprotocol("lamplit.v1")]
        socket = await connect(self._url, subprotocols=protocols, compression=None, ping_interval=None, max_queue=None)
        await socket.send(hello)
        await socket.recv()
        self._sockets[n] = socket
        self._readers[n] = asyncio.create_task(self._read(n))

    def _other(self, phone: Seeded) -> Seeded:
        """Anybody who is not here; where all are, the same one again."""
        self._here.discard(phone.key)
        while (other := _phone(self.rng.randrange(self.count))).key in self._here:
            if self.count <= len(self.phones):
                other = phone
                break
        self._here.add(other.key)
        return other


def _hello(phone: Seeded) -> str:
    return f'{{"type":"hello","token":"{phone.token}"}}'


async def _round(store: EmbeddedStore, scratch: Path, count: int, n: int, seconds: float) -> dict[str, float]:
    rng = random.Random(n)
    port = free_port()
    with process(RUN, settings(store.url, port, str(scratch), "error"), port) as pid:
        phones = [_phone(k) for k in rng.sample(range(count), SOCKETS)]
        crowd = Changing(f"ws://127.0.0.1:{port}/v1/stream", phones, rng, count, time.time())
        await crowd.open()
        await crowd.send_for(WARM_S, FIXES_PER_S)
        same = await _measured(crowd, (pid, store.pid), seconds / 2, 0.0)
        crowd.tally.waits_s.clear()
        changes = crowd.changes
        figures = await _measured(crowd, (pid, store.pid), seconds / 2, CHANGES_PER_S)
        waits, changes = list(crowd.tally.waits_s), crowd.changes - changes
        await crowd.close()
    comer_ms = (figures["us"] - same["us"]) * figures["rate"] / max(0.1, changes / (seconds / 2)) / 1000.0
    others = {
        "comer_ms": comer_ms,
        "same_us": same["us"],
        "p99_ms": p99(waits) * 1000.0,
        "changes": changes / (seconds / 2),
    }
    return figures | others | {"errors": float(crowd.tally.errors)}


async def _measured(crowd: Changing, pids: tuple[int, int], seconds: float, changes_per_s: float) -> dict[str, float]:
    """By fixes sent: they are acknowledged three at a time, and no phone sends more than three beyond that."""
    before, sent = [machine.cpu_ns(pid) for pid in pids], crowd.tally.sent
    took_s = await _both(crowd, seconds, changes_per_s)
    server, kept = (machine.cpu_ns(pid) - was for pid, was in zip(pids, before, strict=True))
    fixes = max(1, crowd.tally.sent - sent)
    return {
        "us": (server + kept) / fixes / 1000,
        "server_us": server / fixes / 1000,
        "store_us": kept / fixes / 1000,
        "rate": fixes / took_s,
    }


async def _both(crowd: Changing, seconds: float, changes_per_s: float) -> float:
    took_s, _ = await asyncio.gather(crowd.send_for(seconds, FIXES_PER_S), crowd.change_for(seconds, changes_per_s))
    return took_s
