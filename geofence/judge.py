"""Fixes held against the way home: many journeys at once, each with what it must remember between two fixes."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from .arrival import Arrival, approach
from .corridor import INSIDE, Corridor, follow
from .destination import Destination
from .fix import Fix, elapsed_s, is_jump, set_aside
from .grid import Grid
from .haven import Haven
from .hypotheses import NOWHERE, Hypotheses, Item, Located
from .limits import STANDARD_FOOT, Limits
from .mode import Mode
from .pace import WALKING, Away, Pace, Ride, Stall, learn, rest, rested, ride, still_within_m, stray
from .plane import distance_m
from .progress import locate
from .sighting import Sighting, Standing

AGREEING = 2
"""A jump stands once this many later fixes agree with it: then it was the fix before that was wrong."""
REPORTED_MPS_MAX = 100.0


class Evidence(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that geofence remembers of a journey between two fixes; stored with it.

    `last` is the last plausible fix in order, `doubted` the latest one set aside as a jump, with how many agreed
    with it. `standing` is unknown before the first fresh plausible fix.
    """

    last: Fix | None = None
    hypotheses: Hypotheses = NOWHERE
    corridor: Corridor = INSIDE
    stall: Stall | None = None
    ride: Ride = WALKING
    away: Away | None = None
    pace: Pace | None = None
    arrival: Arrival = Arrival()
    standing: Standing = Standing.UNKNOWN
    doubted: Fix | None = None
    doubts: int = 0

    def on_another_way(self) -> "Evidence":
        """What stays true when the route is dropped or replaced: last fix, pace, ride, dwell; progress begins anew."""
        return Evidence(
            last=self.last,
            ride=self.ride,
            pace=None if self.pace is None else msgspec.structs.replace(self.pace, along_m=-1.0),
            away=self.away,
            arrival=self.arrival,
            standing=Standing.VEHICLE if self.ride.riding else Standing.ON_ROUTE if self.last else Standing.UNKNOWN,
            doubted=self.doubted,
            doubts=self.doubts,
        )

    def on_next_leg(self) -> "Evidence":
        """What stays true when a leg ends and another begins: where she is. All else belongs to the leg."""
        standing = Standing.UNKNOWN if self.last is None else Standing.ON_ROUTE
        return Evidence(last=self.last, standing=standing, doubted=self.doubted, doubts=self.doubts)


NO_EVIDENCE = Evidence()
Report = tuple[Fix, float, bool]
"""A fix, when the server received it, and whether it was fresh then (`docs/protocol.md` says what that is)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One journey's fixes to be judged, in the order of their `seq`; callers pass at most a hundred at once.

    `ending` is the mode of the leg after this one, None where nobody has planned one; its route's grid is `next_grid`.
    Only the `last` leg's end is where she arrives. `havens` are those near her that are open now.
    """

    fixes: Sequence[Report]
    began_at: float
    grid: Grid | None = None
    destination: Destination | None = None
    limits: Limits = STANDARD_FOOT
    mode: Mode = Mode.FOOT
    evidence: Evidence = NO_EVIDENCE
    ending: Mode | None = None
    last: bool = True
    havens: tuple[Haven, ...] = ()
    next_grid: Grid | None = None


Judged = tuple[list[Sighting], Evidence]


def judge(cases: Sequence[Case]) -> list[Judged]:
    """Judge each case's fixes in order; all first fixes of the batch together, then all second ones.

    Answers in the order of `cases`, a sighting for every fix. What a fix may do:

    - implausible: it is named in `set_aside`; nothing changes;
    - late (older than one already judged): nothing changes;
    - in order but not fresh: moves progress and the last known place; no corridor, dwell, stall, ride or pace;
    - fresh: everything.

    A sighting always carries the journey's standing after it, so one that was not judged lowers nothing.
    """
    seen: list[list[Sighting]] = [[] for _ in cases]
    evidence = [case.evidence for case in cases]
    rounds = max((len(case.fixes) for case in cases), default=0)
    for turn in range(rounds):
        items: list[Item] = []
        waiting: list[tuple[int, Report]] = []
        for n, case in enumerate(cases):
            if turn >= len(case.fixes):
                continue
            report = case.fixes[turn]
            why, evidence[n] = _doubt(case, evidence[n], report)
            known = evidence[n]
            if why is not None or _is_late(known.last, report):
                seen[n].append(_unjudged(report, known.standing, why))
                continue
            waiting.append((n, report))
            grid = None if case.mode is Mode.RIDE else case.grid
            items.append(Item(grid, known.hypotheses, report[0], elapsed_s(known.last, report[0]), case.mode))
        for (n, report), located in zip(waiting, locate(items), strict=True):
            sighting, evidence[n] = _judged(cases[n], evidence[n], report, located)
            seen[n].append(sighting)
    return list(zip(seen, evidence, strict=True))


