"""The process that sends is killed between handing a text over and writing that down."""

import asyncio

from tests.doubles.gateway import hangs, lost_on_the_way
from tests.world import Contact, Traveller, World


async def killed(world: World, anna: Traveller) -> None:
    """The dispatcher dies in the middle of the request that tells Dad; another one takes its place."""
    await anna.sets_off(plan_min=20)
    await world.pass_time(minutes=27.9)
    anna.phone.expect_asked(texts=1, calls=2)
    world.clock.forward(6)
    process = world.front
    await process.watchman.one_round()
    sending = asyncio.create_task(process.dispatcher.one_round())
    await world.rest()
    assert not sending.done()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await world.goes_down()
    world.gateway.lose_receipts()
    await world.comes_up()


def texts_to(world: World, contact: Contact) -> int:
    return len([s for s in world.gateway.sent if s.message.to == contact.number and "NOT arrived" in s.message.text])


async def test_what_was_handed_over_is_found_and_not_sent_again() -> None:
    """The row comes back when the dead one's lease has ended; the provider is asked and has the text already."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, hangs())

        await killed(world, anna)
        await world.pass_time(minutes=1.5)

        dad.phone.expect_text("NOT arrived")
        assert texts_to(world, dad) == 1
        assert len(world.gateway.asked_for) == 1
        assert await world.store.outbox() == []


async def test_what_never_got_there_is_sent() -> None:
    """Killed before the provider had it: nothing is found, and a minute later Dad is told."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, lost_on_the_way(hangs=True))

        await killed(world, anna)
        await world.pass_time(minutes=2)

        dad.phone.expect_text("NOT arrived")
        assert texts_to(world, dad) == 1


async def test_a_provider_that_cannot_find_it_costs_one_duplicate_at_most() -> None:
    """Its list lags behind: Dad gets the text twice, under one key, and no third time."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, hangs())
        world.gateway.finds = False

        await killed(world, anna)
        await world.pass_time(minutes=2.5)

        for _ in range(2):
            dad.phone.expect_text("NOT arrived")
        assert texts_to(world, dad) == 2
        assert len({s.message.id for s in world.gateway.sent if "NOT arrived" in s.message.text}) == 1
