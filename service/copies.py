"""The rows that this process has judged fixes on lately, and the grids that were cut for them."""

from collections import OrderedDict

from .frames import Grids, is_over
from .judging import Held
from .rows import Kept

MOST_IN_BATCH = 500
"""So many entries are judged at a time; it takes a tenth of a second, and nothing else happens in it."""


class Copies:
    """A hint, never the truth: the version in the store is the only fence.

    Only fixes are judged on a copy, so only journeys are kept. Beyond `most` those make room whose fixes came longest ago:
    one for one, so that nobody else becomes cold. Whoever makes room takes the grid of her way along.
    """

    def __init__(self, most: int) -> None:
        self.grids = Grids(2 * max(most, MOST_IN_BATCH))  # two ways of a journey whose next leg may begin
        self._most = most
        self._held: OrderedDict[str, Held] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: str) -> Held | None:
        """What was last seen of `key`, for a fix that has come."""
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
        return held

    def put(self, key: str, held: Held) -> None:
        """`held` is on disk, or was read from it."""
        record = held.record
        if not isinstance(record, Kept):
            return
        self._held[key] = held
        if is_over(record.journey):
            self.grids.drop(key)
        while len(self._held) > self._most:
            self.grids.drop(self._held.popitem(last=False)[0])

    def stale(self, key: str, version: int) -> None:
        """Somebody else has written `key`: an older copy is worth nothing, and her phone may be with them now."""
        held = self._held.get(key)
        if held is not None and held.version < version:
            del self._held[key]
            self.grids.drop(key)

    def lost(self, key: str) -> None:
        """A race was lost for it. It is read anew at once, so the grid stays."""
        self._held.pop(key, None)

    def clear(self) -> None:
        """Nothing that we have seen may be believed any more. Lines of ways do not change: grids stay, and the oldest make
        room."""
        self._held.clear()
