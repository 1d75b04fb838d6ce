"""The timing table, row 25: what is kept and how long, what she gets of it, and how it ends."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from alerts.ladder import Said
from service.journey.said import contact_said
from service.people import choosing, signing_up
from service.remembered import erasing, exporting, history
from service.remembered.archive import SqliteArchive
from service.remembered.archivist import Archivist
from service.remembered.housekeeping import Housekeeping
from tests.world import Traveller, World
from tests.world_people import DURESS_PIN, PIN, Walk

MINUTE_S, DAY_S = 60.0, 86_400.0


class Kept:
    """A world whose archive is on disk, and somebody who looks what has to go."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, house = world, world.front.house
        self.archive = house.archive = SqliteArchive(folder / "archive", world.clock)
        self.archivist = Archivist(world.store, self.archive, world.clock)
        self.keeper = Housekeeping(world.store, house.directory, house.sealer, self.archive, world.clock)

    async def later(self, *, days: float = 0.0, minutes: float = 0.0) -> None:
        """So much later retention has passed. Nobody was on the way meanwhile: nothing else would have happened."""
        await self.writes_down()
        self.world.clock.forward(days * DAY_S + minutes * MINUTE_S)
        await self.keeper.one_pass()
        await self.writes_down()

    async def writes_down(self) -> None:
        while await self.archivist.step(0):
            pass

    async def places(self, key: str) -> int:
        """How many fixes of her way there still are, wherever they are kept."""
        [row] = await self.world.store.load([key])
        if row is None:
            return 0
        kept = await self.world.front.house.watch.look(key)
        return len(await self.world.store.track(key)) + len(kept.fixes) + (kept.journey.seen is not None)

    async def told(self, key: str) -> int:
        return len(await self.archive.story(key))


@asynccontextmanager
async def evening(folder: Path) -> AsyncIterator[tuple[Kept, Traveller]]:
    """Anna has Beth on her SOS list, and Dad who is not on it."""
    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad", on_sos_list=False)
        anna = await world.traveller("Anna", contacts=[beth, dad])
        kept = Kept(world, folder)
        yield kept, anna
        world.expect_everything()
        await kept.archive.close()


async def overdue(anna: Traveller) -> Walk:
    """She walks for five minutes, then nothing; everybody has been told."""
    walk = await anna.sets_off(plan_min=20)
    await anna.walks(walk, minutes=5)
    await anna.phone.goes_dark()
    await anna.world.pass_time(minutes=30)
    assert (await walk.journey()).alarm is not None
    return walk


async def test_row_25_the_track_of_a_plain_walk_is_gone_after_a_day(tmp_path: Path) -> None:
    """24 hours and a minute after she came home no place of hers is left; the walk itself stays for thirty days, then
    nothing of it is left, and she sets off again."""
    async with evening(tmp_path) as (kept, anna):
        walk = await anna.sets_off(plan_min=30)
        await anna.walks_home(walk)
        await anna.stands(walk, minutes=4)
        assert (await walk.journey()).closed is not None
        closed_at = (await walk.journey()).closed.at  # type: ignore[union-attr]

        await kept.later(minutes=24 * 60 - 1 - (kept.world.clock.now() - closed_at) / 60)
        assert await kept.places(walk.key) > 3
        await kept.later(minutes=2)
        assert await kept.places(walk.key) == 0
        assert b"51." not in (await kept.world.store.load([walk.key]))[0].value  # type: ignore[union-attr]
        assert await kept.told(walk.key) > 2

        await kept.later(days=29)
        assert (await kept.world.store.load([walk.key]), await kept.told(walk.key)) == ([None], 0)
        assert (await anna.sets_off(plan_min=30)).key != walk.key
        kept.world.expect_error("service was away")  # for thirty days no round was made in this world


async def test_row_25_the_track_of_an_incident_is_kept_for_ninety_days(tmp_path: Path) -> None:
    """Others were told: all of it stays, and then all of it goes."""
    async with evening(tmp_path) as (kept, anna):
        walk = await overdue(anna)
        await anna.phone.connects()
        assert (await anna.keys_pin()).code == "closed"

        await kept.later(days=89.9)
        assert await kept.places(walk.key) > 3
        await kept.later(days=0.2)

        assert (await kept.places(walk.key), await kept.told(walk.key)) == (0, 0)
        assert (await anna.account()).live is None


async def test_row_25_what_no_person_has_closed_is_kept_for_a_year(tmp_path: Path) -> None:
    """Cold for most of it: the journey, its track, its story, and the links of those who were told."""
    async with evening(tmp_path) as (kept, anna):
        walk = await overdue(anna)
        house = kept.world.front.house
        link = house.sealer.link_token(walk.key, anna.contacts[0].id)

        for _ in range(12):
            await kept.later(days=30.5)

        assert (await walk.journey()).alarm is not None
        assert await kept.places(walk.key) > 3
        assert await kept.told(walk.key) > 5
        assert await house.directory.link(link) == (walk.key, anna.contacts[0].id)
        said = await house.watch.ask(walk.key, lambda j, now, _: contact_said(j, anna.contacts[0].id, Said.TAKEN, now))
        assert said.code == "taken"


