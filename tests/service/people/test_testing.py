"""A test alarm to one contact, and how far it came."""

from typing import Any

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import Kind, Notice
from alerts.receipts import Receipt
from service.people import testing
from service.people.consenting import stopped
from service.people.model import Contact
from service.receiving import receipt_came

from .household import BETH, CHLOE, DAD, DURESS, PIN, Her, Household


async def _test(her: Her, contact: str) -> dict[str, Any]:
    answer = await her.post(f"/contacts/{contact}/test")
    assert answer.status_code == 202, answer.text
    shown: dict[str, Any] = answer.json()["test"]
    return shown


async def _shown(her: Her, contact: str) -> dict[str, Any]:
    [found] = [c for c in (await her.get("/contacts")).json() if c["id"] == contact]
    assert isinstance(found, dict)
    return found


async def _notice(home: Household, contact: str) -> Notice:
    return [n for n in await home.sends() if n.to == contact and n.rung.startswith("test@")][-1]


async def _receipt(home: Household, notice: Notice, *deliveries: Delivery) -> None:
    for delivery in deliveries:
        await receipt_came(home.house, Receipt(notice_id=notice.id, attempt=1, sid="SM1", delivery=delivery))


async def test_it_is_followed_in_seconds(home: Household) -> None:
    """Waiting, accepted, delivered, answered: what came when since she asked for it."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    first = await _test(her, beth)
    assert (first["state"], first["channel"], first["delivered_s"]) == ("waiting", "sms", None)
    notice = await _notice(home, beth)
    assert (notice.kind, notice.channel, len(notice.extra["code"])) == (Kind.TEST, Channel.SMS, 2)

    home.clock.forward(0.4)
    await _receipt(home, notice, Delivery.ACCEPTED)
    home.clock.forward(2)
    await _receipt(home, notice, Delivery.SENT, Delivery.DELIVERED)
    assert (await _shown(her, beth))["tested_at"] == home.clock.now()
    home.clock.forward(40)
    assert await testing.test_answered(home.house, BETH, notice.extra["code"])

    assert (await _shown(her, beth))["test"] == {
        "state": "answered",
        "channel": "sms",
        "sent_at": first["sent_at"],
        "accepted_s": 0.4,
        "delivered_s": 2.4,
        "failed_s": None,
        "answered_s": 42.4,
    }


async def test_receipts_only_ever_raise(home: Household) -> None:
    """`sent` after `delivered` is old news; an answer outranks them all; other messages are followed no further."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await _test(her, beth)
    notice = await _notice(home, beth)
    await _receipt(home, notice, Delivery.DELIVERED, Delivery.SENT)
    assert (await _shown(her, beth))["test"]["state"] == "delivered"

    assert await testing.test_answered(home.house, BETH, None)
    await _receipt(home, notice, Delivery.READ, Delivery.FAILED)
    assert (await _shown(her, beth))["test"]["state"] == "answered"
    [before] = await home.store.load([her.id])
    await _receipt(home, (await home.sends(Kind.INVITE))[0], Delivery.DELIVERED)
    assert await home.store.load([her.id]) == [before]


async def test_one_that_does_not_arrive_is_seen_to_have_failed(home: Household) -> None:
    """And proves nothing; an answer that comes all the same does."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await _test(her, beth)
    home.clock.forward(30)
    await _receipt(home, await _notice(home, beth), Delivery.SENT, Delivery.UNDELIVERED)
    shown = await _shown(her, beth)

    assert (shown["test"]["state"], shown["test"]["failed_s"], shown["tested_at"]) == ("undelivered", 30.0, None)
    assert await testing.test_answered(home.house, BETH, None)
    assert (await _shown(her, beth))["tested_at"] == home.clock.now()


async def test_it_goes_by_the_channel_an_alarm_would_take_first(home: Household) -> None:
    """Dad is rung; so is Beth after STOP, and Chloe, who is only texted, cannot be tested then."""
    her = await home.sign_up()
    dad = await her.has("Dad", DAD, channels=["call", "sms"])
    beth, chloe = await her.has("Beth", BETH), await her.has("Chloe", CHLOE, channels=["sms"])
    for number in (BETH, CHLOE):
        await stopped(home.house, number)

    assert [(await _test(her, who))["channel"] for who in (dad, beth)] == ["call", "call"]
    refused = await her.post(f"/contacts/{chloe}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "nobody_to_tell")


async def test_it_is_no_toy(home: Household) -> None:
    """Ten minutes between two to the same person, five a day over all; it takes no PIN."""
    her = await home.sign_up()
    people = [await her.has(f"Friend {n}", f"+44770090060{n}") for n in range(4)]
    await _test(her, people[0])
    home.clock.forward(60)
    soon = await her.post(f"/contacts/{people[0]}/test")
    assert (soon.status_code, soon.headers["Retry-After"]) == (429, "540")

    for who in people[1:]:
        await _test(her, who)
    home.clock.forward(600)
    await _test(her, people[0])
    home.clock.forward(600)
    many = await her.post(f"/contacts/{people[1]}/test")
    assert (many.status_code, many.headers["Retry-After"]) == (429, str(86_400 - 1260))
    home.clock.forward(86_400)
    await _test(her, people[1])


async def test_only_who_has_said_yes_is_tested(home: Household) -> None:
    """Before that nothing but the invitation is ever sent; and nobody else's contact is hers to test."""
    her, eve = await home.sign_up(), await home.sign_up("Eve", CHLOE)
    beth = await her.asks("Beth", BETH)
    sent = len(await home.sends())
    answers = [await her.post(f"/contacts/{beth}/test"), await eve.post(f"/contacts/{beth}/test")]

    assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "nobody_to_tell"), (404, "not_found")]
    assert len(await home.sends()) == sent


