"""Who sees what, from the first step to the end: what each person was really shown, page by page.

Beth and Dad are on Anna's SOS list; from Dad she keeps her place. Chloe is told like them, and is not on the list. Olga
is an operator on shift. What stands on a page is read off it word by word; what is expected is the whole of it.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import httpx
from msgspec.structs import replace

from service.app import create
from service.journey.company import asked_company, ended_company
from service.journey.model import OPERATORS, Look
from service.operators import totp
from service.operators.accounts import Operators
from service.people.model import Card, Traveller
from service.watch import Change, Record
from tests.world import Contact, World
from tests.world_pages import NONCE, Browser, link_to, mapped
from tests.world_people import DURESS_PIN, PIN, Walk
from tests.world_people import Traveller as Anna
from tests.world_process import PLACE

CARD = Card(full_name="Anna Kessler", description="green parka", address="4 Vines Lane", word="heron")
SEEN: Mapping[str, str] = {
    "street": re.escape(PLACE),
    "degrees": r"51\.3\d{3}",
    "track": r'id="track"|Where she was before',
    "battery": r"battery \d+%|\d+% when last heard|<dd>\d+%</dd>",
    "destination": r"On her way to</dt><dd>home|walking home",
    "number": r"Ring Anna",
    "script": r"I want to report a",
    "card": r"Anna Kessler",
    "address": r"Vines Lane",
    "word": r"heron",
    "sheet": r'/handover[?"]',
    "due": r"[Dd]ue \d\d:\d\d",
    "sos": r"Anna asks for help|set off an alarm",
    "duress": r"forced",
}
"""What may stand on a page, and how it is recognised."""
ALARM = frozenset({"battery", "number", "script", "due"})


def shown(page: str) -> frozenset[str]:
    """What of her is on this page."""
    main = unescape(page[page.index("<main") : page.index("</main>")])
    return frozenset(name for name, words in SEEN.items() if re.search(words, main))


def headline(page: str) -> str:
    found = re.search(r"<h1[^>]*>([^<]+)</h1>", page)
    assert found
    return unescape(found[1])


@dataclass
class Evening:
    """Anna, whom she chose, and who is on shift."""

    world: World
    anna: Anna
    beth: Contact
    dad: Contact
    chloe: Contact
    olga: "Console"

    async def sees(self, walk: Walk, who: Contact) -> tuple[frozenset[str], frozenset[str]]:
        """What this contact's page shows at once, and after a tap where there is something to tap."""
        browser = Browser.at(self.world, link_to(walk, who))
        page = await browser.opens()
        tapped = await browser.presses("/see") if "/see" in page else page
        return shown(page), shown(tapped)

    async def all_see(self, walk: Walk) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        return {who.name: await self.sees(walk, who) for who in (self.beth, self.dad, self.chloe)}

    async def looks(self, walk: Walk) -> dict[str, list[str]]:
        """Whose looks Anna could read of, once she may: by whom, at what."""
        names = {who.id: who.name for who in (self.beth, self.dad, self.chloe)}
        found: dict[str, list[str]] = {}
        journey = await walk.journey()
        looks: list[Look] = [*journey.looks, *(journey.shadow.looks if journey.shadow is not None else ())]
        for look in looks:
            found.setdefault(names.get(look.by, look.by), []).append(look.what)
        return found


class Console:
    """Olga's browser, signed in."""

    def __init__(self, world: World) -> None:
        self._world = world
        transport = httpx.ASGITransport(create(mapped(world.front.house)))
        self._http = httpx.AsyncClient(
            transport=transport,
            base_url="https://lamplit.example",
            follow_redirects=True,
            headers={"Accept": "text/html"},
        )

    async def signs_in(self) -> None:
        house = self._world.front.house
        operators = Operators(house.store, house.clock, time_cost=1, memory_kib=8)
        secret = await operators.add("olga", "a long pass phrase")
        nonce = NONCE.search((await self._http.get("/console")).text)
        assert nonce
        fields = {"name": "olga", "password": "a long pass phrase", "code": totp.code_at(secret, house.clock.now())}
        await self._http.post("/console/login", data={"nonce": nonce[1], **fields})

    async def reads(self, path: str) -> str:
        answer = await self._http.get(path)
        await self._world.settle()
        return answer.text

    async def sees(self, walk: Walk) -> tuple[frozenset[str], frozenset[str]]:
        """On the list, and on the page of this journey."""
        reference = (await walk.journey()).plan.reference
        page = await self.reads(f"/console/look/{reference}")
        return shown(await self.reads("/console")), shown(page)


