"""Turning aside, on the phone under `/try`."""

from msgspec.structs import replace

from service.doors.trying.aside import going, nearest
from service.havens import Listed, ListedHavens, NoHavens
from service.journey.model import Journey, Seen
from tests.service.doors.neighbourhood import Browser, Neighbourhood, words

from .test_form import FIELDS

HERE = (51.3880, 0.5040)
CHURCH = Listed("s1", "Open church", 51.3884, 0.5040, "scheme", "Mo-Su 18:00-23:00")
PUB = Listed("u1", "The Ship", 51.3881, 0.5040, "pub", "Mo-Su 12:00-23:30")
CLINIC = Listed("h1", "Clinic", 51.3880, 0.5040, "hospital")


def knows(street: Neighbourhood, *places: Listed) -> None:
    street.house.watch.havens = ListedHavens(places, "Europe/London", "GB") if places else NoHavens()


async def walking(street: Neighbourhood, *, tracked: bool = False) -> Journey:
    seen = Seen(lat=HERE[0], lon=HERE[1], at=0.0, received_at=0.0, tracked=tracked)
    return replace(await street.sets_off(minutes=20), seen=seen)


async def _trying(street: Neighbourhood) -> Browser:
    browser = street.browser()
    async with street.at_work():
        await browser.press("/try", "/try/start", **FIELDS)
    return browser


async def test_the_nearest_that_is_open_is_offered(street: Neighbourhood) -> None:
    """With what it is, how far and until when; what nobody vouches for says so, and unknown hours are not open."""
    journey = await walking(street)
    knows(street, CHURCH, CLINIC)
    church = nearest(street.house, journey)
    knows(street, CHURCH, PUB, CLINIC)
    pub = nearest(street.house, journey)

    assert church is not None
    assert (church.id, church.words) == ("s1", "Open church, a place of a scheme, 40 m away, open until 23:00")
    assert pub is not None
    assert pub.words == "The Ship, a pub, 10 m away, open until 23:30. Nobody has vetted it"


async def test_nothing_is_offered_where_there_is_nothing_to_say(street: Neighbourhood) -> None:
    """No list, nothing open, no place yet, or one that a tracker measured: her screen would say where it saw her."""
    journey = await walking(street)
    knows(street)
    assert nearest(street.house, journey) is None
    knows(street, CLINIC)
    assert nearest(street.house, journey) is None
    knows(street, CHURCH)
    assert nearest(street.house, replace(journey, seen=None)) is None
    assert (
        nearest(
            street.house, replace(journey, seen=Seen(lat=HERE[0], lon=HERE[1], at=0.0, received_at=0.0, tracked=True))
        )
        is None
    )


async def test_she_goes_there_with_one_tap(street: Neighbourhood) -> None:
    """No PIN; she is expected later, and her screen says where she has turned aside to."""
    knows(street, CHURCH)
    browser = await _trying(street)

    answer = await browser.press("/try", "/try/divert", haven="s1")

    assert "Go there. You are expected by 23:" in words(answer.text)
    assert "You are turning aside to Open church." in answer.text
    [key] = [key for key in await street.house.store.keys() if "-" in key]
    journey = (await street.house.watch.look(key)).journey
    assert journey.haven is not None
    assert (nearest(street.house, journey), going(journey)) == (None, "You are turning aside to Open church.")
    assert going(replace(journey, haven=replace(journey.haven, there=True))) == "You are at Open church."


async def test_a_place_that_closed_meanwhile_is_no_error(street: Neighbourhood) -> None:
    """Nor one that was never there: she is told, and goes on."""
    knows(street, CHURCH)
    browser = await _trying(street)
    knows(street)

    for haven in ("s1", "", "x" * 500):
        answer = await browser.press("/try", "/try/divert", haven=haven)
        assert answer.status_code == 200
        assert "That place has closed, or nobody knows of it any more." in answer.text
