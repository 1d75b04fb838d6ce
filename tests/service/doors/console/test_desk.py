"""Who asks at the operators' desk, and what is meant."""

from starlette.requests import Request

from service.doors.console.desk import NAME, SESSION, Desk, names_of
from service.doors.pages_live import LiveJourneys
from service.operators import presence
from tests.service.doors.neighbourhood import Browser, Neighbourhood

MINUTES = 60.0


def _request(browser: Browser, name: str = "") -> Request:
    """What a route of ours is given."""
    cookie = f"{SESSION}={browser.http.cookies.get(SESSION, '')}"
    scope = {"type": "http", "headers": [(b"cookie", cookie.encode())], "path_params": {NAME: name}}
    return Request(scope)


async def test_asking_keeps_her_on_shift(street: Neighbourhood) -> None:
    """Nobody without a session is anybody."""
    desk = Desk(street.house, LiveJourneys(street.house), street.operators)
    olga = await street.on_shift("olga")
    street.clock.forward(59)

    who = await desk.who(_request(olga))

    assert who is not None
    assert who.name == "olga"
    street.clock.forward(59)
    assert await presence.alive(street.house, street.clock.now()) == ("olga",)
    assert await desk.who(_request(street.browser())) is None


async def test_an_open_incident_is_found_by_reference_and_by_key(street: Neighbourhood) -> None:
    """By those who are signed in; a calm journey is none."""
    desk = Desk(street.house, LiveJourneys(street.house), street.operators)
    journey = await street.sets_off(minutes=20)
    olga = await street.on_shift("olga")
    name = journey.plan.reference
    assert await desk.incident_of(_request(olga, name)) is None

    await street.time_passes(33 * MINUTES)
    olga = await street.on_shift("olga")

    for asked in (name, journey.id):
        at_hand = await desk.incident_of(_request(olga, asked))
        assert at_hand is not None
        assert (at_hand.operator.name, at_hand.account.name) == ("olga", "Anna")
        assert at_hand.kept.journey.id == journey.id
        assert at_hand.here == f"/console/i/{asked}"
    assert await desk.incident_of(_request(street.browser(), name)) is None
    assert await desk.incident_of(_request(olga, "Z999")) is None
    assert (await street.journey(journey.id)).looks == ()


async def test_two_journeys_of_one_reference_are_told_apart(street: Neighbourhood) -> None:
    """A letter and three digits may be drawn twice in one night."""
    await street.sets_off(minutes=20)
    [found] = await LiveJourneys(street.house).all()

    assert list(names_of([found]).values()) == [found[0].journey.plan.reference]
    assert list(names_of([found, found]).values()) == [found[0].journey.id]
