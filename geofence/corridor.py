"""Is she on her route? Row 4: it takes a while to be off it, and a little to be back."""

from .limits import Limits
from .state import Row


def follow(row: Row, at: float, astray_m: float, accuracy_m: float, limits: Limits, timed: bool) -> int:
    """Her record after a fresh fix `astray_m` from the route; answers the fixes that have just put her off it, else 0.

    `timed` False (the time since the fix before is unknown) starts the run anew. While she is off it `off_since` is
    when that began, and `off_run` counts the fixes back.
    """
    if row.off:
        run = row.off_run + 1 if astray_m < limits.back_m else 0.0
        if run >= limits.back_fixes:
            begin(row)
        else:
            row.off_run = run
        return 0
    if astray_m <= max(limits.off_route_m, limits.accuracy_factor * accuracy_m):
        holds = row.off_run > 0 and timed and astray_m >= limits.back_m and accuracy_m <= limits.weak_m
        if not holds:  # on the way out a good fix short of the limit ends nothing
            begin(row)
        return 0
    if row.off_run == 0 or not timed:
        row.off_run, row.off_since = 1.0, at
        return 0
    row.off_run += 1
    if row.off_run >= limits.off_route_fixes and at - row.off_since >= _dwell_s(astray_m, accuracy_m, limits):
        fixes = int(row.off_run)
        row.off, row.off_run = 1.0, 0.0
        return fixes
    return 0


def begin(row: Row) -> None:
    """On the route, with no run against it; so too where there is no route."""
    row.off = row.off_run = row.off_since = 0.0


def _dwell_s(astray_m: float, accuracy_m: float, limits: Limits) -> float:
    """How long she must be off. Weak fixes only a little beyond the limit must hold out three times as long.

    Errors of a weak signal come in runs of a minute: without this, a walk between tall houses (20 m) would
    raise three false alarms in 20 km; with it, one in fifty.
    """
    limit_m = max(limits.off_route_m, limits.accuracy_factor * accuracy_m)
    if accuracy_m > limits.weak_m and astray_m < limit_m + limits.plain_m:
        return limits.weak_dwell * limits.off_route_s
    return limits.off_route_s
