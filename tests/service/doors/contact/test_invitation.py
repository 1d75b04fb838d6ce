"""An invitation's page over a living house: Anna has sent Beth a link, or we have texted her one."""

import re
from typing import Any

from alerts.gateway import PhoneNumber
from service.people import choosing, consenting
from service.people.inviting import Invite, link_of
from service.people.model import Contact, ContactState
from service.web.pages import PAGE_HEADERS
from tests.service.doors.neighbourhood import ANNA, BETH, CHLOE, DAD, DURESS, PIN, Browser, Neighbourhood, words

EVE = "+447700900299"
DAY_S = 86_400.0


async def _invited(street: Neighbourhood, *, number: str | None = None, pin: str = PIN, **more: Any) -> tuple[str, str]:
    """Anna invites Eve by link, nothing is sent: her id, and the page."""
    account = await street.anna()
    at = None if number is None else PhoneNumber(number)
    more = {"invite": Invite.LINK, **more}
    contact = await choosing.add(street.house, account, name="Eve", number=at, pin=pin, door="test", **more)
    await street.settle()
    return contact.id, link_of(street.house, account, contact).removeprefix(street.house.public_url)


async def _contact(street: Neighbourhood, contact_id: str) -> Contact:
    traveller = await street.house.directory.traveller_of(ANNA)
    contact = (await street.house.watch.account(traveller or "")).contact(contact_id)
    assert contact is not None
    return contact


async def _code(street: Neighbourhood, number: str = EVE) -> str:
    """The newest code on a phone's screen."""
    await street.settle()
    found = [e.text[:6] for e in await street.phones.thread(number) if re.match(r"\d{6} is your", e.text)]
    assert found
    return found[-1]


async def _keys_number(street: Neighbourhood, page: str, number: str = EVE) -> Browser:
    browser = street.browser()
    answer = await browser.press(page, f"{page}/number", number=number)
    assert answer.status_code == 200, words(answer.text)
    return browser


async def test_a_number_and_a_code_are_a_yes(street: Neighbourhood) -> None:
    """Eve keys her number, gets six digits, keys them: she is a contact, is welcomed, and stays called Eve."""
    eve, page = await _invited(street)
    assert await street.phones.thread(EVE) == []

    browser = await _keys_number(street, page)
    done = await browser.press(page, f"{page}/code", code=f" {await _code(street)} ", what="yes")
    await street.settle()

    assert "Anna can see that you said yes." in words(done.text)
    contact = await _contact(street, eve)
    assert (contact.name, contact.number, contact.state) == ("Eve", EVE, ContactState.CONFIRMED)
    assert any("Thank you. If Anna does not arrive" in e.text for e in await street.phones.thread(EVE))


async def test_who_says_yes_on_the_way_is_told_when_she_does_not_arrive(street: Neighbourhood) -> None:
    """Her link opens, her two digits count: whoever joins on the way has what the others have."""
    journey = await street.sets_off(minutes=20)
    account = await street.house.watch.account(journey.traveller)
    contact = await choosing.add(
        street.house, account, name="Eve", number=None, invite=Invite.LINK, pin=PIN, door="test"
    )
    page = link_of(street.house, account, contact).removeprefix(street.house.public_url)
    browser = await _keys_number(street, page)
    await browser.press(page, f"{page}/code", code=await _code(street))
    await street.time_passes(40 * 60.0)

    [text] = [e.text for e in await street.phones.thread(EVE) if "Anna has NOT arrived." in e.text]
    assert "Anna has not arrived." in await browser.reads(text.split()[-1].removeprefix(street.house.public_url))
    await street.phones.reply(EVE, journey.plan.code, street.clock.now())
    await street.settle()
    alarm = (await street.journey(journey.id)).alarm
    assert alarm is not None
    assert alarm.ladder is not None
    assert alarm.ladder.lease is not None
    assert alarm.ladder.lease.by == contact.id


