"""What waits to be judged, and in which order it is taken."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from service.judging import Entry
from service.mailboxes import Mailboxes

WHO = ("anna", "emma", "zoe", "ines")


def entry(who: str, *, urgent: bool = False) -> Entry:
    return Entry(who, (f"{who}-1",), asyncio.get_running_loop().create_future(), urgent=urgent)


async def test_everything_goes_at_once_while_there_is_little() -> None:
    """In the order it came."""
    boxes = Mailboxes()
    asked = [entry("anna"), entry("emma"), entry("anna")]
    for one in asked:
        boxes.put(one)

    assert (boxes.take(10), len(boxes)) == (asked, 0)


async def test_whoever_is_being_written_down_waits() -> None:
    """Anna's decision is on its way to disk: what she asked meanwhile stays, Emma's goes."""
    boxes = Mailboxes()
    anna, emma = entry("anna"), entry("emma")
    boxes.put(anna)
    boxes.put(emma)

    assert boxes.take(10, {"anna"}) == [emma]
    assert boxes.take(10) == [anna]


async def test_an_sos_does_not_wait_behind_a_sweep() -> None:
    """Thousands are due at once; she who presses SOS is in the next batch, and so is what she asked before."""
    boxes = Mailboxes()
    before = entry("anna")
    sweep = [entry("emma") for _ in range(50)]
    sos = entry("anna", urgent=True)
    for one in (*sweep[:30], before, *sweep[30:], sos):
        boxes.put(one)

    taken = boxes.take(10)

    assert taken[:2] == [before, sos]
    assert taken[2:] == sweep[:8]


async def test_what_was_given_back_comes_first_again() -> None:
    """But for those who got their answer, or gave up."""
    boxes = Mailboxes()
    first, second, later = entry("anna"), entry("emma"), entry("zoe")
    boxes.put(later)
    second.done.cancel()
    boxes.put_back([first, second])

    assert boxes.take(10) == [first, later]


@given(
    st.lists(st.tuples(st.sampled_from(WHO), st.booleans()), max_size=40),
    st.lists(st.tuples(st.integers(1, 12), st.sets(st.sampled_from(WHO), max_size=2)), max_size=30),
)
def test_nobody_overtakes_herself_and_nothing_is_lost(
    asked: list[tuple[str, bool]], takes: list[tuple[int, set[str]]]
) -> None:
    """However little is taken at a time, and whoever is away: each traveller's entries leave in their order, once."""

    async def tried() -> None:
        boxes = Mailboxes()
        entries = [entry(who, urgent=urgent) for who, urgent in asked]
        for one in entries:
            boxes.put(one)
        taken: list[Entry] = []
        for most, away in takes:
            some = boxes.take(most, away)
            assert not {e.traveller for e in some} & away
            taken += some
        while len(boxes):
            taken += boxes.take(5)
        assert sorted(map(id, taken)) == sorted(map(id, entries))
        for who in WHO:
            assert [e for e in taken if e.traveller == who] == [e for e in entries if e.traveller == who]

    asyncio.run(tried())
