"""A commit is asked for until it is answered."""

import pytest

from service.committed import committed
from service.store import Put, StoreRefused, StoreUnavailable, Unit
from tests.doubles.network import FarStore


def unit(key: str) -> Unit:
    return Unit(f"commit of {key}", (Put(key, 0, b"a row"),))


async def test_a_lost_reply_is_asked_for_again_under_the_same_name() -> None:
    """The first one was applied; the repetition says so and writes nothing."""
    far = FarStore()
    far.lose_replies = 2

    assert await committed(far, [unit("anna")]) == [True]
    assert far.commits == 3


async def test_what_is_refused_is_refused_alone() -> None:
    """Anna's row cannot be written: Emma's and Zoë's are."""
    far = FarStore()
    far.refuses = frozenset({"anna"})

    assert await committed(far, [unit("emma"), unit("anna"), unit("zoe")]) == [True, None, True]


async def test_a_store_that_refuses_everything_is_no_fault_of_what_was_decided() -> None:
    """It is raised, as it is of a single one."""
    far = FarStore()
    far.refuses = frozenset({"anna", "emma"})
    for units in ([unit("anna")], [unit("anna"), unit("emma")]):
        with pytest.raises(StoreRefused):
            await committed(far, units)


async def test_without_a_store_nothing_was_asked() -> None:
    """Whoever asks may judge anew; and nothing at all is no commit."""
    far = FarStore()
    far.away = True
    with pytest.raises(StoreUnavailable):
        await committed(far, [unit("anna")])

    assert (await committed(far, []), far.commits) == ([], 0)
