"""Ways on foot: milliseconds by distance, lit share and detour by weights, lengths beside an independent router.

What there is no map or no router for is not measured, and never met.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from geofence.plane import Floats, distance_m
from geofence.route import Place
from geofence.streets import snap
from geofence.streets.crop import crop
from geofence.streets.gates import Gates
from geofence.streets.planner import PLUS_M, STRETCH, Planner
from geofence.streets.search import behind, ends_of, lengths, nodes_of
from geofence.streets.snap import end_at, near
from geofence.streets.ways import OFFERED, SHORTEST, NoWay, Weights

from . import machine
from . import router as routers
from .assumed import held_out, imported
from .county import county_rows
from .extracts import Extract, extracts, pairs, tried
from .rows import Row, not_measured, row

KILOMETRES = (1, 2, 3, 5)
WALKS = 60
TIMED_KM, TIMED_MS = 3, 10.0
SEEDS, TRIPS = (11, 12, 13, 14), 150
TRIP_M = (300.0, 3000.0)
LIT_PCT, LONGER_PCT = 93.0, 4.0
ROUTED = 200
WITHIN_PCT = 1.0
TOWN = "london"
"""The targets are those of this extract; of others figures stand beside them."""
OLD = Weights("1 / 1.15 / 2 / 3", (1.0, 1.15, 2.0, 3.0))
SETS = (*OFFERED, OLD)


def run(rounds: int, _seconds: float) -> dict[str, Any]:
    """Every figure for which there is a map."""
    with TemporaryDirectory() as folder:
        found = extracts(Path(folder))
        results = (
            list(_rows(found, rounds))
            if found
            else [not_measured("M1", "no extract: `make setup`, or LAMPLIT_EXTRACTS")]
        )
    return {"name": "planner", "machine": machine.name(), "rounds": rounds, "results": results}


def _rows(found: list[Extract], rounds: int) -> Iterable[Row]:
    town = next((one for one in found if one.name.startswith(TOWN)), found[0])
    yield from timed(town.name, town.planner, rounds, "M1", town.name.startswith(TOWN))
    is_target = town.name.startswith(TOWN)
    yield from county_rows(town, lambda name, plans: timed(name, plans, rounds, "M2", False), is_target)
    for one in found:
        yield from weighed(one)
    for one in found:
        yield routed(one)
    for one in found:
        yield from held_out(one)
    yield from imported(town)


# ── milliseconds ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of every plan and of its floor, on the clock and of the thread."""

    wall: list[float]
    cpu: list[float]
    floor: list[float]


def timed(name: str, plans: Planner, rounds: int, number: str, is_target: bool) -> Iterable[Row]:
    """By distance. The floor is one search by length over the same crop, nothing else: snapping, cutting, weights, lines and
    figures are what stands above it."""
    for km in KILOMETRES:
        ends = pairs(plans.lights.region, 950.0 * km, 1050.0 * km, WALKS, seed=km)
        if len(ends) < WALKS:
            yield not_measured(f"{number} {km} km", f"{name}: the map is too small for it")
            continue
        found = _timed(plans, ends, rounds)
        print(f"{number} {km} km of {name}: p95 {np.percentile(found.wall, 95):.1f} ms", file=sys.stderr)
        middle, high, most = np.percentile(found.wall, [50, 95, 100]).tolist()
        cpu_middle, cpu_high = np.percentile(found.cpu, [50, 95]).tolist()
        floor_middle, floor_high = np.percentile(found.floor, [50, 95]).tolist()
        target = TIMED_MS if is_target and km == TIMED_KM else None
        yield row(
            f"{number} {km} km",
            f"{name}, {km} km as the crow flies, up to three ways, 95th percentile (half {middle:.1f}, at most {most:.1f}; of a core {cpu_middle:.1f} and {cpu_high:.1f})",
            round(high, 3),
            "ms",
            floor=round(floor_high, 3),
            ratio=round(middle / floor_middle, 3),
            target=target,
            met=None if target is None else high <= target,
        )


def _timed(plans: Planner, ends: list[tuple[Place, Place]], rounds: int) -> Timed:
    found = Timed([], [], [])
    both = [(pair_, floor) for pair_ in ends if (floor := _floor(plans, pair_)) is not None]
    for pair_ in ends:  # pages of the map that nobody has touched yet come from the disk once
        tried(plans, pair_, OFFERED)
    for _ in range(rounds):
        for pair_, floor in both:
            found.floor.append(_ms(floor)[0])
            wall, cpu = _ms(lambda pair_=pair_: tried(plans, pair_, OFFERED))  # type: ignore[misc]
            found.wall.append(wall)
            found.cpu.append(cpu)
    return found


