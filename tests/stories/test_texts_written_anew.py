"""Row 24: a text that nobody's phone had in time is gone, and the next one says what is known then."""

import re

import pytest

from alerts.contact import Channel
from alerts.gateway import Message
from tests.doubles.gateway import delivered, refused, unproven
from tests.world import Contact, World
from tests.world_people import DURESS_PIN, PIN

TEXT = Channel.SMS


def texts_to(world: World, contact: Contact) -> list[Message]:
    """Every text the provider took for this person, whatever became of it."""
    return [s.message for s in world.gateway.sent if s.message.to == contact.number and s.message.channel is TEXT]


def as_of(message: Message) -> str:
    found = re.search(r"as of (\d\d:\d\d)", message.text)
    assert found, message.text
    return found[1]


async def test_row_24_to_a_phone_that_is_off_the_alert_is_written_anew_as_of_then() -> None:
    """Dad's phone is off all evening: the text that expired is replaced by one that is true, under a key of its own, and
    at L3 by the one that says that nobody has it; when his phone is back he gets the next, and no more follow."""
    async with World() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        world.gateway.always(dad.number, unproven())
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28 + 14.5)

        waiting = [s for s in world.gateway.sent if s.message.to == dad.number and s.message.channel is TEXT]
        waiting = [s for s in waiting if s.at >= walk.began_at]
        assert [round(walk.minute(s.at)) for s in waiting] == [28, 33, 36, 41]
        assert ["NOT arrived" in s.message.text for s in waiting] == [True, True, False, False]
        assert [as_of(s.message) for s in waiting[:2]] == ["22:28", "22:33"]
        assert len({s.message.id for s in waiting}) == 4
        assert {s.message.valid_s for s in waiting} == {300.0}
        assert len(texts_to(world, beth)) == 1 + len([m for m in texts_to(world, beth) if "NOT arrived" not in m.text])

        world.gateway.always(dad.number, delivered())
        before = len(texts_to(world, dad))
        await world.pass_time(minutes=60)
        assert len(texts_to(world, dad)) == before + 1
        world.expect_everything()


async def test_row_24_who_has_answered_gets_no_text_anew() -> None:
    """Beth reads the text and takes it, though no receipt ever came."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        world.gateway.always(beth.number, unproven())
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28.5)
        await beth.phone.texts("on it")
        before = len([m for m in texts_to(world, beth) if "NOT arrived" in m.text])
        await world.pass_time(minutes=9)

        assert len([m for m in texts_to(world, beth) if "NOT arrived" in m.text]) == before == 1
        world.expect_everything()


async def test_row_24_a_question_to_her_lives_two_minutes() -> None:
    """Her phone is out of reach when she is due: what she was asked is asked anew two minutes after it was handed over,
    and not once she has answered."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        world.gateway.always(anna.phone.number, unproven())
        await world.pass_time(minutes=27.5)

        asked = [s for s in world.gateway.sent if s.message.to == anna.phone.number and s.message.valid_s == 120.0]
        asked = [s for s in asked if s.message.channel is TEXT]
        assert [s.at - walk.began_at for s in asked] == [1455.0, 1575.0]
        await anna.keys_pin()
        await world.pass_time(minutes=10)
        assert len([m for m in world.gateway.requests if m.to == anna.phone.number and m.valid_s == 120.0]) == 4
        world.expect_everything()


@pytest.mark.parametrize("pin", [PIN, DURESS_PIN])
async def test_row_24_nobody_asks_after_a_phone_once_it_was_ended(pin: str) -> None:
    """Her phone is lost, and its text never arrives. She texts HOME and a PIN from it all the same: whichever it was, she
    is not asked two minutes later why her phone has gone quiet."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        await anna.phone.goes_dark()
        world.gateway.always(anna.phone.number, unproven())
        await world.pass_time(minutes=6)

        def quiet() -> int:
            return len([m for m in world.gateway.requests if m.to == anna.phone.number and "gone quiet" in m.text])

        asked = quiet()
        await anna.phone.texts(f"HOME {pin}")
        await world.pass_time(minutes=9)

        assert quiet() == asked > 0
        world.expect_everything()


async def test_row_24_a_number_that_takes_no_text_is_not_texted_anew() -> None:
    """Dad's number is a landline: he is rung, and nothing is tried every five minutes."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.always(dad.number, refused())
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28 + 11)

        tried = [
            m for m in world.gateway.requests if m.to == dad.number and m.channel is TEXT and "NOT arrived" in m.text
        ]
        assert len(tried) == 1
        world.expect_everything()
