"""The search for her place along the route: what it is, its numbers, and what it answers.

A *hypothesis* is a place along the route with a cost: how badly the fixes so far fit her being there. Three are kept. A
fix moves each inside a window around it; a cell of the window costs the *move* (free from standing still up to her
mode's speed, then the square of the metres beyond, with a cap) and the *miss* (the square of its distance to the fix),
both over the blur of the fix, and the hypothesis's cost so far, a little forgotten. Route and noise decide, not the
nearest segment: on the way back along the same street the nearest one is as often wrong as right.

So it is the Viterbi algorithm (Forney, The Viterbi algorithm, Proc. IEEE 61, 1973) for a hidden Markov model of the place
on a known road (Newson and Krumm, Hidden Markov map matching through noise and sparseness, ACM GIS 2009), over one
dimension and with a beam of three; blur squared is accuracy squared plus five metres of map error squared.

The definition, executed by `progress_scalar` for one fix and by `progress_numpy` for many, with equal bits:

1. Each hypothesis's window is cut in halves; of each half the cheapest cell (the first, if two are equal) is a
   candidate, the first halves of all three before the second halves.
2. The three cheapest candidates (the first, if two are equal) that are 15 m apart are the new hypotheses; the cheapest
   is where she is, to the metre by its neighbours.
3. Every twelfth fix, after a time nobody knows, with a window too wide, with nothing remembered, or when nothing was or
   is near, the whole route is looked at: each block of sixteen cells whose circle is near gives its cheapest near cell,
   and the six cheapest of these are the candidates. Is none near, the hypotheses stay.
"""

from typing import NamedTuple

from .mode import TOP_MPS, Mode
from .state import MISSING

KEEP = 3
MOST_BLOCKS = 6
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
BLUR_2 = 25.0
HELD_BACK_M = 8.0
FASTEST_FOOT_MPS = 7.0
BELIEVED = 1.2
"""How much faster than her phone says she may be."""
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


NOWHERE = Place(None, None, False, -1)


def top_mps(mode: Mode, speed_mps: float | None) -> float:
    """How fast she may be along the route. On foot a runner's phone is believed when it says so."""
    top = TOP_MPS[mode]
    if speed_mps is not None and mode is Mode.FOOT and top < speed_mps * BELIEVED:
        return min(speed_mps, FASTEST_FOOT_MPS) * BELIEVED
    return top
