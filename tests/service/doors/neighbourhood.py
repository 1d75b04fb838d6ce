"""A sandbox in memory with a clock moved by hand, its dispatcher and watchman stepped by the test, and browsers."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import cast

import httpx
from fastapi import FastAPI

from alerts.gateway import PhoneNumber
from alerts.sandbox_gateway import SandboxGateway
from geofence.destination import Destination
from service.clock import ScaledClock, breathe
from service.demo.tryouts import Tryouts
from service.doors import pages
from service.doors.contact.link import Link, find
from service.frames import FixFrame, RawFix
from service.house import House
from service.journey.model import Journey
from service.memory_store import MemoryStore
from service.operators import totp
from service.operators.accounts import Operators, Role
from service.outspoken import Ledger
from service.people import choosing, signing_up
from service.people.model import Traveller
from service.people.setting_off import set_off
from service.people.wishes import Wish
from service.receiving import keyed_in_call, receipt_came
from service.sandbox_phones import SandboxPhones
from service.settings import Settings
from service.texts.inbound import hear
from tests.doubles.clock import HandClock
from tests.world_process import Process, a_house

ANNA, BETH, DAD, CHLOE = "+447700900123", "+447700900201", "+447700900202", "+447700900203"
PIN, DURESS = "2580", "9174"
ORIGIN = "http://127.0.0.1:8470"
HOME = Destination(51.388, 0.504)


class Browser:
    """Somebody's browser without JavaScript. `reads` is the words of a page, tags and all that is not read gone."""

    def __init__(self, app: FastAPI) -> None:
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=ORIGIN,
            headers={"Accept": "text/html"},
            follow_redirects=True,
        )

    async def reads(self, path: str) -> str:
        return words((await self.http.get(path)).text)

    async def press(self, page: str, path: str, **fields: str) -> httpx.Response:
        """Fetches the form on `page` and posts it to `path`."""
        nonce = re.search(r'name="nonce" value="([^"]+)"', (await self.http.get(page)).text)
        assert nonce, f"there is nothing to press on {page}"
        return await self.http.post(path, data={"nonce": nonce[1], **fields})


