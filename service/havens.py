"""Where there are havens, and which of them are open. A map knows them; until there is one, a list does."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from math import cos, radians
from typing import Protocol
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, validate

from geofence.plane import distance_m

from .journey.havens import KINDS, OpenHaven

AUTOMATIC = ("police", "hospital", "scheme")
"""The kinds at which being there speaks for itself (row 23)."""
NEAR_M = 250.0
COLUMNS = ("id", "name", "lat", "lon", "kind", "hours")
LONGEST_ID = 64
LONGEST_NAME = 60
_CELL_DEG = 0.005


class HavenError(ValueError):
    """A list of havens that cannot be used: names the line, the column, what was expected and what came."""


class Havens(Protocol):
    """What the shell asks. Both answer at once, from memory."""

    def near(self, lat: float, lon: float, at: float) -> tuple[OpenHaven, ...]:
        """The havens within `NEAR_M` that are open at `at`, of the kinds that speak for themselves; nearest first."""
        ...

    def named(self, id_: str, at: float) -> OpenHaven | None:
        """A place by its id, of any kind, open or not at `at`."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list. `hours` as in OpenStreetMap's `opening_hours`; none, or some that cannot be read: unknown."""

    id: str
    name: str
    lat: float
    lon: float
    kind: str
    hours: str = ""


class ListedHavens:
    """Havens from a list; `zone` is where their hours count."""

    def __init__(self, places: Iterable[Listed], zone: str) -> None:
        self._clock = ZoneInfo(zone)
        self._places = {place.id: place for place in places}
        self._cells: dict[tuple[int, int], list[Listed]] = defaultdict(list)
        for place in self._places.values():
            self._cells[_cell(place.lat, place.lon)].append(place)

    def near(self, lat: float, lon: float, at: float) -> tuple[OpenHaven, ...]:
        found = []
        for place in self._about(lat, lon):
            away_m = distance_m(lat, lon, place.lat, place.lon)
            if away_m <= NEAR_M and place.kind in AUTOMATIC:
                haven = self._as_of(place, at)
                if haven.open:
                    found.append((away_m, place.id, haven))
        return tuple(haven for _, _, haven in sorted(found, key=lambda one: one[:2]))

    def named(self, id_: str, at: float) -> OpenHaven | None:
        place = self._places.get(id_)
        return None if place is None else self._as_of(place, at)

    def _about(self, lat: float, lon: float) -> Iterator[Listed]:
        """Those in the cells that reach as far as `NEAR_M` from here."""
        if not self._places:
            return
        row, column = _cell(lat, lon)
        wide = 1 + int(NEAR_M / (_CELL_DEG * 111_000 * max(0.01, cos(radians(lat)))))
        for y in (row - 1, row, row + 1):
            for x in range(column - wide, column + wide + 1):
                yield from self._cells.get((y, x), ())

    def _as_of(self, place: Listed, at: float) -> OpenHaven:
        opened, closes_at = self._hours(place.hours, at)
        return OpenHaven(
            id=place.id,
            name=place.name,
            lat=place.lat,
            lon=place.lon,
            kind=place.kind,
            open=opened,
            closes_at=closes_at,
            automatic=place.kind in AUTOMATIC,
        )

    def _hours(self, expression: str, at: float) -> tuple[bool | None, float | None]:
        hours = _read(expression)
        if hours is None:
            return None, None
        here = datetime.fromtimestamp(at, UTC).astimezone(self._clock).replace(tzinfo=None)
        if hours.is_unknown(here):
            return None, None
        if hours.is_closed(here):
            return False, None
        change = hours.next_change(here)
        return True, None if change is None else change.replace(tzinfo=self._clock).timestamp()


class NoHavens(ListedHavens):
    """Nobody has said where they are."""

    def __init__(self) -> None:
        super().__init__((), "UTC")


NO_HAVENS: Havens = NoHavens()


def read_list(lines: Iterable[str], zone: str) -> ListedHavens:
    """Havens from CSV with the columns `id,name,lat,lon,kind,hours` (others are passed over). Raises HavenError."""
    reader = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise HavenError(f"line 1: expected the columns {', '.join(COLUMNS)}, missing {', '.join(missing)}")
    places: dict[str, Listed] = {}
    for row in reader:
        place = _listed(row, reader.line_num)
        if place.id in places:
            raise HavenError(f"line {reader.line_num}: id: expected another one on each line, got {place.id} again")
        places[place.id] = place
    return ListedHavens(places.values(), zone)


def _listed(row: Mapping[str, str | None], line: int) -> Listed:
    kind = row["kind"] or ""
    if kind not in KINDS:
        raise HavenError(f"line {line}: kind: expected one of {', '.join(KINDS)}, got {kind[:40] or 'nothing'}")
    return Listed(
        id=_word(row, "id", LONGEST_ID, line),
        name=_word(row, "name", LONGEST_NAME, line),
        lat=_degrees(row, "lat", 85.0, line),
        lon=_degrees(row, "lon", 180.0, line),
        kind=kind,
        hours=(row["hours"] or "").strip(),
    )


def _word(row: Mapping[str, str | None], column: str, longest: int, line: int) -> str:
    word = " ".join((row[column] or "").split())
    if not 1 <= len(word) <= longest or not word.isprintable():
        raise HavenError(f"line {line}: {column}: expected 1 to {longest} printable characters, got {len(word)}")
    return word


def _degrees(row: Mapping[str, str | None], column: str, most: float, line: int) -> float:
    try:
        found = float(row[column] or "")
    except ValueError:
        found = float("nan")
    if not -most <= found <= most:
        raise HavenError(
            f"line {line}: {column}: expected -{most:g} to {most:g}, got {(row[column] or 'nothing')[:20]}"
        )
    return found


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return int(lat // _CELL_DEG), int(lon // _CELL_DEG)


@lru_cache(maxsize=4096)
def _read(expression: str) -> OpeningHours | None:
    return OpeningHours(expression) if expression and validate(expression) else None
