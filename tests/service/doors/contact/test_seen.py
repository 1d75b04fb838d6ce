"""What a contact may see, state by state."""

from typing import Any

import pytest
from msgspec.structs import replace

from alerts.ladder import Said
from service.doors.contact.link import Link
from service.doors.contact.seen import NO_POSITION, NO_STREET, contact_page, name_of, police_of, state_of
from service.journey import claims, pressed, said
from service.journey.company import asked_company
from service.journey.model import Journey, Police, Proof
from service.journey.sight import Sight
from service.people.model import Card
from service.web.contact import ContactPage
from service.web.pages import Frame
from tests.service.doors.neighbourhood import BETH, CHLOE, DAD, Neighbourhood
from tests.world_pages import mapped

MINUTES = 60.0
DAY = 86_400.0
CARD = Card(full_name="Anna Kessler", description="green parka", address="4 Vines Lane", word="heron")


def _as(link: Link, *, place: bool | None = None, **plan: Any) -> Link:
    """The same link over another plan; with `place` this contact is, or is not, shown her place."""
    journey = link.kept.journey
    people = plan.pop("people", journey.plan.people)
    if place is not None:
        people = tuple(replace(p, place=place) if p.id == link.contact.id else p for p in people)
    journey = replace(journey, plan=replace(journey.plan, people=people, **plan))
    contact = link.contact if place is None else replace(link.contact, place=place)
    return Link(link.token, link.account, contact, replace(link.kept, journey=journey))


async def _page(street: Neighbourhood, link: Link, **how: Any) -> ContactPage:
    return await contact_page(street.house, link, Frame(), street.clock.now(), **how)


async def _overdue(street: Neighbourhood) -> Journey:
    journey = await street.sets_off(minutes=20)
    await street.time_passes(40 * MINUTES)
    return await street.journey(journey.id)


async def test_the_state_follows_the_alarm(street: Neighbourhood) -> None:
    """Nothing, concern, overdue, closed."""
    journey = await street.sets_off(minutes=60)
    assert state_of(await street.link_of(journey)) == "nothing"
    await street.time_passes(19 * MINUTES)
    assert state_of(await street.link_of(journey)) == "concern"
    await street.time_passes(70 * MINUTES)
    assert state_of(await street.link_of(journey)) == "overdue"

    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)

    assert state_of(await street.link_of(journey)) == "closed"


async def test_who_is_not_on_her_sos_list_sees_no_sos(street: Neighbourhood) -> None:
    """Chloe's page stays as it was; Beth's asks for help."""
    journey = await street.sets_off(minutes=60)

    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))

    assert state_of(await street.link_of(journey)) == "sos"
    assert state_of(await street.link_of(journey, CHLOE)) == "nothing"


