"""Building the file of a region: whole or not at all."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Way

from geofence.lighting import LightClass
from geofence.plane import distance_m
from geofence.streets.build import build
from geofence.streets.format import (
    LINK_CONDITIONAL,
    LINK_NOT_BACK,
    LINK_NOT_FORWARD,
    LINK_STEPS,
    PART_STEPS,
    Access,
    MapError,
)
from geofence.streets.lights import RegionLights
from geofence.streets.places import Extra
from geofence.streets.planner import Planner
from geofence.streets.region import Region
from geofence.streets.ways import SHORTEST, Asked
from tests.geofence.drawn import place

from .town import Drawing, grid, town

NOON = 1_781_175_600.0
"""11 June 2026 in London."""

FULL = """
import resource, sys
from pathlib import Path
from geofence.streets.build import build
from geofence.streets.format import MapError

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    build(Path(sys.argv[1]), Path(sys.argv[2]))
except MapError as error:
    print(error.field, error.reason)
"""
LIGHT_ENOUGH = """
import sys
import geofence.streets.build
heavy = {"fastapi", "pydantic", "twilio", "redis", "typer", "rich", "aiohttp", "requests", "pandas"}
print(sorted(heavy & set(sys.modules)))
"""


def refused(source: Path, target: Path) -> MapError:
    """What a build says that cannot be."""
    with pytest.raises(MapError) as caught:
        build(source, target)
    return caught.value


def parts_of(region: Region, name: str) -> list[int]:
    """The parts of a street."""
    return [part for part in range(len(region.part_m)) if region.name(int(region.part_name[part])) == name]


def lights_of(region: Region, name: str) -> set[LightClass]:
    """What is known of the light of a street."""
    return {region.about.lights[region.part_light[part]] for part in parts_of(region, name)}


def links_of(region: Region, name: str) -> set[int]:
    """The flags of the links that a street is in."""
    return {int(region.link_flags[region.part_link[part]]) for part in parts_of(region, name)}


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_a_street_keeps_what_was_tagged(region: Region) -> None:
    """The value of `lit` as it was written: what it means at a time is judged when somebody walks there."""
    assert lights_of(region, "High Street") == {LightClass(tag="yes")}
    assert lights_of(region, "Station Road") == {LightClass(tag="limited")}
    assert lights_of(region, "Park Walk") == {LightClass(tag="Mo-Su 17:00-23:00")}
    assert lights_of(region, "Canal Path") == {LightClass(tag="no")}
    assert lights_of(region, "Back Lane") == {LightClass()}


def test_a_street_has_its_kind_and_its_way(region: Region) -> None:
    """Class and the way's number in OpenStreetMap; steps are steps, and so is their link."""
    ladder, high = parts_of(region, "Jacob's Ladder")[0], parts_of(region, "High Street")

    assert {region.about.classes[region.part_class[part]] for part in high} == {"primary"}
    assert {int(region.part_way[part]) for part in high} == {1002}
    assert region.part_flags[ladder] & PART_STEPS
    assert region.link_flags[region.part_link[ladder]] & LINK_STEPS


def test_private_drives_and_motorways_are_not_in_it(region: Region) -> None:
    """Nobody is sent there."""
    assert parts_of(region, "Private Drive") == parts_of(region, "Motorway") == []


def test_an_escalator_is_walked_one_way(tmp_path: Path) -> None:
    """However the link came to lie: from the top of a descending one nobody walks up."""
    drawing = grid(4, 4)
    drawing.way((100, 100), (150, 150), highway="steps", conveying="forward", name="Up")
    drawing.way((100, 200), (150, 250), highway="steps", conveying="backward", name="Down")
    region = Region.open(build(drawing.write(tmp_path / "x.osm.pbf"), tmp_path / "x.streets").path)

    for name, closed in (
        ("Up", {False: LINK_NOT_BACK, True: LINK_NOT_FORWARD}),
        ("Down", {False: LINK_NOT_FORWARD, True: LINK_NOT_BACK}),
    ):
        part = parts_of(region, name)[0]
        flags = int(region.link_flags[region.part_link[part]])
        assert flags == LINK_STEPS | closed[bool(region.part_rev[part])]


