"""When and how fixes reach us."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks.field import CANYON, GOOD, STEADY, TROUBLED, TYPICAL, Phone, Turn, reports
from benchmarks.field.phone import STARTED_AT, Frame


def numbers(frames: list[Frame]) -> list[int]:
    """The numbers of all fixes, those of a repeated frame once."""
    return [n for frame in {f.seq: f for f in frames}.values() for n in range(frame.seq, frame.seq + len(frame.rows))]


@pytest.mark.parametrize("phone", [STEADY, TYPICAL, TROUBLED])
def test_every_number_is_used_once_and_in_order(phone: Phone) -> None:
    """As a phone's buffer counts: also where frames are repeated and bursts shuffled."""
    _, frames = reports("plain", CANYON, 9, phone=phone)

    assert numbers(frames) == list(range(len(numbers(frames))))
    assert all(one.received_at <= next_.received_at for one, next_ in pairwise(frames))


def test_the_same_seed_is_the_same_walk() -> None:
    """To the byte, or a seed in a report would be worth nothing."""
    assert reports("eight", CANYON, 12, phone=TROUBLED)[1] == reports("eight", CANYON, 12, phone=TROUBLED)[1]


def test_a_still_phone_speaks_once_a_minute() -> None:
    """After two minutes without a step."""
    truth, frames = reports("plain", GOOD, 9, turn=Turn("stands", 500.0, for_s=1800.0))
    assert truth.turned_at is not None
    still = [f.truth_s[0] for f in frames if truth.turned_at + 180 < f.truth_s[0] < truth.turned_at + 1800]
    moving = [f.truth_s[0] for f in frames if f.truth_s[0] < truth.turned_at - 100]

    assert np.diff(still).mean() == pytest.approx(60.0, rel=0.05)
    assert np.diff(moving).min() < 12.0


def test_a_phone_that_slept_sends_everything_at_once() -> None:
    """What was measured meanwhile comes late, in one frame, and nothing of it is lost."""
    _, frames = reports("plain", GOOD, 21, phone=Phone(pauses_h=6.0), metres=2400.0)
    most = max(frames, key=lambda frame: len(frame.rows))

    assert len(most.rows) > 3
    assert most.received_at - STARTED_AT - most.truth_s[0] > 30.0


def test_a_clock_that_is_off_is_off_in_every_time_of_the_phone() -> None:
    """The fix and the sending bear the same wrong clock; ours is right."""
    _, frames = reports("plain", GOOD, 9, phone=Phone(offset_s=-300.0))

    assert frames[0].sent_at - frames[0].received_at == pytest.approx(-300.0, abs=6.0)
    assert frames[0].rows[0].t == pytest.approx(STARTED_AT + frames[0].truth_s[0] - 300.0)


def test_some_frames_are_long_underway() -> None:
    """Five to fifteen seconds, and what is sent meanwhile waits behind them; the walk is the same."""
    _, at_once = reports("plain", GOOD, 9)
    _, some_late = reports("plain", GOOD, 9, phone=Phone(late=0.2))
    waited_s = [late.received_at - one.received_at for one, late in zip(at_once, some_late, strict=True)]

    assert [one.rows for one in at_once] == [late.rows for late in some_late]
    assert 0.1 < np.mean(np.asarray(waited_s) > 5.0) < 0.5
    assert 10.0 < max(waited_s) < 20.0


def test_a_phone_that_counts_says_how_long_it_is_up() -> None:
    """Seconds since it was started, whatever its wall clock is set to; an old one says nothing."""
    _, counted = reports("plain", GOOD, 9, phone=Phone(steps=True, offset_s=-42.0, counts=True))
    walls = {round(f.sent_at - f.up_s) for f in counted if f.up_s is not None}

    assert max(walls) - min(walls) == 42
    assert {f.up_s for f in reports("plain", GOOD, 9)[1]} == {None}


def test_a_dead_battery_is_silence() -> None:
    """Nothing comes after it."""
    _, frames = reports("plain", GOOD, 9, phone=Phone(dies_s=400.0))

    assert max(frame.truth_s[-1] for frame in frames) < 400.0