async def test_who_was_told_of_a_concern_goes_on_seeing_that(street: Neighbourhood) -> None:
    """Chloe, off the SOS list, was told that a phone is silent; the SOS that follows shows her nothing more."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
    link = await street.link_of(journey, CHLOE)
    alarm = link.kept.journey.alarm
    assert alarm is not None
    told = replace(link.kept.journey, incident=replace(alarm, before=(link.contact.id,)))
    link = Link(link.token, link.account, link.contact, replace(link.kept, journey=told))

    page = await _page(street, link, shown=True)

    assert (page.state, link.sight, page.handover, page.destination) == ("concern", Sight.STREET, False, "")
    assert page.headline == "Anna does not answer."
    assert page.script is not None
    assert page.script.alarm == ""


async def test_who_has_not_said_yes_reads_of_an_sos_and_sees_no_place(street: Neighbourhood) -> None:
    """One text in an SOS, and its link says the same; there is nothing to press, and nothing before or after it."""
    journey = await street.sets_off(minutes=60)
    link = await street.link_of(journey)
    invited = tuple(p for p in journey.plan.people if p.id == link.contact.id)
    others = tuple(p for p in journey.plan.people if p not in invited)
    assert state_of(_as(link, people=others, invited=invited)) == "nothing"

    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))

    fired = (await street.journey(journey.id)).alarm
    assert fired is not None
    assert fired.ladder is not None
    ladder = replace(fired.ladder, people=tuple(p for p in fired.ladder.people if p.who.id != link.contact.id))
    kept = await street.house.watch.look(journey.id)
    kept = replace(kept, journey=replace(kept.journey, incident=replace(fired, ladder=ladder)))
    link = _as(Link(link.token, link.account, link.contact, kept), people=others, invited=invited)
    page = await _page(street, link, shown=True)
    assert (page.state, page.answers, page.where, page.handover) == ("sos", False, None, False)


async def test_when_she_is_due_is_for_those_she_told(street: Neighbourhood) -> None:
    """While nothing is wrong the others see nothing of it."""
    journey = await street.sets_off(minutes=60)
    link = await street.link_of(journey)
    told = _as(link, tell=(link.contact.id,))

    assert (await _page(street, link)).since == ""
    page = await _page(street, told)
    assert page.headline == "Anna is on her way."
    assert ", due " in page.since
    assert (page.where, page.phone, page.her_number, page.script) == (None, "", "", None)


async def test_once_she_is_due_those_she_told_read_that_we_ask_her(street: Neighbourhood) -> None:
    """And not that she is on her way: nobody knows that."""
    journey = await street.sets_off(minutes=20)
    link = await street.link_of(journey)
    await street.time_passes(25 * MINUTES)
    link = await street.link_of(journey)
    quiet = replace(link.kept.journey, incident=None)
    link = _as(Link(link.token, link.account, link.contact, replace(link.kept, journey=quiet)), tell=(link.contact.id,))

    assert (await _page(street, link)).headline == "Anna is due."


async def test_arrived_is_for_those_who_were_promised_it(street: Neighbourhood) -> None:
    """And said as it was: she ended it, here; nobody says that she is home."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)
    link = await street.link_of(journey)
    told = _as(link, tell=(link.contact.id,))

    assert (await _page(street, told)).headline == "Anna’s journey has ended."
    assert state_of(link) == state_of(_as(told, arrived=False)) == "nothing"


async def test_at_a_concern_the_street_and_only_after_a_tap(street: Neighbourhood) -> None:
    """Where a map knows its name: no degrees, no accuracy, no track, no destination."""
    journey = await street.sets_off(minutes=60)
    await street.time_passes(19 * MINUTES)
    link, now = await street.link_of(journey), street.clock.now()
    house = mapped(street.house)

    before = await contact_page(house, link, Frame(), now)
    after = await contact_page(house, link, Frame(), now, shown=True)

    assert before.where is not None
    assert after.where is not None
    assert (before.where.asks, before.where.seen, before.where.street_only) == (True, None, True)
    assert after.where.seen is not None
    assert (after.where.seen.place, after.where.seen.coordinates, after.where.seen.accuracy) == (
        "near High St, Rochester",
        "",
        "",
    )
    assert (after.where.track, after.destination) == ((), "")
    assert after.script is not None
    assert (after.script.street, after.script.position, after.script.going) == (
        "near High St, Rochester",
        "",
        "walking",
    )
    assert before.script is not None
    assert before.script.street == ""


async def test_where_no_street_has_a_name_there_is_nothing_to_tap(street: Neighbourhood) -> None:
    """A look at nothing would only be one more line in her list."""
    journey = await street.sets_off(minutes=60)
    await street.time_passes(19 * MINUTES)

    where = (await _page(street, await street.link_of(journey))).where

    assert where is not None
    assert (where.asks, where.note) == (False, NO_STREET)


async def test_before_the_first_fix_there_is_nothing_to_tap_either(street: Neighbourhood) -> None:
    """Her phone has told no place."""
    journey = await _overdue(street)
    link = await street.link_of(journey)
    blind = replace(link.kept.journey, seen=None)

    where = (await _page(street, Link(link.token, link.account, link.contact, replace(link.kept, journey=blind)))).where

    assert where is not None
    assert (where.asks, where.note) == (False, NO_POSITION)


