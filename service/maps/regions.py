"""The maps that are in use: opened when they change, without a restart, and lit by what is known of them now."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from geofence.route import Route
from geofence.streets.format import MapError
from geofence.streets.lights import RegionLights, Report
from geofence.streets.named import read_ahead
from geofence.streets.region import Region
from service.clock import Clock, breathe
from service.havens import Listed
from service.settings import Settings
from service.store import Store, StoreUnavailable
from service.telemetry import logger

from .files import Folder, Seen, regions
from .havens import RegionHavens
from .known import Known
from .lists import READ, Lists, lists_of
from .reports import Reported, alive, weighed
from .which import following, holding

log = logger(__name__)
T = TypeVar("T")

LOOK_S = 30.0
"""How often somebody looks whether a map was built, and what was reported."""
THREADS = 2
FOLDER = "maps"
_ABOUT_M = 2_000.0
"""What was reported farther than this outside a map says nothing of its streets."""


class Maps:
    """All regions of this deployment, as of the last look, and the threads that work on them."""

    def __init__(
        self, root: Path | None = None, *, zone: str = "Europe/London", country: str = "", listed: Iterable[Listed] = ()
    ) -> None:
        self.known: tuple[Known, ...] = ()
        self.faults: dict[str, str] = {}
        """What is wrong with a map that is there and not in use, or not as it lies there, or with a list beside it; by its
        name."""
        self._root, self._zone, self._country, self._listed = root, zone, country, tuple(listed)
        self._seen: dict[str, tuple[Seen | None, ...]] = {}
        self._lists: dict[str, Lists] = {}
        self._reports: tuple[Report, ...] = ()
        self._reported: dict[str, Reported] = {}
        self._threads = ThreadPoolExecutor(THREADS, "maps")
        self._looked = asyncio.Event()

    def havens(self) -> list[RegionHavens]:
        """The places of each region."""
        return [one.havens for one in self.known]

    def of(self, lat: float, lon: float) -> Known | None:
        """The region that a place lies in: the one that goes on farthest around it."""
        return next(iter(holding(self.known, (lat, lon))), None)

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
                await self._renewed(one, now)

    async def _renewed(self, havens: RegionHavens, now: float) -> None:
        try:
            await self.threaded(partial(havens.renew, now))
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
                await self.threaded(lambda: self.relight(reported.values()))
                self._reported = reported
        for one in self.known:
            if one.havens.wants_renewal(now):
                await self._renewed(one.havens, now)

    def relight(self, reported: Iterable[Reported]) -> None:
        """Lay what is reported on the streets: with thousands alive it takes a second when a process starts."""
        self._reports = weighed(reported)
        self.known = tuple(self._relit(one) for one in self.known)

    def _relit(self, one: Known) -> Known:
        try:
            return one.relit(self._near(one.region))
        except Exception as error:  # noqa: BLE001 (a damaged map keeps no report from the others)
            log.error("what is reported cannot be laid on a map", map=one.name, error=type(error).__name__)
            return one

    def swap(self) -> None:
        """Open what has changed on disk since the last time. What cannot be opened leaves the one before in use."""
        folders = {} if self._root is None else {folder.name: folder for folder in regions(self._root)}
        known = {one.name: one for one in self.known if one.name in folders}
        for name, folder in folders.items():
            seen = (folder.seen(), *(_seen(folder.extra / extra) for extra in READ))
            if self._seen.get(name) == seen:
                continue
            self._seen[name] = seen
            self.faults.pop(name, None)
            try:
                opened = self._opened(folder)
            except Exception as error:  # noqa: BLE001 (what is wrong inside a file shows when it is read: not by one sort alone)
                said = isinstance(error, MapError | OSError)
                self.faults[name] = str(error) if said else f"it is damaged ({type(error).__name__})"
                log.error("a map cannot be used as it is now", map=name, error=self.faults[name])
            else:
                if opened is not None:
                    known[name] = opened
        for name in self._seen.keys() - folders.keys():
            del self._seen[name]
            self._lists.pop(name, None)
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
        lists = self._lists[folder.name] = lists_of(folder, zone, country, self._lists.get(folder.name))
        if lists.faults:
            self.faults[folder.name] = ". ".join(lists.faults)
            log.error("a list beside a map cannot be used", map=folder.name, error=self.faults[folder.name])
        lights = RegionLights(region, lists.schedules(region), self._near(region))
        return Known(
            folder.name, current, region, lights, RegionHavens(region, [*self._listed, *lists.places], country)
        )

    def _near(self, region: Region) -> list[Report]:
        return [one for one in self._reports if region.about.box.outside_m(one.lat, one.lon) < _ABOUT_M]


def maps_of(settings: Settings, listed: Iterable[Listed] = ()) -> Maps:
    """Those of a deployment, none of them open yet; `listed` are the places that it has a list of."""
    return Maps(
        settings.maps or settings.data_dir / FOLDER, zone=settings.timezone, country=settings.country, listed=listed
    )


def _seen(path: Path) -> Seen | None:
    try:
        there = path.stat()
    except OSError:
        return None
    return there.st_ino, there.st_mtime_ns, there.st_size
