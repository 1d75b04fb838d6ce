"""Many fixes held against the whole of their routes in numpy, with the bits of `progress_scalar`: where on it each may be,
and how far from all of it she is.

What is known of the fixes is one array `it`, a row for each of the names here: what her way is, where the fix is, and
what follows from its accuracy and the time since the one before it.
"""

import numpy as np
from numpy.typing import NDArray

from .grid import BLOCK, Of, Pool
from .hypotheses import (
    BACK_M,
    BLUR_2,
    DECAY,
    FIX_CAP,
    KEEP,
    MOST_BLOCKS,
    MOVE_CAP,
    NEAR_FACTOR,
    NEAR_M,
    SPREAD_2,
    SPREAD_MPS,
    TEMPER,
    TURN_COST,
)
from .plane import Floats

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

OFFSET, LAST, STEP, PER_M, PX, PY, DOUBT, WEIGHT, LEAST, MOST, NEAR, NEAR_2, TURN, CAP = range(14)
IN_BLOCK = np.arange(BLOCK, dtype=np.float64)


def looks(
    pool: Pool, slots: Integers, px: Floats, py: Floats, accuracy: Floats, passed: Floats, top: Floats,
    least: Floats | float,
) -> Floats:  # fmt: skip
    """What is known of the fixes, in the rows that are named here."""
    it = np.empty((14, len(slots)))
    it[:PX] = pool.table[: Of.LAT].take(slots, axis=1)
    it[PX], it[PY], it[CAP] = px, py, FIX_CAP
    doubt, weight, least_m, most_m, near, near_2, turn = it[DOUBT:CAP]
    np.multiply(accuracy, accuracy, out=doubt)
    doubt += BLUR_2
    doubt *= TEMPER
    np.multiply(SPREAD_MPS, passed, out=weight)
    weight *= weight
    weight += SPREAD_2
    np.divide(doubt, weight, out=weight)
    np.multiply(TURN_COST, doubt, out=turn)
    np.sqrt(turn, out=turn)
    np.sqrt(weight, out=weight)
    np.multiply(top, passed, out=most_m)
    np.multiply(least, passed, out=least_m)
    np.minimum(least_m, most_m, out=least_m)
    np.maximum(NEAR_FACTOR * accuracy, NEAR_M, out=near)
    np.multiply(near, near, out=near_2)
    return it


def scanned(pool: Pool, it: Floats, along: Floats, cost: Floats) -> tuple[Floats, Floats]:
    """The best places on the whole route, (6, fixes): cells and joint costs, inf where there are fewer."""
    cell, joint = np.zeros((MOST_BLOCKS, it.shape[1])), np.full((MOST_BLOCKS, it.shape[1]), np.inf)
    block, row = _near_blocks(pool, it)
    if not len(row):
        return cell, joint
    mine = it.take(row, axis=1)[:, :, None]
    cells = block[:, None] * BLOCK + IN_BLOCK
    np.minimum(cells, mine[LAST], out=cells)
    miss2 = squared_miss(pool, cells + mine[OFFSET], np.tile(it[PX : PY + 1].T[row], BLOCK))
    weight, doubt, turn, least_m, most_m = mine[WEIGHT], mine[DOUBT], mine[TURN], mine[LEAST], mine[MOST]
    before = np.concatenate((along, cost)).take(row, axis=1)[:, :, None]
    over = beyond(cells * (mine[STEP] * weight) - before[:KEEP] * weight, least_m * weight, most_m * weight)
    behind = (least_m + most_m + BACK_M) * weight - turn
    np.maximum(over, np.minimum(over + behind, -turn), out=over)
    over *= over
    np.minimum(over, MOVE_CAP * doubt, out=over)
    over += before[KEEP:] * (DECAY * doubt)
    paid = over.min(axis=0)
    paid += miss2
    np.copyto(paid, np.inf, where=miss2 > mine[NEAR_2])
    best = paid.argmin(axis=1)
    best += np.arange(0, len(best) * BLOCK, BLOCK)
    least = paid.take(best)
    least *= 1.0 / doubt[:, 0]
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


def nearest(pool: Pool, it: Floats) -> Floats:
    """The distance to the nearest of all cells, by those blocks alone that may hold it."""
    blocks = np.floor(it[LAST] / BLOCK)
    number = np.arange(int(blocks.max()) + 1)[:, None]
    where = (np.minimum(number, blocks) + it[OFFSET] / BLOCK).astype(np.int64)
    x, y, radius = pool.blocks
    apart = np.sqrt((x.take(where) - it[PX]) ** 2 + (y.take(where) - it[PY]) ** 2)
    around = radius.take(where)
    row, block = ((apart - around <= (apart + around).min(axis=0)) & (number <= blocks)).T.nonzero()
    cells = where[block, row][:, None] * BLOCK + IN_BLOCK
    miss2 = squared_miss(pool, cells, np.tile(it[PX : PY + 1].T[row], BLOCK)).min(axis=1)
    starts = np.searchsorted(row, np.arange(it.shape[1]))
    nearest: Floats = np.sqrt(np.minimum.reduceat(miss2, starts))
    return nearest


def squared_miss(pool: Pool, cells: Floats, place: Floats) -> Floats:
    """The squared distances of the pool's cells to a place, or each to its own (x and y in turn along the last axis)."""
    miss = pool.pairs.take(cells.astype(np.int64)).view(np.float32) - place
    miss *= miss
    return miss[..., ::2] + miss[..., 1::2]


def beyond(moves: Floats, least: Floats, most: Floats) -> Floats:
    """How far beyond its free span each move is, below 0 before it; `moves` are lost."""
    free = np.minimum(moves, most)
    np.maximum(free, least, out=free)
    moves -= free
    return moves
