"""What others tell us, where no row of the timing table tells it."""

from alerts.gateway import Delivery
from alerts.ladder import Said
from service.journey.model import JourneyState
from service.journey.said import contact_said, dropped, handed, is_over, reported
from tests.builders import at, journey, timer


def test_a_contact_without_an_alarm_hears_that_it_is_closed() -> None:
    """Nothing is open, or only a question to her; a stranger hears the same."""
    for word in Said:
        outcome = contact_said(journey(), "beth", word, at(1))
        assert outcome.answer.code == "already_closed"
        assert outcome.journey == journey()
    assert timer().to(42).says("stranger", Said.TAKEN).code == "already_closed"


def test_a_contact_of_an_earlier_ladder_is_seen() -> None:
    """Chloe heard the concern; the SOS is not hers, and it is not closed either."""
    listed = timer().to(46.5)
    listed.sos(window=False)
    assert listed.says("chloe", Said.TAKEN).ok
    assert listed.says("chloe", Said.NOTHING).code == "seen"


def test_proof_goes_one_way() -> None:
    """Accepted, sent, delivered with their seconds; what comes late or twice changes nothing."""
    anna = timer()
    anna.hands = False
    anna.to(41)
    notice = anna.notices[-1].id
    story = anna.journey
    for minute, state in ((41.1, Delivery.ACCEPTED), (41.2, Delivery.SENT), (41.3, Delivery.DELIVERED)):
        story = reported(story, notice, state, at(minute)).journey
    proof = next(p for p in story.proven if p.id == notice)
    assert (proof.accepted_at, proof.sent_at, proof.delivered_at) == (at(41.1), at(41.2), at(41.3))
    assert reported(story, notice, Delivery.SENT, at(42)).journey == story
    assert handed(story, notice, "SM9", at(42)).journey == story
    assert reported(story, "anna-1/i9/L2/beth/sms/1", Delivery.DELIVERED, at(42)).journey == story


def test_a_dropped_message_is_remembered_as_dropped() -> None:
    """With the reason; a message that nobody knows is nothing."""
    anna = timer()
    anna.hands = False
    anna.to(41)
    notice = anna.notices[-1].id
    after = dropped(anna.journey, notice, "answered", at(41.5)).journey
    assert next(p for p in after.proven if p.id == notice).dropped == "answered"


def test_a_removed_contact_hears_nothing_more_not_even_the_end() -> None:
    """Beth is taken off in the middle of the alarm."""
    anna = timer().to(42)
    anna.removes("beth")
    anna.to(60)
    anna.ends()
    assert anna.kinds("beth") == ["overdue"]
    assert anna.kinds("dad")[-1] == "closed"


def test_an_operator_ends_both_incident_and_journey() -> None:
    """With an outcome code; without an alarm there is nothing to close."""
    anna = timer().to(42)
    assert anna.operator("resolved", "found_safe").code == "closed"
    assert anna.state() is JourneyState.CLOSED
    assert is_over(anna.journey)
    assert anna.operator("resolved", "found_safe").code == "already_closed"
