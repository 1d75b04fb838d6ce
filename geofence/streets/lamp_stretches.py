"""Which stretches of which streets a lamp lights: those of thousands of lamps at once, for they come with every start."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.plane import Floats, metres_per_degree

from .region import I4, I8, Region
from .runs import begins, runs
from .segments import nearest_from

LAMP_M = 15.0
"""A lamp lights the streets this near."""
DARK_M = 20.0
"""So far along them, both ways, nobody knows any more when it is out."""
FARTHEST_M = 30.0
"""Who stood a little off told of the street that is nearest."""
_SAME_M = 0.01
"""Two parts that meet at the place which is nearest are both meant."""
_CHUNK = 100
"""Lamps looked at together: in a town each has a thousand segments about it, and on the way there are ten numbers for each."""
_E7 = 1e-7


class Stretches(NamedTuple):
    """`lamp`: its number among those asked for, in their order. From and to: metres along the part, in its link's direction."""

    lamp: I8
    part: I4
    from_m: Floats
    to_m: Floats


def stretches(region: Region, lat: Floats, lon: Floats) -> Stretches:
    """Of each lamp all parts that it lights, else those nearest to it; nothing where no street is near."""
    x, y = np.round(lon / _E7).astype(np.int64), np.round(lat / _E7).astype(np.int64)
    chunks = [_near(region, x, y, np.arange(low, min(low + _CHUNK, len(x)))) for low in range(0, len(x), _CHUNK)]
    lamp, part, point, share = (
        np.concatenate([*(chunk[n] for chunk in chunks), np.empty(0, kind)])
        for n, kind in enumerate((np.int64, np.int32, np.int32, np.float64))
    )
    middle_m = along_parts(region, part, point, share)
    room_m = region.part_m.take(part).astype(np.float64)
    return Stretches(lamp, part, np.maximum(0.0, middle_m - DARK_M), np.minimum(room_m, middle_m + DARK_M))


def along_parts(region: Region, part: NDArray[Any], point: NDArray[Any], share: Floats) -> Floats:
    """Metres along parts, in their links' direction, to `share` of the way from one of their points to the next."""
    parts, which = np.unique(part, return_inverse=True)
    first, count = region.part_pt.take(parts), region.part_pts.take(parts).astype(np.int32)
    points, start = runs(first, count), begins(count)
    x, y = (values.take(points).astype(np.float64) * _E7 for values in (region.pt_x, region.pt_y))
    east, north = metres_per_degree((y[:-1] + y[1:]) / 2)
    step_m = np.zeros(len(points))
    step_m[1:] = np.hypot(np.diff(x) * east, np.diff(y) * north)
    step_m[start] = 0.0
    drawn_m = np.cumsum(step_m)
    begin = start.take(which)
    here: I8 = begin + (point.astype(np.int64) - first.take(which))
    beyond_m: Floats = step_m.take(here + 1)
    walked_m: Floats = drawn_m.take(here) - drawn_m.take(begin) + share * beyond_m
    return np.where(region.part_rev.take(part) > 0, region.part_m.take(part) - walked_m, walked_m)


def _near(region: Region, x: I8, y: I8, lamps: I8) -> tuple[I8, I4, I4, Floats]:
    """Of each of these lamps and each part it lights: the segment whose nearest place is nearest, by its point, and how far
    along it that place is."""
    of, segment = _about(region, x[lamps], y[lamps])
    east, north = metres_per_degree(y[lamps].astype(np.float64) * _E7)
    point = region.seg_pt.take(segment)
    about = np.flatnonzero(
        _beside(region.pt_x, point, x[lamps].take(of), (FARTHEST_M / east / _E7 + 1.0).take(of))
        & _beside(region.pt_y, point, y[lamps].take(of), (FARTHEST_M / north / _E7 + 1.0).take(of))
    )
    of, segment, point = of.take(about), segment.take(about), point.take(about)
    part = region.seg_part.take(segment)
    east, north = east.take(of) * _E7, north.take(of) * _E7
    places = x[lamps].take(of), y[lamps].take(of)
    share, off_x, off_y = nearest_from((region.pt_x, region.pt_y), point, places, (east, north))
    away_m = np.hypot(off_x, off_y)
    lit = np.flatnonzero(_within(of, away_m, len(lamps)))
    lit = lit[np.lexsort((segment[lit], away_m[lit], part[lit], of[lit]))]
    of, part = of.take(lit), part.take(lit)
    new = np.ones(len(lit), bool)
    new[1:] = (of[1:] != of[:-1]) | (part[1:] != part[:-1])
    return lamps.take(of[new]), part[new], point.take(lit)[new], share.take(lit)[new]


def _beside(values: I4, point: I4, here: I8, room: Floats) -> NDArray[np.bool_]:
    """Whether segments come so near in one of the two directions: most do not, and to measure each is what takes time."""
    begin, end = values.take(point) - here, values.take(point + 1) - here
    beside: NDArray[np.bool_] = (np.minimum(begin, end) <= room) & (np.maximum(begin, end) >= -room)
    return beside


def _within(of: I8, away_m: Floats, many: int) -> NDArray[np.bool_]:
    """Segments that their lamp lights, or where it lights none, the nearest if it is near enough."""
    nearest_m = np.full(many, np.inf)
    np.minimum.at(nearest_m, of, away_m)
    reach_m = np.where(nearest_m <= LAMP_M, LAMP_M, np.where(nearest_m <= FARTHEST_M, nearest_m + _SAME_M, -1.0))
    return away_m <= reach_m.take(of)


def _about(region: Region, x: I8, y: I8) -> tuple[I8, I8]:
    """As `Region.segments_about`, of many places: the number of the place and that of the segment."""
    cells = region.about.cells
    column, row = (x - cells.west) // cells.wide, (y - cells.south) // cells.high
    first, last = np.maximum(column - 1, 0), np.minimum(column + 1, cells.columns - 1)
    of, segment = [], []
    for beside in (-1, 0, 1):
        there = np.flatnonzero((row + beside >= 0) & (row + beside < cells.rows) & (first <= last))
        cell = (row[there] + beside) * cells.columns
        start = region.seg_cell_start.take(cell + first[there])
        count = region.seg_cell_start.take(cell + last[there] + 1) - start
        segment.append(runs(start, count).astype(np.int64))
        of.append(there.repeat(count))
    return np.concatenate(of), np.concatenate(segment)
