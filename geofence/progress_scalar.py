"""One fix at a time in plain Python: below some twenty fixes this is faster than arrays.

The definition is in `hypotheses`; the same operations in the same order as `progress_numpy`, so that both give the
same bits. A window is searched from where a move is free, and only as far as a move alone costs less than the best place found.
"""

from collections.abc import Sequence
from math import ceil, floor, inf, sqrt
from operator import itemgetter

import numpy as np

from .grid import BLOCK, Grid
from .hypotheses import (
    AHEAD_M,
    APART_M,
    BACK_M,
    BEST_ACCURACY_M,
    BLUR_2,
    BRANCH_M,
    COST_CAP,
    DECAY,
    FIX_CAP,
    GLIDE_M,
    HELD_BACK_M,
    KEEP,
    LOST,
    MOST_BLOCKS,
    MOVE_CAP,
    NEAR_FACTOR,
    NEAR_M,
    SCAN_EVERY,
    SET_OFF_M,
    SPREAD_2,
    SPREAD_MPS,
    STEPS,
    TEMPER,
    TURN_COST,
    UNKNOWN_S,
    WIDEST_WINDOW,
    Look,
    Place,
)
from .state import LONGEST_S, MISSING, Row

Candidate = tuple[float, int, float]
"""Joint cost, cell, squared distance."""
FEW_BLOCKS = 24
"""Up to so many blocks plain Python asks sooner which of them are near."""
FEW_CELLS = 1000
"""Up to so many cells all of them are looked at sooner than the blocks that may hold the nearest."""
A_HAIR = 1e-6
"""So many cells earlier a move is looked at as if it were free: what rounding may do."""
_joint = itemgetter(0)
Places = Sequence[tuple[float, float]]
"""Hypotheses: how far along, and the cost."""


def locate_one(
    way: Grid,
    row: Row,
    px: float,
    py: float,
    accuracy_m: float,
    dt_s: float | None,
    top_mps: float,
    least_mps: float = 0.0,
) -> Place:
    """Locate a fix at (px, py) in the way's plane, and remember in `row` where she may be.

    `dt_s` is the time since the fix before, None if unknown; `top_mps` how fast she may have been, `least_mps` how fast
    she was at least if she went on, by her phone.
    """
    accuracy = accuracy_m if accuracy_m > BEST_ACCURACY_M else BEST_ACCURACY_M
    near = NEAR_FACTOR * accuracy if NEAR_FACTOR * accuracy > NEAR_M else NEAR_M
    first = row.cost0 >= LOST
    since = dt_s if dt_s is not None else 0.0 if first else UNKNOWN_S
    passed = row.waited + since
    passed = 0.0 if passed < 0.0 else LONGEST_S if passed > LONGEST_S else passed
    most = top_mps * passed
    least = least_mps * passed if least_mps * passed < most else most
    places: Places = ((row.along0, row.cost0), (row.along1, row.cost1), (row.along2, row.cost2))
    if first:  # she is thought to be at the start
        places, least, most = ((0.0, 0.0),), 0.0, accuracy + SET_OFF_M
    doubt = (accuracy * accuracy + BLUR_2) * TEMPER
    spread = SPREAD_MPS * passed
    look = Look(px, py, doubt, sqrt(doubt / (spread * spread + SPREAD_2)), least, most, near)
    found = _in_windows(way, places, look, inf if first else FIX_CAP) if first or dt_s is not None else []
    is_near = bool(found) and found[0][2] <= near * near
    row.count += 1.0
    if first or not found or (is_near and row.count >= SCAN_EVERY):
        row.count = 0.0
        found = chosen(found + in_blocks(way, places, look), way.step_m)
        is_near = bool(found) and found[0][2] <= near * near
    if is_near:
        return _landed(way, row, found, look, accuracy)
    row.waited = passed
    return Place(row.shown if row.shown >= 0.0 else None, nearest_m(way, px, py), False, -1)


def refine(way: Grid, cell: int, px: float, py: float) -> tuple[float, float]:
    """(along_m, distance) of a point held against the line through a cell's two neighbours."""
    step, here = way.step_m, 2 * (way.offset + cell)
    a = here - 2 if cell > 0 else here
    b = here + 2 if cell < way.cells - 1 else here
    xy = way.pool.flat[a : b + 2].tolist()
    tx: float = xy[-2] - xy[0]
    ty: float = xy[-1] - xy[1]
    dx = px - xy[here - a]
    dy = py - xy[here - a + 1]
    length = sqrt(tx * tx + ty * ty)
    along = cell * step
    if length > 1.0:  # at a turning point both neighbours are the same place
        tx, ty = tx / length, ty / length
        half = step / 2.0
        shift = dx * tx + dy * ty
        shift = half if shift > half else -half if shift < -half else shift
        dx -= shift * tx
        dy -= shift * ty
        along += shift
    along = 0.0 if along < 0.0 else way.length_m if along > way.length_m else along
    return along, sqrt(dx * dx + dy * dy)


