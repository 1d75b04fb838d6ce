"""Fixes judged: whole walks of Anna's, one at a time and many at once."""

import math

import msgspec
import pytest
from msgspec.structs import replace

from geofence.fix import Fix
from geofence.grid import grid_of
from geofence.judge import NO_EVIDENCE, Case, Evidence, Report, judge
from geofence.limits import STANDARD_FOOT, STANDARD_RIDE
from geofence.mode import Mode
from geofence.route import read_points
from geofence.sighting import Sighting, Standing
from geofence.state import NEVER, row_of
from service.walks import Walk

from .drawn import (
    BEGAN_AT,
    LOOP,
    OUT_AND_BACK,
    STAIRS,
    WALKING_MPS,
    along,
    case,
    corners_of,
    fix,
    noisy,
    reports,
    street,
)

STREETS = [STAIRS, OUT_AND_BACK, LOOP]


def judged(one: Case) -> list[Sighting]:
    return judge([one])[0][0]


def standings(sightings: list[Sighting]) -> list[Standing]:
    """The standings in order, each once."""
    out: list[Standing] = []
    for one in sightings:
        if not out or out[-1] != one.standing:
            out.append(one.standing)
    return out


def with_a_rest(route_points: list[tuple[float, float]], fixes: int) -> list[tuple[float, float]]:
    return route_points + [route_points[-1]] * fixes


def test_she_walks_home() -> None:
    """On her route all the way, progress up to the end, at her own pace, and there at last."""
    points = along(corners_of(STAIRS))
    seen = judged(case(STAIRS, reports(with_a_rest(points, 6))))
    assert standings(seen) == [Standing.ON_ROUTE]
    assert seen[-1].along_m == pytest.approx(STAIRS.length_m, abs=12.0)
    assert seen[0].to_go_m == pytest.approx(STAIRS.length_m, abs=12.0)
    assert seen[10].moved_m == pytest.approx(13.5, abs=4.0)
    assert seen[-1].pace_mps == pytest.approx(1.35, rel=0.1)
    assert seen[-1].inside
    assert seen[-1].arriving
    assert not any(one.arriving for one in seen[: len(points) - 4])


def test_no_false_alarm_with_good_reception() -> None:
    """At 10 m of noise no walk of some thirty kilometres leaves its route, and every one arrives, none early."""
    for seed in range(6):
        for route in STREETS:
            points = along(corners_of(route))
            seen = judged(case(route, reports(noisy(with_a_rest(points, 12), 10.0, seed))))
            assert standings(seen) == [Standing.ON_ROUTE]
            first = next(n for n, one in enumerate(seen) if one.arriving)
            assert math.dist(points[min(first, len(points) - 1)], points[-1]) <= 100.0


def test_hardly_a_false_alarm_between_tall_houses() -> None:
    """At 20 m of noise at most one in twenty kilometres."""
    alarms, metres = 0, 0.0
    for seed in range(12):
        for route in STREETS:
            seen = judged(case(route, reports(noisy(along(corners_of(route)), 20.0, seed), accuracy_m=20.0)))
            alarms += standings(seen).count(Standing.OFF_ROUTE)
            metres += route.length_m
    assert alarms <= metres / 20_000.0


@pytest.mark.parametrize("sigma_m", [0.0, 5.0, 10.0])
def test_a_deviation_is_seen_in_time(sigma_m: float) -> None:
    """She turns into a side street: nineteen times of twenty it is said within 50 s of her passing the limit."""
    straight = street((0, 0), (1500, 0))
    late = []
    for seed in range(60):
        turn_s = 300.5 + seed % 10
        times = [10.0 * n for n in range(60)]
        way = [(WALKING_MPS * min(t, turn_s), WALKING_MPS * max(0.0, t - turn_s)) for t in times]
        seen = judged(case(straight, reports(noisy(way, sigma_m, seed))))
        said_s = next(t for t, one in zip(times, seen, strict=True) if one.standing is Standing.OFF_ROUTE)
        late.append(said_s - (turn_s + 40.0 / WALKING_MPS))
    assert sorted(late)[57] <= 50.0
    assert min(late) >= 0.0


def test_a_standing_that_changes_comes_with_its_numbers() -> None:
    """Off the route by so much, with such an accuracy, against such a limit; while she walks on, nothing is said."""
    way = along(corners_of(STAIRS))
    x, y = way[30]
    off = [(x - 13.0 * n, y + 13.0 * n) for n in range(1, 9)]
    seen = judged(case(STAIRS, reports([*way[:31], *off])))
    first = next(one for one in seen if one.standing is Standing.OFF_ROUTE)
    assert first.because is not None
    assert first.because["off_route_m"] > first.because["limit_m"] == 40.0
    assert first.because["accuracy_m"] == first.accuracy_m
    assert {one.because is None for one in seen[1:31]} == {True}


