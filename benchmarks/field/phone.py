"""When a phone says what its receiver saw: how often, how late, in which order, by which clock, and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .receiver import Receiver, Seen, Sky, seen
from .walker import STILL, Truth
from .ways import Metres

STARTED_AT = 1_760_000_000.0
"""When every walk of the field begins, seconds since 1970: an evening in October."""
SENT_S = 0.4
UP_S = 90_000.0
"""What its monotonic clock says when she sets off."""
STILL_AFTER_S = 120.0


class Row(NamedTuple):
    """A fix as it goes over the wire. `t` is by the phone's own clock."""

    t: float
    lat: float
    lon: float
    accuracy_m: float | None
    speed_mps: float | None
    battery_pct: float | None


class Frame(NamedTuple):
    """Some fixes as they reach us: `seq` is the number of the first, `sent_at` by the phone's clock, `received_at` by
    ours. `truth_s` are the true seconds of the walk at which each was measured, `up_s` is the phone's monotonic clock."""

    seq: int
    sent_at: float
    received_at: float
    rows: tuple[Row, ...]
    truth_s: tuple[float, ...]
    up_s: float | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """`cadence_s` while she moves, `still_s` once she has been still for two minutes; `jitter` is a share of either.

    `gaps_h`: the recorder stops for a while and nothing was measured. `pauses_h`: the phone sleeps with its buffer full
    and sends it all at once. `twice`: the same frame, or the same fix under a new number, again. `shuffled`: two fixes of
    a buffered burst change places. `offset_s`: its clock is off; `steps`: and is set, once. `late`: a
    share of its frames is underway for 5 to 15 s, and what it sends meanwhile waits behind. `counts`: it has a monotonic
    clock, and says so. `dies_s`: its battery.
    """

    cadence_s: float = 10.0
    still_s: float = 60.0
    jitter: float = 0.1
    gaps_h: float = 0.0
    pauses_h: float = 0.0
    twice: float = 0.0
    shuffled: float = 0.0
    offset_s: float = 0.0
    steps: bool = False
    late: float = 0.0
    counts: bool = False
    dies_s: float | None = None
    battery_pct: float = 80.0


STEADY = Phone()
TYPICAL = Phone(gaps_h=0.3, pauses_h=0.5, twice=0.01, shuffled=0.1, offset_s=1.7, late=0.03, counts=True)
TROUBLED = Phone(gaps_h=1.5, pauses_h=3.0, twice=0.05, shuffled=0.3, offset_s=-42.0, steps=True, jitter=0.4, late=0.1)
"""An old one: it has no monotonic clock to tell of."""


def rests(truth: Truth) -> Callable[[float], bool]:
    """Whether at this second a phone knows that it has been still for two minutes."""
    moved = np.flatnonzero(~np.isin(truth.doing, STILL))
    last_moved = np.zeros(truth.seconds)
    last_moved[moved] = moved
    last_moved = np.maximum.accumulate(last_moved)
    return lambda t: bool(t - last_moved[int(t)] > STILL_AFTER_S)


def measured_at(truth: Truth, phone: Phone, rng: np.random.Generator) -> Metres:
    """The seconds at which it looks where it is."""
    resting = rests(truth)
    out, t = [], float(rng.uniform(0, phone.cadence_s))
    while t < truth.seconds - 1:
        out.append(t)
        step = phone.still_s if resting(t) else phone.cadence_s
        t += max(1.0, step * (1 + phone.jitter * rng.uniform(-1, 1)))
    return np.asarray(out)


