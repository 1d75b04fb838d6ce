"""Calls under way, and the second ring."""

import pytest

from alerts import rings
from alerts.contact import Channel
from alerts.notice import Kind, Notice
from alerts.rings import PAIR_S, RINGS_S, SPEAKS_S, Rings, following, made, ring_to, wake_of

AGAIN_S, WITHIN_S = 75.0, 170.0


def call(kind: Kind = Kind.OVERDUE, rung: str = "L2", to: str = "beth", attempt: int = 1) -> Notice:
    return Notice(
        journey="anna-1",
        incident="i1",
        rung=rung,
        to=to,
        kind=kind,
        channel=Channel.CALL,
        due_at=0.0,
        attempt=attempt,
    )


def rung(at: float = 0.0, notice: Notice | None = None) -> Rings:
    """Beth's phone rings since `at`."""
    notice = notice or call()
    return rings.handed(made((), notice, at)[0], notice.id, at)


def wake(after: Rings, who: str = "beth") -> float | None:
    ring = ring_to(after, who)
    return None if ring is None else wake_of(ring, AGAIN_S, WITHIN_S)


def test_a_call_that_rang_out_is_rung_again_75_s_later() -> None:
    """Under a key of its own."""
    over = rings.ended(rung(), call().id, 30.0)

    assert wake(over) == 105.0
    again = following(over[0], 105.0)
    assert (again.attempt, again.due_at, again.rung) == (2, 105.0, "L2")


@pytest.mark.parametrize("ended_at", [None, 140.0, 400.0])
def test_the_second_ring_comes_within_three_minutes_of_the_first(ended_at: float | None) -> None:
    """Also after a mailbox that listened for long, and where nobody ever reported the end."""
    ringing = rings.answered(rung(), call().id, 20.0)
    assert wake(ringing if ended_at is None else rings.ended(ringing, call().id, ended_at)) == WITHIN_S


def test_what_was_never_handed_over_is_not_rung_again() -> None:
    """Nothing has rung yet."""
    waiting, goes = made((), call(), 0.0)
    assert (goes, wake(waiting)) == (True, None)


def test_a_key_withdraws_the_second_ring() -> None:
    """Whenever it comes: while the voice speaks, or after the end was reported."""
    speaking = rings.answered(rung(), call().id, 5.0)
    assert wake(rings.heard(speaking, call().id, 9.0)) is None
    assert rings.ended(rings.heard(speaking, call().id, 9.0), call().id, 20.0) == ()
    late = rings.heard(rings.ended(speaking, call().id, 20.0), call().id, 21.0)
    assert wake(late) is None


def test_nobody_is_rung_a_third_time_for_it() -> None:
    """Another rung's call within three minutes is the second ring; one after that begins anew."""
    for at, owed in ((PAIR_S, False), (PAIR_S + 1, True)):
        after, goes = made(rings.ended(rung(), call().id, 30.0), call(rung="L2+3"), at)
        assert goes
        assert after[0].owed is owed


def test_a_number_that_cannot_be_rung_is_let_go() -> None:
    """Refused for good: there is no second ring."""
    assert rings.ended(rung(), call().id, 1.0, for_good=True) == ()


@pytest.mark.parametrize("answered", [True, False])
def test_a_call_waits_while_another_one_rings_or_speaks(answered: bool) -> None:
    """It goes five seconds after the end, as the alarm it is, and not instead of it a second ring."""
    busy = rings.answered(rung(), call().id, 10.0) if answered else rung()
    after, goes = made(busy, call(Kind.SOS, "SOS"), 20.0)
    assert not goes

    over = rings.ended(after, call().id, 30.0)

    assert wake(over) == 35.0
    assert following(over[0], 35.0).rung == "SOS"
    assert following(over[0], 35.0).due_at == 35.0


def test_the_same_words_need_not_wait_behind_themselves() -> None:
    """While the first ring of a pair speaks another rung's call is said already; behind the second it comes as late as a
    second ring would."""
    first, goes = made(rung(), call(rung="L2+3"), 20.0)
    assert (first, goes) == (rung(), False)
    second = rings.as_second(rung(), rung()[0])
    after, goes = made(second, call(rung="L2+3"), 20.0)
    assert not goes
    assert wake(rings.ended(after, call().id, 30.0)) == 105.0


def test_a_key_does_not_take_away_what_waits() -> None:
    """Beth pressed 2 to hear the concern again when the SOS fired: her phone rings with that when she hangs up."""
    after, _ = made(rings.answered(rung(), call().id, 5.0), call(Kind.SOS, "SOS"), 10.0)
    assert wake(rings.ended(rings.heard(after, call().id, 12.0), call().id, 40.0)) == 45.0


def test_a_line_is_not_busy_for_ever() -> None:
    """The report of the end got lost."""
    assert rung()[0].busy(RINGS_S - 1)
    assert not rung()[0].busy(RINGS_S)
    speaking = rings.answered(rung(), call().id, 10.0)[0]
    assert speaking.busy(10 + SPEAKS_S - 1)
    assert not speaking.busy(10 + SPEAKS_S)


def test_of_two_calls_that_nobody_took_over_the_newer_one_goes() -> None:
    """The provider was away: no two calls in the same moment. News waits for the alarm; an end stands in its place."""
    waiting, _ = made((), call(), 0.0)
    for newer, goes in (
        (call(rung="L3"), True),
        (call(Kind.TAKEN, "TAKEN@1"), False),
        (call(Kind.CLOSED, "END"), True),
    ):
        after, went = made(waiting, newer, 60.0)
        assert went is goes
        assert (after[0].notice.id == newer.id) is goes
        assert (after[0].then is None) is goes


def test_news_does_not_push_an_alarm_out_of_the_queue() -> None:
    """What waits for the end of a call is the worse of two."""
    busy, _ = made(rung(), call(Kind.SOS, "SOS"), 10.0)
    after, goes = made(busy, call(Kind.TAKEN, "TAKEN@1"), 12.0)
    assert not goes
    assert after[0].then is not None
    assert after[0].then.kind is Kind.SOS


def test_what_was_dropped_lets_the_next_one_go() -> None:
    """The alarm was over before it could be handed over; what waited behind it is not lost."""
    waiting, _ = made(made((), call(), 0.0)[0], call(Kind.TAKEN, "TAKEN@1"), 60.0)
    dropped = rings.dropped(waiting, call().id)
    assert following(dropped[0], 90.0).kind is Kind.TAKEN
    assert wake(dropped) is not None
    assert rings.dropped(made((), call(), 0.0)[0], call().id) == ()


def test_texts_and_other_people_are_none_of_its_business() -> None:
    """Dad's call and Beth's text go at once."""
    text = Notice(
        journey="anna-1", incident="i1", rung="L2", to="beth", kind=Kind.OVERDUE, channel=Channel.SMS, due_at=0.0
    )
    assert made(rung(), text, 5.0) == (rung(), True)
    after, goes = made(rung(), call(to="dad"), 5.0)
    assert goes
    assert [r.to for r in after] == ["beth", "dad"]


def test_a_report_of_an_older_call_changes_nothing() -> None:
    """Callbacks come late and in any order."""
    now = rung(300.0, call(rung="L3"))
    for report in (rings.handed, rings.answered, rings.heard, rings.ended):
        assert report(now, call().id, 310.0) is now
