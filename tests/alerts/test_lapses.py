"""Texts that expire at the provider."""

import pytest
from msgspec.structs import replace

from alerts import lapses
from alerts.contact import Channel
from alerts.lapses import FIRST_ANEW, OFTEN, RARELY_S, Lapse
from alerts.notice import Kind, Notice


def alert(to: str = "dad", rung: str = "L2", kind: Kind = Kind.OVERDUE, channel: Channel = Channel.SMS) -> Notice:
    return Notice(journey="anna-1", incident="i1", rung=rung, to=to, kind=kind, channel=channel, due_at=100.0)


def test_a_text_counts_from_its_hand_over() -> None:
    """Five minutes; handed over twice it changes nothing."""
    notice = alert()
    [one] = lapses.made((), notice)
    assert one.wake_at is None
    [one] = lapses.handed(lapses.handed((one,), notice.id, 110.0), notice.id, 150.0)
    assert one.wake_at == 410.0


def test_the_newest_text_to_a_person_is_the_one_that_counts() -> None:
    """Dad is texted of SOS after he was texted of overdue: only that one is written anew; Beth's is another matter."""
    kept = lapses.made(lapses.made(lapses.made((), alert()), alert("beth")), alert(rung="SOS", kind=Kind.SOS))
    assert {(one.to, one.notice.rung) for one in kept} == {("beth", "L2"), ("dad", "SOS")}


@pytest.mark.parametrize("kind", [Kind.CLOSED, Kind.TAKEN, Kind.REPLY, Kind.COLD, Kind.STARTED])
def test_news_is_not_written_anew(kind: Kind) -> None:
    """Nor is a call."""
    assert lapses.made((), alert(kind=kind)) == ()
    assert lapses.made((), alert(channel=Channel.CALL)) == ()


def test_any_text_of_the_rung_that_arrived_is_proof() -> None:
    """The second sender's came through: nothing more is written. A text of another rung proves nothing."""
    second = replace(alert(), attempt=2)
    kept = lapses.made((), alert())
    assert lapses.proved(kept, second.id) == ()
    assert lapses.proved(kept, alert(rung="L1").id) == kept
    assert lapses.proved(kept, alert("beth").id) == kept
    assert lapses.useless(kept, alert().id) == ()
    assert lapses.useless(kept, second.id) == kept


def test_an_hour_of_every_five_minutes_then_every_half_hour() -> None:
    """Each under a key that the watchdog of row 11 never uses."""
    one = Lapse(notice=alert(), handed_at=0.0)
    keys, gaps, now = {one.notice.id}, [], 0.0
    for _ in range(OFTEN + 3):
        at = one.wake_at
        assert at is not None
        gaps.append(at - now)
        one = lapses.anew(one, at)
        assert one.notice.attempt >= FIRST_ANEW
        assert one.notice.id not in keys
        keys.add(one.notice.id)
        [one] = lapses.handed((one,), one.notice.id, at)
        now = at
    assert gaps == [300.0] * OFTEN + [RARELY_S] * 3
