"""Watchdogs of single alerts."""

import pytest

from alerts.contact import Channel
from alerts.notice import Kind, Notice
from alerts.rungs import LadderTimings
from alerts.watches import held_up, rung_again, watch_of, watch_wake, watched

T = LadderTimings()


def alert(channel: Channel = Channel.SMS, attempt: int = 1, *, second_sender: bool = False) -> Notice:
    """To Beth, about L2."""
    return Notice(
        journey="anna-1",
        incident="i1",
        rung="L2",
        to="beth",
        kind=Kind.OVERDUE,
        channel=channel,
        due_at=0.0,
        attempt=attempt,
        second_sender=second_sender,
    )


def test_what_was_not_handed_over_is_not_waited_for() -> None:
    """The provider's queue is not her contact's phone (review H28)."""
    assert watch_wake(watch_of(alert()), T) is None


def test_what_the_provider_does_not_take_is_not_waited_for_either() -> None:
    """Asked for it and refused: a minute from the first time, as if it had been handed over; taken after all, from then."""
    watches = held_up((watch_of(alert()),), alert().id, 1000.0)
    assert watch_wake(watches[0], T) == 1060.0
    assert held_up(watches, alert().id, 1030.0) == watches
    taken = watched(watches, alert().id, 1040.0)
    assert watch_wake(taken[0], T) == 1100.0
    assert held_up(taken, alert().id, 1050.0) == taken


@pytest.mark.parametrize(
    ("notice", "wait_s"),
    [
        (alert(), 60),
        (alert(second_sender=True), 60),
        (alert(Channel.CALL), 60),
    ],
)
def test_how_long_each_way_may_take(notice: Notice, wait_s: float) -> None:
    """60 s for a text, or for a call that is followed by one; two texts make the 120 s before the call."""
    watch = watched((watch_of(notice),), notice.id, 1000.0)[0]
    assert watch_wake(watch, T) == 1000.0 + wait_s


def test_the_last_call_rings_twice_before_anybody_is_given_up() -> None:
    """Three minutes, and as long again for its second ring once that is handed over; what is behind other alerts stays."""
    first, second = alert(Channel.CALL, attempt=2), alert(Channel.CALL, attempt=3)
    text = watch_of(alert())
    watches = watched((watch_of(first, last=True), text), first.id, 1000.0)
    assert watch_wake(watches[0], T) == 1180.0

    again = rung_again(watches, first.id, second)

    assert (again[0].id, again[0].last, watch_wake(again[0], T)) == (second.id, True, None)
    assert watch_wake(watched(again, second.id, 1100.0)[0], T) == 1280.0
    assert again[1] is text


def test_a_second_report_of_the_same_hand_over_changes_nothing() -> None:
    """Receipts repeat."""
    once = watched((watch_of(alert()),), alert().id, 10.0)
    assert watched(once, alert().id, 50.0) == once
    assert watched(once, "anna-1/i1/L2/dad/sms/1", 50.0) == once
