"""Ways and maps over HTTP: the town of forty streets is the only map, and it is ten in the evening."""

import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from geofence.lit_line import decoded
from service.doors.api.ways import LINES, MAP, NO_MAP, NO_WAYS, PLAN, PLANS
from service.maps.regions import Maps
from tests.geofence.streets.town import grid
from tests.service.maps.medway import BUILT_AT, MEDWAY, built, living_in, medway, place, put, shifted, spot
from tests.service.people.household import BETH, DURESS, PIN, TEN_AT, Her, Household, household

HERE, THERE = spot(8, 14), spot(590, 95)


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Household]:
    """A living house with the town's map."""
    async with household() as living:
        maps = medway(tmp_path / "maps")
        living_in(living, maps)
        yield living
        await maps.close()


@pytest.fixture
async def her(home: Household) -> Her:
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    return anna


async def plan(her: Her, origin: dict[str, float] = HERE, to: dict[str, float] = THERE, **more: Any) -> httpx.Response:
    """What is answered."""
    return await her.post("/routes/plan", {"from": origin, "to": to, **more})


async def schema(home: Household, path: str, method: str = "post") -> Any:
    """What is published of one path."""
    return (await home.http.get("/openapi.json")).json()["paths"][path][method]


async def test_she_is_offered_the_better_lit_way_beside_the_shortest(her: Her) -> None:
    """Each with minutes, metres by state, what is open on it, and one sentence why."""
    answer = await plan(her)
    lit, short = answer.json()["ways"]

    assert answer.status_code == 200
    assert (lit["kind"], short["kind"]) == ("better_lit", "shortest")
    assert lit["why"] == "2 min longer, 800 m more of it lit"
    assert lit["metres"]["lit"] > 0.95 * lit["length_m"]
    assert lit["minutes"] > short["minutes"]
    assert [(one["name"], one["state"], one["vetted"]) for one in lit["havens"]] == [
        ("The Bell", "open", False),
        ("Police Station", "unknown", True),
    ]
    assert answer.headers["Cache-Control"] == "no-store"


async def test_light_and_havens_are_those_of_when_she_passes(her: Her) -> None:
    """At half past eleven the pub has closed; at noon there is one way, and it is said to be day."""
    late = (await plan(her, at="23:30")).json()
    noon = (await plan(her, at=TEN_AT + 14 * 3600)).json()

    assert late["at"] == datetime(2026, 11, 20, 23, 30, tzinfo=UTC).timestamp()
    assert [one["name"] for one in late["ways"][0]["havens"]] == ["Police Station"]
    assert (noon["dark"], [way["kind"] for way in noon["ways"]]) == (False, ["shortest"])


async def test_the_line_of_a_plan_is_a_way_to_set_off_by(her: Her, home: Household) -> None:
    """And her journey keeps the light along it, for whenever she comes by."""
    lit = (await plan(her)).json()["ways"][0]
    snap = await her.sets_off(
        minutes=None,
        destination={"word": "home", **THERE},
        route={"format": "polyline6", "data": lit["line"]},
    )
    route = (await home.house.watch.look(snap["id"])).route
    assert route is not None
    light = decoded(route.lights)

    assert snap["total_m"] == pytest.approx(lit["length_m"], abs=3)
    assert light is not None
    assert light.dark(TEN_AT)
    lit_m = sum(run.to_m - run.from_m for run in light.runs if run.at(TEN_AT).state == 0)
    assert lit_m == pytest.approx(lit["metres"]["lit"], abs=25)


async def test_the_same_request_makes_one_journey_whatever_was_reported_since(her: Her, tmp_path: Path) -> None:
    """The light is no part of what she asked for."""
    line = (await plan(her)).json()["ways"][0]["line"]
    body = {"destination": {"word": "home", **THERE}, "minutes": 30, "route": {"format": "polyline6", "data": line}}
    first = await her.post("/journeys", body, **{"Idempotency-Key": "k1"})
    put(tmp_path / "maps", built(grid(8, 8), tmp_path), stamp="b")
    her.home.house.maps.swap()
    again = await her.post("/journeys", body, **{"Idempotency-Key": "k1"})

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]


async def test_she_may_turn_aside_to_what_a_plan_told_her_of(her: Her) -> None:
    """The map's own id goes into the command: an open place, which never counts by itself."""
    pub = (await plan(her)).json()["ways"][0]["havens"][0]["id"]
    await her.sets_off()
    answer = await her.post("/journeys/live/divert", {"id": "d1", "haven": pub})
    stay = (await her.get("/journeys/live")).json()["haven"]

    assert (answer.status_code, answer.json()["result"]) == (200, "diverted")
    assert (stay["id"], stay["name"], stay["there"]) == (pub, "The Bell", False)


