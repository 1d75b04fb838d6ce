"""Which streets are taken to be lit though nobody has said so, and by which rule. Assumed is never shown as known.

A rule finds lit streets and hardly ever dark ones; what no rule finds stays unknown. Nothing is inferred for a tunnel,
and never against a tag. How often each rule is right is measured by `held_out`: it is asked about the streets that
have a tag, and must not look at theirs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geofence.plane import metres_per_degree

from .format import PART_TUNNEL, Cells
from .rules import CLASSES, PAVED, URBAN

I4 = NDArray[np.int32]
U4 = NDArray[np.uint32]
F4 = NDArray[np.float32]
U1 = NDArray[np.uint8]
Bools = NDArray[np.bool_]

NOT_SAID, SAID_LIT, SAID_UNLIT, SAID_OTHER = range(4)
"""What the tag of a way says of the night; hours and part-night lamps are `SAID_OTHER`."""

NEAR_M = 15.0
"""A lamp or a lit road lights what is this near: at 25 m one city's footways were lit by lamps behind hedges."""
SAMPLE_M = 10.0
LAMP_SHARE = 0.5
"""So much of a part must have a lamp near."""
TOWN_M_PER_KM2 = 8_000.0
"""Metres of street and footway in a square kilometre of town. A road between fields has 4,000 in the cells it crosses."""
TOWN_SAMPLE_M = 100.0
FEWEST_OF_NAME = 3
NAME_CELLS = 16
"""A name counts within squares of this many cells (4 km): the next town's High Street is another street."""
FEWEST_TAGGED_M = 1_000.0
LIT_SHARE = 0.9
"""Where nobody has said which streets are lit, or many are not, the kind of a street says nothing."""
ABOUT_CELLS = 8
"""Round about: in the 3 x 3 squares of this many cells (6 km)."""
MOST_PIECES = 2_000
_CHUNK = 10_000


@dataclass(slots=True)
class Clues:
    """What rules look at. By point, by part (in the order of their ways), and by way; places in degrees times 1e7."""

    cells: Cells
    x: I4
    y: I4
    metres: F4  # to the next point
    first: I4
    last: I4
    m: F4
    way: I4
    kind: U1
    flags: U1
    way_said: U1
    way_name: U4
    way_fast: U1
    lamp_x: I4
    lamp_y: I4
    lamp_hours: U4

    @property
    def said(self) -> U1:
        """What the tag of each part says."""
        return self.way_said[self.way]

    def flat(self, x: NDArray[Any], y: NDArray[Any]) -> F4:
        """Places in metres in one frame. Over the two degrees that a county is high, 15 m are right to 3 %."""
        cells = self.cells
        middle = (cells.south + cells.high * cells.rows / 2) * 1e-7
        east, north = metres_per_degree(middle)
        return np.column_stack(
            ((x - float(cells.west)) * (1e-7 * east), (y - float(cells.south)) * (1e-7 * north))
        ).astype(np.float32)


class Held(NamedTuple):
    """A rule asked about tagged streets: metres that it rightly and wrongly took to be lit.

    `more_m`: the metres nobody has tagged that it takes to be lit, whether or not an earlier rule does too.
    """

    right_m: float
    wrong_m: float
    more_m: float

    @property
    def precision(self) -> float:
        """The share that was right."""
        return self.right_m / max(1e-9, self.right_m + self.wrong_m)


Rule = Callable[[Clues, I4], Bools]
"""Asked about some parts, says of which it takes them to be lit."""


def lamps(clues: Clues, asked: I4) -> Bools:
    """A lamp stands near along half of it or more. The only rule for paths, tracks and service ways."""
    if not len(clues.lamp_x):
        return np.zeros(len(asked), bool)
    tree = cKDTree(clues.flat(clues.lamp_x, clues.lamp_y))
    near = np.zeros(len(asked), np.float64)
    for some in _samples(clues, asked, SAMPLE_M):
        found = np.isfinite(tree.query(clues.flat(some.x, some.y), distance_upper_bound=NEAR_M)[0])
        counts = np.bincount(some.number)
        near[some.at : some.at + len(counts)] = np.bincount(some.number, weights=found) / counts
    return np.asarray(near >= LAMP_SHARE)


def urban_road(clues: Clues, asked: I4) -> Bools:
    """A street for cars in a town, on which nobody drives fast, where nine tagged metres of ten round about are lit."""
    candidates = _is_among(clues.kind[asked], URBAN) & (clues.way_fast[clues.way[asked]] == 0)
    return np.asarray(candidates & _in_town(clues)[_cell_of(clues, asked)] & _lit_about(clues, asked))


