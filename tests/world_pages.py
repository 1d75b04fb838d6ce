"""A browser in a world: opens the link of a text and presses what is on the page."""

import re
from html import unescape
from typing import TYPE_CHECKING, Any, Self

import httpx

from service.app import create
from service.house import House
from service.telling import Voice
from tests.world_people import Contact, Walk
from tests.world_phones import Heard
from tests.world_process import voice_of

if TYPE_CHECKING:
    from tests.world import World

LINK = re.compile(r"https://\S+/c/[\w-]+")
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


class _Mapped(House):
    """A house whose pages know the name of every street, as its texts do in a world: it is always the same one."""

    @property
    def voice(self) -> Voice:
        return voice_of(House(**_fields(self)))


def mapped(house: House) -> House:
    """The same house with a map."""
    return _Mapped(**_fields(house))


def _fields(house: House) -> dict[str, Any]:
    return {name: getattr(house, name) for name in House.__dataclass_fields__}


def link_to(walk: Walk, contact: Contact) -> str:
    """The page that this contact has the link of."""
    house = walk.world.front.house
    return f"{house.public_url}/c/{house.sealer.link_token(walk.key, contact.id)}"


class Browser:
    """A phone's browser, without JavaScript, at the page a text leads to."""

    def __init__(self, heard: Heard) -> None:
        found = LINK.search(heard.text)
        assert found, f"there is no link in {heard.text}"
        self._begin(heard.phone.world, found[0])

    @classmethod
    def at(cls, world: "World", url: str) -> Self:
        """A browser at an address that somebody has from before."""
        browser = cls.__new__(cls)
        browser._begin(world, url)
        return browser

    def _begin(self, world: "World", url: str) -> None:
        self.world, self.url = world, url
        transport = httpx.ASGITransport(create(mapped(world.front.house)))
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
