"""A world whose texts and calls go the whole way: our gateway, Twilio's own client, HTTP on the loopback to the double,
and back over HTTP to our doors, signed for the pinned public address.

    async with ProviderWorld(second_sender=True) as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        world.phone(beth).picks_up("1", after_s=6.0)
        ...
        assert world.phone(beth).calls[-1].keys == "1"

It is a `World`, so its people, its clock and its way to settle are the same; only what a phone "got" is what the provider's
record says that it really showed. In front of our doors stands a proxy: they are called by another name than the
address that is signed.
"""

import socket
from collections.abc import MutableMapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from alerts.contact import Channel
from alerts.gateway import Gateway, Handed, Message, PhoneNumber
from alerts.twilio_gateway import TIMEOUT_S, TwilioGateway
from service.app import create
from service.demo.provider.books import Entry
from service.demo.provider.phones import Person, Shown, ShownText
from service.demo.provider.phones import Phone as RealPhone
from service.demo.twilio_double import ACCOUNT, SENDER, TOKEN, WORD_S, TwilioDouble
from service.doors.problems import install
from service.doors.provider.routes import router
from service.house import House
from service.outspoken import LEDGER, Ledger
from service.settings import Settings
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway, Sending, delivered
from tests.world import World
from tests.world_pages import mapped
from tests.world_people import Contact, Traveller, Walk
from tests.world_process import SETTINGS, Process, a_house

PUBLIC: Final = SETTINGS.public_url
SECOND: Final = "+447700900009"
STEP_S: Final = 1.0
"""Between two states of a text or a call: as in `World`, a text is on the phone two seconds after its hand-over."""


