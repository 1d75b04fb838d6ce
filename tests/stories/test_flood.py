"""A phone that sends far too much."""

from service.doors.phones import wire
from tests.stories.test_her_phone_comes_back import LONG_WAY
from tests.world import Traveller, World
from tests.world_people import Walk


async def flood(anna: Traveller, walk: Walk, seconds: float, frames_a_second: int) -> None:
    """Frames by the dozen, each with one fix, while time passes; what the phone is answered does not interest it."""
    line, world = anna.phone.socket, anna.world
    for _ in range(round(seconds * 2)):
        for _ in range(frames_a_second // 2):
            seq, anna.phone.made = anna.phone.made, anna.phone.made + 1
            frame = anna.phone.frame(seq, (world.clock.now(), *walk.place, 8.0))
            await line.conversation.received(wire.write_phone(frame))
        await world.pass_time(seconds=0.5)


async def test_a_flood_of_fixes_across_a_deadline_does_not_delay_the_text() -> None:
    """Sixty frames a second from ten seconds before the end of her grace to ten after: Dad's text goes on the dot."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(LONG_WAY, plan_min=20)
        await world.pass_time(minutes=27, seconds=50)
        anna.phone.expect_asked(texts=1, calls=2)

        await flood(anna, walk, 20, frames_a_second=60)

        assert dad.phone.expect_text("NOT arrived").at == walk.began_at + 28 * 60


async def test_a_flood_is_slowed_and_an_sos_inside_it_is_heard() -> None:
    """She is told to slow down, frames over the limit are dropped unacknowledged, and her cry is answered at once."""
    async with World() as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        walk = await anna.sets_off(LONG_WAY, plan_min=20)
        await flood(anna, walk, 5, frames_a_second=100)
        assert [e.code for e in anna.phone.socket.of(wire.Error) if e.code == "slow_down"]

        answer = await anna.presses_sos()
        await flood(anna, walk, 8, frames_a_second=100)

        assert answer.code == "counting"
        dad.phone.expect_text("SOS from Anna")
        dad.phone.expect_call()


async def test_whoever_never_stops_is_hung_up_on() -> None:
    """A thousand frames over the limit, and the socket is closed with a code that says why."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        await anna.sets_off(LONG_WAY, plan_min=20)
        line = anna.phone.socket

        for n in range(1200):
            await line.conversation.received(wire.write_phone(wire.Ping(n=n)))
        await world.rest()

        assert line.closed_with == 4429
        assert len(line.of(wire.Pong)) < 120
