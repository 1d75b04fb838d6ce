"""When authorities put their street lamps out: tables, no code. One comes with Lamplit (`schedules.csv`), a region may have
its own beside it.

    authority,area,from,to,clock,since,until,applies,source

`area`: `region` (wherever the table is used), `bbox:W,S,E,N` in degrees, or the name of a GeoJSON file beside the table.
`clock`: what the lamps' timers go by. Most in Britain keep GMT all year, so that `00:00-05:30` is 01:00-06:30 on a summer
night: there is no default. `applies`: values of `lit`, and `assumed`. A schedule lights no street that is not lit.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from shapely import box, contains_xy, from_geojson, is_valid, union_all
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from geofence.lighting import ALL_NIGHT, ASSUMED, LIMITED, Schedule
from geofence.streets.listed import Line, ListError, read_list, shown
from geofence.streets.places import Area
from geofence.streets.region import Region

COLUMNS = ("authority", "area", "from", "to", "clock", "since", "until", "applies")
REGION = "region"
CLOCKS = ("GMT", "local")
MOST_ROWS = 1000
MOST_BYTES = 5_000_000
WORDS = (*sorted(ALL_NIGHT), LIMITED, ASSUMED)
"""What a schedule may apply to."""
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_LONGEST = 80


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a table. `outline`: where it holds; None: everywhere. `until` is the first day on which it holds no more."""

    authority: str
    area: str
    outline: BaseGeometry | None
    off: str
    clock: str
    since: date
    until: date | None
    applies: tuple[str, ...]
    source: str = ""


def shipped() -> tuple[Row, ...]:
    """The table that comes with Lamplit."""
    return read_schedules(files(__package__).joinpath("schedules.csv").read_text("utf-8"))


def read_schedules(text: str, folder: Path | None = None) -> tuple[Row, ...]:
    """A table; GeoJSON files that it names are in `folder`. Raises ListError."""
    return read_list(text, COLUMNS, {"source": ""}, lambda line: _row(line, folder), MOST_ROWS)


def areas_of(rows: Iterable[Row]) -> tuple[Area, ...]:
    """The areas that a map has to know when it is built (`Extra.areas`)."""
    return tuple({row.area: Area(row.area, row.outline) for row in rows}.values())


def schedules_of(rows: Iterable[Row], zone: str) -> tuple[Schedule, ...]:
    """The schedules as streets are judged by them; `zone` is that of the region."""
    return tuple(
        Schedule(
            area=row.area,
            authority=row.authority,
            off=row.off,
            zone=(clock := zone if row.clock == "local" else "Etc/GMT"),
            since_at=_midnight(row.since, clock),
            until_at=float("inf") if row.until is None else _midnight(row.until, clock),
            applies=row.applies,
        )
        for row in rows
    )


def in_force(rows: Iterable[Row], on: date) -> tuple[Row, ...]:
    """Those that hold on a day."""
    return tuple(row for row in rows if row.since <= on and (row.until is None or on < row.until))


def areas_in(region: Region) -> tuple[str, ...]:
    """The areas that streets of a map were built with."""
    return tuple(sorted({area for one in region.about.lights for area in one.schedule.split()}))


def left_out(rows: Iterable[Row], region: Region) -> tuple[Row, ...]:
    """Those that hold for streets of a map which was built without their area: they put nothing out there until it is built
    again."""
    areas = areas_in(region)
    x, y = region.node_x * 1e-7, region.node_y * 1e-7
    return tuple(
        row
        for row in rows
        if row.area not in areas and (row.outline is None or bool(contains_xy(row.outline, x, y).any()))
    )


def _row(line: Line, folder: Path | None) -> Row:
    since, until = _day(line, "since"), _day(line, "until") if line["until"] else None
    if since is None:
        raise ListError("since: expected a day like 2026-10-25, got nothing")
    if until is not None and until <= since:
        raise ListError(f"until: expected a later day than {since}, got {until}")
    if line["clock"] not in CLOCKS:
        raise ListError(f"clock: expected GMT or local, got {shown(line['clock'])}")
    area, outline = _area(line["area"], folder)
    return Row(
        authority=_named(line),
        area=area,
        outline=outline,
        off=_off(line),
        clock=line["clock"],
        since=since,
        until=until,
        applies=_applies(line),
        source=line["source"],
    )


def _named(line: Line) -> str:
    name = line["authority"]
    if not 0 < len(name) <= _LONGEST or not name.isprintable():
        raise ListError(f"authority: expected 1 to {_LONGEST} characters, got {shown(name)}")
    return name


def _off(line: Line) -> str:
    for column in ("from", "to"):
        if not _TIME.fullmatch(line[column]):
            raise ListError(f"{column}: expected a time like 05:30, got {shown(line[column])}")
    if line["from"] in (line["to"], "24:00"):
        raise ListError(f"to: expected another time than {line['from']}, got {line['to']}")
    return f"{line['from']}-{line['to']}"


def _applies(line: Line) -> tuple[str, ...]:
    words = tuple(line["applies"].split())
    strange = [word for word in words if word not in WORDS]
    if strange or not words:
        raise ListError(f"applies: expected some of {', '.join(WORDS)}, got {shown(' '.join(strange))}")
    return words


def _day(line: Line, column: str) -> date | None:
    if not line[column]:
        return None
    try:
        return date.fromisoformat(line[column])
    except ValueError:
        raise ListError(f"{column}: expected a day like 2026-10-25, got {shown(line[column])}") from None


def _area(text: str, folder: Path | None) -> tuple[str, BaseGeometry | None]:
    """Its id, which parts of a map bear from when it is built, and its outline."""
    if text == REGION:
        return REGION, None
    outline = _box(text) if text.startswith("bbox:") else _file(text, folder)
    return hashlib.sha256(outline.normalize().wkb).hexdigest()[:12], outline


def _box(text: str) -> BaseGeometry:
    try:
        west, south, east, north = (float(one) for one in text.removeprefix("bbox:").split(","))
    except ValueError:
        west = south = east = north = float("nan")
    if not (-180.0 <= west < east <= 180.0 and -90.0 <= south < north <= 90.0):
        raise ListError(f"area: expected bbox:west,south,east,north in degrees, got {shown(text)}")
    outline: BaseGeometry = box(west, south, east, north)
    return outline


def _file(text: str, folder: Path | None) -> BaseGeometry:
    if folder is None or not text or Path(text).name != text:
        raise ListError(f"area: expected region, bbox:… or the name of a GeoJSON file beside it, got {shown(text)}")
    try:
        with (folder / text).open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ListError(
            f"area: expected a file {shown(text)} beside the table, got {error.strerror or error}"
        ) from None
    if len(found) > MOST_BYTES:
        raise ListError(f"area: expected at most {MOST_BYTES // 1_000_000} MB in {shown(text)}, got more")
    try:
        outline = union_all(from_geojson(found.decode()))
    except (GEOSException, UnicodeDecodeError):
        raise ListError(f"area: expected GeoJSON in {shown(text)}") from None
    if outline.area <= 0.0 or not is_valid(outline):
        raise ListError(f"area: expected an outline that encloses an area in {shown(text)}")
    return outline


def _midnight(day: date, zone: str) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
