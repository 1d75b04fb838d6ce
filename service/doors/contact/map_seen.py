"""The map on a contact's page, after the tap and with sight of a place: her last fix; in an alarm the half hour before it,
and the route she meant to take only where she has allowed that."""

from collections.abc import Sequence

from geofence.fix import Fix
from geofence.lit_line import decoded
from service.doors.maps import Basemap
from service.doors.pages_map import Scene, drawn
from service.house import House
from service.journey.sight import Sight
from service.maps.picture import Run, of_route
from service.web.pages import Drawn

from .link import Link


async def their_map(
    house: House, programs: Basemap | None, link: Link, fixes: Sequence[Fix], *, now: float
) -> Drawn | None:
    """`fixes` are those that this reader may see before the last one, the oldest first. None where there is no place."""
    seen = link.view.seen
    if seen is None or link.sight < Sight.PLACE:
        return None
    track = tuple((fix.lat, fix.lon) for fix in fixes)
    within = f", within {seen.accuracy_m:.0f} m" if seen.accuracy_m is not None else ""
    runs = _meant(link, now)
    said = f"Map of the streets about the place where her phone was last seen{within}"
    scene = Scene(
        said=f"{said}, with the half hour before" if track else said,
        runs=runs,
        way_words="the way she meant to take",
        track=track,
        last=(seen.lat, seen.lon),
        within_m=seen.accuracy_m or 0.0,
    )
    return await drawn(house, programs, scene)


def _meant(link: Link, now: float) -> tuple[Run, ...]:
    """Her route, if she allowed it (journey.md, "Who sees what") and this reader sees her track."""
    view, route = link.view, link.kept.route
    if not view.plan.route_shown or link.sight < Sight.TRACK or view.route_dropped or route is None or not route.line:
        return ()
    return of_route(route, decoded(route.lights) if route.lights else None, now)
