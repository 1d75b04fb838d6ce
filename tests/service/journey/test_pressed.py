"""Her acts, where no row of the timing table tells them."""

import pytest

from service.journey.fixes import tracked
from service.journey.model import CloseReason, JourneyKind, LinkState, Progress, Proof
from service.journey.pressed import armed, ended, extended, paused, picked_up, sos_cancelled
from tests.builders import START, at, at_home, journey, plan, timer, walk


def test_armed_is_active_with_its_sentence_and_its_link() -> None:
    """And those who asked to hear of the start hear."""
    outcome = armed("anna-1", plan(tell=("beth",)), at(35), START)
    assert outcome.journey.link.state is LinkState.LIVE
    assert [type(e).__name__ for e in outcome.events] == ["PreflightPassed", "SetOff", "NoticeMade"]
    assert [(n.to, n.kind.value, n.incident) for n in outcome.notices] == [("beth", "started", "-")]


@pytest.mark.parametrize("proof", [Proof.NONE, Proof.PIN])
def test_after_the_end_everything_is_already_closed(proof: Proof) -> None:
    """Whatever she presses, with or without her PIN."""
    anna = timer()
    anna.ends()
    assert {
        anna.answers("ok", proof).code,
        anna.answers("stopping", proof).code,
        anna.extends(10, proof).code,
        anna.pauses().code,
        anna.ends(Proof.PIN).code,
        anna.cancels_sos(Proof.PIN).code,
    } == {"already_closed"}


def test_a_wrong_pin_after_the_end_is_still_only_a_wrong_pin() -> None:
    """The same "try again"; no concern is raised on a journey that is over."""
    anna = timer()
    anna.ends()
    assert {anna.ends(Proof.WRONG).code for _ in range(4)} == {"try_again"}
    assert anna.told() == []


def test_an_ok_without_a_question_changes_nothing() -> None:
    """On her way, not asked, not due."""
    anna = walk()
    before = anna.journey
    assert anna.answers("ok").code == "already_closed"
    assert anna.answers("ok", Proof.PIN).code == "already_closed"
    assert anna.journey == before


def test_less_than_nothing_more_is_nothing() -> None:
    """MORE 0 and MORE −5 leave the ETA where it is and count as nothing."""
    for minutes in (0.0, -5.0):
        outcome = extended(journey(), minutes, at(1), Proof.NONE)
        assert outcome.journey == journey()
        assert outcome.answer.at == at(35)


def test_a_pause_without_minutes_is_as_long_as_it_may_be() -> None:
    """A quarter of an hour."""
    outcome = paused(journey(), 0.0, at(1))
    assert outcome.journey.progress is Progress.PAUSED
    assert outcome.journey.paused_until == at(16)


def test_a_call_taken_when_nothing_is_due_holds_nothing() -> None:
    """She rang back, or we rang about her way."""
    assert picked_up(journey(), at(1)).journey == journey()


def test_her_pin_ends_it_anywhere_and_says_that_she_did() -> None:
    """Reason `ended`, by her, with the PIN."""
    closed = ended(journey(), at(5), Proof.PIN).journey.closed
    assert closed is not None
    assert (closed.reason, closed.by, closed.proof) == (CloseReason.ENDED, "her", Proof.PIN)


def test_an_end_that_waited_in_her_phone_does_not_end_what_came_later() -> None:
    """Keyed at 40, heard at 50: they were told at 41, so she is asked again."""
    anna = timer().to(50)
    assert ended(anna.journey, at(50), Proof.PIN, given_at=at(40)).answer.code == "pin_needed"
    assert ended(anna.journey, at(50), Proof.PIN, given_at=at(42)).answer.code == "closed"
    assert extended(anna.journey, 15, at(50), Proof.PIN, given_at=at(40)).answer.code == "pin_needed"


def test_cancelling_an_sos_that_was_never_pressed_ends_nothing() -> None:
    """Not even with her PIN, in the middle of another alarm."""
    anna = timer().to(42)
    assert sos_cancelled(anna.journey, at(42), Proof.PIN).answer.code == "already_closed"


def test_a_journey_that_an_sos_makes_has_no_eta() -> None:
    """Even if somebody gives it one."""
    outcome = armed("anna-1", plan(kind=JourneyKind.SOS), at(35), START)
    assert outcome.journey.eta_at is None


def test_a_tracker_that_speaks_seldom_keeps_no_arrival_fresh() -> None:
    """It said ten minutes ago that she is home, and speaks every quarter of an hour: a tap on whatever phone is no proof."""
    there = tracked(journey(), [at_home(20)], at(20), every_s=900.0).journey
    assert ended(there, at(21), Proof.NONE).answer.code == "closed"
    assert ended(there, at(30), Proof.NONE).answer.code == "pin_needed"
