"""The recorded walks: fetched once, checked always, never altered."""

import shutil
import tarfile
from pathlib import Path

import pytest

from service.walks import FILES, WalksError, default_cache, fetch, load, main, names

FOLDER = "gpxpy-1.6.2/test_files"


@pytest.fixture(scope="session")
def cache() -> Path:
    """The walks of this checkout."""
    return fetch()


@pytest.fixture
def archive(cache: Path, tmp_path: Path) -> Path:
    """A source distribution that holds the recordings, and a stranger."""
    made = tmp_path / "source.tar.gz"
    with tarfile.open(made, "w:gz") as opened:
        for file in FILES:
            opened.add(cache / file, f"{FOLDER}/{file}")
        opened.add(__file__, "../stranger.py")
    return made


def test_what_was_recorded(cache: Path) -> None:
    """A town walk of 41 minutes, a stroll of 18, and two hikes of 76 and 142, in whole seconds and metres."""
    walks = [load(name, cache) for name in names()]
    assert [walk.name for walk in walks] == ["cerknica-town", "cerknica-lake", "istria-up", "istria-down"]
    assert [round(walk.duration_s) for walk in walks] == [2469, 1092, 4552, 8541]
    assert [round(walk.length_m, -1) for walk in walks] == pytest.approx([1910, 350, 2280, 3980], abs=15)
    assert [len(walk.points) for walk in walks] == [173, 21, 176, 337]
    town = walks[0].points
    assert (town[0].t_s, town[0].lat, town[0].lon) == pytest.approx((0.0, 45.772175, 14.357659), abs=1e-6)
    assert all(a.t_s < b.t_s for walk in walks for a, b in zip(walk.points, walk.points[1:], strict=False))


def test_where_the_recorder_was_silent(cache: Path) -> None:
    """Silences of more than two minutes in the town walk, to the second."""
    gaps = load("cerknica-town", cache).gaps(120.0)
    assert [(gap.from_s, gap.until_s) for gap in gaps] == [(450.0, 572.0), (809.0, 1005.0)]


def test_where_she_rested(cache: Path) -> None:
    """The hike down has a rest of more than half an hour; the town walk none of five minutes."""
    assert load("cerknica-town", cache).rests(300.0) == ()
    rests = load("istria-down", cache).rests(300.0)
    assert max(rest.until_s - rest.from_s for rest in rests) > 1800.0


def test_an_unknown_walk(cache: Path) -> None:
    """The error names those there are."""
    with pytest.raises(WalksError, match=r"expected a walk named cerknica-town, .*, got moon"):
        load("moon", cache)


def test_a_walk_not_fetched(tmp_path: Path) -> None:
    """The error says what to run."""
    with pytest.raises(WalksError, match=r"run: python -m service\.walks"):
        load("cerknica-town", tmp_path)


def test_a_damaged_walk_is_not_read(cache: Path, tmp_path: Path) -> None:
    """One changed byte is found before anything is parsed."""
    damaged = tmp_path / "cerknicko-jezero.gpx"
    damaged.write_bytes((cache / damaged.name).read_bytes().replace(b"ACTIVE", b"actIVE", 1))
    with pytest.raises(WalksError, match=r"expected cerknicko-jezero\.gpx with SHA-256"):
        load("cerknica-town", tmp_path)


def test_fetching_takes_only_the_recordings(cache: Path, archive: Path, tmp_path: Path) -> None:
    """Into an empty folder, whole, with nothing else of the archive and nothing left over."""
    target = tmp_path / "walks"
    assert fetch(target, lambda _: archive) == target
    assert sorted(path.name for path in target.iterdir()) == sorted(FILES)
    assert load("istria-up", target) == load("istria-up", cache)
    assert not (tmp_path / "stranger.py").exists()


def test_fetching_again_downloads_nothing(cache: Path, tmp_path: Path) -> None:
    """With whole files in place nobody is asked; a damaged one is fetched anew."""
    target = tmp_path / "walks"
    shutil.copytree(cache, target)
    asked: list[Path] = []

    def refuse(folder: Path) -> Path:
        asked.append(folder)
        raise WalksError("no network")

    fetch(target, refuse)
    assert asked == []
    (target / "korita-zbevnica.gpx").write_text("half a fi")
    with pytest.raises(WalksError, match="no network"):
        fetch(target, refuse)
    assert len(asked) == 1
    assert sorted(path.name for path in target.iterdir()) == sorted(FILES)


def test_an_archive_without_the_walks(tmp_path: Path) -> None:
    """What is not the source distribution is refused, and nothing is left behind."""
    empty = tmp_path / "empty.tar.gz"
    with tarfile.open(empty, "w:gz"):
        pass
    with pytest.raises(WalksError, match=r"expected gpxpy-1\.6\.2/test_files/"):
        fetch(tmp_path / "walks", lambda _: empty)
    assert list((tmp_path / "walks").iterdir()) == []


def test_the_cache_can_be_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`LAMPLIT_WALKS` names another folder; without it the walks lie beside the packages."""
    monkeypatch.setenv("LAMPLIT_WALKS", str(tmp_path))
    assert default_cache() == tmp_path
    monkeypatch.delenv("LAMPLIT_WALKS")
    assert default_cache().parts[-2:] == (".cache", "walks")


def test_it_says_what_there_is(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a program it lists the walks with their minutes and kilometres."""
    assert cache
    assert main() == 0
    assert "cerknica-town    41 min  1.9 km" in capsys.readouterr().out
