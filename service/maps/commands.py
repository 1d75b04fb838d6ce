"""`lamplit map`: build the maps of a deployment, and see what they hold. Works while the service runs."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import typer

from geofence.plane import FARTHEST_LAT
from geofence.streets.format import MapError
from geofence.streets.listed import ListError
from geofence.streets.region import Region
from service.beside import store_of
from service.clock import SystemClock
from service.haven_list import HavenError
from service.people.refusals import Refused
from service.settings import Settings, SettingsError
from service.store import StoreUnavailable, WrongStore

from . import facts, imports, reports, reports_listed
from .as_served import as_served
from .builds import Asked, Builder, Outcome
from .fetch import FetchError
from .files import Current, Folder, MapInUse, folder, regions
from .making import Made, NotMade
from .newcomer import NewcomerError
from .regions import maps_of
from .shown import Watched

CANNOT, SETTINGS = 1, 2

maps = typer.Typer(help="Street maps: build them, and see what they hold.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="As `lamplit map info` shows it.")]
Csv = Annotated[Path, typer.Argument(metavar="CSV", help="The list; docs/maps.md names its columns.")]


@maps.command("build", short_help="Build a region, of the index or of a file.")
def build_(
    what: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A region of the index (kent), helsinki, or a .osm.pbf.")
    ],
    name: Annotated[str | None, typer.Option(help="What the region is called here; otherwise by its file.")] = None,
    zone: Annotated[str | None, typer.Option(help="Its time zone; LAMPLIT_TIMEZONE otherwise.")] = None,
    no_tiles: Annotated[bool, typer.Option("--no-tiles", help="No tiles: pages show text and drawings.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Build even if there is nothing new.")] = False,
) -> None:
    """Build a region: fetched by name with what it goes on from if the line breaks, or from a file. Until the new map is
    whole the old one counts; a running service uses the new one within half a minute."""
    with _sentences():
        if zone is not None and zone not in available_timezones():
            raise NotMade(f"zone: expected a time zone like Europe/London, got {zone}")
        asked = Asked(what=what, name=name, zone=zone, tiles=not no_tiles, again=again)
        with Watched(name or Path(what).name) as shown:
            outcome = Builder(Settings.load(), SystemClock().now(), shown).build(asked)
        _say_built(outcome)


@maps.command(short_help="What the maps hold, and how old it all is.")
def info(
    name: Annotated[str | None, typer.Argument(help="Only this region.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """What the maps hold: kilometres by light, lamps, havens, and how old it all is."""
    with _sentences():
        settings, now = Settings.load(), SystemClock().now()
        served = as_served(settings, now)
        faults, chosen = served.faults, [one for one in served.known if name in (None, one.name)]
        if name is not None and not chosen:
            raise NotMade(faults.get(name) or _no_such(settings, name))
        damaged = {one.name: why for one in chosen if (why := folder(settings.maps_dir, one.name).damage(one.current))}
        faults |= {name: "; ".join(filter(None, (faults.get(name), why))) for name, why in damaged.items()}
        found = [facts.facts_of(one, folder(settings.maps_dir, one.name), now, served.reported) for one in chosen]
        if as_json:
            typer.echo(msgspec.json.encode({"maps": found, "faults": faults}).decode())
            return
        for one in found:
            typer.echo("\n".join(facts.told(one, now)))
        for wrong, why in faults.items():
            if name in (None, wrong):
                in_use = any(one.name == wrong for one in chosen) and wrong not in damaged
                typer.echo(f"{wrong}: {why}" if in_use else f"{wrong}: cannot be used: {why}")
        if not found and not faults:
            typer.echo("there is no map yet; build one: lamplit map build NAME, or build helsinki to look around")


@maps.command(short_help="Put a council's inventory of lamps into a map.")
def lamps(name: Name, csv: Csv) -> None:
    """Put a council's inventory of street lamps into a map (lon, lat, and hours if it has them), and build it again."""
    with _sentences():
        _imported(name, lambda region: imports.lamps(csv, region))


@maps.command(short_help="Put an authority's hours for lamps into a map.")
def schedules(name: Name, csv: Csv) -> None:
    """Put an authority's hours for its lamps into a map, and build it again."""
    with _sentences():
        _imported(name, lambda _region: imports.schedules(csv))


@maps.command(short_help="Put a scheme's places beside a map.")
def schemes(name: Name, csv: Csv) -> None:
    """Put the places that a scheme vouches for beside a map. They count within half a minute."""
    with _sentences():
        settings, now = Settings.load(), SystemClock().now()
        there, _, region = _there(settings, name)
        checked = imports.schemes(csv, region, settings.country)
        with there.locked(now):
            imports.put(there, checked)
        typer.echo(f"{there.name}: {checked.words}")


@maps.command(short_help="Take a list away that was put into a map.")
def drop(
    name: Name,
    what: Annotated[str, typer.Argument(metavar="LIST", help="lamps, schedules or schemes.")],
) -> None:
    """Take away a list that was put into a map."""
    with _sentences():
        settings, now = Settings.load(), SystemClock().now()
        there, _, _ = _there(settings, name)
        file = there.extra / f"{what}.csv"
        if what not in imports.LISTS or not file.is_file():
            had = [one for one in imports.LISTS if (there.extra / f"{one}.csv").is_file()]
            raise NotMade(f"{there.name} has {', '.join(had) or 'no list'}, got {what[:40]}")
        with there.locked(now), Watched(name) as shown:
            if file.name == imports.SCHEMES:
                file.unlink()
            else:
                Builder(settings, now, shown).rebuild(there, {file.name: None})
        typer.echo(f"{there.name}: the list of {what} is gone")


