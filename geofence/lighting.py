"""How a street is lit at a time: the four states, and what a tag, a rule, a schedule and hours mean at an instant.

Light is told of the night. By day nothing is unlit: `dark` says which it is, and the state that goes with a day is the
one at nightfall. Whatever cannot be read is unknown, and unknown is never lit.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub leaves errors out

from .plane import Floats


class Light(IntEnum):
    """From the best to the worst: who does not know takes the greater of two."""

    LIT = 0
    """Somebody has said so."""
    ASSUMED = 1
    """A rule says so; never shown as known."""
    UNKNOWN = 2
    """Nobody has said anything: never shown as lit, nor as unlit."""
    UNLIT = 3


class LightClass(msgspec.Struct, frozen=True):
    """What is known of the light of a street, whatever the time. `tag`: the value of `lit`. `rule`: why it is assumed to
    be lit. `schedule`: ids of the schedules' areas it lies in, by spaces. `hours`: those of its lamps in an inventory."""

    tag: str = ""
    rule: str = ""
    schedule: str = ""
    hours: str = ""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When an authority puts lamps out in one of its areas. `off` are opening hours (`00:00-05:30`) by the `zone` that its
    timers keep, which in Britain is mostly GMT all year. In force from `since_at` to `until_at`.

    `applies`: values of `lit`, `assumed` for what a rule takes to be lit. It lights no street that is not.
    """

    area: str
    authority: str
    off: str
    zone: str
    since_at: float = float("-inf")
    until_at: float = float("inf")
    applies: tuple[str, ...] = ()


class Where(msgspec.Struct, frozen=True):
    """What the sun and the clock go by."""

    lat: float
    lon: float
    zone: str


class Lamps(msgspec.Struct, frozen=True):
    """The light of a street at an instant, and the rule that says so (`RULES`). It may be otherwise from `until` on,
    which is later; None: never. `dark`: the sun is down; by day the rest is told of nightfall."""

    state: Light
    rule: str
    until: float | None = None
    dark: bool = True


RULES: tuple[str, ...] = (
    "",
    "tagged",
    "tagged_unlit",
    "lit_hours",
    "limited",
    "limited_no_schedule",
    "schedule",
    "inventory",
    "unreadable",
    "untagged",
    "off_map",
    "reported",
    "reported_out",
    "lamps",
    "urban_road",
    "beside_lit_road",
    "same_name",
    "too_long",
)
"""Numbered for what is kept on disk: new ones go to the end."""
RULE_NUMBERS = {rule: number for number, rule in enumerate(RULES)}
IN_WORDS: dict[str, str] = {
    "": "nothing is known of its lamps",
    "tagged": "tagged as lit",
    "tagged_unlit": "tagged as unlit",
    "lit_hours": "tagged with the hours of its lamps",
    "limited": "tagged as lit for a part of the night, and this is it",
    "limited_no_schedule": "tagged as lit for a part of the night; when its lamps go out nobody has told us",
    "schedule": "by the authority's schedule",
    "inventory": "by the authority's list of lamps",
    "unreadable": "what is written of its lamps cannot be read",
    "untagged": "nobody has said whether it is lit",
    "off_map": "no street of the map is near",
    "reported": "a lamp there was reported out",
    "reported_out": "lamps there are known to be out",
    "lamps": "assumed: lamps stand along it",
    "urban_road": "assumed: a street in a town where streets are lit",
    "beside_lit_road": "assumed: it runs beside a lit road",
    "same_name": "assumed: most of the street of that name is lit",
    "too_long": "the route is too long for its light to be told",
}
"""Each rule as people read it. Assumed is never said as known, and no way is called anything but lit or unlit."""

ALL_NIGHT = frozenset({"yes", "24/7", "automatic", "sunset-sunrise", "dusk-dawn"})
"""Values of `lit`: all night."""
NEVER = frozenset({"no", "disused"})
LIMITED = "limited"
"""British part-night lamps: off at midnight or so, on again before the morning."""
LIMITED_OFF = "23:00-06:30"
"""Without a schedule nobody knows in this time whether they are off. It holds 00:00-05:30 by GMT and by summer time."""
ASSUMED = "assumed"
LONGEST = 255
_CLOCK = re.compile(r"\d:\d\d|\b(?:sunrise|sunset|dawn|dusk)\b")
"""What opening hours of lamps have in them. `open`, `off`, `Mo` or `2020` alone are hours too, by mistake."""
_HOLIDAY = re.compile(r"\b[PS]H\b")
_OPEN_END = re.compile(r"[\da-z)]\+(?!\d)")
"""`18:00+`: nobody says when they go out."""
_SUN = re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b")
_SUN_DEG = 0.5
_DAY_S = 86_400.0
_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The light of many classes while a walk lasts: `states[slot, class]` and `rules[slot, class]` (numbers in `RULES`)
    hold from `slots[slot]` to the next one. `dark[slot]`: the sun is down."""

    slots: Floats
    states: NDArray[np.uint8]
    rules: NDArray[np.uint8]
    dark: NDArray[np.bool_]

    def slot(self, at: float) -> int:
        """The slot that an instant lies in; those before and after the table count to its first and last."""
        return max(0, int(np.searchsorted(self.slots, at, side="right")) - 1)

    def slots_at(self, at: Floats) -> NDArray[np.int64]:
        """The same of many."""
        return np.maximum(np.searchsorted(self.slots, at, side="right") - 1, 0)

    def is_dark(self, from_at: float, until_at: float) -> bool:
        """Whether the sun is down at any time from then to then."""
        return bool(self.dark[self.slot(from_at) : self.slot(until_at) + 1].any())


