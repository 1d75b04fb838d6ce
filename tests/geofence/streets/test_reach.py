"""The nearest of some places to walk to, and those beside a way."""

import numpy as np
import pytest

from geofence.lighting import Where
from geofence.streets.gates import Gates, shut_links
from geofence.streets.lights import RegionLights
from geofence.streets.planner import Planner
from geofence.streets.reach import Doors, beside, doors_in, doors_of, passable, reach, street_at, with_hours
from geofence.streets.region import Region
from geofence.streets.ways import SHORTEST, Asked, NoWay
from tests.geofence.drawn import BEGAN_AT, place

from .town import Drawing
from .walks import clock, opened

POLICE, CHURCH, LADDER_TOP = (40.0, 215.0), (600.0, 390.0), (400.0, 155.0)


def doors(region: Region, *spots: tuple[float, float]) -> Doors:
    """Doors of places given in metres."""
    return doors_of(region, [place(*spot) for spot in spots])


def test_doors_are_where_the_file_has_them(region: Region) -> None:
    """Places of the file meet the same street whoever looks."""
    spots = [(y * 1e-7, x * 1e-7) for x, y in zip(region.place_x.tolist(), region.place_y.tolist(), strict=True)]
    found = doors_of(region, spots)

    assert np.abs(found.off_m - region.place_off).max() < 1.0
    same = found.link == region.place_link
    assert same.mean() > 0.7
    assert np.abs(found.along_m - region.place_along)[same].max() < 1.0


def test_it_is_as_far_as_a_planned_way(region: Region) -> None:
    """Wherever she stands: the metres to the nearest are those of the shortest way there, and no other place is nearer."""
    spots = [POLICE, CHURCH]
    found = reach(region, doors(region, *spots), [0, 1])
    planner = Planner(RegionLights(region))
    rng = np.random.default_rng(6)
    compared = 0
    for x, y in rng.uniform((0, 0), (600, 400), (80, 2)).tolist():
        here = place(x, y)
        ways = []
        for spot in spots:
            try:
                asked = Asked(origin=here, destination=place(*spot), at=BEGAN_AT, weights=(SHORTEST,))
                planned = planner.plan(asked)
            except NoWay:
                continue
            ways.append(planned.ways[0].length_m + sum(planned.off_m))
        nearest = found.nearest(*here)
        if nearest is None or len(ways) < 2:
            continue
        compared += 1
        assert nearest[1] == pytest.approx(min(ways), abs=2.0)
        assert nearest[0] == int(np.argmin(ways)) or abs(ways[0] - ways[1]) < 2.0

    assert compared > 40


def test_on_her_own_street_it_is_straight_ahead(region: Region) -> None:
    """Between two corners no node has to be asked."""
    found = reach(region, doors(region, (560.0, -100.0), (690.0, -100.0)), [0, 1])

    nearest = found.nearest(*place(660.0, -100.0))
    assert nearest is not None
    assert nearest[0] == 1
    assert nearest[1] == pytest.approx(30.0, abs=1.0)


def test_only_those_that_are_asked_for_count(region: Region) -> None:
    """A place that is closed is no answer, however near."""
    known = doors(region, POLICE, CHURCH)

    assert reach(region, known, [1]).nearest(*place(*POLICE))[0] == 1  # type: ignore[index]
    assert reach(region, known, []).nearest(*place(*POLICE)) is None
    assert reach(region, known, [0], within_m=20.0).nearest(*place(*CHURCH)) is None


def test_where_no_street_is_near_nobody_knows(region: Region) -> None:
    """Nor at a place without one, which is then no answer to anybody."""
    far = place(0.0, 5000.0)
    lost = doors_of(region, [far])

    assert street_at(region, far) is None
    assert lost.link.tolist() == [-1]
    assert reach(region, lost, [0]).nearest(*place(0.0, 0.0)) is None
    assert reach(region, doors(region, POLICE), [0]).nearest(*far) is None


def test_nobody_is_sent_down_an_escalator_that_goes_up(region: Region) -> None:
    """From its foot to its head it is fifty metres, and the other way round by the streets."""
    head, foot = (405.0, 200.0), (400.0, 149.0)
    to_head = reach(region, doors(region, head), [0]).nearest(*place(*foot))
    to_foot = reach(region, doors(region, foot), [0]).nearest(*place(*head))

    assert to_head is not None
    assert to_foot is not None
    assert to_head[1] < 70.0
    assert to_foot[1] > 200.0


