"""Where somebody really is."""

import numpy as np
import pytest

from benchmarks.field.walker import HOME_S, LIMIT_M, Doing, Turn, Walker, somebody
from benchmarks.field.ways import KINDS, drawn

EVEN = Walker(crossings_km=0, errands_km=0, turns_km=0, runs_km=0)


def test_anna_comes_home() -> None:
    """The walk ends at the end of the way, and she stays there."""
    truth = somebody(4).walks(drawn("plain", 4), 4)

    assert truth.along_m[-1] == pytest.approx(truth.way.length_m)
    assert truth.home_at is not None
    assert truth.seconds - truth.home_at >= HOME_S
    assert set(truth.doing[int(truth.home_at) :].tolist()) == {Doing.HOME}


@pytest.mark.parametrize("kind", KINDS)
def test_an_ordinary_walk_never_leaves_the_way(kind: str) -> None:
    """A shop beside the street is not off the route, so whoever is alarmed on such a walk is wrong."""
    for seed in range(6):
        assert somebody(seed, rests_h=2.0).walks(drawn(kind, seed), seed).off_m.max() < LIMIT_M


def test_she_walks_at_her_pace() -> None:
    """The pace wanders about what it is meant to be."""
    truth = EVEN.walks(drawn("plain", 2, 2000.0), 2, None)
    assert truth.home_at is not None

    assert truth.way.length_m / truth.home_at == pytest.approx(EVEN.pace_mps, rel=0.1)


def test_a_run_takes_her_past_things_and_never_back() -> None:
    """Where she ran past a crossing she does not go back to it."""
    runner = Walker(crossings_km=20, errands_km=0, turns_km=0, runs_km=3)
    for seed in range(10):
        assert np.diff(runner.walks(drawn("plain", seed), seed).along_m).min() >= 0.0


@pytest.mark.parametrize("what", ["wrong_turn", "parallel_street", "carried_off"])
def test_a_walk_that_turns_leaves_the_way(what: str) -> None:
    """Beyond the limit, and for a minute at least."""
    truth = EVEN.walks(drawn("plain", 8, 1500.0), 8, Turn(what, 600.0))
    left_at = truth.left_at()

    assert truth.turned_at is not None
    assert left_at is not None
    assert left_at > truth.turned_at
    assert truth.off_m[: int(truth.turned_at)].max() < LIMIT_M
    assert (truth.off_m[int(left_at) : int(left_at) + 60] > LIMIT_M).all()


def test_who_is_carried_off_is_quick() -> None:
    """A car reaches its speed."""
    truth = EVEN.walks(drawn("plain", 8, 1500.0), 8, Turn("carried_off", 600.0, mps=12.0))
    moved = np.hypot(*np.diff(truth.xy, axis=0).T)

    assert moved.max() == pytest.approx(12.0, abs=0.1)


def test_who_stands_gets_no_farther() -> None:
    """For as long as was said; then she goes on, and home."""
    truth = EVEN.walks(drawn("plain", 8, 1500.0), 8, Turn("stands", 600.0, for_s=900.0))
    assert truth.turned_at is not None
    began = int(truth.turned_at)

    assert np.ptp(truth.along_m[began : began + 900]) == 0.0
    assert truth.along_m[-1] == pytest.approx(truth.way.length_m)
    assert [rest for rest in truth.rests(900.0) if rest[0] <= began + 1 < rest[1]]


def test_a_turn_that_nobody_knows_is_refused() -> None:
    """A benchmark that asks for it would measure an ordinary walk."""
    with pytest.raises(ValueError, match="got flies"):
        EVEN.walks(drawn("plain", 8), 8, Turn("flies", 600.0))
