"""What it costs to walk a street: its metres times what its light, its steps and what was reported there make of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geofence.plane import Floats

from .crop import Crop
from .format import PART_NO_PAVEMENT, PART_STEPS
from .region import Region
from .runs import begins, runs
from .search import Behind, Ends, Leg, Priced
from .tonight import Bad, Tonight
from .ways import Weights

STEPS_FACTOR = 1.1
"""Steps are walked slowly, and not with a bicycle, a pram or a wheelchair."""
NO_PAVEMENT_FACTOR = 1.5
"""Beside lorries there is nowhere to step aside."""

_OF_FLAGS = np.where(np.arange(256) & PART_STEPS, STEPS_FACTOR, 1.0) * np.where(
    np.arange(256) & PART_NO_PAVEMENT, NO_PAVEMENT_FACTOR, 1.0
)


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """The parts of a crop's links, with their light when she comes by, before any weights.

    `metres` of each arc are inf where it is shut, `number` is its place in `link`, which has each once; `start`: where its parts begin; `m` with the penalties.
    """

    region: Region
    crop: Crop
    ends: Ends
    back: Behind
    tonight: Tonight
    metres: Floats
    number: NDArray[np.int32]
    link: NDArray[np.int32]
    start: NDArray[np.int32]
    m: Floats
    state: NDArray[np.uint8]
    bad: tuple[tuple[int, int, Bad], ...]
    """Number of a link in `link`, number of a part in `m`, what was reported there."""

    def by(self, weights: Weights) -> Priced:
        """Prices by one set of weights."""
        factors = np.array(weights.factors)
        each = np.add.reduceat(self.m * factors[self.state], self.start) if len(self.link) else np.empty(0)
        for link, part, bad in self.bad:
            before = float(factors[self.state[part]])
            after = float(factors[max(int(self.state[part]), bad.state)]) * bad.factor
            penalty = float(_OF_FLAGS[self.region.part_flags[self._part(link, part)]])
            each[link] += (bad.high_m - bad.low_m) * penalty * (after - before)
        arcs = each[self.number]
        out = [self._leg(leg, 0.0, factors) for leg in self.ends.out]
        into = [self._leg(leg, self.back.length_m, factors) for leg in self.ends.into]
        direct = self._leg(self.ends.direct, 0.0, factors) if self.ends.direct else np.inf
        return Priced(np.maximum(arcs, self.metres, out=arcs), out, into, direct)

    def _part(self, link: int, part: int) -> int:
        return int(self.region.part_ptr[self.link[link]]) + part - int(self.start[link])

    def _leg(self, leg: Leg, along_m: float, factors: Floats) -> float:
        """What one leg costs. It is short: its light is that of one instant."""
        region = self.region
        part = np.arange(region.part_ptr[leg.link], region.part_ptr[leg.link + 1])
        end = np.cumsum(region.part_m[part], dtype=np.float64)
        begin = end - region.part_m[part]
        walked = np.maximum(np.minimum(end, leg.high_m) - np.maximum(begin, leg.low_m), 0.0)
        state = self.tonight.states(part, along_m)
        penalty = _OF_FLAGS[region.part_flags[part]]
        total = float((walked * penalty * factors[state]).sum())
        for k, one in enumerate(part.tolist()):
            for bad in self.tonight.bad.get(one, ()):
                low, high = max(bad.low_m + begin[k], leg.low_m), min(bad.high_m + begin[k], leg.high_m)
                after = float(factors[max(int(state[k]), bad.state)]) * bad.factor
                total += max(0.0, high - low) * float(penalty[k]) * (after - float(factors[state[k]]))
        return max(total, leg.metres)


def prices(region: Region, crop: Crop, ends: Ends, back: Behind, tonight: Tonight, metres: Floats) -> Prices:
    """The parts of the crop, once for all weights. Where light changes while she walks, a street has that of the time at
    which she comes by on the shortest way from there."""
    once = np.flatnonzero(crop.begin <= crop.to)
    link = crop.link[once]
    where = np.empty(len(region.link_m), np.int32)  # touched where links are
    where[link] = np.arange(len(link), dtype=np.int32)
    first = region.part_ptr[link]
    count = region.part_ptr[link + 1] - first
    part, start = runs(first, count), begins(count)
    if tonight.is_steady(back.length_m):
        state = tonight.states(part, 0.0)
    else:
        left_m = np.minimum(back.left_m[crop.begin[once]], back.left_m[crop.to[once]])
        state = tonight.states(part, np.repeat(np.clip(back.length_m - left_m, 0.0, back.length_m), count))
    m = region.part_m[part] * _OF_FLAGS[region.part_flags[part]]
    return Prices(
        region,
        crop,
        ends,
        back,
        tonight,
        metres,
        where[crop.link],
        link,
        start,
        m,
        state,
        _reported(region, tonight, link, start),
    )


def _reported(
    region: Region, tonight: Tonight, link: NDArray[np.int32], start: NDArray[np.int32]
) -> tuple[tuple[int, int, Bad], ...]:
    """What was reported on the links of the crop."""
    if not tonight.bad:
        return ()
    where = np.zeros(len(region.link_m), np.int32)
    where[link] = np.arange(1, len(link) + 1, dtype=np.int32)
    parts = np.fromiter(tonight.bad, np.int64, len(tonight.bad))
    number = where[region.part_link[parts]] - 1
    inside = number >= 0
    at = start[number[inside]] + parts[inside] - region.part_ptr[link[number[inside]]]
    found = []
    for one, here, part in zip(number[inside].tolist(), at.tolist(), parts[inside].tolist(), strict=True):
        room = float(region.part_m[part])
        pieces = (bad._replace(low_m=max(0.0, bad.low_m), high_m=min(room, bad.high_m)) for bad in tonight.bad[part])
        found += [(one, here, bad) for bad in pieces if bad.high_m > bad.low_m]
    return tuple(found)
