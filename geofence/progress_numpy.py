"""Many fixes at once in numpy. The same definition as `progress_scalar`, in float64, in the same order.

Rows are fixes, or (fix, hypothesis, half of its window); columns are hypotheses or cells. Cells beyond the
end of a window repeat its last one, which changes no minimum.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .grid import Singles
from .hypotheses import (
    AHEAD_M,
    APART_M,
    BACK_M,
    BEST_ACCURACY_M,
    COST_CAP,
    DECAY,
    HELD_BACK_M,
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
    top_mps,
)
from .plane import Floats

Integers = NDArray[np.int64]
Found = tuple[Integers, Floats, Floats, Floats]
"""Cells, joint costs and squared distances, (rows, KEEP), best first, cost inf where there is none; and the
squared distance of the nearest cell looked at, (rows,)."""


class Columns:
    """A batch of items as arrays, one row for each. All grids must lie in one pool."""

    def __init__(self, items: Sequence[Item]) -> None:
        grids = [item.grid for item in items if item.grid is not None]
        assert len(grids) == len(items)
        self.pool = grids[0].pool
        numbers = np.array(
            [
                (
                    grid.offset, grid.cells, grid.step_m, grid.plane.lat, grid.plane.lon, grid.plane.east,
                    grid.plane.north, fix.lat, fix.lon, fix.accuracy_m, -1.0 if dt_s is None else dt_s,
                    top_mps(mode, fix), before.count, before.waited_s, before.shown_m, len(before.places),
                )
                for (_, before, fix, dt_s, mode), grid in zip(items, grids, strict=True)
            ]
        ).T  # fmt: skip
        self.offset, self.cells = numbers[:2].astype(np.int64)
        (self.step, lat0, lon0, east, north, lat, lon, accuracy, dt, top) = numbers[2:12]
        self.count, self.waited, self.shown = numbers[12:15]
        held = numbers[15].astype(np.int64)

        away = lon - lon0
        away = np.where(away > 180.0, away - 360.0, np.where(away < -180.0, away + 360.0, away))
        self.px = away * east
        self.py = (lat - lat0) * north
        self.accuracy = np.maximum(accuracy, BEST_ACCURACY_M)
        self.blur = self.accuracy * self.accuracy + 25.0
        self.timed = dt >= 0.0
        self.passed = self.waited + np.maximum(dt, 0.0)
        self.reach = top * self.passed + self.accuracy
        self.near2 = np.maximum(NEAR_M, NEAR_FACTOR * self.accuracy) ** 2

        self.lost = held == 0
        row = np.repeat(np.arange(len(items)), held)
        column = np.arange(len(row)) - np.repeat(np.cumsum(held) - held, held)
        self.along = np.zeros((len(items), KEEP))
        self.cost = np.full((len(items), KEEP), np.inf)
        if len(row):
            flat = np.array([place for item in items for place in item.before.places])
            self.along[row, column], self.cost[row, column] = flat.T
        self.cost[self.lost, 0] = 0.0  # the first fix of all: she is thought to be at the start
        self.reach = np.where(self.lost, self.accuracy + SET_OFF_M, self.reach)
        self.hypothesis = row, column


def locate_many(items: Sequence[Item]) -> list[Located]:
    """Locate a batch; every item must have a grid of the same pool."""
    at = Columns(items)
    rows = len(items)
    cell = np.zeros((rows, KEEP), dtype=np.int64)
    joint = np.full((rows, KEEP), np.inf)
    miss2 = np.full((rows, KEEP), np.inf)
    nearest2 = np.full(rows, np.inf)

    windowed = ~at.lost & at.timed & (at.count + 1 < SCAN_EVERY)
    if windowed.any():
        cell, joint, miss2, fits = _in_windows(at, windowed)
        windowed &= fits & (miss2[:, 0] <= at.near2)
    scanned = np.flatnonzero(~windowed)
    if len(scanned):
        cell[scanned], joint[scanned], miss2[scanned], nearest2[scanned] = _scanned(at, scanned)
    near = windowed | (nearest2 <= at.near2)

    along, distance = _refined(at, cell[:, 0])
    distance = np.where(near & (miss2[:, 0] <= at.near2), distance, np.sqrt(nearest2))
    follows = (along >= at.shown) | (along < at.shown - (at.accuracy + HELD_BACK_M))
    shown = np.where(near & follows, along, at.shown)
    places = cell * at.step[:, None]
    costs = np.minimum(joint - joint[:, :1], COST_CAP)
    return _answers(
        items,
        near.tolist(),
        shown.tolist(),
        distance.tolist(),
        np.where(windowed, at.count + 1, 0).astype(np.int64).tolist(),
        at.passed.tolist(),
        np.isfinite(joint).sum(axis=1).tolist(),
        places.tolist(),
        costs.tolist(),
    )


def _answers(
    items: Sequence[Item],
    near: list[bool],
    shown: list[float],
    distance: list[float],
    count: list[int],
    passed: list[float],
    held: list[int],
    places: list[list[float]],
    costs: list[list[float]],
) -> list[Located]:
    answers = []
    for n, item in enumerate(items):
        if near[n]:
            kept = tuple(zip(places[n][: held[n]], costs[n], strict=False))
            answers.append(Located(shown[n], distance[n], True, Hypotheses(kept, count[n], 0.0, shown[n])))
        else:
            stays = Hypotheses(item.before.places, 0, passed[n], shown[n])
            answers.append(Located(shown[n] if shown[n] >= 0.0 else None, distance[n], False, stays))
    return answers


def scan(
    x: Singles, y: Singles, offset: Integers, cells: Integers, step: Floats,
    px: Floats, py: Floats, blur: Floats, reach: Floats, along: Floats, cost: Floats,
) -> Found:  # fmt: skip
    """Hold fixes against the whole of their routes: the best local minima of the joint cost.

    `along` and `cost` are the hypotheses, (rows, KEEP), cost inf where there is none.
    """
    column = np.arange(int(cells.max()))
    inside = column < cells[:, None]
    at = offset[:, None] + np.minimum(column, cells[:, None] - 1)
    dx = x[at] - px[:, None]
    dy = y[at] - py[:, None]
    miss2 = np.where(inside, dx * dx + dy * dy, np.inf)
    place = column * step[:, None]
    prior = np.full(place.shape, np.inf)
    for n in range(KEEP):
        if np.isfinite(cost[:, n]).any():
            move = _move(place - along[:, n : n + 1], reach[:, None], blur[:, None])
            prior = np.minimum(prior, cost[:, n : n + 1] * DECAY + move)
    joint = prior + miss2 / blur[:, None]
    lowest = np.ones(joint.shape, dtype=bool)
    lowest[:, 1:] = joint[:, 1:] < joint[:, :-1]
    lowest[:, :-1] &= joint[:, :-1] <= joint[:, 1:]
    joint = np.where(lowest & inside, joint, np.inf)
    cell, joint, missed2 = _apart(joint, np.broadcast_to(column, joint.shape), miss2, step)
    return cell, joint, missed2, miss2.min(axis=1)


def _move(moved: Floats, reach: Floats, blur: Floats) -> Floats:
    """The cost of having moved so far: nothing from 0 to `reach`, then the square over the blur, with a cap."""
    over = np.maximum(np.maximum(moved - reach, -moved), 0.0)
    return np.minimum(over * over / blur, MOVE_CAP)


def _in_windows(at: Columns, windowed: NDArray[np.bool_]) -> tuple[Integers, Floats, Floats, NDArray[np.bool_]]:
    """As `scan`, but inside the hypotheses' windows, for the rows in `windowed`; and which rows' windows fit."""
    row, column = at.hypothesis
    kept = windowed[row]
    row, column = row[kept], column[kept]
    along, step, accuracy = at.along[row, column], at.step[row], at.accuracy[row]
    low = np.maximum(0.0, np.ceil((along - accuracy - BACK_M) / step)).astype(np.int64)
    high = np.floor((along + at.reach[row] + accuracy + AHEAD_M) / step)
    high = np.minimum(at.cells[row] - 1, high).astype(np.int64)
    width = high - low + 1
    fits = np.ones(len(windowed), dtype=bool)
    fits[row[width > WIDEST_WINDOW]] = False

    kept = fits[row]
    row, column, low, high, width = row[kept], column[kept], low[kept], high[kept], width[kept]
    middle = low + (width + 1) // 2
    joint = np.full((len(windowed), 2 * KEEP), np.inf)
    cell = np.zeros(joint.shape, dtype=np.int64)
    miss2 = np.full(joint.shape, np.inf)
    if len(row):
        first = np.concatenate((low, np.minimum(middle, high)))
        last = np.concatenate((middle - 1, high))
        who = np.concatenate((row, row))
        slot = np.concatenate((2 * column, 2 * column + 1))
        whose = np.concatenate((column, column))
        cell[who, slot], joint[who, slot], miss2[who, slot] = _best(at, who, whose, first, last)
    return (*_apart(joint, cell, miss2, at.step), fits)


def _best(
    at: Columns, row: Integers, column: Integers, first: Integers, last: Integers
) -> tuple[Integers, Floats, Floats]:
    """The cheapest cell from `first` to `last` for each (fix, hypothesis)."""
    cells = first[:, None] + np.arange(int((last - first).max()) + 1)
    cells = np.minimum(cells, last[:, None])
    where = at.offset[row][:, None] + cells
    dx = at.pool.x[where] - at.px[row][:, None]
    dy = at.pool.y[where] - at.py[row][:, None]
    miss2 = dx * dx + dy * dy
    blur = at.blur[row][:, None]
    moved = cells * at.step[row][:, None] - at.along[row, column][:, None]
    move = _move(moved, at.reach[row][:, None], blur)
    joint = (at.cost[row, column] * DECAY)[:, None] + move + miss2 / blur
    best = joint.argmin(axis=1)
    each = np.arange(len(row))
    return cells[each, best], joint[each, best], miss2[each, best]


def _apart(joint: Floats, cell: Integers, miss2: Floats, step: Floats) -> tuple[Integers, Floats, Floats]:
    """The KEEP cheapest of each row, at least 15 m from each other."""
    each = np.arange(len(joint))
    place = cell * step[:, None]
    picks = []
    for _ in range(KEEP):
        best = joint.argmin(axis=1)
        picks.append((cell[each, best], joint[each, best], miss2[each, best]))
        joint = np.where(np.abs(place - place[each, best][:, None]) < APART_M, np.inf, joint)
    cells, joints, misses = zip(*picks, strict=True)
    return np.column_stack(cells), np.column_stack(joints), np.column_stack(misses)


def _scanned(at: Columns, rows: Integers) -> Found:
    """`scan` for some rows, in groups of routes of similar length so that short ones do not pay for long ones."""
    cell = np.zeros((len(rows), KEEP), dtype=np.int64)
    joint = np.full((len(rows), KEEP), np.inf)
    miss2 = np.full((len(rows), KEEP), np.inf)
    nearest2 = np.full(len(rows), np.inf)
    size = np.ceil(np.log2(at.cells[rows]))
    for one in np.unique(size):
        group = np.flatnonzero(size == one)
        r = rows[group]
        cell[group], joint[group], miss2[group], nearest2[group] = scan(
            at.pool.x, at.pool.y, at.offset[r], at.cells[r], at.step[r],
            at.px[r], at.py[r], at.blur[r], at.reach[r], at.along[r], at.cost[r],
        )  # fmt: skip
    return cell, joint, miss2, nearest2


def _refined(at: Columns, cell: Integers) -> tuple[Floats, Floats]:
    """`progress_scalar.refine` for every row."""
    x, y, step = at.pool.x, at.pool.y, at.step
    here = at.offset + cell
    a = np.where(cell > 0, here - 1, here)
    b = np.where(cell < at.cells - 1, here + 1, here)
    tx = x[b].astype(np.float64) - x[a]
    ty = y[b].astype(np.float64) - y[a]
    dx = at.px - x[here]
    dy = at.py - y[here]
    length = np.sqrt(tx * tx + ty * ty)
    straight = length > 1.0
    length = np.where(straight, length, 1.0)
    tx, ty = tx / length, ty / length
    shift = np.where(straight, np.minimum(np.maximum(dx * tx + dy * ty, -step / 2), step / 2), 0.0)
    dx = dx - shift * tx
    dy = dy - shift * ty
    along = np.minimum(np.maximum(cell * step + shift, 0.0), step * (at.cells - 1))
    return along, np.sqrt(dx * dx + dy * dy)
