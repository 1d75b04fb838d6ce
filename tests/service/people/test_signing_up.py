"""Anna signs up, and nobody learns from our answers who else has."""

import asyncio

import pytest

from alerts.gateway import PhoneNumber
from alerts.notice import Kind
from service.people.forgotten import ask
from service.people.model import Traveller
from service.people.refusals import Refused, Why
from service.people.signing_up import send_code, set_pins, verify

from .household import ANNA, BETH, DURESS, PIN, Household


async def test_anna_signs_up(home: Household) -> None:
    """A code to her number, a token for the phone that has it; only the token's hash is kept."""
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    token, account = await verify(home.house, PhoneNumber(ANNA), await home.code_for(ANNA), "her phone")

    assert (account.name, account.number, account.pin_hash) == ("Anna", ANNA, None)
    row = (await home.store.load([account.id]))[0]
    assert row is not None
    assert token.encode() not in row.value


async def test_a_code_counts_once_for_ten_minutes_and_five_tries(home: Household) -> None:
    """Used, old and worn out are refused in the same words as wrong and unknown."""
    await home.sign_up()
    words = {await _refused(home, ANNA, await home.code_for(ANNA))}  # used
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    code = await home.code_for(ANNA)
    words |= {await _refused(home, ANNA, "000000") for _ in range(5)}  # wrong
    words.add(await _refused(home, ANNA, code))  # worn out
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    code = await home.code_for(ANNA)
    home.clock.forward(601)
    words.add(await _refused(home, ANNA, code))  # old
    words.add(await _refused(home, BETH, code))  # unknown number

    assert len(words) == 1


async def test_a_new_device_takes_the_pin_too(home: Household) -> None:
    """Who holds her SIM alone does not get in; what the account is called does not change either."""
    her = await home.sign_up()
    for pin, why in ((None, Why.PIN_NEEDED), ("1111", Why.TRY_AGAIN)):
        home.clock.forward(61)
        await send_code(home.house, PhoneNumber(ANNA), "Somebody")
        with pytest.raises(Refused) as refused:
            await verify(home.house, PhoneNumber(ANNA), await home.code_for(ANNA), "a phone", pin)
        assert refused.value.why is why
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Somebody")
    _, account = await verify(home.house, PhoneNumber(ANNA), await home.code_for(ANNA), "a phone", PIN)

    assert (account.id, account.name, len(account.devices)) == (her.id, "Anna", 2)


async def test_pins_are_changed_with_the_old_one(home: Household) -> None:
    """Not without it, not with a wrong one."""
    her = await home.sign_up()
    account = await home.account(her.id)
    for pin, why in ((None, Why.PIN_NEEDED), ("1111", Why.TRY_AGAIN)):
        with pytest.raises(Refused) as refused:
            await set_pins(home.house, account, "1357", "8642", pin, "phone")
        assert (refused.value.why, refused.value.field) == (why, "current_pin")
    await set_pins(home.house, account, "1357", "8642", PIN, "phone")

    changed = await home.account(her.id)
    assert await home.house.pins.prove(changed, "1357") == "pin"
    assert await home.house.pins.prove(changed, PIN) == "wrong"


async def test_a_pin_changed_under_duress_is_a_duress_pin(home: Household) -> None:
    """Whoever made her change it holds a PIN that is accepted and means the opposite; hers stays hers."""
    her = await home.sign_up()
    await set_pins(home.house, await home.account(her.id), "1357", "8642", DURESS, "phone")

    changed = await home.account(her.id)
    assert await home.house.pins.prove(changed, "1357") == "duress"
    assert await home.house.pins.prove(changed, PIN) == "pin"
    assert len(changed.behind) == 1


async def test_both_pins_set_under_duress_are_accepted_afterwards(home: Household) -> None:
    """Whoever chose them may try both: neither is refused, neither is hers; the PIN that was given counts no more."""
    her = await home.sign_up()
    await set_pins(home.house, await home.account(her.id), "1357", "8642", DURESS, "phone")
    changed = await home.account(her.id)

    assert [await home.house.pins.prove(changed, pin) for pin in ("1357", "8642", DURESS)] == [
        "duress",
        "duress",
        "wrong",
    ]


