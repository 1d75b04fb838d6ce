"""What every store promises of wakes and notices."""

import asyncio

from service.store import Put, Send, Store, partition_of

from .units import WALK, claimed, unit


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
    claims = await claimed(store, 9.0, 3)
    assert [(claim.id, claim.value, claim.claims) for claim in claims] == [
        ("sos", b"sos", 1),
        ("older", b"older", 1),
        ("first", b"first", 1),
    ]
    assert [claim.partition for claim in claims] == [partition_of(who) for who in ("emma", "dad", "beth")]
    assert [claim.id for claim in await claimed(store, 9.0, 3)] == ["rest"]


async def test_a_long_queue_in_one_lane_hides_no_other(store: Store) -> None:
    """A hundred calls wait since long ago, and one text since now: both heads are seen, and the text can be claimed."""
    calls = [Send(f"call{n:03}", n / 1000, 2, b"", lane=1) for n in range(100)]
    await store.commit([unit(Put("anna", 0, b""), sends=(*calls, Send("text", 9.0, 2, b"words")))])
    seen = await store.waiting(9.0, 3)
    assert [(w.id, w.urgency, w.lane, w.visible_at) for w in seen] == [
        ("call000", 2, 1, 0.0),
        ("call001", 2, 1, 0.001),
        ("call002", 2, 1, 0.002),
        ("text", 2, 0, 9.0),
    ]
    assert [claim.value for claim in await store.claim(seen[3:], 9.0, 60.0)] == [b"words"]
    assert "text" not in [w.id for w in await store.waiting(9.0, 3)]


async def test_what_is_gone_or_taken_meanwhile_is_not_claimed(store: Store) -> None:
    """Of three that were seen one was withdrawn and one claimed by another dispatcher: the third is ours."""
    await store.commit([unit(Put(WALK, 0, b""), sends=tuple(Send(n, 1.0, 1, b"") for n in "abc"))])
    seen = await store.waiting(1.0, 9)
    await store.commit([unit(Put(WALK, 1, b""), unsend=("a",))])
    await store.claim(seen[1:2], 1.0, 60.0)
    assert [claim.id for claim in await store.claim(seen, 1.0, 60.0)] == ["c"]
    assert await store.claim([], 1.0, 60.0) == []


async def test_a_notice_is_not_claimed_before_it_is_due(store: Store) -> None:
    """A notice for later waits."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("n", 10.0, 1, b""),))])
    assert await claimed(store, 9.999, 9) == []


async def test_a_claim_is_ours_until_the_lease_ends(store: Store) -> None:
    """A claimed row is invisible for the lease, can be claimed again after it, and counts its claims."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("n", 1.0, 1, b"text"),))])
    assert [claim.claims for claim in await claimed(store, 100.0, 9)] == [1]
    assert await claimed(store, 159.9, 9) == []
    assert await store.outbox() == [("n", b"text", 160.0)]
    assert [claim.claims for claim in await claimed(store, 160.0, 9)] == [2]


async def test_two_dispatchers_never_hold_the_same_notice(store: Store) -> None:
    """Claims made at the same moment share the rows out."""
    await store.commit([unit(Put(f"p{n}", 0, b""), sends=(Send(f"n{n}", 1.0, 1, b""),)) for n in range(40)])
    held = await asyncio.gather(*(claimed(store, 5.0, 25) for _ in range(4)))
    names = [claim.id for claims in held for claim in claims]
    assert len(names) == len(set(names))
    again = await claimed(store, 5.0, 99)
    assert len(names) + len(again) == 40


async def test_putting_a_notice_again_changes_nothing(store: Store) -> None:
    """The id is the idempotency key: text, time, urgency and lease of the first stay."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("n", 5.0, 1, b"first"),))])
    await store.commit([unit(Put(WALK, 1, b""), sends=(Send("n", 1.0, 0, b"second"),))])
    assert await store.outbox() == [("n", b"first", 5.0)]
    assert [(claim.id, claim.value) for claim in await claimed(store, 5.0, 9)] == [("n", b"first")]


async def test_unsending_removes_and_is_never_an_error(store: Store) -> None:
    """A removed notice is not claimed any more; removing one that is gone is fine; a new one counts from 1."""
    await store.commit([unit(Put(WALK, 0, b""), sends=(Send("a", 1.0, 0, b""), Send("b", 1.0, 2, b"")))])
    await claimed(store, 1.0, 9)
    assert await store.commit([unit(Put(WALK, 1, b""), unsend=("a", "b", "never was"))]) == [True]
    assert (await store.outbox(), await claimed(store, 999.0, 9)) == ([], [])
    await store.commit([unit(Put(WALK, 2, b""), unsend=("a",), sends=(Send("a", 1.0, 0, b"new"),))])
    assert [(claim.value, claim.claims) for claim in await claimed(store, 1.0, 9)] == [(b"new", 1)]
