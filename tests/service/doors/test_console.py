"""The operators' list, signed in to."""

import pytest

from service.web.pages import EXIT_HEADERS

from .neighbourhood import Browser, Neighbourhood

MINUTES = 60.0


async def _signed_in(street: Neighbourhood) -> Browser:
    await street.operators.add("priya", "a long pass phrase")
    browser = street.browser()
    answer = await browser.press("/console", "/console/login", name="Priya", password="a long pass phrase")
    assert "Needs a person" in answer.text
    return browser


async def test_without_a_session_there_is_only_the_form(street: Neighbourhood) -> None:
    """Nobody's journey is on it."""
    journey = await street.sets_off()

    read = await street.browser().reads("/console")

    assert "Password" in read
    assert journey.plan.reference not in read


@pytest.mark.parametrize(("name", "password"), [("priya", "wrong"), ("nobody", "a long pass phrase"), ("", "")])
async def test_what_was_wrong_is_not_said(street: Neighbourhood, name: str, password: str) -> None:
    """An unknown name and a wrong password read alike."""
    await street.operators.add("priya", "a long pass phrase")

    answer = await street.browser().press("/console", "/console/login", name=name, password=password)

    assert answer.status_code == 403
    assert "That name and password do not go together. Try again." in answer.text


async def test_a_calm_journey_is_a_row_without_name_or_place(street: Neighbourhood) -> None:
    """Since when, due, state and link: no more."""
    journey = await street.sets_off()
    browser = await _signed_in(street)

    read = await browser.reads("/console")

    assert f"{journey.plan.reference} 21:59" in read
    assert "on her way live" in read
    assert "Anna" not in read
    assert "51.38" not in read


async def test_an_overdue_one_needs_a_person(street: Neighbourhood) -> None:
    """What, how long, who was told and how far, what comes next, and now the place."""
    await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    browser = await _signed_in(street)

    read = await browser.reads("/console")

    assert "Anna has not arrived and does not answer." in read
    assert "Nobody yet" in read
    assert "Beth: delivered, no answer yet" in read
    assert "The ladder takes its next step at" in read
    assert "51.38000, 0.50000" in read
    assert "Nobody is on their way right now." in read


async def test_signing_out_ends_the_session(street: Neighbourhood) -> None:
    """The browser forgets, and the token opens nothing any more."""
    browser = await _signed_in(street)
    token = browser.http.cookies["lamplit_operator"]

    answer = await browser.press("/console", "/console/logout")

    assert answer.headers["clear-site-data"] == EXIT_HEADERS["Clear-Site-Data"]
    assert "You are signed out." in answer.text
    other = street.browser()
    other.http.cookies.set("lamplit_operator", token)
    assert "Password" in await other.reads("/console")


async def test_the_address_of_a_form_leads_back(street: Neighbourhood) -> None:
    """A browser that opens it again lands on the list."""
    assert "Password" in await street.browser().reads("/console/login")
