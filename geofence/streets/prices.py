"""What it costs to walk a street: its metres times what its light, its steps and what was reported there make of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.plane import Floats

from .crop import Crop
from .format import PART_SHUNNED, PART_STEPS
from .region import Region
from .runs import begins, runs
from .search import Behind, Ends, Leg, Priced
from .tonight import Bad, Tonight
from .ways import Weights

STEPS_FACTOR = 1.1
"""Steps are walked slowly, and not with a bicycle, a pram or a wheelchair."""
SHUNNED_FACTOR = 1.5
"""Beside lorries there is nowhere to step aside; up a driveway somebody's gate may be shut, and nobody else comes by."""

_OF_FLAGS = np.where(np.arange(256) & PART_STEPS, STEPS_FACTOR, 1.0) * np.where(
    np.arange(256) & PART_SHUNNED, SHUNNED_FACTOR, 1.0
)


class _Stretch(NamedTuple):
    """Metres of a leg, with the penalties, and their light; `bad`: what was reported there, and costs more than that."""

    m: float
    state: int
    bad: Bad | None = None


class _Reported(NamedTuple):
    """What was reported on the links of a crop: the number of a link in `link`, that of a part in `m`, metres with the
    penalties, the least state, the factor."""

    link: NDArray[np.int64]
    part: NDArray[np.int64]
    m: Floats
    state: NDArray[np.uint8]
    factor: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """The parts of a crop's links, with their light when she comes by, before any weights.

    `metres` of each arc are inf where it is shut, `number` is that of its link; `start`: where the parts of each link begin;
    `m` with the penalties.
    """

    ends: Ends
    metres: Floats
    number: NDArray[np.int32]
    start: NDArray[np.int32]
    m: Floats
    state: NDArray[np.uint8]
    bad: _Reported | None
    legs: dict[Leg, tuple[_Stretch, ...]]

    def by(self, weights: Weights) -> Priced:
        """Prices by one set of weights."""
        factors = np.array(weights.factors)
        each = np.add.reduceat(self.m * factors.take(self.state), self.start) if len(self.start) else np.empty(0)
        if self.bad is not None:
            state = self.state.take(self.bad.part)
            more = factors.take(np.maximum(state, self.bad.state)) * self.bad.factor - factors.take(state)
            each += np.bincount(self.bad.link, self.bad.m * more, len(each))
        arcs = each.take(self.number)
        out = [self._leg(leg, weights) for leg in self.ends.out]
        into = [self._leg(leg, weights) for leg in self.ends.into]
        direct = self._leg(self.ends.direct, weights) if self.ends.direct else np.inf
        return Priced(np.maximum(arcs, self.metres, out=arcs), out, into, direct)

    def _leg(self, leg: Leg, weights: Weights) -> float:
        total = 0.0
        for m, state, bad in self.legs[leg]:
            before = weights.factors[state]
            total += m * (before if bad is None else weights.factors[max(state, bad.state)] * bad.factor - before)
        return max(total, leg.metres)


def _stretches(region: Region, tonight: Tonight, leg: Leg, along_m: float) -> Iterator[_Stretch]:
    """A leg before any weights. It is short: its light is that of one instant."""
    first, stop = region.part_ptr[leg.link : leg.link + 2].tolist()
    state = tonight.states(np.arange(first, stop), along_m).tolist()
    begin_m = 0.0
    for part, light in zip(range(first, stop), state, strict=True):
        end_m = begin_m + float(region.part_m[part])
        penalty = float(_OF_FLAGS[region.part_flags[part]])
        yield _Stretch(max(0.0, min(end_m, leg.high_m) - max(begin_m, leg.low_m)) * penalty, light)
        for bad in tonight.bad.get(part, ()):
            low, high = max(bad.low_m + begin_m, leg.low_m), min(bad.high_m + begin_m, leg.high_m)
            yield _Stretch(max(0.0, high - low) * penalty, light, bad)
        begin_m = end_m


def prices(region: Region, crop: Crop, ends: Ends, back: Behind, tonight: Tonight, metres: Floats) -> Prices:
    """The parts of the crop, once for all weights. Where light changes while she walks, a street has that of the time at
    which she comes by on the shortest way from there."""
    once = np.flatnonzero(crop.begin <= crop.to)
    link = crop.link.take(once)
    where = np.zeros(
        len(region.link_m), np.int32
    )  # 1 more than its number, 0: not in the crop; touched where links are
    where[link] = np.arange(1, len(link) + 1, dtype=np.int32)
    first = region.part_ptr.take(link)
    count = region.part_ptr.take(link + 1) - first
    part, start = runs(first, count), begins(count)
    if tonight.is_steady(back.length_m):
        state = tonight.states(part, 0.0)
    else:
        left_m = np.minimum(back.left_m[crop.begin[once]], back.left_m[crop.to[once]])
        state = tonight.states(part, np.repeat(np.clip(back.length_m - left_m, 0.0, back.length_m), count))
    m = region.part_m.take(part) * _OF_FLAGS.take(region.part_flags.take(part))
    return Prices(
        ends,
        metres,
        where.take(crop.link) - 1,
        start,
        m,
        state,
        _reported(region, tonight, where, link, start),
        {leg: tuple(_stretches(region, tonight, leg, along_m)) for leg, along_m in _legs(ends, back)},
    )


def _legs(ends: Ends, back: Behind) -> Iterator[tuple[Leg, float]]:
    """Each leg, and how far she has walked when she is on it. One that is in both, between two ends of a link, is the first."""
    yield from ((leg, back.length_m) for leg in ends.into)
    yield from ((leg, 0.0) for leg in ends.out)
    if ends.direct:
        yield ends.direct, 0.0


def _reported(
    region: Region, tonight: Tonight, where: NDArray[np.int32], link: NDArray[np.int32], start: NDArray[np.int32]
) -> _Reported | None:
    """What was reported on the links of the crop; None: nothing at all."""
    if not tonight.bad:
        return None
    rows = tonight.bad.rows
    number = where.take(region.part_link.take(rows.part)).astype(np.int64) - 1
    m = np.minimum(rows.high_m, region.part_m.take(rows.part)) - np.maximum(rows.low_m, 0.0)
    here = np.flatnonzero((number >= 0) & (m > 0.0))
    number, part = number.take(here), rows.part.take(here)
    return _Reported(
        number,
        start.take(number) + part - region.part_ptr.take(link.take(number)),
        m.take(here) * _OF_FLAGS.take(region.part_flags.take(part)),
        rows.state.take(here),
        rows.factor.take(here),
    )
