"""P4 (targets): what a fix costs the geofence, alone, in batches of 64 and of 2,000, beside Shapely in the same run.

The engine is progress, corridor, dwell at the destination, and what is known of the cell she is on (lighting, nearest
haven): her record as bytes in, the new bytes out. Standing still, her pace, rides and the wrong way are no part of it.
`judge` is everything the service asks for: plausibility, all rules, objects in and out; what P4 leaves out is in there,
a row of its own beside the target. Walks are the field's, plain and out-and-back, ten minutes of each, and every journey has a way of its own. CPU of
the thread, medians of rounds that alternate with Shapely's distance and projection, one fix at a time. Where progress is
wrong by more than 50 m is counted over the whole walks in the same run.
"""

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from shapely import LineString, Point

from geofence.fix import Fix
from geofence.judge import NO_EVIDENCE, Case, Evidence, judge
from geofence.route import Route
from service.frames import Grids

from . import machine
from .engine import Fixes, alone, many
from .field import STEADY, TOWN, Truth, drawn, frames, somebody
from .field.phone import STARTED_AT
from .field.ways import per_degree
from .held import WRONG_M, on_the_way
from .lived import route_of

KINDS = ("plain", "out_and_back")
SEEDS = 100
STEPS = 60
METRES = 1_600.0
SIZES = {1: 24, 64: 4, 2_000: 1}
"""Batches of this size, and how many such groups of journeys a round measures."""
SHAPELY = 60
COMPILED_PER_S = 591_000
TARGETS = {1: 25.0, 64: 5.0, 2_000: 1e6 / 600_000}


@dataclass(frozen=True, slots=True)
class Journey:
    """One walk up to her door: its way, and its fixes with the true place along it, where there is one."""

    kind: str
    route: Route
    fixes: tuple[Fix, ...]
    along_m: tuple[float | None, ...]


def run(rounds: int, _seconds: float) -> dict[str, Any]:
    """`rounds` times Shapely, engine and judge in every size, one after the other."""
    walks = [journey(kind, seed) for seed in range(SEEDS) for kind in KINDS]
    grids = Grids()
    crowd = [walks[n % len(walks)] for n in range(max(SIZES))]
    ways = [grids.of(f"bench{n}-1", one.route) for n, one in enumerate(crowd)]
    found: dict[str, list[float]] = {}
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1_000)  # as the product sets it
    for n in range(rounds):
        found.setdefault("shapely", []).append(_shapely(walks[:SHAPELY]))
        for size, groups in SIZES.items():
            picked = [range(k * size, (k + 1) * size) for k in range(groups)]
            found.setdefault(f"engine {size}", []).append(_engine(crowd, ways, picked))
            found.setdefault(f"judge {size}", []).append(_judge(crowd, ways, picked))
        words = ", ".join(f"{name} {values[-1]:.2f}" for name, values in found.items())
        print(f"round {n + 1} of {rounds}, µs a fix: {words}", file=sys.stderr)
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    results = [*_costs(found), *_wrong(walks, ways)]
    return {"name": "geofence", "machine": machine.name(), "rounds": rounds, "results": results}


def journey(kind: str, seed: int) -> Journey:
    """The walk of this seed, in town."""
    way = drawn(kind, seed, METRES)
    truth: Truth = somebody(seed).walks(way, seed)
    fixes: list[Fix] = []
    along: list[float | None] = []
    for frame in frames(truth, TOWN, STEADY, seed):
        for k, (row, true_s) in enumerate(zip(frame.rows, frame.truth_s, strict=True)):
            if truth.home_at is not None and true_s >= truth.home_at:
                continue
            fixes.append(Fix(seq=frame.seq + k, at=row.t, lat=row.lat, lon=row.lon, accuracy_m=row.accuracy_m, speed_mps=row.speed_mps))  # fmt: skip
            along.append(float(truth.along_m[truth.index(true_s)]) if on_the_way(truth, true_s) else None)
    return Journey(kind, route_of(way), tuple(fixes), tuple(along))


def _timed(what: Callable[[], object]) -> float:
    """Microseconds of this thread on a CPU."""
    began = time.thread_time_ns()
    what()
    return (time.thread_time_ns() - began) / 1000.0


def _shapely(walks: list[Journey]) -> float:
    """The floor: how far off, and how far along the nearest place is, one fix at a time, the way already built."""
    spent, fixes = 0.0, 0
    for walk in walks:
        line, xy = _flat(walk)
        xy = xy[:STEPS]

        def measure(line: LineString = line, xy: list[tuple[float, float]] = xy) -> None:
            for x, y in xy:
                point = Point(x, y)
                line.distance(point)
                line.project(point)

        spent += _timed(measure)
        fixes += len(xy)
    return spent / fixes


