"""What every store promises, sentence by sentence of the port."""

import asyncio
from collections.abc import Callable
from itertools import count

import pytest

from service.store import FeedEntry, FeedGap, Put, Row, Send, Store, Unit, partition_of, partition_of_unit

ANNA, BETH, EMMA = "anna", "beth", "emma"  # Emma is of another partition
WALK = "anna-1"
_commits = count(1)


def unit(
    *puts: Put,
    commit_id: str = "",
    events: tuple[bytes, ...] = (),
    wakes: tuple[tuple[str, float | None], ...] = (),
    sends: tuple[Send, ...] = (),
    unsend: tuple[str, ...] = (),
    track: tuple[tuple[str, bytes], ...] = (),
) -> Unit:
    return Unit(commit_id or f"test:{next(_commits)}", puts, events, wakes, sends, unsend, track)


async def walk(store: Store, *, key: str = WALK) -> None:
    assert await store.commit([unit(Put(key, 0, b"on her way"))]) == [True]


def test_partition_is_crc32_of_the_travellers_id() -> None:
    """A traveller's partition never changes with the process that computes it: three known answers."""
    assert [partition_of(key) for key in ("anna", "dad", "k3f0q8")] == [7, 1, 2]
    assert partition_of("123456789", 2**32) == 0xCBF43926


def test_a_traveller_and_her_journeys_share_a_partition() -> None:
    """Everything of Anna's lands together, so one commit can hold it."""
    assert {partition_of(key) for key in (ANNA, WALK, "anna-27")} == {partition_of(ANNA)}


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


async def test_due_is_oldest_first_over_all_partitions(store: Store) -> None:
    """Who waits longest is woken first; nobody before her time; no more than asked for."""
    wakes = {"anna": 30.5, "beth": 20.0, "dad": 10.25, "chloe": 10.25, "emma": 99.0}
    await store.commit([unit(Put(key, 0, b""), wakes=((key, at),)) for key, at in wakes.items()])
    assert await store.due(30.5, 9) == [("chloe", 10.25), ("dad", 10.25), ("beth", 20.0), ("anna", 30.5)]
    assert await store.due(98.999, 2) == [("chloe", 10.25), ("dad", 10.25)]
    assert await store.due(10.2, 9) == []


async def test_due_removes_nothing(store: Store) -> None:
    """Being read does not take a journey off the index: only a commit moves its wake."""
    await store.commit([unit(Put(WALK, 0, b""), wakes=((WALK, 5.0),))])
    assert await store.due(5.0, 9) == await store.due(5.0, 9) == [(WALK, 5.0)]
    await store.commit([unit(Put(WALK, 1, b""), wakes=((WALK, 7.0),))])
    assert await store.due(6.0, 9) == []
    await store.commit([unit(Put(WALK, 2, b""), wakes=((WALK, 5.0),))])
    assert await store.due(8.0, 9) == [(WALK, 5.0)]
    await store.commit([unit(Put(WALK, 3, b""), wakes=((WALK, None),))])
    assert await store.due(8.0, 9) == []


async def test_instants_keep_every_digit(store: Store) -> None:
    """A wake comes back as the very float that was written, and is due at it and not one step before."""
    wake_at = 1_795_300_000.1234567
    await store.commit([unit(Put(WALK, 0, b""), wakes=((WALK, wake_at),))])
    assert await store.due(wake_at, 1) == [(WALK, wake_at)]
    assert await store.due(wake_at - 2.4e-7, 1) == []


async def test_claims_go_by_urgency_then_due_time(store: Store) -> None:
    """An SOS overtakes everything; among equals the oldest goes first, over all partitions."""
    due = [("anna", "rest", 1.0, 2), ("beth", "first", 3.0, 1), ("emma", "sos", 9.0, 0), ("dad", "older", 2.0, 1)]
    await store.commit([unit(Put(who, 0, b""), sends=(Send(n, at, u, n.encode()),)) for who, n, at, u in due])
    claims = await store.claim(9.0, 60.0, 3)
    assert [(claim.id, claim.value, claim.claims) for claim in claims] == [
        ("sos", b"sos", 1),
        ("older", b"older", 1),
        ("first", b"first", 1),
    ]
    assert [claim.partition for claim in claims] == [partition_of(who) for who in ("emma", "dad", "beth")]
    assert [claim.id for claim in await store.claim(9.0, 60.0, 3)] == ["rest"]


async def test_a_notice_is_not_claimed_before_it_is_due(store: Store) -> None:
    """A notice for later waits."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("n", 10.0, 1, b""),))])
    assert await store.claim(9.999, 60.0, 9) == []


async def test_a_claim_is_ours_until_the_lease_ends(store: Store) -> None:
    """A claimed row is invisible for the lease, can be claimed again after it, and counts its claims."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("n", 1.0, 1, b"text"),))])
    assert [claim.claims for claim in await store.claim(100.0, 60.0, 9)] == [1]
    assert await store.claim(159.9, 60.0, 9) == []
    assert await store.outbox() == [("n", b"text", 160.0)]
    assert [claim.claims for claim in await store.claim(160.0, 60.0, 9)] == [2]


