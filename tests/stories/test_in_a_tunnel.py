"""Anna presses something where there is no signal, and it arrives later."""

import pytest

from service.doors.phones import wire
from tests.world import World
from tests.world_people import PIN


async def test_her_word_of_before_lowers_nothing_that_came_after() -> None:
    """Due at 23:23, in a tunnel, she keys "fifteen more" and her PIN at 23:25. The train comes out at 23:30; Dad was told
    at 23:28 and is on his way. Her word of before is not taken for news: she is asked again, and only then is it over."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await anna.phone.connects()
        await world.pass_time(minutes=24)
        await anna.phone.goes_dark()
        await world.pass_time(minutes=6)
        dad.phone.expect_text("NOT arrived")
        anna.phone.expect_asked(texts=1, calls=2)

        await anna.phone.connects()
        old = await anna.phone.command(wire.Extend, minutes=15.0, pin=PIN, waited_s=300.0)
        await world.pass_time(seconds=10)
        assert (old.done, old.code) == (False, "pin_needed")
        assert (await walk.journey()).alarm is not None
        dad.phone.expect_nothing()

        new = await anna.phone.command(wire.Extend, minutes=15.0, pin=PIN)
        await world.pass_time(seconds=10)
        assert (new.done, new.code) == (True, "resolved")
        dad.phone.expect_text("closed")


@pytest.mark.parametrize(("waited_s", "counts"), [(60.0, True), (180.0, False)])
async def test_an_answer_counts_for_the_question_that_stood_when_she_gave_it(waited_s: float, counts: bool) -> None:
    """She is due since 23:23; at 23:25 a PIN arrives that she keyed a minute ago, or three: before she was due it was no
    answer to being due."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await anna.phone.connects()
        await world.pass_time(minutes=25)
        anna.phone.expect_asked(texts=1, calls=0)

        answer = await anna.phone.command(wire.AnswerPrompt, prompt="", what="ok", pin=PIN, waited_s=waited_s)

        assert answer.code == ("eta_moved" if counts else "already_closed")
        assert ((await walk.journey()).due is None) is counts


async def test_the_same_word_sent_twice_is_judged_once() -> None:
    """No answer came: her phone sends it again, and counts how long it has waited anew. The first answer stands."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await anna.phone.connects()
        first = await anna.phone.command(wire.Extend, id="e1", minutes=5.0, waited_s=2.0)
        eta_at = (await walk.journey()).eta_at
        await world.pass_time(seconds=30)
        again = await anna.phone.repeats(wire.Extend(id="e1", minutes=5.0, waited_s=32.0), "e1")

        assert (first.code, again) == ("eta_moved", first)
        assert (await walk.journey()).eta_at == eta_at
