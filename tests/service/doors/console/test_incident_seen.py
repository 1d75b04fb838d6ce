"""What an operator reads of one incident, in words."""

import pytest
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import Kind
from service.doors.console.incident_seen import LOG_WORDS, idle_s, incident_page, logged_line, message_line, state_of
from service.journey import claims, pressed
from service.journey.model import Claim, Incident, Journey, Leg, Logged, Proven
from service.web.incident import IncidentPage, render_incident
from service.web.pages import Frame
from tests.service.doors.evening_out import MINUTES, cries, has_card, here_of
from tests.service.doors.neighbourhood import DURESS, Neighbourhood

AT = 1_795_211_940.0
ZONE = "Europe/London"
SENT = Proven(id="j/i/L2/c/sms/1", to="c", kind=Kind.OVERDUE, rung="L2", channel=Channel.SMS, attempt=1, made_at=AT)


async def _page(street: Neighbourhood, journey: Journey, *, seen: bool = True) -> IncidentPage:
    kept = await street.house.watch.look(journey.id)
    account = await street.house.watch.account(journey.traveller)
    now = street.clock.now()
    return await incident_page(
        street.house, kept, account, operator="olga", here="/console/i/K742", frame=Frame(), now=now, seen=seen
    )


@pytest.mark.parametrize(
    ("proof", "line"),
    [
        (SENT, "text 21:59:00: on its way"),
        (
            replace(SENT, accepted_at=AT + 0.3, sent_at=AT + 1, delivered_at=AT + 2.1, state=Delivery.DELIVERED),
            "text 21:59:00: accepted 0.3 s, sent 1.0 s, delivered 2.1 s",
        ),
        (
            replace(SENT, accepted_at=AT, delivered_at=AT + 2.1, read_at=AT + 40, state=Delivery.READ),
            "text 21:59:00: accepted 0.0 s, delivered 2.1 s, read 40 s",
        ),
        (
            replace(SENT, accepted_at=AT, failed_at=AT + 4, state=Delivery.UNDELIVERED, code=30003),
            "text 21:59:00: accepted 0.0 s, not delivered 4.0 s (code 30003)",
        ),
        (
            replace(
                SENT, channel=Channel.CALL, accepted_at=AT, sent_at=AT + 1, failed_at=AT + 30, state=Delivery.FAILED
            ),
            "call 21:59:00: accepted 0.0 s, ringing 1.0 s, not taken 30 s",
        ),
        (
            replace(SENT, channel=Channel.CALL, delivered_at=AT + 6, state=Delivery.DELIVERED),
            "call 21:59:00: a key pressed 6.0 s",
        ),
        (
            replace(
                SENT,
                channel=Channel.CALL,
                accepted_at=AT,
                answered_at=AT + 9,
                failed_at=AT + 70,
                state=Delivery.UNDELIVERED,
            ),
            "call 21:59:00: accepted 0.0 s, answered 9.0 s, no key pressed 1 min 10 s",
        ),
        (replace(SENT, dropped="answered"), "text 21:59:00: not sent: answered"),
        (
            replace(SENT, channel=Channel.EMAIL, accepted_at=AT, sent_at=AT, state=Delivery.SENT),
            "e-mail 21:59:00: accepted 0.0 s, sent 0.0 s",
        ),
    ],
)
def test_a_message_is_followed_with_its_seconds(proof: Proven, line: str) -> None:
    """Promise 4: accepted, sent, delivered, or where it went wrong."""
    assert message_line(proof, ZONE) == line


def test_every_kind_of_line_has_its_words() -> None:
    """And only those the heart knows."""
    assert set(LOG_WORDS) == set(claims.LOGGED)
    assert logged_line(Logged(AT, "olga", "rang_her", "no answer")) == "olga: rang her, no answer"
    assert logged_line(Logged(AT, "olga", "nothing_heard")) == "olga: nothing heard"
    assert logged_line(Logged(AT, "nobody", "note", "No operator was signed on.")) == "No operator was signed on."


async def test_which_leg_she_is_on_stands_there_in_words(street: Neighbourhood) -> None:
    """Not without a look that is written down; to the police in the same words."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    kept, account = await street.house.watch.look(journey.id), await street.house.watch.account(journey.traveller)
    plan = replace(kept.journey.plan, legs=(Leg("foot"), Leg("ride"), Leg("foot")))
    riding = replace(kept, journey=replace(kept.journey, plan=plan, leg=1))
    now, here = street.clock.now(), "/console/i/K742"
    seen, unseen = [
        await incident_page(
            street.house, riding, account, operator="olga", here=here, frame=Frame(), now=now, seen=looked
        )
        for looked in (True, False)
    ]
    assert (seen.going, unseen.going) == ("by bus, train or car, part 2 of 3", "")
    assert seen.script is not None
    assert seen.script.going == "on her way home, by bus, train or car"
    assert seen.going in render_incident(seen)


async def test_an_overdue_one_is_shown_whole(street: Neighbourhood) -> None:
    """Destination, track, people with what they said, the script with the place."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    await street.phones.reply("+447700900201", "42 NO", street.clock.now())
    await street.settle()

    page = await _page(street, journey)

    assert (page.state, page.destination, page.going) == ("overdue", "home", "")
    assert [person.name for person in page.told] == ["Beth", "Dad", "Chloe"]
    assert page.told[0].number == "07700 900201"
    assert page.track[0] == ("21:59", "51.38000, 0.50000")
    assert page.script is not None
    assert page.script.position == "51.38000 north, 0.50000 east"
    assert page.script.late


