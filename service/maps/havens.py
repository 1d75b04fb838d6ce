"""Havens and open places: those of the maps and those of the lists, asked as one. The nearest to walk to is kept by region
for every corner of its streets and renewed as hours change, so that at a fix it is looked up, not searched for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from geofence.plane import Floats, distance_m, plane_at
from geofence.streets.gates import shut_links
from geofence.streets.lights import where_of
from geofence.streets.reach import Doors, Reach, beside, doors_in, doors_of, reach
from geofence.streets.region import Region
from geofence.streets.ways import Way
from service.haven_list import LONGEST_NAME
from service.havens import AUTOMATIC, FAR_M, LISTED, Away, Listed, ListedHavens, Nearest, Numbers, stays_open
from service.journey.havens import OpenHaven, in_words

RENEWED_S = 900.0
"""How long a search holds."""
WALKED_S = 3600.0
"""What is shut within so long after a search leads nowhere: it is old by then, and she has walked."""
LATE_S = 120.0
"""So much later than that it may be renewed, and counts until then."""
ASKED_S = 3600.0
"""It is renewed for so long after somebody asked last."""
BESIDE_M = 100.0
MOST_BESIDE = 8
DETOUR = 1.3
"""So much longer than the crow's is a way along streets that nobody has searched: those of the map next door."""
SAME_M = 40.0
"""A place of the map this near one of a list, of its kind, is that one; whoever wrote the list has been there."""


class Search(NamedTuple):
    """What a search at an instant found: the way to the nearest from every corner, and the numbers of what stays open."""

    at: float
    to_haven: Reach
    to_other: Reach
    havens: Numbers
    others: Numbers


