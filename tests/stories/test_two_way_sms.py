"""Both ways by text: Anna's phone has no data tonight, and Beth and Dad have thumbs."""

from msgspec.structs import replace

from service.journey.model import JourneyKind, JourneyState
from service.people.editing import Edit, edited
from service.people.model import ContactState
from tests.world import World
from tests.world_people import DURESS_PIN, PIN, WRONG_PIN


async def test_a_journey_that_is_nothing_but_texts() -> None:
    """She sets off, asks for more time, is asked when she is due, and ends it: no app, no data, no place."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.phone.texts("Walk 30 to town")
        await world.pass_time(seconds=5)
        said = anna.phone.expect_text("Not heard from by 22:40: we text and ring Beth.").text
        assert said.endswith("If there is no answer, nobody else is told.")

        await anna.phone.texts("more 15 min pls")
        await world.pass_time(seconds=5)
        anna.phone.expect_text("Ok. Until 22:49.")

        await world.pass_time(minutes=51)
        anna.phone.expect_text("All ok? Reply OK and your PIN, or MORE 15")
        await anna.phone.texts("ok")
        await world.pass_time(seconds=5)
        anna.phone.expect_text("Please reply with your PIN too.")
        await anna.phone.texts(f"HOME {PIN[:2]} {PIN[2:]}")
        await world.pass_time(minutes=30)

        anna.phone.expect_text("Ok. It has ended.")
        journey = (await world.front.house.watch.look((await anna.account()).live or "")).journey
        assert (journey.state, journey.plan.kind) == (JourneyState.CLOSED, JourneyKind.TIMER)
        assert (journey.plan.destination, journey.seen) == ("town", None)
        beth.phone.expect_nothing()


async def test_a_walk_by_text_that_does_not_end_is_told() -> None:
    """The sentence she read comes true: Beth is texted when it said so, and answers with a thumb, then with the code."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.phone.texts("WALK 30")
        await world.pass_time(minutes=42)
        anna.phone.expect_text("Not heard from by 22:40")
        anna.phone.expect_asked(texts=1, calls=2)
        alert = beth.phone.expect_text("Anna has NOT arrived. Due 22:34")

        await beth.phone.texts("👍")
        await world.pass_time(seconds=5)
        code = beth.phone.expect_text("if you are on it").text.split()[1]
        await beth.phone.texts(f"ok {code}!")
        await world.pass_time(seconds=5)
        beth.phone.expect_text("the others know that you are on it. We ask you again at 22:52")

        await anna.phone.texts(f"OK {PIN}")
        await world.pass_time(seconds=5)
        beth.phone.expect_text("her PIN was given at 22:42")
        anna.phone.expect_text("Ok. Until 22:52.")
        await anna.phone.texts(f"home {PIN}")
        await world.pass_time(seconds=5)
        anna.phone.expect_text("Ok. It has ended.")
        assert alert.text.startswith("Anna has NOT")


async def test_a_walk_that_was_not_begun_says_so() -> None:
    """Without minutes, with a slip of the thumb, and while another is under way: she never thinks in vain that she is
    watched."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        for body, answer in (
            ("WALK", "Not begun. Say for how many minutes, 1 to 600: WALK 30"),
            ("walk home", "Not begun. Say for how many minutes"),
            ("wlk 30", "Sorry? Reply OK, MORE 15, HOME and your PIN, WALK 30, or HELP."),
            ("walk 1h", "Not heard from by 23:21"),
            ("walk 30", "Not begun: one is under way until 23:09. MORE 15 for more time"),
        ):
            await anna.phone.texts(body)
            await world.pass_time(seconds=5)
            anna.phone.expect_text(answer)


async def test_her_pin_by_text_and_her_duress_pin_read_alike() -> None:
    """The same words come back to her; behind one of them Beth reads that she may be forced."""
    told = []
    for pin in (PIN, DURESS_PIN):
        async with World() as world:
            beth = world.contact("Beth")
            anna = await world.traveller("Anna", contacts=[beth])
            for body in ("WALK 30", f"HOME {WRONG_PIN}", f"HOME {pin}", "WALK 15", "more", "safe?", "LEAVE", "what"):
                await anna.phone.texts(body)
                await world.pass_time(seconds=20)
            told.append([s.message.text for s in anna.phone.reached][1:])  # after the code of her sign-up
            forced = [s for s in beth.phone.reached if "FORCED" in s.message.text]
            assert bool(forced) is (pin == DURESS_PIN)
            world.expect_everything()

    assert told[0] == told[1]


async def test_safe_is_answered_with_on_or_not_on() -> None:
    """Once an hour, and she can see that Dad asked; never when she is due, or where."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await dad.phone.texts("Safe?")
        await world.pass_time(seconds=5)
        assert dad.phone.expect_text("").text == "Anna is not on a journey. She is shown that you asked."

        walk = await anna.sets_off(timer=True, plan_min=120)
        await dad.phone.texts("is she safe?")
        await world.pass_time(minutes=61)
        await dad.phone.texts("SAFE")
        await world.pass_time(seconds=5)
        assert dad.phone.expect_text("").text == "Anna is on a journey. She is shown that you asked."
        assert [look.what for look in (await walk.journey()).looks] == ["safe?"]
        assert [asked.by for asked in (await anna.account()).asked] == [dad.id]


