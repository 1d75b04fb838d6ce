"""The page of an e-mail address over a living house: Dad follows the link in the mail that asks."""

import re

from pydantic import SecretStr

from service.people import choosing
from service.settings import Settings
from service.web.pages import PAGE_HEADERS
from tests.service.doors.neighbourhood import DAD, PIN, Browser, Neighbourhood, words

AT_HOME = "dad@house.example"


async def _asked(street: Neighbourhood) -> tuple[Browser, str]:
    """Anna gives us Dad's address: his browser, and the page behind the link that he was mailed."""
    settings = street.house.settings
    street.house.settings = Settings(
        public_url=settings.public_url,
        secret=SecretStr(settings.secret.get_secret_value()),
        smtp_host="localhost",
        smtp_from="Lamplit <alerts@lamplit.example>",
    )
    account = await street.anna()
    dad = next(c for c in account.contacts if c.number == DAD)
    await choosing.change(street.house, account, dad.id, email=AT_HOME, pin=PIN, door="test")
    await street.settle()
    [mail] = await street.phones.thread(AT_HOME)
    link = re.search(r"(/m/[\w-]+)$", mail.text, flags=re.MULTILINE)
    assert link
    return street.browser(), link[1]


async def test_he_proves_it_and_stops_it_again(street: Neighbourhood) -> None:
    """Looking changes nothing, however many scanners follow the link; the digits do, and so does the button."""
    browser, page = await _asked(street)
    for _ in range(3):
        assert "May we write to this address, too?" in await browser.reads(page)

    agreed = await browser.press(page, f"{page}/yes", digits=DAD[-4:])
    assert "We write to this address, too." in words(agreed.text)
    stopped = await browser.press(page, f"{page}/stop")
    assert "No mail about Anna comes here any more." in words(stopped.text)


async def test_wrong_digits_prove_nothing(street: Neighbourhood) -> None:
    """He is told, and asked again; the fifth time the page is worn out."""
    browser, page = await _asked(street)
    for _ in range(5):
        wrong = await browser.press(page, f"{page}/yes", digits="0000")
        assert wrong.status_code == 403
        assert "That is not how your number ends" in words(wrong.text)

    assert "Too many wrong digits" in await browser.reads(page)


async def test_a_form_of_somebody_else_presses_nothing(street: Neighbourhood) -> None:
    """Without the page's nonce there is no answer."""
    browser, page = await _asked(street)

    assert (await browser.http.post(f"{page}/yes", data={"digits": DAD[-4:]})).status_code == 403
    assert (await browser.http.post(f"{page}/stop", data={"what": "stop"})).status_code == 403
    assert "May we write" in await browser.reads(page)


async def test_whatever_opens_nothing_is_one_answer(street: Neighbourhood) -> None:
    """Unknown, and gone since Anna removed him: the same bytes, by whatever verb, and never in a cache."""
    browser, page = await _asked(street)
    nonce = re.search(r'name="nonce" value="([^"]+)"', (await browser.http.get(page)).text)
    assert nonce
    account = await street.house.watch.account((await street.house.directory.traveller_of("+447700900123")) or "")
    dad = next(c for c in account.contacts if c.number == DAD)
    await choosing.remove(street.house, account, dad.id, PIN, "test")

    unknown = await browser.http.get("/m/nothing-of-the-sort-at-all")
    answers = [
        await browser.http.get(page),
        await browser.http.post(f"{page}/yes", data={"nonce": nonce[1], "digits": DAD[-4:]}),
        await browser.http.post(f"{page}/stop", data={"nonce": nonce[1]}),
    ]

    assert {(a.status_code, a.text) for a in answers} == {(404, unknown.text)}
    assert all(unknown.headers[name] == value for name, value in PAGE_HEADERS.items())
