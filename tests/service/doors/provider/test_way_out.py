"""Somebody rings our number, from whatever phone: the way out by keypad."""

from collections.abc import AsyncIterator

import pytest

from alerts.notice import Kind
from service.doors.provider import way_out
from service.journey.cover import shown_to_her
from service.store import StoreUnavailable
from tests.service.doors.provider.calling import Line, posted
from tests.service.people.household import ANNA, BETH, DAD, DURESS, PIN, Her, Household, household

IN = "https://lamplit.example/twilio/voice/in"
WITHHELD = "+266696687"


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with household() as living:
        yield living


@pytest.fixture
async def her(home: Household) -> Her:
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    return her


async def rings(home: Household, number: str, sid: str = "CA9") -> Line:
    return await Line(home, number, sid=sid, incoming=True).goes(IN)


async def under_way(home: Household, her: Her) -> bool:
    [key] = (await home.account(her.id)).journeys_open
    return shown_to_her(await home.journey(key)).under_way


def national(number: str) -> str:
    return number.replace("+44", "0")


@pytest.mark.parametrize("number", [DAD, WITHHELD, "anonymous", ""])
async def test_from_any_phone_her_number_and_her_pin_end_it(home: Household, her: Her, number: str) -> None:
    """A stranger's phone, one that hides its number: star, her number, hash, her PIN, hash."""
    line = await rings(home, number)
    if number == DAD:
        await line.keys("*")
    await line.keys(f"{national(ANNA)}#")
    assert line.said[-1] == "Key your PIN, then hash."
    await line.keys(f"{PIN}#")
    assert (line.said[-1], line.over) == ("Thank you. Goodbye.", True)
    assert not [key for key in (await home.account(her.id)).journeys_open if (await home.journey(key)).under_way]


async def test_from_her_own_phone_the_pin_is_enough(home: Household, her: Her) -> None:
    """The number that rings is taken for hers."""
    line = await rings(home, ANNA)
    assert "On your own phone, key your PIN" in line.words
    await line.keys(f"{PIN}#")
    assert line.over
    assert not [key for key in (await home.account(her.id)).journeys_open if (await home.journey(key)).under_way]


async def test_star_and_number_may_be_keyed_in_one_go(home: Household, her: Her) -> None:
    """Whoever knows the way does not wait to be asked."""
    line = await rings(home, BETH)
    await line.keys(f"*{national(ANNA)}#")
    assert line.said[-1] == "Key your PIN, then hash."
    await line.keys(f"12*{national(ANNA)}#")
    await line.keys(f"{PIN}#")
    assert line.over


async def test_every_caller_hears_the_same() -> None:
    """True PIN, duress PIN; a wrong PIN, a number that nobody has: two calls that sound alike, and two more."""
    heard = {}
    for what, number, pin in (
        ("true", ANNA, PIN),
        ("duress", ANNA, DURESS),
        ("wrong", ANNA, "1111"),
        ("nobody", "+447700900999", "1111"),
    ):
        async with household() as home:
            her = await home.sign_up()
            await her.has("Beth", BETH)
            await her.sets_off()
            line = await rings(home, WITHHELD)
            await line.keys(f"{national(number)}#")
            await line.keys(f"{pin}#")
            heard[what] = (line.documents, line.over)
            told = {n.kind for n in await home.sends()}
            assert (Kind.DURESS in told) is (what == "duress")
    assert heard["true"] == heard["duress"]
    assert heard["wrong"] == heard["nobody"]
    assert heard["true"] != heard["wrong"]


async def test_wrong_pins_wait_and_five_are_enough_for_one_call(home: Household, her: Her) -> None:
    """The waits are kept by silence; then goodbye, and the next call may try again."""
    line = await rings(home, ANNA)
    for _ in range(4):
        await line.keys("1111#")
    assert line.waited_s >= 20
    assert "Please wait 10 seconds. Please try again." in line.words
    await line.keys("1111#")
    assert (line.said[-1], line.over) == ("Please ring again later. Goodbye.", True)
    assert await under_way(home, her)
    assert not (await rings(home, ANNA, "CA10")).over


async def test_nothing_of_hers_stands_in_an_address(home: Household, her: Her) -> None:
    """Addresses are written to logs: neither number nor PIN is in one, whatever was keyed."""
    line = await rings(home, WITHHELD)
    await line.keys(f"{national(ANNA)}#")
    await line.keys("1111#")
    for document in line.documents:
        assert "1111" not in document
        assert ANNA[3:] not in document


async def test_silence_is_asked_once_more_and_then_let_go(home: Household, her: Her) -> None:
    """A pocket rings us: nothing of it is kept."""
    line = await (await rings(home, BETH)).to_the_end()
    assert line.said[-1] == "Please ring again later. Goodbye."
    assert len(line.documents) == 3
    assert await home.store.book_all(way_out.BOOK) == {}


async def test_a_call_that_was_just_hung_up_is_forgotten_after_an_hour(home: Household, her: Her) -> None:
    """Its line is thrown away with the next call; one of just now is not."""
    await rings(home, BETH, "CA1")
    home.clock.forward_to(home.clock.now() + way_out.KEPT_S / 2)
    await rings(home, BETH, "CA2")
    home.clock.forward_to(home.clock.now() + way_out.KEPT_S / 2 + 1)
    await rings(home, BETH, "CA3")
    assert sorted(await home.store.book_all(way_out.BOOK)) == ["CA2", "CA3"]


async def test_keys_of_a_call_that_nobody_knows_begin_anew(home: Household, her: Her) -> None:
    """As after an hour, or on another deployment's number."""
    line = Line(home, BETH, sid="CA404", incoming=True)
    await line.goes(f"{IN}?k=1", Digits=PIN)
    assert "key your PIN" in line.words
    assert await under_way(home, her)


@pytest.mark.parametrize("digits", ["1" * 25, "12a4", "１２"])
async def test_keys_that_no_phone_has_are_none(home: Household, her: Her, digits: str) -> None:
    """As if nothing had been keyed: no try is counted."""
    line = await rings(home, ANNA)
    await line.goes(f"{IN}?k=1", Digits=digits)
    assert line.said[-1] == "Key your PIN, then hash."
    assert not line.over


async def test_while_the_store_is_away_it_says_so(home: Household, her: Her, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to do in danger; never an error of the provider's."""
    line = await rings(home, ANNA)

    async def gone(*_: object, **__: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(home.store, "book_get", gone)
    await line.keys(f"{PIN}#")
    assert line.said[-1] == "Please ring again later. If you are in danger, dial 9 9 9. Goodbye."

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(home.store, "book_get", broken)
    await line.goes(f"{IN}?k=1", Digits=PIN)
    assert line.said[-1] == "Please ring again later. If you are in danger, dial 9 9 9. Goodbye."


async def test_nobody_but_the_provider_may_say_who_rings(home: Household, her: Her) -> None:
    """Unsigned or without a call's name: nothing is kept."""
    form = {"From": ANNA, "CallSid": "CA1"}
    assert (await home.http.post("/twilio/voice/in", data=form)).status_code == 403
    assert (await posted(home, "/twilio/voice/in", form, token="another")).status_code == 403
    assert (await posted(home, "/twilio/voice/in", {"From": ANNA})).text == ""
    assert await home.store.book_all(way_out.BOOK) == {}
