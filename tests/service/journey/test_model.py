"""A journey as data."""

import msgspec
import pytest

from geofence.sighting import Standing
from service.journey.model import Journey, Proof
from tests.builders import Walk, journey, timer, walk


def due() -> Walk:
    """Half way through the grace."""
    return timer().to(38)


def forced() -> Walk:
    """With a cover story."""
    anna = walk().streaming(5)
    anna.ends(Proof.DURESS)
    return anna


@pytest.mark.parametrize("anna", [walk(), walk().fix(Standing.VEHICLE, minute=3), due(), due().to(60), forced()])
def test_what_is_stored_is_what_is_read(anna: Walk) -> None:
    """Asked, due, alarmed, covered: equal after the disk."""
    stored = msgspec.msgpack.encode(anna.journey)
    assert msgspec.msgpack.decode(stored, type=Journey) == anna.journey


def test_a_question_is_not_an_alarm() -> None:
    """`open_incident` is between her and us, `alarm` is what others know of."""
    asked = walk().fix(Standing.STALLED, minute=3).journey
    assert asked.open_incident is not None
    assert asked.alarm is None
    told = timer().to(41).journey
    assert told.alarm is told.open_incident


def test_a_journey_knows_whose_it_is() -> None:
    """The part of its key before the first hyphen."""
    assert journey(key="anna-7").traveller == "anna"
