"""Standing still, riding, going the wrong way, and her own pace."""

import math

import pytest

from geofence.limits import STANDARD_FOOT, STANDARD_RIDE, Limits
from geofence.mode import Mode
from geofence.pace import estimate_s, homeward, learn, rest, rested, ride, stood, stray, walk
from geofence.state import Row, rounded

from .drawn import Point, along, noisy

STREET = along([(0, 0), (3000, 0)])


def resting(
    points: list[Point], every_s: float = 10.0, limits: Limits = STANDARD_FOOT, row: Row | None = None
) -> list[Row]:
    """Her record after each fix, without a route: her plane lies around the first of them."""
    row, out, (x0, y0) = row or Row(), [], points[0]
    for n, (x, y) in enumerate(points):
        rest(row, n * every_s, x - x0, y - y0, None, 10.0, limits, timed=n > 0)
        row = rounded(row)
        out.append(rounded(row))
    return out


def first_stall_s(points: list[Point], every_s: float = 10.0, limits: Limits = STANDARD_FOOT) -> float | None:
    """When she was first seen to have stalled, in seconds."""
    return next((n * every_s for n, row in enumerate(resting(points, every_s, limits)) if row.stalled), None)


def is_riding(points: list[Point], every_s: float = 10.0, row: Row | None = None) -> list[bool]:
    row, last, out = row or Row(), None, []
    for n, (x, y) in enumerate(points):
        at = n * every_s
        if last is not None:
            ride(row, at, x, y, last, every_s, math.dist(last[1:], (x, y)), STANDARD_FOOT)
        out.append(bool(row.riding))
        last = at, x, y
    return out


def learnt(points: list[Point], every_s: float = 10.0, accuracy_m: float = 10.0) -> Row:
    row = Row()
    for n, (x, y) in enumerate(points):
        learn(row, n * every_s, x, y, None, Mode.FOOT, STANDARD_FOOT, timed=n > 0)
        row = rounded(row)
    return row


def test_five_minutes_in_one_place() -> None:
    """She walks ten minutes and stops: stalled when its rule says; with 10 m of noise hardly ever a minute later."""
    stopped = STREET[:60] + [STREET[60]] * 60
    assert first_stall_s(stopped) == pytest.approx(600.0 + 300.0 - 10.0, abs=10.0)
    at = [first_stall_s(noisy(stopped, 10.0, seed)) or math.inf for seed in range(24)]
    assert max(at) < 1000.0
    assert sum(abs(at_s - 890.0) > 30.0 for at_s in at) <= 1


def test_a_phone_that_lies_still_is_heard_once_a_minute() -> None:
    """Two minutes after she stopped it goes over to a fix a minute: the question comes with the next of them, noise or none."""
    times = [10.0 * n for n in range(73)] + [780.0 + 60.0 * n for n in range(8)]
    for sigma_m in (0.0, 10.0):
        for seed in range(12):
            places = noisy([(1.35 * min(t, 600.0), 0.0) for t in times], sigma_m, seed)
            row, first = Row(), math.inf
            for n, (t, (x, y)) in enumerate(zip(times, places, strict=True)):
                rest(row, t, x, y, None, 10.0, STANDARD_FOOT, timed=n > 0)
                row = rounded(row)
                if row.stalled:
                    first = min(first, t)
            assert first == 900.0


def test_one_lie_of_her_phone_is_no_way() -> None:
    """A single fix of a minute 100 m away changes nothing; two of them are an errand."""
    for lies, stalled in ((1, True), (2, False)):
        row = Row()
        for n in range(8):
            rest(row, 60.0 * n, 100.0 if 3 <= n < 3 + lies else 0.0, 0.0, None, 10.0, STANDARD_FOOT, timed=n > 0)
            row = rounded(row)
        assert bool(row.stalled) == stalled


