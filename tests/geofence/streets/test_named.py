"""What the street is called that a place is on, or beside."""

import numpy as np
import pytest

from geofence.plane import plane_at
from geofence.streets.named import Named, named_near, read_ahead
from geofence.streets.region import SNAP_M, Region
from tests.geofence.drawn import Point, place

from .town import Drawing
from .walks import opened


@pytest.mark.parametrize(
    ("here", "name", "off_m"),
    [
        ((150, 112), "Mill Lane", 12.0),
        ((350, 203), "High Street", 3.0),
        ((350, 209), "High Street", 9.0),  # on its pavement, which has no name
        ((720, -100), "Old Road", 20.0),
        ((760, 340), "Farm Track", 72.1),  # at the end of a track without a name
    ],
)
def test_the_nearest_street_with_a_name(region: Region, here: Point, name: str, off_m: float) -> None:
    """Whatever is nearer without one is passed over; beyond the end of a street it is as far as to its end."""
    found = named_near(region, place(*here), 100.0)

    assert found is not None
    assert found.name == name
    assert found.off_m == pytest.approx(off_m, abs=0.2)


def test_farther_than_was_asked_for_there_is_none(region: Region) -> None:
    """Nor farther than streets are looked for, whatever was asked for; nor outside the map."""
    there = place(720, -100)
    assert named_near(region, there, 19.0) is None
    assert named_near(region, there, 21.0) is not None
    for nowhere in (place(300, 600), place(50_000, 0), (0.0, 0.0), (-90.0, 180.0), (90.0, -180.0)):
        assert named_near(region, nowhere, 1e9) is None
    assert named_near(region, place(200, 400 + SNAP_M - 2), 1e9) is not None
    assert named_near(region, place(200, 400 + SNAP_M + 2), 1e9) is None


def test_of_two_that_are_equally_near_always_the_same() -> None:
    """In the middle of a crossing: the first of the alphabet, whichever was drawn first."""
    for names in (("Abbey Road", "Zoo Lane"), ("Zoo Lane", "Abbey Road")):
        drawing = Drawing()
        drawing.way((-600, 0), (0, 0), (600, 0), name=names[0])
        drawing.way((0, -600), (0, 0), (0, 600), name=names[1])
        assert named_near(opened(drawing), place(0, 0), 100.0) == Named("Abbey Road", 0.0)


def test_a_map_without_names_names_nothing() -> None:
    """There are streets, and none is called anything."""
    drawing = Drawing()
    drawing.way((-600, 0), (600, 0))
    assert named_near(opened(drawing), place(0, 5), 100.0) is None


def test_it_is_the_nearest_of_all_by_every_point_of_the_town(region: Region) -> None:
    """Compared with every named segment of the map, looked at one by one."""
    rng = np.random.default_rng(11)
    for x, y in rng.uniform((-150, -200), (1100, 500), (200, 2)):
        lat, lon = place(float(x), float(y))
        wanted = min(_off_m(region, lat, lon))
        found = named_near(region, (lat, lon), 100.0)
        assert (found is not None) == (wanted <= 100.0)
        if found is not None:
            assert found.off_m == pytest.approx(wanted, abs=0.05)


def _off_m(region: Region, lat: float, lon: float) -> list[float]:
    """Metres to each named segment, found by stepping along it."""
    plane = plane_at(lat, lon)
    steps = np.linspace(0.0, 1.0, 401)
    found = []
    for point, part in zip(region.seg_pt.tolist(), region.seg_part.tolist(), strict=True):
        if region.part_name[part]:
            (ax, ay), (bx, by) = (
                plane.to_metres(float(region.pt_y[n]) * 1e-7, float(region.pt_x[n]) * 1e-7) for n in (point, point + 1)
            )
            found.append(float(np.hypot(ax + steps * (bx - ax), ay + steps * (by - ay)).min()))
    return found


def test_reading_ahead_changes_nothing(region: Region) -> None:
    """The same answer before and after."""
    before = named_near(region, place(150, 112), 100.0)
    read_ahead(region)
    assert named_near(region, place(150, 112), 100.0) == before
