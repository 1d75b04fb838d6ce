"""Row 9 as her phone has it: a text, two calls that each ring twice, and what she keys in them."""

import pytest

from service.demo.provider.phones import Person, Press
from service.journey.model import JourneyState
from tests.provider_world import ProviderWorld
from tests.world import Contact, Traveller
from tests.world_people import DURESS_PIN, PIN, WRONG_PIN, Walk

THANKS = "Thank you. Goodbye."


async def due(world: ProviderWorld, *keys: str | Press) -> tuple[Traveller, Contact, Walk]:
    """Anna's hour is nearly over; at its end her phone is rung, at 75 minutes, and she keys these."""
    beth = world.contact("Beth")
    anna = await world.traveller("Anna", contacts=[beth])
    walk = await anna.sets_off(plan_min=60)
    world.phone(anna).picks_up(*keys, after_s=6.0)
    await world.pass_time(minutes=77)
    anna.phone.expect_text("All ok? Reply OK and your PIN")
    anna.phone.expect_call("Is all ok? Key your PIN, then hash.")
    return anna, beth, walk


async def test_row_09_her_phone_shows_a_text_and_rings_at_half_and_three_quarters() -> None:
    """An hour's walk leaves twelve minutes: the text at three of them, calls at six and nine, each rung once more 75 s
    after it rang out; a second of the network's before each state."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=60)
        await world.pass_time(minutes=80.9)

        phone = world.phone(anna)
        assert [(walk.minute(t.at), t.body) for t in phone.texts[1:]] == [
            (72.02, "All ok? Reply OK and your PIN, or MORE 15")
        ]
        assert world.taken(walk, anna, "call") == [75.0, 76.78, 78.0, 79.78]
        assert [(c.ended, c.words) for c in phone.calls] == [("no-answer", "")] * 4
        assert {e.validity_s for e in world.entries(anna, since=walk.began_at)} == {120}
        anna.phone.expect_asked(texts=1, calls=4)


async def test_row_09_her_pin_in_the_call_is_ok() -> None:
    """She picks up and keys it: one call, a new time of arrival, and Beth's phone shows nothing."""
    async with ProviderWorld() as world:
        anna, beth, walk = await due(world, f"{PIN}#")
        [call] = world.phone(anna).calls
        assert (call.keys, call.ended, call.hung_up) == (f"{PIN}#", "completed", False)
        assert call.words.endswith(THANKS)
        journey = await walk.journey()
        assert (journey.state, journey.due) == (JourneyState.ACTIVE, None)
        assert journey.eta_at is not None
        assert journey.eta_at >= call.pressed[-1][0] + 600.0
        assert world.phone(beth).texts[-1].at < walk.began_at


async def test_row_09_a_star_after_the_pin_is_a_quarter_of_an_hour() -> None:
    """`*` is recognised when nothing more is keyed for six seconds."""
    async with ProviderWorld() as world:
        anna, _, walk = await due(world, f"{PIN}*")
        [call] = world.phone(anna).calls
        assert call.words.endswith(THANKS)
        journey = await walk.journey()
        assert journey.eta_at == pytest.approx(call.pressed[-1][0] + 6.0 + 900.0, abs=1.0)


async def test_row_09_the_duress_pin_in_the_call_is_heard_like_the_true_one() -> None:
    """Word for word and second for second on her own phone; behind it the text and the call go to the SOS list."""
    heard = []
    for pin in (PIN, DURESS_PIN):
        async with ProviderWorld() as world:
            anna, beth, walk = await due(world, f"{pin}#")
            [call] = world.phone(anna).calls
            heard.append([(walk.minute(at), words) for at, words in call.said])
            told = [t.body for t in world.phone(beth).texts if t.at > walk.began_at]
            assert ["FORCED" in body for body in told] == [pin == DURESS_PIN] * len(told)
            assert len(told) == (0 if pin == PIN else 2)  # and once more after a minute
            assert bool(world.phone(beth).calls) is (pin == DURESS_PIN)
            world.expect_everything()
    assert heard[0] == heard[1]


async def test_row_09_a_wrong_pin_may_be_keyed_again_in_the_same_call() -> None:
    """Twice wrong, then right: "please try again" at once and at once, and nobody hears of it."""
    async with ProviderWorld() as world:
        anna, beth, walk = await due(world, f"{WRONG_PIN}#", f"{WRONG_PIN}#", f"{PIN}#")
        [call] = world.phone(anna).calls
        assert call.keys == f"{WRONG_PIN}#{WRONG_PIN}#{PIN}#"
        assert [w for _, w in call.said if "try again" in w] == ["Please try again. Key your PIN, then hash."] * 2
        assert call.words.endswith(THANKS)
        assert (await walk.journey()).due is None
        assert world.phone(beth).calls == []


@pytest.mark.parametrize("first", [Person(answers_after_s=None), Person(hangs_up_after_s=5.0)])
async def test_row_09_a_call_she_has_picked_up_holds_the_text_to_her_contacts(first: Person) -> None:
    """Twenty minutes' walk: Beth would read it at 28. The first call, at 25:30, rings out, or she hangs up on it. The
    next one she takes 52 s before, and keys nothing: Beth reads it a minute after that, and no later for anything else."""
    async with ProviderWorld() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(plan_min=20)
        world.phone(anna).will(first, Person(answers_after_s=20.0, hangs_up_after_s=15.0))
        await world.pass_time(minutes=31)

        taken = world.phone(anna).calls[1].answered_at
        assert taken is not None
        [text] = world.entries(beth, since=walk.began_at)
        assert 27 < walk.minute(taken) < 28
        assert text.at == taken + 60.0
        world.expect_everything()
