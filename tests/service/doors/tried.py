"""A walk that somebody tries in a browser: begun by the form, and her row behind it."""

import httpx

from service.journey.model import Journey
from service.people.model import Traveller

from .neighbourhood import Browser, Neighbourhood
from .trying.test_form import FIELDS

WITH_SOS = {**FIELDS, "contact_2_name": "Dad", "contact_2_sos": "1"}
"""Beth and Dad are on her SOS list, Chloe is not."""


async def begun(street: Neighbourhood, **changes: str) -> tuple[Browser, httpx.Response]:
    """A browser in which Anna has set off, and the answer to the form."""
    browser = street.browser()
    async with street.at_work():
        answer = await browser.press("/try", "/try/start", **{**WITH_SOS, **changes})
    await street.settle()
    return browser, answer


async def anna(street: Neighbourhood) -> Traveller:
    key = next(key for key in await street.house.store.keys() if "-" not in key)
    return await street.house.watch.account(key)


async def journey(street: Neighbourhood) -> Journey:
    live = (await anna(street)).live
    assert live is not None
    return await street.journey(live)


async def contact(street: Neighbourhood, name: str) -> str:
    """The id of a contact."""
    return next(c.id for c in (await anna(street)).contacts if c.name == name)


async def number(street: Neighbourhood, whose: str) -> str:
    """The number of a phone on the screen."""
    return next(phone.number for phone in await street.phones.phones() if phone.whose == whose)


async def texts(street: Neighbourhood, whose: str) -> list[str]:
    """What stands on somebody's phone."""
    return [one.text for one in await street.phones.thread(await number(street, whose))]
