"""What is asked of a planner, and what it answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.lighting import RULE_NUMBERS, Light
from geofence.streets.region import Region
from geofence.streets.ways import BETTER_LIT, CAREFUL, OFFERED, NoWay, Pieces, Reason

from .walks import asked, planner

NAMES = ["", "Canal Path", "High Street"]


def pieces(m: list[float], state: list[int], name: list[int]) -> Pieces:
    """Pieces of a way on foot paths."""
    count = len(m)
    rule = [RULE_NUMBERS["tagged_unlit" if one == Light.UNLIT else "untagged"] for one in state]
    return Pieces([*range(count)], m, state, rule, name, [0] * count, [False] * count, [False] * count, NAMES.__getitem__, ("path",))  # fmt: skip


def test_no_metre_costs_less_than_its_length() -> None:
    """The search rests on it; and what is worse never costs less."""
    for weights in OFFERED:
        assert min(weights.factors) >= 1.0
        assert list(weights.factors) == sorted(weights.factors)


def test_a_stretch_is_what_most_of_it_is() -> None:
    """Sixty metres of the canal, unlit, and thirty of a street of which nothing is known."""
    found = pieces([20.0, 30.0, 40.0], [3, 2, 3], [1, 2, 1]).stretch(0, 3, 100.0)

    assert (found.from_m, found.to_m, found.metres) == (100.0, 190.0, 90.0)
    assert (found.state, found.rule, found.name, found.kind) == (Light.UNLIT, "tagged_unlit", "Canal Path", "path")


@given(st.lists(st.tuples(st.floats(0.1, 100.0), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=8))
def test_one_piece_is_told_as_it_is(some: list[tuple[float, int, int]]) -> None:
    """By itself or among others that are the same."""
    many = pieces([m for m, _, _ in some], [state for _, state, _ in some], [name for _, _, name in some])
    for n, (m, state, name) in enumerate(some):
        found = many.stretch(n, n + 1, 0.0)
        assert found.metres == pytest.approx(m)
        assert (found.state, found.name) == (Light(state), NAMES[name])


def test_why_there_is_none_is_said_in_few_words() -> None:
    """With the end it is about and how far; for people there are other words."""
    assert str(NoWay(Reason.OUTSIDE_MAP, "destination", 2100.4)) == "destination: outside_map, 2100 m"
    assert str(NoWay(Reason.CUT_OFF)) == "way: cut_off"
    assert NoWay(Reason.ACROSS_EDGE, maps=["kent", "london"]).maps == ("kent", "london")


def test_pieces_that_do_not_differ_are_told_like_any_stretch() -> None:
    """Two of one street under one light: the quick way to tell of them says what the other one says."""
    same = pieces([20.0, 30.0], [3, 3], [1, 1])

    assert same.even(0, 100.0, 150.0) == same.stretch(0, 2, 100.0)


def test_ways_are_held_against_the_shortest(region: Region) -> None:
    """Wherever it stands among them; where she asked for no shortest way, the last one is the measure."""
    all_three = planner(region).plan(asked((210, 300), (600, 210)))
    without = planner(region).plan(asked((210, 300), (600, 210), weights=[BETTER_LIT, CAREFUL]))

    assert all_three.shortest.length_m == min(way.length_m for way in all_three.ways)
    assert "shortest" in all_three.shortest.kinds
    assert without.shortest is without.ways[-1]
