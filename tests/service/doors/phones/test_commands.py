"""A command frame and its answer, whichever door brought it."""

import pytest

from service.doors.phones import wire
from service.doors.phones.commands import obeyed
from service.journey.model import JourneyState
from service.journey.turn import Answer
from service.people.refusals import Refused
from tests.service.people.household import BETH, PIN, Her, Household, household


async def on_her_way(home: Household) -> tuple[Her, str]:
    """Anna has set off and Beth would hear of it."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    return anna, str((await anna.sets_off())["id"])


async def says(home: Household, anna: Her, frame: wire.FromPhone) -> Answer:
    return await obeyed(home.house, await home.account(anna.id), "her phone", frame)


async def test_more_time_moves_her_eta() -> None:
    """Ten minutes more, within what needs no PIN."""
    async with household() as home:
        anna, key = await on_her_way(home)
        before = (await home.journey(key)).eta_at

        answer = await says(home, anna, wire.Extend(id="c1", minutes=10))

        assert answer.ok
        assert before is not None
        assert (await home.journey(key)).eta_at == before + 600.0


async def test_a_repeated_command_gets_its_first_answer() -> None:
    """Her phone heard nothing and asks again: ten minutes are not added twice."""
    async with household() as home:
        anna, key = await on_her_way(home)

        first = await says(home, anna, wire.Extend(id="c1", minutes=10))
        again = await says(home, anna, wire.Extend(id="c1", minutes=10))

        assert again == first
        assert (await home.journey(key)).extensions == 1


async def test_ending_away_from_home_takes_the_pin() -> None:
    """A tap is refused with the reason; the PIN ends it."""
    async with household() as home:
        anna, key = await on_her_way(home)

        assert (await says(home, anna, wire.End(id="c1"))).code == "pin_needed"
        assert (await says(home, anna, wire.End(id="c2", pin=PIN))).code == "closed"
        assert (await home.journey(key)).state is JourneyState.CLOSED


async def test_what_waited_in_her_phone_is_judged_as_of_then() -> None:
    """Her PIN of half an hour ago does not end what Beth was told ten minutes ago; the one of now does."""
    async with household() as home:
        anna, key = await on_her_way(home)
        await home.time_passes(2_300)
        assert (await home.journey(key)).alarm is not None

        assert (await says(home, anna, wire.End(id="c1", pin=PIN, waited_s=1_800.0))).code == "pin_needed"
        assert (await says(home, anna, wire.End(id="c2", pin=PIN, waited_s=5.0))).code == "closed"


async def test_company_is_a_tap() -> None:
    """Beth may look on, and then no more; nobody is asked for a PIN."""
    async with household() as home:
        anna, key = await on_her_way(home)
        [beth] = (await home.account(anna.id)).contacts

        assert (await says(home, anna, wire.Company(id="c1", who=[beth.id, "operators", "eve"]))).code == "done"
        assert (await home.journey(key)).watchers == (beth.id, "operators")
        assert (await says(home, anna, wire.CompanyEnd(id="c2"))).code == "done"
        assert (await home.journey(key)).watchers == ()


async def test_help_and_sos_are_the_same_cry() -> None:
    """ "Help" as an answer, and the SOS button, both count down; her PIN stops it."""
    async with household() as home:
        anna, key = await on_her_way(home)

        assert (await says(home, anna, wire.AnswerPrompt(id="c1", prompt="", what="help"))).code == "counting"
        assert (await says(home, anna, wire.Sos(id="c2"))).code == "counting"
        assert (await says(home, anna, wire.SosCancel(id="c3", pin=PIN))).code == "cancelled"
        assert (await home.journey(key)).sos is None


async def test_an_answer_to_nothing_has_its_answer_too() -> None:
    """Nothing she presses is illegal: an old question is already closed."""
    async with household() as home:
        anna, _ = await on_her_way(home)

        assert (await says(home, anna, wire.AnswerPrompt(id="c1", prompt="p9", what="ok"))).code == "already_closed"


async def test_a_frame_that_is_no_command_is_refused_by_name() -> None:
    """A heartbeat asks for nothing."""
    async with household() as home:
        anna, _ = await on_her_way(home)

        with pytest.raises(Refused, match="type: expected a command"):
            await says(home, anna, wire.Beat())
