"""The streets as they are while she walks: their light when she comes by, and what was reported."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class Tonight:
    """Light by the time she passes. She sets off `at` and walks at `pace_mps`; `light` is the region's number of each part's.

    `bad`: by part, what was reported.
    """

    table: Table
    light: NDArray[np.uint16]
    at: float
    pace_mps: float
    bad: dict[int, list[Bad]]

    def is_dark(self, length_m: float) -> bool:
        """Whether the sun is down for some of a walk of this length."""
        first, last = self.table.slot(self.at), self.table.slot(self.at + length_m / self.pace_mps)
        return bool(self.table.dark[first : last + 1].any())

    def is_steady(self, length_m: float) -> bool:
        """Whether no light changes while she walks so far."""
        return self.table.slot(self.at) == self.table.slot(self.at + length_m / self.pace_mps)

    def seen(self, part: NDArray[Any], along_m: Floats) -> tuple[U1, U1]:
        """The states of parts, and the rules that say so."""
        lights, slots = self.light[part], self.table.slots_at(self.at + along_m / self.pace_mps)
        return self.table.states[slots, lights], self.table.rules[slots, lights]

    def states(self, part: NDArray[Any], along_m: Floats | float) -> U1:
        """The state of parts when she has walked `along_m`."""
        return self._looked_up(self.table.states, part, along_m)

    def rules(self, part: NDArray[Any], along_m: Floats | float) -> U1:
        """The rules that say so."""
        return self._looked_up(self.table.rules, part, along_m)

    def _looked_up(self, table: U1, part: NDArray[Any], along_m: Floats | float) -> U1:
        lights = self.light[part]
        at = self.at + along_m / self.pace_mps
        found: U1 = (
            table[self.table.slots_at(at), lights] if isinstance(at, np.ndarray) else table[self.table.slot(at)][lights]
        )
        return found


def by_part(worse: Sequence[Worse]) -> dict[int, list[Bad]]:
    """What was reported, by part, cut where two overlap: the worse state and the greater factor count there."""
    found: dict[int, list[Worse]] = {}
    for one in worse:
        if one.to_m > one.from_m:
            found.setdefault(one.part, []).append(one)
    return {part: list(_cut(several)) for part, several in found.items()}


def _cut(several: list[Worse]) -> list[Bad]:
    marks = sorted({mark for one in several for mark in (one.from_m, one.to_m)})
    pieces = []
    for low, high in pairwise(marks):
        here = [one for one in several if one.from_m < high and one.to_m > low]
        if here:
            worst = max(here, key=lambda one: one.state)
            rule = RULE_NUMBERS.get(worst.rule, _UNNAMED)
            pieces.append(Bad(low, high, worst.state, rule, max(one.factor for one in here)))
    return pieces
