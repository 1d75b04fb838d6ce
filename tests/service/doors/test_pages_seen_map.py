"""Who sees what of her on a map (journey.md)."""

from geofence.fix import Fix
from geofence.route import read_points
from service.doors.contact.seen import contact_page
from service.doors.pages_seen_map import seen_map
from service.journey import pressed
from service.journey.company import asked_company
from service.journey.model import OPERATORS, Journey, Proof
from service.journey.sight import Sight
from service.people.setting_off import set_off
from service.people.wishes import Wish
from service.rows import Kept
from service.web.pages import Drawn, Frame

from .neighbourhood import CHLOE, Neighbourhood

ROUTE = read_points([(51.380, 0.500), (51.384, 0.502), (51.388, 0.504)])
FIXES = (
    Fix(seq=1, at=1.0, lat=51.379, lon=0.5, accuracy_m=8.0),
    Fix(seq=2, at=2.0, lat=51.3795, lon=0.5, accuracy_m=8.0),
)


async def _sets_off(street: Neighbourhood, *, show_route: bool = False) -> Journey:
    account = await street.anna()
    kept = await set_off(street.house, account.id, Wish(route=ROUTE, minutes=30, show_route=show_route))
    await street.seen(kept.journey.id, 51.380, 0.500)
    return await street.journey(kept.journey.id)


async def _cries(street: Neighbourhood, journey: Journey) -> None:
    await street.house.watch.ask(journey.id, lambda j, now, _: pressed.sos(j, now, window=False))


async def _map(street: Neighbourhood, journey: Journey, sight: Sight, *, operator: bool = False) -> Drawn | None:
    kept: Kept = await street.house.watch.look(journey.id)
    return await seen_map(street.house, None, kept, kept.journey, sight, FIXES, operator=operator)


async def test_the_street_alone_is_no_map(street: Neighbourhood) -> None:
    """In a concern a contact hears the street: nothing is drawn of it."""
    journey = await _sets_off(street)

    assert await _map(street, journey, Sight.STREET) is None


async def test_who_walks_with_her_sees_the_last_fix_and_nothing_before_it(street: Neighbourhood) -> None:
    """Neither where she was nor where she goes."""
    journey = await _sets_off(street, show_route=True)
    found = await _map(street, journey, Sight.PLACE)

    assert found is not None
    assert found.picture.last is not None
    assert (found.picture.track, found.picture.way) == ("", "")


async def test_in_an_alarm_the_half_hour_is_there_and_the_route_only_where_she_allowed_it(
    street: Neighbourhood,
) -> None:
    """She said nothing of it: no route."""
    journey = await _sets_off(street)
    await _cries(street, journey)
    found = await _map(street, journey, Sight.TRACK)

    assert found is not None
    assert found.picture.track
    assert found.picture.way == ""


async def test_she_allowed_it_when_she_set_off(street: Neighbourhood) -> None:
    """A tick, for this journey alone."""
    journey = await _sets_off(street, show_route=True)
    await _cries(street, journey)
    found = await _map(street, journey, Sight.TRACK)

    assert found is not None
    assert found.picture.way


async def test_under_duress_operators_see_the_route_and_contacts_what_they_see_in_an_sos(street: Neighbourhood) -> None:
    """ "All" is for operators."""
    journey = await _sets_off(street)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.DURESS)
    theirs, ours = await _map(street, journey, Sight.TRACK), await _map(street, journey, Sight.TRACK, operator=True)

    assert theirs is not None
    assert ours is not None
    assert theirs.picture.way == ""
    assert ours.picture.way


async def test_a_contacts_page_has_a_map_only_once_the_look_is_on_disk(street: Neighbourhood) -> None:
    """Before the tap there is a button and no map."""
    journey = await _sets_off(street)
    await _cries(street, journey)
    link, now = await street.link_of(journey), street.clock.now()
    before = await contact_page(street.house, link, Frame(), now)
    after = await contact_page(street.house, link, Frame(), now, shown=True)

    assert before.where is not None
    assert after.where is not None
    assert (before.where.asks, before.where.drawn) == (True, None)
    assert after.where.drawn is not None


async def test_who_is_not_on_the_sos_list_sees_no_map_of_a_duress(street: Neighbourhood) -> None:
    """Chloe's page is what it is after a true PIN."""
    journey = await _sets_off(street)
    await street.house.watch.ask(journey.id, pressed.ended, proof=Proof.DURESS)
    page = await contact_page(
        street.house, await street.link_of(journey, CHLOE), Frame(), street.clock.now(), shown=True
    )

    assert page.where is None


async def test_operators_whom_she_asked_see_her_on_the_map(street: Neighbourhood) -> None:
    """Their page about a journey with nothing wrong has the drawing once the look is written down."""
    journey = await _sets_off(street)
    operator = await street.on_shift("olga")
    await street.house.watch.ask(journey.id, lambda j, now, _: asked_company(j, [OPERATORS], now))
    console = await operator.http.get("/console")
    address = next(part.split('"')[0] for part in console.text.split('href="')[1:] if part.startswith("/console/look/"))

    assert 'class="plot"' in (await operator.http.get(address)).text
