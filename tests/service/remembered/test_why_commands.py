"""`lamplit why`, typed at a prompt: while the service runs, and when it does not."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from service.__main__ import cli
from service.beside import store_of
from service.clock import SystemClock
from service.journey.events import IncidentClaimed
from service.journey.model import Leg
from service.people.model import Contact, Traveller
from service.remembered.archive import SqliteArchive
from service.remembered.archivist import Archivist
from service.remembered.why_commands import Unknown, look
from service.rows import Kept, encoded, event_bytes
from service.settings import Settings
from service.store import Put, Store, Unit
from tests.builders import overdue, walk

BETH = Contact(id="beth", name="Beth", number="+447700900201")
ANNA = Traveller(id="anna", number="+447700900123", name="Anna", created_at=0.0, contacts=(BETH,), journeys=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["why", *words])


async def walked(store: Store, key: str = "anna-1") -> None:
    """Anna is overdue; all of it is in the store."""
    anna = overdue()
    row = encoded(Kept(journey=anna.journey))
    events = tuple(event_bytes(key, event) for event in anna.events)
    [first, *_] = await store.commit([Unit(f"w {key}", (Put(key, 0, row),), events)])
    assert first
    await store.commit([Unit("a", (Put("anna", 0, encoded(ANNA)),))])


@asynccontextmanager
async def archived(folder: Path, store: Store) -> AsyncIterator[None]:
    """The archivist has read so far; what comes later is in the store alone."""
    archive = SqliteArchive(folder / "archive", SystemClock())
    await Archivist(store, archive, SystemClock()).step(0)
    yield
    await archive.close()


async def made(folder: Path) -> None:
    """A data directory as a service leaves it, the archivist one event behind."""
    async with store_of(Settings(data_dir=folder)) as store:
        await walked(store)
        async with archived(folder, store):
            [row] = await store.load(["anna-1"])
            assert row is not None
            late = event_bytes("anna-1", IncidentClaimed(at=1_767_224_500.0, by="priya", until=1_767_224_560.0))
            await store.commit([Unit("late", (Put("anna-1", row.version, row.value),), (late,))])


def test_on_a_way_of_several_legs_it_says_which_she_was_on(folder: Path) -> None:
    """And how she went on that one; what began it stands in the story."""

    async def rode() -> None:
        anna = walk(legs=(Leg("foot"), Leg("ride"), Leg("foot")), eta_min=60).fix(minute=9, turning="boarded")
        async with store_of(Settings(data_dir=folder)) as store:
            events = tuple(event_bytes("anna-1", event) for event in anna.events)
            put = Put("anna-1", 0, encoded(Kept(journey=anna.journey)))
            await store.commit([Unit("w", (put,), events)])

    asyncio.run(rode())
    said = typed("anna-1").output

    assert "destination, ride (leg 2 of 3), standard" in said
    assert "Part 2 of her way begins, by bus, train or car: she has boarded" in said


def test_the_whole_story_is_told(folder: Path) -> None:
    """By its key or by what people call it, small or large letters; names of contacts, no number of anybody."""
    asyncio.run(made(folder))

    by_key, by_reference = typed("anna-1"), typed("k742")

    assert (by_key.exit_code, by_key.output) == (0, by_reference.output)
    lines = by_key.output.splitlines()
    assert lines[0] == "anna-1, K742: destination, foot, standard, active"
    assert lines[1] == "Open: overdue"
    assert "  Beth (beth), …01, invited, on the SOS list" in [line.replace("+44", "") for line in lines]
    assert "Overdue: her contacts are told" in by_key.output
    assert "row 10: the grace is over" in by_key.output
    assert "Text to Beth (beth): she has not arrived (L2)" in by_key.output
    assert "priya has it" in by_key.output
    assert "900201" not in by_key.output
    assert "900123" not in by_key.output


def test_programs_get_one_object(folder: Path) -> None:
    """The same, with instants and numbers."""
    asyncio.run(made(folder))

    found = json.loads(typed("anna-1", "--json").output)

    assert (found["journey"], found["reference"], found["store"], found["open_incident"]) == (
        "anna-1", "K742", True, "overdue",
    )  # fmt: skip
    due = next(line for line in found["lines"] if line["event"] == "BecameOverdue")
    assert (due["row"], due["numbers"]["grace_at_most_s"]) == ("10", 1800.0)
    text = next(line for line in found["lines"] if line["message"])
    assert text["message"]["states"][0]["state"] == "accepted"


def test_what_nobody_knows_is_one_sentence(folder: Path) -> None:
    """And exit code 1."""
    asyncio.run(made(folder))

    for asked, sentence in (
        ("anna-9", "lamplit: expected a journey or its reference, got anna-9\n"),
        ("X111", "lamplit: expected a journey or its reference, got X111\n"),
    ):
        answer = typed(asked)
        assert (answer.exit_code, answer.stdout, answer.stderr) == (1, "", sentence)


def test_a_folder_that_is_not_there_is_not_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in a setting says so, instead of that there is no such journey."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(folder / "elsewhere"))

    answer = typed("anna-1")

    assert (answer.exit_code, answer.stderr) == (
        2,
        "lamplit: cannot read: expected a data folder of Lamplit's, got none\n",
    )
    assert not (folder / "elsewhere").exists()


def test_a_reference_of_several_is_not_guessed(folder: Path) -> None:
    """Their keys are named."""

    async def twice() -> None:
        async with store_of(Settings(data_dir=folder)) as store:
            await walked(store)
            await walked(store, "anna-2")

    asyncio.run(twice())

    answer = typed("K742")

    assert (answer.exit_code, answer.stderr) == (1, "lamplit: K742 is what several are called: anna-1, anna-2\n")


def test_without_a_store_the_archive_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the row and her account, and saying so."""
    asyncio.run(made(folder))
    monkeypatch.setenv("LAMPLIT_STORE_URL", "redis://127.0.0.1:1/0")

    answer = typed("anna-1")

    assert answer.exit_code == 0
    assert "The store cannot be read, this is what the archive has: " in answer.output
    assert "Text to contact beth: she has not arrived (L2)" in answer.output
    assert "priya has it" not in answer.output
    nobody = typed("K742")
    assert (nobody.exit_code, nobody.stderr.startswith("lamplit: expected a journey or its reference, got K742 (")) == (
        1, True,
    )  # fmt: skip


async def test_it_works_beside_a_running_service(folder: Path) -> None:
    """Whose store is locked: it is reached through its socket, and goes on."""
    settings = Settings(data_dir=folder)
    async with store_of(settings) as running:
        await walked(running)

        found = await look(settings, "K742")

        assert (found.key, len(found.log) > 5, found.store) == ("anna-1", True, "")
        with pytest.raises(Unknown):
            await look(settings, "nobody-1")
        assert len(await running.keys()) == 2
