"""A forgotten PIN."""

import pytest

from alerts.gateway import PhoneNumber
from alerts.notice import HER, Kind
from service.journey.model import Proof
from service.people.forgotten import ask, pending
from service.people.model import Reset, Traveller
from service.people.refusals import Refused, Why
from service.people.signing_up import send_code, set_pins

from .household import ANNA, BETH, DURESS, PIN, Her, Household

DAY_S = 86_400.0
FRESH = ("1357", "8642")


async def forgets(home: Household, her: Her) -> Reset:
    """She asks for new PINs with a fresh code."""
    home.clock.forward(61)
    await send_code(home.house, PhoneNumber(ANNA), "Anna")
    return await ask(home.house, await home.account(her.id), await home.code_for(ANNA))


async def sets_without(home: Household, her: Her, pins: tuple[str, str] = FRESH) -> None:
    """New PINs without the old one."""
    await set_pins(home.house, await home.account(her.id), *pins, None, "phone")


async def refusal(home: Household, her: Her) -> Why:
    with pytest.raises(Refused) as refused:
        await sets_without(home, her)
    return refused.value.why


async def proofs(home: Household, account: Traveller, *pins: str) -> list[Proof]:
    return [await home.house.pins.prove(account, pin) for pin in pins]


async def test_a_day_later_she_sets_new_ones_once(home: Household) -> None:
    """Told at once and when the time has come; the old ones count until then and no longer."""
    her = await home.sign_up()
    reset = await forgets(home, her)
    assert (reset.asked_at, reset.from_at) == (home.clock.now(), home.clock.now() + DAY_S)
    told = await home.sends(Kind.NEW_PIN)
    assert [(n.to, n.extra["words"], n.due_at) for n in told] == [
        (HER, "asked", reset.asked_at),
        (HER, "now", reset.from_at),
    ]
    assert await refusal(home, her) is Why.PIN_NEEDED
    home.clock.forward(DAY_S)
    await sets_without(home, her)

    account = await home.account(her.id)
    assert account.reset is None
    assert await proofs(home, account, *FRESH, PIN, DURESS) == [Proof.PIN, Proof.DURESS, Proof.WRONG, Proof.WRONG]
    assert await refusal(home, her) is Why.PIN_NEEDED


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_any_use_of_an_old_pin_calls_it_off(home: Household, pin: str) -> None:
    """Somebody else had asked: she keys one of hers anywhere, by text too, and the second text is never sent."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})
    await forgets(home, her)
    await home.text(ANNA, f"OK {pin}")

    assert (await home.account(her.id)).reset is None
    assert [n.extra["words"] for n in await home.sends(Kind.NEW_PIN)] == ["asked"]
    home.clock.forward(DAY_S)
    assert await refusal(home, her) is Why.PIN_NEEDED


async def test_not_while_she_is_on_her_way(home: Household) -> None:
    """Neither asked for nor set; when she has arrived it may be."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await forgets(home, her)
    shown = await her.sets_off(minutes=600)
    home.clock.forward(DAY_S)
    with pytest.raises(Refused) as refused:
        await sets_without(home, her)
    assert (refused.value.why, refused.value.about) == (Why.JOURNEY_UNDER_WAY, shown["id"])
    with pytest.raises(Refused) as asked:
        await ask(home.house, await home.account(her.id), "000000")

    assert asked.value.why is Why.JOURNEY_UNDER_WAY


async def test_under_a_cover_story_it_looks_right_and_gives_nothing(home: Household) -> None:
    """He made her end it and holds her phone a day later: he gets PINs that are accepted and mean the opposite; hers stays
    hers, and the alarm stays open."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    shown = await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": DURESS})
    await forgets(home, her)
    home.clock.forward(DAY_S)
    await sets_without(home, her)

    account = await home.account(her.id)
    assert await proofs(home, account, *FRESH, PIN) == [Proof.DURESS, Proof.DURESS, Proof.PIN]
    assert (await home.journey(shown["id"])).alarm is not None


async def test_a_code_is_needed_and_counts_once(home: Household) -> None:
    """Her phone alone is not enough; nor is a code that was used."""
    her = await home.sign_up()
    account = await home.account(her.id)
    for code in ("000000", await home.code_for(ANNA)):
        with pytest.raises(Refused) as refused:
            await ask(home.house, account, code)
        assert refused.value.why is Why.WRONG_CODE
    assert (await home.account(her.id)).reset is None
    await forgets(home, her)
    with pytest.raises(Refused):
        await ask(home.house, account, await home.code_for(ANNA))


async def test_asked_for_again_the_first_asking_stands(home: Household) -> None:
    """Nobody puts it off by asking, and she is texted once."""
    her = await home.sign_up()
    first = await forgets(home, her)
    home.clock.forward(3_600)

    assert await forgets(home, her) == first
    assert len(await home.sends(Kind.NEW_PIN)) == 2


async def test_it_lapses_after_a_week(home: Household) -> None:
    """Then she asks anew."""
    her = await home.sign_up()
    await forgets(home, her)
    home.clock.forward(8 * DAY_S)
    assert pending(await home.account(her.id), home.clock.now()) is None
    assert await refusal(home, her) is Why.PIN_NEEDED

    assert (await forgets(home, her)).asked_at == home.clock.now()


async def test_without_a_pin_there_is_nothing_to_forget(home: Household) -> None:
    """She sets her first ones right away."""
    her = await home.sign_up(pins=False)
    with pytest.raises(Refused) as refused:
        await ask(home.house, await home.account(her.id), "000000")

    assert refused.value.why is Why.ALREADY
