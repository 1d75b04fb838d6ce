"""A fix held against all rules at once: what is worst, and with which numbers."""

import math

import pytest

from geofence.grid import grid_of
from geofence.judge import judge
from geofence.plane import distance_m, plane_at
from geofence.sighting import Sighting, Standing
from geofence.state import FURTHEST_M, NEVER, Row
from geofence.weigh import metres, placed

from .drawn import LOOP, STAIRS, along, case, corners_of, place, reports

WAY = along(corners_of(STAIRS))


def judged(points: list[tuple[float, float]]) -> list[Sighting]:
    return judge([case(STAIRS, reports(points))])[0][0]


def first(seen: list[Sighting], standing: Standing) -> dict[str, float]:
    because = next(one for one in seen if one.standing is standing).because
    assert because is not None
    return because


def test_off_the_route_since_when_and_on_how_many_fixes() -> None:
    """What row 4 asks for, told with the decision."""
    x, y = WAY[30]
    told = first(judged([*WAY[:31], *[(x - 13.0 * n, y + 13.0 * n) for n in range(1, 9)]]), Standing.OFF_ROUTE)
    assert (told["fixes"], told["off_s"] >= 30.0) == (4.0, True)
    assert set(told) == {"off_route_m", "accuracy_m", "limit_m", "off_s", "fixes"}


@pytest.mark.parametrize(
    ("before_m", "wanders_m", "standing"), [(44.0, 14.0, Standing.ON_ROUTE), (62.0, -14.0, Standing.STALLED)]
)
def test_behind_her_door_she_is_not_stalled(before_m: float, wanders_m: float, standing: Standing) -> None:
    """Her phone lies in the hall and wanders out of the circle: the middle of it is home. 62 m before her door she is
    not, though one fix of four lies inside."""
    x, y = corners_of(STAIRS)[-1]
    seen = judged([*WAY[:-4], *[(x - before_m - wanders_m * (n % 4 == 3), y) for n in range(48)]])
    assert {one.inside for one in seen[-8:]} == {True, False}
    assert {one.standing for one in seen[-8:]} == {standing}


def test_where_her_way_passes_her_door_she_may_be_stalled() -> None:
    """A loop begins where it ends: who is stopped 20 m after she set out is not home."""
    (seen, _), *_ = judge([case(LOOP, reports([(10.0 * min(n, 2), 0.0) for n in range(40)]))])
    assert seen[-1].standing is Standing.STALLED


def test_in_a_vehicle_for_how_long_and_how_far() -> None:
    """What row 4b asks for."""
    x, y = WAY[19]
    told = first(judged([*WAY[:20], *[(x + 120.0 * n, y - 120.0 * n) for n in range(1, 9)]]), Standing.VEHICLE)
    assert told["fast_s"] >= 30.0
    assert told["fast_m"] >= 200.0
    assert told["speed_mps"] == pytest.approx(17.0, abs=1.0)


def test_there_with_its_numbers_and_not_there_any_more() -> None:
    """Since when inside, on how many fixes, how sure and how far from the middle; afterwards how far outside."""
    x, y = WAY[-1]
    seen = judged([*WAY, *[(x, y)] * 5, *[(x + 13.5 * n, y) for n in range(1, 12)]])
    there = next(one for one in seen if one.arriving).there
    assert there is not None
    assert there["inside_s"] >= 20.0
    assert there["fixes"] >= 2.0
    assert there["to_centre_m"] <= 50.0
    gone = [one.there for one in seen if not one.arriving and one.there]
    assert len(gone) == 1
    assert 0.0 < gone[0]["outside_m"] <= 15.0


def test_set_aside_with_what_was_compared() -> None:
    """A jump by its metres and seconds, a vague place by its accuracy; a mock says it itself."""
    made = reports(WAY[:10])
    jump = (made[9][0].__class__(900, made[9][0].at + 10, 52.5, 0.5, 10.0), made[9][1] + 10, True)
    vague = (made[9][0].__class__(901, made[9][0].at + 20, *place(100, 0), 500.0), made[9][1] + 20, True)
    mock = (made[9][0].__class__(902, made[9][0].at + 30, *place(100, 0), 5.0, mock=True), made[9][1] + 30, True)
    seen = judge([case(STAIRS, [*made, jump, vague, mock])])[0][0][10:]
    assert [one.set_aside for one in seen] == ["jump", "accuracy missing or worse than 200 m", "mock"]
    assert (seen[0].because or {})["jump_m"] > 100_000.0
    assert (seen[0].because or {})["after_s"] == 10.0
    assert seen[1].because == {"accuracy_m": 500.0, "limit_m": 200.0}
    assert seen[2].because is None


def test_a_plane_is_her_ways_or_around_her() -> None:
    """With a route its own; without one around the first fix; and what was measured in another one begins anew."""
    grid, row = grid_of(STAIRS), Row(stall_n=4.0, means=3, ride_run=2.0, pace_since=40.0, pace=1.4)
    lat, lon = place(100, 100)
    assert placed(row, grid, lat, lon) is grid.plane
    assert (row.stall_n, row.means, row.ride_run, row.pace_since, row.pace) == (0, 0, 0, NEVER, 1.4)
    row.stall_n = 4.0
    assert placed(row, None, lat, lon) == plane_at(grid.plane.lat, grid.plane.lon)
    assert row.stall_n == 4.0
    alone = placed(Row(), None, lat, lon)
    assert distance_m(alone.lat, alone.lon, lat, lon) < 1.0


def test_a_place_fits_her_record() -> None:
    """On the other side of the Earth too; across the date line it is next door."""
    here = plane_at(-16.8, 179.999)
    assert metres(here, -16.8, -179.999)[0] == pytest.approx(213.2, abs=0.5)
    assert metres(here, 80.0, 0.0) == (-FURTHEST_M, FURTHEST_M)
    assert math.dist(metres(here, -16.8, 179.999), (0, 0)) == 0.0
