"""Receipts raise, never lower."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.gateway import Delivery
from alerts.receipts import BadCallback, inbound, is_permanent, raises, reason, receipt


def test_the_order_of_delivery() -> None:
    """Each step from claimed to read is news after the one before, and never the other way round."""
    steps = [
        Delivery.CLAIMED,
        Delivery.ACCEPTED,
        Delivery.SENT,
        Delivery.UNDELIVERED,
        Delivery.DELIVERED,
        Delivery.READ,
    ]
    for lower, higher in pairwise(steps):
        assert raises(lower, higher)
        assert not raises(higher, lower)
    assert not raises(Delivery.UNDELIVERED, Delivery.FAILED)
    assert not raises(Delivery.FAILED, Delivery.UNDELIVERED)
    assert raises(Delivery.FAILED, Delivery.DELIVERED)


@given(st.lists(st.sampled_from(Delivery), max_size=12))
def test_receipts_in_any_order_end_at_the_same_place(came: list[Delivery]) -> None:
    """Late, doubled and shuffled receipts leave the rank that the best of them names."""

    def settle(order: list[Delivery]) -> Delivery:
        state = Delivery.CLAIMED
        for news in order:
            state = news if raises(state, news) else state
        return state

    a, b = settle(came), settle(sorted(came, reverse=True))
    assert not raises(a, b)
    assert not raises(b, a)


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("queued", Delivery.ACCEPTED),
        ("sent", Delivery.SENT),
        ("delivered", Delivery.DELIVERED),
        ("read", Delivery.READ),
    ],
)
def test_a_text_says_how_far_it_came(status: str, delivery: Delivery) -> None:
    """The words of the provider become ours."""
    came = receipt("j/i/r/beth/sms/1", 1, {"MessageSid": "SM1", "MessageStatus": status})
    assert came is not None
    assert (came.notice_id, came.attempt, came.sid, came.delivery) == ("j/i/r/beth/sms/1", 1, "SM1", delivery)
    assert (came.code, came.permanent, came.opted_out) == (None, False, False)


def test_an_undelivered_text_says_why() -> None:
    """Beth's phone is off: not permanent. Dad's number is a landline: never try a text again. Chloe sent STOP."""
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered"}
    off = receipt("n", 1, form | {"ErrorCode": "30003"})
    landline = receipt("n", 1, form | {"ErrorCode": "30006"})
    stopped = receipt("n", 1, form | {"MessageStatus": "failed", "ErrorCode": "21610"})
    assert off is not None
    assert landline is not None
    assert stopped is not None
    assert (off.delivery, off.code, off.permanent) == (Delivery.UNDELIVERED, 30003, False)
    assert (landline.permanent, landline.opted_out) == (True, False)
    assert (stopped.delivery, stopped.permanent, stopped.opted_out) == (Delivery.FAILED, True, True)


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("queued", Delivery.ACCEPTED),
        ("initiated", Delivery.ACCEPTED),
        ("ringing", Delivery.SENT),
        ("answered", Delivery.ANSWERED),
        ("in-progress", Delivery.ANSWERED),
        ("completed", Delivery.UNDELIVERED),
        ("busy", Delivery.UNDELIVERED),
        ("no-answer", Delivery.UNDELIVERED),
        ("failed", Delivery.FAILED),
        ("canceled", Delivery.FAILED),
    ],
)
def test_no_status_of_a_call_has_told_anybody(status: str, delivery: Delivery) -> None:
    """A mailbox, silence, an engaged line: whoever picked up, only a key says that it was a person."""
    came = receipt("n", 1, {"CallSid": "CA1", "CallStatus": status, "AnsweredBy": "human"})
    assert came is not None
    assert came.delivery is delivery


def test_a_key_stands_whatever_the_call_reports_afterwards() -> None:
    """`delivered` by a key outranks the end of the call, in either order."""
    for late in (Delivery.SENT, Delivery.ANSWERED, Delivery.UNDELIVERED, Delivery.FAILED):
        assert not raises(Delivery.DELIVERED, late)
    assert raises(Delivery.UNDELIVERED, Delivery.DELIVERED)
    assert raises(Delivery.SENT, Delivery.ANSWERED)
    assert not raises(Delivery.UNDELIVERED, Delivery.ANSWERED)


def test_an_unknown_status_says_nothing() -> None:
    """A word the provider invents tomorrow changes nothing, and is no error."""
    assert receipt("n", 1, {"MessageSid": "SM1", "MessageStatus": "teleported"}) is None


@pytest.mark.parametrize(
    ("form", "field"),
    [({}, "MessageSid"), ({"MessageSid": "SM1"}, "MessageStatus"), ({"CallSid": "CA1"}, "CallStatus")],
)
def test_a_callback_without_a_field_names_it(form: dict[str, str], field: str) -> None:
    """Whoever reads the log sees which field was missing."""
    with pytest.raises(BadCallback, match=f"callback lacks a field: {field}"):
        receipt("n", 1, form)


def test_a_text_from_beth() -> None:
    """Her words are kept as they came, with the number of pictures; her number does not show itself."""
    came = inbound(
        {"MessageSid": "SM9", "From": "+447700900201", "To": "+447700900000", "Body": "42 👍", "NumMedia": "1"}
    )
    assert (came.sid, came.body, came.media) == ("SM9", "42 👍", 1)
    assert "900201" not in repr(came)
    with pytest.raises(BadCallback, match="From"):
        inbound({"MessageSid": "SM9"})


@pytest.mark.parametrize("media", ["9" * 5000, "-1", "1e3", "", "²"])
def test_a_count_that_is_none_costs_no_text(media: str) -> None:
    """What came is read all the same."""
    came = inbound({"MessageSid": "SM9", "From": "+447700900201", "To": "+447700900000", "NumMedia": media})
    assert came.media == 0


def test_our_own_faults_are_never_held_against_a_number() -> None:
    """A wrong token or sender refuses everything; no contact may be called unreachable for it."""
    for code in (20003, 20429, 21606, 21611, 30001, 30002, 30003, 30008, 99999, None):
        assert not is_permanent(code)
    for code in (21211, 21610, 21612, 21614, 30004, 30005, 30006):
        assert is_permanent(code)
    assert reason(30003) == "phone off or out of reach"
    assert reason(99999) == "provider's error 99999"
