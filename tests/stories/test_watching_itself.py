"""Who watches the watchman: Anna's people are told that something is wrong before she needs it."""

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service import absence
from service.doors.console.queue import trouble
from service.store import Put, Unit
from service.watching.auditor import newest
from service.watching.meters import HELD_BACK, SENT
from service.watching.sentry import LEASE_S, Sentry
from tests.doubles.network import FarStore
from tests.service.watching.outside import outside
from tests.world import World
from tests.world_people import PIN, Traveller, Walk


async def steady(sentry: Sentry, world: World) -> None:
    """The sentry has watched for a minute."""
    await sentry.turn()
    await world.pass_time(minutes=1)


async def an_audit(sentry: Sentry) -> None:
    """The auditor looks now, whenever it last did."""
    assert await sentry.auditor.look() is not None


async def loses_its_wake(world: World, walk: Walk) -> None:
    """Her journey is whole, and nothing would ever look at it again."""
    [row] = await world.store.load([walk.key])
    assert row is not None
    put = Put(row.key, row.version, row.value)
    await world.store.commit([Unit(f"lost-{row.version}", (put,), wakes=((walk.key, None),))])


async def test_the_watchman_is_dead_and_the_auditor_says_so() -> None:
    """Its process is gone. The web process beside it judges what nobody took, tells the operators, and lets the ping fall
    silent; when a watchman comes back, Anna has been asked and all is as it should be."""
    async with World() as world, outside() as somebody:
        web = world.front
        somebody.pings(web.house)
        sentry = Sentry(web.house)
        await steady(sentry, world)
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=22.5)
        await sentry.turn()
        assert len(somebody.heard) == 1

        world.clock.forward(150)  # nobody goes round
        await an_audit(sentry)

        audit = await newest(world.store)
        assert audit is not None
        assert (audit.wakes, audit.kicked) == (1, 1)
        assert (await walk.journey()).due is not None
        assert any("no deadline is noticed" in line for line in await trouble(web.house))
        assert any("1 deadline came due" in line for line in await trouble(web.house))
        assert await sentry.dead_man.turn(audit, 1e9) == HELD_BACK
        assert len(somebody.heard) == 1

        await world.settle()  # somebody has restarted it
        await an_audit(sentry)
        assert await trouble(web.house) == ()
        audit = await newest(world.store)
        assert audit is not None
        assert await sentry.dead_man.turn(audit, 2e9) == SENT
        for words in ("service was away", "deadlines that nobody took", "dead-man ping is held back"):
            world.expect_error(words)
        await sentry.dead_man.close()
        await world.pass_time(minutes=2)
        anna.phone.expect_text("All ok?")
        world.expect_everything()


async def test_a_first_notice_that_nobody_takes_is_said_in_words() -> None:
    """Dad was to be told a minute ago and no dispatcher has taken it: operators read that, and to ring themselves."""
    async with World() as world, outside() as somebody:
        house = world.front.house
        somebody.pings(house)
        sentry = Sentry(house)
        await steady(sentry, world)
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=27.9)
        world.expect_everything()
        world.clock.forward(10)
        await world.front.watchman.one_round()

        for _ in range(7):  # rounds go on, and no dispatcher is there
            world.clock.forward(10)
            await world.front.watchman.one_round()
        await an_audit(sentry)

        audit = await newest(world.store)
        assert audit is not None
        assert audit.notices == (0, 1, 0)
        assert any("ring those at the head of the list yourself" in line for line in await trouble(house))
        assert await sentry.dead_man.turn(audit, 1e9) == HELD_BACK
        assert somebody.heard == []
        world.expect_error("messages that nobody took")
        world.expect_error("dead-man ping is held back")
        await sentry.dead_man.close()
        await world.settle()
        await world.pass_time(seconds=3)
        dad.phone.expect_text("Anna has NOT arrived")


async def test_a_row_whose_wake_was_lost_is_found_and_she_is_asked() -> None:
    """A fault of ours took Anna's journey off the index: without the auditor nobody would ever have asked."""
    async with World() as world:
        sentry = Sentry(world.front.house)
        await steady(sentry, world)
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await loses_its_wake(world, walk)
        await world.pass_time(minutes=24)
        anna.phone.expect_nothing()

        await an_audit(sentry)
        world.expect_error("rows lost their place")
        await world.pass_time(minutes=2)

        anna.phone.expect_text("All ok?")
        anna.phone.expect_call("Is all ok?")
        await anna.phone.texts(f"OK {PIN}")
        await an_audit(sentry)
        world.expect_everything()