def frames(truth: Truth, receiver: Receiver, phone: Phone, seed: int, sky: Sky | None = None) -> list[Frame]:
    """Everything that reaches us of this walk, in the order it does."""
    rng = np.random.default_rng([seed, 17])
    shown = seen(truth, measured_at(truth, phone, rng), receiver, seed, sky)
    said = ~shown.silent
    for gap_from, gap_until in _spans(rng, truth, phone.gaps_h, 60.0, 400.0):
        said &= (shown.t < gap_from) | (shown.t >= gap_until)
    if phone.dies_s is not None:
        said &= shown.t < phone.dies_s
    asleep = _spans(rng, truth, phone.pauses_h, 30.0, 300.0)
    bursts = _bursts(shown, np.flatnonzero(said), asleep)
    late = _Late(phone.late, np.random.default_rng([seed, 19]))
    return _sent(shown, bursts, phone, truth, rng, late)


def _spans(rng: np.random.Generator, truth: Truth, per_h: float, least_s: float, most_s: float) -> list[Metres]:
    many = rng.poisson(per_h * truth.seconds / 3600.0)
    starts = rng.uniform(0, truth.seconds, many)
    return list(np.column_stack([starts, starts + rng.uniform(least_s, most_s, many)]))


def _bursts(shown: Seen, said: "np.typing.NDArray[np.int64]", asleep: list[Metres]) -> list[tuple[float, list[int]]]:
    """Which fixes leave together, and when: what was measured asleep waits for the end of it."""
    out: dict[float, list[int]] = {}
    for k in said.tolist():
        t = float(shown.t[k])
        leaves = max([t, *(float(until) for began, until in asleep if began <= t < until)])
        out.setdefault(leaves, []).append(k)
    return sorted(out.items())


class _Late:
    """How much longer than usual a frame is underway. Drawn apart: the walk of a seed is the same without it."""

    def __init__(self, share: float, rng: np.random.Generator) -> None:
        self._share, self._rng = share, rng

    def __call__(self) -> float:
        late_s = float(self._rng.uniform(5.0, 15.0))
        return late_s if self._rng.random() < self._share else 0.0


def _sent(
    shown: Seen,
    bursts: list[tuple[float, list[int]]],
    phone: Phone,
    truth: Truth,
    rng: np.random.Generator,
    late: "_Late",
) -> list[Frame]:
    places = truth.way.degrees(shown.xy)
    set_at = float(rng.uniform(0.2, 0.8)) * truth.seconds if phone.steps else np.inf
    out: list[Frame] = []
    seq, arrived = 0, 0.0
    for leaves, taken in bursts:
        if len(taken) > 2 and rng.random() < phone.shuffled:
            k = int(rng.integers(0, len(taken) - 1))
            taken[k], taken[k + 1] = taken[k + 1], taken[k]
        if rng.random() < phone.twice:
            taken.append(taken[-1])
        rows = tuple(_row(shown, k, places[k], phone, _offset(phone, float(shown.t[k]), set_at)) for k in taken)
        received = arrived = max(arrived, STARTED_AT + leaves + SENT_S + float(rng.exponential(0.3)) + late())
        sent = STARTED_AT + leaves + _offset(phone, leaves, set_at)
        up_s = UP_S + leaves if phone.counts else None
        frame = Frame(seq, sent, received, rows, tuple(float(shown.t[k]) for k in taken), up_s)
        out.append(frame)
        if rng.random() < phone.twice:  # its answer was lost: the same frame again
            arrived = received + 2.0
            again_s = None if up_s is None else up_s + 2.0
            out.append(frame._replace(sent_at=sent + 2.0, received_at=arrived, up_s=again_s))
        seq += len(rows)
    return out


def _offset(phone: Phone, t: float, set_at: float) -> float:
    return phone.offset_s if t < set_at else 0.0


def _row(shown: Seen, k: int, place: tuple[float, float], phone: Phone, offset: float) -> Row:
    speed = float(shown.speed_mps[k])
    t = float(shown.t[k])
    return Row(
        t=STARTED_AT + t + offset,
        lat=round(place[0], 7),
        lon=round(place[1], 7),
        accuracy_m=round(float(shown.accuracy_m[k]), 1),
        speed_mps=None if speed != speed else round(speed, 2),
        battery_pct=max(1.0, phone.battery_pct - t / 400.0),
    )
