"""When a place is open: OpenStreetMap's `opening_hours`, by the clock, the holidays and the sun of where it stands.

Whatever is in doubt is unknown, and unknown is never open: nobody is sent to a door that may be locked.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stub leaves the errors out
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

LONGEST = 255
"""As long as a value in OpenStreetMap may be."""
SOON_DAYS = 8
"""A closing time that is farther off is told as none. Without an end of its search the library looks through all years to come:
`Mo-Su,PH 00:00-24:00`, on many a hospital, took it 1.3 s at each fix beside it."""
DOUBTFUL_DAYS = {"GB": "Jan 01-04, Mar 17, easter +1 day, Jul 12, Aug Mo[1], Aug Mo[-1], Nov 30, Dec 25-28"}
"""Holidays in a part of the country only, and days on which the calendar is not sure of the one that is kept instead."""
_HOLIDAY = re.compile(r"\bPH\b")
_NO_CALENDAR = re.compile(r"\bSH\b")
_SUN = re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b")
_SUN_DEG = 0.5


@dataclass(frozen=True, slots=True)
class Where:
    """What hours depend on besides themselves: the zone, and the country whose public holidays are kept."""

    zone: ZoneInfo
    country: str


def opened(expression: str, lat: float, lon: float, where: Where, at: float) -> tuple[bool | None, float | None]:
    """Whether it is open at `at`, None where nobody can say; and, if it is, when it closes: always after `at`, None where
    it does not within a week."""
    hours = _hours(expression, lat, lon, where)
    if hours is None:
        return None, None
    try:
        here = datetime.fromtimestamp(at, where.zone)
    except (ValueError, OverflowError, OSError):
        return None, None
    found = _at(hours.plain, here)
    if hours.holiday is None or hours.doubtful is None or not hours.doubtful.is_open(here):
        return found
    other = _at(hours.holiday, here)
    if found[0] is not other[0]:
        return None, None
    return found[0], min((at for at in (found[1], other[1]) if at is not None), default=None)


def readable(expression: str, lat: float, lon: float, where: Where) -> bool:
    """Whether anything can be said by these hours, if they are given at all."""
    return not expression or _hours(expression, lat, lon, where) is not None


@dataclass(frozen=True, slots=True)
class _Hours:
    """`holiday`: as they would be if it were one, where that makes a difference on the days of `doubtful`."""

    plain: OpeningHours
    holiday: OpeningHours | None = None
    doubtful: OpeningHours | None = None


def _at(hours: OpeningHours, here: datetime) -> tuple[bool | None, float | None]:
    """Open with a remark ("by appointment", "ring the bell") is a condition that nobody here can judge. In the hour that
    the clocks show twice a closing time stands twice: the first is the one that counts, and between the two nobody knows."""
    state, remark = hours.state(here.replace(tzinfo=None))  # aware, the minute before clocks go back is misread
    if state == State.CLOSED:
        return False, None
    if state != State.OPEN or remark:
        return None, None
    change = hours.next_change(here)
    if change is None:
        return True, None
    closes_at = change.replace(fold=0).timestamp()
    return (True, closes_at) if closes_at > here.timestamp() else (None, None)


def _hours(expression: str, lat: float, lon: float, where: Where) -> _Hours | None:
    """Places have few hours among them, and only those by the sun depend on where they stand."""
    near = (round(lat / _SUN_DEG), round(lon / _SUN_DEG)) if _SUN.search(expression) else (0, 0)
    return _read(expression, where, *near)


@lru_cache(maxsize=8192)
def _read(expression: str, where: Where, row: int, column: int) -> _Hours | None:
    if not 0 < len(expression) <= LONGEST or _NO_CALENDAR.search(expression):
        return None
    coords = (max(-89.0, min(89.0, row * _SUN_DEG)), max(-180.0, min(180.0, column * _SUN_DEG)))

    def of(text: str, country: str | None) -> OpeningHours:
        # without `auto_timezone` it would leave the sun at seven o'clock; it looks no zone up where one is given
        return OpeningHours(
            text,
            timezone=where.zone,
            country=country,
            coords=coords,
            auto_country=False,
            max_interval_days=SOON_DAYS,
        )

    try:
        if not _HOLIDAY.search(expression):
            return _Hours(of(expression, None))
        plain = of(expression, where.country)
        days = DOUBTFUL_DAYS.get(where.country)
        if days is None:
            return _Hours(plain)
        return _Hours(plain, of(_HOLIDAY.sub("Mo-Su", expression), None), of(days, None))
    except (ParserError, UnknownCountryError, TypeError):  # the last: a zone without a name
        return None
