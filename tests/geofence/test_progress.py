"""How far along she is: walks with known truth, drawn and noisy, and real ones."""

import numpy as np
import pytest

from geofence.fix import Fix
from geofence.grid import grid_of
from geofence.hypotheses import NOWHERE, Item, Located
from geofence.mode import Mode
from geofence.progress import locate
from geofence.route import Route, read_points
from service.walks import Walk

from .streets import BEGAN_AT, EIGHT, LOOP, OUT_AND_BACK, STAIRS, WALKING_MPS, along, corners_of, fix, noisy

ROUTES = {"stairs": STAIRS, "out and back": OUT_AND_BACK, "loop": LOOP, "eight": EIGHT}


def walked(route: Route, fixes: list[Fix], mode: Mode = Mode.FOOT) -> list[Located]:
    """Each fix located after the one before."""
    grid, before, found = grid_of(route), NOWHERE, []
    last: Fix | None = None
    for one in fixes:
        [located] = locate([Item(grid, before, one, None if last is None else one.at - last.at, mode)])
        found.append(located)
        before, last = located.after, one
    return found


def fixes_of(points: list[tuple[float, float]], every_s: float = 10.0, accuracy_m: float = 10.0) -> list[Fix]:
    return [fix(x, y, n * every_s, n, accuracy_m) for n, (x, y) in enumerate(points)]


@pytest.mark.parametrize("name", ROUTES)
def test_progress_is_true_and_never_goes_back(name: str) -> None:
    """On straight, returning, closed and crossing routes she is where she is, metre for metre, and only goes on."""
    route = ROUTES[name]
    points = along(corners_of(route))
    found = walked(route, fixes_of(points))
    made = [one.along_m for one in found if one.along_m is not None]
    assert len(made) == len(points)
    assert max(abs(m - n * 10.0 * WALKING_MPS) for n, m in enumerate(made)) < 12.0
    assert made == sorted(made)
    assert max(one.astray_m or 0.0 for one in found) < 4.0


@pytest.mark.parametrize("name", ROUTES)
def test_noise_hardly_ever_misplaces_her(name: str) -> None:
    """With 8 m of noise at most one fix in two hundred is more than 50 m wrong, on the way back too."""
    route = ROUTES[name]
    wrong = total = 0
    for seed in range(6):
        points = along(corners_of(route))
        for n, one in enumerate(walked(route, fixes_of(noisy(points, 8.0, seed)))):
            total += 1
            wrong += one.along_m is None or abs(one.along_m - n * 10.0 * WALKING_MPS) > 50.0
    assert wrong / total <= 0.005


def test_a_sparse_phone_is_followed() -> None:
    """One fix a minute is enough to tell the way out from the way back."""
    points = along(corners_of(OUT_AND_BACK), every_s=60.0)
    found = walked(OUT_AND_BACK, fixes_of(noisy(points, 5.0, 1), every_s=60.0))
    late = [(n, one.along_m) for n, one in enumerate(found) if one.along_m is not None]
    assert sum(abs(m - n * 60.0 * WALKING_MPS) > 50.0 for n, m in late) <= 1


def test_she_turns_round() -> None:
    """Going back for her keys, progress follows her back."""
    out = along([(0, 0), (120, 0), (120, 90), (240, 90), (240, 180)])
    found = walked(STAIRS, fixes_of([*out, *reversed(out)]))
    assert found[len(out) - 1].along_m == pytest.approx(415.0, abs=15.0)
    assert found[-1].along_m == pytest.approx(0.0, abs=25.0)


def test_off_the_route_progress_stays() -> None:
    """Where nothing of the route is near she keeps her place, and the distance is to the nearest part of it."""
    out = along([(0, 0), (120, 0), (120, 90)])
    off = [(120.0 - 14.0 * n, 90.0 + 14.0 * n) for n in range(1, 12)]
    found = walked(STAIRS, fixes_of([*out, *off]))
    assert not found[-1].near
    assert found[-1].astray_m == pytest.approx(154.0 * np.sqrt(2), rel=0.02)
    places = {one.along_m for one in found if not one.near}
    assert len(places) == 1