def lamps_at(light: LightClass, at: float, where: Where, schedules: Sequence[Schedule] = ()) -> Lamps:
    """How a street is lit. The first that can say something does: an inventory's hours, the hours of its tag, a schedule,
    the tag, the rule. Nothing lights a street that is tagged as unlit."""
    night, changes_at = _sun_down(at, where)
    if night:
        return _judged(light, at, where, schedules, changes_at)
    nightfall = _nightfall(at, where, changes_at)
    found = _judged(light, nightfall + _MINUTE_S, where, schedules, None)
    return Lamps(found.state, found.rule, nightfall if found.until is not None else None, dark=False)


def table(
    lights: Sequence[LightClass], from_at: float, until_at: float, where: Where, schedules: Sequence[Schedule] = ()
) -> Table:
    """The light of each class from `from_at` up to and at `until_at`. Most have one state for ever and cost next to nothing."""
    all_spans = [spans(light, from_at, until_at, where, schedules) for light in lights]
    sun = list(suns(from_at, until_at, where))
    slots = np.array(sorted({at for at, _ in sun}.union(*({at for at, _ in span} for span in all_spans))))
    states, rules = (np.empty((len(slots), len(lights)), np.uint8) for _ in range(2))
    for number, span in enumerate(all_spans):
        rows = np.searchsorted([at for at, _ in span], slots, side="right") - 1
        states[:, number] = np.array([lamps.state for _, lamps in span], np.uint8)[rows]
        rules[:, number] = np.array([RULE_NUMBERS.get(lamps.rule, 0) for _, lamps in span], np.uint8)[rows]
    rows = np.searchsorted([at for at, _ in sun], slots, side="right") - 1
    return Table(slots, states, rules, np.array([down for _, down in sun])[rows])


def dark(at: float, where: Where) -> bool:
    """Whether the sun is down. Under trees and between houses it is dark before civil dusk: this errs on that side."""
    return _sun_down(at, where)[0]


def spans(
    light: LightClass, from_at: float, until_at: float, where: Where, schedules: Sequence[Schedule]
) -> list[tuple[float, Lamps]]:
    """From when on it is lit how; the first is `from_at`."""
    if not is_timed(light, schedules):
        return [(from_at, Lamps(*_plain(light)))]
    found: list[tuple[float, Lamps]] = []
    at = from_at
    while True:
        lamps = lamps_at(light, at, where, schedules)
        if not found or (lamps.state, lamps.rule) != (found[-1][1].state, found[-1][1].rule):
            found.append((at, lamps))
        if lamps.until is None or lamps.until > until_at:
            return found
        at = lamps.until


