"""Row 17: is she there?"""

import pytest

from geofence.arrival import approach
from geofence.destination import Destination
from geofence.fix import Fix
from geofence.limits import STANDARD_FOOT
from geofence.state import Row

from .drawn import BEGAN_AT, fix, place

HOME = Destination(*place(0, 0))


def dwelt(
    fixes: list[Fix], speed_mps: float | None = 1.0, outside: float = 3.0, to_go_m: float | None = None
) -> list[bool]:
    """Whether the dwell is met after each fix; she comes from afar unless it is said otherwise."""
    row, out = Row(outside=outside), []
    for one in fixes:
        approach(row, one.at - BEGAN_AT, HOME, one, speed_mps, to_go_m, STANDARD_FOOT)
        out.append(bool(row.here))
    return out


def at_home(count: int, every_s: float, accuracy_m: float = 10.0) -> list[Fix]:
    return [fix(30, 0, n * every_s, n, accuracy_m) for n in range(count)]


@pytest.mark.parametrize(
    ("fixes", "here"),
    [
        (at_home(3, 10), [False, False, True]),
        (at_home(2, 20), [False, True]),
        (at_home(5, 5), [False, False, False, False, True]),
        (at_home(7, 10, 80.0), [False] * 6 + [True]),
        (at_home(4, 20, 80.0), [False, False, False, True]),
        (at_home(2, 90, 80.0), [False, False]),
        (at_home(9, 30, 150.0), [False] * 9),
    ],
)
def test_the_dwell(fixes: list[Fix], here: list[bool]) -> None:
    """Two good fixes over 20 s, or four rough ones over 60 s; very rough ones never."""
    assert dwelt(fixes) == here


def test_driving_past_is_no_arrival() -> None:
    """At 3 m/s or more nothing counts."""
    assert not any(dwelt(at_home(6, 10), speed_mps=3.0))


def test_outside_again() -> None:
    """A fix outside ends it, and it begins anew."""
    fixes = [*at_home(3, 10), fix(60, 0, 30), fix(20, 0, 40), fix(20, 0, 50), fix(20, 0, 60)]
    assert dwelt(fixes) == [False, False, True, False, False, False, True]


def test_the_phones_own_word_and_one_fix() -> None:
    """When the phone itself says that it came into the region, one fix inside is enough."""
    assert dwelt([fix(30, 0, 0, entered=True)]) == [True]
    assert dwelt([fix(300, 0, 0, entered=True)]) == [False]


def test_a_walk_that_begins_at_its_end() -> None:
    """Setting off on a round from her own door is no arrival; coming back is."""
    out = [fix(30, 0, n * 10.0) for n in range(10)]
    assert not any(dwelt(out, outside=0.0, to_go_m=1900.0))
    away = [*out, fix(90, 0, 110), fix(400, 0, 400), *[fix(30, 0, 1000 + n * 10.0) for n in range(3)]]
    assert dwelt(away, outside=0.0)[-1]


def test_two_doors_down() -> None:
    """A way so short that it begins inside ends where little of the route is left."""
    assert dwelt(at_home(3, 10), outside=0.0, to_go_m=40.0)[-1]


def test_an_unknown_time_starts_the_dwell_anew() -> None:
    """Twenty seconds across a change of the phone's clock are no twenty seconds."""
    row = Row(outside=3.0)
    assert approach(row, 0.0, HOME, fix(30, 0, 0), 1.0, None, STANDARD_FOOT)
    assert approach(row, 900.0, HOME, fix(30, 0, 900), 1.0, None, STANDARD_FOOT, timed=False)
    assert (row.here, row.fine, row.fine_since) == (0.0, 1.0, 900.0)
