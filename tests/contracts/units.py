"""Units of work as the contract tests write them."""

from itertools import count

from service.store import Claim, Put, Send, Store, Unit

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
    untrack: tuple[str, ...] = (),
) -> Unit:
    """A unit with a commit id of its own."""
    return Unit(commit_id or f"test:{next(_commits)}", puts, events, wakes, sends, unsend, track, untrack)


async def walk(store: Store, *, key: str = WALK) -> None:
    """Anna is on her way."""
    assert await store.commit([unit(Put(key, 0, b"on her way"))]) == [True]


async def claimed(store: Store, now: float, most: int, lease_s: float = 60.0) -> list[Claim]:
    """The first `most` of what waits, claimed for a minute."""
    return await store.claim((await store.waiting(now, most))[:most], now, lease_s)
