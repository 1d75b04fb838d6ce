"""Whatever a phone sends, in whatever order, and whatever lies on the disk: a defined answer each, and no exception.

All from seeds. What comes out is held against what must hold of every sighting; that two executions give the same
is held in `test_judge` and `test_progress_numpy`.
"""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import msgspec
import pytest

from geofence.case import NO_EVIDENCE, Case, Evidence, Report
from geofence.destination import Destination
from geofence.fix import Fix
from geofence.grid import Pool
from geofence.haven import Haven
from geofence.judge import judge
from geofence.limits import STANDARD_CYCLE, STANDARD_FOOT, STANDARD_RIDE
from geofence.mode import Mode
from geofence.route import Route, RouteError, read_geojson, read_gpx, read_points, read_polyline
from geofence.sighting import Sighting, Standing
from geofence.state import SIZE, VERSION, row_of, state_of
from tests.geofence.drawn import (
    BEGAN_AT,
    EIGHT,
    LOOP,
    OUT_AND_BACK,
    STAIRS,
    along,
    case,
    corners_of,
    noisy,
    place,
    reports,
)

WILD = [
    *(math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0, 1.0, 5e-324, 1e-300, 1e308, -1e308, 1e18, 2.0**63),
    *(90.0, -90.0, 180.0, -180.0, 180.1, 200.0, 200.1, 51.389, 0.504, BEGAN_AT),
]
ROUTES = [STAIRS, OUT_AND_BACK, LOOP, EIGHT]
POOL = Pool()
GRIDS = [POOL.add(n, route) for n, route in enumerate(ROUTES)]
TAVEUNI = POOL.add("taveuni", read_points([(-16.8, 179.99), (-16.8, -179.99)]))
ENDS = [
    None,
    STAIRS.destination,
    Destination(*place(0, 0), polygon=(place(0, 0), place(200, 0), place(200, 100))),
    Destination(-16.8, -179.99),
]
LIMITS = {Mode.FOOT: STANDARD_FOOT, Mode.CYCLE: STANDARD_CYCLE, Mode.RIDE: STANDARD_RIDE}


def wild_reports(luck: random.Random, often: float) -> list[Report]:
    """A walk of twelve fixes in which every field may hold anything."""

    def or_wild(number: float) -> float:
        return luck.choice(WILD) if luck.random() < often else number

    at, made = BEGAN_AT, list[Report]()
    for n in range(12):
        at += luck.choice([0.0, -5.0, 10.0, 60.0, 1e-9, 1e6])
        lat, lon = luck.choice(
            [place(luck.uniform(-900, 900), luck.uniform(-900, 900)), (-16.8, 179.999), (-16.8, -179.999)]
        )
        one = Fix(
            seq=luck.choice([n, 0, 5, 2**53]),
            at=or_wild(at),
            lat=or_wild(lat),
            lon=or_wild(lon),
            accuracy_m=luck.choice([None, or_wild(10.0), 0.0]),
            speed_mps=luck.choice([None, or_wild(1.3)]),
            course_deg=or_wild(3.0),
            battery_pct=luck.choice([None, 50, -1, 999]),
            segment=luck.choice([0, 0, 0, 1, -7]),
            entered=luck.random() < 0.1,
            by=luck.choice(["", "", "bag"]),
        )
        made.append((one, or_wild(at + 1.0), luck.random() < 0.8))
    return made


def wild_case(luck: random.Random, often: float, evidence: Evidence = NO_EVIDENCE) -> Case:
    mode = luck.choice(list(Mode))
    return Case(
        fixes=wild_reports(luck, often),
        began_at=luck.choice(WILD) if luck.random() < often / 4 else BEGAN_AT,
        grid=luck.choice([None, *GRIDS, TAVEUNI]),
        destination=luck.choice(ENDS),
        limits=LIMITS[mode],
        mode=mode,
        evidence=evidence,
        ending=luck.choice([None, *Mode]),
        last=luck.random() < 0.5,
        havens=tuple(Haven(f"h{n}", "", *place(luck.uniform(-900, 900), 0)) for n in range(luck.choice([0, 0, 3]))),
        next_grid=luck.choice([None, *GRIDS, TAVEUNI]),
    )


