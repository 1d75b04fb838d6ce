"""What every store promises of its feed."""

import asyncio
from collections.abc import Callable

import pytest

from service.store import FeedEntry, FeedGap, Put, Store, partition_of

from .units import ANNA, WALK, unit, walk


async def test_the_feed_tells_what_was_committed(store: Store) -> None:
    """Each event comes once with its key, the new version of the first row and its place in the unit."""
    beginning = await store.feed_end()
    await store.commit([unit(Put(WALK, 0, b""), events=(b"started",))])
    await store.commit([unit(Put(WALK, 1, b""), Put(ANNA, 0, b""), events=(b"stalled", b"asked"))])
    entries = await store.feed(beginning, 0)
    assert [(entry.key, entry.version, entry.n, entry.event) for entry in entries] == [
        (WALK, 1, 0, b"started"),
        (WALK, 2, 0, b"stalled"),
        (WALK, 2, 1, b"asked"),
    ]
    assert {entry.partition for entry in entries} == {partition_of(ANNA)}


def moved(cursors: list[str], entries: list[FeedEntry]) -> list[str]:
    return [next((e.cursor for e in reversed(entries) if e.partition == p), c) for p, c in enumerate(cursors)]


async def test_a_cursor_is_where_a_reader_goes_on(store: Store) -> None:
    """Going on from the last cursor gives the rest, nothing twice and nothing left out."""
    cursors = await store.feed_end()
    people = ("anna", "beth", "dad", "emma")
    seen: list[bytes] = []
    for turn in range(5):
        units = [unit(Put(who, turn, b""), events=(b"%s %d" % (who.encode(), turn),)) for who in people]
        await store.commit(units)
        entries = await store.feed(cursors, 0)
        seen += [entry.event for entry in entries]
        cursors = moved(cursors, entries)
    assert sorted(seen) == sorted(b"%s %d" % (who.encode(), turn) for who in people for turn in range(5))
    assert cursors == await store.feed_end()


async def test_a_reader_waits_for_the_first_entry(store: Store) -> None:
    """A reader at the end is woken by the next commit, and by commits without events it is not."""
    cursors = await store.feed_end()
    reading = asyncio.create_task(store.feed(cursors, 5.0))
    await asyncio.sleep(0.05)
    await walk(store)
    await asyncio.sleep(0.05)
    assert not reading.done()
    await store.commit([unit(Put(WALK, 1, b""), events=(b"seen",))])
    assert [entry.event for entry in await reading] == [b"seen"]


async def test_an_empty_feed_is_no_gap(store: Store) -> None:
    """Nothing was ever said: a reader at the end, or at the beginning, gets nothing and no error."""
    assert await store.feed_begin() == await store.feed_end()
    assert await store.feed(await store.feed_end(), 0.03) == []
    assert await store.feed(await store.feed_begin(), 0) == []


async def test_a_trimmed_feed_is_a_gap(make_store: Callable[[int], Store]) -> None:
    """A reader that slept too long is told so, and from `resume` reads everything that is left."""
    store = make_store(50)
    asleep = await store.feed_end()
    for version in range(400):
        await store.commit([unit(Put(WALK, version, b""), events=(b"%d" % version,))])
    with pytest.raises(FeedGap) as gap:
        await store.feed(asleep, 0)
    assert gap.value.resume == await store.feed_begin()
    left = await store.feed(gap.value.resume, 0)
    assert [entry.event for entry in left] == [b"%d" % n for n in range(400 - len(left), 400)]
    assert 50 <= len(left) < 400
    assert await store.feed(await store.feed_end(), 0) == []


async def test_a_reader_at_the_edge_of_the_trimmed_part_missed_nothing(make_store: Callable[[int], Store]) -> None:
    """Who has read the very last entry that was trimmed goes on without a gap."""
    store = make_store(50)
    for version in range(300):
        await store.commit([unit(Put(WALK, version, b""), events=(b"%d" % version,))])
    edge = await store.feed_begin()
    assert await store.feed(edge, 0)


async def test_a_cursor_ahead_of_the_feed_is_a_gap(store: Store) -> None:
    """After an older copy of the store was put back, a reader from the future must start afresh."""
    await store.commit([unit(Put(WALK, 0, b""), events=(b"1", b"2", b"3"))])
    ahead = [cursor.replace("3", "9") for cursor in await store.feed_end()]
    with pytest.raises(FeedGap) as gap:
        await store.feed(ahead, 0)
    assert len(await store.feed(gap.value.resume, 0)) == 3
