"""What a phone's receiver makes of where she is. Everything is in metres on the ground and seconds, nothing in cells.

The usual error has three parts that together have the receiver's sigma on each axis: one that wanders (an
Ornstein-Uhlenbeck process, tau 10 to 90 s), one fixed in space (the same wall is wrong the same way twice), and a little
that is new in every fix. Beside it happen, each at its own rate: runs of multipath that put her across the street for a
minute, lone outliers with a heavy tail, tunnels with dead reckoning behind them, and positions that freeze.
Between high walls sigma is larger than on a square, and a phone that is honest knows it, more or less: what it believes
wanders about sigma on *one* axis, which holds fewer than half of its errors. A phone that kept its word would say half as
much again; few do in streets.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from .walker import Doing, Truth
from .ways import Metres

WANDERS, IN_SPACE, NEW = 0.75, 0.58, 0.32
"""Shares of sigma; their squares sum to one."""
CITY = 20_240
"""The seed of the town's walls: the same for every walk."""
ROUGH = 0.35
UNEVEN = 1.12
"""Root mean square of the factor that walls put on sigma, so that sigma stays what it says over a town."""
BELIEF_SLOW, BELIEF_NEW, BELIEF_S = 0.43, 0.25, 60.0
"""What a phone believes is off by a factor: most of it stays for a minute, some is new in every fix."""

