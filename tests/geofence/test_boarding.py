"""Boarding, getting off, and the place where one leg ends and the next begins (decision 0023)."""

from dataclasses import replace

import msgspec
import pytest

from geofence import boarding
from geofence.case import NO_EVIDENCE, Case, Report
from geofence.destination import Destination
from geofence.grid import grid_of
from geofence.judge import judge
from geofence.limits import STANDARD_CYCLE, STANDARD_FOOT, STANDARD_RIDE
from geofence.mode import Mode
from geofence.sighting import Sighting, Standing
from geofence.state import Row

from .drawn import BEGAN_AT, Point, along, noisy, place, reports, street

TO_THE_STATION = street((0, 0), (600, 0), (600, 600))
STATION = (600.0, 600.0)
TOWN = (600.0, 9000.0)
HOME_FROM_TOWN = street(TOWN, (600, 9400), (1000, 9400))
WALK = along([(0, 0), (600, 0), STATION])
ON_FOOT = Case(
    [], BEGAN_AT, grid_of(TO_THE_STATION), TO_THE_STATION.destination, STANDARD_FOOT, ending=Mode.RIDE, last=False
)
BY_TRAIN = Case(
    [],
    BEGAN_AT,
    None,
    Destination(*place(*TOWN)),
    STANDARD_RIDE,
    Mode.RIDE,
    ending=Mode.FOOT,
    last=False,
    next_grid=grid_of(HOME_FROM_TOWN),
)


def seen(case: Case, points: list[Point], accuracy_m: float = 10.0, every_s: float = 10.0) -> list[Sighting]:
    return judge([replace(case, fixes=reports(points, every_s, accuracy_m))])[0][0]


def turnings(sightings: list[Sighting]) -> list[str]:
    return [one.turning for one in sightings if one.turning]


def driven(start: Point, fixes: int, mps: float = 15.0) -> list[Point]:
    """Northwards from a point, a fix every ten seconds."""
    return [(start[0], start[1] + 10.0 * mps * n) for n in range(1, fixes + 1)]


def test_she_boards_at_the_station() -> None:
    """Her plan has a train next, and the ride begins where her walk ends: no vehicle, and it is said once."""
    found = seen(ON_FOOT, [*WALK, *[STATION] * 6, *driven(STATION, 8)])
    assert turnings(found) == ["boarded"]
    assert {one.standing for one in found} == {Standing.ON_ROUTE}
    [said] = [one for one in found if one.turning]
    assert said.because is not None
    assert said.because["from_end_m"] <= 30.0
    assert said.because["fast_s"] >= 30.0


@pytest.mark.parametrize("stop_n", [70, 44, 20])
def test_a_car_before_the_station_is_a_vehicle(stop_n: int) -> None:
    """Six hundred metres before the station somebody takes her along, past the station too: that her plan has a ride
    next silences nothing."""
    way = WALK[:stop_n]
    car = along([way[-1], *([] if stop_n > 44 else [(600.0, 0.0)]), STATION, (600.0, 2400.0)], mps=15.0)
    found = seen(ON_FOOT, [*way, *car[1:]])
    far_m = 1200.0 - 13.5 * (stop_n - 1)
    assert (turnings(found) == []) == (far_m > 150.0)
    assert (Standing.VEHICLE in {one.standing for one in found}) == (far_m > 150.0)


def test_a_car_that_stops_at_the_station_is_still_a_vehicle() -> None:
    """Two minutes at the lights in front of it, and on: the one that took her along before is not her train."""
    way = WALK[:30]
    to_it = along([way[-1], (600.0, 0.0), STATION], mps=15.0)
    found = seen(ON_FOOT, [*way, *to_it[1:], *[STATION] * 12, *driven(STATION, 12)])
    assert turnings(found) == []
    there = len(way) + len(to_it) - 1
    assert found[there - 1].standing is found[-1].standing is Standing.VEHICLE
    assert found[there + 11].standing is not Standing.VEHICLE
    again = [*way, *to_it[1:], *[STATION] * 12]
    [(_, before)] = judge([replace(ON_FOOT, fixes=reports(again))])
    after = replace(
        ON_FOOT, evidence=before.on_another_way(), fixes=reports(driven(STATION, 12), from_s=10.0 * len(again))
    )
    assert turnings(judge([after])[0][0]) == []


@pytest.mark.parametrize("metres", [[0, 27, 115, 170, 175, 208, 311, 399], [12, 22, 104, 205, 229, 234, 223, 237, 319]])
def test_a_city_bus_that_halts_at_every_light(metres: list[float]) -> None:
    """Never thirty seconds fast without a halt; but from her stop it has gone faster than anybody runs."""
    found = seen(ON_FOOT, [*WALK, *[STATION] * 6, *[(600.0, 600.0 + m) for m in metres]])
    assert turnings(found) == ["boarded"]
    assert Standing.VEHICLE not in {one.standing for one in found}
    [said] = [one for one in found if one.turning]
    assert said.because is not None
    assert said.because["from_end_m"] / said.because["fast_s"] > 5.0


