"""What is drawn of ways and people."""

from itertools import pairwise

import pytest

from geofence.lighting import Light
from geofence.lit_line import Span, line_of
from geofence.route import read_points
from geofence.streets.lights import RegionLights
from geofence.streets.planner import Planner
from geofence.streets.region import Region
from geofence.streets.ways import Asked
from service.maps.picture import Pin, metres_of, of_route, of_way, picture
from service.maps.sheet import fitted

from .medway import medway_streets, place

NIGHT = 1_795_045_000.0
ROUTE = read_points([place(0, 200), place(300, 200), place(600, 200)])


@pytest.fixture(scope="module")
def lights() -> RegionLights:
    """The town, without schedules or reports."""
    return RegionLights(Region.open(medway_streets()))


def test_a_name_that_has_no_room_below_its_place_stands_above_it() -> None:
    """At the foot of a sheet the scale stands."""
    sheet = fitted([place(0, 0), place(400, 400)], 400, tallest=1.0, flattest=0.6, least_m=100.0, room=0.02)
    low, high = Pin(*place(200, 10), True, "Low Inn"), Pin(*place(200, 300), True, "High Inn")
    found = {name: y for _, y, name in picture(sheet, "", pins=(low, high)).names}

    assert found["Low Inn"] < sheet.spot(low.lat, low.lon)[1]
    assert found["High Inn"] > sheet.spot(high.lat, high.lon)[1]


def test_a_name_keeps_off_a_lamp_that_is_out() -> None:
    """Below the police station a cross stands: the name is above it, once; without the cross it is below."""
    sheet = fitted([place(0, 0), place(400, 400)], 400, tallest=1.0, flattest=1.0, least_m=1.0, room=0.0)
    police, cross = Pin(*place(200, 200), True, "Police"), place(200, 187)

    def tops(*reported: tuple[float, float]) -> list[int]:
        found = picture(sheet, "", pins=(police,), reported=reported)
        return [y - sheet.spot(police.lat, police.lon)[1] for _, y, name in found.names if name == "Police"]

    (free,), (kept_off,) = tops(), tops(cross)
    assert free > 0 > kept_off


def test_a_planned_way_is_cut_where_its_light_changes(lights: RegionLights) -> None:
    """The pieces meet, and are as long as the plan says."""
    way = Planner(lights).plan(Asked(origin=place(10, 100), destination=place(590, 100), at=NIGHT)).ways[0]
    runs = of_way(way)
    found = metres_of(runs)

    assert all(a.places[-1] == pytest.approx(b.places[0]) for a, b in pairwise(runs))
    for light in Light:
        assert found[light] == pytest.approx(way.metres[light], abs=3.0)


def test_a_route_is_cut_by_the_light_that_it_was_given_when_she_set_off() -> None:
    """Half lit; the second half goes out at one."""
    span = Span(0.0, Light.LIT, "tagged")
    later = (span, Span(1000.0, Light.UNLIT, "schedule"))
    lit = line_of((), [(300.0, (span,)), (300.0, later)])

    assert [run.state for run in of_route(ROUTE, lit, 999.0)] == [Light.LIT, Light.LIT]
    assert [run.state for run in of_route(ROUTE, lit, 1000.0)] == [Light.LIT, Light.UNLIT]
    assert metres_of(of_route(ROUTE, lit, 1000.0))[Light.UNLIT] == pytest.approx(300.0, abs=2.0)


def test_where_nothing_is_known_of_its_light_a_route_is_not_known_to_be_lit() -> None:
    """Never lit, and never unlit."""
    runs = of_route(ROUTE, None, NIGHT)

    assert [run.state for run in runs] == [Light.UNKNOWN]


def test_a_picture_has_what_it_is_given(lights: RegionLights) -> None:
    """Havens apart from open places; who is off the sheet is not drawn; the track ends before the last fix."""
    sheet = fitted([place(0, 0), place(600, 400)], 400, tallest=1.0, flattest=0.5, least_m=100.0, room=0.1)
    found = picture(
        sheet,
        "The town",
        region=lights.region,
        states=lights.states(NIGHT),
        lamps=True,
        runs=of_route(ROUTE, None, NIGHT),
        pins=(
            Pin(*place(50, 50), True, "Police"),
            Pin(*place(300, 150), False, "Inn"),
            Pin(*place(9000, 50), True, "Far"),
        ),
        track=(place(0, 100), place(1, 100), place(100, 100)),
        last=place(101, 100),
        within_m=20.0,
    )

    assert found.havens.count("M") == 1
    assert found.open_places.count("M") == 1
    assert found.lamps.count("M") == len(lights.region.lamp_x)
    assert found.track.count("M") == 1
    assert found.last == sheet.spot(*place(101, 100))
    assert found.ring == pytest.approx(20.0 / sheet.metres * 4, abs=1)
    assert found.way.startswith("M")
    assert {"Police", "Inn"} <= {name for _, _, name in found.names}
    assert "Far" not in {name for _, _, name in found.names}
