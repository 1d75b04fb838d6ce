"""The legs of a way as she plans it."""

import pytest

from geofence.destination import Destination
from geofence.mode import Mode
from geofence.route import Route
from service.people.refusals import Refused
from service.people.wished_legs import WishedLeg, checked, planned, total_s
from tests.geofence.drawn import place, street

STOP = Destination(*place(600, 0))
STROOD = Destination(*place(600, 5000))
WALK = WishedLeg(route=street((0, 0), (600, 0)))
BUS = WishedLeg(mode=Mode.RIDE, word="Strood", end=STROOD, minutes=12.0)
HOMEWARD = WishedLeg(route=street((600, 5100), (1200, 5100)))
BY_BUS = (WALK, BUS, HOMEWARD)


def test_a_leg_ends_where_its_route_does_or_at_a_place() -> None:
    """A place alone is a route without a line."""
    assert WALK.way is WALK.route
    assert (BUS.way.line, BUS.way.destination) == ("", STROOD)
    assert WishedLeg(end=STOP, route=street((0, 0), (600, 0), destination=STOP)).way.destination == STOP


def test_how_long_they_take_is_known_where_each_says_it() -> None:
    """By its minutes, or by its line at the usual pace of its mode."""
    assert total_s(BY_BUS) == pytest.approx(600 / 1.3 + 720 + 600 / 1.3, abs=1)
    assert total_s((WALK, WishedLeg(end=STROOD))) is None
    checked(BY_BUS, timed=False)


def test_what_nobody_says_of_a_leg_is_judged_by_how_far_it_is() -> None:
    """Straight, at the usual pace; the first leg has what is left of the whole."""
    bus = WishedLeg(mode=Mode.RIDE, end=STROOD)
    first, ride, last = planned((WishedLeg(end=STOP), bus, HOMEWARD), 3600.0)
    assert ride.plan_s == pytest.approx(5000 / 8, abs=1)
    assert last.plan_s == pytest.approx(600 / 1.3, abs=1)
    assert first.plan_s == pytest.approx(3600 - ride.plan_s - last.plan_s, abs=0.2)
    assert (first.route_m, ride.mode, ride.word) == (None, "ride", "")
    assert planned(BY_BUS, 60.0)[0].plan_s == pytest.approx(600 / 1.3, abs=1)


FAR = WishedLeg(route=street((600, 6000), (1200, 6000)))


def zigzag(points: int, x: float = 0.0) -> Route:
    """A line of which no point can be left out."""
    return street(*((x + n * 4.0, 6.0 * (n % 2)) for n in range(points)))


def test_all_lines_together_have_the_points_of_one() -> None:
    """They lie in a row that is written with every fix of hers. The leg that is too much is named."""
    long, longer = zigzag(10_000), zigzag(10_001, 40_000.0)
    checked((WishedLeg(route=long), WishedLeg(route=zigzag(10_000, 40_000.0))), timed=True)
    with pytest.raises(Refused) as refused:
        checked((WishedLeg(route=long), WishedLeg(route=longer), HOMEWARD), timed=True)
    assert refused.value.field == "legs[1].route"
    assert "at most 20000 points on all legs, got 20001" in refused.value.detail


@pytest.mark.parametrize(
    ("wished", "field"),
    [
        ((WALK,) * 7, "legs"),
        ((WALK, WishedLeg(mode=Mode.RIDE, minutes=5.0)), "legs[1].to"),
        ((WALK, WishedLeg(mode=Mode.RIDE, end=STROOD), HOMEWARD), "legs[1].minutes"),
        ((WishedLeg(end=STOP, minutes=5.0, underground=True),), "legs[0].underground"),
        ((WishedLeg(end=STOP, minutes=5.0, dark=((1.0, 2.0),)),), "legs[0].dark"),
        ((WishedLeg(route=WALK.route, dark=((1.0, 2.0), (9.0, 9.0))),), "legs[0].dark[1]"),
        ((WALK, BUS, FAR), "legs[2].route"),
    ],
)
def test_a_bad_leg_is_named(wished: tuple[WishedLeg, ...], field: str) -> None:
    """The leg, and its field."""
    with pytest.raises(Refused) as refused:
        checked(wished, timed=False)
    assert refused.value.field == field


def test_with_a_time_for_the_whole_way_no_leg_needs_one() -> None:
    """She says when she will be there; what a leg takes is our guess."""
    checked((WALK, WishedLeg(mode=Mode.RIDE, end=STROOD), HOMEWARD), timed=True)
