"""What it costs that a row and its way are looked at for the first time: fixes of many in turn, judged without sockets."""

import asyncio
import gc
import os
import time
from collections.abc import Sequence

from service.clock import SystemClock
from service.frames import FixFrame, RawFix
from service.valkey_store import ValkeyStore
from service.watch import Watch

from . import machine
from .crowd import MPS, Seeded
from .filled import phone

BATCH = 40
"""Of 2,000 fixes a second every 20 ms."""
FEW_TURNS = 5


async def in_turn(url: str, store_pid: int, few: int, many: int) -> dict[str, float]:
    """CPU of this process and the store, in µs: a fix of `few` in turn whose rows are here (`few_us`), of `many` whom
    nobody has looked at (`cold_us`), and of the same when all have been (`many_us`)."""
    server_core, client_core = machine.cores()
    gc.collect()
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(50_000, 50, 1_000)  # as the product sets it
    os.sched_setaffinity(0, {server_core})
    store = ValkeyStore(url)
    watch = Watch(store, SystemClock(), pace_s=0.0)
    try:
        here, others = [phone(n) for n in range(few)], [phone(n) for n in range(few, few + many)]
        await _turn(watch, store_pid, here, 0)
        few_us = await _turn(watch, store_pid, here * FEW_TURNS, 1)
        cold_us = await _turn(watch, store_pid, others, 0)
        return {"few_us": few_us, "cold_us": cold_us, "many_us": await _turn(watch, store_pid, others, 1)}
    finally:
        await watch.close()
        await store.close()
        os.sched_setaffinity(0, {client_core})
        gc.set_threshold(*thresholds)
        gc.unfreeze()


async def _turn(watch: Watch, store_pid: int, phones: Sequence[Seeded], turn: int) -> float:
    before = time.process_time_ns() + machine.cpu_ns(store_pid)
    for start in range(0, len(phones), BATCH):
        some = phones[start : start + BATCH]
        await asyncio.gather(*(watch.taking(one.key, _frame(one, turn, start)) for one in some))
    return (time.process_time_ns() + machine.cpu_ns(store_pid) - before) / len(phones) / 1000.0


def _frame(who: Seeded, turn: int, start: int) -> FixFrame:
    """Each a buffer of its own, so nobody has to remember numbers, from a newer socket than any she had; she has walked for
    ten seconds a turn."""
    now = time.time()
    fix = RawFix(now, who.lat + (turn + 1) * 10.0 * MPS / 111_200, who.lon, 8.0, MPS, 0.0, 80, 0)
    return FixFrame(f"turn{turn}.{start}", 0, now, now, [fix], epoch=1_000_000)
