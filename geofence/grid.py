"""A route cut into cells of 8 to 10 m, so that a place on it is an index, and the pool that holds all of them.

Distances to the cells instead of to the segments between them are at most 0.3 m too long at 40 m; in return
a window on a route is a slice, for one journey as for two thousand in one numpy call.

Sixteen cells are a block, with a circle around it: what is farther from the circle than the limit needs no look at its
cells. A whole route is held against a fix that way at the price of a window.
"""

from collections.abc import Hashable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .destination import Destination
from .lit_line import painted
from .plane import Floats, Plane, metres_per_degree, plane_at
from .route import Route, middle_of

CELL_M = 9.0
BLOCK = 16
NEAR_DEG = 0.005
"""No fix that is near a way is farther from it, in degrees of latitude."""
Singles = NDArray[np.float32]


class Of(IntEnum):
    """The rows of `Pool.table`: what a way is, in numbers. `OFFSET` is that of its first cell, `LAST` its last cell,
    `PER_M` cells to a metre; the plane's centre in degrees and metres in a degree; the destination in metres; by how much
    of itself a distance in the plane, from near the way to the destination, may be wrong."""

    OFFSET = 0
    LAST = 1
    STEP = 2
    PER_M = 3
    LAT = 4
    LON = 5
    EAST = 6
    NORTH = 7
    END_X = 8
    END_Y = 9
    RADIUS = 10
    WARP = 11


class Grid:
    """One route's cells inside a pool. Valid until its journey is removed from the pool.

    `slot` is its column in the pool's table. Its plane's centre is exact in float32, so that a record can name it.
    """

    __slots__ = ("cells", "destination", "length_m", "offset", "plane", "pool", "slot", "step_m")

    def __init__(
        self, pool: "Pool", slot: int, offset: int, cells: int, step_m: float, plane: Plane, destination: Destination
    ) -> None:
        self.pool = pool
        self.slot = slot
        self.offset = offset
        self.cells = cells
        self.step_m = step_m
        self.length_m = step_m * (cells - 1)
        self.plane = plane
        self.destination = destination

    @property
    def x(self) -> Singles:
        """Metres east of the plane's centre, one for each cell (a view)."""
        return self.pool.x[self.offset : self.offset + self.cells]

    @property
    def y(self) -> Singles:
        """Metres north of the plane's centre, one for each cell (a view)."""
        return self.pool.y[self.offset : self.offset + self.cells]

    @property
    def seen(self) -> NDArray[np.int32]:
        """What is known of each cell: light in the low 8 bits (`lit_line.painted`), nearest haven above them; 0 is unknown (a
        view)."""
        return self.pool.seen[self.offset : self.offset + self.cells]