def _flat(walk: Journey) -> tuple[LineString, list[tuple[float, float]]]:
    """The way and the fixes in metres."""
    places = np.asarray(walk.route.places())
    lat0, lon0 = places[0]
    east, north = per_degree(float(lat0))
    line = LineString((places[:, ::-1] - (lon0, lat0)) * (east, north))
    return line, [((fix.lon - lon0) * east, (fix.lat - lat0) * north) for fix in walk.fixes]


def _engine(crowd: list[Journey], ways: list[Any], groups: list[range]) -> float:
    spent, fixes = 0.0, 0
    for group in groups:
        states = [NO_EVIDENCE.record] * len(group)
        for k in range(STEPS):
            pairs = [crowd[n].fixes[max(0, k - 1) : k + 1] for n in group]
            batch = Fixes.of([ways[n] for n in group], pairs, STARTED_AT)
            execute = alone if len(group) == 1 else many
            after: list[bytes] = []
            spent += _timed(lambda batch=batch, after=after: after.extend(execute(batch, states)))  # type: ignore[misc]  # noqa: B023
            states = after
            fixes += len(group)
    return spent / fixes


def _judge(crowd: list[Journey], ways: list[Any], groups: list[range]) -> float:
    spent, fixes = 0.0, 0
    for group in groups:
        evidence: list[Evidence] = [NO_EVIDENCE] * len(group)
        for k in range(STEPS):
            cases = [_case(crowd[n], ways[n], k, k + 1, before) for n, before in zip(group, evidence, strict=True)]
            began = time.thread_time_ns()
            answers = judge(cases)
            spent += (time.thread_time_ns() - began) / 1000.0
            evidence = [after for _, after in answers]
            fixes += len(cases)
    return spent / fixes


def _case(one: Journey, way: Any, first: int, until: int, evidence: Evidence) -> Case:
    return Case(
        fixes=[(fix, fix.at + 0.5, True) for fix in one.fixes[first:until]],
        began_at=STARTED_AT,
        grid=way,
        destination=one.route.destination,
        evidence=evidence,
    )


def _costs(found: dict[str, list[float]]) -> list[dict[str, Any]]:
    rows = []
    floor = median(found["shapely"])
    for size, target in TARGETS.items():
        many_words = "alone" if size == 1 else f"in batches of {size:,}"
        for name, judged in (("engine", True), ("judge", False)):
            us = found[f"{name} {size}"]
            what = f"{'progress, corridor, dwell, lighting and haven' if judged else 'the whole judge'}, a fix {many_words}"
            rows.append(
                {
                    "id": f"P4 {size}" if judged else f"P4 judge {size}",
                    "what": f"{what} ({1e6 / median(us):,.0f}/s; compiled, without progress: {COMPILED_PER_S:,}/s)",
                    "measured": round(median(us), 3),
                    "unit": "µs",
                    "floor": round(floor, 3),
                    "ratio": round(median(a / b for a, b in zip(us, found["shapely"], strict=True)), 3),
                    "target": round(target, 2) if judged else None,
                    "met": median(us) <= target if judged else None,
                }
            )
    return rows


def _wrong(walks: list[Journey], ways: list[Any]) -> list[dict[str, Any]]:
    """Over the whole walks, up to the door."""
    counts = {kind: [0, 0, 0] for kind in KINDS}
    cases = [_case(one, way, 0, len(one.fixes), NO_EVIDENCE) for one, way in zip(walks, ways, strict=False)]
    for one, (seen, _) in zip(walks, judge(cases), strict=True):
        line, xy = _flat(one)
        for place, sighting, true_m in zip(xy, seen, one.along_m, strict=True):
            if sighting.along_m is None or true_m is None:
                continue
            counts[one.kind][0] += 1
            counts[one.kind][1] += abs(sighting.along_m - true_m) > WRONG_M
            counts[one.kind][2] += abs(line.project(Point(*place)) - true_m) > WRONG_M
    rows = []
    for kind, (fixes, wrong, naive) in counts.items():
        share, floor = 100.0 * wrong / fixes, 100.0 * naive / fixes
        rows.append(
            {
                "id": f"P4 wrong {kind}",
                "what": f"fixes whose progress is wrong by more than 50 m, {kind}, {TOWN.name}, seeds 0–{SEEDS - 1} (of {fixes:,})",
                "measured": round(share, 3),
                "unit": "%",
                "floor": round(floor, 3),
                "ratio": round(share / floor, 4) if floor else None,
                "target": 0.5,
                "met": share <= 0.5,
            }
        )
    return rows
