"""The archivist: follows the feed and keeps every event in the archive. Nobody waits for it."""

import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence

from .archive import Archive
from .clock import Clock
from .store import FeedEntry, FeedGap, Store, StoreUnavailable

_LOG = logging.getLogger(__name__)
_BLOCK_S = 5.0
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 30.0


async def _nothing(_entries: Sequence[FeedEntry]) -> None:
    """Retention comes later."""


class Archivist:
    """Reads the feed from where the archive says it stopped; of an empty archive, from the beginning.

    `archived` is told of entries that are on disk for good: the place from which closed rows may later
    be removed from the store. It may be told of an entry twice.
    """

    def __init__(
        self,
        store: Store,
        archive: Archive,
        clock: Clock,
        *,
        archived: Callable[[Sequence[FeedEntry]], Awaitable[None]] = _nothing,
    ) -> None:
        self._store = store
        self._archive = archive
        self._clock = clock
        self._archived = archived
        self._cursors: list[str] | None = None
        self._missed = False

    async def run(self) -> None:
        """Follow the feed until cancelled, through a store that is away and a disk that is full."""
        pause_s = _SHORTEST_PAUSE_S
        while True:
            try:
                await self.step(_BLOCK_S)
                pause_s = _SHORTEST_PAUSE_S
            except (StoreUnavailable, sqlite3.Error, OSError) as error:
                _LOG.warning("the archivist waits %g s: %s", pause_s, error)
                await self._clock.sleep(pause_s)
                pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def step(self, block_s: float) -> int:
        """Archive what is there, waiting up to `block_s` real seconds for it; returns how many events."""
        if self._cursors is None:
            self._cursors = await self._archive.cursors() or await self._store.feed_begin()
        try:
            entries = await self._store.feed(self._cursors, block_s)
        except FeedGap as gap:
            # What was trimmed is lost to the archive, never to the journey; the rest is still to be had.
            _LOG.warning("the feed was trimmed before it was archived")
            self._cursors, self._missed = gap.resume, True
            return 0
        if entries:
            cursors = list(self._cursors)
            for entry in entries:
                cursors[entry.partition] = entry.cursor
            await self._archive.append(entries, cursors, after_gap=self._missed)
            self._cursors, self._missed = cursors, False
            await self._archived(entries)
        return len(entries)
