"""From a command to its answer."""

import asyncio

import pytest

from alerts.notice import Kind
from service.people.pins import AFTERWARDS
from service.people.pressing import act_of, ask_company, cry, given, press

from .household import BETH, CHLOE, DAD, DURESS, PIN, Household


async def test_a_command_is_answered_from_disk_and_once(home: Household) -> None:
    """The same id gets the first answer, whatever has become of the journey."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    account = await home.account(her.id)
    first = await press(home.house, account, act_of("extend", minutes=5.0), command="c1", door="phone")
    await press(home.house, account, act_of("end"), command="c2", door="phone", pin=PIN)

    assert first.code == "eta_moved"
    assert await press(home.house, account, act_of("extend", minutes=5.0), command="c1", door="phone") == first


@pytest.mark.parametrize("what", ["answer", "extend", "pause", "end", "arrived", "sos_cancel", "company_end"])
@pytest.mark.parametrize("pin", [None, PIN, DURESS, "1111"])
async def test_nothing_she_can_press_is_illegal(home: Household, what: str, pin: str | None) -> None:
    """Without a journey, in one, and after it, every command has an answer."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    codes = []
    for n in range(3):
        account = await home.account(her.id)
        answer = await press(home.house, account, act_of(what), command=f"c{n}", door=f"phone {n}", pin=pin)
        codes.append(answer.code)
        if n == 0:
            await her.sets_off()
        if n == 1:
            await her.post("/journeys/live/end", {"id": "end", "pin": PIN})

    assert codes[0] == ("try_again" if pin == "1111" else "no_journey")
    assert all(codes)


async def test_a_duress_pin_long_after_the_journey_is_a_cry_for_help(home: Household) -> None:
    """The journey ended yesterday; keyed now, the answer is that of the true PIN and Beth is told."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await her.sets_off()
    await her.post("/journeys/live/end", {"id": "c1", "pin": PIN})
    home.clock.forward(86_400)
    account = await home.account(her.id)
    true = await press(home.house, account, act_of("end"), command="c2", door="phone", pin=PIN)
    forced = await press(home.house, account, act_of("end"), command="c3", door="phone", pin=DURESS)

    assert (forced.ok, forced.code) == (true.ok, true.code)
    assert {n.to for n in await home.sends(Kind.DURESS)} == {beth}


def test_what_waited_was_pressed_so_long_ago(home: Household) -> None:
    """By the phone's monotonic clock; without a word it was pressed just now."""
    assert given(home.house, None) is None
    assert given(home.house, 90.0) == home.clock.now() - 90.0


@pytest.mark.parametrize("what", ["answer", "extend", "end", "arrived", "sos_cancel"])
async def test_a_pin_of_before_the_alarm_lowers_nothing(home: Household, what: str) -> None:
    """Every command that lowers asks again; her SOS fired after she had keyed it."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    await home.time_passes(60)
    await her.post("/journeys/live/sos", {"id": "s1"})
    await home.time_passes(30)
    account = await home.account(her.id)
    act = act_of(what, minutes=5.0, given_at=given(home.house, 60.0))
    answer = await press(home.house, account, act, command="c1", door="phone", pin=PIN)

    assert (answer.ok, answer.code) == (False, "pin_needed")
    assert (await home.journey(account.live or "")).alarm is not None


async def test_company_is_asked_without_a_pin(home: Household) -> None:
    """Beth gets the link; asked again under the same id it is the same answer."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    await her.sets_off()
    account = await home.account(her.id)
    answers = [await ask_company(home.house, account, [beth, "operators"], command="c1", door="phone") for _ in (1, 2)]

    assert [a.code for a in answers] == ["done", "done"]
    assert [n.to for n in await home.sends(Kind.WALK_WITH)] == [beth]


async def test_company_on_a_journey_she_was_forced_to_begin_is_asked_as_her_screen_shows(home: Household) -> None:
    """Ended and begun anew with the duress PIN, then *walk with me*: a text each, for whoever holds her phone reads of
    them. (What Beth reads in hers is told in tests/stories/test_a_second_journey.)"""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    chloe = await her.has("Chloe", CHLOE, on_sos_list=False)
    await her.sets_off()
    second = await her.sets_off(replace=True, pin=DURESS, walk_with=[beth])
    account = await home.account(her.id)
    await ask_company(home.house, account, [beth, chloe], command="c1", door="phone")

    assert second["company"] == [beth]
    assert (await home.journey(second["id"])).watchers == (beth, chloe)
    assert [n.to for n in await home.sends(Kind.WALK_WITH)] == [beth, chloe]