def words(html: str) -> str:
    """What a person reads in the main part of a page."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<svg.*?</svg>", "", main)))).strip()


@dataclass
class Neighbourhood:
    """`house` and what drives it. `tryouts` and `operators` are those behind the pages."""

    house: House
    clock: HandClock
    process: Process
    phones: SandboxPhones
    tryouts: Tryouts
    operators: Operators
    app: FastAPI

    def browser(self) -> Browser:
        return Browser(self.app)

    async def on_shift(self, name: str, role: Role = Role.OPERATOR) -> Browser:
        """An operator with an account of her own, signed in with a code that is fresh."""
        password = "a long pass phrase"
        account = await self.operators.account(name)
        if account is not None:  # the code before it is used up
            self.clock.forward(totp.STEP_S)
        secret = account.secret if account is not None else await self.operators.add(name, password, role)
        browser, code = self.browser(), totp.code_at(secret, self.clock.now())
        answer = await browser.press("/console", "/console/login", name=name, password=password, code=code)
        assert "Needs a person" in answer.text, words(answer.text)
        return browser

    async def settle(self) -> None:
        """Whatever is due is judged, sent and delivered; time stands still."""
        for _ in range(20):
            await self.phones.round(self.clock.now())
            if not await self.process.round():
                return

    async def time_passes(self, seconds: float) -> None:
        """No deadline on the way is jumped over."""
        until = self.clock.now() + seconds
        await self.settle()
        while self.clock.now() < until:
            due = await self.house.store.due(until, 1)
            at = min(until, self.clock.now() + 15.0, *(max(self.clock.now() + 0.001, wake) for _, wake in due))
            self.clock.forward_to(at)
            await self.settle()

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Texts go by themselves meanwhile, for pages that wait for one."""

        async def work() -> None:
            while True:
                await self.settle()
                await breathe(0.01)

        working = asyncio.create_task(work())
        try:
            yield
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    # ── people ──

    async def anna(self) -> Traveller:
        """Signed up, with both PINs; Beth and Dad are tier 1, Chloe tier 2 and not on her SOS list. All said YES."""
        house, number = self.house, PhoneNumber(ANNA)
        await self.phones.name(ANNA, "Anna")
        await signing_up.send_code(house, number, "Anna")
        await self.settle()
        code = re.search(r"\d{6}", (await self.phones.thread(ANNA))[0].text)
        assert code
        _, account = await signing_up.verify(house, number, code[0], "her phone")
        await signing_up.set_pins(house, account, PIN, DURESS, None, "test")
        for name, contact, tier in (("Beth", BETH, 1), ("Dad", DAD, 1), ("Chloe", CHLOE, 2)):
            await self.phones.name(contact, name)
            account = await house.watch.account(account.id)
            await choosing.add(
                house,
                account,
                name=name,
                number=PhoneNumber(contact),
                tier=tier,
                on_sos_list=name != "Chloe",
                pin=PIN,
                door="test",
            )
            await self.settle()
            await self.phones.reply(contact, "YES", self.clock.now())
        await self.settle()
        return await house.watch.account(account.id)

    async def sets_off(self, minutes: float = 20.0) -> Journey:
        """Anna walks home and has been seen once."""
        account = await self.anna()
        kept = await set_off(self.house, account.id, Wish(destination="home", place=HOME, minutes=minutes))
        await self.seen(kept.journey.id, 51.380, 0.500)
        return await self.journey(kept.journey.id)

    async def seen(self, key: str, lat: float, lon: float, seq: int = 0) -> None:
        """Her phone tells a place."""
        now = self.clock.now()
        fix = RawFix(now, lat, lon, 12.0, None, None, 64.0)
        await self.house.watch.fixes(key, FixFrame("b", seq, now, now, [fix], epoch=9))

    async def journey(self, key: str) -> Journey:
        return (await self.house.watch.look(key)).journey

    def link(self, journey: Journey, number: str, account: Traveller) -> str:
        """The page of the contact with this number."""
        contact = next(c for c in account.contacts if c.number == number)
        return f"/c/{self.house.sealer.link_token(journey.id, contact.id)}"

    async def link_of(self, journey: Journey, number: str = BETH) -> Link:
        """The same link, opened as the page opens it."""
        account = await self.house.watch.account(journey.traveller)
        link = await find(self.house, self.link(journey, number, account).removeprefix("/c/"))
        assert link is not None
        return link


@asynccontextmanager
async def neighbourhood(
    data_dir: Path, *, sandbox: bool = True, fast: ScaledClock | None = None
) -> AsyncIterator[Neighbourhood]:
    """A house with its doors open and nobody in it yet. With `fast` its time goes by itself."""
    clock = cast("HandClock", fast) if fast is not None else HandClock()
    store = MemoryStore(clock=clock)
    phones = SandboxPhones(
        store,
        on_receipt=lambda receipt: receipt_came(house, receipt),
        on_inbound=lambda inbound: hear(house, inbound),
        on_keys=lambda keyed: keyed_in_call(house, keyed),
    )
    settings = Settings(public_url=ORIGIN, data_dir=data_dir)
    house = replace(
        a_house(store, clock, SandboxGateway(phones, clock.now), settings=settings), phones=phones if sandbox else None
    )
    process = Process(house, Ledger(data_dir / "ledger"))
    tryouts = Tryouts(house, "ws://127.0.0.1:9")
    operators = Operators(store, clock, sandbox=sandbox, time_cost=1, memory_kib=8)
    app = FastAPI(openapi_url=None)
    app.router.routes.append(pages.route(house, tryouts=tryouts, operators=operators))
    try:
        yield Neighbourhood(house, clock, process, phones, tryouts, operators, app)
    finally:
        await tryouts.close()
        await process.dies()
