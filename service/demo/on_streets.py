"""Walks that are tried out are laid on Helsinki's streets where that map is built, as those of the demo are."""

from collections.abc import Iterable

import polyline

from geofence.streets.ways import Asked, NoWay
from service import walks
from service.maps.known import Known

from .city import NAME
from .laid import laid
from .scene import Ends

ENDS: dict[str, Ends] = {
    "cerknica-town": ((60.16802, 24.93520), (60.17825, 24.95225)),
    "cerknica-lake": ((60.16946, 24.93745), (60.16820, 24.94154)),
}
"""Where the better lit way is as long as the walk. The hikes are longer than the map is wide."""


def way_for(walk: str, maps: Iterable[Known], at: float) -> str:
    """The way that this walk is laid on, as an encoded line; "": it goes where it was recorded. Takes milliseconds."""
    city = next((one for one in maps if one.name == NAME), None)
    if city is None or walk not in ENDS:
        return ""
    begin, end = ENDS[walk]
    try:
        planned = city.planner.plan(Asked(origin=begin, destination=end, at=at))
    except NoWay:
        return ""  # somebody's own Helsinki, of another shape
    line: str = polyline.encode(planned.ways[0].places(), 6)
    return line


def walk_on(walk: str, way: str) -> walks.Walk:
    """The walk on that way. Raises WalksError."""
    recorded = walks.load(walk)
    return laid(recorded, polyline.decode(way, 6), f"{recorded.title}, on a planned way") if way else recorded
