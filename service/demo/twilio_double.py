"""A provider of texts on the loopback that speaks Twilio's HTTP and misbehaves when asked.

It takes messages as Twilio does (form body, Basic auth), lists them, and posts signed status callbacks on a clock
that is given to it. Inside a test it is an async context manager in the same loop; for the demo it is a process:
`python -m service.demo.twilio_double --port 8901`, steered under `/double/`. aiohttp serves it, because a double
must be able to cut a connection without an answer, which no ASGI application can.
"""

import asyncio
import contextlib
import os
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Annotated, Final, Self

import aiohttp
import msgspec
import typer
from aiohttp import web
from yarl import URL

from alerts.receipts import carrier_word
from service.clock import Clock, ScaledClock, SystemClock

from .provider.script import API, Do, Entry, Script, as_json, callback_fields, path_of, signature

ACCOUNT: Final = "AC" + "0" * 32
TOKEN: Final = "not-a-real-token"  # noqa: S105 - it opens nothing but this double
SENDER: Final = "+447700900000"
_CALLBACK_TRIES: Final = 8
_OPTED_OUT: Final = 21610

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TwilioDouble:
    """The double. `messages` is everything it ever accepted, oldest first.

    `step_s` of the clock pass before each callback. `inbound_url` gets the texts people send (`incoming`).
    A callback that is not answered with 2xx is tried again every `retry_s`, eight times.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        account_sid: str = ACCOUNT,
        auth_token: str = TOKEN,
        inbound_url: str = "",
        step_s: float = 0.0,
        retry_s: float = 1.0,
        port: int = 0,
    ):
        self.clock = clock or SystemClock()
        self.account_sid, self.auth_token = account_sid, auth_token
        self.inbound_url, self.step_s, self.retry_s = inbound_url, step_s, retry_s
        self.messages: list[Entry] = []
        self.callbacks: list[tuple[str, dict[str, str], int]] = []  # (address, fields, HTTP status it got; 0 for none)
        self.stopped: set[str] = set()
        self._port = port
        self._always: dict[str, Script] = {}
        self._next: deque[Script] = deque()
        self._silent_rings: set[str] = set()
        self._inbound_count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    # --- steering ---

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def script(self, *scripts: Script) -> None:
        """Misbehave: always for a script's `number`, or for the next `times` requests where it names none."""
        for one in scripts:
            if one.number:
                self._always[one.number] = one
            else:
                self._next.extend([one] * one.times)

    def behave(self, number: str = "") -> None:
        """Forget what was scripted for `number`, or everything."""
        if number:
            self._always.pop(number, None)
        else:
            self._always.clear()
            self._next.clear()

    def never_answers(self, number: str) -> None:
        """Calls to `number` ring in vain from now on."""
        self._silent_rings.add(number)

    def to(self, number: str) -> list[Entry]:
        return [entry for entry in self.messages if entry.to == number]

    async def incoming(self, sender: str, body: str, to: str = SENDER) -> int:
        """Somebody texts us: posts the signed webhook and returns its HTTP status. STOP and START act as at Twilio."""
        self._inbound_count += 1
        word = carrier_word(body)
        if word == "STOP":
            self.stopped.add(sender)
        elif word == "START":
            self.stopped.discard(sender)
        sid = f"SM{0xF << 124 | self._inbound_count:032x}"
        fields = {"AccountSid": self.account_sid, "ApiVersion": API.strip("/"), "MessageSid": sid, "SmsSid": sid}
        fields |= {"From": sender, "To": to, "Body": body, "NumMedia": "0"}
        if word:
            fields["OptOutType"] = word
        return await self._post(self.inbound_url, fields)

    async def settle(self) -> None:
        """Wait until every callback under way has been posted (only useful with a clock that moves by itself)."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- life ---

    async def __aenter__(self) -> Self:
        app = web.Application()
        account = f"{API}/Accounts/{{account}}"
        app.router.add_post(f"{account}/Messages.json", self._known(self._create("sms")))
        app.router.add_get(f"{account}/Messages.json", self._known(self._list("sms", "messages")))
        app.router.add_post(f"{account}/Calls.json", self._known(self._create("call")))
        app.router.add_get(f"{account}/Calls.json", self._known(self._list("call", "calls")))
        app.router.add_get("/double/messages", self._shown)
        app.router.add_post("/double/script", self._scripted)
        app.router.add_post("/double/incoming", self._came)
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- the provider's API ---

    def _known(self, handler: _Handler) -> _Handler:
        expected = aiohttp.encode_basic_auth(self.account_sid, self.auth_token)

        async def checked(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Authorization") != expected or request.match_info["account"] != self.account_sid:
                return _error(401, 20003, "Authenticate")
            return await handler(request)

        return checked

    def _create(self, channel: str) -> _Handler:
        async def create(request: web.Request) -> web.StreamResponse:
            form = {name: str(value) for name, value in (await request.post()).items()}
            script = self._always.get(form.get("To", "")) or (self._next.popleft() if self._next else None)
            return self._refusal(channel, form, script) or await self._accept(request, channel, form, script)

        return create

    def _refusal(self, channel: str, form: dict[str, str], script: Script | None) -> web.Response | None:
        if not form.get("To"):
            return _error(400, 21604, "A 'To' phone number is required")
        if channel == "sms" and not form.get("Body"):
            return _error(400, 21602, "Message body is required")
        if not form.get("From"):
            return _error(400, 21603, "A 'From' phone number is required")
        if channel == "sms" and form["To"] in self.stopped:
            return _error(400, _OPTED_OUT, "Attempt to send to unsubscribed recipient")
        if script and script.do is Do.REFUSE:
            return _error(script.http, script.code, "Refused as scripted")
        if script and script.do is Do.BREAK:
            return web.Response(status=script.http, text="<html>out of order</html>", content_type="text/html")
        return None

    async def _accept(
        self, request: web.Request, channel: str, form: dict[str, str], script: Script | None
    ) -> web.StreamResponse:
        do = script.do if script else None
        if do is Do.DROP:
            return _cut(request)
        validity = form.get("ValidityPeriod")
        entry = Entry(
            sid=f"{'CA' if channel == 'call' else 'SM'}{len(self.messages) + 1:032x}",
            channel=channel,
            to=form["To"],
            sender=form["From"],
            body=form.get("Body", form.get("Twiml", "")),
            at=self.clock.now(),
            status_callback=form.get("StatusCallback", ""),
            validity_s=int(validity) if validity else None,
            states=["queued"],
        )
        self.messages.append(entry)
        path = path_of(channel, script, answered=entry.to not in self._silent_rings)
        if do is Do.EARLY:
            await self._move(entry, *path.pop(0))
        self._spawn(entry, path, script)
        if do is Do.LOSE_REPLY:
            return _cut(request)
        if do is Do.STALL:
            await self._closing.wait()
        if script and do is Do.SLOW:
            await self.clock.sleep(script.delay_s)
        return web.json_response(as_json(entry, self.account_sid) | {"status": "queued"}, status=201)

    def _list(self, channel: str, key: str) -> _Handler:
        async def listed(request: web.Request) -> web.StreamResponse:
            query = request.query
            size, page = min(int(query.get("PageSize", 50)), 1000), int(query.get("Page", 0))
            found = [
                entry
                for entry in reversed(self.messages)
                if entry.channel == channel
                and query.get("To", entry.to) == entry.to
                and query.get("From", entry.sender) == entry.sender
                and _sent_on(entry, query.get("DateSent"), query.get("DateSent<"), query.get("DateSent>"))
            ]
            shown, rest = found[page * size : (page + 1) * size], found[(page + 1) * size :]
            uri = str(request.rel_url)
            following = str(request.rel_url.update_query(Page=page + 1, PageSize=size)) if rest else None
            return web.json_response(
                {
                    key: [as_json(entry, self.account_sid) for entry in shown],
                    "page": page,
                    "page_size": size,
                    "start": page * size,
                    "end": page * size + max(len(shown) - 1, 0),
                    "uri": uri,
                    "first_page_uri": str(request.rel_url.update_query(Page=0, PageSize=size)),
                    "next_page_uri": following,
                    "previous_page_uri": None,
                }
            )

        return listed

    # --- callbacks ---

    def _spawn(self, entry: Entry, path: list[tuple[str, int | None]], script: Script | None) -> None:
        task = asyncio.create_task(self._walk(entry, path, script))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _walk(self, entry: Entry, path: list[tuple[str, int | None]], script: Script | None) -> None:
        do = script.do if script else None
        for state, code in reversed(path) if do is Do.SHUFFLE else path:
            await self.clock.sleep(self.step_s)
            if script and do is Do.DELAY and state == "delivered":
                await self.clock.sleep(script.delay_s)
            await self._move(entry, state, code)
            if do is Do.TWICE:
                await self._move(entry, state, code)

    async def _move(self, entry: Entry, state: str, code: int | None) -> None:
        entry.move(state, self.clock.now())
        entry.error_code = code
        if not entry.status_callback:
            return
        fields = callback_fields(entry, self.account_sid, state, code)
        for _ in range(_CALLBACK_TRIES):
            if 200 <= await self._post(entry.status_callback, fields) < 300:
                return
            await self.clock.sleep(self.retry_s)

    async def _post(self, url: str, fields: dict[str, str]) -> int:
        """Post signed fields; the HTTP status, or 0 when nobody answered."""
        assert self._http is not None, "the double is not running"
        headers = {"X-Twilio-Signature": signature(self.auth_token, url, fields), "User-Agent": "TwilioProxy/1.1"}
        status = 0
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            # encoded=True: the address is signed as it was given, so it must be called as it was given.
            async with self._http.post(URL(url, encoded=True), data=fields, headers=headers) as answer:
                status = answer.status
        self.callbacks.append((url, fields, status))
        return status

    # --- steering over HTTP ---

    async def _shown(self, _: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(self.messages), content_type="application/json")

    async def _scripted(self, request: web.Request) -> web.Response:
        try:
            self.script(msgspec.json.decode(await request.read(), type=Script))
        except msgspec.DecodeError as error:
            return web.json_response({"error": str(error)}, status=422)
        return web.json_response({"ok": True})

    async def _came(self, request: web.Request) -> web.Response:
        try:
            said = msgspec.json.decode(await request.read(), type=_Said)
        except msgspec.DecodeError as error:
            return web.json_response({"error": str(error)}, status=422)
        return web.json_response({"status": await self.incoming(said.sender, said.body, said.to)})


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sender: str = msgspec.field(name="from")
    body: str
    to: str = SENDER


def _error(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)


def _cut(request: web.Request) -> web.Response:
    """Cut the connection: what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _sent_on(entry: Entry, on: str | None, until: str | None, since: str | None) -> bool:
    """The provider's date filters, by whole days in GMT; a message without date_sent matches none of them."""
    if on is None and until is None and since is None:
        return True
    if entry.sent_at is None:
        return False
    day = datetime.fromtimestamp(entry.sent_at, UTC).date().isoformat()
    return (
        (on is None or day == on[:10]) and (until is None or day <= until[:10]) and (since is None or day >= since[:10])
    )


def main(
    port: Annotated[int, typer.Option(help="on 127.0.0.1; 0 picks a free one")] = 0,
    inbound_url: Annotated[str, typer.Option(help="where texts that people send are posted")] = "",
    step_s: Annotated[float, typer.Option(help="seconds of the clock before each callback")] = 1.0,
    factor: Annotated[float, typer.Option(help="how many times as fast as the wall clock")] = 1.0,
    origin_at: Annotated[float | None, typer.Option(help="the wall instant at which all clocks agree")] = None,
) -> None:
    """Run the double until it is interrupted. The account's token is read from TWILIO_DOUBLE_TOKEN."""
    clock = ScaledClock(factor) if origin_at is None else ScaledClock(factor, origin_at)
    token = os.environ.get("TWILIO_DOUBLE_TOKEN", TOKEN)

    async def run() -> None:
        double = TwilioDouble(clock=clock, port=port, inbound_url=inbound_url, step_s=step_s, auth_token=token)
        async with double:
            typer.echo(f"listening on {double.base_url}")
            await asyncio.Event().wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())


if __name__ == "__main__":
    typer.run(main)
