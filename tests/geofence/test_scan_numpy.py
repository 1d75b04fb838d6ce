"""Many fixes held against the whole of their routes: each as if it were alone."""

import numpy as np
import pytest
from numpy.typing import NDArray

from geofence.grid import Of, Pool
from geofence.hypotheses import BLUR_2, MOST_BLOCKS, TEMPER, TURN_COST, Look
from geofence.progress_scalar import in_blocks, nearest_m
from geofence.scan_numpy import CAP, DOUBT, PX, PY, nearest, scanned

from .drawn import EIGHT, LOOP, OUT_AND_BACK, STAIRS, street

POOL = Pool()
LONG = street((0, 0), (9_000, 0), (9_000, 4_000), (0, 4_000))
GRIDS = [POOL.add(n, route) for n, route in enumerate([STAIRS, OUT_AND_BACK, LOOP, EIGHT, LONG])]
WAYS = [GRIDS[n % len(GRIDS)] for n in range(200)]


def fixes(far_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Two hundred of them, so far from their ways; three places where each may have been, and what these cost."""
    rng = np.random.default_rng(7)
    it = np.empty((CAP + 1, len(WAYS)))
    it[:PX] = POOL.table[: Of.LAT, [way.slot for way in WAYS]]
    it[PX] = [way.x[7 * n % way.cells] for n, way in enumerate(WAYS)]
    it[PY] = [way.y[7 * n % way.cells] for n, way in enumerate(WAYS)]
    it[PX : PY + 1] += rng.normal(0.0, far_m, (2, len(WAYS)))
    doubt = (10.0 * 10.0 + BLUR_2) * TEMPER
    it[DOUBT:] = np.array([doubt, 3.7, 6.0, 22.0, 40.0, 1_600.0, np.sqrt(TURN_COST * doubt), 25.0])[:, None]
    return it, rng.uniform(0.0, 2_000.0, (3, len(WAYS))), rng.uniform(0.0, 25.0, (3, len(WAYS)))


@pytest.mark.parametrize("far_m", [5.0, 60.0])
def test_the_best_places_are_those_of_each_alone(far_m: float) -> None:
    """Cells and joint costs of the six cheapest blocks, to the bit; nothing where nothing of the way is near."""
    it, along, cost = fixes(far_m)
    cell, joint = scanned(POOL, it, along, cost)
    for n, way in enumerate(WAYS):
        places = list(zip(along[:, n].tolist(), cost[:, n].tolist(), strict=True))
        found = in_blocks(way, places, Look(*it[PX : DOUBT + 5, n].tolist()))
        told = sorted(zip(joint[:, n].tolist(), cell[:, n].tolist(), strict=True))[: len(found)]
        assert told == sorted((least, float(best)) for least, best, _ in found)
        assert np.isinf(joint[:, n]).sum() == MOST_BLOCKS - len(found)


def test_how_far_from_all_of_it() -> None:
    """The distance to the nearest cell, on short ways and on a long one."""
    it, _, _ = fixes(300.0)
    assert nearest(POOL, it).tolist() == [nearest_m(way, *it[PX : PY + 1, n].tolist()) for n, way in enumerate(WAYS)]