def assert_sound(one: Sighting, case: Case) -> None:
    """What holds of every sighting, whatever it was made of."""
    told = (one.along_m, one.astray_m, one.to_go_m, one.moved_m, one.pace_mps, one.speed_mps, one.accuracy_m)
    assert all(number is None or (math.isfinite(number) and number >= 0.0) for number in told)
    for numbers in (one.because, one.there):
        assert numbers is None or all(math.isfinite(number) for number in numbers.values())
    assert one.set_aside is None or not (one.arriving or one.turning or one.inside)
    assert not one.arriving or (one.fresh and one.inside and case.last and case.destination is not None)
    assert one.turning in ("", "boarded", "left", "reached")
    assert not one.turning or (one.fresh and not case.last and case.ending is not None)
    assert one.standing is not Standing.AT_HAVEN or one.haven in {haven.id for haven in case.havens}
    assert one.standing not in (Standing.OFF_ROUTE, Standing.VEHICLE) or case.mode is not Mode.RIDE
    if case.grid is not None and one.along_m is not None:
        assert one.along_m <= case.grid.length_m + 0.01


@pytest.mark.parametrize("often", [0.05, 0.25, 0.7])
@pytest.mark.parametrize("seed", range(4))
def test_no_fix_is_too_wild(seed: int, often: float) -> None:
    """Nonsense in every field: each fix is answered, nothing that comes out is infinite, and the record can be kept."""
    luck = random.Random(seed)
    for _ in range(40):
        evidence = NO_EVIDENCE
        grid, mode = luck.choice([None, *GRIDS, TAVEUNI]), luck.choice(list(Mode))
        for _ in range(3):  # three frames of one leg
            one = replace(wild_case(luck, often, evidence), grid=grid, mode=mode, limits=LIMITS[mode])
            [(seen, evidence)] = judge([one])
            assert len(seen) == len(one.fixes)
            for sighting in seen:
                if sighting.standing is not Standing.OFF_ROUTE or mode is not Mode.RIDE:
                    assert_sound(sighting, one)
            assert state_of(row_of(evidence.record)) == evidence.record
            kept = msgspec.msgpack.encode(evidence)
            assert msgspec.msgpack.encode(msgspec.msgpack.decode(kept, type=Evidence)) == kept