async def test_her_other_devices_hear_of_a_new_one(home: Household) -> None:
    """A text that tells a stranger nothing; her first phone is no news."""
    her = await home.sign_up()
    assert await home.sends(Kind.NEW_DEVICE) == []
    await _second_phone(home)

    [told] = await home.sends(Kind.NEW_DEVICE)
    assert (told.journey, told.to) == (her.id, "her")


async def test_a_new_device_under_duress_looks_like_any(home: Household) -> None:
    """It opens the account, and the people behind it are told."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    token, account = await _second_phone(home, DURESS)

    found = await home.house.directory.device(token)
    assert found is not None
    assert len(account.devices) == 2
    assert len((await home.account(her.id)).behind) == 1


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_a_new_device_reads_the_same_of_an_open_alarm_whichever_pin_it_was(home: Household, pin: str) -> None:
    """She asked for help, and Beth was told. After either PIN no screen of hers follows what became of that."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    await her.post("/journeys/live/sos", {"id": "help"})
    await home.time_passes(6)
    assert (await her.get("/journeys/live")).json()["told"] != []

    await _second_phone(home, pin)

    assert (await her.get("/journeys/live")).json()["told"] == []


async def test_a_device_added_under_duress_is_on_disk_after_the_alarm(home: Household) -> None:
    """Should we die in between, she keys it again, and somebody knows already."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    told: list[bool] = []

    async def dies(kept_hash: bytes, traveller: str, device: str) -> None:
        told.append(bool((await home.account(her.id)).behind))
        raise ConnectionError

    home.house.directory.add_device = dies  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        await _second_phone(home, DURESS)

    assert told == [True]


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_a_new_device_takes_as_long_with_either_pin(home: Household, pin: str) -> None:
    """Behind the duress PIN there is more to do: both wait until the slower one surely would be done."""
    await home.sign_up()
    waited: list[float] = []

    async def even(began: float, share: float = 1.0) -> None:
        waited.append(began * share)

    home.house.pins.even = even  # type: ignore[method-assign]
    await _second_phone(home, pin)

    assert len(waited) == 1


async def test_only_who_has_the_code_hears_of_the_pin(home: Household) -> None:
    """With a wrong code the answer is that of an unknown number, whatever PIN came with it."""
    await home.sign_up()
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Somebody")
    words = set()
    for number, pin in ((ANNA, PIN), (ANNA, "1111"), (ANNA, None), (BETH, PIN)):
        with pytest.raises(Refused) as refused:
            await verify(home.house, PhoneNumber(number), "000000", "a phone", pin)
        words.add(str(refused.value))

    assert len(words) == 1


async def test_a_code_opens_one_device(home: Household) -> None:
    """Two phones send it at the same moment: one gets in."""
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    code = await home.code_for(ANNA)
    both = (verify(home.house, PhoneNumber(ANNA), code, f"phone {n}") for n in range(2))
    found = await asyncio.gather(*both, return_exceptions=True)

    assert sorted(isinstance(one, Refused) for one in found) == [False, True]


async def test_a_reset_that_is_pending_ends_with_new_pins(home: Household) -> None:
    """She remembers the old PIN and changes it with that."""
    her = await home.sign_up()
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    await ask(home.house, await home.account(her.id), await home.code_for(ANNA))
    await set_pins(home.house, await home.account(her.id), "1357", "8642", PIN, "phone")

    assert (await home.account(her.id)).reset is None
    assert [n.extra["words"] for n in await home.sends(Kind.NEW_PIN)] == ["asked"]


async def _second_phone(home: Household, pin: str = PIN) -> tuple[str, Traveller]:
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    return await verify(home.house, PhoneNumber(ANNA), await home.code_for(ANNA), "a tablet", pin)


async def _refused(home: Household, number: str, code: str) -> str:
    with pytest.raises(Refused) as refused:
        await verify(home.house, PhoneNumber(number), code, "a phone", PIN)
    return f"{refused.value.why} {refused.value}"