async def test_reading_changes_nothing(street: Neighbourhood) -> None:
    """A preview bot opens the link from Anna's messenger: no text, no event, no cookie, and it still counts."""
    _, page = await _invited(street)
    await _keys_number(street, page)
    await street.settle()
    traveller = await street.house.directory.traveller_of(ANNA) or ""
    before, texts = await street.house.store.load([traveller]), len(await street.phones.thread(EVE))

    for path in (page, f"{page}?again=1"):
        answer = await street.browser().http.get(path)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert PAGE_HEADERS.items() <= {name: answer.headers.get(name) for name in PAGE_HEADERS}.items()
        assert (await street.browser().http.head(path)).status_code == 200
    await street.settle()

    assert await street.house.store.load([traveller]) == before
    assert len(await street.phones.thread(EVE)) == texts
    assert (await street.browser().http.get(f"{page}/number")).status_code == 405


async def test_unknown_used_removed_and_old_links_are_one_answer(street: Neighbourhood) -> None:
    """The same bytes: whoever tries links out learns nothing of any of them."""
    _, page = await _invited(street)
    browser = street.browser()
    unknown = await browser.http.get("/i/ZZZZmVt7kQ2Xw9AAAAAAAA")
    assert unknown.status_code == 404

    traveller = await street.house.directory.traveller_of(ANNA) or ""
    account = await street.house.watch.account(traveller)
    pages = {}
    for what in ("used", "removed", "old"):
        contact = await choosing.add(
            street.house, account, name=what, number=None, invite=Invite.LINK, pin=PIN, door="test"
        )
        pages[what] = link_of(street.house, account, contact).removeprefix(street.house.public_url), contact
    await _keys_number(street, pages["used"][0])
    await browser.press(pages["used"][0], f"{pages['used'][0]}/code", code=await _code(street))
    account = await street.house.watch.account(traveller)
    await choosing.remove(street.house, account, pages["removed"][1].id, PIN, "test")
    assert (await browser.http.get(pages["old"][0])).status_code == 200
    street.clock.forward(7 * DAY_S)

    for path in (*(path for path, _ in pages.values()), page):
        answer = await browser.http.get(path)
        assert (answer.status_code, answer.text) == (404, unknown.text)
        posted = await browser.http.post(f"{path}/number", data={"nonce": "x", "number": EVE})
        assert (posted.status_code, posted.text) == (404, unknown.text)


async def test_the_number_anna_gave_is_the_only_one(street: Neighbourhood) -> None:
    """Whoever got hold of the link cannot become Eve; and he is shown no more than the end of her number."""
    eve, page = await _invited(street, number=EVE)
    browser = street.browser()
    read = await browser.reads(page)

    wrong = await browser.press(page, f"{page}/number", number=CHLOE[:-1] + "9")
    await browser.press(page, f"{page}/number")
    await browser.press(page, f"{page}/code", code=await _code(street))

    assert "ends in 99" in read
    assert "900299" not in read.replace(" ", "")
    assert "Anna gave us another number for you." in words(wrong.text)
    assert (await _contact(street, eve)).state is ContactState.CONFIRMED


async def test_a_number_that_cannot_be_hers_is_told_so(street: Neighbourhood) -> None:
    """Anna's own, in any spelling; Beth's, who is a contact already; a landline; nothing."""
    _, page = await _invited(street)
    browser = street.browser()
    said = {
        "07700 900123": "That is Anna’s own number.",
        "+44 (0)7700 900-123": "That is Anna’s own number.",
        "0044 7700 900201": "Anna has this number already",
        "020 7946 0000": "A mobile number, please",
        "": "A mobile number, please",
    }

    for typed, wrong in said.items():
        answer = await browser.press(page, f"{page}/number", number=typed)
        assert (answer.status_code, wrong in words(answer.text)) == (400, True), typed
    await street.settle()
    assert await street.phones.thread(EVE) == []


async def test_codes_are_sparing(street: Neighbourhood) -> None:
    """Pressed twice it is one code; a second one today there is none, and YES by text is offered, which counts."""
    eve, page = await _invited(street)
    browser = await _keys_number(street, page)
    await _keys_number(street, page)
    await street.settle()
    assert len(await street.phones.thread(EVE)) == 1

    street.clock.forward(700)
    again = await browser.press(page, f"{page}/number", number=EVE)
    assert again.status_code == 429
    assert "You can text YES to" in words(again.text)
    await street.phones.reply(EVE, "Yes", street.clock.now())
    await street.settle()
    assert (await _contact(street, eve)).state is ContactState.CONFIRMED


