"""A walk tried on one screen, pressed through as a person would."""

import re
from html import unescape

import httpx
import pytest

from service.journey.model import JourneyState
from tests.service.doors.neighbourhood import Browser, Neighbourhood, words

from .test_form import FIELDS


async def _started(street: Neighbourhood, **changes: str) -> tuple[Browser, httpx.Response]:
    browser = street.browser()
    async with street.at_work():
        answer = await browser.press("/try", "/try/start", **{**FIELDS, **changes})
    return browser, answer


async def _number(street: Neighbourhood, whose: str) -> str:
    return next(phone.number for phone in await street.phones.phones() if phone.whose == whose)


async def _key(street: Neighbourhood) -> str:
    return next(key for key in await street.house.store.keys() if "-" in key)


async def test_she_is_on_her_way(street: Neighbourhood) -> None:
    """Signed up, asked, promised: the sentence names her contacts, and Beth has said YES on her phone."""
    browser, answer = await _started(street)

    assert answer.status_code == 200
    read = await browser.reads("/try")
    assert "Anna’s phone" in read
    assert "we text and ring Beth. If there is no answer in 5 min, we text and ring Chloe." in read
    assert "Beth tier 1 said YES" in read
    assert "Nobody has been told anything." in read


async def test_a_form_that_will_not_do_comes_back(street: Neighbourhood) -> None:
    """With what is wrong, and nobody was signed up."""
    answer = await street.browser().press("/try", "/try/start", **{**FIELDS, "pin": "1"})

    assert answer.status_code == 400
    assert "Her PIN: expected 4 to 8 digits" in answer.text
    assert await street.house.store.keys() == []


async def test_without_a_yes_nobody_would_be_told(street: Neighbourhood) -> None:
    """The pre-flight blocks and the form waits; after a YES on one of the phones the same people set off."""
    browser, answer = await _started(street, asks="by_text")

    assert answer.status_code == 409
    assert "Waiting for a YES Beth ’s phone : answer the invitation with YES." in words(answer.text)
    assert "Waiting for a YES" in await browser.reads("/try")
    async with street.at_work():
        await street.phones.reply(await _number(street, "Beth"), "YES", street.clock.now())
        before = len(await street.phones.phones())
        again = await browser.press("/try", "/try/start", **{**FIELDS, "asks": "by_text"})

    assert again.status_code == 200
    assert "Chloe tier 2 has not said YES" in await browser.reads("/try")
    assert len(await street.phones.phones()) == before


async def test_a_link_she_sends_is_opened_by_whoever_gets_it(street: Neighbourhood) -> None:
    """Nothing was texted to Beth; on the link's page she keys the number of her phone, and the code that comes to it."""
    browser, answer = await _started(street, asks="by_link", contact_3_name="")
    number = await _number(street, "Beth")
    assert await street.phones.thread(number) == []
    link = answer.text.split('href="/i/')[1].split('"')[0]
    other = street.browser()
    await other.press(f"/i/{link}", f"/i/{link}/number", number=number)
    await street.settle()
    code = re.findall(r"\d{6}", (await street.phones.thread(number))[-1].text)[0]
    agreed = await other.press(f"/i/{link}", f"/i/{link}/code", code=code, what="yes")
    assert "Thank you." in agreed.text

    assert "Beth has said YES. Start the walk." in await browser.reads("/try")
    await browser.press("/try", "/try/start", **{**FIELDS, "asks": "by_link", "contact_3_name": ""})

    assert "Beth tier 1 said YES" in await browser.reads("/try")


async def test_she_sets_off_by_text_alone(street: Neighbourhood) -> None:
    """No data: the page waits, WALK 30 from her phone begins a timer, and HOME with her PIN ends it."""
    browser, _ = await _started(street, sets_off="text")
    assert "text WALK 30 , and come back here" in await browser.reads("/try")
    hers = await _number(street, "Anna")

    await street.phones.reply(hers, "WALK 30", street.clock.now())
    await street.settle()

    read = await browser.reads("/try")
    assert "Not heard from by" in read
    assert "She set off by text: nothing streams." in read
    await street.phones.reply(hers, "HOME 2580", street.clock.now())
    assert "Ended with your PIN" in await browser.reads("/try")


