"""What is remembered of a journey between two fixes."""

import dataclasses

import msgspec
import pytest

from geofence.case import NO_EVIDENCE, Case, Evidence
from geofence.destination import Destination
from geofence.grid import grid_of
from geofence.judge import judge
from geofence.sighting import Standing
from geofence.state import EMPTY, NEVER, Row, row_of, state_of

from .drawn import BEGAN_AT, LOOP, STAIRS, along, case, corners_of, fix, reports

WALKED = along(corners_of(STAIRS))[:40]


def walked() -> Evidence:
    return judge([case(STAIRS, reports(WALKED))])[0][1]


def test_another_way_begins_progress_anew() -> None:
    """After *another way* the route is gone: place, pace and ride stay, and no old rest is held against her."""
    before, after = walked(), walked().on_another_way()
    was, now = row_of(before.record), row_of(after.record)
    assert after.last == before.last
    assert now.pace == was.pace > 1.0
    assert (now.outside, now.pace_along) == (was.outside, -1.0)
    assert (now.shown, now.cost0, now.means, now.stall_n) == (Row().shown, Row().cost0, 0, 0.0)
    assert after.standing is Standing.ON_ROUTE


def test_in_a_vehicle_she_stays_in_it_whichever_way_she_goes() -> None:
    """Another way is no way out of a car."""
    in_a_car = Evidence(last=fix(0, 0), state=state_of(Row(riding=1.0)), standing=Standing.VEHICLE)
    assert in_a_car.on_another_way().standing is Standing.VEHICLE
    assert row_of(in_a_car.on_another_way().record).riding


def test_the_next_leg_begins_with_where_she_is_and_no_more() -> None:
    """Her pace on foot says nothing of a bus, and what the old leg's end knew is not the new one's."""
    before, after = walked(), walked().on_next_leg(has_a_way=True)
    row = row_of(after.record)
    assert (after.last, after.standing) == (before.last, Standing.ON_ROUTE)
    assert (row.at, row.lat, row.lon) == (before.last.at, before.last.lat, before.last.lon)  # type: ignore[union-attr]
    assert (row.pace, row.pace_since, row.outside, row.means) == (-1.0, NEVER, 0.0, 0)
    assert NO_EVIDENCE.on_next_leg() == NO_EVIDENCE


def test_a_taxi_to_her_door_ends_at_her_door() -> None:
    """The last leg begins where it ends and has no way: she is home after the dwell, without having left first. Once around
    the block from that door is a way, and is not over where it begins."""
    home = STAIRS.places()[-1]
    dwell = [corners_of(STAIRS)[-1]] * 4
    for grid, arrives in ((None, True), (grid_of(LOOP), False)):
        evidence = walked().on_next_leg(has_a_way=grid is not None)
        end = Destination(*home) if grid is None else LOOP.destination
        points = dwell if grid is None else [corners_of(LOOP)[0]] * 4
        last = Case(reports(points, from_s=2000.0), BEGAN_AT, grid, end, evidence=evidence)
        assert any(one.arriving for one in judge([last])[0][0]) == arrives


def test_it_is_small() -> None:
    """It is packed into the journey's row, in half a kilobyte, and comes back as it was."""
    evidence = walked()
    packed = msgspec.msgpack.encode(evidence)
    assert msgspec.msgpack.decode(packed, type=Evidence) == evidence
    assert len(packed) < 450


OLD = [
    [40, BEGAN_AT + 400, *STAIRS.places()[3], 10.0],
    [[[540.0, 0.0]], 4, 0.0, 540.0],
    [True, 0, 0.0],
    [BEGAN_AT, 51.3, 0.5, [[10, 0, 0, 5]], 300.0, 2, [10.0, 0.0, 0.0, 4.0], True],
    [False, 0, 0.0, 0.0, 0.0],
    None,
    [1.35, BEGAN_AT, 51.3, 0.5, 480.0],
    [3, 0, 0.0, 0, 0.0, False, False],
]


@pytest.mark.parametrize("standing", ["off_route", "vehicle", "stalled", "on_route"])
def test_a_row_from_before_the_record_is_still_read(standing: str) -> None:
    """Of a journey that was under way when we came with the new version the last fix stays, and what she was asked about:
    nothing is over because we were restarted."""
    old = msgspec.msgpack.decode(msgspec.msgpack.encode([*OLD, standing, None, 0]), type=Evidence)
    row = row_of(old.record)
    assert old.last is not None
    assert (row.off, row.riding) == (float(standing == "off_route"), float(standing == "vehicle"))
    assert old.standing == standing
    x, y = WALKED[-1]
    far = [(x + 60.0, y - 40.0 - 130.0 * n) for n in range(1, 4)]
    path = far if standing == "vehicle" else [(x - 80.0, y + 90.0)] * 2
    [(seen, _)] = judge([dataclasses.replace(case(STAIRS, reports(path, from_s=410.0)), evidence=old)])
    if standing in ("off_route", "vehicle"):
        assert {one.standing.value for one in seen} == {standing}


def test_no_record_is_an_empty_one() -> None:
    """A journey that has not begun holds the same bytes as every other."""
    assert NO_EVIDENCE.record == EMPTY
