"""Fixes held against the way home: many journeys at once, each with what it must remember between two fixes."""

from collections.abc import Sequence
from math import isfinite, sqrt

from .case import NO_EVIDENCE, Case, Evidence, Judged, Report
from .fix import Fix, because, elapsed_s, is_jump, set_aside
from .hypotheses import NOWHERE, Place, least_mps, top_mps
from .judge_numpy import MANY, fits, together
from .mode import Mode
from .progress_scalar import locate_one
from .sighting import Sighting
from .state import Row, clock, row_of, state_of
from .weigh import REPORTED_MPS_MAX, Step, Weighed, metres, placed, weigh

__all__ = ["NO_EVIDENCE", "Case", "Evidence", "Judged", "Report", "judge"]

AGREEING = 2
"""A jump stands once this many later fixes agree with it: then it was the fix before that was wrong."""


NO_ROW = Row()


class Held:
    """One case while it is judged: its evidence, taken apart. `state` are its record's bytes once all is judged."""

    __slots__ = ("began_at", "case", "doubted", "doubts", "last", "row", "seen", "standing", "state")

    def __init__(self, case: Case) -> None:
        evidence = case.evidence
        self.case = case
        self.began_at = case.began_at if isfinite(case.began_at) else 0.0
        self.row = NO_ROW
        self.last = evidence.last
        self.standing = evidence.standing
        self.doubted = evidence.doubted
        self.doubts = evidence.doubts
        self.seen: list[Sighting] = []
        self.state: bytes | None = None

    def judged(self) -> Judged:
        """The answer; what is not judged yet is judged alone."""
        if not self.case.fixes:
            return [], self.case.evidence
        if self.state is None:
            self.state = self.case.evidence.record
            for report in self.case.fixes:  # between two of them it is what its bytes say
                self.row = row_of(self.state)
                _take(self, report)
                self.state = state_of(self.row)
        evidence = Evidence(
            last=self.last,
            state=self.state,
            standing=self.standing,
            doubted=self.doubted,
            doubts=self.doubts,
        )
        return self.seen, evidence


def judge(cases: Sequence[Case]) -> list[Judged]:
    """Judge each case's fixes in order; all first fixes of the batch together, then all second ones.

    Answers in the order of `cases`, a sighting for every fix. What a fix may do:

    - implausible: it is named in `set_aside`; nothing changes;
    - late (older than one already judged): nothing changes;
    - in order but not fresh: moves progress and the last known place; no corridor, dwell, stall, ride or pace;
    - fresh: everything.

    A sighting always carries the journey's standing after it, so one that was not judged lowers nothing.
    """
    held = [Held(case) for case in cases]
    pools: dict[int, list[Held]] = {}
    for one in held:
        if one.case.grid is not None and one.case.fixes and fits(one.case):
            pools.setdefault(id(one.case.grid.pool), []).append(one)
    for batch in pools.values():
        if len(batch) >= MANY:
            for one, state in zip(batch, together(batch, _take, _judged), strict=True):
                one.state = state
    return [one.judged() for one in held]


def _take(held: Held, report: Report) -> None:
    """Judge one fix: set aside, late, or held against the way home."""
    why = _doubt(held, report)
    if why is not None or _is_late(held.last, report):
        held.seen.append(_unjudged(held, report, why))
    else:
        held.seen.append(_judged(held, report))


def _doubt(held: Held, report: Report) -> str | None:
    """Why a fix is set aside, if it is. A jump that later fixes agree with is believed after all."""
    fix, received_at, _ = report
    began_at = held.began_at
    why = set_aside(fix, held.last, journey_began_at=began_at, received_at=received_at)
    if why != "jump" or _is_late(held.last, report):
        return why
    agrees = held.doubted is not None and not is_jump(fix, held.doubted, began_at, received_at)
    held.doubts = held.doubts + 1 if agrees else 0
    if held.doubts < AGREEING:
        held.doubted = fix
        return why
    held.last, held.doubted, held.doubts = held.doubted, None, 0
    return None


def _is_late(last: Fix | None, report: Report) -> bool:
    """Older than what was judged already. The newest of its phone is never late, whatever its clock says."""
    fix, _, fresh = report
    return last is not None and fix.at <= last.at and (not fresh or fix.seq <= last.seq)


