"""What her phone is told of where she could go to from here: the nearest haven that is open, and the nearest open place."""

from collections.abc import Sequence

from geofence.fix import WORST_ACCURACY_M
from geofence.plane import FARTHEST_LAT, distance_m
from service.frames import RawFix
from service.havens import Away
from service.house import House
from service.journey.havens import OpenHaven
from service.journey.model import Journey
from service.telemetry import logger

from . import wire
from .wire_parts import NearPlace

log = logger(__name__)

MOVED_M = 50.0
"""Said again when she has come so far, and farther than the fix may be off: where one is, is not where one was."""
AGAIN_S = 300.0
"""Or looked at again: places close."""
LATE_S = 30.0
"""A fix that is older says nothing of here."""

_NOTHING = (None, ("", ""))
"""She has been told of no place, or that there is none."""
_NULL_DEG = 0.01
"""0, 0 is what broken receivers report."""


class Near:
    """What one phone was told last."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._place: tuple[float, float] | None = None
        self._looked_at = float("-inf")
        self._told: tuple[str, str] | None = None
        self._journey = ""

    def came_by(self, fixes: Sequence[RawFix | None], sent: float, shown: Journey | None) -> wire.Near | None:
        """What there is to tell after these fixes; `shown` is her journey as her screen has it. None: nothing new."""
        if self._told in _NOTHING and not self._house.havens.known:
            return None
        newest = next((fix for fix in reversed(fixes) if fix is not None), None)
        if newest is None or shown is None or not shown.under_way or abs(sent - newest.t) > LATE_S:
            return None
        if not (abs(newest.lat) <= FARTHEST_LAT and abs(newest.lon) <= 180.0) or newest.acc is None:
            return None
        if not 0.0 <= newest.acc <= WORST_ACCURACY_M or max(abs(newest.lat), abs(newest.lon)) < _NULL_DEG:
            return None
        if shown.id != self._journey:  # her screen begins anew with each
            self._journey, self._place, self._told = shown.id, None, None
        now, here = self._house.clock.now(), (newest.lat, newest.lon)
        moved = self._place is None or distance_m(*self._place, *here) >= max(MOVED_M, newest.acc)
        if not moved and now - self._looked_at < AGAIN_S:
            return None
        self._place, self._looked_at = here, now
        haven, other = self._at_hand(*here, now)
        ids = haven.place.id if haven else "", other.place.id if other else ""
        if ids == self._told and not moved:
            return None
        if ids == ("", "") and self._told in _NOTHING:
            return None
        self._told = ids
        return wire.Near(
            haven=None if haven is None else _place(haven.place, haven.away_m, haven.walk_m),
            open_place=None if other is None else _place(other.place, other.away_m, other.walk_m),
        )

    def _at_hand(self, lat: float, lon: float, now: float) -> tuple[Away | None, Away | None]:
        try:
            return self._house.havens.at_hand(lat, lon, now)
        except Exception as error:  # noqa: BLE001 (a damaged map holds up no fixes)
            log.error("what is near cannot be told", error=type(error).__name__)
            return None, None


def _place(place: OpenHaven, away_m: float, walk_m: float | None) -> NearPlace:
    return NearPlace(
        id=place.id,
        name=place.name,
        kind=place.kind,
        lat=place.lat,
        lon=place.lon,
        vetted=place.automatic,
        away_m=round(away_m),
        walk_m=None if walk_m is None else round(walk_m),
        closes_at=place.closes_at,
    )
