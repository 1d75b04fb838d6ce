"""The light of a region's parts at an instant: the table of its classes, and what was reported since it was built."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from geofence.lighting import Light, LightClass, Schedule, Table, Where, table
from geofence.plane import Floats, metres_per_degree

from .region import I4, I8, U1, Region
from .ways import Worse

LAMP_M = 15.0
"""A lamp that is reported out lit the streets this near."""
DARK_M = 20.0
"""So far along them, both ways, nobody knows any more."""
FARTHEST_M = 30.0
"""Who stood a little off told of the street that is nearest."""
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

    `worse` is what was reported, laid on parts: at any place the worst of it counts.
    """

    def __init__(self, region: Region, schedules: Sequence[Schedule] = (), reports: Iterable[Report] = ()) -> None:
        self.region = region
        self.where = where_of(region)
        self.classes = classes_of(region)
        self.schedules = tuple(schedules)
        self.worse: tuple[Worse, ...] = tuple(one for report in reports for one in laid(region, report))
        self._tables: dict[tuple[float, float], Table] = {}

    def table(self, from_at: float, until_at: float) -> Table:
        """The light of each class from then to then; asked again within the minute it is the same one."""
        first = from_at // _STEP_S * _STEP_S
        key = first, max(-(-until_at // _STEP_S) * _STEP_S, first + _STEP_S)
        found = self._tables.get(key)
        if found is None:
            found = table(self.classes, *key, self.where, self.schedules)
            self._tables = {key: found} if len(self._tables) >= _TABLES else {**self._tables, key: found}
        return found

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


def laid(region: Region, report: Report) -> list[Worse]:
    """What a report says of which parts: of all that its lamp lit, else of the nearest."""
    near = _near(region, round(report.lon * 1e7), round(report.lat * 1e7))
    if near is None:
        return []
    rule = "" if report.least is Light.LIT else "reported_out" if report.least is Light.UNLIT else "reported"
    found = []
    for part in np.unique(near.part).tolist():
        of_it = np.flatnonzero(near.part == part)
        segment = int(of_it[np.argmin(near.away_m[of_it])])
        middle_m = along_m(region, part, int(near.point[segment]), float(near.share[segment]))
        length_m = float(region.part_m[part])
        begin, end = max(0.0, middle_m - DARK_M), min(length_m, middle_m + DARK_M)
        factor = DEARER if report.concern else 1.0
        found.append(Worse(part, begin, end, report.least, rule, factor))
    return found


class _Near(NamedTuple):
    """Segments near a place: the first point and the part of each, how far along it its nearest place is, how far away."""

    point: I4
    part: I4
    share: Floats
    away_m: Floats


def _near(region: Region, x: int, y: int) -> _Near | None:
    """Those that a lamp there lights, else the nearest."""
    about: I8 = np.unique(region.segments_about(x, y))
    if not len(about):
        return None
    east, north = (metres * 1e-7 for metres in metres_per_degree(y * 1e-7))
    point, part = region.seg_pt[about], region.seg_part[about]
    ax, ay = (region.pt_x[point] - float(x)) * east, (region.pt_y[point] - float(y)) * north
    dx, dy = (region.pt_x[point + 1] - float(x)) * east - ax, (region.pt_y[point + 1] - float(y)) * north - ay
    square = dx * dx + dy * dy
    share = np.clip(-(ax * dx + ay * dy) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    away_m = np.hypot(ax + share * dx, ay + share * dy)
    nearest_m = float(away_m.min())
    within = away_m <= (LAMP_M if nearest_m <= LAMP_M else nearest_m)
    if nearest_m > FARTHEST_M:
        return None
    return _Near(point[within], part[within], share[within], away_m[within])


def along_m(region: Region, part: int, point: int, share: float) -> float:
    """Metres along a part, in its link's direction, to `share` of the way from one of its points to the next."""
    first = int(region.part_pt[part])
    walked_m = _drawn_m(region, first, point)
    walked_m += share * (_drawn_m(region, first, point + 1) - walked_m)
    return float(region.part_m[part]) - walked_m if region.part_rev[part] else walked_m


def _drawn_m(region: Region, first: int, last: int) -> float:
    """Metres from a point to a later one of the same way."""
    x, y = (values[first : last + 1] * 1e-7 for values in (region.pt_x, region.pt_y))
    east, north = metres_per_degree((y[:-1] + y[1:]) / 2)
    return float(np.hypot(np.diff(x) * east, np.diff(y) * north).sum())