def test_a_short_stop_is_no_stall() -> None:
    """Four minutes at a bus stop under bad signals: nobody is asked, and nobody is who strolls."""
    waits = STREET[:40] + [STREET[40]] * 24 + STREET[40:80]
    strolls = along([(0, 0), (300, 0)], mps=0.25)
    for seed in range(8):
        for way in (waits, strolls):
            row = Row()
            for n, (x, y) in enumerate(noisy(way, 12.0, seed)):
                rest(row, 10.0 * n, x, y, None, 30.0, STANDARD_FOOT, timed=n > 0)
                row = rounded(row)
                assert not row.stalled


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
    rows = resting([*STREET[:10], *[STREET[10]] * 45, *STREET[10:18]])
    assert any(row.stalled for row in rows)
    assert not rows[-1].stalled


def test_noise_takes_no_stall_back() -> None:
    """She stands for half an hour between houses, 15 m of noise: once seen it stays, and still ends a minute after she goes."""
    for seed in range(6):
        row, stalled = Row(), []
        way = noisy([*[STREET[0]] * 180, *STREET[1:9]], 15.0, seed)
        for n, (x, y) in enumerate(way):
            rest(row, 10.0 * n, x, y, None, 20.0, STANDARD_FOOT, timed=n > 0)
            row = rounded(row)
            stalled.append(bool(row.stalled))
        assert all(stalled[stalled.index(True) : 180])
        assert not stalled[-1]


def test_one_far_fix_ends_no_stall_and_two_do() -> None:
    """A lie of her phone is forgotten with the next fix that is near."""
    lied = resting([*[(0.0, 0.0)] * 40, (90.0, 0.0), *[(0.0, 0.0)] * 5])
    assert all(row.stalled for row in lied[35:])
    assert lied[-1].stalled == 1.0
    assert not resting([*[(0.0, 0.0)] * 40, (90.0, 0.0), (100.0, 0.0)])[-1].stalled


def test_a_slow_walk_on_ends_a_stall_too() -> None:
    """Two means beyond the limit, though no fix is far: half a metre a second takes some two minutes."""
    rows = resting([*[(0.0, 0.0)] * 40, *[(5.0 * n, 0.0) for n in range(1, 14)]])
    assert rows[39].stalled
    assert not rows[-1].stalled


def test_an_unknown_time_is_no_step() -> None:
    """Her phone's clock was set right: she has stalled until she is seen to walk."""
    row = resting([(0.0, 0.0)] * 40)[-1]
    rest(row, 9000.0, 3.0, 0.0, None, 10.0, STANDARD_FOOT, timed=False)
    assert (row.stalled, row.means) == (1.0, 0)
    for n in range(1, 10):
        rest(row, 9000.0 + 10.0 * n, 3.0 + 13.0 * n, 0.0, None, 10.0, STANDARD_FOOT, timed=True)
    assert not row.stalled


def test_ten_hours_later_a_rest_is_still_a_rest() -> None:
    """Instants and places in her record are short numbers that wrap around; what is between two of them does not."""
    far = [(40_000.0 + x, -70_000.0 + y) for x, y in noisy([(0.0, 0.0)] * 60, 5.0, 1)]
    row, stalled = Row(), []
    for n, (x, y) in enumerate(far):
        at = 32_700.0 + 10.0 * n
        rest(row, at, x, y, None, 10.0, STANDARD_FOOT, timed=n > 0)
        row = rounded(row)
        stalled.append(bool(row.stalled))
    assert 30 <= stalled.index(True) <= 33
    assert all(stalled[33:])
    for_s, made_m = rested(row, at, STANDARD_FOOT)
    assert for_s == 300.0
    assert made_m < 15.0


def test_many_fixes_a_second_weigh_no_more_than_a_mean() -> None:
    """A phone gone wild fills no sum beyond its bounds."""
    row = Row()
    for n in range(1200):
        rest(row, 0.01 * n, 1e7, 1e7, 1e5, 10.0, STANDARD_FOOT, timed=n > 0)
    assert rounded(row).stall_n == 90.0


def test_where_the_route_passes_twice_a_rest_is_still_a_rest() -> None:
    """The search may put her on the way back; she has not moved all the same."""
    row = Row()
    for n in range(40):
        rest(row, 10.0 * n, 0.0, 0.0, 400.0 if n % 3 else 1200.0, 10.0, STANDARD_FOOT, timed=n > 0)
    assert row.stalled


