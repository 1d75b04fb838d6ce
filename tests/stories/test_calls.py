"""Phones that ring in the night: who picks up, who keys something, and what follows when nobody does."""

from itertools import pairwise

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery
from service import calls
from service.journey.model import Journey
from service.people import choosing
from tests.doubles.gateway import Fate
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import Contact, Traveller, World
from tests.world_people import DURESS_PIN, PIN, Walk

MAILBOX = Fate(
    receipts=((1.0, Delivery.SENT, None), (20.0, Delivery.ANSWERED, None), (95.0, Delivery.UNDELIVERED, None))
)
BUSY = Fate(receipts=((1.0, Delivery.UNDELIVERED, None),))
TAKEN = Fate(receipts=((1.0, Delivery.SENT, None), (6.0, Delivery.ANSWERED, None), (40.0, Delivery.UNDELIVERED, None)))


async def calls_only(world: World, anna: Traveller, contact: Contact) -> None:
    """This contact takes no texts by her or his own wish."""
    front = world.front.house
    await choosing.change(front, await anna.account(), contact.id, channels=["call"], pin=PIN, door="her phone")


async def beth_takes_calls(world: World) -> tuple[Traveller, Contact, Contact]:
    beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
    anna = await world.traveller("Anna", contacts=[beth, dad])
    await calls_only(world, anna, beth)
    return anna, beth, dad


def rung_at(walk: Walk, contact: Contact) -> list[float]:
    """The minutes at which this phone rang or was engaged."""
    return [walk.minute(s.at) for s in contact.phone.world.gateway.sent if s.is_call and s.message.to == contact.number]


def unreachable(journey: Journey, who: str) -> bool:
    assert journey.alarm is not None
    assert journey.alarm.ladder is not None
    person = journey.alarm.ladder.person(who)
    assert person is not None
    return person.unreachable


async def test_row_11_a_mailbox_is_rung_once_more_and_then_the_next_tier_hears() -> None:
    """Beth's mailbox listens to the whole alert: nobody was told. Her phone rings again within three minutes of the first
    ring, and when the mailbox takes that too, Dad of tier 2 is told, before his five minutes are over."""
    async with World() as world:
        anna, beth, dad = await beth_takes_calls(world)
        world.gateway.always(beth.number, MAILBOX, Channel.CALL)
        walk = await overdue(world, anna, [])
        await world.pass_time(minutes=4.1)

        assert rung_at(walk, beth)[:2] == [28, 30.83]
        assert walk.minute(dad.phone.expect_text("NOT arrived").at) == 32.42
        beth.phone.expect_calls()
        assert unreachable(await walk.journey(), beth.id)


async def test_row_11_a_key_in_the_second_ring_is_in_time() -> None:
    """Do not disturb lets the second call of a number through: Beth wakes up, and presses 1."""
    async with World() as world:
        anna, beth, dad = await beth_takes_calls(world)
        world.gateway.script(beth.number, MAILBOX)
        world.gateway.always(beth.number, TAKEN, Channel.CALL)
        walk = await overdue(world, anna, [])
        beth.phone.expect_call()
        await world.pass_time(minutes=2.4)
        await beth.phone.expect_call("Press 1 if you are on it.").then_keys("1")
        await world.pass_time(minutes=6)

        dad.phone.expect_text("NOT arrived")
        journey = await walk.journey()
        assert not unreachable(journey, beth.id)
        assert rung_at(walk, beth) == [28, 30.83]


