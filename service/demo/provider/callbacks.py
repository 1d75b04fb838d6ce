"""Requests to us: signed, a bounded number at a time over connections that stay open.

A callback that is not answered with 2xx comes again every `retry_s`, eight times in all. (Twilio's own default is one
more try after a failed connection; https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides lets an
account ask for more. A patient double shows more faults than a hasty one.) A script (`script.Do`) may double, turn
round, replay, forge or swallow them.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from yarl import URL

from .account import Account
from .books import Counted
from .crew import Crew
from .script import Do, Script
from .signing import signature

AT_ONCE: Final = 32
_TRIES: Final = 8
_ANSWER_S: Final = 15
"""https://www.twilio.com/docs/api/errors/11205; of real time."""
_KEPT_S: Final = 2.0
"""Shorter than any server's own patience with an idle connection: a request that finds it just closed is lost."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: nobody answered."""

    status: int
    text: str = ""

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


class Postman:
    """Posts. `posted` is every try: (address, fields, HTTP status it got; 0 for none). `through`: where a proxy in front
    of us listens; it is called instead of the address, which is signed as it was given."""

    def __init__(self, crew: Crew, account: Account, counted: Counted, retry_s: float) -> None:
        self._crew, self._account, self._counted, self._retry_s = crew, account, counted, retry_s
        self.posted: list[tuple[str, dict[str, str], int]] = []
        self.through = ""
        self._places = asyncio.Semaphore(AT_ONCE)
        self._http: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        connector = aiohttp.TCPConnector(limit=AT_ONCE, keepalive_timeout=_KEPT_S)
        self._http = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=_ANSWER_S))

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def post(self, url: str, fields: Mapping[str, str]) -> Answer:
        """One try."""
        assert self._http is not None, "the double is not running"
        answer, sent = Answer(0), dict(fields)
        async with self._places:
            headers = {
                "X-Twilio-Signature": signature(self._account.newest, url, sent),
                "User-Agent": "TwilioProxy/1.1",
            }
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                # encoded=True: the address is signed as it was given, so it must be called as it was given.
                async with self._http.post(URL(self._called(url), encoded=True), data=sent, headers=headers) as reply:
                    answer = Answer(reply.status, await reply.text(errors="replace"))
        self.posted.append((url, sent, answer.status))
        return answer

    def _called(self, url: str) -> str:
        if not self.through:
            return url
        inside, outside = urlsplit(self.through), urlsplit(url)
        return urlunsplit(outside._replace(scheme=inside.scheme, netloc=inside.netloc))

    async def deliver(self, url: str, fields: Mapping[str, str]) -> None:
        """Until it is taken, or given up."""
        self._counted.callbacks += 1
        for _ in range(_TRIES):
            if (await self.post(url, fields)).taken:
                return
            self._counted.callbacks_refused += 1
            await self._crew.sleep(self._retry_s)
        self._counted.callbacks_given_up += 1


class Reporter:
    """The callbacks of one text or call, in order, or as its script wants them. `first_done` rings after the first."""

    def __init__(self, crew: Crew, postman: Postman, url: str, script: Script | None) -> None:
        self._crew, self._postman, self._url = crew, postman, url
        self._do = script.do if script else None
        self._again_s = script.delay_s if script else 0.0
        self._held: list[dict[str, str]] = []
        self._waiting: deque[dict[str, str]] = deque()
        self._under_way = False
        self._last: dict[str, str] | None = None
        self.first_done = asyncio.Event()

    def say(self, fields: dict[str, str]) -> None:
        """Reports a state, after what is still to be reported. Keeps nobody waiting: a text goes on and a person is
        spoken to, whether we take the callback or not."""
        self._waiting.append(fields)
        if not self._under_way:
            self._under_way = True
            self._crew.start(self._catch_up())

    def end(self, last: dict[str, str]) -> None:
        """Nothing more will be reported after `last`."""
        self._last = last
        if not self._under_way:
            self._under_way = True
            self._crew.start(self._catch_up())

    async def _catch_up(self) -> None:
        while self._waiting:
            fields = self._waiting.popleft()
            if self._url and self._do is not Do.MUTE:
                await self._say(fields)
            self.first_done.set()
        if self._last is not None:
            await self._finish(self._last)
        self._under_way = False

    async def _finish(self, last: dict[str, str]) -> None:
        self.first_done.set()
        held, self._held = self._held, []
        for fields in reversed(held):
            await self._postman.deliver(self._url, fields)
        if self._url and self._do is Do.GHOST:
            await self._postman.deliver(self._url, last | unknown(last))

    async def _say(self, fields: dict[str, str]) -> None:
        if self._do is Do.SHUFFLE:
            self._held.append(fields)
            return
        await self._postman.deliver(self._url, fields)
        if self._do is Do.TWICE:
            await self._postman.deliver(self._url, fields)
        if self._do is Do.REPLAY:
            self._crew.start(self._once_more(fields))

    async def _once_more(self, fields: dict[str, str]) -> None:
        await self._crew.sleep(self._again_s, patient=True)
        await self._postman.deliver(self._url, fields)


def unknown(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that name a SID, with one that was never given to anybody."""
    names = [name for name in ("MessageSid", "SmsSid", "CallSid") if name in fields]
    return {name: fields[name][:2] + "f" * 32 for name in names}
