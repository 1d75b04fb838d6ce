"""Which streets a line follows that somebody else has drawn, or walked.

The line is cut into cells of 9 m; each may belong to any street within 15 m that leads its way. The cheapest sequence of
streets is taken: it costs to be far from one and to change to another, most of all to one that does not meet the first.
"""

from dataclasses import dataclass
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.grid import resample
from geofence.plane import Floats, Plane, plane_at
from geofence.route import Route, middle_of

from .format import PART_TUNNEL
from .region import I4, Region
from .segments import nearest_on

NEAR_M = 15.0
"""A pavement is drawn beside its street, a line beside both."""
ACROSS_M = 8.0
"""A street that lies across counts as so much farther away: a side street is not taken at every crossing."""
BELOW_M = 3.0
"""A tunnel counts as so much farther away than what lies above it: few lines are of those who walk below."""
TURN_M = 3.0
"""What it costs to go on by a street that meets the one before."""
JUMP_M = 12.0
"""By one that does not, or none."""
MOST = 6
"""Streets looked at for a cell."""
SMOOTHED = 5
"""The way she goes is that of so many cells: a line from a receiver has corners that are none."""
NONE = -1
_CHUNK = 40
_SLACK_M = NEAR_M + 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A line in cells of `step_m`, and for each the part it belongs to (-1: none), and where on it that is: `share` of
    the way from `point` to the next one."""

    part: I4
    point: I4
    share: Floats
    step_m: float

    @property
    def along_m(self) -> Floats:
        """The middle of each cell along the line."""
        along: Floats = np.arange(0.5, len(self.part)) * self.step_m
        return along


class _Street(NamedTuple):
    """A part as a cell may belong to it."""

    part: int
    point: int
    share: float
    cost: float


_NOWHERE = _Street(NONE, 0, 0.0, NEAR_M)


def followed(region: Region, route: Route, doubt_m: Floats | None = None) -> Followed:
    """The streets of a route. `doubt_m`: by light number, so much nearer another street may be taken for the one she is on:
    where two fit as well as each other, the one that is not known to be lit."""
    of_light = np.zeros(len(region.about.lights)) if doubt_m is None else doubt_m
    lat, lon = route.columns()
    plane = plane_at(*middle_of(lat, lon))
    (xs, ys), step_m = resample(*plane.to_metres(lat, lon))
    x, y = (xs[1:] + xs[:-1]) / 2, (ys[1:] + ys[:-1]) / 2
    to_x, to_y = _heading(np.diff(xs), np.diff(ys))
    near: list[list[_Street]] = []
    for begin in range(0, len(x), _CHUNK):
        some = slice(begin, begin + _CHUNK)
        near += _near(region, plane, x[some], y[some], to_x[some], to_y[some], of_light)
    chosen = _cheapest(near, _Changes(region))
    part, point, share = zip(*((one.part, one.point, one.share) for one in chosen), strict=True)
    return Followed(np.array(part, np.int32), np.array(point, np.int32), np.array(share), step_m)


def _heading(dx: Floats, dy: Floats) -> tuple[Floats, Floats]:
    """The way each cell goes, as those about it do: of length 1."""
    wide = np.ones(SMOOTHED)
    x, y = (np.convolve(steps, wide, "same")[: len(steps)] for steps in (dx, dy))
    length = np.maximum(np.hypot(x, y), 1e-9)
    return x / length, y / length


def _near(
    region: Region, plane: Plane, x: Floats, y: Floats, to_x: Floats, to_y: Floats, of_light: Floats
) -> list[list[_Street]]:
    """For each place the streets it may belong to."""
    point, part, ax, ay, bx, by = _segments(region, plane, x, y)
    found: list[list[_Street]] = [[] for _ in range(len(x))]
    if not len(point):
        return found
    dx, dy = bx - ax, by - ay
    length = np.maximum(np.hypot(dx, dy), 1e-6)
    share, off_x, off_y = nearest_on(ax - x[:, None], ay - y[:, None], dx, dy)
    away = np.hypot(off_x, off_y)
    cost = away + ACROSS_M * (1.0 - np.abs(to_x[:, None] * dx + to_y[:, None] * dy) / length)
    cost += of_light[region.part_light[part]]
    cost += np.where(region.part_flags[part] & PART_TUNNEL, BELOW_M, 0.0)
    cell, segment = np.nonzero(away <= NEAR_M)
    order = np.lexsort((cost[cell, segment], cell))
    cell, segment = cell[order], segment[order]
    told = (cell, part[segment], point[segment], share[cell, segment], cost[cell, segment])
    for n, one, first, there, price in zip(*(values.tolist() for values in told), strict=True):
        mine = found[n]
        if len(mine) < MOST and all(one != other.part for other in mine):
            mine.append(_Street(one, first, there, price))
    return found


class _Segments(NamedTuple):
    """First points, parts, and both ends in metres."""

    point: I4
    part: I4
    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats


def _segments(region: Region, plane: Plane, x: Floats, y: Floats) -> _Segments:
    """The segments in the box about places."""
    lat, lon = plane.to_degrees(x, y)
    west, east, south, north = (round(float(edge) * 1e7) for edge in (lon.min(), lon.max(), lat.min(), lat.max()))
    cells = region.about.cells
    box = west - cells.wide, south - cells.high, east + cells.wide, north + cells.high
    found = region.among(region.seg_cell_start, *box)
    point = region.seg_pt[found]
    ax, ay = _flat(region, plane, point)
    bx, by = _flat(region, plane, point + 1)
    inside = (np.maximum(ax, bx) >= x.min() - _SLACK_M) & (np.minimum(ax, bx) <= x.max() + _SLACK_M)
    inside &= (np.maximum(ay, by) >= y.min() - _SLACK_M) & (np.minimum(ay, by) <= y.max() + _SLACK_M)
    kept = np.flatnonzero(inside)
    kept = kept[np.unique(point[kept], return_index=True)[1]]  # a long one stands in several cells
    return _Segments(point[kept], region.seg_part[found[kept]], ax[kept], ay[kept], bx[kept], by[kept])


def _flat(region: Region, plane: Plane, point: NDArray[Any]) -> tuple[Floats, Floats]:
    lat, lon = (values[point].astype(np.float64) * 1e-7 for values in (region.pt_y, region.pt_x))
    return plane.to_metres(lat, lon)


class _Changes:
    """What it costs to go from part to part."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._ends: dict[int, frozenset[tuple[int, int]]] = {}
        self._costs: dict[tuple[int, int], float] = {}

    def cost(self, one: int, other: int) -> float:
        """From `one` to `other`, and back."""
        found = self._costs.get((one, other))
        if found is None:
            meet = NONE not in (one, other) and not self._of(one).isdisjoint(self._of(other))
            found = 0.0 if one == other else TURN_M if meet else JUMP_M
            self._costs[one, other] = self._costs[other, one] = found
        return found

    def _of(self, part: int) -> frozenset[tuple[int, int]]:
        ends = self._ends.get(part)
        if ends is None:
            region, first = self._region, int(self._region.part_pt[part])
            last = first + int(region.part_pts[part]) - 1
            ends = frozenset((int(region.pt_x[point]), int(region.pt_y[point])) for point in (first, last))
            self._ends[part] = ends
        return ends


def _cheapest(near: list[list[_Street]], changes: _Changes) -> list[_Street]:
    """One street for each cell: the sequence that costs least."""
    back: list[list[int]] = []
    before: list[tuple[int, float]] = []
    for streets in near:
        here: list[tuple[int, float]] = []
        came = []
        for street in (*streets, _NOWHERE):
            source, least = 0, inf if before else 0.0
            for n, (part, so_far) in enumerate(before):
                price = so_far + changes.cost(part, street.part) if so_far < least else inf
                if price < least:
                    source, least = n, price
            came.append(source)
            here.append((street.part, least + street.cost))
        back.append(came)
        before = here
    at = min(range(len(before)), key=lambda n: before[n][1])
    chosen: list[_Street] = []
    for streets, came in zip(reversed(near), reversed(back), strict=True):
        chosen.append(streets[at] if at < len(streets) else _NOWHERE)
        at = came[at]
    return chosen[::-1]
