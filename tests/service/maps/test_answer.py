"""What is answered about ways."""

from pathlib import Path

import msgspec
import pytest

from geofence.route import read_polyline
from geofence.streets.planner import Planner
from geofence.streets.profile import profiled
from geofence.streets.ways import Asked
from service.maps.answer import PlanAnswer, in_state, of_line, of_plan
from service.maps.known import Known
from tests.geofence.drawn import place
from tests.geofence.drawn import street as line_of
from tests.service.maps.medway import medway

TEN = 1_795_212_000.0


@pytest.fixture
def known(tmp_path: Path) -> Known:
    """The town."""
    return medway(tmp_path).known[0]


def planned(known: Known, at: float = TEN) -> PlanAnswer:
    """Home along High Street, or by Mill Lane."""
    asked = Asked(origin=place(8, 14), destination=place(590, 95), at=at)
    return of_plan(known, Planner(known.lights).plan(asked), at)


def test_a_plan_tells_each_way_with_its_light(known: Known) -> None:
    """Metres by state add up to its length, stretches lie end to end, and the better lit one comes first."""
    answer = planned(known)

    assert [way.kind for way in answer.ways] == ["better_lit", "shortest"]
    assert (answer.map, answer.dark, answer.attribution) == ("medway", True, "© OpenStreetMap contributors")
    for way in answer.ways:
        assert sum(way.metres.values()) == pytest.approx(way.length_m, abs=2)
        ends = [0.0, *(one[1] for one in way.stretches)]
        assert [one[0] for one in way.stretches] == ends[:-1]
        assert ends[-1] == way.length_m
        assert {one[3] for one in way.stretches} <= answer.rules.keys()
    assert answer.ways[0].metres["lit"] > answer.ways[1].metres["lit"]
    assert answer.ways[0].why == "2 min longer, 800 m more of it lit"


def test_its_line_is_a_route_as_she_may_set_off_with(known: Known) -> None:
    """Of the length that is told, and known by the same id as long as it is the same line."""
    for way in planned(known).ways:
        route = read_polyline(way.line, 6)
        assert route.line == way.line
        assert route.length_m == pytest.approx(way.length_m, abs=3)
    assert [way.id for way in planned(known).ways] == [way.id for way in planned(known, TEN + 60).ways]


def test_the_longest_stretch_not_known_to_be_lit_is_told(known: Known) -> None:
    """How long, where, and what it is."""
    shortest = planned(known).ways[-1]

    assert shortest.longest_not_known is not None
    assert shortest.longest_not_known.near == "Mill Lane"
    assert shortest.longest_not_known.metres == shortest.metres["assumed"]


def test_by_day_there_is_one_way_and_it_is_said_to_be_day(known: Known) -> None:
    """Its states are those after dark."""
    answer = planned(known, TEN - 10 * 3600.0)

    assert not answer.dark
    assert [way.kinds for way in answer.ways] == [("shortest",)]
    assert "it is day" in answer.ways[0].why


def test_a_line_of_hers_has_the_same_figures(known: Known) -> None:
    """And keeps the line as it is."""
    route = line_of((10, 200), (590, 200))
    way = profiled(known.lights, route, TEN, 1.25)
    answer = of_line(known, way, route.line, TEN, dark=True)
    [shown] = answer.ways

    assert (shown.kind, shown.line) == ("imported", route.line)
    assert shown.metres["lit"] == shown.length_m == round(route.length_m)
    assert shown.why == "580 m of 580 m known to be lit"
    assert [one.name for one in shown.havens] == ["The Bell", "Police Station"]
    assert [(one.state, one.vetted) for one in shown.havens] == [("open", False), ("unknown", True)]
    assert answer.snapped_m is None


def test_it_is_json_as_it_stands(known: Known) -> None:
    """For her phone and for a terminal alike."""
    answer = planned(known)
    text = msgspec.json.encode(answer)

    assert msgspec.json.decode(text, type=PlanAnswer) == answer
    assert b"NaN" not in text


def test_what_is_not_known_to_be_open_is_unknown(known: Known) -> None:
    """Never open by mistake."""
    states = {one.name: in_state(known.havens.all.as_of(one, TEN)) for one in known.havens.all.places}

    assert (states["The Bell"], states["Police Station"]) == ("open", "unknown")
