"""The light along Anna's route, from when she sets off to the mark on her screen."""

import threading
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import polyline
import pytest

from geofence.lighting import Light
from geofence.lit_line import decoded
from geofence.route import Route, read_points
from geofence.streets.build import build
from geofence.streets.lights import RegionLights
from geofence.streets.region import Region
from service.doors.phones.view import looks_different
from service.frames import FixFrame, RawFix
from service.journey.model import Journey
from service.maps.along import LONGEST_M, Mapped, NoMap
from tests.geofence.drawn import Point, place
from tests.geofence.streets.town import town
from tests.service.people.household import BETH, DURESS, PIN, TEN_AT, Her, household

ROUND: tuple[Point, ...] = ((0, 400), (500, 400), (500, 0), (200, 0))
"""Church Road, Hill Street; Canal Path from 900 m on, which is unlit."""
LIT: tuple[Point, ...] = ((0, 400), (500, 400), (500, 200))


@pytest.fixture(scope="module")
def lights(tmp_path_factory: pytest.TempPathFactory) -> RegionLights:
    """The town's."""
    folder = tmp_path_factory.mktemp("town")
    source = town().write(folder / "town.osm.pbf")
    return RegionLights(Region.open(build(source, folder / "town.streets").path))


@pytest.fixture
async def her(lights: RegionLights) -> AsyncIterator[Her]:
    """Anna, in a house that knows the town."""
    async with household() as home:
        home.house.lights = Mapped(lambda _route: lights)
        anna = await home.sign_up()
        await anna.has("Beth", BETH)
        yield anna


def wish(*corners: Point) -> dict[str, Any]:
    """Setting off along a line."""
    lat, lon = place(*corners[-1])
    line = polyline.encode([place(*corner) for corner in corners], 6)
    return {
        "destination": {"word": "home", "lat": lat, "lon": lon},
        "route": {"format": "polyline6", "data": line},
        "minutes": 25,
    }


async def walks(her: Her, key: str, corners: list[Point]) -> list[dict[str, Any]]:
    """A fix every ten seconds; what her screen says of the light after each."""
    shown = []
    kept = await her.home.house.watch.look(key)
    first = kept.phone.next
    for n, (x, y) in enumerate(corners):
        her.home.clock.forward(10.0)
        now = her.home.clock.now()
        lat, lon = place(x, y)
        raw = RawFix(t=now, lat=lat, lon=lon, acc=8.0, speed=1.3)
        await her.home.house.watch.fixes(key, FixFrame("b", first + n, now, now, [raw]))
        shown.append((await her.get("/journeys/live")).json()["light"])
    return shown


def along(from_x: int, to_x: int) -> list[Point]:
    """Down Hill Street is y, along Church Road x: here along Church Road."""
    return [(float(x), 400.0) for x in range(from_x, to_x, 13)]


def down(from_y: int, to_y: int) -> list[Point]:
    """Down Hill Street."""
    return [(500.0, float(y)) for y in range(from_y, to_y, -13)]


async def test_her_route_is_kept_with_its_light(her: Her) -> None:
    """From the moment she sets off: nine hundred metres lit, the rest unlit."""
    shown = await her.sets_off(**wish(*ROUND))
    kept = await her.home.house.watch.look(shown["id"])
    assert kept.route is not None
    line = decoded(kept.route.lights)
    assert line is not None
    assert [(state, round(to_m - from_m, -1)) for from_m, to_m, state in line.dim(TEN_AT)] == [(Light.UNLIT, 300)]
    assert shown["light"] is None


async def test_the_mark_comes_when_the_unlit_path_is_near(her: Her) -> None:
    """On Church Road nothing is ahead; on Hill Street, two hundred metres before Canal Path, the mark stands and counts down."""
    shown = await her.sets_off(**wish(*ROUND))
    far = await walks(her, shown["id"], along(0, 500))
    assert {(one["now"], one["why"], one["dark"], one["ahead"]) for one in far[1:]} == {
        ("lit", "tagged as lit", True, None)
    }
    near = await walks(her, shown["id"], down(400, 60))
    marks = [one["ahead"] for one in near if one["ahead"] is not None]
    assert {mark["state"] for mark in marks} == {"unlit"}
    assert marks[0]["in_m"] in range(180, 201)
    assert [mark["in_m"] for mark in marks] == sorted((mark["in_m"] for mark in marks), reverse=True)
    assert {round(mark["for_m"], -1) for mark in marks} == {300}
    story = (await her.get(f"/journeys/{shown['id']}")).json()
    assert story["prompt"] is None


