"""Inside and outside of where she is going."""

import pytest

from geofence.destination import Destination

from .drawn import place

HOME = Destination(*place(0, 0))
CAMPUS = Destination(*place(0, 0), polygon=tuple(place(*corner) for corner in [(0, 0), (200, 0), (200, 100), (0, 100)]))


def test_a_home_is_fifty_metres_around_its_door() -> None:
    """49 m is inside, 51 m is 1 m outside."""
    assert HOME.holds(*place(49, 0))
    assert not HOME.holds(*place(0, 51))
    assert HOME.beyond_m(*place(0, 51)) == pytest.approx(1.0, abs=0.05)
    assert HOME.beyond_m(*place(10, 0)) == 0.0


def test_a_campus_has_an_outline() -> None:
    """With a polygon the radius plays no part, and the edge counts as inside."""
    assert CAMPUS.holds(*place(190, 90))
    assert CAMPUS.holds(*place(0, 0))
    assert not CAMPUS.holds(*place(-10, 10))
    assert CAMPUS.beyond_m(*place(230, 50)) == pytest.approx(30.0, abs=0.05)
