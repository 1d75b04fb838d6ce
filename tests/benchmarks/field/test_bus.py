"""A bus between two walks."""

import numpy as np
import pytest

from benchmarks.field import somebody
from benchmarks.field.bus import trip
from benchmarks.field.walker import Doing


@pytest.mark.parametrize("seed", range(6))
def test_the_three_ways_meet(seed: int) -> None:
    """Each begins where the one before ends, and she goes along all of them, without a jump."""
    one = trip(seed, somebody(seed))
    ends = [float(np.hypot(*(b.xy[0] - a.xy[-1]))) for a, b in zip(one.legs, one.legs[1:], strict=False)]

    assert max(ends) < 0.01
    assert np.hypot(*np.diff(one.truth.xy, axis=0).T).max() < 15.0
    assert one.truth.along_m[-1] == pytest.approx(sum(leg.length_m for leg in one.legs), rel=0.001)


@pytest.mark.parametrize("seed", range(6))
def test_she_waits_and_then_is_driven(seed: int) -> None:
    """A minute at least at the stop; on the bus faster than anybody runs, with halts."""
    one = trip(seed, somebody(seed))
    before, after = int(one.boards_s), int(one.leaves_s)
    speeds = np.hypot(*np.diff(one.truth.xy[before:after], axis=0).T)

    assert set(one.truth.doing[before - 60 : before].tolist()) == {Doing.WAITS}
    assert set(one.truth.doing[before:after].tolist()) == {Doing.RIDES}
    assert speeds.max() > 7.5
    assert (speeds == 0.0).sum() > 20