@maps.command(short_help="Remove a region with all that was imported.")
def remove(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a region with everything that was imported for it."""
    with _sentences():
        settings, now = Settings.load(), SystemClock().now()
        there = folder(settings.maps_dir, name)
        if not there.path.is_dir():
            raise NotMade(_no_such(settings, name))
        if not yes:
            typer.confirm(f"Remove {there.path} with all that was imported for it?", abort=True)
        with there.locked(now):
            there.forget()


@maps.command("reports", short_help="What is reported now; the council's own word.")
def reported(
    add: Annotated[
        str | None, typer.Option(metavar="LAT,LON", help="The council's word that a lamp is out here.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Until that day (28 days otherwise).")] = None,
    drop: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Take the council's word back.")] = None,
) -> None:
    """What is reported now, and what it makes of which street. People's own reports are in it without a name."""
    with _sentences():
        lines = asyncio.run(_reports(Settings.load(), add, until, drop))
        for line in lines:
            typer.echo(line)


async def _reports(settings: Settings, add: str | None, until: str | None, drop: str | None) -> list[str]:
    now, zone = SystemClock().now(), ZoneInfo(settings.timezone)
    async with store_of(settings, new=False) as store:
        if add is not None:
            lat, lon = place(add, "add")
            until_at = now + reports.KEPT_S if until is None else _midnight(until, settings.timezone)
            await reports.tell_officially(store, _id(lat, lon), lat, lon, now, until_at)
        if drop is not None:
            await reports.take_back_officially(store, _id(*place(drop, "drop")))
        alive = (await reports.alive(store, now)).values()
    maps_ = maps_of(settings)
    maps_.swap()
    regions_ = {one.name: one.region for one in maps_.known}
    return list(reports_listed.lines(alive, regions_, zone)) or ["nothing is reported"]


def place(text: str, field: str) -> tuple[float, float]:
    """A place as people type it: 51.3862,0.5241. Raises NotMade."""
    try:
        lat, lon = (float(one) for one in text.replace(" ", "").split(","))
    except ValueError:
        lat = lon = float("nan")
    if not (abs(lat) <= FARTHEST_LAT and abs(lon) <= 180.0):
        raise NotMade(f"{field}: expected a place like 51.3862,0.5241 (latitude first), got {text[:40]}")
    return lat, lon


def _imported(name: str, check: Callable[[Region], imports.Checked]) -> None:
    settings, now = Settings.load(), SystemClock().now()
    there, _, region = _there(settings, name)
    checked = check(region)
    with there.locked(now), Watched(name) as shown:
        made = Builder(settings, now, shown).rebuild(there, checked.files)
    typer.echo(f"{there.name}: {checked.words}")
    _say_without(made)


def _there(settings: Settings, name: str) -> tuple[Folder, Current, Region]:
    there = folder(settings.maps_dir, name)
    opened = there.opened()
    if opened is None:
        raise NotMade(_no_such(settings, name))
    return there, *opened


def _no_such(settings: Settings, name: str) -> str:
    there = [one.name for one in regions(settings.maps_dir)]
    return (
        f"there is no map {name[:40]}; there {'is ' + ', '.join(there) if there else 'is none yet: lamplit map build'}"
    )


def _say_built(outcome: Outcome) -> None:
    current, name = outcome.current, outcome.folder.name
    if outcome.made is None:
        typer.echo(f"{name}: nothing new, {current.source} is what it was built from (--again builds it anyway)")
        return
    typer.echo(f"{name}: built from {current.source}, {facts.size(current.size)}; lamplit map info {name}")
    if not current.checked and "://" in current.origin:
        typer.echo("there was no checksum to hold the download against")
    _say_without(outcome.made)


def _say_without(made: Made) -> None:
    if made.without:
        typer.echo(f"no tiles, so pages show text and drawings: {made.without}")


def _midnight(text: str, zone: str) -> float:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()
    except ValueError:
        raise NotMade(f"until: expected a day like 2026-12-31, got {text[:40]}") from None


def _id(lat: float, lon: float) -> str:
    return f"{lat:.5f},{lon:.5f}"


@contextmanager
def _sentences() -> Iterator[None]:
    """What can be mended is said in one sentence, without a traceback. A session that is closed, or somebody who ends the
    process, stops it as Ctrl-C does: nothing is left lying about."""
    try:
        with _stoppable():
            yield
    except SettingsError as error:
        stop(str(error), SETTINGS)
    except (NotMade, MapError, MapInUse, FetchError, NewcomerError, ListError, HavenError, Refused) as error:
        stop(str(error))
    except FileNotFoundError as error:
        stop(f"{error.strerror}: {error.filename}")
    except (WrongStore, StoreUnavailable, OSError) as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop("stopped; what counted before counts on")


@contextmanager
def _stoppable() -> Iterator[None]:
    both = (signal.SIGTERM, signal.SIGHUP)
    ends = [one for one in both if signal.getsignal(one) is not signal.SIG_IGN]  # `nohup` ignores one
    before = {one: signal.signal(one, signal.default_int_handler) for one in ends}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def stop(sentence: str, code: int = CANNOT) -> NoReturn:
    """Say why, and end."""
    typer.echo(f"lamplit: {sentence}", err=True)
    sys.stderr.flush()
    raise typer.Exit(code)