def test_who_runs_from_the_stop_is_on_foot() -> None:
    """At four and a half metres a second, and past the end of her way: off it, and asked."""
    found = seen(ON_FOOT, [*WALK, *[STATION] * 6, *driven(STATION, 14, mps=4.5)])
    assert turnings(found) == []
    assert found[-1].standing is Standing.OFF_ROUTE


def after_a_minute_at_the_stop(metres: list[float], every_s: float = 10.0) -> list[Sighting]:
    """Her phone lay still, and told its place once a minute: the next fix is of so many metres from the station."""
    there = reports([*WALK, *[STATION] * 6])
    gone = [(600.0, 600.0 + m) for m in metres]
    return judge([replace(ON_FOOT, fixes=[*there, *reports(gone, every_s, from_s=10.0 * len(there) + 50.0)])])[0][0]


@pytest.mark.parametrize(
    "metres",
    [
        [193, 301, 420, 508, 509],  # the bus drove off forty seconds after the last fix of the stop
        [60, 141, 204, 232, 290, 326, 326, 358, 430, 520],
        [66, 166, 209, 269, 348, 382, 382, 434, 444, 552],
    ],
)
def test_a_phone_that_lay_still_at_the_stop_tells_of_the_bus_late(metres: list[float]) -> None:
    """Where the ride began nobody has seen: so soon after the stop she cannot have walked there."""
    found = after_a_minute_at_the_stop(metres)
    assert turnings(found) == ["boarded"]
    assert Standing.VEHICLE not in {one.standing for one in found}


def test_who_runs_from_the_stop_and_is_taken_along_is_in_a_vehicle() -> None:
    """Sixty seconds at four and a half metres a second, seen every ten: two hundred and seventy metres on, into a car."""
    run = driven(STATION, 6, mps=4.5)
    found = seen(ON_FOOT, [*WALK, *[STATION] * 6, *run, *driven(run[-1], 8)])
    assert turnings(found) == []
    assert found[-1].standing is Standing.VEHICLE


def test_a_place_that_is_wrong_every_third_time_is_no_bus() -> None:
    """Four hundred metres off, back, here, four hundred off: steps as fast as that end where she stands."""
    leaps = [(600.0, 1000.0), STATION, STATION] * 5
    assert turnings(seen(ON_FOOT, [*WALK, *[STATION] * 6, *leaps, *[STATION] * 10])) == []


def test_who_cycles_on_past_the_station_is_on_no_train() -> None:
    """At the lights in front of it, and on at eight metres a second: off her way, and asked."""
    found = seen(
        replace(ON_FOOT, mode=Mode.CYCLE, limits=STANDARD_CYCLE), [*WALK, *[STATION] * 6, *driven(STATION, 16, mps=8.0)]
    )
    assert turnings(found) == []
    assert found[-1].standing is Standing.OFF_ROUTE


@pytest.mark.parametrize("fixes", [1, 2, 3, 8])
def test_a_place_that_is_wrong_is_no_bus(fixes: int) -> None:
    """The mast four hundred metres off instead of her, for a while, and back at the stop: that is one leap."""
    wild = noisy([(600.0, 1000.0)] * fixes, 5.0, 2)
    found = seen(ON_FOOT, [*WALK, *[STATION] * 6, *wild, *[STATION] * 10])
    assert turnings(found) == []


@pytest.mark.parametrize("beyond_m", [170.0, 300.0])
def test_a_car_beyond_the_station_is_a_vehicle(beyond_m: float) -> None:
    """She walked past it, and was taken along farther on: that is no train of hers."""
    past = along([STATION, (600.0, 600.0 + beyond_m)])
    found = seen(ON_FOOT, [*WALK, *past, *driven((600.0, 600.0 + beyond_m), 10)])
    assert turnings(found) == []
    assert found[-1].standing is Standing.VEHICLE


def test_no_ride_in_her_plan_and_a_ride_is_a_vehicle() -> None:
    """At the station as anywhere."""
    for ending in (None, Mode.FOOT, Mode.CYCLE):
        found = seen(replace(ON_FOOT, ending=ending), [*WALK[:-2], *driven(STATION, 8)])
        assert found[-1].standing is Standing.VEHICLE
        assert "boarded" not in turnings(found)


def test_where_it_is_never_inferred_a_ride_is_a_vehicle_until_she_says_so() -> None:
    """High risk: boarding takes her tap, and her PIN."""
    never = replace(ON_FOOT, limits=msgspec.structs.replace(STANDARD_FOOT, board_m=0.0))
    found = seen(never, [*WALK, *driven(STATION, 8)])
    assert turnings(found) == []
    assert found[-1].standing is Standing.VEHICLE


def test_the_word_does_not_hold_for_long() -> None:
    """If nobody begins the next leg on it, she is in a vehicle after three minutes all the same."""
    found = seen(ON_FOOT, [*WALK, *driven(STATION, 40)])
    first = next(n for n, one in enumerate(found) if one.turning)
    assert {one.standing for one in found[first : first + 19]} == {Standing.ON_ROUTE}
    assert {one.standing for one in found[first + 19 :]} == {Standing.VEHICLE}


