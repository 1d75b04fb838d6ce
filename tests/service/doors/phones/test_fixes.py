"""Fixes of one phone; what they mean for her is in tests/stories."""

import msgspec

from service.doors.phones import wire
from service.journey.model import Cause
from service.people import setting_off
from service.people.wishes import Wish
from tests.stories.test_her_phone_comes_back import LONG_WAY
from tests.world import World
from tests.world_people import DURESS_PIN, HOMEWARD, Walk


async def test_acknowledgements_come_late_on_purpose() -> None:
    """After three fixes or thirty seconds, at once when she asks."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        line = anna.phone.socket

        await anna.walks(walk, minutes=2 / 6)
        assert line.of(wire.Ack) == []
        await anna.walks(walk, minutes=1 / 6)
        assert [ack.next for ack in line.of(wire.Ack)] == [3]
        await anna.walks(walk, minutes=1 / 6)
        await world.pass_time(seconds=31)
        assert [ack.next for ack in line.of(wire.Ack)] == [3, 4]
        await line.say(anna.phone.frame(4, (world.clock.now(), *walk.place, 8.0)))
        assert [ack.next for ack in line.of(wire.Ack)] == [3, 4, 5]


async def test_both_clocks_of_her_phone_are_heard() -> None:
    """How long it is up tells a frame that was late from a clock that was set."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        line, sent = await anna.phone.connects(), anna.phone.frame(0, (world.clock.now(), *walk.place, 8.0))

        await line.say(msgspec.structs.replace(sent, up=90.0))
        await world.settle()

        assert (await walk.kept()).phone.up_s == 90.0


async def test_without_a_journey_fixes_are_acknowledged_and_forgotten() -> None:
    """Nobody asked us to watch; the phone need not keep them."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        line = await anna.phone.connects()

        await line.say(anna.phone.frame(0, (world.clock.now(), 51.4, 0.5, 8.0)))

        assert [ack.next for ack in line.of(wire.Ack)] == [1]
        assert (await anna.keys_pin()).code == "no_journey"


async def test_where_she_is_made_to_go_next_is_where_those_who_look_for_her_look() -> None:
    """Forced to end her journey and to begin another: her phone streams for the second one, and the alarm behind it
    has her place all the same. Her phone hears of one journey alone."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        first = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(first, minutes=3)
        house, wish = world.front.house, Wish(route=HOMEWARD, minutes=30.0)
        kept = await setting_off.replace_with(house, await anna.account(), wish, pin=DURESS_PIN, door="her phone")
        second = Walk(world, kept.journey.id, HOMEWARD, world.clock.now())
        await world.settle()
        await anna.walks(second, minutes=2)

        real, shown = await first.journey(), await second.journey()
        assert real.alarm is not None
        assert real.alarm.cause is Cause.DURESS
        assert real.seen is not None
        assert shown.seen is not None
        assert (real.seen.at, real.seen.lat, real.seen.lon) == (shown.seen.at, shown.seen.lat, shown.seen.lon)
        assert {frame.journey["id"] for frame in anna.phone.socket.of(wire.JourneyFrame)[-1:] if frame.journey} == {
            second.key
        }
        assert (await second.kept()).phone.buffer == "store-1"
        world.expect_everything()
