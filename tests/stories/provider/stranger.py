"""Somebody who reaches our doors past the proxy, and signs by hand."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from service.demo.twilio_double import TOKEN
from tests.provider_world import ProviderWorld
from tests.world_people import Walk


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    """Written here: neither the double's nor the library's mistake may agree with itself."""
    words = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), words.encode(), hashlib.sha1).digest()).decode()


@dataclass
class Stranger:
    """Somebody who reaches our doors past the proxy."""

    world: ProviderWorld
    http: aiohttp.ClientSession

    async def posts(self, path: str, fields: Any, signature: str = "", **headers: str) -> tuple[int, str]:
        url = URL(f"{self.world.doors.url}{path}", encoded=True)
        sent = ({"X-Twilio-Signature": signature} if signature else {}) | headers
        async with self.http.post(url, data=fields, headers=sent) as answer:
            return answer.status, await answer.text()

    async def repeats(self, url: str, fields: dict[str, str]) -> tuple[int, str]:
        """A request of the provider's, as it was."""
        parts = urlsplit(url)
        return await self.posts(f"{parts.path}?{parts.query}", fields, signed(url, fields))


async def everything(world: ProviderWorld, walk: Walk) -> tuple[Any, ...]:
    """Her rows with their versions, what waits to be sent, and how much has ever happened."""
    rows = [(row.version, row.value) for row in await world.store.load([walk.key.partition("-")[0], walk.key]) if row]
    return rows, await world.store.outbox(), await world.store.feed_end(), len(world.double.messages)