async def test_a_look_that_cannot_be_written_down_shows_nothing(street: Neighbourhood) -> None:
    """Neither the place nor the track, nor a word of it in the script."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)

    page = await _page(street, journey, seen=False)

    assert page.last_seen is None
    assert page.no_place == "Not shown: it cannot be written down at the moment that you looked."
    assert (page.track, page.destination) == ((), "")
    assert page.script is not None
    assert "51.38" not in " ".join(page.script.sentences)
    assert page.script.going == ""


async def test_without_an_alarm_there_is_no_page(street: Neighbourhood) -> None:
    """Whoever asks for one has asked the wrong question."""
    journey = await street.sets_off()

    with pytest.raises(ValueError, match="expected an open alarm"):
        await _page(street, journey)


async def test_an_sos_in_which_somebody_proposed_an_end(street: Neighbourhood) -> None:
    """Whoever proposed it cannot agree with herself."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
    await street.house.watch.ask(journey.id, lambda j, now, _: claims.resolved(j, "omar", "found", now))
    page = await _page(street, journey)
    assert (page.state, page.agree) == ("sos", "found")
    assert page.script is not None
    assert page.script.alarm == "21:59"

    await street.house.watch.ask(journey.id, lambda j, now, _: claims.resolved(j, "olga", "seen_safe", now))

    assert (await _page(street, journey)).agree == ""


async def test_her_phone_at_home_is_said_and_closes_nothing(street: Neighbourhood) -> None:
    """On the page and in the words for 999."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    for n in range(1, 6):
        street.clock.forward(10)
        await street.seen(journey.id, 51.388, 0.504, seq=n)

    page = await _page(street, journey)

    assert "Her phone reached home at 22:32." in page.what
    assert page.script is not None
    assert page.script.phone_there == "22:32"


async def test_what_counts_as_a_press(street: Neighbourhood) -> None:
    """Taking it, a line of one's own, a proposal; what others write does not."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(33 * MINUTES)
    alarm = (await street.journey(journey.id)).alarm
    assert alarm is not None
    claim = Claim("olga", AT, AT + 60)

    def idle(incident: Incident) -> float:
        return idle_s(incident, claim, AT + 500)

    assert idle(alarm) == 500
    assert idle(replace(alarm, log=(Logged(AT + 300, "olga", "note", "x"),))) == 200
    assert idle(replace(alarm, log=(Logged(AT + 300, "omar", "note", "x"),))) == 500
    assert state_of(alarm) == "overdue"


# ── what opens when ──


async def test_a_concern_shows_no_degrees(street: Neighbourhood) -> None:
    """The street, since when, battery: no more; her card is closed."""
    journey = await street.sets_off(minutes=60)
    await has_card(street, journey)
    await street.time_passes(19 * MINUTES)
    olga = await street.on_shift("olga")

    read = await olga.reads(here_of(journey))

    assert "concern" in read
    assert "51.38" not in read
    assert "red coat" not in read
    assert "hazelnut" not in read


async def test_in_an_sos_her_card_is_open(street: Neighbourhood) -> None:
    """With the word that proves it is she."""
    journey = await cries(street)
    await has_card(street, journey)
    olga = await street.on_shift("olga")

    read = await olga.reads(here_of(journey))

    assert "Her call-back word is hazelnut . Let her say it; never say it to her." in read
    assert "Full name Anna Marsh" in read
    assert "She looks like this: 1.70 m, red coat." in read


async def test_under_duress_nobody_is_told_to_ring_her(street: Neighbourhood) -> None:
    """Her number is nowhere, and those who are not on her SOS list are not on the page."""
    journey = await street.sets_off(minutes=60)
    account = await street.house.watch.account(journey.traveller)
    proof = await street.house.pins.prove(account, DURESS)
    await street.house.watch.ask(journey.id, pressed.ended, proof=proof)
    olga = await street.on_shift("olga")

    read = await olga.reads(here_of(journey))

    assert "Do not ring or text her phone" in read
    assert "900123" not in read
    assert "Chloe" not in read
    assert "51.38000, 0.50000" in read
