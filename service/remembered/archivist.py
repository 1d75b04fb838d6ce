"""The archivist: follows the feed and keeps every event in the archive, and takes the story of a row that is gone away
again. Nobody waits for it."""

import logging
import sqlite3
from collections.abc import Sequence
from itertools import dropwhile, groupby

import msgspec

from service.clock import Clock
from service.journey.events import Event
from service.rows import Forgotten, event_from
from service.store import FeedEntry, FeedGap, Store, StoreUnavailable

from .archive import Archive, Remembered
from .audited import audit_of

_LOG = logging.getLogger(__name__)
_BLOCK_S = 5.0
_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S = 0.2, 30.0


class Archivist:
    """Reads the feed from where the archive says it stopped; of an empty archive, from the beginning.

    A row that is gone says so in the feed (`rows.Forgotten`), after everything else about it: so its story goes too,
    whoever removed it and whatever died meanwhile.
    """

    def __init__(self, store: Store, archive: Archive, clock: Clock) -> None:
        self._store = store
        self._archive = archive
        self._clock = clock
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
            whole = _whole(entries) if self._missed else entries
            forgotten = [key for key, event in map(_read, whole) if isinstance(event, Forgotten)]
            if forgotten:
                # The place in the feed moves last: if we die before that, all of it happens again.
                await self._archive.append(whole, self._cursors, after_gap=self._missed)
                await self._forget(forgotten)
                await self._archive.append((), cursors)
            else:
                await self._archive.append(whole, cursors, after_gap=self._missed)
            self._cursors, self._missed = cursors, False
        return len(entries)

    async def _forget(self, keys: Sequence[str]) -> None:
        audit = []
        for key in keys:
            events = (event for _, event in map(_read, await self._archive.story(key)))
            audit += audit_of(key, (event for event in events if event is not None))
        await self._archive.forget(keys, audit)


def _read(entry: FeedEntry | Remembered) -> tuple[str, Event | None]:
    try:
        return event_from(entry.event)
    except msgspec.DecodeError:  # a newer process's; kept as it is
        return entry.key, None


def _whole(entries: Sequence[FeedEntry]) -> list[FeedEntry]:
    """Without what is left of a commit whose beginning was trimmed: its first event may have said that the others are
    not for everybody."""
    by_partition = groupby(sorted(entries, key=lambda one: one.partition), key=lambda one: one.partition)
    return [entry for _, some in by_partition for entry in dropwhile(lambda one: one.n > 0, some)]
