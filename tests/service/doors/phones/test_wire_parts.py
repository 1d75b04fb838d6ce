"""What frames are made of."""

from typing import Any

import msgspec
import pytest

from service.doors.phones.wire_parts import Answered, CommandId, HavenName, Number, Pin, RouteFormat, Waited


@pytest.mark.parametrize(
    ("kind", "fits", "does_not"),
    [
        (Number, 2**53, 2**53 + 1),
        (CommandId, "c", ""),
        (CommandId, "c" * 64, "c" * 65),
        (Pin, "1" * 32, "1" * 33),
        (Answered, "next_leg", "perhaps"),
        (Waited, 43_200.0, 43_201.0),
        (HavenName, "osm:n123456789012", "x" * 65),
        (RouteFormat, "polyline6", "polyline7"),
    ],
)
def test_what_goes_into_her_row_is_bounded(kind: Any, fits: object, does_not: object) -> None:
    """One phone's values must not be more than a row, or its readers, can hold."""
    assert msgspec.convert(fits, kind) == fits
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(does_not, kind)
