"""What a row on disk means."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import Kind, Notice
from geofence.fix import Fix
from service.journey.events import EVENTS, BecameDue, Nudged
from service.journey.model import Journey, JourneyKind, Leg, Plan
from service.journey.turn import Answer, Outcome
from service.people.model import Traveller
from service.rows import (
    AccountChanged,
    Covered,
    Kept,
    ScreenChanged,
    UnreadableRow,
    chunk_bytes,
    chunk_from,
    encoded,
    event_bytes,
    event_from,
    in_log,
    is_journey,
    journey_row,
    notice_bytes,
    notice_from,
    subject,
    traveller_row,
    unsaid,
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


@pytest.mark.parametrize("value", [b"", b"\x03" + encoded(KEPT)[1:], encoded(KEPT)[:-3], b"\x01\xc1"])
def test_a_row_that_cannot_be_read_says_which(value: bytes) -> None:
    """Empty, of a newer format, torn, or nothing that was ever encoded."""
    with pytest.raises(UnreadableRow, match="row anna-1"):
        journey_row("anna-1", value)


def test_a_journey_of_several_legs_is_left_alone_by_a_process_that_knows_none() -> None:
    """To that one her first leg would be all of her way: it reads format 1 alone. Everybody else's rows stay as they were."""
    legs = replace(KEPT, journey=replace(KEPT.journey, plan=replace(PLAN, legs=(Leg("foot"), Leg("ride")))))
    assert [encoded(row)[0] for row in (KEPT, ANNA, legs)] == [1, 1, 2]
    assert journey_row("anna-1", encoded(legs)) == legs


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


def test_an_event_is_the_story_of_the_row_it_happened_to() -> None:
    """What happened to her account is her account's; what a newer process wrote has its key in front all the same."""
    newer = msgspec.msgpack.encode(("anna-2", {"event": "Teleported", "at": 1.0}))

    assert subject(event_bytes("anna-1", Nudged(at=1.0, eta_at=2.0)), "anna") == "anna-1"
    assert subject(event_bytes("anna-1", AccountChanged(at=1.0, what="pins")), "anna-1") == "anna"
    assert (subject(newer, "anna"), subject(b"started", "anna-1")) == ("anna-2", "anna-1")


def test_the_log_has_the_cover_story_before_what_it_covers() -> None:
    """Without one it is what happened; nothing in both stories is nothing in the log."""
    nudged, due = Nudged(at=1.0, eta_at=2.0), Nudged(at=1.0, eta_at=9.0)
    journey, covered = KEPT.journey, replace(KEPT.journey, shadow=KEPT.journey)

    assert in_log(journey, Outcome(journey, (nudged,)), 5.0) == (nudged,)
    assert in_log(covered, Outcome(covered, cover=()), 5.0) == ()
    first, second = in_log(covered, Outcome(covered, (nudged,), cover=(due,)), 5.0)
    assert (first, second) == (Covered(at=5.0, hides=1, events=(event_bytes("anna-1", due),)), nudged)
    assert in_log(covered, Outcome(journey, (nudged,), cover=()), 5.0)[0] == Covered(at=5.0, hides=1, lifts=True)


def test_what_is_said_without_a_cover_story_is_not_for_her_devices() -> None:
    """Where there is one; what is only news for her screens, or of her account, stays."""
    nudged, renamed = Nudged(at=1.0, eta_at=2.0), AccountChanged(at=1.0, what="name")
    covered = replace(KEPT, journey=replace(KEPT.journey, shadow=KEPT.journey))

    assert unsaid(KEPT, (nudged, renamed), 5.0) == (nudged, renamed)
    assert unsaid(covered, (nudged, renamed), 5.0) == (Covered(at=5.0, hides=1), nudged, renamed)
    assert unsaid(covered, (renamed,), 5.0) == (renamed,)
    assert unsaid(None, (nudged,), 5.0) == (nudged,)


def test_a_notice_and_a_piece_of_track_come_back() -> None:
    """As they were sent to the outbox and sealed."""
    notice = Notice(
        journey="anna-1", incident="i1", rung="L2", to="dad", kind=Kind.OVERDUE, channel=Channel.SMS, due_at=3.0
    )
    fixes = (Fix(0, 1.0, 51.4, 0.5), Fix(1, 2.0, 51.4, 0.5, 8.0, entered=True))
    assert notice_from(notice_bytes(notice)) == notice
    assert chunk_from(chunk_bytes(fixes)) == fixes


def test_rows_from_before_there_were_trackers_are_read() -> None:
    """Without what is new in them, and with fixes that are shorter by one."""
    fields: dict[str, Any] = msgspec.msgpack.decode(encoded(replace(KEPT, fixes=(Fix(1, 2.0, 51.0, 0.5),)))[1:])
    fields.pop("trackers", None)  # left out by now where there is none
    fields["fixes"] = [fix[:-1] for fix in fields["fixes"]]
    fields["journey"]["plan"] = {k: v for k, v in fields["journey"]["plan"].items() if not k.startswith("tracker")}
    account: dict[str, Any] = msgspec.msgpack.decode(encoded(ANNA)[1:])
    account = {k: v for k, v in account.items() if k not in ("trackers", "linking")}

    assert journey_row("anna-1", b"\x01" + msgspec.msgpack.encode(fields)) == replace(
        KEPT, fixes=(Fix(1, 2.0, 51.0, 0.5),)
    )
    assert traveller_row("anna", b"\x01" + msgspec.msgpack.encode(account)) == ANNA
