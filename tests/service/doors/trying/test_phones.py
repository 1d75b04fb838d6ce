"""The phones on the screen."""

import pytest

from alerts.gateway import PhoneNumber
from service.people import choosing
from service.people.model import ContactState
from tests.service.doors.neighbourhood import ANNA, BETH, DAD, PIN, Neighbourhood

BETHS = "/sandbox/%2B447700900201"


async def test_every_phone_is_listed_with_what_is_new(street: Neighbourhood) -> None:
    """Beth's invitation and her welcome are new until her thread was looked at."""
    await street.anna()
    browser = street.browser()

    assert "Beth +447700900201 2 new" in await browser.reads("/sandbox")
    await browser.reads(BETHS)

    assert "Beth +447700900201 2 new" not in await browser.reads("/sandbox")


async def test_an_unknown_number_has_no_phone(street: Neighbourhood) -> None:
    """404, and no phone comes to be by asking."""
    assert (await street.browser().http.get("/sandbox/%2B447700900999")).status_code == 404
    assert await street.phones.phones() == []


async def test_a_link_in_a_text_leads_into_this_house(street: Neighbourhood) -> None:
    """Anna does not arrive; the link in Beth's text opens Beth's page."""
    await street.sets_off(minutes=20)
    await street.time_passes(40 * 60)
    browser = street.browser()
    thread = await browser.http.get(BETHS)

    link = thread.text.split('href="/c/')[1].split('"')[0]

    assert "Anna has not arrived." in await browser.reads(f"/c/{link}")


async def test_a_reply_is_heard(street: Neighbourhood) -> None:
    """Dad has not answered yet; LEAVE typed on his phone is what he decided."""
    account = await street.anna()

    await street.browser().press(BETHS, f"{BETHS}/reply", text="LEAVE")

    account = await street.house.watch.account(account.id)
    assert {c.name: c.state for c in account.contacts}["Beth"] is ContactState.LEFT


@pytest.mark.parametrize("text", ["", "   ", "x" * 481])
async def test_a_reply_that_cannot_be_sent_is_given_back(street: Neighbourhood, text: str) -> None:
    """With what is wrong with it."""
    await street.anna()

    answer = await street.browser().press(BETHS, f"{BETHS}/reply", text=text)

    assert answer.status_code == 400
    assert "Between 1 and 480 characters" in answer.text


async def test_a_phone_that_is_off_gets_nothing(street: Neighbourhood) -> None:
    """The text stays on its way, and the thread says why."""
    await street.sets_off(minutes=20)
    browser = street.browser()
    await browser.press(BETHS, f"{BETHS}/behaviour", behaviour="off")
    await street.time_passes(40 * 60)

    assert "waiting: the phone is off" in await browser.reads(BETHS)
    assert (await browser.press(BETHS, f"{BETHS}/behaviour", behaviour="broken")).status_code == 400


async def test_a_call_can_be_taken_and_answered_with_keys(street: Neighbourhood) -> None:
    """Nobody answered the text; Dad's phone rings, he takes it and keys 1: he is on it."""
    journey = await street.sets_off(minutes=20)
    dads = "/sandbox/%2B447700900202"
    browser = street.browser()
    await street.time_passes(24 * 60)
    for _ in range(200):
        if await street.phones.call_on(DAD):
            break
        await street.time_passes(10)
    assert "is ringing" in await browser.reads(dads)

    await browser.press(dads, f"{dads}/call", do="take")
    assert "Press 1 if you are on it" in await browser.reads(dads)
    await browser.press(dads, f"{dads}/keys", digits="1")

    alarm = (await street.journey(journey.id)).alarm
    assert alarm is not None
    assert alarm.ladder is not None
    assert alarm.ladder.lease is not None
    read = await browser.reads(dads)
    assert "Anna has not arrived" in read
    assert "Thank you. We tell the others. Ring her: 0 7 7 0 0" in read
    assert "is speaking" not in read  # that was the last word
    await browser.press(dads, f"{dads}/call", do="hang_up")
    await browser.press(dads, f"{dads}/call", do="take")  # nothing rings any more: the thread shows that


