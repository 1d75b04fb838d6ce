"""What one way has before another."""

import pytest

from geofence.lighting import Light
from geofence.streets.compare import differences
from geofence.streets.region import Region

from .walks import asked, clock, planner, way_of


def test_what_the_better_lit_way_has_before_the_shortest(region: Region) -> None:
    """So much longer, so much more of it lit, and the canal path is avoided: what the sentence is made of."""
    planned = planner(region).plan(asked((10, 0), (590, 0)))
    better, shortest = way_of(planned, "better_lit"), way_of(planned, "shortest")
    found = differences(better, shortest)

    assert found.more_m == pytest.approx(better.length_m - 580, abs=1.0)
    assert found.more_s == pytest.approx(found.more_m / 1.3)
    assert found.lit_gain_m == better.metres[Light.LIT]
    assert found.avoids is not None
    assert (found.avoids.name, found.avoids.kind, found.avoids.state) == ("Canal Path", "path", Light.UNLIT)
    assert found.avoids.metres == pytest.approx(400, abs=1.0)


def test_a_way_has_nothing_before_itself(region: Region) -> None:
    """No metre, no second, nothing avoided."""
    way = planner(region).plan(asked((10, 0), (590, 0))).ways[0]
    found = differences(way, way)

    assert (found.more_m, found.more_s, found.lit_gain_m, found.avoids) == (0, 0, 0, None)


def test_the_other_way_round_it_is_shorter(region: Region) -> None:
    """The shortest way before the better lit one: fewer metres, less light, and no dark street avoided."""
    planned = planner(region).plan(asked((10, 0), (590, 0)))
    found = differences(way_of(planned, "shortest"), way_of(planned, "better_lit"))

    assert found.more_m < 0
    assert found.lit_gain_m < 0
    assert found.avoids is None


def test_where_nothing_is_unlit_the_unknown_is_avoided(region: Region) -> None:
    """Station Road after eleven: when its lamps go out nobody has said; it is unknown, and not called unlit."""
    planned = planner(region).plan(asked((200, 20), (200, 380), clock("23:30")))
    better, shortest = way_of(planned, "better_lit"), way_of(planned, "shortest")
    found = differences(better, shortest)

    assert better is not shortest
    assert found.avoids is not None
    assert found.avoids.state is Light.UNKNOWN
    assert found.avoids.name == "Station Road"
