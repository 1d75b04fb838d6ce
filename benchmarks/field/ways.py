"""Ways to walk, drawn at random in metres around a place: the shapes that streets make, and those that mislead a matcher."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

Metres = npt.NDArray[np.float64]
"""Places as rows of (east, north), or a column of distances."""

CENTRE = (51.39, 0.54)
EQUATOR_M, FLATTENING = 6_378_137.0, 1 / 298.257223563


def per_degree(lat: float) -> tuple[float, float]:
    """Metres of a degree east and north, from the radii of curvature of the WGS 84 ellipsoid."""
    e2 = FLATTENING * (2.0 - FLATTENING)
    w2 = 1.0 - e2 * math.sin(math.radians(lat)) ** 2
    across = EQUATOR_M / math.sqrt(w2)
    return math.radians(across * math.cos(math.radians(lat))), math.radians(across * (1.0 - e2) / w2)


@dataclass(frozen=True, slots=True)
class Way:
    """A polyline in metres east and north of `centre` (degrees); `along_m` is how far each vertex is from the start."""

    kind: str
    xy: Metres
    along_m: Metres
    centre: tuple[float, float] = CENTRE

    @property
    def length_m(self) -> float:
        return float(self.along_m[-1])

    def degrees(self, xy: Metres | None = None) -> list[tuple[float, float]]:
        """(latitude, longitude) of places in metres; without an argument, of the way itself."""
        east, north = per_degree(self.centre[0])
        xy = self.xy if xy is None else xy
        return [(self.centre[0] + y / north, self.centre[1] + x / east) for x, y in xy.tolist()]

    def at(self, along_m: "Metres | float") -> Metres:
        """The places so far along."""
        along = np.atleast_1d(np.asarray(along_m, dtype=np.float64))
        return np.column_stack([np.interp(along, self.along_m, self.xy[:, k]) for k in (0, 1)])

    def course(self, along_m: float) -> Metres:
        """Which way it goes there, as a vector of length 1."""
        k = min(max(int(np.searchsorted(self.along_m, along_m, "right")), 1), len(self.xy) - 1)
        step = self.xy[k] - self.xy[k - 1]
        return np.asarray(step / math.hypot(*step), dtype=np.float64)

    def off_m(self, xy: Metres) -> Metres:
        """How far places are from the nearest part of the way."""
        return self.nearest(xy)[0]

    def nearest(self, xy: Metres) -> tuple[Metres, Metres]:
        """(how far off, how far along) the nearest part of the way is, for each place."""
        a, d = self.xy[:-1], np.diff(self.xy, axis=0)
        length2 = (d * d).sum(axis=1)
        length = np.sqrt(length2)
        off, along = np.empty(len(xy)), np.empty(len(xy))
        for k in range(0, len(xy), 512):  # 512 × the vertices fit the cache
            to = xy[k : k + 512, None, :] - a
            share = np.clip((to * d).sum(axis=2) / length2, 0.0, 1.0)
            apart = to - share[..., None] * d
            far = (apart * apart).sum(axis=2)
            best, every = far.argmin(axis=1), np.arange(len(far))
            off[k : k + 512] = np.sqrt(far[every, best])
            along[k : k + 512] = self.along_m[best] + share[every, best] * length[best]
        return off, along

    def metres(self, degrees: "list[tuple[float, float]]") -> Metres:
        """Places of (latitude, longitude) in metres."""
        east, north = per_degree(self.centre[0])
        return (np.asarray(degrees, dtype=np.float64).reshape(-1, 2)[:, ::-1] - self.centre[::-1]) * (east, north)


def way_of(kind: str, xy: "Metres | list[tuple[float, float]]", centre: tuple[float, float] = CENTRE) -> Way:
    """A way through these places; one that is where the last one was is left out."""
    places = np.asarray(xy, dtype=np.float64)
    apart = np.hypot(*np.diff(places, axis=0).T)
    places = places[np.concatenate([[True], apart > 0.01])]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))])
    return Way(kind, places, along, centre)


def way_through(kind: str, degrees: list[tuple[float, float]]) -> Way:
    """A way through places in degrees, around its middle."""
    lat, lon = np.mean(np.asarray(degrees), axis=0)
    east, north = per_degree(float(lat))
    return way_of(kind, [((b - lon) * east, (a - lat) * north) for a, b in degrees], (float(lat), float(lon)))


class Pen:
    """Draws a way as somebody would walk it: so far ahead, so much to the left."""

    def __init__(self, rng: np.random.Generator, course_deg: float | None = None) -> None:
        self.rng = rng
        self.course = math.radians(rng.uniform(0, 360) if course_deg is None else course_deg)
        self.places = [(0.0, 0.0)]
        self.drawn_m = 0.0

    def ahead(self, metres: float, *, bends: bool = True) -> None:
        """A street: a vertex every 20–45 m, each a little out of line."""
        left = metres
        while left > 0.5:
            step = min(left, self.rng.uniform(20, 45)) if bends else left
            course = self.course + (self.rng.normal(0, 0.04) if bends else 0.0)
            x, y = self.places[-1]
            self.places.append((x + step * math.cos(course), y + step * math.sin(course)))
            left -= step
        self.drawn_m += metres

    def left(self, degrees: float) -> None:
        self.course += math.radians(degrees)

    def arc(self, radius_m: float, degrees: float) -> None:
        """Round a bend, to the left where `degrees` is above 0."""
        steps = max(2, int(abs(degrees) / 20))
        for _ in range(steps):
            self.left(degrees / steps / 2)
            self.ahead(radius_m * math.radians(abs(degrees)) / steps, bends=False)
            self.left(degrees / steps / 2)


def _streets(pen: Pen, metres: float) -> None:
    """Blocks and corners that never turn back on themselves."""
    main, drift = pen.course, 0.0
    until_m = pen.drawn_m + metres
    while pen.drawn_m < until_m:
        pen.course = main + drift + pen.rng.normal(0, 0.1)
        pen.ahead(min(pen.rng.uniform(40, 220), until_m - pen.drawn_m))
        drift = 0.0 if drift else math.radians(pen.rng.choice([-90, -60, 0, 60, 90]))


def _plain(pen: Pen, metres: float) -> None:
    _streets(pen, metres)


def _stairs(pen: Pen, metres: float) -> None:
    """Streets joined by stairs that turn on every landing."""
    for _ in range(3):
        _streets(pen, metres / 4)
        flight_m, turn = pen.rng.uniform(6, 12), 1
        for _ in range(int(pen.rng.integers(4, 9))):
            pen.ahead(flight_m, bends=False)
            pen.left(90 * turn)
            pen.ahead(2.0, bends=False)
            pen.left(90 * turn)
            turn = -turn
        pen.left(pen.rng.uniform(-20, 20))
    _streets(pen, metres / 4)


def _zigzag(pen: Pen, metres: float) -> None:
    turn = 1.0
    while pen.drawn_m < metres:
        pen.ahead(pen.rng.uniform(25, 60), bends=False)
        pen.left(turn * pen.rng.uniform(100, 140))
        turn = -turn


def _out_and_back(pen: Pen, metres: float) -> None:
    _streets(pen, metres / 2)
    pen.places += pen.places[-2::-1]


def _ring(pen: Pen, metres: float, turn: int) -> None:
    """Round a block of uneven sides, back to where it began."""
    corners = int(pen.rng.integers(5, 9))
    began, x0, y0 = pen.course, *pen.places[-1]
    radius = metres / (2 * math.pi)
    middle = (x0 + radius * math.cos(began + turn * math.pi / 2), y0 + radius * math.sin(began + turn * math.pi / 2))
    for k in range(1, corners):
        angle = began - turn * math.pi / 2 + turn * 2 * math.pi * k / corners
        r = radius * pen.rng.uniform(0.8, 1.2)
        pen.places.append((middle[0] + r * math.cos(angle), middle[1] + r * math.sin(angle)))
    pen.places.append((x0, y0))


def _loop(pen: Pen, metres: float) -> None:
    _ring(pen, metres, 1)


def _eight(pen: Pen, metres: float) -> None:
    _ring(pen, metres / 2, 1)
    _ring(pen, metres / 2, -1)


def _parallel(pen: Pen, metres: float) -> None:
    """Up one street, down the next, 20–30 m beside it."""
    streets = int(pen.rng.integers(2, 5))
    turn = 90
    for _ in range(streets):
        pen.ahead(metres / streets, bends=False)
        pen.left(turn)
        pen.ahead(pen.rng.uniform(20, 30), bends=False)
        pen.left(turn)
        turn = -turn


def _roundabout(pen: Pen, metres: float) -> None:
    for _ in range(3):
        _streets(pen, metres / 4)
        radius, leaves = pen.rng.uniform(12, 25), pen.rng.choice([180, 270, 360, 450])
        pen.left(-90)
        pen.arc(radius, leaves)
        pen.left(-90)
    _streets(pen, metres / 4)


def _spiral(pen: Pen, metres: float) -> None:
    """Round a park, each round 25–40 m further in."""
    gap = pen.rng.uniform(25, 40)
    side = math.sqrt(metres * gap) + gap
    sides = 0
    while pen.drawn_m < metres and side > gap / 2:
        pen.ahead(side, bends=False)
        pen.left(90)
        sides += 1
        if sides >= 3 and sides % 2:
            side -= gap


def _shared_trunk(pen: Pen, metres: float) -> None:
    """Out along a street, round a loop at its end, back along the same street, and off down another."""
    _streets(pen, metres * 0.25)
    trunk = list(pen.places)
    _ring(pen, metres * 0.3, 1)
    kept = max(2, int(len(trunk) * 0.4))
    pen.places += trunk[-2 : kept - 1 : -1]
    (ax, ay), (bx, by) = pen.places[-2:]
    pen.course = math.atan2(by - ay, bx - ax) + math.radians(pen.rng.choice([-80, 80]))
    _streets(pen, metres * 0.25)


DRAWN: dict[str, Callable[[Pen, float], None]] = {
    "plain": _plain,
    "stairs": _stairs,
    "out_and_back": _out_and_back,
    "loop": _loop,
    "eight": _eight,
    "parallel": _parallel,
    "roundabout": _roundabout,
    "zigzag": _zigzag,
    "spiral": _spiral,
    "shared_trunk": _shared_trunk,
}
KINDS = tuple(DRAWN)


def drawn(kind: str, seed: int, metres: float | None = None) -> Way:
    """The way of this kind and seed; without `metres`, 800 to 2,400 long."""
    rng = np.random.default_rng([seed, crc32(kind.encode())])
    metres = float(rng.uniform(800, 2400)) if metres is None else metres
    pen = Pen(rng)
    DRAWN[kind](pen, metres)
    return way_of(kind, pen.places)