def miss2_of(way: Grid, cell: int, px: float, py: float) -> float:
    """The squared distance of a point to a cell."""
    return _misses(way, way.offset + cell, way.offset + cell + 1, px, py)[0]


def nearest_m(way: Grid, px: float, py: float) -> float:
    """The distance to the nearest of all cells, by those blocks alone that may hold it."""
    if way.cells <= FEW_CELLS:
        apart = way.pool.xy[way.offset : way.offset + way.cells] - np.array((px, py))
        apart *= apart
        return sqrt(np.minimum.reduce(apart[:, 0] + apart[:, 1]))
    first, last = way.offset // BLOCK, (way.offset + way.cells - 1) // BLOCK
    x, y, radius = way.pool.blocks[:, first : last + 1]
    apart = np.sqrt((x - px) ** 2 + (y - py) ** 2)
    blocks = np.flatnonzero(apart - radius <= (apart + radius).min())
    near = way.pool.xy.reshape(-1, BLOCK, 2)[blocks + first]
    dx, dy = near[..., 0] - np.float64(px), near[..., 1] - np.float64(py)
    return sqrt((dx * dx + dy * dy).min())


def _in_windows(way: Grid, places: Places, look: Look, cap: float) -> list[Candidate]:
    """The best places in the two halves of each hypothesis's window; none when a window is too wide.

    Each half is searched from the free span of the move outwards, until the move alone costs more than the best place.
    """
    px, py, doubt, weight, least_m, most_m, _ = look
    step, last, offset, per_m, flat = way.step_m, way.cells - 1, way.offset, 1.0 / way.step_m, way.pool.flat
    back, ahead, free = (most_m + BACK_M) * per_m, (most_m + AHEAD_M) * per_m, least_m * per_m - A_HAIR
    scale, turn, per_doubt = step * weight, sqrt(TURN_COST * doubt), 1.0 / doubt
    nearest, farthest = least_m * weight, most_m * weight
    firsts: list[Candidate] = []
    seconds: list[Candidate] = []
    for along, cost in places:
        if cost >= LOST:
            continue
        at = along * per_m
        low, high = ceil(at - back), floor(at + ahead)
        low = 0 if low < 0 else last if low > last else low
        high = last if high > last else low if high < low else high
        if high - low >= WIDEST_WINDOW:
            return []
        move = (along * weight, nearest, farthest, turn, scale)
        middle, cost, begins = low + (high - low + 2) // 2, cost * DECAY, ceil(at + free)
        least, cell, miss2 = _outwards(flat, offset, low, middle, begins, px, py, move)
        least *= per_doubt
        firsts.append(((least if least < cap else cap) + cost, cell, miss2))
        if middle <= high:
            least, cell, miss2 = _outwards(flat, offset, middle, high + 1, begins, px, py, move)
            least *= per_doubt
            seconds.append(((least if least < cap else cap) + cost, cell, miss2))
    return chosen(firsts + seconds, step)


def _outwards(
    flat: "memoryview[float]",
    offset: int,
    first: int,
    end: int,
    begins: int,
    px: float,
    py: float,
    move: tuple[float, ...],
) -> Candidate:
    """The cheapest cell from `first` up to `end`, its cost not yet over the doubt; a move is free from `begins` on."""
    along, nearest, farthest, turn, scale = move
    begins = first if begins < first else begins if begins < end else end - 1
    least, best, best2, n = inf, begins, 0.0, 2 * (offset + begins)
    for cell in range(begins, end):
        moved = cell * scale - along
        if moved > farthest:  # than she could have come
            paid = (moved - farthest) * (moved - farthest)
            if paid >= least:
                break
        else:
            paid = nearest - moved
            paid = 0.0 if paid <= 0.0 else paid * paid if paid < turn else turn * turn
        x, y = flat[n] - px, flat[n + 1] - py
        miss2 = x * x + y * y
        paid += miss2
        if paid < least:
            least, best, best2 = paid, cell, miss2
        n += 2
    for cell in range(begins - 1, first - 1, -1):  # not so far as she went, or a step back
        paid = nearest - (cell * scale - along)
        paid = paid * paid if paid < turn else turn * turn
        if paid > least:
            break
        n = 2 * (offset + cell)
        x, y = flat[n] - px, flat[n + 1] - py
        miss2 = x * x + y * y
        paid += miss2
        if paid <= least:  # the first of equals
            least, best, best2 = paid, cell, miss2
    return least, best, best2


