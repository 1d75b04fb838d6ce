"""Places that are open and have people in them: a police station, a hospital, a place of a scheme."""

from collections.abc import Sequence
from zlib import crc32

import msgspec

from .limits import Limits
from .plane import distance_m
from .state import Row

SEEN, THERE, OUTSIDE = 1.0, 2.0, 3.0
"""What `haven_run` says: near it on one fix, resting there, resting there and one fix outside."""
ABOUT_DEG = 0.001
"""Degrees of latitude beyond which no haven is near."""


class Haven(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A haven as the judge needs it; callers pass those that are open now, of the kinds that count by themselves."""

    id: str
    name: str
    lat: float
    lon: float

    @property
    def number(self) -> float:
        """What a record holds of it: its id in 24 bits, never 0."""
        return float(crc32(self.id.encode()) & 0xFFFFFF or 1)


def rest_at(
    row: Row, lat: float, lon: float, accuracy_m: float, havens: Sequence[Haven], limits: Limits
) -> tuple[Haven, float] | None:
    """The haven she rests at after a fresh fix, and how far she is from it; None at none.

    In on two good fixes near the same one, out on two that are farther than their accuracy explains, or when it is no
    longer among those that are open.
    """
    known = _known(row, havens)
    if known is not None and row.haven_run >= THERE:
        away_m = distance_m(known.lat, known.lon, lat, lon)
        if away_m <= limits.haven_out_m + accuracy_m:
            row.haven_run = THERE
        elif row.haven_run == OUTSIDE:
            row.haven = row.haven_run = 0.0
            return None
        else:
            row.haven_run = OUTSIDE
        return known, away_m
    nearest = _nearest(lat, lon, havens, limits.haven_m, known) if accuracy_m <= limits.haven_accuracy_m else None
    if nearest is None:
        row.haven = row.haven_run = 0.0
        return None
    haven, away_m = nearest
    row.haven_run = THERE if haven is known else SEEN
    row.haven = haven.number
    return nearest if row.haven_run == THERE else None


def _known(row: Row, havens: Sequence[Haven]) -> Haven | None:
    if not row.haven:
        return None
    return next((haven for haven in havens if haven.number == row.haven), None)


def _nearest(
    lat: float, lon: float, havens: Sequence[Haven], within_m: float, known: Haven | None
) -> tuple[Haven, float] | None:
    """The nearest one; of two next door to each other the one that she was seen at before."""
    best: tuple[Haven, float] | None = None
    for haven in havens:
        if abs(haven.lat - lat) > ABOUT_DEG:
            continue
        away_m = distance_m(haven.lat, haven.lon, lat, lon)
        if away_m <= within_m and (best is None or haven is known or (best[0] is not known and away_m < best[1])):
            best = haven, away_m
    return best
