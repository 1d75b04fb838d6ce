"""Where she could go to from here, over HTTP."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.doors.api.nearby import ASIDE, ASIDE_DONE, ASKED, EXAMPLE
from service.havens import Listed, ListedHavens
from tests.service.maps.medway import living_in, medway, spot
from tests.service.people.household import BETH, DURESS, PIN, Her, Household, household

CHURCH = Listed("s1", "Open church", 51.3884, 0.5040, "scheme", "Mo-Su 18:00-23:00")
PUB = Listed("u1", "The Ship", 51.3881, 0.5040, "pub", "Mo-Su 12:00-21:00")
HOTEL = Listed("n1", "Hotel", 51.3890, 0.5040, "hotel", "24/7")
CLINIC = Listed("h1", "Clinic", 51.3890, 0.5050, "hospital")
HERE = {"lat": 51.388, "lon": 0.504}


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    """A living house with a list of havens; it is ten in the evening."""
    async with household() as living:
        living.house.watch.havens = ListedHavens((CHURCH, PUB, HOTEL, CLINIC), "Europe/London", "GB")
        yield living


@pytest.fixture
async def her(home: Household) -> Her:
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    return anna


async def test_she_is_told_the_nearest_and_what_is_open(her: Her, home: Household) -> None:
    """The church until eleven; the pub has closed, the clinic's hours nobody knows."""
    said = (await her.post("/havens", HERE)).json()

    assert said["known"] == 4
    church = {"id": "s1", "name": "Open church", "kind": "scheme", "vetted": True, "away_m": 45, "walk_m": None}
    church |= {"lat": CHURCH.lat, "lon": CHURCH.lon}
    assert said["haven"] == church | {"state": "open", "closes_at": home.clock.now() + 3600}
    assert (said["open_place"]["id"], said["open_place"]["vetted"], said["open_place"]["closes_at"]) == (
        "n1",
        False,
        None,
    )
    assert [(one["id"], one["state"]) for one in said["around"]] == [
        ("u1", "closed"), ("s1", "open"), ("n1", "open"), ("h1", "unknown"),
    ]  # fmt: skip


async def test_what_she_is_told_can_be_turned_aside_to(her: Her) -> None:
    """The id goes into the command as it is."""
    await her.sets_off()
    haven = (await her.post("/havens", HERE)).json()["haven"]["id"]

    answer = await her.post("/journeys/live/divert", {"id": "d1", "haven": haven})

    assert (answer.status_code, answer.json()["result"]) == (200, "diverted")


async def test_where_there_is_no_list_there_are_none(home: Household, her: Her) -> None:
    """Her phone can tell that from an empty neighbourhood."""
    far = (await her.post("/havens", {"lat": 10, "lon": 10})).json()
    assert far == {"known": 4, "haven": None, "open_place": None, "around": []}
    home.house.watch.havens = ListedHavens((), "UTC")
    assert (await her.post("/havens", HERE)).json()["known"] == 0


