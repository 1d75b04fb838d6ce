"""What an answer of a contact does: it stops calls, tells the others, and does not last for ever."""

from tests.world import Contact, Traveller, World
from tests.world_people import Walk


async def overdue(world: World, anna: Traveller, told: list[Contact]) -> Walk:
    """Anna is 28 minutes on her way, was due after 23, and tier 1 has just been told."""
    walk = await anna.sets_off(plan_min=20)
    await world.pass_time(minutes=28.5)
    anna.phone.expect_asked(texts=1, calls=2)
    for contact in told:
        contact.phone.expect_text("Anna has NOT arrived")
    return walk


async def test_42_stops_the_calls_and_tells_the_others() -> None:
    """Dad answers with the two digits: nobody is called for ten minutes, and Beth reads that somebody has it."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])
        code = (await walk.journey()).plan.code

        await dad.phone.texts(f"{code} ok, driving there now!")
        await world.pass_time(minutes=9.5)

        dad.phone.expect_text("Thank you, the others know that you are on it", "ask you again at 22:38")
        beth.phone.expect_text("Another contact is on it for Anna since 22:28")


async def test_a_lease_ends_with_a_question_and_without_an_answer_everything_goes_on() -> None:
    """After ten minutes Dad is asked for news; he says nothing for three, and what had rested goes out at once."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])
        await dad.phone.texts((await walk.journey()).plan.code)

        await world.pass_time(minutes=13.4)
        dad.phone.expect_text("Thank you")
        beth.phone.expect_text("Another contact is on it")
        assert walk.minute(dad.phone.expect_text("Any news of Anna?").at) == 38.5

        await world.pass_time(minutes=0.2)

        for contact in (beth, dad):
            assert walk.minute(contact.phone.expect_text("nobody has taken this").at) == 41.5
            assert walk.minute(contact.phone.expect_call().at) == 41.5


async def test_news_is_as_good_as_a_lease() -> None:
    """Dad texts that she is with him: nobody is called meanwhile, and only her PIN ends it."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])

        await dad.phone.texts(f"{(await walk.journey()).plan.code} here")
        await world.pass_time(minutes=9)

        assert (await walk.journey()).closed is None
        dad.phone.expect_text("Ask her to reply with her PIN: only that ends it")
        beth.phone.expect_text("Another contact says at 22:28 that Anna is with them")


async def test_everybody_who_cannot_help_is_left_in_peace_and_all_read_that_nobody_has_it() -> None:
    """Both say that they cannot: the last word goes to all at once, and nobody is called any more."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])

        await beth.phone.texts(f"{(await walk.journey()).plan.code} no")
        await dad.phone.texts("can't, sorry")
        await world.pass_time(minutes=30)

        for contact in (beth, dad):
            contact.phone.expect_text("Thank you for saying so")
            assert walk.minute(contact.phone.expect_text("nobody has taken this").at) == 28.5


async def test_a_thumb_is_seen_and_answered_with_what_to_reply() -> None:
    """A text that says nothing clear delays nothing and gets one hint, however often it is sent."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await overdue(world, anna, [dad])

        for _ in range(3):
            await dad.phone.texts("👍")
        await world.pass_time(minutes=3)

        code = (await walk.journey()).plan.code
        dad.phone.expect_text(f"Reply {code} if you are on it, {code} NO if you cannot")
        assert dad.phone.expect_calls() <= 1


async def test_a_key_in_the_call_is_an_answer_too() -> None:
    """The call after three minutes is taken, 1 is pressed, and nobody else is called."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await overdue(world, anna, [beth, dad])

        await world.pass_time(minutes=3)
        call = dad.phone.expect_call("Press 1 if you are on it.")
        assert walk.minute(call.at) == 31
        await call.then_keys("1")
        await world.pass_time(minutes=9)

        beth.phone.expect_text("Another contact is on it")
