"""Many fixes at once in numpy: the definition in `hypotheses`, in float64, with the bits of `progress_scalar`.

Rows of fixes are the last axis everywhere, so that each operation runs over contiguous numbers and every broadcast is a
repeated row: (cells of a window, halves, hypotheses, fixes). Cells beyond the end of a window repeat its last one,
which changes no minimum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grid import BLOCK, Of, Pool
from .hypotheses import (
    AHEAD_M,
    APART_M,
    BACK_M,
    BEST_ACCURACY_M,
    BLUR_2,
    COST_CAP,
    DECAY,
    HELD_BACK_M,
    KEEP,
    LOST,
    MOST_BLOCKS,
    MOVE_CAP,
    NEAR_FACTOR,
    NEAR_M,
    SCAN_EVERY,
    SET_OFF_M,
    STEPS,
    WIDEST_WINDOW,
)
from .plane import Floats
from .state import INDEX, LONGEST_S, MISSING, Columns

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ALONG, COST = slice(0, KEEP), slice(KEEP, 2 * KEEP)
COUNT, WAITED, SHOWN = INDEX["count"], INDEX["waited"], INDEX["shown"]
assert [INDEX[name] for name in ("along0", "along2", "cost0", "cost2")] == [0, 2, 3, 5]

OFFSET, LAST, STEP, PER_M, PX, PY, ACCURACY, BLUR, PER_BLUR, REACH, NEAR, NEAR_2, CAP, DECAYED = range(14)
CELLS = np.arange(WIDEST_WINDOW + 1, dtype=np.float64).reshape(-1, 1, 1, 1)
IN_BLOCK = np.arange(BLOCK, dtype=np.float64)
WIDE = 32
"""Up to so many cells everything is computed for all; beyond it those that are scanned anyway are left out."""
MANY = 400
"""From this many fixes on a running minimum over the cells is quicker than numpy's own search for its place."""


@dataclass(slots=True)
class Places:
    """`hypotheses.Place` in columns; `along` is -1 where there is none, `cell` -1 where nothing is near."""

    along: Floats
    astray: Floats
    near: Flags
    cell: Integers


def locate_many(
    pool: Pool, slots: Integers, columns: Columns, px: Floats, py: Floats, accuracy: Floats, dt: Floats, top: Floats
) -> Places:
    """Locate a batch of fixes, each on the way in its slot, and remember in `columns` where she may be.

    As `locate_one`, but `dt` is -1 where the time since the fix before is unknown.
    """
    before: Floats = columns.f[: SHOWN + 1].astype(np.float64)
    along, cost, count, waited, shown = before[ALONG], before[COST], before[COUNT], before[WAITED], before[SHOWN]
    it = np.empty((14, len(slots)))
    it[:PX] = pool.table[: Of.LAT].take(slots, axis=1)
    it[PX], it[PY] = px, py
    np.maximum(accuracy, BEST_ACCURACY_M, out=it[ACCURACY])
    np.multiply(it[ACCURACY], it[ACCURACY], out=it[BLUR])
    it[BLUR] += BLUR_2
    np.divide(1.0, it[BLUR], out=it[PER_BLUR])
    np.maximum(NEAR_FACTOR * it[ACCURACY], NEAR_M, out=it[NEAR])
    np.multiply(it[NEAR], it[NEAR], out=it[NEAR_2])
    np.multiply(MOVE_CAP, it[BLUR], out=it[CAP])
    np.multiply(DECAY, it[BLUR], out=it[DECAYED])

    lost = cost[0] >= LOST
    count += 1.0
    scans = count >= SCAN_EVERY
    scans |= waited > 0.0
    passed = waited + dt
    if dt.min() <= 0.0:
        np.copyto(passed, waited, where=dt <= 0.0)
        scans |= dt <= 0.0
    np.maximum(passed, 0.0, out=passed)
    np.minimum(passed, LONGEST_S, out=passed)
    np.multiply(top, passed, out=it[REACH])
    it[REACH] += it[ACCURACY]
    if lost.any():  # the first fix of all: she is thought to be at the start
        it[REACH, lost] = it[ACCURACY, lost] + SET_OFF_M
        along[0, lost], cost[0, lost] = 0.0, 0.0
        cost[1:, lost] = MISSING
        scans |= lost

    cell, joint = _in_windows(pool, it, along, cost, scans)
    rows = scans.nonzero()[0]
    if len(rows):
        cell[:, rows], joint[:, rows] = _in_blocks(
            pool, it.take(rows, axis=1), along.take(rows, axis=1), cost.take(rows, axis=1)
        )
    found, costs = _apart(joint, cell, it[STEP])
    made, miss, miss2 = _refined(pool, it, found[0])
    near = miss2 <= it[NEAR_2]
    near &= costs[0] < LOST
    all_near = bool(near.all())
    if not all_near:
        rows = (~(near | scans)).nonzero()[0]
        if len(rows):
            _again(pool, it, along, cost, rows, found, costs, made, miss, near)
            scans[rows] = True
            all_near = bool(near.all())
    here = found[0].astype(np.int64)
    if not all_near:
        far = (~near).nonzero()[0]
        miss[far] = _nearest(pool, it.take(far, axis=1))
        here[far] = -1
    made *= STEPS
    made += 0.5
    np.floor(made, out=made)
    made /= STEPS
    stays = made < shown
    stays &= made >= shown - (it[ACCURACY] + HELD_BACK_M)
    if not all_near:
        stays |= ~near
    np.copyto(made, shown, where=stays)
    _remember(columns, it[STEP], None if all_near else near, found, costs, passed)
    np.copyto(count, 0.0, where=scans)
    columns.f[COUNT], columns.f[SHOWN] = count, made
    return Places(made, miss, near, here)