def _unjudged(held: Held, report: Report, why: str | None) -> Sighting:
    fix, received_at, fresh = report
    numbers = None
    if why is not None:
        numbers = because(why, fix, held.last, held.began_at, received_at)
    return Sighting(
        seq=fix.seq,
        at=fix.at,
        received_at=received_at,
        lat=fix.lat,
        lon=fix.lon,
        fresh=fresh,
        accuracy_m=_within(fix.accuracy_m, 1e9),
        speed_mps=_within(fix.speed_mps, REPORTED_MPS_MAX),
        battery_pct=fix.battery_pct,
        set_aside=why,
        standing=held.standing,
        because=numbers,
    )


def _within(number: float | None, most: float) -> float | None:
    """What a phone told, if it can be one; some say -1 for unknown."""
    return number if number is not None and 0.0 <= number <= most else None


def _judged(held: Held, report: Report, located: Place | None = None) -> Sighting:
    """Judge a plausible fix in order; `located` is its place where that is known already."""
    case, row, (fix, received_at, fresh) = held.case, held.row, report
    last, end = held.last, case.destination
    way = None if case.mode is Mode.RIDE else case.grid
    plane = placed(row, way, fix.lat, fix.lon)
    x, y = metres(plane, fix.lat, fix.lon)
    at, dt_s, moved_m, before = clock(fix.at, held.began_at), elapsed_s(last, fix), 0.0, None
    if last is not None:
        last_x, last_y = metres(plane, last.lat, last.lon)
        before = clock(last.at, held.began_at), last_x, last_y
        dx, dy = x - last_x, y - last_y
        moved_m = sqrt(dx * dx + dy * dy)
    if way is None:
        located = NOWHERE
    elif located is None:
        mode, speed_mps = case.mode, fix.speed_mps
        top, least = top_mps(mode, speed_mps), least_mps(mode, _within(speed_mps, REPORTED_MPS_MAX))
        located = locate_one(way, row, x, y, fix.accuracy_m or 0.0, dt_s, top, least)
    to_go_m = None
    if way is not None and located.near and located.along_m is not None:
        to_go_m = max(0.0, way.length_m - located.along_m)
    found = Weighed(held.standing)
    if fresh:
        timed = last is not None and last.segment == fix.segment and fix.at >= last.at
        # She does not move because another device of hers goes on telling, or her phone's clock was set right: either
        # is good enough for minutes, not for speeds.
        still_timed = timed or (
            last is not None
            and fix.at >= last.at
            and (last.by != fix.by or fix.at - last.at <= case.limits.stall_s / 2)
        )
        step = Step(
            fix=fix,
            plane=plane,
            at=at,
            x=x,
            y=y,
            last=before,
            last_accuracy_m=0.0 if last is None else last.accuracy_m or 0.0,
            last_mps=None if last is None or not timed else last.speed_mps,
            dt_s=dt_s,
            moved_m=moved_m,
            timed=timed,
            still_timed=still_timed,
            along_m=located.along_m if located.near else None,
            to_go_m=to_go_m,
            astray_m=located.astray_m,
            accuracy_m=fix.accuracy_m or 0.0,
        )
        found = weigh(case, row, step, held.standing)
    elif end is not None and case.last:
        found.inside = end.holds(fix.lat, fix.lon)
    if to_go_m is None and end is not None:
        to_go_m = end.distance_m(fix.lat, fix.lon)
    row.at, row.lat, row.lon = fix.at, fix.lat, fix.lon
    held.last, held.standing, held.doubted, held.doubts = fix, found.standing, None, 0
    return Sighting(
        seq=fix.seq,
        at=fix.at,
        received_at=received_at,
        lat=fix.lat,
        lon=fix.lon,
        fresh=fresh,
        accuracy_m=_within(fix.accuracy_m, 1e9),
        speed_mps=_within(fix.speed_mps, REPORTED_MPS_MAX),
        battery_pct=fix.battery_pct,
        along_m=located.along_m,
        astray_m=located.astray_m,
        to_go_m=to_go_m,
        moved_m=moved_m,
        standing=found.standing,
        inside=found.inside,
        arriving=found.arriving,
        pace_mps=row.pace if row.pace >= 0.0 else None,
        because=found.because,
        there=found.there,
        turning=found.turning,
        haven=found.haven,
    )
