"""A browser in a world: opens the link of a text and presses what is on the page."""

import re
from html import unescape

import httpx

from service.app import create
from tests.world_phones import Heard

LINK = re.compile(r"https://\S+/c/[\w-]+")
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


class Browser:
    """A phone's browser, without JavaScript, at the page a text leads to."""

    def __init__(self, heard: Heard) -> None:
        found = LINK.search(heard.text)
        assert found, f"there is no link in {heard.text}"
        self.world, self.url = heard.phone.world, found[0]
        transport = httpx.ASGITransport(create(self.world.front.house))
        self._client = httpx.AsyncClient(transport=transport, follow_redirects=True)

    async def opens(self, path: str = "") -> str:
        """GET; what a person reads there."""
        answer = await self._client.get(self.url + path)
        await self.world.settle()
        return unescape(answer.text)

    async def presses(self, path: str, page: str = "", **fields: str) -> str:
        """POSTs the form of a page (where it stands: `page`); what a person reads then."""
        nonce = NONCE.search(await self.opens(page))
        assert nonce, f"there is nothing to press on {page or 'the page'}"
        answer = await self._client.post(self.url + path, data={"nonce": nonce[1], **fields})
        await self.world.settle()
        return unescape(answer.text)
