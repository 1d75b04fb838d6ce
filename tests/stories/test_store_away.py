"""The store does not answer, or answers and nobody hears it."""

import asyncio

from service.doors.health import checked
from service.doors.phones import wire
from service.journey.turn import Answer
from tests.doubles.clock import HandClock
from tests.doubles.network import FarStore
from tests.stories.test_her_phone_comes_back import LONG_WAY, on_disk
from tests.world import World
from tests.world_people import DURESS_PIN


async def test_while_the_store_is_away_nothing_is_acknowledged_and_health_says_so() -> None:
    """Her phone keeps what it measures; when the store is back everything is on disk once, and all goes on."""
    far = FarStore()
    async with World(store=far) as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(LONG_WAY, plan_min=60)
        await anna.walks(walk, minutes=1)
        acked = anna.phone.wanted

        far.away = True
        for _ in range(2):
            world.clock.forward(10)
            walk.along_m += 13.5
            await anna.phone.measures(*walk.place)
        await asyncio.sleep(0.1)
        report = await checked(world.front.house)
        assert anna.phone.wanted == acked
        assert (report["ok"], report["failing"]) == (False, ["store", "commits"])

        far.away = False
        await world.until(lambda: world.front.house.watch.store_ok or None, "the store is back")
        await anna.walks(walk, minutes=1)

        assert (await checked(world.front.house))["ok"]
        assert await on_disk(world, walk) == list(range(14))
        assert anna.phone.wanted >= 12
        world.expect_error("store unavailable")


async def test_an_sos_while_the_store_is_away_is_spoken_first() -> None:
    """Its commit has not answered when the countdown ends: Beth is told from memory; when the store is back the same
    message is on disk as sent, and not sent again."""
    far = FarStore()
    async with World(store=far) as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(LONG_WAY, plan_min=60)

        far.away = True
        await anna.phone.socket.say(wire.Sos(id="cry"))
        world.clock.forward(6)
        await world.rest()
        assert anna.phone.socket.of(wire.Done) == []
        spoken = [s.is_call for s in world.gateway.sent if s.message.to == beth.number and "/SOS/" in s.message.id]
        assert sorted(spoken) == [False, True]

        far.away = False
        await world.until(lambda: anna.phone.socket.of(wire.Done) or None, "an answer")
        await world.pass_time(seconds=20)

        beth.phone.expect_text("SOS from Anna")
        beth.phone.expect_call()
        assert (await walk.journey()).alarm
        world.expect_error("an SOS is spoken before it is on disk")


async def test_a_duress_pin_while_the_store_is_away_is_spoken_first() -> None:
    """She is made to end it, and it cannot be written down: Beth hears after 3 s, her phone hears nothing yet; when the
    store is back her phone is answered as after the true PIN, and Beth is not told a second time."""
    far = FarStore()
    async with World(store=far) as world:
        beth = world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[beth])
        walk = await anna.sets_off(LONG_WAY, plan_min=60)

        far.away = True
        await anna.phone.socket.say(wire.End(id="forced", pin=DURESS_PIN))

        async with asyncio.timeout(5.0):
            while len([s for s in world.gateway.sent if "/DURESS/" in s.message.id]) < 2:
                await asyncio.sleep(0.005)  # the PIN is checked in a thread of its own
                world.clock.forward(0.1)
        assert sorted(s.is_call for s in world.gateway.sent if "/DURESS/" in s.message.id) == [False, True]
        assert anna.phone.socket.of(wire.Done) == []

        far.away = False
        await world.until(lambda: anna.phone.socket.of(wire.Done) or None, "an answer")
        await world.pass_time(seconds=20)

        [text] = [s for s in world.gateway.sent if "/DURESS/" in s.message.id and not s.is_call]
        assert "FORCED" in text.message.text
        beth.phone.expect_text("FORCED")
        beth.phone.expect_call()
        assert (await walk.journey()).alarm
        world.expect_error("a duress PIN is spoken before it is on disk")


async def test_a_commit_whose_reply_is_lost_is_applied_once() -> None:
    """She extends by five minutes, the store has it and the answer is lost twice: her ETA moves once, and she is told."""
    far = FarStore()
    async with World(store=far) as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)

        far.lose_replies = 2
        answer = await anna.phone.command(wire.Extend, minutes=5)

        journey = await walk.journey()
        assert (answer.code, answer.at) == ("eta_moved", walk.began_at + 28 * 60)
        assert (journey.eta_at, journey.extensions) == (walk.began_at + 28 * 60, 1)


async def test_the_fan_out_of_a_lost_reply_is_one() -> None:
    """The commit that tells her contacts is applied and its reply lost: one text each."""
    far = FarStore()
    async with World(store=far) as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=27.9)
        anna.phone.expect_asked(texts=1, calls=2)

        far.lose_replies = 1
        await world.pass_time(minutes=1)

        for contact in (beth, dad):
            contact.phone.expect_text("NOT arrived")


async def test_somebody_else_commits_between_judging_and_committing() -> None:
    """Two processes judge the same journey at once: the one that loses looks again, and both of her wishes count."""
    clock = HandClock()
    far = FarStore()
    async with World(store=far, clock=clock) as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(plan_min=20)
        other = await world.comes_up()
        answers: list[Answer] = []

        async def overtaken(_units: object) -> None:
            far.before_commit = None
            answers.append(await anna.extends(walk, 4, at=other))

        far.before_commit = overtaken
        answers.append(await anna.extends(walk, 3, at=world.front))

        assert [a.code for a in answers] == ["eta_moved", "eta_moved"]
        journey = await walk.journey()
        assert (journey.eta_at, journey.extensions) == (walk.began_at + 30 * 60, 2)
        assert world.front.house.watch.lost == 1
