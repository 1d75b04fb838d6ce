"""The maps that are in use: opened when they change, without a restart, and lit by what is known of them now."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from math import hypot
from pathlib import Path
from typing import TypeVar

from geofence.lighting import Schedule
from geofence.plane import metres_per_degree
from geofence.route import Place, Route
from geofence.streets.format import Box, MapError
from geofence.streets.lights import RegionLights, Report, km_by_state
from geofence.streets.listed import ListError
from geofence.streets.named import read_ahead
from geofence.streets.region import SNAP_M, Region
from geofence.streets.ways import NoWay, Reason, RoutePlanner
from service.clock import Clock, breathe
from service.haven_list import HavenError, read_list
from service.havens import Listed
from service.settings import Settings
from service.store import Store, StoreUnavailable
from service.telemetry import logger

from .files import Current, Folder, Seen, regions
from .havens import RegionHavens
from .reports import Reported, alive, weighed
from .schedules import read_schedules, schedules_of, shipped

log = logger(__name__)
T = TypeVar("T")

LOOK_S = 30.0
"""How often somebody looks whether a map was built, and what was reported."""
THREADS = 2
FOLDER = "maps"
SCHEMES, SCHEDULES = "schemes.csv", "schedules.csv"
_HOUR_S = 3600.0
_ABOUT_M = 2_000.0
"""What was reported farther than this outside a map says nothing of its streets."""


class Known:
    """A region in use. Never changed, only replaced; several threads may ask it."""

    def __init__(
        self,
        name: str,
        current: Current,
        region: Region,
        lights: RegionLights,
        havens: RegionHavens,
    ) -> None:
        self.name, self.current, self.region, self.lights, self.havens = name, current, region, lights, havens
        self._planner: RoutePlanner | None = None
        self._km: tuple[float, dict[str, float]] | None = None

    @property
    def planner(self) -> RoutePlanner:
        """Its planner, made when somebody first wants a way: the search is 35 MB of library."""
        if self._planner is None:
            from geofence.streets.planner import Planner  # noqa: PLC0415

            self._planner = Planner(self.lights)
        return self._planner

    def km(self, at: float) -> dict[str, float]:
        """Kilometres in each state, as of the hour. By day: as at nightfall."""
        hour_at = at // _HOUR_S * _HOUR_S
        if self._km is None or self._km[0] != hour_at:
            self._km = hour_at, km_by_state(self.region, self.lights.states(at))
        return self._km[1]

    def relit(self, reports: Iterable[Report]) -> "Known":
        """The same with other reports; itself where they say nothing new, so that its planner is kept."""
        lights = self.lights.relit(reports)
        return self if lights is self.lights else Known(self.name, self.current, self.region, lights, self.havens)


class Maps:
    """All regions of this deployment, as of the last look, and the threads that work on them."""

    def __init__(
        self, root: Path | None = None, *, zone: str = "Europe/London", country: str = "", listed: Iterable[Listed] = ()
    ) -> None:
        self.known: tuple[Known, ...] = ()
        self.faults: dict[str, str] = {}
        """What is wrong with a map that is there and not in use, or not as it lies there; by its name."""
        self._root, self._zone, self._country, self._listed = root, zone, country, tuple(listed)
        self._seen: dict[str, tuple[Seen | None, ...]] = {}
        self._reports: tuple[Report, ...] = ()
        self._reported: dict[str, Reported] = {}
        self._threads = ThreadPoolExecutor(THREADS, "maps")
        self._looked = asyncio.Event()

    def havens(self) -> list[RegionHavens]:
        """The places of each region."""
        return [one.havens for one in self.known]

    def of(self, lat: float, lon: float) -> Known | None:
        """The region that a place lies in: the one that goes on farthest around it."""
        return next(iter(_holding(self.known, (lat, lon))), None)

    def lights_of(self, route: Route) -> RegionLights | None:
        """The light of the region that a route lies in; None: it lies in none."""
        found = following(self.known, route)
        return None if found is None else found.lights

    async def threaded(self, work: Callable[[], T]) -> T:
        """`work` beside the loop, of which a plan takes milliseconds that belong to somebody's SOS."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def searched(self, lat: float, lon: float, now: float) -> None:
        """Have the streets about her searched for havens, where nobody has asked there lately: what she is told next is how
        far it is to walk. Never raises."""
        for one in self.havens():
            if one.wants_search(lat, lon, now):
                try:
                    await self.threaded(partial(one.renew, now))
                except Exception as error:  # noqa: BLE001 (a damaged map: as the crow flies, then)
                    log.error("a map cannot be searched for havens", error=type(error).__name__)

    async def close(self) -> None:
        """Whatever is being worked on is left."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, store: Store, clock: Clock) -> None:
        """Look, for ever; in real time, whatever a sandbox's clock shows."""
        while True:
            try:
                await self.look(store, clock.now())
            except Exception:
                log.exception("maps could not be looked at")
            self._looked.set()
            await breathe(LOOK_S)

    async def looked(self) -> None:
        """Until somebody has looked for the first time: whoever asks before that would hear that there is no map."""
        await self._looked.wait()

    async def look(self, store: Store, now: float) -> None:
        """One look: maps that were built or removed, what was reported, and which places are open."""
        await self.threaded(self.swap)
        with suppress(StoreUnavailable):
            reported = await alive(store, now)
            if reported != self._reported:
                await self.threaded(lambda: self._relight(reported))
        for one in self.known:
            if one.havens.wants_renewal(now):
                await self.threaded(partial(one.havens.renew, now))

    def _relight(self, reported: dict[str, Reported]) -> None:
        """Lay what was reported on the streets: with thousands alive it takes a second when a process starts."""
        self._reports = weighed(reported.values())
        self.known = tuple(one.relit(self._near(one.region)) for one in self.known)
        self._reported = reported

    def swap(self) -> None:
        """Open what has changed on disk since the last time. What cannot be opened leaves the one before in use."""
        folders = {} if self._root is None else {folder.name: folder for folder in regions(self._root)}
        known = {one.name: one for one in self.known if one.name in folders}
        for name, folder in folders.items():
            seen = (folder.seen(), *(_seen(folder.extra / extra) for extra in (SCHEMES, SCHEDULES)))
            if self._seen.get(name) == seen:
                continue
            self._seen[name] = seen
            self.faults.pop(name, None)
            try:
                opened = self._opened(folder)
            except (MapError, HavenError, ListError, OSError, UnicodeDecodeError) as error:
                self.faults[name] = str(error)
                log.error("a map cannot be used as it is now", map=name, error=str(error))
            else:
                if opened is not None:
                    known[name] = opened
        for name in self._seen.keys() - folders.keys():
            del self._seen[name]
            self.faults.pop(name, None)
        if [id(one) for one in known.values()] != [id(one) for one in self.known]:
            self.known = tuple(known[name] for name in sorted(known))

    def _opened(self, folder: Folder) -> Known | None:
        opened = folder.opened()
        if opened is None:
            return None
        current, region = opened
        read_ahead(region)
        zone = region.about.zone
        country = self._country if zone == self._zone else ""
        listed = [*self._listed, *_schemes(folder, zone, country)]
        lights = RegionLights(region, _schedules(folder, zone), self._near(region))
        return Known(folder.name, current, region, lights, RegionHavens(region, listed, country))

    def _near(self, region: Region) -> list[Report]:
        return [one for one in self._reports if _outside_m(region.about.box, (one.lat, one.lon)) < _ABOUT_M]


