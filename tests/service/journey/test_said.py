"""What others tell us, where no row of the timing table tells it."""

from alerts.gateway import Delivery
from alerts.ladder import Said
from service.journey.model import JourneyState
from service.journey.said import contact_said, dropped, handed, held_up, is_over, reported
from tests.builders import BETH, CHLOE, at, journey, timer


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


def test_a_ladder_does_not_stand_still_for_a_text_that_the_provider_will_not_take() -> None:
    """Refused at 41:00 and ever since: Beth is rung at 42:00, Chloe of tier 2 has her text at 46:00 as always, and at
    49:00 all are told. Said twice it is said once, and of a message that nobody knows it is nothing."""
    anna = timer(people=(BETH, CHLOE))
    anna.hands = False
    anna.to(41)
    text = next(n for n in anna.notices if n.to == "beth")
    for minute in (41.0, 41.1, 41.5):
        anna.minute = minute
        anna.keep(held_up(anna.journey, text.id, at(minute)))
    assert held_up(anna.journey, text.id, at(41.6)).journey == anna.journey
    assert held_up(anna.journey, "anna-1/i9/L2/beth/sms/1", at(41.6)).journey == anna.journey

    anna.to(49)
    assert [(r[0], r[1], r[4]) for r in anna.told() if r[0] > 41][:3] == [
        (42, "beth", "call"),
        (44, "beth", "call"),
        (46, "chloe", "sms"),
    ]
    assert "nobody" in anna.kinds("chloe")


def test_a_text_that_only_waits_its_turn_is_nobodys_reason_to_ring() -> None:
    """A queue of ours is not her contact's phone (review H28)."""
    anna = timer(people=(BETH, CHLOE))
    anna.hands = False
    anna.to(50)
    assert [(r[0], r[1], r[4]) for r in anna.told()] == [(41, "beth", "sms")]


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
