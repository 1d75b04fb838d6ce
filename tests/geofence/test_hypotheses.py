"""How far along she is: walks with known truth, drawn and noisy, and real ones; by both executions of the one definition."""

from collections.abc import Sequence

import numpy as np
import pytest

from geofence.grid import Grid, grid_of
from geofence.hypotheses import Place, least_mps, top_mps
from geofence.mode import TOP_MPS, Mode
from geofence.progress_numpy import locate_many
from geofence.progress_scalar import locate_one
from geofence.route import Route, read_points
from geofence.state import EMPTY, columns_of, row_of, state_of, states_of
from service.walks import Walk

from .drawn import EIGHT, LOOP, OUT_AND_BACK, SQUARE, STAIRS, WALKING_MPS, Point, along, corners_of, noisy, street

ROUTES = {"stairs": STAIRS, "out and back": OUT_AND_BACK, "loop": LOOP, "eight": EIGHT}


def located(
    way: Grid,
    state: bytes,
    point: Point,
    dt_s: float | None,
    accuracy_m: float = 10.0,
    top: float = 2.2,
    least: float = 0.0,
) -> tuple[Place, bytes]:
    """Where a point (in metres around the square) is, and her record after it; both executions agree to the bit."""
    px, py = way.plane.to_metres(*SQUARE.to_degrees(*point))
    row, columns = row_of(state), columns_of([state])
    place = locate_one(way, row, px, py, accuracy_m, dt_s, top, least)
    one = np.ones(1)
    dt = one * (-1.0 if dt_s is None else dt_s)
    places = locate_many(
        way.pool, np.array([way.slot]), columns, px * one, py * one, accuracy_m * one, dt, top * one, least * one
    )  # fmt: skip
    assert states_of(columns) == [state_of(row)]
    shown_m = float(places.along[0]) if places.along[0] >= 0.0 else None
    assert Place(shown_m, float(places.astray[0]), bool(places.near[0]), int(places.cell[0])) == place
    return place, state_of(row)


def walked(
    route: Route, points: Sequence[Point], every_s: float = 10.0, state: bytes = EMPTY, top: float = 2.2
) -> tuple[list[Place], bytes]:
    """Each point located after the one before, and her record at the end."""
    way, found = grid_of(route), []
    for n, point in enumerate(points):
        place, state = located(way, state, point, every_s if n else None, top=top)
        found.append(place)
    return found, state


def made(found: Sequence[Place]) -> list[float]:
    """How far along she was at each fix; -1 where nobody knew."""
    return [-1.0 if place.along_m is None else place.along_m for place in found]


@pytest.mark.parametrize("name", ROUTES)
def test_progress_is_true_and_never_goes_back(name: str) -> None:
    """On straight, returning, closed and crossing routes she is where she is, metre for metre, and only goes on."""
    found, _ = walked(ROUTES[name], along(corners_of(ROUTES[name])))
    assert max(abs(m - n * 10.0 * WALKING_MPS) for n, m in enumerate(made(found))) < 12.0
    assert made(found) == sorted(made(found))
    assert max(place.astray_m or 0.0 for place in found) < 4.0


@pytest.mark.parametrize("name", ROUTES)
def test_noise_hardly_ever_misplaces_her(name: str) -> None:
    """With 8 m of noise at most one fix in two hundred is more than 50 m wrong, on the way back too."""
    wrong = total = 0
    for seed in range(6):
        found, _ = walked(ROUTES[name], noisy(along(corners_of(ROUTES[name])), 8.0, seed))
        total += len(found)
        wrong += sum(abs(m - n * 10.0 * WALKING_MPS) > 50.0 for n, m in enumerate(made(found)))
    assert wrong / total <= 0.005


def test_a_sparse_phone_is_followed() -> None:
    """One fix a minute is enough to tell the way out from the way back."""
    found, _ = walked(OUT_AND_BACK, noisy(along(corners_of(OUT_AND_BACK), every_s=60.0), 5.0, 1), every_s=60.0)
    assert sum(abs(m - n * 60.0 * WALKING_MPS) > 50.0 for n, m in enumerate(made(found))) <= 1


