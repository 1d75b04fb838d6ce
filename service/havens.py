"""Where there are havens, and which of them are open. A map knows them; until there is one, a list does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, inf, radians
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from geofence.plane import distance_m, plane_at

from .haven_hours import Where, opened, readable
from .journey.havens import OpenHaven

Numbers = NDArray[np.intp]
Bools = NDArray[np.bool_]

AUTOMATIC = ("police", "hospital", "scheme")
"""The kinds at which being there speaks for itself (row 23)."""
NEAR_M = 250.0
FAR_M = 10_000.0
"""Nobody is sent farther."""
STAYS_S = 900.0
"""She is sent to what is open for at least as long: she has to get there."""
LISTED = 10
LOOKED_AT = 400
"""How many places are looked at for one that is open: hours cost a few microseconds each."""
_CELL_DEG = 0.005
_ROUND = int(360 / _CELL_DEG)


@dataclass(frozen=True, slots=True)
class Away:
    """A place, and how far it is: as the crow flies, and along the streets where a map knows them (None: it does not)."""

    away_m: float
    place: OpenHaven
    walk_m: float | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest haven that is open and stays so for `STAYS_S` (police, a hospital, a place of a scheme), the nearest other
    place that does, and those around, open or not, the nearest first."""

    haven: Away | None = None
    open_place: Away | None = None
    around: tuple[Away, ...] = ()


class Havens(Protocol):
    """What the shell asks. All answer at once, from memory."""

    @property
    def known(self) -> int:
        """How many places there are."""
        ...

    def near(self, lat: float, lon: float, at: float) -> tuple[OpenHaven, ...]:
        """The havens within `NEAR_M` that are open at `at`, of the kinds that speak for themselves; nearest first."""
        ...

    def nearest(self, lat: float, lon: float, at: float) -> Nearest:
        """What she could go to from here, within `FAR_M`."""
        ...

    def at_hand(self, lat: float, lon: float, at: float) -> tuple[Away | None, Away | None]:
        """The first two of `nearest`, within `FAR_M`: asked at many a fix."""
        ...

    def named(self, id_: str, at: float) -> OpenHaven | None:
        """A place by its id, of any kind, open or not at `at`."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list. `hours` as in OpenStreetMap's `opening_hours`; none, or some that cannot be read: unknown. A place of
    a scheme is a haven as long as somebody has vouched for it lately, in the time `vetted`; else it is an open place."""

    id: str
    name: str
    lat: float
    lon: float
    kind: str
    hours: str = ""
    vetted: tuple[float, float] = (-inf, inf)

    def is_haven(self, at: float) -> bool:
        """Whether being there speaks for itself."""
        return self.kind in AUTOMATIC and self.vetted[0] <= at < self.vetted[1]