def test_the_way_back_is_held_against_its_own_limit() -> None:
    """She is on her route again at less than 25 m, not at less than 40."""
    way = along(corners_of(STAIRS))
    x, y = way[30]
    off = [(x - 13.0 * n, y + 13.0 * n) for n in range(1, 9)]
    seen = judged(case(STAIRS, reports([*way[:31], *off, *reversed(off), *way[31:60]])))
    left = next(n for n, one in enumerate(seen) if one.standing is Standing.OFF_ROUTE)
    back = next(one for one in seen[left:] if one.standing is Standing.ON_ROUTE)
    assert back.because is not None
    assert back.because["off_route_m"] < back.because["limit_m"] == 25.0


@pytest.mark.parametrize(("every_s", "limit_m"), [(10.0, 25.0), (60.0, 45.0)])
def test_the_limit_that_a_stall_is_held_against(every_s: float, limit_m: float) -> None:
    """25 m by means of half a minute; a phone that tells one fix a minute is allowed its accuracy, 20 m, beside them."""
    still = with_a_rest(along(corners_of(STAIRS))[:60], 45)
    seen = judged(case(STAIRS, reports(still, every_s, accuracy_m=20.0)))[-1]
    assert seen.standing is Standing.STALLED
    assert seen.because is not None
    assert seen.because["limit_m"] == limit_m


def test_a_stall_a_ride_and_the_wrong_way_have_theirs() -> None:
    """For how long and how far, how fast, how much farther away: beside the limit each time."""
    still = judged(case(STAIRS, reports(with_a_rest(along(corners_of(STAIRS))[:60], 45))))[-1].because or {}
    way = along(corners_of(STAIRS))[:20]
    x, y = way[-1]
    car = [*way, *[(x + 120.0 * n, y - 120.0 * n) for n in range(1, 9)]]
    fast = judged(case(STAIRS, reports(car)))[-1].because or {}
    bus = Case(
        reports([(100.0 * n, -100.0 * n) for n in range(1, 40)]),
        BEGAN_AT,
        grid_of(STAIRS),
        STAIRS.destination,
        STANDARD_RIDE,
        Mode.RIDE,
        NO_EVIDENCE,
    )
    away = judged(bus)[-1].because or {}

    assert (still["stalled_s"] >= 270.0, still["moved_m"] < still["limit_m"]) == (True, True)
    assert fast["speed_mps"] > fast["limit_mps"] == 6.0
    assert away["away_m"] > away["limit_m"] == 1000.0


def test_she_comes_back_to_her_route() -> None:
    """Off it, and on it again two fixes after she is back."""
    way = along(corners_of(STAIRS))
    x, y = way[30]
    off = [(x - 13.0 * n, y + 13.0 * n) for n in range(1, 9)]
    seen = judged(case(STAIRS, reports([*way[:31], *off, *reversed(off), *way[31:60]])))
    assert standings(seen) == [Standing.ON_ROUTE, Standing.OFF_ROUTE, Standing.ON_ROUTE]


def test_she_stands_still() -> None:
    """Stalled within a minute of five minutes in one place, on a route and without one."""
    way = along(corners_of(STAIRS))[:60]
    for seed in range(5):
        points = noisy(with_a_rest(way, 45), 10.0, seed)
        for route in (STAIRS, None):
            seen = judged(case(route, reports(points)))
            first = next(n for n, one in enumerate(seen) if one.standing is Standing.STALLED)
            assert (first - 60) * 10.0 == pytest.approx(280.0, abs=60.0)


def test_she_stands_still_whichever_device_of_hers_tells_it() -> None:
    """They speak for her in turn, minute by minute, each in a segment of its own; and what one has seen the next one does
    not take back."""
    way = along(corners_of(STAIRS))[:60]
    told = reports(noisy(with_a_rest(way, 45), 10.0, 0))
    turns = [
        (replace(one, by="bag", segment=-7), received_at, fresh) if n // 6 % 2 else (one, received_at, fresh)
        for n, (one, received_at, fresh) in enumerate(told)
    ]
    seen = judged(case(STAIRS, turns))
    first = next(n for n, one in enumerate(seen) if one.standing is Standing.STALLED)
    assert (first - 60) * 10.0 == pytest.approx(280.0, abs=60.0)
    assert standings(seen) == [Standing.ON_ROUTE, Standing.STALLED]


def test_a_car_takes_her_off_the_route() -> None:
    """Riding is worse than straying and is said first."""
    way = along(corners_of(STAIRS))[:20]
    x, y = way[-1]
    seen = judged(case(STAIRS, reports([*way, *[(x + 120.0 * n, y - 120.0 * n) for n in range(1, 9)]])))
    assert standings(seen)[-1] is Standing.VEHICLE


