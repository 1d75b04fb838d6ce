"""On foot to a stop, by bus, and on foot from another stop: where she really is, second by second."""

import math
from dataclasses import dataclass, replace

import numpy as np

from .walker import HOME_S, Doing, Truth, Walker
from .ways import Metres, Way, drawn, way_of

MPS2 = 1.0


@dataclass(frozen=True, slots=True)
class Trip:
    """`legs` are the ways of its three parts. She is on the bus from when it drives off until she is out of it."""

    legs: tuple[Way, Way, Way]
    truth: Truth
    boards_s: float
    leaves_s: float


def trip(seed: int, walker: Walker, home_s: float = HOME_S) -> Trip:
    """Half a kilometre to the stop, one to eight minutes there, two to six kilometres by bus, and a few streets home."""
    rng = np.random.default_rng([seed, 23])
    to_stop = drawn("plain", seed, float(rng.uniform(300, 700)))
    road = _moved("ride", drawn("plain", seed + 500_000, float(rng.uniform(2000, 6000))), to_stop.xy[-1])
    home = _moved("home", drawn("plain", seed + 900_000, float(rng.uniform(250, 600))), road.xy[-1])
    first = walker.walks(to_stop, seed, home_s=0.0)
    last = walker.walks(home, seed + 1, home_s=home_s)
    walked = int(first.home_at or 0)
    waits, ride_m = int(rng.uniform(60, 480)), _driven(road.length_m, rng)
    before = walked + waits
    parts = [
        (first.xy[:walked], first.along_m[:walked], first.doing[:walked]),
        (np.repeat(to_stop.xy[-1:], waits, axis=0), np.full(waits, to_stop.length_m), np.full(waits, Doing.WAITS)),
        (road.at(ride_m), to_stop.length_m + ride_m, np.full(len(ride_m), Doing.RIDES)),
        (last.xy, to_stop.length_m + road.length_m + last.along_m, last.doing),
    ]
    xy, along, doing = (np.concatenate([part[k] for part in parts]) for k in range(3))
    whole = way_of("bus", np.concatenate([to_stop.xy, road.xy, home.xy]), to_stop.centre)
    leaves = before + len(ride_m)
    home_at = None if last.home_at is None else leaves + last.home_at
    truth = Truth(whole, xy, along, doing.astype(np.int8), float(before), home_at, whole.off_m(xy))
    return Trip((to_stop, road, home), truth, float(before), float(leaves))


def _moved(kind: str, way: Way, to: Metres) -> Way:
    return replace(way, kind=kind, xy=way.xy - way.xy[0] + to)


def _driven(length_m: float, rng: np.random.Generator) -> Metres:
    """Metres after every second: halts every 250 to 600 m, 10 to 40 s long, and 8 to 14 m/s between them."""
    gone, out = 0.0, []
    while gone < length_m:
        stop_m = min(length_m, gone + float(rng.uniform(250, 600)))
        if length_m - stop_m < 100:
            stop_m = length_m
        top, speed = float(rng.uniform(8, 14)), 0.0
        while gone < stop_m - 0.5:
            speed = min(top, speed + MPS2, math.sqrt(2 * MPS2 * max(stop_m - gone, 0.5)))
            gone = min(stop_m, gone + speed)
            out.append(gone)
        out += [gone] * int(rng.uniform(10, 40))
        gone = stop_m
    return np.asarray(out)
