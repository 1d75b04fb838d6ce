"""What is answered about ways, to her phone and to whoever asks at a terminal: one shape for both."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

from geofence.lighting import IN_WORDS, Light
from geofence.route import RouteError, read_columns
from geofence.streets.ways import Planned, Stretch, Way
from service.journey.havens import OpenHaven

from . import words
from .known import Known

StretchRow = tuple[float, float, str, str, str]
"""From and to in metres along the way, the state, the rule that says so, and the street's name ("": it has none)."""


class LongestAnswer(msgspec.Struct, frozen=True):
    """The longest stretch not known to be lit; `state` and `near` are those of most of it."""

    from_m: float
    metres: float
    state: str
    near: str


class HavenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A place beside the way as it is when she passes."""

    id: str
    name: str
    kind: str
    vetted: bool
    along_m: int
    off_m: int
    state: str
    closes_at: float | None


class WayAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One way. `line` is an encoded polyline of precision 6, `metres` are by state."""

    id: str
    kind: str
    kinds: tuple[str, ...]
    line: str
    length_m: int
    minutes: int
    metres: dict[str, int]
    longest_not_known: LongestAnswer | None
    stretches: list[StretchRow]
    steps_m: int
    havens: list[HavenAnswer]
    why: str


class PlanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Ways from a place to another. `dark` false: it is day all the way, and states are those after dark. `rules` says in
    words what those in the stretches mean. `snapped_m`: from where she asked to the street, at both ends."""

    map: str
    data_at: float | None
    at: float
    dark: bool
    attribution: str
    snapped_m: tuple[int, int] | None
    rules: dict[str, str]
    ways: list[WayAnswer]


def of_plan(known: Known, planned: Planned, at: float) -> PlanAnswer:
    """What a planner has found."""
    shortest = planned.shortest
    ways = [
        _way(known, way, at, words.why(way, shortest, dark=planned.dark), words.minutes_of(way, shortest))
        for way in planned.ways
    ]
    begin_m, end_m = planned.off_m
    return _answer(known, planned.ways, ways, at, planned.dark, (round(begin_m), round(end_m)))


def of_line(known: Known, way: Way, line: str, at: float, *, dark: bool) -> PlanAnswer:
    """What there is to say of a line of hers."""
    shown = msgspec.structs.replace(
        _way(known, way, at, words.of_a_line(way, dark=dark), words.minutes(way.duration_s), line)
    )
    return _answer(known, (way,), [shown], at, dark, None)


def in_state(place: OpenHaven) -> str:
    """Open, closed, or unknown, which is never open."""
    return "unknown" if place.open is None else "open" if place.open else "closed"


def _answer(
    known: Known, ways: Sequence[Way], shown: list[WayAnswer], at: float, dark: bool, snapped_m: tuple[int, int] | None
) -> PlanAnswer:
    rules = {stretch.rule for way in ways for stretch in way.stretches}
    return PlanAnswer(
        map=known.name,
        data_at=known.current.data_at,
        at=at,
        dark=dark,
        attribution=known.region.about.attribution,
        snapped_m=snapped_m,
        rules={rule: IN_WORDS.get(rule, "") for rule in sorted(rules)},
        ways=shown,
    )


def _way(known: Known, way: Way, at: float, why: str, minutes: int, line: str = "") -> WayAnswer:
    line = line or _line(way)
    return WayAnswer(
        id=sha256(line.encode()).hexdigest()[:12],
        kind=way.kind,
        kinds=way.kinds,
        line=line,
        length_m=round(way.length_m),
        minutes=minutes,
        metres={light.name.lower(): round(way.metres[light]) for light in Light},
        longest_not_known=None if way.longest_unsure is None else _longest(way.longest_unsure),
        stretches=[_stretch(one) for one in way.stretches],
        steps_m=round(way.steps_m),
        havens=[_haven(*one) for one in known.havens.along(way, at)],
        why=why,
    )


def _line(way: Way) -> str:
    """As a route has it: what she sets off with is what she saw, to a metre. Two places a few steps apart make no route."""
    try:
        return read_columns(way.lat, way.lon).line
    except RouteError:
        return ""


def _longest(one: Stretch) -> LongestAnswer:
    return LongestAnswer(round(one.from_m), round(one.metres), one.state.name.lower(), words.street(one))


def _stretch(one: Stretch) -> StretchRow:
    return round(one.from_m), round(one.to_m), one.state.name.lower(), one.rule, one.name


def _haven(along_m: float, off_m: float, place: OpenHaven) -> HavenAnswer:
    return HavenAnswer(
        id=place.id,
        name=place.name,
        kind=place.kind,
        vetted=place.automatic,
        along_m=round(along_m),
        off_m=round(off_m),
        state=in_state(place),
        closes_at=place.closes_at,
    )
