"""One fresh fix held against all rules: what her record says after it, and where that leaves her.

The rules in plain Python are the only ones; `weigh_numpy` finds the fixes on which none of them would do anything.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from . import boarding, pace
from .arrival import approach
from .case import Case
from .corridor import begin, follow
from .destination import Destination
from .fix import Fix
from .grid import Grid
from .haven import rest_at
from .limits import Limits
from .mode import USUAL_MPS, Mode
from .plane import Plane, plane_at, turn
from .sighting import Standing
from .state import FURTHEST_M, MISSING, NEVER, Row

REPORTED_MPS_MAX = 100.0


@dataclass(slots=True)
class Step:
    """A fresh fix in her plane, beside the last one before it (`last`: when and where; `last_mps`: its speed as told).

    `dt_s` is None where the time between them is unknown; `timed` says that runs may go on over it, `still_timed` that
    standing still may. `along_m` is her place on the route where she is near it, `to_go_m` what is left of it,
    `astray_m` the distance to it where there is one.
    """

    fix: Fix
    plane: Plane
    at: float
    x: float
    y: float
    last: tuple[float, float, float] | None
    last_accuracy_m: float
    last_mps: float | None
    dt_s: float | None
    moved_m: float
    timed: bool
    still_timed: bool
    along_m: float | None
    to_go_m: float | None
    astray_m: float | None
    accuracy_m: float

    @property
    def told_mps(self) -> float | None:
        """Her speed by the phone's own word; None without one."""
        told = self.fix.speed_mps
        return told if told is not None and 0.0 <= told <= REPORTED_MPS_MAX else None

    @property
    def speed_mps(self) -> float | None:
        """Her speed by the phone's own word, else by the part of the step beyond both accuracies; None if unknown."""
        told = self.told_mps
        if told is not None:
            return told
        if self.last is None or self.dt_s is None:
            return None
        blur_m = self.last_accuracy_m + self.accuracy_m
        return max(0.0, self.moved_m - blur_m) / self.dt_s


@dataclass(slots=True)
class Weighed:
    """Where a fix leaves her. `inside` is the journey's destination, `haven` the id of the one she rests at."""

    standing: Standing = Standing.ON_ROUTE
    inside: bool = False
    arriving: bool = False
    turning: str = ""
    haven: str = ""
    because: dict[str, float] | None = None
    there: dict[str, float] | None = None


def weigh(case: Case, row: Row, step: Step, before: Standing) -> Weighed:
    """Hold a fresh fix of `case` against every rule, in her record too. `before` is her standing until now."""
    limits, end, fix = case.limits, case.destination, step.fix
    by_herself = case.mode is not Mode.RIDE
    numbers: dict[str, float] = {}

    if by_herself and step.astray_m is not None:
        fixes = _follow(row, step, step.astray_m, case.mode, limits)
        if fixes:
            numbers["fixes"] = float(fixes)
    else:
        begin(row)
    rides = by_herself and _rides(row, step, limits)
    if not by_herself:
        pace.walk(row)
    to_end_m = None if end is None else end.distance_m(fix.lat, fix.lon)
    if to_end_m is not None and step.astray_m is None:
        pace.stray(row, step.at, to_end_m, limits, step.timed)
    else:
        pace.homeward(row)
    if case.ending is Mode.RIDE and row.ride_run:
        row.stalled = 0.0  # her bus drives off with her: no second fix is waited for
    pace.rest(row, step.at, step.x, step.y, step.along_m, step.accuracy_m, limits, step.still_timed)
    pace.learn(row, step.at, step.x, step.y, step.along_m, case.mode, limits, step.timed)

    found = Weighed()
    if end is not None and to_end_m is not None:
        _at_its_end(case, row, step, end, to_end_m, rides, found)
    resting = None
    if case.havens or row.haven:
        resting = rest_at(row, fix.lat, fix.lon, step.accuracy_m, case.havens, limits)

    found.standing = _standing(case, row, step, resting is not None)
    found.haven = "" if resting is None else resting[0].id
    if found.standing is not before or found.standing is not Standing.ON_ROUTE:
        haven_m = 0.0 if resting is None else resting[1]
        _explain(case, row, step, found.standing, to_end_m, haven_m, rides, numbers)
        found.because = {**(found.because or {}), **rounded(numbers)}
    return found


