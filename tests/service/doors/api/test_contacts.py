"""Her contacts, over HTTP."""

from typing import Any

import pytest

from tests.service.people.household import ANNA, BETH, CHLOE, DAD, DURESS, PIN, Her, Household, household


@pytest.fixture
async def her() -> Any:
    """Anna, in a house of her own."""
    async with household() as home:
        yield await home.sign_up()


async def _add(her: Her, **body: Any) -> Any:
    return await her.post("/contacts", {"name": "Beth", "number": BETH, "pin": PIN, **body})


async def test_what_she_should_read_before_she_adds_somebody(her: Her) -> None:
    """The question about the SOS list, in words, and who sees what."""
    words = (await her.get("/contacts/words")).json()

    assert words["sos_question"] == ("Could this person be, or tell, someone who hurts you? Then untick the SOS list.")
    assert words["sees"][0]["when"] == "While nothing is wrong"
    assert "not told" in words["quietly"]
    assert "another contact" in words["each_other"]


async def test_adding_somebody_says_what_he_will_see(her: Her) -> None:
    """As he is set; the question is asked while he is on the SOS list."""
    beth = (await _add(her)).json()
    eve = (await _add(her, name="Eve", number=DAD, place=False, on_sos_list=False)).json()

    assert beth["sos_question"].startswith("Could this person be")
    assert any("half an hour" in row["what"] for row in beth["sees"])
    assert eve["sos_question"] is None
    assert not any("street" in row["what"] or "half an hour" in row["what"] for row in eve["sees"])


async def test_every_field_can_be_given_and_changed(her: Her) -> None:
    """And is shown again; what is left out stays."""
    fields = {
        "tier": 2,
        "primary": True,
        "on_sos_list": False,
        "channels": ["call", "sms"],
        "hours": "Mo-Fr 18:00-08:00",
        "place": False,
        "language": "pl",
    }
    beth = (await _add(her, **fields)).json()
    assert {name: beth[name] for name in fields} == fields

    changes: dict[str, Any] = {"channels": ["sms"], "hours": "", "place": True, "tier": 1, "name": "Bethany"}
    changed = (await her.ask("PATCH", f"/contacts/{beth['id']}", {**changes, "pin": PIN})).json()
    assert {name: changed[name] for name in (*fields, "name")} == {**fields, **changes}
    [listed] = (await her.get("/contacts")).json()
    assert {name: listed[name] for name in (*fields, "name")} == {**fields, **changes}


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"hours": "after work"}, "hours", 'expected opening hours like "Mo-Fr 18:00-08:00'),
        ({"channels": []}, "channels", "expected sms, call and email"),
        ({"channels": ["fax"]}, "channels[0]", "expected sms, call or email"),
        ({"tier": 3}, "tier", "expected 1 or 2, got 3"),
        ({"language": "Klingon"}, "language", "expected en or pl"),
        ({"number": "020 7946 0000"}, "number", "mobile"),
        ({"number": "0909 879 0000"}, "number", "mobile"),
        ({"number": "+33 6 12 34 56 78"}, "number", "of GB"),
        ({"number": "07700 900 123"}, "number", "her own"),
        ({"number": "+44 (0) 7700-900123"}, "number", "her own"),
        ({"number": "00447700900123"}, "number", "her own"),
        ({"number": None}, "number", "or an invitation by link"),
        ({"invite": "pigeon"}, "invite", "sms"),
        ({"friend": True}, "friend", "not permitted"),
    ],
)
async def test_bad_input_names_its_field_and_asks_nobody(her: Her, body: dict[str, Any], field: str, said: str) -> None:
    """With what was expected, and an example where that helps."""
    before = len(await her.home.sends())
    answer = await _add(her, **body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert said in answer.json()["detail"]
    assert ANNA not in answer.text
    assert len(await her.home.sends()) == before


async def test_fifty_contacts_are_too_many(her: Her) -> None:
    """Twelve; the refusal says so. Somebody who has left takes no room."""
    for n in range(12):
        assert (await _add(her, number=f"+4477009007{n:02}", invite="link")).status_code == 201
    for n in range(12, 50):
        refused = await _add(her, number=f"+4477009007{n:02}")
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "expected at most 12 contacts: remove one first",
    )

    await her.home.text("+447700900700", "LEAVE")
    assert (await _add(her, number=CHLOE)).status_code == 201


