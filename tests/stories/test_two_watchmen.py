"""More than one process looks after Anna."""

from tests.world import World


async def test_two_watchmen_give_one_fan_out() -> None:
    """Two processes sweep and send at the same instant: Beth and Dad get one text each."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await world.comes_up()
        walk = await anna.sets_off(plan_min=20)

        await world.pass_time(minutes=30)

        anna.phone.expect_asked(texts=1, calls=2)
        for contact in (beth, dad):
            assert walk.minute(contact.phone.expect_text("NOT arrived").at) == 28


async def test_an_answer_at_one_process_counts_at_the_other() -> None:
    """The alarm was raised by the second process; Dad's 42 comes in at the first, which had only seen her fixes."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        second = await world.comes_up()
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=2)
        first, world.processes = world.front, [second]
        await world.pass_time(minutes=27)
        anna.phone.expect_asked(texts=1, calls=2)
        dad.phone.expect_text("NOT arrived")

        world.processes = [first, second]
        await dad.phone.texts((await walk.journey()).plan.code)
        await world.pass_time(minutes=9)

        dad.phone.expect_text("Thank you, the others know that you are on it")


async def test_her_phone_hears_what_another_process_decided() -> None:
    """The question is raised by a process that does not hold her socket, and is on her screen at once."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20)
        await world.comes_up()
        world.processes.reverse()

        await world.pass_time(minutes=23)

        assert anna.phone.expect_prompt("due").until == walk.began_at + 28 * 60
