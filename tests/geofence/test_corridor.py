"""Row 4: off the route after a while, back on it after a little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.corridor import begin, follow
from geofence.limits import STANDARD_FOOT
from geofence.state import Row, rounded

LAW = STANDARD_FOOT


def followed(
    astray: list[float],
    every_s: float = 10.0,
    accuracy_m: float = 10.0,
    *,
    off: bool = False,
    still: bool = False,
    leapt: tuple[int, ...] = (),
) -> list[bool]:
    """Whether she is off the route after each fix; before the first she was on it, so long ago as between two of them."""
    row, out = Row(off=float(off)), []
    for n, astray_m in enumerate(astray):
        follow(row, n * every_s, astray_m, accuracy_m, LAW, every_s, still=still, leapt=n in leapt)
        row = rounded(row)
        out.append(bool(row.off))
    return out


def first_off_s(astray_m: float, accuracy_m: float = 10.0, *, still: bool = False, every_s: float = 10.0) -> float:
    """After how long beyond the limit she is off it."""
    return every_s * followed([astray_m] * 40, every_s, accuracy_m, still=still).index(True)


def test_thirty_seconds_beyond_forty_metres() -> None:
    """Off at the first fix that is the third or later and 30 s after the first."""
    assert followed([10, 41, 45, 50, 60]) == [False, False, False, False, True]
    assert followed([41, 45, 50], every_s=15.0) == [False, False, True]
    assert followed([41, 45, 50], every_s=60.0) == [False, False, True]
    assert followed([41] * 7, every_s=5.0) == [False] * 6 + [True]


def test_a_phone_a_hair_early_is_not_ten_seconds_late() -> None:
    """She passed the limit between two fixes, so the run is dated from the middle: four fixes 9.8 s apart are enough."""
    assert followed([41, 45, 50, 60, 70], every_s=9.8) == [False, False, False, True, True]


def test_after_a_silence_the_first_fix_beyond_is_the_beginning() -> None:
    """Ten minutes in a tunnel are no five minutes off the route; nor is a span of time that nobody knows."""
    for passed_s in (600.0, 31.0, None):
        row = Row()
        follow(row, 1000.0, 60.0, 10.0, LAW, passed_s)
        assert (row.off_run, row.off_since) == (1.0, 1000.0)


def test_forty_metres_are_still_the_route() -> None:
    """The limit itself is inside, and one fix back on the route ends the run."""
    assert not any(followed([40.0] * 20))
    assert not any(followed([50, 50, 50, 20] * 5))


def test_a_poor_accuracy_widens_the_route() -> None:
    """With an accuracy of 30 m the limit is 60 m."""
    assert not any(followed([59.0] * 20, accuracy_m=30.0))
    assert followed([125.0] * 5, accuracy_m=30.0) == [False] * 3 + [True] * 2


def test_a_fix_short_of_the_limit_costs_time_and_ends_nothing() -> None:
    """Walking away with a little noise she is off a step or two later, and one whose accuracy is poor costs less."""
    assert followed([30, 41, 38, 52, 60, 70]) == [False] * 5 + [True]
    row = Row()
    for n, (astray_m, accuracy_m) in enumerate([(30, 10), (52, 12), (67, 42), (76, 12), (84, 4), (90, 9)]):
        follow(row, 10.0 * n, astray_m, accuracy_m, LAW, 10.0)
    assert row.off


def test_hovering_about_the_limit_is_no_way_out() -> None:
    """As often some way short of it as beyond it: noise, not walking."""
    assert not any(followed([45, 28] * 30))


def test_a_weak_signal_must_stray_longer_or_farther() -> None:
    """Errors between tall houses come in runs of a minute; 90 s outlast most, and a plain deviation needs no more."""
    assert first_off_s(45.0, accuracy_m=20.0) == 90.0
    assert first_off_s(60.0, accuracy_m=20.0) == 60.0
    assert first_off_s(80.0, accuracy_m=20.0) == 30.0


def test_a_phone_that_drifts_while_she_stands() -> None:
    """At a crossing, or in her hall, its place wanders 45 m off: asked about after a minute and a half, not at once."""
    assert first_off_s(45.0, still=True) == 90.0
    assert first_off_s(45.0, still=True, every_s=60.0) == 120.0


def test_whoever_walked_out_there_and_is_held_there_is_missed_no_second() -> None:
    """Her run began with steps: standing counts as before."""
    row, off = Row(), []
    for n, still in enumerate([False, False, True, True, True]):
        follow(row, 10.0 * n, 60.0, 10.0, LAW, 10.0, still=still)
        row = rounded(row)
        off.append(bool(row.off))
    assert off == [False, False, False, True, True]


def test_a_phone_that_always_says_nought_misses_no_step_of_hers() -> None:
    """Led off at a walk she is 20 m beyond the limit soon: nobody drifts there, and its word costs her nothing after all."""
    assert followed([12, 24, 36, 48, 60, 72, 84], still=True) == [False] * 6 + [True]
    assert followed([12, 24, 36, 48, 55, 55, 55, 55, 55, 55, 55, 55, 55], still=True).index(True) == 12
    assert followed([41, 100, 100, 100, 100], still=True, leapt=(1,)) == [False] * 5


def test_whoever_is_pulled_there_and_held_is_not_doubted() -> None:
    """With the fix before her phone said that she ran, with this one that she stands 8 m beyond the limit."""
    row, off = Row(), []
    for n in range(4):
        follow(row, 10.0 * n, 48.0, 8.0, LAW, 10.0, still=True, came=n == 0)
        row = rounded(row)
        off.append(bool(row.off))
    assert off == [False, False, False, True]


def test_after_a_long_silence_she_may_stand_anywhere() -> None:
    """The first fix after two minutes of nothing is 100 m off, and she stands: thirty seconds, as ever."""
    row, off = Row(), []
    for n in range(5):
        follow(row, 120.0 + 10.0 * n, 100.0, 10.0, LAW, 10.0 if n else 120.0, still=True, leapt=n == 0)
        off.append(bool(row.off))
    assert off == [False, False, False, True, True]


def test_nobody_leaps_across_the_street() -> None:
    """A jump of multipath while she waits at the light, a minute long, is none of her steps; a walker's noise is little."""
    row = Row()
    for n in range(7):
        follow(row, 10.0 * n, 70.0, 10.0, LAW, 10.0, still=n > 0, leapt=n == 0)
    assert not row.off
    assert followed([60.0] * 6, leapt=(0,)) == [False] * 3 + [True] * 3
    assert followed([60.0] * 6, leapt=(2,)) == [False] * 4 + [True] * 2