def half_wild_case(luck: random.Random, n: int) -> Case:
    """A walk, drive or rest on one of the routes, with now and then a field that holds anything."""
    route, grid = luck.choice(list(zip(ROUTES, GRIDS, strict=True)))
    mps = luck.choice([0.3, 1.35, 1.35, 4.0, 12.0])
    points = noisy(along(corners_of(route), mps=mps), luck.choice([3.0, 12.0, 30.0]), n)
    first = luck.randrange(len(points))
    points = (points[first:] + [points[-1]] * 40)[: luck.randrange(1, 40)]
    made = []
    for one, received_at, _ in reports(points, luck.choice([1.0, 10.0, 60.0]), luck.choice([5.0, 18.0, 60.0])):
        odd: dict[str, object] = {}
        if luck.random() < 0.05:
            odd[luck.choice(["at", "lat", "lon", "accuracy_m", "speed_mps"])] = luck.choice(WILD)
        if luck.random() < 0.02:
            odd = {"segment": luck.randrange(3), "mock": luck.random() < 0.3, "entered": luck.random() < 0.3}
        made.append((msgspec.structs.replace(one, **odd), received_at, luck.random() < 0.9))
    shelter = points[len(points) // 2]
    return Case(
        made,
        BEGAN_AT,
        grid,
        luck.choice([route.destination] * 4 + ENDS),
        LIMITS[Mode.CYCLE] if mps == 4.0 else STANDARD_FOOT,
        Mode.CYCLE if mps == 4.0 else Mode.FOOT,
        ending=luck.choice([None, *Mode]),
        last=luck.random() < 0.7,
        havens=(Haven("h", "", *place(*shelter)),) if luck.random() < 0.2 else (),
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_batch_of_wild_journeys_is_judged_as_each_alone(seed: int) -> None:
    """A neighbour's nonsense is nobody else's: the same sightings, and the same bytes to be kept, in one frame and in the
    next."""
    luck = random.Random(seed)
    cases = [wild_case(luck, 0.2) for _ in range(40)] + [half_wild_case(luck, n) for n in range(120)]
    for _ in range(2):
        alone = [judge([one])[0] for one in cases]
        assert repr(judge(cases)) == repr(alone)
        cases = [replace(one, evidence=evidence) for one, (_, evidence) in zip(cases, alone, strict=True)]


@pytest.mark.parametrize("seed", range(3))
def test_no_record_on_the_disk_is_too_wild(seed: int) -> None:
    """Random bytes, a record cut short, one of a later version: she begins anew, or is judged; there is no third way."""
    luck = random.Random(seed)
    [(_, walked)] = judge([case(STAIRS, reports(along(corners_of(STAIRS))[:30]))])
    for n in range(150):
        length = luck.choice([0, 1, SIZE - 1, SIZE, SIZE, SIZE, SIZE + 1])
        record = luck.randbytes(length)
        if n % 3 == 0:
            record = bytes([VERSION]) + record[1:]
        if n % 3 == 1:
            at = luck.randrange(1, SIZE)
            record = walked.record[:at] + luck.randbytes(min(8, SIZE - at)) + walked.record[at + 8 :]
        evidence = msgspec.structs.replace(walked, state=record)
        one = replace(wild_case(luck, 0.05, evidence), fixes=reports(along(corners_of(STAIRS))[30:45], from_s=300.0))
        [(seen, after)] = judge([one])
        for sighting in seen:
            assert_sound(sighting, one)
        assert state_of(row_of(after.record)) == after.record
        assert evidence.on_another_way().last == evidence.on_next_leg().last == walked.last


def answer(read: Callable[[], Route]) -> float | str:
    """A route's length, or the field that was wrong."""
    try:
        return read().length_m
    except RouteError as error:
        return error.field


def test_no_route_is_too_wild() -> None:
    """Points of anything, and files with a character changed: a route, or a RouteError that names the field."""
    luck = random.Random(11)
    whole: list[tuple[Callable[[str], Route], str]] = [
        (read_polyline, "yfryHgaSqL??aM}M?"),
        (read_geojson, '{"type":"LineString","coordinates":[[0.5,51.3],[0.51,51.3],[0.51,51.31]]}'),
        (read_gpx, '<gpx version="1.1"><rte><rtept lat="51.3" lon="0.5"/><rtept lat="51.31" lon="0.5"/></rte></gpx>'),
    ]
    answers: list[float | str] = []
    for _ in range(400):
        points = [(luck.choice([*WILD, 51.3]), luck.choice([*WILD, 0.5])) for _ in range(luck.randrange(4))]
        answers.append(answer(partial(read_points, [*points, (51.3, 0.5), (51.31, 0.5)])))
        for read, text in whole:
            at = luck.randrange(len(text))
            letter = chr(luck.choice([0, 32, 48, 57, 62, 91, 125, 0xD800, 0x1F600]))
            answers.append(answer(partial(read, text[:at] + letter + text[at + 1 :])))
    lengths = [one for one in answers if isinstance(one, float)]
    assert all(30.0 <= one <= 100_000.0 for one in lengths)
    assert len(lengths) > 100
    assert {"points[0].lat", "points[1].lon", "geojson", "gpx", "polyline"} <= set(answers)
