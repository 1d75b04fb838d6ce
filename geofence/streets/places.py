"""What stands beside the streets: havens and open places of the map, lamps of the map and of what was imported."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from shapely import contains_xy
from shapely.geometry.base import BaseGeometry

from geofence.plane import FARTHEST_LAT, metres_per_degree

from .cells import about, by_cell
from .format import Cells, MapError
from .osm import Found, column
from .segments import nearest_from

Arrays = dict[str, NDArray[Any]]
I4 = NDArray[np.int32]
Where = Callable[[], tuple[NDArray[Any], NDArray[Any]]]

MOST_AREAS = 60
DOOR_M = 150.0


class ExtraLamp(msgspec.Struct, frozen=True, gc=False):
    """A lamp of an inventory; `hours` when it burns, as opening hours, "" when the inventory does not say."""

    lat: float
    lon: float
    hours: str = ""


class Area(msgspec.Struct, frozen=True):
    """Where a lighting schedule holds: inside an outline (x is the longitude), or everywhere. Areas may share an id."""

    id: str
    outline: BaseGeometry | None = None


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a map beside the file of OpenStreetMap. `zone`: where its hours count."""

    zone: str = "Europe/London"
    lamps: tuple[ExtraLamp, ...] = ()
    areas: tuple[Area, ...] = ()


def lamps_of(found: Found, extra: Extra, cells: Cells) -> Arrays:
    """All lamps inside the grid, by cell."""
    more_x, more_y = _e7(extra.lamps)
    x = np.concatenate((column(found.lamp_x, np.int32), more_x))
    y = np.concatenate((column(found.lamp_y, np.int32), more_y))
    told = np.array([found.hours_number(one.hours) for one in extra.lamps], np.uint32)
    hours = np.concatenate((np.zeros(len(x) - len(told), np.uint32), told))
    inside = _inside(cells, x, y)
    x, y, hours = x[inside], y[inside], hours[inside]
    order, starts = by_cell(cells, x, y)
    return {"lamp_x": x[order], "lamp_y": y[order], "lamp_hours": hours[order], "lamp_cell_start": starts}


def places_of(found: Found, cells: Cells) -> Arrays:
    """All places inside the grid, by cell, without the streets at their doors."""
    spots = found.spots
    x, y = column(spots.x, np.int32), column(spots.y, np.int32)
    inside = np.flatnonzero(_inside(cells, x, y))
    order, starts = by_cell(cells, x[inside], y[inside])
    order = inside[order]
    return {
        "place_x": x[order],
        "place_y": y[order],
        "place_kind": column(spots.kind, np.uint8)[order],
        "place_from": column(spots.source, np.uint8)[order],
        "place_id": column(spots.id, np.int64)[order],
        "place_name": column(spots.name, np.uint32)[order],
        "place_hours": column(spots.hours, np.uint32)[order],
        "place_cell_start": starts,
    }


def doors(streets: Arrays, cells: Cells, x: I4, y: I4) -> Arrays:
    """The link nearest to each place, the metres along it from its first node, and the metres from the place to it.

    `streets`: the arrays of the file about links, parts, points and segments.
    """
    count = len(x)
    link, along, off = np.full(count, -1, np.int32), np.zeros(count, np.float32), np.zeros(count, np.float32)
    before = _before(streets)
    for number in range(count):
        found = _nearest(streets, cells, int(x[number]), int(y[number]))
        if found is None:
            continue
        segment, share, away = found
        part = int(streets["seg_part"][segment])
        first, point = int(streets["part_pt"][part]), int(streets["seg_pt"][segment])
        metres = streets["metres"]
        walked = float(metres[first:point].sum(dtype=np.float64)) + share * float(metres[point])
        if streets["part_rev"][part]:
            walked = float(streets["part_m"][part]) - walked
        link[number], off[number] = streets["part_link"][part], away
        along[number] = before[part] + walked
    return {"place_link": link, "place_along": along, "place_off": off}


def area_ids(extra: Extra, count: int, where: Where) -> tuple[NDArray[np.int64], dict[int, str]]:
    """For each of `count` places a number, and for each number the ids of the schedules' areas that it lies in, by spaces.

    `where`: gives x and y of the places; mostly there is no area, and nobody asks.
    """
    ids = list(dict.fromkeys(area.id for area in extra.areas))
    if not ids:
        return np.zeros(count, np.int64), {0: ""}
    if len(ids) > MOST_AREAS:
        raise MapError("areas", f"at most {MOST_AREAS} different ids", len(ids))
    x, y = where()
    bits = np.zeros(count, np.int64)
    for area in extra.areas:
        bit = np.int64(1 << ids.index(area.id))
        inside = True if area.outline is None else contains_xy(area.outline, x * 1e-7, y * 1e-7)
        bits |= np.where(inside, bit, 0)
    different, number = np.unique(bits, return_inverse=True)
    named = [" ".join(name for n, name in enumerate(ids) if bit >> n & 1) for bit in different.tolist()]
    return number.astype(np.int64), dict(enumerate(named))


def _nearest(streets: Arrays, cells: Cells, x: int, y: int) -> tuple[int, float, float] | None:
    """The nearest segment within reach: its number, how far along it (0 to 1), and the metres to it."""
    near = about(cells, streets["seg_cell_start"], x, y)
    if not len(near):
        return None
    east, north = metres_per_degree(y * 1e-7)
    points, point = (streets["pt_x"], streets["pt_y"]), streets["seg_pt"][near]
    share, off_x, off_y = nearest_from(points, point, (x, y), (east * 1e-7, north * 1e-7))
    away = np.hypot(off_x, off_y)
    best = int(np.argmin(away))
    return None if away[best] > DOOR_M else (int(near[best]), float(share[best]), float(away[best]))


def _before(streets: Arrays) -> NDArray[np.float64]:
    """Metres of its link that lie before each part."""
    so_far = np.cumsum(streets["part_m"], dtype=np.float64) - streets["part_m"]
    return np.asarray(so_far - so_far[streets["part_ptr"][:-1]][streets["part_link"]])


def _inside(cells: Cells, x: I4, y: I4) -> NDArray[np.bool_]:
    """What lies on the grid or within a cell of it."""
    column_, row = cells.column_row(x.astype(np.int64), y.astype(np.int64))  # type: ignore[arg-type]
    return np.asarray((column_ >= -1) & (column_ <= cells.columns) & (row >= -1) & (row <= cells.rows))


def _e7(lamps: Sequence[ExtraLamp]) -> tuple[I4, I4]:
    """x and y of lamps. Raises MapError for the first one that is nowhere."""
    degrees = np.array([(one.lon, one.lat) for one in lamps], np.float64).reshape(-1, 2)
    fits = (np.abs(degrees[:, 0]) <= 180.0) & (np.abs(degrees[:, 1]) <= FARTHEST_LAT)  # false for NaN, too
    if not fits.all():
        row = int(np.argmin(fits))
        got = f"latitude {lamps[row].lat:g}, longitude {lamps[row].lon:g}"
        raise MapError(f"lamps[{row}]", f"a latitude within {FARTHEST_LAT:.0f} degrees and a longitude within 180", got)
    x, y = np.rint(degrees * 1e7).astype(np.int32).T
    return x, y
