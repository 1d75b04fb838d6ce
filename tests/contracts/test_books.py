"""What every store promises of its directory, its leases and itself."""

import asyncio

from service.store import Store


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


async def test_an_entry_is_replaced_only_while_it_holds_what_was_read(store: Store) -> None:
    """Compare and set: of several who read the same value one wins, and the others are told to look again."""
    assert not await store.book_put("waits", "door", b"1", only_if=b"0")
    assert await store.book_get("waits", ["door"]) == [None]
    await store.book_put("waits", "door", b"\x00 1")
    won = await asyncio.gather(*(store.book_put("waits", "door", b"%d" % n, only_if=b"\x00 1") for n in range(5)))
    assert sorted(won) == [False] * 4 + [True]
    assert await store.book_get("waits", ["door"]) == [b"%d" % won.index(True)]


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


async def test_a_good_store_passes_its_check(store: Store) -> None:
    """A store with all its settings right is accepted, at start and every minute."""
    await store.check()
    await store.check()
