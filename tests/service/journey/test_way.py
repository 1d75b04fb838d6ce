"""What she presses about her way itself."""

import pytest
from msgspec.structs import replace

from geofence.sighting import Standing
from service.journey import way
from service.journey.cover import proved, shown_to_her
from service.journey.events import OF_HER_WAY, LegBegan, PromptAnswered, RouteDropped
from service.journey.model import Cause, Incident, Journey, JourneyState, Leg, Level, Prompt, Proof
from service.journey.pressed import answered
from service.journey.turn import Answer, Outcome
from service.rows import Covered, event_bytes, in_log
from tests.builders import Walk, at, walk

from .test_legs import BY_BUS

WALKS = (Leg("foot", "the bridge", 900.0, 1100.0), Leg("foot", "home", 900.0))
"""The second has no line."""


def by_bus(profile: str = "standard") -> Walk:
    """Anna is on her way to the stop."""
    return walk(profile, legs=BY_BUS, plan_min=30, eta_min=35).streaming(5)


def taps(anna: Walk, to: int, proof: Proof = Proof.NONE, *, given: float | None = None) -> Answer:
    """She says that she is on leg `to` now."""
    given_at = None if given is None else at(given)
    return anna._act(lambda j, p: way.on_leg(j, to, at(anna.minute), p, given_at=given_at), proof)


def test_a_tap_is_enough() -> None:
    """On board, and off again: no PIN, and the ETA stays where it was."""
    anna = by_bus()
    eta_at = anna.journey.eta_at
    assert (taps(anna, 1).code, anna.journey.leg) == ("done", 1)
    assert (taps(anna, 2).code, anna.journey.leg) == ("done", 2)
    assert (anna.journey.eta_at, anna.journey.moved_s) == (eta_at, 0.0)
    assert [e.how for e in anna.events if isinstance(e, LegBegan)] == ["tap", "tap"]


@pytest.mark.parametrize("to", [0, 1, 3, 5])
def test_a_leg_that_she_is_on_or_that_is_not_there_is_answered_too(to: int) -> None:
    """Nothing she can press is illegal, and she goes back to no leg."""
    anna = by_bus()
    taps(anna, 1)
    before = anna.journey
    assert taps(anna, to) == way.ALREADY
    assert anna.journey is before


def test_it_answers_the_question_that_is_open() -> None:
    """In a vehicle? Yes, on board: asked no more, and nobody hears of it."""
    anna = by_bus().fix(Standing.VEHICLE, minute=6)
    taps(anna, 1)
    assert anna.journey.open_incident is None
    assert [(e.what, e.at) for e in anna.events if isinstance(e, PromptAnswered)] == [("next_leg", at(6))]
    anna.streaming(12)
    assert anna.told() == []


def test_a_tap_that_waited_answers_no_question_that_came_after_it() -> None:
    """Pressed at 5, asked at 6, heard at 7: on the bus no fix can show that she is in no car, so only her OK settles it."""
    anna = by_bus().fix(Standing.VEHICLE, minute=6).to(7)
    taps(anna, 1, given=5)
    assert anna.journey.leg == 1
    anna.streaming(8.5)
    assert anna.incident.cause is Cause.VEHICLE
    anna.answers("ok")
    assert anna.journey.open_incident is None
    assert anna.streaming(12).told() == []


@pytest.mark.parametrize("profile", ["standard", "high_risk"])
@pytest.mark.parametrize("standing", [Standing.OFF_ROUTE, Standing.AWAY, Standing.STALLED])
def test_nor_do_the_fixes_of_the_leg_that_it_begins(profile: str, standing: Standing) -> None:
    """Asked at 6, pressed at 5.5, no PIN: minutes of walking on, where nothing of the leg before is known, are no answer;
    her contacts hear when they were promised to."""
    anna = walk(profile, legs=(WALKS[0], WALKS[0]), eta_min=60).streaming(5.5).fix(standing, minute=6)
    taps(anna, 1, given=5.5)
    promised_at = prompt_of(anna).concern_at
    assert promised_at is not None
    assert (anna.journey.leg, prompt_of(anna).stands) == (1, True)
    anna.streaming(20)
    assert anna.told()[0][:3] == ((promised_at - at(0)) / 60.0, "beth", "concern")