async def test_row_11_engaged_twice_then_the_next_way() -> None:
    """Beth prefers calls and is on the phone with somebody: a text at once, and the call again when she may be done."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        front = world.front.house
        await choosing.change(front, await anna.account(), beth.id, channels=["call", "sms"], pin=PIN, door="her phone")
        world.gateway.script(beth.number, BUSY)
        walk = await overdue(world, anna, [])
        await world.pass_time(minutes=1)

        text = beth.phone.expect_text("NOT arrived")
        assert text.at == walk.began_at + 28 * 60 + 1
        assert rung_at(walk, beth) == [28, 29.27]
        beth.phone.expect_calls()


async def test_row_12_whoever_picks_up_and_says_nothing_has_not_heard_it() -> None:
    """A child takes Dad's phone at +3 and hangs up after half a minute; it rings again, and the rungs go on."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])
        world.gateway.always(dad.number, TAKEN, Channel.CALL)
        await world.pass_time(minutes=5.5)

        assert rung_at(walk, dad) == [31, 32.92]
        assert dad.phone.expect_calls() == 2
        proofs = [p for p in (await walk.journey()).proven if p.to == dad.id and p.channel is Channel.CALL]
        assert [(p.state, p.answered_at is not None) for p in proofs] == [(Delivery.UNDELIVERED, True)] * 2


async def test_row_14_an_sos_does_not_ring_a_phone_that_speaks() -> None:
    """Dad has taken the first call and listens when the minute's call comes due: nothing knocks on his line, and the
    next one rings him again."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=60)
        listens = Fate(
            receipts=((1.0, Delivery.SENT, None), (20.0, Delivery.ANSWERED, None), (80.0, Delivery.UNDELIVERED, None))
        )
        world.gateway.script(dad.number, listens)  # the first that leaves is the call
        world.gateway.always(dad.number, listens, Channel.CALL)
        await anna.presses_sos()
        await world.pass_time(minutes=2.4)

        assert rung_at(walk, dad) == [0.08, 2.08]
        world.expect_everything()


@pytest.mark.parametrize("pin", [PIN, DURESS_PIN])
async def test_row_15_either_pin_in_the_call_is_followed_by_silence(pin: str) -> None:
    """She keys it in the first call: her phone is not rung again, whichever it was."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=60)
        await world.pass_time(minutes=75.1)
        anna.phone.expect_text("All ok?")
        await anna.phone.expect_call("Key your PIN").then_keys(f"{pin}#")
        await world.pass_time(minutes=8)

        anna.phone.expect_nothing()
        world.expect_everything()


async def test_row_09_her_calls_ring_twice() -> None:
    """An hour's walk leaves twelve minutes: called at six and nine of them, and each time once more."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=60)
        await world.pass_time(minutes=80.9)
        asked = [walk.minute(s.at) for s in world.gateway.sent if s.is_call]
        assert asked == [75, 76.75, 78, 79.75]
        anna.phone.expect_asked(texts=1, calls=4)


async def test_a_call_made_while_the_provider_was_away_rings_once() -> None:
    """Four minutes without a provider, four calls to Beth due in them: afterwards her phone rings once, with the newest."""
    async with World() as world:
        anna, beth, _ = await beth_takes_calls(world)
        walk = await anna.sets_off(plan_min=60)
        await anna.presses_sos()
        world.gateway.always(beth.number, Fate(taken=False, refusal=20003), Channel.CALL)
        await world.pass_time(minutes=4)
        assert rung_at(walk, beth) == []
        world.gateway.forget()
        await world.pass_time(minutes=1.6)

        rung = rung_at(walk, beth)  # of the four one, and perhaps the call of the fifth minute
        assert len([minute for minute in rung if minute < 5.08]) <= 1
        assert 1 <= len(rung) <= 2
        assert all(later - earlier > 0.6 for earlier, later in pairwise(rung))
        world.expect_everything()


async def test_the_words_in_her_ear_are_the_same_in_a_cover_story() -> None:
    """She keyed the duress PIN on her phone while ours rang it: the voice says what it says after the true one."""
    said = []
    for pin in (PIN, DURESS_PIN):
        async with World() as world:
            dad = world.contact("Dad")
            anna = await world.traveller("Anna", contacts=[dad])
            await anna.sets_off(plan_min=20)
            await world.pass_time(minutes=25.6)
            anna.phone.expect_text("All ok?")
            call = anna.phone.expect_call().sending.message.id
            await anna.keys_pin(pin)
            said.append((await calls.picked_up(world.front.house, call)).words)
            await world.pass_time(seconds=5)
            world.expect_everything()
    assert said[0] == said[1] == "Hello. All is settled. Thank you. Goodbye."
