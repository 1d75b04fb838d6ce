"""The search for her place along the route: what it is, its numbers, and what it answers.

A *hypothesis* is a place along the route with a cost: how badly the fixes so far fit her being there. Three are kept. A
fix moves each inside a window around it; a cell of the window costs the *miss* (the square of its distance to the fix,
over the fix's doubt), the *move*, and the hypothesis's cost so far, a little forgotten. Route, noise and the way she
walks decide, not the nearest segment: on the way back along the same street the nearest one is as often wrong as right.

So it is the Viterbi algorithm (Forney, The Viterbi algorithm, Proc. IEEE 61, 1973) for a hidden Markov model of the place
on a known road (Newson and Krumm, Hidden Markov map matching through noise and sparseness, ACM GIS 2009), over one
dimension and with a beam of three.

The definition, executed by `progress_scalar` for one fix and by `progress_numpy` for many, with equal bits:

1. The doubt is accuracy squared plus five metres of map error squared, times four, because the errors of fixes one after
   the other are alike. A move is free from what her phone says that she went at least (nothing, if it says nothing) up
   to her mode's speed; beyond that it costs the square of the metres over a spread of five metres and a third of a metre
   a second. A step back, and going on less far than her phone says, costs the same, but no more than 2: people turn
   round, and phones lie. It is no dearer as far back as a window reaches; behind that it costs what lies behind.
2. Each hypothesis's window is cut in halves; of each half the cheapest cell (the first, if two are equal) is a
   candidate, the first halves of all three before the second halves. No fix costs a hypothesis more than 25.
3. The three cheapest candidates (the first, if two are equal) that are 15 m apart, the third 60 m from both, are the new
   hypotheses; the cheapest is where she is, to the metre by its neighbours. Is it not near the fix, they stay.
4. At the first fix, every twelfth, after a time nobody knows and with a window too wide the whole route is looked at: each
   block of sixteen cells whose circle is near gives its cheapest near cell, the move costing 30 at most, and the six
   cheapest of these are candidates beside those found. After a time nobody knows, and with a window too wide, there
   are no others.
5. What is told steps back only by more than the fix's blur, and no faster than she can; where it is more than 75 m
   wrong it is put right at once.
"""

from typing import NamedTuple

from .mode import TOP_MPS, Mode
from .state import MISSING

KEEP = 3
MOST_BLOCKS = 6
APART_M = 15.0
BRANCH_M = 60.0
"""So far the third is from both others: another part of the route, as long as one is thought possible."""
DECAY = 0.95
COST_CAP = 25.0
TEMPER = 4.0
"""The errors of fixes one after the other are alike: four of them tell what one would tell if they were not."""
SPREAD_2 = 25.0
SPREAD_MPS = 0.35
"""How uncertain the place is from which a move is measured, squared, and how much more so with every second."""
TURN_COST = 2.0
"""The most that a step back costs, and going on less far than her phone says."""
FIX_CAP = 25.0
"""The most that a fix costs a hypothesis: less than `MOVE_CAP`, so a lone fix elsewhere moves nobody."""
MOVE_CAP = 30.0
BACK_M = 10.0
AHEAD_M = 40.0
SCAN_EVERY = 12
WIDEST_WINDOW = 64
"""Windows of more cells than this (long silences, fast legs) are a scan of the whole route instead."""
NEAR_M = 40.0
NEAR_FACTOR = 2.0
BEST_ACCURACY_M = 5.0
"""Phones that claim better are not believed."""
BLUR_2 = 25.0
"""Five metres of map error, squared."""
HELD_BACK_M = 8.0
GLIDE_M = 75.0
"""What is told goes back up to so far step by step, as she would; farther, it was wrong, and is put right at once."""
FASTEST_FOOT_MPS = 7.0
BELIEVED = 1.2
"""How much faster than her phone says she may be."""
UNSURE = 0.27
"""How much slower, as a part of her mode's top speed."""
UNKNOWN_S = 60.0
"""What is thought to have passed when nobody knows: her phone's clock was set."""
SET_OFF_M = 100.0
"""How far she may have gone before the first fix of all; beyond it the start of her route is preferred."""
STEPS = 64.0
"""Progress is told in steps of 1/64 m, which a record keeps exactly: what is told never goes back by a hair."""
LOST = MISSING / 2
"""A cost from which on there is no hypothesis."""


class Place(NamedTuple):
    """Where a fix is. `near` says that some of the route is within max(40 m, 2 × accuracy).

    `along_m` is steady: it follows a step back only when that is more than the fix's blur; while nothing is
    near it stays, None before she ever was. `astray_m` is the distance to the route, None without one, `cell` the cell of
    her grid, -1 while nothing is near.
    """

    along_m: float | None
    astray_m: float | None
    near: bool
    cell: int


class Look(NamedTuple):
    """A fix, and how far she may have come by it: `doubt` is what squared metres of miss are divided by, `weight` makes
    metres of a move as dear, `least_m` to `most_m` of a move are free, `near_m` is near."""

    x: float
    y: float
    doubt: float
    weight: float
    least_m: float
    most_m: float
    near_m: float


NOWHERE = Place(None, None, False, -1)


def top_mps(mode: Mode, speed_mps: float | None) -> float:
    """How fast she may be along the route. On foot a runner's phone is believed when it says so."""
    top = TOP_MPS[mode]
    if speed_mps is not None and mode is Mode.FOOT and top < speed_mps * BELIEVED:
        return min(speed_mps, FASTEST_FOOT_MPS) * BELIEVED
    return top


def least_mps(mode: Mode, speed_mps: float | None) -> float:
    """How fast she went along the route if she went on, by the speed that her phone says."""
    if speed_mps is None or not speed_mps > 0.0:
        return 0.0
    top = TOP_MPS[mode]
    return max(min(speed_mps, top) - UNSURE * top, 0.0)
