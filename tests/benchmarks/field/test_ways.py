"""Ways to walk: what their names promise."""

import numpy as np
import pytest

from benchmarks.field.ways import KINDS, drawn, per_degree, way_of, way_through


@pytest.mark.parametrize("kind", KINDS)
def test_a_way_is_the_same_for_the_same_seed(kind: str) -> None:
    """Whoever reads a seed in a report draws the same way; another seed is another way."""
    assert np.array_equal(drawn(kind, 5).xy, drawn(kind, 5).xy)
    assert not np.array_equal(drawn(kind, 5).xy[:3], drawn(kind, 6).xy[:3])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(8))
def test_a_way_is_about_as_long_as_asked(kind: str, seed: int) -> None:
    """No kind is so short or so long that its share of the kilometres would mislead."""
    assert 700 <= drawn(kind, seed, 1500.0).length_m <= 2400


@pytest.mark.parametrize("seed", range(5))
def test_out_and_back_ends_where_it_began(seed: int) -> None:
    """Every place of the way out is passed again on the way back."""
    way = drawn("out_and_back", seed)
    out, back = way.at(np.array([0.1, 0.3]) * way.length_m), way.at(np.array([0.9, 0.7]) * way.length_m)

    assert np.abs(out - back).max() < 0.01


@pytest.mark.parametrize("seed", range(5))
def test_parallel_streets_are_within_thirty_metres(seed: int) -> None:
    """The second street runs 20 to 30 m beside the first."""
    way = drawn("parallel", seed)
    first = way.xy[:2]
    beside = way_of("first street", first).off_m(way.xy[2:4])

    assert beside.min() >= 19.9
    assert beside.max() <= 30.1


def test_a_figure_of_eight_passes_its_middle_twice() -> None:
    """And it ends there."""
    way = drawn("eight", 3)

    assert [tuple(place) for place in way.xy.tolist()].count((0.0, 0.0)) == 3


def test_a_degree_is_as_long_as_the_ellipsoid_says() -> None:
    """111,321 m of longitude at the equator; a degree of latitude grows from 110.6 to 111.7 km towards the pole."""
    assert per_degree(0.0) == pytest.approx((111_319.5, 110_574.3), abs=1.0)
    assert per_degree(89.999)[1] == pytest.approx(111_694.0, abs=1.0)


def test_a_way_through_degrees_goes_through_them() -> None:
    """Metres and back."""
    places = [(51.39, 0.54), (51.392, 0.541), (51.391, 0.545)]

    assert np.allclose(way_through("three", places).degrees(), places, atol=1e-9)


def test_how_far_off_is_to_the_nearest_part() -> None:
    """Beside a leg it is across to it; beyond the end it is to the end."""
    way = way_of("a corner", [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)])

    assert way.off_m(np.array([[50.0, 7.0], [103.0, 104.0], [100.0, 50.0]])) == pytest.approx([7.0, 5.0, 0.0])


def test_the_nearest_part_says_how_far_along_it_is() -> None:
    """What projecting a place on a line says, whichever pass of it that is."""
    way = way_of("a corner", [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)])

    assert way.nearest(np.array([[50.0, 7.0], [103.0, 104.0], [-9.0, 0.0]]))[1] == pytest.approx([50.0, 200.0, 0.0])


def test_degrees_and_metres_are_the_same_places() -> None:
    """There and back within a millimetre."""
    way = drawn("plain", 3)

    assert np.allclose(way.metres(way.degrees()), way.xy, atol=1e-3)