def _misses(way: Grid, first: int, end: int, px: float, py: float) -> list[float]:
    xy = way.pool.flat[2 * first : 2 * end].tolist()
    return [(x - px) * (x - px) + (y - py) * (y - py) for x, y in zip(xy[::2], xy[1::2], strict=True)]


def chosen(candidates: list[Candidate], step: float) -> list[Candidate]:
    """The best ones, at least 15 m from each other; the third 60 m."""
    candidates.sort(key=_joint)
    kept: list[Candidate] = []
    places: list[float] = []
    apart = APART_M
    for candidate in candidates:
        place = candidate[1] * step
        for other in places:
            if abs(place - other) < apart:
                break
        else:
            if candidate[0] >= LOST:
                break
            kept.append(candidate)
            places.append(place)
            if len(kept) == KEEP:
                break
            if len(kept) == KEEP - 1:
                apart = BRANCH_M
    return kept


def in_blocks(way: Grid, places: Places, look: Look) -> list[Candidate]:
    """The six cheapest blocks' best places on the whole route, cheapest first; none where nothing of it is near."""
    px, py, doubt, weight, _, _, near = look
    first, last = way.offset // BLOCK, (way.offset + way.cells - 1) // BLOCK
    circles = way.pool.blocks[:, first : last + 1]
    if last - first < FEW_BLOCKS:
        blocks = []
        for block, (x, y, radius) in enumerate(zip(*circles.tolist(), strict=True)):
            dx, dy, limit = x - px, y - py, radius + near
            if dx * dx + dy * dy <= limit * limit:
                blocks.append(block)
    else:
        dxs, dys, limits = circles[0] - px, circles[1] - py, circles[2] + near
        blocks = np.flatnonzero(dxs * dxs + dys * dys <= limits * limits).tolist()
    per_doubt, decay = 1.0 / doubt, DECAY * doubt
    held = [(along * weight, cost * decay) for along, cost in places if cost < LOST]
    candidates: list[Candidate] = []
    for block in blocks:
        at = (first + block) * BLOCK
        best = _cheapest(way, _misses(way, at, at + BLOCK, px, py), block * BLOCK, held, look)
        if best is not None:
            candidates.append((best[0] * per_doubt, best[1], best[2]))
    candidates.sort(key=_joint)
    return candidates[:MOST_BLOCKS]


def _cheapest(way: Grid, misses: list[float], first: int, held: Places, look: Look) -> Candidate | None:
    """The cheapest near cell of a block, its cost not yet over the doubt."""
    _, _, doubt, weight, least_m, most_m, near = look
    scale, last, near2, cap = way.step_m * weight, way.cells - 1, near * near, MOVE_CAP * doubt
    turn, nearest, farthest = sqrt(TURN_COST * doubt), least_m * weight, most_m * weight
    behind = (least_m + most_m + BACK_M) * weight - turn
    best: Candidate | None = None
    least = inf
    free = min([cost for _, cost in held])
    for n, miss2 in enumerate(misses):
        cell = first + n
        if miss2 > near2 or cell > last or free + miss2 >= least:
            continue
        prior = inf
        for along, cost in held:
            moved = cell * scale - along
            if moved > farthest:
                over = moved - farthest
            elif moved < nearest:  # a step back; no dearer than a turn where a window reaches
                over = nearest - moved
                over = min(over, max(over - behind, turn))
            else:
                over = 0.0
            over *= over
            paid = (over if over < cap else cap) + cost
            if paid < prior:
                prior = paid
        joint = prior + miss2
        if joint < least:
            least, best = joint, (joint, cell, miss2)
    return best


def _landed(way: Grid, row: Row, found: list[Candidate], look: Look, accuracy: float) -> Place:
    """She is near her route: the hypotheses are those found."""
    step, (least, cell, _) = way.step_m, found[0]
    along_m, miss_m = refine(way, cell, look.x, look.y)
    back = row.shown - along_m
    if 0.0 < back <= accuracy + HELD_BACK_M:  # inside the blur of the fix it is noise
        along_m = row.shown
    elif 0.0 < back <= GLIDE_M:  # no faster than she can
        along_m = max(along_m, row.shown - look.most_m)
    along_m = floor(along_m * STEPS + 0.5) / STEPS
    row.along0, row.cost0 = cell * step, 0.0
    row.along1 = row.along2 = 0.0
    row.cost1 = row.cost2 = MISSING
    if len(found) > 1:
        joint, other, _ = found[1]
        joint -= least
        row.along1, row.cost1 = other * step, joint if joint < COST_CAP else COST_CAP
        if len(found) > 2:
            joint, other, _ = found[2]
            joint -= least
            row.along2, row.cost2 = other * step, joint if joint < COST_CAP else COST_CAP
    row.waited, row.shown = 0.0, along_m
    return Place(along_m, miss_m, True, cell)
