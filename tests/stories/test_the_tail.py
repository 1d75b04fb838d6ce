"""Fifteen minutes more: after every close by PIN her phone streams on, whichever PIN it was."""

import re
from dataclasses import dataclass

import pytest

from service.doors.phones import wire
from service.journey.model import Journey, JourneyState
from tests.stories.test_her_phone_comes_back import LONG_WAY
from tests.world import Traveller, World
from tests.world_people import DURESS_PIN, PIN, Walk

TAIL_MIN = 15


@dataclass
class Tail:
    """What her phone was sent from the close on, what is on disk before and after those fifteen minutes, and by how much
    the newest fix on disk is newer."""

    frames: list[str]
    policies: list[wire.PolicyBody]
    before: Journey
    after: Journey
    moved_s: float


async def streamed(world: World, anna: Traveller, walk: Walk, pin: str, *, drops: bool) -> Tail:
    """She is made to end it, or ends it, and her phone does what it is asked: it goes on for a quarter of an hour."""
    line = anna.phone.socket
    assert (await anna.keys_pin(pin)).code == "closed"
    before, since = await walk.kept(), len(line.raw)
    policies = [line.of(wire.Policy)[-1].policy]
    if drops:
        await anna.walks(walk, minutes=2)
        await anna.phone.goes_dark()
        await anna.walks(walk, minutes=2)
        back = await anna.phone.connects()
        policies.append(back.of(wire.Welcome)[-1].policy)
        await anna.walks(walk, minutes=TAIL_MIN - 4)
        raw = [*line.raw[since:], *back.raw]
    else:
        await anna.walks(walk, minutes=TAIL_MIN)
        raw = line.raw[since:]
    kept = await walk.kept()
    frames = [_plain(anna, before.journey, text) for text in raw]
    return Tail(frames, policies, before.journey, kept.journey, kept.fixes[-1].at - before.fixes[-1].at)


def _plain(anna: Traveller, journey: Journey, text: str) -> str:
    """Without what is drawn at random for every account and journey."""
    for mine, word in ((anna.id, "anna"), (journey.plan.reference, "K742"), (anna.contacts[0].id, "beth")):
        text = text.replace(mine, word)
    return re.sub(r"/c/[\w-]+", "/c/link", text)


@pytest.mark.parametrize("drops", [False, True])
async def test_every_frame_of_it_is_the_same_and_only_one_of_them_is_kept(drops: bool) -> None:
    """Asked alike, acknowledged alike, on one socket or two. After the true PIN nothing of it is kept; after the duress PIN
    it is where those who look for her see her go."""
    tails: dict[str, Tail] = {}
    for pin in (PIN, DURESS_PIN):
        async with World() as world:
            beth = world.contact("Beth")
            anna = await world.traveller("Anna", contacts=[beth])
            walk = await anna.sets_off(LONG_WAY, plan_min=90)
            await anna.walks(walk, minutes=5)
            tails[pin] = await streamed(world, anna, walk, pin, drops=drops)
            told = [s for s in beth.phone.reached if "FORCED" in s.message.text]
            assert bool(told) is (pin == DURESS_PIN)
            world.expect_everything()
    true, forced = tails[PIN], tails[DURESS_PIN]

    assert forced.frames == true.frames
    assert [text for text in true.frames if '"type":"ack"' in text]
    assert forced.policies == true.policies
    assert true.after == true.before
    assert true.moved_s == 0
    assert forced.after.state is JourneyState.ACTIVE
    assert forced.after.seen is not None
    assert forced.before.seen is not None
    assert forced.after.seen.at - forced.before.seen.at == forced.moved_s == TAIL_MIN * 60


async def test_the_phone_is_told_until_when() -> None:
    """A quarter of an hour after the close, on the socket she ended it on and on every later one; a journey that her phone
    closed at her door asks for nothing more."""
    async with World() as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Beth")])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(walk, minutes=2)
        await anna.keys_pin(PIN)
        until = world.clock.now() + TAIL_MIN * 60

        assert anna.phone.socket.of(wire.Policy)[-1].policy.until == pytest.approx(until, abs=1)
        await anna.phone.goes_dark()
        assert (await anna.phone.connects()).of(wire.Welcome)[-1].policy.until == pytest.approx(until, abs=1)

        again = await anna.sets_off(plan_min=40)
        assert anna.phone.socket.of(wire.Policy)[-1].policy.until is None
        await anna.walks_home(again)
        await anna.stands(again, minutes=4)
        assert (await again.journey()).state is JourneyState.CLOSED
        assert anna.phone.socket.of(wire.Policy)[-1].policy.until is None


async def test_an_sos_in_it_is_heard_like_any_other() -> None:
    """She has just ended it, and cries for help: the same journey, and from here her phone's fixes are kept again."""
    async with World() as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(LONG_WAY, plan_min=90)
        await anna.walks(walk, minutes=2)
        await anna.keys_pin(PIN)
        await anna.walks(walk, minutes=2)
        seen = (await walk.journey()).seen
        await anna.presses_sos()
        await world.pass_time(seconds=10)
        await anna.walks(walk, minutes=1)

        beth.phone.expect_text("SOS from Anna")
        journey = await walk.journey()
        assert seen is not None
        assert journey.seen is not None
        assert journey.seen.at > seen.at + 60
        world.expect_everything()