async def test_two_is_read_again_and_three_is_heard(street: Neighbourhood) -> None:
    """Dad presses 2, listens once more, and cannot."""
    journey = await street.sets_off(minutes=20)
    dads = "/sandbox/%2B447700900202"
    browser = street.browser()
    await street.time_passes(24 * 60)
    for _ in range(200):
        if await street.phones.call_on(DAD):
            break
        await street.time_passes(10)
    await browser.press(dads, f"{dads}/call", do="take")
    once = (await browser.reads(dads)).count("Anna has not arrived")
    await browser.press(dads, f"{dads}/keys", digits="2")
    assert (await browser.reads(dads)).count("Anna has not arrived") == 2 * once
    await browser.press(dads, f"{dads}/keys", digits="3")

    assert "Thank you. We ask the others." in await browser.reads(dads)
    alarm = (await street.journey(journey.id)).alarm
    assert alarm is not None
    assert alarm.ladder is not None
    assert {p.said.value for p in alarm.ladder.people} == {"nothing", "cant"}


async def test_anybody_can_ring_lamplit_and_key_her_pin(street: Neighbourhood) -> None:
    """Anna on Dad's phone: star, her number and hash, her PIN and hash; the call ends, and so does her journey."""
    journey = await street.sets_off()
    dads = "/sandbox/%2B447700900202"
    browser = street.browser()
    await browser.press(dads, f"{dads}/ring")
    assert "On your own phone, key your PIN" in await browser.reads(dads)
    for key in "*07700900123#":
        await browser.press(dads, f"{dads}/keys", digits=key)
    assert "Key your PIN, then hash." in await browser.reads(dads)
    for key in f"{PIN}#":
        await browser.press(dads, f"{dads}/keys", digits=key)

    read = await browser.reads(dads)
    assert "Thank you. Goodbye." in read
    assert "Ring Lamplit" in read
    assert PIN not in read
    assert not (await street.journey(journey.id)).under_way


async def test_one_tap_answers_with_the_digits_last_asked_for(street: Neighbourhood) -> None:
    """Anna does not arrive: on Dad's phone stand the code, the code with NO, SAFE?, a thumb and LEAVE."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(29 * 60)
    dads, code = "/sandbox/%2B447700900202", journey.plan.code
    browser = street.browser()
    page = await browser.reads(dads)
    assert f"{code} {code} NO SAFE? 👍 LEAVE Reply as Dad" in page

    await browser.press(dads, f"{dads}/reply", text=code)

    alarm = (await street.journey(journey.id)).alarm
    assert alarm is not None
    assert alarm.ladder is not None
    assert alarm.ladder.lease is not None


async def test_an_invitation_is_answered_with_one_tap(street: Neighbourhood) -> None:
    """YES stands first while it is asked for, and not once it was said; her own phone has her words."""
    account = await street.anna()
    await choosing.add(street.house, account, name="Ella", number=PhoneNumber("+447700900204"), pin=PIN, door="test")
    await street.settle()
    browser, ellas = street.browser(), "/sandbox/%2B447700900204"
    assert "YES SAFE? 👍 LEAVE Reply as" in await browser.reads(ellas)
    await browser.press(ellas, f"{ellas}/reply", text="Yes, no problem")
    await street.settle()

    assert "YES SAFE?" not in await browser.reads(ellas)
    assert "OK MORE 15 WALK 30 HELP ME Reply as Anna" in await browser.reads(f"/sandbox/{ANNA.replace('+', '%2B')}")


async def test_one_call_at_a_time(street: Neighbourhood) -> None:
    """Ringing twice is one call, and it can be hung up."""
    await street.anna()
    browser = street.browser()
    await browser.press(BETHS, f"{BETHS}/ring")
    await browser.press(BETHS, f"{BETHS}/ring")
    assert len([one for one in await street.phones.thread(BETH) if one.speaking]) == 1
    await browser.press(BETHS, f"{BETHS}/call", do="hang_up")

    assert await street.phones.call_on(BETH) is None


async def test_keys_are_keys(street: Neighbourhood) -> None:
    """Anything else is refused."""
    await street.anna()
    browser = street.browser()

    assert (await browser.press(BETHS, f"{BETHS}/keys", digits="A")).status_code == 400
    assert (await browser.press(BETHS, f"{BETHS}/call", do="sing")).status_code == 400


async def test_her_own_phone_is_one_of_them(street: Neighbourhood) -> None:
    """Her code came by text like anybody's."""
    await street.anna()

    assert "is your Lamplit code" in await street.browser().reads(f"/sandbox/{ANNA.replace('+', '%2B')}")
    assert BETH in {phone.number for phone in await street.phones.phones()}
