"""The streets as they are while she walks: their light when she comes by, and what was reported."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.lighting import RULE_NUMBERS, Light, Table
from geofence.plane import Floats

from .ways import Worse

U1 = NDArray[np.uint8]
_UNNAMED = RULE_NUMBERS["reported"]


class Bad(NamedTuple):
    """A stretch of a part, in metres along it in its link's direction, of which no other one has a share."""

    low_m: float
    high_m: float
    state: Light
    rule: int
    factor: float


class Rows(NamedTuple):
    """The same stretches as arrays, for whoever looks at thousands."""

    part: NDArray[np.int64]
    low_m: Floats
    high_m: Floats
    state: U1
    factor: Floats


class Bads(dict[int, list[Bad]]):
    """What was reported, by part. Made once and never changed."""

    @cached_property
    def rows(self) -> Rows:
        """All of it."""
        every = [(part, *bad) for part, bads in self.items() for bad in bads]
        part, low_m, high_m, state, _, factor = zip(*every, strict=True) if every else ((),) * 6
        return Rows(
            np.array(part, np.int64),
            np.array(low_m, np.float64),
            np.array(high_m, np.float64),
            np.array(state, np.uint8),
            np.array(factor, np.float64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Tonight:
    """Light by the time she passes. She sets off `at` and walks at `pace_mps`; `light` is the region's number of each part's.

    `bad`: by part, what was reported.
    """

    table: Table
    light: NDArray[np.uint16]
    at: float
    pace_mps: float
    bad: Bads

    def is_dark(self, length_m: float) -> bool:
        """Whether the sun is down for some of a walk of this length."""
        return self.table.is_dark(self.at, self.at + length_m / self.pace_mps)

    def is_steady(self, length_m: float) -> bool:
        """Whether no light changes while she walks so far."""
        return self.table.slot(self.at) == self.table.slot(self.at + length_m / self.pace_mps)

    def seen(self, part: NDArray[Any], along_m: Floats) -> tuple[U1, U1]:
        """The states of parts, and the rules that say so."""
        lights, slots = self.light[part], self.table.slots_at(self.at + along_m / self.pace_mps)
        return self.table.states[slots, lights], self.table.rules[slots, lights]

    def states(self, part: NDArray[Any], along_m: Floats | float) -> U1:
        """The state of parts when she has walked `along_m`."""
        lights, at, states = self.light[part], self.at + along_m / self.pace_mps, self.table.states
        found: U1 = (
            states[self.table.slots_at(at), lights]
            if isinstance(at, np.ndarray)
            else states[self.table.slot(at)][lights]
        )
        return found


def by_part(worse: Iterable[Worse]) -> Bads:
    """What was reported, by part, cut where two overlap: the worse state and the greater factor count there."""
    found: dict[int, list[Worse]] = {}
    for one in worse:
        if one.to_m > one.from_m:
            found.setdefault(one.part, []).append(one)
    return Bads(
        {part: [_bad(several[0])] if len(several) == 1 else list(_cut(several)) for part, several in found.items()}
    )


def _bad(one: Worse) -> Bad:
    return Bad(one.from_m, one.to_m, one.state, RULE_NUMBERS.get(one.rule, _UNNAMED), one.factor)


def _cut(several: list[Worse]) -> Iterator[Bad]:
    """First those that say the same are made one: thousands may have told of one lamp."""
    alike: dict[tuple[Light, str, float], list[tuple[float, float]]] = {}
    for one in several:
        alike.setdefault((one.state, one.rule, one.factor), []).append((one.from_m, one.to_m))
    said = [Bad(low, high, *_said(key)) for key, spans in alike.items() for low, high in _united(spans)]
    marks = sorted({mark for one in said for mark in (one.low_m, one.high_m)})
    for low, high in pairwise(marks):
        here = [one for one in said if one.low_m < high and one.high_m > low]
        if here:
            worst = max(here, key=lambda one: one.state)
            yield Bad(low, high, worst.state, worst.rule, max(one.factor for one in here))


def _said(key: tuple[Light, str, float]) -> tuple[Light, int, float]:
    state, rule, factor = key
    return state, RULE_NUMBERS.get(rule, _UNNAMED), factor


def _united(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches without those that overlap."""
    found: list[tuple[float, float]] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return found