async def test_a_line_of_hers_has_the_same_figures(her: Her) -> None:
    """As exported by any app; what is off the map's streets is not known to be lit."""
    points = [[lon, lat] for lat, lon in (place(10, 200), place(590, 200), place(590, 800))]
    line = {"format": "geojson", "data": json.dumps({"type": "LineString", "coordinates": points})}
    answer = await her.post("/routes/profile", {"route": line})
    [way] = answer.json()["ways"]

    assert way["kind"] == "imported"
    assert way["metres"]["lit"] > 580
    assert way["longest_not_known"]["state"] == "unknown"
    assert way["longest_not_known"]["metres"] > 350
    assert "off_map" in answer.json()["rules"]
    assert "in one piece not known to be" in way["why"]


async def test_why_there_is_no_way_is_said_for_people_and_programs(her: Her) -> None:
    """A code, a reason, which end, and a sentence without coordinates."""
    answer = await plan(her, to=spot(300, 5000))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "there is no way",
        "status": 422,
        "code": "no_route",
        "reason": "outside_map",
        "field": "to",
        "detail": "to is 4.6 km outside the map medway",
        "maps": ["medway"],
    }


async def test_across_the_edge_both_maps_are_named(her: Her, tmp_path: Path) -> None:
    """Two regions side by side, and a way lies in one."""
    put(tmp_path / "maps", built(shifted(3000.0), tmp_path), "east")
    her.home.house.maps.swap()
    answer = (await plan(her, to=spot(3200, 200))).json()

    assert (answer["code"], answer["reason"], answer["maps"]) == ("no_route", "across_edge", [MEDWAY, "east"])
    assert "field" not in answer
    assert answer["detail"] == "from is in the map medway, to in the map east; a way lies in one map"


