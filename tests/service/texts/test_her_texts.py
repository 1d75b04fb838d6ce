"""What she can do by text alone."""

import pytest
from msgspec.structs import replace

from alerts.notice import HER, Kind, Notice
from service.journey.model import Cause, JourneyKind, JourneyState
from service.operators.accounts import Operators
from service.operators.presence import seen
from service.people.editing import Edit, edited
from service.people.model import Reset
from tests.service.people.household import ANNA, BETH, DAD, DURESS, PIN, Her, Household

WRONG = "1357"


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, whose contact Beth has said YES."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    return anna


async def answers(home: Household) -> list[Notice]:
    """What she was answered, oldest first."""
    return [n for n in await home.sends(Kind.REPLY) if n.to == HER]


async def answer(home: Household, body: str) -> dict[str, str]:
    """She texts this; the one answer."""
    before = len(await answers(home))
    await home.text(ANNA, body)
    [found] = (await answers(home))[before:]
    return found.extra


async def test_a_journey_begun_extended_and_ended_by_text(her: Her, home: Household) -> None:
    """No data at all: WALK 30, MORE 15, HOME and her PIN; each is answered."""
    said = await answer(home, "Walk 30")
    journey = await home.journey((await home.account(her.id)).live or "")
    assert said == {
        "words": "Not heard from by 22:40: we text and ring Beth. If there is no answer, nobody else is told."
    }
    assert (journey.plan.kind, journey.plan.streams, journey.plan.destination) == (JourneyKind.TIMER, False, "home")
    assert journey.eta_at == home.clock.now() + 34.5 * 60

    assert await answer(home, "more 15") == {"reply": "ok_until", "at": repr(journey.eta_at + 900)}
    assert await answer(home, f"home {PIN}") == {"reply": "ended"}
    assert (await home.journey(journey.id)).state is JourneyState.CLOSED
    assert await answer(home, f"home {PIN}") == {"reply": "nothing"}


async def test_her_word_for_the_place_is_kept_if_it_can_be(her: Her, home: Household) -> None:
    """The words after the minutes; without braces, never longer than a word may be, and never her PIN."""
    await home.text(ANNA, f"WALK 30 to Mum's house {PIN} please")
    assert (await home.journey((await home.account(her.id)).live or "")).plan.destination == "Mum's house"
    await home.text(ANNA, f"HOME {PIN}")
    await home.text(ANNA, "WALK 20 " + "very " * 20)
    assert (await home.journey((await home.account(her.id)).live or "")).plan.destination == "home"


@pytest.mark.parametrize("body", ["WALK", "walk home", "WALK 0", "WALK 601", "walk 5000", "walk 11 hours"])
async def test_a_walk_without_minutes_that_make_sense_is_told_the_form(body: str, her: Her, home: Household) -> None:
    """And nothing has begun."""
    assert await answer(home, body) == {"reply": "walk_form"}
    assert (await home.account(her.id)).live is None


async def test_a_walk_that_nobody_would_hear_of_is_not_begun(home: Household) -> None:
    """Said as it is: she must not think that she is watched."""
    anna = await home.sign_up()
    await anna.asks("Beth", BETH)
    assert await answer(home, "WALK 30") == {"reply": "walk_nobody"}


async def test_a_second_walk_names_the_first(her: Her, home: Household) -> None:
    """Until when it goes, and how to go on; once something is open only that something is."""
    shown = await her.sets_off(minutes=20)
    assert await answer(home, "WALK 30") == {"reply": "walk_busy", "at": repr(shown["eta_at"])}
    await home.time_passes(shown["promised_at"] - home.clock.now())
    assert await answer(home, "WALK 30") == {"reply": "walk_busy"}


async def test_the_same_walk_sent_twice_is_one_journey(her: Her, home: Household) -> None:
    """The provider repeats its webhook; she repeats nothing and gets one answer."""
    for _ in range(3):
        await home.text(ANNA, "WALK 30", sid="SM-once")
    assert (await home.account(her.id)).journeys == 1
    assert len(await answers(home)) == 1


async def test_after_her_duress_pin_a_walk_is_what_it_is_after_a_true_one(home: Household) -> None:
    """The journey under cover is over as far as she is shown: another begins, with the same words."""
    said = []
    for n, pin in enumerate((PIN, DURESS)):
        number = f"+44770090040{n}"
        anna = await home.sign_up("Anna", number)
        await anna.has("Beth", f"+44770090041{n}")
        for body in ("WALK 30", f"HOME {pin}", "WALK 20", "MORE 5", "OK", f"OK {pin}", "HELP"):
            await home.text(number, body)
        said.append([n.extra for n in await answers(home) if n.journey == anna.id])

    assert said[0] == said[1]
    assert len(said[0]) == 7


async def test_the_sentence_of_many_contacts_is_told_by_first_names(home: Household) -> None:
    """Two segments, and nobody is left out while there is another way."""
    anna = await home.sign_up()
    for n in range(10):
        await anna.has(f"Beatrice{n} Wolfeschlegelsteinhausen", f"+44770090060{n}")
    words = (await answer(home, "WALK 30"))["words"]
    assert "Wolfe" not in words
    assert "Beatrice0, Beatrice1" in words
    assert words.endswith("If none answers, nobody else is told.")