def _remember(columns: Columns, step: Floats, near: Flags | None, found: Floats, costs: Floats, passed: Floats) -> None:
    """The hypotheses of those who are near are those found; `near` None: of all."""
    f = columns.f
    found *= step
    gone = costs >= LOST
    if near is not None:
        costs[:, ~near] = 0.0
    costs -= costs[0]
    np.minimum(costs, COST_CAP, out=costs)
    np.copyto(found, 0.0, where=gone)
    np.copyto(costs, MISSING, where=gone)
    if near is None:
        f[ALONG], f[COST], f[WAITED] = found, costs, 0.0
        return
    np.copyto(f[ALONG], found, where=near, casting="same_kind")
    np.copyto(f[COST], costs, where=near, casting="same_kind")
    f[WAITED] = np.where(near, 0.0, passed)


def _again(
    pool: Pool, it: Floats, along: Floats, cost: Floats, rows: Integers,
    found: Floats, costs: Floats, made: Floats, miss: Floats, near: Flags,
) -> None:  # fmt: skip
    """Those who are not near in their windows: the whole route, after all."""
    some = it.take(rows, axis=1)
    cell, joint = _in_blocks(pool, some, along.take(rows, axis=1), cost.take(rows, axis=1))
    found[:, rows], costs[:, rows] = _apart(joint, cell, some[STEP])
    made[rows], miss[rows], _ = _refined(pool, some, found[0, rows])
    near[rows] = costs[0, rows] < LOST


