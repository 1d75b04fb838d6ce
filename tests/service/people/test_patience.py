"""Wrong PINs, counted in the store: one count for all processes, and none is forgotten."""

import asyncio
from collections.abc import Sequence
from typing import Any

from service.memory_store import MemoryStore
from service.people.patience import BOOK, DOOR, PLACE, STRANGERS, Counter, Patience, Strange, counters
from service.tokens import Sealer
from tests.doubles.network import FarStore

SEALER = Sealer(b"a secret of sixteen bytes or more")
PHONE = counters(SEALER, "anna", "phone")


class Slow:
    """A store in which somebody else always gets in between a look and a write."""

    def __init__(self) -> None:
        self._near: Any = MemoryStore()

    def __getattr__(self, name: str) -> Any:
        there = getattr(self._near, name)

        async def call(*args: Any, **more: Any) -> Any:
            await asyncio.sleep(0)
            return await there(*args, **more)

        return call


async def wrong(store: Any, times: int, now: float, counted: Sequence[Counter] = PHONE) -> list[float]:
    """So many wrong PINs as soon as each is heard; the waits between them."""
    waits = []
    for _ in range(times):
        turn = await Patience().turn(store, counted, now)
        assert turn.wait_s == 0.0
        waits.append(turn.next_s)
        now += turn.next_s
    return waits


async def test_the_next_pin_waits_longer_and_is_never_locked_out() -> None:
    """0, 0, 10, 30, 60 s after each wrong one and 60 s from then on; each heard by another process."""
    assert await wrong(MemoryStore(), 7, 1_000.0) == [0.0, 0.0, 10.0, 30.0, 60.0, 60.0, 60.0]


async def test_only_the_door_that_was_wrong_waits() -> None:
    """Somebody guesses on one phone: another one, and another woman's, hear at once."""
    store = MemoryStore()
    await wrong(store, 3, 0.0)
    other, somebody = counters(SEALER, "anna", "tablet"), counters(SEALER, "eve", "phone")

    assert (await Patience().turn(store, PHONE, 1.0)).wait_s == 9.0
    assert (await Patience().turn(store, other, 1.0)).wait_s == 0.0
    assert (await Patience().turn(store, somebody, 1.0)).wait_s == 0.0


async def test_a_process_whose_clock_is_ahead_keeps_no_right_pin_waiting() -> None:
    """Two texts at once, or two taps: the first two tries wait for nothing, whoever looked at the clock first."""
    store = MemoryStore()
    assert (await Patience().turn(store, PHONE, 1_000.004)).wait_s == 0.0
    assert (await Patience().turn(store, PHONE, 1_000.0)).wait_s == 0.0


async def test_a_right_pin_forgives_the_wrong_ones() -> None:
    """What was counted goes from the store with it."""
    store = MemoryStore()
    await wrong(store, 2, 0.0)
    patience = Patience()
    await patience.right(store, await patience.turn(store, PHONE, 0.0))

    assert await store.book_all(BOOK) == {}


async def test_wrong_ones_are_forgotten_after_ten_minutes() -> None:
    """Counted from the newest backwards."""
    store = MemoryStore()
    await wrong(store, 2, 0.0)

    assert (await Patience().turn(store, PHONE, 300.0)).next_s == 10.0
    assert (await Patience().turn(store, PHONE, 899.0)).next_s == 0.0


async def test_guesses_sent_at_once_to_many_processes_are_all_counted() -> None:
    """Of twelve, each to a process of its own, three are heard."""
    store = Slow()
    turns = await asyncio.gather(*(Patience().turn(store, PHONE, 50.0) for _ in range(12)))

    assert sorted(turn.wait_s for turn in turns) == [0.0] * 3 + [10.0] * 9


async def test_a_pin_that_was_not_judged_does_not_count() -> None:
    """Too many were being checked: the try is given back, and only that one."""
    store = MemoryStore()
    await wrong(store, 2, 0.0)
    patience = Patience()
    await patience.unheard(store, await patience.turn(store, PHONE, 5.0))

    assert (await patience.turn(store, PHONE, 6.0)).next_s == 10.0