def test_a_gate_says_when_it_is_open(region: Region) -> None:
    """Its part knows the hours, its link that there are some."""
    gate = parts_of(region, "Gate")[0]

    assert region.about.access[region.part_access[gate]] == Access("22:00-06:00", within=False, otherwise=True)
    assert links_of(region, "Gate") == {LINK_CONDITIONAL}
    assert region.about.access[0] == Access()
    assert links_of(region, "High Street") == {0}


def test_she_is_led_round_a_gate_that_is_shut_at_night(tmp_path: Path) -> None:
    """By day through the park, at 2 a.m. by the street around it: its gate is a point on the path."""
    park = Drawing()
    park.way((-300, 0), (0, 0), (100, 0), (200, 0), (300, 0), (400, 0), (700, 0))
    park.way((0, 0), (0, 300), (400, 300), (400, 0))
    park.node(200, 0, barrier="gate", opening_hours="08:00-20:00")
    built = build(park.write(tmp_path / "park.osm.pbf"), tmp_path / "park.streets")
    planner = Planner(RegionLights(Region.open(built.path)))

    def shortest_m(at: float) -> float:
        asked = Asked(origin=place(-200.0, 0.0), destination=place(600.0, 0.0), at=at, weights=(SHORTEST,))
        return planner.plan(asked).ways[0].length_m

    assert shortest_m(NOON) == pytest.approx(800.0, abs=2.0)
    assert shortest_m(NOON + 14 * 3600.0) == pytest.approx(1400.0, abs=2.0)


def test_lengths_are_those_of_the_ground(region: Region) -> None:
    """Metres of a part are the sum over its points, those of a link over its parts; kilometres by class add up."""
    for part in range(len(region.part_m)):
        x, y = region.points(part)
        metres = sum(distance_m(y[n] / 1e7, x[n] / 1e7, y[n + 1] / 1e7, x[n + 1] / 1e7) for n in range(len(x) - 1))
        assert float(region.part_m[part]) == pytest.approx(metres, rel=1e-4)
    sums = np.add.reduceat(region.part_m, region.part_ptr[:-1])

    assert np.allclose(sums, region.link_m, rtol=1e-5)
    assert sum(region.about.km.values()) * 1000 == pytest.approx(float(region.part_m.sum()), abs=1)
    assert region.about.km["path"] == pytest.approx(0.6, abs=0.001)


def test_a_yard_and_a_ring_are_cut_off(region: Region) -> None:
    """They are on the map, each a component of its own."""
    yard, ring, high = (
        int(region.component[region.link_from[region.part_link[parts_of(region, name)[0]]]])
        for name in ("Yard", "Ring", "High Street")
    )

    assert len({yard, ring, high}) == 3
    assert region.component_m[yard] == pytest.approx(240, abs=1)
    assert region.component_m[high] > 5000


def test_a_map_knows_what_it_is_made_of(town_pbf: Path, tmp_path: Path) -> None:
    """Where its hours count, how old it is, what could not be read, whose data it is."""
    about = build(town_pbf, tmp_path / "x.streets", Extra(zone="Europe/Helsinki")).about

    assert about.zone == "Europe/Helsinki"
    assert about.data_at == 1_773_142_200.0
    assert about.refused == {"opening_hours": 1, "lit": 1, "access": 1}
    assert about.attribution == "© OpenStreetMap contributors"


def test_the_same_input_gives_the_same_file(town_pbf: Path, tmp_path: Path) -> None:
    """Byte for byte; so a sum tells two maps apart."""
    one, other = (build(town_pbf, tmp_path / f"{name}.streets") for name in ("one", "other"))

    assert one.sha256 == other.sha256
    assert one.path.read_bytes() == other.path.read_bytes()
    assert (one.size, one.counts["node_x"]) == (one.path.stat().st_size, len(Region.open(one.path).node_x))


