"""What a contact may see, state by state."""

from msgspec.structs import replace

from service.doors.contact_page import find
from service.doors.pages_contact import Link, contact_page, note_police, police_of, state_of
from service.journey import pressed
from service.journey.model import Journey, Proof
from service.web.pages import Frame

from .neighbourhood import BETH, CHLOE, Neighbourhood

MINUTES = 60.0
DAY = 86_400.0


async def _link(street: Neighbourhood, journey: Journey, number: str = BETH) -> Link:
    account = await street.house.watch.account(journey.traveller)
    link = await find(street.house, street.link(journey, number, account).removeprefix("/c/"))
    assert link is not None
    return link


async def test_the_state_follows_the_alarm(street: Neighbourhood) -> None:
    """Quiet, concern, overdue, closed."""
    journey = await street.sets_off(minutes=60)
    assert state_of(await _link(street, journey)) == "quiet"
    await street.time_passes(19 * MINUTES)
    assert state_of(await _link(street, journey)) == "concern"
    await street.time_passes(70 * MINUTES)
    assert state_of(await _link(street, journey)) == "overdue"

    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)

    assert state_of(await _link(street, journey)) == "closed"


async def test_who_is_not_on_her_sos_list_sees_no_sos(street: Neighbourhood) -> None:
    """Chloe's page stays as it was; Beth's asks for help."""
    journey = await street.sets_off(minutes=60)

    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))

    assert state_of(await _link(street, journey)) == "sos"
    assert state_of(await _link(street, journey, CHLOE)) == "quiet"


async def test_when_she_is_due_is_for_those_she_told(street: Neighbourhood) -> None:
    """While nothing is wrong the others see nothing of it."""
    journey = await street.sets_off(minutes=60)
    link, now = await _link(street, journey), street.clock.now()
    chosen = replace(journey, plan=replace(journey.plan, tell=(link.contact.id,)))
    told = Link(link.token, link.account, link.contact, replace(link.kept, journey=chosen))

    assert (await contact_page(street.house, link, Frame(), now)).since == ""
    assert ", due " in (await contact_page(street.house, told, Frame(), now)).since


async def test_the_link_outlives_the_journey_by_an_hour(street: Neighbourhood) -> None:
    """And an incident that was resolved by a day (row 19)."""
    journey = await street.sets_off(minutes=60)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)
    link, now = await _link(street, journey), street.clock.now()

    assert link.alive(now + 3600.0)
    assert not link.alive(now + 3601.0)


async def test_after_an_incident_the_link_lives_for_a_day(street: Neighbourhood) -> None:
    """While it is open it never dies."""
    journey = await street.sets_off(minutes=20)
    await street.time_passes(40 * MINUTES)
    link = await _link(street, journey)
    assert link.alive(street.clock.now() + 30 * DAY)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.PIN)
    link, now = await _link(street, journey), street.clock.now()

    assert link.alive(now + DAY)
    assert not link.alive(now + DAY + 1.0)


async def test_the_track_is_half_an_hour_of_her_way(street: Neighbourhood) -> None:
    """A place every three minutes, the newest first, none older than 30 min."""
    journey = await street.sets_off(minutes=20)
    for minute in range(1, 35):
        await street.time_passes(MINUTES)
        await street.seen(journey.id, 51.380 + minute * 0.0001, 0.500, seq=minute)
    link = await _link(street, journey)
    assert link.alarm is None or state_of(link) == "overdue"

    page = await contact_page(street.house, link, Frame(), street.clock.now())

    if page.state == "overdue":
        assert 8 <= len(page.track) <= 11
        assert page.track[0][1].startswith("51.383")
    else:
        assert page.track == ()


async def test_the_polices_number_has_no_name_beside_it(street: Neighbourhood) -> None:
    """Whoever noted it is "you" or "another contact"."""
    journey = await street.sets_off()
    link = await _link(street, journey)
    await note_police(street.house, link, "KP|7", street.clock.now())
    other = Link(link.token, link.account, replace(link.contact, id="dad"), link.kept)

    assert await police_of(street.house, link) == "Told at 21:59 by you, number KP|7"
    assert await police_of(street.house, other) == "Told at 21:59 by another contact, number KP|7"
