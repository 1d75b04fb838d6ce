"""A real Valkey server, and what is left of an evening when it is killed or its answers get lost."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

from service.clock import SystemClock
from service.doors.phones import wire
from service.embedded import EmbeddedStore
from service.store import Unit
from service.valkey_store import ValkeyStore
from tests.doubles.clock import HandClock
from tests.doubles.lossy_proxy import Fault, LossyProxy
from tests.doubles.network import FarStore
from tests.stories.test_her_phone_comes_back import LONG_WAY, on_disk
from tests.world import World


async def test_killed_between_judging_and_committing(tmp_path: Path) -> None:
    """kill −9 of the store after the watchman has judged that she is overdue and before the commit: the server is
    started again, every acknowledged fix is there, and Beth and Dad get one text each."""
    async with EmbeddedStore(tmp_path, SystemClock(), note=lambda _: None) as embedded:
        far = FarStore(ValkeyStore(embedded.url))

        async def die(_units: Sequence[Unit]) -> None:
            far.before_commit = None
            os.kill(embedded.pid, signal.SIGKILL)

        async with World(store=far) as world:
            beth, dad = world.contact("Beth"), world.contact("Dad")
            anna = await world.traveller("Anna", contacts=[beth, dad])
            walk = await anna.sets_off(LONG_WAY, plan_min=5)
            await anna.walks(walk, minutes=0.5)
            acked = anna.phone.wanted
            await world.pass_time(minutes=12.45)
            anna.phone.expect_asked(texts=1, calls=2)

            far.before_commit = die
            await world.pass_time(seconds=10)

            assert embedded.starts_again == 1
            assert acked == 3
            assert (await on_disk(world, walk))[:acked] == [0, 1, 2]
            for contact in (beth, dad):
                contact.phone.expect_text("NOT arrived")


async def test_the_reply_of_a_real_store_is_lost(valkey_url: str) -> None:
    """A wire that swallows the answer to a script: the frame is on disk once, is acknowledged, and nothing is judged
    twice."""
    async with LossyProxy(valkey_url) as proxy, World(store=ValkeyStore(proxy.url)) as world:
        anna = await world.traveller("Anna", contacts=[world.contact("Dad")])
        walk = await anna.sets_off(LONG_WAY, plan_min=30)
        await anna.walks(walk, minutes=0.5)

        proxy.fault = Fault.REPLY_LOST
        answer = await anna.phone.command(wire.Extend, minutes=5)
        await anna.walks(walk, minutes=0.5)

        assert answer.code == "eta_moved"
        journey = await walk.journey()
        assert (journey.extensions, journey.moved_s) == (1, 300)
        assert await on_disk(world, walk) == list(range(6))


async def test_an_evening_on_a_real_store(valkey_url: str) -> None:
    """Two processes on one server: overdue, one text, 42 by the other process, her PIN, the all-clear."""
    async with World(store=ValkeyStore(valkey_url), clock=HandClock()) as world:
        dad = world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[dad])
        await world.comes_up()
        walk = await anna.sets_off(plan_min=5)
        await world.pass_time(minutes=14)
        anna.phone.expect_asked(texts=1, calls=2)
        dad.phone.expect_text("NOT arrived")

        world.processes.reverse()
        await dad.phone.texts((await walk.journey()).plan.code)
        await anna.keys_pin()
        await world.pass_time(seconds=5)

        dad.phone.expect_text("Thank you")
        dad.phone.expect_text("is closed: her PIN was given")