async def test_row_25_a_dry_run_says_what_would_go_and_changes_nothing(tmp_path: Path) -> None:
    """Rows, tracks and books are afterwards what they were."""
    async with evening(tmp_path) as (kept, anna):
        walk = await anna.sets_off(plan_min=30)
        await anna.walks(walk, minutes=5)
        await anna.keys_pin()
        kept.world.clock.forward(31 * DAY_S)
        before = await _everything(kept.world)

        going = [one async for one in kept.keeper.would_go()]

        assert [(one.key, one.rule.what[:27]) for one in going] == [(walk.key, "a journey that ended well: ")]
        assert await _everything(kept.world) == before


async def _everything(world: World) -> Any:
    keys = sorted(await world.store.keys())
    tracks = [await world.store.track(key) for key in keys]
    return await world.store.load(keys), tracks, repr(getattr(world.store, "_books", ""))


@pytest.mark.parametrize(("late", "goes_on"), [(False, False), (True, False), (True, True)])
async def test_row_25_an_export_after_a_duress_pin_is_that_after_the_true_one(
    late: bool, goes_on: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File by file, byte by byte, but for what is drawn at random: an hour and a day later, though behind it her phone
    was heard on, her contacts were told and looked, and the export itself was asked for with the same PIN."""
    exports = {}
    for pin in (PIN, DURESS_PIN):
        ids = map("contact{}".format, count(1))
        monkeypatch.setattr(choosing, "new_id", lambda _length, ids=ids: next(ids))
        async with evening(tmp_path / pin) as (kept, anna):
            exports[pin] = await _exported(kept, anna, pin, late=late, goes_on=goes_on)

    assert exports[DURESS_PIN] == exports[PIN]
    first, second = exports[PIN]
    assert [name for name in first if name.startswith("tracks/")] == ["tracks/anna-1.geojson"]
    assert [name for name in second if name.startswith("tracks/")] == (["tracks/anna-1.geojson"] if late else [])
    assert "duress" not in first["data.json"].lower()


async def _exported(kept: Kept, anna: Traveller, pin: str, *, late: bool, goes_on: bool) -> list[dict[str, str]]:
    world = kept.world
    walk = await anna.sets_off(plan_min=20, tell=[anna.contacts[1]])
    await anna.walks(walk, minutes=3)
    if late:
        await world.pass_time(minutes=26)
    if goes_on:
        await anna.answers("", pin=pin)
        await world.pass_time(minutes=40)
    await anna.keys_pin(pin)
    await anna.walks(walk, minutes=5)
    await world.pass_time(minutes=50)
    first = await _export(kept, anna, pin, walk)
    await world.pass_time(minutes=90)
    await kept.later(days=1)
    return [first, await _export(kept, anna, pin, walk)]


async def _export(kept: Kept, anna: Traveller, pin: str, walk: Walk) -> dict[str, str]:
    await kept.writes_down()
    house = kept.world.front.house
    account = await anna.account()
    made = await exporting.export(house, account, pin, "her phone")
    journey = await walk.journey()
    drawn = {anna.id: "anna", journey.plan.reference: "K742", account.devices[0].id: "phone"}
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    for random, stands_for in drawn.items():
        files = {name.replace(random, stands_for): text.replace(random, stands_for) for name, text in files.items()}
    return {name: re.sub(r"\(contact\d+\)", "", text) for name, text in files.items()}


async def test_row_25_who_was_told_hears_the_end_though_the_account_is_erased(tmp_path: Path) -> None:
    """Beth and Dad have read that she is missing. Anna keys her PIN and erases her account in the same minute: both read
    that it is over, a day later nothing is left."""
    async with evening(tmp_path) as (kept, anna):
        walk = await overdue(anna)
        await anna.phone.connects()
        told = {c.name: len(c.phone.reached) for c in anna.contacts}
        assert (await anna.keys_pin()).code == "closed"
        await erasing.erase(kept.world.front.house, await anna.account(), PIN, "ERASE", "her phone")
        await kept.keeper.one_pass()

        await kept.world.pass_time(minutes=1)

        for contact in anna.contacts:
            [end] = contact.phone.reached[told[contact.name] :]
            assert "is closed: her PIN was given" in end.message.text
        await kept.later(days=1.1)
        assert await kept.world.store.load([walk.key, anna.id]) == [None, None]


@pytest.mark.parametrize("pin", [PIN, DURESS_PIN])
async def test_row_25_an_account_is_erased_and_its_number_signed_up_again(pin: str, tmp_path: Path) -> None:
    """Either PIN does the same to her devices. After the true one nothing of her is left; after the other one the alarm
    is, for those who were told, until people close it."""
    async with evening(tmp_path) as (kept, anna):
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=3)
        await anna.keys_pin(pin)
        house, token = kept.world.front.house, anna.phone.token
        await kept.world.pass_time(minutes=5)

        await erasing.erase(house, await anna.account(), pin, "ERASE", "her phone")
        await kept.later()

        assert await house.directory.device(token) is None
        assert await house.directory.traveller_of(anna.phone.number) is None
        keys = await kept.world.store.keys()
        assert sorted(keys) == ([] if pin == PIN else [anna.id, walk.key])
        assert (await kept.told(walk.key) > 0) is (pin == DURESS_PIN)

        await signing_up.send_code(house, anna.phone.number, "Anna")
        await kept.world.pass_time(seconds=5)
        code = anna.phone.expect_text("is your Lamplit code").text[:6]
        _, again = await signing_up.verify(house, anna.phone.number, code, "her phone")
        assert (again.id != anna.id, again.pin_hash, again.contacts) == (True, None, ())
        assert await history.journeys(house, again) == []