def test_she_turns_round() -> None:
    """Going back for her keys, progress follows her back."""
    out = along([(0, 0), (120, 0), (120, 90), (240, 90), (240, 180)])
    found, _ = walked(STAIRS, [*out, *reversed(out)])
    assert found[len(out) - 1].along_m == pytest.approx(415.0, abs=15.0)
    assert found[-1].along_m == pytest.approx(0.0, abs=30.0)


def test_off_the_route_progress_stays() -> None:
    """Where nothing of the route is near she keeps her place, and the distance is to the nearest part of it."""
    out = along([(0, 0), (120, 0), (120, 90)])
    off = [(120.0 - 14.0 * n, 90.0 + 14.0 * n) for n in range(1, 12)]
    found, _ = walked(STAIRS, [*out, *off])
    assert not found[-1].near
    assert found[-1].astray_m == pytest.approx(154.0 * np.sqrt(2), rel=0.02)
    assert len({place.along_m for place in found if not place.near}) == 1


def test_a_short_cut_is_found() -> None:
    """She leaves the loop in the middle and comes back on its last side: within two fixes she is there."""
    points = [*along([(0, 0), (400, 0), (400, 200)]), *along([(400, 200), (0, 200), (0, 0)])]
    assert walked(LOOP, points)[0][-1].along_m == pytest.approx(1600.0, abs=20.0)


def test_a_long_silence() -> None:
    """After twenty minutes without a fix she is found wherever she has come to."""
    _, state = walked(STAIRS, [(0, 0)])
    later, _ = located(grid_of(STAIRS), state, along(corners_of(STAIRS))[120], 1200.0)
    assert later.along_m == pytest.approx(1620.0, abs=10.0)


def test_an_unknown_time_between() -> None:
    """Across a change of the phone's clock the whole route is looked at."""
    way = along(corners_of(STAIRS))
    _, state = walked(STAIRS, way[:30])
    later, _ = located(grid_of(STAIRS), state, way[60], None)
    assert later.along_m == pytest.approx(810.0, abs=10.0)


def test_far_from_the_route_from_the_first_fix() -> None:
    """Where she is on it nobody knows; how far away it is, to the metre."""
    place, state = located(grid_of(STAIRS), EMPTY, (0.0, -700.0), None)
    assert (place.along_m, place.near, place.cell) == (None, False, -1)
    assert place.astray_m == pytest.approx(700.0, abs=0.5)
    assert row_of(state).shown == -1.0


def test_the_start_of_a_loop_is_its_start() -> None:
    """Standing where the route begins and ends she has everything before her."""
    [first], _ = walked(LOOP, [(3, 2)])
    assert first.along_m is not None
    assert first.along_m < 20.0


def test_she_may_begin_in_the_middle() -> None:
    """Setting off from a friend's house half way along, she is half way."""
    [first], _ = walked(STAIRS, [along(corners_of(STAIRS))[80]])
    assert first.along_m == pytest.approx(1080.0, abs=10.0)


def test_a_cycle_is_followed_at_its_own_speed() -> None:
    """Eight metres a second is progress by cycle."""
    found, _ = walked(STAIRS, along(corners_of(STAIRS), mps=8.0), top=top_mps(Mode.CYCLE, None))
    assert max(abs(m - 80.0 * n) for n, m in enumerate(made(found))) < 12.0


def test_real_walks_keep_their_progress(walks: list[Walk]) -> None:
    """On her own recorded line every fix of a real walk is in its place, pauses and loops included."""
    for walk in walks:
        route = read_points([(point.lat, point.lon) for point in walk.points])
        grid, state, found = grid_of(route), EMPTY, []
        for n, point in enumerate(walk.points):
            dt_s = point.t_s - walk.points[n - 1].t_s if n else None
            place, state = located(grid, state, SQUARE.to_metres(point.lat, point.lon), dt_s)
            found.append(place)
        assert np.diff(made(found)).min() >= 0.0
        assert made(found)[-1] == pytest.approx(route.length_m, abs=15.0)
        assert max(place.astray_m or 0.0 for place in found) < 12.0


def test_progress_is_steady() -> None:
    """A step back inside the blur of the fix is noise; when she turns round it follows, two fixes behind her."""
    way = [(float(x), 0.0) for x in range(0, 105, 15)]
    found, state = walked(STAIRS, way)
    forth = found[-1].along_m
    assert located(grid_of(STAIRS), state, (78.0, 0.0), 10.0)[0].along_m == forth
    back, _ = walked(STAIRS, [*way, (75.0, 0.0), (60.0, 0.0), (45.0, 0.0), (30.0, 0.0), (15.0, 0.0)])
    assert made(back)[-5] == forth
    assert all(0.0 <= m - x <= 35.0 for m, x in zip(made(back)[-4:], (60.0, 45.0, 30.0, 15.0), strict=True))


