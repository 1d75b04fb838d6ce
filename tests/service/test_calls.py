"""What a call says at this moment, and what a key in it does."""

from dataclasses import replace

import pytest

from alerts.gateway import Delivery, PhoneNumber
from alerts.spoken import Asks
from service import calls
from service.calls import Key
from service.journey.model import Journey
from service.watch import NoSuchJourney
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import Traveller, World
from tests.world_people import DURESS_PIN, PIN, WRONG_PIN, Walk


def key(notice_id: str, keys: str, nth: int = 1, sid: str = "CA1") -> Key:
    return Key(notice_id, sid, PhoneNumber("+447700900101"), keys, nth)


def state(journey: Journey, notice_id: str) -> str | None:
    """How far this call has come."""
    return next(p.state for p in journey.proven if p.id == notice_id)


async def dad_is_rung(world: World) -> tuple[Traveller, Walk, str]:
    """Anna is overdue, nobody has answered for three minutes, and Dad's phone rings."""
    beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
    anna = await world.traveller("Anna", contacts=[beth, dad])
    walk = await overdue(world, anna, [beth, dad])
    await world.pass_time(minutes=2.6)
    return anna, walk, dad.phone.expect_call().sending.message.id


async def she_is_rung(world: World) -> tuple[Traveller, Walk, str]:
    """Anna is due, and her own phone rings."""
    anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
    walk = await anna.sets_off(plan_min=20)
    await world.pass_time(minutes=25.6)
    anna.phone.expect_text("All ok?")
    return anna, walk, anna.phone.expect_call().sending.message.id


def test_a_notice_names_its_row_and_its_reader() -> None:
    """Both are parts of its key."""
    assert calls.parts("anna-1/i1/L2/dad/sms/1") == ("anna-1", "dad")
    assert calls.parts("nonsense") == ("nonsense", "")
    assert calls.is_hers("anna-1/-/d1.call/her/call/1")


async def test_the_words_are_those_of_the_moment_it_is_picked_up() -> None:
    """Made at 22:31; picked up half a minute later, it says so."""
    async with World() as world:
        _, _, call = await dad_is_rung(world)
        house = world.front.house
        assert "as of 22:31" in (await calls.picked_up(house, call)).words

        await world.pass_time(seconds=57)

        speech = await calls.picked_up(house, call)
        assert "as of 22:32 there is no answer" in speech.words
        assert (speech.asks, speech.over) == (Asks.ON_IT, False)


async def test_what_nobody_needs_any_more_is_one_sentence() -> None:
    """Anna keyed her PIN while his phone rang; Beth took it while it rang."""
    async with World() as world:
        anna, _, call = await dad_is_rung(world)
        world.people[0].phone.expect_nothing()
        await anna.keys_pin()
        await world.pass_time(seconds=3)

        speech = await calls.picked_up(world.front.house, call)

        assert speech == calls.Speech("This is Lamplit. Anna's alert is closed. Goodbye.", over=True, settled=True)
        world.expect_everything()

    async with World() as world:
        _, walk, call = await dad_is_rung(world)
        beth = world.people[0]
        await beth.phone.texts((await walk.journey()).plan.code)

        speech = await calls.picked_up(world.front.house, call)

        assert "another contact is on it" in speech.words
        assert speech.over
        world.expect_everything()


@pytest.mark.parametrize(
    ("pressed", "words", "said", "over"),
    [
        ("1", "Thank you. We tell the others. Ring her: 0 7 7 0 0", "taken", True),
        ("3", "Thank you. We ask the others.", "cant", True),
        ("2", "This is Lamplit. Anna has not arrived.", "nothing", False),
        ("8", "This is Lamplit. Anna has not arrived.", "nothing", False),
    ],
)
async def test_the_keys_of_a_contact(pressed: str, words: str, said: str, over: bool) -> None:
    """1 is on it, 3 cannot, 2 (and whatever else a thumb finds) hears it again; any of them is proof of a person."""
    async with World() as world:
        _, walk, call = await dad_is_rung(world)

        speech = await calls.keyed(world.front.house, key(call, pressed))

        journey = await walk.journey()
        assert journey.alarm is not None
        assert journey.alarm.ladder is not None
        dad = next(p for p in journey.alarm.ladder.people if p.who.id == calls.parts(call)[1])
        assert (speech.words.startswith(words), speech.over, dad.said.value) == (True, over, said)
        assert state(journey, call) is Delivery.DELIVERED
        world.expect_everything()


async def test_a_key_that_comes_twice_gets_its_first_answer() -> None:
    """The provider repeats a request that it thinks lost: Dad has it once, for ten minutes from then."""
    async with World() as world:
        _, walk, call = await dad_is_rung(world)
        first = await calls.keyed(world.front.house, key(call, "1"))
        before = await walk.journey()
        await world.pass_time(seconds=5)

        again = await calls.keyed(world.front.house, key(call, "1"))

        after = (await walk.journey()).alarm
        assert before.alarm is not None
        assert before.alarm.ladder is not None
        assert after is not None
        assert after.ladder is not None
        assert after.ladder.lease == before.alarm.ladder.lease
        assert again == first
        world.expect_everything()


