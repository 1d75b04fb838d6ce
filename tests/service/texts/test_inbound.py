"""Texts that come in, from hers and from her contacts' phones."""

import pytest
from msgspec.structs import replace

from alerts.ladder import Said
from alerts.notice import HER, Kind
from service.journey.model import Cause, Journey, JourneyState, Level
from service.people.model import Traveller
from service.telling import number_of
from service.texts import replying
from tests.service.people.household import ANNA, BETH, DAD, DURESS, PIN, Her, Household


@pytest.fixture
async def her(home: Household) -> Her:
    """Anna, with Beth, who is told first, and Dad."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    await anna.has("Dad", DAD, tier=2)
    return anna


async def test_beth_has_it(her: Her, home: Household) -> None:
    """Her two digits in an overdue alert: a lease, and a text that says until when."""
    key = await _overdue(her)
    await home.text(BETH, f"{(await home.journey(key)).plan.code}, on my way!")

    assert _said(await home.journey(key)) == [Said.TAKEN]
    [reply] = await home.sends(Kind.REPLY)
    assert (reply.to, reply.extra["reply"]) == (her_contacts(await home.account(her.id))["Beth"], "taken")
    assert float(reply.extra["at"]) == home.clock.now() + 600


async def test_got_it_without_the_digits_is_a_shorter_lease(her: Her, home: Household) -> None:
    """Five minutes instead of ten."""
    key = await _overdue(her)
    await home.text(BETH, "Got it")
    incident = (await home.journey(key)).incident

    assert incident is not None
    assert incident.ladder is not None
    assert incident.ladder.lease is not None
    assert incident.ladder.lease.until == home.clock.now() + 300


async def test_anything_else_is_seen_and_answered_with_what_is_clear(her: Her, home: Household) -> None:
    """Once for each alert: who has read it twice has read it."""
    key = await _overdue(her)
    for n in range(4):
        await home.text(BETH, f"what is this{'?' * n}")

    assert _said(await home.journey(key)) == [Said.SEEN]
    [hint] = await home.sends(Kind.HINT)
    assert hint.extra["code"] == (await home.journey(key)).plan.code


async def test_a_text_that_comes_twice_is_one_answer(her: Her, home: Household) -> None:
    """The provider repeats a webhook whose reply it did not get."""
    key = await _overdue(her)
    for _ in range(3):
        await home.text(BETH, (await home.journey(key)).plan.code, sid="SM-once")

    assert len(await home.sends(Kind.REPLY)) == 1


async def test_a_contact_can_end_nothing(her: Her, home: Household) -> None:
    """Whatever Beth texts, the alarm stays open."""
    key = await _overdue(her)
    code = (await home.journey(key)).plan.code
    for body in (f"{code} here", f"{code} spoken", f"{code} police 123", f"{code} home safe", "HOME 2468", "OK 2468"):
        await home.text(BETH, body)

    assert (await home.journey(key)).alarm is not None


async def test_an_unknown_number_gets_no_reply(her: Her, home: Household) -> None:
    """And changes nothing."""
    key, before = await _overdue(her), len(await home.sends())
    journey = await home.journey(key)
    for body in ("42", journey.plan.code, "HELP", "YES", "HOME 2468", "STOP it"):
        await home.text("+447700900999", body)

    assert (len(await home.sends()), await home.journey(key)) == (before, journey)


async def test_her_tap_by_text(her: Her, home: Household) -> None:
    """OK settles a question between her and us; once due it takes the PIN, and she is told so in neutral words."""
    shown = await her.sets_off()
    await home.time_passes(23 * 60 + 60)
    await home.text(ANNA, "ok")
    assert (await home.sends(Kind.REPLY))[-1].extra["reply"] == "pin_needed"

    await home.text(ANNA, f"OK {PIN}")
    journey = await home.journey(shown["id"])
    assert journey.due is None
    assert journey.eta_at == home.clock.now() + 600
    assert [n.to for n in await home.sends(Kind.REPLY)] == [HER, HER]


async def test_more_moves_her_eta(her: Her, home: Household) -> None:
    """MORE 15, without a PIN as far as row 18 allows."""
    shown = await her.sets_off()
    await home.text(ANNA, "more 15 please")

    assert (await home.journey(shown["id"])).eta_at == shown["eta_at"] + 900


async def test_home_and_her_pin(her: Her, home: Household) -> None:
    """From a phone with no data, in an alarm: those told hear that it is over."""
    key = await _overdue(her)
    await home.text(ANNA, f"Home {PIN}")

    journey = await home.journey(key)
    assert (journey.state, journey.alarm) == (JourneyState.CLOSED, None)
    assert [n.to for n in await home.sends(Kind.CLOSED)] != []


async def test_help_by_text_has_no_window(her: Her, home: Household) -> None:
    """With a journey or without one it fires at once."""
    await home.text(ANNA, "HELP ME")
    alarm = (await home.journey((await home.account(her.id)).live or "")).alarm

    assert alarm is not None
    assert (alarm.cause, alarm.fired_at) == (Cause.SOS, home.clock.now())


async def test_a_duress_pin_by_text_gets_the_words_of_a_true_one(home: Household) -> None:
    """Same reply; behind it the SOS list is told."""
    words = []
    for n, pin in enumerate((PIN, DURESS)):
        anna = await home.sign_up("Anna", f"+44770090040{n}")
        await anna.has("Beth", f"+44770090041{n}")
        await anna.sets_off()
        await home.text(f"+44770090040{n}", f"HOME {pin}")
        words.append((await home.sends(Kind.REPLY))[-1].extra)
    account = await home.account(anna.id)

    assert words[0] == words[1]
    assert (await home.journey(account.live or "")).alarm is not None


async def test_a_number_that_is_both(home: Household) -> None:
    """Beth is Anna's contact and walks home herself: her PIN and MORE are hers, her 42 and OK are the alert's."""
    beth = await home.sign_up("Beth", BETH)
    await beth.has("Dad", DAD)
    own = await beth.sets_off(minutes=120)
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    key = await _overdue(anna, minutes=5)
    await home.text(BETH, "MORE 10")
    assert (await home.journey(own["id"])).eta_at == own["eta_at"] + 600
    assert _said(await home.journey(key)) == []

    await home.text(BETH, "OK")
    assert _said(await home.journey(key)) == [Said.SEEN]
    await home.text(BETH, (await home.journey(key)).plan.code)
    assert _said(await home.journey(key)) == [Said.TAKEN]


async def test_a_yes_of_a_traveller_is_consent(home: Household) -> None:
    """Beth has an account of her own and is asked by Anna: her YES answers that."""
    await home.sign_up("Beth", BETH)
    anna = await home.sign_up()
    await anna.has("Beth", BETH)

    assert [c.state for c in (await home.account(anna.id)).contacts] == ["confirmed"]


async def test_after_duress_a_contact_off_the_list_hears_nothing(home: Household) -> None:
    """Dad was told that she is overdue; her duress PIN closes it as far as he can see, and his 42 comes too late, as it
    would after a true one."""
    anna = await home.sign_up()
    await anna.has("Beth", BETH)
    await anna.has("Dad", DAD, on_sos_list=False)
    key = await _overdue(anna)
    code = (await home.journey(key)).plan.code
    await anna.post("/journeys/live/end", {"id": "c1", "pin": DURESS})
    replies = len(await home.sends(Kind.REPLY))
    await home.text(DAD, code)
    assert [n.extra["reply"] for n in (await home.sends(Kind.REPLY))[replies:]] == ["over"]
    assert _said(await home.journey(key)) == []

    await home.text(BETH, code)
    assert _said(await home.journey(key)) == [Said.TAKEN]


async def test_a_contact_who_texts_help_cries_for_nobody(her: Her, home: Household) -> None:
    """It is the carrier's word; only from a traveller's number is it hers."""
    await home.text(BETH, "HELP")
    await home.text(BETH, "SOS")
    assert (await home.account(her.id)).journeys == 0
    assert await home.sends(Kind.REPLY) == []


async def test_the_carriers_words_end_nothing(her: Her, home: Household) -> None:
    """STOP from her phone leaves her journey as it is; START brings the texts back, and is no command either."""
    shown = await her.sets_off()
    for body in ("STOP", "END", "Cancel", "START"):
        await home.text(ANNA, body)
    assert (await home.journey(shown["id"])).state is JourneyState.ACTIVE
    assert (await home.account(her.id)).reachable_by_sms
    assert await home.sends(Kind.REPLY) == []


async def test_a_forged_sender_lowers_nothing(her: Her, home: Household) -> None:
    """Somebody writes in her number's name and does not know her PIN: everything that would end, lower or go beyond row
    18 is refused; behind an alarm even the tap."""
    key = await _overdue(her)
    for body in ("OK", "HOME", "MORE 15", "OK 1111", "HOME 1234", "LEAVE", "42", "STOP"):
        await home.text(ANNA, body)
        await home.time_passes(61)
    journey = await home.journey(key)
    assert journey.alarm is not None
    assert journey.under_way
    assert len((await home.account(her.id)).contacts) == 2


@pytest.mark.parametrize("body", ["{} on my way, 10 min", "ok {} on my way 20 min", "{} 10 min", "OK {} 15"])
async def test_a_friend_with_an_account_of_her_own_answers_with_digits_and_minutes(
    her: Her, home: Household, body: str
) -> None:
    """The alert's two digits are no part of a PIN: Beth has it, and no wrong PIN of hers is counted anywhere."""
    beth = await home.sign_up("Beth", BETH)
    await beth.has("Zoe", "+447700900204")
    walk = await beth.sets_off(minutes=600)
    key = await _overdue(her)
    await home.text(BETH, body.format((await home.journey(key)).plan.code))

    assert _said(await home.journey(key)) == [Said.TAKEN]
    assert (await home.journey(walk["id"])).wrong_pins == ()
    assert [n.extra["reply"] for n in await home.sends(Kind.REPLY)] == ["taken"]


