"""Anna is not home when she should be, and her phone lies still somewhere."""

from service.journey.model import Level
from tests.world import World


async def test_overdue_and_nobody_answers_until_the_second_tier() -> None:
    """She is asked, then tier 1 is texted at 28 min, Dad is called twice from 31, tier 2 is texted at 33, and Chloe
    answers."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", primary=True)
        chloe = world.contact("Chloe", tier=2)
        anna = await world.traveller("Anna", contacts=[beth, dad, chloe])
        walk = await anna.sets_off(plan_min=20)

        await anna.walks(walk, minutes=8)
        await world.pass_time(minutes=19.9)

        assert anna.phone.expect_prompt("nudge").until == walk.began_at + 23 * 60
        assert anna.phone.expect_prompt("due").until == walk.began_at + 28 * 60
        anna.phone.expect_text("All ok? Reply OK and your PIN, or MORE 15")
        anna.phone.expect_call()
        anna.phone.expect_call()
        beth.phone.expect_nothing()

        await world.pass_time(minutes=6)

        first = beth.phone.expect_text("Anna has NOT arrived", "Due 22:23", "as of 22:28", "We have NOT called police")
        assert walk.minute(first.at) == 28
        assert walk.minute(dad.phone.expect_text("Anna has NOT arrived").at) == 28
        for minute in (31, 32.75):
            assert walk.minute(dad.phone.expect_call("Anna").at) == minute
        told = chloe.phone.expect_text("Anna has NOT arrived", "as of 22:33")
        assert walk.minute(told.at) == 33

        await told.then_reply((await walk.journey()).plan.code)
        await world.pass_time(minutes=9)

        chloe.phone.expect_text("Thank you, the others know that you are on it")
        beth.phone.expect_text("Another contact is on it for Anna since 22:33")
        dad.phone.expect_text("Another contact is on it for Anna since 22:33")


async def test_nobody_answers_at_all() -> None:
    """At 36 min everybody is called and reads that nobody has it; at 40 operators have it; calls go on every 10 min, and
    each is rung again within 3 min of its beginning."""
    async with World() as world:
        beth, chloe = world.contact("Beth"), world.contact("Chloe", tier=2)
        anna = await world.traveller("Anna", contacts=[beth, chloe])
        walk = await anna.sets_off(plan_min=20)

        await anna.phone.dies()
        await world.pass_time(minutes=50)

        beth.phone.expect_text("Anna's phone has been silent")
        beth.phone.expect_text("Anna has NOT arrived")
        chloe.phone.expect_text("Anna has NOT arrived")
        for contact in (beth, chloe):
            assert walk.minute(contact.phone.expect_text("nobody has taken this").at) == 36
        minutes = {c.name: [walk.minute(s.at) for s in c.phone.unexpected if s.is_call] for c in (beth, chloe)}
        assert minutes == {"Beth": [31, 32.75, 36, 37.75, 46, 47.75], "Chloe": [36, 37.75, 46, 47.75]}
        for contact in (beth, chloe):
            contact.phone.expect_calls()
        journey = await walk.journey()
        assert journey.incident
        assert journey.incident.level is Level.OPERATOR


async def test_her_pin_ends_it_and_exactly_those_told_hear_so() -> None:
    """Beth was told that Anna is overdue and hears that the PIN was given; Chloe of tier 2 hears nothing at all."""
    async with World() as world:
        beth, chloe = world.contact("Beth"), world.contact("Chloe", tier=2)
        anna = await world.traveller("Anna", contacts=[beth, chloe])
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=29)
        anna.phone.expect_asked(texts=1, calls=2)
        beth.phone.expect_text("NOT arrived")

        answer = await anna.keys_pin()
        await world.pass_time(minutes=30)

        assert answer.code == "closed"
        reference = (await walk.journey()).plan.reference
        beth.phone.expect_text(f"alert {reference} is closed: her PIN was given at 22:29")
        chloe.phone.expect_nothing()
