"""What an act leaves behind, for whoever checks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.journey.events import Event
from service.remembered.archive import SqliteArchive
from service.rows import chunk_from, event_from
from service.store import Store

from .scene import Scene


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """An act, and every event of its journey from feed and archive."""

    scene: Scene
    feed: list[Event]
    archived: int
    track: set[int]


Held = Iterator[tuple[bool, str]]
Check = Callable[[LeftBehind], Held]
"""One rule: of each thing that is held against it whether it is good, and what is wrong otherwise."""


async def left_behind(scene: Scene) -> LeftBehind:
    """Reads what is on disk about the act's journey."""
    house, key = scene.house, scene.key
    feed = [event for owner, event in await _feed(house.store) if owner == key]
    archive = SqliteArchive(house.directory / "data" / "archive", house.clock)
    try:
        archived = len(await archive.story(key)) if key else 0
    finally:
        await archive.close()
    track: set[int] = set()
    if key:
        for chunk in await house.store.track(key):
            track |= {fix.seq for fix in chunk_from(chunk)}
    if scene.row is not None:
        track |= {fix.seq for fix in scene.row.fixes}
    return LeftBehind(scene, feed, archived, track)


async def _feed(store: Store) -> list[tuple[str, Event]]:
    cursors, found = await store.feed_begin(), []
    while entries := await store.feed(cursors, 0.05):
        for entry in entries:
            cursors[entry.partition] = entry.cursor
            found.append(event_from(entry.event))
    return found
