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