def test_a_cause_that_was_going_is_not_gone_by_a_tap() -> None:
    """Beside the bus at a red light when the tap of before is heard: that begins the minute anew, and for good."""
    anna = by_bus().fix(Standing.VEHICLE, minute=6).fix(minute=6.5)
    assert prompt_of(anna).gone_since == at(6.5)
    taps(anna, 1, given=5)
    assert anna.streaming(8.5).incident.cause is Cause.VEHICLE


def test_a_phone_that_is_heard_again_needs_no_answer_after_such_a_tap_either() -> None:
    """Asked because it was silent, while the service was down: that is about no leg, and being heard ends it."""
    anna = by_bus()
    prompt = Prompt(id="p9", cause=Cause.SIGNAL_LOST, raised_at=at(5))
    asked = Incident(id="i1", level=Level.PROMPTING, cause=Cause.SIGNAL_LOST, opened_at=at(5))
    anna.journey = replace(anna.journey, incident=replace(asked, prompt=prompt))
    taps(anna, 1, given=4)
    assert anna.journey.leg == 1
    assert anna.streaming(8).journey.open_incident is None


def prompt_of(anna: Walk) -> Prompt:
    """What she is being asked."""
    assert anna.incident.prompt is not None
    return anna.incident.prompt


@pytest.mark.parametrize("what", ["concern", "due"])
def test_once_others_were_told_or_she_is_due_it_takes_her_pin_and_lowers_nothing(what: str) -> None:
    """The leg begins, the alarm and the ladder of the ETA go on."""
    anna = by_bus().fix(Standing.VEHICLE, minute=6)
    anna = anna.to(10) if what == "concern" else by_bus().to(36)
    before = (anna.journey.alarm, anna.journey.due)
    assert before != (None, None)
    assert taps(anna, 1).code == "pin_needed"
    assert (taps(anna, 1, Proof.PIN).code, anna.journey.leg) == ("done", 1)
    assert (anna.journey.alarm, anna.journey.due) == before


def test_at_high_risk_boarding_takes_her_pin_and_getting_off_does_not() -> None:
    """Whoever drives her off must not be able to say that she is on a bus."""
    anna = by_bus("high_risk")
    assert taps(anna, 1).code == "pin_needed"
    assert taps(anna, 1, Proof.WRONG).code == "try_again"
    assert taps(anna, 1, Proof.PIN).code == "done"
    assert taps(anna, 2).code == "done"


@pytest.mark.parametrize("given", [None, 4.0])
def test_at_high_risk_a_leg_without_a_line_takes_her_pin_from_one_with_a_line(given: float | None) -> None:
    """Nobody wonders there which way she is led. Asked or not, waited or not; elsewhere than at high
    risk a tap is enough."""
    for minute in (5, 6):
        anna = walk("high_risk", legs=WALKS).streaming(5)
        anna = anna if minute == 5 else anna.fix(Standing.OFF_ROUTE, minute=6)
        before = anna.journey
        assert taps(anna, 1, given=given).code == "pin_needed"
        assert anna.journey is before
        assert taps(anna, 1, Proof.PIN, given=given).code == "done"
    assert taps(walk(legs=WALKS).streaming(5), 1).code == "done"


@pytest.mark.parametrize("proof", [Proof.PIN, Proof.DURESS])
def test_who_has_no_line_any_more_gives_none_up(proof: Proof) -> None:
    """*Another way*, with either PIN: the walk before her has as little of a line as this one, and a tap is enough."""
    anna = walk("high_risk", legs=WALKS).streaming(5).fix(Standing.OFF_ROUTE, minute=6)
    anna.answers("another_way", proof)
    assert taps(anna, 1).code == "done"
    assert shown_to_her(anna.journey).leg == anna.journey.leg == 1


@pytest.mark.parametrize("given", [None, 4.0])
def test_either_pin_gives_her_line_up_alike(given: float | None) -> None:
    """Off her way and asked: the same answer, the same screen and the same texts to her, minutes later too."""
    nights = []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = walk("high_risk", legs=WALKS, eta_min=60).streaming(5).fix(Standing.OFF_ROUTE, minute=6)
        answer = taps(anna, 1, proof, given=given)
        anna.streaming(8)
        assert (anna.journey.leg, anna.journey.route_dropped) == (1, True)
        nights.append((answer, shown_to_her(anna.journey), anna.told("her")))
    assert nights[0] == nights[1]


