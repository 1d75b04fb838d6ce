"""The bodies of the HTTP API."""

import pytest
from pydantic import ValidationError

from geofence.mode import Mode
from service.doors.api.bodies import AnswerBody, CommandBody, JourneyBody, PinsBody
from service.journey.model import JourneyKind
from service.people.refusals import Refused

WAY = '{"type": "LineString", "coordinates": [[0.504, 51.380], [0.504, 51.388]]}'


def test_a_body_becomes_a_wish() -> None:
    """A profile may be written with its dash; the place she names is where the route ends."""
    body = JourneyBody.model_validate(
        {
            "destination": {"word": "Mum's", "lat": 51.388, "lon": 0.504},
            "route": {"format": "geojson", "data": WAY},
            "profile": "high-risk",
            "mode": "cycle",
            "eta": "23:30",
        }
    )
    wish = body.wish()

    assert (wish.kind, wish.destination, wish.profile, wish.mode) == (
        JourneyKind.DESTINATION,
        "Mum's",
        "high_risk",
        Mode.CYCLE,
    )
    assert wish.route is not None
    assert wish.route.destination == wish.place


def test_a_line_that_leads_elsewhere_is_refused() -> None:
    """Of the whole way, or of a leg that says where it ends."""
    start = {"lat": 51.380, "lon": 0.504}
    route = {"format": "geojson", "data": WAY}
    body = {"destination": start, "route": route}
    with pytest.raises(Refused, match="got 840 m: is it the other way round") as whole:
        JourneyBody.model_validate(body).wish()
    legs = [{"mode": "foot", "to": start, "route": route}, {"mode": "ride"}]
    with pytest.raises(Refused, match="got 840 m") as leg:
        JourneyBody.model_validate({"destination": {"lat": 51.5, "lon": 0.5}, "minutes": 9, "legs": legs}).wish()

    assert (whole.value.field, leg.value.field) == ("route", "legs[0].route")


def test_the_last_leg_ends_at_the_destination() -> None:
    """Where it says nothing of its own; and where only the leg says it, that is the destination."""
    stop, there = {"lat": 51.38, "lon": 0.5}, {"lat": 51.388, "lon": 0.504}
    legs = [{"mode": "foot", "to": stop}, {"mode": "ride"}]
    named = JourneyBody.model_validate({"destination": there, "minutes": 9, "legs": legs}).wish()
    way = {"mode": "foot", "route": {"format": "geojson", "data": WAY}}
    walked = JourneyBody.model_validate({"legs": [way]}).wish()

    assert named.legs[-1].end == named.place
    assert walked.place == walked.legs[0].way.destination
    assert (walked.place is not None, walked.route) == (True, None)


def test_a_mode_beside_legs_is_the_first_ones() -> None:
    """Said twice and alike it is understood; anything else would be silently thrown away, and is refused."""
    there = {"lat": 51.388, "lon": 0.504}
    body = {"destination": there, "minutes": 9, "legs": [{"mode": "cycle", "to": there}]}
    assert JourneyBody.model_validate({**body, "mode": "cycle"}).wish().legs[0].mode is Mode.CYCLE
    assert JourneyBody.model_validate(body).wish().legs[0].mode is Mode.CYCLE
    with pytest.raises(Refused) as refused:
        JourneyBody.model_validate({**body, "mode": "foot"}).wish()
    assert refused.value.field == "mode"


def test_half_a_place_is_none() -> None:
    """The missing half is named."""
    with pytest.raises(Refused) as refused:
        JourneyBody.model_validate({"destination": {"lon": 0.5}, "minutes": 5}).wish()

    assert refused.value.field == "destination.lat"


def test_what_was_sent_is_not_repeated() -> None:
    """It may be a PIN."""
    with pytest.raises(ValidationError) as error:
        PinsBody.model_validate({"pin": "2468" * 9, "duress_pin": "9753"})

    assert "2468" not in str(error.value)


def test_numbers_that_are_none_are_refused() -> None:
    """Not a number, and infinity, in a place or a time."""
    for bad in ({"destination": {"lat": "nan", "lon": 0}}, {"eta": float("inf")}, {"minutes": float("nan")}):
        with pytest.raises(ValidationError):
            JourneyBody.model_validate(bad)
    with pytest.raises(ValidationError):
        AnswerBody.model_validate({"id": "", "what": "ok"})


def test_whom_she_chooses_for_this_journey() -> None:
    """Who hears, who may look, what is told of the battery; nobody and nothing unless she says so."""
    body = JourneyBody.model_validate(
        {
            "destination": {"lat": 51.388, "lon": 0.504},
            "minutes": 20,
            "tell": ["beth"],
            "arrived": False,
            "walk_with": ["dad", "operators"],
            "battery_text": True,
        }
    )
    wish, bare = (
        body.wish(),
        JourneyBody.model_validate({"destination": {"lat": 51.4, "lon": 0.5}, "minutes": 5}).wish(),
    )

    assert (wish.tell, wish.arrived, wish.walk_with, wish.battery_text) == (
        ("beth",),
        False,
        ("dad", "operators"),
        True,
    )
    assert (bare.tell, bare.arrived, bare.walk_with, bare.battery_text) == ((), True, (), False)


@pytest.mark.parametrize("waited_s", [-1, 43_201, float("nan"), float("inf"), "long"])
def test_what_waited_has_waited_so_and_so_long(waited_s: object) -> None:
    """No less than nothing, and no more than the longest journey."""
    assert CommandBody.model_validate({"id": "c1", "waited_s": 0}).waited_s == 0
    with pytest.raises(ValidationError):
        CommandBody.model_validate({"id": "c1", "waited_s": waited_s})


def test_what_a_phone_says_of_itself() -> None:
    """Nothing said is nothing known."""
    assert JourneyBody().seen_by_phone().battery_pct is None
    assert JourneyBody.model_validate({"phone": {"battery_pct": 9}}).seen_by_phone().battery_pct == 9.0