def test_numbers_of_nodes_and_ways_do_not_matter(tmp_path: Path) -> None:
    """Large ids, as of today's OpenStreetMap, give the same streets."""
    small = Region.open(build(town().write(tmp_path / "a.osm.pbf"), tmp_path / "a.streets").path)
    large = Region.open(build(town().write(tmp_path / "b.osm.pbf", shift=10**12), tmp_path / "b.streets").path)

    assert np.array_equal(small.link_m, large.link_m)
    assert np.array_equal(small.part_way + 10**12, large.part_way)


def test_a_build_tells_how_far_it_is(town_pbf: Path, tmp_path: Path) -> None:
    """What is being done, and a share that only grows, to the end."""
    told: list[tuple[str, float]] = []
    build(town_pbf, tmp_path / "x.streets", progress=lambda doing, share: told.append((doing, share)))

    assert [share for _, share in told] == sorted(share for _, share in told)
    assert (told[0], told[-1]) == (("reading", 0.0), ("done", 1.0))


def test_building_loads_no_server() -> None:
    """A county is built beside a running service, in 300 MB."""
    command = [sys.executable, "-c", LIGHT_ENOUGH]

    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[]"


# --- whole or not at all ----------------------------------------------------------------------------------------------


@pytest.fixture
def old(town_pbf: Path, tmp_path: Path) -> Path:
    """A map that is in use."""
    return build(town_pbf, tmp_path / "map.streets").path


def only(path: Path) -> bool:
    """Whether there is nothing but sources beside a map."""
    return [one.name for one in path.parent.iterdir() if not one.name.endswith(".pbf")] == [path.name]


def lonely_nodes(path: Path) -> Path:
    """A file with places and no street."""
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    for n in range(1, 500):
        writer.add_node(Node(id=n, location=(0.5, 51.0 + n * 1e-5)))
    writer.close()
    return path


def cut_between_blocks(path: Path) -> Path:
    """A download that stopped exactly where a block ended: a valid file, with all places and no way."""
    data = grid(40, 40).write(path).read_bytes()
    starts = [0]
    while starts[-1] < len(data):  # length of a head; a head, which ends in 0x18 and the length of a body
        head_end = starts[-1] + 4 + int.from_bytes(data[starts[-1] : starts[-1] + 4], "big")
        size = data[data.rindex(b"\x18", starts[-1], head_end) + 1 : head_end]
        starts.append(head_end + sum((byte & 0x7F) << 7 * n for n, byte in enumerate(size)))
    assert starts[-1] == len(data)
    path.write_bytes(data[: starts[-2]])
    return path


def street_without_nodes(path: Path) -> Path:
    """Ways whose nodes are in another file."""
    writer = osmium.SimpleWriter(str(path), overwrite=True)
    writer.add_way(Way(id=1, nodes=[1, 2, 3], tags={"highway": "residential"}))
    writer.close()
    return path


def one_short_street(path: Path) -> Path:
    """Two hundred metres."""
    drawing = Drawing()
    drawing.way((0, 0), (200, 0))
    return drawing.write(path)


def only_motorways(path: Path) -> Path:
    """A country without anything to walk on."""
    drawing = Drawing()
    drawing.way((0, 0), (5000, 0), highway="motorway")
    return drawing.write(path)


def noise(path: Path) -> Path:
    """Anything."""
    path.write_bytes(bytes(range(256)) * 64)
    return path


def broken_off(path: Path) -> Path:
    """A download that stopped."""
    grid(40, 40).write(path)
    path.write_bytes(path.read_bytes()[:-50])
    return path


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lonely_nodes, "streets"),
        (cut_between_blocks, "streets"),
        (street_without_nodes, "streets"),
        (one_short_street, "streets"),
        (only_motorways, "streets"),
        (noise, "source"),
        (broken_off, "source"),
    ],
)
def test_a_bad_file_leaves_the_old_map(old: Path, make: Callable[[Path], Path], field: str) -> None:
    """It is refused by name, nothing is left beside the map, and the map is the one that was there."""
    before = old.read_bytes()
    error = refused(make(old.with_name("bad.osm.pbf")), old)

    assert error.field == field
    assert error.reason.startswith("expected ")
    assert old.read_bytes() == before
    assert only(old)