class RegionHavens:
    """The places of one region, and those of the lists that lie in it."""

    def __init__(self, region: Region, listed: Iterable[Listed] = (), country: str = "") -> None:
        box = region.about.box
        inside = {place.id: place for place in listed if box.holds(place.lat, place.lon)}
        own = _unlisted(region, tuple(inside.values()))
        self.region = region
        self.all = ListedHavens((*(_place(region, n) for n in own), *inside.values()), region.about.zone, country)
        self.lat, self.lon = (np.array([getattr(p, name) for p in self.all.places], float) for name in ("lat", "lon"))
        self._own, self._inside = own, tuple(inside.values())
        self._ids = frozenset(place.id for place in self.all.places)
        self._doors: Doors | None = None
        self._search: Search | None = None
        self._asked_at = float("-inf")
        self._asked = False

    @property
    def counts(self) -> tuple[int, int]:
        """How many are of the kinds of havens, and how many others there are."""
        havens = sum(place.kind in AUTOMATIC for place in self.all.places)
        return havens, self.all.known - havens

    def knows(self, id_: str) -> bool:
        """Whether a place is one of them."""
        return id_ in self._ids

    def wants_search(self, lat: float, lon: float, at: float) -> bool:
        """Whether the streets about a place of this region have yet to be searched for what is open at `at`."""
        return self.region.about.box.holds(lat, lon) and self._searched(at) is None

    def wants_renewal(self, at: float) -> bool:
        """Whether somebody has asked in the last hour, and the last search is old."""
        if self._asked:
            self._asked, self._asked_at = False, at
        searched = self._search is not None and 0.0 <= at - self._search.at < RENEWED_S
        return at - self._asked_at < ASKED_S and not searched

    def renew(self, at: float) -> None:
        """Search again from all places that are open now and for a while. Takes up to a fifth of a second for a county:
        never called on the loop."""
        havens: list[int] = []
        others: list[int] = []
        for n, place in enumerate(self.all.places):
            now = self.all.as_of(place, at)
            if stays_open(now, at):
                (havens if now.automatic else others).append(n)
        if self._doors is None:
            self._doors = self._found_doors()
        shut = shut_links(self.region, where_of(self.region), (at, at + WALKED_S))
        to_haven, to_other = (reach(self.region, self._doors, some, shut=shut) for some in (havens, others))
        self._search = Search(at, to_haven, to_other, np.array(havens, np.intp), np.array(others, np.intp))

    def walked_to(self, lat: float, lon: float, at: float) -> tuple[Away | None, Away | None]:
        """The nearest haven and the nearest open place by the streets; None where that is not known: outside, before the
        first search, or at an instant that none was made for, at which other places are open."""
        if not self.region.about.box.holds(lat, lon):
            return None, None
        self._asked = True
        search = self._searched(at)
        if search is None:
            return None, None
        return self._away(search.to_haven, lat, lon, at), self._away(search.to_other, lat, lon, at)

    def at_hand(self, lat: float, lon: float, at: float) -> tuple[Away | None, Away | None]:
        """The same as the crow flies, of any place about her. What was open at the search is looked at, and no other hours."""
        search = self._searched(at)
        if search is None:
            return self.all.at_hand(lat, lon, at)
        about = (self.all.outward(lat, lon, among) for among in (search.havens, search.others))
        haven, other = (self.all.open_among(numbers, lat, lon, at) for numbers in about)
        return haven, other

    def along(self, way: Way, at: float) -> list[tuple[float, float, OpenHaven]]:
        """What is open beside a way when she passes, setting off `at`: metres along it, metres off it, and the place as it is
        then. Havens come first; those whose hours nobody knows, last."""
        pace_mps = way.length_m / max(1.0, way.duration_s)
        found = []
        for one in beside(self.lat, self.lon, way.lat, way.lon, way.along_m, BESIDE_M):
            place = self.all.as_of(self.all.places[one.place], at + one.along_m / pace_mps)
            if place.open or (place.open is None and place.automatic):
                found.append((one.along_m, one.off_m, place))
        found.sort(key=lambda one: (not one[2].open, not one[2].automatic, one[0]))
        return found[:MOST_BESIDE]

    def _searched(self, at: float) -> "Search | None":
        search = self._search
        return search if search is not None and -LATE_S <= at - search.at <= RENEWED_S + LATE_S else None

    def _found_doors(self) -> Doors:
        """The file has those of its places; where those of a list are has to be looked for."""
        own = doors_in(self.region, self._own)
        extra = doors_of(self.region, [(place.lat, place.lon) for place in self._inside])
        return Doors(
            np.concatenate((own.link, extra.link)),
            np.concatenate((own.along_m, extra.along_m)),
            np.concatenate((own.off_m, extra.off_m)),
        )

    def _away(self, one: Reach, lat: float, lon: float, at: float) -> Away | None:
        found = one.nearest(lat, lon)
        if found is None:
            return None
        number, walk_m = found
        place = self.all.as_of(self.all.places[number], at)
        away = Away(distance_m(lat, lon, place.lat, place.lon), place, walk_m)
        return away if stays_open(place, at) else None


class Regions(Protocol):
    """Whoever knows which regions there are at the moment."""

    def havens(self) -> Sequence[RegionHavens]:
        """Those of each."""
        ...


