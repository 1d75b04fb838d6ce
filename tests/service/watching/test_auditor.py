"""What the auditor sees that others did not do, what it puts right, and what it never touches."""

import msgspec
import pytest
from msgspec.structs import replace

from service.journey.advance import next_wake
from service.journey.events import ConcernRaised, PromptWithdrawn
from service.journey.model import Cause
from service.rows import encoded
from service.store import Put, Send, StoreUnavailable, Unit
from service.watching.auditor import (
    AUDIT,
    BOOK,
    LOADED_AT_ONCE,
    MOST_HEARD,
    WALKED_AT_ONCE,
    Audit,
    Auditor,
    newest,
)
from tests.doubles.network import FarStore
from tests.world import World
from tests.world_people import PIN, Walk


def auditor_of(world: World) -> Auditor:
    """An auditor in the front process."""
    house = world.front.house
    auditor = Auditor(house.store, house.watch, house.clock, house.vitals)
    house.feed.listen(auditor.hears)
    auditor.feel()
    return auditor


async def looks(auditor: Auditor) -> Audit:
    """What it finds; it may blame by now."""
    audit = await auditor.look()
    assert audit is not None
    return audit


async def loses_its_wake(world: World, walk: Walk, at: float | None = None) -> None:
    """Her row stays as it is, and its place in the index goes, or moves to `at`."""
    [row] = await world.store.load([walk.key])
    assert row is not None
    put = Put(row.key, row.version, row.value)
    assert await world.store.commit([Unit(f"lost-{row.version}", (put,), wakes=((row.key, at),))]) == [True]


async def test_where_everybody_does_their_work_it_finds_nothing_and_touches_nothing() -> None:
    """Beth walks home, watched; not one row is written."""
    async with World() as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=3)
        before = await world.store.load([walk.key, anna.id])

        audit = await looks(auditor)

        assert audit.clean
        assert audit.looked_at == 2
        assert await world.store.load([walk.key, anna.id]) == before
        assert await newest(world.store) == audit


async def test_it_blames_nobody_before_it_has_seen_a_minute() -> None:
    """After a start everything in the store is old, and the first round takes it."""
    async with World() as world:
        house = world.front.house
        auditor = Auditor(house.store, house.watch, house.clock, house.vitals)

        assert await auditor.look() is None
        world.clock.forward(59)
        assert await auditor.look() is None
        world.clock.forward(1)
        assert (await looks(auditor)).clean


async def test_a_stepped_clock_is_nobodys_fault() -> None:
    """An hour forward makes every deadline old at once: for two minutes the watchman settles that."""
    async with World() as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=40)
        await world.pass_time(minutes=2)
        before = await walk.kept()

        world.clock.step_wall(3600)
        assert await auditor.look() is None
        world.clock.forward(120)
        assert await auditor.look() is None
        assert await walk.kept() == before


async def test_a_store_that_was_away_is_nobodys_fault() -> None:
    """What waits in it has had no chance yet."""
    far = FarStore()
    async with World(store=far) as world:
        auditor = auditor_of(world)
        await world.pass_time(minutes=2)
        far.away = True
        with pytest.raises(StoreUnavailable):
            await auditor.look()
        auditor.unsure()
        far.away = False

        assert await auditor.look() is None
        await world.pass_time(minutes=1)
        assert (await looks(auditor)).clean


async def test_a_deadline_that_no_round_takes_is_found_and_judged() -> None:
    """The watchman is dead: Anna is asked all the same, and the auditor says whose work that was."""
    async with World() as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        eta_at = (await walk.journey()).eta_at
        assert eta_at is not None
        await world.pass_time(minutes=22)

        world.clock.forward_to(eta_at + 61)
        audit = await looks(auditor)

        assert (audit.wakes, audit.kicked, audit.clean) == (1, 1, False)
        assert audit.oldest_wake_at is not None
        assert audit.oldest_wake_at <= eta_at
        assert (await walk.journey()).due is not None
        assert (await looks(auditor)).wakes == 0
        world.expect_error("service was away")
        world.expect_error("deadlines that nobody took")
        await world.pass_time(minutes=2)
        anna.phone.expect_text("MORE 15")
        anna.phone.expect_call("Is all ok?")


async def test_a_message_that_nobody_takes_is_found_by_urgency() -> None:
    """First notices apart from the rest; one that is claimed is in good hands for as long as the claim."""
    async with World() as world:
        auditor = auditor_of(world)
        sends = (Send("a-1/x/1/beth/sms/1", world.clock.now(), 1, b"?"), Send("old", world.clock.now() - 500, 2, b"?"))
        await world.pass_time(minutes=1)
        await world.store.commit([Unit("u", (Put("a-1", 0, b"\xff"),), sends=sends)])

        first = await looks(auditor)
        assert (first.notices, first.outbox) == ((0, 1, 1), (0, 1, 1))
        await world.store.claim(await world.store.waiting(world.clock.now(), 9), world.clock.now(), 60.0)
        assert (await looks(auditor)).notices == (0, 0, 0)
        await world.store.commit([Unit("v", (Put("a-1", 1, None),), unsend=tuple(send.id for send in sends))])
        world.expect_error("messages that nobody took")
        world.expect_error("rows cannot be read")


