"""What the street is called that a place is on, or beside."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from geofence.plane import metres_per_degree
from geofence.route import Place

from .region import SNAP_M, Region
from .segments import nearest_from

_E7 = 1e-7
_PAGE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Named:
    """A name as the map has it, and how far off its street is."""

    name: str
    off_m: float


def named_near(region: Region, place: Place, within_m: float) -> Named | None:
    """The nearest street that has a name, at most `within_m` away (and no more than `SNAP_M`). None: there is none.

    Whatever lies nearer without a name is passed over. Of two that are equally near the first of the alphabet: asked
    twice, it answers the same. Costs a tenth of a millisecond in a city.
    """
    lat, lon = place
    x, y = round(lon / _E7), round(lat / _E7)
    segment = region.segments_about(x, y)
    name = region.part_name[region.seg_part[segment]]
    said = np.flatnonzero(name)
    if not len(said):
        return None
    east, north = metres_per_degree(lat)
    point = region.seg_pt[segment[said]].astype(np.intp)
    _, off_x, off_y = nearest_from((region.pt_x, region.pt_y), point, (x, y), (east * _E7, north * _E7))
    square = off_x * off_x + off_y * off_y
    least = float(square.min())
    if least > min(within_m, SNAP_M) ** 2:
        return None
    equal = set(name[said[square == least]].tolist())
    return Named(min(region.name(one) for one in equal), sqrt(least))


def read_ahead(region: Region) -> None:
    """Have what `named_near` reads in memory: the first place asked about after a start would wait for the disk."""
    for array in (
        region.seg_cell_start,
        region.seg_pt,
        region.seg_part,
        region.pt_x,
        region.pt_y,
        region.part_name,
        region.name_start,
        region.name_bytes,
    ):
        int(array[:: max(1, _PAGE_BYTES // array.itemsize)].sum())
