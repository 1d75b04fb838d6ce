"""Is she there? Row 17: slow, inside, and for a while; or the phone says so itself, and one fix agrees.

In her record `outside` counts fixes outside up to three, where it stays: only then can she come in. A way that begins
at the door it ends at would otherwise be over before it began. `fine` and `rough` count the fixes of the run inside
with an accuracy good enough, since their first one. `here`: the dwell is met.
"""

from .destination import Destination
from .fix import Fix
from .limits import Limits
from .state import Row

CLEAR_M = 25.0
OUTSIDE_FIXES = 3


def approach(
    row: Row,
    at: float,
    destination: Destination,
    fix: Fix,
    speed_mps: float | None,
    to_go_m: float | None,
    limits: Limits,
    timed: bool = True,
    beyond_m: float | None = None,
) -> bool:
    """Whether a fresh fix is inside; her record is that after it.

    `speed_mps` is the best known speed, `to_go_m` what is left of the route where there is one. Fixes
    outside end the run; fast ones and an unknown span of time (`timed` False) start it anew; inside, ones
    worse than `arrival_rough_accuracy_m` say nothing. `beyond_m` is given by who knows already how far outside it is.
    """
    if beyond_m is None:
        beyond_m = destination.beyond_m(fix.lat, fix.lon)
    accuracy_m = fix.accuracy_m if fix.accuracy_m is not None else float("inf")
    if beyond_m > 0.0:
        clear = beyond_m > max(CLEAR_M, accuracy_m)
        row.outside = float(OUTSIDE_FIXES if clear else min(row.outside + 1, OUTSIDE_FIXES))
        row.entered = row.here = 0.0
        _anew(row)
        return False
    row.entered = 1.0 if row.entered or fix.entered else 0.0
    near_the_end = to_go_m is not None and to_go_m <= 2 * destination.radius_m
    if accuracy_m > limits.arrival_rough_accuracy_m or (row.outside < OUTSIDE_FIXES and not near_the_end):
        return True
    if speed_mps is not None and speed_mps >= limits.arrival_mps:
        row.here = 0.0
        _anew(row)
        return True
    if not timed:
        _anew(row)
    if row.rough == 0:
        row.rough_since = at
    row.rough += 1
    if accuracy_m <= limits.arrival_accuracy_m:
        if row.fine == 0:
            row.fine_since = at
        row.fine += 1
    dwelt = (row.fine >= limits.arrival_fixes and at - row.fine_since >= limits.arrival_s) or (
        row.rough >= limits.arrival_rough_fixes and at - row.rough_since >= limits.arrival_rough_s
    )
    row.here = 1.0 if row.here or row.entered or dwelt else 0.0
    return True


def _anew(row: Row) -> None:
    row.fine = row.fine_since = row.rough = row.rough_since = 0.0
