"""What every store promises of rows and units, sentence by sentence of the port."""

import pytest

from service.store import Put, Row, Send, Store, Unit, partition_of_unit

from .units import ANNA, BETH, EMMA, WALK, unit, walk


async def test_rows_come_in_the_order_asked_for(store: Store) -> None:
    """Rows of many partitions come back in the order of their keys, and None where there is none."""
    await store.commit([unit(Put(ANNA, 0, b"a")), unit(Put(EMMA, 0, b"b"))])
    assert await store.load([EMMA, "nobody", ANNA, EMMA]) == [
        Row(EMMA, 1, b"b"),
        None,
        Row(ANNA, 1, b"a"),
        Row(EMMA, 1, b"b"),
    ]
    assert await store.load([]) == []


async def test_values_are_opaque(store: Store) -> None:
    """Whatever bytes the codec writes come back: every byte, nothing at all, and half a megabyte."""
    for n, value in enumerate((bytes(range(256)), b"", b"\x00\xff" * 250_000)):
        await store.commit([unit(Put(f"anna-{n}", 0, value))])
        assert await store.load([f"anna-{n}"]) == [Row(f"anna-{n}", 1, value)]


async def test_versions_start_at_one_and_rise_by_one(store: Store) -> None:
    """Each commit of a row raises its version by one."""
    for version in range(12):
        assert await store.commit([unit(Put(WALK, version, b"%d" % version))]) == [True]
        assert await store.load([WALK]) == [Row(WALK, version + 1, b"%d" % version)]


async def test_a_moved_version_loses_and_changes_nothing(store: Store) -> None:
    """Of two who read the same version the second loses, and nothing of its unit is written."""
    await walk(store)
    before = await store.feed_end()
    late = unit(
        Put(WALK, 0, b"again"),
        Put(ANNA, 0, b"fits"),
        events=(b"e",),
        wakes=((WALK, 5.0),),
        sends=(Send("n", 1.0, 0, b"text"),),
        track=((WALK, b"chunk"),),
    )
    assert await store.commit([late]) == [False]
    assert await store.load([WALK, ANNA]) == [Row(WALK, 1, b"on her way"), None]
    assert (await store.due(9.0, 9), await store.outbox(), await store.track(WALK)) == ([], [], [])
    assert await store.feed_end() == before


@pytest.mark.parametrize("expect", [0, 1, 11, 12])
async def test_only_the_very_version_fits(store: Store, expect: int) -> None:
    """A row of version 2 is not taken for version 0, 1, 11 or 12 however its number is written."""
    await store.commit([unit(Put(WALK, 0, b"a")), unit(Put(WALK, 1, b"b"))])
    assert await store.commit([unit(Put(WALK, expect, b"c"))]) == [False]


async def test_versions_of_a_long_life_stay_exact(store: Store) -> None:
    """Version 10 is not taken for 1, nor 1 for 10."""
    for version in range(10):
        await store.commit([unit(Put(WALK, version, b""))])
    assert await store.commit([unit(Put(WALK, 1, b"x")), unit(Put(WALK, 10, b"y"))]) == [False, True]


async def test_any_put_that_does_not_fit_loses_the_unit(store: Store) -> None:
    """A unit over two rows is written only if both fit."""
    await walk(store)
    assert await store.commit([unit(Put(ANNA, 0, b"account"), Put(WALK, 5, b"x"))]) == [False]
    assert await store.commit([unit(Put(ANNA, 0, b"account"), Put(WALK, 1, b"x"))]) == [True]
    assert await store.load([ANNA, WALK]) == [Row(ANNA, 1, b"account"), Row(WALK, 2, b"x")]


async def test_units_stand_alone(store: Store) -> None:
    """A journey that lost its race keeps no other waiting, in its partition or another."""
    await walk(store)
    units = [unit(Put("anna-2", 0, b"")), unit(Put(WALK, 7, b"")), unit(Put(EMMA, 0, b"")), unit(Put(WALK, 1, b""))]
    assert await store.commit(units) == [True, False, True, True]


async def test_a_later_unit_sees_an_earlier_one(store: Store) -> None:
    """Units of one partition are tried in their order: created, changed, deleted in one call."""
    units = [
        unit(Put(WALK, 0, b"1")),
        unit(Put(WALK, 1, b"2"), wakes=((WALK, 3.0),)),
        unit(Put(WALK, 1, b"loses")),
        unit(Put("anna-2", 0, b"x"), Put(WALK, 2, None)),
        unit(Put(WALK, 3, b"gone")),
    ]
    assert await store.commit(units) == [True, True, False, True, False]
    assert await store.load([WALK, "anna-2"]) == [None, Row("anna-2", 1, b"x")]
    assert await store.due(9.0, 9) == []


async def test_a_repeated_unit_is_won_and_applied_once(store: Store) -> None:
    """Who lost the reply sends the same unit again: it is told True and nothing happens twice."""
    arriving = unit(Put(WALK, 0, b"x"), events=(b"e",), sends=(Send("n", 1.0, 1, b"text"),), track=((WALK, b"chunk"),))
    beginning = await store.feed_end()
    assert await store.commit([arriving]) == [True]
    assert await store.commit([arriving, arriving]) == [True, True]
    assert await store.load([WALK]) == [Row(WALK, 1, b"x")]
    assert await store.track(WALK) == [b"chunk"]
    assert len(await store.feed(beginning, 0)) == 1
    assert len(await store.outbox()) == 1


