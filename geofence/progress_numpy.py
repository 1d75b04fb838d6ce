"""Many fixes at once in numpy: the definition in `hypotheses`, in float64, with the bits of `progress_scalar`.

Rows of fixes are the last axis everywhere, so that each operation runs over contiguous numbers and every broadcast is a
repeated row: (cells of a window, halves, hypotheses, fixes). Cells beyond the end of a window repeat its last one,
which changes no minimum.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .grid import Grid, Pool
from .hypotheses import (
    AHEAD_M,
    APART_M,
    BACK_M,
    BEST_ACCURACY_M,
    BRANCH_M,
    COST_CAP,
    DECAY,
    GLIDE_M,
    HELD_BACK_M,
    KEEP,
    LOST,
    SCAN_EVERY,
    SET_OFF_M,
    STEPS,
    UNKNOWN_S,
    WIDEST_WINDOW,
    Look,
)
from .plane import Floats
from .progress_scalar import Candidate, chosen, in_blocks, miss2_of, nearest_m, refine
from .scan_numpy import (
    CAP,
    DOUBT,
    LAST,
    LEAST,
    MOST,
    NEAR,
    NEAR_2,
    OFFSET,
    PER_M,
    PX,
    PY,
    STEP,
    WEIGHT,
    Flags,
    Integers,
    beyond,
    looks,
    nearest,
    scanned,
    squared_miss,
)
from .state import INDEX, LONGEST_S, MISSING, Columns

ALONG, COST = slice(0, KEEP), slice(KEEP, 2 * KEEP)
COUNT, WAITED, SHOWN = INDEX["count"], INDEX["waited"], INDEX["shown"]
assert [INDEX[name] for name in ("along0", "along2", "cost0", "cost2")] == [0, 2, 3, 5]

CELLS = np.arange(WIDEST_WINDOW + 1, dtype=np.float64).reshape(-1, 1, 1, 1)
REACH = np.array([[BACK_M], [AHEAD_M]])
AROUND = np.array([[0.0], [-1.0], [1.0]])
WIDE = 16
"""Up to so many cells in half a window everything is computed for all; beyond it those that are too wide are left out."""
FEW = 5
"""Up to so many fixes are looked for on the whole route one by one."""
MANY = 200
"""From this many fixes on a running minimum over the cells is quicker than numpy's own search for its place."""
EACH = np.arange(MANY)
SLICE = 400
"""So many fixes at once leave what is computed of their windows in the cache."""


@dataclass(slots=True)
class Places:
    """`hypotheses.Place` in columns; `along` is -1 where there is none, `cell` -1 where nothing is near."""

    along: Floats
    astray: Floats
    near: Flags
    cell: Integers


