"""What she may walk through: gates with hours, steps, escalators and one-ways."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, floor
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from opening_hours import OpeningHours

from geofence.lighting import Where, wall

from .format import (
    LINK_CONDITIONAL,
    LINK_NOT_BACK,
    LINK_NOT_FORWARD,
    LINK_STEPS,
    PART_AGAINST,
    PART_ALONG,
    PART_STEPS,
    Access,
)
from .region import Region

I4 = NDArray[np.int32]
Bools = NDArray[np.bool_]
Window = tuple[float, float]
"""The first and the last instant at which she may come by."""

STEP_S = 600.0
_MINUTE_S = 60.0
MOST_STEPS = 200


def is_open(access: Access, window: Window, where: Where) -> bool:
    """Whether it is open for as long as she may come by: nobody is sent to a gate that is shut in front of her.

    Asked every ten minutes, so that the night on which the clocks change is a night like any other.
    """
    hours, zone = _hours(access.hours, where), ZoneInfo(where.zone)
    first, last = window
    steps = min(MOST_STEPS, 1 + ceil(max(0.0, last - first) / STEP_S))
    instants = (wall(at, zone) for at in np.linspace(first, last, 1 + steps).tolist())
    return all(access.within if hours.is_open(at) else access.otherwise for at in instants)


@lru_cache(maxsize=4096)
def _is_open_for(access: Access, first: int, last: int, where: Where) -> bool:
    """The same by the minute: a walk past a park asks a thousand times, about some thirty windows."""
    return is_open(access, (first * _MINUTE_S, last * _MINUTE_S), where)


@lru_cache(maxsize=1024)
def _hours(text: str, where: Where) -> OpeningHours:
    """The country is guessed from the place, so that gates keep its holidays (`PH off`); lamps keep none (`lighting`)."""
    return OpeningHours(text, timezone=ZoneInfo(where.zone), coords=(where.lat, where.lon))


def shut_links(region: Region, where: Where, window: Window) -> Bools:
    """Of all links of a region, which are shut at some time of a window."""
    shut = [False, *(not is_open(access, window, where) for access in region.about.access[1:])]
    return np.logical_or.reduceat(np.array(shut)[region.part_access], region.part_ptr[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class Gates:
    """What is shut for one walk. `window` tells when she may come by a place (x, y in degrees times 1e7); None: whatever
    has hours is open. `no_steps`: she avoids steps."""

    region: Region
    where: Where
    window: Callable[[int, int], Window] | None
    no_steps: bool
    _opens: dict[int, bool] = field(default_factory=dict, init=False, repr=False)

    def flagged(self, link: I4) -> I4:
        """The numbers of those among links that cannot be walked always, by everybody, or both ways."""
        asked = LINK_NOT_FORWARD | LINK_NOT_BACK | LINK_CONDITIONAL | (LINK_STEPS if self.no_steps else 0)
        return np.flatnonzero(self.region.link_flags[link] & asked).astype(np.int32)

    def barred(self, link: I4, forward: Bools) -> I4:
        """Which of some steps along links cannot be made, in the direction `forward`: their numbers."""
        flags = self.region.link_flags[link]
        shut = (flags & np.where(forward, LINK_NOT_FORWARD, LINK_NOT_BACK).astype(np.uint8)) > 0
        if self.no_steps:
            shut |= (flags & LINK_STEPS) > 0
        if self.window is not None:
            asked = set(link[(flags & LINK_CONDITIONAL) > 0].tolist())
            shut |= np.isin(link, [one for one in asked if not self._is_clear(one)])
        return np.flatnonzero(shut).astype(np.int32)

    def _is_clear(self, link: int) -> bool:
        return all(self.opens(part) for part in range(*self.region.part_ptr[link : link + 2].tolist()))

    def opens(self, part: int) -> bool:
        """Whether a part is open when she comes by."""
        known = self._opens.get(part)
        if known is None:
            number = int(self.region.part_access[part])
            known = self._opens[part] = not number or self.window is None or self._is_open(number, part, self.window)
        return known

    def _is_open(self, number: int, part: int, window: Callable[[int, int], Window]) -> bool:
        x, y = self.region.points(part)
        first, last = window(int(x[0]), int(y[0]))
        minutes = floor(first / _MINUTE_S), ceil(last / _MINUTE_S)
        return _is_open_for(self.region.about.access[number], *minutes, self.where)

    def admits(self, part: int) -> bool:
        """Whether she may be on a part at all."""
        return self.opens(part) and not (self.no_steps and int(self.region.part_flags[part]) & PART_STEPS)

    def passes(self, part: int, forward: bool) -> bool:
        """Whether she may walk a part in its link's direction, or against it."""
        along = forward != bool(self.region.part_rev[part])
        no = PART_AGAINST if along else PART_ALONG
        return self.admits(part) and not int(self.region.part_flags[part]) & no
