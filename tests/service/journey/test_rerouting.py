"""A new line on the way."""

import pytest
from msgspec.structs import replace

from geofence.sighting import Standing
from service.journey.events import EtaMoved, PromptAnswered, Rerouted
from service.journey.model import Cause, Leg, Proof
from service.journey.rerouting import rerouted
from service.journey.turn import Answer
from tests.builders import Walk, at, walk

BUS, HOME = Leg("ride", "Central", 1200, 5000), Leg("foot", "home", 900, 1000, dark=((100.0, 200.0),))


def goes_by(
    anna: Walk, proof: Proof = Proof.NONE, *, leg: int = 0, route_m: float = 1700.0, given: float | None = None
) -> Answer:
    given_at = None if given is None else at(given)
    return anna._act(lambda j, p: rerouted(j, leg, route_m, at(anna.minute), p, given_at=given_at), proof)


def test_after_another_way_there_is_a_corridor_again() -> None:
    """A tap; the ETA stays where it is, her pace is kept, and how far she had come is measured anew."""
    anna = walk(route_m=1600.0).fix(Standing.OFF_ROUTE, minute=5, along_m=400.0)
    anna.answers("another_way")
    assert anna.journey.route_dropped
    assert goes_by(anna) == Answer(True, "rerouted", at=at(35))
    journey, seen = anna.journey, anna.journey.seen
    assert (journey.route_dropped, journey.plan.has_route, journey.plan.route_m) == (False, True, 1700.0)
    assert seen is not None
    assert (seen.along_m, seen.to_go_m, seen.pace_mps) == (None, None, 1.3)
    [event] = [e for e in anna.events if isinstance(e, Rerouted)]
    assert event.because == {"route_m": 1700.0, "before_m": 1600.0}
    assert not [e for e in anna.events if isinstance(e, EtaMoved)]


@pytest.mark.parametrize("standing", [Standing.OFF_ROUTE, Standing.AWAY])
def test_it_answers_the_question_whether_she_has_left_her_route(standing: Standing) -> None:
    """As *another way* does."""
    anna = walk().fix(standing, minute=5)
    goes_by(anna)
    assert anna.journey.open_incident is None
    assert [e.what for e in anna.events if isinstance(e, PromptAnswered)] == ["another_way"]


@pytest.mark.parametrize("standing", [Standing.VEHICLE, Standing.STALLED])
def test_it_answers_no_other_question(standing: Standing) -> None:
    """A line says nothing about a car, nor why she stands."""
    anna = walk().fix(standing, minute=5)
    assert goes_by(anna).code == "rerouted"
    assert anna.incident.is_open


def test_what_was_pressed_before_a_question_does_not_answer_it() -> None:
    """It waited in her phone; the line counts all the same."""
    anna = walk().fix(Standing.OFF_ROUTE, minute=5).to(6)
    assert goes_by(anna, given=4).code == "rerouted"
    assert anna.incident.cause is Cause.OFF_ROUTE
    for minute in range(7, 10):
        anna.fix(minute=minute)
    assert anna.incident.prompt is not None  # on the new line, and still asked


def test_once_due_in_an_alarm_and_at_high_risk_it_takes_her_pin_and_lowers_nothing() -> None:
    """With it the line is taken; the alarm stays as it was."""
    due = walk(eta_min=10).to(11)
    assert goes_by(due).code == "pin_needed"
    assert goes_by(due, Proof.PIN).code == "rerouted"
    assert due.journey.due is not None

    told = walk(eta_min=10).to(20)
    before = told.journey.alarm
    assert goes_by(told).code == "pin_needed"
    assert goes_by(told, Proof.PIN).code == "rerouted"
    assert told.journey.alarm == before

    careful = walk("high_risk").to(5)
    assert goes_by(careful).code == "pin_needed"
    assert goes_by(careful, Proof.PIN).code == "rerouted"


def test_a_wrong_pin_is_counted_like_everywhere() -> None:
    """The third in ten minutes, away from home, is a concern."""
    anna = walk().streaming(5)
    assert [goes_by(anna, Proof.WRONG).code for _ in range(3)] == ["try_again"] * 3
    assert anna.incident.cause is Cause.WRONG_PINS


def test_the_duress_pin_gets_the_same_answer_and_tells_the_sos_list() -> None:
    """Her screen goes by the new line with either."""
    true, forced = walk("high_risk").to(5), walk("high_risk").to(5)
    assert goes_by(true, Proof.PIN) == goes_by(forced, Proof.DURESS)
    assert forced.journey.shadow is not None
    assert forced.journey.shadow.plan == true.journey.plan
    assert forced.incident.cause is Cause.DURESS


def test_what_is_true_goes_by_the_line_she_was_made_to_give() -> None:
    """As long as that one, with nothing measured along the old one, and its log says which PIN it was. Those who look for her
    would else read how far she has to go by a line she does not walk."""
    true, forced = (walk("high_risk").streaming(5) for _ in range(2))
    goes_by(true, Proof.PIN)
    goes_by(forced, Proof.DURESS)
    assert forced.journey.plan == true.journey.plan
    assert forced.journey.seen == true.journey.seen
    assert [e.forced for e in true.events if isinstance(e, Rerouted)] == [False]
    assert [e.forced for e in forced.events if isinstance(e, Rerouted)] == [True]
    goes_by(forced, Proof.DURESS, route_m=1500.0)
    assert forced.journey.plan.route_m == 1500.0
    assert forced.journey.plan.people == true.journey.plan.people


def test_on_one_leg_of_several_it_is_that_legs_line() -> None:
    """The others stay; a stretch without signal belonged to the old line. One for a leg that is over changes nothing."""
    anna = walk(legs=(BUS, HOME), mode="ride")
    anna.journey = replace(anna.journey, leg=1)
    assert goes_by(anna, leg=0).code == "already"
    goes_by(anna, leg=1, route_m=1200.0)
    assert anna.journey.plan.legs == (BUS, Leg("foot", "home", 900, 1200.0))


def test_after_the_end_there_is_nothing_to_change() -> None:
    """An answer, like always."""
    anna = walk().to(5)
    anna.ends()
    assert goes_by(anna).code == "already_closed"
