"""A region that is open."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from geofence.plane import distance_m
from geofence.streets.build import build
from geofence.streets.format import ARRAYS
from geofence.streets.region import SNAP_M, Region
from tests.geofence.drawn import place
from tests.geofence.streets.town import Drawing


def e7(x: float, y: float) -> tuple[int, int]:
    """A place of the town in the file's numbers: x, y."""
    lat, lon = place(x, y)
    return round(lon * 1e7), round(lat * 1e7)


def parts_of(region: Region, name: str) -> list[int]:
    """The parts of a street."""
    return [part for part in range(len(region.part_m)) if region.name(int(region.part_name[part])) == name]


def test_a_region_has_every_array_of_the_format() -> None:
    """What stands in the file can be asked for by its name."""
    assert {field.name for field in fields(Region)} == {"path", "about", *ARRAYS}


def test_names_are_told(region: Region) -> None:
    """Number 0 is no name; others come back whole, letters of any alphabet."""
    assert region.name(0) == ""
    assert {region.name(int(number)) for number in region.place_name} >= {
        "Police Station",
        "Café Zoë",
        "Medway Hospital",
    }


def test_a_name_turns_no_writing_round(tmp_path: Path) -> None:
    """Nor does it end a line or hide anything; letters of any alphabet and pictures stay, in files that were built before too."""
    drawing = Drawing()
    for row, name in enumerate(
        ("Old\u202e \u2066Road\u2069", "A\tB\r\n\u2028C\u00a0 D\x07", "\u200f שד\u200bרות", "🌉 Łódzka")
    ):
        drawing.way((0, 100 * row), (600, 100 * row), name=name)
    region = Region.open(build(drawing.write(tmp_path / "n.osm.pbf"), tmp_path / "n.streets").path)

    names = {region.name(int(number)) for number in region.part_name}
    assert names == {"Old Road", "A B C D", "שדרות", "🌉 Łódzka"}


def test_a_place_is_known_by_where_it_came_from(region: Region) -> None:
    """A node, an outline and a relation have ids of their own kind."""
    kinds = {region.place_key(n).rstrip("0123456789") for n in range(len(region.place_id))}

    assert kinds == {"osm:n", "osm:w", "osm:r"}


def test_points_run_with_the_link(region: Region) -> None:
    """The parts of a link hang together: it begins at its first node, each part where the one before ended."""
    for link in range(len(region.link_m)):
        at = (region.node_x[region.link_from[link]], region.node_y[region.link_from[link]])
        for part in range(region.part_ptr[link], region.part_ptr[link + 1]):
            x, y = region.points(part)
            assert (x[0], y[0]) == at
            at = (x[-1], y[-1])
        assert at == (region.node_x[region.link_to[link]], region.node_y[region.link_to[link]])


def test_arcs_lead_both_ways_along_every_link(region: Region) -> None:
    """From each node the arcs lead to the other ends of its links."""
    seen = []
    for node in range(len(region.node_x)):
        for arc in range(region.arc_ptr[node], region.arc_ptr[node + 1]):
            link, other = int(region.arc_link[arc]), int(region.arc_to[arc])
            assert {node, other} == {int(region.link_from[link]), int(region.link_to[link])}
            seen.append(link)

    assert sorted(seen) == sorted([*range(len(region.link_m))] * 2)


def test_a_box_gives_what_lies_in_its_cells(region: Region) -> None:
    """All nodes within a box are among those of its cells; the whole box gives every one."""
    west, south = e7(-50, -20)
    east, north = e7(310, 210)
    found = region.among(region.cell_start, west, south, east, north)
    inside = (region.node_x >= west) & (region.node_x <= east) & (region.node_y >= south) & (region.node_y <= north)

    assert inside.sum() > 5
    assert set(np.flatnonzero(inside)) <= set(found.tolist()) < set(range(len(region.node_x)))
    assert len(region.among(region.cell_start, *e7(-2000, -2000), *e7(2000, 2000))) == len(region.node_x)


@pytest.mark.parametrize("corner", [(-5000, 0), (5000, 0), (0, -5000), (0, 5000)])
def test_beside_the_map_there_is_nothing(region: Region, corner: tuple[float, float]) -> None:
    """A box beyond any edge of the grid is empty."""
    x, y = corner

    assert len(region.among(region.seg_cell_start, *e7(x - 300, y - 300), *e7(x + 300, y + 300))) == 0


def test_every_street_within_reach_is_found(region: Region) -> None:
    """Whatever segment passes within 150 m of a place is among the segments about it: the long bypass, too."""
    rng = np.random.default_rng(4)
    checked = 0
    for x, y in rng.uniform((-300, -400), (1100, 500), (60, 2)).tolist():
        here = e7(x, y)
        about = set(region.seg_pt[region.segments_about(*here)].tolist())
        for point in set(region.seg_pt.tolist()):
            ends = [(region.pt_y[n] / 1e7, region.pt_x[n] / 1e7) for n in (point, point + 1)]
            between = [
                [a + (b - a) * share for a, b in zip(*ends, strict=True)]
                for share in np.linspace(0.0, 1.0, 31).tolist()
            ]
            if min(distance_m(lat, lon, here[1] / 1e7, here[0] / 1e7) for lat, lon in between) <= SNAP_M:
                checked += 1
                assert point in about

    assert checked > 100


def test_segments_know_their_parts(region: Region) -> None:
    """Each segment's point is one of its part's, and not the last."""
    first = region.part_pt[region.seg_part]

    assert ((region.seg_pt >= first) & (region.seg_pt < first + region.part_pts[region.seg_part] - 1)).all()


def test_a_region_outlives_its_file(region: Region, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A map that was replaced stays readable for those who hold it."""
    path = tmp_path_factory.mktemp("old") / "old.streets"
    path.write_bytes(region.path.read_bytes())
    held = Region.open(path)
    path.unlink()

    assert float(held.part_m.sum()) == float(region.part_m.sum())
