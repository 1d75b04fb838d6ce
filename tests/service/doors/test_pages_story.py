"""What happened, in a line each."""

import sqlite3

import pytest

from service.doors.pages_story import story
from service.journey import events as e
from service.remembered.archive import Remembered
from service.rows import event_bytes
from tests.world_process import ForgetfulArchive

from .neighbourhood import Neighbourhood


class _Remembering(ForgetfulArchive):
    def __init__(self, *remembered: bytes) -> None:
        self.remembered = remembered

    async def story(self, key: str) -> list[Remembered]:
        return [Remembered(key, n, 0, event) for n, event in enumerate(self.remembered)]


async def test_the_newest_comes_first_and_names_her_contacts(street: Neighbourhood) -> None:
    """What has no words, or cannot be read, is left out."""
    journey = await street.sets_off()
    account = await street.house.watch.account(journey.traveller)
    beth, at = account.contacts[0].id, street.clock.now()
    street.house.archive = _Remembering(
        event_bytes(journey.id, e.SetOff(at=at, eta_at=None, sentence="")),
        event_bytes(journey.id, e.NoticeHanded(at=at, id="n", sid="s")),
        b"\xc1",
        event_bytes(journey.id, e.Acknowledged(at=at + 61, by=beth, said="taken")),
    )

    assert await story(street.house, journey, account) == (
        ("22:00:01", "Beth is on it"),
        ("21:59:00", "Anna set off"),
    )


async def test_an_archive_that_cannot_be_read_is_an_empty_story(
    street: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page comes all the same."""
    journey = await street.sets_off()
    account = await street.house.watch.account(journey.traveller)

    async def torn(_: str) -> list[object]:
        raise sqlite3.DatabaseError("torn")

    monkeypatch.setattr(street.house.archive, "story", torn)

    assert await story(street.house, journey, account) == ()
