"""Which map a place, a way or a line lies in."""

from collections.abc import Iterable

from geofence.plane import metres_per_degree
from geofence.route import Place, Route
from geofence.streets.format import Box
from geofence.streets.region import SNAP_M
from geofence.streets.ways import NoWay, Reason

from .known import Known


def chosen(known: Iterable[Known], origin: Place, destination: Place) -> Known:
    """The region in which a way from there to there lies. Raises NoWay, which names the end that is outside."""
    every = tuple(known)
    if not every:
        raise NoWay(Reason.NO_MAP)
    there = holding(every, destination)
    both = [one for one in holding(every, origin) if one in there]
    if both:
        return both[0]
    here = holding(every, origin)
    if here and there:
        raise NoWay(Reason.ACROSS_EDGE, maps=(here[0].name, there[0].name))
    field, place = ("destination", destination) if here else ("origin", origin)
    nearest = min(every, key=lambda one: one.region.about.box.outside_m(*place))
    raise NoWay(Reason.OUTSIDE_MAP, field, nearest.region.about.box.outside_m(*place), (nearest.name,))


def following(known: Iterable[Known], route: Route) -> Known | None:
    """The region in which most of a line lies, as far as its ends and its middle tell; None: none of them."""
    places = route.places()
    spots = (places[0], places[len(places) // 2], places[-1])
    most, found = 0, None
    for one in known:
        inside = sum(one.region.about.box.holds(*spot) for spot in spots)
        if inside > most:
            most, found = inside, one
    return found


def holding(known: Iterable[Known], place: Place) -> list[Known]:
    """The regions in which, or beside whose edge, a place lies: first those with streets about it, and of these the one that
    goes on farthest around."""
    lat, lon = place
    inside = [one for one in known if one.region.about.box.outside_m(*place) <= SNAP_M]
    x, y = round(lon * 1e7), round(lat * 1e7)

    def rank(one: Known) -> tuple[bool, float]:
        return len(one.region.segments_about(x, y)) == 0, -_margin_m(one.region.about.box, place)

    return sorted(inside, key=rank) if len(inside) > 1 else inside


def _margin_m(box: Box, place: Place) -> float:
    """Metres from a place inside a box to its nearest side."""
    lat, lon = place
    east, north = metres_per_degree(lat)
    return min((lon - box.west) * east, (box.east - lon) * east, (lat - box.south) * north, (box.north - lat) * north)
