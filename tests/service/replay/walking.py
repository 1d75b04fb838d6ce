"""Anna's walks along one straight street, in metres: east along it, north of it."""

from collections.abc import Iterable, Sequence

from geofence.fix import Fix
from geofence.plane import plane_at
from geofence.route import Place, Route, read_points
from service.replay.run import Replay, Setup, replayed
from service.replay.trace import ZERO_AT, Trace, made

HERE = plane_at(51.5, -0.1)
LONG_M = 1200.0
Spot = tuple[float, float, float]
"""Seconds, metres east, metres north."""


def place(x: float, y: float = 0.0) -> Place:
    return HERE.to_degrees(x, y)


STREET: Route = read_points([place(0.0), place(LONG_M)])


def fixes(spots: Iterable[Spot], accuracy_m: float | None = 8.0) -> list[Fix]:
    return [Fix(n, ZERO_AT + t, *place(x, y), accuracy_m=accuracy_m) for n, (t, x, y) in enumerate(spots)]


def trace(spots: Iterable[Spot], received: Sequence[float] | None = None, *, silent: bool = False) -> Trace:
    came = None if received is None else [ZERO_AT + t for t in received]
    return made("a walk", fixes(spots), came, silent=silent)


def straight(to_m: float = LONG_M, *, from_m: float = 0.0, from_s: float = 0.0, north_m: float = 0.0) -> list[Spot]:
    """13 m every 10 s, either way."""
    count = round(abs(to_m - from_m) / 13.0)
    way = 13.0 if to_m >= from_m else -13.0
    return [(from_s + 10.0 * n, from_m + way * n, north_m) for n in range(count + 1)]


def standing(at_m: float, from_s: float, for_s: float, every_s: float = 30.0) -> list[Spot]:
    """She stays where she is; her phone still says so."""
    return [(from_s + every_s * n, at_m, 0.0) for n in range(1, round(for_s / every_s) + 1)]


def home() -> list[Spot]:
    """All the way, and five minutes at the door."""
    there = straight()
    return [*there, *standing(LONG_M, there[-1][0], 300.0)]


def parallel() -> list[Spot]:
    """From halfway on she takes the next street, 70 m to the north."""
    first = straight(600.0)
    from_s, x, _ = first[-1]
    across = [(from_s + 10.0 * n, x, 14.0 * n) for n in range(1, 5)]
    return [*first, *across, *straight(1200.0, from_m=x, from_s=from_s + 50.0, north_m=70.0)]


def rested() -> list[Spot]:
    """She sits down halfway for eight minutes, and goes on."""
    first = straight(600.0)
    sat = standing(first[-1][1], first[-1][0], 480.0)
    return [*first, *sat, *straight(1200.0, from_m=first[-1][1] + 13.0, from_s=sat[-1][0] + 10.0)]


def lived(spots: Iterable[Spot], setup: Setup | None = None, way: Route | None = STREET) -> Replay:
    return replayed(trace(spots), way, setup)


def happened(replay: Replay) -> list[str]:
    """What followed, by its name, without messages."""
    names = [type(event).__name__ for step in replay.steps for event in step.events]
    return [name for name in names if not name.startswith("Notice")]
