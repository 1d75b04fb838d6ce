"""Operators at work on an open incident, in browsers without JavaScript."""

import re

import pytest

from service.clock import ScaledClock
from service.doors.console.incident import LONGEST_WORDS, refresh_s
from service.journey import claims, pressed
from service.journey.claims import LOG_KEPT
from service.journey.model import JourneyState, Proof
from service.rows import Kept
from tests.service.doors.evening_out import alarm_log, cries, has_card, here_of, overdue, press, presses
from tests.service.doors.neighbourhood import Neighbourhood, words

# ── looking ──


async def test_the_page_says_what_whom_and_where(street: Neighbourhood) -> None:
    """Timers, messages with their seconds, her number, her place; and the look is on disk."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")

    read = await olga.reads(here_of(journey))

    assert "Anna has not arrived and does not answer." in read
    assert "Nobody has it." in read
    assert "Beth tier 1 07700 900201 No answer yet call 22:31:45: accepted 0.0 s, ringing 0.0 s" in read
    assert "call 22:30:00: accepted 0.0 s, ringing 0.0 s, not taken 30 s" in read
    assert "text 22:27:00: accepted 0.0 s, sent 0.0 s, delivered 0.0 s" in read
    assert "51.38000, 0.50000" in read
    assert "Ring Anna 07700 900123" in read
    assert "I want to report a missing person" in read
    [look] = (await street.journey(journey.id)).looks
    assert (look.by, look.what, look.why) == ("olga", "place", "")


async def test_what_is_closed_while_it_is_looked_at_shows_no_place(street: Neighbourhood) -> None:
    """Omar closes it between Olga's request and her look: no look was kept, and nothing is shown."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")
    looking = street.house.watch.look

    async def look(key: str) -> Kept:
        kept = await looking(key)
        await street.house.watch.ask(key, lambda j, now, _: claims.resolved(j, "omar", "seen_safe", now))
        return kept

    street.house.watch.look = look  # type: ignore[method-assign]
    read = await olga.reads(here_of(journey))

    assert "51.38" not in read
    assert (await street.journey(journey.id)).looks == ()