async def test_beths_pin_stays_hers_beside_an_alert(her: Her, home: Household) -> None:
    """In one piece whatever stands beside it, or with a word that is hers in any case."""
    await home.sign_up("Beth", BETH)
    key = await _overdue(her)
    code = (await home.journey(key)).plan.code
    for body in (f"OK {PIN}", f"{code} ok {PIN}", f"HOME {PIN[:2]} {PIN[2:]}"):
        await home.text(BETH, body)
    assert _said(await home.journey(key)) == []


async def test_yes_no_problem_is_a_yes(home: Household) -> None:
    """Who says it that way agrees; silence would leave Anna with nobody."""
    anna = await home.sign_up()
    await anna.asks("Beth", BETH)
    await home.text(BETH, "Yes of course, no problem! 🙂")
    assert [c.state for c in (await home.account(anna.id)).contacts] == ["confirmed"]


async def test_one_number_in_many_accounts(home: Household) -> None:
    """Dad is everybody's contact: his words reach each alert by its digits, LEAVE in an alarm leaves that one only."""
    travellers = [await home.sign_up(f"T{n}", f"+44770090050{n}") for n in range(4)]
    for traveller in travellers:
        await traveller.has("Dad", DAD)
    keys = [await _overdue(traveller) for traveller in travellers[:3]]
    codes = [(await home.journey(key)).plan.code for key in keys]
    assert len(set(codes)) == 3

    await home.text(DAD, f"{codes[0]} here")
    await home.text(DAD, f"leave {codes[1]}")
    assert [_said(await home.journey(key)) for key in keys] == [[Said.WITH_HER], [], []]
    states = [(await home.account(t.id)).contacts[0].state for t in travellers]
    assert states == ["confirmed", "left", "confirmed", "confirmed"]