def maps_of(settings: Settings, listed: Iterable[Listed] = ()) -> Maps:
    """Those of a deployment, none of them open yet; `listed` are the places that it has a list of."""
    return Maps(
        settings.maps or settings.data_dir / FOLDER, zone=settings.timezone, country=settings.country, listed=listed
    )


def chosen(known: Iterable[Known], origin: Place, destination: Place) -> Known:
    """The region in which a way from there to there lies. Raises NoWay, which names the end that is outside."""
    every = tuple(known)
    if not every:
        raise NoWay(Reason.NO_MAP)
    there = _holding(every, destination)
    both = [one for one in _holding(every, origin) if one in there]
    if both:
        return both[0]
    here = _holding(every, origin)
    if here and there:
        raise NoWay(Reason.ACROSS_EDGE, maps=(here[0].name, there[0].name))
    field, place = ("destination", destination) if here else ("origin", origin)
    nearest = min(every, key=lambda one: _outside_m(one.region.about.box, place))
    raise NoWay(Reason.OUTSIDE_MAP, field, _outside_m(nearest.region.about.box, place), (nearest.name,))


def following(known: Iterable[Known], route: Route) -> Known | None:
    """The region in which most of a line lies, as far as its ends and its middle tell; None: none of them."""
    places = route.places()
    spots = (places[0], places[len(places) // 2], places[-1])
    most, found = 0, None
    for one in known:
        inside = sum(one.region.about.box.holds(*spot) for spot in spots)
        if inside > most:
            most, found = inside, one
    return found


def _holding(known: Iterable[Known], place: Place) -> list[Known]:
    """The regions in which, or beside whose edge, a place lies: first those with streets about it, and of these the one that
    goes on farthest around."""
    lat, lon = place
    inside = [one for one in known if _outside_m(one.region.about.box, place) <= SNAP_M]
    x, y = round(lon * 1e7), round(lat * 1e7)

    def rank(one: Known) -> tuple[bool, float]:
        return len(one.region.segments_about(x, y)) == 0, -_margin_m(one.region.about.box, place)

    return sorted(inside, key=rank) if len(inside) > 1 else inside


def _outside_m(box: Box, place: Place) -> float:
    """Metres from a place to a box; 0: it is inside."""
    lat, lon = place
    east, north = metres_per_degree(lat)
    return hypot(max(box.west - lon, lon - box.east, 0.0) * east, max(box.south - lat, lat - box.north, 0.0) * north)


def _margin_m(box: Box, place: Place) -> float:
    """Metres from a place inside a box to its nearest side."""
    lat, lon = place
    east, north = metres_per_degree(lat)
    return min((lon - box.west) * east, (box.east - lon) * east, (lat - box.south) * north, (box.north - lat) * north)


def _schemes(folder: Folder, zone: str, country: str) -> tuple[Listed, ...]:
    text = _text(folder.extra / SCHEMES)
    return () if text is None else read_list(text, zone, country).places


def _schedules(folder: Folder, zone: str) -> tuple[Schedule, ...]:
    text = _text(folder.extra / SCHEDULES)
    own = () if text is None else read_schedules(text, folder.extra)
    return schedules_of((*shipped(), *own), zone)


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        return None


def _seen(path: Path) -> Seen | None:
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_ino, there.st_mtime_ns, there.st_size
