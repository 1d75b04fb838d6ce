"""Reading files of OpenStreetMap, good and bad."""

import bz2
import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from geofence.streets.format import FROM_NODE, FROM_RELATION, FROM_WAY, MapError
from geofence.streets.osm import NO_POINTS, Found, Table, read
from geofence.streets.rules import CLASSES, KINDS
from tests.geofence.drawn import SQUARE

from .town import Drawing, grid, town


def refused(path: Path) -> MapError:
    """What reading a file says."""
    with pytest.raises(MapError) as caught:
        read(path)
    return caught.value


def sizes(found: Found) -> list[int]:
    """How many points each way has."""
    end = found.ways.end
    return [end[n + 1] - end[n] for n in range(len(found.ways.way))]


def raw(path: Path, nodes: list[tuple[int, float, float]], *ways: list[int]) -> Path:
    """A file with nodes (id, lat, lon) and footways, as they are given."""
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    for number, lat, lon in nodes:
        writer.add_node(Node(id=number, location=(lon, lat)))
    for number, refs in enumerate(ways, 1):
        writer.add_way(Way(id=number, nodes=refs, tags={"highway": "footway"}))
    writer.close()
    return path


def test_a_town_is_read(town_pbf: Path) -> None:
    """Streets by class, lamps, places by where they stand, the age of the data."""
    found = read(town_pbf)
    classes = Counter(CLASSES[number] for number in found.ways.kind)

    assert (classes["residential"], classes["tertiary"], classes["steps"], classes["motorway"]) == (5, 4, 2, 0)
    assert len(found.lamp_x) == 21
    assert found.data_at == 1_773_142_200.0
    assert [found.names.values[n] for n in found.ways.name[:2]] == ["Canal Path", "Mill Lane"]
    assert sorted(zip((KINDS[k] for k in found.spots.kind), found.spots.source, strict=True)) == [
        ("cafe", FROM_NODE),
        ("hospital", FROM_RELATION),
        ("pharmacy", FROM_WAY),
        ("police", FROM_NODE),
        ("pub", FROM_NODE),
        ("shop", FROM_NODE),
    ]


def test_what_cannot_be_read_is_counted(town_pbf: Path) -> None:
    """Hours in prose, light in prose and a gate that depends on the weather: one of each."""
    assert read(town_pbf).refused == {"opening_hours": 1, "lit": 1, "access": 1}


def test_xml_is_read_like_pbf(tmp_path: Path) -> None:
    """A file called .osm holds the same, in XML."""
    pbf, xml = (read(town().write(tmp_path / name)) for name in ("town.osm.pbf", "town.osm"))

    assert list(pbf.ways.refs) == list(xml.ways.refs)
    assert list(pbf.ways.x) == list(xml.ways.x)
    assert pbf.data_at is None


def test_pbf_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    """A download has whatever name it has."""
    path = town().write(tmp_path / "town.osm.pbf")
    path = path.rename(tmp_path / "map.part")

    assert len(read(path).ways.way) == len(read(town().write(tmp_path / "again.osm.pbf")).ways.way)


def test_a_hospital_stands_in_the_middle_of_its_grounds(tmp_path: Path) -> None:
    """A relation's way carries no tag and goes by before it: it is looked for once more."""
    drawing = grid(3, 3)
    outline = drawing.way((0, 0), (40, 0), (40, 20), (0, 20), (0, 0), highway="")
    drawing.relation(outline, amenity="hospital", name="Hospital")
    spots = read(drawing.write(tmp_path / "x.osm.pbf")).spots
    x, y = SQUARE.to_metres(spots.y[0] / 1e7, spots.x[0] / 1e7)

    assert [x, y] == pytest.approx([20, 10], abs=0.1)


def test_a_relation_whose_outline_is_elsewhere_is_no_place(tmp_path: Path) -> None:
    """At the edge of an extract grounds are cut off."""
    drawing = grid(3, 3)
    drawing.relation(77, amenity="hospital")

    assert len(read(drawing.write(tmp_path / "x.osm.pbf")).spots.x) == 0


def test_a_gap_is_not_walked_across(tmp_path: Path) -> None:
    """A way that leaves the extract and comes back is two; a point that stands alone is none."""
    drawing = Drawing()
    corners = [(float(x), 0.0) for x in range(0, 800, 100)]
    drawing.way(*corners)
    drawing.lose(200, 0)
    drawing.lose(400, 0)
    found = read(drawing.write(tmp_path / "x.osm.pbf"))

    assert sizes(found) == [2, 3]
    assert set(found.ways.way) == {1000}
    assert found.refused == {NO_POINTS: 1}
    assert len(found.ways.x) == len(found.ways.refs) == 5