async def test_leave_is_confirmed_with_what_it_means(her: Her, home: Household) -> None:
    """One answer, to a number that hears nothing else any more; a second LEAVE finds nobody."""
    zoe = await home.sign_up("Zoe", "+447700900299")
    await zoe.has("Beth", BETH)
    for _ in range(2):
        await home.text(BETH, "LEAVE")
    [left] = await home.sends(Kind.REPLY)
    assert left.extra["reply"] == "left"
    assert set(left.extra["off"].split("\n")) == {"Anna", "Zoe"}
    assert number_of(left, await home.account(left.journey)) == BETH
    other = replace(left, kind=Kind.OVERDUE, extra={})
    assert number_of(other, await home.account(left.journey)) is None


async def test_never_after_leave(her: Her, home: Household) -> None:
    """Nobody can ask this number any more; said once."""
    await home.text(BETH, "NEVER")
    assert not await home.house.directory.never(BETH)
    await home.text(BETH, "leave")
    for _ in range(2):
        await home.text(BETH, "Never!")
    assert await home.house.directory.never(BETH)
    assert [n.extra["reply"] for n in await home.sends(Kind.REPLY)] == ["left", "never"]


async def test_never_to_an_invitation(home: Household) -> None:
    """Whoever is asked can say so at once, and is asked by nobody else either; she who asked sees no answer."""
    anna = await home.sign_up()
    await anna.asks("Beth", BETH)
    await home.text(BETH, "NEVER")
    assert await home.house.directory.never(BETH)
    assert [c.state for c in (await home.account(anna.id)).contacts] == ["invited"]
    zoe = await home.sign_up("Zoe", "+447700900299")
    await zoe.asks("Beth", BETH)
    assert [n.journey for n in await home.sends(Kind.INVITE)] == [anna.id]