def test_in_a_bus_a_stall_is_longer() -> None:
    """80 m in ten minutes of traffic is a stall for a ride, five minutes are not."""
    crawling = along([(0, 0), (400, 0)], mps=0.13)
    for n, row in enumerate(resting(crawling, limits=STANDARD_RIDE)):
        assert bool(row.stalled) == (n >= 60) or 55 <= n <= 65


def test_a_car_on_a_walk() -> None:
    """Eight metres a second for thirty seconds and 200 m is a vehicle; over after half a minute on foot."""
    driven = STREET[:10] + [(STREET[9][0] + 80.0 * n, 0.0) for n in range(1, 8)]
    riding = is_riding(driven)
    assert riding.index(True) == 12
    walked = [(driven[-1][0] + 13.5 * n, 0.0) for n in range(1, 8)]
    assert not is_riding(driven + walked)[-1]
    assert is_riding(driven + walked)[18]


def test_where_and_when_a_ride_began_stays_known() -> None:
    """From the last place before it; and on a leg that is a ride there is none."""
    row = Row()
    driven = STREET[:10] + [(STREET[9][0] + 80.0 * n, 0.0) for n in range(1, 8)]
    assert is_riding(driven, row=row)[-1]
    assert (row.ride_since, row.ride_x, row.ride_y) == (90.0, *STREET[9])
    walk(row)
    assert row == Row()


def test_running_and_noise_are_no_vehicle() -> None:
    """Neither four metres a second nor a phone that jumps about is a car."""
    assert not any(is_riding(along([(0, 0), (2000, 0)], mps=4.0)))
    assert not any(is_riding([(70.0 * (n % 2), 0.0) for n in range(40)]))


def test_going_the_wrong_way() -> None:
    """3 km to go: away once the distance has risen by 1 km on three fixes over two minutes; back on two."""
    row, seen = Row(), []
    for n, distance in enumerate([3000, 2500, 2800, 3490, 3600, 3700, 3800, 3900, 3400, 3300]):
        stray(row, n * 60.0, distance, STANDARD_FOOT, timed=n > 0)
        seen.append(bool(row.away))
        if row.away:
            assert row.away_since == 240.0
    assert seen == [False, False, False, False, False, False, True, True, True, False]
    homeward(row)
    assert row == Row()


def test_a_long_ride_may_swing_farther() -> None:
    """With 20 km at the start the allowance is 5 km."""
    row = Row()
    for n, distance in enumerate([20_000, 21_000, 24_900, 24_900, 24_900, 24_900]):
        stray(row, n * 60.0, distance, STANDARD_RIDE, timed=n > 0)
        assert not row.away


def test_her_own_pace() -> None:
    """It is learnt from stretches of sixty metres, noise averaged out, stops left out."""
    for mps in (0.9, 1.35, 1.8):
        way = along([(0, 0), (1500, 0)], mps=mps)
        row = learnt(noisy(way[:40] + [way[40]] * 30 + way[40:], 8.0, 3))
        assert row.pace == pytest.approx(mps, rel=0.25)


def test_a_lift_teaches_no_pace() -> None:
    """What is faster than walking is not her pace."""
    assert learnt([(150.0 * n, 0.0) for n in range(20)]).pace == -1.0


def test_how_long_it_will_take() -> None:
    """By her own pace, or by the usual one of her mode."""
    assert estimate_s(900.0, 1.5) == 600.0
    assert estimate_s(1300.0, None) == pytest.approx(1000.0)
    assert estimate_s(4200.0, None, Mode.CYCLE) == pytest.approx(1000.0)


def test_where_she_has_stood_is_surer_than_a_fix() -> None:
    """In the middle of her means, far from the plane's centre too: a fix 40 m off moves it by a few metres."""
    row, places = Row(), noisy([(40_000.0, -70_000.0)] * 44, 8.0, 2)
    for n, (x, y) in enumerate([*places, (40_040.0, -70_000.0)]):
        rest(row, 10.0 * n, x, y, None, 10.0, STANDARD_FOOT, timed=n > 0)
        row = rounded(row)
    assert row.stalled
    assert math.dist(stood(row, STANDARD_FOOT), (40_000.0, -70_000.0)) < 10.0
