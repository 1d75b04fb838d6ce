"""The HTTP API, as her phone meets it."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from service.people.editing import Edit, edited
from tests.service.people.household import ANNA, BETH, DAD, PIN, Her, Household, household


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    """A living house with nobody in it yet."""
    async with household() as living:
        yield living


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, with Beth."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    return anna


async def test_sign_up_answers_alike_for_known_and_unknown_numbers(home: Household) -> None:
    """Byte for byte, for the code and for a wrong one."""
    await home.sign_up()
    home.clock.forward(61)
    answers = set()
    for number in (ANNA, BETH):
        sent = await home.http.post("/v1/signup", json={"number": number, "name": "Somebody"})
        body = {"number": number, "code": "000000", "device": "phone"}
        wrong = await home.http.post("/v1/signup/verify", json=body)
        answers.add((sent.status_code, sent.content, wrong.status_code, wrong.content))

    assert len(answers) == 1


async def test_401_is_the_same_for_every_reason(her: Her, home: Household) -> None:
    """None, unknown, malformed, of another scheme, empty, revoked."""
    account = await home.account(her.id)
    headers = [None, "Bearer nobody", "Bearer", her.token, f"Basic {her.token}", f"Bearer {'x' * 500}", "Bearer \u00e4"]
    answers = []
    for value in headers:
        sent = {} if value is None else {"Authorization": value.encode("latin-1")}
        answers.append(await home.http.get("/v1/me", headers=sent))  # type: ignore[arg-type]
    await _revoke(home, account.id)
    answers.append(await her.get("/me"))

    assert {(a.status_code, a.content, a.headers["WWW-Authenticate"]) for a in answers} == {
        (401, answers[0].content, "Bearer")
    }


async def test_every_route_takes_a_token(home: Household) -> None:
    """Except for signing up."""
    paths = (await home.http.get("/openapi.json")).json()["paths"]
    open_to_all = set()
    for path, methods in paths.items():
        for method in methods:
            answer = await home.http.request(method, path.replace("{contact}", "x"), json={})
            if answer.status_code != 401:
                open_to_all.add(path)

    assert len(paths) > 15
    assert open_to_all == {"/v1/signup", "/v1/signup/verify", "/v1/map"}


async def test_what_she_sees_of_herself(her: Her) -> None:
    """No hash, no token, nothing that stands behind."""
    me = (await her.get("/me")).json()

    asked = {"id", "name", "short_name", "number", "has_pins", "new_pins_from", "channels", "names_shown"}
    assert me.keys() == asked | {"live", "reachable_by_sms", "devices", "contacts"}
    assert me["devices"][0].keys() == {"id", "name", "since"}
    assert (await her.ask("PATCH", "/me", {"name": "Ann"})).json()["name"] == "Ann"


async def test_nobody_reaches_what_is_not_hers(her: Her, home: Household) -> None:
    """Eve has a token too: Beth is not hers to change, and her journey is her own."""
    eve = await home.sign_up("Eve", DAD)
    [beth] = (await her.get("/contacts")).json()
    await her.sets_off()
    answers = [
        await eve.ask("PATCH", f"/contacts/{beth['id']}", {"tier": 2, "pin": PIN}),
        await eve.post(f"/contacts/{beth['id']}/remove", {"pin": PIN}),
        await eve.post(f"/contacts/{beth['id']}/invite", {"pin": PIN}),
        await eve.get("/journeys/live"),
    ]

    assert [a.status_code for a in answers] == [404] * 4
    assert (await her.get("/contacts")).json() == [beth]


async def _revoke(home: Household, traveller: str) -> None:
    await edited(
        home.house,
        traveller,
        "devices",
        lambda a, now: Edit(replace(a, devices=tuple(replace(d, revoked_at=now) for d in a.devices))),
    )
