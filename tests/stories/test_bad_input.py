"""Odd routes and odd fixes, one by one: what each is answered, and why that is right for her."""

import itertools
import random
from dataclasses import replace

import msgspec
import pytest

from geofence.case import NO_EVIDENCE, Case, Report
from geofence.destination import Destination
from geofence.fix import Fix
from geofence.grid import grid_of
from geofence.judge import judge
from geofence.route import RouteError, read_points
from geofence.sighting import Sighting, Standing
from tests.geofence.drawn import (
    BEGAN_AT,
    EIGHT,
    STAIRS,
    Point,
    along,
    case,
    corners_of,
    fix,
    noisy,
    place,
    reports,
    street,
)

WAY = along(corners_of(STAIRS))


def judged(one: Case) -> list[Sighting]:
    return judge([one])[0][0]


def changed(made: list[Report], **fields: object) -> list[Report]:
    """The same fixes, each with some fields that are odd."""
    return [(msgspec.structs.replace(one, **fields), at, fresh) for one, at, fresh in made]


# --- routes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "field"),
    [
        ([place(0, 0)], "points"),
        ([place(0, 0), place(0, 0)], "points"),
        ((place(n, 0) for n in range(100_000)), "points"),
        ([place(0, 0), (float("nan"), 0.5), place(900, 0)], "points[1].lat"),
        ([place(0, 0), (51.3, float("-inf"))], "points[1].lon"),
        ([place(0, 0), place(1e6, 0)], "length"),
        ([place(0, 0), place(29, 0)], "length"),
    ],
)
def test_what_is_no_route_is_refused_by_its_field(points: list[Point], field: str) -> None:
    """One point, the same one twice, a hundred thousand, no number, too long, too short."""
    with pytest.raises(RouteError) as caught:
        read_points(points)
    assert caught.value.field == field


def test_a_route_that_crosses_itself_is_walked_in_order() -> None:
    """At the crossing she goes on, not off along the other arm; nobody is asked anything."""
    for seed in range(4):
        seen = judged(case(EIGHT, reports(noisy(along(corners_of(EIGHT)), 6.0, seed), accuracy_m=6.0)))
        assert {one.standing for one in seen} == {Standing.ON_ROUTE}
        told = [one.along_m or 0.0 for one in seen]
        assert all(later - earlier < 60.0 for earlier, later in itertools.pairwise(told))
        assert told[-1] == pytest.approx(EIGHT.length_m, abs=40.0)


def test_a_walk_over_the_date_line() -> None:
    """On Taveuni, there and with a destination on the other side: on her way, and home."""
    route = read_points([(-16.8, 179.994), (-16.8, -179.994)])
    points = [(-16.8, 179.994 + 0.012 * n / 94) for n in range(95)] + [(-16.8, -179.994)] * 6
    made = [
        (Fix(n, BEGAN_AT + 10.0 * n, lat, lon if lon <= 180.0 else lon - 360.0, 8.0), BEGAN_AT + 10.0 * n + 1.0, True)
        for n, (lat, lon) in enumerate(points)
    ]
    seen = judged(Case(made, BEGAN_AT, grid_of(route), route.destination))
    assert {one.standing for one in seen} == {Standing.ON_ROUTE}
    assert seen[-1].arriving
    assert max(one.moved_m for one in seen) < 20.0


