"""What the store in memory has to itself; what it shares with the others is in contracts."""

import asyncio
from dataclasses import dataclass

from service.clock import SystemClock
from service.memory_store import MemoryStore
from service.store import Put, Unit


@dataclass
class SetClock:
    """A clock that stands where it is put."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        await asyncio.sleep(0)


async def test_leases_run_out_by_its_own_clock() -> None:
    """A simulated night needs no real one: a lease ends when the story's clock says so."""
    clock = SetClock()
    store = MemoryStore(clock=clock)
    assert await store.lease("watchman", "one", 30.0)
    clock.at += 29.9
    assert not await store.lease("watchman", "two", 30.0)
    clock.at += 0.1
    assert await store.lease("watchman", "two", 30.0)
    assert await store.server_time() == clock.at


async def test_wakes_moved_again_and_again() -> None:
    """Moving a wake leaves nothing behind: the index answers with every journey once, at its last wake."""
    store = MemoryStore(clock=SystemClock())
    for version in range(5):
        await store.commit(
            [
                Unit(f"{version}:{n}", (Put(f"p{n}", version, b""),), wakes=((f"p{n}", float(n + version)),))
                for n in range(2_000)
            ]
        )
    due = await store.due(3_000.0, 5_000)
    assert due == [(f"p{n}", float(n + 4)) for n in range(2_000)]


async def test_a_wake_that_returns_to_an_old_instant_is_there_once() -> None:
    """A journey moved later and back again is due once."""
    store = MemoryStore()
    for version, wake_at in enumerate((5.0, 9.0, 5.0)):
        await store.commit([Unit(f"c:{version}", (Put("anna", version, b""),), wakes=(("anna", wake_at),))])
    assert await store.due(9.0, 9) == [("anna", 5.0)]
    assert await store.due(9.0, 9) == [("anna", 5.0)]


async def test_each_store_is_a_generation() -> None:
    """A new store knows nothing of the last one and says so."""
    assert MemoryStore().generation != MemoryStore().generation