def _in_windows(pool: Pool, it: Floats, along: Floats, cost: Floats, scans: Flags) -> tuple[Floats, Floats]:
    """The best places in the two halves of each hypothesis's window, (6, fixes): cells and joint costs.

    `scans` becomes true where a window is too wide.
    """
    offset, last, step, per_m, _, _, accuracy, _, per_blur, reach, _, _, cap, _ = it
    at = along * per_m
    low = np.ceil(at - (accuracy + BACK_M) * per_m)
    np.maximum(low, 0.0, out=low)
    np.minimum(low, last, out=low)
    high = np.floor(at + (reach + accuracy + AHEAD_M) * per_m)
    np.minimum(high, last, out=high)
    np.maximum(high, low, out=high)
    width = high - low
    half = np.floor((width + 2.0) * 0.5)
    ends = np.empty((2, 2, *along.shape))  # first and last cells; halves; hypotheses; fixes
    first, final = ends
    first[0] = low
    np.add(low, half, out=first[1])
    np.minimum(first[1], high, out=first[1])
    np.subtract(first[1], 1.0, out=final[0])
    np.maximum(final[0], low, out=final[0])
    final[1] = high
    if width.max() >= WIDE:
        scans |= ((width >= WIDEST_WINDOW) & (cost < LOST)).any(axis=0)
        np.copyto(final, first, where=scans)
    cells = np.minimum(CELLS[: int((final - first).max()) + 1] + first, final)
    place = it[PX : PY + 1]
    miss = pool.xy.take((cells + offset).astype(np.int64), axis=1) - place[:, None, None, None]
    miss *= miss
    cells *= step
    over = _over(cells, along, reach, cap)
    over += np.add(miss[0], miss[1], out=miss[0])
    best, least = _least(over)
    np.minimum(first + best, final, out=best)
    least *= per_blur
    least += cost * DECAY
    return best.reshape(2 * KEEP, -1), least.reshape(2 * KEEP, -1)


def _over(places: Floats, along: Floats, reach: Floats, cap: Floats) -> Floats:
    """The square of the metres outside the free span of a move, up to a cap; `places` are lost."""
    places -= along
    over = places - reach
    np.negative(places, out=places)
    np.maximum(over, places, out=over)
    np.maximum(over, 0.0, out=over)
    over *= over
    return np.minimum(over, cap, out=over)


def _least(costs: Floats) -> tuple[Floats, Floats]:
    """Where along the first axis the least is, the first of equals, and the least."""
    if costs.shape[-1] < MANY:
        return costs.argmin(axis=0).astype(np.float64), costs.min(axis=0)
    least = costs[0].copy()
    best = np.zeros(least.shape)
    for n in range(1, len(costs)):
        np.copyto(best, float(n), where=costs[n] < least)
        np.minimum(least, costs[n], out=least)
    return best, least


def _in_blocks(pool: Pool, it: Floats, along: Floats, cost: Floats) -> tuple[Floats, Floats]:
    """The best places on the whole route, (6, fixes): cells and joint costs, inf where there are fewer."""
    cell, joint = np.zeros((MOST_BLOCKS, it.shape[1])), np.full((MOST_BLOCKS, it.shape[1]), np.inf)
    block, row = _near_blocks(pool, it)
    if not len(row):
        return cell, joint
    mine = it.take(row, axis=1)[:, :, None]
    cells = block[:, None] * BLOCK + IN_BLOCK
    np.minimum(cells, mine[LAST], out=cells)
    miss = pool.xy.take((cells + mine[OFFSET]).astype(np.int64), axis=1) - mine[PX : PY + 1]
    miss *= miss
    miss2 = np.add(miss[0], miss[1], out=miss[0])
    places = cells * mine[STEP]
    before = np.concatenate((along, cost)).take(row, axis=1)[:, :, None]
    over = _over(places[None].repeat(KEEP, axis=0), before[:KEEP], mine[REACH], mine[CAP])
    over += before[KEEP:] * mine[DECAYED]
    paid = over.min(axis=0)
    paid += miss2
    np.copyto(paid, np.inf, where=miss2 > mine[NEAR_2])
    best = paid.argmin(axis=1)
    best += np.arange(0, len(best) * BLOCK, BLOCK)
    least = paid.take(best)
    least *= mine[PER_BLUR, :, 0]
    best_cell = cells.take(best)
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    if rank.max() >= MOST_BLOCKS:
        order = np.lexsort((least, row))
        kept = rank < MOST_BLOCKS  # `row` is the same in the new order
        order, row, rank = order[kept], row[kept], rank[kept]
        least, best_cell = least[order], best_cell[order]
    cell[rank, row], joint[rank, row] = best_cell, least
    return cell, joint


