"""*Walk with me*: Anna asks for company on one way home, sees who looks, and ends it with a tap."""

from typing import Any

from service.doors.phones import wire
from service.people.looking import contact_looks
from tests.stories.test_her_phone_comes_back import LONG_WAY
from tests.world import Contact, Traveller, World
from tests.world_people import PIN, Walk


async def looks(world: World, walk: Walk, who: Contact) -> bool:
    """`who` opens the page; whether it shows a place."""
    kept = await contact_looks(world.front.house, walk.key, who.id)
    await world.settle()
    return kept is not None


def on_her_screen(anna: Traveller) -> list[str]:
    """The names of those who have looked, as her phone shows them."""
    shown: Any = anna.phone.socket.of(wire.JourneyFrame)[-1].journey
    return [look["name"] for look in shown["looks"]]


async def test_company_from_the_first_step_to_the_tap_that_ends_it() -> None:
    """Beth is asked and gets the link; Dad is not, and sees nothing. Anna reads that Beth has looked. One tap: nobody may
    look any more, and nobody is told so."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await anna.sets_off(LONG_WAY, plan_min=90, walk_with=[beth])
        await anna.walks(walk, minutes=2)
        beth.phone.expect_text("/c/")

        assert await looks(world, walk, beth)
        assert not await looks(world, walk, dad)
        assert on_her_screen(anna) == ["Beth"]

        await anna.phone.command(wire.CompanyEnd)
        await world.pass_time(seconds=30)
        assert not await looks(world, walk, beth)
        beth.phone.expect_nothing()
        dad.phone.expect_nothing()


async def test_the_next_way_home_knows_nothing_of_it() -> None:
    """Never remembered: whoever walked with her yesterday sees nothing today."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        first = await anna.sets_off(LONG_WAY, plan_min=90, walk_with=[beth])
        await anna.walks(first, minutes=1)
        beth.phone.expect_text("/c/")
        await anna.keys_pin(PIN)
        second = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(second, minutes=1)

        assert not await looks(world, first, beth)
        assert not await looks(world, second, beth)


async def test_company_is_no_alarm_and_an_alarm_is_more_than_company() -> None:
    """Whoever was told that she is overdue sees her place whether or not she was asked along."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await anna.sets_off(plan_min=20, walk_with=[beth])
        await anna.walks(walk, minutes=3)
        await world.pass_time(minutes=26)

        assert await looks(world, walk, dad)
        assert await looks(world, walk, beth)
        world.expect_everything()


async def test_dad_is_told_at_the_start_that_her_phone_may_die() -> None:
    """Nine per cent and a long way: he reads when she is due, and does not wonder when it falls silent."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        anna.phone.battery = 9.0
        await anna.sets_off(plan_min=30, battery_text=True)
        await world.pass_time(seconds=5)

        dad.phone.expect_text("at 9% and may die", "due 22:")
        beth.phone.expect_nothing()
        assert anna.phone.socket.of(wire.Warned) == []