async def test_contacts_may_live_abroad_where_that_is_set() -> None:
    """The countries are the operator's to name."""
    async with household(contact_countries="GB,IE") as home:
        her = await home.sign_up()
        irish = await _add(her, number="+353 87 123 4567")
        french = await _add(her, number="+33 6 12 34 56 78")

    assert irish.json()["number"] == "+353871234567"
    assert french.json()["detail"] == "expected a number of GB, IE"


async def test_a_link_is_shown_until_it_is_answered(her: Her) -> None:
    """In the list and in the answer that made it."""
    made = (await _add(her, number=None, invite="link")).json()
    again = (await her.post(f"/contacts/{made['id']}/invite", {"pin": PIN})).json()

    assert (made["number"], made["state"]) == (None, "invited")
    assert made["link"] == again["link"] == (await her.get("/contacts")).json()[0]["link"]


async def test_a_test_takes_no_pin_and_is_shown_as_it_goes(her: Her) -> None:
    """202, and the contact's `test` follows it."""
    beth = await her.has("Beth", BETH)
    answer = await her.post(f"/contacts/{beth}/test")

    assert answer.status_code == 202
    assert answer.json()["test"]["state"] == "waiting"
    assert (await her.get("/contacts")).json()[0]["test"] == answer.json()["test"]


@pytest.mark.parametrize("path", ["", "/{id}/invite", "/{id}/remove"])
async def test_a_duress_pin_is_answered_like_the_true_one(path: str) -> None:
    """Byte for byte, and so is the list afterwards, but for what is drawn by chance."""
    answers = [await _evening(path, pin) for pin in (PIN, DURESS)]

    assert answers[0] == answers[1]


async def _evening(path: str, pin: str) -> list[tuple[int, str]]:
    async with household() as home:
        her = await home.sign_up()
        await her.has("Dad", DAD)
        beth = (await _add(her, invite="link")).json()
        home.clock.forward(60)
        body = {"pin": pin} if path else {"name": "Eve", "number": CHLOE, "invite": "link", "pin": pin}
        answers = [await her.post(f"/contacts{path.format(id=beth['id'])}", body), await her.get("/contacts")]
        chance = [beth["id"], *(c["id"] for c in answers[1].json())]
        chance += [str(c["link"]).rpartition("/")[2] for c in (beth, *answers[1].json()) if c["link"]]
        return [(a.status_code, _struck(a.text, sorted(chance, key=len, reverse=True))) for a in answers]


def _struck(text: str, chance: list[str]) -> str:
    for word in chance:
        text = text.replace(word, "*")
    return text


async def test_nobody_reaches_a_contact_that_is_not_hers() -> None:
    """Eve has a token too."""
    async with household() as home:
        her, eve = await home.sign_up(), await home.sign_up("Eve", CHLOE)
        beth = await her.has("Beth", BETH)
        answers = [
            await eve.ask("PATCH", f"/contacts/{beth}", {"tier": 2, "pin": PIN}),
            await eve.post(f"/contacts/{beth}/invite", {"pin": PIN}),
            await eve.post(f"/contacts/{beth}/test"),
            await eve.post(f"/contacts/{beth}/remove", {"pin": PIN}),
        ]

    assert [a.status_code for a in answers] == [404] * 4


async def test_one_number_in_many_accounts(her: Her) -> None:
    """Three ask Beth, each of her YES is for the newest; she is a contact of all three."""
    home: Household = her.home
    others = [await home.sign_up(f"Friend {n}", f"+44770090080{n}") for n in range(2)]
    for one in (her, *others):
        home.clock.forward(1)
        assert (await _add(one)).status_code == 201
    for _ in range(3):
        await home.text(BETH, "YES")

    assert [(await one.get("/contacts")).json()[0]["state"] for one in (her, *others)] == ["confirmed"] * 3