def locate_many(
    pool: Pool,
    slots: Integers,
    columns: Columns,
    px: Floats,
    py: Floats,
    accuracy: Floats,
    dt: Floats,
    top: Floats,
    least: Floats | float = 0.0,
) -> Places:
    """Locate a batch of fixes, each on the way in its slot, and remember in `columns` where she may be.

    As `locate_one`, but `dt` is -1 where the time since the fix before is unknown.
    """
    before = columns.read(slice(SHOWN + 1))
    along, cost, (count, waited, shown) = before[ALONG], before[COST], before[COUNT:]
    passed = waited + dt
    lost = cost[0] >= LOST
    blind = dt <= 0.0
    if any_blind := np.count_nonzero(blind) > 0:
        np.copyto(passed, waited + np.where(lost, 0.0, UNKNOWN_S), where=blind)
    np.maximum(passed, 0.0, out=passed)
    np.minimum(passed, LONGEST_S, out=passed)
    accuracy = np.maximum(accuracy, BEST_ACCURACY_M)
    it = looks(pool, slots, px, py, accuracy, passed, top, least)
    if any_lost := np.count_nonzero(lost) > 0:  # the first fix of all: she is thought to be at the start
        along, cost = along.copy(), cost.copy()
        it[LEAST, lost], it[MOST, lost], it[CAP, lost] = 0.0, accuracy[lost] + SET_OFF_M, np.inf
        along[0, lost], cost[0, lost] = 0.0, 0.0
        cost[1:, lost] = MISSING
        blind &= ~lost

    cell, joint = _windows(pool, it, along, cost)
    found, costs = _apart(joint, cell, it[STEP])
    if any_blind:
        costs[:, blind] = np.inf
    made, miss, miss2 = _refined(pool, it, found[0])
    near = miss2 <= it[NEAR_2]
    none = costs[0] >= LOST
    near &= ~none
    count += 1.0
    scans = count >= SCAN_EVERY
    scans &= near
    scans |= none
    if any_lost:
        scans |= lost
    if np.count_nonzero(scans):
        rows = scans.nonzero()[0]
        _scanned(pool, slots, it, along, cost, rows, found, costs, made, miss, near)
        count[rows] = 0.0
    away = None
    here = found[0].astype(np.int64)
    if np.count_nonzero(near) != len(near):
        away = ~near
        far = away.nonzero()[0]
        _astray(pool, slots, it, far, miss)
        here[far] = -1
    before[SHOWN] = _told(made, shown, accuracy + HELD_BACK_M, it[MOST], away)
    _kept(before, it[STEP], near, away, found, costs, passed)
    columns.f[: SHOWN + 1] = before
    return Places(made, miss, near, here)


def _told(made: Floats, shown: Floats, blur: Floats, most: Floats, away: Flags | None) -> Floats:
    """`made` as it is told, in its place: no step back inside the blur, none faster than she can; `away`: who is not near."""
    back = shown - made
    glides = back > blur
    if np.count_nonzero(glides):
        glides &= back <= GLIDE_M
        np.maximum(made, shown - most, out=made, where=glides)
    made *= STEPS
    made += 0.5
    np.floor(made, out=made)
    made /= STEPS
    stays = back > 0.0
    stays &= back <= blur
    if away is not None:
        stays |= away
    np.copyto(made, shown, where=stays)
    return made


def _kept(
    before: Floats, step: Floats, near: Flags, away: Flags | None, found: Floats, costs: Floats, passed: Floats
) -> None:
    """The hypotheses of those who are near are those found; `away` None: of all."""
    found *= step
    if away is not None:
        np.copyto(costs, 0.0, where=away)
    gone = costs >= LOST
    costs = costs - costs[0]
    np.minimum(costs, COST_CAP, out=costs)
    if np.count_nonzero(gone):
        np.copyto(found, 0.0, where=gone)
        np.copyto(costs, MISSING, where=gone)
    if away is None:
        before[ALONG], before[COST], before[WAITED] = found, costs, 0.0
        return
    np.copyto(before[ALONG], found, where=near)
    np.copyto(before[COST], costs, where=near)
    np.multiply(passed, away, out=before[WAITED])


def _windows(pool: Pool, it: Floats, along: Floats, cost: Floats) -> tuple[Floats, Floats]:
    """Where she may be by the windows, (6, fixes): cells and joint costs, inf where there are fewer.

    Of many, those with windows of about one width are looked at together, so that few cells are computed for nothing.
    """
    fixes = it.shape[1]
    if fixes < MANY:
        return _in_windows(pool, it, along, cost)
    cell, joint = np.empty((2, 2 * KEEP, fixes))
    width = it[MOST] * it[PER_M]
    np.minimum(width, 1e4, out=width)
    order = width.astype(np.int16).argsort(kind="stable")
    for n in range(0, fixes, SLICE):
        rows = order[n : n + SLICE]
        cell[:, rows], joint[:, rows] = _in_windows(
            pool, it.take(rows, axis=1), along.take(rows, axis=1), cost.take(rows, axis=1)
        )
    return cell, joint


