"""A phone that says something we cannot read: nothing else is harmed and the connection stays."""

import pytest

from service.doors.phones import wire
from tests.stories.test_her_phone_comes_back import LONG_WAY, on_disk
from tests.world import World


async def test_one_bad_fix_is_named_and_the_others_are_kept() -> None:
    """The second of three has a latitude in words: it counts as consumed, the other two are on disk."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        now, (lat, lon) = world.clock.now(), walk.place
        good = f"[{now}, {lat}, {lon}, 8.0]"
        fixes = f'[{good}, [{now}, "north", {lon}, 8.0], {good}]'

        await anna.phone.socket.say(
            f'{{"type": "fixes", "buffer": "store-1", "seq": 0, "sent": {now}, "fixes": {fixes}}}'
        )

        [error] = anna.phone.socket.of(wire.Error)
        assert (error.code, error.field) == ("bad_fix", "fixes[1][1]")
        assert anna.phone.socket.of(wire.Ack)[-1].next == 3
        assert await on_disk(world, walk) == [0, 2]
        assert world.front.house.vitals.dead_letters == 1


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("this is not JSON", ""),
        ('{"type": "fixes"', ""),
        ("[]", ""),
        ('{"type": "dance"}', "type"),
        ('{"type": "end"}', "id"),
        ('{"type": "extend", "id": "c1", "minutes": "ten"}', "minutes"),
        ('{"type": "fixes", "buffer": "store-1", "seq": "one", "sent": 1, "fixes": []}', "seq"),
        ('{"type": "fixes", "buffer": "store-1", "seq": 0, "sent": 1, "fixes": []}', "fixes"),
    ],
)
async def test_an_unreadable_frame_is_an_error_that_names_the_field(text: str, field: str) -> None:
    """Her next fix is taken on the same connection."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)

        await anna.phone.socket.say(text)
        await anna.walks(walk, minutes=0.5)

        [error] = anna.phone.socket.of(wire.Error)
        assert (error.code, error.field) == ("unreadable", field)
        assert anna.phone.socket.closed_with is None
        assert await on_disk(world, walk) == [0, 1, 2]


async def test_a_token_that_opens_nothing_is_hung_up_on() -> None:
    """Unknown, and hers with one letter changed: the same answer."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        lines = []
        for token in ("", "nobody", anna.phone.token[:-1] + "!"):
            anna.phone.token = token
            lines.append(await anna.phone.connects())
            await anna.phone.goes_dark()

        assert [(line.raw, line.closed_with) for line in lines] == [([], 4401)] * 3


async def test_whoever_does_not_say_hello_first_is_hung_up_on() -> None:
    """Nothing is done before we know whose phone it is."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.phone.goes_dark()

        line = anna.phone.dials()
        await line.say(wire.Sos(id="c1"))

        assert line.of(wire.Error)[0].code == "hello_first"
        assert line.closed_with == 4400
        assert (await walk.journey()).sos is None
