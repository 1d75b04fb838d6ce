"""The feed: every committed event, to whoever in this process needs to know (phones, dispatch, pages, caches)."""

import asyncio
from collections.abc import Callable

from .clock import breathe
from .journey.events import Event
from .rows import LOG_ONLY, event_from
from .store import FeedEntry, FeedGap, Store, StoreUnavailable
from .telemetry import logger

log = logger(__name__)

BLOCK_S = 2.0
Listener = Callable[[str, int, Event], None]
"""Called with the row's key, its version after the event, and the event. Must not block; must not raise."""


class Feed:
    """One reader of the store's feed for the whole process. A gap means: look at everything anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: list[Listener] = []
        self._owners: dict[str, list[Listener]] = {}
        self._on_gap: dict[object, Callable[[], None]] = {}
        self._cursors: list[str] | None = None
        self._followed = asyncio.Event()

    def listen(
        self, listener: Listener, *, owner: str | None = None, on_gap: Callable[[], None] | None = None
    ) -> Callable[[], None]:
        """Hear of every event from now on, or only of what concerns one traveller (a thousand phones each hear their
        own, and an event costs no more than one of them). Call the result to stop."""
        heard = self._listeners if owner is None else self._owners.setdefault(owner, [])
        heard.append(listener)
        mine = object()  # of a hundred thousand readers one is let go at once
        if on_gap is not None:
            self._on_gap[mine] = on_gap

        def stop() -> None:
            if listener in heard:
                heard.remove(listener)
            if owner is not None and not heard and self._owners.get(owner) is heard:
                del self._owners[owner]
            self._on_gap.pop(mine, None)

        return stop

    async def run(self) -> None:
        """Follows until cancelled. A store that is away is waited for; then readers look at everything anew."""
        while True:
            try:
                if self._cursors is None:
                    self._cursors = await self._store.feed_end()
                    self._followed.set()
                    self._gap()
                self._hand_out(await self._store.feed(self._cursors, BLOCK_S))
            except FeedGap as gap:
                log.warning("feed was trimmed before it was read")
                self._cursors = gap.resume
                self._gap()
            except StoreUnavailable:
                self._cursors = None
                await breathe(0.2)

    @property
    def is_following(self) -> bool:
        """Whether events come in now; without it a reader has to look at everything itself."""
        return self._cursors is not None

    async def following(self) -> None:
        """Returns once the feed is being followed, so that nothing after this is missed."""
        await self._followed.wait()

    def _gap(self) -> None:
        for look_anew in list(self._on_gap.values()):
            look_anew()

    def _hand_out(self, entries: list[FeedEntry]) -> None:
        if self._cursors is None:
            return
        for entry in entries:
            self._cursors[entry.partition] = entry.cursor
            try:
                key, event = event_from(entry.event)
            except Exception as error:  # noqa: BLE001 (a newer process may write events we do not know)
                log.warning("event cannot be read", error=str(error))
                continue
            if isinstance(event, LOG_ONLY):
                continue
            for listener in (*self._listeners, *self._owners.get(key.partition("-")[0], ())):
                listener(key, entry.version, event)