async def test_a_row_that_lost_its_wake_has_it_again() -> None:
    """Nobody would ever have judged it; the journey itself is as it was, to the byte of what is known of her."""
    async with World() as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=5)
        before = await walk.kept()
        await loses_its_wake(world, walk)

        audit = await looks(auditor)

        assert (audit.mended, audit.clean) == (1, False)
        after, wake = await walk.kept(), next_wake(before.journey)
        assert replace(after, wake_at=before.wake_at) == before
        assert await world.store.wakes([walk.key]) == [wake] == [after.wake_at]
        assert (await looks(auditor)).clean
        world.expect_error("rows lost their place")


async def test_a_wake_that_is_too_late_is_put_right_and_an_early_one_is_left() -> None:
    """The index is a lower bound: too early costs a look, too late costs her the alarm."""
    async with World() as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=2)
        wake = next_wake(await walk.journey())
        assert wake is not None

        await loses_its_wake(world, walk, wake + 3600)
        assert (await looks(auditor)).mended == 1
        await loses_its_wake(world, walk, wake - 30)
        assert (await looks(auditor)).mended == 0
        assert await world.store.wakes([walk.key]) == [wake - 30]
        world.expect_error("rows lost their place")


async def test_somebody_who_writes_meanwhile_is_not_overwritten() -> None:
    """What was compared did not belong together then: nothing was lost, and nothing is said."""
    far = FarStore()
    async with World(store=far) as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=2)
        await loses_its_wake(world, walk)

        async def meanwhile(units: object) -> None:
            far.before_commit = None
            await loses_its_wake(world, walk, 5.0)

        far.before_commit = meanwhile
        assert (await looks(auditor)).mended == 0
        assert await world.store.wakes([walk.key]) == [5.0]


async def test_a_lost_reply_is_not_a_failure() -> None:
    """The place is written or not; the next look sees which."""
    far = FarStore()
    async with World(store=far) as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=2)
        await loses_its_wake(world, walk)
        far.lose_replies = 1

        assert (await looks(auditor)).mended == 0
        assert (await looks(auditor)).clean
        assert far.lose_replies == 0


async def test_a_journey_that_is_put_off_for_ever_is_named() -> None:
    """It cannot be judged: a round puts it off by a minute, again and again, and nobody watches over her."""
    async with World() as world:
        auditor = auditor_of(world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=2)
        kept = await walk.kept()
        late = replace(kept, journey=replace(kept.journey, eta_at=world.clock.now() - 90), wake_at=None)
        [row] = await world.store.load([walk.key])
        assert row is not None
        put = Put(row.key, row.version, encoded(late))
        await world.store.commit([Unit("late", (put,), wakes=((row.key, world.clock.now() + 55),))])

        audit = await looks(auditor)

        assert (audit.stuck, audit.mended) == (1, 0)
        world.expect_error("rows cannot be judged")
        await world.store.commit([Unit("gone", (Put(row.key, row.version + 1, None),))])


async def test_a_row_that_cannot_be_read_is_named_and_left() -> None:
    """A newer process's, perhaps."""
    async with World() as world:
        auditor = auditor_of(world)
        await world.store.commit([Unit("u", (Put("anna-7", 0, b"\x63"),))])
        await world.pass_time(minutes=1)

        assert (await looks(auditor)).unreadable == 1
        assert [row and row.version for row in await world.store.load(["anna-7"])] == [1]
        world.expect_error("rows cannot be read")


async def test_open_incidents_are_counted_by_level_until_they_are_closed() -> None:
    """She is asked, then her people are told; her PIN ends it."""
    async with World() as world:
        auditor = auditor_of(world)
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=29)
        assert (await looks(auditor)).open == {"overdue": 1}

        await anna.phone.texts(f"OK {PIN}")
        assert (await looks(auditor)).open == {}
        world.expect_everything()


async def test_those_with_an_incident_come_first_and_the_walk_comes_past_all_others() -> None:
    """One look is bounded, whatever the number of journeys."""
    async with World() as world:
        auditor = auditor_of(world)
        units = [Unit(f"u{n}", (Put(f"walker{n}", 0, b"\x63"),)) for n in range(WALKED_AT_ONCE + 3 * LOADED_AT_ONCE)]
        await world.store.commit(units)
        await world.pass_time(minutes=1)
        auditor.hears("walker9", 1, ConcernRaised(at=0.0, cause=Cause.STALLED))

        first = await looks(auditor)
        assert first.looked_at == WALKED_AT_ONCE + 1
        assert (await looks(auditor)).looked_at == 3 * LOADED_AT_ONCE
        world.expect_error("rows cannot be read")


def test_what_is_heard_is_bounded() -> None:
    """Where another process audits for months, this one remembers no more than it could look at."""
    auditor = Auditor(FarStore(), None, None, None)  # type: ignore[arg-type]  # it only listens
    for n in range(MOST_HEARD + 5):
        auditor.hears(f"j-{n}", 1, ConcernRaised(at=0.0, cause=Cause.STALLED))
    auditor.hears("calm-1", 1, PromptWithdrawn(at=0.0, prompt="p", why="moving"))

    assert len(auditor.waiting) == MOST_HEARD
    assert "calm-1" not in auditor.waiting
    assert "j-4" not in auditor.waiting


async def test_what_a_newer_version_wrote_is_not_misread() -> None:
    """Nothing is known then, and nobody falls over it."""
    async with World() as world:
        assert await newest(world.store) is None
        await world.store.book_put(BOOK, AUDIT, msgspec.msgpack.encode({"v": 2}))
        assert await newest(world.store) is None