class ListedHavens:
    """Havens from a list; `zone` is where their hours count, `country` whose public holidays they keep ("": nobody
    knows)."""

    def __init__(self, places: Iterable[Listed], zone: str, country: str = "") -> None:
        self._where = Where(ZoneInfo(zone), country)
        self._places = {place.id: place for place in places}
        self._all = tuple(self._places.values())
        self._lats = np.array([place.lat for place in self._all], float)
        self._lons = np.array([place.lon for place in self._all], float)
        haven = np.array([place.kind in AUTOMATIC for place in self._all], bool)
        self._vetted_from = np.where(haven, [place.vetted[0] for place in self._all], inf)
        self._vetted_to = np.array([place.vetted[1] for place in self._all], float)
        self._near: dict[tuple[int, int], list[Listed]] = defaultdict(list)
        for place in self._all:
            if place.kind in AUTOMATIC:
                for cell in _cells_about(place.lat, place.lon):
                    self._near[cell].append(place)

    @property
    def known(self) -> int:
        return len(self._all)

    @property
    def places(self) -> tuple[Listed, ...]:
        """All of them."""
        return self._all

    def unvetted(self, at: float) -> int:
        """How many places of a scheme nobody has vouched for lately."""
        return sum(place.kind in AUTOMATIC and not place.is_haven(at) for place in self._all)

    @property
    def unreadable(self) -> tuple[str, ...]:
        """The ids of those whose hours are written down and cannot be read."""
        return tuple(p.id for p in self._all if not readable(p.hours, p.lat, p.lon, self._where))

    @property
    def timeless(self) -> int:
        """How many have no hours at all."""
        return sum(not place.hours for place in self._all)

    def near(self, lat: float, lon: float, at: float) -> tuple[OpenHaven, ...]:
        about = self._near.get(_cell(lat, lon))
        if about is None:  # nearly every fix
            return ()
        found = []
        for place in about:
            away_m = distance_m(lat, lon, place.lat, place.lon)
            if away_m <= NEAR_M and place.is_haven(at):
                haven = self.as_of(place, at)
                if haven.open:
                    found.append((away_m, place.id, haven))
        return tuple(haven for _, _, haven in sorted(found, key=lambda one: one[:2]))

    def nearest(self, lat: float, lon: float, at: float) -> Nearest:
        return Nearest(*self.at_hand(lat, lon, at), self.around(lat, lon, at))

    def at_hand(self, lat: float, lon: float, at: float) -> tuple[Away | None, Away | None]:
        if not self._all:
            return None, None
        havens = self.havens_at(at)
        about = self.outward(lat, lon)
        haven, other = about[havens[about]], about[~havens[about]]
        return self.open_among(haven, lat, lon, at), self.open_among(other, lat, lon, at)

    def around(self, lat: float, lon: float, at: float) -> tuple[Away, ...]:
        """The nearest within `FAR_M`, open or not."""
        return tuple(self._away(n, lat, lon, at) for n in self.outward(lat, lon)[:LISTED].tolist())

    def havens_at(self, at: float) -> Bools:
        """Of each place, in their order, whether being there speaks for itself."""
        return (self._vetted_from <= at) & (at < self._vetted_to)

    def open_among(self, numbers: Numbers, lat: float, lon: float, at: float) -> Away | None:
        """The first of some places, told by their numbers, that is open and stays so."""
        for n in numbers[:LOOKED_AT].tolist():
            if self._all[n].hours:  # else nobody knows
                one = self._away(n, lat, lon, at)
                if stays_open(one.place, at):
                    return one
        return None

    def named(self, id_: str, at: float) -> OpenHaven | None:
        place = self._places.get(id_)
        return None if place is None else self.as_of(place, at)

    def outward(self, lat: float, lon: float, among: Numbers | None = None) -> Numbers:
        """The numbers of those within `FAR_M`, of all or `among` some, the nearest first."""
        lats, lons = (self._lats, self._lons) if among is None else (self._lats[among], self._lons[among])
        x, y = plane_at(lat, lon).to_metres(lats, lons)
        away_m = np.hypot(x, y)
        about = np.flatnonzero(away_m <= FAR_M)
        about = about[np.argsort(away_m[about], kind="stable")]
        return about if among is None else among[about]

    def _away(self, number: int, lat: float, lon: float, at: float) -> Away:
        place = self._all[number]
        return Away(distance_m(lat, lon, place.lat, place.lon), self.as_of(place, at))

    def as_of(self, place: Listed, at: float) -> OpenHaven:
        """A place of the list, as it is at an instant."""
        is_open, closes_at = opened(place.hours, place.lat, place.lon, self._where, at)
        return OpenHaven(
            id=place.id,
            name=place.name,
            lat=place.lat,
            lon=place.lon,
            kind=place.kind,
            open=is_open,
            closes_at=closes_at,
            automatic=place.is_haven(at),
        )


def stays_open(place: OpenHaven, at: float) -> bool:
    """Whether a place, as it is at `at`, is open and will be when she gets there."""
    return place.open is True and (place.closes_at is None or place.closes_at >= at + STAYS_S)


class NoHavens(ListedHavens):
    """Nobody has said where they are."""

    def __init__(self) -> None:
        super().__init__((), "UTC")


NO_HAVENS: Havens = NoHavens()


def _cell(lat: float, lon: float) -> tuple[int, int]:
    return int(lat // _CELL_DEG), int(lon // _CELL_DEG) % _ROUND


def _cells_about(lat: float, lon: float) -> Iterator[tuple[int, int]]:
    """Those from which a place may be within `NEAR_M`."""
    row, column = _cell(lat, lon)
    wide = 1 + int(NEAR_M / (_CELL_DEG * 111_000 * max(0.01, cos(radians(min(90.0, abs(lat) + _CELL_DEG))))))
    for y in (row - 1, row, row + 1):
        for x in range(column - wide, column + wide + 1):
            yield y, x % _ROUND
