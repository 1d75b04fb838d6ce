"""We were down. What came due meanwhile comes late, never not at all, and says so (row 21)."""

import pytest

from service.journey.model import CloseReason
from tests.world import Contact, Traveller, World
from tests.world_people import Walk


async def away(world: World, minutes: float) -> None:
    """Every process is killed, and after `minutes` one is started again."""
    await world.goes_down()
    await world.pass_time(minutes=minutes)
    await world.comes_up()
    await world.settle()
    world.expect_error("service was away")


async def down_over_the_deadline(world: World) -> tuple[Traveller, Contact, Walk]:
    """Anna is due at 23 min; we are gone from 20 to 40."""
    dad = world.contact("Dad")
    anna = await world.traveller("Anna", contacts=[dad])
    walk = await anna.sets_off(plan_min=20)
    await anna.walks(walk, minutes=20)
    await away(world, 20)
    return anna, dad, walk


async def test_she_is_asked_first_and_then_her_contacts_hear_late_and_once() -> None:
    """90 s for phones to come back, then a text and a call that rings twice to her, 120 s for her answer, then one text to
    Dad."""
    async with World() as world:
        anna, dad, walk = await down_over_the_deadline(world)

        await anna.phone.connects()
        await world.pass_time(seconds=100)
        assert walk.minute(anna.phone.expect_text("All ok?").at) == 41.5
        assert walk.minute(anna.phone.expect_call().at) == 41.5
        dad.phone.expect_nothing()

        await world.pass_time(minutes=4)
        late = dad.phone.expect_text("Our service was down 22:20-22:40, so this is late", "Anna was due 22:23")
        assert walk.minute(late.at) == 43.5
        assert walk.minute(anna.phone.expect_call().at) == 43.25


async def test_whoever_answers_is_no_alarm() -> None:
    """Her phone comes back within the minute and a half, she keys her PIN, and Dad never hears that we were away."""
    async with World() as world:
        anna, dad, _ = await down_over_the_deadline(world)

        await anna.phone.connects()
        answer = await anna.keys_pin()
        await world.pass_time(minutes=30)

        assert answer.code == "closed"
        dad.phone.expect_nothing()


async def test_what_her_phone_buffered_counts_as_arrival() -> None:
    """She came home while we were away; her phone is live and inside when we are back: it closes by itself."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=20)
        await world.goes_down()
        await anna.walks_home(walk)
        await anna.stands(walk, minutes=15)
        await world.comes_up()
        await world.settle()
        world.expect_error("service was away")

        await anna.phone.connects()
        await anna.stands(walk, minutes=4)

        journey = await walk.journey()
        assert journey.closed
        assert journey.closed.reason is CloseReason.ARRIVED
        dad.phone.expect_nothing()


async def test_an_sos_that_was_counting_fires_at_once() -> None:
    """Pressed two seconds before we died: no settling, no question."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        await anna.presses_sos()
        await world.pass_time(seconds=2)

        await away(world, 10)
        back_at = world.clock.now()
        await world.pass_time(seconds=5)

        assert dad.phone.expect_text("SOS from Anna").at == back_at
        dad.phone.expect_call()


async def test_an_open_alarm_goes_on_at_once() -> None:
    """Dad was told before we died; Chloe of tier 2 is told when we are back, without any settling."""
    async with World() as world:
        dad, chloe = world.contact("Dad"), world.contact("Chloe", tier=2)
        anna = await world.traveller("Anna", contacts=[dad, chloe])
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=29)
        anna.phone.expect_asked(texts=1, calls=2)
        dad.phone.expect_text("NOT arrived")

        await away(world, 6)
        back_at = world.clock.now()
        await world.pass_time(seconds=5)

        assert chloe.phone.expect_text("NOT arrived").at == back_at
        dad.phone.expect_call()


async def test_a_minute_late_is_as_normal() -> None:
    """Down from half a minute before the end of her grace to half a minute after: Dad is told at once, without excuses."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=27.5)
        anna.phone.expect_asked(texts=1, calls=2)

        await world.goes_down()
        await world.pass_time(minutes=0.9)
        await world.comes_up()
        await world.pass_time(seconds=5)

        assert dad.phone.expect_text("Anna has NOT arrived").at == walk.began_at + 28.4 * 60


@pytest.mark.parametrize("minutes", [5, 12])
async def test_our_silence_is_never_hers(minutes: float) -> None:
    """While we were away her phone could reach nobody: when it is back it was never lost, and nobody is asked."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=60)
        await anna.walks(walk, minutes=2)

        await world.goes_down()
        await anna.walks(walk, minutes=minutes)
        await world.comes_up()
        await anna.walks(walk, minutes=1)
        world.expect_error("service was away")
        await anna.phone.connects()
        await anna.walks(walk, minutes=2)

        assert {p.kind for p in (await walk.journey()).proven} == set()