async def test_leave_and_never() -> None:
    """Dad leaves in the middle of an alarm: he hears what that means, and nothing more; Beth goes on."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await anna.phone.texts("WALK 30")
        await world.pass_time(minutes=41)
        beth.phone.expect_text("NOT arrived")
        dad.phone.expect_text("NOT arrived")
        anna.phone.expect_text("Not heard from")
        anna.phone.expect_asked(texts=1, calls=2)

        await dad.phone.texts("leave her alone")
        await world.pass_time(seconds=5)
        dad.phone.expect_text("if you are on it")
        await dad.phone.texts("LEAVE")
        await world.pass_time(seconds=5)
        dad.phone.expect_text("You have left: alerts about Anna no longer reach you.", "NEVER", "STOP would block")
        await dad.phone.texts("NEVER")
        await world.pass_time(minutes=20)

        dad.phone.expect_nothing()  # two answers an hour are all; it is done
        assert await world.front.house.directory.never(str(dad.phone.number))
        assert [c.state for c in (await anna.account()).contacts] == [ContactState.CONFIRMED, ContactState.LEFT]
        world.expect_everything()


async def test_one_who_reads_polish_is_told_in_polish_and_answers_so() -> None:
    """The alarm, what follows, and what he is answered; Beth reads English beside him."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Łucja", contacts=[beth, dad])
        account = await anna.account()
        people = tuple(replace(c, language="pl" if c.name == "Dad" else "en") for c in account.contacts)
        await edited(world.front.house, anna.id, "contacts", lambda a, _: Edit(replace(a, contacts=people)))
        await anna.phone.texts("WALK 30")
        await world.pass_time(minutes=41)

        beth.phone.expect_text("Lucja has NOT arrived.")
        code = dad.phone.expect_text("Łucja NIE dotarła. Termin 22:34").text.partition("Odpisz ")[2][:2]
        await dad.phone.texts(f"{code} nie mogę")
        await beth.phone.texts(code)
        await world.pass_time(seconds=5)
        dad.phone.expect_text("Dziękujemy za odpowiedź. Pytamy dalej innych.")
        dad.phone.expect_text("Inna osoba zajmuje się tym od 22:41 (Łucja).")
        await anna.phone.texts(f"HOME {PIN}")
        await world.pass_time(seconds=5)
        dad.phone.expect_text("Łucja: alarm", "zamknięty, jej PIN podano o 22:41.")
        world.expect_everything()


async def test_a_late_answer_to_last_weeks_alert() -> None:
    """Dad finds the text days later: it is over, and since when; asked again he hears nothing."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.phone.texts("WALK 30")
        await world.pass_time(minutes=41)
        code = dad.phone.expect_text("NOT arrived").text.partition("Reply ")[2][:2]
        await anna.phone.texts(f"HOME {PIN}")
        await world.pass_time(minutes=5)
        world.expect_everything()

        await world.pass_time(minutes=4 * 24 * 60)
        for _ in range(2):
            await dad.phone.texts(code)
            await world.pass_time(seconds=5)
        dad.phone.expect_text("was already closed at Fri 22:41. Do speak to her.")
        dad.phone.expect_nothing()


async def test_help_by_text_where_nobody_can_be_told() -> None:
    """The one answer to her that is not neutral: she must not wait for somebody who was not told."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[])
        await anna.phone.texts("HELP")
        await world.pass_time(seconds=5)
        anna.phone.expect_text("There is nobody we could tell. Dial 999 if you can: we do not.")
