"""The array version equals the plain one, whatever comes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from geofence.fix import Fix
from geofence.grid import Pool
from geofence.hypotheses import NOWHERE, Item
from geofence.mode import Mode
from geofence.progress_numpy import locate_many
from geofence.progress_scalar import locate_one

from .streets import BEGAN_AT, EIGHT, LOOP, OUT_AND_BACK, STAIRS, place

POOL = Pool()
GRIDS = [POOL.add(n, route) for n, route in enumerate([STAIRS, OUT_AND_BACK, LOOP, EIGHT])]

spot = st.tuples(st.floats(-150, 1300), st.floats(-150, 950))
step = st.tuples(
    spot,
    st.one_of(st.none(), st.just(0.0), st.floats(1, 120), st.floats(120, 4000)),
    st.floats(0, 200),
    st.one_of(st.none(), st.floats(0, 10)),
)
walk = st.tuples(st.sampled_from(GRIDS), st.sampled_from(list(Mode)), st.lists(step, min_size=5, max_size=5))


@settings(max_examples=60, deadline=None)
@given(st.lists(walk, min_size=1, max_size=6))
def test_both_executions_are_one_definition(
    walks: list[tuple[object, Mode, list[tuple[tuple[float, float], float | None, float, float | None]]]],
) -> None:
    """Any walks on any routes, with any silences, accuracies and speeds: bit for bit the same answers and states."""
    states = [NOWHERE] * len(walks)
    for turn in range(5):
        items = []
        for (grid, mode, steps), before in zip(walks, states, strict=True):
            (x, y), dt_s, accuracy_m, speed_mps = steps[turn]
            one = Fix(turn, BEGAN_AT, *place(x, y), accuracy_m, speed_mps)
            items.append(Item(grid, before, one, dt_s, mode))  # type: ignore[arg-type]
        many = locate_many(items)
        assert many == [locate_one(item) for item in items]
        states = [one.after for one in many]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(GRIDS), st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=30, max_size=30))
def test_they_agree_on_a_walk(grid: object, noise: list[tuple[float, float]]) -> None:
    """Thirty fixes near the route, with the scans in between: the same place each time."""
    alone = together = NOWHERE
    for n, (dx, dy) in enumerate(noise):
        lat, lon = GRIDS[0].plane.to_degrees(float(GRIDS[0].x[n]) + dx, float(GRIDS[0].y[n]) + dy)
        item = Item(grid, alone, Fix(n, BEGAN_AT + 10.0 * n, lat, lon, 10.0), 10.0 if n else None)  # type: ignore[arg-type]
        alone_now = locate_one(item)
        [together_now] = locate_many([item._replace(before=together)])
        assert alone_now == together_now
        alone, together = alone_now.after, together_now.after
