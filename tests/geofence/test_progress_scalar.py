"""One fix in plain Python."""

import pytest

from geofence.grid import grid_of
from geofence.hypotheses import KEEP, NOWHERE, Item
from geofence.progress_scalar import locate_one, refine

from .streets import OUT_AND_BACK, STAIRS, fix, street


def test_between_two_cells_the_distance_is_to_the_line() -> None:
    """A point beside the middle of a cell's stretch is placed to the decimetre."""
    grid = grid_of(street((0, 0), (900, 0)))
    for x in (100.0, 103.0, 107.5):
        px, py = grid.plane.to_metres(fix(x, 20).lat, fix(x, 20).lon)
        cell = round(x / grid.step_m)
        assert refine(grid, cell, px, py) == pytest.approx((x, 20.0), abs=0.2)


def test_the_ends_of_a_route_are_its_ends() -> None:
    """Before the beginning and after the end progress is 0 and all of it."""
    grid = grid_of(STAIRS)
    first = locate_one(Item(grid, NOWHERE, fix(-20, 0), None))
    assert first.along_m == 0.0
    end_x, end_y = grid.plane.to_degrees(float(grid.x[-1]), float(grid.y[-1] + 20))
    last = locate_one(Item(grid, NOWHERE, fix(0, 0), None)._replace(fix=fix(0, 0).__class__(1, 0, end_x, end_y, 10.0)))
    assert last.along_m == pytest.approx(grid.length_m)


def test_the_way_out_and_the_way_back_are_both_remembered() -> None:
    """Where a route passes twice there are two hypotheses, far apart, and never more than three."""
    grid, before = grid_of(OUT_AND_BACK), NOWHERE
    for n in range(30):
        found = locate_one(Item(grid, before, fix(13.0 * n, 0, 10.0 * n), 10.0 if n else None))
        before = found.after
        assert 1 <= len(before.places) <= KEEP
        assert before.places[0][1] == 0.0
    assert before.places[0][0] < 500.0
