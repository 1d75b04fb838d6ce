"""What we ask her."""

from msgspec.structs import replace

from alerts.notice import HER, Kind
from service.journey.asking import (
    concern_s,
    is_quiet,
    is_worse,
    late_reminders,
    moved_on,
    prompt_reminders,
    quieted,
)
from service.journey.model import Cause, Seen
from service.journey.profiles import HIGH_RISK, RELAXED, STANDARD
from tests.builders import START, journey, walk


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
    quiet = quieted(anna, Cause.PAUSE_OVER, START)
    assert [(q.cause, q.until, q.oks) for q in quiet] == [(Cause.STALLED, START + 600, (START,))]
    assert not is_quiet(anna, Cause.STALLED, START)
    assert is_quiet(replace(anna, quiet=quiet), Cause.STALLED, START + 599)
    assert not is_quiet(replace(anna, quiet=quiet), Cause.STALLED, START + 600)
    assert not is_quiet(replace(anna, quiet=quiet), Cause.OFF_ROUTE, START)


def test_a_place_is_left_for_good_when_she_has_moved_on_from_it() -> None:
    """Quiet there after the third OK; 200 m away it is a place like any other, and stays one when she comes back."""
    anna = replace(journey(), seen=Seen(lat=51.38, lon=0.5, at=START, received_at=START))
    for n in range(3):
        anna = replace(anna, quiet=quieted(anna, Cause.STALLED, START + 660 * n))
    much_later = START + 86_400
    assert is_quiet(anna, Cause.STALLED, much_later)
    assert moved_on(anna, 51.3809, 0.5) == anna.quiet
    back = replace(anna, quiet=moved_on(anna, 51.382, 0.5))
    assert not is_quiet(replace(back, quiet=moved_on(back, 51.38, 0.5)), Cause.STALLED, much_later)


def test_without_a_screen_of_ours_a_question_is_a_text_at_once() -> None:
    """On a journey that a linked tracker alone carries: the nudge, a prompt and `due`, each where her app would show it."""
    carried = walk(tracker="bag", tracker_s=300.0)
    shown = walk()
    for anna in (carried, shown):
        anna.to(36)
    texts = [(n.kind, n.rung) for n in carried.notices if n.to == HER and n.rung.endswith(".screen")]

    assert [kind for kind, _ in texts] == [Kind.NUDGE, Kind.DUE]
    assert [n for n in shown.notices if n.rung.endswith(".screen")] == []