class AllHavens:
    """The list of this deployment and all regions, as one."""

    def __init__(self, listed: ListedHavens, regions: Regions) -> None:
        self._listed, self._regions = listed, regions

    @property
    def known(self) -> int:
        """How many places there are; one that two know counts twice."""
        return sum(one.known for one in self._every())

    def near(self, lat: float, lon: float, at: float) -> tuple[OpenHaven, ...]:
        """As in `Havens`."""
        every = [place for one in self._every() for place in one.near(lat, lon, at)]
        if len(every) < 2:
            return tuple(every)
        once = {place.id: place for place in every}.values()
        return tuple(sorted(once, key=lambda place: distance_m(lat, lon, place.lat, place.lon)))

    def at_hand(self, lat: float, lon: float, at: float) -> tuple[Away | None, Away | None]:
        """As in `Havens`: two numbers looked up where a map knows the streets about her, else as the crow flies."""
        (haven, other), walked = self._walked_to(lat, lon, at)
        asked = self._beyond(lat, lon, () if haven is None or other is None else walked)
        found = [one.at_hand(lat, lon, at) for one in asked]
        return _nearer(haven, [one for one, _ in found], walked), _nearer(other, [one for _, one in found], walked)

    def nearest(self, lat: float, lon: float, at: float) -> Nearest:
        """As in `Havens`: by the streets where a map knows them, else as the crow flies."""
        places = (self._listed, *(one.all for one in self._regions_about(lat, lon)))
        around = {one.place.id: one for known in places for one in known.around(lat, lon, at)}
        return Nearest(*self.at_hand(lat, lon, at), tuple(sorted(around.values(), key=lambda one: one.away_m)[:LISTED]))

    def named(self, id_: str, at: float) -> OpenHaven | None:
        """As in `Havens`."""
        return next((place for one in self._every() if (place := one.named(id_, at)) is not None), None)

    def _walked_to(
        self, lat: float, lon: float, at: float
    ) -> tuple[tuple[Away | None, Away | None], list[RegionHavens]]:
        """The nearest to walk to, and the regions whose streets know it."""
        walks = [(one, one.walked_to(lat, lon, at)) for one in self._regions.havens()]
        nearest = _least(walk for _, (walk, _) in walks), _least(walk for _, (_, walk) in walks)
        return nearest, [one for one, (haven, other) in walks if haven is not None or other is not None]

    def _every(self) -> Iterator[ListedHavens]:
        yield self._listed
        for region in self._regions.havens():
            yield region.all

    def _beyond(self, lat: float, lon: float, walked: Sequence[RegionHavens]) -> Iterator[ListedHavens | RegionHavens]:
        """Who else knows of places about her: the list, and the regions on whose streets she was not found."""
        if self._listed.known:
            yield self._listed
        if len(walked) < len(self._regions.havens()):
            yield from (one for one in self._regions_about(lat, lon) if one not in walked)

    def _regions_about(self, lat: float, lon: float) -> Iterator[RegionHavens]:
        """Those that she is in or not far from."""
        for one in self._regions.havens():
            box = one.region.about.box
            x, y = plane_at(lat, lon).to_metres(min(max(lat, box.south), box.north), min(max(lon, box.west), box.east))
            if abs(x) <= FAR_M and abs(y) <= FAR_M:
                yield one


def _least(found: Iterable[Away | None]) -> Away | None:
    known = [one for one in found if one is not None]
    return min(known, key=lambda one: one.away_m if one.walk_m is None else one.walk_m, default=None)


def _nearer(walk: Away | None, crow: Iterable[Away | None], walked: Sequence[RegionHavens]) -> Away | None:
    """The one to walk to, unless one that none of the regions `walked` knows, beyond their edge, is likely to be nearer."""
    if walk is None or walk.walk_m is None:
        return walk or _least(crow)
    other = _least(one for one in crow if one is not None and not any(region.knows(one.place.id) for region in walked))
    return other if other is not None and other.away_m * DETOUR < walk.walk_m else walk


def _place(region: Region, number: int) -> Listed:
    """A place of the file. Names on the ground are as long as people like."""
    kind = region.about.kinds[int(region.place_kind[number])]
    name = region.name(int(region.place_name[number]))[:LONGEST_NAME].strip()
    return Listed(
        id=region.place_key(number),
        name=name or in_words(kind).partition(" ")[2].capitalize(),
        lat=int(region.place_y[number]) / 1e7,
        lon=int(region.place_x[number]) / 1e7,
        kind=kind,
        hours=region.about.hours[int(region.place_hours[number])],
    )


def _unlisted(region: Region, listed: Sequence[Listed]) -> list[int]:
    """The places of OpenStreetMap that no list tells of, by their numbers."""
    lat, lon = region.place_y / 1e7, region.place_x / 1e7
    known = np.zeros(len(lat), bool)
    for place in listed:
        if place.kind in region.about.kinds:
            alike = region.place_kind == region.about.kinds.index(place.kind)
            known |= alike & (_away_m(place, lat, lon) <= SAME_M)
    found: list[int] = np.flatnonzero(~known).tolist()
    return found


def _away_m(place: Listed, lat: Floats, lon: Floats) -> Floats:
    x, y = plane_at(place.lat, place.lon).to_metres(lat, lon)
    return np.hypot(x, y)
