"""A way out by hand."""

from typing import Any

import pytest

from alerts.gateway import PhoneNumber
from alerts.notice import Kind
from service.journey.cover import shown_to
from service.journey.model import Cause, JourneyState
from service.people.alarms import sos_without_journey
from service.people.patience import Strange
from service.people.refusals import Refused
from service.people.way_out import account_of, take_pin
from service.rows import Kept
from service.store import StoreUnavailable

from .household import ANNA, BETH, CHLOE, DAD, DURESS, PIN, Her, Household

LIBRARY = Strange("web/203.0.113.0")


async def keys(home: Household, pin: str, number: str = ANNA) -> None:
    """She keys it at the library."""
    await take_pin(home.house, await account_of(home.house, PhoneNumber(number)), pin, LIBRARY)


async def anna(home: Household) -> Her:
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.has("Chloe", CHLOE, on_sos_list=False)
    return her


async def test_her_pin_ends_whatever_is_open(home: Household) -> None:
    """Her phone lies in the river and Beth has been told: she keys her number and PIN, and Beth hears so."""
    her = await anna(home)
    shown = await her.sets_off()
    await home.time_passes(3_600)
    assert (await home.journey(shown["id"])).alarm is not None
    await keys(home, PIN)

    journey = await home.journey(shown["id"])
    assert (journey.state, journey.alarm) == (JourneyState.CLOSED, None)
    assert await home.sends(Kind.CLOSED)


async def test_her_duress_pin_looks_as_if(home: Household) -> None:
    """Behind it Beth is told; Chloe, who is not on the list, is shown the end that her phone is shown."""
    her = await anna(home)
    shown = await her.sets_off()
    await keys(home, DURESS)

    journey = await home.journey(shown["id"])
    assert journey.alarm is not None
    assert journey.alarm.cause is Cause.DURESS
    [chloe] = [c.id for c in (await home.account(her.id)).contacts if c.number == CHLOE]
    assert shown_to(journey, chloe).state is JourneyState.CLOSED
    assert (await her.get("/journeys/live")).json()["closed_because"] == "ended"


async def test_with_nothing_open_her_pin_does_nothing_and_her_duress_pin_calls_for_help(home: Household) -> None:
    """From outside both are taken."""
    her = await anna(home)
    await keys(home, PIN)
    assert (await home.account(her.id)).journeys_open == ()
    await keys(home, DURESS)

    [behind] = (await home.account(her.id)).behind
    assert (await home.journey(behind)).alarm is not None


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_a_pin_that_was_taken_is_not_lost_with_the_store(home: Household, pin: str) -> None:
    """The store goes between her PIN and what follows from it: she may not get to the library again."""
    her = await anna(home)
    shown = await her.sets_off()
    looking, away = home.house.watch.look, [1]

    async def look(key: str) -> Kept:
        if away:
            away.pop()
            raise StoreUnavailable("gone")
        return await looking(key)

    home.house.watch.look = look  # type: ignore[method-assign]
    await keys(home, pin)

    journey = await home.journey(shown["id"])
    assert (away, journey.alarm is not None) == ([], pin == DURESS)
    assert (await her.get("/journeys/live")).json()["closed_because"] == "ended"


async def test_what_stands_behind_ends_with_her_true_pin(home: Household) -> None:
    """An alarm that her duress PIN raised elsewhere, and an SOS: both."""
    her = await anna(home)
    await keys(home, DURESS)
    await sos_without_journey(home.house, her.id, "c1", window=False)
    await keys(home, PIN)

    keys_open = (await home.account(her.id)).journeys_open
    assert [(await home.journey(key)).alarm for key in keys_open] == [None] * len(keys_open)
    assert keys_open


@pytest.mark.parametrize("number", [ANNA, DAD, BETH])
async def test_a_wrong_pin_and_a_number_that_nobody_has_are_one_answer(home: Household, number: str) -> None:
    """The same words and the same waits, and nothing is counted on her journey. Nor does it matter whether the number is a
    contact's."""
    her = await anna(home)
    shown = await her.sets_off()
    heard: list[Any] = []
    for _ in range(4):
        with pytest.raises(Refused) as refused:
            await keys(home, "1111", number)
        heard.append((str(refused.value), refused.value.wait_s))

    assert heard == [("pin: try again", wait_s) for wait_s in (0.0, 0.0, 10.0, 10.0)]
    assert (await home.journey(shown["id"])).wrong_pins == ()


async def test_a_number_that_nobody_has_is_as_much_work(home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many questions to the store and as many hashes as a wrong PIN of hers."""
    await anna(home)
    work: list[list[str]] = []
    for number in (ANNA, DAD):
        done: list[str] = []
        work.append(done)
        with monkeypatch.context() as patched:
            for thing, name in (
                (home.store, "load"),
                (home.store, "book_get"),
                (home.store, "book_put"),
                (home.house.pins, "_fits"),
            ):
                patched.setattr(thing, name, _noted(getattr(thing, name), name, done))
            with pytest.raises(Refused):
                await keys(home, "1111", number)

    assert work[0] == work[1]
    assert work[0].count("_fits") == 3


async def test_strangers_never_lock_her_out_of_her_own_phone(home: Household) -> None:
    """Somebody tries from a hundred places; her phone hears her at once."""
    her = await anna(home)
    await her.sets_off()
    for n in range(100):
        with pytest.raises(Refused):
            await take_pin(home.house, await home.account(her.id), "1111", Strange(f"web/{n}"))

    assert (await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})).json()["result"] == "closed"


async def test_a_journey_that_was_asked_about_ends_with_the_others(home: Household) -> None:
    """A contact's page knows which one it is about."""
    her = await anna(home)
    first = await her.sets_off()
    await keys(home, PIN)
    second = await her.sets_off()
    await take_pin(home.house, await home.account(her.id), PIN, "link/beth", about=first["id"])

    assert (await home.journey(second["id"])).state is JourneyState.CLOSED


def _noted(work: Any, name: str, done: list[str]) -> Any:
    def call(*args: Any, **more: Any) -> Any:
        done.append(name)
        return work(*args, **more)

    return call
