"""Rows 21 and 24 as phones have them: we were away, or the carrier was."""

from service.demo.twilio_double import SENDER
from tests.provider_world import ProviderWorld
from tests.stories.provider.overdue import overdue, shown
from tests.world_people import PIN


async def away(world: ProviderWorld, *, minutes: float) -> float:
    """kill −9, so long nobody answers at our doors, and up again."""
    await world.goes_down()
    await world.pass_time(minutes=minutes)
    await world.comes_up()
    await world.settle()
    world.expect_error("service was away")
    return world.clock.now()


def ours(words: str) -> str:
    """A text without its link and without who is to be rung: what it is about."""
    return words.partition(". Ring her")[0]


async def test_row_21_she_is_asked_and_they_hear_that_we_were_down() -> None:
    """Down from 20 to 40 minutes, due at 23: her phone shows the question 90 s after we are back, and rings; Beth's shows
    the text 120 s after that, once, and it says so."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=20)
        back_at = await away(world, minutes=20)
        await world.pass_time(minutes=6)

        [question] = [t for t in world.phone(anna).texts if t.at > walk.began_at]
        assert (question.at - back_at, question.body) == (91.0, "All ok? Reply OK and your PIN, or MORE 15")
        assert [c.at - back_at for c in world.phone(anna).calls] == [92.0, 199.0]
        [late] = [t for t in world.phone(beth).texts if t.at > walk.began_at]
        assert late.at - back_at == 211.0
        assert ours(late.body) == (
            "Our service was down 22:20-22:40, so this is late. Anna was due 22:23 and as of 22:43 has not answered"
        )
        world.expect_everything()


async def test_row_21_what_she_keys_in_the_late_call_is_in_time() -> None:
    """Her PIN in the call that comes after the settling: Beth's phone stays dark."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=20)
        world.phone(anna).picks_up(f"{PIN}#", after_s=10.0)
        await world.pass_time(minutes=20)
        await away(world, minutes=20)
        await world.pass_time(minutes=8)

        assert [c.keys for c in world.phone(anna).calls] == [f"{PIN}#"]
        assert shown(world, walk, beth) == []
        world.expect_everything()


async def test_row_21_an_open_alarm_goes_on_at_once_and_lost_receipts_cost_a_call_and_no_silence() -> None:
    """We die while Beth's text is on its way: her phone shows it, but nobody took its receipts, and the provider does not
    report for ever. Back after two minutes her phone rings at once, and Dad of tier 2 reads his at +5 as ever."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", tier=2)
        _, walk = await overdue(world, beth, dad)
        assert [e.state for e in world.entries(beth, since=walk.began_at)] == ["sending"]
        await away(world, minutes=2)
        await world.pass_time(minutes=4)

        assert world.double.counters()["callbacks_given_up"] == 2
        seen = [(at, what, ours(words)) for at, what, words in shown(world, walk, beth)]
        assert seen[:2] == [
            (1, "text", "Anna has NOT arrived. Due 22:23, as of 22:28 no answer"),
            (122, "no-answer", ""),
        ]
        assert [at for at, what, _ in shown(world, walk, dad) if what == "text"] == [301]
        world.expect_everything()


async def test_row_24_an_alert_that_the_carrier_held_is_followed_by_the_all_clear_again() -> None:
    """Beth's phone is off when Anna does not arrive and when it is over. Seven minutes later it is on again and shows the
    alert, the end of it, and two seconds after the late receipt the end once more: that stands last."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        anna, walk = await overdue(world, beth, minutes=27)
        world.phone(beth).off()
        await world.pass_time(minutes=2)
        await anna.keys_pin()
        await world.pass_time(minutes=8)
        world.phone(beth).on()
        await world.pass_time(minutes=30)

        seen = [(at, words[:27]) for at, _, words in shown(world, walk, beth)]
        reference = (await walk.journey()).plan.reference
        over = f"Anna's alert {reference} is closed"[:27]
        assert seen == [(540, "Anna has NOT arrived. Due 2"), (540, over), (542, over)]
        world.expect_everything()


async def test_row_24_a_text_that_expired_in_the_queue_is_written_anew() -> None:
    """The provider's queue is 400 s long and an alert is true for 300: the first is never sent (30036). Beth's phone rings
    meanwhile; what it shows in the end is one text, as of when it was written anew."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        world.phone(dad).picks_up("2")
        _, walk = await overdue(world, beth, dad, minutes=27)
        world.double.rates.texts_s = 1.0
        world.double.rates.line(SENDER).free_at = world.clock.monotonic() + 60.0 + 400.0
        await world.pass_time(minutes=8.5)

        entries = world.entries(beth, since=walk.began_at)
        assert (entries[0].states, entries[0].error_code) == (["queued", "failed"], 30036)
        texts = [(at, ours(words)) for at, what, words in shown(world, walk, beth) if what == "text"]
        assert texts == [(401, "Anna has NOT arrived. Due 22:23, as of 22:33 no answer")]
        world.expect_everything()


async def test_row_24_a_phone_that_comes_back_shows_the_newest_last() -> None:
    """Off for seven minutes: the carrier held the alert and the one that was written anew when it had expired; no more
    follow once one is proved."""
    async with ProviderWorld() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        _, walk = await overdue(world, beth, dad, minutes=27)
        world.phone(beth).off()
        await world.pass_time(minutes=8)
        world.phone(beth).on()
        await world.pass_time(minutes=20)

        texts = [(at, ours(words)) for at, what, words in shown(world, walk, beth) if what == "text"]
        assert texts[:2] == [
            (420, "Anna has NOT arrived. Due 22:23, as of 22:28 no answer"),
            (420, "Anna has NOT arrived. Due 22:23, as of 22:33 no answer"),
        ]
        assert ["nobody has taken this" in words for _, words in texts[2:]] == [True]
        world.expect_everything()
