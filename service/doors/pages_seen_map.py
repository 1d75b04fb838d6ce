"""The map of where she was last seen, for those who may see a place: her contacts after a tap, operators after a look."""

from collections.abc import Sequence

from geofence.fix import Fix
from geofence.lit_line import decoded
from service.house import House
from service.journey.model import Cause, Journey
from service.journey.sight import Sight
from service.maps.picture import Run, of_route
from service.rows import Kept
from service.web.drawn import Drawn

from .maps import Basemap
from .pages_map import Scene, drawn


async def seen_map(
    house: House,
    programs: Basemap | None,
    kept: Kept,
    view: Journey,
    sight: Sight,
    fixes: Sequence[Fix],
    *,
    operator: bool = False,
) -> Drawn | None:
    """Her last fix; with `Sight.TRACK` `fixes`, the half hour before it, the oldest first, and the route where she has allowed
    it (an `operator` sees it under duress, too). `view` is the journey as its reader may see it. None: no place is open to this reader."""
    seen = view.seen
    if seen is None or sight < Sight.PLACE:
        return None
    track = tuple((fix.lat, fix.lon) for fix in fixes) if sight is Sight.TRACK else ()
    within = f", within {seen.accuracy_m:.0f} m" if seen.accuracy_m is not None else ""
    said = f"Map of the streets about the place where her phone was last seen{within}"
    scene = Scene(
        said=f"{said}, with the half hour before" if track else said,
        runs=_meant(kept, view, house.clock.now(), operator=operator) if sight is Sight.TRACK else (),
        way_words="the way she meant to take",
        track=track,
        last=(seen.lat, seen.lon),
        within_m=seen.accuracy_m or 0.0,
    )
    return await drawn(house, programs, scene)


def _meant(kept: Kept, view: Journey, now: float, *, operator: bool) -> tuple[Run, ...]:
    """Her route, if this reader may see it (journey.md, "Who sees what")."""
    route, alarm = kept.route, view.alarm
    allowed = view.plan.route_shown or (operator and alarm is not None and alarm.cause is Cause.DURESS)
    if not allowed or view.route_dropped or route is None or not route.line:
        return ()
    return of_route(route, decoded(route.lights) if route.lights else None, now)
