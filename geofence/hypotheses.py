"""What the search for her place along the route remembers, and its numbers.

A *hypothesis* is a place along the route with a cost: how badly the fixes so far fit her being there. A fix
moves each hypothesis inside a window around it; the joint cost of a cell is the hypothesis's cost so far,
plus the *move* (free from standing still up to her mode's speed, then growing with the square, with a
cap), plus the *miss* (squared distance from cell to fix, over the accuracy). Route and noise decide, not
the nearest segment: on the way back along the same street the nearest one is as often wrong as right.
"""

from typing import NamedTuple

import msgspec

from .fix import Fix
from .grid import Grid
from .mode import TOP_MPS, Mode

KEEP = 3
APART_M = 15.0
DECAY = 0.9
COST_CAP = 25.0
MOVE_CAP = 30.0
BACK_M = 13.0
AHEAD_M = 30.0
SCAN_EVERY = 12
WIDEST_WINDOW = 64
"""Windows of more cells than this (long silences, fast legs) are a scan of the whole route instead."""
NEAR_M = 40.0
NEAR_FACTOR = 2.0
BEST_ACCURACY_M = 5.0
"""Phones that claim better are not believed."""
HELD_BACK_M = 8.0
FASTEST_FOOT_MPS = 7.0
SET_OFF_M = 100.0
"""How far she may have gone before the first fix of all; beyond it the start of her route is preferred."""


class Hypotheses(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The search's state between two fixes; small enough to be stored with every journey.

    `places` are (along_m, cost), best first, at most three, at least 15 m apart. `count` is the number of
    fixes since the last scan of the whole route. `waited_s` is the time since the places last moved.
    `shown_m` is the progress last reported, -1 before the first.
    """

    places: tuple[tuple[float, float], ...] = ()
    count: int = 0
    waited_s: float = 0.0
    shown_m: float = -1.0


NOWHERE = Hypotheses()


class Item(NamedTuple):
    """One fix to be located. `grid` None: no route. `dt_s` is the time since the fix before, None if unknown.

    `fix.accuracy_m` must be known; a negative `dt_s` marks a fix older than `before`: it is not located.
    """

    grid: Grid | None
    before: Hypotheses
    fix: Fix
    dt_s: float | None
    mode: Mode = Mode.FOOT


class Located(msgspec.Struct, frozen=True, gc=False):
    """Where a fix is. `near` says that some of the route is within max(40 m, 2 × accuracy).

    `along_m` is steady: it follows a step back only when that is more than the fix's blur; while nothing is
    near it stays. `astray_m` is the distance to the route. Both are None without a route and for an old fix.
    """

    along_m: float | None
    astray_m: float | None
    near: bool
    after: Hypotheses


def top_mps(mode: Mode, fix: Fix) -> float:
    """How fast she may be along the route. On foot a runner's phone is believed when it says so."""
    top = TOP_MPS[mode]
    if fix.speed_mps is not None and top < fix.speed_mps * 1.2 and mode is Mode.FOOT:
        return min(fix.speed_mps, FASTEST_FOOT_MPS) * 1.2
    return top


def steady(along_m: float, shown_m: float, accuracy_m: float) -> float:
    """The progress to report: a step back inside the blur of the fix is noise."""
    if along_m >= shown_m or along_m < shown_m - (accuracy_m + HELD_BACK_M):
        return along_m
    return shown_m