def test_what_has_hours_is_taken_to_be_shut(region: Region) -> None:
    """A gate that may be locked leads to no haven."""
    flags = [passable(region, link, with_hours(region)) for link in range(len(region.link_m))]

    assert (False, False) in flags
    assert (True, True) in flags
    drawing = Drawing()
    drawing.way((0, 0), (400, 0))
    drawing.way((400, 0), (500, 0), tags={"access:conditional": "no @ (20:00-07:00)"})
    drawing.way((500, 0), (1100, 0))
    park = opened(drawing)
    behind = street_at(park, place(800.0, 0.0))
    assert behind is not None
    assert Gates(park, Where(51.4, 0.5, "Europe/London"), None, no_steps=False).admits(behind.part)
    assert reach(park, doors(park, (100.0, 0.0)), [0]).nearest(*place(800.0, 0.0)) is None


def test_a_park_that_is_open_leads_to_a_haven() -> None:
    """By day she is told of the police beyond the park, and from inside it; once it is about to be shut, no longer."""
    drawing = Drawing()
    drawing.way((0, 0), (400, 0))
    drawing.way((400, 0), (700, 0), highway="footway")
    drawing.way((700, 0), (1100, 0))
    drawing.way((400, 0), (400, 300))
    drawing.way((700, 0), (700, 300))
    fence = {"leisure": "park", "opening_hours": "07:00-20:00"}
    drawing.way((400, -50), (700, -50), (700, 50), (400, 50), (400, -50), highway="", tags=fence)
    park = opened(drawing)
    police, where = doors(park, (100.0, 0.0)), Where(51.4, 0.5, "Europe/London")

    def told(x: float, begins: str, ends: str) -> tuple[int, float] | None:
        shut = shut_links(park, where, (clock(begins), clock(ends)))
        return reach(park, police, [0], shut=shut).nearest(*place(x, 0.0))

    assert told(800.0, "16:00", "17:00") == pytest.approx((0, 700.0), abs=1.0)
    assert told(550.0, "16:00", "17:00") == pytest.approx((0, 450.0), abs=1.0)
    assert told(800.0, "19:30", "20:30") is None
    assert told(550.0, "23:00", "23:30") is None
    assert told(300.0, "23:00", "23:30") == pytest.approx((0, 200.0), abs=1.0)


def test_a_yard_that_is_cut_off_hides_no_haven() -> None:
    """She stands on a platform that meets no street, thirty metres from one that leads to the police; and so does the station's
    own door, in a list and in the file. Within the yard the yard's own place is the nearest all the same."""
    drawing = Drawing()
    drawing.way((0, 0), (600, 0))
    drawing.way((600, 0), (600, 300))
    drawing.way((100, 30), (180, 30), highway="footway")
    drawing.way((450, 30), (520, 30), highway="footway")
    drawing.node(150, 34, amenity="police")
    streets = opened(drawing)
    listed = doors(streets, (150.0, 34.0))
    own = doors_in(streets, [0])

    for found in (listed, own):
        assert found.off_m == pytest.approx([34.0], abs=0.5)
        assert reach(streets, found, [0]).nearest(*place(590.0, 0.0)) == pytest.approx((0, 474.0), abs=1.0)
        assert reach(streets, found, [0]).nearest(*place(480.0, 32.0)) == pytest.approx((0, 330 + 34 + 32), abs=1.0)
    assert streets.place_off.tolist() == pytest.approx([4.0], abs=0.5)


def test_places_beside_a_way_come_in_her_order() -> None:
    """Those within reach of the line, each where she is nearest to it."""
    line = [place(0.0, 0.0), place(300.0, 0.0), place(300.0, 300.0)]
    spots = [place(320.0, 200.0), place(100.0, 90.0), place(210.0, 150.0), place(-50.0, 0.0), place(150.0, 101.0)]
    (way_lat, way_lon), (lat, lon) = np.array(line).T, np.array(spots).T

    found = beside(lat, lon, way_lat, way_lon, np.array([0.0, 300.0, 600.0]), 100.0)

    assert [one.place for one in found] == [3, 1, 2, 0]
    assert [one.along_m for one in found] == pytest.approx([0.0, 100.0, 450.0, 500.0], abs=0.5)
    assert [one.off_m for one in found] == pytest.approx([50.0, 90.0, 90.0, 20.0], abs=0.5)


def test_beside_nothing_there_is_nothing() -> None:
    """No places, or a line without a length."""
    none = np.empty(0)
    point = np.array([51.0]), np.array([0.5])

    assert beside(none, none, *point, np.array([0.0]), 100.0) == []
    assert beside(*point, *point, np.array([0.0]), 100.0) == []