class Pool:
    """The grids of many journeys, end to end. Fourteen bytes a cell: 4 KB for a walk of 2.5 km.

    Adding costs the resampling of the route, and now and then a doubling of the arrays; removing leaves a
    hole, and when holes are more than half of what is used everything moves together. Grids begin at whole blocks;
    what is left of the last one repeats the last cell.
    """

    def __init__(self, capacity: int = 1024) -> None:
        self._cells(max(capacity, BLOCK) // BLOCK * BLOCK)
        self.table: Floats = np.zeros((len(Of), 16))
        self.ways: list[Grid | None] = [None] * 16
        self._grids: dict[Hashable, Grid] = {}
        self._free = list(range(15, -1, -1))
        self._used = 0
        self._holes = 0

    def _cells(self, capacity: int) -> None:
        self.xy: Singles = np.zeros((capacity, 2), dtype=np.float32)
        self.x: Singles = self.xy[:, 0]
        self.y: Singles = self.xy[:, 1]
        self.pairs: Floats = self.xy.view(np.float64)[:, 0]  # as eight bytes a cell is taken in one go
        self.flat = self.xy.data.cast("B").cast("f")  # x and y in turn, as plain Python takes them
        self.seen: NDArray[np.int32] = np.zeros(capacity, dtype=np.int32)
        self.blocks: Floats = np.zeros((3, capacity // BLOCK))

    def __len__(self) -> int:
        return len(self._grids)

    def get(self, key: Hashable) -> Grid | None:
        """The grid of journey `key`, if it has one."""
        return self._grids.get(key)

    def add(self, key: Hashable, route: Route) -> Grid:
        """Cut `route` into cells for journey `key`; a grid it had before is removed."""
        self.remove(key)
        lat, lon = route.columns()
        plane = plane_at(*np.array(middle_of(lat, lon), dtype=np.float32).tolist())
        xy, step_m = resample(*plane.to_metres(lat, lon))
        cells = xy.shape[1]
        room = whole(cells)
        self._reserve(room)
        grid = Grid(self, self._slot(), self._used, cells, step_m, plane, route.destination)
        self._used += room
        span = slice(grid.offset, self._used)
        mine = self.xy[span]
        mine[:cells] = xy.T
        mine[cells:] = mine[cells - 1]
        self.seen[span] = 0
        if route.lights:
            self.seen[grid.offset : grid.offset + cells] = painted(route.lights, cells, step_m)
        self.blocks[:, grid.offset // BLOCK : self._used // BLOCK] = circles(mine)
        self._grids[key] = self.ways[grid.slot] = grid
        end = plane.to_metres(route.destination.lat, route.destination.lon)
        self.table[:, grid.slot] = (
            grid.offset, grid.cells - 1, step_m, 1.0 / step_m, plane.lat, plane.lon, plane.east, plane.north,
            *end, route.destination.radius_m, warp(plane, lat, route.destination.lat),
        )  # fmt: skip
        return grid

    def remove(self, key: Hashable) -> None:
        """Forget journey `key`; nothing happens if it has no grid."""
        grid = self._grids.pop(key, None)
        if grid is None:
            return
        self.ways[grid.slot] = None
        self._free.append(grid.slot)
        self._holes += whole(grid.cells)
        if self._holes > 4096 and self._holes * 2 > self._used:
            self._move_together(len(self.x))

    def _slot(self) -> int:
        if not self._free:
            slots = self.table.shape[1]
            self.table = np.concatenate((self.table, np.zeros_like(self.table)), axis=1)
            self.ways += [None] * slots
            self._free = list(range(2 * slots - 1, slots - 1, -1))
        return self._free.pop()

    def _reserve(self, cells: int) -> None:
        if self._used + cells <= len(self.x):
            return
        wanted = self._used - self._holes + cells
        capacity = max(2 * wanted, len(self.x) // 2, 1024) // BLOCK * BLOCK
        if self._holes * 4 > self._used or capacity < self._used + cells:
            self._move_together(capacity)
            return
        xy, seen, blocks, used = self.xy, self.seen, self.blocks, self._used
        self._cells(capacity)
        self.xy[:used], self.seen[:used] = xy[:used], seen[:used]
        self.blocks[:, : used // BLOCK] = blocks[:, : used // BLOCK]

    def _move_together(self, capacity: int) -> None:
        """Copy the living grids side by side into arrays of `capacity` cells."""
        xy, seen, blocks, grids = self.xy, self.seen, self.blocks, list(self._grids.values())
        rooms = np.array([whole(grid.cells) for grid in grids], dtype=np.int64) // BLOCK
        firsts = np.array([grid.offset for grid in grids], dtype=np.int64) // BLOCK
        ends = rooms.cumsum()
        used = int(ends[-1]) if grids else 0
        which = np.arange(used) + (firsts - ends + rooms).repeat(rooms)
        self._cells(capacity)
        self._used, self._holes = used * BLOCK, 0
        self.xy[: self._used].reshape(-1, BLOCK, 2)[:] = xy.reshape(-1, BLOCK, 2)[which]
        self.seen[: self._used].reshape(-1, BLOCK)[:] = seen.reshape(-1, BLOCK)[which]
        self.blocks[:, :used] = blocks[:, which]
        for grid, offset in zip(grids, ((ends - rooms) * BLOCK).tolist(), strict=True):
            grid.offset = offset
            self.table[Of.OFFSET, grid.slot] = offset


def grid_of(route: Route) -> Grid:
    """A grid on its own, outside any shared pool: for one journey alone, and for tests."""
    return Pool().add("", route)


def warp(plane: Plane, lats: Floats, end_lat: float) -> float:
    """By how much of itself a distance in the plane differs from `distance_m`, at the most, near these latitudes."""
    worst = 0.0
    for lat in (min(float(lats.min()), end_lat) - NEAR_DEG, max(float(lats.max()), end_lat) + NEAR_DEG):
        east, north = metres_per_degree(lat)
        worst = max(worst, abs(east / plane.east - 1.0), abs(north / plane.north - 1.0))
    return worst + 0.001


def whole(cells: int) -> int:
    """`cells` up to whole blocks."""
    return -(-cells // BLOCK) * BLOCK


def circles(xy: Singles) -> Floats:
    """A circle around each block of cells: centre x, centre y, radius; every cell is inside."""
    cells = np.array(xy.T, dtype=np.float64, order="C").reshape(2, -1, BLOCK)
    found = np.empty((3, cells.shape[1]))
    middle = found[:2]
    np.add(cells.min(axis=2), cells.max(axis=2), out=middle)
    middle /= 2
    cells -= middle[:, :, None]
    cells *= cells
    np.sqrt((cells[0] + cells[1]).max(axis=1), out=found[2])
    found[2] *= 1.0 + 1e-9
    return found


def resample(x: Floats, y: Floats, cell_m: float = CELL_M) -> tuple[Floats, float]:
    """Points at equal steps of about `cell_m` along a line, ends included, as (2, points); and the step."""
    along = np.zeros(len(x))
    dx, dy = x[1:] - x[:-1], y[1:] - y[:-1]
    np.cumsum(np.sqrt(dx * dx + dy * dy), out=along[1:])
    length = float(along[-1])
    cells = max(2, round(length / cell_m) + 1)
    step_m = length / (cells - 1)
    wanted = np.arange(cells) * step_m
    wanted[-1] = length
    return np.array((np.interp(wanted, along, x), np.interp(wanted, along, y))), step_m