async def test_her_screen_is_sent_again_when_the_mark_comes_and_goes(her: Her) -> None:
    """And as it comes nearer in steps of 50 m, not for every metre of it."""
    shown = await her.sets_off(**wish(*ROUND))
    await walks(her, shown["id"], along(0, 500))
    faces: list[Journey] = []
    for step in down(400, 60):
        await walks(her, shown["id"], [step])
        faces.append(await her.home.journey(shown["id"]))
    different = [looks_different(one, other) for one, other in pairwise(faces)]
    assert 3 <= different.count(True) <= 6
    assert len(different) > 12


async def test_another_way_has_another_light(her: Her) -> None:
    """A new line on the way, by East Street: her route is kept with what is known of that one."""
    shown = await her.sets_off(**wish(*ROUND))
    await walks(her, shown["id"], along(0, 100))
    other = [place(*corner) for corner in ((100, 400), (600, 400), (600, 0), (200, 0))]
    line = polyline.encode(other, 6)
    answer = await her.post("/journeys/live/route", {"id": "another-way", "format": "polyline6", "data": line})
    assert answer.status_code == 200, answer.text
    kept = await her.home.house.watch.look(shown["id"])
    assert kept.route is not None
    found = decoded(kept.route.lights)
    assert found is not None
    assert [round(from_m, -1) for from_m, _, _ in found.dim(TEN_AT)] == [900]


async def test_the_same_request_twice_is_one_journey(her: Her) -> None:
    """What we know of the light is no part of what she asked for."""
    one, other = [(await her.post("/journeys", wish(*LIT), **{"Idempotency-Key": "k"})).json() for _ in range(2)]
    assert one["id"] == other["id"]


async def test_under_duress_the_light_on_her_screen_is_that_of_her_way(her: Her) -> None:
    """Ended with either PIN, her screen says nothing of the light any more: the journey on it is over."""
    for pin in (PIN, DURESS):
        shown = await her.sets_off(**wish(*ROUND))
        await walks(her, shown["id"], along(0, 200))
        ended = await her.post("/journeys/live/end", {"id": f"end-{pin}", "pin": pin})
        assert ended.status_code == 200, ended.text
        assert (await her.get(f"/journeys/{shown['id']}")).json()["light"] is None


async def test_without_a_map_a_route_is_as_it_was() -> None:
    """And where the route lies in no region."""
    route = read_points([place(0, 0), place(400, 0)])
    assert await NoMap().lit(route, TEN_AT) is route
    assert await Mapped(lambda _route: None).lit(route, TEN_AT) is route


async def test_a_place_without_a_line_has_no_light(lights: RegionLights) -> None:
    """She gave only where she is going."""
    place_alone = Route("", 0.0, read_points([place(0, 0), place(400, 0)]).destination)
    assert await Mapped(lambda _route: lights).lit(place_alone, TEN_AT) is place_alone


async def test_a_damaged_map_keeps_nobody_from_setting_off() -> None:
    """Whatever goes wrong with the light, she gets her journey."""

    def broken(_route: Route) -> RegionLights:
        raise IndexError("expected a part, got none")

    route = read_points([place(0, 0), place(400, 0)])
    assert await Mapped(broken).lit(route, TEN_AT) is route


async def test_of_a_line_that_nobody_walks_in_a_night_the_light_is_unknown_and_says_why(lights: RegionLights) -> None:
    """Round and round the town: 54 km have one answer, that nobody looked; 27 km are told street by street."""
    once = [place(*corner) for corner in ((0, 400), (500, 400), (500, 0), (0, 0))]
    long, short = (read_points(once * times) for times in (30, 15))
    assert short.length_m < LONGEST_M < long.length_m
    rules = []
    for route in (long, short):
        line = decoded((await Mapped(lambda _route: lights).lit(route, TEN_AT)).lights)
        assert line is not None
        assert line.runs[-1].to_m == pytest.approx(route.length_m, abs=5.0)
        assert line.dark(TEN_AT)
        rules.append({(span.state, span.rule) for run in line.runs for span in run.spans})
    assert rules[0] == {(Light.UNKNOWN, "too_long")}
    assert {(Light.LIT, "tagged"), (Light.UNLIT, "tagged_unlit")} <= rules[1]


async def test_she_sets_off_without_light_when_it_takes_too_long(lights: RegionLights) -> None:
    """The machine is busy: her route is as it was, and the work is beside the loop."""
    go_on, where = threading.Event(), list[int]()

    def slow(_route: Route) -> RegionLights:
        where.append(threading.get_ident())
        go_on.wait()
        return lights

    route = read_points([place(0, 400), place(400, 400)])
    try:
        assert await Mapped(slow, patience_s=0.05).lit(route, TEN_AT) is route
    finally:
        go_on.set()
    assert threading.get_ident() not in where
