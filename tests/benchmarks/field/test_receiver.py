"""What receivers make of a walk."""

import numpy as np
import pytest

from benchmarks.field.receiver import BAD, CANYON, PLAIN_10, PLAIN_20, TOWN, Receiver, Sky, seen
from benchmarks.field.walker import Truth, Walker
from benchmarks.field.ways import Metres, drawn


def truth_of(seed: int) -> Truth:
    """Two kilometres without a stop."""
    return Walker(crossings_km=0, errands_km=0, turns_km=0, runs_km=0).walks(drawn("plain", seed, 2000.0), seed)


def errors(receiver: Receiver, seeds: range) -> Metres:
    """How far off the walking fixes of some walks are, east and north."""
    found = []
    for seed in seeds:
        truth = truth_of(seed)
        assert truth.home_at is not None
        t = np.arange(0.0, truth.home_at, 10.0)
        shown = seen(truth, t, receiver, seed)
        found.append((shown.xy - truth.place(t))[~shown.silent])
    return np.concatenate(found)


@pytest.mark.parametrize("receiver", [PLAIN_10, PLAIN_20])
def test_sigma_is_what_it_says(receiver: Receiver) -> None:
    """On each axis, over many walks."""
    assert errors(receiver, range(40)).std(axis=0) == pytest.approx(receiver.sigma_m, rel=0.15)


def test_between_high_walls_it_is_worse_and_the_phone_knows_it_more_or_less() -> None:
    """The usual error of a town is sigma over all of it, and what is believed of it goes with it a little."""
    far, believed = [], []
    for seed in range(40):
        truth = truth_of(seed)
        assert truth.home_at is not None
        t = np.arange(0.0, truth.home_at, 10.0)
        shown = seen(truth, t, TOWN, seed)
        far.append((shown.xy - truth.place(t))[shown.usual])
        believed.append(shown.accuracy_m[shown.usual])
    error, said = np.concatenate(far), np.concatenate(believed)

    assert error.std(axis=0) == pytest.approx(TOWN.sigma_m, rel=0.15)
    assert 0.15 < np.corrcoef(np.log(np.hypot(*error.T) + 0.1), np.log(said))[0, 1] < 0.6


def test_what_a_phone_believes_stays_for_a_while() -> None:
    """Its next fix says much the same of itself."""
    truth = truth_of(3)
    said = [np.log(seen(truth, np.arange(0.0, 900.0, 10.0), PLAIN_10, seed).accuracy_m) for seed in range(30)]
    near = [value - value.mean() for value in said]

    assert np.mean([np.mean(v[1:] * v[:-1]) for v in near]) / np.mean([np.mean(v * v) for v in near]) > 0.4


def test_errors_go_on() -> None:
    """Ten seconds later a receiver is wrong in nearly the same way; a minute later it has half forgotten."""
    wrong = [errors(PLAIN_10, range(n, n + 1)) for n in range(30)]
    together = [
        float(np.mean([np.mean(e[lag:] * e[:-lag]) for e in wrong]) / np.mean([np.mean(e * e) for e in wrong]))
        for lag in (1, 12)
    ]

    assert together[0] > 0.6
    assert together[1] < 0.3


def test_the_same_wall_is_wrong_the_same_way_twice() -> None:
    """The error that is fixed in space depends on the place alone, and is another one two streets on."""
    sky, place = Sky.over(), np.array([[310.0, -20.0]])
    here, factor = sky.at(place)
    again, _ = sky.at(np.concatenate([place, place + 400.0]))

    assert np.array_equal(here[0], again[0])
    assert np.hypot(*(again[0] - again[1])) > 0.1
    assert 0.49 < factor[0] < 2.02


def test_rare_things_are_marked() -> None:
    """In a canyon some fixes are far off; without what is marked as rare, a usual error is left."""
    truth = truth_of(3)
    t = np.arange(0.0, truth.seconds - 1, 5.0)
    far = []
    for seed in range(30):
        shown = seen(truth, t, CANYON, seed)
        apart = np.hypot(*(shown.xy - truth.place(t)).T)
        far.append((apart[shown.usual & ~shown.silent].max(), apart.max()))

    assert max(usual for usual, _ in far) < 150
    assert max(most for _, most in far) > 200


def test_a_bad_phone_knows_no_speed_and_flatters_itself() -> None:
    """Its accuracy is smaller than its error."""
    truth = truth_of(3)
    t = np.arange(0.0, truth.seconds - 1, 10.0)
    shown = seen(truth, t, BAD, 3)

    assert np.isnan(shown.speed_mps).all()
    assert np.median(shown.accuracy_m) < BAD.sigma_m


def test_a_phone_may_say_five_metres_for_ever() -> None:
    """Or minus one metre a second."""
    truth = truth_of(3)
    shown = seen(truth, np.arange(0.0, 600.0, 10.0), Receiver("stuck", 15.0, believed="stuck", speed="minus"), 3)

    assert set(shown.accuracy_m.tolist()) == {5.0}
    assert set(shown.speed_mps.tolist()) == {-1.0}