async def test_a_sentence_takes_nobody_off(her: Her, home: Household) -> None:
    """ "Leave her alone", in the middle of an alarm, is seen."""
    key = await _overdue(her)
    for body in ("leave her alone", "I never saw her", "42, no answer, driving there"):
        await home.text(BETH, body)
    assert _said(await home.journey(key)) == [Said.SEEN]
    assert [c.state for c in (await home.account(her.id)).contacts] == ["confirmed", "confirmed"]


async def test_nothing_of_an_unknown_number_is_kept(her: Her, home: Household) -> None:
    """Not even that it wrote."""
    before = dict(home.store._books)
    for body in ("42", "HELP", "SAFE?", "LEAVE", "NEVER"):
        await home.text("+447700900999", body)
    assert home.store._books == before
    assert await home.store.book_all(replying.BOOK) != {}  # Beth's and Dad's YES


async def test_a_text_whose_answer_the_provider_did_not_get_is_done_once(her: Her, home: Household) -> None:
    """Every kind of text, twice with the same SID: one change, one answer."""
    await her.sets_off()
    for n, (number, body) in enumerate(
        [(ANNA, "MORE 5"), (ANNA, "OK"), (ANNA, "OK 1111"), (ANNA, "HELP"), (BETH, "SAFE?"), (DAD, "LEAVE")]
    ):
        answered = len(await home.sends())
        await home.text(number, body, sid=f"SM-{n}")
        once, journeys = await home.sends(), (await home.account(her.id)).journeys
        await home.text(number, body, sid=f"SM-{n}")
        assert await home.sends() == once
        assert len(once) > answered
        assert (await home.account(her.id)).journeys == journeys


def her_contacts(account: Traveller) -> dict[str, str]:
    """Her contacts' ids by name."""
    return {c.name: c.id for c in account.contacts}


async def _overdue(her: Her, minutes: float = 20) -> str:
    """She set off and nobody has heard from her since: L2. Returns the journey."""
    shown = await her.sets_off(minutes=minutes)
    await her.home.time_passes(shown["promised_at"] - her.home.clock.now())
    journey = await her.home.journey(shown["id"])
    assert journey.incident is not None
    assert journey.incident.level is Level.OVERDUE
    return str(shown["id"])


def _said(journey: Journey) -> list[Said]:
    """What those on the ladder have said who said something."""
    ladder = journey.incident.ladder if journey.incident else None
    return [p.said for p in (ladder.people if ladder else ()) if p.heard]
