"""Making a map: it counts when it is whole, with what was imported for it; whatever goes wrong leaves the one before."""

import signal
from functools import partial
from pathlib import Path

import pytest

from geofence.streets.region import Region
from service.maps.files import CURRENT, KEPT, Current, Folder, folder
from service.maps.making import Made, NoTiles, NotMade, Source, Told, in_a_child, make, sums_of
from service.packages import sha256_of
from tests.doubles.disk import files_of_at_most
from tests.geofence.drawn import place
from tests.geofence.streets.town import town

from .here import here

NOW = 1_780_000_000.0
LAMP_LAT, LAMP_LON = place(300.0, 395.0)
LAMPS = f"lon,lat\n{LAMP_LON:.7f},{LAMP_LAT:.7f}\n".encode()


@pytest.fixture(scope="module")
def town_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a PBF file."""
    return town().write(tmp_path_factory.mktemp("town") / "town.osm.pbf", stamp="2026-03-10T11:30:00Z")


@pytest.fixture
def medway(tmp_path: Path) -> Folder:
    """An empty folder for a region."""
    return folder(tmp_path / "maps", "medway")


def of(path: Path, *, keep: bool = False, checked: bool = False) -> Source:
    """A file as a source."""
    return Source(path=path, words=path.name, origin=str(path), keep=keep, checked=checked)


def made(medway: Folder, source: Source, **more: object) -> Made:
    """Make it."""
    with medway.locked(NOW):
        return make(medway, source, "Europe/London", NOW, told=lambda _what, _share: None, **({"by": here} | more))  # type: ignore[arg-type]


def there(medway: Folder) -> set[str]:
    """What lies in the folder, but for the lock."""
    return {path.name for path in medway.path.iterdir()} - {".lock"}


def test_a_map_is_made(medway: Folder, town_pbf: Path) -> None:
    """With everything that there is to say of it, and nothing beside it."""
    found = made(medway, of(town_pbf), by=in_a_child).current

    assert medway.current() == found
    assert (found.source, found.source_sha256, found.checked) == ("town.osm.pbf", sha256_of(town_pbf), False)
    assert (found.data_at, found.built_at, found.tiles, found.extra) == (1773142200.0, NOW, "", {})
    assert sha256_of(medway.path / found.streets) == found.sha256
    assert there(medway) == {CURRENT, "extra", found.streets}


def test_how_far_it_is_is_told(medway: Folder, town_pbf: Path) -> None:
    """From nothing to done, whether or not there are tiles."""
    told: list[tuple[str, float]] = []
    with medway.locked(NOW):
        make(medway, of(town_pbf), "Europe/London", NOW, told=lambda *one: told.append(one), draw=drawn, by=here)

    assert (told[0], told[-1]) == (("reading", 0.0), ("done", 1.0))
    assert ("drawing", 0.8) in told
    assert [share for what, share in told if what == "done"] == [1.0], "it is not done before its tiles are drawn"


def drawn(streets: Path, target: Path, told: Told) -> None:
    """Tiles of these streets."""
    told("drawing", 0.5)
    target.write_bytes(b"tiles of " + streets.name.encode())


def undrawn(streets: Path, target: Path, told: Told) -> None:
    """Nobody can draw here."""
    raise NoTiles("nobody can draw here")


def test_tiles_are_of_the_same_build(medway: Folder, town_pbf: Path) -> None:
    """They count together, and those of the build before are kept for pages that are open."""
    first = made(medway, of(town_pbf), draw=drawn).current
    second = made(medway, of(town_pbf), draw=drawn).current

    assert (medway.path / first.tiles).read_bytes() == f"tiles of {first.streets}".encode()
    assert second.tiles_before == first.tiles
    assert there(medway) == {CURRENT, "extra", second.streets, second.tiles, first.tiles}


def test_without_tiles_the_map_counts(medway: Folder, town_pbf: Path) -> None:
    """And it is said why there are none."""
    found = made(medway, of(town_pbf), draw=undrawn)

    assert (found.without, found.current.tiles) == ("nobody can draw here", "")
    assert medway.current() == found.current


def test_a_list_counts_with_the_map_that_has_it(medway: Folder, town_pbf: Path) -> None:
    """It is kept, goes into each later build, and its sum is known."""
    before = made(medway, of(town_pbf)).current
    found = made(medway, of(town_pbf), put={"lamps.csv": LAMPS}).current
    later = made(medway, of(town_pbf)).current

    assert (medway.extra / "lamps.csv").read_bytes() == LAMPS
    assert found.extra == later.extra == sums_of(medway.extra)
    assert found.sha256 == later.sha256 != before.sha256


def test_a_list_is_taken_away(medway: Folder, town_pbf: Path) -> None:
    """The map is as it was before it came."""
    before = made(medway, of(town_pbf)).current
    made(medway, of(town_pbf), put={"lamps.csv": LAMPS})
    after = made(medway, of(town_pbf), put={"lamps.csv": None}).current

    assert (after.sha256, after.extra, list(medway.extra.iterdir())) == (before.sha256, {}, [])


def test_a_list_that_breaks_the_build_is_not_kept(medway: Folder, town_pbf: Path) -> None:
    """The map before counts, with the list before."""
    before = made(medway, of(town_pbf), put={"lamps.csv": LAMPS}).current
    with pytest.raises(NotMade, match="extra: line 2: lat: expected degrees"):
        made(medway, of(town_pbf), put={"lamps.csv": b"lon,lat\n0.5,north\n"})

    assert (medway.current(), (medway.extra / "lamps.csv").read_bytes()) == (before, LAMPS)


def test_a_download_is_kept_for_the_next_build(medway: Folder, town_pbf: Path) -> None:
    """It moves beside the map once it has been built from; somebody's own file stays where it is."""
    medway.part.mkdir(parents=True)
    part = medway.part / "medway.osm.pbf"
    part.write_bytes(town_pbf.read_bytes())
    made(medway, of(part, keep=True, checked=True))

    assert ((medway.path / KEPT).read_bytes(), part.exists()) == (town_pbf.read_bytes(), False)
    made(medway, of(medway.path / KEPT, keep=True))
    assert (medway.path / KEPT).exists()
    assert town_pbf.exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99], ids=["empty", "30 %", "99 %"])
