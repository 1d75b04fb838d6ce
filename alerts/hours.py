"""The hours of contacts: they order people and never leave nobody (journey.md, "Contacts")."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import OpeningHours, validate

from .contact import Recipient


def in_hours(expression: str, at: float, zone: str) -> bool:
    """Whether somebody with these hours (OpenStreetMap's `opening_hours`, read on a clock in `zone`) is told first at
    this instant. No hours, and hours that cannot be read, are always: a slip of the pen must not silence anybody."""
    if not expression:
        return True
    hours, clock = _read(expression), _clock(zone)
    if hours is None or clock is None:
        return True
    return not hours.is_closed(datetime.fromtimestamp(at, clock).replace(tzinfo=None))


def off_hours(people: Iterable[Recipient], at: float, zone: str) -> frozenset[str]:
    """Those of `people` who are told after all the others. Nobody, when it would be everybody."""
    asked = tuple(people)
    off = frozenset(p.id for p in asked if not in_hours(p.hours, at, zone))
    return off if len(off) < len(asked) else frozenset()


@lru_cache(maxsize=4096)
def _read(expression: str) -> OpeningHours | None:
    return OpeningHours(expression) if validate(expression) else None


@lru_cache(maxsize=64)
def _clock(zone: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
