"""Streets and walks for the geofence tests: drawn in metres around a square in Medway, noise from a seed."""

import math
from collections.abc import Sequence

import numpy as np

from geofence.destination import Destination
from geofence.fix import Fix
from geofence.grid import grid_of
from geofence.judge import Case, Report
from geofence.limits import STANDARD_FOOT, Limits
from geofence.plane import plane_at
from geofence.route import Route, read_points

SQUARE = plane_at(51.389, 0.504)
BEGAN_AT = 1_795_000_000.0
WALKING_MPS = 1.35

Point = tuple[float, float]


def place(x: float, y: float) -> Point:
    """(lat, lon) of a point in metres east and north of the square."""
    return SQUARE.to_degrees(x, y)


def street(*corners: Point, destination: Destination | None = None) -> Route:
    """A route through corners given in metres."""
    return read_points([place(x, y) for x, y in corners], destination)


STAIRS = street(*[(120.0 * ((n + 1) // 2), 90.0 * (n // 2)) for n in range(20)])
"""Two kilometres of corners, east and north in turn."""
OUT_AND_BACK = street((0, 0), (500, 0), (500, 300), (900, 300), (500, 300), (500, 0), (0, 0))
LOOP = street((0, 0), (400, 0), (400, 400), (0, 400), (0, 0))
EIGHT = street((0, 0), (300, 300), (600, 300), (600, 0), (300, 0), (0, 300))


def fix(x: float, y: float, at_s: float = 0.0, seq: int = 0, accuracy_m: float | None = 10.0, **more: float) -> Fix:
    """A fix `at_s` seconds after she set off, at a point in metres."""
    lat, lon = place(x, y)
    return Fix(seq, BEGAN_AT + at_s, lat, lon, accuracy_m, **more)  # type: ignore[arg-type]


def along(corners: Sequence[Point], every_s: float = 10.0, mps: float = WALKING_MPS) -> list[Point]:
    """Where she is every so many seconds, walking from corner to corner."""
    x, y = np.array(corners, dtype=float).T
    made = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    at = np.arange(0.0, made[-1], mps * every_s)
    return list(zip(np.interp(at, made, x).tolist(), np.interp(at, made, y).tolist(), strict=True))


def corners_of(route: Route) -> list[Point]:
    """A route's points in metres around the square."""
    return [SQUARE.to_metres(lat, lon) for lat, lon in route.places()]


def noisy(points: Sequence[Point], sigma_m: float, seed: int, memory: float = 0.85) -> list[Point]:
    """GPS noise: it remembers where it was wrong (first-order autoregressive), `sigma_m` for each axis."""
    rng = np.random.default_rng(seed)
    fresh = sigma_m * math.sqrt(1 - memory * memory)
    x, y = rng.normal(0.0, sigma_m, 2)
    out = []
    for px, py in points:
        x = memory * x + rng.normal(0.0, fresh)
        y = memory * y + rng.normal(0.0, fresh)
        out.append((px + float(x), py + float(y)))
    return out


def reports(
    points: Sequence[Point], every_s: float = 10.0, accuracy_m: float = 10.0, from_s: float = 0.0, fresh: bool = True
) -> list[Report]:
    """The points as fixes of a phone, each received a second after it was measured."""
    made = []
    for n, (x, y) in enumerate(points):
        at_s = from_s + n * every_s
        made.append((fix(x, y, at_s, round(at_s), accuracy_m), BEGAN_AT + at_s + 1.0, fresh))
    return made


def case(route: Route | None, fixes: Sequence[Report], limits: Limits = STANDARD_FOOT) -> Case:
    """Anna's journey along `route` with these fixes."""
    grid = None if route is None else grid_of(route)
    return Case(fixes, BEGAN_AT, grid, None if route is None else route.destination, limits)