@pytest.mark.parametrize("room", [100, 5000, 16_000])
def test_a_full_disk_leaves_the_old_map(old: Path, town_pbf: Path, room: int) -> None:
    """Wherever the writing stops."""
    before = old.read_bytes()
    command = [sys.executable, "-c", FULL, str(town_pbf), str(old), str(room)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert said.startswith("target expected a folder with room for the map, got File too large")
    assert old.read_bytes() == before
    assert only(old)


def test_a_build_that_is_interrupted_leaves_the_old_map(old: Path, town_pbf: Path) -> None:
    """Ctrl-C while it is written."""
    before = old.read_bytes()

    def stop(doing: str, _share: float) -> None:
        if doing == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(town_pbf, old, progress=stop)
    assert old.read_bytes() == before
    assert only(old)


def test_a_folder_that_is_not_there_is_named(town_pbf: Path, tmp_path: Path) -> None:
    """Nothing is made that nobody asked for."""
    assert refused(town_pbf, tmp_path / "none" / "x.streets").field == "target"


def test_two_builds_at_once_leave_one_whole_map(old: Path, tmp_path: Path) -> None:
    """Each writes a file of its own; whoever is last is there, whole."""
    sources = [grid(size, size).write(tmp_path / f"{size}.osm.pbf") for size in (12, 20)]
    with ThreadPoolExecutor(2) as pool:
        built = list(pool.map(lambda source: build(source, old), sources))

    assert old.stat().st_size in {one.size for one in built}
    assert len(Region.open(old).node_x) in {one.counts["node_x"] for one in built}
    assert only(old)


def test_who_holds_the_old_map_keeps_it(old: Path, tmp_path: Path) -> None:
    """A process that has mapped it reads on until it takes the new one."""
    held = Region.open(old)
    metres = float(held.part_m.sum())
    build(grid(20, 20).write(tmp_path / "new.osm.pbf"), old)

    assert float(held.part_m.sum()) == metres
    assert len(Region.open(old).part_m) != len(held.part_m)


def test_a_link_to_a_map_is_no_way_around(old: Path, town_pbf: Path) -> None:
    """What takes the place of a link is the file, not what the link led to."""
    link = old.with_name("link.streets")
    link.symlink_to(old)
    build(town_pbf, link)

    assert not link.is_symlink()
    assert Region.open(link).about == Region.open(old).about


@pytest.mark.parametrize(
    "corners",
    [
        [(2000.0, 0.0), (2000.0, 0.0)],
        [(2000.0, 0.0), (2050.0, 0.0), (2000.0, 0.0)],
        [(2000.0, 0.0), (2050.0, 0.0), (2050.0, 50.0), (2000.0, 0.0)],
        [(0.0, 0.0), (50.0, 0.5), (0.0, 0.0)],
        [(0.0, 0.0), (0.0, 0.0), (100.0, 0.0)],
        [(300.0, 300.0), (300_000.0, 300.0)],
    ],
)
def test_a_strange_way_spoils_no_map(tmp_path: Path, corners: list[tuple[float, float]]) -> None:
    """There and back, rings, equal points, one of three hundred kilometres: the other streets are as they were."""
    plain, strange = grid(6, 6), grid(6, 6)
    strange.way(*corners, highway="footway", name="Strange")
    one = Region.open(build(plain.write(tmp_path / "a.osm.pbf"), tmp_path / "a.streets").path)
    other = Region.open(build(strange.write(tmp_path / "b.osm.pbf"), tmp_path / "b.streets").path)

    assert other.about.km["residential"] == one.about.km["residential"]
    assert other.link_m.sum() >= one.link_m.sum() * 0.999_999
    assert len(other.seg_pt) < 2 * len(one.seg_pt) + 1000
