"""Invitations as Anna sends them, and what is sent to numbers that have not said YES."""

from typing import Any

import pytest

from alerts.notice import Kind
from service.people.consenting import never_again, stopped
from service.people.inviting import granted, link_of, our_number
from service.people.refusals import Refused

from .household import BETH, CHLOE, DAD, PIN, Her, Household, household

DAY_S = 86_400.0


async def _added(her: Her, name: str = "Beth", **more: Any) -> dict[str, Any]:
    answer = await her.post("/contacts", {"name": name, "pin": PIN, **more})
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


async def test_by_link_nothing_is_sent_and_the_link_is_hers_to_send(home: Household) -> None:
    """With a number or without one; it is shown as often as she looks, the same every time."""
    her = await home.sign_up()
    sent = len(await home.sends())
    nameless = await _added(her, invite="link")
    known = await _added(her, "Dad", number=DAD, invite="link")

    assert (nameless["number"], known["number"]) == (None, DAD)
    assert len(await home.sends()) == sent
    assert nameless["link"].startswith("https://lamplit.example/i/")
    assert [c["link"] for c in (await her.get("/contacts")).json()] == [nameless["link"], known["link"]]


async def test_our_text_carries_the_link(home: Household) -> None:
    """The same one that she is shown."""
    her = await home.sign_up()
    beth = await _added(her, number=BETH)
    [notice] = await home.sends(Kind.INVITE)

    assert notice.extra == {"link": beth["link"]}


async def test_a_link_counts_for_a_week_and_until_it_is_answered(home: Household) -> None:
    """Inviting again makes it count anew."""
    her = await home.sign_up()
    beth = await _added(her, number=BETH, invite="link")
    home.clock.forward(7 * DAY_S)
    assert [c["link"] for c in (await her.get("/contacts")).json()] == [None]

    again = await her.post(f"/contacts/{beth['id']}/invite", {"pin": PIN, "invite": "link"})
    assert again.json()["link"] == beth["link"]
    await home.text(BETH, "YES")
    assert [c["link"] for c in (await her.get("/contacts")).json()] == [None]


async def test_without_a_number_there_is_only_the_link(home: Household) -> None:
    """A text needs somewhere to go; both times the field is named."""
    her = await home.sign_up()
    none = await her.post("/contacts", {"name": "Beth", "pin": PIN})
    beth = await _added(her, invite="link")
    text = await her.post(f"/contacts/{beth['id']}/invite", {"pin": PIN, "invite": "sms"})

    assert [(a.status_code, a.json()["field"]) for a in (none, text)] == [(422, "number"), (422, "invite")]
    assert (await her.post(f"/contacts/{beth['id']}/invite", {"pin": PIN})).json()["link"] == beth["link"]


async def test_three_to_a_number_whoever_asks(home: Household) -> None:
    """One a day from each; the fourth woman hears that there have been three. A YES is for the newest."""
    people = [await home.sign_up(f"Anna {n}", f"+44770090050{n}") for n in range(4)]
    for her in people[:3]:
        home.clock.forward(1)
        await _added(her, number=BETH)
    refused = await people[3].post("/contacts", {"name": "Beth", "number": BETH, "pin": PIN})
    assert (refused.status_code, refused.json()["field"], "Retry-After" in refused.headers) == (429, "number", False)

    await home.text(BETH, "YES")
    states = [(await home.account(her.id)).contacts[0].state.value for her in people[:3]]
    assert states == ["invited", "invited", "confirmed"]
    assert (await people[3].post("/contacts", {"name": "Beth", "number": BETH, "pin": PIN})).status_code == 201


async def test_the_house_sends_no_more_than_it_may() -> None:
    """Pumping: the hour's texts are used up, and the refusal says when to come again. It takes nothing from Dad."""
    async with household(invitations_per_hour=3) as home:  # the code that she signed up with is one of them
        her = await home.sign_up()
        await _added(her, "Beth", number=BETH)
        await _added(her, "Chloe", number=CHLOE)
        home.clock.forward(600)
        refused = await her.post("/contacts", {"name": "Dad", "number": DAD, "pin": PIN})
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
        assert refused.headers["Retry-After"] == "3000"

        home.clock.forward(3000)
        await _added(her, "Dad", number=DAD)


async def test_a_number_that_is_never_to_be_asked_is_answered_for_like_any_other(home: Household) -> None:
    """The same answer, the same count; nothing is sent, not even by her who asks three times."""
    her, eve = await home.sign_up(), await home.sign_up("Eve", CHLOE)
    await never_again(home.house, BETH)
    sent = len(await home.sends())
    answers = [await eve.post("/contacts", {"name": "X", "number": n, "pin": PIN}) for n in (BETH, DAD)]
    shapes = [{k: v for k, v in a.json().items() if k not in ("id", "number", "link")} for a in answers]

    assert shapes[0] == shapes[1]
    assert [n.to for n in await home.sends(Kind.INVITE)] == [answers[1].json()["id"]]
    assert len(await home.sends()) == sent + 1
    await _added(her, number=BETH)
    assert (await her.post("/contacts", {"name": "Beth", "number": BETH, "pin": PIN})).status_code == 409
    with pytest.raises(Refused, match="today"):
        await granted(home.house, her.id, BETH, "invitation")


async def test_a_number_that_stopped_is_seen_to_have(home: Household) -> None:
    """STOP is no secret from her: she must know that no text gets there."""
    her = await home.sign_up()
    await stopped(home.house, BETH)

    assert (await _added(her, number=BETH))["reachable_by_sms"] is False
    assert await home.sends(Kind.INVITE) == []


async def test_a_link_is_nobody_elses(home: Household) -> None:
    """Each account and contact has its own."""
    anna, eve = await home.sign_up(), await home.sign_up("Eve", DAD)
    links = {(await _added(her, number=BETH, invite="link"))["link"] for her in (anna, eve)}
    account = await home.account(anna.id)

    assert len(links) == 2
    assert link_of(home.house, account, account.contacts[0]) in links


async def test_yes_goes_to_the_number_our_texts_come_from() -> None:
    """The sandbox's, where there is none."""
    async with household(twilio_from="+447700900100") as home:
        assert our_number(home.house) == "+447700900100"
    async with household() as home:
        assert our_number(home.house) == "+447700900000"
