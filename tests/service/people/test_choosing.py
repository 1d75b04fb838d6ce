"""Anna's contacts: asked, changed, removed without a word to them."""

from typing import Any

import pytest

from alerts.contact import Channel
from alerts.notice import Kind
from service.people import choosing
from service.people.model import ContactState
from service.people.pins import AFTERWARDS
from service.people.refusals import Refused, Why

from .household import ANNA, BETH, CHLOE, DAD, DURESS, PIN, Her, Household


async def test_beth_is_asked_and_says_yes(home: Household) -> None:
    """The invitation is the only thing she is sent before; afterwards she is welcomed."""
    her = await home.sign_up()
    beth = await her.asks("Beth", BETH)
    assert [(n.to, n.kind) for n in await home.sends() if n.to == beth] == [(beth, Kind.INVITE)]

    await home.text(BETH, "yes!")
    contact = (await home.account(her.id)).contact(beth)
    assert contact is not None
    assert contact.state is ContactState.CONFIRMED
    assert [n.kind for n in await home.sends() if n.to == beth] == [Kind.INVITE, Kind.WELCOME]


async def test_who_cannot_be_a_contact(home: Household) -> None:
    """Herself, somebody who is one already, a tier that is none; the field is named and nobody is asked."""
    her = await home.sign_up()
    await her.asks("Beth", BETH)
    asked = len(await home.sends(Kind.INVITE))
    wrong: list[dict[str, Any]] = [
        {"number": ANNA},
        {"number": BETH},
        {"number": DAD, "tier": 3},
        {"number": DAD, "name": " "},
    ]
    refusals = [(await her.post("/contacts", {"name": "Dad", "pin": PIN, **body})).json() for body in wrong]

    assert [r["field"] for r in refusals] == ["number", "number", "tier", "name"]
    assert len(await home.sends(Kind.INVITE)) == asked


async def test_a_change_takes_her_pin(home: Household) -> None:
    """Whoever has her open phone in hand cannot add himself; before she has a PIN nothing is asked."""
    her = await home.sign_up(pins=False)
    await her.asks("Beth", BETH)
    await her.put("/pins", {"pin": PIN, "duress_pin": DURESS})
    codes = [(await her.post("/contacts", {"name": "Eve", "number": DAD, **pin})).json()["code"] for pin in _PINS]

    assert codes == ["pin_needed", "try_again"]


_PINS: tuple[dict[str, str], ...] = ({}, {"pin": "1111"})


async def test_one_is_called_first(home: Household) -> None:
    """The one she chose last."""
    her = await home.sign_up()
    beth, dad = await her.has("Beth", BETH, primary=True), await her.has("Dad", DAD, primary=True)
    changed = await her.ask("PATCH", f"/contacts/{beth}", {"tier": 2, "primary": True, "pin": PIN})

    assert changed.json()["tier"] == 2
    account = await home.account(her.id)
    assert {c.id: c.primary for c in account.contacts} == {beth: True, dad: False}