def _doubt(case: Case, known: Evidence, report: Report) -> tuple[str | None, Evidence]:
    """Why a fix is set aside, if it is. A jump that later fixes agree with is believed after all."""
    fix, received_at, _ = report
    why = set_aside(fix, known.last, journey_began_at=case.began_at, received_at=received_at)
    if why != "jump" or _is_late(known.last, report):
        return why, known
    agrees = known.doubted is not None and not is_jump(fix, known.doubted, case.began_at, received_at)
    doubts = known.doubts + 1 if agrees else 0
    if doubts < AGREEING:
        return why, msgspec.structs.replace(known, doubted=fix, doubts=doubts)
    return None, msgspec.structs.replace(known, last=known.doubted, doubted=None, doubts=0)


def _is_late(last: Fix | None, report: Report) -> bool:
    """Older than what was judged already. The newest of its phone is never late, whatever its clock says."""
    fix, _, fresh = report
    return last is not None and fix.at <= last.at and (not fresh or fix.seq <= last.seq)


def _unjudged(report: Report, standing: Standing, why: str | None) -> Sighting:
    fix, received_at, fresh = report
    return Sighting(
        seq=fix.seq,
        at=fix.at,
        received_at=received_at,
        lat=fix.lat,
        lon=fix.lon,
        fresh=fresh,
        accuracy_m=fix.accuracy_m,
        speed_mps=fix.speed_mps,
        battery_pct=fix.battery_pct,
        set_aside=why,
        standing=standing,
    )


def _judged(case: Case, known: Evidence, report: Report, located: Located) -> tuple[Sighting, Evidence]:
    fix, received_at, fresh = report
    last, destination = known.last, case.destination
    moved_m = 0.0 if last is None else distance_m(last.lat, last.lon, fix.lat, fix.lon)
    to_go_m = _to_go_m(case, fix, located)
    inside, standing, because = False, known.standing, None
    if fresh:
        before = standing
        known, inside, standing = _weighed(case, known, fix, located, moved_m, to_go_m)
        if standing is not before or standing is not Standing.ON_ROUTE:
            because = _because(case, known, fix, located, moved_m)
    elif destination is not None:
        inside = destination.holds(fix.lat, fix.lon)
    sighting = Sighting(
        seq=fix.seq,
        at=fix.at,
        received_at=received_at,
        lat=fix.lat,
        lon=fix.lon,
        fresh=fresh,
        accuracy_m=fix.accuracy_m,
        speed_mps=fix.speed_mps,
        battery_pct=fix.battery_pct,
        along_m=located.along_m,
        astray_m=located.astray_m,
        to_go_m=to_go_m,
        moved_m=moved_m,
        standing=standing,
        inside=inside,
        arriving=fresh and known.arrival.here,
        pace_mps=None if known.pace is None else known.pace.mps,
        because=because,
    )
    after = Evidence(
        fix,
        located.after,
        known.corridor,
        known.stall,
        known.ride,
        known.away,
        known.pace,
        known.arrival,
        standing,
        None,
        0,
    )
    return sighting, after