def beside_lit_road(clues: Clues, asked: I4) -> Bools:
    """A pavement, footway or crossing: its begin, middle and end are all near roads that are tagged as lit."""
    found = _is_among(clues.kind[asked], PAVED)
    roads = np.flatnonzero((clues.said == SAID_LIT) & _is_among(clues.kind, URBAN)).astype(np.int32)
    if not len(roads) or not found.any():
        return np.zeros(len(asked), bool)
    # Unbalanced: twice as quick to build, and the samples come in an order that keeps it shallow enough.
    places = np.concatenate([clues.flat(some.x, some.y) for some in _samples(clues, roads, SAMPLE_M)])
    tree = cKDTree(places, leafsize=32, balanced_tree=False, compact_nodes=False)
    del places
    for which in ("first", "middle", "last"):
        left = np.flatnonzero(found)
        for begin in range(0, len(left), _CHUNK):
            some = left[begin : begin + _CHUNK]
            places = clues.flat(*place_on(clues, asked[some], which))
            found[some] = np.isfinite(tree.query(places, distance_upper_bound=NEAR_M)[0])
    return found


def same_name(clues: Clues, asked: I4) -> Bools:
    """Most of the tagged ways of its name round about are lit, three or more; its own tag does not count."""
    squares = clues.cells.columns // NAME_CELLS + 1
    first_part = np.searchsorted(clues.way, np.arange(len(clues.way_said))).astype(np.int32)
    cell = _cell_of(clues, first_part)
    row, column = np.divmod(cell, clues.cells.columns)
    square = (row // NAME_CELLS) * squares + column // NAME_CELLS
    key = clues.way_name.astype(np.int64) * (int(square.max()) + 1) + square
    _, street = np.unique(key, return_inverse=True)
    lit = (clues.way_said == SAID_LIT).astype(np.int32)
    tagged = lit + (clues.way_said == SAID_UNLIT)
    own = clues.way[asked]
    lit_others = np.bincount(street, weights=lit)[street[own]] - lit[own]
    tagged_others = np.bincount(street, weights=tagged)[street[own]] - tagged[own]
    enough = (tagged_others >= FEWEST_OF_NAME) & (2 * lit_others > tagged_others)
    return np.asarray(enough & (clues.way_name[own] > 0)) & _is_among(clues.kind[asked], URBAN + PAVED)


RULES: dict[str, Rule] = {
    "lamps": lamps,
    "urban_road": urban_road,
    "beside_lit_road": beside_lit_road,
    "same_name": same_name,
}
"""By name, the one that says most first: a part is known by the first that finds it."""


def inferred(clues: Clues) -> U1:
    """For every part the number of the rule by which it is taken to be lit, from 1 on in the order of `RULES`; 0: none."""
    found = np.zeros(len(clues.first), np.uint8)
    asked = _askable(clues, clues.said == NOT_SAID)
    for number, rule in enumerate(RULES.values(), 1):
        says = rule(clues, asked)
        found[asked[says]] = number
        asked = asked[~says]
    return found


def held_out(clues: Clues) -> dict[str, Held]:
    """How often each rule is right about the streets that are tagged as lit or unlit."""
    said = clues.said
    tagged = _askable(clues, (said == SAID_LIT) | (said == SAID_UNLIT))
    untagged = _askable(clues, said == NOT_SAID)
    right, length = said[tagged] == SAID_LIT, clues.m[tagged].astype(np.float64)
    held = {}
    for name, rule in RULES.items():
        says = rule(clues, tagged)
        more = clues.m[untagged][rule(clues, untagged)].sum(dtype=np.float64)
        held[name] = Held(float(length[says & right].sum()), float(length[says & ~right].sum()), float(more))
    return held


def inventory_hours(clues: Clues) -> U4:
    """For every part the hours of the inventory's lamps along half of it or more: the commonest; 0: no such lamps."""
    hours = np.zeros(len(clues.first), np.uint32)
    timed = np.flatnonzero(clues.lamp_hours)
    if not len(timed):
        return hours
    tree = cKDTree(clues.flat(clues.lamp_x[timed], clues.lamp_y[timed]))
    for some in _samples(clues, np.arange(len(hours), dtype=np.int32), SAMPLE_M):
        away, which = tree.query(clues.flat(some.x, some.y), distance_upper_bound=NEAR_M)
        near = np.isfinite(away)
        counts = np.bincount(some.number)
        lit = np.bincount(some.number, weights=near) >= LAMP_SHARE * counts
        pairs = some.number[near].astype(np.int64) << 32 | clues.lamp_hours[timed[which[near]]]
        pairs, times = np.unique(pairs, return_counts=True)
        pairs = pairs[np.argsort(times, kind="stable")]  # the commonest of a part is written last
        commonest = np.zeros(len(counts), np.uint32)
        commonest[pairs >> 32] = pairs & 0xFFFFFFFF
        hours[some.at : some.at + len(counts)] = np.where(lit, commonest, 0)
    return hours


def _askable(clues: Clues, which: Bools) -> I4:
    return np.flatnonzero(which & ((clues.flags & PART_TUNNEL) == 0)).astype(np.int32)


def _is_among(kinds: U1, names: tuple[str, ...]) -> Bools:
    return np.array([name in names for name in CLASSES])[kinds]


def place_on(clues: Clues, parts: I4, which: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """The first, middle or last place of parts; the middle of two points lies between them."""
    first, last = clues.first[parts], clues.last[parts]
    begin = first if which == "first" else last if which == "last" else (first + last) // 2
    end = (first + last + 1) // 2 if which == "middle" else begin
    x, y = ((values[begin].astype(np.int64) + values[end]) // 2 for values in (clues.x, clues.y))
    return x, y


def _cell_of(clues: Clues, parts: I4) -> NDArray[np.int64]:
    x, y = place_on(clues, parts, "middle")
    return clues.cells.numbers(x, y)


def _in_town(clues: Clues) -> Bools:
    """Of every cell, whether there are as many streets about it as in a town. Cells with none do not count: the edge
    of an extract is not the edge of a town."""
    cells = clues.cells
    parts = np.flatnonzero(_is_among(clues.kind, URBAN + PAVED)).astype(np.int32)
    metres: NDArray[Any] = np.zeros(cells.count)
    for some in _samples(clues, parts, TOWN_SAMPLE_M):
        number = cells.numbers(some.x.astype(np.int64), some.y.astype(np.int64))
        metres += np.bincount(number, weights=some.metres, minlength=cells.count)
    metres = metres.reshape(cells.rows, cells.columns)
    about, streets_in = _three_by_three(metres), _three_by_three(metres > 0)
    km2 = np.maximum(streets_in, 1.0) * (cells.cell_m / 1000.0) ** 2
    return np.asarray(about / km2 >= TOWN_M_PER_KM2).ravel()


def _lit_about(clues: Clues, asked: I4) -> Bools:
    """Of parts, whether enough metres of street round about are tagged, and nearly all as lit. Their own do not count."""
    rows, columns = (number // ABOUT_CELLS + 1 for number in (clues.cells.rows, clues.cells.columns))

    def square_of(parts: I4) -> NDArray[np.int64]:
        row, column = np.divmod(_cell_of(clues, parts), clues.cells.columns)
        return np.asarray((row // ABOUT_CELLS) * columns + column // ABOUT_CELLS)

    said, own = clues.said, square_of(asked)
    metres = []
    for which in (said == SAID_LIT, said == SAID_UNLIT):
        parts = np.flatnonzero(which & _is_among(clues.kind, URBAN)).astype(np.int32)
        of_square = np.bincount(square_of(parts), weights=clues.m[parts], minlength=rows * columns)
        own_m = np.bincount(clues.way[parts], weights=clues.m[parts], minlength=len(clues.way_said))[clues.way[asked]]
        metres.append(_three_by_three(of_square.reshape(rows, columns)).ravel()[own] - own_m)
    lit, unlit = metres
    return np.asarray((lit + unlit >= FEWEST_TAGGED_M) & (lit >= LIT_SHARE * (lit + unlit)))


def _three_by_three(values: NDArray[Any]) -> NDArray[np.float64]:
    """The sum over each cell and the eight about it."""
    wide = np.pad(values.astype(np.float64), 1)
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    return rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]


class _Samples(NamedTuple):
    """Places along some of the parts that were asked about: from which one on these are, for each place the number of its
    part from there on, and where it is, in degrees times 1e7. It stands for `metres`."""

    at: int
    number: I4
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    metres: F4


def _samples(clues: Clues, parts: I4, step_m: float) -> Iterator[_Samples]:
    """Places along parts at most `step_m` apart, some parts at a time."""
    for at in range(0, len(parts), _CHUNK):
        some = parts[at : at + _CHUNK]
        segments = clues.last[some] - clues.first[some]
        first = clues.first[some] - (np.cumsum(segments) - segments)
        point = np.repeat(first, segments) + np.arange(segments.sum(), dtype=np.int32)
        number = np.repeat(np.arange(len(some), dtype=np.int32), segments)
        pieces = np.clip(np.ceil(clues.metres[point] / step_m), 1, MOST_PIECES).astype(np.int32)
        begin = np.cumsum(pieces) - pieces
        point, number, begin, pieces = (np.repeat(values, pieces) for values in (point, number, begin, pieces))
        share = (np.arange(len(point)) - begin + 0.5) / pieces
        x = clues.x[point] + (clues.x[point + 1] - clues.x[point]) * share
        y = clues.y[point] + (clues.y[point + 1] - clues.y[point]) * share
        yield _Samples(at, number, x, y, clues.metres[point] / pieces)
