"""Anna gets home."""

from service.journey.model import CloseReason, JourneyState
from tests.world import World


async def test_she_arrives_and_nobody_is_told() -> None:
    """The journey closes by itself once a fix shows her at home three minutes after she came; no phone has rung."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=25)

        await anna.walks_home(walk)
        assert (await walk.journey()).state is JourneyState.ARRIVED_PENDING

        await anna.stands(walk, minutes=3)
        journey = await walk.journey()

        assert journey.closed
        assert journey.closed.reason is CloseReason.ARRIVED
        beth.phone.expect_nothing()


async def test_the_clock_never_closes_a_journey() -> None:
    """Her phone goes out as she comes in: nothing shows her at home later, so she is asked, and her contact is told
    that her phone reached home and she has not confirmed."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=25)

        await anna.walks_home(walk)
        await anna.phone.dies()
        await world.pass_time(minutes=15)

        assert (await walk.journey()).closed is None
        beth.phone.expect_text("Anna's phone reached home", "has not confirmed")
        for _ in range(2):
            beth.phone.expect_call("Anna's phone reached home")


async def test_those_she_chose_hear_that_she_set_off_and_that_she_arrived() -> None:
    """Beth was ticked for this journey and gets two texts; Dad was not and gets none."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])

        walk = await anna.sets_off(plan_min=25, tell=[beth])
        await anna.walks_home(walk)
        await anna.stands(walk, minutes=4)

        beth.phone.expect_text("Anna has set off and is due at 22:28")
        beth.phone.expect_text("Anna arrived at")
        dad.phone.expect_nothing()
