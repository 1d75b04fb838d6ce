"""What her contacts read of her way: which part of it she is on, where she has turned aside to, when she is there at her own
pace. Only those who may see a place."""

from pathlib import Path

from msgspec.structs import replace

from geofence.sighting import Standing
from service.doors.contact.link import Link
from service.doors.contact.seen import contact_page
from service.journey import pressed
from service.journey.company import asked_company
from service.journey.fixes import sighted
from service.journey.havens import OpenHaven, diverted
from service.journey.model import Journey, Leg
from service.web.contact import ContactPage, render_contact
from service.web.pages import Frame
from tests.builders import sighting
from tests.service.doors.neighbourhood import Neighbourhood, neighbourhood

CHURCH = OpenHaven(id="s1", name="Open church", lat=51.381, lon=0.5, kind="scheme")
LEGS = (Leg("foot"), Leg("ride"), Leg("foot"))


async def page_of(street: Neighbourhood, link: Link) -> ContactPage:
    return await contact_page(street.house, link, Frame(), street.clock.now(), shown=True)


async def test_whoever_walks_with_her_reads_her_pace_and_where_she_has_turned_aside_to(tmp_path: Path) -> None:
    """On her way, and when she is there; to a church, and at it; what she has said of a stop comes first."""
    async with neighbourhood(tmp_path) as street:
        journey = await street.sets_off(minutes=20)
        watch, beth = street.house.watch, (await street.link_of(journey)).contact.id

        async def reads() -> str:
            return (await page_of(street, await street.link_of(journey))).how

        await watch.ask(journey.id, lambda j, now, _: asked_company(j, [beth], now))
        await watch.ask(journey.id, lambda j, now, _: sighted(j, [sighting(0, received_at=now, to_go_m=780.0)], now))
        assert await reads() == "On her way; at her pace there about 22:09"
        await watch.ask(journey.id, lambda j, now, _: diverted(j, CHURCH, now))
        aside = "On her way, turning aside to Open church, as she told us; at her pace there about 22:09"
        assert await reads() == aside

        there = sighting(0, Standing.AT_HAVEN, haven="s1", lat=CHURCH.lat, lon=CHURCH.lon)
        await watch.ask(journey.id, lambda j, now, _: sighted(j, [replace(there, received_at=now)], now, (CHURCH,)))
        assert await reads() == "On her way, stopped at Open church"
        await watch.ask(journey.id, lambda j, now, _: pressed.paused(j, 10, now))
        assert await reads() == "Stopping here until 22:09, as she told us"


async def test_which_part_she_is_on_is_read_where_her_way_may_be_known(tmp_path: Path) -> None:
    """Overdue: in plain words, to the police too, and where she had turned aside to; to who is never shown her place,
    nothing."""
    async with neighbourhood(tmp_path) as street:
        journey = await street.sets_off(minutes=20)
        await street.house.watch.ask(journey.id, lambda j, now, _: diverted(j, CHURCH, now))
        await street.time_passes(70 * 60.0)
        link = await street.link_of(journey)
        late = link.kept.journey
        page = await page_of(street, put(link, replace(late, plan=replace(late.plan, legs=LEGS), leg=1)))

        assert page.state == "overdue"
        assert page.going == "by bus, train or car, part 2 of 3; turning aside to Open church, as she told us"
        assert page.script is not None
        assert page.script.going == "on her way home, by bus, train or car"
        assert page.going in render_contact(page)

        people = tuple(replace(p, place=False) for p in late.plan.people)
        never = put(link, replace(late, plan=replace(late.plan, people=people, legs=LEGS), leg=1))
        hidden = await page_of(street, unshown(never))
        assert hidden.going == ""
        assert "Open church" not in render_contact(hidden)


def put(link: Link, journey: Journey) -> Link:
    """The same link over another journey."""
    return Link(link.token, link.account, link.contact, replace(link.kept, journey=journey))


def unshown(link: Link) -> Link:
    """For somebody who is never shown her place."""
    return Link(link.token, link.account, replace(link.contact, place=False), link.kept)
