"""How she moves: standing still too long, riding where she meant to walk, going the wrong way, and her own pace.

Each is a small frozen state and a function from one fresh fix to the next state. Time runs by the fixes' own
`at`; a span that is unknown (`dt_s` None) starts the runs that measure time anew.
"""

from math import hypot

import msgspec

from .fix import Fix
from .limits import Limits
from .mode import MOVING_MPS, USUAL_MPS, Mode
from .plane import distance_m, plane_at

Mean = tuple[int, int, int, int]
"""Seconds, metres east, metres north (all since and from the first fix), metres along the route or -1."""

BUCKETS = 10


class Stall(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where she was: means over a tenth of the limit's time each, back to its full length.

    Two single fixes differ by more than 25 m from noise alone; two means hardly do. `past` are the finished
    means, oldest first, `sums` and `fixes` the one being made since `from_s`.
    """

    at: float
    lat: float
    lon: float
    past: tuple[Mean, ...] = ()
    from_s: float = 0.0
    fixes: int = 1
    sums: tuple[float, float, float, float] = (0.0, 0.0, 0.0, -1.0)
    stalled: bool = False


def rest(before: Stall | None, fix: Fix, along_m: float | None, limits: Limits, timed: bool) -> Stall:
    """Row 5: how far she has come since `stall_s` ago, along the route or straight, whichever is less."""
    along = -1.0 if along_m is None else along_m
    if before is None or not timed:
        return Stall(fix.at, fix.lat, fix.lon, sums=(0.0, 0.0, 0.0, along))
    x, y = plane_at(before.lat, before.lon).to_metres(fix.lat, fix.lon)
    now_s = fix.at - before.at
    past, from_s, fixes = before.past, before.from_s, before.fixes + 1
    t, e, n, a = before.sums
    if now_s - from_s >= limits.stall_s / BUCKETS or (a >= 0.0) != (along >= 0.0):
        past = (*past, _mean(before))
        from_s, fixes, sums = now_s, 1, (now_s, x, y, along)
    else:
        sums = (t + now_s, e + x, n + y, a + along if along >= 0.0 else -1.0)
    while len(past) > 1 and past[1][0] <= now_s - limits.stall_s:
        past = past[1:]
    after = Stall(before.at, before.lat, before.lon, past, from_s, fixes, sums)
    if past and past[0][0] <= now_s - limits.stall_s and _is_still(after, fix, limits):
        return Stall(before.at, before.lat, before.lon, past, from_s, fixes, sums, True)
    return after


def rested(stall: Stall, at: float) -> tuple[float, float]:
    """For how long she has been looked at (at most a little more than the limit), and how far she came in that time."""
    if not stall.past:
        return at - stall.at, 0.0
    return at - stall.at - stall.past[0][0], _apart_m(stall.past[0], _mean(stall))


def still_within_m(fix: Fix, limits: Limits) -> float:
    """How far apart two means may be while she stands still: a weak signal is allowed for."""
    return limits.stall_m + min((fix.accuracy_m or 0.0) / 2, limits.stall_m)


def _mean(stall: Stall) -> Mean:
    t, e, n, along = stall.sums
    fixes = stall.fixes
    return round(t / fixes), round(e / fixes), round(n / fixes), round(along / fixes) if along >= 0.0 else -1


def _is_still(stall: Stall, fix: Fix, limits: Limits) -> bool:
    """Near the oldest mean now, and never far from it in between (or she went for something and came back)."""
    now, first, near_m = _mean(stall), stall.past[0], still_within_m(fix, limits)
    return _apart_m(first, now) < near_m and all(_apart_m(first, mean) < 2 * near_m for mean in stall.past[1:])


def _apart_m(one: Mean, other: Mean) -> float:
    """Straight, or along the route if that is less: where a route passes twice, the search may change its mind."""
    straight = hypot(one[1] - other[1], one[2] - other[2])
    return min(straight, abs(one[3] - other[3])) if one[3] >= 0 and other[3] >= 0 else straight


class Ride(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Row 4b: `riding`, and the run of steps that speaks against it, since when and from where."""

    riding: bool = False
    run: int = 0
    since_at: float = 0.0
    lat: float = 0.0
    lon: float = 0.0


WALKING = Ride()
RIDING = Ride(riding=True)


def ride(before: Ride, last: Fix | None, fix: Fix, moved_m: float, dt_s: float | None, limits: Limits) -> Ride:
    """The ride after a step of `moved_m` in `dt_s` from `last`. Over it is after as many slow steps as began it."""
    if last is None or dt_s is None:
        return RIDING if before.riding else WALKING
    fast = moved_m > limits.vehicle_mps * dt_s
    if fast == before.riding:
        return RIDING if before.riding else WALKING
    if before.run == 0:
        run, since_at, lat, lon = 1, last.at, last.lat, last.lon
    else:
        run, since_at, lat, lon = before.run + 1, before.since_at, before.lat, before.lon
    if run >= limits.vehicle_fixes and fix.at - since_at >= limits.vehicle_s:
        if before.riding:
            return WALKING
        if distance_m(lat, lon, fix.lat, fix.lon) >= limits.vehicle_m:
            return RIDING
    return Ride(before.riding, run, since_at, lat, lon)


class Away(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Row 4a: the distance to the leg's end at its start and at the least, and the run beyond the limit."""

    start_m: float
    least_m: float
    away: bool = False
    run: int = 0
    since_at: float = 0.0


def stray(before: Away | None, at: float, distance_m: float, limits: Limits, timed: bool) -> Away:
    """The state after a fresh fix `distance_m` (straight) from the leg's end."""
    if before is None:
        return Away(distance_m, distance_m)
    start_m, least_m = before.start_m, min(before.least_m, distance_m)
    beyond = distance_m > least_m + max(limits.away_m, limits.away_share * start_m)
    if before.away:
        run = 0 if beyond else before.run + 1
        return Away(start_m, least_m, run < limits.back_fixes, run if run < limits.back_fixes else 0)
    if not beyond:
        return before if before.run == 0 and least_m == before.least_m else Away(start_m, least_m)
    if before.run == 0 or not timed:
        return Away(start_m, least_m, False, 1, at)
    run = before.run + 1
    if run >= limits.away_fixes and at - before.since_at >= limits.away_s:
        return Away(start_m, least_m, True)
    return Away(start_m, least_m, False, run, before.since_at)


SAMPLE_M = 60.0
SAMPLE_WEIGHT = 0.3


class Pace(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Her own moving pace, None until the first sixty metres; and where the present sample began."""

    mps: float | None
    at: float
    lat: float
    lon: float
    along_m: float = -1.0


def learn(before: Pace | None, fix: Fix, along_m: float | None, mode: Mode, limits: Limits, timed: bool) -> Pace:
    """Her pace after a fresh fix: a moving mean over samples of some sixty metres.

    Samples that long average out the noise that would make short steps look fast. One with a stop in it, or
    faster than her mode, teaches nothing.
    """
    along = -1.0 if along_m is None else along_m
    if before is None or not timed:
        return Pace(None if before is None else before.mps, fix.at, fix.lat, fix.lon, along)
    if along >= 0.0 and before.along_m >= 0.0:
        made_m = abs(along - before.along_m)
    else:
        made_m = distance_m(before.lat, before.lon, fix.lat, fix.lon)
    if made_m < SAMPLE_M:
        return before
    sample = made_m / max(fix.at - before.at, 0.1)
    mps = before.mps
    if MOVING_MPS[mode] <= sample and (mode is Mode.RIDE or sample <= limits.vehicle_mps):
        mps = sample if mps is None else mps + SAMPLE_WEIGHT * (sample - mps)
    return Pace(mps, fix.at, fix.lat, fix.lon, along)


def estimate_s(to_go_m: float, pace_mps: float | None, mode: Mode = Mode.FOOT) -> float:
    """Seconds for `to_go_m` at her own pace, or at the usual one of her mode while hers is not known."""
    return to_go_m / (USUAL_MPS[mode] if pace_mps is None else pace_mps)
