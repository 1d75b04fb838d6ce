"""A store behind a network: away for a while, slow, or losing the answer to a commit it has applied."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from service.memory_store import MemoryStore
from service.store import CommitUnknown, Store, StoreRefused, StoreUnavailable, Unit

_PLAIN: Final = frozenset({"partitions", "generation"})


class FarStore:
    """Implements `service.store.Store` over another one, and fails as it is told.

    `away`: every call raises StoreUnavailable. `lose_replies`: so many commits are applied and answered with
    CommitUnknown. `refuses`: a commit that writes one of these rows is refused. `before_commit` is awaited between a
    judgement and its commit.
    """

    def __init__(self, near: Store | None = None) -> None:
        self._near: Any = near or MemoryStore()
        self.away = False
        self.lose_replies = 0
        self.commits = 0
        self.refuses: frozenset[str] = frozenset()
        self.before_commit: Callable[[Sequence[Unit]], Awaitable[None]] | None = None

    def __getattr__(self, name: str) -> Any:
        there = getattr(self._near, name)
        if name in _PLAIN or name == "close":
            return there

        async def call(*args: Any, **more: Any) -> Any:
            if self.away:
                raise StoreUnavailable("the store is away")
            return await there(*args, **more)

        return call

    async def commit(self, units: Sequence[Unit]) -> list[bool]:
        """The one call that can be lost halfway."""
        if self.away:
            raise StoreUnavailable("the store is away")
        self.commits += 1
        if self.before_commit is not None:
            await self.before_commit(units)
        if any(put.key in self.refuses for unit in units for put in unit.puts):
            raise StoreRefused("the store refuses: WRONGTYPE")
        won: list[bool] = await self._near.commit(units)
        if self.lose_replies:
            self.lose_replies -= 1
            raise CommitUnknown("the reply was lost")
        return won
