"""Is she on her route? Row 4: it takes a while to be off it, and a little to be back."""

import msgspec

from .limits import Limits


class Corridor(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`off` and the run of fixes that speaks against it: how many, and since when."""

    off: bool = False
    run: int = 0
    since_at: float = 0.0


INSIDE = Corridor()


def follow(before: Corridor, at: float, astray_m: float, accuracy_m: float, limits: Limits, timed: bool) -> Corridor:
    """The corridor after a fresh fix `astray_m` from the route.

    `timed` False (the time since the fix before is unknown) starts the run anew.
    """
    if before.off:
        if astray_m >= limits.back_m:
            return before if before.run == 0 else Corridor(True)
        run = before.run + 1
        return INSIDE if run >= limits.back_fixes else Corridor(True, run, at)
    if astray_m <= max(limits.off_route_m, limits.accuracy_factor * accuracy_m):
        holds = before.run > 0 and timed and astray_m >= limits.back_m and accuracy_m <= limits.weak_m
        return before if holds else INSIDE  # on the way out a good fix short of the limit ends nothing
    if before.run == 0 or not timed:
        return Corridor(False, 1, at)
    run = before.run + 1
    if run >= limits.off_route_fixes and at - before.since_at >= _dwell_s(astray_m, accuracy_m, limits):
        return Corridor(True)
    return Corridor(False, run, before.since_at)


def _dwell_s(astray_m: float, accuracy_m: float, limits: Limits) -> float:
    """How long she must be off. Weak fixes only a little beyond the limit must hold out three times as long.

    Errors of a weak signal come in runs of a minute: without this, a walk between tall houses (20 m) would
    raise three false alarms in 20 km; with it, one in fifty.
    """
    limit_m = max(limits.off_route_m, limits.accuracy_factor * accuracy_m)
    if accuracy_m > limits.weak_m and astray_m < limit_m + limits.plain_m:
        return limits.weak_dwell * limits.off_route_s
    return limits.off_route_s