def test_a_lone_fix_elsewhere_moves_nobody() -> None:
    """One fix on another part of her way, 500 m off, is a fix where nothing is near; the next one finds her where she was."""
    way = along(corners_of(LOOP))
    before, state = walked(LOOP, way[:30])
    astray, state = located(grid_of(LOOP), state, (100.0, 400.0), 10.0)
    assert not astray.near
    assert astray.along_m == before[-1].along_m
    assert astray.astray_m == pytest.approx(0.0, abs=5.0)
    after, _ = located(grid_of(LOOP), state, way[31], 10.0)
    assert after.along_m == pytest.approx(31 * 13.5, abs=12.0)


def test_a_first_fix_astray_leaves_her_at_the_start() -> None:
    """Thrown 120 m at her own door onto a later part of the way, she is not taken to be there."""
    route = street((0, 0), (400, 0), (400, 120), (0, 120))
    found, _ = walked(route, [(20.0, 118.0), (10.0, 1.0), (23.0, 0.0)])
    assert made(found) == [-1.0, pytest.approx(10.0, abs=10.0), pytest.approx(23.0, abs=10.0)]


def test_what_is_told_goes_back_as_she_would() -> None:
    """Where it was told too far, it comes back no faster than she can; where it was 75 m wrong, at once."""
    way = along(corners_of(STAIRS))
    _, state = walked(STAIRS, way[:20])
    for ahead_m, told_m in ((60.0, 60.0 - 22.0), (200.0, 0.0)):
        row = row_of(state)
        row.shown += ahead_m
        place, _ = located(grid_of(STAIRS), state_of(row), way[20], 10.0)
        assert place.along_m == pytest.approx(19 * 13.5 + told_m, abs=16.0)


def test_a_phone_that_says_how_fast_is_believed_to_go_on() -> None:
    """On landings two metres apart, her fixes all 20 m beside her: with her speed she is followed, without it she is behind."""
    corners = [(0.0, 0.0), (200.0, 0.0)]
    for n in range(12):
        corners += [(200.0 + 10.0 * (n % 2 == 0), 2.0 * n), (200.0 + 10.0 * (n % 2 == 0), 2.0 * n + 2.0)]
    route = street(*corners, (400.0, 24.0))
    points = [(x - 15.0, y - 15.0) for x, y in along(corners_of(route), mps=1.2)]
    behind = []
    for least in (0.0, least_mps(Mode.FOOT, 1.2)):
        way, state, most = grid_of(route), EMPTY, 0.0
        for n, point in enumerate(points):
            place, state = located(way, state, point, 10.0 if n else None, least=least)
            most = max(most, 12.0 * n - (place.along_m or 0.0))
        behind.append(most)
    assert behind[1] < 50.0 < behind[0]


def test_a_phone_that_always_says_nought_loses_nothing() -> None:
    """Some phones say that they stand when they do not know: she is where she would be without a word."""
    assert least_mps(Mode.FOOT, None) == least_mps(Mode.FOOT, 0.0) == least_mps(Mode.FOOT, -1.0) == 0.0
    assert least_mps(Mode.FOOT, float("nan")) == 0.0
    assert least_mps(Mode.FOOT, 1.3) == pytest.approx(0.706)
    assert least_mps(Mode.FOOT, 30.0) < TOP_MPS[Mode.FOOT]
    assert least_mps(Mode.CYCLE, 6.0) == pytest.approx(3.57)


def test_a_runner_is_believed() -> None:
    """On foot the phone's own speed may widen what is possible, up to a sprint; a cycle is fast enough already."""
    assert top_mps(Mode.FOOT, None) == 2.2
    assert top_mps(Mode.FOOT, 3.5) == pytest.approx(4.2)
    assert top_mps(Mode.FOOT, 30.0) == pytest.approx(8.4)
    assert top_mps(Mode.FOOT, float("nan")) == 2.2
    assert top_mps(Mode.CYCLE, 30.0) == 9.0