async def test_her_true_pin_ends_what_stands_behind(home: Household) -> None:
    """Alone again, she keys it: everybody who was told hears that it is over."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    account = await home.account(her.id)
    await press(home.house, account, act_of("end"), command="c1", door="phone", pin=DURESS)
    account = await home.account(her.id)
    await press(home.house, account, act_of("end"), command="c2", door="phone", pin=PIN)

    assert (await home.journey(account.behind[0])).alarm is None
    assert {n.to for n in await home.sends(Kind.CLOSED)} == {beth}


async def test_a_third_wrong_pin_waits(home: Household) -> None:
    """The same "try again" every time, with a wait from the third on; nothing is judged meanwhile."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    account = await home.account(her.id)
    for n in range(3):
        await press(home.house, account, act_of("end"), command=f"c{n}", door="phone", pin="1111")
    waiting = await press(home.house, account, act_of("end"), command="c3", door="phone", pin=PIN)

    assert (waiting.code, waiting.wait_s) == ("try_again", 10.0)
    home.clock.forward(10)
    assert (await press(home.house, account, act_of("end"), command="c4", door="phone", pin=PIN)).code == "closed"


@pytest.mark.parametrize("pin", [PIN, DURESS])
async def test_a_command_that_her_phone_repeats_is_one_try(home: Household, pin: str) -> None:
    """The evening is busy and her phone sends the same again and again: her own PIN does not make itself wait."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    account = await home.account(her.id)
    again = [press(home.house, account, act_of("end"), command="c1", door="phone", pin=pin) for _ in range(6)]
    answers = await asyncio.gather(*again)

    assert {(one.ok, one.code) for one in answers} == {(True, answers[0].code)}


async def test_guesses_under_one_name_are_tries_of_their_own(home: Household) -> None:
    """Whoever guesses with a command's id gains nothing by it."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    await her.sets_off()
    account = await home.account(her.id)
    guesses = [
        press(home.house, account, act_of("end"), command="c1", door="phone", pin=f"{n:04}") for n in range(1111, 1116)
    ]
    answers = await asyncio.gather(*guesses)

    assert {one.ok for one in answers} == {False}
    assert sum(one.wait_s > 0.0 for one in answers) >= 2


async def test_a_wrong_pin_is_called_wrong_without_a_journey_too(home: Household) -> None:
    """She mistypes it: "try again", with the same waits as on her way. Before she has any there is nothing to be wrong."""
    her = await home.sign_up()
    account = await home.account(her.id)
    answers = [
        await press(home.house, account, act_of("answer"), command=f"c{n}", door="phone", pin="1111") for n in range(3)
    ]
    bare = await home.account((await home.sign_up("Eve", DAD, pins=False)).id)
    nothing = await press(home.house, bare, act_of("answer"), command="c4", door="phone", pin="1111")

    assert [(a.code, a.wait_s) for a in answers] == [("try_again", 0.0), ("try_again", 0.0), ("try_again", 10.0)]
    assert nothing.code == "no_journey"


@pytest.mark.parametrize("behind", [False, True])
async def test_either_pin_is_answered_at_the_same_time(
    home: Household, behind: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there is a journey to end, none, or an alarm behind it: what follows is not to be had with a stopwatch."""
    her = await home.sign_up()
    await her.has("Beth", BETH)
    if behind:
        await her.put("/me/card", {"address": "1 High St", "pin": DURESS})
        home.clock.forward(86_400)
    rested: list[float] = []

    async def even(_since: float, share: float = 1.0) -> None:
        rested.append(share)

    monkeypatch.setattr(home.house.pins, "even", even)
    for n, pin in enumerate((PIN, DURESS, "1111", None)):
        account = await home.account(her.id)
        await press(home.house, account, act_of("end"), command=f"c{n}", door="phone", pin=pin)

    assert rested == [AFTERWARDS, AFTERWARDS]


async def test_help_needs_nothing(home: Household) -> None:
    """No journey, no PIN."""
    her = await home.sign_up()
    await her.has("Dad", DAD)

    assert (await cry(home.house, await home.account(her.id), command="c1", window=False)).code == "fired"
