"""Times and distances as people read them on a page."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import phonenumbers


def _local(at: float, zone: str) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone))


def clock_of(at: float, zone: str, *, seconds: bool = False) -> str:
    """ "23:14", or "23:14:05"."""
    return _local(at, zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def zone_name(at: float, zone: str) -> str:
    """ "GMT" or "BST"."""
    return _local(at, zone).strftime("%Z")


def day_of(at: float, zone: str) -> str:
    """ "Saturday 21 November 2026"."""
    return f"{_local(at, zone):%A} {_local(at, zone).day} {_local(at, zone):%B %Y}"


def when(at: float, now: float, zone: str) -> str:
    """A clock time, with the day where it is not today's."""
    there, here = _local(at, zone), _local(now, zone)
    return there.strftime("%H:%M" if there.date() == here.date() else "%a %H:%M")


def lasting(seconds: float) -> str:
    """ "2.1 s", "48 s", "4 min 12 s", "2 h 5 min"."""
    seconds = max(0.0, seconds)
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes} min {rest} s" if rest and minutes < 15 else f"{minutes} min"
    hours, rest = divmod(whole // 60, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def ago(at: float, now: float) -> str:
    """ "just now", "40 s ago", "24 min ago"."""
    passed_s = now - at
    if passed_s < 2:
        return "just now"
    return f"{round(passed_s)} s ago" if passed_s < 60 else f"{lasting(passed_s // 60 * 60)} ago"


def distance(metres: float) -> str:
    """ "340 m", "1.9 km"."""
    return f"{metres / 1000:.1f} km" if metres >= 950 else f"{round(metres, -1):.0f} m"


def number_in_words(number: str, country: str) -> str:
    """A phone number as people of `country` write it."""
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(country)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