def _standing(case: Case, row: Row, step: Step, resting: bool) -> Standing:
    """The worst that her record says; a ride that was boarded just now is none of it, nor where it goes."""
    boarded = case.ending is Mode.RIDE and boarding.is_said(row, step.at)
    if row.riding and not boarded:
        return Standing.VEHICLE
    if row.off and not boarded:
        return Standing.OFF_ROUTE
    if row.away:
        return Standing.AWAY
    if resting:
        return Standing.AT_HAVEN
    if not row.stalled:
        return Standing.ON_ROUTE
    if _is_home(case, row, step):
        row.stalled = 0.0  # nobody is asked at home: what would take a question back is not waited for
        return Standing.ON_ROUTE
    return Standing.STALLED


def _is_home(case: Case, row: Row, step: Step) -> bool:
    """Whether where she has stood is her destination, though this fix may lie in the street before it; not where her way
    only passes it."""
    end = case.destination
    if end is None or not case.last or (step.to_go_m is not None and step.to_go_m > 2 * end.radius_m):
        return False
    return end.holds(*step.plane.to_degrees(*pace.stood(row, case.limits)))


def rounded(numbers: dict[str, float]) -> dict[str, float]:
    """As a person reads them."""
    return {name: round(number, 1) for name, number in numbers.items()}


def _follow(row: Row, step: Step, astray_m: float, mode: Mode, limits: Limits) -> int:
    passed_s = step.at - step.last[0] if step.timed and step.last is not None else None
    told = step.told_mps
    walked_m = max(told or 0.0, USUAL_MPS[mode]) * (passed_s or 0.0)
    last_mps = step.last_mps if step.last_mps is not None and 0.0 <= step.last_mps <= REPORTED_MPS_MAX else 0.0
    return follow(
        row,
        step.at,
        astray_m,
        step.accuracy_m,
        limits,
        passed_s,
        still=told is not None and told < limits.still_mps,
        leapt=step.moved_m > walked_m + limits.leap_m,
        came=last_mps * (passed_s or 0.0) > limits.leap_m + step.accuracy_m
        and step.moved_m > step.last_accuracy_m + step.accuracy_m,
    )


def _rides(row: Row, step: Step, limits: Limits) -> bool:
    if step.last is None:
        row.ride_run = 0.0
        return False
    return pace.ride(row, step.at, step.x, step.y, step.last, step.dt_s, step.moved_m, limits)


def _at_its_end(
    case: Case, row: Row, step: Step, end: Destination, to_end_m: float, rides: bool, found: Weighed
) -> None:
    """Arrival on the last leg, the turn to the next one on the others."""
    was_here = bool(row.here)
    speed_mps = step.speed_mps
    beyond_m = None if end.polygon else max(0.0, to_end_m - end.radius_m)
    inside = approach(row, step.at, end, step.fix, speed_mps, step.to_go_m, case.limits, step.timed, beyond_m)
    if case.last:
        found.inside = inside
        if inside and row.here:
            found.arriving = True
            dwelt_s = step.at - row.rough_since if row.rough else 0.0
            numbers = {"inside_s": dwelt_s, "fixes": row.rough, "accuracy_m": step.accuracy_m, "to_centre_m": to_end_m}
            found.there = rounded(numbers)
        elif was_here and not inside:
            found.there = rounded({"outside_m": end.beyond_m(step.fix.lat, step.fix.lon)})
    elif case.ending is not None:
        found.turning, numbers = _turning(case, row, step, end, to_end_m, inside, rides, speed_mps)
        found.because = rounded(numbers) if numbers else None


