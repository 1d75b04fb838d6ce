"""Every journey that somebody may have to look at: read once, then kept up with the feed."""

import asyncio
from collections.abc import Iterable

from service.house import House
from service.journey.events import Event
from service.people.model import Traveller
from service.rows import Kept, UnreadableRow, is_journey, journey_row, traveller_row
from service.store import StoreUnavailable
from service.telemetry import logger

log = logger(__name__)

OLD_S = 1.0
ALL_AGAIN_S = 60.0
"""Even with a feed everything is read anew this often: the feed is a hint, the store the truth."""
AT_ONCE = 500

Found = tuple[Kept, Traveller]


class LiveJourneys:
    """Journeys under way or with an open incident. After the first look only what the feed names is read again, and
    what has an open incident, because its last place changes without an event."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._found: dict[str, Found] = {}
        self._changed: set[str] = set()
        self._read_at = self._all_at = float("-inf")
        self._reading = asyncio.Lock()
        house.feed.listen(self._on_event, on_gap=self._forget)

    def _on_event(self, key: str, _version: int, _event: Event) -> None:
        self._changed.add(key)

    def changed(self, key: str) -> None:
        """Something was pressed here: the next look reads it again, however soon it comes."""
        self._changed.add(key)

    def _forget(self) -> None:
        self._all_at = float("-inf")

    async def all(self) -> list[Found]:
        """Each with the account it belongs to, by key. Raises StoreUnavailable."""
        now_s = asyncio.get_running_loop().time()
        async with self._reading:
            try:
                await self._catch_up(now_s)
            except StoreUnavailable:
                self._forget()  # what had changed is not known any more
                raise
        return [self._found[key] for key in sorted(self._found)]

    async def _catch_up(self, now_s: float) -> None:
        everything = now_s - self._all_at >= (ALL_AGAIN_S if self._house.feed.is_following else OLD_S)
        if not everything and not self._changed and now_s - self._read_at < OLD_S:
            return
        changed, self._changed = self._changed, set()
        if everything:
            await self._look_at(filter(is_journey, await self._house.store.keys()), begin_anew=True)
            self._all_at = now_s
        else:
            await self._look_at(self._touched(changed))
        self._read_at = now_s

    def _touched(self, changed: set[str]) -> set[str]:
        """Journeys that have changed, whose account has, or whose place is being looked at."""
        accounts = {key for key in changed if not is_journey(key)}
        known = {
            key
            for key, (kept, account) in self._found.items()
            if account.id in accounts or kept.journey.open_incident is not None
        }
        return known | (changed - accounts)

    async def _look_at(self, keys: Iterable[str], *, begin_anew: bool = False) -> None:
        wanted = sorted(keys)
        found: dict[str, Found] = {}
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            rows = await self._house.store.load([*some, *(key.partition("-")[0] for key in some)])
            for row, owner in zip(rows[: len(some)], rows[len(some) :], strict=True):
                if row is None or owner is None:
                    continue
                try:
                    kept = journey_row(row.key, row.value)
                    if kept.journey.under_way or kept.journey.open_incident is not None:
                        found[row.key] = (kept, traveller_row(owner.key, owner.value))
                except UnreadableRow as error:
                    log.error("row cannot be read", error=str(error))
        looked_at = set(wanted)
        untouched = {} if begin_anew else {k: one for k, one in self._found.items() if k not in looked_at}
        self._found = {**untouched, **found}
