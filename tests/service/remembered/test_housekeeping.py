"""Retention as a job, on a house as people use it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from service.journey.claims import claimed, resolved
from service.journey.events import Event, IncidentResolved
from service.journey.model import Journey, Proof
from service.journey.turn import Outcome
from service.operators.reasons import Reasoned, all_noted, noted
from service.remembered.housekeeping import ERASED, EVERY_S, FIRST_S
from service.remembered.retention import INCIDENT, JOURNEY, TRACK, UNFINISHED
from service.rows import AccountChanged, Kept, encoded
from service.store import Put, StoreUnavailable, Unit
from service.texts import replying
from tests.service.keeping import DAY_S, Keeping, keeping
from tests.service.people.household import ANNA, BETH, DURESS, PIN


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Keeping]:
    async with keeping(tmp_path) as house:
        yield house


async def everything(kept: Keeping) -> dict[str, Any]:
    """All that is in the store, as far as the port shows it."""
    store = kept.home.store
    keys = sorted(await store.keys())
    return {
        "rows": await store.load(keys),
        "tracks": [await store.track(key) for key in keys],
        "outbox": sorted(await store.outbox()),
        "books": {name: dict(book) for name, book in store._books.items() if book},
    }


async def with_a_track(kept: Keeping, key: str) -> None:
    """A sealed chunk of her way."""
    [row] = await kept.home.store.load([key])
    assert row is not None
    unit = Unit(f"track {key}", (Put(key, row.version, row.value),), track=((key, b"chunk"),))
    assert await kept.home.store.commit([unit]) == [True]


async def test_a_track_goes_after_a_day_and_a_journey_after_thirty(kept: Keeping) -> None:
    """With its story, its links and its codes; her account forgets it, and she sets off again."""
    her = await kept.anna()
    key = await kept.walked(her)
    await with_a_track(kept, key)
    beth = (await her.get("/contacts")).json()[0]["id"]
    token = kept.home.house.sealer.link_token(key, beth)

    assert await kept.passes(days=0.99) == {}
    assert (await kept.passes(days=0.02))[TRACK.what] == 1
    assert await kept.home.store.track(key) == []
    assert await kept.home.house.directory.link(token) is not None
    assert await kept.told(key)

    assert (await kept.passes(days=29))[JOURNEY.what] == 1
    assert await kept.home.store.load([key]) == [None]
    assert (await kept.told(key), await kept.home.house.directory.link(token)) == ([], None)
    assert await kept.home.house.directory.codes(BETH) == {}
    assert (await kept.home.account(her.id)).live is None
    assert (await her.get("/journeys/live")).status_code == 404
    assert (await her.sets_off())["id"] == f"{her.id}-2"
    sos = await her.post("/journeys/live/sos", {"id": "s1"})
    assert sos.json()["result"] == "counting"


async def test_an_sos_after_her_last_journey_is_gone_makes_its_own(kept: Keeping) -> None:
    """Nothing points to a row that is not there."""
    her = await kept.anna()
    await kept.walked(her)
    await kept.passes(days=31)

    assert (await her.post("/journeys/live/sos", {"id": "s1"})).json()["result"] == "counting"


async def test_a_dry_run_changes_nothing(kept: Keeping) -> None:
    """It says what would go and why; then a pass takes exactly that."""
    her = await kept.anna()
    keys = [await kept.walked(her) for _ in range(3)]
    kept.home.clock.forward_to(kept.home.clock.now() + 31 * DAY_S)
    before = await everything(kept)

    found = [(going.key, going.rule) async for going in kept.keeper.would_go()]

    assert found == [(key, JOURNEY) for key in keys]
    assert await everything(kept) == before
    assert (await kept.passes())[JOURNEY.what] == 3
    assert [going async for going in kept.keeper.would_go()] == []


async def test_an_incident_goes_when_its_time_has_come_and_operators_are_remembered(kept: Keeping) -> None:
    """Ninety days; who claimed it is kept for a year, without her."""
    her = await kept.anna()
    shown = await her.sets_off(minutes=20)
    await kept.home.time_passes(45 * 60)
    await kept.home.house.watch.ask(shown["id"], _claimed)
    await her.post("/journeys/live/end", {"id": "e1", "pin": PIN})
    await kept.writes_down()

    assert await kept.passes(days=89) == {}
    assert (await kept.passes(days=1))[INCIDENT.what] == 1
    assert await kept.told(shown["id"]) == []
    [line] = await kept.archive.audit()
    assert (line.by, line.what, her.id in line.about) == ("priya", "claimed", False)
    await kept.passes(days=366)
    assert await kept.archive.audit() == []


def _claimed(journey: Journey, now: float, _: Proof) -> Outcome:
    return claimed(journey, "priya", now)


async def test_what_is_open_behind_a_cover_story_stays(kept: Keeping) -> None:
    """For a year; her screens lose the journey as they would lose one that had ended so."""
    her = await kept.anna()
    key = await kept.walked(her, DURESS)
    assert (await her.get("/me")).json()["live"] == key

    for _ in range(2):
        await kept.passes(days=180)

    journey = await kept.home.journey(key)
    assert journey.alarm is not None
    account = await kept.home.account(her.id)
    assert ((await her.get("/me")).json()["live"], account.behind) == (None, (key,))


async def test_a_number_that_was_never_proved_is_forgotten(kept: Keeping) -> None:
    """Account, number and all: whoever has it may sign up as anybody else."""
    sent = await kept.home.http.post("/v1/signup", json={"number": ANNA, "name": "Anna"})
    assert sent.status_code == 202

    assert await kept.passes(days=0.9) == {}
    assert (await kept.passes(days=0.2))[UNFINISHED.what] == 1

    assert await kept.home.store.keys() == []
    assert await kept.home.house.directory.traveller_of(ANNA) is None
    await kept.home.sign_up()


async def test_what_a_number_was_answered_is_kept_for_a_week_and_a_day(kept: Keeping) -> None:
    """As long as an alert that is over is still answered; those of the last days stay."""
    await replying.may_reply(kept.home.house, BETH, "SM1")
    await kept.passes(days=2)
    await replying.may_reply(kept.home.house, ANNA, "SM2")

    await kept.passes(days=7)

    assert len(await kept.home.store.book_all(replying.BOOK)) == 1


async def test_a_row_that_was_written_meanwhile_is_looked_at_again(kept: Keeping) -> None:
    """Nothing is overwritten: the pass loses, the next one looks at what is there now."""
    her = await kept.anna()
    key = await kept.walked(her)
    kept.home.clock.forward_to(kept.home.clock.now() + 31 * DAY_S)
    hers = await kept.keeper._hers(her.id, [key])
    [row] = await kept.home.store.load([her.id])
    assert row is not None
    assert await kept.home.store.commit([Unit("other", (Put(her.id, row.version, row.value),))]) == [True]

    assert await kept.keeper._act(hers) == []
    assert [going.rule for going in await kept.keeper.one(her.id)] == [JOURNEY]


async def test_dying_before_the_commit_leaves_what_can_be_found_again(
    kept: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Books first, the rows last."""
    her = await kept.anna()
    key = await kept.walked(her)
    kept.home.clock.forward_to(kept.home.clock.now() + 31 * DAY_S)

    async def torn(*_: object) -> list[bool]:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as dying:
        dying.setattr(kept.home.store, "commit", torn)
        with pytest.raises(StoreUnavailable):
            await kept.keeper.one_pass()
    assert (await kept.home.store.load([key]))[0] is not None

    assert (await kept.passes())[JOURNEY.what] == 1


