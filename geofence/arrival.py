"""Is she there? Row 17: slow, inside, and for a while; or the phone says so itself, and one fix agrees."""

import msgspec

from .destination import Destination
from .fix import Fix
from .limits import Limits

CLEAR_M = 25.0
OUTSIDE_FIXES = 3


class Arrival(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The dwell so far.

    `outside` counts fixes outside up to three, where it stays: only then can she come in. A way that
    begins at the door it ends at would otherwise be over before it began. `fine` and `rough` count the
    fixes of the run inside with an accuracy good enough, since their first one. `here`: the dwell is met.
    """

    outside: int = 0
    fine: int = 0
    fine_at: float = 0.0
    rough: int = 0
    rough_at: float = 0.0
    entered: bool = False
    here: bool = False


def approach(
    before: Arrival,
    destination: Destination,
    fix: Fix,
    speed_mps: float | None,
    to_go_m: float | None,
    limits: Limits,
    timed: bool = True,
) -> tuple[bool, Arrival]:
    """Whether a fresh fix is inside, and the dwell after it.

    `speed_mps` is the best known speed, `to_go_m` what is left of the route where there is one. Fixes
    outside end the run; fast ones and an unknown span of time (`timed` False) start it anew; inside, ones
    worse than `arrival_rough_accuracy_m` say nothing.
    """
    beyond_m = destination.beyond_m(fix.lat, fix.lon)
    accuracy_m = fix.accuracy_m if fix.accuracy_m is not None else float("inf")
    if beyond_m > 0.0:
        clear = beyond_m > max(CLEAR_M, accuracy_m)
        outside = OUTSIDE_FIXES if clear else min(before.outside + 1, OUTSIDE_FIXES)
        return False, Arrival(outside)
    entered = before.entered or fix.entered
    near_the_end = to_go_m is not None and to_go_m <= 2 * destination.radius_m
    if accuracy_m > limits.arrival_rough_accuracy_m or (before.outside < OUTSIDE_FIXES and not near_the_end):
        return True, msgspec.structs.replace(before, entered=entered) if entered != before.entered else before
    if speed_mps is not None and speed_mps >= limits.arrival_mps:
        return True, Arrival(before.outside, entered=entered)
    if not timed:
        before = Arrival(before.outside, entered=entered, here=before.here)
    rough, rough_at = (before.rough + 1, before.rough_at) if before.rough else (1, fix.at)
    fine, fine_at = before.fine, before.fine_at
    if accuracy_m <= limits.arrival_accuracy_m:
        fine, fine_at = (fine + 1, fine_at) if fine else (1, fix.at)
    here = (
        before.here
        or entered
        or (fine >= limits.arrival_fixes and fix.at - fine_at >= limits.arrival_s)
        or (rough >= limits.arrival_rough_fixes and fix.at - rough_at >= limits.arrival_rough_s)
    )
    return True, Arrival(before.outside, fine, fine_at, rough, rough_at, entered, here)