def _weighed(
    case: Case, known: Evidence, fix: Fix, located: Located, moved_m: float, to_go_m: float | None
) -> tuple[Evidence, bool, Standing]:
    """The evidence after a fresh fix, whether it is inside the destination, and the standing."""
    last, limits, destination = known.last, case.limits, case.destination
    dt_s = elapsed_s(last, fix)
    timed = last is not None and last.segment == fix.segment and fix.at >= last.at
    # She does not move because another device of hers goes on telling: its clock is good enough for minutes, not for speeds.
    still_timed = timed or (last is not None and last.by != fix.by and fix.at >= last.at)
    along_m = located.along_m if located.near else None
    on_foot_or_cycle = case.mode is not Mode.RIDE

    corridor = INSIDE
    if located.astray_m is not None and on_foot_or_cycle:
        corridor = follow(known.corridor, fix.at, located.astray_m, fix.accuracy_m or 0.0, limits, timed)
    riding = ride(known.ride, last, fix, moved_m, dt_s, limits) if on_foot_or_cycle else WALKING
    away = None
    if destination is not None and located.astray_m is None:
        away = stray(known.away, fix.at, destination.distance_m(fix.lat, fix.lon), limits, timed)
    stall = rest(known.stall, fix, along_m, limits, still_timed)
    pace = learn(known.pace, fix, along_m, case.mode, limits, timed)
    inside, arrival = False, known.arrival
    if destination is not None:
        left_m = to_go_m if along_m is not None else None
        speed_mps = _speed_mps(last, fix, moved_m, dt_s)
        inside, arrival = approach(known.arrival, destination, fix, speed_mps, left_m, limits, timed)

    standing = Standing.ON_ROUTE
    if riding.riding:
        standing = Standing.VEHICLE
    elif corridor.off:
        standing = Standing.OFF_ROUTE
    elif away is not None and away.away:
        standing = Standing.AWAY
    elif stall.stalled:
        standing = Standing.STALLED
    weighed = Evidence(last, known.hypotheses, corridor, stall, riding, away, pace, arrival, standing)
    return weighed, inside, standing


def _because(case: Case, known: Evidence, fix: Fix, located: Located, moved_m: float) -> dict[str, float]:
    """The numbers behind a standing that is new, or other than on route; `known` is the evidence after the fix."""
    limits, numbers = case.limits, dict[str, float]()
    match known.standing:
        case Standing.VEHICLE:
            dt_s = elapsed_s(known.last, fix)
            if dt_s:
                numbers["speed_mps"] = moved_m / dt_s
            numbers["limit_mps"] = limits.vehicle_mps
        case Standing.AWAY if known.away is not None and case.destination is not None:
            numbers["away_m"] = case.destination.distance_m(fix.lat, fix.lon) - known.away.least_m
            numbers["limit_m"] = max(limits.away_m, limits.away_share * known.away.start_m)
        case Standing.STALLED if known.stall is not None:
            numbers["stalled_s"], numbers["moved_m"] = rested(known.stall, fix.at)
            numbers["limit_m"] = still_within_m(fix, limits)
        case Standing.ON_ROUTE if located.astray_m is not None:
            numbers["off_route_m"], numbers["limit_m"] = located.astray_m, limits.back_m
        case _ if located.astray_m is not None:
            accuracy_m = fix.accuracy_m or 0.0
            numbers["off_route_m"], numbers["accuracy_m"] = located.astray_m, accuracy_m
            numbers["limit_m"] = max(limits.off_route_m, limits.accuracy_factor * accuracy_m)
    return {name: round(number, 1) for name, number in numbers.items()}


def _to_go_m(case: Case, fix: Fix, located: Located) -> float | None:
    """What is left: along the route while she is near it, else straight."""
    if case.grid is not None and located.near and located.along_m is not None:
        return max(0.0, case.grid.length_m - located.along_m)
    if case.destination is not None:
        return case.destination.distance_m(fix.lat, fix.lon)
    return None


def _speed_mps(last: Fix | None, fix: Fix, moved_m: float, dt_s: float | None) -> float | None:
    """Her speed by the phone's own word, else by the part of the step beyond both accuracies; None if unknown."""
    if fix.speed_mps is not None and 0.0 <= fix.speed_mps <= REPORTED_MPS_MAX:
        return fix.speed_mps
    if last is None or dt_s is None:
        return None
    return max(0.0, moved_m - (last.accuracy_m or 0.0) - (fix.accuracy_m or 0.0)) / dt_s