async def test_a_row_that_cannot_be_read_keeps_nobody_else_waiting(kept: Keeping) -> None:
    """It is left as it is."""
    her = await kept.anna()
    key = await kept.walked(her)
    await kept.home.store.commit([Unit("poison", (Put("emma-1", 0, b"\x09?"),))])

    assert (await kept.passes(days=31))[JOURNEY.what] == 1
    assert await kept.home.store.load([key]) == [None]
    assert (await kept.home.store.load(["emma-1"]))[0] is not None


async def test_a_story_that_is_left_over_goes_after_a_year(kept: Keeping) -> None:
    """Its journey is in no store; one whose journey is still there stays, however old."""
    her = await kept.anna()
    key = await kept.walked(her, DURESS)
    lost = Kept(journey=replace(await kept.home.journey(key), id="lost-1"))
    await kept.home.store.commit([Unit("lost", (Put("lost-1", 0, encoded(lost)),), (b"1",))])
    await kept.writes_down()
    await kept.home.store.commit([Unit("restored", (Put("lost-1", 1, None),))])
    assert len(await kept.archive.story("lost-1")) == 1

    await kept.passes(days=364)
    assert len(await kept.archive.story("lost-1")) == 1
    await kept.passes(days=2)

    assert await kept.archive.story("lost-1") == []
    assert await kept.told(key)


