"""The light of a region's parts at an instant: the table of its classes, and what was reported since it was built."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import msgspec
import numpy as np

from geofence.lighting import Light, LightClass, Schedule, Table, Where, table

from .lamp_stretches import stretches
from .region import U1, Region
from .tonight import Bads, by_part
from .ways import Worse

DEARER = 1.5
"""What a stretch costs more where somebody has reported a concern. It is no state: a worry is not a lamp."""
_STEP_S = 60.0
_TABLES = 32


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What people have told of a place since. `least`: its lamps are out (UNLIT), or perhaps (UNKNOWN); LIT: it says
    nothing of lamps. `concern`: somebody would rather not walk there."""

    lat: float
    lon: float
    least: Light = Light.UNKNOWN
    concern: bool = False


class RegionLights:
    """How a region is lit, by the schedules and reports of now. Made anew when they change; several threads may ask it.

    `said`: what each report says of which parts. `bad`: by part, the worst that is said of any place of it.
    """

    def __init__(self, region: Region, schedules: Sequence[Schedule] = (), reports: Iterable[Report] = ()) -> None:
        self.region = region
        self.where = where_of(region)
        self.classes = classes_of(region)
        self.schedules = tuple(schedules)
        self.reports = frozenset(reports)
        self.said = laid(region, tuple(self.reports))
        self.bad = by_part(self.worse)
        self._tables: dict[tuple[float, float], Table] = {}

    @property
    def worse(self) -> Iterator[Worse]:
        """What all reports say together."""
        return chain.from_iterable(self.said.values())

    def relit(self, reports: Iterable[Report]) -> "RegionLights":
        """The same with other reports, of which only those that are new are looked for; itself if they are the same."""
        told = frozenset(reports)
        if told == self.reports:
            return self
        fresh = laid(self.region, tuple(told - self.reports))
        gone = {report: self.said[report] for report in self.reports - told}
        changed = {one.part for some in (fresh, gone) for worse in some.values() for one in worse}
        lights = RegionLights(self.region, self.schedules)
        lights.reports = told
        lights.said = {report: found for report, found in self.said.items() if report in told} | fresh
        kept = {part: bad for part, bad in self.bad.items() if part not in changed}
        lights.bad = Bads(kept | by_part(one for one in lights.worse if one.part in changed))
        lights._tables = self._tables
        return lights

    def table(self, from_at: float, until_at: float) -> Table:
        """The light of each class from then to then; asked again within the minute it is the same one."""
        first = from_at // _STEP_S * _STEP_S
        key = first, max(-(-until_at // _STEP_S) * _STEP_S, first + _STEP_S)
        found = self._tables.get(key)
        if found is None:
            found = table(self.classes, *key, self.where, self.schedules)
            self._tables = {key: found} if len(self._tables) >= _TABLES else {**self._tables, key: found}
        return found

    def is_dark(self, from_at: float, until_at: float) -> bool:
        """Whether the sun is down at any time from then to then."""
        return self.table(from_at, until_at).is_dark(from_at, until_at)

    def states(self, at: float) -> U1:
        """The state of every part, without what was reported: what a map is drawn by."""
        found = self.table(at, at)
        states: U1 = found.states[found.slot(at)][self.region.part_light]
        return states


def where_of(region: Region) -> Where:
    """The middle of a region, for its sun. At the ends of a county it rises two minutes sooner or later."""
    box = region.about.box
    return Where((box.south + box.north) / 2, (box.west + box.east) / 2, region.about.zone)


def classes_of(region: Region) -> tuple[LightClass, ...]:
    """What the numbers in `part_light` mean."""
    return tuple(LightClass(one.tag, one.rule, one.schedule, one.hours) for one in region.about.lights)


def km_by_state(region: Region, states: U1) -> dict[str, float]:
    """Kilometres in each state, by its name in small letters."""
    metres = np.bincount(states, weights=region.part_m, minlength=len(Light))
    return {light.name.lower(): round(float(metres[light]) / 1000, 3) for light in Light}


def laid(region: Region, reports: Sequence[Report]) -> dict[Report, list[Worse]]:
    """What each report says of which parts: of all that a lamp there lights, else of the nearest."""
    lat, lon = (np.array([getattr(one, name) for one in reports], np.float64) for name in ("lat", "lon"))
    found = stretches(region, lat, lon)
    worse: dict[Report, list[Worse]] = {report: [] for report in reports}
    for lamp, part, from_m, to_m in zip(*(values.tolist() for values in found), strict=True):
        worse[reports[lamp]].append(_worse(reports[lamp], part, from_m, to_m))
    return worse


def _worse(report: Report, part: int, from_m: float, to_m: float) -> Worse:
    rule = "" if report.least is Light.LIT else "reported_out" if report.least is Light.UNLIT else "reported"
    return Worse(part, from_m, to_m, report.least, rule, DEARER if report.concern else 1.0)
