"""Row 4: off the route after a while, back on it after a little."""

import pytest

from geofence.corridor import begin, follow
from geofence.limits import STANDARD_FOOT
from geofence.state import Row


def followed(astray: list[float], every_s: float = 10.0, accuracy_m: float = 10.0, off: bool = False) -> list[bool]:
    """Whether she is off the route after each fix."""
    row, out = Row(off=float(off)), []
    for n, astray_m in enumerate(astray):
        follow(row, n * every_s, astray_m, accuracy_m, STANDARD_FOOT, timed=n > 0)
        out.append(bool(row.off))
    return out


def test_thirty_seconds_beyond_forty_metres() -> None:
    """Off at the first fix that is the third or later and 30 s after the first."""
    assert followed([10, 41, 45, 50, 60]) == [False, False, False, False, True]
    assert followed([41, 45, 50], every_s=15.0) == [False, False, True]
    assert followed([41, 45, 50], every_s=60.0) == [False, False, True]
    assert followed([41] * 7, every_s=5.0) == [False] * 6 + [True]


def test_forty_metres_are_still_the_route() -> None:
    """The limit itself is inside, and one fix back on the route ends the run."""
    assert not any(followed([40.0] * 20))
    assert not any(followed([50, 50, 50, 20] * 5))


def test_a_poor_accuracy_widens_the_route() -> None:
    """With an accuracy of 30 m the limit is 60 m."""
    assert not any(followed([59.0] * 20, accuracy_m=30.0))
    assert any(followed([95.0] * 5, accuracy_m=30.0))


def test_a_good_fix_just_short_of_the_limit_ends_nothing() -> None:
    """Walking away with a little noise she is off as soon as without."""
    assert followed([41, 38, 52, 60, 70]) == [False, False, False, True, True]


def test_a_weak_signal_must_stray_longer_or_farther() -> None:
    """Errors between tall houses come in runs of a minute; 90 s outlast most, and a plain deviation needs no more."""
    assert followed([45.0] * 10, accuracy_m=20.0) == [False] * 9 + [True]
    assert followed([70.0] * 7, accuracy_m=20.0) == [False] * 3 + [True] * 4


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
    follow(row, 1000.0, 50.0, 10.0, STANDARD_FOOT, timed=True)
    follow(row, 5000.0, 50.0, 10.0, STANDARD_FOOT, timed=False)
    assert (row.off, row.off_run, row.off_since) == (0.0, 1.0, 5000.0)


def test_what_put_her_off_is_told_once() -> None:
    """Four fixes did, and since when she has been off stays known as long as she is."""
    row = Row()
    told = [follow(row, 10.0 * n, 60.0, 10.0, STANDARD_FOOT, timed=n > 0) for n in range(6)]
    assert told == [0, 0, 0, 4, 0, 0]
    assert row.off_since == 0.0
    follow(row, 70.0, 20.0, 10.0, STANDARD_FOOT, timed=True)
    assert (row.off, row.off_run) == (1.0, 1.0)


def test_without_a_route_there_is_no_corridor() -> None:
    """When it is dropped nothing of the run is left."""
    row = Row(off=1.0, off_run=1.0, off_since=40.0)
    begin(row)
    assert row == Row()
