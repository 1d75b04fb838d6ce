"""Our calls while they last, as the provider fetches their words and sends their keys."""

from collections.abc import AsyncIterator, Awaitable
from typing import Any

import pytest
from msgspec.structs import replace

from alerts.gateway import Delivery
from alerts.notice import HER, Kind, Notice
from service.doors.provider import voice
from service.doors.provider.voice import MOST_KEYS
from service.journey.model import Journey
from service.receiving import receipt_came
from service.store import StoreUnavailable
from service.telling import voice_url
from tests.service.doors.provider.calling import PUBLIC, Line, posted
from tests.service.people.household import ANNA, BETH, DAD, DURESS, PIN, Her, Household, household
from tests.service.test_receiving import receipt

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
async def home() -> AsyncIterator[Household]:
    async with household() as living:
        yield living


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, whose contact Beth takes calls only."""
    her = await home.sign_up()
    beth = await her.has("Beth", BETH)
    changed = await her.ask("PATCH", f"/contacts/{beth}", {"channels": ["call"], "pin": PIN})
    assert changed.status_code == 200, changed.text
    return her


async def beth_is_rung(home: Household, her: Her) -> Notice:
    """Anna is overdue, and Beth's phone rings."""
    await _time(home, await her.sets_off())
    [call] = [n for n in await home.sends(Kind.OVERDUE) if n.channel == "call"]
    await receipt_came(home.house, replace(receipt(call.id, Delivery.ACCEPTED), sid="CA1"))
    return call


async def she_is_rung(home: Household, her: Her) -> Notice:
    """Anna is due, and her own phone rings."""
    shown = await her.sets_off()
    await home.time_passes(shown["promised_at"] - 100 - home.clock.now())
    call = next(n for n in await home.sends(Kind.DUE) if n.channel == "call")
    await receipt_came(home.house, replace(receipt(call.id, Delivery.ACCEPTED), sid="CA1"))
    return call


async def _time(home: Household, shown: dict[str, Any]) -> None:
    await home.time_passes(shown["promised_at"] - home.clock.now())


def url_of(home: Household, call: Notice) -> str:
    return voice_url(PUBLIC, home.house.sealer, call, 1)


async def picks_up(home: Household, call: Notice, number: str) -> Line:
    return await Line(home, number).goes(url_of(home, call))


async def state(home: Household, call: Notice) -> str | None:
    journey = await home.journey(call.journey)
    return next(p.state for p in journey.proven if p.id == call.id)


def said(journey: Journey, who: str) -> str:
    assert journey.alarm is not None
    assert journey.alarm.ladder is not None
    person = journey.alarm.ladder.person(who)
    assert person is not None
    return person.said.value


async def test_beth_presses_one(home: Household, her: Her) -> None:
    """She hears the alert twice, and after her key what follows from it, twice as well; on disk by then."""
    call = await beth_is_rung(home, her)
    line = await picks_up(home, call, BETH)
    assert len(line.said) == 2
    assert line.said[0] == line.said[1]
    assert "Anna has not arrived" in line.words
    assert await state(home, call) is Delivery.ANSWERED

    await line.keys("1")

    assert (
        line.said[2:]
        == [
            "Thank you. We tell the others. Ring her: 0 7 7 0 0 9 0 0 1 2 3. If she does not answer and you fear for her, dial 9 9 9."
        ]
        * 2
    )
    assert line.over
    assert await state(home, call) is Delivery.DELIVERED
    assert said(await home.journey(call.journey), call.to) == "taken"


async def test_two_calls_of_one_name_are_two_peoples(home: Household, her: Her) -> None:
    """What Dad keys is his, should the provider give his call the SID of Beth's: he is not answered in her place."""
    dad = await her.has("Dad", DAD)
    changed = await her.ask("PATCH", f"/contacts/{dad}", {"channels": ["call"], "pin": PIN})
    assert changed.status_code == 200, changed.text
    await _time(home, await her.sets_off())
    calls = {n.to: n for n in await home.sends(Kind.OVERDUE) if n.channel == "call"}
    for who, number in ((next(one for one in calls if one != dad), BETH), (dad, DAD)):
        await receipt_came(home.house, replace(receipt(calls[who].id, Delivery.ACCEPTED), sid="CA1"))
        await (await picks_up(home, calls[who], number)).keys("1")
        assert await state(home, calls[who]) is Delivery.DELIVERED
        assert said(await home.journey(calls[who].journey), who) == "taken"


