"""The engine as it is measured: both ways of asking it come to the same."""

import pytest

from benchmarks.engine import Fixes, alone, many
from benchmarks.field.phone import STARTED_AT
from benchmarks.geofence import STEPS, Journey, journey
from geofence.judge import NO_EVIDENCE
from service.frames import Grids

WALKS = [journey(kind, seed) for seed in range(3) for kind in ("plain", "out_and_back")]


def test_alone_and_in_a_batch_she_is_in_the_same_place() -> None:
    """Progress, corridor and dwell: to the bit the same records after every fix."""
    grids = Grids()
    ways = [grids.of(f"bench{n}-1", walk.route) for n, walk in enumerate(WALKS)]
    one = [NO_EVIDENCE.record] * len(WALKS)
    all_ = list(one)
    for k in range(STEPS):
        pairs = [walk.fixes[max(0, k - 1) : k + 1] for walk in WALKS]
        one = [
            alone(Fixes.of([way], [pair], STARTED_AT), [state])[0]
            for way, pair, state in zip(ways, pairs, one, strict=True)
        ]
        all_ = many(Fixes.of(ways, pairs, STARTED_AT), all_)
        assert one == all_


@pytest.mark.parametrize("walk", WALKS)
def test_every_walk_is_long_enough_to_be_measured(walk: Journey) -> None:
    """No step of a round has fewer fixes than another."""
    assert len(walk.fixes) >= STEPS