def test_a_ride_has_no_corridor() -> None:
    """On a bus there is neither route nor vehicle, only the distance to its end."""
    wrong_way = [(100.0 * n, -100.0 * n) for n in range(1, 40)]
    ride = Case(
        reports(wrong_way), BEGAN_AT, grid_of(STAIRS), STAIRS.destination, STANDARD_RIDE, Mode.RIDE, NO_EVIDENCE
    )
    seen = judged(ride)
    assert standings(seen) == [Standing.ON_ROUTE, Standing.AWAY]
    assert seen[-1].along_m is None
    assert seen[-1].to_go_m == pytest.approx(STAIRS.destination.distance_m(seen[-1].lat, seen[-1].lon))


def test_a_meeting_has_neither_route_nor_destination() -> None:
    """By time alone she is where she is, and nothing more is said."""
    seen = judged(case(None, reports(along([(0, 0), (600, 0)]))))
    assert standings(seen) == [Standing.ON_ROUTE]
    assert seen[-1].to_go_m is None
    assert not seen[-1].inside


def test_before_the_first_fix_nothing_is_known() -> None:
    """No fix, or only fixes that were set aside: unknown."""
    assert judge([case(STAIRS, [])]) == [([], NO_EVIDENCE)]
    bad: list[Report] = [(fix(0, 0, 5.0, accuracy_m=None), BEGAN_AT + 6.0, True)]
    [(seen, evidence)] = judge([case(STAIRS, bad)])
    assert seen[0].standing is Standing.UNKNOWN
    assert seen[0].set_aside == "accuracy missing or worse than 200 m"
    assert evidence == NO_EVIDENCE


def test_implausible_fixes_change_nothing() -> None:
    """They are kept by name, with the standing of the journey, and the evidence stays as it was."""
    points = along(corners_of(STAIRS))[:30]
    [(_, before)] = judge([case(STAIRS, reports(points))])
    wrong = [
        (Fix(900, BEGAN_AT + 300, 0.0, 0.0, 10.0), BEGAN_AT + 301, True),
        (fix(400, 180, 310, 901, mock=True), BEGAN_AT + 311, True),
        (fix(400, 180, 3000, 902), BEGAN_AT + 321, True),
    ]
    [(seen, after)] = judge([Case(wrong, BEGAN_AT, grid_of(STAIRS), STAIRS.destination, evidence=before)])
    assert [one.set_aside for one in seen] == ["null island", "mock", "future"]
    assert {one.standing for one in seen} == {Standing.ON_ROUTE}
    assert after == before


def test_late_and_doubled_fixes_change_nothing() -> None:
    """An hour of old fixes after the newest one moves no progress back and lowers nothing."""
    way = along(corners_of(STAIRS))[:60]
    [(_, before)] = judge([case(STAIRS, reports(with_a_rest(way, 40)))])
    assert before.standing is Standing.STALLED
    late = [(one, BEGAN_AT + 2000.0, False) for one, _, _ in reports(noisy(way, 3.0, 1))]
    [(seen, after)] = judge([Case(late, BEGAN_AT, grid_of(STAIRS), STAIRS.destination, evidence=before)])
    assert after == before
    assert {one.standing for one in seen} == {Standing.STALLED}
    assert all(one.along_m is None and not one.arriving for one in seen)


def test_what_was_buffered_is_history() -> None:
    """Fixes in order that are not fresh move progress and place, and neither dwell, stall, ride nor corridor."""
    way = along(corners_of(STAIRS))
    stray = [(way[30][0] - 13.0 * n, way[30][1] + 13.0 * n) for n in range(1, 30)]
    [(seen, after)] = judge([case(STAIRS, reports([*way[:30], *stray], fresh=False))])
    assert {one.standing for one in seen} == {Standing.UNKNOWN}
    assert seen[29].along_m == pytest.approx(29 * 13.5, abs=12.0)
    [(seen, after)] = judge([case(STAIRS, reports(with_a_rest(way, 20), fresh=False))])
    assert seen[-1].inside
    assert not any(one.arriving for one in seen)
    row = row_of(after.record)
    assert (row.outside, row.rough, row.stall_n, row.pace_since) == (0.0, 0.0, 0.0, NEVER)


def test_a_phone_whose_clock_goes_back_is_still_heard() -> None:
    """Its newest fix is fresh by number: a new segment, no jump, no speed, and she is on her route."""
    way = along(corners_of(STAIRS))
    [(_, before)] = judge([case(STAIRS, reports(way[:30], from_s=3600.0))])
    x, y = way[31]
    back: list[Report] = [(fix(x, y, 305.0, 9000, segment=1), BEGAN_AT + 3911.0, True)]
    [(seen, after)] = judge([Case(back, BEGAN_AT, grid_of(STAIRS), STAIRS.destination, evidence=before)])
    assert seen[0].along_m == pytest.approx(31 * 13.5, abs=12.0)
    assert after.last == back[0][0]


