"""Receipts, and keys pressed in a call."""

import pytest

from alerts.gateway import Delivery, PhoneNumber
from alerts.receipts import OPTED_OUT, Receipt
from service.journey.cover import shown_to_her
from service.people import choosing, keypad, testing
from service.receiving import keyed_in_call, receipt_came, tried
from service.sandbox_phones import Keyed
from tests.doubles.gateway import delivered
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import World
from tests.world_people import DURESS_PIN, PIN, WRONG_PIN


def receipt(notice: str, delivery: Delivery, code: int | None = None) -> Receipt:
    return Receipt(notice_id=notice, attempt=1, sid="SM1", delivery=delivery, code=code, opted_out=code == OPTED_OUT)


async def test_a_receipt_that_names_nothing_we_know_is_counted_and_changes_nothing() -> None:
    """An unknown journey, an account, an unknown notice of hers."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        house, before = world.front.house, await walk.kept()

        for notice in ("nobody-1/i1/L2/dad/sms/1", f"{anna.id}/-/code/her/sms/1", f"{walk.key}/i1/L2/dad/sms/1"):
            await receipt_came(house, receipt(notice, Delivery.DELIVERED))

        assert house.vitals.unknown_callbacks == 1
        assert await walk.kept() == before


async def test_a_receipt_only_ever_raises() -> None:
    """`sent` after `delivered` is old news; a repeated one too."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await overdue(world, anna, [])
        notice = dad.phone.expect_text("NOT arrived").sending.message.id
        before = await walk.journey()

        for delivery in (Delivery.SENT, Delivery.DELIVERED, Delivery.ACCEPTED):
            await receipt_came(world.front.house, receipt(notice, delivery))

        assert await walk.journey() == before


async def test_a_receipt_that_means_stop_takes_the_number_off_texts() -> None:
    """Everywhere: in the directory, in her contacts, in her journey under way."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await overdue(world, anna, [])
        notice = dad.phone.expect_text("NOT arrived").sending.message.id

        await receipt_came(world.front.house, receipt(notice, Delivery.FAILED, OPTED_OUT))

        assert not await world.front.house.directory.reachable_by_sms(dad.number)
        assert not (await anna.account()).contacts[0].reachable_by_sms
        assert not (await walk.journey()).plan.people[0].reachable_by_sms


async def test_she_keys_her_pin_in_the_call() -> None:
    """PIN and hash end it; PIN and star give her a quarter of an hour more; a wrong one changes nothing."""
    for pin, last, closed in ((PIN, "#", True), (PIN, "*", False), (WRONG_PIN, "#", False)):
        async with World() as world:
            anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
            walk = await anna.sets_off(plan_min=20)
            await world.pass_time(minutes=25.6)
            anna.phone.expect_text("All ok?")

            await anna.phone.expect_call().then_keys(pin + last)

            journey = await walk.journey()
            assert (journey.due is None) is (pin == PIN)
            assert journey.eta_at is not None
            assert (journey.eta_at > walk.began_at + 25 * 60) is (pin == PIN), closed


async def test_a_duress_pin_in_the_call_sounds_like_the_true_one() -> None:
    """Behind it the SOS list is told."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=25.6)
        anna.phone.expect_text("All ok?")

        await anna.phone.expect_call().then_keys(DURESS_PIN + "#")
        await world.pass_time(seconds=5)

        dad.phone.expect_text("FORCED")
        dad.phone.expect_call()


async def test_keys_in_a_call_about_nothing_are_counted() -> None:
    """The journey is gone."""
    async with World() as world:
        keyed = Keyed(
            notice_id="nobody-1/i1/L2/dad/call/1", attempt=1, sid="CA1", number=PhoneNumber("+44"), digits="1"
        )
        await keyed_in_call(world.front.house, keyed)

        assert world.front.house.vitals.unknown_callbacks == 1


async def test_a_call_she_has_taken_holds_her_contacts_text() -> None:
    """She takes the last call ten seconds before they are told, and has keyed nothing yet: they hear 60 s after that."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=27, seconds=50)
        call = next(s.message.id for s in world.gateway.sent if s.is_call)

        for _ in range(2):
            await receipt_came(world.front.house, receipt(call, Delivery.DELIVERED))
        await world.pass_time(seconds=55)
        dad.phone.expect_nothing()
        await world.pass_time(seconds=10)

        assert walk.minute(dad.phone.expect_text("NOT arrived").at) == 28.83
        anna.phone.expect_asked(texts=1, calls=2)


@pytest.mark.parametrize("pin", [PIN, DURESS_PIN])
async def test_a_call_to_our_number_takes_either_pin(pin: str) -> None:
    """From a stranger's phone, her number and PIN: the same words whichever it was; her journey ends, or seems to."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=20)
        asked = keypad.replayed(f"*{anna.phone.number}#{pin}#".replace("+44", "0"), str(beth.number))
        assert asked.tries is not None
        turn = await tried(world.front.house, asked.call, asked.tries, str(beth.number))
        await world.pass_time(seconds=20)

        assert (turn.say, turn.call.step) == (keypad.Say.DONE, keypad.Step.OVER)
        assert not shown_to_her((await walk.kept()).journey).under_way
        if pin == DURESS_PIN:
            beth.phone.expect_text("FORCED")
            beth.phone.expect_call()


async def test_wrong_pins_in_a_call_wait_at_that_phone() -> None:
    """A number that nobody has, and what is no number, are answered as a wrong PIN of hers."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        said = []
        for number in (str(anna.phone.number), "07700900999", "12"):
            for _ in range(4):
                call = keypad.keyed(keypad.keyed(keypad.picked_up().call, f"{number}#").call, "1111#").call
                turn = await tried(
                    world.front.house, call, keypad.Tries(number, "1111"), f"+4477009008{len(number):02}"
                )
                said.append((turn.say, turn.wait_s))

        assert said == [(keypad.Say.AGAIN, wait_s) for wait_s in (0.0, 0.0, 10.0, 10.0)] * 3


async def test_on_her_own_phone_a_call_is_a_door_of_hers() -> None:
    """Whoever guesses from elsewhere holds nobody up there."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        house, own = world.front.house, str(anna.phone.number)
        for n in range(12):
            call = keypad.keyed(keypad.picked_up().call, f"{own}#").call
            await tried(house, keypad.keyed(call, "1111#").call, keypad.Tries(own, "1111"), f"+44770090080{n % 5}")
        mine = keypad.keyed(keypad.picked_up(own).call, f"{PIN}#")
        assert mine.tries is not None

        assert (await tried(house, mine.call, mine.tries, own)).say is keypad.Say.DONE


async def test_one_in_a_call_is_an_answer_to_a_test() -> None:
    """Dad is rung first; another key is none, and a call of last week's test answers nothing."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        house = world.front.house
        await choosing.change(house, await anna.account(), dad.id, channels=["call"], pin=PIN, door="test")
        world.gateway.script(dad.number, delivered())
        await testing.begin(house, await anna.account(), dad.id)
        await world.pass_time(seconds=3)
        call = dad.phone.expect_call("This is a test for Anna.")

        states = []
        for digits in ("2", "1"):
            await call.then_keys(digits)
            [contact] = (await anna.account()).contacts
            assert contact.test is not None
            states.append(contact.test.state)

        assert states == ["delivered", "answered"]