async def test_her_contacts_hear_of_a_start_if_she_says_so(street: Neighbourhood) -> None:
    """Beth and Chloe are texted that Anna has set off, and no place."""
    browser, _ = await _started(street, tell="arrived")
    await street.settle()

    assert "Beth text, she has set off" in await browser.reads("/try")
    assert "Chloe text, she has set off" in await browser.reads("/try")


async def test_another_browser_sees_its_own_try(street: Neighbourhood) -> None:
    """Whose a try is, only a cookie of this house says."""
    browser, _ = await _started(street)
    other = street.browser()

    assert "Start the walk" in await other.reads("/try")
    stolen = browser.http.cookies["lamplit_try"].partition(".")[0]
    other.http.cookies.set("lamplit_try", f"{stolen}.guessed")
    assert "Start the walk" in await other.reads("/try")
    assert (await other.http.get("/try/pin")).status_code == 404


async def test_ten_minutes_more(street: Neighbourhood) -> None:
    """A tap is enough at first; beyond what is free it takes her PIN."""
    browser, _ = await _started(street)

    answer = await browser.press("/try", "/try/extend", minutes="10")
    assert "You are expected by" in answer.text
    for _ in range(4):
        answer = await browser.press("/try", "/try/extend", minutes="10")

    assert answer.url.path == "/try/pin"
    answer = await browser.press("/try/pin?for=extend", "/try/pin", **{"for": "extend", "pin": "2580"})
    assert "You are expected by" in answer.text


async def test_her_pin_ends_it(street: Neighbourhood) -> None:
    """A wrong one is asked for again; the right one closes, and the form can be shown again."""
    browser, _ = await _started(street)

    wrong = await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": "1111"})
    assert wrong.status_code == 403
    assert "That is not it. Try again." in wrong.text
    right = await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": "2580"})

    assert "Ended with your PIN" in right.text
    assert (await street.journey(await _key(street))).state is JourneyState.CLOSED
    answer = await browser.press("/try", "/try/again")
    assert "Start the walk" in answer.text


@pytest.mark.parametrize("changes", [{}, {"asks": "by_link"}, {"asks": "by_text"}, {"sets_off": "text"}])
async def test_every_link_on_the_page_leads_somewhere(street: Neighbourhood, changes: dict[str, str]) -> None:
    """On her page, and on the form that waits."""
    browser, _ = await _started(street, **changes)
    links = set(re.findall(r'href="(/[^"#]*)', (await browser.http.get("/try")).text))
    assert any("/sandbox/%2B" in link for link in links)

    found = {link: (await browser.http.get(unescape(link))).status_code for link in links - {"/exit"}}

    assert set(found.values()) == {200}, found


async def test_somebody_without_a_number_yet_leads_to_the_phone_that_is_lent(street: Neighbourhood) -> None:
    """Beth has said YES by text; Ella was sent a link on the way."""
    browser, _ = await _started(street)
    await browser.press("/try/invite", "/try/invite", name="Ella", pin="2580")

    page = (await browser.http.get("/try")).text

    ellas = (await _number(street, "Ella")).replace("+", "%2B")
    assert page.count(f'href="/sandbox/{ellas}"') == 2
    assert 'href="/sandbox/"' not in page


async def test_the_same_people_can_walk_again(street: Neighbourhood) -> None:
    """Nobody is asked twice: it is her second journey. Another name is somebody else."""
    browser, _ = await _started(street)
    await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": "2580"})
    before = len(await street.phones.phones())

    await browser.press("/try?form=1", "/try/start", **FIELDS)

    assert len(await street.phones.phones()) == before
    assert "on her way" in await browser.reads("/try")
    assert (await browser.reads("/try/history")).count("home, due") == 2
    async with street.at_work():  # she is on her way: whoever starts now is somebody else
        await browser.press("/try?form=1", "/try/start", **FIELDS)
    assert len(await street.phones.phones()) == 2 * before


async def test_the_same_people_can_go_on_by_text(street: Neighbourhood) -> None:
    """The walk that is over stands in her way no more: the page waits for WALK, from the phone she has."""
    browser, _ = await _started(street)
    await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": "2580"})

    await browser.press("/try?form=1", "/try/start", **{**FIELDS, "sets_off": "text"})

    assert "text WALK 30 , and come back here" in await browser.reads("/try")
    await street.phones.reply(await _number(street, "Anna"), "WALK 30", street.clock.now())
    assert "She set off by text: nothing streams." in await browser.reads("/try")