async def test_a_code_wears_out(street: Neighbourhood) -> None:
    """Five tries, ten minutes; the same words for every reason."""
    eve, page = await _invited(street)
    browser = await _keys_number(street, page)
    code = await _code(street)
    wrong = "000000" if code != "000000" else "111111"

    tried = [await browser.press(page, f"{page}/code", code=wrong) for _ in range(5)]
    late = await browser.press(page, f"{page}/code", code=code)

    assert {(a.status_code, "That is not it" in words(a.text)) for a in (*tried, late)} == {(403, True)}
    assert (await _contact(street, eve)).state is ContactState.INVITED


async def test_ten_numbers_and_no_more(street: Neighbourhood) -> None:
    """A link is no way to find out whom Anna knows."""
    _, page = await _invited(street)
    browser = street.browser()
    answers = [await browser.press(page, f"{page}/number", number=BETH) for _ in range(11)]

    assert [a.status_code for a in answers] == [400] * 10 + [429]
    assert "Too many numbers were keyed here." in words(answers[-1].text)


async def test_never_by_anyone(street: Neighbourhood) -> None:
    """Eve says so with the code. Anna sees her invited as before, and can send as many links as she likes: nothing goes
    to that number any more, not even an SOS."""
    eve, page = await _invited(street, number=EVE)
    browser = street.browser()
    await browser.press(page, f"{page}/number")
    done = await browser.press(page, f"{page}/code", code=await _code(street), what="never")

    assert "Nobody asks this number again." in words(done.text)
    assert (await _contact(street, eve)).state is ContactState.INVITED
    assert (await browser.http.get(page)).status_code == 404
    texts = len(await street.phones.thread(EVE))
    street.clock.forward(DAY_S)
    traveller = await street.house.directory.traveller_of(ANNA) or ""
    again = await choosing.invite_again(
        street.house, await street.house.watch.account(traveller), eve, PIN, "test", Invite.SMS
    )
    assert again.invited_at == street.clock.now()
    street.clock.forward(DAY_S)
    answer = await browser.press(page, f"{page}/number")
    await street.settle()
    assert "Six digits are on their way." in words(answer.text)
    assert len(await street.phones.thread(EVE)) == texts


async def test_only_the_number_itself_takes_never_back(street: Neighbourhood) -> None:
    """By texting YES."""
    eve, _ = await _invited(street, number=DAD[:-1] + "9")
    number = DAD[:-1] + "9"
    assert await consenting.never_again(street.house, number) == 0

    await street.phones.reply(number, "YES", street.clock.now())
    await street.settle()

    assert (await _contact(street, eve)).state is ContactState.CONFIRMED
    assert not await street.house.directory.never(number)


async def test_under_duress_a_link_ends_as_it_would_with_her_true_pin(street: Neighbourhood) -> None:
    """He makes her remove Eve, and opens the link that stands in her messenger."""
    eve, page = await _invited(street)
    traveller = await street.house.directory.traveller_of(ANNA) or ""
    await choosing.remove(street.house, await street.house.watch.account(traveller), eve, DURESS, "test")

    assert (await street.browser().http.get(page)).status_code == 404
    assert (await _contact(street, eve)).state is ContactState.INVITED


async def test_a_form_from_elsewhere_presses_nothing(street: Neighbourhood) -> None:
    """Without the nonce of this page."""
    _, page = await _invited(street)
    answer = await street.browser().http.post(f"{page}/number", data={"number": EVE, "nonce": "nonsense"})
    await street.settle()

    assert answer.status_code == 403
    assert await street.phones.thread(EVE) == []


async def test_our_text_carries_the_same_link(street: Neighbourhood) -> None:
    """Beth, invited by text, may read first what it is about."""
    _, page = await _invited(street, number=EVE, invite=Invite.SMS)

    text = (await street.phones.thread(EVE))[-1].text
    assert text.endswith(f"{street.house.public_url}{page}")
    assert "Anna asks: may we tell you" in await street.browser().reads(page)