async def test_two_dispatchers_never_hold_the_same_notice(store: Store) -> None:
    """Claims made at the same moment share the rows out."""
    await store.commit([unit(Put(f"p{n}", 0, b""), sends=(Send(f"n{n}", 1.0, 1, b""),)) for n in range(40)])
    held = await asyncio.gather(*(store.claim(5.0, 60.0, 25) for _ in range(4)))
    names = [claim.id for claims in held for claim in claims]
    assert len(names) == len(set(names))
    again = await store.claim(5.0, 60.0, 99)
    assert len(names) + len(again) == 40


async def test_putting_a_notice_again_changes_nothing(store: Store) -> None:
    """The id is the idempotency key: text, time, urgency and lease of the first stay."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("n", 5.0, 1, b"first"),))])
    await store.commit([unit(Put(WALK, 1, b""), sends=(Send("n", 1.0, 0, b"second"),))])
    assert await store.outbox() == [("n", b"first", 5.0)]
    assert [(claim.id, claim.value) for claim in await store.claim(5.0, 60.0, 9)] == [("n", b"first")]


async def test_unsending_removes_and_is_never_an_error(store: Store) -> None:
    """A removed notice is not claimed any more; removing one that is gone is fine; a new one counts from 1."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("a", 1.0, 0, b""), Send("b", 1.0, 2, b"")))])
    await store.claim(1.0, 60.0, 9)
    assert await store.commit([unit(Put(WALK, 1, b""), unsend=("a", "b", "never was"))]) == [True]
    assert (await store.outbox(), await store.claim(999.0, 60.0, 9)) == ([], [])
    await store.commit([unit(Put(WALK, 2, b""), unsend=("a",), sends=(Send("a", 1.0, 0, b"new"),))])
    assert [(claim.value, claim.claims) for claim in await store.claim(1.0, 60.0, 9)] == [(b"new", 1)]


async def test_track_chunks_come_oldest_first(store: Store) -> None:
    """The chunks of a journey stay in the order they were sealed, and to themselves."""
    await store.commit([unit(Put(WALK, 0, b""), track=((WALK, b"1"), (WALK, b"2"), ("anna-2", b"other")))])
    await store.commit([unit(Put(WALK, 1, b""), track=((WALK, b"3\x00"),))])
    assert await store.track(WALK) == [b"1", b"2", b"3\x00"]
    assert await store.track("nobody") == []


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


async def test_a_book_holds_names(store: Store) -> None:
    """Entries are found by name, in their own book, whatever the name is made of."""
    number, token = "+447700900123", "a-b_c"
    assert await store.book_put("numbers", number, b"anna")
    assert await store.book_put("tokens", token, b"\x00\xff")
    assert await store.book_get("numbers", [token, number]) == [None, b"anna"]
    assert await store.book_get("numbers", []) == []
    assert await store.book_all("tokens") == {token: b"\x00\xff"}
    assert await store.book_all("empty") == {}


async def test_a_name_can_be_taken_only_once(store: Store) -> None:
    """`only_if_absent` leaves what is there and says so; without it the entry is replaced."""
    assert await store.book_put("numbers", "+44", b"anna", only_if_absent=True)
    assert not await store.book_put("numbers", "+44", b"beth", only_if_absent=True)
    assert await store.book_get("numbers", ["+44"]) == [b"anna"]
    assert await store.book_put("numbers", "+44", b"beth")
    assert await store.book_get("numbers", ["+44"]) == [b"beth"]


async def test_a_name_is_dropped_only_while_it_is_hers(store: Store) -> None:
    """`only_if` drops nothing of somebody else; dropping what is gone is no error."""
    await store.book_put("numbers", "+44", b"anna")
    await store.book_drop("numbers", "+44", only_if=b"beth")
    assert await store.book_get("numbers", ["+44"]) == [b"anna"]
    await store.book_drop("numbers", "+44", only_if=b"anna")
    await store.book_drop("numbers", "+44", only_if=b"anna")
    await store.book_drop("numbers", "+44")
    assert await store.book_all("numbers") == {}


async def test_a_whole_book_is_gathered_from_everywhere(store: Store) -> None:
    """A book is one, however its names are spread."""
    book = {f"operator {n}": b"%d" % n for n in range(30)}
    for name, value in book.items():
        await store.book_put("operators", name, value)
    assert await store.book_all("operators") == book


async def test_a_lease_is_held_renewed_and_runs_out(store: Store) -> None:
    """One watchman at a time: the holder renews, another waits until it has run out."""
    assert await store.lease("watchman", "one", 0.05)
    assert not await store.lease("watchman", "two", 0.05)
    assert await store.lease("watchman", "one", 0.05)
    assert await store.lease("retention", "two", 0.05)
    await asyncio.sleep(0.08)
    assert await store.lease("watchman", "two", 30.0)
    assert not await store.lease("watchman", "one", 30.0)


async def test_the_stores_clock_is_a_witness(store: Store) -> None:
    """The store's own time is an instant like ours and does not stand still."""
    first = await store.server_time()
    await asyncio.sleep(0.01)
    assert first < await store.server_time()
    assert first > 1_700_000_000


async def test_keys_are_all_rows(store: Store) -> None:
    """Every row is named once, and nothing that is not a row."""
    await store.commit([unit(Put(who, 0, b""), sends=(Send("n" + who, 1.0, 1, b""),)) for who in (ANNA, BETH, EMMA)])
    assert sorted(await store.keys()) == [ANNA, BETH, EMMA]


async def test_a_good_store_passes_its_check(store: Store) -> None:
    """A store with all its settings right is accepted, at start and every minute."""
    await store.check()
    await store.check()
