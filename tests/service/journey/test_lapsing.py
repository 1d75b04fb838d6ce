"""Texts that expired are written anew while somebody still needs them."""

from alerts.notice import Kind
from service.journey.advance import advance, next_wake
from tests.builders import L2, timer


def test_what_nobody_needs_any_more_is_forgotten() -> None:
    """She answers before her question expires: at its end nothing is sent, and nothing is left to wake for."""
    anna = timer()
    anna.delivers = False
    anna.to(L2 + 1)
    texts = anna.journey.lapses
    assert {one.notice.kind for one in texts} <= {Kind.DUE, Kind.OVERDUE}
    for one in texts:
        anna.handed(one.notice.id)
    anna.ends()
    before = len(anna.notices)
    journey = anna.journey
    for _ in range(20):
        at = next_wake(journey)
        if at is None:
            break
        outcome = advance(journey, at)
        assert [n for n in outcome.notices if n.attempt >= 10] == []
        journey = outcome.journey
    assert journey.lapses == ()
    assert len(anna.notices) == before


def test_a_receipt_ends_it() -> None:
    """Delivered is delivered."""
    anna = timer()
    anna.delivers = False
    anna.to(L2 + 1)
    alerts = [one for one in anna.journey.lapses if one.notice.kind is Kind.OVERDUE]
    assert alerts
    for one in alerts:
        anna.reported(one.notice.id)
    assert [one for one in anna.journey.lapses if one.notice.kind is Kind.OVERDUE] == []
