"""A recorded walk laid on a planned way: her real pace with its stops, and how far her recorder strayed, on other streets.

What is kept of the recording: how many metres she had walked at each of its instants, and how far each point lies to the
side of the mean of 45 seconds about it. What is not: where it was. Whoever shows such a walk says what it is.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geofence.plane import Plane, plane_at
from geofence.route import Place
from service.walks import Point, Walk

SAID = "a recorded pace and its noise, laid on a planned way"
MEAN_S = 45.0
_STEP_S = 1.0

Floats = NDArray[np.float64]


def laid(walk: Walk, way: Sequence[Place], title: str) -> Walk:
    """The walk on another way, from its first place to its last, at the instants of the recording.

    A way that is longer or shorter than the walk is walked faster or slower by as much.
    """
    lat, lon = (np.array(values) for values in zip(*way, strict=True))
    plane = plane_at(float(lat.mean()), float(lon.mean()))
    x, y = plane.to_metres(lat, lon)
    at_m = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    walked_m = walked(walk)
    along_m = walked_m * (at_m[-1] / walked_m[-1])
    aside_m = strayed(walk)
    ahead_m, behind_m = np.minimum(along_m + 1.0, at_m[-1]), np.maximum(along_m - 1.0, 0.0)
    to_x = np.interp(ahead_m, at_m, x) - np.interp(behind_m, at_m, x)
    to_y = np.interp(ahead_m, at_m, y) - np.interp(behind_m, at_m, y)
    length = np.maximum(np.hypot(to_x, to_y), 1e-9)
    new_lat, new_lon = plane.to_degrees(
        np.interp(along_m, at_m, x) - aside_m * to_y / length, np.interp(along_m, at_m, y) + aside_m * to_x / length
    )
    places = zip(walk.points, new_lat.tolist(), new_lon.tolist(), strict=True)
    return Walk(walk.name, title, tuple(Point(point.t_s, lat, lon) for point, lat, lon in places))


def walked(walk: Walk) -> Floats:
    """Metres walked up to each point."""
    _, x, y = _columns(walk)
    return np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))


def strayed(walk: Walk) -> Floats:
    """How far each point lies to the left of the mean of `MEAN_S` about it; the last one lies on it."""
    t, x, y = _columns(walk)
    grid = np.arange(t[0], t[-1] + _STEP_S, _STEP_S)
    half = int(MEAN_S / _STEP_S) // 2
    mean_x, mean_y = (_mean(np.interp(grid, t, values), half) for values in (x, y))
    to_x, to_y = np.gradient(mean_x), np.gradient(mean_y)
    length = np.hypot(to_x, to_y)
    to_x, to_y = (np.where(length > 1e-6, values / np.maximum(length, 1e-6), 0.0) for values in (to_x, to_y))
    off_x, off_y = x - np.interp(t, grid, mean_x), y - np.interp(t, grid, mean_y)
    aside: Floats = np.interp(t, grid, to_x) * off_y - np.interp(t, grid, to_y) * off_x
    aside[-1] = 0.0
    return aside


def _columns(walk: Walk) -> tuple[Floats, Floats, Floats]:
    t, lat, lon = (np.array(values) for values in zip(*((p.t_s, p.lat, p.lon) for p in walk.points), strict=True))
    plane: Plane = plane_at(float(lat.mean()), float(lon.mean()))
    x, y = plane.to_metres(lat, lon)
    return t, x, y


def _mean(values: Floats, half: int) -> Floats:
    """The mean of as many before as after; at the ends of as many as there are on both sides."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    number = np.arange(len(values))
    reach = np.minimum(half, np.minimum(number, len(values) - 1 - number))
    mean: Floats = (total[number + reach + 1] - total[number - reach]) / (2 * reach + 1)
    return mean
