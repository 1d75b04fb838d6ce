"""The API's door: who comes in, how fast, what is misbehaved, and lists in pages.

https://www.twilio.com/docs/usage/requests-to-twilio, https://www.twilio.com/docs/usage/twilios-response. Lists are by
whole days in GMT, and a text that has no date_sent yet matches no date.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from aiohttp import web

from .books import Entry
from .calls import Calls
from .exchange import Exchange
from .refusals import Refused
from .script import Do, Script
from .shapes import API, as_json
from .texts import Texts

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_MOST_LISTED: Final = 1000
_LISTED: Final = 50
_KEYS: Final = {"sms": "messages", "call": "calls"}


@web.middleware
async def let_go(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever goes away in the middle of a request has no error to read about."""
    try:
        return await handler(request)
    except ConnectionError:
        if request.transport is not None and not request.transport.is_closing():
            raise
        return web.Response()


class Api:
    """Messages.json and Calls.json: create, list, fetch."""

    def __init__(self, exchange: Exchange) -> None:
        self._x = exchange
        self.texts, self.calls = Texts(exchange), Calls(exchange)
        self.closing = asyncio.Event()
        self._always: dict[str, Script] = {}
        self._next: deque[Script] = deque()

    def script(self, script: Script) -> None:
        """Misbehave: always for its number, or for the next so many requests."""
        if script.number:
            self._always[script.number] = script
        else:
            self._next.extend([script] * script.times)

    def behave(self, number: str = "") -> None:
        """Forget what was scripted for `number`, or everything."""
        if number:
            self._always.pop(number, None)
        else:
            self._always.clear()
            self._next.clear()

    def add_routes(self, app: web.Application) -> None:
        account = f"{API}/Accounts/{{account}}"
        for kind, channel in (("Messages", "sms"), ("Calls", "call")):
            app.router.add_post(f"{account}/{kind}.json", self._guarded(self._creates(channel)))
            app.router.add_get(f"{account}/{kind}.json", self._guarded(self._lists(channel)))
            app.router.add_get(f"{account}/{kind}/{{sid}}.json", self._guarded(self._fetch))

    def _guarded(self, handler: Handler) -> Handler:
        """Counted, let in, slowed down, and its refusals as answers."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            counted = self._x.books.counted
            counted.requests += 1
            with self._x.crew.at_work():
                try:
                    with self._x.rates.request(self._x.clock.monotonic()):
                        await request.read()  # all that came is taken, should nobody wait for the answer
                        await self._x.crew.sleep(self._x.latency_s)
                        who = request.headers.get("Authorization", "")
                        self._x.account.let_in(who, request.match_info["account"])
                        answer = await handler(request)
                except ConnectionError:
                    counted.cut += 1
                    raise
                except Refused as refused:
                    counted.refused(refused.code)
                    answer = refused.answer()
            if request.transport is None or request.transport.is_closing():
                counted.cut += 1
            else:
                counted.answered(answer.status)
            return answer

        return guarded

    def _scripted(self, number: str, channel: str) -> Script | None:
        always = self._always.get(number)
        if always is not None and always.channel in ("", channel):
            return always
        following = next((one for one in self._next if one.channel in ("", channel)), None)
        if following is not None:
            self._next.remove(following)
        return following

    def _creates(self, channel: str) -> Handler:
        async def create(request: web.Request) -> web.StreamResponse:
            posted = await request.post()
            form = {name: str(value) for name, value in posted.items()}
            (self.texts if channel == "sms" else self.calls).check(form)
            script = self._scripted(form["To"], channel)
            if script and script.do is Do.REFUSE:
                raise Refused(script.code, http=script.http, retry_after_s=1 if script.http == 429 else None)
            if script and script.do is Do.BREAK:
                return _broken(script)
            if script and script.do is Do.DROP:
                return _cut(request)
            if channel == "sms":
                entry, reporter = self.texts.accept(form, script)
            else:
                events = [str(value) for value in posted.getall("StatusCallbackEvent", [])]
                entry, reporter = self.calls.accept(form, events, script)
            taken = web.json_response(as_json(entry, self._x.account.sid), status=201)
            return taken if script is None else await self._answers_oddly(request, taken, reporter.first_done, script)

        return create

    async def _answers_oddly(
        self, request: web.Request, taken: web.Response, first_done: asyncio.Event, script: Script
    ) -> web.StreamResponse:
        match script.do:
            case Do.EARLY:
                with self._x.crew.waiting():
                    await first_done.wait()
            case Do.LOSE_REPLY:
                return _cut(request)
            case Do.GARBLE:
                return _broken(script)
            case Do.STALL if not script.delay_s:
                with self._x.crew.waiting():
                    await self.closing.wait()
            case Do.STALL | Do.SLOW:
                await self._x.crew.sleep(script.delay_s)
        return taken

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        entry = self._x.books.find(request.match_info["sid"])
        if entry is None:
            raise Refused(20404)
        return web.json_response(as_json(entry, self._x.account.sid))

    def _lists(self, channel: str) -> Handler:
        async def listed(request: web.Request) -> web.StreamResponse:
            query = request.query
            size, page = min(_number(query, "PageSize", _LISTED), _MOST_LISTED), _number(query, "Page", 0)
            found = list(islice(self._found(channel, query), page * size, (page + 1) * size + 1))
            shown, more = found[:size], len(found) > size
            following = request.rel_url.update_query(Page=page + 1, PageSize=size)
            return web.json_response(
                {
                    _KEYS[channel]: [as_json(entry, self._x.account.sid) for entry in shown],
                    "page": page,
                    "page_size": size,
                    "start": page * size,
                    "end": page * size + max(len(shown) - 1, 0),
                    "uri": str(request.rel_url),
                    "first_page_uri": str(request.rel_url.update_query(Page=0, PageSize=size)),
                    "next_page_uri": str(following) if more else None,
                    "previous_page_uri": None,
                }
            )

        return listed

    def _found(self, channel: str, query: Mapping[str, str]) -> Iterator[Entry]:
        """Newest first."""
        name = "DateSent" if channel == "sms" else "StartTime"
        return (
            entry
            for entry in self._x.books.newest(query.get("To"))
            if entry.channel == channel
            and query.get("From", entry.sender) == entry.sender
            and query.get("Status", entry.state) == entry.state
            and _on_day(entry.sent_at if channel == "sms" else entry.answered_at, query, name)
        )


def _on_day(at: float | None, query: Mapping[str, str], name: str) -> bool:
    on, until, since = query.get(name), query.get(f"{name}<"), query.get(f"{name}>")
    if on is None and until is None and since is None:
        return True
    if at is None:
        return False
    day = datetime.fromtimestamp(at, UTC).date().isoformat()
    return (
        (on is None or day == on[:10]) and (until is None or day <= until[:10]) and (since is None or day >= since[:10])
    )


def _number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    value = query.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 9 else otherwise


def _broken(script: Script) -> web.Response:
    return web.Response(status=script.http, text="<html>out of order</html>", content_type="text/html")


def _cut(request: web.Request) -> web.Response:
    """Cut the connection: what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
