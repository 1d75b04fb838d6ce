"""The light along a line that Anna has brought: imported from another app, or planned here and sent back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.lighting import Light, lamps_at
from geofence.lit_line import decoded, encoded
from geofence.route import Route, read_points
from geofence.streets.lights import RegionLights, Report
from geofence.streets.profile import IMPORTED, NIGHT_S, lit_line, profiled
from geofence.streets.region import Region
from tests.geofence.drawn import place

Point = tuple[float, float]
PACE = 1.35


def at(clock: str) -> float:
    """An instant of a winter's night."""
    return datetime.fromisoformat(f"2026-12-01 {clock}").replace(tzinfo=ZoneInfo("Europe/London")).timestamp()


def line(*corners: Point) -> Route:
    """A route through corners in metres."""
    return read_points([place(x, y) for x, y in corners])


ROUND = line((0, 400), (500, 400), (500, 0), (200, 0))
"""Church Road, Hill Street, then Canal Path, which is unlit."""


def report(x: float, y: float, least: Light) -> Report:
    """Lamps reported out there."""
    lat, lon = place(x, y)
    return Report(lat=lat, lon=lon, least=least)


def test_an_imported_route_has_the_figures_of_a_planned_one(region: Region) -> None:
    """Nine hundred metres lit, three hundred unlit, with their names and rules, in the order in which she walks them."""
    way = profiled(RegionLights(region), ROUND, at("22:00"), PACE)
    assert way.kinds == (IMPORTED,)
    assert way.length_m == pytest.approx(1200, abs=2)
    assert way.duration_s == pytest.approx(1200 / PACE, abs=2)
    assert [round(metres, -1) for metres in way.metres] == [900, 0, 0, 300]
    assert [(one.state, one.rule, one.name) for one in way.stretches] == [
        (Light.LIT, "tagged", "Church Road"),
        (Light.LIT, "tagged", "Hill Street"),
        (Light.UNLIT, "tagged_unlit", "Canal Path"),
    ]
    assert way.longest_unsure is not None
    assert (way.longest_unsure.name, round(way.longest_unsure.metres, -1)) == ("Canal Path", 300)
    assert way.steps_m == 0.0


def test_stretches_are_end_to_end(region: Region) -> None:
    """They begin at 0 m, end at the route's length, and sum up to its metres by state."""
    way = profiled(RegionLights(region), ROUND, at("22:00"), PACE)
    assert way.stretches[0].from_m == 0.0
    for one, other in zip(way.stretches, way.stretches[1:], strict=False):
        assert one.to_m == pytest.approx(other.from_m)
    assert way.stretches[-1].to_m == pytest.approx(way.length_m, abs=1)
    assert sum(way.metres) == pytest.approx(way.length_m, abs=1)


def test_the_light_is_that_of_when_she_comes_by(region: Region) -> None:
    """She sets off at a quarter to eleven, by Park Walk, whose lamps go out at eleven: the end of her way is unlit."""
    way = profiled(RegionLights(region), line((0, 400), (300, 400), (300, 20)), at("22:52"), 0.75)
    assert [(one.state, one.rule, one.name) for one in way.stretches] == [
        (Light.LIT, "tagged", "Church Road"),
        (Light.LIT, "lit_hours", "Park Walk"),
        (Light.UNLIT, "lit_hours", "Park Walk"),
    ]
    assert 300 < way.stretches[1].to_m == pytest.approx(8 * 60 * 0.75, abs=10)


def test_off_the_map_is_unknown(region: Region) -> None:
    """A path that nobody has drawn: unknown, with its own rule, and no name."""
    way = profiled(
        RegionLights(region), line((500, 400), (500, 300), (500, 200), (620, 50), (860, 50)), at("22:00"), PACE
    )
    last = way.stretches[-1]
    assert (last.state, last.rule, last.name, last.kind) == (Light.UNKNOWN, "off_map", "", "")


def test_steps_are_counted(region: Region) -> None:
    """Jacob's Ladder and the escalator above it are a hundred metres of them."""
    way = profiled(RegionLights(region), line((320, 100), (400, 100), (400, 200), (320, 200)), at("22:00"), PACE)
    assert way.steps_m == pytest.approx(100, abs=10)


