"""The crowd of the benchmark `scale`: whose rows a server has seen is what it measures."""

import random

from benchmarks.filled import phone
from benchmarks.scale import Changing
from benchmarks.unseen import _frame


def crowd(here: int, count: int) -> Changing:
    return Changing("ws://nowhere", [phone(n) for n in range(here)], random.Random(1), count, 0.0)


def test_nobody_comes_twice_while_there_is_somebody_who_has_not_been_here() -> None:
    """Ten are here of thirty: twenty others come, and then nobody is left but whoever has gone."""
    some = crowd(10, 30)
    came = [some._other(some.phones[0]).key for _ in range(20)]

    assert sorted(came) == [phone(n).key for n in range(10, 30)]
    assert some._other(phone(3)) == phone(3)


def test_among_as_many_as_there_are_sockets_the_same_ones_come_again() -> None:
    """That is the floor: rows that are known."""
    some = crowd(10, 10)

    assert some._other(phone(3)) == phone(3)


def test_no_two_travellers_share_a_line_or_a_token() -> None:
    """Neither would be a row of its own."""
    everybody = [phone(n) for n in range(2_000)]

    assert len({(who.lat, who.lon) for who in everybody}) == len({who.token for who in everybody}) == 2_000


def test_a_fix_in_turn_goes_on_along_her_way() -> None:
    """A second one at the same place would be a rest."""
    first, second = (_frame(phone(3), turn, 0).fixes[0] for turn in (0, 1))

    assert first
    assert second
    assert first.lat < second.lat
