"""`lamplit map show`: a map, or a way on it, as one page that stands alone."""

from pathlib import Path
from typing import Annotated

import typer

from geofence.mode import USUAL_MPS, Mode
from geofence.route import RouteError
from geofence.streets.profile import profiled
from geofence.streets.ways import Asked, NoWay, Way
from service.people.refusals import Refused

from . import words
from .commands import maps, place, stop
from .known import Known
from .making import NotMade
from .reports import What
from .route_commands import At, at_of, read_line, said_of, served_here
from .show import page

__all__ = ["maps", "show"]

PACE_MPS = USUAL_MPS[Mode.FOOT]


@maps.command("show", short_help="Draw a map, or a way on it, as one page.")
def show(
    name: Annotated[str, typer.Argument(help="As `lamplit map info` shows it.")],
    route: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw this line: GPX, GeoJSON, a polyline.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="LAT,LON", help="With --to: draw a way.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="LAT,LON")] = None,
    at: At = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Otherwise NAME.html, here; NAME.svg: the drawing alone.")
    ] = None,
) -> None:
    """Write one page with the streets by their light, lamps and havens, and a way if one is given. It needs nothing else.
    What is reported now is drawn, whatever the time that is asked about."""
    target = output or Path(f"{name}.html")
    try:
        if (from_ is None) != (to is None):
            raise NotMade("from, to: expected both or neither")
        served = served_here(name)
        known = served.known[0]
        at_s = at_of(at, known.region.about.zone)
        way, why = _way(known, route, (from_, to), at_s)
        out = [(one.lat, one.lon) for one in served.reported or () if one.what is What.LAMP_OUT]
        alone, places = target.suffix.lower() == ".svg", known.havens.all.places
        drawn = page(name, known.lights, at_s, places=places, way=way, why=why, reported=out, alone=alone)
        target.write_text(drawn, "utf-8")
    except NoWay as none:
        stop(said_of(none))
    except RouteError as error:
        stop(f"{route}: {error}")
    except (Refused, NotMade) as error:
        stop(str(error))
    except OSError as error:
        stop(f"cannot write to {target}: {error.strerror or error}")
    typer.echo(f"{target}: {known.region.about.attribution}")


def _way(known: Known, route: Path | None, ends: tuple[str | None, str | None], at: float) -> tuple[Way | None, str]:
    """What is to be drawn, and the sentence that goes with it."""
    if route is not None:
        way = profiled(known.lights, read_line(route, (known,)), at, PACE_MPS)
        return way, words.of_a_line(way, dark=known.lights.is_dark(at, at + way.duration_s))
    begin, end = ends
    if begin is None or end is None:
        return None, ""
    asked = Asked(origin=place(begin, "from"), destination=place(end, "to"), at=at)
    planned = known.planner.plan(asked)
    return planned.ways[0], words.why(planned.ways[0], planned.shortest, dark=planned.dark)
