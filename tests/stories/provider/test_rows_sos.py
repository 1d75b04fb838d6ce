"""Row 14 as the phones of the SOS list have it."""

from itertools import pairwise

from service.demo.provider.numbers import Kind as Number
from service.demo.provider.phones import Person
from tests.provider_world import ProviderWorld
from tests.world import Contact

ASLEEP = Person(answers_after_s=None)


def since(world: ProviderWorld, contact: Contact, at: float) -> tuple[list[float], list[float]]:
    """Seconds after `at` of every text on this phone and of every time it rang."""
    phone = world.phone(contact)
    return (
        [round(t.at - at, 1) for t in phone.texts if t.at >= at],
        [round(c.at - at, 1) for c in phone.calls if c.at >= at],
    )


async def test_row_14_text_and_call_to_all_at_once_and_again_at_one_two_three_five_and_ten_minutes() -> None:
    """It fires five seconds after she pressed; a text is on a phone a second after that, and the phone rings a second
    later. Of five minutes and ten each call rings once more; those of the first three are each other's second ring."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await anna.sets_off(plan_min=60)
        pressed_at = world.clock.now()
        await anna.presses_sos()
        await world.pass_time(minutes=13)

        for contact in (beth, dad):
            texts, calls = since(world, contact, pressed_at)
            assert texts == [6, 66, 126, 186, 306, 606]
            assert calls == [7, 67, 127, 187, 307, 414, 607, 714]
        world.expect_everything()


async def test_row_14_one_in_the_call_stops_calls_to_that_person_only() -> None:
    """Dad sleeps through the first and takes the second: he is told to dial 999, hears no more, and Beth's phone goes on
    ringing."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await anna.sets_off(plan_min=60)
        world.phone(dad).will(ASLEEP)
        world.phone(dad).picks_up("1", after_s=4.0)
        pressed_at = world.clock.now()
        await anna.presses_sos()
        await world.pass_time(minutes=6)

        assert since(world, dad, pressed_at) == ([6, 66], [7, 67])
        assert since(world, beth, pressed_at)[1] == [7, 67, 127, 187, 307]
        call = world.phone(dad).calls[-1]
        assert (call.keys, call.ended) == ("1", "completed")
        assert "Dial 9 9 9 now, unless you can see she is safe. Her phone is 0 7 7" in call.words
        world.expect_everything()


async def test_row_14_her_pin_within_the_five_seconds_leaves_every_phone_silent() -> None:
    """And after it, those who were told are told that too."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        await anna.sets_off(plan_min=60)
        pressed_at = world.clock.now()
        await anna.presses_sos()
        await world.pass_time(seconds=4)
        await anna.cancels_sos()
        await world.pass_time(minutes=3)
        assert since(world, beth, pressed_at) == ([], [])

        pressed_at = world.clock.now()
        await anna.presses_sos()
        await world.pass_time(seconds=30)
        await anna.keys_pin()
        await world.pass_time(minutes=3)
        sos, closed = [t.body for t in world.phone(beth).texts if t.at >= pressed_at]
        assert sos.startswith("SOS from Anna")
        assert "her PIN was given" in closed
        world.expect_everything()


async def test_row_14_a_landline_and_a_number_of_nobody_hold_up_no_phone() -> None:
    """Chloe's number takes no texts (21614, at once) and Emma's is nobody's any more (30005, afterwards): Chloe's phone
    rings in the same second as the others', and Beth's shows the text when it would have."""
    async with ProviderWorld() as world:
        beth, chloe, emma = (world.contact(name) for name in ("Beth", "Chloe", "Emma"))
        anna = await world.traveller("Anna", contacts=[beth, chloe, emma])
        await anna.sets_off(plan_min=60)
        world.phone(chloe).kind, world.phone(emma).kind = Number.LANDLINE, Number.UNKNOWN
        pressed_at = world.clock.now()
        await anna.presses_sos()
        await world.pass_time(minutes=4)

        assert since(world, beth, pressed_at) == ([6, 66, 126, 186], [7, 67, 127, 187])
        texts, calls = since(world, chloe, pressed_at)
        assert (texts, calls[0]) == ([], 7)
        assert all(b - a >= 30 for a, b in pairwise(calls))
        assert since(world, emma, pressed_at) == ([], [])
        tried = [e for e in world.double.to(emma.number) if e.at >= pressed_at]
        assert [(e.channel, e.state, e.error_code) for e in tried[:2]] == [
            ("sms", "undelivered", 30005),
            ("call", "failed", None),
        ]
        world.expect_everything()
