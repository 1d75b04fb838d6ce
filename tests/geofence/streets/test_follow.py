"""Which streets of the town Anna's line follows, drawn or walked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.route import read_points
from geofence.streets.follow import NEAR_M, NONE, Followed, followed
from geofence.streets.region import Region
from tests.geofence.drawn import place

from .town import Drawing
from .walks import opened

Point = tuple[float, float]


def follow(region: Region, *corners: Point) -> Followed:
    """The streets of a line through corners in metres."""
    return followed(region, read_points([place(x, y) for x, y in corners]))


def names(region: Region, found: Followed) -> list[str]:
    """The streets in turn; "" for those without a name, "-" where there is none."""
    told = ["-" if part == NONE else region.name(int(region.part_name[part])) for part in found.part.tolist()]
    return [name for n, name in enumerate(told) if not n or name != told[n - 1]]


def test_a_line_along_a_street_is_that_street(region: Region) -> None:
    """Exactly drawn, and drawn five metres beside it, as many planners draw the pavement."""
    for off in (0.0, 5.0, -5.0):
        assert names(region, follow(region, (20, 400 + off), (580, 400 + off))) == ["Church Road"]


def test_side_streets_are_passed_by(region: Region) -> None:
    """Church Road crosses six streets; at none of them she turns."""
    found = follow(region, (0, 400), (600, 400))
    assert names(region, found) == ["Church Road"]
    assert len(found.part) == round(600 / found.step_m)


def test_a_line_turns_where_she_does(region: Region) -> None:
    """Along Church Road, down Hill Street, along Canal Path."""
    found = follow(region, (100, 400), (500, 400), (500, 0), (250, 0))
    assert names(region, found) == ["Church Road", "Hill Street", "Canal Path"]


def test_of_a_street_and_its_pavement_the_nearer_one_is_taken(region: Region) -> None:
    """The pavement runs ten metres north of High Street; a line nearer to it is on it."""
    assert names(region, follow(region, (120, 201), (480, 201))) == ["High Street"]
    assert names(region, follow(region, (120, 209), (480, 209))) == [""]


def test_in_doubt_the_one_that_is_not_known_to_be_lit_is_taken(region: Region) -> None:
    """Halfway between the two: what is known to be lit counts as a metre and a half farther off."""
    line = read_points([place(120, 204.6), place(480, 204.6)])
    doubt = np.array([1.5 if one.tag == "yes" else 0.0 for one in region.about.lights])
    assert names(region, followed(region, line)) == ["High Street"]
    assert names(region, followed(region, line, doubt)) == [""]


def test_a_line_is_of_who_walks_above_unless_it_goes_where_only_a_tunnel_does() -> None:
    """A garage's way lies under Broad Street, and nobody says whether it is lit: a plan along the lit street is no dark one
    when she sets off by it. Where the subway leads on alone, she is in it."""
    drawing = Drawing()
    drawing.way((0, 0), (600, 0), name="Broad Street", lit="yes")
    drawing.way((0, 1), (600, 1), highway="service", tunnel="yes", name="Garage")
    drawing.way((600, 0), (900, 0), highway="footway", tunnel="yes", name="Subway")
    streets = opened(drawing)
    doubt = np.array([1.5 if one.tag == "yes" else 0.0 for one in streets.about.lights])
    for off in (0.0, 1.0, 3.0):
        line = read_points([place(20, off), place(590, off)])
        assert names(streets, followed(streets, line, doubt)) == ["Broad Street"]
    onward = read_points([place(300, 0), place(880, 0)])
    assert names(streets, followed(streets, onward, doubt)) == ["Broad Street", "Subway"]


def test_where_no_street_is_near_there_is_none(region: Region) -> None:
    """Across a field, and far outside the map: nothing is made up."""
    assert names(region, follow(region, (620, 50), (860, 50))) == ["-"]
    assert set(follow(region, (90_000, 90_000), (90_000, 90_500)).part.tolist()) == {NONE}


def test_a_line_that_leaves_the_map_is_followed_as_far_as_it_goes(region: Region) -> None:
    """Old Road ends at 700 m; beyond it there is nothing."""
    assert names(region, follow(region, (610, -100), (700, -100), (900, -100))) == ["Old Road", "-"]


def test_every_cell_knows_where_on_its_street_it_is(region: Region) -> None:
    """The share of a segment, from one of its part's points to the next."""
    found = follow(region, (0, 400), (600, 400))
    for part, point, share in zip(found.part.tolist(), found.point.tolist(), found.share.tolist(), strict=True):
        first = int(region.part_pt[part])
        assert first <= point < first + int(region.part_pts[part]) - 1
        assert 0.0 <= share <= 1.0
    assert found.along_m[0] == pytest.approx(found.step_m / 2)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 3.0))
def test_a_walked_line_stays_on_the_streets_that_she_walked(region: Region, seed: int, noise_m: float) -> None:
    """A receiver's noise of three metres: no street is taken that is out of reach, and most of it is hers."""
    rng = np.random.default_rng(seed)
    corners = [(x, 400.0) for x in range(20, 500, 12)] + [(500.0, y) for y in range(400, 20, -12)]
    moved = [(x + noise_m * rng.normal(), y + noise_m * rng.normal()) for x, y in corners]
    found = follow(region, *moved)
    near = [name for name in _each(region, found) if name in ("Church Road", "Hill Street")]
    assert len(near) >= 0.9 * len(found.part)


def _each(region: Region, found: Followed) -> list[str]:
    return ["-" if part == NONE else region.name(int(region.part_name[part])) for part in found.part.tolist()]


def test_no_street_is_taken_that_is_out_of_reach(region: Region) -> None:
    """Sixteen metres off Canal Path is not on it."""
    assert names(region, follow(region, (20, -NEAR_M - 1.5), (480, -NEAR_M - 1.5))) == ["-"]
    assert names(region, follow(region, (20, -NEAR_M + 1.5), (480, -NEAR_M + 1.5))) == ["Canal Path"]
