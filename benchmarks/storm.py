"""P6 (targets): ten thousand women are overdue in the same second, each with two contacts; one more presses SOS meanwhile.

A real server with the watchman and the dispatcher in it, a real store, the provider's double; nothing is pinned, because
these are seconds on a clock and not shares of a core: server and store have the machine beside the double. Reported:
from the second they were due until the notices are on disk; until the provider was asked for the last first notice,
beside N / rate; requests for each notice; and from the SOS's `fires_at` to the provider, in the middle of it all.
The floor is what the arithmetic leaves: N / rate. Beside it: what server and store use while all of them are waited for,
against the same with nobody in the store.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
import uvloop
from msgspec.structs import replace

from alerts.contact import Recipient
from service.clock import SystemClock
from service.demo.provider.books import Entry
from service.embedded import EmbeddedStore
from service.journey.advance import advance, next_wake
from service.journey.events import NoticeMade
from service.journey.model import Journey, JourneyKind, Plan
from service.journey.pressed import armed
from service.people.directory import Directory
from service.people.model import Contact, ContactState, Device, Traveller
from service.rows import Kept, event_from
from service.store import FeedGap
from service.tokens import Sealer, token_hash
from service.valkey_store import ValkeyStore
from service.watch import Change, Watch

from . import machine
from .provider import LATENCY_S, Provider, provider
from .serving import RUN, SECRET, free_port, p99, process, settings
from .travellers import presses_sos, put

WOMEN = 10_000
CONTACTS = 2
RATE_PER_S = 100.0
LEAD_S = 25.0
IDLE_S, SETTLED_S = 6.0, 6.0
SOS_AFTER_S = 10.0
SEEDED_AT_ONCE = 250
TARGETS = {"on disk": 2.0, "beyond": 5.0, "sends": 1.2, "sos": 2.0}


@dataclass(slots=True)
class Figures:
    """One round's."""

    on_disk_s: list[float]
    last_first_s: float
    texts: int
    notices: int
    sos_s: float
    idle: float = 0.0
    empty: float = 0.0


def run(rounds: int, _seconds: float, women: int = WOMEN, rate_per_s: float = RATE_PER_S) -> dict[str, Any]:
    """`rounds` storms, one after the other; each takes women × 2 / rate seconds and some."""
    found = []
    for n in range(rounds):
        print(f"round {n + 1} of {rounds}: {women} women at {rate_per_s:g} texts a second", file=sys.stderr)
        found.append(uvloop.run(_round(women, rate_per_s)))
    return {"name": "storm", "machine": machine.name(), "rounds": rounds, "results": _results(found, women, rate_per_s)}


def _results(found: Sequence[Figures], women: int, rate_per_s: float) -> list[dict[str, Any]]:
    floor = women * CONTACTS / rate_per_s
    on_disk = median(p99(f.on_disk_s) for f in found)
    last = median(f.last_first_s for f in found)
    sends = median(f.texts / f.notices for f in found)
    sos = max(f.sos_s for f in found)
    idle, empty = median(f.idle for f in found), median(f.empty for f in found)
    return [
        _row(
            "P6 on disk",
            "due until its notices are on disk, 99th percentile",
            on_disk,
            "s",
            None,
            TARGETS["on disk"],
            on_disk,
        ),
        _row(
            "P6 handed",
            "due until the last first notice is handed over",
            last,
            "s",
            floor,
            TARGETS["beyond"],
            last - floor,
        ),
        _row("P6 sends", "requests for each notice", sends, "", None, TARGETS["sends"], sends),
        _row("P6 SOS", "in the storm: from fires_at to the provider, the worst", sos, "s", None, TARGETS["sos"], sos),
        _row("P6 idle", "of one core, while all of them are waited for", idle, "%", empty, None, idle),
    ]


def _row(
    id_: str, what: str, measured: float, unit: str, floor: float | None, target: float | None, judged: float
) -> dict[str, Any]:
    return {
        "id": id_,
        "what": what,
        "measured": round(measured, 3),
        "unit": unit,
        "floor": None if floor is None else round(floor, 3),
        "ratio": None if floor is None else round(measured / floor, 3),
        "target": target,
        "met": None if target is None else judged <= target,
    }


async def _round(women: int, rate_per_s: float) -> Figures:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="lamplit-bench-") as scratch, provider(pinned=False) as double:
        await double.settings(latency_s=LATENCY_S)
        async with EmbeddedStore(Path(scratch) / "store", SystemClock()) as embedded:
            store = ValkeyStore(embedded.url)
            await store.check()
            env = double.env(rate_per_s) | settings(embedded.url, port, scratch)
            with process(RUN, env, port, pinned=False) as pid:
                empty = await _used(pid, embedded.pid)
            due_at = time.time() + LEAD_S + women / 400
            print(f"  seeding {women} women", file=sys.stderr)
            token = await seeded(store, women, due_at)
            print(f"  seeded with {due_at - time.time():.0f} s to go", file=sys.stderr)
            with process(RUN, env, port, pinned=False) as pid:
                idle = await _used(pid, embedded.pid)
                figures = await _watched(store, double, port, token, women, due_at, rate_per_s)
            await store.close()
    figures.idle, figures.empty = idle, empty
    return figures