class Doors:
    """Our web process on the loopback; down, nobody answers there. `stumbles` are paths whose next request a proxy answers
    with 502, once for each time that a path stands there; `inside`: after our web process has done what it asks."""

    def __init__(self) -> None:
        self.stumbles: list[str] = []
        self.inside = False
        self._server: uvicorn.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def open(self, app: FastAPI) -> None:
        listening = socket.create_server(("127.0.0.1", self._port))
        self._port = listening.getsockname()[1]
        config = uvicorn.Config(
            partial(self._proxied, app), interface="asgi3", ws="none", lifespan="off", log_config=None, access_log=False
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup(sockets=[listening])

    async def _proxied(self, app: FastAPI, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") not in self.stumbles:
            await app(scope, receive, send)
            return
        self.stumbles.remove(scope["path"])
        if self.inside:
            await app(scope, receive, _nobody_hears)
        await Response(status_code=502)(scope, receive, send)

    async def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.force_exit = True
            await server.shutdown()


async def _nobody_hears(_: MutableMapping[str, Any]) -> None:
    """What our web process answers gets lost."""


class Seen(RecordingGateway):
    """Hands over to the provider; `sent` is what people's phones have shown of it."""

    name = "twilio"

    def __init__(self, double: TwilioDouble) -> None:
        super().__init__(double.clock.now)
        self.double = double
        self.provider: Gateway | None = None
        self._known: dict[str, list[Sending]] = {}

    async def send(self, message: Message) -> Handed:
        assert self.provider is not None, "the service is down"
        self.requests.append(message)
        return await self.provider.send(message)

    async def find(self, message: Message, since_at: float) -> Handed | None:
        assert self.provider is not None, "the service is down"
        self.asked_for.append(message.id)
        return await self.provider.find(message, since_at)

    async def close(self) -> None:
        if self.provider is not None:
            await self.provider.close()

    @property
    def next_receipt_at(self) -> float | None:
        return self.double.next_at

    def learn(self) -> None:
        """Everything that is on the phones by now."""
        for phone in self.double.exchange.phones:
            known = self._known.setdefault(phone.number, [])
            for shown, sending in zip(phone.shown, known, strict=False):
                if not isinstance(shown, ShownText):  # what was said in a call grows while it lasts
                    sending.message = replace(sending.message, text=shown.words)
            for shown in phone.shown[len(known) :]:
                sending = self._sending(phone.number, shown)
                known.append(sending)
                if isinstance(shown, ShownText) or not shown.outgoing:
                    self.sent.append(sending)

    def _sending(self, number: str, shown: Shown) -> Sending:
        entry = self.double.exchange.books.find(shown.sid) if shown.sid else None
        notice, attempt = notice_of(entry) if entry is not None and entry.status_callback else ("", 0)
        message = Message(
            id=notice,
            attempt=attempt,
            to=PhoneNumber(number),
            channel=Channel.SMS if isinstance(shown, ShownText) else Channel.CALL,
            text=shown.body if isinstance(shown, ShownText) else shown.words,
            callback_url=entry.status_callback if entry is not None else "",
            valid_s=float(entry.validity_s or 0) if entry is not None else 0.0,
            reference="",
        )
        at = entry.at if entry is not None else shown.at
        return Sending(message, shown.sid, at, delivered(), arrived_at=shown.at)


class ProviderWorld(World):
    """See the module. `whole`: all doors of ours are open, and not the provider's alone. `more` are settings."""

    def __init__(
        self,
        *,
        clock: HandClock | None = None,
        second_sender: bool = False,
        word_s: float = WORD_S,
        whole: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(clock=clock)
        self.doors = Doors()
        self.token = TOKEN
        self.double = TwilioDouble(
            clock=self.clock,
            inbound_url=f"{PUBLIC}/twilio/sms",
            voice_url=f"{PUBLIC}/twilio/voice/in",
            step_s=STEP_S,
            word_s=word_s,
        )
        self.gateway: Seen = Seen(self.double)
        self.double.exchange.phones.person = Person(answers_after_s=None)
        self._whole, self._more = whole, more
        self._second = SECOND if second_sender else ""

    # ── beginning and end ──

    async def __aenter__(self) -> Self:
        await self.double.__aenter__()
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.settle()
            self.gateway.learn()
        finally:
            await self.double.__aexit__(None, None, None)
            await self.doors.close()
            await self.gateway.close()
            await super().__aexit__(kind, error, trace)

    async def comes_up(self) -> Process:
        """One process with everything in it, and its doors."""
        assert not self.processes, "one process is enough here"
        await self.gateway.close()
        settings = Settings(
            public_url=PUBLIC,
            secret=SETTINGS.secret,
            data_dir=SETTINGS.data_dir,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=SecretStr(self.token),
            twilio_from=SENDER,
            twilio_from_2=self._second,
            twilio_base_url=self.double.base_url,
            **self._more,
        )
        self.gateway.provider = self._dials(settings, TIMEOUT_S)
        house = a_house(self.store, self.clock, self.gateway, settings=settings)
        process = Process(house, Ledger(self._folder / LEDGER))
        self.processes.append(process)
        await process.house.feed.following()
        await self.doors.open(create(mapped(house)) if self._whole else _only_the_providers(mapped(house)))
        self.double.exchange.postman.through = self.doors.url
        return process

    def _dials(self, settings: Settings, timeout_s: float) -> TwilioGateway:
        return TwilioGateway(
            account_sid=settings.twilio_account_sid,
            auth_token=self.token,
            sender=settings.twilio_from,
            second_sender=settings.twilio_from_2,
            messaging_service=settings.twilio_messaging_service,
            base_url=settings.twilio_base_url,
            timeout_s=timeout_s,
        )

    async def loses_patience(self, real_s: float) -> None:
        """From now on a request may take so long of real time, instead of ten seconds."""
        await self.gateway.close()
        self.gateway.provider = self._dials(self.front.house.settings, real_s)

    async def goes_down(self) -> None:
        await self.doors.close()
        await super().goes_down()

    async def restarts(self, token: str = "") -> None:
        """Down and up again at once, with another auth token if one is given."""
        await self.goes_down()
        self.token = token or self.token
        await self.comes_up()

    # ── what happens ──

    async def receipts(self) -> int:
        before = len(self.double.callbacks)
        await self.double.idle()
        self.gateway.learn()
        return len(self.double.callbacks) - before

    async def texted(self, number: PhoneNumber, words: str) -> None:
        """A text from `number` goes to the provider, who posts it to us."""
        assert await self.double.incoming(str(number), words) == 200
        await self.settle()

    async def keyed(self, call: Sending, digits: str) -> None:
        raise AssertionError("what somebody will key is said before it rings: world.phone(…).picks_up")

    # ── what the provider knows ──

    def phone(self, who: Contact | Traveller) -> RealPhone:
        """Somebody's phone as the provider's record has it."""
        return self.double.phone(str(who.phone.number))

    def entries(self, who: Contact | Traveller, channel: str = "sms", *, since: float = 0.0) -> list[Entry]:
        """What the provider took for somebody, oldest first."""
        taken = self.double.to(str(who.phone.number))
        return [e for e in taken if e.channel == channel and e.direction != "inbound" and e.at >= since]

    def taken(self, walk: Walk, who: Contact | Traveller, channel: str = "sms") -> list[float]:
        """The minutes after she set off at which the provider took something for somebody."""
        return [walk.minute(e.at) for e in self.entries(who, channel, since=walk.began_at)]


def _only_the_providers(house: House) -> FastAPI:
    """Made in no time."""
    app = FastAPI(openapi_url=None)
    install(app)
    app.include_router(router(house))
    return app


def notice_of(entry: Entry) -> tuple[str, int]:
    """Which of our notices a text or call is, by its callback's address."""
    query = parse_qs(urlsplit(entry.status_callback).query)
    return query["n"][0], int(query["a"][0])