async def test_whom_she_never_shows_her_place_reads_of_it_nowhere(street: Neighbourhood) -> None:
    """No place, no street, no track, no destination, none in the script, and no word that her phone is at home."""
    journey = await _overdue(street)
    link = _as(await street.link_of(journey), place=False)
    alarm = link.kept.journey.alarm
    assert alarm is not None
    home = replace(link.kept.journey, incident=replace(alarm, phone_home_at=street.clock.now()))
    link = Link(link.token, replace(link.account, card=CARD), link.contact, replace(link.kept, journey=home))

    page = await contact_page(mapped(street.house), link, Frame(), street.clock.now(), shown=True)

    assert page.state == "overdue"
    assert page.headline == "Anna has not arrived."
    assert (page.where, page.destination) == (None, "")
    assert page.script is not None
    assert (page.script.street, page.script.position, page.script.phone_there) == ("", "", "")
    assert "home" not in " ".join((page.script.opening, *page.script.sentences))
    assert "Vines Lane" not in repr(page)
    assert page.phone.endswith("battery 64%")


async def test_her_battery_is_for_an_alarm_and_for_who_walks_with_her_when_it_is_low(street: Neighbourhood) -> None:
    """Row 20: ten per cent."""
    journey = await street.sets_off(minutes=60)
    link = await street.link_of(journey)
    await street.house.watch.ask(journey.id, lambda j, now, _: asked_company(j, [link.contact.id], now))
    link = await street.link_of(journey)

    def with_battery(pct: int) -> Link:
        return Link(
            link.token,
            link.account,
            link.contact,
            replace(link.kept, journey=replace(link.kept.journey, battery_pct=pct)),
        )

    assert (await _page(street, with_battery(11))).phone == "live"
    assert (await _page(street, with_battery(10))).phone == "live, battery 10%"


async def test_how_she_is_while_she_is_walked_with(street: Neighbourhood) -> None:
    """On her way, stopping as she said, due; what we ask her in between is between her and us."""
    journey = await street.sets_off(minutes=20)
    link = await street.link_of(journey)
    await street.house.watch.ask(journey.id, lambda j, now, _: asked_company(j, [link.contact.id], now))
    assert (await _page(street, await street.link_of(journey))).how == "On her way"

    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.paused(j, 10, now))

    page = await _page(street, await street.link_of(journey))
    assert (page.state, page.how) == ("watching", "Stopping here until 22:09, as she told us")


async def test_her_card_opens_with_the_sheet_for_the_police(street: Neighbourhood) -> None:
    """At L3, to the SOS list: full name, what she looks like, her address; never her word."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(30 * MINUTES)
    early = await _page(street, await _carded(street, journey))
    await street.time_passes(12 * MINUTES)
    late = await _page(street, await _carded(street, journey))
    chloes = await _page(street, await _carded(street, journey, CHLOE))

    assert (early.card, early.handover) == ((), False)
    assert dict(late.card) == {
        "Full name": "Anna Kessler",
        "Looks like": "green parka",
        "Address": "4 Vines Lane",
    }
    assert late.handover
    assert late.script is not None
    assert (late.script.her, late.script.looks) == ("Anna Kessler", "green parka")
    assert (chloes.state, chloes.card, chloes.handover) == ("overdue", (), False)


async def _carded(street: Neighbourhood, journey: Journey, number: str = BETH) -> Link:
    link = await street.link_of(journey, number)
    return Link(link.token, replace(link.account, card=CARD), link.contact, link.kept)


async def test_who_has_it_is_named_only_where_she_allows_it(street: Neighbourhood) -> None:
    """Otherwise it is another contact."""
    journey = await _overdue(street)
    dad = await street.link_of(journey, DAD)
    await street.house.watch.ask(journey.id, lambda j, now, _: said.contact_said(j, dad.contact.id, Said.TAKEN, now))
    link = await street.link_of(journey)
    named = Link(link.token, replace(link.account, names_shown=True), link.contact, link.kept)

    assert (await _page(street, link)).holder.startswith("Another contact is on it since 22:39.")
    assert (await _page(street, named)).holder.startswith("Dad is on it since 22:39.")
    assert [name_of(named, who) for who in (link.contact.id, dad.contact.id, "?")] == ["you", "Dad", "another contact"]


async def test_in_an_sos_whoever_is_on_it_keeps_nobody_from_being_rung(street: Neighbourhood) -> None:
    """Beth reads that Dad is on it and that her phone goes on ringing, and when she cannot come, that he is on it; he reads
    that the others are rung."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))
    assert (await _page(street, await street.link_of(journey))).holder == "Nobody has it yet."
    dad, beth = await street.link_of(journey, DAD), (await street.link_of(journey)).contact.id
    await street.house.watch.ask(journey.id, lambda j, now, _: said.contact_said(j, dad.contact.id, Said.TAKEN, now))

    page = await _page(street, await street.link_of(journey))
    assert (page.holder, page.mine) == (
        "Another contact is on it since 21:59. In an SOS we go on ringing you until you answer.",
        False,
    )
    page = await _page(street, await street.link_of(journey, DAD))
    assert (page.holder, page.mine) == ("You are on it. In an SOS we go on ringing the others.", True)

    await street.house.watch.ask(journey.id, lambda j, now, _: said.contact_said(j, beth, Said.CANT, now))
    assert (await _page(street, await street.link_of(journey))).holder == "Another contact is on it since 21:59."