Believed = Literal["honest", "optimistic", "stuck"]
Speed = Literal["noisy", "missing", "minus"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver and the town around it. `…_h` are means an hour, `…_km` a kilometre, the pairs are from–to. Inside a
    house sigma is `indoors` times as large. `even`: it is the same in every street."""

    name: str
    sigma_m: float
    runs_h: float = 0.0
    run_m: tuple[float, float] = (15.0, 40.0)
    run_s: tuple[float, float] = (20.0, 120.0)
    outliers: float = 0.0
    tunnels_km: float = 0.0
    frozen_h: float = 0.0
    networks: float = 0.0
    indoors: float = 1.8
    even: bool = False
    believed: Believed = "honest"
    speed: Speed = "noisy"


PLAIN_10 = Receiver("sigma 10", 10.0, indoors=1.0, even=True)
PLAIN_20 = Receiver("sigma 20", 20.0, indoors=1.0, even=True)
GOOD = Receiver("good", 5.0, outliers=0.001)
TOWN = Receiver("town", 10.0, runs_h=2.0, run_m=(15.0, 35.0), run_s=(20.0, 60.0), outliers=0.004, frozen_h=0.3)
CANYON = Receiver("canyon", 20.0, runs_h=5.0, run_m=(15.0, 60.0), outliers=0.01, tunnels_km=0.1, frozen_h=0.5)
BAD = Receiver(
    "bad",
    20.0,
    runs_h=8.0,
    run_m=(15.0, 60.0),
    outliers=0.03,
    tunnels_km=0.3,
    frozen_h=2.0,
    networks=0.03,
    believed="optimistic",
    speed="missing",
)
RECEIVERS = (GOOD, TOWN, CANYON, BAD)


@dataclass(frozen=True, slots=True)
class Sky:
    """The walls of a town: an error in metres of sigma 1 on each axis, and a factor on sigma, at every place of it."""

    waves: Metres
    phases: Metres

    @classmethod
    def over(cls, seed: int = CITY, waves: int = 24) -> "Sky":
        """Waves of 30 to 150 m in all directions."""
        rng = np.random.default_rng(seed)
        lengths, courses = rng.uniform(30, 150, (3, waves)), rng.uniform(0, 2 * math.pi, (3, waves))
        k = 2 * math.pi / lengths
        return cls(np.stack([k * np.cos(courses), k * np.sin(courses)]), rng.uniform(0, 2 * math.pi, (3, waves)))

    def at(self, xy: Metres) -> tuple[Metres, Metres]:
        """(error, factor) at these places; the factor is 1 in the middle, 0.5 on a square, 2 between high walls."""
        kx, ky = self.waves
        field = np.stack(
            [
                np.cos(np.outer(xy[:, 0], kx[n]) + np.outer(xy[:, 1], ky[n]) + self.phases[n]).sum(axis=1)
                for n in range(3)
            ]
        ) * math.sqrt(2.0 / kx.shape[1])
        return field[:2].T, np.exp(ROUGH * np.clip(field[2], -2, 2))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the receiver said at `t` (seconds of the walk). `silent`: it said nothing then. `usual`: none of the rare
    things was at work."""

    t: Metres
    xy: Metres
    accuracy_m: Metres
    speed_mps: Metres
    silent: npt.NDArray[np.bool_]
    usual: npt.NDArray[np.bool_]


def seen(truth: Truth, t: Metres, receiver: Receiver, seed: int, sky: Sky | None = None) -> Seen:
    """The walk through this receiver, at these seconds."""
    rng = np.random.default_rng([seed, 13])
    sky = sky or Sky.over()
    at = truth.place(t)
    doing = truth.doing[truth.index(t)]
    walls, factor = sky.at(at)
    indoors = np.where((doing == Doing.HOME) | (doing == Doing.ERRAND), receiver.indoors, 1.0)
    sigma = receiver.sigma_m * indoors * (1.0 if receiver.even else factor / UNEVEN)
    wanders = _wandering(rng, t, float(rng.uniform(10, 90)))
    usual = WANDERS * wanders + IN_SPACE * walls + NEW * rng.normal(size=at.shape)
    shown = Seen(
        t=t,
        xy=at + sigma[:, None] * usual,
        accuracy_m=_believed(rng, receiver, sigma, t),
        speed_mps=_speeds(rng, truth, t, receiver),
        silent=np.zeros(len(t), dtype=bool),
        usual=np.ones(len(t), dtype=bool),
    )
    for happens in (_runs, _outliers, _tunnels, _networks, _frozen):
        shown = happens(rng, truth, shown, receiver)
    return shown


def _wandering(rng: np.random.Generator, t: Metres, tau_s: float) -> Metres:
    """An Ornstein-Uhlenbeck process of sigma 1 on both axes, exact at uneven instants."""
    pull = np.exp(-np.diff(t, prepend=t[0]) / tau_s)
    kicks = rng.normal(size=(len(t), 2)) * np.sqrt(1 - pull * pull)[:, None]
    out = np.empty((len(t), 2))
    x, y = rng.normal(size=2).tolist()
    for k, (p, (kx, ky)) in enumerate(zip(pull.tolist(), kicks.tolist(), strict=True)):
        x, y = x * p + kx, y * p + ky
        out[k] = x, y
    return out


def _believed(rng: np.random.Generator, receiver: Receiver, sigma: Metres, t: Metres) -> Metres:
    """Sigma within a factor; optimistic phones say 40 % of it; some chips say 5 for ever."""
    if receiver.believed == "stuck":
        return np.full(len(sigma), 5.0)
    share = 0.4 if receiver.believed == "optimistic" else 1.0
    off = BELIEF_SLOW * _wandering(rng, t, BELIEF_S)[:, 0] + BELIEF_NEW * rng.normal(size=len(sigma))
    return np.asarray(np.clip(share * sigma * np.exp(off), 2.0, 500.0))


def _speeds(rng: np.random.Generator, truth: Truth, t: Metres, receiver: Receiver) -> Metres:
    """What the chip says from Doppler: right within 0.3 m/s, or not at all (NaN), or -1."""
    if receiver.speed == "missing":
        return np.full(len(t), np.nan)
    if receiver.speed == "minus":
        return np.full(len(t), -1.0)
    moved = truth.place(t) - truth.place(t - 1.0)
    return np.asarray(np.maximum(0.0, np.hypot(moved[:, 0], moved[:, 1]) + rng.normal(0, 0.3, len(t))))


def _spells(rng: np.random.Generator, t: Metres, per_h: float, lasts_s: tuple[float, float]) -> list[tuple[int, int]]:
    """Stretches of fixes at random, `per_h` an hour."""
    many = rng.poisson(per_h * (t[-1] - t[0]) / 3600.0)
    starts = np.sort(rng.uniform(t[0], t[-1], many))
    ends = starts + rng.uniform(*lasts_s, many)
    return [
        (int(a), int(b)) for a, b in zip(np.searchsorted(t, starts), np.searchsorted(t, ends), strict=True) if b > a
    ]


def _runs(rng: np.random.Generator, truth: Truth, shown: Seen, receiver: Receiver) -> Seen:
    """Multipath: the whole street seems to be across the street. Half the time the phone notices that it sees badly."""
    xy, accuracy, usual = shown.xy.copy(), shown.accuracy_m.copy(), shown.usual.copy()
    for first, last in _spells(rng, shown.t, receiver.runs_h, receiver.run_s):
        course = truth.way.course(float(truth.along_m[truth.index(shown.t[first])]))
        across = np.array([-course[1], course[0]]) * rng.choice([-1, 1])
        xy[first:last] += across * rng.uniform(*receiver.run_m) + rng.normal(0, 3, (last - first, 2))
        if rng.random() < 0.5:
            accuracy[first:last] *= rng.uniform(1.5, 3)
        usual[first:last] = False
    return replace(shown, xy=xy, accuracy_m=accuracy, usual=usual)


def _outliers(rng: np.random.Generator, _truth: Truth, shown: Seen, receiver: Receiver) -> Seen:
    """60 m and more, sometimes very much more; now and then two in a row. Half of them know that they are bad."""
    hit = rng.random(len(shown.t)) < receiver.outliers
    hit |= np.roll(hit, 1) & (rng.random(len(hit)) < 0.2)
    far = np.minimum(60.0 * (1 + rng.pareto(2.0, len(hit))), 500.0)
    angle = rng.uniform(0, 2 * math.pi, len(hit))
    thrown = shown.xy + (far[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))
    knows = rng.random(len(hit)) < 0.5
    return replace(
        shown,
        xy=np.where(hit[:, None], thrown, shown.xy),
        accuracy_m=np.where(hit & knows, far, shown.accuracy_m),
        usual=shown.usual & ~hit,
    )


def _tunnels(rng: np.random.Generator, truth: Truth, shown: Seen, receiver: Receiver) -> Seen:
    """Nothing for one to four minutes; then, half the time, up to 200 m of dead reckoning in a wrong direction until the
    receiver comes to itself."""
    km = truth.way.length_m / 1000.0
    hours = max(shown.t[-1] - shown.t[0], 1.0) / 3600.0
    xy, silent, usual = shown.xy.copy(), shown.silent.copy(), shown.usual.copy()
    for first, last in _spells(rng, shown.t, receiver.tunnels_km * km / hours, (60.0, 240.0)):
        silent[first:last] = True
        if rng.random() < 0.5 and last < len(xy):
            wrong = slice(last, min(last + int(rng.integers(2, 6)), len(xy)))
            angle, steps = rng.uniform(0, 2 * math.pi), np.arange(1, wrong.stop - wrong.start + 1)
            towards = np.array([math.cos(angle), math.sin(angle)])
            xy[wrong] += steps[:, None] * rng.uniform(15, 40) * towards
            usual[wrong] = False
    return replace(shown, xy=xy, silent=silent, usual=usual)


def _networks(rng: np.random.Generator, _truth: Truth, shown: Seen, receiver: Receiver) -> Seen:
    """Now and then the phone asks its network instead: hundreds of metres, and it says so more or less."""
    hit = rng.random(len(shown.t)) < receiver.networks
    sigma = rng.uniform(60, 300, len(hit))
    return replace(
        shown,
        xy=np.where(hit[:, None], shown.xy + sigma[:, None] * rng.normal(size=shown.xy.shape), shown.xy),
        accuracy_m=np.where(hit, sigma * rng.uniform(0.7, 3, len(hit)), shown.accuracy_m),
        usual=shown.usual & ~hit,
    )


def _frozen(rng: np.random.Generator, _truth: Truth, shown: Seen, receiver: Receiver) -> Seen:
    """The last known place again and again, as new."""
    xy, accuracy, usual = shown.xy.copy(), shown.accuracy_m.copy(), shown.usual.copy()
    for first, last in _spells(rng, shown.t, receiver.frozen_h, (20.0, 90.0)):
        xy[first:last], accuracy[first:last] = xy[first], accuracy[first]
        usual[first:last] = False
    return replace(shown, xy=xy, accuracy_m=accuracy, usual=usual)