async def test_without_a_map_it_is_said_how_to_get_one(her: Her) -> None:
    """409: nothing is wrong with the request."""
    living_in(her.home, Maps())
    answer = await plan(her)

    assert (answer.status_code, answer.json()) == (409, NO_MAP)
    assert (await her.post("/routes/profile", LINES["planned"]["value"])).json() == NO_MAP
    assert (await her.home.http.get("/v1/map")).json() == {"maps": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"from": HERE}, "to"),
        ({"from": HERE, "to": {"lat": 51.0}}, "to.lon"),
        ({"from": {"lat": 91.0, "lon": 0.5}, "to": THERE}, "from.lat"),
        ({"from": HERE, "to": THERE, "at": 1e308}, "at"),
        ({"from": HERE, "to": THERE, "at": TEN_AT + 8 * 86_400}, "at"),
        ({"from": HERE, "to": THERE, "at": "25:99"}, "at"),
        ({"from": HERE, "to": THERE, "at": "2026-11-20T23:30"}, "at"),
        ({"from": HERE, "to": THERE, "mode": "ride"}, "mode"),
        ({"from": HERE, "to": THERE, "origin": HERE}, "origin"),
    ],
)
async def test_what_cannot_be_used_is_named(her: Her, body: dict[str, Any], field: str) -> None:
    """By its field, as everywhere; what was sent is not repeated."""
    answer = await her.post("/routes/plan", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["field"] == field
    assert str(HERE["lat"]) not in answer.text


WILD: list[Any] = [
    {"from": HERE, "to": {"lat": True, "lon": "0.5"}},
    {"from": HERE, "to": [51.0, 0.5]},
    {"from": HERE, "to": {"lat": 10**400, "lon": 0.5}},
    {"from": {"lat": 85, "lon": 180}, "to": {"lat": -85, "lon": -180}},
    {"from": HERE, "to": {"lat": HERE["lat"] + 1e-7, "lon": HERE["lon"]}},
    {"from": HERE, "to": THERE, "at": "\u0662\u0663:30"},
    {"from": HERE, "to": THERE, "at": -1e11},
    {"from": HERE, "to": THERE, "at": []},
    {"from": HERE, "to": THERE, "no_steps": "perhaps"},
    {"from": HERE, "to": THERE, "mode": "\x00"},
    [],
    None,
    "way",
]


async def test_whatever_is_sent_is_answered(her: Her) -> None:
    """Never with a fault of ours: a way, or a problem that says what was wrong."""
    for body in WILD:
        answer = await her.post("/routes/plan", body)
        assert answer.status_code in (200, 422), body
        assert answer.status_code == 200 or answer.json()["code"] in ("invalid", "no_route")
    for line in (
        {"format": "polyline6", "data": "~~~"},
        {"format": "gpx", "data": "<gpx"},
        {"format": "csv", "data": ""},
    ):
        answer = await her.post("/routes/profile", {"route": line})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["field"].startswith("route")


async def test_a_street_counts_within_a_hundred_and_fifty_metres(her: Her) -> None:
    """Beyond that she is told that there is none, and at which end."""
    near, far = await plan(her, origin=spot(450, -149)), await plan(her, origin=spot(450, -152))

    assert near.status_code == 200
    assert near.json()["snapped_m"][0] == 149
    assert (far.json()["reason"], far.json()["field"]) == ("no_street_near", "from")


async def test_a_ride_has_no_light_to_tell_of(her: Her) -> None:
    """A cycle has."""
    line = LINES["planned"]["value"]

    assert (await her.post("/routes/profile", {**line, "mode": "ride"})).json()["field"] == "mode"
    slow = (await her.post("/routes/profile", line)).json()["ways"][0]["minutes"]
    quick = (await her.post("/routes/profile", {**line, "mode": "cycle"})).json()["ways"][0]["minutes"]
    assert quick < slow


async def test_too_many_are_told_when_to_come_again(her: Her) -> None:
    """Thirty a minute and device, plans and lines together."""
    for _ in range(29):
        assert (await plan(her)).status_code == 200
    assert (await her.post("/routes/profile", LINES["planned"]["value"])).status_code == 200
    answer = await plan(her)

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert int(answer.headers["Retry-After"]) == 60


async def test_only_she_may_ask(her: Her, home: Household) -> None:
    """Plans want a device token; what the maps hold is nobody's secret."""
    assert (await home.http.post("/v1/routes/plan", json={"from": HERE, "to": THERE})).status_code == 401
    assert (await home.http.post("/v1/routes/profile", json=LINES["planned"]["value"])).status_code == 401
    assert (await home.http.get("/v1/map")).status_code == 200


async def test_the_maps_say_what_they_hold(home: Household) -> None:
    """How old, how much of it is lit, and whose data it is."""
    [told] = (await home.http.get("/v1/map")).json()["maps"]

    assert (told["name"], told["built_at"], told["data_at"]) == (MEDWAY, BUILT_AT, 1_773_142_200.0)
    assert told["attribution"] == "© OpenStreetMap contributors"
    assert (told["havens"], told["open_places"]) == (2, 4)
    assert told["km"].keys() == {"lit", "assumed", "unknown", "unlit"}
    assert told["km"]["lit"] > 1
    assert told["box"][0] < told["box"][2]


async def test_a_map_is_swapped_without_a_restart(her: Her, tmp_path: Path) -> None:
    """The next plan is by the new streets."""
    before = (await plan(her)).json()["ways"][0]["line"]
    put(tmp_path / "maps", built(grid(8, 8), tmp_path), stamp="b")
    her.home.house.maps.swap()
    after = (await plan(her)).json()["ways"][0]

    assert after["line"] != before
    assert after["metres"]["lit"] == 0


async def test_it_answers_alike_whoever_stands_beside_her(her: Her) -> None:
    """Before and after a duress PIN, and after a true one, to the byte."""
    answers = []
    for pin in (None, DURESS, None, PIN):
        if pin is not None:
            await her.sets_off()
            await her.post("/journeys/live/end", {"id": f"e{pin}", "pin": pin})
        answers.append((await plan(her, at=TEN_AT)).content)

    assert len(set(answers)) == 1


async def test_no_log_has_a_place(
    her: Her, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither where she asked from nor where to."""
    with caplog.at_level(logging.DEBUG):
        await plan(her)
        await plan(her, to=spot(300, 5000))
    said = caplog.text + "".join(capsys.readouterr())

    for one in (HERE, THERE):
        assert f"{one['lat']:.4f}" not in said


async def test_every_published_request_is_answered_as_it_says(her: Her, home: Household) -> None:
    """Whoever builds a client builds it from these."""
    for path, examples in (("/routes/plan", PLANS), ("/routes/profile", LINES)):
        published = await schema(home, f"/v1{path}")
        assert published["requestBody"]["content"]["application/json"]["examples"] == json.loads(json.dumps(examples))
        for name, example in examples.items():
            answer = await her.post(path, example["value"])
            if name in NO_WAYS:
                assert (name, answer.json()) == (name, NO_WAYS[name]["value"])
            elif answer.status_code == 200:
                assert answer.json().keys() == PLAN.keys()
                assert answer.json()["ways"][0].keys() == PLAN["ways"][0].keys()
            else:
                assert (name, answer.json()["reason"]) == ("elsewhere", "outside_map")


async def test_the_published_answers_have_the_shape_of_answers(her: Her, home: Household) -> None:
    """Every reason has its example, and so has what the maps say."""
    answers = (await schema(home, "/v1/routes/plan"))["responses"]
    problems = answers["422"]["content"]["application/problem+json"]["examples"]
    told = (await plan(her)).json()
    maps = (await schema(home, "/v1/map", "get"))["responses"]["200"]["content"]["application/json"]["example"]
    ours = (await home.http.get("/v1/map")).json()

    assert answers["200"]["content"]["application/json"]["example"] == json.loads(json.dumps(PLAN))
    assert {one["value"]["reason"] for one in problems.values()} == set(problems)
    assert told["ways"][0]["havens"][0].keys() == PLAN["ways"][0]["havens"][0].keys()
    assert told["ways"][0]["longest_not_known"].keys() == PLAN["ways"][0]["longest_not_known"].keys()
    assert maps["maps"][0].keys() == ours["maps"][0].keys() == MAP["maps"][0].keys()
