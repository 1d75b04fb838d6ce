"""P1 and P2 (targets): what an acknowledged fix costs, against an echo in the same run.

CPU nanoseconds of server and store per acknowledged fix ÷ CPU nanoseconds of the echo server per message. Open loop,
6,000 fixes/s, 1,000 sockets; everything on: authentication, limits, judgement, link, feed, fsync, watchman. Server and
store share one core, the crowd has the other, in the floor as in the run; rounds alternate.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.people.directory import Directory
from service.tokens import Sealer
from service.valkey_store import ValkeyStore
from service.watch import Watch

from . import machine
from .crowd import Crowd, Seeded, fixes_frame, seed
from .serving import RUN, SECRET, free_port, p99, process, settings

SOCKETS = 1000
FIXES_PER_S = 6000.0
WARM_S = 2.0
MODES = {"P1": 1, "P2": 10}
TARGETS = {"P1": 1.25, "P1 server": 1.0, "P2": 0.25}


def run(rounds: int, seconds: float) -> dict[str, Any]:
    """Runs floor and ingest alternately, `rounds` times each."""
    return uvloop.run(_run(rounds, seconds))


async def _run(rounds: int, seconds: float) -> dict[str, Any]:
    figures: dict[str, list[float]] = {}
    _, client_core = machine.cores()
    os.sched_setaffinity(0, {client_core})
    for n in range(rounds):
        for mode, a_frame in MODES.items():
            rate = FIXES_PER_S if a_frame == 1 else 1000.0 * a_frame
            print(f"round {n + 1} of {rounds}: {mode}, echo then ingest", file=sys.stderr)
            _add(figures, f"{mode} echo", await _echo_round(seconds, rate / a_frame, a_frame))
            _add(figures, mode, await _ingest_round(seconds, rate, a_frame))
    return {"name": "ingest", "machine": machine.name(), "rounds": rounds, "results": _results(figures)}


def _add(figures: dict[str, list[float]], name: str, measured: dict[str, float]) -> None:
    for key, value in measured.items():
        figures.setdefault(f"{name} {key}".strip(), []).append(value)


def _results(figures: dict[str, list[float]]) -> list[dict[str, Any]]:
    def ratio(top: str, floor: str) -> float:
        return median(a / b for a, b in zip(figures[top], figures[floor], strict=True))

    rows = []
    for mode in MODES:
        floor = median(figures[f"{mode} echo us"])
        for id_, key, what in (
            (mode, f"{mode} us", "CPU of server and store per acknowledged fix"),
            (f"{mode} server", f"{mode} server_us", "CPU of the server alone per acknowledged fix"),
        ):
            measured, target = ratio(key, f"{mode} echo us"), TARGETS.get(id_)
            rows.append(_row(id_, what, median(figures[key]), "µs", floor, measured, target))
        late = median(figures[f"{mode} p99_ms"])
        rows.append(
            _row(f"{mode} p99", "acknowledgement, 99th percentile", late, "ms", None, None, None, late <= 250.0)
        )
        rate = median(figures[f"{mode} rate"])
        rows.append(_row(f"{mode} rate", "fixes acknowledged a second", rate, "/s", None, None, None))
    return rows


def _row(
    id_: str,
    what: str,
    measured: float,
    unit: str,
    floor: float | None,
    ratio: float | None,
    target: float | None,
    met: bool | None = None,
) -> dict[str, Any]:
    if target is not None and ratio is not None:
        met = ratio <= target
    return {
        "id": id_,
        "what": what,
        "measured": round(measured, 3),
        "unit": unit,
        "floor": None if floor is None else round(floor, 3),
        "ratio": None if ratio is None else round(ratio, 3),
        "target": target,
        "met": met,
    }


async def _echo_round(seconds: float, frames_per_s: float, a_frame: int) -> dict[str, float]:
    port = free_port()
    with process([sys.executable, "-m", "benchmarks.echo", str(port)], {}, port) as pid:
        phones = [Seeded("", "", 51.3, 0.0)] * SOCKETS
        make = fixes_frame(phones, a_frame, frames_per_s / SOCKETS)
        crowd = Crowd(f"ws://127.0.0.1:{port}", SOCKETS, make, a_frame, hello=None)
        await crowd.open()
        await crowd.send_for(WARM_S, frames_per_s)
        before, acked = machine.cpu_ns(pid), crowd.tally.acked
        await crowd.send_for(seconds, frames_per_s)
        ns, messages = machine.cpu_ns(pid) - before, (crowd.tally.acked - acked) / a_frame
        await crowd.close()
    return {"us": ns / messages / 1000}


async def _ingest_round(seconds: float, fixes_per_s: float, a_frame: int) -> dict[str, float]:
    server_core, _ = machine.cores()
    clock, port = SystemClock(), free_port()
    with tempfile.TemporaryDirectory(prefix="lamplit-bench-") as scratch:
        async with EmbeddedStore(Path(scratch) / "store", clock) as embedded:
            store_pid = embedded.pid
            machine.pin(store_pid, server_core)
            phones = await _seeded(embedded.url)
            env = settings(embedded.url, port, scratch, "warning")
            with process(RUN, env, port) as pid:
                hellos = [f'{{"type":"hello","token":"{p.token}"}}' for p in phones]
                make = fixes_frame(phones, a_frame, fixes_per_s / a_frame / SOCKETS)
                crowd = Crowd(f"ws://127.0.0.1:{port}/v1/stream", SOCKETS, make, a_frame, hello=hellos)
                await crowd.open()
                await crowd.send_for(WARM_S, fixes_per_s / a_frame)
                server, store, acked = machine.cpu_ns(pid), machine.cpu_ns(store_pid), crowd.tally.acked
                crowd.tally.waits_s.clear()
                took_s = await crowd.send_for(seconds, fixes_per_s / a_frame)
                server, store = machine.cpu_ns(pid) - server, machine.cpu_ns(store_pid) - store
                fixes = crowd.tally.acked - acked
                waits = list(crowd.tally.waits_s)
                await crowd.close()
    print(
        f"  {fixes / took_s:,.0f} fixes/s, server {server / fixes / 1000:.1f} µs, store {store / fixes / 1000:.1f} µs, "
        f"held back {crowd.tally.late}, errors {crowd.tally.errors}",
        file=sys.stderr,
    )
    return {
        "us": (server + store) / fixes / 1000,
        "server_us": server / fixes / 1000,
        "store_us": store / fixes / 1000,
        "p99_ms": p99(waits) * 1000,
        "rate": fixes / took_s,
    }


async def _seeded(url: str) -> list[Seeded]:
    store = ValkeyStore(url)
    await store.check()
    watch = Watch(store, SystemClock(), pace_s=0.0)
    phones = await seed(store, watch, Directory(store, Sealer(SECRET.encode())), time.time(), SOCKETS)
    await watch.close()
    await store.close()
    return phones
