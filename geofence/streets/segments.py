"""Where on a segment is nearest to a place: one reckoning for all who look for her street, so that all find the same one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geofence.plane import Floats

I4 = NDArray[np.int32]
_TINY_M2 = 1e-12
"""No two points of a map are so near each other: of two that are one the share is 0."""


def nearest_on(ax: Floats, ay: Floats, dx: Floats, dy: Floats) -> tuple[Floats, Floats, Floats]:
    """Of segments that begin at (ax, ay), as seen from a place in metres, and go on by (dx, dy): the share of each that lies
    before what is nearest, and where that is, as seen from the place."""
    share = -(ax * dx + ay * dy) / np.maximum(dx * dx + dy * dy, _TINY_M2)
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    return share, ax + share * dx, ay + share * dy


def nearest_from(
    points: tuple[I4, I4], point: NDArray[Any], place: tuple[Any, Any], metres: tuple[Any, Any]
) -> tuple[Floats, Floats, Floats]:
    """The same of segments on a map, each from `point` to the next one of `points` (x and y).

    `place` in degrees times 1e7, `metres` in one such step to the east and to the north: one for all segments, or one for
    each.
    """
    (x, y), (east, north), after = place, metres, point + 1
    ax, ay = (points[0][point] - x) * east, (points[1][point] - y) * north
    return nearest_on(ax, ay, (points[0][after] - x) * east - ax, (points[1][after] - y) * north - ay)
