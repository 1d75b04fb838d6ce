"""Havens near her."""

import msgspec

from geofence.haven import Haven

from .streets import place


def test_a_haven_is_a_small_row() -> None:
    """It goes into a list and comes back as it was."""
    police = Haven("p1", "Police station, High St", *place(0, 0))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(police), type=Haven) == police
