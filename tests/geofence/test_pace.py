"""Standing still, riding, going the wrong way, and her own pace."""

import pytest

from geofence.fix import Fix, elapsed_s
from geofence.limits import STANDARD_FOOT, STANDARD_RIDE, Limits
from geofence.mode import Mode
from geofence.pace import WALKING, Away, Pace, Stall, estimate_s, learn, rest, ride, stray
from geofence.plane import distance_m

from .streets import Point, along, fix, noisy

STREET = along([(0, 0), (3000, 0)])


def fixes(points: list[Point], every_s: float = 10.0, accuracy_m: float = 10.0) -> list[Fix]:
    return [fix(x, y, n * every_s, n, accuracy_m) for n, (x, y) in enumerate(points)]


def first_stall_s(points: list[Point], every_s: float = 10.0, limits: Limits = STANDARD_FOOT) -> float | None:
    """When she was first seen to have stalled, without a route, in seconds."""
    stall: Stall | None = None
    for n, one in enumerate(fixes(points, every_s)):
        stall = rest(stall, one, None, limits, timed=n > 0)
        if stall.stalled:
            return n * every_s
    return None


def is_riding(points: list[Point], every_s: float = 10.0) -> list[bool]:
    state, last, out = WALKING, None, []
    for one in fixes(points, every_s):
        moved_m = 0.0 if last is None else distance_m(last.lat, last.lon, one.lat, one.lon)
        state = ride(state, last, one, moved_m, elapsed_s(last, one), STANDARD_FOOT)
        out.append(state.riding)
        last = one
    return out


def test_five_minutes_in_one_place() -> None:
    """She walks ten minutes and stops: stalled within a minute of its rule, noise or none."""
    stopped = STREET[:60] + [STREET[60]] * 60
    assert first_stall_s(stopped) == pytest.approx(600.0 + 300.0 - 10.0, abs=30.0)
    for seed in range(8):
        assert first_stall_s(noisy(stopped, 10.0, seed)) == pytest.approx(890.0, abs=60.0)


def test_walking_is_no_stall() -> None:
    """Not at half a metre a second with 10 m of noise either."""
    slow = along([(0, 0), (900, 0)], mps=0.5)
    assert all(first_stall_s(noisy(slow, 10.0, seed)) is None for seed in range(8))


def test_there_and_back_is_no_stall() -> None:
    """She goes 150 m for milk and is back after four minutes."""
    assert first_stall_s(along([(0, 0), (150, 0), (0, 0), (-300, 0)])) is None


def test_a_gap_in_the_recording_is_a_rest() -> None:
    """Twelve minutes of nothing and still in the same place: that is a stall, at the first fix that shows it."""
    assert first_stall_s([(0, 0), (8, 0), (20, 200)], every_s=720.0) == 720.0
    assert first_stall_s([(0, 0), (400, 0)], every_s=720.0) is None


def test_a_stall_ends_when_she_walks_on() -> None:
    """A minute after she has gone on it is over."""
    stall: Stall | None = None
    for n, one in enumerate(fixes([*STREET[:10], *[STREET[10]] * 45, *STREET[10:18]])):
        stall = rest(stall, one, None, STANDARD_FOOT, timed=n > 0)
    assert stall is not None
    assert not stall.stalled


def test_where_the_route_passes_twice_a_rest_is_still_a_rest() -> None:
    """The search may put her on the way back; she has not moved all the same."""
    stall: Stall | None = None
    for n, one in enumerate(fixes([(0, 0)] * 40)):
        stall = rest(stall, one, 400.0 if n % 3 else 1200.0, STANDARD_FOOT, timed=n > 0)
    assert stall is not None
    assert stall.stalled


def test_in_a_bus_a_stall_is_longer() -> None:
    """80 m in ten minutes of traffic is a stall for a ride, five minutes are not."""
    crawling = along([(0, 0), (400, 0)], mps=0.13)
    stall: Stall | None = None
    for n, one in enumerate(fixes(crawling)):
        stall = rest(stall, one, None, STANDARD_RIDE, timed=n > 0)
        assert stall.stalled == (n >= 60) or 55 <= n <= 65
    assert stall is not None


def test_a_car_on_a_walk() -> None:
    """Eight metres a second for thirty seconds and 200 m is a vehicle; over after half a minute on foot."""
    driven = STREET[:10] + [(STREET[9][0] + 80.0 * n, 0.0) for n in range(1, 8)]
    riding = is_riding(driven)
    assert riding.index(True) == 12
    walked = [(driven[-1][0] + 13.5 * n, 0.0) for n in range(1, 8)]
    assert not is_riding(driven + walked)[-1]
    assert is_riding(driven + walked)[18]


def test_running_and_noise_are_no_vehicle() -> None:
    """Neither four metres a second nor a phone that jumps about is a car."""
    assert not any(is_riding(along([(0, 0), (2000, 0)], mps=4.0)))
    assert not any(is_riding([(70.0 * (n % 2), 0.0) for n in range(40)]))


def test_going_the_wrong_way() -> None:
    """3 km to go: away once the distance has risen by 1 km on three fixes over two minutes; back on two."""
    away: Away | None = None
    seen = []
    for n, distance in enumerate([3000, 2500, 2800, 3490, 3600, 3700, 3800, 3900, 3400, 3300]):
        away = stray(away, n * 60.0, distance, STANDARD_FOOT, timed=n > 0)
        seen.append(away.away)
    assert seen == [False, False, False, False, False, False, True, True, True, False]


def test_a_long_ride_may_swing_farther() -> None:
    """With 20 km at the start the allowance is 5 km."""
    away: Away | None = None
    for n, distance in enumerate([20_000, 21_000, 24_900, 24_900, 24_900, 24_900]):
        away = stray(away, n * 60.0, distance, STANDARD_RIDE, timed=n > 0)
        assert not away.away


def test_her_own_pace() -> None:
    """It is learnt from stretches of sixty metres, noise averaged out, stops left out."""
    for mps in (0.9, 1.35, 1.8):
        walk = along([(0, 0), (1500, 0)], mps=mps)
        pace: Pace | None = None
        for n, one in enumerate(fixes(noisy(walk[:40] + [walk[40]] * 30 + walk[40:], 8.0, 3))):
            pace = learn(pace, one, None, Mode.FOOT, STANDARD_FOOT, timed=n > 0)
        assert pace is not None
        assert pace.mps == pytest.approx(mps, rel=0.25)


def test_a_lift_teaches_no_pace() -> None:
    """What is faster than walking is not her pace."""
    pace: Pace | None = None
    for n, one in enumerate(fixes([(150.0 * n, 0.0) for n in range(20)])):
        pace = learn(pace, one, None, Mode.FOOT, STANDARD_FOOT, timed=n > 0)
    assert pace is not None
    assert pace.mps is None


def test_how_long_it_will_take() -> None:
    """By her own pace, or by the usual one of her mode."""
    assert estimate_s(900.0, 1.5) == 600.0
    assert estimate_s(1300.0, None) == pytest.approx(1000.0)
    assert estimate_s(4200.0, None, Mode.CYCLE) == pytest.approx(1000.0)
