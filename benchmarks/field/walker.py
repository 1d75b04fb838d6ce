"""Where she really is, second by second: how people walk a way, and how a walk goes wrong."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from .ways import Metres, Way

LIMIT_M = 40.0
"""Farther than this from her way she has left it: what the law calls off the route."""
HOME_S = 420.0


class Doing(IntEnum):
    """What she is at."""

    WALKS = 0
    WAITS = 1
    RESTS = 2
    ERRAND = 3
    TURNED = 4
    RUNS = 5
    OFF = 6
    RIDES = 7
    STANDS = 8
    HOME = 9


STILL = (Doing.WAITS, Doing.RESTS, Doing.STANDS, Doing.HOME)


@dataclass(frozen=True, slots=True)
class Truth:
    """One value a second. `along_m` is where she is on her way, or where she left it. `turned_at` is the second in which
    what this walk is about began, if it is about anything."""

    way: Way
    xy: Metres
    along_m: Metres
    doing: npt.NDArray[np.int8]
    turned_at: float | None = None
    home_at: float | None = None
    off_m: Metres = field(default_factory=lambda: np.empty(0))

    @property
    def seconds(self) -> int:
        return len(self.xy)

    def place(self, t: Metres) -> Metres:
        """Where she is at these seconds."""
        every = np.arange(self.seconds)
        return np.column_stack([np.interp(t, every, self.xy[:, k]) for k in (0, 1)])

    def index(self, t: "Metres | float") -> npt.NDArray[np.int64]:
        return np.clip(np.asarray(t, dtype=np.float64).astype(np.int64), 0, self.seconds - 1)

    def left_at(self) -> float | None:
        """The first second, once it turned, from which she is farther than the limit from her way for a minute."""
        if self.turned_at is None:
            return None
        beyond = self.off_m > LIMIT_M
        beyond[: int(self.turned_at)] = False
        for k in np.flatnonzero(beyond):
            if beyond[k : k + 60].all():
                return float(k)
        return None

    def rests(self, at_least_s: float) -> list[tuple[float, float]]:
        """From when until when she got no 25 m farther along her way."""
        found: list[tuple[float, float]] = []
        first = 0
        while first < self.seconds:
            beyond = np.abs(self.along_m[first:] - self.along_m[first]) >= 25.0
            last = first + (int(beyond.argmax()) if beyond.any() else len(beyond))
            if last - first >= at_least_s:
                found.append((float(first), float(last)))
                first = last
            else:
                first += 5
        return found


@dataclass(frozen=True, slots=True)
class Turn:
    """What goes wrong, `after_m` along: `wrong_turn`, `parallel_street`, `carried_off` (at `mps`), `stands` (for `for_s`)."""

    what: str
    after_m: float
    mps: float = 11.0
    for_s: float = 1500.0


@dataclass(frozen=True, slots=True)
class Walker:
    """How somebody walks: her pace and how it wanders, what she stops for (a kilometre, or an hour for rests)."""

    pace_mps: float = 1.35
    wander: float = 0.1
    crossings_km: float = 4.0
    rests_h: float = 0.0
    errands_km: float = 0.15
    turns_km: float = 0.1
    runs_km: float = 0.15

    def walks(self, way: Way, seed: int, turn: Turn | None = None, home_s: float = HOME_S) -> Truth:
        """The way from its first place to its last, then indoors; after a turn, ten minutes of what it leads to."""
        rng = np.random.default_rng([seed, 7])
        trail = _Trail(way, self, rng)
        for along_m, happens in self._stops(way, rng):
            if turn is not None and along_m >= turn.after_m:
                break
            trail.walk(max(along_m, trail.along))  # a run may have taken her past it
            happens(trail)
        if turn is None:
            trail.walk(way.length_m)
            trail.indoors(home_s)
            return trail.truth()
        trail.walk(max(turn.after_m, trail.along))
        trail.turned_at = float(trail.seconds)
        trail.turns(turn)
        if turn.what == "stands":
            trail.walk(way.length_m)
            trail.indoors(home_s)
        return trail.truth()

    def _stops(self, way: Way, rng: np.random.Generator) -> "list[tuple[float, Callable[[_Trail], None]]]":
        km = way.length_m / 1000.0
        hours = way.length_m / self.pace_mps / 3600.0
        many = {
            _Trail.waits: self.crossings_km * km,
            _Trail.rests: self.rests_h * hours,
            _Trail.errand: self.errands_km * km,
            _Trail.turns_round: self.turns_km * km,
            _Trail.runs: self.runs_km * km,
        }
        found = [
            (float(along), happens)
            for happens, mean in many.items()
            for along in rng.uniform(20, max(21.0, way.length_m - 60), rng.poisson(mean))
        ]
        return sorted(found, key=lambda stop: stop[0])


def somebody(seed: int, *, rests_h: float = 0.0) -> Walker:
    """A person: some are slow, some hurry, some stop at everything."""
    rng = np.random.default_rng([seed, 11])
    return Walker(
        pace_mps=float(rng.uniform(1.0, 1.8)),
        wander=float(rng.uniform(0.05, 0.2)),
        crossings_km=float(rng.uniform(1, 7)),
        rests_h=rests_h,
    )


class _Trail:
    """The seconds so far."""

    def __init__(self, way: Way, walker: Walker, rng: np.random.Generator) -> None:
        self.way, self.walker, self.rng = way, walker, rng
        self.pieces: list[tuple[Metres, Metres, int]] = [(way.at(0.0), np.zeros(1), int(Doing.WALKS))]
        self.along, self.seconds = 0.0, 1
        self.turned_at: float | None = None
        self.home_at: float | None = None

    def add(self, xy: Metres, along: Metres, doing: Doing) -> None:
        if len(xy):
            self.pieces.append((xy, along, int(doing)))
            self.seconds += len(xy)
            self.along = float(along[-1])

    def steps(self, metres: float, mps: float) -> Metres:
        """How far she has come after every second, until `metres`: the pace wanders about `mps` and comes back in a
        minute or so."""
        n = int(metres / mps * 3) + 10
        pull = math.exp(-1 / 60)
        kicks = self.rng.normal(0, self.walker.wander * math.sqrt(1 - pull * pull), n)
        wander = np.empty(n)
        level = 0.0
        for k, kick in enumerate(kicks.tolist()):
            level = level * pull + kick
            wander[k] = level
        far = np.cumsum(mps * np.exp(wander))
        far = far[: int(np.searchsorted(far, metres)) + 1]
        return np.asarray(np.minimum(far, metres), dtype=np.float64)

    def walk(self, to_m: float, mps: float | None = None, doing: Doing = Doing.WALKS) -> None:
        metres = to_m - self.along
        if abs(metres) < 0.1:
            return
        along = self.along + math.copysign(1, metres) * self.steps(abs(metres), mps or self.walker.pace_mps)
        self.add(self.way.at(along), along, doing)

    def stay(self, seconds: float, doing: Doing) -> None:
        n = int(seconds)
        self.add(np.repeat(self.pieces[-1][0][-1:], n, axis=0), np.full(n, self.along), doing)

    def lead(self, metres: Metres, towards: Metres, doing: Doing) -> None:
        """Straight on from where she is, so far after each second; her place on the way stays."""
        xy = self.pieces[-1][0][-1] + metres[:, None] * towards
        self.add(xy, np.full(len(xy), self.along), doing)

    # ── what happens on a walk ──

    def waits(self) -> None:
        self.stay(self.rng.uniform(5, 60), Doing.WAITS)

    def rests(self) -> None:
        self.stay(self.rng.uniform(300, 1200), Doing.RESTS)

    def errand(self) -> None:
        """Into a shop beside the street, and back out: 15 to 40 m, two or three minutes."""
        course, far = self.way.course(self.along), self.rng.uniform(15, 38)
        across = np.array([-course[1], course[0]]) * self.rng.choice([-1, 1])
        there = self.steps(far, self.walker.pace_mps)
        self.lead(there, across, Doing.ERRAND)
        self.stay(self.rng.uniform(20, 160), Doing.ERRAND)
        self.lead(there, -across, Doing.ERRAND)

    def turns_round(self) -> None:
        """She forgot something, or took the wrong side: some way back, and on again."""
        self.walk(max(0.0, self.along - self.rng.uniform(30, 120)), doing=Doing.TURNED)

    def runs(self) -> None:
        self.walk(
            min(self.way.length_m, self.along + self.rng.uniform(60, 300)), self.rng.uniform(2.3, 3.6), Doing.RUNS
        )

    def indoors(self, seconds: float) -> None:
        """Her door is a few steps from the end of the way."""
        self.home_at = float(self.seconds)
        course = self.way.course(self.way.length_m)
        across = np.array([-course[1], course[0]]) * self.rng.choice([-1, 1])
        self.lead(self.steps(self.rng.uniform(4, 15), self.walker.pace_mps), across, Doing.HOME)
        self.stay(seconds, Doing.HOME)

    # ── what goes wrong ──

    def turns(self, turn: Turn) -> None:
        match turn.what:
            case "stands":
                self.stay(turn.for_s, Doing.STANDS)
            case "wrong_turn":
                self.lead(self.steps(800.0, self.walker.pace_mps), self._away(), Doing.OFF)
            case "parallel_street":
                self._beside()
            case "carried_off":
                self._carried(turn.mps)
            case _:
                raise ValueError(f"expected a turn of a walk, got {turn.what}")

    def _away(self) -> Metres:
        """The street of eight that leads farthest from every part of the way, at least 50° off her course."""
        course = self.way.course(self.along)
        here, first = self.pieces[-1][0][-1], self.rng.uniform(0, 45)
        best, far = -course, -1.0
        for k in range(8):
            angle = math.radians(first + 45 * k)
            towards = np.array([math.cos(angle), math.sin(angle)])
            if towards @ course > math.cos(math.radians(50)):
                continue
            nearest = float(self.way.off_m(here + np.array([[120.0], [250.0], [400.0]]) * towards).min())
            if nearest > far:
                best, far = towards, nearest
        return best

    def _beside(self) -> None:
        """The next street, 60 to 110 m beside hers, and along it as her own way goes."""
        course, gap = self.way.course(self.along), self.rng.uniform(60, 110)
        across = np.array([-course[1], course[0]])
        here = self.pieces[-1][0][-1]
        ahead = self.way.at(np.linspace(self.along, min(self.along + 700, self.way.length_m), 15)) - here
        near = [float(np.median(self.way.off_m(here + ahead + side * gap * across))) for side in (1, -1)]
        across = across if near[0] >= near[1] else -across
        self.lead(self.steps(gap, self.walker.pace_mps), across, Doing.OFF)
        self.lead(self.steps(700.0, self.walker.pace_mps), course, Doing.OFF)

    def _carried(self, mps: float) -> None:
        """A car: 1.5 m/s² up to its speed, twenty seconds at a light now and then, five minutes."""
        towards = self._away()
        speed, gone, far = 0.0, 0.0, []
        light = self.rng.integers(60, 120)
        for second in range(300):
            held = second > light and (second - light) % 110 < 20
            speed = max(0.0, speed - 2.5) if held else min(mps, speed + 1.5)
            gone += speed
            far.append(gone)
        self.lead(np.asarray(far), towards, Doing.RIDES)

    def truth(self) -> Truth:
        xy = np.concatenate([piece[0] for piece in self.pieces])
        along = np.concatenate([piece[1] for piece in self.pieces])
        doing = np.concatenate([np.full(len(piece[0]), piece[2], dtype=np.int8) for piece in self.pieces])
        return Truth(self.way, xy, along, doing, self.turned_at, self.home_at, self.way.off_m(xy))
