"""The light along a route, in a few bytes of her journey's row."""

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geofence.destination import Destination
from geofence.grid import Pool
from geofence.lighting import RULES, Light
from geofence.lit_line import LitLine, Span, decoded, encoded, line_of, painted
from geofence.route import Route, read_points
from tests.geofence.drawn import place

TEN = 1_767_218_400.0
"""31 December 2025, 22:00 UTC."""
MIDNIGHT = TEN + 7200.0
NIGHT = ((TEN, True),)
LIT, UNKNOWN, UNLIT = (Span(TEN, state, "tagged") for state in (Light.LIT, Light.UNKNOWN, Light.UNLIT))
UNTIL_MIDNIGHT = (LIT, Span(MIDNIGHT, Light.UNLIT, "schedule"))


def of(*runs: tuple[float, tuple[Span, ...]]) -> LitLine:
    """A line of these stretches, at night."""
    return line_of(NIGHT, runs)


spans = st.lists(
    st.tuples(st.integers(1, 2**32 - 1), st.sampled_from(Light), st.sampled_from(RULES)), min_size=1, max_size=4
).map(lambda found: tuple(Span(float(at), state, rule) for at, state, rule in sorted(found)))


@given(st.lists(st.tuples(st.integers(1, 200_000).map(float), spans), min_size=1, max_size=8))
def test_a_line_comes_back_from_its_bytes(runs: list[tuple[float, tuple[Span, ...]]]) -> None:
    """Whatever its stretches are, also one longer than two bytes can count."""
    line = of(*runs)
    assert decoded(encoded(line)) == line


@given(st.lists(st.floats(0.1, 40.0), min_size=1, max_size=60))
def test_rounding_does_not_add_up(metres: list[float]) -> None:
    """Many short stretches are as long together as they were, to a metre."""
    line = of(*((m, (LIT, UNLIT)[n % 2 :][:1]) for n, m in enumerate(metres)))
    back = decoded(encoded(line))
    assert abs((back.runs[-1].to_m if back is not None else 0.0) - sum(metres)) <= 1.0


@given(st.binary(max_size=60))
def test_bytes_that_are_no_line_are_nothing_known(lights: bytes) -> None:
    """A newer process's row, or a damaged one: nothing is known, and nothing breaks."""
    line = decoded(lights)
    assert line is None or line.runs
    assert len(painted(lights, 5, 9.0)) == 5


def test_the_light_of_a_place_depends_on_when_she_comes_by() -> None:
    """A street that goes out at midnight is lit at ten to, and unlit at midnight itself."""
    line = of((100.0, (LIT,)), (200.0, UNTIL_MIDNIGHT))
    assert line.at(150.0, MIDNIGHT - 600.0).state is Light.LIT
    assert line.at(150.0, MIDNIGHT) == Span(MIDNIGHT, Light.UNLIT, "schedule")
    assert line.at(50.0, MIDNIGHT).state is Light.LIT


def test_past_its_ends_a_line_is_as_at_them() -> None:
    """A place along the route may be a rounding beyond its end, and an instant before she set off."""
    line = of((100.0, (UNKNOWN,)), (100.0, (LIT,)))
    assert line.at(-1.0, TEN).state is Light.UNKNOWN
    assert line.at(200.4, TEN - 60.0).state is Light.LIT


def test_stretches_not_known_to_be_lit_are_one_where_they_touch() -> None:
    """An unlit path behind a street nobody has tagged is one dim stretch, called by the worse of the two."""
    line = of((100.0, (LIT,)), (60.0, (UNKNOWN,)), (40.0, (UNLIT,)), (100.0, (LIT,)), (30.0, (UNKNOWN,)))
    assert list(line.dim(TEN)) == [(100.0, 200.0, Light.UNLIT), (300.0, 330.0, Light.UNKNOWN)]


def test_dim_stretches_are_those_of_the_hour() -> None:
    """Before midnight nothing on her way is dim; from midnight on a half of it is."""
    line = of((100.0, (LIT,)), (200.0, UNTIL_MIDNIGHT))
    assert list(line.dim(TEN)) == []
    assert list(line.dim(MIDNIGHT)) == [(100.0, 300.0, Light.UNLIT)]


def test_neighbours_with_one_light_are_one_stretch() -> None:
    """A street of ten parts is one entry of the row."""
    assert len(of(*((50.0, (LIT,)) for _ in range(10))).runs) == 1


def test_a_line_knows_day_from_night() -> None:
    """It is dark until the sun comes up, and dark where nothing is known of the sun."""
    line = line_of(((TEN, True), (TEN + 9 * 3600.0, False)), [(10.0, (LIT,))])
    assert line.dark(TEN - 60.0)
    assert line.dark(TEN + 3600.0)
    assert not line.dark(TEN + 10 * 3600.0)
    assert line_of((), [(10.0, (LIT,))]).dark(TEN)


def test_a_walk_of_three_kilometres_takes_some_hundred_bytes() -> None:
    """Sixty stretches beside a route of 500 points are little."""
    line = of(*((50.0, ((LIT, UNLIT)[n % 2],)) for n in range(60)))
    assert len(encoded(line)) < 600


def test_cells_are_painted_with_the_worst_that_their_light_becomes() -> None:
    """Whoever gathers light from cells at any hour takes no street for lit that goes out while she is on her way."""
    lights = encoded(of((45.0, (LIT,)), (45.0, UNTIL_MIDNIGHT), (45.0, (UNKNOWN,))))
    assert painted(lights, 15, 9.0).tolist() == [1] * 6 + [4] * 5 + [3] * 4


def test_a_grid_is_painted_with_its_routes_lights() -> None:
    """The low bits of each cell of her way; a route of which nothing is known stays 0, and so does the pool's padding."""
    route = read_points([place(0, 0), place(180, 0)])
    lit = msgspec.structs.replace(route, lights=encoded(of((85.0, (LIT,)), (95.0, (UNLIT,)))))
    pool = Pool()
    plain, told = pool.add("anna-1", route), pool.add("beth-1", lit)
    assert not plain.seen.any()
    assert told.seen.tolist() == [1] * 10 + [4] * 11
    assert np.count_nonzero(pool.seen) == told.cells


def test_a_route_of_an_older_row_is_read_and_written_as_it_was() -> None:
    """Lights are new: a route without any has the same bytes as before there were some, and so has a wish's fingerprint."""
    route = Route("line", 100.0, Destination(51.0, 0.5, 50.0))
    bytes_ = msgspec.msgpack.encode(route)
    assert "lights" not in msgspec.msgpack.decode(bytes_)
    assert msgspec.msgpack.decode(bytes_, type=Route).lights == b""