def test_a_route_walked_the_other_way_round() -> None:
    """She was given it back to front: she is on it, so nobody is asked; what is left grows, and she does not arrive."""
    seen = judged(case(STAIRS, reports(list(reversed(WAY)))))[3:]
    assert {one.standing for one in seen} == {Standing.ON_ROUTE}
    assert seen[-1].to_go_m == pytest.approx(STAIRS.length_m, abs=40.0)
    assert (seen[0].along_m or 0.0) > (seen[70].along_m or 0.0) > (seen[-1].along_m or 0.0)
    assert not any(one.arriving for one in seen)


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (40, 0), (80, 0)],
        [(0, 0), (60, 0), (60, 60), (0, 0), (60, 0)],
        [(0, 0), (60, 0), (60, 60), (0, 60), (0, 0)],
    ],
)
def test_an_outline_that_encloses_nothing_or_crosses_itself(corners: list[Point]) -> None:
    """A destination is refused when nobody could say what is inside; drawn closed it is the same place."""
    home = Destination(*place(0, 0), polygon=tuple(place(*corner) for corner in corners))
    if corners[-1] == corners[0]:
        assert read_points([place(500, 0), place(0, 0)], home).destination == home
        assert home.holds(*place(30, 30))
        return
    with pytest.raises(RouteError, match=r"destination\.polygon"):
        read_points([place(500, 0), place(0, 0)], home)


# --- fixes ------------------------------------------------------------------------------------------------------------


def test_a_position_that_is_frozen_is_a_rest() -> None:
    """The same place to the last digit while time runs: no duplicate; after five minutes she is asked."""
    seen = judged(case(STAIRS, reports([*WAY[:40], *[WAY[40]] * 45])))
    assert not any(one.set_aside for one in seen)
    assert seen[-1].standing is Standing.STALLED


def test_the_same_fix_again_and_again() -> None:
    """The same place at the same instant is one fix, however often it comes; nobody rests by it."""
    once = reports([*WAY[:20]])
    [(seen, _)] = judge([case(STAIRS, [*once, *[once[-1]] * 60])])
    assert {one.set_aside for one in seen[20:]} == {"duplicate"}
    assert {one.standing for one in seen} == {Standing.ON_ROUTE}


def test_teleports_come_and_go_in_pairs() -> None:
    """Two fixes in another county, two here, and so on: those there are set aside by name, those here go on."""
    made = reports(WAY[:60])
    for n in range(10, 60, 4):
        for at in (n, n + 1):
            one, received_at, fresh = made[at]
            made[at] = (msgspec.structs.replace(one, lat=52.9), received_at, fresh)
    seen = judged(case(STAIRS, made))
    assert {one.set_aside for one in seen if one.lat > 52.0} == {"jump"}
    assert not any(one.set_aside for one in seen if one.lat < 52.0)
    assert {one.standing for one in seen} == {Standing.ON_ROUTE}
    assert (seen[-3].along_m or 0.0) > 700.0


@pytest.mark.parametrize("accuracy_m", [0.0, 5e-324, 1e-300, 0.1, 200.0])
def test_an_accuracy_of_nothing_or_of_a_whole_street(accuracy_m: float) -> None:
    """A phone that is surer than any receiver is believed as a good one is; at 200 m she is on her way, and not there."""
    seen = judged(case(STAIRS, reports([*WAY, *[WAY[-1]] * 12], accuracy_m=accuracy_m)))
    assert {one.standing for one in seen} == {Standing.ON_ROUTE}
    assert seen[-1].arriving == (accuracy_m < 100.0)
    assert seen[-1].accuracy_m == accuracy_m


@pytest.mark.parametrize("speed_mps", [float("nan"), float("inf"), -1.0, -1e308, 1e9, 100.1])
def test_a_speed_that_is_none_is_no_speed(speed_mps: float) -> None:
    """Some phones say -1 for unknown: she walks and arrives as by a phone that says nothing."""
    made = reports([*WAY, *[WAY[-1]] * 12])
    odd, none = judged(case(STAIRS, changed(made, speed_mps=speed_mps))), judged(case(STAIRS, made))
    assert odd == none


