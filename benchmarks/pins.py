"""Whether a stopwatch can tell her two PINs apart (row 15): the same act with the true and with the duress PIN.

Travellers under way end their journey over HTTP, in turn with the one PIN and the other, against a real server with its
own store. Beside the medians stands how often whoever compares two answers would guess right: one half is not at all.
The floor is the true PIN.
"""

import asyncio
import tempfile
import time
from bisect import bisect_left, bisect_right
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import uvloop
from msgspec.structs import replace

from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.people.directory import Directory
from service.people.model import Traveller
from service.people.pins import Pins
from service.tokens import Sealer
from service.valkey_store import ValkeyStore
from service.watch import Change, Watch

from . import machine
from .crowd import Seeded, seed
from .serving import RUN, SECRET, free_port, process, settings

A_ROUND = 40
PAUSE_S = 0.05
PINS = {"true": "2468", "duress": "9753"}


def run(rounds: int, _seconds: float) -> dict[str, Any]:
    """`rounds` times forty journeys ended with each PIN, one after the other."""
    return uvloop.run(_run(rounds))


async def _run(rounds: int) -> dict[str, Any]:
    took: dict[str, list[float]] = {name: [] for name in PINS}
    with tempfile.TemporaryDirectory(prefix="lamplit-bench-") as scratch:
        async with EmbeddedStore(Path(scratch) / "store", SystemClock()) as embedded:
            phones = await _seeded(embedded.url, 2 * A_ROUND * rounds)
            port = free_port()
            env = settings(embedded.url, port, scratch)
            with process(RUN, env, port):
                async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
                    for n, phone in enumerate(phones):
                        name = list(PINS)[(n + n // 2) % 2]  # in an order that no drift follows
                        took[name].append(await _ended(http, phone, PINS[name]))
                        await asyncio.sleep(PAUSE_S)
    return {"name": "pins", "machine": machine.name(), "rounds": rounds, "results": _results(took)}


async def _ended(http: aiohttp.ClientSession, phone: Seeded, pin: str) -> float:
    """Milliseconds from the PIN to its answer. Raises RuntimeError when it was not taken."""
    headers = {"Authorization": f"Bearer {phone.token}"}
    began = time.perf_counter()
    async with http.post("/v1/journeys/live/end", json={"id": "end", "pin": pin}, headers=headers) as answer:
        body = await answer.read()
    took_ms = (time.perf_counter() - began) * 1000.0
    if answer.status != 200:
        raise RuntimeError(f"expected 200 for a PIN, got {answer.status} {body!r}")
    return took_ms


def _results(took: dict[str, list[float]]) -> list[dict[str, Any]]:
    true, duress = sorted(took["true"]), sorted(took["duress"])
    floor, measured = median(true), median(duress)
    guess = guessed(true, duress)
    row = {"floor": round(floor, 3), "target": None, "met": None}
    return [
        row
        | {
            "id": "duress PIN",
            "what": "from the duress PIN to its answer, against the true one",
            "measured": round(measured, 3),
            "unit": "ms",
            "ratio": round(measured / floor, 3),
        },
        row
        | {
            "id": "stopwatch",
            "what": "of two answers, how often the slower one is taken for the duress PIN's and is",
            "measured": round(100.0 * guess, 1),
            "unit": "%",
            "floor": 50.0,
            "ratio": round(guess / 0.5, 3),
        },
    ]


def guessed(true: list[float], duress: list[float]) -> float:
    """How often a duress answer is the slower one of a pair (both sorted; a draw counts half)."""
    below = sum(bisect_left(true, d) + 0.5 * (bisect_right(true, d) - bisect_left(true, d)) for d in duress)
    return below / (len(true) * len(duress))


async def _seeded(url: str, count: int) -> list[Seeded]:
    """Travellers under way who have both PINs."""
    store, sealer = ValkeyStore(url), Sealer(SECRET.encode())
    await store.check()
    watch, pins = Watch(store, SystemClock(), pace_s=0.0), Pins(sealer)
    phones = await seed(store, watch, Directory(store, sealer), time.time(), count)
    for phone in phones:
        who = phone.key.partition("-")[0]
        account = await watch.account(who)
        hashes = {"pin_hash": PINS["true"], "duress_hash": PINS["duress"]}
        kept = {name: await pins.hashed(who, pin) for name, pin in hashes.items()}
        await watch.transact((who,), partial(_written, account=replace(account, **kept)))
    await pins.close()
    await watch.close()
    await store.close()
    return phones


def _written(_records: object, _now: float, *, account: Traveller) -> Change:
    return Change({account.id: account})
