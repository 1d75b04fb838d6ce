"""A house in memory with a clock moved by hand, and people who talk to it over HTTP and by text."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from alerts.gateway import PhoneNumber
from alerts.notice import Kind, Notice
from alerts.receipts import Inbound
from alerts.sandbox_gateway import OUR_NUMBER, SandboxGateway
from service.doors import problems
from service.doors.api import routes as api
from service.doors.provider import routes as provider
from service.feed import Feed
from service.house import House, Vitals
from service.journey.model import Journey
from service.memory_store import MemoryStore
from service.people import asking_again
from service.people.directory import Directory
from service.people.model import Traveller
from service.people.pins import Pins
from service.remembered.archive import Archive
from service.rows import is_journey, notice_from
from service.settings import Settings
from service.texts.inbound import hear
from service.tokens import Sealer
from service.watch import Watch
from tests.doubles.clock import HandClock

TEN_AT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC).timestamp()
"""Ten on a Friday evening, by the clocks of Kent as well."""
ANNA, BETH, DAD, CHLOE = "+447700900123", "+447700900201", "+447700900202", "+447700900203"
PIN, DURESS = "2468", "9753"
TOKEN = "the provider's own secret"
SID = f"AC{'0' * 32}"
HOME = {"word": "home", "lat": 51.388, "lon": 0.504}


def cheap_pins(sealer: Sealer) -> Pins:
    """Argon2id at its smallest: what is tested is not how slow it is."""
    return Pins(sealer, time_cost=1, memory_kib=8, threads=2, even_s=0.0)


@dataclass
class Household:
    house: House
    clock: HandClock
    store: MemoryStore
    http: httpx.AsyncClient
    _sids: Any = field(default_factory=count)

    async def sends(self, kind: Kind | None = None) -> list[Notice]:
        """What waits in the outbox, oldest first."""
        found = [notice_from(value) for _, value, _ in await self.store.outbox()]
        return [n for n in found if kind is None or n.kind is kind]

    async def code_for(self, number: str) -> str:
        """The newest code on its way to `number`."""
        traveller = await self.house.directory.traveller_of(number)
        codes = [n for n in await self.sends(Kind.CODE) if n.journey == traveller]
        return codes[-1].extra["passcode"]

    async def sign_up(self, name: str = "Anna", number: str = ANNA, *, pins: bool = True) -> "Her":
        """Code, token, and unless told otherwise both PINs."""
        sent = await self.http.post("/v1/signup", json={"number": number, "name": name})
        assert sent.status_code == 202, sent.text
        code = await self.code_for(number)
        got = await self.http.post("/v1/signup/verify", json={"number": number, "code": code, "device": "her phone"})
        assert got.status_code == 200, got.text
        her = Her(self, got.json()["token"], got.json()["me"]["id"])
        if pins:
            assert (await her.put("/pins", {"pin": PIN, "duress_pin": DURESS})).status_code == 204
        return her

    async def text(self, number: str, body: str, sid: str | None = None) -> None:
        """Somebody texts us."""
        sid = sid or f"SM{next(self._sids):032}"
        await hear(self.house, Inbound(sid=sid, sender=PhoneNumber(number), to=PhoneNumber(OUR_NUMBER), body=body))

    async def account(self, traveller: str) -> Traveller:
        return await self.house.watch.account(traveller)

    async def journey(self, key: str) -> Journey:
        return (await self.house.watch.look(key)).journey

    async def time_passes(self, seconds: float) -> None:
        """The clock moves on, and every deadline on the way is swept when it comes."""
        until = self.clock.now() + seconds
        while due := await self.store.due(until, 1):
            self.clock.forward_to(max(self.clock.now(), due[0][1]))
            await self._swept(due[0][0])
        self.clock.forward_to(until)

    async def _swept(self, key: str) -> None:
        if is_journey(key):
            await self.house.watch.sweep([key])
        else:
            assert await asking_again.ask(self.house.watch, [key], self.house.settings.timezone) == []


@dataclass
class Her:
    """Anna's phone: her token, and the paths of the API."""

    home: Household
    token: str
    id: str

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.home.http.request(
            method, f"/v1{path}", json=body, headers={"Authorization": f"Bearer {self.token}", **headers}
        )

    async def get(self, path: str) -> httpx.Response:
        return await self.ask("GET", path)

    async def put(self, path: str, body: Any) -> httpx.Response:
        return await self.ask("PUT", path, body)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.ask("POST", path, body or {}, **headers)

    async def asks(self, name: str, number: str, **more: Any) -> str:
        """Adds a contact; returns her or his id."""
        pin: dict[str, Any] = {"pin": PIN} if (await self.get("/me")).json()["has_pins"] else {}
        added = await self.post("/contacts", {"name": name, "number": number, **pin, **more})
        assert added.status_code == 201, added.text
        return str(added.json()["id"])

    async def has(self, name: str, number: str, **more: Any) -> str:
        """Adds a contact who says YES."""
        contact = await self.asks(name, number, **more)
        await self.home.text(number, "Yes")
        return contact

    async def sets_off(self, minutes: float | None = 20, **more: Any) -> dict[str, Any]:
        """A journey home; returns its snapshot."""
        made = await self.post("/journeys", {"destination": HOME, "minutes": minutes, **more})
        assert made.status_code == 201, made.text
        shown: dict[str, Any] = made.json()
        return shown


@asynccontextmanager
async def household(**settings: Any) -> AsyncIterator[Household]:
    """A living house with nobody in it yet."""
    clock = HandClock(TEN_AT)
    store = MemoryStore(clock=clock)
    sealer = Sealer(b"a secret of sixteen bytes or more")
    watch = Watch(store, clock, pace_s=0.0)
    given = Settings(
        public_url="https://lamplit.example",
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_base_url="http://127.0.0.1:1",
        **settings,
    )
    house = House(
        settings=given,
        clock=clock,
        store=store,
        watch=watch,
        directory=Directory(store, sealer, given.invitations_per_hour),
        pins=cheap_pins(sealer),
        sealer=sealer,
        feed=Feed(store),
        gateway=SandboxGateway(cast("Any", None), clock.now),
        archive=cast("Archive", None),
        vitals=Vitals(started_at=clock.monotonic()),
    )
    app = FastAPI()
    problems.install(app)
    app.include_router(api.router(house))
    app.include_router(provider.router(house))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://lamplit.example") as http:
        yield Household(house, clock, store, http)
    await watch.close()
    await house.pins.close()
