"""People of the sandbox: signed up and asked like anybody."""

from dataclasses import replace
from pathlib import Path

import pytest

from service.demo import introducing
from service.demo.introducing import Asks, Wanted, introduce, one_more
from service.people.model import ContactState
from service.people.refusals import Refused, Why
from service.web.pages import NamedContact
from tests.service.doors.neighbourhood import neighbourhood

WANTED = Wanted(
    first_name="Anna",
    destination="home",
    contacts=(NamedContact(name="Beth"), NamedContact(name="Chloe", tier=2, on_sos_list=False)),
    walk="cerknica-town",
    profile="standard",
    speed=60.0,
    pin="2580",
    duress_pin="9174",
)


async def test_she_signs_up_and_they_say_yes_on_their_own_phones(tmp_path: Path) -> None:
    """A code by text, PINs, tiers, who is rung first, who is on the SOS list."""
    async with neighbourhood(tmp_path) as street:
        async with street.at_work():
            her = await introduce(street.house, WANTED)

        account = await street.house.watch.account(her.traveller)
        assert {c.name: (c.tier, c.primary, c.on_sos_list, c.state) for c in account.contacts} == {
            "Beth": (1, True, True, ContactState.CONFIRMED),
            "Chloe": (2, False, False, ContactState.CONFIRMED),
        }
        assert account.pin_hash is not None
        assert her.lent == {}
        assert {phone.whose for phone in await street.phones.phones()} == {"Anna", "Beth", "Chloe"}


async def test_by_text_they_are_asked_and_nobody_answers_for_them(tmp_path: Path) -> None:
    """The invitation is on the phone."""
    async with neighbourhood(tmp_path) as street:
        async with street.at_work():
            her = await introduce(street.house, replace(WANTED, asks=Asks.BY_TEXT))
        await street.settle()

        account = await street.house.watch.account(her.traveller)
        assert {c.state for c in account.contacts} == {ContactState.INVITED}
        [invitation] = await street.phones.thread(account.contacts[0].number)
        assert "Reply YES" in invitation.text


async def test_by_a_link_nothing_is_texted(tmp_path: Path) -> None:
    """Each has a phone to prove a number with, and none is known yet."""
    async with neighbourhood(tmp_path) as street:
        async with street.at_work():
            her = await introduce(street.house, replace(WANTED, asks=Asks.BY_LINK))
        await street.settle()

        account = await street.house.watch.account(her.traveller)
        assert [c.number for c in account.contacts] == ["", ""]
        assert set(her.lent) == {c.id for c in account.contacts}
        assert [await street.phones.thread(number) for number in her.lent.values()] == [[], []]


async def test_one_more_is_asked_by_a_link(tmp_path: Path) -> None:
    """With her PIN; a wrong one takes no number."""
    async with neighbourhood(tmp_path) as street:
        async with street.at_work():
            her = await introduce(street.house, WANTED)
        before = len(await street.phones.phones())
        with pytest.raises(Refused):
            await one_more(street.house, her.traveller, "Ella", "1111")
        assert len(await street.phones.phones()) == before

        contact, number = await one_more(street.house, her.traveller, "Ella", "2580")

        account = await street.house.watch.account(her.traveller)
        ella = account.contact(contact)
        assert ella is not None
        assert (ella.name, ella.number, ella.state) == ("Ella", "", ContactState.INVITED)
        assert {phone.number: phone.whose for phone in await street.phones.phones()}[number] == "Ella"


async def test_without_a_watchman_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No text leaves the house: that is said."""
    monkeypatch.setattr(introducing, "TEXT_REAL_S", 0.1)
    async with neighbourhood(tmp_path) as street:
        with pytest.raises(Refused) as refused:
            await introduce(street.house, WANTED)
        assert refused.value.why is Why.BUSY


async def test_a_sandbox_has_only_so_many_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When they are used up, it says what to do."""
    monkeypatch.setattr(introducing, "LAST_NUMBER", introducing.FIRST_NUMBER + 1)
    async with neighbourhood(tmp_path) as street:
        with pytest.raises(Refused) as refused:
            await introduce(street.house, WANTED)
        assert "start it with an empty data directory" in refused.value.detail


async def test_there_are_no_phones_outside_the_sandbox(tmp_path: Path) -> None:
    """Nobody is signed up."""
    async with neighbourhood(tmp_path, sandbox=False) as street:
        with pytest.raises(Refused):
            await introduce(street.house, WANTED)
        assert await street.house.store.keys() == []
