"""P3 (targets): the same 2,000 fixes a second from 2,000 sockets, of 2,000 journeys or of 100,000 with rows in the store.

CPU nanoseconds of server and store per acknowledged fix among 100,000 journeys ÷ the same among 2,000, which is the
floor. Everything is on; servers and stores share one core, the crowds have the other. Half of the time the same 2,000
phones send (`P3 same`), drawn at random. Then fifty a second go away and fifty come: among 2,000 the same ones again,
whose rows are known; among 100,000 others, whose rows and routes nobody has looked at since the server started. Both
stores were filled through the product's own commits, wake index included, everybody with a first fix. So that those who
are silent are not looked for meanwhile, everybody was heard an hour ahead: no journey is swept in either.

In the end, without sockets, fixes of everybody in turn: of 2,000 whose rows are here, of `UNSEEN` others for the first
time, and for the second.

Two servers, with a crowd each, live through all rounds. It ends by itself after `LIMIT_S`, whatever happens.
"""

import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import uvloop
from websockets.exceptions import ConnectionClosed

from service.clock import SystemClock
from service.embedded import EmbeddedStore

from . import machine
from .crowd import MPS, Crowd, Seeded
from .filled import ROUTE_M, fill, phone
from .serving import RUN, free_port, p99, process, settings
from .unseen import in_turn

SOCKETS = 2_000
FIXES_PER_S = 2_000.0
SIZES = {"few": 2_000, "many": 100_000}
CHANGES_PER_S = 50.0
FIRST_S, AGAIN_S = 3.0, 1.0
"""To get warm: at the start, and after the others had their turn."""
UNSEEN = 20_000
TARGET = 1.2
LIMIT_S = 900.0


@dataclass(slots=True)
class Side:
    """One store with its server and its crowd."""

    crowd: "Changing"
    pids: tuple[int, int]
    url: str


def run(rounds: int, seconds: float, many: int = SIZES["many"]) -> dict[str, Any]:
    """Fills both stores once, then `rounds` times few and many, one after the other."""
    return uvloop.run(_run(rounds, seconds, {**SIZES, "many": many}))


async def _run(rounds: int, seconds: float, sizes: dict[str, int]) -> dict[str, Any]:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in sizes}
    _, client_core = machine.cores()
    began_s = time.monotonic()
    async with asyncio.timeout(LIMIT_S):
        with tempfile.TemporaryDirectory(prefix="lamplit-bench-") as scratch:
            async with AsyncExitStack() as stores:
                urls = {name: await stores.enter_async_context(_store(Path(scratch) / name)) for name in sizes}
                for name, count in sizes.items():
                    await fill(urls[name][0], count)
                    _say(began_s, f"{count:,} journeys on disk")
                os.sched_setaffinity(0, {client_core})
                async with AsyncExitStack() as servers:
                    sides = {}
                    for name, (url, pid) in urls.items():
                        living = _side(url, pid, sizes[name], Path(scratch) / f"{name} server")
                        sides[name] = await servers.enter_async_context(living)
                        _say(began_s, f"{SOCKETS:,} phones of {sizes[name]:,} are there")
                    for n in range(rounds):
                        for name, side in sides.items():
                            found[name].append(await _round(side, seconds))
                            words = ", ".join(f"{key} {value:,.1f}" for key, value in found[name][-1].items())
                            _say(began_s, f"round {n + 1} of {rounds}, {name}: {words}")
                turns = await in_turn(*urls["many"], sizes["few"], min(UNSEEN, sizes["many"] - sizes["few"]))
                _say(began_s, ", ".join(f"{key} {value:,.1f}" for key, value in turns.items()))
    return {"name": "scale", "machine": machine.name(), "rounds": rounds, "results": _results(found, sizes, turns)}


def _say(began_s: float, words: str) -> None:
    print(f"{time.monotonic() - began_s:4.0f} s  {words}", file=sys.stderr, flush=True)


@asynccontextmanager
async def _store(folder: Path) -> AsyncIterator[tuple[str, int]]:
    async with EmbeddedStore(folder, SystemClock()) as store:
        machine.pin(store.pid, machine.cores()[0])
        yield store.url, store.pid


