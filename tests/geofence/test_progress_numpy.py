"""The array version equals the plain one, whatever comes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.grid import Grid, Pool
from geofence.hypotheses import Place
from geofence.progress_numpy import MANY, Places, locate_many
from geofence.progress_scalar import locate_one
from geofence.state import EMPTY, NAMES, Row, columns_of, row_of, state_of, states_of

from .drawn import EIGHT, LOOP, OUT_AND_BACK, STAIRS, street

POOL = Pool()
SPIRAL = street(*[(40.0 * n * np.cos(n / 2), 40.0 * n * np.sin(n / 2)) for n in range(1, 40)])
GRIDS = [POOL.add(n, route) for n, route in enumerate([STAIRS, OUT_AND_BACK, LOOP, EIGHT, SPIRAL])]


@dataclass(frozen=True)
class Step:
    """One fix: where (metres), how well, how long after the last one, how fast she may be, and at least is."""

    x: float
    y: float
    accuracy_m: float
    dt_s: float | None
    top_mps: float
    least_mps: float = 0.0


steps = st.builds(
    Step,
    st.floats(-1300, 1300),
    st.floats(-1300, 1300),
    st.one_of(st.just(10.0), st.floats(0, 200)),
    st.one_of(st.none(), st.just(10.0), st.floats(0.5, 120), st.floats(120, 1e9)),
    st.one_of(st.just(2.2), st.floats(2.2, 9)),
    st.one_of(st.just(0.0), st.floats(0, 2.2)),
)
number = st.floats(width=32, allow_nan=False, allow_infinity=False).map(lambda one: one + 0.0)  # no sign to a zero
walk = st.tuples(st.sampled_from(GRIDS), st.lists(steps, min_size=5, max_size=5))


def together(ways: list[Grid], states: list[bytes], now: list[Step]) -> tuple[list[Place], list[bytes]]:
    """All of them in one call."""
    columns = columns_of(states)
    told_now = [(one.x, one.y, one.accuracy_m, one.top_mps, one.least_mps) for one in now]
    x, y, accuracy, top, least = np.array(told_now).T.copy()
    dt = np.array([-1.0 if one.dt_s is None else one.dt_s for one in now])
    slots = np.array([way.slot for way in ways])
    return told(locate_many(POOL, slots, columns, x, y, accuracy, dt, top, least)), states_of(columns)


def told(places: Places) -> list[Place]:
    shown = [one if one >= 0.0 else None for one in places.along.tolist()]
    every = zip(shown, places.astray.tolist(), places.near.tolist(), places.cell.tolist(), strict=True)
    return [Place(*one) for one in every]


def alone(way: Grid, state: bytes, now: Step) -> tuple[Place, bytes]:
    row = row_of(state)
    return locate_one(way, row, now.x, now.y, now.accuracy_m, now.dt_s, now.top_mps, now.least_mps), state_of(row)


@settings(max_examples=100, deadline=None)
@given(st.lists(walk, min_size=1, max_size=6))
def test_both_executions_are_one_definition(walks: list[tuple[Grid, list[Step]]]) -> None:
    """Any fixes on any routes, with any silences, accuracies and speeds: bit for bit the same answers and states."""
    ways, states = [way for way, _ in walks], [EMPTY] * len(walks)
    for turn in range(5):
        now = [one[turn] for _, one in walks]
        apart = [alone(way, state, step) for way, state, step in zip(ways, states, now, strict=True)]
        places, states = together(ways, states, now)
        assert (places, states) == ([place for place, _ in apart], [state for _, state in apart])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(GRIDS),
    st.lists(number, min_size=len(NAMES), max_size=len(NAMES)),
    steps,
)
def test_a_damaged_record_is_judged_alike(way: Grid, numbers: list[float], step: Step) -> None:
    """Whatever a record says of where she may be, there is a place, or none, without an error, the same by both."""
    known: dict[str, Any] = dict(zip(NAMES, numbers, strict=True))
    state = state_of(Row(at=1.0, **known))
    place, after = alone(way, state, step)
    assert together([way], [state], [step]) == ([place], [after])


def test_they_agree_on_a_crowd() -> None:
    """Five hundred noisy walks of three quarters of an hour, scans and detours in between: not one bit of difference."""
    rng = np.random.default_rng(4)
    ways = [GRIDS[n % len(GRIDS)] for n in range(MANY + 100)]
    states, cell = [EMPTY] * len(ways), rng.integers(0, 100, len(ways))
    for turn in range(20):
        cell += 1
        now = []
        for way, at in zip(ways, cell.tolist(), strict=True):
            far = 150.0 if turn % 7 == 6 else 8.0
            x, y = float(way.x[at % way.cells]), float(way.y[at % way.cells])
            now.append(Step(x + rng.normal(0, far), y + rng.normal(0, far), 10.0, 10.0 if turn else None, 2.2))
        apart = [alone(way, state, step) for way, state, step in zip(ways, states, now, strict=True)]
        places, states = together(ways, states, now)
        assert (places, states) == ([place for place, _ in apart], [state for _, state in apart])
