"""Her phone was away and comes back."""

from geofence.route import Route
from service.doors.phones import wire
from service.journey.model import LinkState, Progress
from service.rows import chunk_from
from tests.geofence.drawn import street
from tests.world import World
from tests.world_people import Walk

LONG_WAY: Route = street((0, 0), (6000, 0))


async def on_disk(world: World, walk: Walk) -> list[int]:
    """The numbers of every fix that is on disk, in the order they are kept."""
    chunks = await world.store.track(walk.key)
    kept = (await walk.kept()).fixes
    return [fix.seq for chunk in chunks for fix in chunk_from(chunk)] + [fix.seq for fix in kept]


async def test_an_hour_of_buffered_fixes_is_history() -> None:
    """She walks an hour without a signal. Contacts hear a concern meanwhile; when 360 fixes come at once every one is
    kept in order, nothing that was raised is lowered, and the newest fix says where she is now."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(walk, minutes=1)
        await anna.phone.goes_dark()

        await anna.walks(walk, minutes=60)
        anna.phone.expect_text("Your phone has gone quiet")
        beth.phone.expect_text(
            "Anna's phone has been silent since 22:01", "not answered us for 15 min", "Often it is nothing"
        )
        raised = (await walk.journey()).incident
        line = await anna.phone.connects()
        await world.settle()

        assert line.of(wire.Ack)[-1].next == anna.phone.made
        assert await on_disk(world, walk) == list(range(366))
        journey = await walk.journey()
        assert journey.seen
        assert journey.seen.along_m
        assert abs(journey.seen.along_m - walk.along_m) < 20
        assert (journey.link.state, journey.progress) == (LinkState.LIVE, Progress.ON_ROUTE)
        assert journey.incident
        assert raised
        assert (journey.incident.id, journey.incident.level) == (raised.id, raised.level)


async def test_a_lift_without_a_signal_alarms_nobody() -> None:
    """Two minutes in the dark: the link goes stale and live again, and nothing is sent to anybody."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(walk, minutes=1)

        await anna.phone.goes_dark()
        await anna.walks(walk, minutes=2)
        assert (await walk.journey()).link.state is LinkState.STALE
        await anna.phone.connects()
        await anna.walks(walk, minutes=1)

        assert (await walk.journey()).link.state is LinkState.LIVE


async def test_a_resumed_socket_leaves_no_gap_and_no_double() -> None:
    """The line drops again and again, with fixes in flight that were never acknowledged: each is on disk once."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)

        for seconds in (10, 30, 50, 20, 40):
            await anna.walks(walk, minutes=seconds / 60)
            await anna.phone.goes_dark()
            await anna.walks(walk, minutes=seconds / 120)
            await anna.phone.connects()
        await anna.walks(walk, minutes=1)

        assert await on_disk(world, walk) == list(range(anna.phone.made))


async def test_a_frame_from_beyond_makes_the_phone_rewind() -> None:
    """The phone believes something was acknowledged that is not on disk: it is told where to begin, nothing is stored."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(walk, minutes=1)
        line = anna.phone.socket

        await line.say(anna.phone.frame(50, (world.clock.now(), *walk.place, 8.0)))

        assert line.of(wire.Ack)[-1] == wire.Ack(buffer="store-1", next=6)
        assert await on_disk(world, walk) == list(range(6))


async def test_a_new_store_in_the_phone_starts_where_it_says() -> None:
    """She reinstalls the app: its numbers begin at 0 again under another name, and nothing is taken for a repetition."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(walk, minutes=2)

        anna.phone.reinstalls("store-2")
        await anna.phone.connects()
        await anna.walks(walk, minutes=1)

        assert await on_disk(world, walk) == [*range(12), *range(6)]


async def test_a_newer_socket_takes_over() -> None:
    """She opens the app anew while the old socket hangs: the old one is told so and hung up on, and what it still sends
    is not stored."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        old = anna.phone.socket
        await anna.walks(walk, minutes=1)

        await anna.phone.connects()
        await old.say(anna.phone.frame(6, (world.clock.now(), *walk.place, 8.0)))

        assert old.of(wire.TakenOver)
        assert old.closed_with == 4409
        assert await on_disk(world, walk) == list(range(6))

        await anna.walks(walk, minutes=1)

        assert await on_disk(world, walk) == list(range(12))
