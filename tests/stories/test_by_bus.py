"""Anna walks to the stop, takes the bus and walks home; she says all of it when she sets off."""

from geofence.destination import Destination
from geofence.mode import Mode
from service.doors.phones import wire
from service.journey.model import Cause, CloseReason
from service.people.wished_legs import WishedLeg
from tests.geofence.drawn import place, street
from tests.world import World
from tests.world_pages import Browser

STOP, STATION, DOOR = (600.0, 0.0), (600.0, 4000.0), (600.0, 4400.0)
WHOLE = street((0, 0), STOP, STATION, DOOR)
BY_BUS = (
    WishedLeg(word="the stop", route=street((0, 0), STOP)),
    WishedLeg(mode=Mode.RIDE, word="Strood", end=Destination(*place(*STATION)), minutes=8.0),
    WishedLeg(word="home", route=street(STATION, DOOR)),
)
WALK_MIN, BUS_MPS = 600 / 1.35 / 60, 9.0


async def test_nobody_is_asked_or_told_anything_on_a_way_by_bus() -> None:
    """Boarded where she said, off where she said: her screen follows the legs, and at her door it is over by itself."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(WHOLE, plan_min=40, legs=BY_BUS)
        await anna.walks(walk, minutes=WALK_MIN)
        await anna.stands(walk, minutes=3)
        await anna.walks(walk, minutes=4000 / BUS_MPS / 60, mps=BUS_MPS)
        await anna.stands(walk, minutes=1.5)
        assert (await walk.journey()).leg == 2
        await anna.walks(walk, minutes=400 / 1.35 / 60)
        await anna.stands(walk, minutes=5)

        closed = (await walk.journey()).closed
        assert closed is not None
        assert closed.reason is CloseReason.ARRIVED
        line = anna.phone.line
        assert line is not None
        legs = [frame.journey["leg"] for frame in line.of(wire.JourneyFrame) if frame.journey is not None]
        assert list(dict.fromkeys(legs)) == [0, 1, 2]
        assert line.of(wire.PromptFrame) == []


async def test_a_question_in_the_bus_offers_that_she_is_on_board() -> None:
    """She gets on two stops early: as fast as a vehicle? *Next leg*: asked no more, and nobody hears of it."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(WHOLE, plan_min=40, legs=BY_BUS)
        await anna.walks(walk, minutes=3)
        await anna.walks(walk, minutes=0.7, mps=BUS_MPS)
        line = anna.phone.line
        assert line is not None
        [asked] = line.of(wire.PromptFrame)
        assert (asked.kind, asked.next_leg) == (Cause.VEHICLE.value, "ride")
        assert (await anna.answers("", "next_leg")).done
        await anna.walks(walk, minutes=4, mps=BUS_MPS)
        assert len(line.of(wire.PromptFrame)) == 1
        assert (await walk.journey()).leg == 1


async def test_whom_we_tell_that_she_has_not_arrived_reads_that_she_is_on_the_bus() -> None:
    """Her phone falls silent on the ride: when she is overdue, Dad reads on which part of her way that was, says it to the
    police, and reads no name of a place but the one she chose."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(WHOLE, plan_min=25, legs=BY_BUS)
        await anna.walks(walk, minutes=WALK_MIN)
        await anna.walks(walk, minutes=3, mps=BUS_MPS)
        await anna.phone.dies()
        await world.pass_time(minutes=30)

        page = await Browser(dad.phone.expect_text("NOT arrived")).opens("")
        assert "by bus, train or car, part 2 of 3" in page
        assert "on her way home, by bus, train or car" in page
        assert "Strood" not in page
        world.expect_everything()