def test_a_lamp_reported_out_is_a_stretch_of_its_own(region: Region) -> None:
    """Forty metres of Church Road in doubt, and twenty of it known to be out; the rest is as lit as before."""
    lights = RegionLights(region, reports=[report(150, 400, Light.UNKNOWN), report(350, 400, Light.UNLIT)])
    way = profiled(lights, line((20, 400), (480, 400)), at("22:00"), PACE)
    assert [(one.state, one.rule) for one in way.stretches] == [
        (Light.LIT, "tagged"),
        (Light.UNKNOWN, "reported"),
        (Light.LIT, "tagged"),
        (Light.UNLIT, "reported_out"),
        (Light.LIT, "tagged"),
    ]
    assert [round(one.metres, -1) for one in way.stretches[1::2]] == pytest.approx([40, 40], abs=10)


def test_a_report_never_lights_anything(region: Region) -> None:
    """Canal Path stays unlit where somebody is not sure of a lamp."""
    lights = RegionLights(region, reports=[report(300, 0, Light.UNKNOWN)])
    way = profiled(lights, line((20, 0), (580, 0)), at("22:00"), PACE)
    assert [one.state for one in way.stretches] == [Light.UNLIT]


def test_a_concern_is_kept_beside_the_light(region: Region) -> None:
    """A place where somebody would rather not walk is as lit as before, and shunned."""
    lat, lon = place(150, 400)
    lights = RegionLights(region, reports=[Report(lat=lat, lon=lon, least=Light.LIT, concern=True)])
    way = profiled(lights, line((20, 400), (480, 400)), at("22:00"), PACE)
    assert [one.state for one in way.stretches] == [Light.LIT]
    shunned = sum(m for m, one in zip(way.pieces.m, way.pieces.shunned, strict=True) if one)
    assert shunned == pytest.approx(40, abs=20)


def test_her_journey_keeps_the_light_for_the_whole_night(region: Region) -> None:
    """However late she is: Park Walk is lit until eleven in what her journey keeps, and unlit after it."""
    lights = RegionLights(region)
    route = line((0, 400), (300, 400), (300, 20))
    kept = decoded(encoded(lit_line(lights, route, at("20:00"))))
    assert kept is not None
    assert [kept.at(500.0, at(clock)).state for clock in ("20:10", "22:59", "23:01")] == [
        *(Light.LIT, Light.LIT, Light.UNLIT)
    ]
    assert kept.at(100.0, at("23:30")).state is Light.LIT
    assert kept.dark(at("20:00"))


def test_it_keeps_reports_and_unknown_ground_too(region: Region) -> None:
    """What was reported when she set off, and where there is no street."""
    lights = RegionLights(region, reports=[report(150, 400, Light.UNKNOWN)])
    kept = lit_line(lights, line((0, 400), (400, 400)), at("22:00"))
    assert (kept.at(150.0, at("22:10")).state, kept.at(150.0, at("22:10")).rule) == (Light.UNKNOWN, "reported")
    nowhere = lit_line(lights, line((620, 50), (860, 50)), at("22:00"))
    assert [(run.spans[0].state, run.spans[0].rule) for run in nowhere.runs] == [(Light.UNKNOWN, "off_map")]


def test_it_is_as_long_as_the_route(region: Region) -> None:
    """Its last stretch ends where she does."""
    assert lit_line(RegionLights(region), ROUND, at("22:00")).runs[-1].to_m == pytest.approx(ROUND.length_m, abs=2)


STREETS = [line((0, y), (600, y)) for y in (0, 100, 200, 300, 400)] + [
    line((x, 0), (x, 400)) for x in (0, 200, 300, 600)
]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(STREETS), st.integers(0, 14 * 60), st.floats(0.0, 1.0), st.floats(0.0, 11.9))
def test_what_is_kept_is_what_the_street_is(
    region: Region, route: Route, minute: int, share: float, later_h: float
) -> None:
    """For every street of the town, whenever she sets off and comes by: the state that one look at it gives, in the dark."""
    lights = RegionLights(region)
    begin = at("16:00") + 60.0 * minute
    kept = lit_line(lights, route, begin)
    now = begin + min(later_h * 3600.0, NIGHT_S - 1.0)
    run = kept.runs[kept.index(share * route.length_m)]
    known = {(Light.UNKNOWN, "off_map")}
    for one in lights.classes:
        lamps = lamps_at(one, now, lights.where)
        known.add((lamps.state, lamps.rule))
    assert (run.at(now).state, run.at(now).rule) in known
    assert kept.dark(now) == lamps_at(lights.classes[0], now, lights.where).dark
