"""Many slices at once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geofence.streets.runs import begins, runs

RUNS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 6), st.booleans()), max_size=12)


@given(RUNS)
def test_runs_are_the_slices_one_after_the_other(some: list[tuple[int, int, bool]]) -> None:
    """As a loop would take them, those that are not ascending from their end; empty ones, and none at all."""
    start, count, ascending = (np.array([one[k] for one in some], kind) for k, kind in enumerate((np.int32, np.int32, bool)))  # fmt: skip
    forward = [n for first, many, _ in some for n in range(first, first + many)]
    either = [n for first, many, up in some for n in range(first, first + many)[:: 1 if up else -1]]

    assert runs(start, count).tolist() == forward
    assert runs(start, count, ascending).tolist() == either


def test_where_runs_begin() -> None:
    """Behind all before them."""
    assert begins(np.array([3, 0, 2])).tolist() == [0, 3, 3]
