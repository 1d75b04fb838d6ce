"""A text that does not arrive."""

from dataclasses import replace

from alerts.gateway import Delivery
from alerts.notice import Kind
from alerts.turns import Lane
from service.desk import provider_errors
from tests.doubles.gateway import delivered, lost_on_the_way, opted_out, refused, reply_lost, undelivered, unproven
from tests.stories.test_somebody_is_on_it import overdue
from tests.world import World


async def test_undelivered_goes_the_second_way_at_once() -> None:
    """The carrier gives Dad's text back after four seconds: he is called in the same second."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, undelivered(after_s=4))

        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28.1)
        anna.phone.expect_asked(texts=1, calls=2)

        call = dad.phone.expect_call("Anna has not arrived")
        assert call.at == walk.began_at + 28 * 60 + 4


async def test_a_text_that_nobody_proves_delivered_is_followed_by_a_call_after_a_minute() -> None:
    """`sent` is not `delivered`."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, unproven())

        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=29.9)
        anna.phone.expect_asked(texts=1, calls=2)

        assert walk.minute(dad.phone.expect_call().at) == 29


async def test_a_wrong_number_brings_the_next_tier_forward() -> None:
    """Dad cannot be reached at all, by text or call: Chloe of tier 2 is told at once instead of after five minutes."""
    async with World() as world:
        dad, chloe = world.contact("Dad"), world.contact("Chloe", tier=2)
        anna = await world.traveller("Anna", contacts=[dad, chloe])
        world.gateway.script(dad.number, refused(), refused())

        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28.1)
        anna.phone.expect_asked(texts=1, calls=2)

        assert walk.minute(chloe.phone.expect_text("NOT arrived").at) == 28


async def test_a_request_that_got_lost_is_sent_again_after_asking_for_it() -> None:
    """No answer and no receipt: after twenty seconds the provider is asked, knows nothing, and the text is sent."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, lost_on_the_way(), delivered())

        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=29)
        anna.phone.expect_asked(texts=1, calls=2)

        assert dad.phone.expect_text("NOT arrived").at == walk.began_at + 28 * 60 + 20
        assert len(world.gateway.asked_for) == 1


async def test_a_text_whose_answer_got_lost_is_not_sent_twice() -> None:
    """The provider has it: its receipt proves that, and nobody sends it again."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, reply_lost())

        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=30)
        anna.phone.expect_asked(texts=1, calls=2)

        dad.phone.expect_text("NOT arrived")
        assert await world.store.outbox() == []
        [proof] = [p for p in (await walk.journey()).proven if p.kind is Kind.OVERDUE]
        assert (proof.state, proof.dropped) == (Delivery.DELIVERED, None)


async def test_a_provider_that_refuses_everything_loses_nothing() -> None:
    """Our credentials are refused for ten minutes: nothing is dropped, and every text goes out afterwards."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20)
        for phone in (anna.phone, dad.phone):
            world.gateway.always(phone.number, replace(refused(20003), everybody=True))
        await world.pass_time(minutes=29.9)
        dad.phone.expect_call("Anna has not arrived")  # the next way, after a minute (row 11)
        assert await provider_errors(world.store) == {Lane.TEXTS: "our credentials were refused"}

        world.gateway.forget()
        await world.pass_time(minutes=2)

        anna.phone.expect_asked(texts=1, calls=2)
        dad.phone.expect_text("NOT arrived")
        assert await provider_errors(world.store) == {}
        world.expect_everything()


async def test_stop_makes_her_unreachable_by_text_and_calls_take_over() -> None:
    """Dad once sent STOP: her screens know, and in an alarm he is called at once."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])

        await dad.phone.texts("STOP")
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=28.1)
        anna.phone.expect_asked(texts=1, calls=2)

        contact = (await anna.account()).contacts[0]
        assert not contact.reachable_by_sms
        assert walk.minute(dad.phone.expect_call("Anna has not arrived").at) == 28


async def test_a_refusal_that_means_stop_counts_like_stop() -> None:
    """The provider answers 21610: the call follows at once, and later texts are not even tried."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        world.gateway.script(dad.number, opted_out())

        walk = await overdue(world, anna, [])
        await world.pass_time(minutes=8)

        assert walk.minute(dad.phone.expect_call("Anna has not arrived").at) == 28
        assert dad.phone.expect_calls() > 0
        proven = [p for p in (await walk.journey()).proven if p.kind is Kind.OVERDUE]
        assert proven[0].state is Delivery.FAILED
        assert not (await anna.account()).contacts[0].reachable_by_sms
