"""This deployment's store, for a command at the prompt."""

from pathlib import Path

import pytest

from service.beside import store_of
from service.settings import Settings
from service.store import Put, StoreUnavailable, Unit


def _held(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_running_services_own_store_is_used(tmp_path: Path) -> None:
    """Its directory is locked; what one writes the other reads, and it goes on when the command is done."""
    settings = Settings(data_dir=tmp_path)
    async with store_of(settings) as running:
        async with store_of(settings) as beside:
            await beside.commit([Unit("c", (Put("anna", 0, b"x"),))])

        assert await running.keys() == ["anna"]


async def test_a_store_that_does_not_run_is_started_for_as_long_as_it_takes(tmp_path: Path) -> None:
    """And keeps what was in it."""
    settings = Settings(data_dir=tmp_path)
    async with store_of(settings) as store:
        await store.commit([Unit("c", (Put("anna", 0, b"x"),))])
    async with store_of(settings) as again:
        assert await again.keys() == ["anna"]


@pytest.mark.parametrize("folder", ["", "none"])
async def test_who_only_looks_makes_none(tmp_path: Path, folder: str) -> None:
    """Neither where there is no folder nor in somebody else's, which is left as it was."""
    with pytest.raises(FileNotFoundError, match="expected a data folder"):
        async with store_of(Settings(data_dir=tmp_path / folder), new=False):
            raise AssertionError("there is no store")
    assert _held(tmp_path) == []


async def test_who_only_looks_finds_what_a_service_left(tmp_path: Path) -> None:
    """It does not run, and its store is there."""
    async with store_of(Settings(data_dir=tmp_path)):
        pass
    async with store_of(Settings(data_dir=tmp_path), new=False) as store:
        assert await store.keys() == []


async def test_a_store_somewhere_else_is_the_one_that_is_named(tmp_path: Path) -> None:
    """Away, it says so."""
    settings = Settings(data_dir=tmp_path, store_url="redis://127.0.0.1:1/0")

    with pytest.raises(StoreUnavailable):
        async with store_of(settings):
            raise AssertionError("there is no store")
