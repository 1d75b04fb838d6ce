"""The folder of a region: what counts, when it changes, and what is cleared away."""

import os
from pathlib import Path

import msgspec
import pytest

from geofence.streets.build import build
from geofence.streets.format import FORMAT, MapError
from service.maps.files import CURRENT, Current, Folder, MapInUse, folder, regions
from tests.geofence.streets.town import town

NOW = 1_780_000_000.0


@pytest.fixture(scope="module")
def town_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a PBF file."""
    return town().write(tmp_path_factory.mktemp("town") / "town.osm.pbf")


@pytest.fixture
def medway(tmp_path: Path) -> Folder:
    """An empty folder for a region."""
    return folder(tmp_path / "maps", "medway")


def put(medway: Folder, text: bytes = b"streets", tiles: bytes = b"", before: str = "", now: float = NOW) -> Current:
    """Commit files with this inside."""
    with medway.locked(now):
        path = medway.fresh(now)
        path.write_bytes(text)
        drawn = path.with_suffix(".pmtiles")
        if tiles:
            drawn.write_bytes(tiles)
        made = Current(
            streets=path.name,
            sha256="a" * 64,
            size=len(text),
            source="medway.osm.pbf",
            source_sha256="b" * 64,
            built_at=now,
            tiles=drawn.name if tiles else "",
            tiles_before=before,
        )
        medway.commit(made)
    return made


def test_before_the_first_build_nothing_counts(medway: Folder) -> None:
    """No folder, no map, and no error."""
    assert (medway.current(), medway.seen(), medway.opened()) == (None, None, None)
    assert regions(medway.path.parent) == []


def test_what_was_committed_counts(medway: Folder) -> None:
    """It is read as it was written, and the region is on the list."""
    made = put(medway, tiles=b"tiles")

    assert medway.current() == made
    assert regions(medway.path.parent) == [medway]
    assert made.stamp.startswith("20260528T")


def test_a_commit_is_seen_from_outside(medway: Folder) -> None:
    """Whoever looks at the folder now and then knows when to open it anew."""
    put(medway)
    before = medway.seen()
    assert medway.seen() == before
    put(medway)

    after = medway.seen()
    assert after is not None
    assert after != before


def test_older_files_go_with_the_commit(medway: Folder) -> None:
    """But for the tiles of the build before: pages that are open ask for them still."""
    first = put(medway, tiles=b"1")
    second = put(medway, tiles=b"2", before=first.tiles)
    there = {path.name for path in medway.path.iterdir()}

    assert there == {CURRENT, ".lock", second.streets, second.tiles, first.tiles}
    third = put(medway, tiles=b"3", before=second.tiles)
    assert not (medway.path / first.tiles).exists()
    assert (medway.path / third.tiles).exists()


def test_who_has_the_old_streets_open_reads_on(medway: Folder) -> None:
    """A file that is gone from its folder stays mapped."""
    old = put(medway, b"the old streets")
    with (medway.path / old.streets).open("rb") as reader:
        put(medway, b"the new ones")

        assert reader.read() == b"the old streets"


def test_nothing_counts_that_is_not_there(medway: Folder) -> None:
    """A commit that names a missing file is refused, and the map before stays."""
    made = put(medway)
    with medway.locked(NOW), pytest.raises(MapError, match="files that are there"):
        medway.commit(msgspec.structs.replace(made, tiles="20260528T000000-0000.pmtiles"))

    assert medway.current() == made


def test_a_killed_build_is_cleared_away_by_the_next(medway: Folder) -> None:
    """Half-written files and whole ones that nothing names go; what was imported and half a download stay."""
    made = put(medway)
    left = [medway.path / name for name in ("x.streets", "x.streets.ab12.tmp", "x.pmtiles", "current.json.tmp")]
    left.append(medway.path / "x.pmtiles-journal")
    for path in left:
        path.write_bytes(b"half")
    medway.extra.mkdir()
    kept = medway.extra / "lamps.csv"
    kept.write_text("lon,lat\n")
    medway.part.mkdir()
    begun = medway.part / "medway.osm.pbf.part"
    begun.write_bytes(b"half")
    for name in (".tiles-ab12", ".extra-ab12"):
        (medway.path / name).mkdir()
        left.append(medway.path / name)
    with medway.locked(NOW):
        medway.sweep()

    assert not any(path.exists() for path in left)
    assert (kept.exists(), begun.exists(), medway.current()) == (True, True, made)


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b'{"streets": 1}', b"\xff\xfe", b'{"streets":"x.streets","sha256":""}'],
    ids=["empty", "cut", "list", "wrong type", "no text", "too little"],
)
def test_a_broken_current_json_is_said(medway: Folder, text: bytes) -> None:
    """It is an error with the file's name, and nothing is cleared away by guess."""
    made = put(medway)
    (medway.path / CURRENT).write_bytes(text)
    with pytest.raises(MapError, match=r"current\.json: expected what a build writes"):
        medway.current()
    with medway.locked(NOW):
        medway.sweep()

    assert (medway.path / made.streets).exists()


