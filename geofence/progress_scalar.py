"""One fix at a time in plain Python: below some sixteen fixes this is faster than arrays.

The same operations in the same order as `progress_numpy`, so that both give the same result.
"""

from math import ceil, floor, sqrt

import numpy as np

from .grid import Grid
from .hypotheses import (
    AHEAD_M,
    APART_M,
    BACK_M,
    BEST_ACCURACY_M,
    COST_CAP,
    DECAY,
    KEEP,
    MOVE_CAP,
    NEAR_FACTOR,
    NEAR_M,
    SCAN_EVERY,
    SET_OFF_M,
    WIDEST_WINDOW,
    Hypotheses,
    Item,
    Located,
    steady,
    top_mps,
)
from .progress_numpy import scan

Candidate = tuple[float, int, float]
"""Joint cost, cell, squared distance."""


def locate_one(item: Item) -> Located:
    """Locate one fix on its route; `item.grid` must not be None."""
    grid, before, fix, dt_s, mode = item
    assert grid is not None and fix.accuracy_m is not None
    px, py = grid.plane.to_metres(fix.lat, fix.lon)
    accuracy = max(fix.accuracy_m, BEST_ACCURACY_M)
    blur = accuracy * accuracy + 25.0
    passed = before.waited_s + (dt_s or 0.0)
    reach = top_mps(mode, fix) * passed + accuracy
    near2 = max(NEAR_M, NEAR_FACTOR * accuracy) ** 2

    found: list[Candidate] | None = None
    if before.places and dt_s is not None and before.count + 1 < SCAN_EVERY:
        found = _in_windows(grid, before, px, py, accuracy, blur, reach)
        if found is not None and found[0][2] > near2:
            found = None
    if found is not None:
        along_m, miss_m = refine(grid, found[0][1], px, py)
        return _landed(grid, before, found, along_m, miss_m, accuracy, before.count + 1)

    found, nearest2 = _scanned(grid, before, px, py, blur, reach, accuracy)
    if nearest2 > near2:
        stays = Hypotheses(before.places, 0, passed, before.shown_m)
        return Located(before.shown_m if before.shown_m >= 0.0 else None, sqrt(nearest2), False, stays)
    along_m, miss_m = refine(grid, found[0][1], px, py)
    return _landed(grid, before, found, along_m, miss_m if found[0][2] <= near2 else sqrt(nearest2), accuracy, 0)


def refine(grid: Grid, cell: int, px: float, py: float) -> tuple[float, float]:
    """(along_m, distance) of a point held against the line through a cell's two neighbours."""
    x, y, step = grid.pool.x, grid.pool.y, grid.step_m
    at = grid.offset + cell
    a = at - 1 if cell > 0 else at
    b = at + 1 if cell < grid.cells - 1 else at
    tx = float(x[b]) - float(x[a])
    ty = float(y[b]) - float(y[a])
    dx = px - float(x[at])
    dy = py - float(y[at])
    length = sqrt(tx * tx + ty * ty)
    shift = 0.0
    if length > 1.0:  # at a turning point both neighbours are the same place
        tx, ty = tx / length, ty / length
        shift = min(max(dx * tx + dy * ty, -step / 2), step / 2)
        dx -= shift * tx
        dy -= shift * ty
    along = min(max(cell * step + shift, 0.0), grid.length_m)
    return along, sqrt(dx * dx + dy * dy)


def _in_windows(
    grid: Grid, before: Hypotheses, px: float, py: float, accuracy: float, blur: float, reach: float
) -> list[Candidate] | None:
    """The best places in the two halves of each hypothesis's window; None when a window is too wide."""
    step, last, offset = grid.step_m, grid.cells - 1, grid.offset
    candidates: list[Candidate] = []
    for along, cost in before.places:
        low = max(0, ceil((along - accuracy - BACK_M) / step))
        high = min(last, floor((along + reach + accuracy + AHEAD_M) / step))
        width = high - low + 1
        if width > WIDEST_WINDOW:
            return None
        middle = (width + 1) // 2
        xs = grid.pool.x[offset + low : offset + high + 1].tolist()
        ys = grid.pool.y[offset + low : offset + high + 1].tolist()
        cost *= DECAY
        best, best_at, best2 = 1e300, 0, 0.0
        for i in range(width):
            if i == middle:
                candidates.append((best, low + best_at, best2))
                best = 1e300
            dx = xs[i] - px
            dy = ys[i] - py
            miss2 = dx * dx + dy * dy
            moved = (low + i) * step - along
            over = moved - reach if moved > reach else (-moved if moved < 0.0 else 0.0)
            move = over * over / blur
            joint = cost + (move if move < MOVE_CAP else MOVE_CAP) + miss2 / blur
            if joint < best:
                best, best_at, best2 = joint, i, miss2
        candidates.append((best, low + best_at, best2))
    return _apart(candidates, step)


def _apart(candidates: list[Candidate], step: float) -> list[Candidate]:
    """The best ones, at least 15 m from each other."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=_joint):
        along = candidate[1] * step
        if all(abs(along - other[1] * step) >= APART_M for other in kept):
            kept.append(candidate)
            if len(kept) == KEEP:
                break
    return kept


def _joint(candidate: Candidate) -> float:
    return candidate[0]


def _scanned(
    grid: Grid, before: Hypotheses, px: float, py: float, blur: float, reach: float, accuracy: float
) -> tuple[list[Candidate], float]:
    """The whole route, by the array version: at several hundred cells it is faster for one fix too."""
    places = before.places
    along = np.zeros((1, KEEP))
    cost = np.full((1, KEEP), np.inf)
    if not places:
        places, reach = ((0.0, 0.0),), accuracy + SET_OFF_M
    for n, (place, so_far) in enumerate(places):
        along[0, n], cost[0, n] = place, so_far
    one = np.ones(1)
    offset, cells = np.array([grid.offset]), np.array([grid.cells])
    at = (offset, cells, grid.step_m * one, px * one, py * one, blur * one, reach * one)
    cell, joint, miss2, nearest2 = scan(grid.pool.x, grid.pool.y, *at, along, cost)
    found = [(float(joint[0, n]), int(cell[0, n]), float(miss2[0, n])) for n in range(KEEP) if np.isfinite(joint[0, n])]
    return found, float(nearest2[0])


def _landed(
    grid: Grid,
    before: Hypotheses,
    found: list[Candidate],
    along_m: float,
    miss_m: float,
    accuracy: float,
    count: int,
) -> Located:
    best = found[0][0]
    places = tuple([(cell * grid.step_m, min(joint - best, COST_CAP)) for joint, cell, _ in found])
    shown_m = steady(along_m, before.shown_m, accuracy)
    return Located(shown_m, miss_m, True, Hypotheses(places, count, 0.0, shown_m))
