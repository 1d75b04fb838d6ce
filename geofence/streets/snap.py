"""From a place to the street: which streets are near, and where on them she is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from geofence.plane import Floats, metres_per_degree
from geofence.route import Place

from .gates import Gates
from .region import SNAP_M, Region
from .segments import nearest_from
from .ways import NoWay, Reason

MOST_STREETS = 8
"""Streets that a place may belong to: the nearest may lead nowhere."""
_SEGMENTS = 64
"""Looked at for them, the nearest ones: a curve has many."""
_E7 = 1e-7


@dataclass(frozen=True, slots=True)
class End:
    """Where a way begins or ends: `along_m` metres from the first node of `link`, on its `part`; x, y in degrees times 1e7.

    `off_m`: from the place that was asked about.
    """

    link: int
    part: int
    along_m: float
    in_part_m: float
    off_m: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest place of a street: `share` of the way from `point` to the next one."""

    link: int
    part: int
    point: int
    share: float
    off_m: float


def near(region: Region, place: Place, gates: Gates, field: str) -> list[Near]:
    """The streets within 150 m that she may be on, the nearest first. Raises NoWay that names `field`."""
    lat, lon = place
    if not (isfinite(lat) and isfinite(lon) and abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise NoWay(Reason.OUTSIDE_MAP, field)
    admitted = list(islice((one for one in _nearest(region, lat, lon) if gates.admits(one.part)), MOST_STREETS))
    if not admitted:
        raise _none_near(region, lat, lon, gates, field)
    return admitted


def _none_near(region: Region, lat: float, lon: float, gates: Gates, field: str) -> NoWay:
    """Why she is on no street there."""
    found = list(_nearest(region, lat, lon))
    if found:
        return NoWay(Reason.ONLY_STEPS if any(gates.opens(one.part) for one in found) else Reason.CLOSED, field)
    outside_m = region.about.box.outside_m(lat, lon)
    return NoWay(Reason.OUTSIDE_MAP, field, outside_m) if outside_m > 0.0 else NoWay(Reason.NO_STREET_NEAR, field)


def pairs(region: Region, origins: list[Near], destinations: list[Near]) -> list[tuple[Near, Near]]:
    """Every two of them that are connected, the nearest first. Raises NoWay that names the end which is cut off."""
    begins, ends = ([(one, _component(region, one)) for one in some] for some in (origins, destinations))
    found = [(one, other) for one, here in begins for other, there in ends if here == there]
    if not found:
        origin_m, destination_m = (_most_m(region, some) for some in (origins, destinations))
        field = "origin" if origin_m < destination_m else "destination"
        raise NoWay(Reason.CUT_OFF, field, min(origin_m, destination_m))
    return sorted(found, key=lambda two: two[0].off_m + two[1].off_m)


def end_at(region: Region, one: Near) -> End:
    """Where on its link the nearest place of a street is."""
    x, y = region.points(one.part)
    first, count = int(region.part_pt[one.part]), len(x)
    ahead, reverse = one.point - first, bool(region.part_rev[one.part])
    index, share = (count - 2 - ahead, 1.0 - one.share) if reverse else (ahead, one.share)
    metres = segment_m(x, y)
    total = float(metres.sum())
    walked = float(metres[:index].sum()) + float(metres[index]) * share
    part_m = float(region.part_m[one.part])
    in_part_m = min(part_m, walked / total * part_m) if total else 0.0
    link_first = int(region.part_ptr[one.link])
    return End(
        link=one.link,
        part=one.part,
        along_m=float(region.part_m[link_first : one.part].sum(dtype=np.float64)) + in_part_m,
        in_part_m=in_part_m,
        off_m=one.off_m,
        x=float(x[index]) + (float(x[index + 1]) - float(x[index])) * share,
        y=float(y[index]) + (float(y[index + 1]) - float(y[index])) * share,
    )


def segment_m(x: NDArray[np.int32], y: NDArray[np.int32]) -> Floats:
    """Metres from each point to the next one, of a line that is short enough for one plane."""
    east, north = metres_per_degree(float(y[len(y) // 2]) * _E7)
    return np.hypot(np.diff(x) * (east * _E7), np.diff(y) * (north * _E7))


def _nearest(region: Region, lat: float, lon: float) -> Iterator[Near]:
    """By part, the nearest first: a link may be a street and, behind a corner, the path to the next one."""
    x, y = round(lon / _E7), round(lat / _E7)
    segment = region.segments_about(x, y)
    east, north = metres_per_degree(lat)
    point = region.seg_pt[segment].astype(np.intp)
    share, off_x, off_y = nearest_from((region.pt_x, region.pt_y), point, (x, y), (east * _E7, north * _E7))
    square = off_x * off_x + off_y * off_y
    within = np.flatnonzero(square <= SNAP_M * SNAP_M)
    order = within[np.argsort(square[within], kind="stable")[:_SEGMENTS]]
    seen: set[int] = set()
    for k, part in zip(order.tolist(), region.seg_part[segment[order]].tolist(), strict=True):
        if part not in seen:
            seen.add(part)
            yield Near(int(region.part_link[part]), part, int(point[k]), float(share[k]), sqrt(square[k]))


def _component(region: Region, one: Near) -> int:
    return int(region.component[region.link_from[one.link]])


def _most_m(region: Region, some: list[Near]) -> float:
    return max(float(region.component_m[_component(region, one)]) for one in some)
