"""How fast messages leave, and when nobody is asked."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.pace import AHEAD_S, JITTER, REST_S, URGENT_REST_S, Pace, Rest, asked_s, jittered


def test_turns_are_evenly_apart() -> None:
    """Four a second: a quarter of a second between them, whoever asks when; what is not used is not saved up."""
    pace, turns = Pace(4.0), []
    for _ in range(3):
        pace, at = pace.taken(100.0)
        turns.append(at)
    assert turns == [100.0, 100.25, 100.5]
    assert pace.taken(200.0)[1] == 200.0


def test_turns_are_given_out_half_a_second_ahead() -> None:
    """And not more: whoever comes later may need one sooner."""
    pace = Pace(20.0)
    given = pace.room(100.0)
    for _ in range(given):
        pace, at = pace.taken(100.0)
    assert at - 100.0 <= AHEAD_S
    assert pace.room(100.0) == 0
    assert pace.room(pace.room_at(100.0) + 1e-6) >= 1


@given(rate=st.floats(0.1, 500.0), waits=st.lists(st.floats(0.0, 2.0), max_size=30))
def test_no_stretch_of_time_has_more_turns_than_its_rate(rate: float, waits: list[float]) -> None:
    """Whoever asks how often."""
    pace, now, turns = Pace(rate), 1000.0, []
    for wait_s in waits:
        now += wait_s
        for _ in range(pace.room(now)):
            pace, at = pace.taken(now)
            turns.append(at)
            assert at - now <= AHEAD_S + 1e-6
    assert all(b - a >= 1.0 / rate - 1e-6 for a, b in pairwise(turns))


def test_without_a_rate_there_is_room_at_once() -> None:
    """On the phones on the screen."""
    assert Pace().taken(5.0) == (Pace(), 5.0)
    assert Pace().room(5.0) > 10_000
    assert Pace().room_at(5.0) == 5.0


def test_a_lane_rests_longer_and_longer_and_an_sos_never_more_than_two_seconds() -> None:
    """Sixteen refusals of one moment count as one."""
    rest, now = Rest(), 0.0
    assert rest.room(now, urgent=False) is None
    for rest_s in (*REST_S, REST_S[-1]):
        for _ in range(16):
            rest = rest.after_failure(now)
        assert rest.room(now, urgent=True) == 0
        assert rest.room(now + min(rest_s, URGENT_REST_S), urgent=True) == 1
        assert (rest.room(now + rest_s - 0.01, urgent=False), rest.room(now + rest_s, urgent=False)) == (0, 1)
        now += rest_s


def test_a_provider_that_says_how_long_is_believed() -> None:
    """Retry-After of half a minute."""
    assert Rest().after_failure(0.0, asked_s=30.0).until == 30.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("86400", 60.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("Fri, 31 Dec 1999 23:59:59 GMT", None),
        ("9" * 40, None),
        ("٧", None),
        ("²", None),
    ],
)
def test_retry_after_as_providers_write_it(header: str, seconds: float | None) -> None:
    """Whole seconds, a minute at most; a date and nonsense are as if nothing were said."""
    assert asked_s(header, 60.0) == seconds


@given(seconds=st.floats(0.0, 300.0), name=st.text())
def test_nobody_comes_back_early_and_not_all_together(seconds: float, name: str) -> None:
    """Up to a quarter later, the same for the same message."""
    assert seconds <= jittered(seconds, name) <= seconds * (1.0 + JITTER)
    assert jittered(60.0, "a/1") != jittered(60.0, "a/2")
    assert jittered(seconds, name) == jittered(seconds, name)
