"""Steering from another process: JSON under /double/, with no credentials, on the loopback.

GET  /double/messages            everything on the books, oldest first; `?since=20` leaves out the first 20
GET  /double/callbacks           every try of a request to us: [address, fields, HTTP status]; `?since=` as above
GET  /double/counters            requests, answers by 2xx/4xx/5xx, refusals by error, callbacks, parts, duplicates
GET  /double/phones/{number}     what that phone showed (`phones.Shown`), whether it is on, what sort of number it is
POST /double/phones/{number}     {"on", "rejects_calls", "mailbox", "kind", "person", "next": [person…]}, all optional
POST /double/script              a `script.Script`: {"do": "refuse", "number", "channel", "code", "http", "delay_s",
                                 "times"}
POST /double/behave              {"number": ""}: forget the script for a number, or every script
POST /double/incoming            {"from", "body", "to"}: somebody texts us; answers with our webhook's HTTP status
POST /double/ring                {"from", "keys": [{"keys", "after_s", "gap_s"}…], "to", "hangs_up_after_s"}: somebody
                                 rings us; answers with the SID at once, the call is found on that phone
POST /double/settings            {"texts_s", "calls_s", "requests_s", "at_once", "longest_s", "latency_s", "step_s",
                                 "delay_s", "jitter_s", "hold_s", "word_s", "detects_s", "countries", "verified",
                                 "senders", "price"}: what is left out stays, null lifts a limit
POST /double/services            {"sid": "MG…", "senders": [number…], "sticky": true}
POST /double/tokens              {"add": token} and {"revoke": token}: callbacks are signed with the newest
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import web

from .account import Service
from .api import Api
from .exchange import Exchange
from .numbers import Kind
from .phones import Person, Press
from .script import Script

SENDER: Final = "+447700900000"

Told = TypeVar("Told", bound=msgspec.Struct)
Incoming = Callable[[str, str, str], Awaitable[int]]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Said(_Strict, frozen=True, kw_only=True):
    """A text to us."""

    sender: str = msgspec.field(name="from")
    body: str
    to: str = SENDER


class Ring(_Strict, frozen=True, kw_only=True):
    """A call to us."""

    caller: str = msgspec.field(name="from")
    keys: tuple[Press, ...] = ()
    to: str = SENDER
    hangs_up_after_s: float | None = None


class Behave(_Strict, frozen=True, kw_only=True):
    number: str = ""


class Handset(_Strict, frozen=True, kw_only=True):
    """What is left out stays as it is."""

    on: bool | None = None
    rejects_calls: bool | None = None
    mailbox: bool | None = None
    kind: Kind | None = None
    person: Person | None = None
    next: tuple[Person, ...] = ()


class Settings(_Strict, frozen=True, kw_only=True):
    texts_s: float | msgspec.UnsetType | None = msgspec.UNSET
    calls_s: float | msgspec.UnsetType | None = msgspec.UNSET
    requests_s: float | msgspec.UnsetType | None = msgspec.UNSET
    at_once: int | msgspec.UnsetType | None = msgspec.UNSET
    longest_s: float | msgspec.UnsetType = msgspec.UNSET
    latency_s: float | msgspec.UnsetType = msgspec.UNSET
    step_s: float | msgspec.UnsetType = msgspec.UNSET
    delay_s: float | msgspec.UnsetType = msgspec.UNSET
    jitter_s: float | msgspec.UnsetType = msgspec.UNSET
    hold_s: float | msgspec.UnsetType = msgspec.UNSET
    word_s: float | msgspec.UnsetType = msgspec.UNSET
    detects_s: float | msgspec.UnsetType = msgspec.UNSET
    countries: tuple[str, ...] | msgspec.UnsetType | None = msgspec.UNSET
    verified: set[str] | msgspec.UnsetType | None = msgspec.UNSET
    senders: set[str] | msgspec.UnsetType | None = msgspec.UNSET
    price: int | msgspec.UnsetType = msgspec.UNSET


class Pool(_Strict, frozen=True, kw_only=True):
    sid: str
    senders: list[str]
    sticky: bool = True


class Tokens(_Strict, frozen=True, kw_only=True):
    add: str = ""
    revoke: str = ""


class Steering:
    """The doors under /double/."""

    def __init__(self, exchange: Exchange, api: Api, incoming: Incoming) -> None:
        self._x, self._api, self._incoming = exchange, api, incoming

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/double/messages", self._messages)
        app.router.add_get("/double/callbacks", self._callbacks)
        app.router.add_get("/double/counters", self._counters)
        app.router.add_get("/double/phones/{number}", self._phone)
        app.router.add_post("/double/phones/{number}", self._handset)
        app.router.add_post("/double/script", _told(Script, self._script))
        app.router.add_post("/double/behave", _told(Behave, self._behave))
        app.router.add_post("/double/incoming", _told(Said, self._came))
        app.router.add_post("/double/ring", _told(Ring, self._ring))
        app.router.add_post("/double/settings", _told(Settings, self._settings))
        app.router.add_post("/double/services", _told(Pool, self._pool))
        app.router.add_post("/double/tokens", _told(Tokens, self._tokens))

    async def _messages(self, request: web.Request) -> web.Response:
        return _json(self._x.books.entries[_since(request) :])

    async def _callbacks(self, request: web.Request) -> web.Response:
        return _json(self._x.postman.posted[_since(request) :])

    async def _counters(self, _: web.Request) -> web.Response:
        return _json(counters(self._x))

    async def _phone(self, request: web.Request) -> web.Response:
        phone = self._x.phones[request.match_info["number"]]
        return _json(
            {
                "number": phone.number,
                "on": phone.is_on,
                "kind": phone.kind,
                "rejects_calls": phone.rejects_calls,
                "shown": phone.shown,
            }
        )

    async def _handset(self, request: web.Request) -> web.StreamResponse:
        async def change(told: Handset) -> dict[str, Any]:
            phone = self._x.phones[request.match_info["number"]]
            if told.on is not None:
                (phone.on if told.on else phone.off)()
            for name in ("rejects_calls", "mailbox", "kind", "person"):
                if (value := getattr(told, name)) is not None:
                    setattr(phone, name, value)
            phone.will(*told.next)
            return {"ok": True}

        return await _told(Handset, change)(request)

    async def _script(self, told: Script) -> dict[str, Any]:
        self._api.script(told)
        return {"ok": True}

    async def _behave(self, told: Behave) -> dict[str, Any]:
        self._api.behave(told.number)
        return {"ok": True}

    async def _came(self, told: Said) -> dict[str, Any]:
        return {"status": await self._incoming(told.sender, told.body, told.to)}

    async def _ring(self, told: Ring) -> dict[str, Any]:
        person = Person(keys=told.keys, hangs_up_after_s=told.hangs_up_after_s)
        call = self._api.calls.comes_in(self._x.phones[told.caller], person, told.to, self._x.voice_url)
        return {"sid": call.sid}

    async def _settings(self, told: Settings) -> dict[str, Any]:
        for name in told.__struct_fields__:
            value = getattr(told, name)
            if value is not msgspec.UNSET:
                parts = (self._x.rates, self._x.carrier, self._x.account, self._x)
                setattr(next(part for part in parts if hasattr(part, name)), name, value)
        return {"ok": True}

    async def _pool(self, told: Pool) -> dict[str, Any]:
        self._x.account.services[told.sid] = Service(told.sid, list(told.senders), told.sticky)
        return {"ok": True}

    async def _tokens(self, told: Tokens) -> dict[str, Any]:
        if told.add:
            self._x.account.rotate(told.add)
        if told.revoke:
            self._x.account.revoke(told.revoke)
        return {"tokens": len(self._x.account.tokens)}


def counters(exchange: Exchange) -> dict[str, Any]:
    """What was counted, as JSON can say it."""
    entries = exchange.books.entries
    texts = [entry for entry in entries if entry.channel == "sms"]
    counted: dict[str, Any] = msgspec.to_builtins(exchange.books.counted)
    return counted | {
        "texts": len(texts),
        "calls": len(entries) - len(texts),
        "segments": sum(entry.segments for entry in texts),
        "price": sum(entry.price or 0 for entry in entries),
        "duplicates": [
            {"channel": channel, "to": to, "reference": reference, "times": times}
            for (channel, to, reference, _), times in exchange.books.duplicates().items()
        ],
    }


def _told(
    kind: type[Told], does: Callable[[Told], Awaitable[dict[str, Any]]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A door for JSON of one kind; nonsense is answered 422 with the field's name."""

    async def door(request: web.Request) -> web.Response:
        try:
            told = msgspec.json.decode(await request.read(), type=kind)
        except msgspec.DecodeError as error:
            return web.json_response({"error": str(error)}, status=422)
        return web.json_response(await does(told))

    return door


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")


def _since(request: web.Request) -> int:
    asked = request.query.get("since", "")
    return int(asked) if asked.isdecimal() and len(asked) < 9 else 0
