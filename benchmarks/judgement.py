"""Judgement quality (targets): is she nagged on an ordinary walk, and missed when it turns?

Seeded walks of the field go through the product's own rules. Ordinary ones, by way, receiver, cadence and profile, say
what is asked without a reason, where progress is wrong and how she arrives; walks that turn say how long it takes until
somebody notices; recorded walks say what happens to real ones. The floor is no judge at all: the nearest place of the
way, and one fix beyond the limit as an alarm. Every figure follows from the seeds; nothing here is timed.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

import numpy as np

from geofence.sighting import Standing
from service import walks
from service.journey.events import PromptRaised
from service.journey.model import Cause, Progress
from service.journey.profiles import PROFILES

from . import machine
from .field import BAD, CANYON, GOOD, KINDS, PLAIN_10, PLAIN_20, STEADY, TOWN, TROUBLED, TYPICAL, Phone, Receiver, Turn
from .field.phone import STARTED_AT, frames
from .field.real import RECORDER_M, Real, reals
from .field.walker import Truth, somebody
from .field.ways import drawn
from .held import Held, false_off, held, is_false, rule_s
from .lived import Lived, lived, route_of
from .pictures import Worst
from .riding import Rides, results, rides

A_ROUND = 5
"""Walks of every kind in one round."""
TURNS_A_ROUND = 2
RIDES_A_ROUND = 10
RESTS_H = 0.5
HOME_S = 700.0
SEEDS = 1_000
CELLS: tuple[tuple[Receiver, Phone], ...] = (
    (GOOD, TYPICAL),
    (TOWN, TYPICAL),
    (CANYON, TYPICAL),
    (BAD, TROUBLED),
    (PLAIN_10, STEADY),
    (PLAIN_20, STEADY),
    (TOWN, replace(TYPICAL, cadence_s=60.0)),
)
ALL_PROFILES = (GOOD, TOWN, CANYON, BAD)
TARGETS = {"J1": 0.0, "J2": 0.05, "J4": 50.0, "J5": 60.0, "J8": 0.5, "J9": 0.0}
Cell = tuple[str, float, str, str]
"""Receiver, cadence, profile, kind of way."""


@dataclass(slots=True)
class Found:
    """What all walks came to."""

    cells: dict[Cell, Held] = field(default_factory=lambda: defaultdict(Held))
    delays: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    real: dict[str, dict[str, float]] = field(default_factory=dict)
    rides: dict[str, Rides] = field(default_factory=dict)
    worst: dict[str, Worst] = field(default_factory=dict)

    def all(self, receiver: str, cadence_s: float = 10.0, profile: str = "standard", kind: str = "") -> Held:
        """Everything of this receiver, of one kind of way or of all."""
        out = Held()
        for cell, one in self.cells.items():
            if cell[:3] == (receiver, cadence_s, profile) and kind in ("", cell[3]):
                out.add(one)
        return out

    def worse(self, name: str, by: float, walk: Worst) -> None:
        if by > 0 and (name not in self.worst or by > self.worst[name].by):
            self.worst[name] = replace(walk, by=by)


def run(rounds: int, _seconds: float) -> dict[str, Any]:
    """`rounds` batches of seeds; five are 250 walks for every receiver."""
    found = Found()
    for n in range(rounds):
        began = time.monotonic()
        for seed in range(n * SEEDS, n * SEEDS + A_ROUND):
            for kind in KINDS:
                _ordinary(kind, seed, found)
        for seed in range(n * SEEDS, n * SEEDS + TURNS_A_ROUND):
            for kind in KINDS:
                _turned(kind, seed, found)
        rides(range(n * SEEDS, n * SEEDS + RIDES_A_ROUND), found.rides)
        print(f"round {n + 1} of {rounds}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    _reals(found)
    report = {"name": "judgement", "machine": machine.name(), "rounds": rounds, "results": list(_results(found))}
    return report | {"worst": [found.worst[name].drawn(name) for name in sorted(found.worst)]}


# ── ordinary walks ──


def _ordinary(kind: str, seed: int, found: Found) -> None:
    truth = somebody(seed, rests_h=RESTS_H).walks(drawn(kind, seed), seed, home_s=HOME_S)
    route = route_of(truth.way)
    for receiver, phone in CELLS:
        sent = frames(truth, receiver, phone, seed)
        for profile in PROFILES if receiver in ALL_PROFILES and phone.cadence_s == 10.0 else ("standard",):
            came = lived(truth, sent, profile, route)
            one = held(truth, sent, came, profile)
            found.cells[receiver.name, phone.cadence_s, profile, kind].add(one)
            if profile == "standard" and phone.cadence_s == 10.0:
                _remember(Worst(kind, receiver, phone, seed, truth, sent), came, one, found)


def _remember(walk: Worst, came: Lived, one: Held, found: Found) -> None:
    """The worst walk of every figure that has a picture."""
    at = f"{walk.receiver.name}, seed {walk.seed}, {walk.kind}"
    if walk.receiver in (TOWN, PLAIN_10):
        found.worse("J1", one.false_off, replace(walk, words=f"off the route {one.false_off} times on {at}"))
    if walk.receiver in (CANYON, PLAIN_20):
        found.worse("J2", one.false_off, replace(walk, words=f"off the route {one.false_off} times on {at}"))
    if walk.receiver is TOWN:
        missed = walk.truth.home_at is not None and one.arrived == 0
        late_s = max(one.late_s, default=0.0)
        by = 1e6 * one.early + 1e5 * missed + late_s
        words = "too early" if one.early else "not at all" if missed else f"{late_s:.0f} s after her door"
        found.worse("J7", by, replace(walk, words=f"arrival seen {words}: {at}"))
        share = one.wrong / max(1, one.fixes)
        found.worse("J8", share, replace(walk, words=f"{share:.1%} of fixes more than 50 m along from the truth: {at}"))


# ── walks that turn ──


def _turned(kind: str, seed: int, found: Found) -> None:
    rng = np.random.default_rng([seed, 19])
    way = drawn(kind, seed)
    after_m = float(rng.uniform(0.25, 0.6)) * way.length_m
    for turn in (Turn("wrong_turn", after_m), Turn("parallel_street", after_m)):
        truth = somebody(seed).walks(way, seed, turn)
        for receiver in (GOOD, TOWN):
            _deviates(Worst(kind, receiver, STEADY, seed, truth), turn, found)
    truth = somebody(seed).walks(way, seed, Turn("stands", after_m))
    for receiver in (GOOD, TOWN):
        for profile in ("standard", "high_risk"):
            _stands(Worst(kind, receiver, STEADY, seed, truth), profile, found)
    truth = somebody(seed).walks(way, seed, Turn("carried_off", after_m, mps=float(rng.uniform(8, 15))))
    for receiver in (GOOD, TOWN):
        _carried(truth, receiver, seed, found)


def _asked(came: Lived, causes: Iterable[Cause], since_s: float) -> float:
    """The first second from `since_s` on in which she was asked for one of these causes, or had already been."""
    wanted = set(causes)
    at = [one.at - STARTED_AT for one in came.events if isinstance(one, PromptRaised) and one.cause in wanted]
    return min((t for t in at if t >= since_s), default=float("inf"))


def _deviates(walk: Worst, turn: Turn, found: Found) -> None:
    left_s = walk.truth.left_at()
    if left_s is None:
        return  # on this way the turn leads to another part of it
    sent = frames(walk.truth, walk.receiver, walk.phone, walk.seed)
    came = lived(walk.truth, sent, "standard")
    turned_s = walk.truth.turned_at or 0.0
    at = [t for t in came.became(Progress.OFF_ROUTE) if t >= turned_s]
    delay = min([*at, _asked(came, (Cause.OFF_ROUTE, Cause.AWAY, Cause.VEHICLE), turned_s)]) - left_s
    found.delays["J4", walk.receiver.name].append(max(0.0, delay))
    words = f"{turn.what}: noticed {delay:.0f} s after 40 m, {walk.receiver.name}, seed {walk.seed}, {walk.kind}"
    found.worse("J4", delay, replace(walk, sent=sent, words=words))


def _stands(walk: Worst, profile: str, found: Found) -> None:
    numbers = PROFILES[profile]
    since_s = rule_s(walk.truth, numbers.stalled_s, numbers.stalled_m)
    if since_s is None:
        return
    sent = frames(walk.truth, walk.receiver, walk.phone, walk.seed)
    seen = lived(walk.truth, sent, profile).seen  # she may have been asked just before, and is not asked again (row 7)
    stalled = (at.received_at - STARTED_AT for _, at in seen if at.standing is Standing.STALLED)
    delay = min((t for t in stalled if t >= (walk.truth.turned_at or 0.0)), default=float("inf")) - since_s
    found.delays[f"J5 {profile}", walk.receiver.name].append(delay)
    if profile == "standard":
        words = f"a stall noticed {delay:.0f} s after its rule, {walk.receiver.name}, seed {walk.seed}, {walk.kind}"
        found.worse("J5", delay, replace(walk, sent=sent, words=words))


def _carried(truth: Truth, receiver: Receiver, seed: int, found: Found) -> None:
    came = lived(truth, frames(truth, receiver, STEADY, seed), "standard")
    turned_s = truth.turned_at or 0.0
    found.delays["J6", receiver.name].append(
        _asked(came, (Cause.VEHICLE, Cause.OFF_ROUTE, Cause.AWAY), turned_s) - turned_s
    )


# ── real walks ──


def _reals(found: Found) -> None:
    """As they were recorded, her phone heard all the while; and seen through receivers laid upon them."""
    walks.fetch()
    for real in reals():
        for profile in PROFILES:
            _real(real, lived(real.truth, real.frames, profile, beats=True), "recorded", profile, found)
        for receiver in (replace(GOOD, outliers=0.0), PLAIN_10, PLAIN_20):
            for profile in PROFILES:
                came = lived(real.truth, frames(real.truth, receiver, STEADY, 1), profile)
                _real(real, came, f"sigma {receiver.sigma_m:g}", profile, found)


def _real(real: Real, came: Lived, shown: str, profile: str, found: Found) -> None:
    out = found.real.setdefault(shown, defaultdict(float))
    out["walks"] += 1
    out["hours"] += real.truth.seconds / 3600.0
    asked = [(one.cause, one.at - STARTED_AT) for one in came.prompts()]
    out["false"] += sum(is_false(real.truth, cause, at_s, profile, known_m=2 * RECORDER_M) for cause, at_s in asked)
    out["asked"] += len(came.prompts())
    out["told"] += len(came.told())
    out["off"] += len(false_off(real.truth, came))
    one = held(real.truth, [], came, profile)
    out["arrived"] += one.arrived
    out["closed"] += one.closed
    out["early"] += one.early


# ── figures ──


def _row(
    id_: str, what: str, measured: float, unit: str, *, floor: float | None = None, met: bool | None = None
) -> dict[str, Any]:
    target = TARGETS.get(id_.split(maxsplit=1)[0]) if met is not None else None
    return {
        "id": id_,
        "what": what,
        "measured": round(measured, 4),
        "unit": unit,
        "floor": None if floor is None else round(floor, 4),
        "ratio": None if not floor else round(measured / floor, 4),
        "target": target,
        "met": met,
    }


def _results(found: Found) -> Iterator[dict[str, Any]]:
    for part in (_off_route, _nagging, _delays, _arrivals, _progress):
        yield from part(found)
    yield from results(found.rides)
    yield from _recorded(found)


def _off_route(found: Found) -> Iterator[dict[str, Any]]:
    for id_, receivers in (("J1", (PLAIN_10, TOWN, GOOD)), ("J2", (PLAIN_20, CANYON, BAD))):
        for receiver in receivers:
            one = found.all(receiver.name)
            counts = f"{one.false_off} on {one.km:,.0f} km, {one.hours:,.0f} h, and {one.in_shops} in shops up to 38 m beside it"
            what = f"false `off_route` a km, {receiver.name} ({counts})"
            judged = receiver not in (GOOD, BAD)
            per_km = one.false_off / one.km
            met = per_km <= TARGETS[id_] if judged else None
            yield _row(f"{id_} {receiver.name}", what, per_km, "/km", floor=one.naive_off / one.km, met=met)
    slow = found.all(TOWN.name, 60.0)
    yield _row("J1 60 s", "false `off_route` a km, town, a fix a minute", slow.false_off / slow.km, "/km")


def _nagging(found: Found) -> Iterator[dict[str, Any]]:
    for profile in PROFILES:
        for receiver in ALL_PROFILES:
            one = found.all(receiver.name, profile=profile)
            causes = ", ".join(f"{cause} {many}" for cause, many in sorted(one.prompts.items())) or "none"
            what = f"questions without a reason an hour, {profile}, {receiver.name} ({causes}; all {one.asked}, told {one.told})"
            yield _row(f"J3 {profile} {receiver.name}", what, sum(one.prompts.values()) / one.hours, "/h")


def _delays(found: Found) -> Iterator[dict[str, Any]]:
    whats = {
        "J4": "a deviation noticed after 40 m",
        "J5 standard": "a stall noticed after its rule, standard",
        "J5 high_risk": "a stall noticed after its rule, high risk",
        "J6": "a question after she got into a car",
    }
    for (id_, receiver), delays in sorted(found.delays.items()):
        never = sum(d == float("inf") for d in delays)
        p50, p95, most = (_quantile(delays, share) for share in (0.5, 0.95, 1.0))
        what = f"{whats[id_]}, {receiver}: 95th percentile of {len(delays)} (half {p50:.0f}, most {most:.0f} s, never {never})"
        target = TARGETS.get(id_.split()[0])
        yield _row(f"{id_} {receiver}", what, p95, "s", met=None if target is None else p95 <= target)


def _quantile(values: list[float], share: float) -> float:
    """The smallest value that so many of them do not exceed; 9,999 for never."""
    ordered = sorted(min(v, 9999.0) for v in values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _arrivals(found: Found) -> Iterator[dict[str, Any]]:
    for receiver in ALL_PROFILES:
        one = found.all(receiver.name)
        share = one.arrived / one.walks
        late = (
            f"half {median(one.late_s):.0f}, 95th {_quantile(one.late_s, 0.95):.0f} s after her door"
            if one.late_s
            else ""
        )
        what = f"of {one.walks} walks arrival seen, {receiver.name} ({late}; {one.closed} closed by it within 11 min)"
        met = share >= 0.99 if receiver in (GOOD, TOWN) else None
        yield _row(f"J7 {receiver.name}", what, 100.0 * share, "%") | {
            "target": None if met is None else 99.0,
            "met": met,
        }
        what = f"seen arriving more than 100 m from her door, {receiver.name}"
        yield _row(f"J7 early {receiver.name}", what, one.early, "") | {"target": 0.0, "met": one.early == 0}
        what = f"closed near the end of a way that passes it, more than 100 m before, {receiver.name}"
        yield _row(f"J7 passed {receiver.name}", what, one.passed, "") | {"target": 0.0, "met": one.passed == 0}


def _progress(found: Found) -> Iterator[dict[str, Any]]:
    for receiver in (TOWN, CANYON):
        for kind in KINDS:
            one = found.all(receiver.name, kind=kind)
            share, naive = 100.0 * one.wrong / max(1, one.fixes), 100.0 * one.naive_wrong / max(1, one.naive_fixes)
            what = f"fixes whose progress is wrong by more than 50 m, {kind}, {receiver.name} (of {one.fixes:,})"
            met = share <= TARGETS["J8"] if receiver is TOWN else None
            yield _row(f"J8 {kind} {receiver.name}", what, share, "%", floor=naive, met=met)
        one = found.all(receiver.name)
        what = f"falls of progress by more than 25 m while she did not turn round, {receiver.name} (of {one.fixes:,} fixes)"
        yield _row(f"J9 {receiver.name}", what, one.backs, "", met=one.backs == 0 if receiver is TOWN else None)


def _recorded(found: Found) -> Iterator[dict[str, Any]]:
    figures: tuple[tuple[str, str, Callable[[dict[str, float]], bool]], ...] = (
        ("false", "questions outside her rests", lambda one: one["false"] == 0),
        ("told", "times somebody else was told", lambda one: one["told"] == 0),
        ("early", "seen arriving more than 100 m early", lambda one: one["early"] == 0),
    )
    for shown, one in found.real.items():
        for key, what, met in figures:
            words = (
                f"{what}: {one['walks']:.0f} real walks, {shown}, {one['hours']:.0f} h, asked {one['asked']:.0f} times"
            )
            yield _row(f"J11 {key} {shown}", words, one[key], "") | {"target": 0.0, "met": met(one)}
        share = 100.0 * one["arrived"] / one["walks"]
        words = f"real walks whose arrival was seen, {shown} ({one['closed']:.0f} of {one['walks']:.0f} closed by it)"
        row = _row(f"J11 arrived {shown}", words, share, "%")
        yield row | {"target": 99.0, "met": share >= 99.0}