def suns(from_at: float, until_at: float, where: Where) -> Iterator[tuple[float, bool]]:
    """From when on the sun is down, or up: the first is `from_at`."""
    at: float | None = from_at
    while at is not None and at <= until_at:
        down, changes_at = _sun_down(at, where)
        yield at, down
        at = changes_at


def is_timed(light: LightClass, schedules: Sequence[Schedule] = ()) -> bool:
    """Whether its light depends on the time of the night."""
    if light.tag in NEVER:
        return False
    plain = light.tag in ALL_NIGHT or not light.tag
    return _has_hours(light) or not plain or bool(_applying(light, schedules))


def readable(hours: str) -> bool:
    """Whether anything can be said by these hours of lamps: opening hours with a time or the sun in them, or all night."""
    return hours in ALL_NIGHT or _read(hours, "UTC", 0, 0) is not None


# ── what is said of a street ─────────────────────────────────────────────────────────────────────────────


def _judged(light: LightClass, at: float, where: Where, schedules: Sequence[Schedule], dawn: float | None) -> Lamps:
    """At an instant of the night; `dawn` is when it ends."""
    if not is_timed(light, schedules):
        return Lamps(*_plain(light))
    state, rule, changes_at = _timed(light, at, where, schedules)
    ends = [one for one in (changes_at, dawn) if one is not None]
    return Lamps(state, rule, min(ends) if ends else None)


def _plain(light: LightClass) -> tuple[Light, str]:
    """What its tag says, or its rule, where no clock is asked."""
    if light.tag in NEVER:
        return Light.UNLIT, "tagged_unlit"
    if light.tag in ALL_NIGHT:
        return Light.LIT, "tagged"
    if light.tag:
        return Light.UNKNOWN, "unreadable"
    return (Light.ASSUMED, light.rule) if light.rule else (Light.UNKNOWN, "untagged")


def _timed(
    light: LightClass, at: float, where: Where, schedules: Sequence[Schedule]
) -> tuple[Light, str, float | None]:
    has_hours = light.tag not in ALL_NIGHT and light.tag != LIMITED and _CLOCK.search(light.tag) is not None
    state, rule = (Light.LIT, "inventory") if light.tag == LIMITED or has_hours else _plain(light)
    if _has_hours(light):
        burns, changes_at = _open(light.hours, where, at)
        said = (Light.UNKNOWN, "unreadable") if burns is None else (state, rule) if burns else _OUT
        return *said, changes_at
    if has_hours:
        burns, changes_at = _open(light.tag, where, at)
        said = (Light.UNKNOWN, "unreadable") if burns is None else (Light.LIT if burns else Light.UNLIT, "lit_hours")
        return *said, changes_at
    found = _applying(light, schedules)
    changes = [one for schedule in found if (one := _next(schedule, where, at)) is not None]
    in_force = [schedule for schedule in found if schedule.since_at <= at < schedule.until_at]
    if in_force:
        put_out = [_open(schedule.off, _by(schedule, where), at)[0] for schedule in in_force]
        if any(put_out):
            return Light.UNLIT, "schedule", min(changes, default=None)
        if None in put_out:
            return Light.UNKNOWN, "unreadable", min(changes, default=None)
        known = (Light.LIT, "schedule") if light.tag == LIMITED else (state, rule)
        return *known, min(changes, default=None)
    if light.tag == LIMITED:
        in_doubt, changes_at = _open(LIMITED_OFF, where, at)
        said = (Light.UNKNOWN, "limited_no_schedule") if in_doubt is not False else (Light.LIT, LIMITED)
        return *said, min(changes if changes_at is None else (*changes, changes_at), default=None)
    return state, rule, min(changes, default=None)


_OUT = Light.UNLIT, "inventory"


def _has_hours(light: LightClass) -> bool:
    """Whether an inventory says that its lamps do not burn all night."""
    return bool(light.hours) and light.hours not in ALL_NIGHT


