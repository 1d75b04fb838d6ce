"""From what was found to what is shown: lines, figures, and no two ways that are the same to her."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.lighting import Light
from geofence.plane import Floats, metres_per_degree

from .compare import WORTH_M
from .crop import Crop
from .format import PART_SHUNNED, PART_STEPS
from .profile import told
from .region import Region
from .runs import begins, runs
from .search import Found
from .snap import End
from .tonight import Tonight
from .ways import Pieces, Way

I4 = NDArray[np.int32]
Bools = NDArray[np.bool_]

_E7 = 1e-7
_TINY_M = 0.005


class Walk(NamedTuple):
    """The parts of a way in the order in which she walks them, between two metres along all of them."""

    part: I4
    forward: Bools
    end_m: Floats
    first_m: float
    last_m: float


def walked(region: Region, crop: Crop, found: Found, origin: End, destination: End) -> Walk:
    """The parts of what was found. It begins and ends inside the outermost ones."""
    legs = [found.first, *([found.last] if found.last else [])]
    link = np.concatenate(([legs[0].link], crop.link[found.arcs], [leg.link for leg in legs[1:]])).astype(np.int32)
    forward = np.concatenate(
        ([legs[0].forward], crop.forward(region, found.arcs), [leg.forward for leg in legs[1:]])
    ).astype(bool)
    first = region.part_ptr[link]
    count = region.part_ptr[link + 1] - first
    part, ways = runs(first, count, forward), np.repeat(forward, count)
    end_m = np.cumsum(region.part_m[part], dtype=np.float64)
    first_link_m, last_link_m = (
        float(region.part_m[region.part_ptr[leg.link] : region.part_ptr[leg.link + 1]].sum(dtype=np.float64))
        for leg in (legs[0], legs[-1])
    )
    skipped_m = origin.along_m if legs[0].forward else first_link_m - origin.along_m
    left_m = last_link_m - destination.along_m if legs[-1].forward else destination.along_m
    return Walk(part, ways, end_m, skipped_m, max(skipped_m, float(end_m[-1]) - left_m))


def drawn(region: Region, walk: Walk, origin: End, destination: End, tonight: Tonight, kinds: tuple[str, ...]) -> Way:
    """A way as it is shown."""
    pieces = _pieces(region, walk, tonight)
    figures = told(pieces)
    lat, lon, along_m = _line(region, walk, origin, destination)
    length_m = walk.last_m - walk.first_m
    return Way(
        kinds=kinds,
        lat=lat,
        lon=lon,
        along_m=along_m,
        length_m=length_m,
        duration_s=length_m / tonight.pace_mps,
        metres=figures.metres,
        stretches=figures.stretches,
        longest_unsure=figures.unsure,
        steps_m=figures.steps_m,
        pieces=pieces,
    )


def distinct(ways: Sequence[Way], order: Sequence[str]) -> tuple[Way, ...]:
    """Those that have something before each shorter one, by the `order` of their kinds. Who has nothing gives its own to
    that one."""
    kept: list[Way] = []
    for way in sorted(ways, key=lambda one: one.length_m):
        like = next((k for k, one in enumerate(kept) if _gain_m(way, one) < WORTH_M), None)
        if like is None:
            kept.append(way)
        else:
            kept[like] = _named(kept[like], (*kept[like].kinds, *way.kinds))
    found = [_named(way, tuple(sorted(way.kinds, key=order.index))) for way in kept]
    return tuple(sorted(found, key=lambda way: order.index(way.kind)))


def _gain_m(way: Way, other: Way) -> float:
    """What a longer way has before a shorter one: metres of the worst it spares her."""
    if way.pieces.part == other.pieces.part:
        return 0.0
    spared = [
        sum(other.metres[light:]) - sum(way.metres[light:]) for light in (Light.ASSUMED, Light.UNKNOWN, Light.UNLIT)
    ]
    return max(*spared, other.shunned_m - way.shunned_m)


def _named(way: Way, kinds: tuple[str, ...]) -> Way:
    return Way(kinds, *(getattr(way, name) for name in Way.__slots__ if name != "kinds"))


def _pieces(region: Region, walk: Walk, tonight: Tonight) -> Pieces:
    """The parts, cut where she begins and ends, and where reports do."""
    part, end_m = walk.part, walk.end_m
    begin_m = np.concatenate(([0.0], end_m[:-1]))
    low, high = np.maximum(begin_m, walk.first_m), np.minimum(end_m, walk.last_m)
    least, factor, rule = np.zeros(len(part), np.uint8), np.zeros(len(part)), np.zeros(len(part), np.uint8)
    index = np.arange(len(part))
    if tonight.bad:
        index, low, high, least, factor, rule = _with_reports(region, walk, tonight, begin_m, low, high)
    inside = high - low > _TINY_M
    if not inside.any():  # two places a step apart
        inside[0] = True
    index, low, high = index[inside], low[inside], high[inside]
    part = part[index]
    middle_m = (low + high) / 2 - walk.first_m
    state, by = tonight.seen(part, middle_m)
    worse = least[inside] > state
    state, by = np.where(worse, least[inside], state), np.where(worse, rule[inside], by)
    flags = region.part_flags[part]
    return Pieces(
        part=part.tolist(),
        m=(high - low).tolist(),
        state=state.tolist(),
        rule=by.tolist(),
        name=region.part_name[part].tolist(),
        kind=region.part_class[part].tolist(),
        steps=((flags & PART_STEPS) > 0).tolist(),
        shunned=((factor[inside] > 1.0) | ((flags & PART_SHUNNED) > 0)).tolist(),
        named=region.name,
        kinds=region.about.classes,
    )


def _with_reports(
    region: Region, walk: Walk, tonight: Tonight, begin_m: Floats, low: Floats, high: Floats
) -> tuple[NDArray[np.int64], Floats, Floats, NDArray[np.uint8], Floats, NDArray[np.uint8]]:
    """Pieces by the number of their part in the walk, each with what was reported on it: least state, factor, rule."""
    rows: list[tuple[int, float, float, int, float, int]] = []
    walks = zip(walk.part.tolist(), walk.forward.tolist(), begin_m.tolist(), walk.end_m.tolist(), strict=True)
    for k, (part, forward, begin, end) in enumerate(walks):
        at, last = float(low[k]), float(high[k])
        pieces = tonight.bad.get(part, ())
        for bad in pieces if forward else reversed(pieces):
            from_m, to_m = (begin + bad.low_m, begin + bad.high_m) if forward else (end - bad.high_m, end - bad.low_m)
            from_m, to_m = max(at, from_m), min(last, to_m)
            if to_m > from_m:
                rows += [(k, at, from_m, 0, 0.0, 0), (k, from_m, to_m, int(bad.state), bad.factor, bad.rule)]
                at = to_m
        rows.append((k, at, last, 0, 0.0, 0))
    number, begins_m, ends_m, least, factor, rule = zip(*rows, strict=True)
    return (
        np.array(number, np.int64),
        np.array(begins_m),
        np.array(ends_m),
        np.array(least, np.uint8),
        np.array(factor),
        np.array(rule, np.uint8),
    )


def _line(region: Region, walk: Walk, origin: End, destination: End) -> tuple[Floats, Floats, Floats]:
    """The points of a way and the metres up to each: those of its parts, and its own two ends."""
    part = walk.part
    ascending = (region.part_rev[part] == 0) == walk.forward
    count = region.part_pts[part].astype(np.int32)
    point, start = runs(region.part_pt[part], count, ascending), begins(count)
    x, y = region.pt_x[point].astype(np.float64), region.pt_y[point].astype(np.float64)
    east, north = metres_per_degree(float(y[len(y) // 2]) * _E7)
    step = np.zeros(len(x))
    np.hypot((x[1:] - x[:-1]) * (east * _E7), (y[1:] - y[:-1]) * (north * _E7), out=step[1:])
    step[start] = 0.0  # where one part ends the next one begins
    of_part = np.add.reduceat(step, start)
    metres = walk.end_m.copy()
    metres[1:] -= walk.end_m[:-1]
    of_part[of_part <= 0.0] = 1.0
    step *= (metres / of_part).repeat(count)
    along_m = np.cumsum(step)
    inside = (along_m > walk.first_m + _TINY_M) & (along_m < walk.last_m - _TINY_M) & (step > 0.0)
    return (
        np.concatenate(([origin.y], y[inside], [destination.y])) * _E7,
        np.concatenate(([origin.x], x[inside], [destination.x])) * _E7,
        np.concatenate(([0.0], along_m[inside] - walk.first_m, [walk.last_m - walk.first_m])),
    )
