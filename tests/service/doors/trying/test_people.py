"""What she arranges on her phone under `/try`, pressed through as a person would."""

import re

import pytest

from tests.service.doors.neighbourhood import Neighbourhood, words
from tests.service.doors.tried import anna, begun, contact, journey, number, texts


async def _seen(street: Neighbourhood) -> None:
    await street.seen((await journey(street)).id, 51.380, 0.500)


async def test_beth_is_asked_along_and_let_go_with_one_tap_each(street: Neighbourhood) -> None:
    """She gets a link, looks, and Anna reads that she did; afterwards Beth sees nothing, and was told nothing."""
    browser, _ = await begun(street)
    await _seen(street)
    beth = await contact(street, "Beth")

    asked = await browser.press("/try", "/try/company", who=beth, do="ask")
    await street.settle()
    assert "Beth may see where you are, on this walk, until you end it." in words(asked.text)
    link = re.findall(r"/c/[\w-]+", " ".join(await texts(street, "Beth")))[0]
    hers = street.browser()
    assert "You are walking with Anna." in await hers.reads(link)
    await hers.press(link, f"{link}/see")
    assert "Beth looked at where you were" in await browser.reads("/try")

    ended = await browser.press("/try", "/try/company", who=beth, do="end")
    before = await texts(street, "Beth")
    await street.settle()

    assert "Beth sees nothing any more, and is not told." in words(ended.text)
    assert (await journey(street)).watchers == ()
    assert await texts(street, "Beth") == before
    assert "You are walking with Anna." not in await hers.reads(link)


async def test_operators_and_two_people_can_be_asked_one_after_the_other(street: Neighbourhood) -> None:
    """One more is beside those before; letting one go leaves the others."""
    browser, _ = await begun(street)
    beth, dad = await contact(street, "Beth"), await contact(street, "Dad")

    for who in (beth, dad, "operators"):
        await browser.press("/try", "/try/company", who=who, do="ask")
    read = await browser.reads("/try")
    assert "Walk with me Beth, Dad and the operators may see where you are" in read
    await browser.press("/try", "/try/company", who=beth, do="end")

    assert set((await journey(street)).watchers) == {dad, "operators"}


async def test_a_test_alarm_shows_how_far_it_came(street: Neighbourhood) -> None:
    """On its way, arrived, answered with two digits; a second one at once is refused in words."""
    browser, _ = await begun(street)
    beth = await contact(street, "Beth")

    pressed = await browser.press("/try", "/try/test", who=beth)
    assert "A test is on its way to Beth." in words(pressed.text)
    await street.time_passes(5)
    assert "Text: arrived after" in await browser.reads("/try")
    code = re.findall(r"reply (\d\d)", " ".join(await texts(street, "Beth")))[0]
    await street.phones.reply(await number(street, "Beth"), code, street.clock.now())

    assert "answered after 5.0 s" in await browser.reads("/try")
    again = await browser.press("/try", "/try/test", who=beth)
    assert "Not done: expected ten minutes between tests. Again in 9 min" in words(again.text)


async def test_while_an_alarm_is_open_there_is_no_test(street: Neighbourhood) -> None:
    """She is told so."""
    browser, _ = await begun(street)
    await browser.press("/try", "/try/sos")
    await street.time_passes(10)

    answer = await browser.press("/try", "/try/test", who=await contact(street, "Beth"))

    assert "Not while an alarm is open." in words(answer.text)


async def test_the_sos_list_takes_her_pin(street: Neighbourhood) -> None:
    """Dad is taken off it, and is not told; a wrong PIN is asked for again."""
    browser, _ = await begun(street)
    dad, before = await contact(street, "Dad"), await texts(street, "Dad")
    page = f"/try/pin?for=sos_list&who={dad}&what=off"
    fields = {"for": "sos_list", "who": dad, "what": "off"}

    wrong = await browser.press(page, "/try/pin", **fields, pin="1111")
    assert (wrong.status_code, "That is not it. Try again." in wrong.text) == (403, True)
    right = await browser.press(page, "/try/pin", **fields, pin="2580")
    await street.settle()

    assert "Dad is off your SOS list now, and is not told." in words(right.text)
    assert "Dad not on it Put on" in await browser.reads("/try")
    assert (await journey(street)).plan.sos_list == {await contact(street, "Beth")}
    assert await texts(street, "Dad") == before


