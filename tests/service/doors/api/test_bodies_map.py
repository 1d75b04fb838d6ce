"""The bodies of ways, places and lamps."""

import pytest
from pydantic import ValidationError

from geofence.mode import Mode
from service.doors.api.bodies_map import LampBody, NearbyBody, PlanBody
from service.maps.reports import What

HERE, THERE = {"lat": 51.388, "lon": 0.504}, {"lat": 51.39, "lon": 0.51}


def test_a_way_is_on_foot_and_now_unless_she_says_otherwise() -> None:
    """From and to are all she has to give."""
    body = PlanBody.model_validate({"from": HERE, "to": THERE})

    assert (body.origin.place, body.destination.place) == ((51.388, 0.504), (51.39, 0.51))
    assert (body.at, body.mode, body.no_steps) == (None, Mode.FOOT, False)


def test_a_time_is_an_instant_or_what_a_clock_shows() -> None:
    """23:30 stays a word: what it means depends on now."""
    assert NearbyBody.model_validate({**HERE, "at": "23:30"}).at == "23:30"
    assert NearbyBody.model_validate({**HERE, "at": 1_795_212_000}).at == 1_795_212_000


@pytest.mark.parametrize("at", [1e12, float("nan"), float("inf"), "half past eleven", [1]])
def test_no_other_time_is_one(at: object) -> None:
    """Far beyond any calendar, or no time at all."""
    with pytest.raises(ValidationError):
        NearbyBody.model_validate({**HERE, "at": at})


def test_a_report_is_of_a_lamp_unless_it_says_otherwise() -> None:
    """Her phone draws its id."""
    assert LampBody.model_validate({**HERE, "id": "r1"}).what is What.LAMP_OUT
