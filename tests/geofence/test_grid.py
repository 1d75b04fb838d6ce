"""Routes cut into cells, and the pool that holds them."""

import numpy as np
import pytest

from geofence.grid import Pool, grid_of

from .streets import LOOP, OUT_AND_BACK, STAIRS


def test_cells_are_eight_to_ten_metres_apart() -> None:
    """Every cell lies on the route, at equal steps, both ends included."""
    grid = grid_of(STAIRS)
    assert 8.0 <= grid.step_m <= 10.0
    assert grid.length_m == pytest.approx(STAIRS.length_m, rel=1e-3)
    first = grid.plane.to_degrees(float(grid.x[0]), float(grid.y[0]))
    last = grid.plane.to_degrees(float(grid.x[-1]), float(grid.y[-1]))
    assert first == pytest.approx(STAIRS.places()[0], abs=1e-6)
    assert last == pytest.approx(STAIRS.places()[-1], abs=1e-6)
    steps = np.hypot(np.diff(grid.x), np.diff(grid.y))
    assert steps.max() <= grid.step_m + 0.01


def test_a_pool_keeps_each_journeys_cells_apart() -> None:
    """Adding, replacing and removing journeys leaves the cells of the others as they were."""
    pool = Pool(16)
    anna = pool.add("anna", STAIRS)
    x = anna.x.copy()
    for n in range(60):
        pool.add(n, LOOP if n % 2 else OUT_AND_BACK)
    for n in range(60):
        if n % 7:
            pool.remove(n)
    assert len(pool) == 10
    assert pool.get("anna") is anna
    assert np.array_equal(anna.x, x)
    assert np.array_equal(pool.add(0, LOOP).x, grid_of(LOOP).x)
    assert pool.get(1) is None


def test_a_pool_does_not_grow_with_the_journeys_that_ended() -> None:
    """A thousand walks one after another need the room of a few."""
    pool = Pool()
    for n in range(1000):
        pool.add(n, LOOP)
        pool.remove(n - 3)
    assert len(pool.x) < 20 * grid_of(LOOP).cells + 4096 * 3
