"""The legs of a way as she plans it: read and checked with the rest of her wish, and what the journey keeps of them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from geofence.destination import Destination
from geofence.mode import USUAL_MPS, Mode
from geofence.plane import distance_m
from geofence.route import MOST_POINTS, Route
from service.journey import legs
from service.journey.model import Leg

from .refusals import invalid

MINUTE_S = 60.0
APART_M = 500.0
"""How far from where one leg ends the line of the next one may begin."""


class WishedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One leg: it ends at `end`, or where `route` does. `word` is what she calls that, `minutes` how long she means to take.
    `underground` and `dark` (from, to in metres along it): where her phone will fall silent."""

    mode: Mode = Mode.FOOT
    word: str = ""
    end: Destination | None = None
    route: Route | None = None
    minutes: float | None = None
    underground: bool = False
    dark: tuple[tuple[float, float], ...] = ()

    @property
    def way(self) -> Route:
        """Its line, or a route without one where there is only a place."""
        if self.route is not None:
            return self.route
        if self.end is None:
            raise invalid("legs", "expected an end for every leg")
        return Route("", 0.0, self.end)

    @property
    def known_s(self) -> float | None:
        """How long it takes: as she says, or by its line at the usual pace."""
        if self.minutes is not None:
            return self.minutes * MINUTE_S
        return self.route.length_m / USUAL_MPS[self.mode] if self.route is not None else None


def checked(wished: Sequence[WishedLeg], *, timed: bool) -> None:
    """`timed`: how long the whole way takes is known besides. Raises Refused naming the leg and its field."""
    if len(wished) > legs.MOST:
        raise invalid("legs", f"expected 1 to {legs.MOST} legs, got {len(wished)}")
    for n, leg in enumerate(wished):
        if leg.end is None and leg.route is None:
            raise invalid(f"legs[{n}].to", "expected a place (lat and lon) or a route")
        if not timed and leg.known_s is None:
            raise invalid(f"legs[{n}].minutes", "expected minutes or a route, or minutes or an eta for the whole way")
        if leg.underground and leg.mode is not Mode.RIDE:
            raise invalid(f"legs[{n}].underground", f"expected it of a ride, got {leg.mode.value}")
        _check_dark(n, leg)
    _check_points(wished)
    for n, (before, leg) in enumerate(pairwise(wished), 1):
        if leg.route is None:
            continue
        (lat, lon), there = leg.route.places()[0], before.way.destination
        apart_m = distance_m(there.lat, there.lon, lat, lon)
        if apart_m > APART_M:
            raise invalid(
                f"legs[{n}].route",
                f"expected it to begin within {APART_M:.0f} m of where leg {n - 1} ends, got {apart_m:.0f} m",
            )


def _check_points(wished: Sequence[WishedLeg]) -> None:
    """All lines lie in the journey's row, which is written with every fix of hers: together they hold what one may."""
    points = 0
    for n, leg in enumerate(wished):
        points += 0 if leg.route is None else leg.route.points
        if points > MOST_POINTS:
            raise invalid(
                f"legs[{n}].route", f"expected at most {MOST_POINTS} points on all legs, got {points} up to here"
            )


def _check_dark(n: int, leg: WishedLeg) -> None:
    if leg.dark and leg.route is None:
        raise invalid(f"legs[{n}].dark", "expected a route that these metres are along")
    for k, (from_m, to_m) in enumerate(leg.dark):
        if not 0.0 <= from_m < to_m:
            raise invalid(f"legs[{n}].dark[{k}]", f"expected metres from and to, got {from_m:g} and {to_m:g}")


def total_s(wished: Sequence[WishedLeg]) -> float | None:
    """How long all of them take, where that is known of each."""
    known = [leg.known_s for leg in wished]
    return sum(s for s in known if s is not None) if None not in known else None


def planned(wished: Sequence[WishedLeg], plan_s: float) -> tuple[Leg, ...]:
    """What the journey keeps of them. One of which nobody says how long it takes is judged by how far it is, straight; the
    first has what is left of the whole."""
    takes = list(_takes_s(wished, plan_s))
    return tuple(
        Leg(
            mode=leg.mode.value,
            word=leg.word,
            plan_s=round(takes_s, 1),
            route_m=leg.route.length_m if leg.route is not None else None,
            underground=leg.underground,
            dark=leg.dark,
        )
        for leg, takes_s in zip(wished, takes, strict=True)
    )


def _takes_s(wished: Sequence[WishedLeg], plan_s: float) -> Iterator[float]:
    later = []
    for before, leg in pairwise(wished):
        a, b = before.way.destination, leg.way.destination
        straight_s = distance_m(a.lat, a.lon, b.lat, b.lon) / USUAL_MPS[leg.mode]
        later.append(straight_s if leg.known_s is None else leg.known_s)
    first_s = wished[0].known_s
    yield max(0.0, plan_s - sum(later)) if first_s is None else first_s
    yield from later