def test_a_first_fix_from_another_town_is_outvoted() -> None:
    """A stale first place makes all later ones jumps: the third that agrees with the others is believed."""
    stale: list[Report] = [(Fix(0, BEGAN_AT, 52.5, -1.9, 10.0), BEGAN_AT + 1.0, True)]
    seen = judged(case(STAIRS, [*stale, *reports(along(corners_of(STAIRS))[:20], from_s=10.0)]))
    assert [one.set_aside for one in seen[:5]] == [None, "jump", "jump", None, None]
    assert seen[-1].along_m == pytest.approx(19 * 13.5, abs=12.0)


def test_one_jump_is_forgotten() -> None:
    """A single fix in another town is set aside, and the walk goes on."""
    made = reports(along(corners_of(STAIRS))[:20])
    made[10] = (msgspec.structs.replace(made[10][0], lat=52.5), made[10][1], True)
    seen = judged(case(STAIRS, made))
    assert [n for n, one in enumerate(seen) if one.set_aside] == [10]
    assert standings(seen) == [Standing.ON_ROUTE]


def test_many_journeys_are_judged_as_if_alone() -> None:
    """A batch of different journeys, of one fix or of many, gives each the same as by itself."""
    cases = []
    for n in range(40):
        route = STREETS[n % 3]
        points = noisy(along(corners_of(route))[n : n + 1 + n % 7], 8.0, n)
        cases.append(case(route if n % 5 else None, reports(points)))
    assert judge(cases) == [judge([one])[0] for one in cases]


def test_slices_make_no_difference() -> None:
    """A backfill judged a hundred at a time ends as it would at once."""
    whole = reports(noisy(with_a_rest(along(corners_of(OUT_AND_BACK)), 10), 8.0, 5))
    grid, evidence, seen = grid_of(OUT_AND_BACK), NO_EVIDENCE, []
    for first in range(0, len(whole), 33):
        part = Case(whole[first : first + 33], BEGAN_AT, grid, OUT_AND_BACK.destination, evidence=evidence)
        [(some, evidence)] = judge([part])
        seen += some
    assert [(seen, evidence)] == judge([case(OUT_AND_BACK, whole)])


def test_the_evidence_survives_being_stored() -> None:
    """It is packed into the journey's row, in half a kilobyte, and comes back as it was."""
    [(_, evidence)] = judge([case(STAIRS, reports(noisy(along(corners_of(STAIRS))[:120], 8.0, 2)))])
    packed = msgspec.msgpack.encode(evidence)
    assert msgspec.msgpack.decode(packed, type=Evidence) == evidence
    assert len(packed) < 600


def test_real_walks_are_recognised(walks: list[Walk]) -> None:
    """Every recorded walk stays on its own line, rests where she rested, is no vehicle, and arrives."""
    for walk in walks:
        route = read_points([(point.lat, point.lon) for point in walk.points])
        made: list[Report] = [
            (Fix(n, BEGAN_AT + p.t_s, p.lat, p.lon, 10.0), BEGAN_AT + p.t_s + 1.0, True)
            for n, p in enumerate(walk.points)
        ]
        seen = judged(case(route, made))
        assert {one.standing for one in seen} <= {Standing.ON_ROUTE, Standing.STALLED}
        assert not any(one.set_aside for one in seen)
        rested = bool(walk.rests(STANDARD_FOOT.stall_s))
        assert (Standing.STALLED in standings(seen)) == rested
        first = next(one for one in seen if one.arriving)
        assert route.destination.distance_m(first.lat, first.lon) <= 50.0
        assert first.to_go_m is not None
        assert first.to_go_m <= 100.0


def test_a_real_walk_off_another_route_is_seen(walks: list[Walk]) -> None:
    """The town walk against a route that leaves it after a third: off the route, and not before it is."""
    walk = walks[0]
    third = walk.points[: len(walk.points) // 3]
    end = third[-1]
    planned = [(p.lat, p.lon) for p in third] + [(end.lat + 0.004, end.lon + 0.004)]
    made: list[Report] = [
        (Fix(n, BEGAN_AT + p.t_s, p.lat, p.lon, 10.0), BEGAN_AT + p.t_s + 1.0, True) for n, p in enumerate(walk.points)
    ]
    seen = judged(case(read_points(planned), made))
    first = next(n for n, one in enumerate(seen) if one.standing is Standing.OFF_ROUTE)
    assert first > len(third)
    assert (seen[first].astray_m or 0.0) > 40.0
