"""The record of a journey, and its two readings."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from geofence.state import (
    EMPTY,
    INDEX,
    MEANS,
    MISSING,
    NAMES,
    SIZE,
    UNKNOWN,
    Row,
    clock,
    clocks,
    columns_of,
    mean_of,
    push,
    ring_of,
    rounded,
    row_of,
    state_of,
    states_of,
    wrapped,
)

single = st.floats(-1e9, 1e9, width=32)


def a_walk() -> Row:
    """Anna's record in the middle of a walk."""
    row = Row(
        at=1_795_000_123.456, lat=51.389, lon=0.504, along0=812.25, cost0=0.0, shown=812.25, pace=1.5, outside=3.0
    )
    for n in range(5):
        push(row, mean_of(30.0 * n, 40.0 * n, -10.0, 40.0 * n))
    return row


def test_a_record_is_small_and_keeps_what_it_was_told() -> None:
    """A third of a kilobyte for a journey, and nothing of it is lost on the way to the disk and back."""
    assert len(EMPTY) == SIZE <= 320
    assert row_of(EMPTY) == Row()
    assert row_of(state_of(a_walk())) == a_walk()


def test_the_two_readings_are_of_one_record() -> None:
    """What plain Python wrote numpy reads by the same names, and the other way round, byte for byte."""
    states = [EMPTY, state_of(a_walk()), EMPTY]
    columns = columns_of(states)
    assert len(columns) == 3
    assert columns.f[INDEX["along0"]].tolist() == [0.0, 812.25, 0.0]
    assert columns.f[INDEX["cost0"]].tolist() == [MISSING, 0.0, MISSING]
    assert columns.d[0, 1] == 1_795_000_123.456
    assert columns.means.tolist() == [0, 5, 0]
    assert columns.row(1) == a_walk()
    assert states_of(columns) == states


def test_a_row_goes_into_the_columns_and_out_again() -> None:
    """One journey of a batch is changed by plain Python, its neighbours stay as they were."""
    columns = columns_of([EMPTY] * 3)
    columns.keep(1, a_walk())
    assert states_of(columns) == [EMPTY, state_of(a_walk()), EMPTY]
    some = columns.take(np.array([1, 2]))
    some.f[INDEX["off"]] = 1.0
    columns.put(np.array([1, 2]), some)
    assert [row_of(one).off for one in states_of(columns)] == [0.0, 1.0, 1.0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(single, min_size=len(NAMES), max_size=len(NAMES)),
    st.integers(0, MEANS),
    st.binary(min_size=96, max_size=96),
)
def test_whatever_the_numbers_both_write_the_same(numbers: list[float], means: int, ring: bytes) -> None:
    """A record survives both readings unchanged, whatever is in it."""
    values: list[Any] = [means, 1.8e9, 51.0, 0.5, *numbers, ring]
    row = Row(*values)
    state = state_of(row)
    assert astuple(rounded(row)) == astuple(row)
    assert states_of(columns_of([state])) == [state]
    assert columns_of([state]).row(0) == row


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.binary(min_size=SIZE - 1, max_size=SIZE - 1).map(lambda b: b"\x01" + b)))
def test_bytes_of_any_kind_are_a_record(state: bytes) -> None:
    """What was damaged on disk is a beginning or a record with finite numbers, the same to both readings."""
    row = row_of(state)
    assert np.isfinite(astuple(row)[1:-1]).all()
    assert 0 <= row.means <= MEANS
    assert state_of(columns_of([EMPTY, state]).row(1)) == state_of(row)


def test_another_version_begins_anew() -> None:
    """A record of a newer layout is not guessed at."""
    assert row_of(b"\x02" + state_of(a_walk())[1:]) == Row()


def test_ten_seconds_stay_ten_seconds() -> None:
    """After twelve hours, at any fraction of a second, two fixes thirty seconds apart are not a hair less apart."""
    began_at = 1_795_000_000.37
    for at_s in (0.0, 0.123, 43_199.999, 200_000.4):
        first, later = clock(began_at + at_s, began_at), clock(began_at + at_s + 30.0, began_at)
        assert later - first == pytest.approx(30.0, abs=1 / 64)
        assert np.float32(first) == first
    assert clock(began_at + 40.0, began_at) - clock(began_at + 10.0, began_at) == 30.0


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 2e9))
def test_one_clock(at: float, began_at: float) -> None:
    """Plain and by columns the time is the same, and always one that can be kept."""
    assert clocks(np.array([at]), np.array([began_at]))[0] == clock(at, began_at)
    assert abs(clock(at, began_at)) <= 1e7


def test_the_ring_keeps_the_last_twelve() -> None:
    """Oldest first; what falls out is the oldest."""
    row = Row()
    assert ring_of(row) == []
    for n in range(15):
        push(row, mean_of(30.0 * n, 10.0 * n, -5.0, -1.0 if n == 14 else 10.0 * n))
    kept = ring_of(row)
    assert len(kept) == row.means == MEANS
    assert [mean[0] for mean in kept] == [30 * n for n in range(3, 15)]
    assert kept[-1] == (420, 140, -5, UNKNOWN)


def test_a_long_way_and_a_long_day_wrap_around() -> None:
    """Fifty kilometres out and twenty hours on, the difference of two means is still what lies between them."""
    one, other = mean_of(72_000.0, 50_000.0, -50_000.0, 99_000.0), mean_of(72_060.0, 50_020.0, -50_010.0, 99_030.0)
    assert [wrapped(b - a) for a, b in zip(one[:3], other[:3], strict=True)] == [60, 20, -10]
    assert other[3] - one[3] == 15
    assert all(-32768 <= n <= 32767 for n in one + other)