@pytest.mark.parametrize(
    ("astray", "off"),
    [([24, 24], [True, False]), ([24, 30, 24, 24], [True, True, True, False]), ([30, 39, 26], [True, True, True])],
)
def test_back_on_two_fixes_in_a_row_within_25_m(astray: list[float], off: list[bool]) -> None:
    """Between 25 and 40 m she stays what she was."""
    assert followed(astray, off=True) == off


def test_an_unknown_time_starts_the_run_anew() -> None:
    """Across a change of the phone's clock thirty seconds cannot be measured."""
    row = Row()
    follow(row, 1000.0, 50.0, 10.0, LAW, 10.0)
    follow(row, 5000.0, 50.0, 10.0, LAW, None)
    assert (row.off, row.off_run, row.off_since) == (0.0, 1.0, 5000.0)
    follow(row, 5000.0, 30.0, 10.0, LAW, None)
    assert row == Row()


def test_what_put_her_off_is_told_once() -> None:
    """Four fixes did, and since when she has been off stays known as long as she is."""
    row = Row()
    told = [follow(row, 10.0 * n, 60.0, 10.0, LAW, 10.0) for n in range(6)]
    assert told == [0, 0, 0, 4, 0, 0]
    assert row.off_since == -5.0
    follow(row, 70.0, 20.0, 10.0, LAW, 10.0)
    assert (row.off, row.off_run) == (1.0, 1.0)


def test_without_a_route_there_is_no_corridor() -> None:
    """When it is dropped nothing of the run is left."""
    row = Row(off=1.0, off_run=1.0, off_since=40.0)
    begin(row)
    assert row == Row()


STEPS = st.tuples(st.floats(0.0, 200.0), st.floats(0.0, 100.0), st.floats(1.0, 60.0), st.booleans(), st.booleans())


@given(st.lists(STEPS, max_size=60))
def test_never_sooner_than_the_law_and_hardly_later_when_it_is_plain(
    steps: list[tuple[float, float, float, bool, bool]],
) -> None:
    """Off only with three fixes beyond max(40 m, 2 × accuracy) over 30 s, less half a step; and after 90 s of nothing but
    such fixes always, whatever her phone thinks of them."""
    row, at = Row(), 0.0
    beyond: list[tuple[float, float]] = []
    unbroken_s = 0.0
    for astray_m, accuracy_m, passed_s, still, leapt in steps:
        at += passed_s
        is_beyond = astray_m > max(40.0, 2.0 * accuracy_m)
        unbroken_s = unbroken_s + passed_s if is_beyond and beyond else 0.0
        if astray_m < 25.0:
            beyond = []
        elif is_beyond:
            beyond.append((at, passed_s))
        if follow(row, at, astray_m, accuracy_m, LAW, passed_s, still=still, leapt=leapt):
            first_at, before_s = beyond[0]
            assert len(beyond) >= 3
            assert at - first_at + min(before_s, 30.0) / 2 >= 30.0 - 0.01
        if not row.off and is_beyond and len(beyond) >= 3:
            assert unbroken_s < 90.0 + 0.01
        if not is_beyond:
            unbroken_s, beyond = 0.0, beyond if row.off_run else []
        row = rounded(row)
        if row.off:
            return
