"""The process that sends is killed at every single moment at which that can make a difference.

For every touch of the store and of the provider, once before it had its effect and once after: another process takes
over, and everybody who was promised a text has it, twice at most, and nothing is left lying about.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from alerts.contact import Channel
from service.outspoken import LEDGER, Ledger
from tests.doubles.gateway import opted_out, refused, reply_lost
from tests.doubles.mortal import Death, Mortal
from tests.world import World
from tests.world_process import Process, a_house

Scene = Callable[[World, list[str]], None]


def plain(_world: World, _numbers: list[str]) -> None:
    """The provider takes everything."""


def replies_are_lost(world: World, numbers: list[str]) -> None:
    """It takes the first text to each, and its answer never comes back."""
    for number in numbers:
        world.gateway.script(number, reply_lost())


def one_number_is_gone(world: World, numbers: list[str]) -> None:
    """Dad's number does not exist any more: he is rung instead."""
    world.gateway.always(numbers[0], refused())


def one_has_sent_stop(world: World, numbers: list[str]) -> None:
    """Dad has texted STOP, and only the provider knows."""
    world.gateway.always(numbers[0], opted_out())


SCENES: list[Scene] = [plain, replies_are_lost, one_number_is_gone, one_has_sent_stop]


@asynccontextmanager
async def overdue(scene: Scene) -> AsyncIterator[tuple[World, list[str]]]:
    """Anna is overdue this second; the notices for Dad and Beth are on disk, and nobody has sent them yet."""
    async with World() as world:
        dad, beth = world.contact("Dad"), world.contact("Beth")
        anna = await world.traveller("Anna", contacts=[dad, beth])
        await anna.sets_off(plan_min=20)
        await world.pass_time(minutes=27.9)
        numbers = [str(dad.number), str(beth.number)]
        scene(world, numbers)
        world.expect_everything()
        world.clock.forward(6)
        await world.front.watchman.one_round()
        yield world, numbers
        world.expect_everything()


async def sends_until(world: World, death: Death) -> None:
    """Another process of the service sends, and dies."""
    house = a_house(Mortal(world.store, death), world.clock, Mortal(world.gateway, death))
    process = Process(house, Ledger(world._folder / LEDGER))
    sending = asyncio.create_task(process.dispatcher.one_round())
    while not sending.done() and not death.came:
        await world.rest()
    sending.cancel()
    [ended] = await asyncio.gather(sending, return_exceptions=True)
    assert death.came or isinstance(ended, int), ended
    await process.dies()


class AtItsFirstRequest(Death):
    """Right after the provider took it."""

    async def touch(self, name: str, call: Any) -> Any:
        if name == "send" and not self.came:
            self.at = len(self.touches) + 1
        return await super().touch(name, call)


async def after(scene: Scene, death: Death) -> tuple[Counter[Any], list[str], set[str], list[Any]]:
    """How often each message was taken; the numbers that were promised one; those that got one; what was left over."""
    async with overdue(scene) as (world, numbers):
        before = len(world.gateway.sent)
        await sends_until(world, death)
        await world.pass_time(minutes=2.6)
        sent = world.gateway.sent[before:]
        alerts = [s for s in sent if "NOT arrived" in s.message.text or "has not arrived" in s.message.text]
        left = await world.store.outbox()
    return Counter(s.message.id for s in alerts), numbers, {str(s.message.to) for s in alerts}, left


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_nobody_is_missed_and_nobody_is_told_more_than_twice(scene: Scene, moment: str) -> None:
    """Generated: as many kills as the round has touches; the last run is the one that survives them all."""
    for at in range(1, 200):
        death = Death(at, after=moment == "after")
        times, promised, told, left = await after(scene, death)
        where = f"killed {moment} touch {at}, {death.touches[at - 1] if death.came else 'not at all'}"
        assert told == set(promised), where
        assert max(times.values()) <= (2 if death.came else 1), where
        assert left == [], where
        if not death.came:
            break
    assert at > 8
    assert {"waiting", "claim", "load", "send"} <= set(death.touches)


async def test_a_kill_between_the_provider_and_the_disk_is_the_one_that_may_cost_a_duplicate() -> None:
    """Its list does not have the text yet when it is asked: Dad reads it twice, under one key."""
    async with overdue(plain) as (world, numbers):
        before = len(world.gateway.sent)
        world.gateway.finds = False
        await sends_until(world, AtItsFirstRequest(0, after=True))
        world.gateway.lose_receipts()
        await world.pass_time(minutes=2.6)
        times = Counter(s.message.id for s in world.gateway.sent[before:] if s.message.channel is Channel.SMS)
    assert sorted(times.values()) in ([1, 2], [2, 2])
    assert len(times) == len(numbers)
