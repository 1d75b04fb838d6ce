"""One visit: forms that belong to the browser that fetched them, cookies that scripts cannot read."""

import re

from .neighbourhood import Neighbourhood


async def test_only_a_page_with_a_form_sets_a_cookie(street: Neighbourhood) -> None:
    """And that one is for this site and not for scripts."""
    browser = street.browser()

    plain = await browser.http.get("/")
    form = await browser.http.get("/try")

    assert "set-cookie" not in plain.headers
    assert {"HttpOnly", "SameSite=strict"} <= set(form.headers["set-cookie"].split("; "))
    assert "set-cookie" not in (await browser.http.get("/try")).headers


async def test_another_browsers_nonce_is_not_mine(street: Neighbourhood) -> None:
    """A form fetched elsewhere presses nothing here."""
    theirs = re.search(r'name="nonce" value="([^"]+)"', (await street.browser().http.get("/try")).text)
    assert theirs
    mine = street.browser()
    await mine.http.get("/try")

    assert (await mine.http.post("/try/start", data={"nonce": theirs[1]})).status_code == 403


async def test_a_cookie_somebody_made_up_is_replaced(street: Neighbourhood) -> None:
    """What is not ours is not used."""
    browser = street.browser()
    browser.http.cookies.set("lamplit_browser", "x")

    assert "lamplit_browser=" in (await browser.http.get("/try")).headers["set-cookie"]


async def test_a_body_that_is_no_form_is_refused(street: Neighbourhood) -> None:
    """JSON, nothing readable, and more than a form can hold."""
    http = street.browser().http

    assert (await http.post("/try/start", json={})).status_code == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await http.post("/try/start", content=b"a=\xff", headers=form)).status_code == 400
    assert (await http.post("/try/start", content=b"a" * 70_000, headers=form)).status_code == 413
