"""Row 23: at a haven by herself, when it is open and near, and her phone is sure."""

from dataclasses import replace

import msgspec

from geofence.haven import Haven, rest_at
from geofence.judge import judge
from geofence.limits import STANDARD_FOOT
from geofence.sighting import Standing
from geofence.state import Row, rounded

from .drawn import STAIRS, Point, along, case, corners_of, place, reports

POLICE = Haven("osm:node/4711", "Police station, High St", *place(0, 0))
HOSPITAL = Haven("osm:way/12", "St Bartholomew's", *place(40, 0))


def rested(points: list[Point], accuracy_m: float = 10.0, havens: tuple[Haven, ...] = (POLICE,)) -> list[str]:
    """The haven she is at after each fix."""
    row, out = Row(), []
    for x, y in points:
        found = rest_at(row, *place(x, y), accuracy_m, havens, STANDARD_FOOT)
        row = rounded(row)
        out.append("" if found is None else found[0].id)
    return out


def test_a_haven_is_a_small_row_with_a_number() -> None:
    """It goes into a list and comes back as it was; a record knows it by 24 bits."""
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(POLICE), type=Haven) == POLICE
    assert 0 < POLICE.number < 2**24
    assert POLICE.number != HOSPITAL.number


def test_in_on_two_fixes_out_on_two() -> None:
    """One fix is passing by; and one that strays is no leaving."""
    at, no = POLICE.id, ""
    assert rested([(20, 0), (20, 0), (80, 0), (20, 0), (80, 0), (80, 0), (20, 0)]) == [no, at, at, at, at, no, no]


def test_near_is_thirty_metres_and_sure_is_thirty_metres() -> None:
    """Farther, or from a phone that is less sure, nobody is anywhere safe."""
    assert not any(rested([(31, 0)] * 5))
    assert not any(rested([(5, 0)] * 5, accuracy_m=31.0))
    assert rested([(29, 0)] * 2, accuracy_m=30.0) == ["", POLICE.id]


def test_out_is_beyond_what_her_accuracy_explains() -> None:
    """85 m away with 30 m of accuracy she may still be in its yard."""
    row = Row()
    for x in (10, 10, 85, 85, 85):
        assert rest_at(row, *place(x, 0), 30.0, (POLICE,), STANDARD_FOOT) is not None or x == 10
    assert rest_at(row, *place(95, 0), 30.0, (POLICE,), STANDARD_FOOT) is not None
    assert rest_at(row, *place(95, 0), 30.0, (POLICE,), STANDARD_FOOT) is None


def test_of_two_next_door_one_is_kept() -> None:
    """She sits between the two: it is the first that she was seen at, whichever is nearer by a metre."""
    both = (POLICE, HOSPITAL)
    assert rested([(19, 0), (22, 0), (19, 0), (22, 0)], havens=both) == ["", *[POLICE.id] * 3]


def test_a_haven_that_closes_is_none() -> None:
    """Its door is shut: from that fix on she stands in the street."""
    row = Row()
    for _ in range(2):
        rest_at(row, *place(5, 0), 10.0, (POLICE,), STANDARD_FOOT)
    assert row.haven == POLICE.number
    assert rest_at(row, *place(5, 0), 10.0, (), STANDARD_FOOT) is None
    assert (row.haven, row.haven_run) == (0.0, 0.0)


def test_she_rests_at_one_on_her_way() -> None:
    """No stall there, with the metres to it; when she walks on it is over; and off her route it changes nothing."""
    way = along(corners_of(STAIRS))
    haven = a_library(way[60])
    walk = [*way[:61], *[way[60]] * 45, *way[61:80]]
    seen = judge([replace(case(STAIRS, reports(walk)), havens=(haven,))])[0][0]
    standings = [one.standing for one in seen]
    assert standings[61:105] == [Standing.AT_HAVEN] * 44
    assert (seen[80].haven, standings[-1]) == (haven.id, Standing.ON_ROUTE)
    assert (seen[80].because or {})["haven_m"] <= 30.0

    x, y = way[60]
    astray = [*way[:61], *[(x - 60.0, y + 60.0)] * 45]
    far = judge([replace(case(STAIRS, reports(astray)), havens=(a_library((x - 60.0, y + 60.0)),))])[0][0]
    assert far[-1].standing is Standing.OFF_ROUTE


def a_library(point: Point) -> Haven:
    return Haven("scheme:3", "Library", *place(*point))
