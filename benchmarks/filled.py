"""A store with many travellers under way, written as they would be in service, by a process on each core."""

import asyncio
import math
import os
import sys
import time
from contextlib import suppress

import uvloop
from msgspec.structs import replace

from geofence.route import read_points
from service.clock import SystemClock
from service.frames import FixFrame, Grids, RawFix, sift, take_fixes
from service.people.directory import Directory
from service.rows import Kept
from service.tokens import Sealer, token_hash
from service.valkey_store import ValkeyStore
from service.watch import Change, Watch

from . import machine
from .crowd import MPS, Seeded
from .serving import SECRET
from .travellers import device_of, put, walking

AT_ONCE = 500
TELL_S = 10.0
AHEAD_S = 3_600.0
"""Everybody was heard so far ahead: nobody who is silent is looked for meanwhile."""
ROUTE_M, CORNERS = 2_000.0, 10
GRIDS = Grids(most=100)
"""Of those who are being written."""


async def fill(url: str, count: int) -> None:
    """Writes travellers 0 to `count`, each with a device, a journey, and the first fix of her walk."""
    half, written = count // 2, []
    try:
        for core, first, until in zip(machine.cores(), (0, half), (half, count), strict=True):
            part = (str(number) for number in (core, first, until))
            written.append(await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, url, *part))
        codes = await asyncio.gather(*(one.wait() for one in written))
    finally:
        for one in written:
            with suppress(ProcessLookupError):
                one.terminate()
    if any(codes):
        raise RuntimeError(f"the store was not filled: {codes}")


def phone(n: int) -> Seeded:
    """Traveller `n` of every such store; no two have the same line."""
    lat, lon = 50.0 + (n // 400) * 0.02, -4.0 + (n % 400) * 0.02
    return Seeded(f"bench-token-{n:06d}", f"bench{n:06d}-1", lat, lon)


async def _part(url: str, first: int, until: int) -> None:
    store = ValkeyStore(url)
    await store.check()
    watch, directory = Watch(store, SystemClock(), pace_s=0.0, cached=1_000), Directory(store, Sealer(SECRET.encode()))
    now, told_s = time.time(), time.monotonic()
    for start in range(first, until, AT_ONCE):
        batch = range(start, min(start + AT_ONCE, until))
        await asyncio.gather(*(_put(watch, directory, n, now) for n in batch))
        if time.monotonic() - told_s > TELL_S:
            told_s = time.monotonic()
            print(f"  {batch.stop - first:,} of {until - first:,} on disk", file=sys.stderr)
    await watch.close()
    await store.close()


async def _put(watch: Watch, directory: Directory, n: int, now: float) -> None:
    who = phone(n)
    line = [(who.lat + k * ROUTE_M / 111_200 / CORNERS, who.lon + 0.0004 * math.sin(k)) for k in range(CORNERS + 1)]
    route = read_points(line)
    account, out = walking(who.key, who.token, route, f"+4477{n:08d}", now, 10_000.0)
    journey = replace(out.journey, link=replace(out.journey.link, heard_at=now + AHEAD_S))
    kept = _once_seen(who, Kept(journey=journey, route=route), now)
    await put(watch, Change({who.key: kept, account.id: account}, out.events, out.notices))
    await directory.add_device(token_hash(who.token), account.id, device_of(account.id))


def _once_seen(who: Seeded, kept: Kept, now: float) -> Kept:
    """With the first fix of a walk, as it would be judged."""
    first = FixFrame("seeded", 0, now, now, [RawFix(now, who.lat, who.lon, 8.0, MPS, 0.0, 80, 0)])
    return take_fixes([sift(who.key, kept, first)], now, GRIDS)[0][0]


if __name__ == "__main__":
    url_, core_, *part_ = sys.argv[1:]
    os.sched_setaffinity(0, {int(core_)})
    uvloop.run(_part(url_, *map(int, part_)))