async def test_a_ladder_that_lost_its_next_rung_goes_on() -> None:
    """Dad was told and does not answer; the incident has lost its wake, and it is among the first that are looked at."""
    async with World() as world:
        sentry = Sentry(world.front.house)
        await steady(sentry, world)
        dad, chloe = world.contact("Dad", primary=True), world.contact("Chloe", tier=2)
        anna = await world.traveller("Anna", contacts=[dad, chloe])
        walk = await anna.sets_off(plan_min=20, timer=True)
        await world.pass_time(minutes=28.5)
        dad.phone.expect_text("Anna has NOT arrived")
        await an_audit(sentry)
        await loses_its_wake(world, walk)
        await world.pass_time(minutes=5)
        chloe.phone.expect_nothing()

        await an_audit(sentry)
        await world.pass_time(seconds=10)

        chloe.phone.expect_text("Anna has NOT arrived")
        world.expect_error("rows lost their place")
        world.expect_everything()


async def test_the_ping_falls_silent_with_the_store_and_speaks_again_with_it() -> None:
    """Nobody outside is told that all is well while nothing can be written down."""
    far = FarStore()
    async with World(store=far) as world, outside() as somebody:
        somebody.pings(world.front.house)
        sentry = Sentry(world.front.house)
        await steady(sentry, world)
        await sentry.turn()
        audit = await newest(world.store)
        assert audit is not None
        far.away = True
        assert await sentry.dead_man.turn(audit, 1e9) == HELD_BACK
        far.away = False
        await world.settle()
        assert await sentry.dead_man.turn(audit, 2e9) == SENT
        assert len(somebody.heard) == 2
        world.expect_error("dead-man ping is held back")
        await sentry.dead_man.close()


async def test_closed_doors_silence_the_ping_of_whoever_goes_round() -> None:
    """The web process has died: the watchman, which is well, audits in its place and says nothing outside."""
    async with World() as world, outside() as somebody:
        somebody.pings(world.front.house)
        watchman, web = Sentry(world.front.house), Sentry((await world.comes_up()).house)
        await world.store.book_put(absence.BOOK, absence.DOOR, msgspec.msgpack.encode(world.clock.now()))
        await web.turn()
        await watchman.turn()
        await world.pass_time(seconds=LEASE_S)
        await world.pass_time(minutes=1)

        assert await watchman.turn() is not None
        assert somebody.heard == []
        assert any("phones cannot reach us" in line for line in await trouble(world.front.house))
        world.expect_error("dead-man ping is held back")
        world.expect_error("service was away")
        await watchman.dead_man.close()
        await web.dead_man.close()


async def does(world: World, act: str, walk: Walk, anna: Traveller) -> None:
    """One thing that happens on a way home, and what follows from it."""
    match act:
        case "walks":
            await anna.walks(walk, minutes=1)
        case "stands":
            await anna.stands(walk, minutes=4)
        case "waits":
            await world.pass_time(minutes=9)
        case "texts ok":
            await anna.phone.texts("OK")
        case "asks for more":
            await anna.phone.texts("MORE 15")
        case "presses sos":
            await anna.presses_sos()
            await world.pass_time(seconds=10)
        case "gives her pin":
            await anna.phone.texts(f"OK {PIN}")
        case "goes dark":
            await anna.phone.goes_dark()
    if act in ("goes dark", "comes back"):
        await world.pass_time(minutes=4)
    if anna.phone.line is None and act != "goes dark":
        await anna.phone.connects()
        await world.settle()


ACTS = (
    "walks",
    "stands",
    "waits",
    "texts ok",
    "asks for more",
    "presses sos",
    "gives her pin",
    "goes dark",
    "comes back",
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(ACTS), min_size=3, max_size=8))
async def test_the_auditor_never_changes_a_journey_that_is_well(acts: list[str]) -> None:
    """Whatever Anna does, wherever her ladder stands: every look leaves each row, wake and message as it was, to the
    byte."""
    async with World() as world:
        sentry = Sentry(world.front.house)
        await steady(sentry, world)
        anna = await world.traveller("Anna", contacts=[world.contact("Beth"), world.contact("Dad", primary=True)])
        walk = await anna.sets_off(plan_min=20)
        for act in acts:
            if anna.phone.line is None or anna.phone.socket.closed_with is not None:
                await anna.phone.connects()
            await does(world, act, walk, anna)
            keys = await world.store.keys()
            before = (await world.store.load(keys), await world.store.wakes(keys), await world.store.outbox())
            audit = await sentry.auditor.look()
            after = (await world.store.load(keys), await world.store.wakes(keys), await world.store.outbox())
            assert audit is not None
            assert audit.clean, acts
            assert after == before
        world.expect_everything()
