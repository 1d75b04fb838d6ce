"""A list of havens as people write it: CSV, from a spreadsheet or from a scheme. One wrong line, and none of it counts:
half a list would send somebody past the place that is missing."""

import re
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from math import inf
from pathlib import Path
from zoneinfo import ZoneInfo

from geofence.plane import FARTHEST_LAT
from geofence.streets import listed
from geofence.streets.listed import Line, ListError

from .haven_hours import LONGEST as LONGEST_HOURS
from .havens import Listed, ListedHavens, NoHavens
from .journey.havens import KINDS
from .settings import Settings
from .telemetry import logger
from .told_text import NotUtf8, TextError, text_of

log = logger(__name__)

COLUMNS = ("id", "name", "lat", "lon", "kind", "hours")
VERIFIED = "verified_on"
"""The day on which somebody stood at the door, for places of a scheme."""
VERIFIED_S = 366 * 86_400.0
"""For so long it counts."""
LONGEST_ID = 64
LONGEST_NAME = 60
MOST_BYTES = 50_000_000
NAMED = 3
"""So many wrong lines are named; of the others only how many there are."""
_FAR_DEG = 20.0
_ISO_6709 = re.compile(r"([+-])(\d{2})(\d{2})(?:\d{2})?([+-])(\d{3})(\d{2})(?:\d{2})?")


class HavenError(ListError):
    """A list of havens that cannot be used: names the line, the column, what was expected and what came."""


def havens_of(settings: Settings) -> ListedHavens:
    """Those of the list that this deployment names, or none. Raises HavenError, which names the file."""
    if settings.havens is None:
        return NoHavens()
    try:
        return read_list(_text(settings.havens), settings.timezone, settings.country)
    except HavenError as error:
        raise HavenError(f"{settings.havens}: {error}") from None


def havens_at_start(settings: Settings) -> ListedHavens:
    """The same for a house that opens: a list that cannot be used is no reason to watch over nobody, so it is said, and
    there are none."""
    try:
        return havens_of(settings)
    except HavenError as error:
        log.error("the list of havens cannot be used, so there are none", error=str(error))
        return NoHavens()


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise HavenError("expected a file, got something else")
        return text_of(path, MOST_BYTES)
    except OSError as error:
        raise HavenError(f"cannot be read: {error.strerror or error}") from None
    except NotUtf8 as error:
        raise HavenError(f"{error}: save the list as “CSV UTF-8”") from None
    except TextError as error:
        raise HavenError(str(error)) from None


def read_list(text: str, zone: str, country: str = "") -> ListedHavens:
    """Havens from CSV with the columns `id,name,lat,lon,kind,hours` and, for places of a scheme, `verified_on`, in any order;
    others are passed over. Commas, semicolons (then a comma may be in a number) or tabs between them. Raises HavenError."""
    try:
        places = listed.read_list(
            text, COLUMNS, {VERIFIED: ""}, lambda line: _listed(line, zone), MOST_BYTES, own="id", named=NAMED
        )
    except ListError as error:
        raise HavenError(str(error)) from None
    return ListedHavens(places, zone, country)


def _listed(line: Line, zone: str) -> Listed:
    id_, name, lat, lon, kind, hours, verified_on = (line[column] for column in (*COLUMNS, VERIFIED))
    if kind not in KINDS:
        raise HavenError(f"kind: expected one of {', '.join(KINDS)}, got {_shown(kind)}")
    if len(hours) > LONGEST_HOURS:
        raise HavenError(f"hours: expected at most {LONGEST_HOURS} characters, got {len(hours)}")
    place = Listed(
        id=_word("id", id_, LONGEST_ID),
        name=_word("name", name, LONGEST_NAME),
        lat=_degrees("lat", lat, FARTHEST_LAT),
        lon=_degrees("lon", lon, 180.0),
        kind=kind,
        hours=hours,
        vetted=_vetted(verified_on, zone) if kind == "scheme" else (-inf, inf),
    )
    if place.lat == place.lon == 0.0:
        raise HavenError("lat: expected where it is, got 0, 0")
    if _swapped(place.lat, place.lon, zone):
        raise HavenError(
            f"lat: expected a place in the part of the world of {zone}, got {lat}: are lat and lon swapped?"
        )
    return place


def _vetted(text: str, zone: str) -> tuple[float, float]:
    """A scheme's place of which nobody has written when it was looked at, or a day to come, is an open place like others."""
    if not text:
        return inf, inf
    try:
        day = date.fromisoformat(text)
        verified_at = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
    except (ValueError, OverflowError):
        raise HavenError(f"{VERIFIED}: expected a day like 2026-05-31, got {_shown(text)}") from None
    return verified_at, verified_at + VERIFIED_S


def _word(column: str, text: str, longest: int) -> str:
    word = " ".join(text.split())
    if not 1 <= len(word) <= longest or not word.isprintable():
        raise HavenError(f"{column}: expected 1 to {longest} printable characters, got {len(word)}")
    return word


def _degrees(column: str, text: str, most: float) -> float:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        found = float("nan")
    if not -most <= found <= most:
        raise HavenError(f"{column}: expected -{most:g} to {most:g}, got {_shown(text)}")
    return found


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:40]) or "nothing"


def _swapped(lat: float, lon: float, zone: str) -> bool:
    """Far from the city that the zone is named after, and near it the other way round."""
    city = _city(zone)
    if city is None:
        return False
    given, turned = (max(abs(a - city[0]), abs(b - city[1])) for a, b in ((lat, lon), (lon, lat)))
    return given > _FAR_DEG and turned < given / 2


@lru_cache(maxsize=8)
def _city(zone: str) -> tuple[float, float] | None:
    """Where the city is that a time zone is named after; None for a zone without one."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        parts = line.split("\t")
        if len(parts) > 2 and parts[2] == zone and (found := _ISO_6709.fullmatch(parts[1])):
            south, lat, lat_min, west, lon, lon_min = found.groups()
            degrees = int(lat) + int(lat_min) / 60, int(lon) + int(lon_min) / 60
            return degrees[0] * (-1 if south == "-" else 1), degrees[1] * (-1 if west == "-" else 1)
    return None