def _turning(
    case: Case,
    row: Row,
    step: Step,
    end: Destination,
    to_end_m: float,
    inside: bool,
    rides: bool,
    speed_mps: float | None,
) -> tuple[str, dict[str, float]]:
    limits, run, since = case.limits, row.turn_run, row.turn_since
    if case.mode is Mode.RIDE:
        next_m = None
        if case.next_grid is not None and to_end_m > limits.left_m and (speed_mps or 0.0) < limits.left_mps:
            next_m = _nearest_m(case.next_grid, step.fix)
        if boarding.leaves(row, step.at, speed_mps, to_end_m, next_m, step.accuracy_m, limits, step.timed):
            numbers = {"slow_s": step.at - since, "fixes": run + 1, "to_end_m": to_end_m}
            return boarding.LEFT, numbers if next_m is None else {**numbers, "off_next_m": next_m}
    elif case.ending is Mode.RIDE:
        began_m = None
        if rides:
            end_x, end_y = metres(step.plane, end.lat, end.lon)
            began_m = sqrt((row.ride_x - end_x) ** 2 + (row.ride_y - end_y) ** 2)
        if boarding.boards(row, step.at, to_end_m, began_m, speed_mps, step.accuracy_m, limits, step.timed):
            numbers = {"from_end_m": to_end_m if began_m is None else began_m}
            return boarding.BOARDED, {**numbers, "fast_s": step.at - (since if began_m is None else row.ride_since)}
    else:
        on_its_end = step.to_go_m is not None and step.to_go_m <= 2 * end.radius_m
        if boarding.reaches(row, step.at, inside, step.accuracy_m, on_its_end, limits, step.timed):
            return boarding.REACHED, {"inside_s": step.at - since, "fixes": run + 1, "to_centre_m": to_end_m}
    return "", {}


def _explain(
    case: Case,
    row: Row,
    step: Step,
    standing: Standing,
    to_end_m: float | None,
    haven_m: float,
    rides: bool,
    numbers: dict[str, float],
) -> None:
    """The numbers behind a standing that is new, or other than on route; the record is that after the fix."""
    limits, astray_m = case.limits, step.astray_m
    match standing:
        case Standing.VEHICLE:
            if step.dt_s:
                numbers["speed_mps"] = step.moved_m / step.dt_s
            numbers["limit_mps"] = limits.vehicle_mps
            if rides:
                dx, dy = step.x - row.ride_x, step.y - row.ride_y
                numbers["fast_m"], numbers["fast_s"] = sqrt(dx * dx + dy * dy), step.at - row.ride_since
        case Standing.AWAY if to_end_m is not None:
            numbers["away_m"], numbers["limit_m"] = to_end_m - row.away_least, pace.away_limit_m(row, limits)
            numbers["away_s"] = step.at - row.away_since
        case Standing.AT_HAVEN:
            numbers["haven_m"], numbers["accuracy_m"] = haven_m, step.accuracy_m
        case Standing.STALLED:
            numbers["stalled_s"], numbers["moved_m"] = pace.rested(row, step.at, limits)
            numbers["limit_m"] = pace.still_within_m(row, step.at, step.accuracy_m, limits)
        case Standing.ON_ROUTE if astray_m is not None:
            numbers["off_route_m"], numbers["limit_m"] = astray_m, limits.back_m
        case _ if astray_m is not None:
            numbers["off_route_m"], numbers["accuracy_m"] = astray_m, step.accuracy_m
            numbers["limit_m"] = max(limits.off_route_m, limits.accuracy_factor * step.accuracy_m)
            numbers["off_s"] = step.at - row.off_since


def _nearest_m(grid: Grid, fix: Fix) -> float:
    """Metres from a fix to the nearest cell of another way."""
    x, y = grid.plane.to_metres(fix.lat, fix.lon)
    return float(np.sqrt(((grid.x - np.float32(x)) ** 2 + (grid.y - np.float32(y)) ** 2).min()))


def placed(row: Row, way: Grid | None, lat: float, lon: float) -> Plane:
    """The plane of a fix: her way's, else that of her record, else one around the fix.

    What the record holds in metres begins anew when it is another one than before.
    """
    if way is not None:
        plane = way.plane
    elif row.lat0 or row.lon0:
        plane = plane_at(row.lat0, row.lon0)
    else:
        plane = plane_at(float(np.float32(lat)), float(np.float32(lon)))
    if (row.lat0, row.lon0) != (plane.lat, plane.lon):
        row.lat0, row.lon0 = plane.lat, plane.lon
        row.ride_run = row.stall_n = row.means = 0
        row.pace_since = NEVER
        row.cost0 = row.cost1 = row.cost2 = MISSING  # metres along another way are no place on this one
        row.count = row.waited = 0.0
        row.shown = -1.0
    return plane


def metres(plane: Plane, lat: float, lon: float) -> tuple[float, float]:
    """A place in the plane, as far as a record can hold it."""
    x, y = turn(lon - plane.lon) * plane.east, (lat - plane.lat) * plane.north
    return min(max(x, -FURTHEST_M), FURTHEST_M), min(max(y, -FURTHEST_M), FURTHEST_M)
