"""All pages behind one mount: what is theirs, what is not, and how an error looks to whom."""

from pathlib import Path

import pytest

from service.store import StoreUnavailable
from service.web.pages import EXIT_HEADERS, PAGE_HEADERS

from .neighbourhood import Neighbourhood, neighbourhood


@pytest.mark.parametrize("path", ["/", "/try", "/sandbox", "/console", "/nothing", "/c/unknown", "/exit"])
async def test_every_page_travels_with_its_headers(street: Neighbourhood, path: str) -> None:
    """No third party, no referrer, no index, no sniffing; errors too."""
    headers = (await street.browser().http.get(path)).headers

    assert {name: headers.get(name) for name in PAGE_HEADERS} == dict(PAGE_HEADERS)


async def test_a_browser_gets_an_error_as_a_page_and_a_program_as_a_problem(street: Neighbourhood) -> None:
    """By what they accept."""
    browser = street.browser()

    page = await browser.http.get("/nothing")
    problem = await browser.http.get("/nothing", headers={"Accept": "*/*"})

    assert (page.status_code, problem.status_code) == (404, 404)
    assert "There is nothing here." in page.text
    assert problem.headers["content-type"] == "application/problem+json"


async def test_what_is_for_programs_never_comes_here(street: Neighbourhood) -> None:
    """An unknown address below /v1 is answered by the API, whatever the browser accepts."""
    answer = await street.browser().http.get("/v1/nothing")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")


async def test_a_form_is_posted_not_fetched(street: Neighbourhood) -> None:
    """The wrong method says so and changes nothing."""
    answer = await street.browser().http.get("/try/sos")

    assert answer.status_code == 405
    assert "cannot be done this way" in answer.text


async def test_leaving_forgets(street: Neighbourhood) -> None:
    """The quick exit clears the session and does not say whose page it was."""
    answer = await street.browser().http.get("/exit")

    assert answer.headers["clear-site-data"] == EXIT_HEADERS["Clear-Site-Data"]
    assert "Lamplit" not in answer.text


async def test_a_store_that_is_away_is_said(street: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    """503, when to come back, and what to do if somebody is in danger."""

    async def away(*_: object, **__: object) -> list[object]:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(street.house.store, "load", away)

    answer = await street.browser().http.get("/c/anything")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "dial 999" in answer.text


async def test_a_fault_of_ours_is_a_page_too(street: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 says that it is our fault, and nothing of what went wrong."""

    async def broken(*_: object, **__: object) -> list[object]:
        raise ValueError("secret")

    monkeypatch.setattr(street.house.store, "load", broken)

    answer = await street.browser().http.get("/c/anything")

    assert answer.status_code == 500
    assert "It is our fault" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/try", "/sandbox", "/try/pin"])
async def test_outside_the_sandbox_there_is_nothing_to_try(tmp_path: Path, path: str) -> None:
    """No page shows a phone or replays a walk where messages reach people."""
    async with neighbourhood(tmp_path, sandbox=False) as street:
        assert (await street.browser().http.get(path)).status_code == 404
        assert "Sandbox" not in (await street.browser().http.get("/")).text