async def test_a_change_counts_on_the_way(home: Household) -> None:
    """Beth is taken off the SOS list while Anna walks: her journey's next alarm knows."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    shown = await her.sets_off()
    await her.ask("PATCH", f"/contacts/{beth}", {"on_sos_list": False, "pin": PIN})

    [person] = (await home.journey(shown["id"])).plan.people
    assert person.on_sos_list is False


async def test_removing_is_quiet_and_at_once(home: Household) -> None:
    """In a running alarm too: his place on the ladder and his link are gone, and nothing is sent to say so."""
    her = await home.sign_up()
    beth, dad = await her.has("Beth", BETH), await her.has("Dad", DAD)
    shown = await her.sets_off()
    await home.time_passes(3600)
    link = home.house.sealer.link_token(shown["id"], dad)
    assert await home.house.directory.link(link) == (shown["id"], dad)
    sent = {n.id for n in await home.sends()}
    assert (await her.post(f"/contacts/{dad}/remove", {"pin": PIN})).status_code == 204

    journey = await home.journey(shown["id"])
    assert [p.id for p in journey.plan.people] == [beth]
    assert journey.incident is not None
    assert journey.incident.ladder is not None
    assert journey.incident.ladder.person(dad) is None
    assert await home.house.directory.link(link) is None
    assert [n for n in await home.sends() if n.to == dad and n.id not in sent] == []


async def test_nobody_is_invited_twice_a_day(home: Household) -> None:
    """The next day once more, and never after a YES."""
    her = await home.sign_up()
    beth = await her.asks("Beth", BETH)
    again = await her.post(f"/contacts/{beth}/invite", {"pin": PIN})
    assert (again.status_code, again.json()["code"], again.headers["Retry-After"]) == (429, "too_many", "86400")

    home.clock.forward(86_400)
    assert (await her.post(f"/contacts/{beth}/invite", {"pin": PIN})).status_code == 200
    await home.text(BETH, "YES")
    assert (await her.post(f"/contacts/{beth}/invite", {"pin": PIN})).status_code == 409


async def test_there_is_an_end_to_contacts(home: Household) -> None:
    """Twelve."""
    her = await home.sign_up()
    for n in range(choosing.MOST_CONTACTS):
        await her.asks(f"Friend {n}", f"+4477009003{n:02}")
    more = await her.post("/contacts", {"name": "Beth", "number": BETH, "pin": PIN})

    assert more.status_code == 409


async def test_a_removal_under_duress_is_only_shown(home: Household) -> None:
    """He made her take Beth off her list. The screen says so; Beth is the one who hears of it."""
    her = await home.sign_up()
    beth, _ = await her.has("Beth", BETH), await her.has("Dad", DAD)
    true = await _answer_to_removal(her, beth, PIN, then_back=True)
    beth = (await home.account(her.id)).contacts[-1].id
    forced = await _answer_to_removal(her, beth, DURESS)

    assert forced == true
    assert [c["name"] for c in (await her.get("/contacts")).json()] == ["Dad"]
    assert {c.name for c in (await home.account(her.id)).contacts} == {"Beth", "Dad"}
    assert beth in {n.to for n in await home.sends(Kind.DURESS)}


async def test_her_true_pin_shows_nobody_what_the_duress_pin_hid(home: Household) -> None:
    """Beth is off the screen and Dad off the SOS list there. Then Anna keys her own PIN, three times: it is done, and
    still nothing on the screen says that the first was another."""
    her = await home.sign_up()
    beth, dad = await her.has("Beth", BETH), await her.has("Dad", DAD)
    await her.post(f"/contacts/{beth}/remove", {"pin": DURESS})
    await her.ask("PATCH", f"/contacts/{dad}", {"on_sos_list": False, "pin": DURESS})

    renamed = (await her.ask("PATCH", f"/contacts/{dad}", {"name": "Papa", "pin": PIN})).json()
    eve = (await her.post("/contacts", {"name": "Eve", "number": CHLOE, "pin": PIN})).json()["id"]
    assert (renamed["name"], renamed["on_sos_list"]) == ("Papa", False)
    assert {c["name"] for c in (await her.get("/contacts")).json()} == {"Papa", "Eve"}
    assert {c.name: c.on_sos_list for c in (await home.account(her.id)).contacts} == {
        "Beth": True,
        "Papa": True,
        "Eve": True,
    }
    await her.post(f"/contacts/{eve}/remove", {"pin": PIN})
    assert {c["name"] for c in (await her.get("/contacts")).json()} == {"Papa"}
    assert {c.name for c in (await home.account(her.id)).contacts} == {"Beth", "Papa"}


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_either_pin_takes_the_same_time(home: Household, pin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is really done after the one of them is not to be had with a stopwatch."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD)
    rested: list[float] = []

    async def even(_since: float, share: float = 1.0) -> None:
        rested.append(share)

    monkeypatch.setattr(home.house.pins, "even", even)
    await her.post("/contacts", {"name": "Eve", "number": CHLOE, "pin": pin})
    await her.ask("PATCH", f"/contacts/{dad}", {"tier": 2, "pin": pin})
    await her.post(f"/contacts/{dad}/remove", {"pin": pin})

    assert rested == [1.0, AFTERWARDS] * 3


async def test_whoever_is_added_under_duress_hears_of_no_sos(home: Household) -> None:
    """He is asked like anybody, stands on her screen as he wished, and off the list that is told."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    added = await her.post("/contacts", {"name": "Eve", "number": CHLOE, "primary": True, "pin": DURESS})

    assert added.json()["on_sos_list"] is True
    kept = (await home.account(her.id)).contact(added.json()["id"])
    assert kept is not None
    assert (kept.on_sos_list, kept.primary) == (False, False)
    assert added.json()["id"] in {n.to for n in await home.sends(Kind.INVITE)}


