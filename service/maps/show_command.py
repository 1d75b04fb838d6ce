"""`lamplit map show`: a map, or a way on it, as one page that stands alone."""

from pathlib import Path
from typing import Annotated

import typer

from geofence.mode import USUAL_MPS, Mode
from geofence.route import RouteError
from geofence.streets.lights import Report
from geofence.streets.profile import profiled
from geofence.streets.ways import SHORTEST, Asked, NoWay, Way
from service.clock import SystemClock
from service.people.refusals import Refused
from service.settings import Settings
from service.store import StoreUnavailable, WrongStore

from . import reports, reports_listed, words
from .commands import maps, place, stop
from .known import Known
from .making import NotMade
from .route_commands import At, at_of, maps_named, read_line
from .show import page

__all__ = ["maps", "show"]

PACE_MPS = USUAL_MPS[Mode.FOOT]


@maps.command("show")
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
    """Write one page with the streets by their light, lamps and havens, and a way if one is given. It needs nothing else."""
    target = output or Path(f"{name}.html")
    try:
        if (from_ is None) != (to is None):
            raise NotMade("from, to: expected both or neither")
        known = maps_named(name)[0]
        at_s = at_of(at, known.region.about.zone)
        told = _reported(at_s)
        known = known.relit([report for _, report in told])
        way, why = _way(known, route, (from_, to), at_s)
        out = [(one.lat, one.lon) for one, _ in told if one.what is reports.What.LAMP_OUT]
        alone, places = target.suffix.lower() == ".svg", known.havens.all.places
        drawn = page(name, known.lights, at_s, places=places, way=way, why=why, reported=out, alone=alone)
        target.write_text(drawn, "utf-8")
    except NoWay as none:
        stop(words.no_way(none))
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
        return way, words.of_a_line(way, dark=True)
    begin, end = ends
    if begin is None or end is None:
        return None, ""
    asked = Asked(origin=place(begin, "from"), destination=place(end, "to"), at=at)
    planned = known.planner.plan(asked)
    shortest = next((way for way in planned.ways if SHORTEST.name in way.kinds), planned.ways[-1])
    return planned.ways[0], words.why(planned.ways[0], shortest, dark=planned.dark)


def _reported(at: float) -> list[tuple[reports.Reported, Report]]:
    """What is told of lamps that still holds then. A map needs no store: where none answers it is drawn without."""
    try:
        alive = reports_listed.of_here(Settings.load(), SystemClock().now())
    except FileNotFoundError:
        return []  # nobody has run Lamplit here yet
    except (StoreUnavailable, WrongStore, OSError) as error:
        typer.echo(f"drawn without the lamps that are reported out: {error}", err=True)
        return []
    return list(reports.each(one for one in alive if one.until > at))
