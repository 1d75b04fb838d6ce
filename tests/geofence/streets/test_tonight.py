"""The streets as they are while she walks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geofence.lighting import RULE_NUMBERS, Light, LightClass, Where, table
from geofence.streets.tonight import Bads, Tonight, by_part
from geofence.streets.ways import Worse

from .walks import clock

HERE = Where(51.389, 0.504, "Europe/London")
LIGHTS = [LightClass(tag="yes"), LightClass(tag="Mo-Su 17:00-23:00"), LightClass()]


def tonight(at: float, pace_mps: float = 1.0) -> Tonight:
    """Three parts: lit all night, lit until eleven, unknown."""
    return Tonight(
        table(LIGHTS, at - 3600.0, at + 12 * 3600.0, HERE), np.arange(3, dtype=np.uint16), at, pace_mps, Bads()
    )


def test_a_light_goes_out_while_she_walks() -> None:
    """She sets off at half past ten and walks a metre a second: after 1,800 m the second part is unlit."""
    walk = tonight(clock("22:30"))

    assert walk.states(np.arange(3), 1799.0).tolist() == [Light.LIT, Light.LIT, Light.UNKNOWN]
    assert walk.states(np.arange(3), 1801.0).tolist() == [Light.LIT, Light.UNLIT, Light.UNKNOWN]
    assert walk.states(np.array([1, 1]), np.array([1799.0, 1801.0])).tolist() == [Light.LIT, Light.UNLIT]
    assert walk.seen(np.array([0]), np.array([0.0]))[1].tolist() == [RULE_NUMBERS["tagged"]]


def test_a_walk_is_steady_if_no_light_changes() -> None:
    """Until eleven it is; beyond it is not."""
    assert tonight(clock("22:30")).is_steady(1700.0)
    assert not tonight(clock("22:30")).is_steady(1900.0)


def test_a_walk_that_ends_in_the_dark_is_a_dark_one() -> None:
    """At noon it is day; shortly before sunset the end of a long walk is dark, that of a short one is not."""
    assert not tonight(clock("12:00")).is_dark(2000.0)
    assert tonight(clock("22:30")).is_dark(100.0)
    assert tonight(clock("17:30")).is_dark(5000.0)
    assert not tonight(clock("17:00")).is_dark(600.0)


WORSE = st.lists(
    st.builds(
        Worse,
        st.just(7),
        st.integers(0, 40).map(float),
        st.integers(0, 40).map(float),
        st.sampled_from(Light),
        st.sampled_from(["reported", "reported_out", ""]),
        st.sampled_from([1.0, 1.5]),
    ),
    max_size=6,
)


@given(WORSE, st.integers(0, 39))
def test_where_reports_overlap_the_worst_of_them_counts_once(several: list[Worse], metre: int) -> None:
    """At any metre one piece at most: with the worst state and the greatest factor of all that are there."""
    at = metre + 0.5
    there = [one for one in several if one.from_m < at < one.to_m]
    pieces = [bad for bad in by_part(several).get(7, []) if bad.low_m < at < bad.high_m]

    assert len(pieces) == bool(there)
    for bad in pieces:
        assert bad.state == max(one.state for one in there)
        assert bad.factor == max(one.factor for one in there)


def test_reports_belong_to_their_parts() -> None:
    """Two parts, two lists; one that is no metre long is none."""
    found = by_part([Worse(3, 0.0, 5.0), Worse(4, 1.0, 2.0), Worse(5, 2.0, 2.0)])

    assert {part: len(bads) for part, bads in found.items()} == {3: 1, 4: 1}
    assert found[3][0].high_m == pytest.approx(5.0)


@given(WORSE)
def test_as_arrays_it_is_the_same(several: list[Worse]) -> None:
    """Row by row; nothing reported is no rows."""
    found = by_part(several)
    rows = list(zip(*(values.tolist() for values in found.rows), strict=True))

    assert rows == [(part, b.low_m, b.high_m, b.state, b.factor) for part, bads in found.items() for b in bads]
