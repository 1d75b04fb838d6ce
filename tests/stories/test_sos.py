"""Anna holds the red button."""

from service.doors.phones import wire
from service.journey.model import JourneyKind
from tests.world import World
from tests.world_people import WRONG_PIN


async def test_an_sos_fires_five_seconds_later_and_goes_on_until_somebody_is_heard() -> None:
    """Text and call to everybody on the SOS list at once, again after 1, 2, 3, 5 and 10 minutes; only the call after
    which nothing comes for a while is rung twice. Dad's answer stops the calls to him and no others. Chloe, who is not
    on the list, hears nothing."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        chloe = world.contact("Chloe", on_sos_list=False)
        anna = await world.traveller("Anna", contacts=[beth, dad, chloe])
        walk = await anna.sets_off(plan_min=60)
        await anna.walks(walk, minutes=1)

        answer = await anna.presses_sos()
        await world.pass_time(seconds=4.9)
        assert answer.code == "counting"
        beth.phone.expect_nothing()

        await world.pass_time(seconds=0.2)
        for contact in (beth, dad):
            call = contact.phone.expect_call("Anna")
            assert call.at == walk.began_at + 65
        await world.pass_time(seconds=10)
        for contact in (beth, dad):
            contact.phone.expect_text("SOS from Anna, 22:01, near High St, Rochester", "Dial 999 now")
        await dad.phone.texts((await walk.journey()).plan.code)

        await world.pass_time(minutes=11)

        dad.phone.expect_text("Thank you")
        beth.phone.expect_text("Another contact is on it")
        assert [walk.minute(s.at) for s in beth.phone.unexpected if s.is_call] == [2.08, 3.08, 4.08, 6.08, 7.83, 11.08]
        beth.phone.expect_calls()
        for _ in range(5):
            beth.phone.expect_text("SOS from Anna")


async def test_her_pin_cancels_it_and_nobody_hears() -> None:
    """A pocket pressed it: her PIN within five seconds and no phone rings. A wrong one cancels nothing."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=60)
        await anna.presses_sos()

        wrong = await anna.cancels_sos(WRONG_PIN)
        right = await anna.cancels_sos()
        await world.pass_time(minutes=5)

        assert (wrong.done, wrong.code) == (False, "try_again")
        assert right.code == "cancelled"
        assert (await walk.journey()).sos is None
        beth.phone.expect_nothing()


async def test_a_phone_that_dies_in_the_countdown_fires_it() -> None:
    """It was on disk when the phone heard `done`; nothing more is needed of the phone."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.sets_off(plan_min=60)

        await anna.presses_sos()
        await anna.phone.dies()
        await world.pass_time(seconds=10)

        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()


async def test_an_sos_needs_no_journey() -> None:
    """At home on her sofa: a journey of kind `sos` begins with it, in the same commit."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        line = await anna.phone.connects()
        assert line.of(wire.Welcome)[0].journey is None

        answer = await anna.presses_sos()
        await world.pass_time(seconds=10)

        assert answer.code == "counting"
        account = await anna.account()
        assert account.live
        journey = (await world.front.house.watch.look(account.live)).journey
        assert journey.plan.kind is JourneyKind.SOS
        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()


async def test_a_repeated_sos_is_one_sos() -> None:
    """The phone says it every two seconds until it hears `done`, also on a new socket: the same answer each time."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.phone.connects()
        first = await anna.phone.repeats(wire.Sos(id="cry"), "cry")
        await world.pass_time(seconds=2)
        await anna.phone.goes_dark()
        await anna.phone.connects()

        again = await anna.phone.repeats(wire.Sos(id="cry"), "cry")
        await world.pass_time(seconds=8)

        assert again == first
        assert (await anna.account()).journeys == 1
        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()


async def test_help_by_text_has_no_window() -> None:
    """From a phone without data: the alarm goes out with the text."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        sent_at = world.clock.now()

        await anna.phone.texts("Help me!!")
        await world.pass_time(seconds=5)

        assert beth.phone.expect_text("SOS from Anna").at == sent_at
        beth.phone.expect_call()
        assert anna.phone.expect_text("").text == "Ok, got it."


async def test_her_pin_after_it_fired_is_told_to_those_who_heard() -> None:
    """Forty seconds after the texts she keys her PIN: they hear that too, and to speak to her all the same."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.sets_off(plan_min=60)
        await anna.presses_sos()
        await world.pass_time(seconds=45)

        answer = await anna.cancels_sos()
        await world.pass_time(minutes=5)

        assert answer.done
        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()
        beth.phone.expect_text("Anna's SOS", "her PIN was given at 22:00, soon after it. Do speak to her")


async def test_in_an_sos_others_are_rung_whoever_is_on_it() -> None:
    """Row 14: Beth, who has not answered, is told so with the news that Dad is on it, and her phone rings again. When Chloe
    takes it too, Dad's news holds nothing of ringing. In an overdue alarm the lease keeps Beth's phone silent."""
    async with World() as world:
        beth, dad, chloe = (world.contact(name) for name in ("Beth", "Dad", "Chloe"))
        anna = await world.traveller("Anna", contacts=[beth, dad, chloe])
        walk = await anna.sets_off(plan_min=60)
        await anna.presses_sos()
        await world.pass_time(seconds=10)
        code = (await walk.journey()).plan.code
        world.expect_everything()
        await dad.phone.texts(code)
        await world.pass_time(seconds=5)
        on_it = "Another contact is on it for Anna since 22:00."
        beth.phone.expect_text(f"{on_it} We go on trying you until you answer: reply {code} = you are on it too")
        world.expect_everything()
        await world.pass_time(seconds=60)
        beth.phone.expect_call()
        world.expect_everything()
        await chloe.phone.texts(code)
        await world.pass_time(seconds=5)
        news = [s.message.text for s in dad.phone.reached if "Another contact" in s.message.text]
        assert news == ["Another contact is on it for Anna since 22:01."]
        world.expect_everything()