def test_a_short_cut_is_found() -> None:
    """She leaves the loop in the middle and comes back on its last side: within two fixes she is there."""
    points = [*along([(0, 0), (400, 0), (400, 200)]), *along([(400, 200), (0, 200), (0, 0)])]
    found = walked(LOOP, fixes_of(points))
    assert found[-1].along_m == pytest.approx(1600.0, abs=20.0)


def test_a_long_silence() -> None:
    """After twenty minutes without a fix she is found wherever she has come to."""
    [first] = walked(STAIRS, [fix(0, 0)])
    x, y = along(corners_of(STAIRS))[120]
    [later] = locate([Item(grid_of(STAIRS), first.after, fix(x, y, 1200.0), 1200.0)])
    assert later.along_m == pytest.approx(1620.0, abs=10.0)


def test_an_unknown_time_between() -> None:
    """Across a change of the phone's clock the whole route is looked at."""
    found = walked(STAIRS, fixes_of(along(corners_of(STAIRS))[:30]))
    x, y = along(corners_of(STAIRS))[60]
    [later] = locate([Item(grid_of(STAIRS), found[-1].after, fix(x, y, 0.0), None)])
    assert later.along_m == pytest.approx(810.0, abs=10.0)


def test_late_fixes_move_nothing() -> None:
    """A fix older than the state is not located and leaves the state as it was."""
    before = walked(STAIRS, fixes_of(along(corners_of(STAIRS))[:30]))[-1].after
    [late] = locate([Item(grid_of(STAIRS), before, fix(0, 0, 100.0), -190.0)])
    assert late == Located(None, None, False, before)


def test_without_a_route() -> None:
    """A journey by time alone has no progress."""
    assert locate([Item(None, NOWHERE, fix(0, 0), 10.0)]) == [Located(None, None, False, NOWHERE)]


def test_the_start_of_a_loop_is_its_start() -> None:
    """Standing where the route begins and ends she has everything before her."""
    [first] = walked(LOOP, [fix(3, 2)])
    assert first.along_m is not None
    assert first.along_m < 20.0


def test_she_may_begin_in_the_middle() -> None:
    """Setting off from a friend's house half way along, she is half way."""
    x, y = along(corners_of(STAIRS))[80]
    [first] = walked(STAIRS, [fix(x, y)])
    assert first.along_m == pytest.approx(1080.0, abs=10.0)


def test_a_cycle_is_followed_at_its_own_speed() -> None:
    """Eight metres a second is progress by cycle."""
    points = along(corners_of(STAIRS), mps=8.0)
    found = walked(STAIRS, fixes_of(points), Mode.CYCLE)
    assert max(abs((one.along_m or 0.0) - 80.0 * n) for n, one in enumerate(found)) < 12.0


def test_real_walks_keep_their_progress(walks: list[Walk]) -> None:
    """On her own recorded line every fix of a real walk is in its place, pauses and loops included."""
    for walk in walks:
        route = read_points([(point.lat, point.lon) for point in walk.points])
        found = walked(route, [Fix(n, BEGAN_AT + p.t_s, p.lat, p.lon, 10.0) for n, p in enumerate(walk.points)])
        made = np.array([one.along_m for one in found], dtype=float)
        assert np.diff(made).min() >= 0.0
        assert made[-1] == pytest.approx(route.length_m, abs=15.0)
        assert max(one.astray_m or 0.0 for one in found) < 12.0


def test_order_and_pools_do_not_matter() -> None:
    """Each item of a mixed batch is answered in its place, as if it were alone."""
    items = [
        Item(grid_of(route) if route else None, NOWHERE, fix(5.0 * n, 3.0, seq=n), 10.0)
        for n, route in enumerate([STAIRS, None, LOOP, EIGHT, None, OUT_AND_BACK])
    ]
    assert locate(items) == [locate([item])[0] for item in items]
