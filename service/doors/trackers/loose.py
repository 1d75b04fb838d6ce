"""What tracker apps write, read loosely: numbers as text, times in five dresses, JSON that is nearly JSON.

Nothing here raises, whatever it is given, and nothing takes longer than the length of the request. What cannot be read
is named, once, in a short sentence without its value, and is from then on as if it had not been said.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

# Places that one request may bring: what our own frames may carry (docs/protocol.md).
MOST = 1000
LONGEST_TEXT = 128
_LONGEST_NUMBER = 64
_LONGEST_INTEGER = 18  # digits; longer ones are no identifier and no time, and would be slow as an exact number
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)  # float() also takes 1_000, ٤٢ and nan
# As seconds this is the year 5138, as milliseconds 1973: Traccar's own limit, 2^31, would end in 2038.
_FIRST_MILLISECONDS = 1e11
_LAST_AT = 253402300799.0  # the end of the year 9999, where datetime ends

Unread = dict[str, None]  # the sentences, in the order they were found, each once
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Said:
    """One object of a request, and the sentences about what could not be read in it.

    Of several names for one thing the first that has a value counts. None and blank text are no value.
    """

    fields: Mapping[str, object]
    unread: Unread = field(default_factory=dict)

    def doubt(self, name: str, why: str) -> None:
        """Name what could not be read."""
        self.unread[f"{name}: {why}"] = None

    def given(self, *names: str) -> tuple[str, object]:
        """The name that has a value, and the value; without any, the first name and None."""
        for name in names:
            value = self.fields.get(name)
            if value is not None and not (isinstance(value, str) and (not value or value.isspace())):
                return name, value
        return names[0], None

    def number(self, *names: str, least: float = -math.inf, most: float = math.inf) -> float | None:
        """A finite number between these bounds."""
        name, value = self.given(*names)
        if value is None:
            return None
        number = _number(value)
        if number is None:
            self.doubt(name, "not a number")
        elif not least <= number <= most:
            self.doubt(name, "out of range")
        else:
            return number + 0.0  # -0.0 is 0.0
        return None

    def amount(self, *names: str, most: float = math.inf) -> float | None:
        """A number that is never below zero: apps write -1 for what they do not know, and that is no fault of theirs."""
        number = self.number(*names)
        if number is None or number < 0.0:
            return None
        return self.number(*names, most=most)

    def percent(self, *names: str, full: float = 100.0) -> int | None:
        """A battery, 0 to 100, where the app's own full one is `full`."""
        level = self.amount(*names, most=full)
        return None if level is None else round(level / full * 100.0)

    def at(self, *names: str) -> float | None:
        """An instant: seconds or milliseconds since 1970, ISO 8601, or `yyyy-MM-dd HH:mm:ss` in UTC."""
        name, value = self.given(*names)
        if value is None:
            return None
        number = _number(value)
        if number is not None and number >= _FIRST_MILLISECONDS:
            number /= 1000.0
        if number is None and isinstance(value, str):
            number = _iso(value)
        if number is None or not 0.0 <= number <= _LAST_AT:
            self.doubt(name, "not a time")
            return None
        return number + 0.0

    def undated(self, *names: str) -> bool:
        """Whether a time was given that is none: then the time of receipt says nothing about it either."""
        return self.given(*names)[1] is not None and self.at(*names) is None

    def text(self, *names: str) -> str | None:
        """A short text without control characters, or an integer as text."""
        name, value = self.given(*names)
        if isinstance(value, str):
            text = value.strip()
            if len(text) <= LONGEST_TEXT and text.isprintable():  # broken surrogates are not printable either
                return text
        elif isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None:
            self.doubt(name, "not readable")
        return None

    def flag(self, name: str) -> bool:
        """Whether the app says yes."""
        value = self.fields.get(name)
        return value in (True, 1) or (isinstance(value, str) and value.strip().lower() in ("true", "1"))

    def inner(self, name: str) -> "Said":
        """The object inside; an empty one where there is none."""
        value = self.fields.get(name)
        if isinstance(value, dict):
            return Said(value, self.unread)
        if value is not None:
            self.doubt(name, "not an object")
        return Said({}, self.unread)

    def spot(
        self, lat: Sequence[str] = ("lat",), lon: Sequence[str] = ("lon",), *, needed: bool = False
    ) -> tuple[float, float] | None:
        """Latitude and longitude. Neither is a heartbeat and no fault, unless they are `needed`; one alone is."""
        given = [self.given(*names) for names in (lat, lon)]
        if needed or any(value is not None for _, value in given):
            for name, value in given:
                if value is None:
                    self.doubt(name, "missing")
        north, east = self.number(*lat, least=-90.0, most=90.0), self.number(*lon, least=-180.0, most=180.0)
        return None if north is None or east is None else (north, east)


def ident(own: str | None, at: float | None, lat: float, lon: float) -> str:
    """What is the same when an app sends the same fix again: the app's own name for it with its time, else time and spot.

    The time stays beside the app's own name because a home-made client that names every fix alike must not be taken
    for one that repeats itself: she would look silent.
    """
    when = "" if at is None else f"{at:.3f}"
    return f"{when},{lat:.7f},{lon:.7f}" if own is None else f"{own}@{when}"


def objects(body: bytes, unread: Unread) -> list[dict[str, object]]:
    """The JSON objects of a body that is one of them, a list of them, or empty."""
    text = body.decode("utf-8-sig", "replace")
    if not text.strip("\0 \t\r\n"):
        return []
    try:
        document = json.loads(text, parse_int=_integer, strict=False)
    except (ValueError, RecursionError):
        unread["body: not JSON"] = None
        return []
    items = document if isinstance(document, list) else [document]
    found = [item for item in items if isinstance(item, dict)]
    if len(found) < len(items):
        unread["body: something that is no object"] = None
    return found


def latest(items: list[Item], unread: Unread) -> list[Item]:
    """The last of too many: the apps send the oldest first, and where she is now matters most."""
    if len(items) > MOST:
        unread[f"body: more than {MOST} places, the last {MOST} were read"] = None
    return items[-MOST:]


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _number(value: object) -> float | None:
    if isinstance(value, str) and (len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value.strip())):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    number = float(value.strip() if isinstance(value, str) else value)  # float() knows fewer blanks than strip()
    return number if math.isfinite(number) else None


def _iso(value: str) -> float | None:
    text = value.strip().upper()
    if len(text) > _LONGEST_NUMBER:
        return None
    day, spaced, zone = text.rpartition(" ")
    if spaced and "T" in day:  # a plus that nobody escaped in a query is a space
        text = f"{day}+{zone}"
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
