"""One fix in plain Python."""

import numpy as np
import pytest

from geofence.grid import grid_of
from geofence.hypotheses import KEEP, LOST
from geofence.progress_scalar import locate_one, nearest_m, refine
from geofence.state import Row

from .drawn import OUT_AND_BACK, SQUARE, STAIRS, street


def test_between_two_cells_the_distance_is_to_the_line() -> None:
    """A point beside the middle of a cell's stretch is placed to the decimetre."""
    grid = grid_of(street((0, 0), (900, 0)))
    for x in (100.0, 103.0, 107.5):
        px, py = grid.plane.to_metres(*SQUARE.to_degrees(x, 20.0))
        assert refine(grid, round(x / grid.step_m), px, py) == pytest.approx((x, 20.0), abs=0.2)


def test_the_ends_of_a_route_are_its_ends() -> None:
    """Before the beginning and after the end progress is 0 and all of it."""
    grid = grid_of(STAIRS)
    first = locate_one(grid, Row(), float(grid.x[0] - 20), float(grid.y[0]), 10.0, None, 2.2)
    assert first.along_m == 0.0
    last = locate_one(grid, Row(), float(grid.x[-1]), float(grid.y[-1] + 20), 10.0, None, 2.2)
    assert last.along_m == pytest.approx(grid.length_m, abs=1 / 64)


def test_the_way_out_and_the_way_back_are_both_remembered() -> None:
    """Where a route passes twice a search of all of it finds her in both places; there are never more than three."""
    grid, row, farthest = grid_of(OUT_AND_BACK), Row(), 0.0
    for n in range(30):
        px, py = grid.plane.to_metres(*SQUARE.to_degrees(13.0 * n, 0.0))
        locate_one(grid, row, px, py, 10.0, 10.0 if n else None, 2.2)
        costs = [cost for cost in (row.cost0, row.cost1, row.cost2) if cost < LOST]
        assert 1 <= len(costs) <= KEEP
        assert costs[0] == 0.0
        farthest = max(farthest, row.along1, row.along2)
    assert farthest > 1900.0


def test_the_nearest_cell_is_found_by_the_blocks() -> None:
    """As if every cell had been looked at, from near and from far."""
    grid = grid_of(OUT_AND_BACK)
    for x in range(-3000, 3000, 370):
        every = np.hypot(grid.x.astype(float) - x, grid.y.astype(float) + x / 2).min()
        assert nearest_m(grid, float(x), -x / 2) == pytest.approx(every, abs=1e-9)
