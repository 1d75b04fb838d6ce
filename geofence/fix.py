"""One position as the phone measured it, and the named reasons for setting one aside."""

from collections.abc import Callable
from math import isfinite

import msgspec

from .plane import distance_m
from .state import LATEST

WORST_ACCURACY_M = 200.0
CLOCK_SLACK_S = 30.0
"""How far the phone's corrected time may be wrong before a fix counts as future, or as older than the journey."""
JUMP_MPS = 80.0
JUMP_M = 200.0
ASIDE = -1
"""The `segment` of a fix that is kept and was never judged: another device spoke for her when it was measured."""


class Fix(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A position as the phone measured it.

    `at` is the phone's time corrected by its measured offset, in seconds since 1970 UTC; it orders
    fixes and measures the time between them, and never decides a deadline.
    `segment` rises whenever that offset jumped: the time between fixes of two segments is unknown.
    `entered` is the phone's own word that it has just come into the region of the destination.
    `by` is the linked tracker that measured it; empty: the phone with our app.
    """

    seq: int
    at: float
    lat: float
    lon: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None
    battery_pct: int | None = None
    mock: bool = False
    segment: int = 0
    entered: bool = False
    by: str = ""


def elapsed_s(before: Fix | None, fix: Fix) -> float | None:
    """Seconds from `before` to `fix`; None when unknown: no fix before, another segment, or time that stood still."""
    if before is None or before.segment != fix.segment:
        return None
    passed = fix.at - before.at
    return passed if passed > 0.0 else None


# Each predicate is told the fix, the last plausible one before it, when the journey began and when the fix came in.


def is_nowhere(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """Not a place on Earth, or not a time."""
    return not (-90.0 <= fix.lat <= 90.0 and -180.0 <= fix.lon <= 180.0 and abs(fix.at) <= LATEST)


def is_null_island(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """0, 0: what broken receivers report."""
    return abs(fix.lat) < 0.01 and abs(fix.lon) < 0.01


def is_future(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """Measured after it was received."""
    return fix.at > received_at + CLOCK_SLACK_S


def is_older_than_journey(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """Measured before she set off."""
    return fix.at < began_at - CLOCK_SLACK_S


def is_vague(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """Accuracy missing, not a length, or worse than 200 m."""
    return fix.accuracy_m is None or not 0.0 <= fix.accuracy_m <= WORST_ACCURACY_M


def is_jump(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """Farther from the fix before, beyond both accuracies, than any vehicle could have gone in the time between."""
    passed = elapsed_s(before, fix)
    if before is None or passed is None:
        return False
    blur = (before.accuracy_m or 0.0) + (fix.accuracy_m or 0.0)
    beyond = distance_m(before.lat, before.lon, fix.lat, fix.lon) - blur
    return beyond > JUMP_M and beyond > JUMP_MPS * passed


def is_mock(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """The phone says that another app made it up."""
    return fix.mock


def is_duplicate(fix: Fix, before: Fix | None, began_at: float, received_at: float) -> bool:
    """The fix before once more: the same instant at the same place."""
    return before is not None and fix.at == before.at and fix.lat == before.lat and fix.lon == before.lon


Predicate = Callable[[Fix, Fix | None, float, float], bool]

PREDICATES: tuple[tuple[str, Predicate], ...] = (
    ("nowhere", is_nowhere),
    ("null island", is_null_island),
    ("future", is_future),
    ("older than the journey", is_older_than_journey),
    ("accuracy missing or worse than 200 m", is_vague),
    ("mock", is_mock),
    ("duplicate", is_duplicate),
    ("jump", is_jump),
)
"""In the order in which they are asked; the first that holds gives the name. Cheap ones first."""


def set_aside(fix: Fix, before: Fix | None, *, journey_began_at: float, received_at: float) -> str | None:
    """The name of the first predicate that finds `fix` implausible, or None.

    `before` is the last plausible fix of the same phone. A fix set aside is kept, and never judged.
    """
    for name, holds in PREDICATES:
        if holds(fix, before, journey_began_at, received_at):
            return name
    return None


def because(why: str, fix: Fix, before: Fix | None, began_at: float, received_at: float) -> dict[str, float] | None:
    """The numbers that the predicate `why` compared, in the unit that each name ends in; None where there are none."""
    numbers: dict[str, float] = {}
    match why:
        case "future":
            numbers = {"ahead_s": fix.at - received_at, "limit_s": CLOCK_SLACK_S}
        case "older than the journey":
            numbers = {"before_s": began_at - fix.at, "limit_s": CLOCK_SLACK_S}
        case "jump" if before is not None:
            moved_m = distance_m(before.lat, before.lon, fix.lat, fix.lon)
            numbers = {"jump_m": moved_m, "after_s": fix.at - before.at, "limit_mps": JUMP_MPS}
            numbers["accuracy_m"] = (before.accuracy_m or 0.0) + (fix.accuracy_m or 0.0)
        case "accuracy missing or worse than 200 m" if fix.accuracy_m is not None:
            numbers = {"accuracy_m": fix.accuracy_m, "limit_m": WORST_ACCURACY_M}
    if not numbers or not all(isfinite(number) for number in numbers.values()):
        return None
    return {name: round(number, 1) for name, number in numbers.items()}