async def test_a_walk_that_was_ended_early_did_not_get_there(street: Neighbourhood) -> None:
    """This walk ends where it begins; ended with her PIN after a few metres, it is not drawn to its end."""
    browser, _ = await _started(street)
    await street.seen(await _key(street), 45.7716, 14.3575)

    answer = await browser.press("/try/pin?for=end", "/try/pin", **{"for": "end", "pin": "2580"})

    assert "you are home" not in words(answer.text)
    assert "1.9 km of 1.9 km" not in words(answer.text)


async def test_an_sos_can_be_taken_back_in_time(street: Neighbourhood) -> None:
    """It is on disk at once, leads to the PIN's own page, and her PIN cancels it."""
    browser, _ = await _started(street)

    pressed = await browser.press("/try", "/try/sos")

    assert (pressed.url.path, pressed.url.params["for"]) == ("/try/pin", "sos")
    assert "unless your PIN takes it back" in await browser.reads("/try")
    await browser.press("/try/pin?for=sos", "/try/pin", **{"for": "sos", "pin": "2580"})
    await street.time_passes(10)
    assert "The SOS was taken back. Nobody hears of it." in await browser.reads("/try")
    assert "Nobody has been told anything." in await browser.reads("/try")


async def test_an_sos_that_is_not_taken_back_goes_out(street: Neighbourhood) -> None:
    """Help on a question is the same; the page shows to whom, with the seconds it took."""
    browser, _ = await _started(street)

    await browser.press("/try", "/try/answer", prompt="p1", what="help")
    await street.time_passes(10)

    read = await browser.reads("/try")
    assert "to everybody on your SOS list" in read
    assert "Beth text, SOS" in read
    assert "accepted 0.0 s sent 0.0 s delivered" in read


async def test_an_answer_to_nothing_is_no_error(street: Neighbourhood) -> None:
    """The question was settled before the button was pressed."""
    browser, _ = await _started(street)

    answer = await browser.press("/try", "/try/answer", prompt="p1", what="ok")

    assert "That was already closed." in answer.text


async def test_an_answer_once_she_is_due_takes_her_pin(street: Neighbourhood) -> None:
    """Her phone was stopped; she is due: OK leads to the PIN, and the PIN moves the ETA."""
    browser, _ = await _started(street)
    stopped = await browser.press("/try", "/try/phone", do="stop")
    assert "Her phone is off: nobody hears her." in stopped.text
    assert "Switch her phone on again" in stopped.text
    await street.time_passes(49 * 60)
    read = await browser.reads("/try")
    assert "All ok?" in read or "contacts told" in read

    answer = await browser.press("/try", "/try/answer", prompt="x", what="ok")

    assert answer.url.path == "/try/pin"
    fields = {"for": "answer", "prompt": "x", "what": "ok", "pin": "2580"}
    assert "You are expected by" in (await browser.press("/try/pin?for=answer", "/try/pin", **fields)).text


async def test_her_phone_can_be_started_again(street: Neighbourhood) -> None:
    """On, off and on: the page says which."""
    browser, _ = await _started(street)
    await browser.press("/try", "/try/phone", do="stop")

    answer = await browser.press("/try", "/try/phone", do="start")

    assert "Her phone dies" in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/try/answer", {"what": "sing"}),
        ("/try/speed", {"speed": "1000"}),
        ("/try/pin", {"for": "fun", "pin": "2580"}),
    ],
)
async def test_nothing_else_can_be_pressed(street: Neighbourhood, path: str, fields: dict[str, str]) -> None:
    """400 names what was expected."""
    browser, _ = await _started(street)

    assert (await browser.press("/try", path, **fields)).status_code == 400


async def test_stopping_here_is_one_tap(street: Neighbourhood) -> None:
    """A quarter of an hour, and no PIN."""
    browser, _ = await _started(street)

    assert "Stopping here until 22:14." in (await browser.press("/try", "/try/pause", minutes="15")).text


async def test_the_page_can_be_held_still(street: Neighbourhood) -> None:
    """For whoever wants to read."""
    browser, _ = await _started(street)

    assert "Held still" in await browser.reads("/try?still=1")
    assert (await browser.press("/try", "/try/speed", speed="5")).status_code == 200
