"""A provider with a clock moved by hand, Twilio's own client, and doors of ours that write down and answer."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from aiohttp import web
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from service.clock import breathe
from service.demo.twilio_double import ACCOUNT, SENDER, TOKEN, TwilioDouble
from tests.doubles.clock import HandClock
from tests.doubles.receiver import Receiver

BETH = "+447700900201"
DAD = "+447700900202"
SECOND = "+447700900009"
STATUS = "/s?n=1"


@dataclass
class Doors(Receiver):
    """Ours. `documents` are what is answered at a path: one after the other, the last one again and again;
    `statuses` for as long as they stand there."""

    documents: dict[str, list[str]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    async def _take(self, request: web.Request) -> web.Response:
        answer = await super()._take(request)
        if request.path in self.statuses:
            return web.Response(status=self.statuses[request.path])
        documents = self.documents.get(request.path)
        if answer.status == 200 and documents:
            return web.Response(text=documents.pop(0) if len(documents) > 1 else documents[0], content_type="text/xml")
        return answer

    def at(self, path: str) -> list[dict[str, str]]:
        """What was posted to a path."""
        return [fields for url, fields, _ in self.posts if urlsplit(url).path == path]

    def calls(self) -> list[str]:
        return [fields["CallStatus"] for fields in self.at("/s")]


class Loopback(AsyncHttpClient):  # type: ignore[misc]  # the library ships no types
    """Twilio's own client, sent to the double instead."""

    def __init__(self, base_url: str) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)
        self._base = urlsplit(base_url)
        self.session = aiohttp.ClientSession()

    async def request(
        self,
        method: str,
        uri: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,  # noqa: ASYNC109 - as the library calls it
        allow_redirects: bool = False,
    ) -> Response:
        url = urlunsplit(urlsplit(uri)._replace(scheme="http", netloc=self._base.netloc))
        sent = dict(headers or {}) | ({"Authorization": aiohttp.encode_basic_auth(*auth)} if auth else {})
        async with self.session.request(method, url, params=params, data=data, headers=sent) as answer:
            return Response(answer.status, await answer.text(), answer.headers)


@dataclass
class Town:
    """Everything at once."""

    clock: HandClock
    double: TwilioDouble
    doors: Doors
    twilio: Client
    http: aiohttp.ClientSession

    async def text(self, body: str = "hello", to: str = BETH, **more: Any) -> Any:
        """Through the client; from our first number unless told otherwise."""
        if "messaging_service_sid" not in more:
            more.setdefault("from_", SENDER)
        return await self.twilio.messages.create_async(to=to, body=body, status_callback=self.doors.url(STATUS), **more)

    async def call(self, to: str = BETH, **more: Any) -> Any:
        """Through the client, with every event."""
        if "twiml" not in more:
            more.setdefault("url", self.doors.url("/voice"))
        more.setdefault("status_callback_event", ["initiated", "ringing", "answered", "completed"])
        return await self.twilio.calls.create_async(to=to, from_=SENDER, status_callback=self.doors.url(STATUS), **more)

    async def until(self, true: Callable[[], object]) -> None:
        """Returns once it is so, in no time of the clock."""
        async with asyncio.timeout(5.0):
            while not true():
                await breathe(0.001)

    async def passes(self, seconds: float = 0.0) -> None:
        """So much time, every alarm in its turn."""
        until = self.clock.now() + seconds
        await self.double.idle()
        while (next_at := self.double.next_at) is not None and next_at <= until:
            # A hair more than now: an alarm that floating point leaves a hair ahead would be set again for ever.
            self.clock.forward_to(max(next_at, self.clock.now() + 1e-6))
            await self.double.idle()
        self.clock.forward_to(max(until, self.clock.now()))
        await self.double.idle()


@asynccontextmanager
async def town(**settings: Any) -> AsyncIterator[Town]:
    """A town with a provider in it."""
    clock = HandClock()
    async with Doors() as doors:
        urls = {"inbound_url": doors.url("/in"), "voice_url": doors.url("/voice/in")}
        async with TwilioDouble(clock=clock, **(urls | settings)) as double:
            transport = Loopback(double.base_url)
            client = Client(ACCOUNT, TOKEN, http_client=transport, environment={"LAMPLIT": "1"})
            signed_in = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
            async with transport.session, aiohttp.ClientSession(double.base_url, headers=signed_in) as http:
                yield Town(clock, double, doors, client, http)
