"""Many journeys at once: to the bit what each of them would be alone."""

import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from geofence.case import Case, Evidence, Judged, Report
from geofence.destination import Destination
from geofence.fix import Fix
from geofence.grid import Grid, Pool, grid_of
from geofence.haven import Haven
from geofence.judge import judge
from geofence.judge_numpy import MANY, fits
from geofence.limits import STANDARD_CYCLE, STANDARD_FOOT, STANDARD_RIDE, Limits
from geofence.mode import Mode
from geofence.route import read_points
from geofence.sighting import Sighting, Standing
from geofence.state import MEANS, NAMES, SIZE, Row, row_of, state_of

from .drawn import BEGAN_AT, EIGHT, LOOP, OUT_AND_BACK, STAIRS, along, corners_of, noisy, place, reports, street

ROUTES = [STAIRS, OUT_AND_BACK, LOOP, EIGHT]
POOL = Pool()
GRIDS = [POOL.add(n, ROUTES[n % 4]) for n in range(24)]
HAVEN = Haven("h", "a late shop", *place(240.0, 100.0))
STRICT = Limits(off_route_m=30.0, stall_s=180.0)


def alone(cases: list[Case]) -> list[Judged]:
    """Each case by itself."""
    return [judge([case])[0] for case in cases]


def a_case(way: Grid, fixes: list[Report], **more: object) -> Case:
    """Anna's journey on `way`."""
    case = Case(fixes, BEGAN_AT, way, way.destination, STANDARD_FOOT)
    return replace(case, **more)  # type: ignore[arg-type]


