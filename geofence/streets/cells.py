"""The grid by which things are sorted, so that what is near a place lies together in the file."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.plane import metres_per_degree

from .format import Box, Cells

I4 = NDArray[np.int32]
I8 = NDArray[np.int64]

CELL_M = 250.0
MOST_CELLS = 1_000_000
"""Beyond it cells grow: five tables have a number for each."""
CELLS_A_POINT = 16
PIECE_M = 200.0
"""A segment is looked for at the middle of each piece of this length: a place within 150 m of it is at most 250 m from
one of those, thus in the 3 x 3 cells about it."""
MOST_PIECES = 200
_CHUNK = 100_000


class Sorted(NamedTuple):
    """`order`: which thing comes when. `starts`: where each cell begins, and the end."""

    order: NDArray[Any]
    starts: I4


def grid_of(x: I4, y: I4) -> tuple[Box, Cells]:
    """The box around points (degrees times 1e7) and the grid over it."""
    west, east = int(x.min()), int(x.max())
    south, north = int(y.min()), int(y.max())
    box = Box(west / 1e7, south / 1e7, east / 1e7, north / 1e7)
    east_m, _ = metres_per_degree(max(abs(box.south), abs(box.north)))  # where a degree is shortest
    _, north_m = metres_per_degree(0.0)
    most = min(MOST_CELLS, 4096 + CELLS_A_POINT * len(x))
    cell_m = CELL_M
    while True:
        wide, high = int(cell_m / east_m * 1e7) + 1, int(cell_m / north_m * 1e7) + 1
        columns, rows = (east - west) // wide + 1, (north - south) // high + 1
        if columns * rows <= most:
            return box, Cells(west, south, wide, high, columns, rows, cell_m)
        cell_m *= 1.5


def by_cell(cells: Cells, x: I4, y: I4) -> Sorted:
    """The order of things by their cells."""
    numbers = cells.numbers(x, y)
    order = np.argsort(numbers, kind="stable")
    return Sorted(order, starts_of(numbers[order], cells.count))


def starts_of(numbers: NDArray[Any], count: int) -> I4:
    """Where each of `count` groups begins among sorted numbers, and the end."""
    return np.searchsorted(numbers, np.arange(count + 1)).astype(np.int32)


def rows_within(cells: Cells, west: int, south: int, east: int, north: int) -> Iterator[tuple[int, int]]:
    """First and last cell (inclusive) of each row that a box meets; what is sorted by cell is one slice a row.

    The box in degrees times 1e7. Nothing when it lies outside the grid.
    """
    first, low = cells.column_row(west, south)
    last, high = cells.column_row(east, north)
    first, last = max(0, first), min(cells.columns - 1, last)
    if first > last:
        return
    for row in range(max(0, low), min(cells.rows - 1, high) + 1):
        yield row * cells.columns + first, row * cells.columns + last


def among(cells: Cells, starts: I4, west: int, south: int, east: int, north: int) -> I8:
    """The numbers of the things in the cells that a box meets, where `starts` are theirs."""
    runs = [
        np.arange(starts[first], starts[last + 1], dtype=np.int64)
        for first, last in rows_within(cells, west, south, east, north)
    ]
    return np.concatenate(runs) if runs else np.empty(0, np.int64)


def about(cells: Cells, starts: I4, x: int, y: int) -> I8:
    """The same of the 3 x 3 cells about a place."""
    return among(cells, starts, x - cells.wide, y - cells.high, x + cells.wide, y + cells.high)


def segments_by_cell(cells: Cells, x: I4, y: I4, first: I4, length_m: NDArray[np.float32]) -> Sorted:
    """The order of segments, from each point `first` to the next one: each in every cell that one of its pieces has its
    middle in."""
    found = [
        _pieces(cells, x, y, first, slice(begin, begin + _CHUNK), length_m) for begin in range(0, len(first), _CHUNK)
    ]  # in chunks: on the way to two numbers for each there are ten
    which = np.concatenate([which for which, _ in found])
    numbers = np.concatenate([numbers for _, numbers in found])
    del found
    order = np.argsort(numbers, kind="stable")
    return Sorted(which[order], starts_of(numbers[order], cells.count))


def _pieces(cells: Cells, x: I4, y: I4, first: I4, some: slice, length_m: NDArray[np.float32]) -> tuple[I4, I4]:
    """Some segments and the cells of their pieces, each pair once in a row."""
    points = first[some]
    pieces = np.clip(np.ceil(length_m[points] / PIECE_M), 1, MOST_PIECES).astype(np.int32)
    which = np.repeat(np.arange(some.start, some.start + len(points), dtype=np.int32), pieces)
    points = np.repeat(points, pieces)
    number = np.arange(len(points)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = (number + 0.5) / np.repeat(pieces, pieces)
    numbers = cells.numbers(_between(x, points, share), _between(y, points, share)).astype(np.int32)
    new = np.ones(len(points), bool)
    new[1:] = (points[1:] != points[:-1]) | (numbers[1:] != numbers[:-1])
    return which[new], numbers[new]


def _between(values: I4, points: I4, share: NDArray[np.float64]) -> I4:
    begin = values[points]
    return (begin + (values[points + 1].astype(np.int64) - begin) * share).astype(np.int32)