def _applying(light: LightClass, schedules: Sequence[Schedule]) -> list[Schedule]:
    """Those of its areas that name its tag, whether or not they are in force."""
    word = light.tag or (ASSUMED if light.rule else "")
    areas = light.schedule.split()
    return [one for one in schedules if one.area in areas and word in one.applies] if areas and word else []


def _by(schedule: Schedule, where: Where) -> Where:
    """The clock of its timers."""
    return Where(where.lat, where.lon, schedule.zone)


def _next(schedule: Schedule, where: Where, at: float) -> float | None:
    """When a schedule may say something else."""
    if at >= schedule.until_at:
        return None
    if at < schedule.since_at:
        return schedule.since_at
    changes_at = _open(schedule.off, _by(schedule, where), at)[1]
    ends = [one for one in (changes_at, schedule.until_at) if one is not None and one != float("inf")]
    return min(ends, default=None)


# ── the clock and the sun ────────────────────────────────────────────────────────────────────────────────


def _sun_down(at: float, where: Where) -> tuple[bool, float | None]:
    up, changes_at = _open("sunrise-sunset", where, at)  # by the day: a night's sunrise is taken from the day it began
    return not up, changes_at


def _nightfall(at: float, where: Where, sunset: float | None) -> float:
    """When this day ends: at sunset, or at midnight where the sun does not set before."""
    zone = ZoneInfo(where.zone)
    tomorrow = datetime.fromtimestamp(at, zone).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).timestamp()
    return midnight if sunset is None else min(sunset, midnight)


def _open(expression: str, where: Where, at: float) -> tuple[bool | None, float | None]:
    """Whether these hours hold at an instant, None where nobody can say; and when that may change: always later."""
    coords = (round(where.lat / _SUN_DEG), round(where.lon / _SUN_DEG)) if _SUN.search(expression) else (0, 0)
    hours, zone = _read(expression, where.zone, *coords), ZoneInfo(where.zone)
    if hours is None:
        return None, None
    try:
        here = wall(at, zone)
        state, remark = hours.state(here)
        change = hours.next_change(here)
    except (ValueError, OverflowError, OSError):
        return None, None
    says = None if remark or state == State.UNKNOWN else state == State.OPEN
    return says, None if change is None else _later(
        at, zone, (change.replace(tzinfo=None, fold=0) - here).total_seconds()
    )


def _later(at: float, zone: ZoneInfo, gap_s: float) -> float:
    """The instant at which clocks that now stand at `at` will have gone on by `gap_s`; or the one at which they are put
    forward or back before that, or a day from now: looked at again there, nothing is missed in the hour that is twice."""
    until = at + max(1.0, min(gap_s, _DAY_S))
    if _offset_s(until, zone) == (before := _offset_s(at, zone)):
        return until
    while until - at > 0.25:
        middle = (at + until) / 2
        at, until = (middle, until) if _offset_s(middle, zone) == before else (at, middle)
    return float(round(until))


def _offset_s(at: float, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()


def wall(at: float, zone: ZoneInfo) -> datetime:
    """What a clock on the wall there shows: hours misread an aware instant in the minute before clocks go back."""
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0)


_AHEAD_DAYS = 366
"""A change that is farther off is none. Without that the library looks through all years to come for some: seconds."""


@lru_cache(maxsize=4096)
def _read(expression: str, zone: str, row: int, column: int) -> OpeningHours | None:
    """Hours of lamps; None where they cannot be read, have no end, or go by holidays, which lamps do not keep."""
    if not 0 < len(expression) <= LONGEST or not _CLOCK.search(expression):
        return None
    if _HOLIDAY.search(expression) or _OPEN_END.search(expression):
        return None
    coords = (max(-89.0, min(89.0, row * _SUN_DEG)), max(-180.0, min(180.0, column * _SUN_DEG)))
    try:
        return OpeningHours(
            expression,
            timezone=ZoneInfo(zone),
            coords=coords,
            auto_country=False,
            max_interval_days=_AHEAD_DAYS,
        )
    except (ParserError, TypeError):
        return None