async def test_two_housekeepers_do_not_do_the_same_work(kept: Keeping) -> None:
    """Unless somebody asks for it at the prompt."""
    her = await kept.anna()
    await kept.walked(her)
    kept.home.clock.forward_to(kept.home.clock.now() + 31 * DAY_S)
    await kept.home.store.lease("retention", "another", 600.0)

    assert await kept.passes() == {}
    assert (await kept.keeper.one_pass(anyway=True)).total() == 1


async def test_it_looks_once_an_hour_and_at_once_when_something_does_not_wait(kept: Keeping) -> None:
    """Somebody has erased her account, people have closed an alarm. On the clock of the house; an error is not the end
    of it."""
    looked: list[str] = []

    async def one_pass() -> Counter[str]:
        looked.append("all")
        if len(looked) == 1:
            raise StoreUnavailable("away")
        return Counter()

    async def one(traveller: str) -> None:
        looked.append(traveller)

    kept.keeper.one_pass, kept.keeper.one = one_pass, one  # type: ignore[assignment, method-assign]
    running = asyncio.create_task(kept.keeper.run())
    clock = kept.home.clock
    await _turns()
    assert looked == []
    clock.forward_to(clock.now() + FIRST_S)
    await _turns()
    assert looked == ["all"]
    erased: Event = AccountChanged(at=1.0, what=ERASED)
    kept.keeper.hears("anna", 1, AccountChanged(at=1.0, what="pins"))
    kept.keeper.hears("anna", 2, erased)
    await asyncio.sleep(1.1)
    assert looked == ["all", "anna"]
    kept.keeper.hears("zoe-3", 9, IncidentResolved(at=1.0, reason="found", by="priya", proof=Proof.NONE, told=()))
    await _turns()
    assert looked == ["all", "anna", "zoe"]
    clock.forward_to(clock.now() + EVERY_S)
    await _turns()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert looked == ["all", "anna", "zoe", "all"]


async def test_looks_with_a_reason_go_after_ninety_days(kept: Keeping) -> None:
    """Whether anybody has looked at anything since or not."""
    await noted(kept.home.house, Reasoned(kept.home.clock.now(), "priya", "anna-1", "K742", "The police ask about her"))
    await kept.passes(days=89)
    assert len(await all_noted(kept.home.house)) == 1

    await kept.passes(days=1.1)

    assert await all_noted(kept.home.house) == []


async def test_what_she_was_made_to_change_is_shown_until_people_have_closed_it(kept: Keeping) -> None:
    """Beth was taken off the list on the screen, and was the one who was told. When two operators have closed it Anna
    sees that Beth is still hers; her phone is told to look."""
    her = await kept.anna()
    beth = next(c for c in (await kept.home.account(her.id)).contacts if c.name == "Beth").id
    await her.post(f"/contacts/{beth}/remove", {"pin": DURESS})
    await kept.passes()
    assert [c["name"] for c in (await her.get("/contacts")).json()] == ["Chloe"]

    [key] = (await kept.home.account(her.id)).behind
    for operator in ("priya", "omar"):
        await kept.home.house.watch.ask(key, lambda j, now, _, by=operator: resolved(j, by, "found", now))  # type: ignore[misc]
    await kept.passes()

    assert [c["name"] for c in (await her.get("/contacts")).json()] == ["Beth", "Chloe"]


async def _turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_an_account_without_a_row_is_nobodys(kept: Keeping) -> None:
    """Nothing to do, and no error."""
    assert await kept.keeper.one("nobody") == []
