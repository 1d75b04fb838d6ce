"""What is asked of a planner and what it answers: ways on foot, each with its light, or why there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

import msgspec

from geofence.lighting import RULES, Light
from geofence.mode import USUAL_MPS, Mode
from geofence.plane import Floats
from geofence.route import Place

_Value = TypeVar("_Value")
_LIGHTS = tuple(Light)

Metres = tuple[float, float, float, float]
"""Metres by state, in the order of `Light`."""


class Weights(msgspec.Struct, frozen=True):
    """What a metre of each state costs, in the order of `Light`: none less than 1."""

    name: str
    factors: Metres


SHORTEST = Weights("shortest", (1.0, 1.0, 1.0, 1.0))
"""By length alone: nothing makes a metre longer."""
BETTER_LIT = Weights("better_lit", (1.0, 1.8, 2.5, 4.0))
CAREFUL = Weights("careful", (1.0, 2.5, 4.0, 8.0))
OFFERED = (BETTER_LIT, SHORTEST, CAREFUL)
"""In the order in which they are offered. How they were chosen: docs/decisions/0024."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A way on foot from place to place, setting off `at`. `no_steps`: neither steps nor escalators."""

    origin: Place
    destination: Place
    at: float
    pace_mps: float = USUAL_MPS[Mode.FOOT]
    no_steps: bool = False
    weights: tuple[Weights, ...] = OFFERED


class Worse(msgspec.Struct, frozen=True, gc=False):
    """A stretch of a part that is worse tonight than the map says: `from_m` to `to_m` along it, in its link's direction.

    Its state is `state` if that is the worse one, by `rule`. `factor`: what it costs more, whatever its light (1.5: somebody
    has reported a concern there).
    """

    part: int
    from_m: float
    to_m: float
    state: Light = Light.LIT
    rule: str = ""
    factor: float = 1.0


class Stretch(msgspec.Struct, frozen=True, gc=False):
    """From metre to metre of a way. `name` and `kind` (of `rules.CLASSES`) are those of most of it; `name` may be ""."""

    from_m: float
    to_m: float
    state: Light
    rule: str
    name: str
    kind: str
    steps: bool

    @property
    def metres(self) -> float:
        """How long it is."""
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A way as it was found: pieces of parts in the order in which she walks them. For `compare`; nobody shows them.

    `shunned`: there is a concern, a driveway, or no pavement. `named` and `kinds` tell what the numbers of names and classes mean.
    """

    part: list[int]
    m: list[float]
    state: list[int]
    rule: list[int]
    name: list[int]
    kind: list[int]
    steps: list[bool]
    shunned: list[bool]
    named: Callable[[int], str]
    kinds: tuple[str, ...]

    def even(self, first: int, from_m: float, to_m: float) -> Stretch:
        """The pieces from `first` on, which differ in nothing that is told, as one."""
        return Stretch(
            from_m,
            to_m,
            _LIGHTS[self.state[first]],
            RULES[self.rule[first]],
            self.named(self.name[first]),
            self.kinds[self.kind[first]],
            self.steps[first],
        )

    def stretch(self, first: int, end: int, from_m: float) -> Stretch:
        """The pieces from `first` to before `end` as one; whatever they differ in is that of most metres."""
        m = self.m[first:end]
        if end - first == 1:
            light = self.state[first], self.rule[first]
        else:
            light = _most(list(zip(self.state[first:end], self.rule[first:end], strict=True)), m)
        return Stretch(
            from_m,
            from_m + sum(m),
            _LIGHTS[light[0]],
            RULES[light[1]],
            self.named(_most(self.name[first:end], m)),
            self.kinds[_most(self.kind[first:end], m)],
            True in self.steps[first:end],
        )


def _most(values: list[_Value], m: list[float]) -> _Value:
    """The value that most metres have."""
    if values.count(values[0]) == len(values):
        return values[0]
    totals: dict[_Value, float] = {}
    for value, metres in zip(values, m, strict=True):
        totals[value] = totals.get(value, 0.0) + metres
    return max(totals, key=totals.__getitem__)


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way. `kinds`: the names of the weights that lead to it: the shortest one may be the better lit one, too.

    The line is `lat` and `lon` in degrees, `along_m` the metres up to each point. It begins and ends on the street: at most
    150 m from where she asked (`Planned.off_m`). `metres` by state, as it will be when she passes; by day as at nightfall.
    """

    kinds: tuple[str, ...]
    lat: Floats
    lon: Floats
    along_m: Floats
    length_m: float
    duration_s: float
    metres: Metres
    stretches: tuple[Stretch, ...]
    longest_unsure: Stretch | None
    """The longest stretch that is not known to be lit, assumed ones counted in; `state` and `rule` are those of most of it."""
    steps_m: float
    pieces: Pieces

    @property
    def kind(self) -> str:
        """The first of its kinds."""
        return self.kinds[0]

    @property
    def shunned_m(self) -> float:
        """Metres up driveways, where there is no pavement, or where somebody has reported a concern."""
        return sum(m for m, shunned in zip(self.pieces.m, self.pieces.shunned, strict=True) if shunned)

    def places(self) -> list[Place]:
        """The points of its line as (lat, lon)."""
        return list(zip(self.lat.tolist(), self.lon.tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """Up to three ways, the better lit one first, no two alike. `off_m`: metres from origin and destination to the street.

    `dark`: the sun is down for a part of it. By day the light of streets counts for nothing: there is the shortest way alone.
    """

    dark: bool
    ways: tuple[Way, ...]
    off_m: tuple[float, float]

    @property
    def shortest(self) -> Way:
        """The one that the others are held against; where nobody asked for it, the last."""
        return next((way for way in self.ways if SHORTEST.name in way.kinds), self.ways[-1])


class Reason(StrEnum):
    """Why there is no way."""

    NO_MAP = "no_map"
    OUTSIDE_MAP = "outside_map"
    ACROSS_EDGE = "across_edge"
    NO_STREET_NEAR = "no_street_near"
    SAME_PLACE = "same_place"
    TOO_FAR = "too_far"
    CUT_OFF = "cut_off"
    """No way leads there, or none that anybody would walk."""
    CLOSED = "closed"
    """Only through what is closed at that time."""
    ONLY_STEPS = "only_steps"
    """Only by steps, which she asked to avoid."""


class NoWay(Exception):
    """There is no way. `field`: which end it is about, `origin` or `destination`; "": both, or the way between them.

    `metres`: how far outside, off the street, or apart; None where that says nothing. `maps`: the names for ACROSS_EDGE.
    """

    def __init__(self, reason: Reason, field: str = "", metres: float | None = None, maps: Sequence[str] = ()) -> None:
        self.reason = reason
        self.field = field
        self.metres = metres
        self.maps = tuple(maps)
        super().__init__(f"{field or 'way'}: {reason.value}" + ("" if metres is None else f", {metres:.0f} m"))


class RoutePlanner(Protocol):
    """Whoever plans ways. Takes milliseconds of a core: never called on the loop."""

    def plan(self, asked: Asked) -> Planned:
        """The ways. Raises NoWay."""
        ...
