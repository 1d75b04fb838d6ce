"""A walk that is being tried: what her phone shows, and what it sets off."""

from msgspec.structs import replace

from service.doors.trying.walk_seen import Scene, journey_page
from service.journey import pressed
from service.journey.model import Seen
from service.watch import Change
from service.web.pages import Frame, JourneyPage
from tests.service.doors.neighbourhood import ANNA, BETH, CHLOE, DAD, DURESS, Neighbourhood

MINUTES = 60.0


async def _page(street: Neighbourhood, key: str) -> JourneyPage:
    account = await street.house.watch.account(key.partition("-")[0])
    threads = {number: await street.phones.thread(number) for number in (ANNA, BETH, DAD, CHLOE)}
    kept = await street.house.watch.look(key)
    scene = Scene(
        house=street.house, frame=Frame(), account=account, kept=kept, threads=threads, now=street.clock.now()
    )
    return await journey_page(scene)


async def test_on_her_way_she_sees_when_she_is_due_and_who_would_be_told(street: Neighbourhood) -> None:
    """The sentence names Beth, Dad and Chloe; nobody was told."""
    journey = await street.sets_off(minutes=20)

    page = await _page(street, journey.id)

    assert page.due == "22:22, contacts told at 22:27"
    assert page.sentence.startswith("Not home by 22:27: we text and ring Beth and Dad.")
    assert page.told == ()
    assert page.battery == "64%"


async def test_a_question_says_what_happens_if_it_is_not_answered(street: Neighbourhood) -> None:
    """She is due: her contacts hear at the end of the grace."""
    journey = await street.sets_off(minutes=20)

    await street.time_passes(23.5 * MINUTES)

    page = await _page(street, journey.id)
    assert page.prompt is not None
    assert page.prompt.question == "All ok? You were due at 22:22."
    assert page.prompt.until == "Not answered by 22:27:00, it goes to your contacts."


async def test_each_message_shows_how_far_it_came_and_what_was_answered(street: Neighbourhood) -> None:
    """Promise 4, newest first: Beth's text was delivered, and she typed the code."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(29 * MINUTES)
    await street.phones.reply(BETH, f"{journey.plan.code} on my way", street.clock.now())
    await street.settle()

    page = await _page(street, journey.id)

    alarm = next(one for one in page.told if one.to == "Beth" and one.about == "she has not arrived")
    assert [step.name for step in alarm.steps if step.reached] == ["accepted", "sent", "delivered"]
    assert alarm.answer == f"{journey.plan.code} on my way"
    assert "NOT arrived" in alarm.text
    assert {c.name: c.status.text for c in page.contacts} == {
        "Beth": "is on it",
        "Dad": "told, no answer yet",
        "Chloe": "said YES",
    }


async def test_a_call_to_her_that_nobody_took_says_so(street: Neighbourhood) -> None:
    """It is among what was told, with its seconds."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(27.9 * MINUTES)

    page = await _page(street, journey.id)

    calls = [one for one in page.told if one.channel == "call"]
    assert calls
    assert calls[-1].to == "Anna, her own phone"
    assert calls[-1].steps[-1].name == "not taken"


async def test_after_a_duress_pin_her_phone_shows_an_end(street: Neighbourhood) -> None:
    """Beside it stands what is really sent: duress to Beth and Dad, and to Chloe what a true PIN would send."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(29 * MINUTES)
    account = await street.house.watch.account(journey.traveller)
    proof = await street.house.pins.prove(account, DURESS)
    await street.house.watch.ask(journey.id, pressed.ended, proof=proof)
    await street.settle()

    page = await _page(street, journey.id)

    assert page.ended.startswith("Ended with your PIN")
    assert "shows none of this" in page.told_note
    sent = {(one.to, one.about) for one in page.told}
    assert {("Beth", "duress"), ("Dad", "duress")} <= sent
    assert ("Beth", "all-clear") not in sent
    assert ("Chloe", "duress") not in sent


async def test_a_pin_she_texts_is_nobodys_to_read(street: Neighbourhood) -> None:
    """The answer under our question to her hides it."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(26 * MINUTES)
    await street.phones.reply(ANNA, "OK 2580", street.clock.now())
    await street.settle()

    page = await _page(street, journey.id)

    assert "OK ····" in [one.answer for one in page.told]
    assert not [one for one in page.told if "2580" in one.answer]


async def test_what_a_tracker_measured_is_drawn_on_no_screen_of_hers(street: Neighbourhood) -> None:
    """Neither how far she has come nor how long she will need; what her own phone measures is."""
    journey = await street.sets_off(minutes=20)
    kept = await street.house.watch.look(journey.id)
    plan = replace(kept.journey.plan, route_m=1200.0)
    for tracked in (False, True):
        seen = Seen(
            lat=51.4, lon=0.5, at=0.0, received_at=0.0, along_m=300.0, to_go_m=900.0, pace_mps=1.3, tracked=tracked
        )

        def write(_records: object, _now: float, seen: Seen = seen) -> Change:
            return Change({journey.id: replace(kept, journey=replace(kept.journey, plan=plan, seen=seen))})

        await street.house.watch.transact((journey.id,), write)
        page = await _page(street, journey.id)
        assert (page.way is None, page.eta == "") == (tracked, tracked)
