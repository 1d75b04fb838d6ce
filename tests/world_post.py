"""A world with a mail server and an organisation's own system in it, both real, on the loopback."""

import json
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from pydantic import SecretStr

from alerts.gateways import Gateways
from alerts.hook_gateway import KEY, SIGNATURE, HookGateway
from alerts.mail_gateway import MailGateway
from service.outspoken import LEDGER, Ledger
from service.people import choosing
from tests.doubles.post_office import PostOffice
from tests.world import World
from tests.world_pages import Browser
from tests.world_people import PIN, Contact, Traveller
from tests.world_process import SETTINGS, Process, a_house

SECRET = "what the alarm centre and we both know"
MAIL_LINK = re.compile(r"https://\S+/[cm]/[\w-]+")


@dataclass
class AlarmCentre:
    """Takes webhooks and knows copies by their key. `away`: every request is refused with 503; `refuses`: with that status.
    `forgets`: so many answers are lost after the work was done."""

    away: bool = False
    refuses: int = 0
    forgets: int = 0
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    signed: list[tuple[str, bytes]] = field(default_factory=list)
    asked: int = 0
    url: str = ""
    _runner: web.AppRunner | None = None

    @property
    def events(self) -> list[str]:
        """What it knows, each once, in the order in which it came."""
        return [f"{told['incident']['level']} {told['event']}" for told in self.taken.values()]

    async def _take(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.away or self.refuses:
            return web.Response(status=self.refuses or 503)
        body = await request.read()
        self.signed.append((request.headers[SIGNATURE], body))
        self.taken.setdefault(request.headers[KEY], json.loads(body))
        if self.forgets:
            self.forgets -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=204)

    async def open(self) -> None:
        app = web.Application()
        app.router.add_post("/lamplit", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/lamplit"

    async def shut(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()


class PostedWorld(World):
    """See the module. Texts and calls go to `gateway` as in every world."""

    def __init__(self) -> None:
        super().__init__()
        self.office, self.centre = PostOffice(), AlarmCentre()

    async def __aenter__(self) -> Self:
        await self.office.open()
        await self.centre.open()
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        hooks = [process.house.gateway for process in self.processes]
        try:
            await super().__aexit__(kind, error, trace)
        finally:
            for gateway in hooks:
                await gateway.close()
            await self.office.shut()
            await self.centre.shut()

    async def comes_up(self) -> Process:
        mail = MailGateway(
            host="localhost",
            port=self.office.port,
            sender="Lamplit <alerts@lamplit.example>",
            now=self.clock.now,
            starttls=False,
        )
        hooks = HookGateway(url=self.centre.url, secrets=[SECRET], now=self.clock.now)
        settings = SETTINGS.model_copy(
            update={
                "smtp_host": "localhost",
                "smtp_from": "Lamplit <alerts@lamplit.example>",
                "webhook_url": SecretStr(self.centre.url),
            }
        )
        gateway = Gateways(self.gateway, mail=mail, hooks=hooks)
        house = a_house(self.store, self.clock, gateway, settings=settings)
        house.watch.hooked = True
        process = Process(house, Ledger(self._folder / LEDGER))
        self.processes.append(process)
        await house.feed.following()
        return process

    async def has_mail(self, anna: Traveller, contact: Contact, address: str) -> None:
        """Anna gives us an address, and its reader says on the page in the mail that it is his."""
        await choosing.change(
            self.front.house, await anna.account(), contact.id, email=address, pin=PIN, door="her phone"
        )
        await self.settle()
        [asks] = self.office.to(address)
        page = Browser.at(self, link_in(asks))
        assert "We write to this address, too." in await page.presses("/yes", digits=contact.number[-4:])
        self.office.inbox.clear()


def words_of(mail: EmailMessage) -> str:
    """What its reader reads."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link_in(mail: EmailMessage) -> str:
    """The page that it leads to."""
    found = MAIL_LINK.search(words_of(mail))
    assert found, words_of(mail)
    return found[0]
