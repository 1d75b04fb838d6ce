"""Her phone's clocks against ours: late, slept, set or started anew."""

from collections.abc import Iterable

import msgspec
import pytest

from service import phone_clock
from service.rows import PhoneEnd

NOW = 1_795_000_000.0
Beat = tuple[float, float, float | None]


def heard(*frames: Beat, fast_s: float = 0.0) -> PhoneEnd:
    """Frames as (when sent, how long underway, what its monotonic clock said), by a wall clock `fast_s` fast."""
    return on(PhoneEnd(), frames, fast_s)


def on(phone: PhoneEnd, frames: Iterable[Beat], fast_s: float = 0.0) -> PhoneEnd:
    for at_s, late_s, up_s in frames:
        phone = phone_clock.heard(phone, NOW + at_s + fast_s, up_s, NOW + at_s + late_s)
    return phone


def each(late_s: Iterable[float], up_s: float | None = 500.0) -> list[Beat]:
    """One every ten seconds; `up_s` when the first was sent."""
    return [(10.0 * n, late, None if up_s is None else up_s + 10.0 * n) for n, late in enumerate(late_s)]


@pytest.mark.parametrize("up_s", [500.0, None])
@pytest.mark.parametrize("late_s", [(0.0, 7.0, 0.0) * 9, (0.0, 0.0, 29.0, 19.0, 9.0) * 9, (0.0, 4.0, 12.0, 8.0) * 9])
def test_a_slow_line_moves_nothing(late_s: tuple[float, ...], up_s: float | None) -> None:
    """With a monotonic clock or without: one segment, and the clock is as far off as it was."""
    found = heard(*each(late_s, up_s), fast_s=3600.0)

    assert (found.segment, phone_clock.off_s(found)) == (0, -3600.0)


def test_with_up_no_delay_begins_a_segment() -> None:
    """Ten minutes underway, or the first frame of all the latest: `up` says that nobody set the clock."""
    assert heard(*each([0.0, 600.0, 590.0, 1.0])).segment == 0
    assert heard(*each([40.0, 30.0, 0.0])).segment == 0


@pytest.mark.parametrize("fast_s", [60.0, 12.0, -12.0, -3600.0])
def test_with_up_a_clock_that_was_set_is_known_at_once(fast_s: float) -> None:
    """Forwards or back, also where the frame after it comes late; and only once."""
    before = heard(*each([0.0] * 6))
    after = on(before, [(60.0, 3.0, 560.0), (70.0, 0.0, 570.0), (80.0, 9.0, 580.0)], fast_s)

    assert (after.segment, phone_clock.off_s(after)) == (1, -fast_s)


def test_a_phone_that_was_started_anew_begins_a_segment() -> None:
    """Its monotonic clock has begun again."""
    assert on(heard(*each([0.0] * 3)), [(90.0, 0.0, 12.0)]).segment == 1


def test_a_monotonic_clock_that_sleeps_is_no_wall_clock_that_was_set() -> None:
    """It stood still for eight seconds of every ten, and a frame was late besides."""
    found = heard(*[(10.0 * n, 7.0 if n % 4 == 3 else 0.0, 500.0 + 2.0 * n) for n in range(20)])

    assert (found.segment, phone_clock.off_s(found)) == (0, 0.0)


def test_a_frame_that_was_overtaken_is_no_phone_started_anew() -> None:
    """It bears an older `up`, and an older `sent` with it."""
    assert on(heard(*each([0.0] * 3)), [(10.0, 15.0, 510.0), (30.0, 0.0, 530.0)]).segment == 0


def test_a_clock_set_little_by_little_was_set_in_the_end() -> None:
    """Two seconds a minute: compared with where the segment began, not with the frame before."""
    phone = PhoneEnd()
    for n in range(4):
        phone = phone_clock.heard(phone, NOW + 60.0 * n - 2.0 * n, 500.0 + 60.0 * n, NOW + 60.0 * n)

    assert phone.segment == 1


@pytest.mark.parametrize("fast_s", [12.0, -40.0])
def test_without_up_only_what_no_delay_explains_was_set(fast_s: float) -> None:
    """Nearer to our time than any frame before, or more than half a minute behind."""
    assert on(heard(*each([0.0] * 3, None)), [(30.0, 0.0, None)], fast_s).segment == 1


def test_our_own_clock_set_forward_is_believed_after_five() -> None:
    """Every frame seems late from then on; no segment, and the newest are where they belong."""
    found = on(heard(*each([0.0] * 5)), [(50.0 + 10.0 * n, 20.0, 550.0 + 10.0 * n) for n in range(5)])

    assert (found.segment, phone_clock.off_s(found)) == (0, 20.0)


def test_a_row_of_before_goes_on_as_it_was() -> None:
    """Its phone was never asked for `up`: the first frame that says it is judged like one that does not."""
    old = msgspec.msgpack.decode(msgspec.msgpack.encode(("b", 7, (0.2, 0.4), 3, 1)), type=PhoneEnd)
    found = on(old, each([7.0, 0.3]))

    assert (found.segment, found.wall_s, found.up_s) == (3, NOW - 500.0, 510.0)