async def _used(*pids: int) -> float:
    """Per cent of one core that these processes use while nothing happens."""
    await asyncio.sleep(SETTLED_S)
    before, began = sum(map(machine.cpu_ns, pids)), time.monotonic()
    await asyncio.sleep(IDLE_S)
    return 100.0 * (sum(map(machine.cpu_ns, pids)) - before) / 1e9 / (time.monotonic() - began)


async def _watched(
    store: ValkeyStore, double: Provider, port: int, token: str, women: int, due_at: float, rate_per_s: float
) -> Figures:
    made: list[float] = []
    reading = asyncio.create_task(_read(store, await store.feed_end(), due_at, made))
    await asyncio.sleep(max(0.0, due_at + SOS_AFTER_S - time.time()))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        fires_at = await presses_sos(http, token)
    texts: list[Entry] = []
    until = due_at + women * CONTACTS / rate_per_s * 1.5 + 60.0
    while time.time() < until:
        await asyncio.sleep(2.0)
        texts = [entry for entry in await double.taken() if entry.channel == "sms"]
        told = {entry.reference for entry in texts if "NOT arrived" in entry.body}
        if len(told) >= women * CONTACTS and any("SOS from" in entry.body for entry in texts):
            break
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    firsts: dict[str, float] = {}
    for entry in texts:
        if "NOT arrived" in entry.body:
            firsts.setdefault(entry.reference, entry.at)
    if len(firsts) < women * CONTACTS:
        raise RuntimeError(f"expected {women * CONTACTS} first notices, got {len(firsts)}")
    cries: dict[str, float] = {}
    for entry in texts:
        if "SOS from" in entry.body:
            cries.setdefault(entry.to, entry.at)  # everybody is told again every few minutes
    sos_s = max(cries.values()) - fires_at
    alerts = sum("NOT arrived" in entry.body for entry in texts)
    last_s = max(firsts.values()) - due_at
    print(
        f"  last first notice after {last_s:.1f} s, {alerts} texts, SOS after {sos_s:.2f} s",
        file=sys.stderr,
    )
    return Figures([at - due_at for at in made], last_s, alerts, len(firsts), sos_s)


async def _read(store: ValkeyStore, cursors: list[str], due_at: float, made: list[float]) -> None:
    """When each alert was on disk, as whoever follows the feed sees it."""
    while True:
        try:
            entries = await store.feed(cursors, 1.0)
        except FeedGap as gap:
            cursors = list(gap.resume)
            continue
        now = time.time()
        for entry in entries:
            cursors[entry.partition] = entry.cursor
            _, event = event_from(entry.event)
            if isinstance(event, NoticeMade) and event.rung == "L2":
                made.append(now)


async def seeded(store: ValkeyStore, women: int, due_at: float) -> str:
    """`women` who are due and overdue at `due_at`, each with two contacts who said YES; and one more who is on no
    journey: her device's token."""
    watch = Watch(store, SystemClock(), pace_s=0.0)
    directory = Directory(store, Sealer(SECRET.encode()))
    journey = _due(due_at)
    for start in range(0, women, SEEDED_AT_ONCE):
        some = range(start, min(start + SEEDED_AT_ONCE, women))
        await asyncio.gather(*(_one(watch, journey, n, due_at) for n in some))
    token = "storm-token-of-no-value"
    account = replace(
        _account(women, due_at),
        live=None,
        journeys=0,
        devices=(Device(id="d1", token_hash=token_hash(token), name="her phone", since=due_at),),
    )
    await put(watch, Change({account.id: account}))
    await directory.add_device(token_hash(token), account.id, "d1")
    await watch.close()
    return token


async def _one(watch: Watch, journey: Journey, n: int, due_at: float) -> None:
    account = _account(n, due_at)
    assert account.live is not None
    plan = replace(journey.plan, reference=f"B{n:05d}")
    kept = Kept(journey=replace(journey, id=account.live, plan=plan))
    await put(watch, Change({account.live: kept, account.id: account}))


def _account(n: int, at: float) -> Traveller:
    people = (f"c{k}" for k in range(CONTACTS))
    contacts = tuple(
        Contact(id=who, name=who, number=f"+4477{n:06d}{k:02d}", state=ContactState.CONFIRMED)
        for k, who in enumerate(people)
    )
    who = f"storm{n:06d}"
    return Traveller(
        id=who,
        number=f"+4478{n:08d}",
        name="Anna",
        created_at=at,
        contacts=contacts,
        live=f"{who}-1",
        journeys=1,
        pin_hash="set",
        duress_hash="set",
    )


def _due(due_at: float) -> Journey:
    """A walk by timer that has asked her all there is to ask, and tells her contacts at `due_at`."""
    began_at = due_at - 1500.0
    people = (Recipient(id="c0", primary=True), Recipient(id="c1"))
    plan = Plan(
        kind=JourneyKind.TIMER,
        profile="standard",
        reference="B",
        code="42",
        destination="home",
        began_at=began_at,
        plan_s=1200.0,
        people=people,
        streams=False,
    )
    journey = armed("storm-1", plan, began_at + 1200.0, began_at).journey
    while (wake_at := next_wake(journey)) is not None and wake_at < due_at - 1e-6:
        journey = advance(journey, wake_at).journey
    assert wake_at is not None
    return journey
