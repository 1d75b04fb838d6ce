"""`lamplit route`: ways home between two places, and the light along a line, as the API answers them."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import msgspec
import typer

from geofence.mode import USUAL_MPS, Mode
from geofence.route import Route, RouteError, read_geojson, read_gpx, read_polyline
from geofence.streets.ways import NoWay, Reason
from service import told_text
from service.clock import SystemClock
from service.people.refusals import Refused
from service.settings import Settings, SettingsError

from . import words
from .answer import HavenAnswer, PlanAnswer, StretchRow, WayAnswer
from .as_served import Served, as_served
from .commands import CANNOT, SETTINGS, place, stop
from .known import Known
from .making import NotMade
from .planning import Walk, planned, refusal, setting_off_at, told
from .which import chosen, following

route = typer.Typer(help="Ways home by their light.", no_args_is_help=True)

_NEGATIVE = {"ignore_unknown_options": True}
_KINDS = {"better_lit": "better lit", "imported": "your line"}
MOST_BYTES = 20_000_000

At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="A clock time there (23:30), or seconds since 1970; otherwise now."),
]
OneMap = Annotated[str | None, typer.Option("--map", metavar="NAME", help="Only by this map.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, as POST /v1/routes/plan answers.")]


@route.command("plan", short_help="Up to three ways on foot, the better lit first.", context_settings=_NEGATIVE)
def plan(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="LAT,LON")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="LAT,LON")],
    at: At = None,
    map_: OneMap = None,
    no_steps: Annotated[bool, typer.Option("--no-steps", help="Neither steps nor escalators.")] = False,
    as_json: AsJson = False,
) -> None:
    """Up to three ways on foot, the better lit first: minutes, metres by light, the longest stretch not known to be lit,
    havens along it, and why."""
    try:
        begin, end = place(origin, "from"), place(destination, "to")
        known = served_here(map_).known
        zone = chosen(known, begin, end).region.about.zone
        answer = planned(known, Walk(origin=begin, destination=end, at=at_of(at, zone), no_steps=no_steps))
    except NoWay as none:
        _no_way(none, as_json=as_json)
    except (Refused, NotMade) as error:
        stop(str(error))
    _show(answer, known, as_json=as_json)


@route.command("profile", short_help="The light along a line of your own.")
def profile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="GPX, GeoJSON, or an encoded polyline.")],
    at: At = None,
    map_: OneMap = None,
    as_json: AsJson = False,
) -> None:
    """The light along a line of your own, as it is when she passes."""
    try:
        known = served_here(map_).known
        line = read_line(file, known)
        region = following(known, line)
        zone = region.region.about.zone if region is not None else Settings.load().timezone
        answer = told(known, line, at_of(at, zone), USUAL_MPS[Mode.FOOT])
    except NoWay as none:
        _no_way(none, as_json=as_json)
    except RouteError as error:
        stop(f"{file}: {error}")
    except (Refused, NotMade) as error:
        stop(str(error))
    _show(answer, known, as_json=as_json)


def read_line(file: Path, known: Iterable[Known] = ()) -> Route:
    """A line in any of the formats that a route may come in. An encoded polyline does not say how precise it is: 6, as plans
    here have it, or 5, as most others do, whichever lies in a map. Raises RouteError and NotMade."""
    try:
        text = told_text.text_of(file, MOST_BYTES)
    except told_text.NotUtf8:
        raise NotMade(f"{file}: expected GPX, GeoJSON or an encoded polyline, got no text") from None
    except told_text.TextError as error:
        raise NotMade(f"{file}: {error}") from None
    begins = text.lstrip()[:1]
    if begins == "<":
        return read_gpx(text)
    if begins in ("{", "["):
        return read_geojson(text)
    precise: Route | None = None
    with suppress(RouteError):
        precise = read_polyline(text.strip(), 6)
    if precise is not None and following(known, precise) is not None:
        return precise
    try:
        return read_polyline(text.strip())
    except RouteError:
        if precise is None:
            raise
        return precise


def served_here(name: str | None) -> Served:
    """What this deployment has, of all maps or of the one of that name. Raises NotMade; ends the command where settings
    cannot be read."""
    try:
        served = as_served(Settings.load(), SystemClock().now())
    except SettingsError as error:
        stop(str(error), SETTINGS)
    if name is None:
        return served
    one = tuple(each for each in served.known if each.name == name)
    if not one:
        why = served.faults.get(name)
        raise NotMade(why or f"there is no map {name[:40]}; lamplit map info shows those that there are")
    return Served(one, served.faults, served.reported)


def at_of(text: str | None, zone: str) -> float:
    """The instant that is meant: a clock time there is its next occurrence. Raises Refused."""
    now = SystemClock().now()
    try:
        given: float | str | None = float(text) if text is not None else None
    except ValueError:
        given = text
    return setting_off_at(given, now, zone)


def _no_way(none: NoWay, *, as_json: bool) -> NoReturn:
    if as_json:
        refused = refusal(none)
        found = {"code": refused.why, "reason": none.reason, "field": refused.field, "detail": refused.detail}
        typer.echo(msgspec.json.encode(found | {"maps": none.maps}).decode())
    stop(said_of(none), CANNOT)


def said_of(none: NoWay) -> str:
    """Why there is no way, for whoever can build a map."""
    return words.no_way(none) + ("; build one: lamplit map build NAME" if none.reason is Reason.NO_MAP else "")


def _show(answer: PlanAnswer, known: Iterable[Known], *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(answer).decode())
        return
    zone = next(one.region.about.zone for one in known if one.name == answer.map)
    typer.echo("\n".join(lines(answer, zone)))


def lines(answer: PlanAnswer, zone: str) -> Iterator[str]:
    """An answer for a person at a terminal."""
    when = datetime.fromtimestamp(answer.at, ZoneInfo(zone))
    light = "after dark" if answer.dark else "by day; the light is that after dark"
    yield f"{answer.map}, setting off {when:%a %d %b %H:%M}, {light}"
    for number, way in enumerate(answer.ways, 1):
        yield ""
        kind = ", ".join(_KINDS.get(one, one) for one in way.kinds)
        yield f"{number}  {kind}: {words.in_short(way.minutes, way.length_m, way.why)}"
        yield "   " + ", ".join(f"{m:,} m {words.BY_NAME[state]}" for state, m in way.metres.items() if m) + _steps(way)
        longest = way.longest_not_known
        if longest is not None:
            yield (
                f"   longest stretch not known to be lit: {longest.metres:.0f} m on {longest.near}, "
                f"from metre {longest.from_m:.0f} ({words.BY_NAME[longest.state]})"
            )
        yield from (_stretch(row, answer.rules) for row in together(way.stretches))
        yield from (_haven(one, zone) for one in way.havens)
    yield ""
    yield answer.attribution


def _steps(way: WayAnswer) -> str:
    return f"; {way.steps_m} m of steps" if way.steps_m else ""


def together(rows: Iterable[StretchRow]) -> Iterator[StretchRow]:
    """Neighbours that a reader cannot tell apart are one line."""
    last: StretchRow | None = None
    for row in rows:
        if last is not None and last[2:] == row[2:]:
            last = (last[0], row[1], *row[2:])
            continue
        if last is not None:
            yield last
        last = row
    if last is not None:
        yield last


def _stretch(row: StretchRow, rules: dict[str, str]) -> str:
    from_m, to_m, state, rule, name = row
    why = f"  ({rules.get(rule, rule)})" if state != "lit" else ""
    return f"   {from_m:>6.0f} - {to_m:<6.0f} {words.BY_NAME[state]:<20} {name or '-'}{why}"


def _haven(one: HavenAnswer, zone: str) -> str:
    vetted = "haven" if one.vetted else "not vetted"
    until = ""
    if one.closes_at is not None:
        until = f" until {datetime.fromtimestamp(one.closes_at, ZoneInfo(zone)):%H:%M}"
    state = "hours unknown" if one.state == "unknown" else f"{one.state}{until}"
    return f"   {one.along_m:>6} m   {one.name or one.kind} ({one.kind.replace('_', ' ')}, {vetted}), {one.off_m} m off, {state}"