def test_times_of_another_age() -> None:
    """Before 1970, in the year 9999, not a time at all: named, and nothing changes."""
    ages = [-1e9, 0.0, 2.5e11, 1e308, float("nan"), float("-inf")]
    odd: list[Report] = [(fix(0, 0, seq=n), BEGAN_AT + 1.0, True) for n in range(len(ages))]
    odd = [(msgspec.structs.replace(one, at=at), got, fresh) for (one, got, fresh), at in zip(odd, ages, strict=True)]
    [(seen, after)] = judge([case(STAIRS, odd)])
    assert [one.set_aside for one in seen] == [
        *("older than the journey", "older than the journey", "future", "nowhere", "nowhere", "nowhere")
    ]
    assert after == NO_EVIDENCE


def test_time_that_stands_still_or_goes_back() -> None:
    """Fixes of one instant at many places, and a clock that goes back from segment to segment: no speed comes of it."""
    still: list[Report] = [(one, BEGAN_AT + 90.0, True) for one, _, _ in changed(reports(WAY[:30]), at=BEGAN_AT + 60.0)]
    back: list[Report] = [
        (msgspec.structs.replace(one, at=BEGAN_AT + 3000.0 - 100.0 * n, segment=n), BEGAN_AT + 3000.0 + n, True)
        for n, (one, _, _) in enumerate(reports(WAY[:30]))
    ]
    for made in (still, back):
        seen = judged(case(STAIRS, made))
        assert {one.standing for one in seen} == {Standing.ON_ROUTE}
        assert not any(one.set_aside for one in seen)


def test_a_backfill_in_any_order() -> None:
    """A hundred orders of one buffer: the same last place, nothing set aside, nothing lowered, and she is never put
    farther along than she came."""
    walked = reports(WAY[:40])
    [(_, before)] = judge([case(STAIRS, [*walked, *reports([WAY[40]] * 45, from_s=400.0)])])
    assert before.standing is Standing.STALLED
    buffered = [(one, BEGAN_AT + 1200.0, False) for one, _, _ in reports(noisy(WAY[40:64], 4.0, 3), from_s=860.0)]
    luck, ends = random.Random(4), set()
    for _ in range(100):
        luck.shuffle(buffered)
        one = replace(case(STAIRS, buffered), evidence=before)
        [(seen, after)] = judge([one])
        assert {told.standing for told in seen} == {Standing.STALLED}
        assert not any(told.set_aside or told.arriving for told in seen)
        shown = [told.along_m for told in seen if told.along_m is not None]
        assert max(shown) <= 64 * 13.5 + 15.0
        assert after.last is not None
        ends.add(after.last.seq)
    assert ends == {max(one.seq for one, _, _ in buffered)}


def test_the_other_side_of_the_earth() -> None:
    """Her first fix is in New Zealand, farther than a record's numbers reach: she is off her route there, and on it when
    she is found here."""
    far: list[Report] = [
        (Fix(n, BEGAN_AT + 10.0 * n, -45.0, 170.5, 9.0), BEGAN_AT + 10.0 * n + 1.0, True) for n in range(6)
    ]
    seen = judged(case(STAIRS, [*far, *reports(WAY[:30], from_s=100.0)]))
    assert seen[5].standing is Standing.OFF_ROUTE
    assert [one.set_aside for one in seen[6:9]] == ["jump", "jump", None]
    assert seen[-1].standing is Standing.ON_ROUTE
    assert seen[-1].along_m == pytest.approx(29 * 13.5, abs=15.0)


def test_without_a_route_a_journey_of_a_thousand_kilometres() -> None:
    """A night train with no plan at all: places far from where her record began are still told apart."""
    made = [
        (Fix(n, BEGAN_AT + 60.0 * n, 51.0 - 0.02 * min(n, 400), 0.5, 10.0), BEGAN_AT + 60.0 * n + 1.0, True)
        for n in range(430)
    ]
    home = street((0, 0), (500, 0)).destination
    seen = judged(Case(made, BEGAN_AT, destination=home))
    assert {one.standing for one in seen[10:400]} == {Standing.VEHICLE}
    assert seen[-1].standing is Standing.AWAY
    assert seen[200].moved_m == pytest.approx(2225.0, abs=10.0)
