"""Queues and limits, by arithmetic alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.demo.provider.rates import Line, Rates
from service.demo.provider.refusals import Refused


def test_a_sender_sends_its_segments_one_after_the_other() -> None:
    """Three texts of two parts at one part a second: now, in 2 s, in 4 s; after a pause at once again."""
    line = Line()
    assert [line.join(100.0, 2, 1.0, 3600.0) for _ in range(3)] == [0.0, 2.0, 4.0]
    assert line.join(200.0, 1, 1.0, 3600.0) == 0.0


def test_a_text_that_would_wait_too_long_takes_no_place() -> None:
    """It is not sent, so those behind it wait no longer for its sake."""
    line = Line()
    line.join(0.0, 10, 1.0, 3600.0)
    assert line.join(0.0, 5, 1.0, 9.0) is None
    assert line.join(0.0, 5, 1.0, 10.0) == 10.0


def test_without_a_rate_nothing_waits() -> None:
    """As fast as it comes."""
    line = Line()
    assert [line.join(0.0, 9, None, 1.0) for _ in range(5)] == [0.0] * 5


@given(st.lists(st.tuples(st.floats(0.0, 5.0), st.integers(1, 4)), max_size=40))
def test_no_sender_is_ever_faster_than_its_rate(texts: list[tuple[float, int]]) -> None:
    """Whatever comes when: between two departures lies at least what the first of them takes."""
    line, now, leaves = Line(), 0.0, []
    for gap_s, parts in texts:
        now += gap_s
        waits_s = line.join(now, parts, 2.0, 36_000.0)
        assert waits_s is not None
        leaves.append((now + waits_s, parts / 2.0))
    assert all(after - before >= takes_s - 1e-9 for (before, takes_s), (after, _) in pairwise(leaves))


def test_a_queue_is_full_when_it_is_ten_hours_long() -> None:
    """Only the sender whose queue it is; the shortest queue is found."""
    rates = Rates(texts_s=1.0)
    rates.line("a").join(0.0, 36_001, 1.0, 36_000.0)
    assert (rates.is_full("a", 0.0), rates.is_full("b", 0.0)) == (True, False)
    assert not rates.is_full("a", 2.0)
    assert rates.freest(["a", "b"], 0.0) == "b"


def test_a_sender_may_have_a_rate_of_its_own() -> None:
    """A short code is faster than a long number."""
    rates = Rates(texts_s=1.0, of={"fast": 100.0})
    assert (rates.of_sender("fast"), rates.of_sender("slow")) == (100.0, 1.0)


def admitted(rates: Rates, now: float) -> bool:
    try:
        with rates.request(now):
            return True
    except Refused:
        return False


def test_one_request_too_many_is_told_when_to_come_back() -> None:
    """429, error 20429, whole seconds, at least one."""
    rates = Rates(requests_s=0.1)
    assert admitted(rates, 0.0)
    with pytest.raises(Refused) as refused, rates.request(0.5):
        pass
    assert (refused.value.code, refused.value.http, refused.value.retry_after_s) == (20429, 429, 10)


def test_so_many_requests_in_a_second_and_no_more() -> None:
    """Five at once are let in, the sixth is not; a second later five more. A refused one uses nothing up."""
    rates = Rates(requests_s=5.0)
    assert [admitted(rates, 0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert [admitted(rates, 1.0) for _ in range(6)] == [True] * 5 + [False]


def test_so_many_requests_at_once_and_no_more() -> None:
    """A place is free again when a request is over, whatever became of it."""
    rates = Rates(at_once=1)
    with rates.request(0.0):
        assert not admitted(rates, 0.0)
    with pytest.raises(KeyError), rates.request(0.0):
        raise KeyError
    assert admitted(rates, 0.0)
