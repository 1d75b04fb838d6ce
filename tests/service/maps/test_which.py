"""Which map it is: by both ends of a way, by most of a line; and what is said where there is none."""

from pathlib import Path

import pytest

from geofence.route import read_points
from geofence.streets.ways import NoWay, Reason
from service.maps.regions import Maps
from service.maps.which import chosen, following
from tests.geofence.drawn import place
from tests.service.maps.medway import MEDWAY, built, medway, put, shifted


def refused(maps: Maps, origin: tuple[float, float], destination: tuple[float, float]) -> NoWay:
    """Why no map has both."""
    with pytest.raises(NoWay) as none:
        chosen(maps.known, place(*origin), place(*destination))
    return none.value


def test_without_maps_it_is_none() -> None:
    """Whatever the places are."""
    assert refused(Maps(), (0, 0), (9, 9)).reason is Reason.NO_MAP


def test_a_way_lies_in_one_map(tmp_path: Path) -> None:
    """In the one that has both ends; of two, in the one that goes on farther around."""
    maps = medway(tmp_path)
    put(tmp_path, built(shifted(500.0), tmp_path), "east")
    maps.swap()

    assert [one.name for one in maps.known] == ["east", MEDWAY]
    assert chosen(maps.known, place(0, 100), place(300, 100)).name == MEDWAY
    assert chosen(maps.known, place(560, 250), place(900, 250)).name == MEDWAY
    assert maps.of(*place(750, 450)) is maps.known[0]


def test_across_the_edge_both_maps_are_named(tmp_path: Path) -> None:
    """Each end lies in one, and no map has both."""
    maps = medway(tmp_path)
    put(tmp_path, built(shifted(3000.0), tmp_path), "east")
    maps.swap()
    none = refused(maps, (300, 100), (3200, 200))

    assert (none.reason, none.maps, none.field) == (Reason.ACROSS_EDGE, (MEDWAY, "east"), "")


def test_outside_the_end_that_is_there_is_named(tmp_path: Path) -> None:
    """With how far it is, and which map is nearest."""
    maps = medway(tmp_path)
    there, here = refused(maps, (300, 100), (300, 5000)), refused(maps, (-9000, 0), (300, 5000))

    assert (there.reason, there.field, there.maps) == (Reason.OUTSIDE_MAP, "destination", (MEDWAY,))
    assert there.metres == pytest.approx(4600.0, abs=20.0)
    assert here.field == "origin"


def test_a_line_lies_in_the_map_that_has_most_of_it(tmp_path: Path) -> None:
    """Elsewhere there is no light to tell of."""
    maps = medway(tmp_path)
    line = read_points([place(0, 200), place(600, 200), place(9000, 200)])
    far = read_points([place(9000, 200), place(9900, 200)])

    assert following(maps.known, line) is maps.known[0]
    assert maps.lights_of(line) is maps.known[0].lights
    assert maps.lights_of(far) is None
