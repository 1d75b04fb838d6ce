"""From a place to the street."""

import pytest

from geofence.lighting import Where
from geofence.streets.gates import Gates
from geofence.streets.region import Region
from geofence.streets.snap import MOST_STREETS, end_at, near, pairs
from geofence.streets.ways import NoWay, Reason
from tests.geofence.drawn import SQUARE, place

from .town import Drawing, grid
from .walks import opened

OPEN = Where(51.389, 0.504, "Europe/London")


def free(region: Region) -> Gates:
    """Nothing is shut."""
    return Gates(region, OPEN, None, False)


def test_the_nearest_street_comes_first(region: Region) -> None:
    """Twelve metres off Mill Lane, 88 off High Street: each street once, by distance."""
    found = near(region, place(150, 112), free(region), "origin")

    assert found[0].off_m == pytest.approx(12, abs=0.1)
    assert region.name(int(region.part_name[found[0].part])) == "Mill Lane"
    assert [one.off_m for one in found] == sorted(one.off_m for one in found)
    assert len({one.part for one in found}) == len(found) <= MOST_STREETS


@pytest.mark.parametrize("drawn", [((0, 0), (1000, 0)), ((1000, 0), (0, 0))])
def test_how_far_along_its_street_she_is(drawn: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """A quarter of the way, whichever way it was drawn; the place is the foot of hers."""
    drawing = Drawing()
    drawing.way(*drawn)
    drawing.way((0, 0), (-100, 0), (-100, 50))
    drawing.way((0, 0), (0, -80))
    region = opened(drawing)
    end = end_at(region, near(region, place(250, 20), free(region), "")[0])
    x, y = SQUARE.to_metres(end.y * 1e-7, end.x * 1e-7)

    assert (x, y) == pytest.approx((250, 0), abs=0.1)
    assert end.along_m in (pytest.approx(250, abs=0.5), pytest.approx(750, abs=0.5))
    assert end.off_m == pytest.approx(20, abs=0.1)


def test_the_end_of_a_street_is_as_far_as_it_goes(region: Region) -> None:
    """Beyond the end of Old Road she is at its end, not off the map of it."""
    end = end_at(region, near(region, place(720, -100), free(region), "")[0])

    assert end.off_m == pytest.approx(20, abs=0.1)
    assert 0.0 <= end.along_m <= float(region.link_m[end.link]) + 0.01


def test_two_ends_belong_to_streets_that_are_connected() -> None:
    """Her door is nearest to a yard that leads nowhere: the street behind it counts."""
    drawing = grid(3, 3, 200.0)
    drawing.way((50, 30), (150, 30), highway="service")
    region = opened(drawing)
    found = near(region, place(100, 35), free(region), "origin")
    one, _ = pairs(region, found, near(region, place(400, 300), free(region), "destination"))[0]

    assert found[0].off_m == pytest.approx(5, abs=0.1)
    assert one.off_m == pytest.approx(35, abs=0.1)


def test_within_a_yard_the_yard_counts(region: Region) -> None:
    """Both ends lie in the yard that is cut off: the way is one in the yard."""
    found = [near(region, place(*spot), free(region), "") for spot in ((930, 2), (930, 58))]
    one, other = pairs(region, *found)[0]

    assert (one.off_m, other.off_m) == pytest.approx((2, 2), abs=0.1)


def test_who_is_cut_off_is_named(region: Region) -> None:
    """The end with fewer streets about it, and how many metres those are."""
    yard, street = (near(region, place(*spot), free(region), "") for spot in ((930, 2), (10, 0)))
    for pair_, field in (((yard, street), "origin"), ((street, yard), "destination")):
        with pytest.raises(NoWay) as none:
            pairs(region, *pair_)
        assert (none.value.reason, none.value.field) == (Reason.CUT_OFF, field)
        assert none.value.metres == pytest.approx(240, abs=2)


def test_every_two_streets_are_tried_the_nearest_first(region: Region) -> None:
    """By the metres from both doors in sum, each two once."""
    found = [near(region, place(*spot), free(region), "") for spot in ((150, 190), (450, 190))]
    tried = pairs(region, *found)
    off = [one.off_m + other.off_m for one, other in tried]

    assert tried[0] == (found[0][0], found[1][0])
    assert off == sorted(off)
    assert len(set(tried)) == len(tried) == len(found[0]) * len(found[1])
