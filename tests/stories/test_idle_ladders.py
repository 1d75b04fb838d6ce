"""Nothing polls a journey: open ladders that wait cost the sweep's own questions, however many there are."""

import asyncio
from collections import Counter
from pathlib import Path

from service.journey.advance import next_wake
from service.memory_store import MemoryStore
from service.outspoken import LEDGER, Ledger
from service.rows import Kept, encoded
from service.store import Put, Unit
from tests.builders import L2, at, overdue
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway
from tests.doubles.mortal import Death, Mortal
from tests.world_process import Process, a_house

LADDERS, AT_ONCE = 100_000, 1_000


async def test_a_hundred_thousand_ladders_that_wait_cost_no_more_than_none(tmp_path: Path) -> None:
    """Beth and Dad were told and nobody has answered: the next rung is minutes away. Ten rounds ask the store as
    often with a hundred thousand of them as with none, loads no row, and nobody has a task for each; when the rung is
    due, the sweep finds them."""
    journey = overdue().to(L2 + 0.5).journey
    wake_at = next_wake(journey)
    assert wake_at is not None
    store, clock, asked = MemoryStore(), HandClock(at(L2 + 0.5)), Death(0, after=True)
    house = a_house(Mortal(store, asked), clock, RecordingGateway(clock.now))
    process = Process(house, Ledger(tmp_path / LEDGER))

    async def rounds() -> tuple[Counter[str], int]:
        """What is asked for in ten of them, five seconds each, and how many tasks there are."""
        before = len(asked.touches)
        for _ in range(10):
            clock.forward(5.0)
            assert await process.round() == 0
        return Counter(asked.touches[before:]), len(asyncio.all_tasks())

    await process.round()
    empty = await rounds()
    row = encoded(Kept(journey=journey))
    later_at = wake_at - at(L2 + 0.5) + clock.now()
    for n in range(0, LADDERS, AT_ONCE):
        keys = [f"t{one}-1" for one in range(n, n + AT_ONCE)]
        units = [Unit(key, (Put(key, 0, row),), wakes=((key, later_at),)) for key in keys]
        assert all(await store.commit(units))

    assert await rounds() == empty
    assert "load" not in empty[0]
    assert len(await store.due(later_at, LADDERS + 1)) == LADDERS
    await process.dies()