async def test_an_operators_claim_is_over_when_its_minute_is(street: Neighbourhood) -> None:
    """Also before the watchman has come round."""
    journey = await _overdue(street)
    await street.house.watch.ask(journey.id, lambda j, now, _: claims.claimed(j, "olga", now))
    link, now = await street.link_of(journey), street.clock.now()

    assert (await contact_page(street.house, link, Frame(), now)).holder == "An operator has it since 22:39."
    assert (await contact_page(street.house, link, Frame(), now + 61)).holder == "Nobody has it yet."


async def test_the_link_outlives_the_journey_by_an_hour(street: Neighbourhood) -> None:
    """And an incident that was resolved by a day (row 19)."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)
    link, now = await street.link_of(journey), street.clock.now()

    assert link.alive(now + 3600.0)
    assert not link.alive(now + 3601.0)


async def test_after_an_incident_the_link_lives_for_a_day(street: Neighbourhood) -> None:
    """While it is open it never dies."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(40 * MINUTES)
    link = await street.link_of(journey)
    assert link.alive(street.clock.now() + 30 * DAY)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)
    link, now = await street.link_of(journey), street.clock.now()

    assert link.alive(now + DAY)
    assert not link.alive(now + DAY + 1.0)


async def test_the_track_is_half_an_hour_of_her_way(street: Neighbourhood) -> None:
    """A place every three minutes, the newest first, none older than 30 min before the last; only for who looks."""
    journey = await street.sets_off(minutes=20)
    for minute in range(1, 35):
        await street.time_passes(MINUTES)
        await street.seen(journey.id, 51.380 + minute * 0.0001, 0.500, seq=minute)
    await street.time_passes(10 * MINUTES)
    link = await street.link_of(journey)
    assert link.sight is Sight.TRACK

    before, after = (await _page(street, link)).where, (await _page(street, link, shown=True)).where

    assert before is not None
    assert before.track == ()
    assert after is not None
    assert 8 <= len(after.track) <= 11
    assert after.track[0][1].startswith("51.383")


@pytest.mark.parametrize(
    ("by", "number", "words"),
    [
        ("beth", "KP|7", "Told at 23:50 by you, number KP|7, not confirmed"),
        ("dad", "3107", "Told at 23:50 by another contact, number 3107, not confirmed"),
        ("gone", "", "Told at 23:50 by another contact, no number given, not confirmed"),
        ("olga", "3107", "Told at 23:50 by an operator, number 3107, not confirmed"),
    ],
)
async def test_who_told_the_police_has_no_name(street: Neighbourhood, by: str, number: str, words: str) -> None:
    """Whoever noted it is you, another contact or an operator."""
    journey = await _overdue(street)
    await street.house.watch.ask(journey.id, lambda j, now, _: claims.logged(j, "olga", "note", "x", now))
    link = await street.link_of(journey)
    dad = await street.link_of(journey, DAD)
    who = {"beth": link.contact.id, "dad": dad.contact.id}.get(by, by)

    told = police_of(link, Police(at=1_795_218_600.0, by=who, number=number), "Europe/London")

    assert told.replace(told[8:13], "23:50") == words