@asynccontextmanager
async def evening() -> AsyncIterator[Evening]:
    """Everybody has said YES; Anna keeps her place from Dad, and has written her card."""
    async with World() as world:
        beth, dad, chloe = world.contact("Beth"), world.contact("Dad"), world.contact("Chloe", on_sos_list=False)
        anna = await world.traveller("Anna", contacts=[beth, dad, chloe])
        await world.front.house.watch.transact((anna.id,), _written(dad.id))
        olga = Console(world)
        await olga.signs_in()
        yield Evening(world, anna, beth, dad, chloe, olga)
        world.expect_everything()


def _written(dad: str) -> Callable[[Mapping[str, Record | None], float], Change]:
    def write(records: Mapping[str, Record | None], now: float) -> Change:
        [(key, account)] = records.items()
        assert isinstance(account, Traveller)
        contacts = tuple(replace(c, place=False) if c.id == dad else c for c in account.contacts)
        return Change({key: replace(account, card=CARD, contacts=contacts)})

    return write


async def _late(one: Evening, minutes: float) -> Walk:
    """Anna walks for three minutes, and is then not heard of any more."""
    walk = await one.anna.sets_off(plan_min=20)
    await one.anna.walks(walk, minutes=3)
    await one.anna.phone.dies()
    await one.world.pass_time(minutes=minutes - 3)
    return walk


def both(*what: str) -> tuple[frozenset[str], frozenset[str]]:
    """The same before and after: there is nothing to tap."""
    return frozenset(what), frozenset(what)