def test_current_json_leads_nowhere_else(medway: Folder) -> None:
    """It names files beside it, never a path."""
    made = put(medway)
    for name in ("../other.streets", "/etc/passwd", ".hidden", "a/b.streets"):
        (medway.path / CURRENT).write_bytes(msgspec.json.encode(msgspec.structs.replace(made, streets=name)))
        with pytest.raises(MapError, match="names of files beside it"):
            medway.current()


def test_a_map_of_another_format_is_to_be_built_again(medway: Folder) -> None:
    """It says which format it is of."""
    made = put(medway)
    (medway.path / CURRENT).write_bytes(msgspec.json.encode(msgspec.structs.replace(made, format=FORMAT + 1)))

    with pytest.raises(MapError, match=f"expected format {FORMAT}, so build it again, got {FORMAT + 1}"):
        medway.current()


def test_a_region_is_opened_by_what_counts(medway: Folder, town_pbf: Path) -> None:
    """Its streets are mapped, with what is said of them."""
    with medway.locked(NOW):
        built = build(town_pbf, medway.fresh(NOW))
        made = Current(
            streets=built.path.name,
            sha256=built.sha256,
            size=built.size,
            source="town.osm.pbf",
            source_sha256="",
            built_at=NOW,
        )
        medway.commit(made)
    found = medway.opened()

    assert found is not None
    assert (found[0], len(found[1].part_m)) == (made, built.counts["part_m"])


def test_a_map_whose_streets_are_gone_is_an_error(medway: Folder) -> None:
    """Not the same as no map: somebody has to look."""
    made = put(medway)
    (medway.path / made.streets).unlink()

    with pytest.raises(MapError, match="file: expected a map that can be read"):
        medway.opened()


def test_one_builds_at_a_time(medway: Folder) -> None:
    """The second one is told who is at it; afterwards it is free."""
    with medway.locked(NOW):
        with pytest.raises(MapInUse, match=f"medway is being built already .process {os.getpid()} since 20:26:40 UTC."):
            medway.locked(NOW).__enter__()
        with folder(medway.path.parent, "kent").locked(NOW):
            pass

    with medway.locked(NOW):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """Where maps should lie there is a file: an error with the path."""
    (tmp_path / "maps").write_text("no folder")

    with (
        pytest.raises(MapError, match="maps: expected a folder to write to"),
        folder(tmp_path / "maps", "kent").locked(1),
    ):
        pass


def test_a_region_is_forgotten_whole(medway: Folder) -> None:
    """With what was imported for it."""
    put(medway)
    medway.extra.mkdir()
    with medway.locked(NOW):
        medway.forget()

    assert not medway.path.exists()


@pytest.mark.parametrize("name", ["", "..", "Kent", "kent/medway", "a" * 41, "-kent", "kent-", "kent.osm", "këнт"])
def test_a_name_is_plain(tmp_path: Path, name: str) -> None:
    """It is a folder, a part of addresses, and what people type."""
    with pytest.raises(MapError, match="name: expected 1 to 40 small letters, digits and dashes"):
        folder(tmp_path, name)


def test_what_is_no_region_is_not_listed(tmp_path: Path) -> None:
    """Other files in the folder of maps, and folders without a map."""
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "Not A Name").mkdir()

    assert regions(tmp_path) == []