def test_nothing_leads_through_a_shut_gate(tmp_path: Path) -> None:
    """A way with a gate in its middle is two, and so are two that meet at one: every end there is a point of its own."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (200, 0))
    drawing.way((200, 0), (300, 0))
    drawing.way((100, 0), (100, 100))
    drawing.node(100, 0, barrier="gate", access="private")
    drawing.node(200, 0, barrier="gate", locked="yes")
    found = read(drawing.write(tmp_path / "x.osm.pbf"))

    assert sizes(found) == [2, 2, 2, 2]
    assert len(set(found.ways.refs)) == len(found.ways.refs) == 8
    assert list(found.ways.way) == [1000, 1000, 1001, 1002]
    assert not found.refused


def test_a_ring_with_a_shut_gate_is_walked_up_to_it_from_both_sides(tmp_path: Path) -> None:
    """Where a ring begins and ends there is a gate, and another one halfway: two pieces that meet nowhere."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    drawing.node(0, 0, barrier="gate", foot="no")
    drawing.node(100, 100, barrier="fence")
    found = read(drawing.write(tmp_path / "x.osm.pbf"))

    assert sizes(found) == [3, 3]
    assert len(set(found.ways.refs)) == 6


def test_a_gate_at_the_edge_of_an_extract_is_no_way(tmp_path: Path) -> None:
    """Of a way of which nothing but its gate is inside nothing is kept."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (200, 0))
    drawing.node(100, 0, barrier="gate", access="private")
    drawing.lose(0, 0)
    drawing.lose(200, 0)

    assert sizes(read(drawing.write(tmp_path / "x.osm.pbf"))) == []


def test_a_gate_that_is_open_to_her_is_a_point_like_others(tmp_path: Path) -> None:
    """And so is a bollard that keeps cars out."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (200, 0), (300, 0))
    drawing.node(100, 0, barrier="gate", access="private", foot="yes")
    drawing.node(200, 0, barrier="bollard", access="no")

    assert sizes(read(drawing.write(tmp_path / "x.osm.pbf"))) == [4]


def test_the_steps_to_a_gate_with_hours_have_its_hours(tmp_path: Path) -> None:
    """A park's gate is shut at night: whoever passes it has to come by day, from either side; the rest of the way is open."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (200, 0), (300, 0), (400, 0))
    drawing.node(200, 0, barrier="gate", opening_hours="08:00-20:00")
    found = read(drawing.write(tmp_path / "x.osm.pbf"))

    assert sizes(found) == [2, 3, 2]
    assert [found.accesses.values[n].hours for n in found.ways.access] == ["", "08:00-20:00", ""]
    assert len(set(found.ways.refs)) == 5, "what meets at the ends of the steps stays joined"
    assert not found.refused


@pytest.mark.parametrize(
    ("gates", "hours"),
    [
        ((0,), ["a", ""]),
        ((400,), ["", "a"]),
        ((0, 100), ["a", "b", ""]),
        ((100, 200), ["a", "b", ""]),
        ((0, 400), ["a", "", "b"]),
        ((200, 400), ["", "a", "b"]),
        ((0, 100, 200, 300, 400), ["a", "b", "c", "d"]),
    ],
)
def test_gates_with_hours_wherever_they_stand(tmp_path: Path, gates: tuple[int, ...], hours: list[str]) -> None:
    """At an end, one behind another, at every point: each stretch beside a gate is shut when one that it leads to is."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (200, 0), (300, 0), (400, 0))
    open_at = {f"0{n}:00-20:00": letter for n, letter in enumerate("abcde", 1)}
    for place, text in zip(gates, open_at, strict=False):
        drawing.node(place, 0, barrier="gate", opening_hours=text)
    found = read(drawing.write(tmp_path / "x.osm.pbf"))

    assert [open_at.get(found.accesses.values[n].hours, "") for n in found.ways.access] == hours
    assert sum(sizes(found)) == 5 + len(hours) - 1
    assert not found.refused


def test_a_shut_gate_behind_one_with_hours(tmp_path: Path) -> None:
    """Nothing leads through the one, and up to it only when the other is open."""
    drawing = Drawing()
    drawing.way((0, 0), (100, 0), (200, 0), (300, 0))
    drawing.node(100, 0, barrier="gate", opening_hours="08:00-20:00")
    drawing.node(200, 0, barrier="gate", access="private")
    found = read(drawing.write(tmp_path / "x.osm.pbf"))

    assert sizes(found) == [3, 2]
    assert [found.accesses.values[n].hours for n in found.ways.access] == ["08:00-20:00", ""]
    assert len(set(found.ways.refs)) == 5