async def test_a_page_left_open_is_one_look_in_five_minutes(street: Neighbourhood) -> None:
    """She reads that olga looked from then to then, not thirty lines."""
    journey = await overdue(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")
    for _ in range(4):
        await olga.reads(here_of(journey))
        street.clock.forward(10)
    await omar.reads(here_of(journey))

    looks = (await street.journey(journey.id)).looks

    assert [(look.by, look.times) for look in looks] == [("olga", 4), ("omar", 1)]


async def test_what_is_not_open_leads_back_to_the_list(street: Neighbourhood) -> None:
    """Nobody signed in, no such reference, or nothing wrong with her."""
    journey = await street.sets_off(minutes=60)
    olga = await street.on_shift("olga")

    assert "Password" in await street.browser().reads(here_of(journey))
    assert "That one is not open any more." in await olga.reads("/console/i/Z999")
    assert "nothing is wrong" in await olga.reads(here_of(journey))
    assert "51.38" not in await olga.reads(here_of(journey))


# ── having it ──


async def test_who_has_it_keeps_it_as_long_as_the_page_is_open(street: Neighbourhood) -> None:
    """The page renews the minute by looking again; omar reads that olga has it."""
    journey = await overdue(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")

    assert "You have it" in await press(olga, journey, "claim")
    for _ in range(12):
        await street.time_passes(10)
        assert "You have it" in await olga.reads(here_of(journey))

    assert "Operator olga, since" in await omar.reads("/console")
    assert "Somebody else has it." in await press(omar, journey, "claim")


async def test_an_operator_who_goes_silent_orphans_nothing(street: Neighbourhood) -> None:
    """A minute after her last page nobody has it, the rounds go on, and omar takes it."""
    journey = await overdue(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")
    await press(olga, journey, "claim")

    street.clock.forward(60)

    assert "Nobody yet" in await omar.reads("/console"), "also before the watchman has been round"
    assert "It stays yours" not in await olga.reads(f"{here_of(journey)}?said=claimed")
    await street.settle()
    assert "You have it" in await press(omar, journey, "claim")
    assert "Operator omar, since" in await olga.reads(here_of(journey))


async def test_a_page_without_a_person_keeps_nothing_for_ever(street: Neighbourhood) -> None:
    """After eight minutes without anything pressed it asks, after ten it lets go; a press is a line in the log."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")
    await press(olga, journey, "claim")

    async def sits(minutes: int) -> str:
        for _ in range(minutes * 6):
            await street.time_passes(10)
            read = await olga.reads(here_of(journey))
        return read

    assert "Are you still on it?" not in await sits(7)
    assert "Are you still on it?" in await sits(2)
    answer = await press(olga, journey, "log", what="note", words="still on it", n="still0")
    assert "It stays yours." in answer
    assert "Are you still on it?" not in answer
    assert await alarm_log(street, journey) == [("olga", "note", "still on it")]

    assert "Nobody has it." in await sits(11)


async def test_giving_it_back_lets_the_rounds_go_on(street: Neighbourhood) -> None:
    """At once; what somebody else has cannot be given back."""
    journey = await overdue(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")
    await press(olga, journey, "claim")

    await press(omar, journey, "release")
    assert "Operator olga" in await omar.reads(here_of(journey))

    assert "Given back." in await press(olga, journey, "release")
    assert "Nobody has it." in await omar.reads(here_of(journey))


async def test_a_contact_reads_of_an_operator_only_while_one_has_it(street: Neighbourhood) -> None:
    """Being on shift is not having it."""
    journey = await overdue(street)
    account = await street.house.watch.account(journey.traveller)
    beth = street.link(journey, "+447700900201", account)
    olga = await street.on_shift("olga")
    await olga.reads(here_of(journey))
    assert "perator" not in await street.browser().reads(beth)

    await press(olga, journey, "claim")
    assert "n operator has it" in await street.browser().reads(beth)

    await street.time_passes(61)
    assert "perator" not in await street.browser().reads(beth)


# ── writing ──


async def test_nothing_heard_is_onepress(street: Neighbourhood) -> None:
    """A line like any other; pressed twice in one breath it is one line."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")

    for _ in range(2):
        read = await press(olga, journey, "log", what="nothing_heard", n="log0")

    assert await alarm_log(street, journey) == [("olga", "nothing_heard", "")]
    assert re.search(r"\d\d:\d\d:\d\d olga: nothing heard", read)


async def test_one_press_counts_in_every_alarm_and_however_long_the_log_is(street: Neighbourhood) -> None:
    """Her second alarm on the way begins a log of its own; the log of a long night keeps its newest lines."""
    journey, olga = await street.sets_off(minutes=60), await street.on_shift("olga")
    for _ in range(2):
        await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
        await presses(olga, journey, "Nothing heard")
        assert await alarm_log(street, journey) == [("olga", "nothing_heard", "")]
        await street.house.watch.ask(journey.id, lambda j, now, _: pressed.answered(j, "", "ok", now, Proof.PIN))

    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
    for n in range(LOG_KEPT):
        await press(olga, journey, "log", what="note", words=f"line {n}", n=f"{n}")
    for _ in range(2):
        street.clock.forward(60)
        await presses(olga, journey, "Nothing heard")
    assert [what for _, what, _ in await alarm_log(street, journey)][-3:] == ["note", "nothing_heard", "nothing_heard"]


async def test_a_line_says_who_was_rung_and_what_came_of_it(street: Neighbourhood) -> None:
    """In words of her own; what no keyboard types is left out."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")

    read = await press(olga, journey, "log", what="rang_contact", words="Beth:\r\n no  answer\x00, twice", n="a")

    assert await alarm_log(street, journey) == [("olga", "rang_contact", "Beth: no answer, twice")]
    assert "olga: rang a contact, Beth: no answer, twice" in read


@pytest.mark.parametrize(
    ("what", "typed", "problem"),
    [
        ("note", "  ", "A note needs words."),
        ("note", "x" * (LONGEST_WORDS + 1), "Expected at most 500 letters, got 501."),
        ("rang_police", "9" * 41, "Expected at most 40 letters, got 41."),
        ("gossip", "words", "Choose what it was."),
    ],
)
async def test_a_line_that_will_not_do_is_asked_again(
    street: Neighbourhood, what: str, typed: str, problem: str
) -> None:
    """With what was typed still there."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")

    answer = await olga.press(f"{here_of(journey)}/log", f"{here_of(journey)}/log", what=what, words=typed, n="a")

    assert answer.status_code == 400
    assert problem in words(answer.text)
    assert typed[:LONGEST_WORDS] in answer.text
    assert await alarm_log(street, journey) == []


async def test_the_polices_number_is_for_everybody(street: Neighbourhood) -> None:
    """Whoever speaks to them next can name it; her contacts read it, unconfirmed."""
    journey = await overdue(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")

    await press(olga, journey, "log", what="rang_police", words="KP-20261120-0457", n="a")

    read = await omar.reads(here_of(journey))
    assert "by operator olga, number KP-20261120-0457; unconfirmed" in read


# ── closing ──


async def test_an_overdue_journey_is_closed_by_one_operator_who_knows(street: Neighbourhood) -> None:
    """With how it ended; those who were told hear it."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")
    await press(olga, journey, "claim")

    read = await press(olga, journey, "close", code="seen_safe")

    assert f"{journey.plan.reference} is closed. Everybody who was told hears it." in read
    after = await street.journey(journey.id)
    assert after.state is JourneyState.CLOSED
    assert after.incident is not None
    assert after.incident.resolved is not None
    assert (after.incident.resolved.reason, after.incident.resolved.by) == ("seen_safe", "olga")
    await street.settle()
    assert "closed by an operator" in (await street.phones.thread("+447700900201"))[-1].text


async def test_closing_needs_a_reason(street: Neighbourhood) -> None:
    """None, or one that there is not, changes nothing."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")

    for code in ("", "bored"):
        answer = await olga.press(f"{here_of(journey)}/close", f"{here_of(journey)}/close", code=code)
        assert answer.status_code == 400
        assert "Choose how it ended." in words(answer.text)

    assert (await street.journey(journey.id)).alarm is not None


async def test_an_sos_takes_two(street: Neighbourhood) -> None:
    """The first one's wish waits for a second person, on the list too; the same person twice is one person."""
    journey = await cries(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")

    for _ in range(2):
        read = await press(olga, journey, "close", code="found")
        assert "A second operator has to agree before it is closed." in read
    assert (await street.journey(journey.id)).alarm is not None
    assert "I agree" not in await olga.reads(here_of(journey))

    assert "olga would close it: She was found. A second operator has to agree." in await omar.reads("/console")
    assert "I agree: close it" in await omar.reads(here_of(journey))
    read = await press(omar, journey, "close", code="found")

    assert "is closed." in read
    assert (await street.journey(journey.id)).alarm is None


async def test_a_second_operator_who_sees_it_otherwise_closes_nothing(street: Neighbourhood) -> None:
    """Then omar's wish is what waits."""
    journey = await cries(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")
    await press(olga, journey, "close", code="false_alarm")

    await press(omar, journey, "close", code="with_police")

    assert "omar would close it: The police have taken it over" in await olga.reads("/console")


async def test_one_who_heard_her_call_back_word_needs_no_second(street: Neighbourhood) -> None:
    """And it is written down who heard it."""
    journey = await cries(street)
    await has_card(street, journey)
    olga = await street.on_shift("olga")
    assert "She said her call-back word: close it" in await olga.reads(f"{here_of(journey)}/close")

    read = await press(olga, journey, "close", code="spoke_to_her", word="yes")

    assert "is closed." in read
    assert await alarm_log(street, journey) == [("olga", "spoke_to_her", "she said her call-back word")]


async def test_without_a_word_there_is_none_to_have_heard(street: Neighbourhood) -> None:
    """The button is not there, and pressing it all the same takes two."""
    journey = await cries(street)
    olga = await street.on_shift("olga")
    assert "call-back word: close it" not in await olga.reads(f"{here_of(journey)}/close")

    read = await press(olga, journey, "close", code="spoke_to_her", word="yes")

    assert "A second operator has to agree" in read
    assert (await street.journey(journey.id)).alarm is not None


async def test_whoever_comes_too_late_is_told_so(street: Neighbourhood) -> None:
    """olga has closed it; omar's form is still open."""
    journey = await overdue(street)
    olga, omar = await street.on_shift("olga"), await street.on_shift("omar")
    page = await omar.http.get(f"{here_of(journey)}/close")
    nonce = re.search(r'name="nonce" value="([^"]+)"', page.text)
    assert nonce
    await press(olga, journey, "close", code="seen_safe")

    late = await omar.http.post(f"{here_of(journey)}/close", data={"nonce": nonce[1], "code": "found"})

    assert "not open any more" in words(late.text) or "was closed already" in words(late.text)
    assert "not open any more" in await omar.reads(here_of(journey))


@pytest.mark.parametrize("meanwhile", ["it rises", "it is another"])
async def test_a_form_closes_only_the_alarm_it_was_opened_about(street: Neighbourhood, meanwhile: str) -> None:
    """While olga chooses, Anna asks for help, or her PIN ends it and then she asks for help. What it is now is looked at
    first, also by one who heard the word before."""
    journey = await overdue(street)
    await has_card(street, journey)
    olga, house, close = await street.on_shift("olga"), street.house, f"{here_of(journey)}/close"
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', (await olga.http.get(close)).text))
    if meanwhile == "it is another":
        await house.watch.ask(journey.id, lambda j, now, _: pressed.ended(j, now, Proof.PIN))
    await house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))

    answer = await olga.http.post(close, data={**fields, "code": "spoke_to_her", "word": "yes"})

    assert "Nothing was closed" in words(answer.text)
    assert (await street.journey(journey.id)).alarm is not None
    assert await alarm_log(street, journey) == []


# ── who may press ──


@pytest.mark.parametrize("what", ["claim", "release", "log", "close"])
async def test_a_form_from_elsewhere_presses_nothing(street: Neighbourhood, what: str) -> None:
    """Without the nonce of her own browser, or without a session, nothing happens."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")
    fields = {"code": "found", "what": "note", "words": "words"}

    forged = await olga.http.post(f"{here_of(journey)}/{what}", data={"nonce": "made up", **fields})
    stranger = street.browser()
    unsigned = await stranger.press("/console", f"{here_of(journey)}/{what}", **fields)

    assert forged.status_code == 403
    assert "Password" in words(unsigned.text)
    after = await street.journey(journey.id)
    assert after.alarm is not None
    assert (after.alarm.claim, after.alarm.log) == (None, ())


async def test_the_address_of_a_button_leads_back(street: Neighbourhood) -> None:
    """A browser that opens it again changes nothing."""
    journey = await overdue(street)
    olga = await street.on_shift("olga")

    assert "Nobody has it." in await olga.reads(f"{here_of(journey)}/claim")


@pytest.mark.parametrize(("factor", "seconds"), [(1.0, 10), (5.0, 4), (20.0, 1), (60.0, 1)])
def test_a_fast_clock_is_kept_up_with(street: Neighbourhood, factor: float, seconds: int) -> None:
    """A minute of a sandbox that runs 20 × as fast is three seconds long."""
    street.house.clock = ScaledClock(factor=factor)

    assert refresh_s(street.house) == seconds