def test_she_gets_off_at_the_end_of_the_ride() -> None:
    """A minute slowly about the station; while the train still ran through it nothing was said."""
    ride = along([STATION, TOWN], mps=20.0)
    found = seen(BY_TRAIN, [*ride, *along([TOWN, (600.0, 9100.0)], mps=1.0)])
    [n] = [n for n, one in enumerate(found) if one.turning]
    assert found[n].turning == "left"
    assert len(ride) + 4 <= n <= len(ride) + 9
    assert (found[n].because or {})["slow_s"] >= 60.0


def test_she_gets_off_a_stop_early() -> None:
    """Three minutes from the ride's end, on the way that her next leg takes: on foot, not astray."""
    detour = street((600.0, 8000.0), TOWN)
    early = replace(BY_TRAIN, next_grid=grid_of(detour))
    ride = along([STATION, (600.0, 8100.0)], mps=20.0)
    found = seen(early, [*ride, *along([(600.0, 8100.0), (600.0, 8300.0)], mps=1.2)])
    assert turnings(found) == ["left"]
    [said] = [one for one in found if one.turning]
    assert said.because is not None
    assert said.because["off_next_m"] <= 40.0


def test_a_train_that_stands_elsewhere_is_not_left() -> None:
    """Ten minutes at a signal, kilometres before her stop."""
    stood = [*along([STATION, (600.0, 5000.0)], mps=20.0), *[(600.0, 5000.0)] * 50]
    assert turnings(seen(BY_TRAIN, stood)) == []


def test_a_train_that_runs_through_is_not_left() -> None:
    """She sleeps past her stop: still on the ride, and the wrong way is seen."""
    found = seen(BY_TRAIN, along([STATION, TOWN, (600.0, 15_000.0)], mps=25.0))
    assert turnings(found) == []
    assert found[-1].standing is Standing.AWAY


def test_one_ride_after_another() -> None:
    """She changes trains: the first is left like any, and its end is no arrival."""
    found = seen(replace(BY_TRAIN, ending=Mode.RIDE, next_grid=None), [*along([STATION, TOWN], mps=20.0), *[TOWN] * 12])
    assert turnings(found) == ["left"]
    assert not any(one.arriving or one.inside for one in found)


def test_a_walk_that_goes_on_by_bicycle() -> None:
    """Where she left it: reached, after two fixes over twenty seconds, noise or none."""
    for seed in range(6):
        points = noisy([*WALK, *[STATION] * 8], 6.0, seed)
        found = seen(replace(ON_FOOT, ending=Mode.CYCLE), points)
        [n] = [n for n, one in enumerate(found) if one.turning]
        assert found[n].turning == "reached"
        assert abs(points[n][1] - 600.0) <= 75.0
        assert (found[n].because or {})["inside_s"] >= 20.0


def test_a_leg_that_begins_where_it_ends() -> None:
    """Once around the park before she rides home: not reached before she has gone around."""
    park = street((0, 0), (400, 0), (400, 400), (0, 400), (0, 0))
    around = Case([], BEGAN_AT, grid_of(park), park.destination, ending=Mode.CYCLE, last=False)
    found = seen(
        around, [*[(0.0, 0.0)] * 6, *along([(0, 0), (400, 0), (400, 400), (0, 400), (0, 0)]), *[(0.0, 0.0)] * 4]
    )
    [n] = [n for n, one in enumerate(found) if one.turning]
    assert n > 110


def test_only_the_last_legs_end_is_an_arrival() -> None:
    """At the station she is not home."""
    found = seen(ON_FOOT, [*WALK, *[STATION] * 20])
    assert not any(one.arriving or one.inside or one.there for one in found)
    assert any(one.arriving for one in seen(replace(ON_FOOT, ending=None, last=True), [*WALK, *[STATION] * 20]))


def test_what_was_buffered_turns_nothing() -> None:
    """Fixes that are not fresh are history: she may have got on and off again."""
    old: list[Report] = [(one, at, False) for one, at, _ in reports([*WALK, *driven(STATION, 8)])]
    found, after = judge([replace(ON_FOOT, fixes=old)])[0]
    assert turnings(found) == []
    assert after.last == old[-1][0]
    assert ON_FOOT.evidence == NO_EVIDENCE


def test_a_vague_place_says_nothing_of_a_ride_that_ends() -> None:
    """Underground a phone guesses: with 150 m of accuracy nobody is off anything."""
    row = Row(turn_run=2.0, turn_since=0.0)
    assert not boarding.leaves(row, 70.0, 0.5, 10.0, None, 150.0, STANDARD_RIDE, True)
    assert row.turn_run == 2.0
    assert boarding.leaves(row, 80.0, 0.5, 10.0, None, 50.0, STANDARD_RIDE, True)
    assert boarding.is_said(row, 81.0)
    assert not boarding.is_said(row, 300.0)