async def test_her_screen_after_a_change_made_under_duress(home: Household) -> None:
    """Dad was taken off with the duress PIN: he is told all the same, and the sentence does not know him."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    dad = await anna.has("Dad", DAD)
    assert (await anna.post(f"/contacts/{dad}/remove", {"pin": DURESS})).status_code == 204
    said = await answer(home, "WALK 30")
    assert "Dad" not in said["words"]
    journey = await home.journey((await home.account(anna.id)).live or "")
    assert dad in {p.id for p in journey.plan.people}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("OK", {"reply": "ok"}),
        (f"OK {PIN}", {"reply": "ok"}),
        ("MORE 15", {"reply": "ok_until"}),
        ("MORE 90", {"reply": "pin_needed"}),
        (f"MORE 90 {PIN}", {"reply": "ok_until"}),
        ("HOME", {"reply": "pin_needed"}),
        (f"HOME {WRONG}", {"reply": "try_again", "wait_s": "0.0"}),
        ("HOME 24 68", {"reply": "ended"}),
        ("what is this", {"reply": "sorry"}),
    ],
)
async def test_what_she_is_answered_on_her_way(body: str, said: dict[str, str], her: Her, home: Household) -> None:
    """A sender can be forged: what ends or goes beyond row 18 takes her PIN."""
    await her.sets_off(minutes=20)
    got = await answer(home, body)
    got.pop("at", None)
    assert got == said


async def test_a_pin_keyed_too_soon_is_told_how_long_to_wait(her: Her, home: Household) -> None:
    """Row 16's delays hold for texts; also for the right one."""
    await her.sets_off(minutes=20)
    waits = [(await answer(home, f"HOME {WRONG}"))["wait_s"] for _ in range(3)]
    assert waits == ["0.0", "0.0", "10.0"]
    assert await answer(home, f"HOME {PIN}") == {"reply": "try_again", "wait_s": "10.0"}
    home.clock.forward(10)
    assert await answer(home, f"HOME {PIN}") == {"reply": "ended"}


async def test_help_is_heard_and_answered_in_neutral_words(her: Her, home: Household) -> None:
    """With a journey or without one, and again."""
    assert await answer(home, "no help needed") == {"reply": "heard"}
    journey = await home.journey((await home.account(her.id)).live or "")
    assert journey.alarm is not None
    assert journey.alarm.cause is Cause.SOS
    assert await answer(home, "SOS") == {"reply": "heard"}
    assert (await home.account(her.id)).journeys == 1


async def test_help_that_reaches_nobody_says_so(home: Household) -> None:
    """She must not wait for people who were not told; with an operator on shift somebody is."""
    await home.sign_up()
    assert await answer(home, "HELP") == {"reply": "heard_by_nobody"}


async def test_help_reaches_somebody_who_has_not_answered_yet(home: Household) -> None:
    """By the one text in an SOS."""
    anna = await home.sign_up()
    await anna.asks("Beth", BETH)
    assert await answer(home, "HELP") == {"reply": "heard"}


async def test_she_is_answered_twelve_times_an_hour(her: Her, home: Household) -> None:
    """Beyond that her commands are done and not answered: somebody plays with her number."""
    await her.sets_off(minutes=20)
    for _ in range(14):
        await home.text(ANNA, "OK")
    assert len(await answers(home)) == 12
    await home.text(ANNA, f"HOME {PIN}")
    assert (await home.journey((await home.account(her.id)).live or "")).state is JourneyState.CLOSED
    home.clock.forward(3600)
    assert await answer(home, "OK") == {"reply": "nothing"}


async def test_words_that_mean_nothing_are_answered_once_an_hour(her: Her, home: Household) -> None:
    """She may think that something was done: "wak 30" is told the words."""
    assert await answer(home, "wak 30") == {"reply": "sorry"}
    for body in ("hm", "", "🌸"):
        await home.text(ANNA, body)
    assert len(await answers(home)) == 1


async def test_a_pin_by_text_calls_off_new_pins_that_somebody_else_asked_for(her: Her, home: Household) -> None:
    """The text she got says: reply OK and your PIN. Either of them."""
    for pin in (PIN, DURESS):
        await edited(home.house, her.id, "reset", lambda a, now: Edit(replace(a, reset=Reset(now, now + 86_400))))
        assert await answer(home, f"OK {pin}") == {"reply": "nothing"}
        assert (await home.account(her.id)).reset is None


async def test_an_operator_on_shift_is_somebody(home: Household) -> None:
    """Without contacts her HELP still reaches a person."""
    await home.sign_up()
    await Operators(home.store, home.clock, time_cost=1, memory_kib=8).add("olga", "a password of hers")
    await seen(home.house, "olga", home.clock.now())
    assert await answer(home, "HELP") == {"reply": "heard"}