async def test_a_contact_of_nobody(home: Household) -> None:
    """An id that is not hers is not found, whoever else's it is."""
    her, eve = await home.sign_up(), await home.sign_up("Eve", DAD)
    beth = await her.asks("Beth", BETH)
    with pytest.raises(Refused) as refused:
        await choosing.remove(home.house, await home.account(eve.id), beth, PIN, "phone")

    assert refused.value.why is Why.NOT_FOUND


async def _answer_to_removal(her: Her, contact: str, pin: str, *, then_back: bool = False) -> tuple[int, bytes]:
    answer = await her.post(f"/contacts/{contact}/remove", {"pin": pin})
    if then_back:
        her.home.clock.forward(86_400)
        await her.has("Beth", BETH)
    return answer.status_code, answer.content


async def test_never_my_place_counts_at_once(home: Household) -> None:
    """Eve turned out not to be a friend. Anna is on her way; her journey knows from this moment on."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    shown = await her.sets_off()
    body = {"place": False, "hours": "Mo 09:00-17:00", "channels": ["call"], "pin": PIN}
    await her.ask("PATCH", f"/contacts/{beth}", body)

    [person] = (await home.journey(shown["id"])).plan.people
    assert (person.place, person.hours, person.channels) == (False, "Mo 09:00-17:00", (Channel.CALL,))


async def test_whoever_left_and_is_asked_again_stands_in_the_list_once(home: Household) -> None:
    """And may say YES again."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await home.text(BETH, "LEAVE")
    home.clock.forward(86_400)
    again = await her.has("Beth", BETH)

    assert [(c["id"], c["state"]) for c in (await her.get("/contacts")).json()] == [(again, "confirmed")]


async def test_whoever_was_added_under_duress_stays_off_the_list_when_he_is_asked_again(home: Household) -> None:
    """Her true PIN sends one more invitation; it does not put him where he wished to be."""
    her = await home.sign_up()
    await her.has("Dad", DAD)
    added = (await her.post("/contacts", {"name": "Eve", "number": CHLOE, "pin": DURESS})).json()["id"]
    home.clock.forward(86_400)
    assert (await her.post(f"/contacts/{added}/invite", {"pin": PIN})).status_code == 200

    kept = (await home.account(her.id)).contact(added)
    assert kept is not None
    assert (kept.on_sos_list, kept.invited_at) == (False, home.clock.now())
    assert {c["name"]: c["on_sos_list"] for c in (await her.get("/contacts")).json()} == {"Dad": True, "Eve": True}


async def test_what_led_to_somebody_who_was_removed_leads_nowhere(home: Household) -> None:
    """His number, his invitation, the digits he would have answered with."""
    her = await home.sign_up()
    await her.has("Dad", DAD)
    beth = await her.has("Beth", BETH)
    await her.post(f"/contacts/{beth}/test")
    await her.sets_off()
    directory = home.house.directory
    assert len(await directory.codes(BETH)) == 1

    await her.post(f"/contacts/{beth}/remove", {"pin": PIN})

    assert (await directory.codes(BETH), await directory.contact_of(BETH)) == ({}, [])
    assert await directory.invitation(home.house.sealer.invite_token(her.id, beth)) is None
    codes = {await directory.reserve_test_code(BETH, f"t{n}", "b", home.clock.now()) for n in range(90)}
    assert "" not in codes
