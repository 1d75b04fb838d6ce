"""A recorded walk on another way: its pace, its stops, its noise; and nothing of where it was."""

import numpy as np
import pytest

from geofence.plane import plane_at
from service.demo.laid import laid, strayed, walked
from service.walks import Point, Walk, fetch, load, names
from tests.geofence.drawn import place

EAST = [place(0.0, 0.0), place(500.0, 0.0)]
BENT = [place(0.0, 0.0), place(300.0, 0.0), place(300.0, 400.0)]


def straight(*metres: float) -> Walk:
    """Somebody walks north, ten seconds between two points."""
    points = tuple(Point(10.0 * n, *place(0.0, m)) for n, m in enumerate(metres))
    return Walk("paper", "A walk on paper", points)


@pytest.mark.parametrize("name", names())
def test_her_pace_and_her_stops_stay(name: str) -> None:
    """At each instant of the recording she has walked the same share of the way."""
    walk = load(name, fetch())
    there = laid(walk, BENT, "on paper")
    along = [min(300.0, _flat(p)[0]) + max(0.0, _flat(p)[1]) for p in there.points]
    aside = np.abs(strayed(walk)).max()

    assert [point.t_s for point in there.points] == [point.t_s for point in walk.points]
    assert there.gaps() == walk.gaps()
    assert along == pytest.approx(walked(walk) / walked(walk)[-1] * 700.0, abs=2 * aside + 2.0)


def _flat(point: Point) -> tuple[float, float]:
    lat, lon = place(0.0, 0.0)
    x, y = plane_at(lat, lon).to_metres(point.lat, point.lon)
    return float(x), float(y)


@pytest.mark.parametrize("name", names())
def test_her_recorders_noise_stays(name: str) -> None:
    """As far beside the way as it was beside its own mean: metres, as recorders are off."""
    walk = load(name, fetch())
    there = laid(walk, EAST, "on paper")

    assert [_flat(point)[1] for point in there.points] == pytest.approx(strayed(walk).tolist(), abs=0.01)
    assert 0.3 < strayed(walk).std() < 4.0


def test_she_comes_to_the_end_of_the_way() -> None:
    """Her last point lies on it, so that she is home there and nowhere beside it."""
    there = laid(load("cerknica-town", fetch()), BENT, "on paper")

    assert _flat(there.points[-1]) == pytest.approx((300.0, 400.0), abs=0.01)
    assert _flat(there.points[0]) == pytest.approx((0.0, 0.0), abs=10.0)


def test_a_straight_walk_has_no_noise() -> None:
    """And is where its metres say."""
    there = laid(straight(0.0, 10.0, 10.0, 40.0), EAST, "on paper")

    assert [_flat(point)[0] for point in there.points] == pytest.approx([0.0, 125.0, 125.0, 500.0], abs=0.01)
    assert [_flat(point)[1] for point in there.points] == pytest.approx([0.0] * 4, abs=0.01)


def test_it_says_what_it_is() -> None:
    """The name is the recording's, the title is given."""
    there = laid(straight(0.0, 10.0), EAST, "a planned way")

    assert (there.name, there.title) == ("paper", "a planned way")
