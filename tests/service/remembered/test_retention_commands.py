"""`lamplit retention`, typed at a prompt."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from service.__main__ import cli
from service.beside import store_of
from service.clock import SystemClock
from service.journey.model import Journey
from service.people.model import Device, Traveller
from service.remembered.retention import DAY_S
from service.rows import Kept, encoded
from service.settings import Settings
from service.store import Put, Unit
from tests.builders import timer

PHONE = Device(id="d1", token_hash=b"", name="phone", since=0.0)
ANNA = Traveller(id="anna", number="+447700900123", name="Anna", created_at=0.0, devices=(PHONE,), journeys=2)
CLOSED_AT = SystemClock().now() - 40 * DAY_S


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Anna's two walks of forty days ago: she came home from one; nobody has closed the other."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    asyncio.run(_walks(tmp_path))
    return tmp_path


async def _walks(folder: Path) -> None:
    home = timer().to(20)
    home.ends()
    assert home.journey.closed is not None
    closed = replace(home.journey, closed=replace(home.journey.closed, at=CLOSED_AT))
    async with store_of(Settings(data_dir=folder)) as store:
        rows = (("anna-1", _row(closed, "anna-1")), ("anna-2", _row(timer().journey, "anna-2")))
        await store.commit([Unit(key, (Put(key, 0, row),)) for key, row in rows])
        await store.commit([Unit("a", (Put("anna", 0, encoded(ANNA)),))])


def _row(journey: Journey, key: str) -> bytes:
    return encoded(Kept(journey=replace(journey, id=key)))


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["retention", *words])


async def _keys(folder: Path) -> list[str]:
    async with store_of(Settings(data_dir=folder)) as store:
        return sorted(await store.keys())


def test_a_dry_run_says_what_would_go_and_why(folder: Path) -> None:
    """And changes nothing; then it is done, once."""
    looked = typed("--dry-run")

    assert looked.exit_code == 0, looked.output
    since = f"{datetime.fromtimestamp(CLOSED_AT, UTC):%Y-%m-%d %H:%M} UTC"
    assert looked.output.splitlines()[0] == f"anna-1: over since {since}, kept 30 days after it was closed"
    assert looked.output.splitlines()[-1] == "nothing was changed"
    assert asyncio.run(_keys(folder)) == ["anna", "anna-1", "anna-2"]

    done, again = typed(), typed()

    assert (done.output.splitlines()[0][:4], done.output.splitlines()[-1]) == ("1 x ", "gone")
    assert again.output == "nothing has to go\n"
    assert asyncio.run(_keys(folder)) == ["anna", "anna-2"]


def test_a_store_that_is_away_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And exit code 2."""
    monkeypatch.setenv("LAMPLIT_STORE_URL", "redis://127.0.0.1:1/0")

    answer = typed("--dry-run")

    assert (answer.exit_code, answer.stderr.count("\n"), answer.stderr[:9]) == (2, 1, "lamplit: ")