async def test_beth_hears_it_again_and_cannot(home: Household, her: Her) -> None:
    """2 repeats, 3 is no."""
    call = await beth_is_rung(home, her)
    line = await picks_up(home, call, BETH)
    await line.keys("2")
    assert line.said[2] == line.said[0]
    assert said(await home.journey(call.journey), call.to) == "nothing"

    await line.keys("3")

    assert line.said[3].startswith("Thank you. We ask the others.")
    assert line.over
    assert said(await home.journey(call.journey), call.to) == "cant"


async def test_who_hears_it_again_and_keys_no_more_was_told(home: Household, her: Her) -> None:
    """A key is a key: the voice does not say that it heard none."""
    call = await beth_is_rung(home, her)
    line = await picks_up(home, call, BETH)
    await (await line.keys("2")).to_the_end()
    assert line.said[-1] == "Thank you. Goodbye."
    assert await state(home, call) is Delivery.DELIVERED


async def test_a_mailbox_has_told_nobody(home: Household, her: Her) -> None:
    """It listens to the alert three times and to goodbye; when it is over, the call is rung once more."""
    call = await beth_is_rung(home, her)
    line = await (await picks_up(home, call, BETH)).to_the_end()
    assert [words.startswith("This is Lamplit.") for words in line.said] == [True, True, True, False]
    assert line.said[-1] == "We have heard no key, so we go on. Goodbye."

    status = url_of(home, call).replace("/voice?", "/status?").removeprefix(PUBLIC)
    await posted(home, status, {"CallSid": "CA1", "CallStatus": "completed"})

    assert await state(home, call) is Delivery.UNDELIVERED
    await home.time_passes(80)
    assert [n.attempt for n in await home.sends(Kind.OVERDUE) if n.to == call.to] == [1, 2]


async def test_what_is_over_by_now_is_one_sentence(home: Household, her: Her) -> None:
    """Anna keyed her PIN while it rang."""
    call = await beth_is_rung(home, her)
    ended = await her.post("/journeys/live/end", {"id": "e1", "pin": PIN})
    assert ended.status_code == 200, ended.text
    line = await picks_up(home, call, BETH)
    assert (line.said, line.over) == (["This is Lamplit. Anna's alert is closed. Goodbye."], True)


@pytest.mark.parametrize("ending", ["#", "*", ""])
async def test_both_her_pins_make_the_same_call(ending: str) -> None:
    """Byte by byte, whatever ends it; behind one of them people are told."""
    heard = []
    for pin in (PIN, DURESS):
        async with household() as home:
            her = await home.sign_up()
            await her.has("Beth", BETH)
            call = await she_is_rung(home, her)
            line = await picks_up(home, call, ANNA)
            await line.keys(f"{pin}{ending}")
            heard.append((line.said, line.documents[-1], line.over))
            told = {n.kind for n in await home.sends() if n.to not in (HER, "")}
            assert (Kind.DURESS in told) is (pin == DURESS)
            assert await state(home, call) is Delivery.DELIVERED
    assert heard[0] == heard[1]
    assert heard[0][0][-1] == "Thank you. Goodbye."


async def test_a_wrong_pin_waits_before_it_is_asked_for_again(home: Household, her: Her) -> None:
    """The waits of row 16 are said, and kept by silence."""
    line = await picks_up(home, await she_is_rung(home, her), ANNA)
    for pin in ("1111", "2222", "3333"):
        await line.keys(f"{pin}#")
    assert line.said[2:] == [
        "Please try again. Key your PIN, then hash.",
        "Please try again. Key your PIN, then hash.",
        "Please wait 10 seconds. Please try again. Key your PIN, then hash.",
        "Key your PIN, then hash.",
    ]
    assert line.waited_s == 10
    assert not line.over


async def test_nothing_of_hers_names_anybody(home: Household, her: Her) -> None:
    """Others hear her phone: no name, no journey, no product."""
    line = await (await picks_up(home, await she_is_rung(home, her), ANNA)).to_the_end()
    assert not [word for word in ("Anna", "Lamplit", "journey", "Beth", "alert") if word in line.words]


class Power:
    """Takes the store away, and gives it back."""

    def __init__(self, home: Household, monkeypatch: pytest.MonkeyPatch) -> None:
        self._home, self._patch = home, monkeypatch

    def fails(self) -> None:
        self._patch.setattr(voice, "ANSWERS_S", 0.1)
        for what in ("load", "commit"):
            self._patch.setattr(self._home.store, what, _gone)

    def returns(self) -> None:
        self._patch.undo()


async def _gone(*_: object) -> None:
    raise StoreUnavailable("away")


@pytest.fixture
def power(home: Household, monkeypatch: pytest.MonkeyPatch) -> Power:
    return Power(home, monkeypatch)


