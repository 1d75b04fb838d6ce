"""Which stretches of the town's streets a lamp lights, told of many lamps at once and of one at a time."""

from itertools import pairwise
from math import hypot

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geofence.plane import metres_per_degree
from geofence.streets.lamp_stretches import DARK_M, FARTHEST_M, LAMP_M, along_parts, stretches
from geofence.streets.region import Region
from tests.geofence.drawn import place

Lamp = tuple[float, float]
CORNERS = st.tuples(st.floats(-60.0, 960.0), st.floats(-60.0, 460.0))


def lit_by(region: Region, *lamps: Lamp) -> list[tuple[int, int, float, float]]:
    """Lamp, part, from and to, of lamps at points in metres."""
    lat, lon = np.array([place(x, y) for x, y in lamps], np.float64).reshape(-1, 2).T
    found = stretches(region, lat, lon)
    return list(zip(*(values.tolist() for values in found), strict=True))


def names(region: Region, *lamps: Lamp) -> set[str]:
    """The streets that they light."""
    return {region.name(int(region.part_name[part])) for _, part, _, _ in lit_by(region, *lamps)}


def by_hand(region: Region, lamp: Lamp) -> dict[int, tuple[float, float]]:
    """The same of one lamp, looking at every segment of the town in turn."""
    lat, lon = place(*lamp)
    east, north = metres_per_degree(lat)
    nearest: dict[int, tuple[float, float]] = {}
    for part in range(len(region.part_m)):
        xs, ys = region.points(part)
        corners = [
            ((x * 1e-7 - lon) * east, (y * 1e-7 - lat) * north) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)
        ]
        walked = 0.0
        for (ax, ay), (bx, by) in pairwise(corners):
            long_m = hypot(bx - ax, by - ay)
            share = 0.0 if long_m == 0 else min(1.0, max(0.0, -(ax * (bx - ax) + ay * (by - ay)) / long_m**2))
            away = hypot(ax + share * (bx - ax), ay + share * (by - ay))
            if part not in nearest or away < nearest[part][0] - 1e-9:
                nearest[part] = away, walked + share * long_m
            walked += long_m
    assume(all(abs(away - edge) > 0.02 for away, _ in nearest.values() for edge in (LAMP_M, FARTHEST_M)))
    least = min(away for away, _ in nearest.values())
    reach = LAMP_M if least <= LAMP_M else least + 0.01 if least <= FARTHEST_M else -1.0
    return {part: (away, middle) for part, (away, middle) in nearest.items() if away <= reach}


@given(st.lists(CORNERS, max_size=5))
def test_many_lamps_light_what_each_of_them_does(region: Region, lamps: list[Lamp]) -> None:
    """As looked for by hand, segment by segment: the same parts, and twenty metres of each to either side."""
    found = lit_by(region, *lamps)
    for number, lamp in enumerate(lamps):
        expected = by_hand(region, lamp)
        mine = {part: (from_m, to_m) for lamp_, part, from_m, to_m in found if lamp_ == number}
        assert mine.keys() == expected.keys()
        for part in mine.keys() & expected.keys():
            middle, room = expected[part][1], float(region.part_m[part])
            assert mine[part][0] == pytest.approx(max(0.0, middle - DARK_M), abs=0.1)
            assert mine[part][1] == pytest.approx(min(room, middle + DARK_M), abs=0.1)


def test_hundreds_of_lamps_are_looked_at_in_their_order(region: Region) -> None:
    """However many there are at once."""
    lamps = [(3.0 * n % 600.0, 200.0) for n in range(317)]
    found = lit_by(region, *lamps)
    assert [lamp for lamp, *_ in found] == sorted(lamp for lamp, *_ in found)
    assert {lamp for lamp, *_ in found} == set(range(317))
    assert [one[1:] for one in found if one[0] == 251] == [one[1:] for one in lit_by(region, lamps[251])]


def test_who_stands_a_little_off_tells_of_the_nearest_street(region: Region) -> None:
    """Twenty-five metres from Canal Path it is meant; in the middle of a field, or outside of the map, nothing is."""
    assert names(region, (250, -25)) == {"Canal Path"}
    assert lit_by(region, (250, -60), (90_000, 90_000)) == []
    assert lit_by(region) == []


def test_metres_count_in_the_direction_of_the_link(region: Region) -> None:
    """A part whose points run against its link counts from the other end; its two ends are 0 and its length."""
    for part in range(len(region.part_m)):
        first, last = int(region.part_pt[part]), int(region.part_pt[part]) + int(region.part_pts[part]) - 2
        ends = along_parts(region, np.array([part, part]), np.array([first, last]), np.array([0.0, 1.0]))
        room = float(region.part_m[part])
        expected = [room, 0.0] if region.part_rev[part] else [0.0, room]
        assert ends.tolist() == pytest.approx(expected, abs=0.01)
