"""The grid by which things are sorted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.plane import distance_m
from geofence.streets.cells import CELL_M, MOST_CELLS, by_cell, grid_of, segments_by_cell, starts_of

lats = st.floats(-84, 84)
lons = st.floats(-179, 179)


def e7(*degrees: float) -> np.ndarray:
    """Degrees as the file has them."""
    return np.rint(np.array(degrees) * 1e7).astype(np.int32)


@given(st.lists(st.tuples(lats, lons), min_size=1, max_size=20))
def test_every_point_has_its_cell(places: list[tuple[float, float]]) -> None:
    """Whatever a map holds, all of it lies on the grid, and the grid stays small."""
    y, x = e7(*[lat for lat, _ in places]), e7(*[lon for _, lon in places])
    box, cells = grid_of(x, y)
    numbers = cells.numbers(x, y)

    assert cells.count <= MOST_CELLS
    assert all(box.holds(b / 1e7, a / 1e7) for a, b in zip(x.tolist(), y.tolist(), strict=True))
    for a, b, number in zip(x.tolist(), y.tolist(), numbers.tolist(), strict=True):
        column, row = cells.column_row(a, b)
        assert (0 <= column < cells.columns, 0 <= row < cells.rows) == (True, True)
        assert number == row * cells.columns + column


def test_a_cell_is_never_narrower_than_it_says() -> None:
    """250 m high and at least as wide in the row that is nearest to a pole: 3 x 3 cells reach 250 m every way."""
    _, cells = grid_of(e7(*[0.0, 0.4] * 2000), e7(*[50.0, 50.3] * 2000))
    for lat in (50.0, 50.3):
        lon = cells.wide / 1e7
        assert distance_m(lat, 0.0, lat, lon) >= CELL_M
    assert distance_m(50.0, 0.0, 50.0 + cells.high / 1e7, 0.0) >= CELL_M
    assert cells.cell_m == CELL_M


def test_cells_grow_where_a_map_is_large_and_empty() -> None:
    """Two streets a thousand kilometres apart have no table of millions of cells between them."""
    _, cells = grid_of(e7(-5.0, 5.0), e7(45.0, 55.0))

    assert cells.count <= 4096 + 32
    assert cells.cell_m > 10_000


def test_what_is_in_a_cell_stands_together() -> None:
    """Sorted by cell, and by what came first within it."""
    x, y = e7(0.01, 0.0, 0.01, 0.0), e7(51.0, 51.0, 51.0, 51.02)
    _, cells = grid_of(x, y)
    order, starts = by_cell(cells, x, y)

    assert order.tolist() == [1, 0, 2, 3]
    assert len(starts) == cells.count + 1
    assert (starts[0], starts[-1]) == (0, 4)
    assert [int(one) for one in np.diff(starts) if one] == [1, 2, 1]


def test_outside_the_grid_counts_to_its_edge() -> None:
    """Nothing gets a number that is not there."""
    _, cells = grid_of(e7(0.0, 0.02), e7(51.0, 51.02))

    assert cells.numbers(e7(-1.0, 9.0), e7(50.0, 52.0)).tolist() == [0, cells.count - 1]


def test_starts_name_every_group() -> None:
    """A group with nothing in it begins where it ends."""
    assert starts_of(np.array([0, 0, 2, 5]), 6).tolist() == [0, 2, 2, 3, 3, 3, 4]


@pytest.mark.parametrize("length_m", [40.0, 2000.0])
def test_a_long_segment_stands_in_every_cell_that_it_crosses(length_m: float) -> None:
    """Somebody in the middle of a long straight lane finds it; a short segment stands in one cell."""
    x, y = e7(0.0, 0.0, 0.05), e7(51.0, 51.0 + length_m / 111_250, 51.05)
    _, cells = grid_of(x, y)
    which, starts = segments_by_cell(cells, x, y, np.array([0], np.int32), np.array([length_m, 0, 0], np.float32))

    assert set(which.tolist()) == {0}
    assert len(which) == len(np.flatnonzero(np.diff(starts))) == max(1, round(length_m / 250))
