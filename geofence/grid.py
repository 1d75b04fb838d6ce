"""A route cut into cells of 8 to 10 m, so that a place on it is an index, and the pool that holds all of them.

Distances to the cells instead of to the segments between them are at most 0.3 m too long at 40 m; in return
a window on a route is a slice, for one journey as for two thousand in one numpy call.
"""

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray

from .plane import Plane
from .route import Route, metres_of, plane_of

CELL_M = 9.0
Singles = NDArray[np.float32]


class Grid:
    """One route's cells inside a pool. Valid until its journey is removed from the pool."""

    __slots__ = ("cells", "length_m", "offset", "plane", "pool", "step_m")

    def __init__(self, pool: "Pool", offset: int, cells: int, step_m: float, plane: Plane) -> None:
        self.pool = pool
        self.offset = offset
        self.cells = cells
        self.step_m = step_m
        self.length_m = step_m * (cells - 1)
        self.plane = plane

    @property
    def x(self) -> Singles:
        """Metres east of the plane's centre, one for each cell (a view)."""
        return self.pool.x[self.offset : self.offset + self.cells]

    @property
    def y(self) -> Singles:
        """Metres north of the plane's centre, one for each cell (a view)."""
        return self.pool.y[self.offset : self.offset + self.cells]


class Pool:
    """The grids of many journeys, end to end in two arrays. Eight bytes a cell: 2 KB for a walk of 2 km.

    Adding costs the resampling of the route, and now and then a doubling of the arrays; removing leaves a
    hole, and when holes are more than half of what is used everything moves together.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self.x: Singles = np.zeros(capacity, dtype=np.float32)
        self.y: Singles = np.zeros(capacity, dtype=np.float32)
        self._grids: dict[Hashable, Grid] = {}
        self._used = 0
        self._holes = 0

    def __len__(self) -> int:
        return len(self._grids)

    def get(self, key: Hashable) -> Grid | None:
        """The grid of journey `key`, if it has one."""
        return self._grids.get(key)

    def add(self, key: Hashable, route: Route) -> Grid:
        """Cut `route` into cells for journey `key`; a grid it had before is removed."""
        self.remove(key)
        places = route.places()
        plane = plane_of(places)
        x, y, step_m = resample(*metres_of(places, plane))
        self._reserve(len(x))
        grid = Grid(self, self._used, len(x), step_m, plane)
        self.x[self._used : self._used + len(x)] = x
        self.y[self._used : self._used + len(y)] = y
        self._used += len(x)
        self._grids[key] = grid
        return grid

    def remove(self, key: Hashable) -> None:
        """Forget journey `key`; nothing happens if it has no grid."""
        grid = self._grids.pop(key, None)
        if grid is None:
            return
        self._holes += grid.cells
        if self._holes > 4096 and self._holes * 2 > self._used:
            self._move_together(len(self.x))

    def _reserve(self, cells: int) -> None:
        if self._used + cells <= len(self.x):
            return
        wanted = self._used - self._holes + cells
        self._move_together(max(2 * wanted, len(self.x) // 2, 1024))

    def _move_together(self, capacity: int) -> None:
        """Copy the living grids side by side into arrays of `capacity` cells."""
        x = np.zeros(capacity, dtype=np.float32)
        y = np.zeros(capacity, dtype=np.float32)
        used = 0
        for grid in self._grids.values():
            x[used : used + grid.cells] = grid.x
            y[used : used + grid.cells] = grid.y
            grid.offset = used
            used += grid.cells
        self.x, self.y, self._used, self._holes = x, y, used, 0


def grid_of(route: Route) -> Grid:
    """A grid on its own, outside any shared pool: for one journey alone, and for tests."""
    return Pool().add("", route)


def resample(x: NDArray[np.float64], y: NDArray[np.float64], cell_m: float = CELL_M) -> tuple[Singles, Singles, float]:
    """Points at equal steps of about `cell_m` along a line, ends included; and the step."""
    along = np.concatenate(([0.0], np.cumsum(np.sqrt(np.diff(x) ** 2 + np.diff(y) ** 2))))
    cells = max(2, round(float(along[-1]) / cell_m) + 1)
    wanted = np.linspace(0.0, along[-1], cells)
    step_m = float(along[-1]) / (cells - 1)
    return (
        np.interp(wanted, along, x).astype(np.float32),
        np.interp(wanted, along, y).astype(np.float32),
        step_m,
    )
