"""What is hers over HTTP, and the gates before it: one walk through every route that takes her PIN."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.journey.model import Cause
from service.remembered import exporting
from tests.service.keeping import keeping
from tests.service.people.household import ANNA, BETH, CHLOE, DAD, DURESS, PIN, Her, Household
from tests.world_process import ForgetfulArchive

DAY_S = 86_400.0


@dataclass(frozen=True)
class Evening:
    """Anna with her phone, a tablet and a linked tracker app; Beth has said YES, Chloe has not answered."""

    her: Her
    beth: str
    chloe: str
    tablet: str
    tracker: str


GATES: dict[str, dict[str, Any]] = {
    "POST /contacts": {"name": "Dad", "number": DAD},
    "PATCH /contacts/{contact}": {"tier": 2},
    "POST /contacts/{contact}/invite": {},
    "POST /contacts/{contact}/remove": {},
    "PUT /pins": {"pin": "1357", "duress_pin": "8642"},
    "POST /pins/forgotten/cancel": {},
    "PATCH /me": {"names_shown": True, "channels": ["sms"]},
    "PUT /me/card": {"danger": "Tom", "medical": "asthma"},
    "PATCH /devices/{device}": {"name": "my tablet"},
    "POST /devices/{device}/revoke": {},
    "POST /trackers": {"app": "owntracks", "name": "in my bag"},
    "DELETE /trackers/{tracker}": {},
    "POST /export": {},
    "POST /erase": {"confirm": "ERASE"},
}
"""Every route that takes her PIN but those of a journey (`test_api`), and what she asks there."""
NEEDS_A_PIN = ("POST /pins/forgotten/cancel",)
COMPARED_ELSEWHERE = ("POST /export", "POST /erase")
"""What they answer with either PIN is unpacked and compared in tests of their own."""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Household]:
    """A living house with nobody in it yet."""
    async with keeping(tmp_path) as kept:
        yield kept.home


async def evening(home: Household, *, pins: bool = True) -> Evening:
    her = await home.sign_up(pins=pins)
    beth, chloe = await her.has("Beth", BETH), await her.asks("Chloe", CHLOE)
    home.clock.forward(61)
    await home.http.post("/v1/signup", json={"number": ANNA, "name": "Anna"})
    body = {"number": ANNA, "code": await home.code_for(ANNA), "device": "a tablet", "pin": PIN if pins else None}
    assert (await home.http.post("/v1/signup/verify", json=body)).status_code == 200
    home.clock.forward(61)
    asked = await her.post("/trackers", {"app": "traccar", "name": "old phone", **({"pin": PIN} if pins else {})})
    linked = await her.post(f"/trackers/{asked.json()['id']}/code", {"code": await home.code_for(ANNA)})
    assert linked.status_code == 201, linked.text
    home.clock.forward(DAY_S + 60)  # Chloe may be asked again
    [tablet] = [d["id"] for d in (await her.get("/devices")).json() if not d["this"]]
    return Evening(her, beth, chloe, tablet, linked.json()["id"])


async def asked(gate: str, e: Evening, pin: str | None) -> httpx.Response:
    """She asks for what is behind the gate."""
    method, path = gate.split()
    contact, body = e.chloe if path.endswith("/invite") else e.beth, GATES[gate]
    key = "current_pin" if gate == "PUT /pins" else "pin"
    return await e.her.ask(
        method,
        path.format(contact=contact, device=e.tablet, tracker=e.tracker),
        body if pin is None else {**body, key: pin},
    )


async def test_no_route_that_takes_a_pin_is_left_out(home: Household) -> None:
    """Whoever builds another one adds it to the walk."""
    schema = (await home.http.get("/openapi.json")).json()
    found = set()
    for path, methods in schema["paths"].items():
        for method, route in methods.items():
            body = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            fields = schema["components"]["schemas"].get(body.get("$ref", "").rpartition("/")[2], {})
            if {"pin", "current_pin"} & set(fields.get("properties", {})):
                found.add(f"{method.upper()} {path.removeprefix('/v1')}")
    elsewhere = {route for route in found if re.match(r"\w+ /(journeys|signup)", route)}

    assert found - elsewhere == set(GATES)


@pytest.mark.parametrize("gate", GATES)
async def test_without_her_pin_the_gate_is_shut(home: Household, gate: str) -> None:
    """It says so, or that the PIN is missing; nothing is changed."""
    e = await evening(home)
    before = await home.account(e.her.id)
    answer = await asked(gate, e, None)

    assert answer.json()["code"] == ("invalid" if gate in NEEDS_A_PIN else "pin_needed")
    assert await home.account(e.her.id) == before


@pytest.mark.parametrize("gate", GATES)
async def test_wrong_pins_are_one_answer_and_the_third_is_told(home: Household, gate: str) -> None:
    """The same bytes each time but the wait; on her way, the third raises a concern."""
    e = await evening(home)
    shown = await e.her.sets_off()
    before = await home.account(e.her.id)
    answers = [await asked(gate, e, "1111") for _ in range(4)]

    assert {(a.status_code, a.json()["code"], a.json()["title"]) for a in answers} == {(403, "try_again", "try again")}
    assert [a.headers.get("Retry-After") for a in answers] == [None, None, "10", "10"]
    assert await home.account(e.her.id) == before
    alarm = (await home.journey(shown["id"])).alarm
    assert alarm is not None
    assert alarm.cause is Cause.WRONG_PINS


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate not in COMPARED_ELSEWHERE])
async def test_both_pins_open_it_with_the_same_bytes(gate: str, tmp_path: Path) -> None:
    """And whatever she looks at afterwards is the same; behind the duress PIN her list is told."""
    seen, told = [], []
    for pin in (PIN, DURESS):
        async with keeping(tmp_path / pin) as kept:
            home = kept.home
            e = await evening(home)
            chance = [
                e.her.id,
                e.tablet,
                e.tracker,
                e.beth,
                e.chloe,
                *(d["id"] for d in (await e.her.get("/devices")).json()),
            ]
            answers = [await asked(gate, e, pin)]
            answers += [
                await e.her.get(path)
                for path in ("/me", "/contacts", "/devices", "/me/card", "/trackers", "/journeys/live")
            ]
            assert answers[0].status_code < 300, answers[0].text
            chance += [answers[0].json()["id"]] if answers[0].status_code == 202 else []
            contacts = answers[2].json() if answers[2].status_code == 200 else []
            chance += [c["id"] for c in contacts]
            chance += [c["link"].rpartition("/")[2] for c in contacts if c["link"]]
            seen.append([(a.status_code, _struck(_inside(a), chance)) for a in answers])
            behind = [(await home.journey(key)).alarm for key in (await home.account(e.her.id)).behind]
            told.append([alarm.cause for alarm in behind if alarm is not None])

    assert seen[0] == seen[1]
    assert told == [[], [Cause.DURESS]]


def _inside(answer: httpx.Response) -> bytes:
    """An answer, and of a file what is in it."""
    if answer.headers.get("Content-Type") != exporting.MEDIA_TYPE:
        return answer.content
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        return b"".join(name.encode() + made.read(name) for name in made.namelist())


@pytest.mark.parametrize("gate", [gate for gate in GATES if gate not in NEEDS_A_PIN])
async def test_before_she_has_a_pin_none_is_asked(home: Household, gate: str) -> None:
    """Setting up is one screen after the other."""
    home.house.archive = ForgetfulArchive()
    assert (await asked(gate, await evening(home, pins=False), None)).status_code < 300


async def test_her_names_need_no_pin(home: Household) -> None:
    """What is left out stays."""
    her = await home.sign_up()
    me = (await her.ask("PATCH", "/me", {"name": "Annabel", "short_name": "Anna"})).json()

    assert (me["name"], me["short_name"], me["channels"]) == ("Annabel", "Anna", ["push", "sms", "call"])
    assert (await her.ask("PATCH", "/me", {"channels": ["pigeon"], "pin": PIN})).json()["field"] == "channels[0]"
    assert (await her.ask("PATCH", "/me", {"channels": [], "pin": PIN})).json()["field"] == "channels"


async def test_her_card_never_shows_whom_she_fears(home: Household) -> None:
    """Nor her call-back word: only that they are written, and when they are taken off again."""
    her = await home.sign_up()
    written = await her.put("/me/card", {"danger": "Tom", "word": "marigold", "address": "1 High St", "pin": PIN})
    read = await her.get("/me/card")

    assert written.json() == read.json()
    assert (read.json()["address"], read.json()["medical"]) == ("1 High St", "")
    assert (read.json()["danger"], read.json()["word"]) == ({"set": True}, {"set": True})
    assert "Tom" not in read.text + (await her.get("/me")).text
    gone = await her.put("/me/card", {"danger": "", "pin": PIN})
    assert (gone.json()["danger"], gone.json()["word"]) == ({"set": False}, {"set": True})
    assert (await her.put("/me/card", {"medical": "x" * 501, "pin": PIN})).json()["field"] == "medical"


async def test_her_devices_are_listed_and_one_is_shut_out_at_once(home: Household) -> None:
    """Its next request is that of nobody; the one she holds is marked."""
    e = await evening(home)
    listed = (await e.her.get("/devices")).json()
    assert [(d["name"], d["this"]) for d in listed] == [("her phone", True), ("a tablet", False)]
    assert listed[0]["last_seen_at"] == home.clock.now()
    mine = listed[0]["id"]
    await e.her.post(f"/devices/{mine}/revoke", {"pin": PIN})
    unknown = await home.http.get("/v1/me", headers={"Authorization": "Bearer nobody"})

    assert (await e.her.get("/me")).content == unknown.content
    assert (await e.her.get("/me")).status_code == 401


async def test_a_forgotten_pin_over_http(home: Household) -> None:
    """Asked for with a fresh code, shown on every device of hers, called off with the old one."""
    her = await home.sign_up()
    home.clock.forward(61)
    await home.http.post("/v1/signup", json={"number": ANNA, "name": "Anna"})
    wrong = await her.post("/pins/forgotten", {"code": "000000"})
    asked_for = await her.post("/pins/forgotten", {"code": await home.code_for(ANNA)})
    early = await her.put("/pins", {"pin": "1357", "duress_pin": "8642"})

    assert wrong.json()["code"] == "wrong_code"
    assert asked_for.json() == {"from_at": home.clock.now() + DAY_S, "until": home.clock.now() + 8 * DAY_S}
    assert (await her.get("/me")).json()["new_pins_from"] == asked_for.json()["from_at"]
    assert (early.json()["code"], early.json()["wait_s"]) == ("pin_needed", DAY_S)
    assert (await her.post("/pins/forgotten/cancel", {"pin": PIN})).status_code == 204
    assert (await her.get("/me")).json()["new_pins_from"] is None


async def test_a_day_later_new_pins_are_set_without_the_old(home: Household) -> None:
    """Once."""
    her = await home.sign_up()
    home.clock.forward(61)
    await home.http.post("/v1/signup", json={"number": ANNA, "name": "Anna"})
    await her.post("/pins/forgotten", {"code": await home.code_for(ANNA)})
    home.clock.forward(DAY_S)
    answers = [await her.put("/pins", {"pin": "1357", "duress_pin": "8642"}) for _ in range(2)]

    assert [a.status_code for a in answers] == [204, 403]


def _struck(content: bytes, chance: list[str]) -> bytes:
    for word in chance:
        content = content.replace(word.encode(), b"*")
    return content
