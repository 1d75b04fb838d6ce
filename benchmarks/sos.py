"""P7 (targets): from an SOS's `fires_at` to the provider, while fixes come at four fifths of what the server can take.

The same crowd as in `ingest`; first as many fixes as they can send (what is acknowledged then is the saturation), then
80 % of that while women press SOS one after the other. The provider answers after 150 ms and notes when it was asked.
The floor is the same with no fixes at all.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import uvloop

from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.people.directory import Directory
from service.people.model import Contact, ContactState, Device, Traveller
from service.tokens import Sealer, token_hash
from service.valkey_store import ValkeyStore
from service.watch import Change, Watch

from . import machine
from .crowd import Crowd, fixes_frame, seed
from .provider import LATENCY_S, Provider, provider
from .serving import RUN, SECRET, free_port, p99, process, settings
from .travellers import presses_sos, put

SOCKETS = 1000
FLOOD_PER_S = 9000.0
SHARE = 0.8
CRIES = 40
EVERY_S = 0.5
WARM_S = 2.0
LISTED = 2
TARGET_S = 2.0
RATE_PER_S = 100.0


def run(rounds: int, seconds: float) -> dict[str, Any]:
    """`rounds` times: the floor, the saturation, the SOSes under load."""
    quiet: list[float] = []
    loaded: list[float] = []
    rates: list[float] = []
    for n in range(rounds):
        print(f"round {n + 1} of {rounds}", file=sys.stderr)
        some, more, rate = uvloop.run(_round(seconds, n))
        quiet, loaded, rates = quiet + some, loaded + more, [*rates, rate]
    floor, worst = p99(quiet), p99(loaded)
    row = {"unit": "s", "floor": round(floor, 3), "target": None, "met": None}
    results = [
        row
        | {
            "id": "P7",
            "what": "fires_at to the provider, 99th percentile, under load",
            "measured": round(worst, 3),
            "ratio": round(worst / floor, 3),
            "target": TARGET_S,
            "met": worst <= TARGET_S,
        },
        row
        | {
            "id": "P7 median",
            "what": "the same, median",
            "measured": round(median(loaded), 3),
            "floor": round(median(quiet), 3),
            "ratio": round(median(loaded) / median(quiet), 3),
        },
        row
        | {
            "id": "P7 load",
            "what": "fixes a second meanwhile",
            "measured": round(median(rates), 1),
            "unit": "/s",
            "floor": None,
            "ratio": None,
        },
    ]
    return {"name": "sos", "machine": machine.name(), "rounds": rounds, "results": results}


async def _round(seconds: float, nth: int) -> tuple[list[float], list[float], float]:
    server_core, client_core = machine.cores()
    os.sched_setaffinity(0, {client_core})
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="lamplit-bench-") as scratch, provider() as double:
        await double.settings(latency_s=LATENCY_S)
        async with EmbeddedStore(Path(scratch) / "store", SystemClock()) as embedded:
            machine.pin(embedded.pid, server_core)
            store = ValkeyStore(embedded.url)
            await store.check()
            watch, directory = Watch(store, SystemClock(), pace_s=0.0), Directory(store, Sealer(SECRET.encode()))
            phones = await seed(store, watch, directory, time.time(), SOCKETS)
            tokens = [await _somebody(watch, directory, n) for n in range(2 * CRIES)]
            await watch.close()
            await store.close()
            env = double.env(RATE_PER_S) | settings(embedded.url, port, scratch)
            with process(RUN, env, port):
                quiet = await _cries(port, tokens[:CRIES], double)
                hellos = [f'{{"type":"hello","token":"{p.token}"}}' for p in phones]
                make = fixes_frame(phones, 1, FLOOD_PER_S / SOCKETS)
                crowd = Crowd(f"ws://127.0.0.1:{port}/v1/stream", SOCKETS, make, 1, hello=hellos)
                await crowd.open()
                await crowd.send_for(WARM_S, FLOOD_PER_S)
                acked = crowd.tally.acked
                took_s = await crowd.send_for(seconds, FLOOD_PER_S)
                most_per_s = (crowd.tally.acked - acked) / took_s
                await asyncio.sleep(WARM_S)
                acked, began = crowd.tally.acked, time.monotonic()
                load = asyncio.create_task(crowd.send_for(CRIES * EVERY_S + WARM_S + 8.0, SHARE * most_per_s))
                await asyncio.sleep(WARM_S)
                loaded = await _cries(port, tokens[CRIES:], double)
                rate = (crowd.tally.acked - acked) / (time.monotonic() - began)
                await load
                await crowd.close()
    print(
        f"  {most_per_s:,.0f} fixes/s at most, {rate:,.0f} while they press; quiet {p99(quiet):.3f} s, "
        f"loaded {p99(loaded):.3f} s",
        file=sys.stderr,
    )
    return quiet, loaded, rate


async def _cries(port: int, tokens: list[str], double: Provider) -> list[float]:
    """Each presses SOS, half a second apart: seconds from `fires_at` to the first text to each person on her list."""
    fires: list[float] = []
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        for token in tokens:
            fires.append(await presses_sos(http, token))
            await asyncio.sleep(EVERY_S)
    listed = {_number(int(token[-4:]), k): at for token, at in zip(tokens, fires, strict=True) for k in range(LISTED)}
    for _ in range(60):
        firsts: dict[str, float] = {}
        for entry in await double.taken():
            if "SOS from" in entry.body and entry.to in listed:
                firsts.setdefault(entry.to, entry.at)
        if len(firsts) == len(listed):
            return [at - listed[to] for to, at in firsts.items()]
        await asyncio.sleep(0.5)
    raise RuntimeError(f"expected a first text to each of {len(listed)}, got {len(firsts)}")


async def _somebody(watch: Watch, directory: Directory, n: int) -> str:
    """On no journey, two people on her SOS list."""
    token, who = f"sos-token-of-no-value-{n:04d}", f"sos{n:04d}"
    account = Traveller(
        id=who,
        number=f"+4478{n:08d}",
        name="Anna",
        created_at=0.0,
        devices=(Device(id="d1", token_hash=token_hash(token), name="her phone", since=0.0),),
        contacts=tuple(
            Contact(id=f"c{k}", name="Beth", number=_number(n, k), state=ContactState.CONFIRMED) for k in range(LISTED)
        ),
    )
    await put(watch, Change({who: account}))
    await directory.add_device(token_hash(token), who, "d1")
    return token


def _number(n: int, k: int) -> str:
    return f"+4477{n:07d}{k}"
