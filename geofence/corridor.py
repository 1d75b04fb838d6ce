"""Is she on her route? Row 4: it takes a while to be off it, and a little to be back.

That while is evidence summed over the fixes (decision 0007). Each is worth the time since the one before it, the weak
ones only a share of it by how far beyond the limit they are, and a third where nobody can have walked there. What falls
short of the limit takes back. A phone that says that she stands is not believed against a place far beyond the limit.
"""

from .limits import Limits
from .state import Row

STOOD, MIXED, LEAPT = 0.5, 0.25, 0.75
"""Beside the count of fixes in `off_run`, why the run is doubted: her phone has said that she stands ever since it began,
or not ever since; or a leap is part of it."""
HAIR_S = 1 / 64
"""What thirds of seconds lose when they are written down."""


def follow(
    row: Row,
    at: float,
    astray_m: float,
    accuracy_m: float,
    limits: Limits,
    passed_s: float | None,
    *,
    still: bool = False,
    leapt: bool = False,
    came: bool = False,
) -> int:
    """Her record after a fresh fix `astray_m` from the route; answers the fixes that have just put her off it, else 0.

    `passed_s` is the time since the fix before; unknown (None), it starts the run anew. `still`: her phone says that she
    stands; `came`: with the fix before it said that she hurries, and so says the step; `leapt`: the fix is farther from
    the one before than she can have walked. While she is off it `off_since` is what is left of when that began, and
    `off_run` counts the fixes back.
    """
    if row.off:
        run = row.off_run + 1 if astray_m < limits.back_m else 0.0
        if run >= limits.back_fixes:
            begin(row)
        else:
            row.off_run = run
        return 0
    limit_m = max(limits.off_route_m, limits.accuracy_factor * accuracy_m)
    if row.off_run == 0 or passed_s is None:
        begin(row)
        if astray_m > limit_m:
            came = came and passed_s is not None and passed_s <= limits.off_route_s
            doubt = LEAPT if leapt else STOOD if still and not came else 0.0
            _sets_out(row, at, _worth(astray_m - limit_m, accuracy_m, limits), limits, passed_s, doubt)
        return 0
    if astray_m < limits.back_m:
        begin(row)
        return 0
    worth = _worth(astray_m - limit_m, accuracy_m, limits)
    if leapt or (still and _doubted(row, at, passed_s, astray_m - limit_m, accuracy_m, limits)):
        worth = min(worth, limits.weak_share)
    if row.off_run % 1.0 in (STOOD, MIXED):
        row.off_run = int(row.off_run) + (LEAPT if leapt else row.off_run % 1.0 if still else MIXED)
    row.off_since += (1.0 - worth) * passed_s
    if astray_m <= limit_m:
        if row.off_since >= at:
            begin(row)
        return 0
    row.off_run += 1
    if row.off_run >= limits.off_route_fixes and at - row.off_since >= limits.off_route_s - HAIR_S:
        fixes = int(row.off_run)
        row.off, row.off_run = 1.0, 0.0
        return fixes
    return 0


def begin(row: Row) -> None:
    """On the route, with no run against it; so too where there is no route."""
    row.off = row.off_run = row.off_since = 0.0


def _doubted(row: Row, at: float, passed_s: float, beyond_m: float, accuracy_m: float, limits: Limits) -> bool:
    """Whether the phone's word that she stands still counts against her run.

    Without a leap nobody comes far beyond the limit but by walking, whatever her phone says of it: then it is given back
    what its word has cost until the fix before, where that is known. After a longer silence a leap cannot be told.
    """
    why, far_m = row.off_run % 1.0, max(limits.leap_m, limits.accuracy_factor * accuracy_m)
    if why not in (STOOD, MIXED) or beyond_m < far_m or passed_s > limits.off_route_s:
        return why > 0.0
    if why == STOOD and accuracy_m <= limits.weak_m and limits.weak_share > 0.0:
        until = at - passed_s
        row.off_since = until - (until - row.off_since) / limits.weak_share
    row.off_run = float(int(row.off_run))
    return False


def _sets_out(row: Row, at: float, worth: float, limits: Limits, passed_s: float | None, doubt: float) -> None:
    """The first fix beyond the limit: she passed it in the middle between two fixes, unless nobody walked there.

    After a longer silence than `doubt_s` she may have walked anywhere, and stand there now.
    """
    row.off_run, row.off_since = 1.0, at
    if passed_s is None:
        return
    if doubt:
        if passed_s <= limits.doubt_s:
            row.off_run += doubt
    elif passed_s <= limits.off_route_s:
        row.off_since -= worth * passed_s / 2


def _worth(beyond_m: float, accuracy_m: float, limits: Limits) -> float:
    """What a second of such a fix counts, by its excess over the limit: from a third to all of it; short of it, less
    than nothing."""
    if beyond_m > 0.0 and accuracy_m <= limits.weak_m:
        return 1.0
    share = beyond_m / max(limits.accuracy_factor * accuracy_m, 1.0)
    return min(1.0, max(limits.weak_share, share)) if beyond_m > 0.0 else max(-1.0, share)
