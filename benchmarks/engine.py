"""The geofence engine by itself, as `benchmarks.geofence` measures it: her record as bytes in, the new bytes out.

Progress, corridor, dwell at the destination, and what is known of her cell: what target P4 names, and nothing of the
other rules. Fixes on which corridor or dwell have something to do go through them in plain Python, as in the service.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

import numpy as np
from numpy.typing import NDArray

from geofence.arrival import approach
from geofence.corridor import follow
from geofence.fix import Fix
from geofence.grid import Grid, Of
from geofence.limits import STANDARD_FOOT
from geofence.mode import TOP_MPS, USUAL_MPS, Mode
from geofence.plane import Floats
from geofence.progress_numpy import Places, locate_many
from geofence.progress_scalar import locate_one
from geofence.state import Row, clock, columns_of, row_of, state_of, states_of
from geofence.weigh_numpy import OUTSIDE, Here, bars, settled

TOP, USUAL = TOP_MPS[Mode.FOOT], USUAL_MPS[Mode.FOOT]
BARS = bars([STANDARD_FOOT], [Mode.FOOT])
UNKNOWN_S = -1.0
PLANE, END = slice(int(Of.LAT), int(Of.NORTH) + 1), slice(int(Of.END_X), int(Of.WARP) + 1)
OFFSET, LAST, STEP = int(Of.OFFSET), int(Of.LAST), int(Of.STEP)


@dataclass(frozen=True, slots=True)
class Fixes:
    """One fix of each of some journeys, and the one before it, as objects and as columns."""

    ways: Sequence[Grid]
    fixes: Sequence[Fix]
    before: Sequence[Fix | None]
    began_at: float
    slots: NDArray[np.int64]
    at: Floats
    lat: Floats
    lon: Floats
    accuracy: Floats
    dt: Floats
    top: Floats
    plain: NDArray[np.bool_]

    @classmethod
    def of(cls, ways: Sequence[Grid], pairs: Sequence[Sequence[Fix]], began_at: float) -> "Fixes":
        """`pairs` are the last fix and the one before, if there is one, of every journey."""
        fixes = [pair[-1] for pair in pairs]
        before = [pair[-2] if len(pair) > 1 else None for pair in pairs]
        dt = [UNKNOWN_S if b is None else a.at - b.at for a, b in zip(fixes, before, strict=True)]
        return cls(
            ways=ways,
            fixes=fixes,
            before=before,
            began_at=began_at,
            slots=np.array([way.slot for way in ways]),
            at=np.array([fix.at for fix in fixes]),
            lat=np.array([fix.lat for fix in fixes]),
            lon=np.array([fix.lon for fix in fixes]),
            accuracy=np.array([fix.accuracy_m or 0.0 for fix in fixes]),
            dt=np.array(dt),
            top=np.full(len(fixes), TOP),
            plain=np.array([not fix.entered for fix in fixes]),
        )


def alone(batch: Fixes, states: Sequence[bytes]) -> list[bytes]:
    """The first fix of a batch, in plain Python."""
    way, fix, before = batch.ways[0], batch.fixes[0], batch.before[0]
    row = row_of(states[0])
    x, y = _metres(way, fix)
    dt_s = None if before is None else fix.at - before.at
    place = locate_one(way, row, x, y, fix.accuracy_m or 0.0, dt_s, TOP)
    to_go_m = way.length_m - place.along_m if place.near and place.along_m is not None else None
    _rules(row, batch, 0, x, y, place.astray_m or 0.0, to_go_m)
    way.pool.seen[way.offset + place.cell]
    return [state_of(row)]


def many(batch: Fixes, states: Sequence[bytes]) -> list[bytes]:
    """All fixes of a batch, in numpy."""
    pool = batch.ways[0].pool
    columns = columns_of(states)
    table = pool.table.take(batch.slots, axis=1)
    lat0, lon0, east, north = table[PLANE]
    x, y = (batch.lon - lon0) * east, (batch.lat - lat0) * north
    places = locate_many(pool, batch.slots, columns, x, y, batch.accuracy, batch.dt, batch.top)
    here = Here(x, y, batch.accuracy, table[STEP] * table[LAST], table[END], batch.plain)
    quiet, _, outside = settled(columns, here, places, BARS)
    np.copyto(columns.f[OUTSIDE], outside, where=quiet, casting="same_kind")
    for n in (~quiet).nonzero()[0].tolist():
        row = columns.row(n)
        _rules(row, batch, n, float(x[n]), float(y[n]), float(places.astray[n]), _to_go_m(batch, places, n))
        columns.keep(n, row)
    pool.seen.take((table[OFFSET] + places.cell).astype(np.int64), mode="clip")
    return states_of(columns)


def _metres(way: Grid, fix: Fix) -> tuple[float, float]:
    plane = way.plane
    return (fix.lon - plane.lon) * plane.east, (fix.lat - plane.lat) * plane.north


def _to_go_m(batch: Fixes, places: Places, n: int) -> float | None:
    return batch.ways[n].length_m - float(places.along[n]) if places.near[n] else None


def _rules(row: Row, batch: Fixes, n: int, x: float, y: float, astray_m: float, to_go_m: float | None) -> None:
    """Corridor and dwell."""
    fix, before, way = batch.fixes[n], batch.before[n], batch.ways[n]
    accuracy_m, told = fix.accuracy_m or 0.0, fix.speed_mps
    at, passed_s, leapt = clock(fix.at, batch.began_at), None, False
    if before is not None and (
        row.off_run or row.off or astray_m > STANDARD_FOOT.off_route_m
    ):  # else nothing of it counts
        last_x, last_y = _metres(way, before)
        passed_s = at - clock(before.at, batch.began_at)
        leapt = hypot(x - last_x, y - last_y) > max(told or 0.0, USUAL) * passed_s + STANDARD_FOOT.leap_m
    still = told is not None and told < STANDARD_FOOT.still_mps
    follow(row, at, astray_m, accuracy_m, STANDARD_FOOT, passed_s, still=still, leapt=leapt)
    approach(row, at, way.destination, fix, told, to_go_m, STANDARD_FOOT, before is not None)
