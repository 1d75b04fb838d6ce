"""Havens on her way. The row is told in tests/stories/test_rows_rest.py."""

from typing import Any

import pytest
from msgspec.structs import replace

from geofence.sighting import Standing
from service.journey import fixes
from service.journey.events import Diverted, EtaMoved, HavenReached
from service.journey.havens import OpenHaven, diverted
from service.journey.model import Cause, Journey, JourneyKind
from service.journey.turn import ALREADY_CLOSED
from tests.builders import Walk, at, sighting, walk

STATION = OpenHaven(id="p1", name="Police station", lat=51.3810, lon=0.5, kind="police")
CHURCH = OpenHaven(id="s1", name="Open church", lat=51.3812, lon=0.5, kind="scheme", closes_at=at(25))
PUB = OpenHaven(id="u1", name="The Ship", lat=51.3810, lon=0.5, kind="pub", automatic=False)


def stands_at(anna: Walk, haven: OpenHaven, minute: float, **changes: Any) -> Walk:
    """A fix at the haven, as geofence sees it there."""
    anna.to(minute)
    here = {"lat": haven.lat, "lon": haven.lon, "haven": haven.id, "speed_mps": 0.0, "because": {"haven_m": 12.0}}
    seen = sighting(minute, Standing.AT_HAVEN, **{**here, **changes})
    anna.do(lambda j: fixes.sighted(j, [seen], at(minute), (haven,)))
    return anna


def rests_at(anna: Walk, haven: OpenHaven, until: float) -> Walk:
    """The same, a fix a minute."""
    while anna.minute + 1 <= until:
        stands_at(anna, haven, anna.minute + 1)
    return anna


def turns_aside(anna: Walk, haven: OpenHaven) -> Walk:
    anna.do(lambda j: diverted(j, haven, at(anna.minute)))
    return anna


def stay(anna: Walk) -> Any:
    assert anna.journey.haven is not None
    return anna.journey.haven


def test_being_at_one_begins_a_stay_once() -> None:
    """From the first fix there; asked in a quarter of an hour, and the fixes after it change nothing."""
    anna = stands_at(walk(eta_min=60), STATION, 5)
    assert (stay(anna).name, stay(anna).since, stay(anna).ask_at) == ("Police station", at(5), at(20))
    stands_at(anna, STATION, 6)
    assert (stay(anna).since, stay(anna).ask_at) == (at(5), at(20))
    [reached] = [e for e in anna.events if isinstance(e, HavenReached)]
    assert reached.because == {"accuracy_m": 8.0, "haven_m": 12.0}


def test_one_that_the_shell_does_not_know_to_be_open_is_no_stay() -> None:
    """Its hours ran out between the judgement and this."""
    anna = walk().to(5)
    anna.do(lambda j: fixes.sighted(j, [sighting(5, Standing.AT_HAVEN, haven="p1")], at(5)))
    assert anna.journey.haven is None


def test_a_timer_has_no_way_and_no_havens() -> None:
    """Nothing is asked about where she is."""
    anna = stands_at(walk(kind=JourneyKind.TIMER), STATION, 5)
    assert anna.journey.haven is None


def test_she_is_asked_at_closing_time_if_that_is_sooner() -> None:
    """And every quarter of an hour from then on."""
    anna = stands_at(walk(eta_min=90), CHURCH, 15)
    assert stay(anna).ask_at == at(25)
    anna.to(25)
    assert anna.incident.cause is Cause.PAUSE_OVER
    assert stay(anna).ask_at == at(40)


def test_going_on_ends_the_stay_and_standing_outside_does_not() -> None:
    """200 m, as after a pause."""
    anna = stands_at(walk(eta_min=60), STATION, 5)
    anna.fix(minute=6, lat=STATION.lat + 0.001)
    assert anna.journey.haven is not None
    anna.fix(minute=8, lat=STATION.lat + 0.0019)
    assert anna.journey.haven is None


def test_turning_aside_twice_to_the_same_place_is_once() -> None:
    """One event, one move of the ETA; another place is another."""
    anna = turns_aside(turns_aside(walk().streaming(5), PUB), PUB)
    assert [e.because for e in anna.events if isinstance(e, Diverted)] == [{"away_m": 55.6, "asked_after_s": 900.0}]
    assert anna.journey.eta_at == at(50)
    turns_aside(anna, STATION)
    assert anna.journey.eta_at == at(65)
    turns_aside(anna, CHURCH)
    assert anna.journey.eta_at == at(65)
    assert [e.why for e in anna.events if isinstance(e, EtaMoved)] == ["diverted", "diverted"]


def test_a_place_of_another_kind_is_reached_by_being_near_it() -> None:
    """A pub speaks for nothing by itself, and she is asked whether she stays there all the same."""
    anna = turns_aside(walk(eta_min=60).streaming(5), PUB)
    anna.fix(minute=7, lat=PUB.lat + 0.001)
    assert not stay(anna).there
    anna.fix(minute=9, lat=PUB.lat + 0.0002)
    assert (stay(anna).there, stay(anna).since, stay(anna).ask_at) == (True, at(9), at(24))


