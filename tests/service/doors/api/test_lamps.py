"""Lamps reported out, over HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from service.doors.api.lamps import LAMPS, TOLD
from tests.service.maps.medway import living_in, medway, spot
from tests.service.people.household import ANNA, BETH, DAD, DURESS, TEN_AT, Her, Household, household


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Household]:
    """A living house with the town's map."""
    async with household() as living:
        maps = medway(tmp_path)
        living_in(living, maps)
        yield living
        await maps.close()


def lamp(id_: str = "r1", **more: Any) -> dict[str, Any]:
    """The lamp in the middle of High Street."""
    return {"id": id_, "what": "lamp_out", **spot(300, 200), **more}


async def unlit(her: Her) -> tuple[int, int]:
    """Metres of High Street that are not known to be lit, and that are unlit, as her next plan has it."""
    home = her.home
    await home.house.maps.look(home.store, home.clock.now())
    answer = await her.post("/routes/plan", {"from": spot(20, 200), "to": spot(580, 200)})
    shortest = next(way for way in answer.json()["ways"] if "shortest" in way["kinds"])
    return shortest["metres"]["unknown"], shortest["metres"]["unlit"]


async def test_a_lamp_reported_out_counts_in_the_next_plan(home: Household) -> None:
    """One word makes forty metres unknown; the word of two makes them unlit; taken back it is as before."""
    anna, dora = await home.sign_up(), await home.sign_up("Dora", DAD)
    assert await unlit(anna) == (0, 0)
    told = await anna.post("/lamps", lamp())
    assert told.status_code == 201
    assert told.json() == {"id": "r1", "what": "lamp_out", "until": TEN_AT + 28 * 86_400}
    assert await unlit(anna) == (40, 0)

    await dora.post("/lamps", lamp("mine"))
    assert await unlit(dora) == (0, 40)

    assert (await dora.ask("DELETE", "/lamps/mine")).status_code == 204
    assert (await anna.ask("DELETE", "/lamps/r1")).status_code == 204
    assert await unlit(anna) == (0, 0)


async def test_the_same_report_is_told_once(home: Household) -> None:
    """However often her phone sends it."""
    anna = await home.sign_up()
    first = await anna.post("/lamps", lamp())
    home.clock.forward(3600.0)
    again = await anna.post("/lamps", lamp())

    assert first.json() == again.json()
    assert len(await home.store.book_all("lamps")) == 1


async def test_ten_a_day(home: Household) -> None:
    """Who reports more is told to come again."""
    anna = await home.sign_up()
    for n in range(10):
        assert (await anna.post("/lamps", lamp(f"r{n}"))).status_code == 201
    answer = await anna.post("/lamps", lamp("r10"))

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")


async def test_a_report_is_hers_to_take_back_alone(home: Household) -> None:
    """Another one's, and one that is not there, are answered alike."""
    anna, dora = await home.sign_up(number=ANNA), await home.sign_up("Dora", BETH)
    await anna.post("/lamps", lamp())
    theirs, nobodys = await dora.ask("DELETE", "/lamps/r1"), await dora.ask("DELETE", "/lamps/none")

    assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    assert (await home.http.post("/v1/lamps", json=lamp())).status_code == 401


@pytest.mark.parametrize("id_", ["a/b", "../x", "a b", "a%2Fb", "?x#y", "x" * 64])
async def test_whatever_it_is_called_it_can_be_taken_back(home: Household, id_: str) -> None:
    """An address has signs that mean something else; her phone writes them as numbers."""
    anna = await home.sign_up()
    assert (await anna.post("/lamps", lamp(id_))).status_code == 201
    assert (await anna.ask("DELETE", f"/lamps/{quote(id_, safe='')}")).status_code == 204
    assert await home.store.book_all("lamps") == {}


async def test_nobody_s_name_is_kept_with_it(home: Household) -> None:
    """What lies in the store tells of a lamp and a hash."""
    anna = await home.sign_up()
    await anna.post("/lamps", lamp())
    kept = b"".join(name.encode() + value for name, value in (await home.store.book_all("lamps")).items())

    for hers in (anna.id.encode(), ANNA.encode(), b"Anna"):
        assert hers not in kept


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (lamp(what="too_bright"), "what"),
        (lamp(lat=99.0), "lat"),
        (lamp(""), "id"),
        ({"id": "r1"}, "lat"),
        (lamp(note="he lives at number 4"), "note"),
    ],
)
async def test_what_cannot_be_used_is_named(home: Household, body: dict[str, Any], field: str) -> None:
    """No free text is taken: it would be about somebody."""
    answer = await (await home.sign_up()).post("/lamps", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_it_answers_alike_whoever_stands_beside_her(home: Household) -> None:
    """After a duress PIN as before."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    first = await anna.post("/lamps", lamp())
    await anna.sets_off()
    await anna.post("/journeys/live/end", {"id": "e", "pin": DURESS})

    assert (await anna.post("/lamps", lamp())).content == first.content
    assert (await anna.ask("DELETE", "/lamps/r1")).status_code == 204


async def test_every_published_request_is_taken(home: Household) -> None:
    """Whoever builds a client builds it from these."""
    anna = await home.sign_up()
    published = (await home.http.get("/openapi.json")).json()["paths"]["/v1/lamps"]["post"]

    assert published["requestBody"]["content"]["application/json"]["examples"] == json.loads(json.dumps(LAMPS))
    assert published["responses"]["201"]["content"]["application/json"]["example"] == TOLD
    for example in LAMPS.values():
        answer = await anna.post("/lamps", example["value"])
        assert answer.status_code == 201
        assert answer.json().keys() == TOLD.keys()
    wrong = await anna.post("/lamps", lamp("r9", what="dark"))
    assert published["responses"]["422"]["content"]["application/problem+json"]["example"] == wrong.json()