async def test_a_repeat_does_not_bring_back_what_was_sent(store: Store) -> None:
    """A repeated unit does not queue a notice again that has been sent and removed meanwhile."""
    telling = unit(Put(WALK, 0, b"x"), sends=(Send("n", 1.0, 1, b"text"),))
    await store.commit([telling])
    await store.commit([unit(Put("anna-2", 0, b""), unsend=("n",))])
    assert await store.commit([telling]) == [True]
    assert await store.outbox() == []


async def test_a_deletion_takes_everything_of_the_row(store: Store) -> None:
    """Deleting a row removes its version, its wake and its track, and a repeat of the deletion is won."""
    await store.commit([unit(Put(WALK, 0, b"x"), wakes=((WALK, 1.0),), track=((WALK, b"chunk"),))])
    erasing = unit(Put(WALK, 1, None), events=(b"erased",))
    assert await store.commit([unit(Put(WALK, 4, None))]) == [False]
    assert await store.commit([erasing]) == [True]
    assert await store.commit([erasing]) == [True]
    assert await store.commit([unit(Put(WALK, 1, None))]) == [False]
    assert (await store.load([WALK]), await store.due(9.0, 9), await store.track(WALK)) == ([None], [], [])
    assert await store.keys() == []


async def test_an_empty_commit_is_no_work(store: Store) -> None:
    """A batch of nothing is answered with nothing."""
    assert await store.commit([]) == []


async def test_a_batch_may_be_larger_than_one_call(store: Store) -> None:
    """Three thousand journeys and a megabyte go in one batch; each is answered in its place."""
    await store.commit([unit(Put("anna-1500", 0, b"already there"))])
    units = [unit(Put(f"anna-{n}", 0, b"x" * 350), wakes=((f"anna-{n}", float(n)),)) for n in range(3000)]
    won = await store.commit(units)
    assert [n for n, is_won in enumerate(won) if not is_won] == [1500]
    rows = await store.load([f"anna-{n}" for n in range(3000)])
    assert sum(row is not None and row.version == 1 for row in rows) == 3000


@pytest.mark.parametrize(
    "wrong",
    [
        unit(),
        unit(Put(ANNA, 0, b""), Put("dad", 0, b"")),
        unit(Put(ANNA, 0, b""), Put(ANNA, 1, b"")),
        unit(Put(ANNA, 0, b""), wakes=(("dad", 1.0),)),
        unit(Put(ANNA, 0, b""), track=(("dad", b""),)),
        unit(Put(ANNA, 1, b""), untrack=("dad",)),
        unit(Put(ANNA, 0, b""), sends=(Send("n", 1.0, 3, b""),)),
        unit(Put(ANNA, 0, b""), sends=(Send("n", float("nan"), 0, b""),)),
        unit(Put(ANNA, 0, b""), wakes=((ANNA, float("nan")),)),
        unit(Put(ANNA, 0, None)),
        unit(Put(ANNA, -1, b"")),
    ],
)
async def test_a_unit_that_cannot_be_is_refused_before_it_is_sent(store: Store, wrong: Unit) -> None:
    """No put, two travellers, a row twice, no such urgency, no instant: ValueError, and nothing is written."""
    with pytest.raises(ValueError, match="expected"):
        partition_of_unit(wrong)
    with pytest.raises(ValueError, match="expected"):
        await store.commit([unit(Put("chloe", 0, b"")), wrong])
    assert await store.keys() == []


async def test_track_chunks_come_oldest_first(store: Store) -> None:
    """The chunks of a journey stay in the order they were sealed, and to themselves."""
    await store.commit([unit(Put(WALK, 0, b""), track=((WALK, b"1"), (WALK, b"2"), ("anna-2", b"other")))])
    await store.commit([unit(Put(WALK, 1, b""), track=((WALK, b"3\x00"),))])
    assert await store.track(WALK) == [b"1", b"2", b"3\x00"]
    assert await store.track("nobody") == []


async def test_a_track_can_go_without_its_row(store: Store) -> None:
    """The chunks are dropped, the row stays, another row's chunks too; what the same unit appends begins a new track."""
    await store.commit([unit(Put(WALK, 0, b"x"), track=((WALK, b"1"), ("anna-2", b"other")))])
    assert await store.commit([unit(Put(WALK, 7, b"y"), untrack=(WALK,))]) == [False]
    assert await store.track(WALK) == [b"1"]
    forgetting = unit(Put(WALK, 1, b"y"), untrack=(WALK,))
    assert await store.commit([forgetting]) == [True]
    assert (await store.track(WALK), await store.track("anna-2")) == ([], [b"other"])
    await store.commit([unit(Put(WALK, 2, b"z"), track=((WALK, b"2"),))])
    assert await store.commit([forgetting]) == [False]
    assert await store.track(WALK) == [b"2"]
    await store.commit([unit(Put(WALK, 3, b"z"), track=((WALK, b"3"),), untrack=(WALK,))])
    assert await store.track(WALK) == [b"3"]


async def test_keys_are_all_rows(store: Store) -> None:
    """Every row is named once, and nothing that is not a row."""
    await store.commit([unit(Put(who, 0, b""), sends=(Send("n" + who, 1.0, 1, b""),)) for who in (ANNA, BETH, EMMA)])
    assert sorted(await store.keys()) == [ANNA, BETH, EMMA]
