"""The street in words: what Anna's contacts read where there is a map of the town, and where there is none."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from alerts.message import MOST_SEGMENTS
from alerts.notice import Kind
from alerts.septets import segments
from service import telling
from service.maps.planning import Planning
from service.maps.regions import Maps
from service.people.model import Traveller as Account
from service.watch import Change, Record
from tests.service.maps.medway import built, medway, put, shifted
from tests.service.test_telling import notice
from tests.world import Contact, World
from tests.world_pages import Browser, link_to
from tests.world_people import DURESS_PIN, PIN, Traveller, Walk

STREETS = ("Canal Path", "East Street", "High Street", "Mill Lane")
"""Where she comes by."""


@dataclass
class Evening:
    """Anna walks Canal Path, and then up East Street. Dad is never shown her place; Chloe is not on the SOS list."""

    world: World
    anna: Traveller
    beth: Contact
    dad: Contact
    chloe: Contact

    async def sets_off(self, *, tell: bool = False, minutes: float = 9) -> Walk:
        everybody = [self.beth, self.dad, self.chloe]
        walk = await self.anna.sets_off(plan_min=30, tell=everybody if tell else None)
        await self.anna.walks(walk, minutes=minutes)
        return walk

    def read(self, who: Contact) -> list[str]:
        """The texts that have reached somebody."""
        return [sending.message.text for sending in who.phone.reached if not sending.is_call]


@asynccontextmanager
async def evening(maps: Maps) -> AsyncIterator[Evening]:
    """With these maps."""
    async with World() as world:
        beth, dad, chloe = world.contact("Beth"), world.contact("Dad"), world.contact("Chloe", on_sos_list=False)
        anna = await world.traveller("Anna", contacts=[beth, dad, chloe])
        house = world.front.house
        house.planning = Planning(maps)

        def hides(records: Mapping[str, Record | None], now: float) -> Change:
            [(key, account)] = records.items()
            assert isinstance(account, Account)
            contacts = tuple(replace(c, place=False) if c.id == dad.id else c for c in account.contacts)
            return Change({key: replace(account, contacts=contacts)})

        await house.watch.transact((anna.id,), hides)
        yield Evening(world, anna, beth, dad, chloe)
        world.expect_everything()
        await maps.close()


def streets(*texts: str) -> list[str]:
    """Those that stand in them."""
    return [street for street in STREETS if any(street in text for text in texts)]


async def page(walk: Walk, who: Contact) -> str:
    """What somebody reads at the link, after a tap where there is something to tap."""
    browser = Browser.at(walk.world, link_to(walk, who))
    first = await browser.opens()
    return first + await browser.presses("/see") if "/see" in first else first


async def test_a_concern_names_the_street(tmp_path: Path) -> None:
    """Her phone falls silent on East Street: Beth and Chloe read where, in a text of two parts; Dad is never shown it."""
    async with evening(medway(tmp_path)) as one:
        walk = await one.sets_off()
        await one.anna.phone.dies()
        await one.world.pass_time(minutes=19)

        for who in (one.beth, one.chloe):
            text = who.phone.expect_text("Anna's phone has been silent since 22:09 near East Street").text
            assert segments(text) <= MOST_SEGMENTS
            assert streets(await page(walk, who)) == ["East Street"]
        one.dad.phone.expect_text("Anna's phone has been silent")
        assert streets(*one.read(one.dad), await page(walk, one.dad)) == []
        assert streets(*one.read(one.beth)) == ["East Street"]


async def test_while_nothing_is_wrong_nobody_reads_a_street(tmp_path: Path) -> None:
    """She arrives; those who were told that she set off read that, on their pages and in their texts, and no place."""
    async with evening(medway(tmp_path)) as one:
        walk = await one.sets_off(tell=True)
        seen = [await page(walk, who) for who in (one.beth, one.dad, one.chloe)]
        await one.anna.keys_pin(PIN)
        await one.world.pass_time(minutes=1)
        seen += [await page(walk, who) for who in (one.beth, one.dad, one.chloe)]

        told = [text for who in (one.beth, one.dad, one.chloe) for text in one.read(who)]
        assert told
        assert streets(*told, *seen) == []


async def test_under_duress_the_list_reads_the_street_and_the_others_do_not(tmp_path: Path) -> None:
    """After a concern: Beth reads where she was; Chloe what a true PIN would have shown her; Anna's phone no street at all."""
    read = []
    for pin in (DURESS_PIN, PIN):
        (tmp_path / pin).mkdir()
        async with evening(medway(tmp_path / pin)) as one:
            walk = await one.sets_off()
            await one.anna.phone.dies()
            await one.world.pass_time(minutes=19)
            before = len(one.read(one.chloe))
            assert streets(*one.read(one.chloe)) == ["East Street"]
            await one.anna.phone.connects()
            await one.anna.keys_pin(pin)
            await one.world.pass_time(minutes=2)

            forced = [text for text in one.read(one.beth) if "FORCED" in text]
            assert streets(*forced) == (["East Street"] if pin == DURESS_PIN else [])
            since = one.read(one.chloe)[before:]
            assert "closed" in since[-1]
            assert streets(*since, *one.read(one.dad)) == []
            assert streets(*[s.message.text for s in one.anna.phone.reached]) == []
            reference = (await walk.journey()).plan.reference
            read.append([text.replace(reference, "K000") for text in since])
    assert read[0] == read[1]


@pytest.mark.parametrize("elsewhere", [False, True])
async def test_without_a_map_of_there_the_words_are_as_ever(elsewhere: bool, tmp_path: Path) -> None:
    """None at all, or one of somewhere else: no street, and no word that there is none."""
    maps = _of_elsewhere(tmp_path) if elsewhere else Maps()
    async with evening(maps) as one:
        walk = await one.sets_off(minutes=3)
        await one.anna.phone.dies()
        await one.world.pass_time(minutes=20)
        house, now = one.world.front.house, one.world.clock.now()
        journey, account = await walk.journey(), await one.anna.account()

        told = notice(walk, one.beth.id, Kind.CONCERN, now)
        facts = telling.facts(told, journey, account, house.voice, now)

        assert facts.near is None
        assert "Anna's phone has been silent since 22:03. She has not" in telling.worded(told, facts).text


def _of_elsewhere(folder: Path) -> Maps:
    """A town five kilometres to the east."""
    put(folder / "maps", built(shifted(5_000.0), folder))
    maps = Maps(folder / "maps")
    maps.swap()
    return maps
