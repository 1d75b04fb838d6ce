"""A silence that was to be expected (row 3). It keeps a lost phone from being a concern of its own; the ladder of the ETA
never looks at it. Each is decided once, when the phone is lost, by what was known before it fell silent."""

from geofence.mode import Mode
from geofence.pace import estimate_s

from .legs import leg, mode
from .model import FLAT, Journey
from .plan import DARK_STRETCH, UNDERGROUND_LEG

GUESSED = (FLAT, UNDERGROUND_LEG, DARK_STRETCH)
"""What we explain a silence by ourselves; the first frame takes it back."""

Expected = tuple[str | None, float | None]
"""Why it was to be expected, and until when (None: as long as it lasts, and never beyond the ETA)."""


def expected(journey: Journey) -> Expected:
    """Her phone's own word first, then what is known of the leg, then the battery she had left. Unknown counts as good."""
    link = journey.link
    if link.expected is not None:
        return link.expected, link.expected_until
    if leg(journey).underground:
        return UNDERGROUND_LEG, None
    until = _dark_until(journey)
    if until is not None:
        return DARK_STRETCH, until
    flat = journey.battery_pct is not None and journey.battery_pct <= journey.numbers.low_battery_pct
    return (FLAT, None) if flat else (None, None)


def _dark_until(journey: Journey) -> float | None:
    """When her phone should be heard again, if it fell silent where it was known to: at her own pace she was in the stretch
    before the silence had been noticed. A silence that began on the way there is not explained by it."""
    seen, n = journey.seen, journey.numbers
    if seen is None or seen.along_m is None:
        return None
    pace, known = Mode(mode(journey)), seen.pace_mps or None
    noticed_s = n.stale_s(journey.link.cadence_s)
    for from_m, to_m in leg(journey).dark:
        reached = estimate_s(max(0.0, from_m - seen.along_m), known, pace) <= noticed_s
        if reached and seen.along_m <= to_m:
            through_s = estimate_s(to_m - seen.along_m, known, pace)
            return seen.received_at + n.dark_patience * through_s
    return None
