"""The cover story as the shell calls it; what it must hide is told in tests/stories."""

import pytest

from service.journey.company import looks_shown
from service.journey.cover import judged, proved, seen_by, shown_to, shown_to_her, under_duress
from service.journey.events import DuressEntered
from service.journey.model import JourneyState, Proof
from service.journey.pressed import ended
from service.journey.turn import Outcome
from tests.builders import at, journey, timer


def test_without_a_cover_everybody_sees_the_journey() -> None:
    """The ordinary case."""
    anna = journey()
    assert shown_to_her(anna) is anna
    assert shown_to(anna, "beth") is anna


def test_time_comes_before_the_act() -> None:
    """A PIN that ends her journey half a minute after L2: they were told, and hear the end."""
    outcome = judged(timer().to(40.9).journey, lambda j: ended(j, at(41.5), Proof.PIN), at(41.5))
    assert [n.kind.value for n in outcome.notices if n.to == "beth"] == ["overdue", "closed"]


def test_her_devices_hear_of_the_covers_events_and_not_of_the_duress() -> None:
    """`hers` is what may go over her socket."""
    outcome = under_duress(journey(), lambda j, proof: ended(j, at(5), proof), at(5))
    assert not [e for e in outcome.hers if isinstance(e, DuressEntered)]
    honest = judged(journey(), lambda j: ended(j, at(5), Proof.PIN), at(5))
    assert outcome.hers == honest.events
    assert [e for e in outcome.events if isinstance(e, DuressEntered)]
    assert judged(journey(), Outcome, at(0.1)).hers == ()


@pytest.mark.parametrize("proof", [Proof.PIN, Proof.DURESS])
def test_a_right_pin_that_came_too_late_mutes_her_screen_as_well(proof: Proof) -> None:
    """Keyed before they were told, heard after it: refused in the same words, and from here on her screen follows no
    message, whichever PIN it was."""
    anna = timer().to(45)
    late = proved(anna.journey, lambda j, p: ended(j, at(45), p, given_at=at(36)), proof, at(45))
    assert late.answer.code == "pin_needed"
    assert late.journey.alarm is not None
    assert shown_to_her(late.journey).alarm is not None
    assert shown_to_her(late.journey).pin_given


def test_looks_at_either_story_are_kept_when_the_cover_ends() -> None:
    """Chloe, who is not on the SOS list, looked at the cover story; Beth and an operator at what was true. When it is
    closed Anna is shown all three, and nothing twice that was there before."""
    anna = timer(tell=("chloe",)).to(5)
    anna.keep(seen_by(anna.journey, "chloe", "safe?", at(5)))
    anna.keep(seen_by(anna.journey, "beth", "safe?", at(6)))
    anna.to(36).answers(proof=Proof.DURESS)
    for minute, viewer in ((40, "chloe"), (41, "beth"), (42, "olga")):
        anna.to(minute).keep(seen_by(anna.journey, viewer, "place", at(minute)))
    assert [k.by for k in looks_shown(shown_to_her(anna.journey))] == ["chloe", "beth", "chloe"]
    anna.to(43).operator("resolved", "found", word_spoken=True)
    assert [k.by for k in looks_shown(anna.journey)] == ["chloe", "beth", "chloe", "beth", "olga"]


def test_a_closed_journey_of_long_ago_is_left_alone() -> None:
    """The shell makes a new one; the answer is that of a true PIN."""
    anna = timer()
    anna.ends()
    outcome = under_duress(anna.journey, lambda j, proof: ended(j, at(90), proof), at(90))
    assert outcome.answer.code == "already_closed"
    assert outcome.journey.state is JourneyState.CLOSED
    assert outcome.notices == ()
