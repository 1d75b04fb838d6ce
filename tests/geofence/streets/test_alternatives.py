"""What is shown of what was found."""

from dataclasses import replace

import pytest

from geofence.lighting import Light
from geofence.streets.alternatives import distinct
from geofence.streets.compare import WORTH_M
from geofence.streets.region import Region
from geofence.streets.ways import OFFERED, SHORTEST, Pieces, Way

from .walks import asked, clock, names, planner, report, way_of

ORDER = [weights.name for weights in OFFERED]


def metres_of(way: Way) -> list[tuple[int, str, str]]:
    """Its stretches in whole metres, with the street and the state."""
    return [(round(one.metres), one.name, one.state.name) for one in way.stretches]


def with_metres(way: Way, kind: str, more_m: float, *metres: float, shunned_m: float = 0.0) -> Way:
    """Another way like it: so much longer, with these metres by state."""
    pieces: Pieces = replace(way.pieces, part=[hash(kind)], m=[shunned_m], shunned=[True])
    return replace(way, kinds=(kind,), length_m=way.length_m + more_m, metres=metres, pieces=pieces)  # type: ignore[arg-type]


def test_stretches_follow_one_another_without_a_gap(region: Region) -> None:
    """From her door to the other, each begins where the last one ended; their sum by state is what is said."""
    for ends in (((10, 0), (590, 0)), ((-70, 300), (590, 380)), ((0, 390), (695, -100))):
        for way in planner(region).plan(asked(*ends)).ways:
            at = 0.0
            for one in way.stretches:
                assert one.from_m == pytest.approx(at, abs=1e-6)
                at = one.to_m
            assert at == pytest.approx(way.length_m, abs=0.02)
            for light in Light:
                total = sum(one.metres for one in way.stretches if one.state is light)
                assert total == pytest.approx(way.metres[light], abs=0.02)


def test_a_way_tells_its_streets(region: Region) -> None:
    """Down West Street and along Church Road: both lit, in the order in which she walks them."""
    way = planner(region).plan(asked((0, 310), (290, 400), weights=[SHORTEST])).ways[0]

    assert names(way) == ["West Street", "Church Road"]
    assert metres_of(way) == [(90, "West Street", "LIT"), (290, "Church Road", "LIT")]


def test_the_longest_stretch_that_is_not_known_to_be_lit(region: Region) -> None:
    """All of Mill Lane is assumed, some of it by its lamps, the rest by what it is: nobody knows, so it counts."""
    way = planner(region).plan(asked((10, 100), (590, 100), weights=[SHORTEST])).ways[0]

    assert way.longest_unsure is not None
    assert way.longest_unsure.metres == pytest.approx(sum(way.metres[Light.ASSUMED :]), abs=1.0)
    assert way.longest_unsure.name == "Mill Lane"
    assert way.longest_unsure.state is Light.ASSUMED
    assert len(way.stretches) > 1


def test_a_way_that_is_lit_has_no_such_stretch(region: Region) -> None:
    """All of Church Road is tagged as lit."""
    assert planner(region).plan(asked((10, 400), (390, 400), weights=[SHORTEST])).ways[0].longest_unsure is None


def test_the_reports_of_her_way_are_stretches_of_their_own(region: Region) -> None:
    """Walked in either direction, the lamp that is out lies where it is."""
    walks = planner(region, reports=[report(450, 400)])
    there, back = (walks.plan(asked(*ends, weights=[SHORTEST])).ways[0] for ends in (((410, 400), (590, 400)), ((590, 400), (410, 400))))  # fmt: skip

    assert [round(one.from_m) for one in there.stretches if one.rule == "reported"] == [20]
    assert [round(one.from_m) for one in back.stretches if one.rule == "reported"] == [120]
    assert there.metres == pytest.approx(back.metres, abs=0.05)


def test_a_longer_way_without_a_gain_is_not_offered(region: Region) -> None:
    """29 m less of what is not known to be lit are not worth it; its name goes to the shorter way."""
    way = planner(region).plan(asked((10, 400), (390, 400), weights=[SHORTEST])).ways[0]
    plain = with_metres(way, "shortest", 0.0, 300.0, 100.0, 0.0, 0.0)
    found = distinct([with_metres(way, "better_lit", 50.0, 379.0, 71.0, 0.0, 0.0), plain], ORDER)

    assert [one.kinds for one in found] == [("better_lit", "shortest")]
    assert found[0].length_m == plain.length_m


@pytest.mark.parametrize(
    "metres",
    [
        (380.0, 70.0, 0.0, 0.0),
        (350.0, 100.0, 0.0, 0.0),
        (300.0, 100.0, 50.0, 0.0),
    ],
)
def test_thirty_metres_of_any_kind_are_worth_a_longer_way(region: Region, metres: tuple[float, ...]) -> None:
    """Less that is not known, less that is not even assumed, or less that is unlit; both are offered, the lit one first."""
    way = planner(region).plan(asked((10, 400), (390, 400), weights=[SHORTEST])).ways[0]
    plain = with_metres(way, "shortest", 0.0, 300.0, 0.0, 60.0, 40.0)
    better = with_metres(way, "better_lit", 50.0, *metres)

    assert [one.kinds for one in distinct([better, plain], ORDER)] == [("better_lit",), ("shortest",)]


def test_a_concern_that_is_avoided_is_worth_a_longer_way(region: Region) -> None:
    """As much light, and 40 m less of what somebody has warned of."""
    way = planner(region).plan(asked((10, 400), (390, 400), weights=[SHORTEST])).ways[0]
    plain = with_metres(way, "shortest", 0.0, 400.0, 0.0, 0.0, 0.0, shunned_m=WORTH_M + 10.0)
    better = with_metres(way, "better_lit", 50.0, 450.0, 0.0, 0.0, 0.0)

    assert len(distinct([better, plain], ORDER)) == 2


def test_the_light_of_a_way_is_told_with_its_rule(region: Region) -> None:
    """Station Road by night: when its lamps go out nobody has said, and that is the rule."""
    way = planner(region).plan(asked((200, 10), (200, 90), clock("23:30"), [SHORTEST])).ways[0]

    assert [(one.name, one.rule) for one in way.stretches] == [("Station Road", "limited_no_schedule")]


def test_a_better_way_is_found_with_other_weights(region: Region) -> None:
    """Who asks for the careful one alone gets that one."""
    planned = planner(region).plan(asked((10, 0), (590, 0)))
    careful = way_of(planned, "careful")

    assert careful.metres[Light.UNLIT] < 50