async def test_whoever_has_it_is_not_told_that_somebody_else_has() -> None:
    """His key was taken and what we said to it got lost: the words are asked for again, and it is he who has it."""
    async with World() as world:
        _, _, call = await dad_is_rung(world)
        await calls.keyed(world.front.house, key(call, "1"))

        speech = await calls.picked_up(world.front.house, call)

        assert (speech.words, speech.over) == (
            "This is Lamplit. Anna's alert: we have your answer. Thank you. Goodbye.",
            True,
        )
        world.expect_everything()


async def test_a_key_that_comes_when_it_is_over_hears_that_it_is_over() -> None:
    """Anna keyed her PIN while the alert was read to him: his 1 opens and holds nothing, and he need not set out."""
    async with World() as world:
        anna, walk, call = await dad_is_rung(world)
        assert not (await calls.picked_up(world.front.house, call)).over
        await anna.keys_pin()

        speech = await calls.keyed(world.front.house, key(call, "1"))

        assert speech == calls.Speech("This is Lamplit. Anna's alert is closed. Goodbye.", over=True, settled=True)
        assert (await walk.journey()).alarm is None
        await world.pass_time(seconds=5)
        world.expect_everything()


async def test_news_by_call_holds_nothing_when_it_was_heard() -> None:
    """Chloe takes no texts and is rung that Dad has it: her 1 says that she has heard that, and not that she has it."""
    async with World() as world:
        dad, chloe = world.contact("Dad"), world.contact("Chloe")
        anna = await world.traveller("Anna", contacts=[dad, chloe])
        await chloe.phone.texts("STOP")
        walk = await overdue(world, anna, [dad])
        chloe.phone.expect_call("Anna has not arrived")
        await dad.phone.texts((await walk.journey()).plan.code)
        await world.pass_time(minutes=4)
        news = chloe.phone.expect_call("Another contact is on it", "Press 1 if you have heard this.")

        speech = await calls.keyed(world.front.house, key(news.sending.message.id, "1"))

        ladder = (await walk.journey()).alarm
        assert ladder is not None
        assert ladder.ladder is not None
        assert ladder.ladder.lease is not None
        assert ladder.ladder.lease.by == dad.id
        assert (speech.words, speech.over) == ("Thank you. Goodbye.", True)
        world.expect_everything()


@pytest.mark.parametrize("ending", ["#", "*", ""])
async def test_both_her_pins_sound_alike_in_a_call(ending: str) -> None:
    """With hash, star or nothing behind them; and the call has told somebody."""
    said = []
    for pin in (PIN, DURESS_PIN):
        async with World() as world:
            _, walk, call = await she_is_rung(world)
            said.append(await calls.keyed(world.front.house, key(call, f"{pin}{ending}")))
            assert state(await walk.journey(), call) is Delivery.DELIVERED
            await world.pass_time(seconds=5)
            world.expect_everything()
    assert said[0] == said[1] == calls.Speech("Thank you. Goodbye.", over=True)


async def test_a_wrong_pin_may_be_keyed_again_after_the_waits_of_row_16() -> None:
    """0, 0, 10 s; after five in one call it says goodbye."""
    async with World() as world:
        _, _, call = await she_is_rung(world)
        house = world.front.house
        said = [await calls.keyed(house, key(call, f"{WRONG_PIN}#", nth)) for nth in (1, 2, 3)]
        assert [s.wait_s for s in said] == [0, 0, 10]
        assert said[0].words == "Please try again. Key your PIN, then hash."
        assert said[2].words == "Please wait 10 seconds. Please try again. Key your PIN, then hash."
        assert (await calls.keyed(house, key(call, f"{WRONG_PIN}#", calls.MOST_TRIES))).over
        world.expect_everything()


async def test_one_is_no_pin() -> None:
    """Where her PIN is asked, its first digit alone is not tried."""
    async with World() as world:
        _, walk, call = await she_is_rung(world)
        speech = await calls.keyed(world.front.house, key(call, "1"))
        assert speech == calls.Speech("Key your PIN, then hash.", Asks.PIN)
        assert (await walk.journey()).wrong_pins == ()


async def test_a_call_that_is_picked_up_and_no_more_has_told_nobody() -> None:
    """A mailbox: answered, and L2 waits for her keys as after any call she takes."""
    async with World() as world:
        anna, walk, _ = await she_is_rung(world)
        await world.pass_time(minutes=1.5)
        call = anna.phone.expect_call().sending.message.id
        await calls.taken_up(world.front.house, call)
        journey = await walk.journey()
        assert state(journey, call) is Delivery.ANSWERED
        assert journey.due is not None
        assert journey.due.picked_up


async def test_a_call_about_nothing_says_nothing() -> None:
    """No such account, no such journey, no such notice of hers."""
    async with World() as world:
        _, walk, call = await she_is_rung(world)
        for unknown in ("nobody-1/i1/L2/dad/call/1", f"{walk.key}x/i1/L2/dad/call/1", f"{walk.key}/i9/L9/dad/call/1"):
            with pytest.raises(NoSuchJourney):
                await calls.picked_up(world.front.house, unknown)
            with pytest.raises(NoSuchJourney):
                await calls.keyed(world.front.house, replace(key(call, "1"), notice_id=unknown))