@asynccontextmanager
async def _side(url: str, store_pid: int, count: int, data_dir: Path) -> AsyncIterator[Side]:
    rng, port = random.Random(count), free_port()
    with process(RUN, settings(url, port, str(data_dir), "error"), port) as pid:
        phones = [phone(k) for k in rng.sample(range(count), SOCKETS)]
        crowd = Changing(f"ws://127.0.0.1:{port}/v1/stream", phones, rng, count, time.time())
        try:
            await crowd.open()
            await crowd.send_for(FIRST_S, FIXES_PER_S)
            yield Side(crowd, (pid, store_pid), url)
        finally:
            await crowd.close()


def _results(
    found: dict[str, list[dict[str, float]]], sizes: dict[str, int], turns: dict[str, float]
) -> list[dict[str, Any]]:
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
    return rows + [_turned(id_, turns[key], turns["few_us"], what) for id_, key, what in TURNS]


TURNS = (
    ("P3 in turn", "many_us", f"a fix without a socket, of {UNSEEN:,} in turn, against {SIZES['few']:,}"),
    ("P3 unseen", "cold_us", "the same when the row and its way are looked at for the first time"),
)


def _turned(id_: str, measured: float, floor: float, what: str) -> dict[str, Any]:
    return {
        "id": id_,
        "what": what,
        "measured": round(measured, 3),
        "unit": "µs",
        "floor": round(floor, 3),
        "ratio": round(measured / floor, 3),
        "target": None,
        "met": None,
    }


# ── the crowd ──


class Changing(Crowd):
    """A crowd of which some always go and others come. `draw` says who comes in the place of socket `n`."""

    def __init__(self, url: str, phones: list[Seeded], rng: random.Random, count: int, began_at: float) -> None:
        super().__init__(url, len(phones), self._frame, 1, hello=[_hello(who) for who in phones])
        self.phones, self.rng, self.count, self.began_at = phones, rng, count, began_at
        self.changes = self._turn = 0
        self._came = {who.key for who in phones}
        self._buffers = [f"b{began_at:.0f}"] * len(phones)
        self._gone: set[int] = set()

    def _frame(self, n: int, seq: int, now: float) -> str:
        who = self.phones[n]
        along_m = (now - self.began_at) * MPS % ROUTE_M
        fix = [now, round(who.lat + along_m / 111_200, 7), round(who.lon, 7), 8.0, MPS, 0.0, 80, 0]
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
        self.phones[n] = who = self._other(self.phones[n])
        self._seq[n] = 0
        self._buffers[n] = f"b{self.began_at:.0f}.{self._turn}.{n}"
        try:
            await self._comes(n, _hello(who))
        except (OSError, ConnectionClosed):  # an overloaded server: the phone would try again, this one stays away
            self.tally.errors += 1
            return
        self.changes += 1
        self._gone.discard(n)

    def _other(self, who: Seeded) -> Seeded:
        """Anybody who has not been here yet; where all have, the same one again."""
        if self.count <= len(self._came):
            return who
        while (other := phone(self.rng.randrange(self.count))).key in self._came:
            pass
        self._came.add(other.key)
        return other


def _hello(who: Seeded) -> str:
    return f'{{"type":"hello","token":"{who.token}"}}'


async def _round(side: Side, seconds: float) -> dict[str, float]:
    crowd = side.crowd
    await crowd.send_for(AGAIN_S, FIXES_PER_S)
    errors = crowd.tally.errors
    same = await _measured(crowd, side.pids, seconds / 2, 0.0)
    crowd.tally.waits_s.clear()
    changes = crowd.changes
    figures = await _measured(crowd, side.pids, seconds / 2, CHANGES_PER_S)
    waits, changes_per_s = list(crowd.tally.waits_s), (crowd.changes - changes) / (seconds / 2)
    comer_ms = (figures["us"] - same["us"]) * figures["rate"] / max(0.1, changes_per_s) / 1000.0
    others = {"comer_ms": comer_ms, "same_us": same["us"], "p99_ms": p99(waits) * 1000.0, "changes": changes_per_s}
    return figures | others | {"errors": float(crowd.tally.errors - errors)}


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
