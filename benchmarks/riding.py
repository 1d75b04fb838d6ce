"""J10: a bus between two walks. Whether boarding and getting off are understood, and whom the ride alarms."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from service.doors.phones.view import policy
from service.journey.events import LegBegan
from service.journey.model import Cause, Journey

from .field import GOOD, STEADY, TOWN, Frame, Truth, frames, somebody
from .field.bus import Trip, trip
from .field.phone import STARTED_AT, rests
from .lived import Lived, Measures, lived, route_of

RECEIVERS = (GOOD, TOWN)
PHONE = replace(STEADY, still_s=STEADY.cadence_s)
"""It measures as often as anybody might ask; what it was not asked for is left out (`_as_asked`)."""
A_LITTLE = 0.9
"""How much sooner than asked is soon enough: the share of its jitter."""
NEVER_S = 9_999.0


@dataclass(slots=True)
class Rides:
    """What all trips with one receiver came to; delays in seconds, 9,999 for never, below 0 before it happened."""

    trips: int = 0
    boarded_s: list[float] = field(default_factory=list)
    left_s: list[float] = field(default_factory=list)
    vehicle: int = 0
    asked: int = 0
    arrived: int = 0


def rides(seeds: range, found: dict[str, Rides]) -> None:
    """The trips of these seeds, standard profile, nobody taps anything."""
    for seed in seeds:
        one = trip(seed, somebody(seed), home_s=700.0)
        routes = tuple(route_of(way) for way in one.legs)
        for receiver in RECEIVERS:
            sent = frames(one.truth, receiver, PHONE, seed)
            modes = ("foot", "ride", "foot")
            came = lived(
                one.truth, sent, "standard", routes[0], ahead=routes[1:], modes=modes, measures=_as_asked(one.truth)
            )
            _count(one, came, found.setdefault(receiver.name, Rides()))


def _as_asked(truth: Truth) -> Measures:
    """A phone that has lain still for two minutes measures as often as the server's policy says then, and does not notice
    in between that it is moved."""
    resting, last_s = rests(truth), 0.0

    def measures(journey: Journey, frame: Frame) -> bool:
        nonlocal last_s
        at_s = frame.truth_s[-1]
        if resting(last_s) and at_s - last_s < A_LITTLE * policy(journey).beat_s:
            return False
        last_s = at_s
        return True

    return measures


def _count(one: Trip, came: Lived, out: Rides) -> None:
    out.trips += 1
    out.asked += len(came.prompts())
    out.vehicle += sum(prompt.cause is Cause.VEHICLE for prompt in came.prompts())
    out.boarded_s.append(_began(came, 1, one.boards_s))
    out.left_s.append(_began(came, 2, one.leaves_s))
    out.arrived += came.closed_s() is not None


def _began(came: Lived, leg: int, truly_s: float) -> float:
    at = next((e.at - STARTED_AT for e in came.events if isinstance(e, LegBegan) and e.leg == leg), None)
    return NEVER_S if at is None else at - truly_s


def results(found: dict[str, Rides]) -> Iterator[dict[str, Any]]:
    """The rows of J10."""
    for name, one in found.items():
        for what, delays in (
            ("boarding understood, after the bus drove off", one.boarded_s),
            ("getting off", one.left_s),
        ):
            ordered = sorted(delays)
            never, early = delays.count(NEVER_S), sum(d < 0 for d in delays)
            words = (
                f"{what}, {name}: half of {one.trips} within (never {never}, before it happened {early}, most "
                f"{max((d for d in delays if d < NEVER_S), default=0.0):.0f} s)"
            )
            id_ = f"J10 {'board' if what[0] == 'b' else 'leave'} {name}"
            yield _row(id_, words, ordered[len(ordered) // 2], "s")
        words = (
            f"`vehicle` asked about on {one.trips} bus rides, {name} (all questions {one.asked}, arrived {one.arrived})"
        )
        yield _row(f"J10 vehicle {name}", words, one.vehicle, "")


def _row(id_: str, what: str, measured: float, unit: str) -> dict[str, Any]:
    row = {"id": id_, "what": what, "measured": round(measured, 1), "unit": unit}
    return row | {"floor": None, "ratio": None, "target": None, "met": None}
