"""Routes cut into cells, and the pool that holds them."""

import numpy as np
import pytest

from geofence.grid import BLOCK, Grid, Of, Pool, grid_of, whole

from .drawn import LOOP, OUT_AND_BACK, STAIRS, street


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


def test_every_cell_is_inside_the_circle_of_its_block() -> None:
    """What is far from a circle is far from its sixteen cells; the rest of the last block repeats the end."""
    for route in (STAIRS, OUT_AND_BACK, LOOP):
        grid = grid_of(route)
        x, y, radius = grid.pool.blocks[:, : whole(grid.cells) // BLOCK]
        for cell in range(grid.cells):
            block = cell // BLOCK
            assert np.hypot(grid.x[cell] - x[block], grid.y[cell] - y[block]) <= radius[block]
        assert set(grid.pool.x[grid.cells : whole(grid.cells)].tolist()) <= {float(grid.x[-1])}
        assert radius.max() <= BLOCK * grid.step_m


def test_the_table_follows_when_everything_moves() -> None:
    """Each grid's column says where its cells are and where it ends, whatever was added and removed since."""
    pool = Pool(16)
    grids = {n: pool.add(n, LOOP if n % 2 else STAIRS) for n in range(120)}
    for n in range(0, 120, 3):
        pool.remove(n)
    again = [pool.add(f"new {n}", OUT_AND_BACK) for n in range(40)]
    living = [grid for n, grid in grids.items() if n % 3] + again
    assert len({grid.slot for grid in living}) == len(living) == len(pool)
    for grid in living:
        column = pool.table[:, grid.slot]
        assert column[Of.OFFSET] == grid.offset
        assert column[Of.OFFSET] % BLOCK == 0
        assert (column[Of.LAST], column[Of.STEP], column[Of.PER_M]) == (grid.cells - 1, grid.step_m, 1 / grid.step_m)
        assert tuple(column[[Of.LAT, Of.LON]]) == (np.float32(grid.plane.lat), np.float32(grid.plane.lon))
        end = grid.plane.to_metres(grid.destination.lat, grid.destination.lon)
        assert tuple(column[[Of.END_X, Of.END_Y, Of.RADIUS]]) == (*end, grid.destination.radius_m)
        assert np.array_equal(grid.x, grid_of_same(grid).x)


def test_a_full_pool_grows_and_nobody_moves() -> None:
    """Where hardly anybody has gone the room doubles and every way stays where it was."""
    pool = Pool(256)
    grids = [pool.add(n, LOOP) for n in range(3)]
    before = [(grid.offset, grid.x.tolist(), grid.y.tolist()) for grid in grids]
    circles = pool.blocks[:, : pool.table[Of.OFFSET].astype(int).max() // BLOCK].copy()
    grids[0].seen[:] = 7
    for n in range(3, 40):
        pool.add(n, STAIRS)
    assert [(grid.offset, grid.x.tolist(), grid.y.tolist()) for grid in grids] == before
    assert np.array_equal(pool.blocks[:, : circles.shape[1]], circles)
    assert set(grids[0].seen.tolist()) == {7}


def test_a_distance_in_its_plane_is_as_wrong_as_the_table_says() -> None:
    """Of a way eleven kilometres to the north as of a walk around the block."""
    far = grid_of(street((0, 0), (0, 11_000)))
    for grid in (far, grid_of(LOOP)):
        warp, end = grid.pool.table[Of.WARP, grid.slot], grid.destination
        x, y = grid.plane.to_metres(end.lat, end.lon)
        for off_x, off_y in ((40.0, 0.0), (0.0, -40.0), (-300.0, 200.0)):
            lat, lon = grid.plane.to_degrees(x + off_x, y + off_y)
            flat_m = np.hypot(off_x, off_y)
            assert abs(end.distance_m(lat, lon) - flat_m) <= warp * flat_m
        assert 0.001 <= warp <= 0.01


def grid_of_same(grid: Grid) -> Grid:
    """The same way, cut on its own."""
    return next(one for one in map(grid_of, (STAIRS, LOOP, OUT_AND_BACK)) if one.plane == grid.plane)


def test_of_a_new_way_nothing_is_known_yet() -> None:
    """Lighting and havens are written into its cells by who has a map; a place that was another's starts at nothing."""
    pool = Pool()
    first = pool.add("anna", LOOP)
    first.seen[:] = 7
    pool.add("beth", STAIRS)
    assert set(first.seen.tolist()) == {7}
    assert set(pool.add("anna", LOOP).seen.tolist()) == {0}
