"""Is it she?"""

import asyncio
from dataclasses import replace

import pytest

from service.journey.cover import shown_to_her
from service.journey.model import Proof
from service.people.model import Traveller
from service.people.pins import Pins
from service.people.proving import owner, proved, right
from service.people.refusals import Refused, Why
from service.rows import Kept
from service.store import StoreUnavailable

from .household import BETH, DURESS, PIN, Household, cheap_pins


async def test_a_door_that_was_wrong_waits_alone(home: Household) -> None:
    """Three wrong ones on a stranger's phone: it waits ten seconds, hers does not."""
    her = await home.sign_up()
    account = await home.account(her.id)
    for _ in range(3):
        assert await proved(home.house, account, "1111", "strange") is Proof.WRONG
    for pin in (PIN, DURESS, "1111"):
        with pytest.raises(Refused) as refused:
            await proved(home.house, account, pin, "strange")
        assert (refused.value.why, refused.value.wait_s) == (Why.TRY_AGAIN, 10.0)

    assert await proved(home.house, account, PIN, "her phone") is Proof.PIN
    assert await proved(home.house, account, None, "strange") is Proof.NONE


async def test_guesses_sent_all_at_once_wait_like_others(home: Household) -> None:
    """Of ten at the same moment three are tried and seven are told to wait."""
    her = await home.sign_up()
    account = await home.account(her.id)
    guesses = (proved(home.house, account, f"111{n}", "strange") for n in range(10))
    tried = await asyncio.gather(*guesses, return_exceptions=True)

    assert [one for one in tried if one is Proof.WRONG] == [Proof.WRONG] * 3
    assert {one.wait_s for one in tried if isinstance(one, Refused)} == {10.0}


async def test_waits_hold_in_every_process_and_over_a_restart(home: Household) -> None:
    """Three wrong ones here; another process, begun afresh over the same store, makes that phone wait."""
    her = await home.sign_up()
    account = await home.account(her.id)
    for _ in range(3):
        await proved(home.house, account, "1111", "strange")
    afresh = replace(home.house, pins=cheap_pins(home.house.sealer))
    with pytest.raises(Refused) as refused:
        await proved(afresh, account, PIN, "strange")
    home.clock.forward(10)

    assert refused.value.wait_s == 10.0
    assert await proved(afresh, account, PIN, "strange") is Proof.PIN
    await afresh.pins.close()


async def test_a_right_pin_forgives_whichever_it_was(home: Household) -> None:
    """After two wrong ones the next wrong one would have made it wait."""
    her = await home.sign_up()
    account = await home.account(her.id)
    for right_one in (PIN, DURESS):
        for pin in ("1111", "1112", right_one, "1113", "1114"):
            await proved(home.house, account, pin, right_one)
        assert await proved(home.house, account, PIN, right_one) is Proof.PIN


async def test_a_crowd_before_the_threads_is_no_wrong_pin(home: Household) -> None:
    """Told to come again, nothing is counted against her."""
    her = await home.sign_up()
    account = await home.account(her.id)
    busy = replace(home.house, pins=Pins(home.house.sealer, time_cost=1, memory_kib=8, most_waiting=0))
    for _ in range(5):
        with pytest.raises(Refused) as refused:
            await proved(busy, account, PIN, "phone")
        assert refused.value.why is Why.BUSY

    assert await proved(home.house, account, PIN, "phone") is Proof.PIN
    await busy.pins.close()


async def test_an_account_without_pins_and_nobodys_are_wrong_alike(home: Household) -> None:
    """After the third both wait."""
    her = await home.sign_up(pins=False)
    nobody = Traveller(id="?", number="", name="", created_at=0.0)
    waits = []
    for account in (await home.account(her.id), nobody):
        for _ in range(3):
            with pytest.raises(Refused) as refused:
                await right(home.house, account, "1111", "strange")
        waits.append((refused.value.wait_s, str(refused.value)))

    assert waits[0] == waits[1] == (10.0, "pin: try again")


async def test_before_she_has_a_pin_none_is_asked(home: Household) -> None:
    """Setting up is one screen after the other."""
    her = await home.sign_up(pins=False)

    assert await owner(home.house, await home.account(her.id), None, "phone") is Proof.PIN


async def test_a_wrong_pin_for_her_contacts_counts_on_her_journey(home: Household) -> None:
    """Somebody tries PINs on her screen while she walks: her journey knows."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    for _ in range(2):
        with pytest.raises(Refused):
            await owner(home.house, await home.account(her.id), "1111", "phone")

    assert len((await home.journey(shown["id"])).wrong_pins) == 2


async def test_a_duress_pin_is_taken_and_told(home: Household) -> None:
    """Before the change it was asked for is made."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    account = await home.account(her.id)

    assert await owner(home.house, account, DURESS, "phone") is Proof.DURESS
    assert len((await home.account(her.id)).behind) == 1


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_either_pin_given_for_a_change_leaves_the_same_trace_on_her_journey(home: Household, pin: str) -> None:
    """From then on her screens follow no message of it; without a journey there is nothing to follow."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await owner(home.house, await home.account(her.id), PIN, "her phone")
    key = (await her.sets_off())["id"]
    assert not shown_to_her(await home.journey(key)).pin_given

    await owner(home.house, await home.account(her.id), pin, "her phone")

    assert shown_to_her(await home.journey(key)).pin_given


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_a_pin_that_was_taken_is_not_lost_with_the_store(home: Household, pin: str) -> None:
    """The store goes between her PIN and what follows from it. Either PIN waits for it; then her people are told."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    account, looking, away = await home.account(her.id), home.house.watch.look, [1]

    async def look(key: str) -> Kept:
        if away:
            away.pop()
            raise StoreUnavailable("gone")
        return await looking(key)

    home.house.watch.look = look  # type: ignore[method-assign]
    await owner(home.house, account, pin, "her phone")

    assert away == []
    assert account.live is not None
    alarm = (await home.journey(account.live)).alarm
    assert (alarm is not None) == (pin == DURESS)
