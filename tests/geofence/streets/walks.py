"""Planners for the tests of ways: over small maps, and one that tries everything."""

import heapq
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np

from geofence.lighting import Schedule
from geofence.streets.build import build
from geofence.streets.format import PART_AGAINST, PART_ALONG, PART_SHUNNED, PART_STEPS
from geofence.streets.gates import Gates
from geofence.streets.lights import RegionLights, Report
from geofence.streets.planner import Planner
from geofence.streets.region import Region
from geofence.streets.search import TOUCHED_M
from geofence.streets.snap import End
from geofence.streets.ways import OFFERED, SHORTEST, Asked, NoWay, Planned, Reason, Way, Weights
from tests.geofence.drawn import SQUARE, place

from .town import Drawing

LONDON = ZoneInfo("Europe/London")
Corner = tuple[float, float]


def clock(hhmm: str, day: str = "2026-03-10") -> float:
    """An instant by the clocks of Medway: a Tuesday, unless a day is named."""
    return datetime.fromisoformat(f"{day}T{hhmm}").replace(tzinfo=LONDON).timestamp()


NIGHT = clock("21:30")


def opened(drawing: Drawing) -> Region:
    """A map of what was drawn."""
    with TemporaryDirectory() as folder:
        source = drawing.write(Path(folder) / "drawn.osm.pbf")
        return Region.open(build(source, Path(folder) / "drawn.streets").path)


def planner(region: Region, schedules: Sequence[Schedule] = (), reports: Sequence[Report] = ()) -> Planner:
    """Whoever plans there."""
    return Planner(RegionLights(region, schedules, reports))


def report(x: float, y: float, **what: object) -> Report:
    """What was reported at a point in metres."""
    lat, lon = place(x, y)
    return Report(lat=lat, lon=lon, **what)  # type: ignore[arg-type]


def asked(
    origin: Corner, destination: Corner, at: float = NIGHT, weights: Sequence[Weights] = OFFERED, no_steps: bool = False
) -> Asked:
    """A walk between two points in metres."""
    return Asked(
        origin=place(*origin), destination=place(*destination), at=at, weights=tuple(weights), no_steps=no_steps
    )


def tried(plans: Planner, walk: Asked) -> Way | Reason:
    """The first way, or why there is none."""
    try:
        return plans.plan(walk).ways[0]
    except NoWay as none:
        return none.reason


def way_of(planned: Planned, kind: str) -> Way:
    """The way of a kind."""
    return next(way for way in planned.ways if kind in way.kinds)


def names(way: Way) -> list[str]:
    """The streets of a way, one after the other; what has no name is left out."""
    found: list[str] = []
    for stretch in way.stretches:
        if stretch.name and found[-1:] != [stretch.name]:
            found.append(stretch.name)
    return found


def corners(way: Way) -> list[Corner]:
    """A way's points in metres about the square, to whole metres."""
    return [(round(x), round(y)) for x, y in (SQUARE.to_metres(lat, lon) for lat, lon in way.places())]


def least_cost(
    region: Region, gates: Gates, origin: End, destination: End, states: np.ndarray, weights: Weights
) -> float:
    """What the best way costs, found by trying every part of the map; inf: there is none. It knows no links and no crop."""
    plain = weights == SHORTEST
    steps: dict[object, list[tuple[object, float]]] = {}
    for part in range(len(region.part_m)):
        flags, m = int(region.part_flags[part]), float(region.part_m[part])
        penalty = (1.1 if flags & PART_STEPS else 1.0) * (1.5 if flags & PART_SHUNNED else 1.0)
        a_metre = 1.0 if plain else penalty * weights.factors[int(states[part])]
        x, y = region.points(part)
        marks: list[tuple[float, object]] = [(0.0, (int(x[0]), int(y[0]))), (m, (int(x[-1]), int(y[-1])))]
        marks += [(end.in_part_m, name) for end, name in ((origin, "begin"), (destination, "end")) if end.part == part]
        marks.sort(key=lambda mark: mark[0])
        rev = bool(region.part_rev[part])
        for (low, one), (high, other) in pairwise(marks):
            touched = high - low < TOUCHED_M  # who stands at the foot of an escalator is not on it
            if touched or (gates.admits(part) and not flags & (PART_ALONG if rev else PART_AGAINST)):
                steps.setdefault(one, []).append((other, (high - low) * a_metre))
            if touched or (gates.admits(part) and not flags & (PART_AGAINST if rev else PART_ALONG)):
                steps.setdefault(other, []).append((one, (high - low) * a_metre))
    best: dict[object, float] = {}
    queue: list[tuple[float, int, object]] = [(0.0, 0, "begin")]
    number = 0
    while queue:
        cost, _, at = heapq.heappop(queue)
        if at in best:
            continue
        best[at] = cost
        for there, more in steps.get(at, ()):
            number += 1
            heapq.heappush(queue, (cost + more, number, there))
    return best.get("end", float("inf"))


def cost_of(region: Region, way: Way, weights: Weights) -> float:
    """What a planned way costs."""
    if weights == SHORTEST:
        return way.length_m
    pieces = way.pieces
    return sum(
        m
        * weights.factors[state]
        * (1.1 if steps else 1.0)
        * (1.5 if int(region.part_flags[part]) & PART_SHUNNED else 1.0)
        for m, state, steps, part in zip(pieces.m, pieces.state, pieces.steps, pieces.part, strict=True)
    )