def test_whoever_never_came_there_is_on_her_way_again_with_an_ok() -> None:
    """Asked once after a quarter of an hour, and not again."""
    anna = turns_aside(walk(eta_min=60).streaming(5), PUB)
    anna.streaming(20.5, lat=51.39)
    assert anna.incident.cause is Cause.PAUSE_OVER
    anna.answers()
    assert anna.journey.haven is None


def test_an_ok_there_is_asked_again_a_quarter_of_an_hour_later() -> None:
    """As long as she stays."""
    anna = stands_at(walk(plan_min=120, eta_min=140), STATION, 5)
    for asked in (20, 35, 50):
        stands_at(anna, STATION, asked)
        assert anna.incident.cause is Cause.PAUSE_OVER
        anna.answers()
        assert anna.journey.open_incident is None
    assert stay(anna).ask_at == at(65)


def test_the_question_stands_as_long_as_she_stands_there() -> None:
    """No fix at the haven takes "staying?" back; leaving does, a minute later."""
    anna = stands_at(walk(eta_min=90), STATION, 5).to(20)
    for minute in (21, 22, 23, 24):
        stands_at(anna, STATION, minute)
    assert anna.incident.is_open
    anna.fix(minute=25, lat=51.384).fix(minute=26.5, lat=51.385)
    assert anna.journey.open_incident is None


def test_another_question_and_the_end_of_a_pause_come_first() -> None:
    """One prompt at a time; and she is asked about the place again later."""
    anna = stands_at(walk(eta_min=90), STATION, 5)
    anna.fix(Standing.VEHICLE, minute=19, lat=STATION.lat)
    anna.to(20)
    assert anna.incident.cause is Cause.VEHICLE
    assert stay(anna).ask_at == at(35)

    other = stands_at(walk(eta_min=90), STATION, 5)
    rests_at(other, STATION, 10).pauses()
    rests_at(other, STATION, 21)
    assert other.journey.open_incident is None
    rests_at(other, STATION, 25)
    assert other.incident.cause is Cause.PAUSE_OVER


def test_it_is_never_illegal_and_closes_nothing() -> None:
    """Once due, in an alarm, after the end: an answer, and nothing is lowered."""
    due = turns_aside(walk(eta_min=10).to(11), STATION)
    assert due.journey.due is not None
    assert (due.answer.code, due.journey.eta_at) == ("diverted", at(10)) if due.answer else False
    assert due.journey.haven is not None

    told = walk(eta_min=10).to(20)
    before = told.journey.alarm
    turns_aside(told, STATION)
    assert told.journey.alarm == before
    told.ends()
    assert turns_aside(told, PUB).answer == ALREADY_CLOSED
    assert told.journey.haven is None


@pytest.mark.parametrize(("profile", "asked"), [("relaxed", False), ("standard", False), ("high_risk", True)])
def test_where_a_tap_answers_leaving_the_route_for_it_is_not_asked_about(profile: str, asked: bool) -> None:
    """For ten minutes, as after an OK; at high risk an OK takes her PIN, and so nothing is quiet."""
    anna = turns_aside(walk(profile, eta_min=60).streaming(5), STATION)
    anna.fix(Standing.OFF_ROUTE, minute=9)
    assert (anna.journey.open_incident is not None) is asked
    car = turns_aside(walk(profile, eta_min=60).streaming(5), STATION).fix(Standing.VEHICLE, minute=9)
    assert car.incident.cause is Cause.VEHICLE


@pytest.mark.parametrize(("pressed_at", "open_still"), [(None, False), (7.5, False), (6.5, True)])
def test_turning_aside_answers_the_question_whether_she_has_left_her_route(
    pressed_at: float | None, open_still: bool
) -> None:
    """Asked in the seventh minute. A tap that waited in her phone answers no later question; and it is one OK, not two."""
    anna = walk(eta_min=60).streaming(5).fix(Standing.OFF_ROUTE, minute=7).to(8)
    given_at = None if pressed_at is None else at(pressed_at)
    anna.do(lambda j: diverted(j, STATION, at(8), given_at=given_at))
    assert (anna.journey.open_incident is not None) is open_still
    [quiet] = anna.journey.quiet
    assert (quiet.cause, quiet.oks) == (Cause.OFF_ROUTE, (at(8),))


def test_turning_aside_answers_no_other_question_and_none_at_high_risk() -> None:
    """In a vehicle: that is worse than off her route. At high risk an OK takes her PIN."""
    car = turns_aside(walk(eta_min=60).streaming(5).fix(Standing.VEHICLE, minute=7), STATION)
    assert car.incident.cause is Cause.VEHICLE
    forced = turns_aside(walk("high_risk", eta_min=60).streaming(5).fix(Standing.OFF_ROUTE, minute=7), STATION)
    assert forced.incident.cause is Cause.OFF_ROUTE


def test_no_distance_is_told_from_where_a_tracker_saw_her() -> None:
    """Her own story draws no position that another device recorded."""
    anna = walk().streaming(5)
    assert anna.journey.seen is not None
    tracked: Journey = replace(anna.journey, seen=replace(anna.journey.seen, tracked=True))
    [event] = [e for e in diverted(tracked, STATION, at(5)).events if isinstance(e, Diverted)]
    assert event.because == {"asked_after_s": 900.0}
