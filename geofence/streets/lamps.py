"""A council's inventory of its street lamps: `lon,lat[,hours]`."""

from collections.abc import Sequence

from geofence.lighting import LONGEST, readable
from geofence.plane import FARTHEST_LAT

from .format import Box
from .listed import Line, ListError, degrees, read_list, shown
from .places import ExtraLamp

MOST_LAMPS = 500_000
"""The largest county of England has 120,000."""
_ROOM_DEG = 0.05


def read_lamps(text: str, box: Box | None = None) -> tuple[ExtraLamp, ...]:
    """The lamps of an inventory. `hours`: when they burn, as opening hours; empty: the inventory does not say.

    `box`: that of the region they are for; a list of which no lamp lies there is the wrong one. Raises ListError.
    """
    lamps = read_list(text, ("lon", "lat"), {"hours": ""}, _lamp, MOST_LAMPS)
    if not lamps:
        raise ListError("line 2: expected a lamp, got nothing")
    if box is not None and not _any_inside(lamps, box):
        swapped = _any_inside([ExtraLamp(one.lon, one.lat) for one in lamps], box)
        raise ListError(
            f"lon, lat: expected lamps inside the map, got none of {len(lamps)}"
            + (": are longitude and latitude swapped?" if swapped else "")
        )
    return lamps


def _lamp(line: Line) -> ExtraLamp:
    hours = line["hours"]
    if hours and (len(hours) > LONGEST or not readable(hours)):
        raise ListError(f"hours: expected opening hours like sunset-00:00, or nothing, got {shown(hours)}")
    return ExtraLamp(lat=degrees(line, "lat", FARTHEST_LAT), lon=degrees(line, "lon", 180.0), hours=hours)


def _any_inside(lamps: Sequence[ExtraLamp], box: Box) -> bool:
    return any(
        box.south - _ROOM_DEG <= one.lat <= box.north + _ROOM_DEG
        and box.west - _ROOM_DEG <= one.lon <= box.east + _ROOM_DEG
        for one in lamps
    )