async def test_while_the_store_is_away_this_process_remembers() -> None:
    """A PIN is heard all the same, for it may be the duress PIN; guesses wait as ever."""
    far, patience = FarStore(), Patience()
    far.away = True
    turns = [await patience.turn(far, PHONE, 0.0) for _ in range(4)]
    assert [turn.wait_s for turn in turns] == [0.0, 0.0, 0.0, 10.0]
    await patience.right(far, turns[2])

    assert (await patience.turn(far, PHONE, 0.0)).wait_s == 0.0


async def test_strangers_share_a_patience_that_never_reaches_her_own_phone() -> None:
    """Guesses from a hundred places: from the eleventh on most wait for one another, and she is heard at once."""
    store = MemoryStore()
    turns = [await Patience().turn(store, counters(SEALER, "anna", Strange(f"web/{n}")), float(n)) for n in range(100)]

    assert [turn.wait_s > 0 for turn in turns[:10]] == [False] * 10
    assert sum(turn.wait_s == 0.0 for turn in turns) < 25
    assert (await Patience().turn(store, PHONE, 100.0)).wait_s == 0.0


async def test_whoever_guesses_all_day_from_one_place_keeps_nobody_out_elsewhere() -> None:
    """A try the moment each is heard. Anna, at the library in the evening, is heard at once, and once more."""
    store, now, heard = MemoryStore(), 0.0, 0
    here, library = (counters(SEALER, "anna", Strange(f"web/{place}")) for place in ("here", "library"))
    while now < 86_000.0:
        turn = await Patience().turn(store, here, now)
        heard += turn.wait_s == 0.0
        now += max(turn.wait_s, turn.next_s, 1.0)

    assert heard < 400
    await Patience().turn(store, here, now)
    assert (await Patience().turn(store, here, now + 250.0)).wait_s == 50.0
    patience = Patience()
    turn = await patience.turn(store, library, now)
    assert turn.wait_s == 0.0
    await patience.right(store, turn)
    assert (await patience.turn(store, library, now)).wait_s == 0.0


async def test_guesses_from_a_thousand_places_are_few() -> None:
    """One from each, all day: a PIN of four digits would take weeks."""
    store, heard = MemoryStore(), 0
    for n in range(1_000):
        turn = await Patience().turn(store, counters(SEALER, "anna", Strange(f"web/{n}")), n * 86.0)
        heard += turn.wait_s == 0.0

    assert heard < 500


async def test_a_stranger_who_must_wait_uses_up_nobody_elses_turn() -> None:
    """A try that one count refuses is taken back from the others."""
    store = MemoryStore()
    here = counters(SEALER, "anna", Strange("web/here"))
    await wrong(store, 3, 0.0, here)
    before = await store.book_all(BOOK)
    assert (await Patience().turn(store, here, 1.0)).wait_s == 9.0

    assert await store.book_all(BOOK) == before


async def test_a_place_that_tries_many_is_not_forgiven_by_one_right_pin() -> None:
    """Somebody with an account of his own takes back his own try, and no other."""
    store, patience = MemoryStore(), Patience()
    for n in range(10):
        await patience.turn(store, counters(SEALER, f"w{n}", Strange("x")), 0.0)
    own = counters(SEALER, "his", Strange("x"))
    await patience.right(store, await patience.turn(store, own, 0.0))

    place = own[2].name
    assert len((await store.book_all(BOOK))[place].split()) == 10


async def test_what_is_kept_names_nobody() -> None:
    """Neither her id nor where it was."""
    store = MemoryStore()
    await Patience().turn(store, counters(SEALER, "anna", Strange("web/203.0.113.0")), 0.0)
    kept = repr(await store.book_all(BOOK))

    assert "anna" not in kept
    assert "203" not in kept


async def test_old_counts_are_swept() -> None:
    """Somebody who tried out numbers leaves nothing behind."""
    store, patience = MemoryStore(), Patience()
    for n in range(255):
        await patience.turn(store, counters(SEALER, f"w{n}", "phone"), 0.0)
    await patience.turn(store, PHONE, 90_000.0)

    assert set(await store.book_all(BOOK)) == {PHONE[0].name}


def test_no_count_ever_locks_out() -> None:
    """The longest wait is five minutes, for strangers; at a door of hers one minute."""
    assert [max(scale.waits_s) for scale in (DOOR, STRANGERS, PLACE)] == [60.0, 300.0, 60.0]
    assert all(list(scale.waits_s) == sorted(scale.waits_s) for scale in (DOOR, STRANGERS, PLACE))