async def test_an_answer_is_for_the_test_it_belongs_to(home: Household) -> None:
    """Beth is Anna's and Eve's: digits of their own, GOT IT for the newest; a day later there is nothing to answer."""
    anna, eve = await home.sign_up(), await home.sign_up("Eve", CHLOE)
    annas, eves = await anna.has("Beth", BETH), await eve.has("Beth", BETH)
    await _test(anna, annas)
    home.clock.forward(60)
    await _test(eve, eves)
    first, second = await _notice(home, annas), await _notice(home, eves)
    assert first.extra["code"] != second.extra["code"]

    assert not await testing.test_answered(home.house, BETH, "xx")
    assert not await testing.test_answered(home.house, DAD, None)
    assert await testing.test_answered(home.house, BETH, None)
    assert [(await _shown(anna, annas))["test"]["state"], (await _shown(eve, eves))["test"]["state"]] == [
        "waiting",
        "answered",
    ]
    home.clock.forward(86_400)
    assert not await testing.test_answered(home.house, BETH, first.extra["code"])


async def test_its_digits_are_no_alerts(home: Household) -> None:
    """Whoever answers last week's test takes no alarm by it: while it can be answered no journey has its digits."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await _test(her, beth)
    code = (await _notice(home, beth)).extra["code"]
    eve = await home.sign_up("Eve", CHLOE)
    await eve.has("Beth", BETH)
    codes = set()
    for _ in range(30):
        shown = await eve.sets_off(20)
        codes.add((await home.journey(shown["id"])).plan.code)
        await eve.post("/journeys/live/end", {"id": f"e{len(codes)}", "pin": PIN})

    assert code not in codes
    assert await testing.test_answered(home.house, BETH, code)


async def test_while_an_alarm_is_open_there_is_no_test(home: Household) -> None:
    """Nobody who was told is to read that nothing has happened."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await her.sets_off()
    await _test(her, beth)
    await home.time_passes(3600)
    refused = await her.post(f"/contacts/{beth}/test")

    assert (refused.status_code, refused.json()["code"]) == (409, "journey_under_way")


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_behind_a_cover_story_a_test_says_that_the_alarm_is_none(home: Household, pin: str) -> None:
    """He has made her end it, and tries whether anybody was told. Her screen shows what a true PIN would; Beth, who was
    told, does not read that nothing has happened."""
    her = await home.sign_up()
    beth, dad = await her.has("Beth", BETH), await her.has("Dad", DAD, on_sos_list=False)
    await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": pin})
    shown = [await _test(her, who) for who in (beth, dad)]
    texts = {who: await _notice(home, who) for who in (beth, dad)}

    assert {(test["state"], test["channel"]) for test in shown} == {("waiting", "sms")}
    assert texts[dad].kind is Kind.TEST
    assert texts[beth].kind is (Kind.TEST if pin == PIN else Kind.REPLY)
    if pin == DURESS:
        assert texts[beth].extra == {"reply": "no_test"}
    await _receipt(home, texts[beth], Delivery.DELIVERED)
    assert (await _shown(her, beth))["test"]["state"] == "delivered"


async def test_a_test_that_could_not_go_in_time_is_not_made_up_for(home: Household) -> None:
    """An hour later she has looked away, or something has really happened."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await _test(her, beth)
    notice = await _notice(home, beth)

    assert not testing.is_too_old(notice, notice.due_at + 300)
    assert testing.is_too_old(notice, notice.due_at + 301)
    assert not testing.is_too_old((await home.sends(Kind.INVITE))[0], notice.due_at + 3600)


def test_a_message_says_what_it_is() -> None:
    """The word before the instant; nothing for what is no message of ours."""
    assert testing.rung_of("anna/-/test@1.000/beth/sms/1") == "test"
    assert testing.rung_of("nonsense") == ""


async def test_a_test_that_is_unknown_changes_nothing(home: Household) -> None:
    """An older one, or somebody's who was removed."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    account = await home.account(her.id)

    assert isinstance(account.contacts[0], Contact)
    assert testing.followed(account, "anna/-/test@1.000/beth/sms/1", Delivery.DELIVERED, 2.0) is None
