"""What a row on disk means."""

import pytest

from alerts.contact import Channel
from alerts.notice import Kind, Notice
from geofence.fix import Fix
from service.journey.events import EVENTS, BecameDue, Nudged
from service.journey.model import Journey, JourneyKind, Plan
from service.journey.turn import Answer
from service.people.model import Traveller
from service.rows import (
    AccountChanged,
    Kept,
    ScreenChanged,
    UnreadableRow,
    chunk_bytes,
    chunk_from,
    encoded,
    event_bytes,
    event_from,
    is_journey,
    journey_row,
    notice_bytes,
    notice_from,
    traveller_row,
)

PLAN = Plan(
    kind=JourneyKind.TIMER,
    profile="standard",
    reference="K742",
    code="42",
    destination="home",
    began_at=1.0,
    plan_s=60.0,
    people=(),
)
KEPT = Kept(journey=Journey(id="anna-1", plan=PLAN), answered=(("c1", Answer(True, "done")),), wake_at=5.0)
ANNA = Traveller(id="anna", number="+447700900102", name="Anna", created_at=1.0)


def test_a_row_comes_back_as_it_was() -> None:
    """A journey, and an account."""
    assert journey_row("anna-1", encoded(KEPT)) == KEPT
    assert traveller_row("anna", encoded(ANNA)) == ANNA


@pytest.mark.parametrize("value", [b"", b"\x02" + encoded(KEPT)[1:], encoded(KEPT)[:-3], b"\x01\xc1"])
def test_a_row_that_cannot_be_read_says_which(value: bytes) -> None:
    """Empty, of a newer format, torn, or nothing that was ever encoded."""
    with pytest.raises(UnreadableRow, match="row anna-1"):
        journey_row("anna-1", value)


def test_a_journey_is_named_after_its_traveller() -> None:
    """`<traveller>-<n>`; an account has no dash."""
    assert (is_journey("anna-1"), is_journey("anna")) == (True, False)


def test_a_command_is_known_by_its_id() -> None:
    """The first answer, or None for one that was never given or is forgotten."""
    assert KEPT.answer_to("c1") == Answer(True, "done")
    assert KEPT.answer_to("c2") is None


def test_events_carry_the_row_they_happened_to() -> None:
    """Every kind of event there is can be read from the feed."""
    for event in (Nudged(at=1.0, eta_at=2.0), AccountChanged(at=1.0, what="pins"), ScreenChanged(at=1.0)):
        assert event_from(event_bytes("anna-1", event)) == ("anna-1", event)
    due = BecameDue(at=1.0, id="d1", eta_at=1.0, overdue_at=2.0)
    assert event_from(event_bytes("anna-1", due)) == ("anna-1", due)
    assert len({event.__struct_config__.tag for event in EVENTS}) == len(EVENTS)


def test_a_notice_and_a_piece_of_track_come_back() -> None:
    """As they were sent to the outbox and sealed."""
    notice = Notice(
        journey="anna-1", incident="i1", rung="L2", to="dad", kind=Kind.OVERDUE, channel=Channel.SMS, due_at=3.0
    )
    fixes = (Fix(0, 1.0, 51.4, 0.5), Fix(1, 2.0, 51.4, 0.5, 8.0, entered=True))
    assert notice_from(notice_bytes(notice)) == notice
    assert chunk_from(chunk_bytes(fixes)) == fixes