def test_at_high_risk_the_underground_takes_her_pin_from_the_bus_too() -> None:
    """From there on a silence would be explained until her ETA: whoever holds her phone must not be able to say so."""
    rides = (Leg("ride", "Strood", 600.0), Leg("ride", "Bank", 600.0, underground=True), Leg("ride", "home", 600.0))
    anna = walk("high_risk", legs=rides).streaming(5)
    assert taps(anna, 1).code == "pin_needed"
    assert taps(anna, 1, Proof.PIN).code == "done"
    assert taps(anna, 2).code == "done"
    usual = walk(legs=rides).streaming(5)
    assert taps(usual, 1).code == "done"


def test_at_high_risk_no_fix_boards_for_her() -> None:
    """Only she begins a ride there; getting off is seen."""
    anna = by_bus("high_risk").fix(minute=6, turning="boarded")
    assert anna.journey.leg == 0
    taps(anna, 1, Proof.PIN)
    anna.fix(minute=15, turning="left")
    assert anna.journey.leg == 2


def test_after_the_end_there_is_no_leg() -> None:
    """Closed is closed."""
    anna = by_bus()
    anna.ends()
    assert anna.state() is JourneyState.CLOSED
    assert taps(anna, 1).code == "already_closed"


@pytest.mark.parametrize("what", ["next_leg", "leg"])
def test_either_pin_brings_her_to_the_same_leg(what: str) -> None:
    """Keyed where high risk asks for it: the same answer and the same screen, and what is true walks the same way."""
    nights = []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = by_bus("high_risk").fix(Standing.VEHICLE, minute=6)
        answer = taps(anna, 1, proof) if what == "leg" else anna.answers("next_leg", proof)
        assert (anna.journey.leg, anna.journey.route_dropped) == (1, True)
        anna.streaming(12)
        anna.fix(minute=13, turning="left")
        assert (anna.journey.leg, anna.journey.leg_since, anna.journey.route_dropped) == (2, at(13), False)
        nights.append((answer, shown_to_her(anna.journey), anna.told("her")))
    true, forced = nights
    assert forced == true


@pytest.mark.parametrize("what", ["next_leg", "ok", "another_way", "leg"])
def test_what_is_true_knows_what_she_was_made_to_say_of_her_way(what: str) -> None:
    """Those who look for her read that she was made to say it. Her own log has the same bytes after either PIN."""
    hers, true = [], []
    for proof in (Proof.PIN, Proof.DURESS):
        anna = by_bus("high_risk").fix(Standing.VEHICLE, minute=6)
        outcome = proved(anna.journey, lambda j, p: says(j, what, at(6), p), proof, at(6))
        hers.append([event_bytes("anna-1", e) for e in outcome.hers])
        true.append([(type(e), e.forced) for e in outcome.events if isinstance(e, OF_HER_WAY)])
        journey, shown = outcome.journey, shown_to_her(outcome.journey)
        assert (journey.leg, journey.route_dropped) == (shown.leg, shown.route_dropped)
        logged = in_log(anna.journey, outcome, at(6))
        assert [e.hides for e in logged if isinstance(e, Covered)] == ([] if proof is Proof.PIN else [len(logged) - 1])
    assert hers[0] == hers[1]
    kind = RouteDropped if what == "another_way" else LegBegan
    assert true == [[(kind, False)], [(kind, True)]]


def says(journey: Journey, what: str, now: float, proof: Proof) -> Outcome:
    """An answer to the open question, or her tap."""
    return way.on_leg(journey, 1, now, proof) if what == "leg" else answered(journey, "", what, now, proof)


def test_a_tap_under_the_cover_story_stands_in_the_true_log_too() -> None:
    """Where what is true would have asked for a PIN. It was no PIN of hers that said it."""
    anna = by_bus()
    anna.answers("ok", Proof.DURESS)
    anna._act(lambda j, p: way.on_leg(j, 1, at(6), p), Proof.NONE)
    assert [(e.leg, e.how, e.forced) for e in anna.events if isinstance(e, LegBegan)] == [(1, "tap", False)]
    assert anna.journey.leg == 1


def test_where_her_screens_story_is_over_what_is_true_goes_on_alone() -> None:
    """Ended under duress on the way to the stop: she is driven on, and those who look for her see which leg that is."""
    anna = by_bus()
    anna.ends(Proof.DURESS)
    anna.fix(minute=6, turning="boarded")
    assert anna.journey.leg == 1
    assert shown_to_her(anna.journey).leg == 0
