"""What we ask her."""

from service.journey.asking import concern_s, is_quiet, is_worse, late_reminders, prompt_reminders, quieted
from service.journey.model import Cause
from service.journey.profiles import HIGH_RISK, RELAXED, STANDARD
from tests.builders import START, journey


def test_a_worse_cause_is_later_in_the_list_and_off_route_and_away_are_one() -> None:
    """A car is worse than a stall; leaving the corridor is as bad as going the wrong way."""
    assert is_worse(Cause.VEHICLE, Cause.STALLED)
    assert not is_worse(Cause.STALLED, Cause.VEHICLE)
    assert not is_worse(Cause.AWAY, Cause.OFF_ROUTE)
    assert not is_worse(Cause.OFF_ROUTE, Cause.AWAY)


def test_a_pause_that_is_over_waits_like_a_stall() -> None:
    """Also where that is for ever."""
    assert concern_s(Cause.PAUSE_OVER, STANDARD) == STANDARD.stalled_concern_s == 600
    assert concern_s(Cause.PAUSE_OVER, RELAXED) is None


def test_both_calls_come_within_three_minutes_of_each_other() -> None:
    """Most do-not-disturb settings let the second through."""
    for profile in (RELAXED, STANDARD, HIGH_RISK):
        first, second = [r.at for r in prompt_reminders(0.0, profile) if r.channel == "call"]
        assert 0 < second - first <= 180


def test_after_an_absence_she_is_asked_both_ways_at_once() -> None:
    """When phones have had their 90 s to reconnect."""
    assert [(r.at, r.channel.value) for r in late_reminders(0.0, STANDARD)] == [(90.0, "sms"), (90.0, "call")]


def test_an_ok_quiets_its_own_cause_only() -> None:
    """Ten minutes; and OK to the end of a pause quiets the stall that it is."""
    anna = journey()
    quiet, oks = quieted(anna, Cause.PAUSE_OVER, START)
    assert oks == (START,)
    assert [(q.cause, q.until) for q in quiet] == [(Cause.STALLED, START + 600)]
    assert not is_quiet(anna, Cause.STALLED, START, 0.0)
