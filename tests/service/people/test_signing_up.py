"""Anna signs up, and nobody learns from our answers who else has."""

import pytest

from alerts.gateway import PhoneNumber
from alerts.notice import Kind
from service.people.refusals import Refused, Why
from service.people.signing_up import rename, send_code, set_pins, verify

from .household import ANNA, BETH, DURESS, PIN, Household


async def test_anna_signs_up(home: Household) -> None:
    """A code to her number, a token for the phone that has it; only the token's hash is kept."""
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    token, account = await verify(home.house, PhoneNumber(ANNA), await home.code_for(ANNA), "her phone")

    assert (account.name, account.number, account.pin_hash) == ("Anna", ANNA, None)
    row = (await home.store.load([account.id]))[0]
    assert row is not None
    assert token.encode() not in row.value


async def test_the_code_travels_with_the_commit(home: Household) -> None:
    """The account's row and the text with the code are one commit; the code itself is not in the row."""
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    [notice] = await home.sends(Kind.CODE)
    row = (await home.store.load([notice.journey]))[0]

    assert row is not None
    assert notice.extra["passcode"].encode() not in row.value


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


async def test_codes_are_not_sent_without_end(home: Household) -> None:
    """One a minute and six a day, to whomever the number belongs."""
    for _ in range(6):
        await send_code(home.house, PhoneNumber(ANNA), "Anna")
        with pytest.raises(Refused) as soon:
            await send_code(home.house, PhoneNumber(ANNA), "Anna")
        assert (soon.value.why, soon.value.wait_s) == (Why.TOO_MANY, 60.0)
        home.clock.forward(60)
    with pytest.raises(Refused) as today:
        await send_code(home.house, PhoneNumber(ANNA), "Anna")

    assert today.value.wait_s == pytest.approx(86_400 - 360)


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
        assert refused.value.why is why
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


async def test_a_name_is_hers_to_change(home: Household) -> None:
    """On one line."""
    her = await home.sign_up()

    assert (await rename(home.house, await home.account(her.id), " Ann  Lee ")).name == "Ann Lee"


async def _refused(home: Household, number: str, code: str) -> str:
    with pytest.raises(Refused) as refused:
        await verify(home.house, PhoneNumber(number), code, "a phone", PIN)
    return f"{refused.value.why} {refused.value}"
