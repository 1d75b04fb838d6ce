"""Beth's page at two in the morning: no map before she taps, then where Anna is, and the way only where Anna allowed it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import House, Open, Seen, picture_of
from .steps import cries, link_of, set_off, shown_on


@pytest.fixture(scope="module")
def link(browser: Browser, house: House) -> str:
    """Beth's link, after Anna has cried for help; Anna has allowed nothing beyond."""
    return _beths_link(browser, house, show_route=False)


def _beths_link(browser: Browser, house: House, *, show_route: bool) -> str:
    with browser.new_context(base_url=house.url) as context:
        anna = context.new_page()
        set_off(anna, speed="60", show_route=show_route)
        anna.wait_for_function("() => document.querySelector('.plot .fix')", timeout=60_000)
        cries(anna)
        return link_of(anna, "Beth")


def _sees(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Show where she is")).click()
    page.wait_for_url(re.compile(r"\?see="))


def test_no_map_before_the_tap_and_one_after_it(opened: Open, seen: Seen, link: str) -> None:
    """The link alone has no map in it and asks for no tile; after the tap there is her place, without the way she meant to
    take."""
    beth = opened(width=390, height=844)
    beth.goto(link)
    with picture_of(beth, "contact-before"):
        expect(beth.get_by_role("button", name=re.compile("Show where she is"))).to_be_visible()
        assert beth.locator(".map, .plot, canvas").count() == 0
    assert not [url for url, _ in seen.asked if "/map" in url]
    _sees(beth)
    with picture_of(beth, "contact-after"):
        drawn = shown_on(beth)
        assert drawn["tiles"] > 0
        assert drawn["spots"] > 0
        assert drawn["way"] == 0
        assert beth.locator(".plot .way").count() == 0


def test_the_way_is_shown_where_she_allowed_it(opened: Open, browser: Browser, house: House) -> None:
    """Anna ticked it when she set off: Beth sees the way she meant to take."""
    beth = opened(width=390, height=844, color_scheme="dark")
    beth.goto(_beths_link(browser, house, show_route=True))
    _sees(beth)
    with picture_of(beth, "contact-with-way-dark"):
        assert shown_on(beth)["way"] > 0
        expect(beth.locator(".legend")).to_contain_text("the way she meant to take")


def test_without_javascript_the_place_is_read_and_drawn(opened: Open, link: str) -> None:
    """Beth's old phone runs no scripts: the place stands there in words, in numbers, and as a drawing."""
    beth = opened(java_script_enabled=False, width=360)
    beth.goto(link)
    _sees(beth)
    with picture_of(beth, "contact-without-script"):
        expect(beth.locator(".geo")).to_have_text(re.compile(r"^\d+\.\d{5}, \d+\.\d{5}$"))
        assert beth.locator(".plot .fix").count() == 2


def test_three_shifts_leave_from_the_map(opened: Open, link: str) -> None:
    """Beth has the map under her hand when somebody comes in: Shift three times closes the page all the same."""
    beth = opened()
    beth.goto(link)
    _sees(beth)
    shown_on(beth)
    beth.locator(".map-live canvas").focus()
    for _ in range(3):
        beth.keyboard.press("Shift")
    beth.wait_for_url(re.compile(r"/exit"))


def test_operators_see_her_on_the_map_at_night(opened: Open, house: House, link: str) -> None:
    """On shift in the sandbox: the open alarm has her place and the half hour before it, in the colours of the night."""
    assert link
    olga = opened(width=1200)
    olga.goto("/")
    password = olga.locator("code").last.inner_text()
    olga.goto("/console")
    olga.get_by_label(re.compile("name", re.IGNORECASE)).fill("operator")
    olga.get_by_label(re.compile("pass", re.IGNORECASE)).fill(password)
    olga.locator("main form button").first.click()
    olga.locator('a[href*="/console/i/"]').first.click()
    with picture_of(olga, "operators"):
        assert shown_on(olga)["spots"] > 0
        assert olga.locator(".plot").count() == 1