def _near_blocks(pool: Pool, it: Floats) -> tuple[Floats, Integers]:
    """Which blocks of whose way are near, by fixes: the block's number on its way, and the fix."""
    blocks = np.floor(it[LAST] / BLOCK)
    number = np.arange(int(blocks.max()) + 1)[:, None]
    where = (np.minimum(number, blocks) + it[OFFSET] / BLOCK).astype(np.int64)
    circle = pool.blocks.take(where, axis=1)
    limit = circle[2]
    limit += it[NEAR]
    limit *= limit
    apart = circle[:2]
    apart -= it[PX : PY + 1, None]
    apart *= apart
    within = np.add(apart[0], apart[1], out=apart[0]) <= limit
    within &= number <= blocks
    row, block = within.T.nonzero()
    return block.astype(np.float64), row


def _nearest(pool: Pool, it: Floats) -> Floats:
    """The distance to the nearest of all cells, by those blocks alone that may hold it."""
    blocks = np.floor(it[LAST] / BLOCK)
    number = np.arange(int(blocks.max()) + 1)[:, None]
    where = (np.minimum(number, blocks) + it[OFFSET] / BLOCK).astype(np.int64)
    x, y, radius = pool.blocks
    apart = np.sqrt((x.take(where) - it[PX]) ** 2 + (y.take(where) - it[PY]) ** 2)
    around = radius.take(where)
    row, block = ((apart - around <= (apart + around).min(axis=0)) & (number <= blocks)).T.nonzero()
    cells = where[block, row][:, None] * BLOCK + np.arange(BLOCK)
    dx = pool.x.take(cells) - it[PX, row][:, None]
    dy = pool.y.take(cells) - it[PY, row][:, None]
    miss2 = (dx * dx + dy * dy).min(axis=1)
    starts = np.searchsorted(row, np.arange(it.shape[1]))
    nearest: Floats = np.sqrt(np.minimum.reduceat(miss2, starts))
    return nearest


def _apart(joint: Floats, cell: Floats, step: Floats) -> tuple[Floats, Floats]:
    """The three cheapest of each fix, at least 15 m from each other; costs from LOST on where there are fewer."""
    fixes = joint.shape[1]
    place, each = cell * step, np.arange(fixes)
    found, costs = np.empty((KEEP, fixes)), np.empty((KEEP, fixes))
    for n in range(KEEP):
        best = joint.argmin(axis=0)
        best *= fixes
        best += each
        joint.take(best, out=costs[n], mode="clip")
        cell.take(best, out=found[n], mode="clip")
        if n < KEEP - 1:
            apart = place - place.take(best)
            np.abs(apart, out=apart)
            np.copyto(joint, np.inf, where=apart < APART_M)
    return found, costs


def _refined(pool: Pool, it: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
    """`progress_scalar.refine` for every fix, and the squared distance to the cell itself."""
    last, step = it[LAST], it[STEP]
    cells = np.empty((3, len(cell)))
    cells[0] = cell
    np.maximum(cell - 1.0, 0.0, out=cells[1])
    np.minimum(cell + 1.0, last, out=cells[2])
    cells += it[OFFSET]
    here, a, b = pool.xy.take(cells.astype(np.int64), axis=1).astype(np.float64).transpose(1, 0, 2)
    apart = it[PX : PY + 1] - here
    tangent = b - a
    square = apart * apart
    miss2 = square[0] + square[1]
    np.multiply(tangent, tangent, out=square)
    length = np.sqrt(square[0] + square[1])
    bent = length <= 1.0
    any_bent = bent.any()
    if any_bent:
        length[bent] = 1.0
    tangent /= length
    np.multiply(apart, tangent, out=square)
    shift = square[0] + square[1]
    half = step / 2.0
    np.minimum(shift, half, out=shift)
    np.maximum(shift, -half, out=shift)
    if any_bent:
        shift[bent] = 0.0
    tangent *= shift
    apart -= tangent
    along = cell * step
    along += shift
    np.maximum(along, 0.0, out=along)
    np.minimum(along, step * last, out=along)
    apart *= apart
    return along, np.sqrt(apart[0] + apart[1]), miss2