def test_a_file_that_was_cut_off_leaves_the_map_before(
    medway: Folder, town_pbf: Path, tmp_path: Path, share: float
) -> None:
    """It is said, and nothing of it is left."""
    before = made(medway, of(town_pbf)).current
    cut = tmp_path / "cut.osm.pbf"
    content = town_pbf.read_bytes()
    cut.write_bytes(content[: int(share * len(content))])
    with pytest.raises(NotMade, match=r"^\w+: expected"):
        made(medway, of(cut), by=in_a_child)

    assert medway.current() == before
    assert there(medway) == {CURRENT, "extra", before.streets}


def test_a_file_that_is_not_there(medway: Folder, tmp_path: Path) -> None:
    """One sentence."""
    with pytest.raises(NotMade, match="expected"):
        made(medway, of(tmp_path / "none.osm.pbf"))

    assert medway.current() is None


@pytest.mark.parametrize(
    ("how", "said"),
    [(signal.SIGSEGV, r"got one that ends its reader \(SIGSEGV\)"), (signal.SIGKILL, "is there memory enough")],
)
def test_a_reader_that_ends_is_a_sentence(
    medway: Folder, town_pbf: Path, tmp_path: Path, how: signal.Signals, said: str
) -> None:
    """A file can be so broken that the library that reads it ends the process: ours is another one."""
    before = made(medway, of(town_pbf)).current
    deadly = tmp_path / "python"
    deadly.write_text(f"#!/bin/sh\ncat > /dev/null\nkill -{how.value} $$\n")
    deadly.chmod(0o700)
    with pytest.raises(NotMade, match=said):
        made(medway, of(town_pbf), by=partial(in_a_child, command=(str(deadly),)))

    assert medway.current() == before


def test_a_full_disk_leaves_the_map_before(medway: Folder, town_pbf: Path) -> None:
    """Nothing half-written is left."""
    before = made(medway, of(town_pbf)).current
    with files_of_at_most(10_000), pytest.raises(NotMade, match="room for the map"):
        made(medway, of(town_pbf))

    assert (medway.current(), there(medway)) == (before, {CURRENT, "extra", before.streets})


def test_a_build_over_a_broken_current_json(medway: Folder, town_pbf: Path) -> None:
    """To build again is what mends it."""
    made(medway, of(town_pbf))
    (medway.path / CURRENT).write_bytes(b"{")
    found = made(medway, of(town_pbf)).current

    assert medway.current() == found
    assert Region.open(medway.path / found.streets).about.zone == "Europe/London"


def test_who_stops_it_leaves_nothing(medway: Folder, town_pbf: Path) -> None:
    """Ctrl-C in the middle: the child is gone, and so is what it wrote."""

    def stopped(what: str, share: float) -> None:
        raise KeyboardInterrupt

    with medway.locked(NOW), pytest.raises(KeyboardInterrupt):
        make(medway, of(town_pbf), "Europe/London", NOW, told=stopped)

    assert not medway.path.exists(), "there is no region of which nothing came"


class Killed(BaseException):
    """The process is gone."""


def test_a_list_is_not_lost_when_the_build_is_killed_before_its_map_counts(
    medway: Folder, town_pbf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies there already: the map that counts was built without it, its sums say so, and the next build has it."""
    before = made(medway, of(town_pbf)).current

    def killed(_folder: Folder, _made: Current) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "commit", killed)
        with pytest.raises(Killed):
            made(medway, of(town_pbf), put={"lamps.csv": LAMPS})

    assert medway.current() == before
    assert before.extra == {} != sums_of(medway.extra)
    after = made(medway, of(town_pbf)).current
    assert after.extra == sums_of(medway.extra)
    assert after.sha256 != before.sha256