def tapped(before: frozenset[str], *more: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a tap adds."""
    return before, before | set(more)


NOTHING = both()


async def test_while_nothing_is_wrong() -> None:
    """Beth, whom she tells, sees when she is due; the others nothing, an operator a row. Nobody sees a place, and so
    there is no look."""
    async with evening() as one:
        walk = await one.anna.sets_off(plan_min=20, tell=[one.beth])
        await one.anna.walks(walk, minutes=3)

        assert await one.all_see(walk) == {"Beth": both("due"), "Dad": NOTHING, "Chloe": NOTHING}
        assert await one.olga.sees(walk) == NOTHING
        assert "Anna" not in await one.olga.reads("/console")
        assert await one.looks(walk) == {}


async def test_walking_with_her() -> None:
    """She asks all three and the operators: Beth, Chloe and Olga see where she is, Dad does not. She stops it with one
    tap, and it is as if it had never been."""
    async with evening() as one:
        walk = await one.anna.sets_off(plan_min=20)
        await one.anna.walks(walk, minutes=3)
        watch, everybody = one.world.front.house.watch, [one.beth.id, one.dad.id, one.chloe.id, OPERATORS]
        await watch.ask(walk.key, lambda j, now, _: asked_company(j, everybody, now))
        await one.world.settle()

        together = tapped(frozenset({"number", "due"}), "street", "degrees")
        assert await one.all_see(walk) == {"Beth": together, "Dad": NOTHING, "Chloe": together}
        on_list, on_page = await one.olga.sees(walk)
        assert (on_list, on_page) == (frozenset(), frozenset({"street", "degrees"}))
        assert await one.looks(walk) == {"Beth": ["place"], "Chloe": ["place"], "olga": ["place"]}

        await watch.ask(walk.key, lambda j, now, _: ended_company(j, now))

        assert await one.all_see(walk) == {"Beth": NOTHING, "Dad": NOTHING, "Chloe": NOTHING}
        assert await one.olga.sees(walk) == NOTHING


async def test_at_a_concern() -> None:
    """Her phone is silent: the street, since when, her battery; for Dad no street."""
    async with evening() as one:
        walk = await _late(one, 21.5)
        alarm = (await walk.journey()).alarm
        assert alarm
        assert alarm.level.value == "concern"

        street = tapped(ALARM, "street")
        assert await one.all_see(walk) == {"Beth": street, "Dad": both(*ALARM), "Chloe": street}
        on_list, on_page = await one.olga.sees(walk)
        assert on_list & {"street", "degrees", "card"} == set()
        assert on_page & {"street", "degrees", "track", "card", "word"} == {"street"}
        assert await one.looks(walk) == {"Beth": ["street"], "Chloe": ["street"], "olga": ["street"]}


async def test_when_she_is_overdue() -> None:
    """L2: the last fix, half an hour of track, her destination in her word. For Dad none of that, nowhere."""
    async with evening() as one:
        walk = await _late(one, 28.5)

        track = tapped(ALARM | {"destination"}, "street", "degrees", "track")
        assert await one.all_see(walk) == {"Beth": track, "Dad": both(*ALARM), "Chloe": track}
        _, on_page = await one.olga.sees(walk)
        assert on_page & {"street", "degrees", "card", "word"} == {"street", "degrees"}
        texts = [sending.message.text for sending in one.dad.phone.reached]
        assert not [text for text in texts if PLACE in text]
        assert [sending for sending in one.beth.phone.reached if PLACE in sending.message.text]


async def test_when_nobody_has_answered() -> None:
    """L3: her card and the sheet for the police open to the SOS list: to Dad without her address and her place, to
    Chloe not at all. An operator reads all of it, and her word."""
    async with evening() as one:
        walk = await _late(one, 37.0)

        listed = ALARM | {"card", "sheet"}
        track = ("street", "degrees", "track")
        assert await one.all_see(walk) == {
            "Beth": tapped(listed | {"destination", "address"}, *track),
            "Dad": both(*listed),
            "Chloe": tapped(ALARM | {"destination"}, *track),
        }
        _, on_page = await one.olga.sees(walk)
        assert on_page >= {"card", "address", "street", "degrees", "word"}
        sheets = {who.name: await _sheet(one, walk, who) for who in (one.beth, one.dad, one.chloe)}
        assert sheets["Beth"] >= {"card", "address", "degrees"}
        assert sheets["Dad"] & {"address", "degrees", "street", "destination", "word"} == set()
        assert "card" in sheets["Dad"]
        assert "card" not in sheets["Chloe"]


async def _sheet(one: Evening, walk: Walk, who: Contact) -> frozenset[str]:
    browser = Browser.at(one.world, link_to(walk, who))
    page = await browser.opens("/handover")
    return shown(await browser.presses("/see", "/handover", on="handover") if "/see" in page else page)


async def test_in_an_sos() -> None:
    """Everything to the SOS list at once, Dad's without a place; Chloe knows nothing of it."""
    async with evening() as one:
        walk = await one.anna.sets_off(plan_min=20)
        await one.anna.walks(walk, minutes=3)
        await one.anna.presses_sos()
        await one.world.pass_time(seconds=6)

        listed = frozenset({"battery", "number", "script", "sos", "card", "sheet"})
        assert await one.all_see(walk) == {
            "Beth": tapped(listed | {"destination", "address"}, "street", "degrees", "track"),
            "Dad": both(*listed),
            "Chloe": NOTHING,
        }
        _, on_page = await one.olga.sees(walk)
        assert on_page >= {"degrees", "card", "address"}
        assert await one.looks(walk) == {"Beth": ["place"], "olga": ["place"]}


async def test_under_duress() -> None:
    """The SOS list as in an SOS, without her number; Chloe sees to the byte what a true PIN would have shown her."""
    pages = []
    for pin in (DURESS_PIN, PIN):
        async with evening() as one:
            walk = await _late(one, 28.5)
            await one.anna.phone.connects()
            await one.anna.keys_pin(pin)
            await one.world.pass_time(minutes=2)
            chloe = Browser.at(one.world, link_to(walk, one.chloe))
            pages.append([await _anonymous(chloe, walk, path) for path in ("", "?see=1.x", "/police", "/handover")])
            if pin == DURESS_PIN:
                listed = frozenset({"battery", "script", "duress", "card", "sheet"})
                assert await one.all_see(walk) == {
                    "Beth": tapped(listed | {"destination", "address"}, "street", "degrees", "track"),
                    "Dad": both(*listed),
                    "Chloe": both("number"),
                }
                _, on_page = await one.olga.sees(walk)
                assert on_page >= {"degrees", "duress", "card", "word"}

    assert pages[0] == pages[1]
    assert "alert is closed" in pages[0][0]


async def _anonymous(browser: Browser, walk: Walk, path: str) -> str:
    """A page without what is drawn at random for every journey: its token, its nonce, its reference."""
    page = await browser.opens(path)
    token, reference = browser.url.rpartition("/")[2], (await walk.journey()).plan.reference
    return NONCE.sub("nonce", page).replace(token, "TOKEN").replace(reference, "R000")


async def test_when_it_is_closed() -> None:
    """Her PIN: those who were told read that it is over, and to speak to her. No place is left anywhere, no card, no
    sheet; and on the operators' list there is nothing."""
    async with evening() as one:
        walk = await _late(one, 37.0)
        assert "card" in (await one.sees(walk, one.beth))[1]
        await one.anna.phone.connects()
        await one.anna.keys_pin(PIN)
        await one.world.pass_time(minutes=1)

        assert await one.all_see(walk) == {"Beth": both("number"), "Dad": both("number"), "Chloe": both("number")}
        for who in (one.beth, one.dad, one.chloe):
            assert headline(await Browser.at(one.world, link_to(walk, who)).opens()) == "Anna’s alert is closed."
        assert await one.olga.sees(walk) == NOTHING
        assert await one.looks(walk) == {"Beth": ["place"]}
