"""The map on her phone under `/try`: her route with its light, where she is, and what is open near her."""

from geofence.lit_line import decoded
from service.doors.maps import Basemap
from service.doors.pages_map import Scene, drawn, light_in_words
from service.doors.pages_words import distance
from service.house import House
from service.journey import lit
from service.journey.model import Journey
from service.maps.picture import Pin, of_route
from service.rows import Kept
from service.web.pages import Drawn

STATES = {"unknown": "is not known to be lit", "unlit": "is unlit"}


async def her_map(house: House, programs: Basemap | None, kept: Kept, shown: Journey) -> Drawn | None:
    """What her own screen may draw, while she is on her way. A place that another device measured is not on it."""
    if not shown.under_way:
        return None
    now, route = house.clock.now(), None if shown.route_dropped else kept.route
    runs = of_route(route, decoded(route.lights) if route.lights else None, now) if route and route.line else ()
    seen = None if shown.seen is None or shown.seen.tracked else shown.seen
    if seen is None and not runs:
        return None
    has_light = bool(route and route.lights)
    pins = _pins(house, seen.lat, seen.lon, now) if seen is not None else ()
    scene = Scene(
        said="Your route, and where your phone is" if runs else "Where your phone is",
        words=_sentence(light_in_words(runs) if has_light else ""),
        runs=runs,
        pins=pins,
        last=(seen.lat, seen.lon) if seen is not None else None,
        within_m=(seen.accuracy_m or 0.0) if seen is not None else 0.0,
        doubts=True,
    )
    return await drawn(house, programs, scene)


def ahead(shown: Journey) -> str:
    """The mark of a stretch ahead that is not known to be lit; "" for none. It asks for nothing."""
    found = lit.marked(shown)
    if found is None:
        return ""
    in_m, for_m, state = found
    begins = f"In {distance(in_m)}" if in_m >= 10.0 else "From here"
    return f"{begins} your way {STATES.get(state, STATES['unknown'])} for {distance(for_m)}."


def _sentence(light: str) -> str:
    return f"Your way: {light}." if light else ""


def _pins(house: House, lat: float, lon: float, now: float) -> tuple[Pin, ...]:
    """The nearest haven and the nearest open place."""
    found = house.havens.nearest(lat, lon, now)
    return tuple(
        Pin(one.place.lat, one.place.lon, one.place.automatic, one.place.name)
        for one in (found.haven, found.open_place)
        if one is not None
    )