def _way(pool: Pool, slots: Integers, n: int) -> Grid:
    way: Grid | None = pool.ways[slots[n]]
    assert way is not None
    return way


def _alone(it: Floats, along: Floats, cost: Floats, n: int) -> tuple[list[tuple[float, float]], Look]:
    """What `progress_scalar.in_blocks` asks: hypotheses, and how to look."""
    one: list[float] = it[:, n].tolist()
    places = list(zip(along[:, n].tolist(), cost[:, n].tolist(), strict=True))
    return places, Look(one[PX], one[PY], one[DOUBT], one[WEIGHT], one[LEAST], one[MOST], one[NEAR])


def _scanned(
    pool: Pool, slots: Integers, it: Floats, along: Floats, cost: Floats, rows: Integers,
    found: Floats, costs: Floats, made: Floats, miss: Floats, near: Flags,
) -> None:  # fmt: skip
    """Of these the whole route as well."""
    if len(rows) <= FEW:
        for n in rows.tolist():
            way, (places, look) = _way(pool, slots, n), _alone(it, along, cost, n)
            held = zip(costs[:, n].tolist(), found[:, n].astype(np.int64).tolist(), strict=True)
            candidates: list[Candidate] = [(joint, cell, 0.0) for joint, cell in held if joint < LOST]
            kept = chosen(candidates + in_blocks(way, places, look), way.step_m)
            costs[:, n] = np.inf
            for k, (joint, cell, _) in enumerate(kept):
                found[k, n], costs[k, n] = cell, joint
            near[n] = bool(kept) and miss2_of(way, kept[0][1], look.x, look.y) <= look.near_m * look.near_m
            if near[n]:
                made[n], miss[n] = refine(way, kept[0][1], look.x, look.y)
        return
    for n in range(0, len(rows), SLICE):
        some = rows[n : n + SLICE]
        theirs = it.take(some, axis=1)
        cells, joints = scanned(pool, theirs, along.take(some, axis=1), cost.take(some, axis=1))
        cells = np.concatenate((found.take(some, axis=1), cells))
        joints = np.concatenate((costs.take(some, axis=1), joints))
        found[:, some], costs[:, some] = _apart(joints, cells, theirs[STEP])
        made[some], miss[some], miss2 = _refined(pool, theirs, found[0, some])
        near[some] = (miss2 <= theirs[NEAR_2]) & (costs[0, some] < LOST)


def _astray(pool: Pool, slots: Integers, it: Floats, far: Integers, miss: Floats) -> None:
    """How far from their routes those are who are not near."""
    if len(far) > FEW:
        miss[far] = nearest(pool, it.take(far, axis=1))
        return
    for n in far.tolist():
        miss[n] = nearest_m(_way(pool, slots, n), float(it[PX, n]), float(it[PY, n]))


def _in_windows(pool: Pool, it: Floats, along: Floats, cost: Floats) -> tuple[Floats, Floats]:
    """The best places in the two halves of each hypothesis's window, (6, fixes): cells and joint costs.

    inf for those of a fix with a window too wide.
    """
    offset, last, step, per_m, _, _, doubt, weight, _, most_m, _, _, turn, cap = it
    at = along * per_m
    ends: Floats = np.empty((4, *along.shape))  # first cells of both halves, last cells; hypotheses; fixes
    low, high, middle = ends[0], ends[3], ends[2]
    back, ahead = (most_m + REACH) * per_m
    np.ceil(np.subtract(at, back, out=low), out=low)
    np.floor(np.add(at, ahead, out=high), out=high)
    np.minimum(ends[::3], last, out=ends[::3])
    np.maximum(low, 0.0, out=low)
    np.maximum(high, low, out=high)
    np.add(low, high, out=middle)
    middle *= 0.5
    np.floor(middle, out=middle)
    np.minimum(middle + 1.0, high, out=ends[1])
    widest = int(np.maximum.reduce(middle - low, axis=None)) + 1
    first: Floats = ends[:2]
    final: Floats = ends[2:]
    wide = None
    if widest > WIDE:
        wide = ((high - low >= WIDEST_WINDOW) & (cost < LOST)).any(axis=0)
        np.copyto(final, first, where=wide)
        widest = int((final - first).max()) + 1
    cells = CELLS[:widest] + first
    np.minimum(cells, final, out=cells)
    miss2 = squared_miss(pool, cells + offset, it[PX : PY + 1].T.ravel())
    cells *= step * weight
    least_m, most_m = it[LEAST : MOST + 1] * weight
    cells -= along * weight
    over = beyond(cells, least_m, most_m)
    np.maximum(over, -turn, out=over)
    over *= over
    over += miss2
    best, least = _least(over)
    least *= 1.0 / doubt
    np.minimum(least, cap, out=least)
    least += cost * DECAY
    if wide is not None:
        np.copyto(least, np.inf, where=wide)
    return (first + best).reshape(2 * KEEP, -1), least.reshape(2 * KEEP, -1)


