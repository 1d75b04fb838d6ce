"""A stepped wall clock is not believed for a minute."""

from service.steady import HOLD_S, SteadyClock


class Hands:
    """A wall clock and a monotonic one, set by hand."""

    def __init__(self) -> None:
        self.wall_at, self.mono_s = 1_800_000_000.0, 100.0

    def now(self) -> float:
        return self.wall_at

    def monotonic(self) -> float:
        return self.mono_s

    async def sleep(self, seconds: float) -> None:
        self.passes(seconds)

    def passes(self, seconds: float) -> None:
        self.wall_at += seconds
        self.mono_s += seconds


def test_an_ordinary_clock_is_believed() -> None:
    """Small corrections are followed at once."""
    hands = Hands()
    clock = SteadyClock(hands)
    hands.passes(3600.0)
    hands.wall_at += 2.0
    assert clock.now() == hands.wall_at


def test_a_step_is_not_believed_for_a_minute_and_then_it_is() -> None:
    """An hour forward: time goes on as it was, somebody hears of it once, and after 60 s the new time stands."""
    heard: list[float] = []
    hands = Hands()
    clock = SteadyClock(hands, heard.append)
    before = clock.now()
    hands.wall_at += 3600.0
    hands.passes(10.0)
    assert clock.now() == before + 10.0
    hands.passes(HOLD_S - 1.0)
    assert clock.now() == before + 9.0 + HOLD_S
    hands.passes(2.0)
    assert clock.now() == hands.wall_at
    assert heard == [3600.0]


def test_a_clock_that_is_put_right_in_time_leaves_no_trace() -> None:
    """Stepped back an hour and forward again within the minute."""
    hands = Hands()
    clock = SteadyClock(hands)
    before = clock.now()
    hands.wall_at -= 3600.0
    hands.passes(20.0)
    assert clock.now() == before + 20.0
    hands.wall_at += 3600.0
    hands.passes(20.0)
    assert clock.now() == before + 40.0 == hands.wall_at


async def test_it_sleeps_and_counts_like_the_clock_it_wraps() -> None:
    """Only `now` is different."""
    hands = Hands()
    clock = SteadyClock(hands)
    await clock.sleep(5.0)
    assert clock.monotonic() == hands.mono_s == 105.0


class Held(Hands):
    """A machine that stands still for six seconds after the wall clock was read, so many times."""

    pauses = 0

    def now(self) -> float:
        wall_at = super().now()
        if self.pauses:
            self.pauses -= 1
            self.passes(6.0)
        return wall_at


def test_a_process_that_is_held_up_between_two_readings_sees_no_step() -> None:
    """A busy machine is not one whose clock was set: nobody hears anything, and the time is right."""
    heard: list[float] = []
    hands = Held()
    clock = SteadyClock(hands, heard.append)
    hands.pauses = 2
    assert clock.now() == hands.wall_at
    assert clock.now() == hands.wall_at
    assert heard == []
