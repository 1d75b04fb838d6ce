"""Where she was: the half hour up to the last time her phone told a place, as pages show it."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from math import atan2, degrees

from geofence.fix import ASIDE, Fix, set_aside
from geofence.plane import distance_m, metres_per_degree, turn
from service.house import House
from service.rows import Kept, chunk_from
from service.store import StoreUnavailable

TRACK_S = 1800.0
STEP_S = 180.0
MOST_CHUNKS = 40
HEADING_S = 300.0
HEADING_M = 30.0
_WINDS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


async def track_of(house: House, kept: Kept) -> tuple[Fix, ...]:
    """The fixes of the half hour before the newest, oldest first; what no phone can have measured is left out. While
    the store cannot be asked, those of the row, which are the newest."""
    fixes: list[Fix] = []
    with suppress(StoreUnavailable):
        for chunk in (await house.store.track(kept.journey.id))[-MOST_CHUNKS:]:
            fixes += chunk_from(chunk)
    return plausible((*fixes, *kept.fixes), kept.journey.plan.began_at, house.clock.now())


def plausible(fixes: Iterable[Fix], began_at: float, now: float) -> tuple[Fix, ...]:
    """See `track_of`. What was kept of another device of hers while this one spoke for her is no part of her way."""
    found: list[Fix] = []
    for fix in sorted(fixes, key=lambda f: f.at):
        before = found[-1] if found else None
        if fix.segment != ASIDE and set_aside(fix, before, journey_began_at=began_at, received_at=now) is None:
            found.append(fix)
    return tuple(f for f in found if f.at >= found[-1].at - TRACK_S)


def thinned(fixes: Sequence[Fix], step_s: float = STEP_S) -> tuple[Fix, ...]:
    """The newest, and then one every `step_s`, newest first."""
    chosen: list[Fix] = []
    for fix in reversed(fixes):
        if not chosen or chosen[-1].at - fix.at >= step_s:
            chosen.append(fix)
    return tuple(chosen)


def heading(fixes: Sequence[Fix]) -> str:
    """Where she was going when last seen ("north-east"), or "" where she stood or nobody can say."""
    if not fixes:
        return ""
    last = fixes[-1]
    for fix in reversed(fixes[:-1]):
        if last.at - fix.at > HEADING_S:
            break
        if distance_m(fix.lat, fix.lon, last.lat, last.lon) >= HEADING_M:
            return _WINDS[round(_bearing(fix, last) / 45.0) % 8]
    return ""


def _bearing(a: Fix, b: Fix) -> float:
    """Degrees from north, clockwise."""
    east, north = metres_per_degree((a.lat + b.lat) / 2)
    return degrees(atan2(turn(b.lon - a.lon) * east, (b.lat - a.lat) * north)) % 360.0
