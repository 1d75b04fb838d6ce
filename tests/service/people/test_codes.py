"""One-time codes."""

import pytest

from alerts.gateway import PhoneNumber
from alerts.notice import Kind
from service.people.codes import fits, send_code
from service.people.directory import Directory
from service.people.refusals import Refused, Why

from .household import ANNA, BETH, CHLOE, DAD, Household


async def test_the_code_travels_with_the_commit(home: Household) -> None:
    """The account's row and the text with the code are one commit; the code itself is not in the row."""
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    [notice] = await home.sends(Kind.CODE)
    row = (await home.store.load([notice.journey]))[0]

    assert row is not None
    assert notice.extra["passcode"].encode() not in row.value


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


async def test_a_try_counts_before_it_is_judged(home: Household) -> None:
    """Five wrong ones, and the right one is worn out; an unknown number is asked as much and keeps nothing."""
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    code, who = await home.code_for(ANNA), await home.house.directory.traveller_of(ANNA)
    assert who is not None
    assert not any([await fits(home.house, who, PhoneNumber(ANNA), "000000") for _ in range(5)])

    assert not await fits(home.house, who, PhoneNumber(ANNA), code)
    assert not await fits(home.house, "nobody", PhoneNumber(BETH), code)
    assert (await home.store.load(["nobody"])) == [None]


async def test_a_code_may_be_typed_in_pieces(home: Household) -> None:
    """123 456, as people read it out."""
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    code, who = await home.code_for(ANNA), await home.house.directory.traveller_of(ANNA)

    assert await fits(home.house, who or "", PhoneNumber(ANNA), f" {code[:3]} {code[3:]} ")


async def test_the_house_sends_so_many_codes_an_hour(home: Household) -> None:
    """Somebody asks for codes to numbers one after the other: after that a known number and an unknown one are answered
    alike, and asking for the same number again uses up nothing."""
    await home.sign_up()
    home.clock.forward(61)
    home.house.directory = Directory(home.store, home.house.sealer, sends_an_hour=4)
    await send_code(home.house, PhoneNumber(BETH), "Beth")
    for _ in range(5):
        with pytest.raises(Refused):
            await send_code(home.house, PhoneNumber(BETH), "Beth")
    await send_code(home.house, PhoneNumber(CHLOE), "Chloe")
    said = set()
    for number in (ANNA, DAD):
        with pytest.raises(Refused) as refused:
            await send_code(home.house, PhoneNumber(number), "Somebody")
        said.add(str(refused.value))

    assert said == {"we have sent all the codes we send in an hour"}
