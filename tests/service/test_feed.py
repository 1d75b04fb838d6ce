"""One reader of the feed for the whole process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.feed import Feed
from service.journey.events import Event, Nudged
from service.memory_store import MemoryStore
from service.rows import Covered, PinTaken, event_bytes
from service.store import Put, Unit
from tests.doubles.network import FarStore

NUDGED = Nudged(at=1.0, eta_at=2.0)
Heard = list[tuple[str, int, Event]]


async def happens(store: MemoryStore, *, version: int = 0, event: bytes = event_bytes("anna-1", NUDGED)) -> None:
    assert await store.commit([Unit(f"c{version}", (Put("anna-1", version, b"row"),), events=(event,))]) == [True]


@asynccontextmanager
async def following(feed: Feed) -> AsyncIterator[None]:
    running = asyncio.create_task(feed.run())
    await feed.following()
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_every_listener_hears_what_was_committed() -> None:
    """The key, the version after it, and the event; nothing from before the feed was followed."""
    store, heard = MemoryStore(), Heard()
    await happens(store)
    feed = Feed(store)
    feed.listen(lambda *what: heard.append(what))
    async with following(feed):
        await happens(store, version=1)
        await turns()

    assert heard == [("anna-1", 2, NUDGED)]


async def test_what_is_of_the_log_alone_is_heard_by_nobody() -> None:
    """Which story is told to whom is the business of those who read the log."""
    store, heard = MemoryStore(), Heard()
    feed = Feed(store)
    feed.listen(lambda *what: heard.append(what))
    async with following(feed):
        await happens(store, event=event_bytes("anna-1", Covered(at=1.0, hides=1)))
        await happens(store, version=1, event=event_bytes("anna-1", PinTaken(at=1.0)))
        await happens(store, version=2)
        await turns()

    assert heard == [("anna-1", 3, NUDGED)]


async def test_who_stopped_listening_hears_nothing_and_is_let_go() -> None:
    """Neither events nor gaps: a phone that went away leaves nothing behind in the feed."""
    store, heard, gaps = MemoryStore(feed_length=1), Heard(), list[int]()
    feed = Feed(store)
    stop = feed.listen(lambda *what: heard.append(what), on_gap=lambda: gaps.append(1))
    async with following(feed):
        stop()
        stop()
        for version in range(4):
            await happens(store, version=version)
        await turns()

    assert (heard, gaps) == ([], [1])


async def test_a_phone_hears_of_its_own_traveller_alone() -> None:
    """Also after another phone of hers has hung up, and once more for good measure."""
    store, hers, others = MemoryStore(), Heard(), Heard()
    feed = Feed(store)
    stop = feed.listen(lambda *what: hers.append(what), owner="anna")
    stop()
    feed.listen(lambda *what: hers.append(what), owner="anna")
    feed.listen(lambda *what: others.append(what), owner="emma")
    stop()
    async with following(feed):
        await happens(store)
        await turns()

    assert (hers, others) == ([("anna-1", 1, NUDGED)], [])


async def test_a_gap_tells_readers_to_look_anew_and_goes_on() -> None:
    """What was trimmed is not invented; what is still there is read."""
    store, heard, gaps = MemoryStore(feed_length=2), Heard(), list[int]()
    feed = Feed(store)
    feed.listen(lambda *what: heard.append(what), on_gap=lambda: gaps.append(1))
    async with following(feed):
        for version in range(5):
            await happens(store, version=version)
        await turns()

    assert [version for _, version, _ in heard] == [4, 5]
    assert len(gaps) == 2


async def test_an_event_of_a_newer_process_is_passed_over() -> None:
    """We do not know it; the ones after it are heard."""
    store, heard = MemoryStore(), Heard()
    feed = Feed(store)
    feed.listen(lambda *what: heard.append(what))
    async with following(feed):
        await happens(store, event=b"\x92\xa6anna-1\x81\xa5event\xa5Danced")
        await happens(store, version=1)
        await turns()

    assert [version for _, version, _ in heard] == [2]


async def test_a_store_that_was_away_is_followed_again() -> None:
    """Then readers look at everything anew, because nobody knows what they missed."""
    near, gaps = MemoryStore(), list[int]()
    far = FarStore(near)
    feed = Feed(far)
    feed.listen(lambda *_: None, on_gap=lambda: gaps.append(1))
    async with following(feed):
        far.away = True
        await happens(near)
        await turns()
        far.away = False
        async with asyncio.timeout(2):
            while len(gaps) < 2:  # noqa: ASYNC110 (the reader pauses for real)
                await asyncio.sleep(0.01)