async def test_a_place_that_is_none_is_refused_by_its_field(her: Her) -> None:
    """Missing, no number, not a number, beyond the poles; nothing of it comes back."""
    asked: list[tuple[dict[str, Any], str]] = [
        ({"lon": 0.5}, "lat"), ({"lat": 51.0}, "lon"), ({"lat": "nan", "lon": 0.5}, "lat"),
        ({"lat": 51, "lon": "inf"}, "lon"), ({"lat": 86, "lon": 0}, "lat"),
        ({"lat": 51.3874123, "lon": "east"}, "lon"), ({"lat": 51, "lon": 180.1}, "lon"),
        ({**HERE, "at": "half past"}, "at"), ({**HERE, "at": 1e10}, "at"),
    ]  # fmt: skip
    for body, field in asked:
        answer = await her.post("/havens", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["field"].startswith(field)
        assert "51.38" not in answer.text


async def test_where_she_will_be_it_is_what_is_open_then(her: Her) -> None:
    """At half past eleven the church has closed too."""
    said = (await her.post("/havens", {**HERE, "at": "23:30"})).json()

    assert said["haven"] is None
    assert said["open_place"]["id"] == "n1"


async def test_where_she_is_stands_in_no_address(her: Her) -> None:
    """Proxies write addresses down."""
    assert (await her.get("/havens?lat=51.388&lon=0.504")).status_code == 405


async def test_with_a_map_it_is_told_how_far_it_is_to_walk(her: Her, home: Household, tmp_path: Path) -> None:
    """From the first time on; the list's places and the map's are told as one. For another hour, at which other places are
    open, it is as the crow flies."""
    maps = medway(tmp_path, (CHURCH,))
    living_in(home, maps, (CHURCH,))
    now = (await her.post("/havens", spot(300, 200))).json()
    then = (await her.post("/havens", {**spot(300, 200), "at": "22:40"})).json()
    await maps.close()

    assert now["known"] == 8
    assert (now["open_place"]["name"], now["haven"]["name"]) == ("The Bell", "Medway Hospital")
    assert now["open_place"]["id"].startswith("osm:n")
    assert now["haven"]["walk_m"] > now["haven"]["away_m"]
    assert [then[one]["walk_m"] for one in ("haven", "open_place")] == [None, None]


async def test_it_answers_alike_whoever_stands_beside_her(her: Her) -> None:
    """Before and after a duress PIN, to the byte; the rest of its answers are the API's own."""
    await her.sets_off()
    before = await her.post("/havens", HERE)
    await her.post("/journeys/live/end", {"id": "e", "pin": DURESS})
    after = await her.post("/havens", HERE)

    assert before.content == after.content


async def test_the_published_example_has_the_shape_of_an_answer(her: Her, home: Household) -> None:
    """Whoever builds a client builds it from that."""
    said = (await her.post("/havens", HERE)).json()
    schema = (await home.http.get("/openapi.json")).json()
    answers = schema["paths"]["/v1/havens"]["post"]["responses"]

    assert answers["200"]["content"]["application/json"]["example"] == json.loads(json.dumps(EXAMPLE))
    assert said.keys() == EXAMPLE.keys()
    assert said["haven"].keys() == EXAMPLE["haven"].keys() == EXAMPLE["around"][1].keys()
    for example in ASKED.values():
        assert (await her.post("/havens", example["value"])).json().keys() == EXAMPLE.keys()
    wrong = await her.post("/havens", {"lat": 86, "lon": 0})
    assert answers["422"]["content"]["application/problem+json"]["example"] == wrong.json()


async def test_turning_aside_is_published_as_it_is_answered(her: Her, home: Household) -> None:
    """Each example posted: done, done though it waited, a place that is none, no journey to turn aside on."""
    home.house.watch.havens = ListedHavens((replace(CHURCH, id="s17"), replace(HOTEL, id="n4")), "Europe/London")
    published = (await home.http.get("/openapi.json")).json()["paths"]["/v1/journeys/live/divert"]["post"]
    answers = published["responses"]
    assert published["requestBody"]["content"]["application/json"]["examples"] == ASIDE

    nobody = await her.post("/journeys/live/divert", ASIDE["now"]["value"])
    await her.sets_off()
    now, waited, closed = [await her.post("/journeys/live/divert", one["value"]) for one in ASIDE.values()]

    assert answers["200"]["content"]["application/json"]["example"] == ASIDE_DONE
    assert [one.json().keys() for one in (now, waited)] == [ASIDE_DONE.keys()] * 2
    assert [one.json()["result"] for one in (now, waited)] == ["diverted"] * 2
    for status, answer in (("404", nobody), ("422", closed)):
        assert answers[status]["content"]["application/problem+json"]["example"] == answer.json()


async def _turning_aside(pin: str) -> list[tuple[int, str]]:
    """What she reads on the way to the church, where she keys a PIN, and after it."""
    async with household() as home:
        home.house.watch.havens = ListedHavens((CHURCH, HOTEL), "Europe/London", "GB")
        anna = await home.sign_up()
        await anna.has("Beth", BETH)
        went = await anna.sets_off()
        asked = [
            await anna.post("/journeys/live/divert", {"id": "d1", "haven": "s1"}),
            await anna.get("/journeys/live"),
            await anna.post("/journeys/live/end", {"id": "e1", "pin": pin}),
            await anna.post("/journeys/live/divert", {"id": "d2", "haven": "n1"}),
            await anna.post("/journeys/live/divert", {"id": "d1", "haven": "s1"}),
            await anna.get("/journeys/live"),
            await anna.post("/havens", HERE),
        ]
        return [(one.status_code, one.text.replace(went["id"], "it").replace(went["reference"], "K")) for one in asked]


async def test_turning_aside_tells_nobody_which_pin_it_was() -> None:
    """Before it, at it, and on her phone after it, where another place is asked for too."""
    true, forced = await _turning_aside(PIN), await _turning_aside(DURESS)

    assert [status for status, _ in true] == [status for status, _ in forced]
    assert true == forced
    assert true[0][0] == true[3][0] == 200