def _floor(plans: Planner, ends: tuple[Place, Place]) -> Callable[[], object] | None:
    region = plans.lights.region
    gates = Gates(region, plans.lights.where, None, False)
    try:
        snapped = snap.pairs(region, near(region, ends[0], gates, ""), near(region, ends[1], gates, ""))[0]
    except NoWay:
        return None
    origin, destination = (end_at(region, one) for one in snapped)
    apart_m = distance_m(*ends[0], *ends[1])
    kept = nodes_of(region, origin.link, destination.link)
    cut = crop(region, (origin.x, origin.y), (destination.x, destination.y), STRETCH * apart_m + PLUS_M, kept)
    legs = ends_of(region, cut, gates, origin, destination)
    metres = lengths(region, cut)
    return lambda: behind(cut, metres, legs)


def _ms(what: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and of this thread on a CPU."""
    began, spent = time.perf_counter_ns(), time.thread_time_ns()
    what()
    return (time.perf_counter_ns() - began) / 1e6, (time.thread_time_ns() - spent) / 1e6


# ── light and length ─────────────────────────────────────────────────────────────────────────────────────


def weighed(one: Extract) -> Iterable[Row]:
    """By set of weights: how much of all ways is known to be lit, and how much longer they are than the shortest ones."""
    of_seed = {weights.name: [_sums(one, weights, seed) for seed in SEEDS] for weights in SETS}
    for weights in SETS:
        sums = np.array(of_seed[weights.name])
        total = sums.sum(axis=0)
        if not total[0]:
            yield not_measured(f"M5 {one.name} {weights.name}", f"{one.name}: the map is too small for it")
            continue
        lit, longer = 100.0 * total[2] / total[1], 100.0 * (total[1] / total[0] - 1.0)
        shares, detours = 100.0 * sums[:, 2] / sums[:, 1], 100.0 * (sums[:, 1] / sums[:, 0] - 1.0)
        is_target = one.name.startswith(TOWN) and weights.name == "better_lit"
        factors = " / ".join(f"{factor:g}" for factor in weights.factors)
        spread = (
            f"by seed {shares.min():.1f} to {shares.max():.1f} % and {detours.min():+.1f} to {detours.max():+.1f} %"
        )
        yield row(
            f"M5 {one.name} {weights.name}",
            f"{one.name}, {factors}: known to be lit at {longer:+.1f} % of length ({spread})",
            round(float(lit), 2),
            "%",
            floor=round(float(100.0 * total[3] / total[0]), 2),
            target=LIT_PCT if is_target else None,
            met=bool(lit >= LIT_PCT and longer <= LONGER_PCT) if is_target else None,
        )


def _sums(one: Extract, weights: Weights, seed: int) -> Floats:
    """Metres of all shortest ways, of all ways by these weights, and of each that are known to be lit."""
    totals = np.zeros(4)
    for ends in pairs(one.region, *TRIP_M, TRIPS, seed):
        plain, other = tried(one.planner, ends, (SHORTEST,)), tried(one.planner, ends, (weights,))
        if plain and other:
            totals += plain[0].length_m, other[0].length_m, other[0].metres[0], plain[0].metres[0]
    return totals


# ── beside another router ────────────────────────────────────────────────────────────────────────────────


def routed(one: Extract) -> Row:
    """The shortest ways beside a router's: by how much the lengths differ, in half of all pairs more and in half less."""
    wheel, number = routers.folder(), f"M6 {one.name}"
    if wheel is None:
        why = f"{one.name}: shortest lengths beside Valhalla's, which is not here (`make router`)"
        return not_measured(number, why, WITHIN_PCT)
    try:
        with routers.router(wheel, one.source) as router:
            ratios = np.array(list(_ratios(one, router)))
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        return not_measured(number, f"{one.name}: Valhalla does not run here: {error}", WITHIN_PCT)
    if not len(ratios):
        return not_measured(number, f"{one.name}: the map is too small for it", WITHIN_PCT)
    low, middle, high = np.percentile(ratios, [5, 50, 95]).tolist()
    off = 100.0 * abs(middle - 1.0)
    spread = f"5 % of {len(ratios)} pairs below {low:.3f}, half below {middle:.4f}, 5 % above {high:.3f}"
    what = f"{one.name}: the median of our shortest lengths over Valhalla's, off 1 ({spread})"
    return row(number, what, round(off, 3), "%", target=WITHIN_PCT, met=off <= WITHIN_PCT)


def _ratios(one: Extract, router: routers.Router) -> Iterable[float]:
    for ends in pairs(one.region, *TRIP_M, ROUTED, seed=5):
        ours, theirs = tried(one.planner, ends, (SHORTEST,)), router.length_m(ends)
        if ours and theirs:
            yield ours[0].length_m / theirs
