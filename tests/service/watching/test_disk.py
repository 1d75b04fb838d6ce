"""Room on the disk: what a new deployment needs, and what is given up first."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from service.embedded import APPENDED
from service.settings import Settings
from service.store import WrongStore
from service.watching import disk
from service.watching.disk import BALLAST, GB, MB, begin, demand_room, drop_ballast, free_bytes, lay_ballast, watch_room


class Usage(NamedTuple):
    """As `shutil.disk_usage` answers."""

    total: int
    used: int
    free: int


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """So many bytes are free from here on. The ballast is small: what is tested is not the disk."""

    def set_to(free: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * GB, 100 * GB - free, free))

    monkeypatch.setattr(disk, "BALLAST", MB)
    monkeypatch.setattr(disk, "TIGHT", MB)
    return set_to


def for_real(folder: Path) -> Settings:
    """Settings whose messages reach real phones."""
    return Settings(
        data_dir=folder,
        public_url="https://lamplit.example",
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="secret",
        twilio_from="+447700900000",
    )


def test_a_new_deployment_needs_two_gigabytes(tmp_path: Path, left: Callable[[int], None]) -> None:
    """The sentence says how much there is, and what to do."""
    left(2 * GB)
    assert demand_room(tmp_path, holds_journeys=False) is None
    left(GB)
    with pytest.raises(
        WrongStore, match=r"^expected 2.0 GB free for .*, got 1.0 GB: make room there, or set LAMPLIT_DATA"
    ):
        demand_room(tmp_path, holds_journeys=False)


def test_one_that_holds_journeys_is_never_kept_from_starting(tmp_path: Path, left: Callable[[int], None]) -> None:
    """A restart at night must not fail over a disk that is full next week; it is said."""
    left(GB)
    said = demand_room(tmp_path, holds_journeys=True)
    assert said is not None
    assert said.startswith("expected 2.0 GB free")

    settings = for_real(tmp_path)
    with pytest.raises(WrongStore):
        begin(settings)
    (tmp_path / APPENDED).mkdir()
    begin(settings)


def test_the_sandbox_starts_anywhere(tmp_path: Path, left: Callable[[int], None]) -> None:
    """Nobody is at stake there, and no ballast is laid on a laptop."""
    left(MB)
    begin(Settings(data_dir=tmp_path))
    watch_room(Settings(data_dir=tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_the_ballast_holds_room_back_and_gives_it_back(tmp_path: Path, left: Callable[[int], None]) -> None:
    """It lies where there is plenty, goes when the disk is nearly full, and comes back when somebody has made room."""
    settings, file = for_real(tmp_path), tmp_path / "ballast"
    left(50 * GB)
    begin(settings)
    assert file.stat().st_blocks * 512 >= MB  # no file with holes
    left(2 * MB)
    watch_room(settings)
    assert file.exists()
    left(MB // 2)
    watch_room(settings)
    assert not file.exists()
    watch_room(settings)
    left(50 * GB)
    watch_room(settings)
    assert file.exists()


def test_where_the_system_cannot_reserve_it_is_written(
    tmp_path: Path, left: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """macOS knows no fallocate."""
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    left(50 * GB)

    assert lay_ballast(tmp_path)
    assert lay_ballast(tmp_path)
    assert (tmp_path / "ballast").stat().st_size == MB
    assert (drop_ballast(tmp_path), drop_ballast(tmp_path)) == (True, False)


def test_where_there_is_little_room_no_ballast_is_laid(tmp_path: Path, left: Callable[[int], None]) -> None:
    """It would be what fills the disk. What lies already counts as room."""
    left(2 * GB)
    assert not lay_ballast(tmp_path)
    (tmp_path / "ballast").write_bytes(bytes(MB))
    left(2 * GB - MB)
    assert demand_room(tmp_path, holds_journeys=False) is None


def test_a_folder_that_is_not_there_yet_is_asked_of_the_nearest_that_is(tmp_path: Path) -> None:
    """The first start makes it."""
    assert free_bytes(tmp_path / "data" / "here") == pytest.approx(free_bytes(tmp_path), rel=0.05)
    assert BALLAST == 256 * MB


def test_a_store_elsewhere_has_a_disk_elsewhere(tmp_path: Path, left: Callable[[int], None]) -> None:
    """Its ballast is not ours to lay."""
    left(50 * GB)
    watch_room(for_real(tmp_path).model_copy(update={"store_url": "redis://valkey"}))

    assert list(tmp_path.iterdir()) == []