def _least(costs: Floats) -> tuple[Integers | NDArray[np.uint8], Floats]:
    """Where along the first axis the least is, the first of equals, and the least."""
    if costs.shape[-1] < MANY:
        return costs.argmin(axis=0), np.minimum.reduce(costs)
    least = costs.min(axis=0)
    dearer = (costs != least).view(np.uint8)
    best, so_far = np.zeros(least.shape, dtype=np.uint8), np.ones(least.shape, dtype=np.uint8)
    for one in dearer[:-1]:
        so_far &= one
        best += so_far
    return best, least


def _apart(joint: Floats, cell: Floats, step: Floats) -> tuple[Floats, Floats]:
    """The three cheapest of each fix, at least 15 m from each other, the third 60 m; costs from LOST on if there are fewer."""
    fixes = joint.shape[1]
    place = cell * step
    found, costs = np.empty((2, KEEP, fixes))
    each = EACH[:fixes]
    for n in range(KEEP):
        if fixes < MANY:
            best = joint.argmin(axis=0)
            best *= fixes
            best += each
            cell.take(best, out=found[n], mode="clip")  # with a mode that refuses nothing it is not copied twice
            joint.take(best, out=costs[n], mode="clip")
        else:
            joint.min(axis=0, out=costs[n])
            least = joint == costs[n]
            for k in range(len(cell) - 1, -1, -1):  # the first of equals is written last
                np.copyto(found[n], cell[k], where=least[k])
        if n == 0:
            first = np.abs(place - found[0] * step)
            np.copyto(joint, np.inf, where=first < APART_M)
        elif n == 1:
            second = np.abs(place - found[1] * step)
            np.copyto(joint, np.inf, where=np.minimum(first, second, out=second) < BRANCH_M)
    return found, costs


def _refined(pool: Pool, it: Floats, cell: Floats) -> tuple[Floats, Floats, Floats]:
    """`progress_scalar.refine` for every fix, and the squared distance to the cell itself."""
    last, step = it[LAST], it[STEP]
    cells = AROUND + cell
    np.maximum(cells, 0.0, out=cells)
    np.minimum(cells, last, out=cells)
    cells += it[OFFSET]
    near = pool.pairs.take(cells.astype(np.int64)).view(np.float32).reshape(3, -1, 2).transpose(2, 0, 1)
    both = np.empty((2, 2, len(cell)))
    apart, tangent = both
    np.subtract(it[PX : PY + 1], near[:, 0], out=apart)
    np.subtract(near[:, 2], near[:, 1], out=tangent, dtype=np.float64)
    square = both * both
    miss2, length = square[:, 0] + square[:, 1]
    np.sqrt(length, out=length)
    bent = length <= 1.0
    if any_bent := np.count_nonzero(bent) > 0:
        length[bent] = 1.0
    tangent /= length
    dots = apart * tangent
    shift = dots[0] + dots[1]
    half = step * 0.5
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
