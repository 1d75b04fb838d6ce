"""Every journey that somebody may have to look at, read from the store at most once a second."""

import asyncio

from service.house import House
from service.people.model import Traveller
from service.rows import Kept, UnreadableRow, is_journey, journey_row, traveller_row
from service.telemetry import logger

log = logger(__name__)

OLD_S = 1.0
AT_ONCE = 500


class LiveJourneys:
    """A small cache in front of the rows. Fit for the tens of thousands, not for the hot path."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._found: list[tuple[Kept, Traveller]] = []
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def all(self) -> list[tuple[Kept, Traveller]]:
        """Journeys under way or with an open incident, each with the account it belongs to. Raises StoreUnavailable."""
        loop = asyncio.get_running_loop()
        async with self._reading:
            if loop.time() - self._read_at >= OLD_S:
                self._found = await self._read()
                self._read_at = loop.time()
        return self._found

    async def _read(self) -> list[tuple[Kept, Traveller]]:
        keys = sorted(filter(is_journey, await self._house.store.keys()))
        found: list[tuple[Kept, Traveller]] = []
        for first in range(0, len(keys), AT_ONCE):
            some = keys[first : first + AT_ONCE]
            rows = await self._house.store.load([*some, *(key.partition("-")[0] for key in some)])
            for row, owner in zip(rows[: len(some)], rows[len(some) :], strict=True):
                if row is None or owner is None:
                    continue
                try:
                    kept = journey_row(row.key, row.value)
                    if kept.journey.under_way or kept.journey.open_incident is not None:
                        found.append((kept, traveller_row(owner.key, owner.value)))
                except UnreadableRow as error:
                    log.error("row cannot be read", error=str(error))
        return found