async def test_her_card_is_written_with_her_pin(street: Neighbourhood) -> None:
    """What is dangerous to show is kept and not shown again; left empty later, it stays."""
    browser, _ = await begun(street)
    fields = {"full_name": "Anna Lamp", "danger": "my ex", "word": "heron", "pin": "2580"}

    wrong = await browser.press("/try/card", "/try/card", **{**fields, "pin": "1111"})
    assert wrong.status_code == 403
    assert 'value="Anna Lamp"' in wrong.text
    await browser.press("/try/card", "/try/card", **fields)
    page = (await browser.http.get("/try/card")).text

    assert "Full name Anna Lamp" in await browser.reads("/try")
    assert "May be a danger written, and never shown here" in await browser.reads("/try")
    assert "my ex" not in page + (await browser.http.get("/try")).text
    assert "It is set." in page
    await browser.press("/try/card", "/try/card", full_name="Anna L", danger="", pin="2580")
    card = (await anna(street)).card
    assert card is not None
    assert (card.full_name, card.danger, card.word) == ("Anna L", "my ex", "heron")


async def test_a_card_that_is_too_long_names_its_field(street: Neighbourhood) -> None:
    """Before any PIN is judged."""
    browser, _ = await begun(street)

    answer = await browser.press("/try/card", "/try/card", word="w" * 41, pin="1111")

    assert answer.status_code == 400
    assert "Expected at most 40 characters, got 41." in answer.text


async def test_somebody_is_invited_by_a_link_on_the_way(street: Neighbourhood) -> None:
    """Nothing is texted; the link and the number of a phone on the screen stand on her page, and a YES joins at once."""
    browser, _ = await begun(street)
    assert "What that person will see" in await browser.reads("/try/invite")

    wrong = await browser.press("/try/invite", "/try/invite", name="Ella", pin="1111")
    assert wrong.status_code == 403
    nobody = await browser.press("/try/invite", "/try/invite", name=" ", pin="2580")
    assert "Expected 1 to 40 characters, got 0." in nobody.text
    made = await browser.press("/try/invite", "/try/invite", name="Ella", pin="2580")
    assert "Send Ella the link." in words(made.text)
    link = re.findall(r'href="(/i/[\w-]+)"', made.text)[0]
    ellas = await number(street, "Ella")
    assert await street.phones.thread(ellas) == []
    other = street.browser()
    await other.press(link, f"{link}/number", number=ellas)
    await street.settle()
    code = re.findall(r"\d{6}", (await texts(street, "Ella"))[-1])[0]
    await other.press(link, f"{link}/code", code=code, what="yes")

    read = await browser.reads("/try")
    assert "Ella tier 1 said YES" in read
    assert "Ella has not said YES" not in read
    assert await contact(street, "Ella") in {p.id for p in (await journey(street)).plan.people}


@pytest.mark.parametrize("fields", [{"who": "nobody", "do": "ask"}, {"who": "operators", "do": "sing"}, {}])
async def test_only_people_of_hers_can_be_asked_along(street: Neighbourhood, fields: dict[str, str]) -> None:
    """400 for anything else."""
    browser, _ = await begun(street)

    assert (await browser.press("/try", "/try/company", **fields)).status_code == 400


@pytest.mark.parametrize("path", ["/try/card", "/try/invite", "/try/history"])
async def test_without_a_try_there_is_no_phone_to_arrange_anything_on(street: Neighbourhood, path: str) -> None:
    """404."""
    assert (await street.browser().http.get(path)).status_code == 404