async def test_the_store_is_away_while_the_voice_speaks(home: Household, her: Her, power: Power) -> None:
    """Beth is asked to stay on the line and is told what she can do; never an error, never silence."""
    call = await beth_is_rung(home, her)
    power.fails()

    line = await (await picks_up(home, call, BETH)).to_the_end()

    assert line.said[0].startswith("This is Lamplit, a safety service. We rang you about somebody")
    assert "Please stay on the line." in line.said[0]
    assert "dial 9 9 9" in line.said[-1]
    assert line.waited_s >= 10


async def test_a_digit_is_held_until_the_store_is_back(home: Household, her: Her, power: Power) -> None:
    """Beth pressed 1 once: that is not asked of her again."""
    call = await beth_is_rung(home, her)
    line = await picks_up(home, call, BETH)
    power.fails()
    await line.keys("1")
    assert "Please stay on the line." in line.said[-1]
    power.returns()

    await line.silence()

    assert line.said[-1].startswith("Thank you. We tell the others.")
    assert said(await home.journey(call.journey), call.to) == "taken"


async def test_her_pin_is_held_nowhere(home: Household, her: Her, power: Power) -> None:
    """While the store is away it stands in no address, and is asked for again."""
    line = await picks_up(home, await she_is_rung(home, her), ANNA)
    power.fails()
    await line.keys(f"{PIN}#")
    assert PIN not in line.documents[-1]
    assert line.said[-1] == "Hello. Please stay on the line."
    power.returns()
    assert (await line.silence()).said[-1] == line.said[0]


@pytest.mark.parametrize("path", ["", "/keys"])
async def test_what_is_not_signed_is_refused_alike(home: Household, her: Her, path: str) -> None:
    """No signature, somebody's, one for another body: the same 403, and nothing happened."""
    call = await beth_is_rung(home, her)
    before = await home.journey(call.journey)
    where = url_of(home, call).replace("/voice?", f"/voice{path}?").removeprefix(PUBLIC)
    form = {"CallSid": "CA1", "Digits": "1"}
    answers = [
        await home.http.post(where, data=form),
        await home.http.post(where, data=form, headers={"X-Twilio-Signature": "AAAA"}),
        await posted(home, where, form, token="another"),
    ]
    assert {(a.status_code, a.content) for a in answers} == {(403, answers[0].content)}
    assert await home.journey(call.journey) == before


@pytest.mark.parametrize("path", ["", "/keys"])
async def test_what_is_signed_and_unknown_hangs_up(home: Household, her: Her, path: str) -> None:
    """A MAC of another notice, a journey that is not: counted, nothing said, nothing changed."""
    call = await beth_is_rung(home, her)
    before = await home.journey(call.journey)
    ours = url_of(home, call).replace("/voice?", f"/voice{path}?")
    nobodys = url_of(home, replace(call, journey="nobody-1")).replace("/voice?", f"/voice{path}?")
    for url in (ours.replace("&m=", "&m=x"), ours.replace("&a=1", "&a=2"), nobodys):
        line = await Line(home, BETH).goes(url, Digits="1")
        assert (line.said, line.over) == ([], True)
    assert home.house.vitals.unknown_callbacks == 3
    assert await home.journey(call.journey) == before


@pytest.mark.parametrize("digits", ["1" * (MOST_KEYS + 1), "1; drop", "<Say>", "１"])
async def test_keys_that_no_phone_has_are_none(home: Household, her: Her, digits: str) -> None:
    """As if nothing had been keyed."""
    call = await beth_is_rung(home, her)
    line = await picks_up(home, call, BETH)
    await line.goes(line._listening.action if line._listening else "", Digits=digits)
    assert said(await home.journey(call.journey), call.to) == "nothing"
    assert not line.over


async def test_an_enormous_request_is_not_read(home: Household, her: Her) -> None:
    """Whoever sends it."""
    call = await beth_is_rung(home, her)
    where = url_of(home, call).removeprefix(PUBLIC)
    answer = await posted(home, where, {"CallSid": "CA1", "Digits": "1" * 70_000})
    assert answer.status_code == 413


async def test_whatever_goes_wrong_somebody_hears_what_to_do(
    home: Household, her: Her, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours at two in the morning is no reason for the provider's error in Beth's ear."""
    call = await beth_is_rung(home, her)

    def broken(*_: object) -> Awaitable[None]:
        raise ZeroDivisionError

    monkeypatch.setattr(home.house.watch, "look", broken)
    line = await picks_up(home, call, BETH)
    assert "Please stay on the line." in line.words
