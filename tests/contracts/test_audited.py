"""What every store tells an auditor, who asks once a minute and may cost next to nothing."""

from service.store import Put, Send, Store

from .units import BETH, EMMA, WALK, claimed, unit


async def test_an_empty_store_overlooks_nothing(store: Store) -> None:
    """Zeroes, and no instants."""
    nothing = await store.overlooked(1e12)
    assert (nothing.wakes, nothing.oldest_wake_at) == (0, None)
    assert (nothing.notices, nothing.oldest_notice_at, nothing.outbox) == ((0, 0, 0), (None, None, None), (0, 0, 0))


async def test_wakes_that_nobody_took_are_counted_over_all_partitions(store: Store) -> None:
    """Those due by the instant asked for, and since when the oldest is."""
    wakes = {"anna-1": 30.5, "beth-1": 20.0, "emma-1": 10.25, "dad-1": 99.0}
    await store.commit([unit(Put(key, 0, b""), wakes=((key, at),)) for key, at in wakes.items()])
    seen = await store.overlooked(30.5)
    assert (seen.wakes, seen.oldest_wake_at) == (3, 10.25)
    assert (await store.overlooked(10.0)).oldest_wake_at is None


async def test_notices_are_counted_by_urgency_in_every_lane(store: Store) -> None:
    """What waits visibly, apart from what is claimed or is for later; all of it is in the outbox."""
    sends = [
        ("sos", WALK, 5.0, 0, 0),
        ("call", WALK, 4.0, 0, 1),
        ("first", EMMA, 7.0, 1, 0),
        ("late", BETH, 90.0, 2, 3),
    ]
    for name, key, at, urgency, lane in sends:
        await store.commit([unit(Put(f"{key}-{name}", 0, b""), sends=(Send(name, at, urgency, b"x", lane),))])
    seen = await store.overlooked(10.0)
    assert (seen.notices, seen.oldest_notice_at, seen.outbox) == ((2, 1, 0), (4.0, 7.0, None), (2, 1, 1))

    assert len(await claimed(store, 10.0, 9)) == 3
    assert (await store.overlooked(10.0)).notices == (0, 0, 0)
    assert (await store.overlooked(71.0)).notices == (2, 1, 0)  # whoever claimed them died
    assert (await store.overlooked(71.0)).outbox == (2, 1, 1)


async def test_a_wake_is_shown_as_it_was_written(store: Store) -> None:
    """To the last digit, in the order asked for; nowhere is None."""
    await store.commit([unit(Put(WALK, 0, b""), wakes=((WALK, 1_795_300_000.1234567),)), unit(Put(EMMA, 0, b""))])
    assert await store.wakes([EMMA, WALK, "nobody"]) == [None, 1_795_300_000.1234567, None]
    assert await store.wakes([]) == []


async def test_a_walk_over_the_rows_comes_past_every_one(store: Store) -> None:
    """In pieces, whatever their number; rows that come and go meanwhile harm nothing."""
    keys = {f"{who}-{n}" for who in ("anna", "beth", "emma", "dad") for n in range(200)}
    for key in sorted(keys):
        await store.commit([unit(Put(key, 0, b""))])
    met: set[str] = set()
    found, cursor = await store.walk("", 50)
    while cursor:
        met.update(found)
        if "passer-by" not in met:
            await store.commit([unit(Put("passer-by", 0, b""))])
            await store.commit([unit(Put("passer-by", 1, None))])
        found, cursor = await store.walk(cursor, 50)
    assert keys <= met | set(found)