def walks(turns: int, sigma_m: float) -> list[Case]:
    """Two dozen walks, begun at different places; some rest, stray, ride, or come in late and out of order."""
    cases = []
    for n, grid in enumerate(GRIDS):
        way = along(corners_of(ROUTES[n % 4]))[5 * (n // 4) :][:turns]
        if n % 6 == 1:
            way = way[: turns // 3] + [way[turns // 3]] * (2 * turns // 3)
        if n % 6 == 2:
            way = way[:10] + [(x + 12.0 * k, y + 12.0 * k) for k, (x, y) in enumerate(way[10:])]
        if n % 6 == 3:
            way = way[:15] + [(x + 120.0 * k, y) for k, (x, y) in enumerate(way[15:])]
        told = reports(noisy(way, sigma_m, n))
        if n % 6 == 4:
            told = [(one, at, k % 9 > 3) for k, (one, at, _) in enumerate(told)]
        if n % 6 == 5:
            told[3], told[6] = told[6], told[3]
        more = (
            {"mode": Mode.CYCLE, "limits": STANDARD_CYCLE} if n % 5 == 1 else {"limits": STRICT} if n % 7 == 2 else {}
        )
        cases.append(a_case(grid, told, havens=(HAVEN,) if n % 3 == 0 else (), last=n % 4 != 3, **more))
    return cases


@pytest.mark.parametrize("sigma_m", [0.0, 8.0, 25.0])
def test_a_batch_is_judged_as_each_alone(sigma_m: float) -> None:
    """Walks, rests, detours, rides, havens, buffered and late fixes: the same sightings, the same bytes of record."""
    cases = walks(60, sigma_m)
    assert len(cases) >= MANY
    together = judge(cases)
    assert together == alone(cases)
    seen = {one.standing for sightings, _ in together for one in sightings}
    assert seen >= {Standing.ON_ROUTE, Standing.OFF_ROUTE, Standing.STALLED, Standing.VEHICLE}


def test_speeds_that_phones_tell_are_believed_alike() -> None:
    """Walkers, runners, cyclists, and phones that say -1, nothing, or what nobody can be: alone as in the batch."""
    cases = []
    for n, case in enumerate(walks(40, 15.0)):
        told = [
            (
                structs.replace(one, speed_mps=[1.4, 0.0, None, 3.6, -1.0, 300.0, math.nan, 0.5][(n + k // 5) % 8]),
                at,
                new,
            )
            for k, (one, at, new) in enumerate(case.fixes)
        ]
        cases.append(replace(case, fixes=told))
    one, other = judge(cases), alone(cases)
    assert [str(answer) for answer in one] == [str(answer) for answer in other]  # nan is not itself
    assert one != judge(walks(40, 15.0))


def test_turns_and_calls_make_no_difference() -> None:
    """Sixty fixes of each journey in one call, or one at a time as they come in, the record going to disk in between."""
    cases = walks(60, 8.0)
    evidence = [case.evidence for case in cases]
    seen: list[list[Sighting]] = [[] for _ in cases]
    for turn in range(60):
        now = [
            replace(case, fixes=case.fixes[turn : turn + 1], evidence=e)
            for case, e in zip(cases, evidence, strict=True)
        ]
        answers = judge(now)
        evidence = [after for _, after in answers]
        for all_of_hers, (new, _) in zip(seen, answers, strict=True):
            all_of_hers += new
    assert list(zip(seen, evidence, strict=True)) == judge(cases)


WILD = [math.nan, math.inf, -math.inf, -1.0, 0.0, 1e308, 5e-324, 180.0, 90.0, 1e18, 200.0]


def a_report(draw: Random) -> Report:
    """A fix near the routes, on time, as a rule; anything at all now and then."""
    x, y = draw.choice([(200.0, 0.0), (draw.uniform(-100, 1200), draw.uniform(-100, 900))])
    lat, lon = place(x, y)
    at = BEGAN_AT + draw.choice([10.0 * draw.randrange(200), draw.uniform(-60, 90_000)])
    one = Fix(draw.randrange(99), at, lat, lon, 10.0, 1.3, entered=draw.random() < 0.1)
    received_at, fresh = at + 1.0, draw.random() < 0.8
    if draw.random() < 0.4:
        name = draw.choice(["at", "lat", "lon", "accuracy_m", "speed_mps"])
        one = structs.replace(one, **{name: draw.choice(WILD)})
    if draw.random() < 0.3:
        other = {"accuracy_m": None, "speed_mps": None, "mock": True, "segment": 1, "by": "bag"}
        one = structs.replace(one, **dict([draw.choice(list(other.items()))]))
    return one, draw.choice(WILD) if draw.random() < 0.05 else received_at, fresh


def a_record(draw: Random) -> bytes:
    """What a disk may give back: nothing that was ever written, a record with a few odd numbers, or a whole one."""
    if draw.random() < 0.2:
        return draw.randbytes(draw.choice([0, 9, SIZE]))
    row = Row(at=BEGAN_AT, lat=51.389, lon=0.504, means=draw.randrange(13), ring=draw.randbytes(8 * MEANS))
    for name in draw.sample(NAMES, draw.randrange(8)):
        setattr(row, name, draw.choice([draw.uniform(-1e3, 1e3), 1.0, 3.0, 1e9, -1e9, 3e38]))
    return state_of(row)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whatever_a_phone_sends(seed: int) -> None:
    """Two dozen journeys of any fixes in any order, from any state of record: nothing raises, both say the same."""
    draw, cases = Random(seed), []
    for grid in GRIDS:
        fixes = [a_report(draw) for _ in range(draw.randrange(1, 6))]
        if draw.random() < 0.7:
            fixes.sort(key=lambda report: -math.inf if math.isnan(report[0].at) else report[0].at)
        evidence = Evidence()
        if draw.random() < 0.6:
            last = Fix(0, BEGAN_AT, 51.389, 0.504, 10.0)
            evidence = Evidence(last=last, state=a_record(draw), standing=draw.choice(list(Standing)))
        cases.append(a_case(grid, fixes, evidence=evidence))
    one, other = judge(cases), alone(cases)
    assert [str(answer) for answer in one] == [str(answer) for answer in other]  # nan is not itself


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([3.0, 10.0, 20.0, 40.0]),
    st.sampled_from([5.0, 10.0, 60.0]),
    st.booleans(),
)
def test_random_walks_in_any_noise(seed: int, sigma_m: float, every_s: float, cycles: bool) -> None:
    """Whatever the noise, the cadence and the speed: alone as in the batch."""
    rng = np.random.default_rng(seed)
    cases = []
    for n, grid in enumerate(GRIDS):
        way = along(corners_of(ROUTES[n % 4]), every_s, 4.0 if cycles else 1.35)
        first = int(rng.integers(0, len(way)))
        told = reports(noisy(way[first : first + 12], sigma_m, int(rng.integers(1 << 30))), every_s, sigma_m)
        mode, limits = (Mode.CYCLE, STANDARD_CYCLE) if cycles else (Mode.FOOT, STANDARD_FOOT)
        cases.append(a_case(grid, told, mode=mode, limits=limits))
    assert judge(cases) == alone(cases)


ROUND: list[list[tuple[float, float]]] = [[(0, 0), (500, 0), (500, 300), (0, 300), (0, 0)], [(0, 0), (700, 0), (0, 0)]]
DOORS = [
    POOL.add(f"door {n}", street(*ROUND[n % 2], destination=Destination(*place(0, 0), [30.0, 50.0, 90.0][n % 3])))
    for n in range(8)
]
FAR: list[list[tuple[float, float]]] = [
    [(0, 0), (0.01, 0), (0, 0)],
    [(0, 0), (0, 0.02), (0.2, 0.02), (0, 0.02), (0, 0)],
    [(0, 0), (0, 0.02)],
]
NORTH = [
    POOL.add(f"north {n}", read_points([(69.6 + lat, 18.9 + lon) for lat, lon in corners]))
    for n, corners in enumerate(FAR)
]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 5.0, 15.0, 40.0]), st.booleans())
def test_she_sets_out_where_she_comes_home_to(seed: int, sigma_m: float, together: bool) -> None:
    """Ways that begin inside their end, or near it; a phone that says she came in, legs, ends that nobody named."""
    draw, cases = Random(seed), []
    for grid in DOORS + NORTH:
        plane, end = grid.plane, grid.destination
        x, y = plane.to_metres(end.lat, end.lon)
        heading, away_m = draw.uniform(0, 6.3), draw.choice([0.0, 0.0, end.radius_m, draw.uniform(0, 150)])
        told = []
        for k in range(14):
            at = BEGAN_AT + 10.0 * k
            lat, lon = plane.to_degrees(
                x + away_m * math.cos(heading) + draw.gauss(0, sigma_m), y + away_m * math.sin(heading)
            )
            accuracy_m = draw.choice([5.0, 10.0, 10.0, 30.0, 120.0])
            one = Fix(k, at, lat, lon, accuracy_m, draw.choice([None, 1.3, 4.0]), entered=draw.random() < 0.05)
            told.append((one, at + 1.0, draw.random() < 0.95))
            away_m += draw.choice([0.0, 13.0, 13.0, 0.2])
        last = draw.random() < 0.6
        case = a_case(grid, told, last=last, ending=None if last else draw.choice([None, *Mode]))
        if draw.random() < 0.1:
            case = replace(case, destination=None)
        cases += [case, replace(case, mode=Mode.CYCLE, limits=STANDARD_CYCLE)]
    if not together:  # some have been outside already, on so many fixes
        before = judge([replace(case, fixes=case.fixes[: n % 9]) for n, case in enumerate(cases)])
        cases = [
            replace(case, fixes=case.fixes[n % 9 :], evidence=evidence)
            for n, (case, (_, evidence)) in enumerate(zip(cases, before, strict=True))
        ]
    assert judge(cases) == alone(cases)


def test_to_the_hair_at_the_edge() -> None:
    """Five centimetres inside, five outside, on a way so long that its plane is out by more: as plain Python says."""
    cases = []
    for n in range(60):
        grid = (DOORS[0], NORTH[1])[n % 2]
        end = grid.destination
        x, y = grid.plane.to_metres(end.lat, end.lon)
        edge_m = end.radius_m + (n - 30) * 0.05
        legs = [(x + off_m, y) for off_m in [20.0, edge_m, edge_m + 25.0, 40.0, edge_m] * 2]
        told = [
            (Fix(k, BEGAN_AT + 20.0 * k, *grid.plane.to_degrees(*one), 10.0, 1.3), BEGAN_AT + 20.0 * k + 1.0, True)
            for k, one in enumerate(legs)
        ]
        cases += [a_case(grid, told[:length]) for length in range(3, 11)]
    answers = judge(cases)
    assert answers == alone(cases)
    assert {one.inside for seen, _ in answers for one in seen} == {True, False}


def test_what_does_not_fit_is_judged_beside() -> None:
    """Rides, journeys without a way, outlined places and ways of another pool are in the same batch, each as if alone."""
    told = reports(along(corners_of(STAIRS))[:8])
    outline = Destination(*place(0, 0), 50.0, (place(0, 0), place(100, 0), place(0, 100)))
    odd = [
        a_case(GRIDS[0], told, mode=Mode.RIDE, limits=STANDARD_RIDE),
        a_case(GRIDS[0], told, grid=None),
        a_case(GRIDS[0], told, destination=outline),
        a_case(GRIDS[0], told, destination=Destination(*place(50, 50))),
        a_case(grid_of(STAIRS), told),
    ]
    assert [fits(one) for one in odd] == [False, False, False, False, True]
    assert fits(a_case(GRIDS[0], told, destination=None))
    cases = [*walks(8, 3.0), *odd, a_case(GRIDS[0], told, destination=None), a_case(GRIDS[0], [])]
    assert judge(cases) == alone(cases)


def test_a_few_long_backfills_in_a_crowd() -> None:
    """Three phones empty their buffers of an hour while two dozen others say one thing each."""
    cases = [replace(case, fixes=case.fixes[: 60 if n % 8 == 4 else 1]) for n, case in enumerate(walks(60, 8.0))]
    assert judge(cases) == alone(cases)
    assert [len(seen) for seen, _ in judge(cases)].count(60) == 3


def test_the_route_was_another_one() -> None:
    """A record in the metres of another plane: what was measured in them begins anew, in the batch too."""
    before = judge(walks(40, 5.0))
    cases = [
        replace(case, grid=GRIDS[(n + 1) % 24], destination=GRIDS[(n + 1) % 24].destination, evidence=evidence)
        for n, (case, (_, evidence)) in enumerate(zip(walks(60, 5.0), before, strict=True))
    ]
    assert judge(cases) == alone(cases)


def test_a_record_that_knows_another_last_fix() -> None:
    """Where evidence and record do not agree on her last fix the evidence is believed."""
    told = reports(along(corners_of(STAIRS))[:12])
    [(_, evidence)] = judge([a_case(GRIDS[0], told[:6])])
    moved = row_of(evidence.record)
    moved.lat += 0.01
    forged = Evidence(last=evidence.last, state=state_of(moved), standing=evidence.standing)
    cases = [a_case(grid, told[6:], evidence=forged if n % 2 else Evidence()) for n, grid in enumerate(GRIDS)]
    assert judge(cases) == alone(cases)
    assert Row() != moved


def test_she_waits_at_a_stop_that_is_smaller_than_waiting() -> None:
    """Her bus leaves from a circle of 12 m, and she stands 46 m from its middle: she has been at the stop, as if alone."""
    stop = Destination(*place(400.0, 0.0), 12.0)
    way = POOL.add("stop", street((0, 0), (400, 0), destination=stop))
    told = reports([(280.0 + 13.0 * k, 0.0) for k in range(5)] + [(354.0, 0.0)] * 3)
    cases = [a_case(way, told, last=False, ending=Mode.RIDE) for _ in range(MANY)]
    together = judge(cases)
    assert together == alone(cases)
    assert row_of(together[0][1].record).turn_run == 1.0


def test_a_haven_over_the_date_line() -> None:
    """She comes to a clinic that lies a few steps beyond it, with another sign to its longitude, and rests, as if alone."""
    way = POOL.add("line", read_points([(-16.8, -179.996), (-16.8, 179.996)]))
    clinic = Haven("c", "Clinic", -16.8, 179.99995)
    lons = [-179.9985 - 0.0001 * k for k in range(15)] + [-179.9999] * 2
    told = [(Fix(k, BEGAN_AT + 10.0 * k, -16.8, lon, 8.0), BEGAN_AT + 10.0 * k, True) for k, lon in enumerate(lons)]
    cases = [a_case(way, told, havens=(clinic,)) for _ in range(MANY)]
    together = judge(cases)
    assert together == alone(cases)
    assert together[0][0][-1].standing is Standing.AT_HAVEN
