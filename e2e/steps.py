"""What people do on the pages, told once."""

import re

from playwright.sync_api import Page, expect

DRAWN = "body[data-map=idle]"


def set_off(page: Page, *, speed: str = "20", show_route: bool = False) -> None:
    """Anna sets off with Beth, Dad and Chloe; her phone streams."""
    page.goto("/try")
    page.get_by_text(f"{speed} ×", exact=True).click()
    if show_route:
        page.locator("#fold-told summary").click()
        page.locator("#show_route").check()
    page.get_by_role("button", name="Start the walk").click()
    page.wait_for_selector("#phone")


def cries(page: Page) -> None:
    """Anna presses SOS, and takes nothing back."""
    page.get_by_role("button", name="SOS").click()
    page.goto("/try")
    expect(page.locator("#phone .badge", has_text="SOS sent")).to_be_visible(timeout=60_000)


def link_of(page: Page, name: str) -> str:
    """The address of the newest link on a contact's phone; `page` is Anna's."""
    page.goto("/try")
    page.locator("#people + ul a", has_text=name).click()
    page.wait_for_selector('.thread a[href*="/c/"]')
    links = page.locator('.thread a[href*="/c/"]')
    address = links.last.get_attribute("href") or ""
    found = re.search(r"/c/[\w-]+", address)
    assert found, address
    page.goto("/try")
    return found[0]


def shown_on(page: Page) -> dict[str, int]:
    """How many things of each source the map on a page has drawn, once it is idle: tiles, way, spots."""
    page.wait_for_selector(DRAWN)
    told = page.locator("[data-drawn]").get_attribute("data-drawn") or ""
    return {source: int(many) for source, many in (one.split() for one in told.split(", "))}