@pytest.mark.parametrize(("end", "pack"), [(".osm.gz", gzip.compress), (".osm.bz2", bz2.compress)])
def test_packed_xml_is_read(tmp_path: Path, end: str, pack: Callable[[bytes], bytes]) -> None:
    """As it comes from an editor or an older archive."""
    plain, packed = town().write(tmp_path / "town.osm"), tmp_path / f"town{end}"
    packed.write_bytes(pack(plain.read_bytes()))

    assert sizes(read(packed)) == sizes(read(plain))


def test_the_same_point_twice_is_one_step_less(tmp_path: Path) -> None:
    """A way of two equal points leads nowhere."""
    found = read(raw(tmp_path / "x.osm.pbf", [(1, 51.0, 0.0), (2, 51.001, 0.0)], [1, 1, 2, 2], [1, 1]))

    assert sizes(found) == [2]


@pytest.mark.parametrize("lat", [90.0, -90.0, 86.0])
def test_nobody_walks_at_the_poles(tmp_path: Path, lat: float) -> None:
    """A point up there is as good as missing."""
    found = read(raw(tmp_path / "x.osm.pbf", [(1, 84.0, 0.0), (2, 84.1, 0.0), (3, lat, 0.0)], [1, 2, 3]))

    assert sizes(found) == [2]


def test_ids_of_any_size_are_ids(tmp_path: Path) -> None:
    """Editors number what is new downwards from -1; large ids need eight bytes."""
    nodes = [(-2, 51.0, 0.0), (2**41, 51.001, 0.0), (2**41 + 1, 51.002, 0.0)]
    found = read(raw(tmp_path / "x.osm.pbf", nodes, [2**41, 2**41 + 1], [-2, 2**41]))

    assert 2**41 in found.ways.refs


def test_a_way_without_end_is_left_out(tmp_path: Path) -> None:
    """More points than a map's way has are counted, not kept."""
    nodes = [(n, 51.0 + n * 1e-6, 0.0) for n in range(1, 70_001)]
    found = read(raw(tmp_path / "x.osm.pbf", nodes, [n for n, _, _ in nodes], [1, 2]))

    assert sizes(found) == [2]
    assert found.refused == {NO_POINTS: 1}


@pytest.mark.parametrize("content", [b"", b"\x00\x00\x00\x0d not a blob", bytes(range(256)) * 40, b"<html>404</html>"])
def test_what_is_no_map_is_refused(tmp_path: Path, content: bytes) -> None:
    """Nothing, noise, or a page that says that there is none."""
    path = tmp_path / "x.osm.pbf"
    path.write_bytes(content)
    error = refused(path)

    assert error.field == "source"
    assert error.reason.startswith("expected a whole OpenStreetMap file, got ")


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.99])
def test_a_download_that_broke_off_is_refused(tmp_path: Path, kept: float) -> None:
    """Wherever inside a block a file ends, it is not whole."""
    path = grid(40, 40).write(tmp_path / "x.osm.pbf")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])

    assert refused(path).field == "source"


def test_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    """Blocks are compressed with a sum."""
    path = grid(40, 40).write(tmp_path / "x.osm.pbf")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    assert refused(path).field == "source"


@pytest.mark.parametrize(
    ("was", "now"), [("</way>", ""), ('lat="51.', 'lat="51.x'), ('lon="0.', 'lon="9990.'), ('ref="1"', 'ref="one"')]
)
def test_broken_xml_is_refused(tmp_path: Path, was: str, now: str) -> None:
    """XML that is none, and XML with places that are none."""
    path = town().write(tmp_path / "x.osm")
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")

    assert refused(path).field == "source"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Nothing there, or a folder."""
    assert refused(tmp_path / "none.osm.pbf").field == "source"
    assert refused(tmp_path).field == "source"


def test_a_table_that_is_full_takes_no_more() -> None:
    """Numbers fit the file's columns, whatever somebody has written into tags."""
    table = Table("", most=2)

    assert [table.number(value) for value in ("", "a", "b", "a")] == [0, 1, None, 1]


def test_a_tag_of_nothing_but_spaces_is_there_and_cannot_be_read(tmp_path: Path) -> None:
    """It is not taken for a street that nobody has looked at."""
    found = read(grid(3, 3, lit="  ").write(tmp_path / "x.osm.pbf"))

    assert {found.lits.values[number] for number in found.ways.lit} == {"unreadable"}
    assert found.refused == {"lit": 6}
