"""Ways on foot in one region: the shortest, and those that cost least by their light."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite

from geofence.plane import Floats, distance_m
from geofence.route import SHORTEST_M as SHORTEST_ROUTE_M

from .alternatives import distinct, drawn, walked
from .crop import Crop, crop
from .gates import Gates, Window
from .lights import RegionLights
from .prices import prices
from .search import Behind, Ends, Found, behind, cheapest, ends_of, leads, lengths, nodes_of, shortest, shut
from .snap import End, Near, end_at, near, pairs
from .tonight import Tonight
from .ways import SHORTEST, Asked, NoWay, Planned, Reason, RoutePlanner, Weights

FARTHEST_M = 20_000.0
"""As the crow flies. Nobody walks farther home, and the search would take seconds."""
SAME_M = 1.0
STRETCH = 1.3
PLUS_M = 400.0
"""Ways are looked for in an ellipse: this many times the distance, and so much more."""
ROOM = 1.1
LEAST_ROOM = 1.02
"""An ellipse of less than `LEAST_ROOM` times the shortest way is taken again, `ROOM` times as long as that: round what is dark
there must be room. Not for less, for to look twice costs half a plan."""
MOST_STRETCH = 8.0
MOST_PLUS_M = 3_000.0
"""Beyond it, it is no way that anybody would walk."""
SLOWER = 1.6
LATER_S = 300.0
"""She may come by a gate as soon as the crow flies, and as late as this much slower, and five minutes."""
_E7 = 1e-7
_HOUR_S = 3600.0
_WINDOW_S = 13 * _HOUR_S
"""The light of a region is asked for by the hour: twelve hours and one, whatever way she goes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Searched:
    """What the search backwards has left."""

    crop: Crop
    ends: Ends
    metres: Floats
    back: Behind


class Planner(RoutePlanner):
    """Plans in one region, by the light and the reports that `lights` tells of. Several threads may ask it."""

    def __init__(self, lights: RegionLights) -> None:
        self.lights = lights
        self._region = lights.region
        self._bad = lights.bad

    def plan(self, asked: Asked) -> Planned:
        """Up to three ways. Raises NoWay."""
        gates = self._gates(asked)
        origins = near(self._region, asked.origin, gates, "origin")
        destinations = near(self._region, asked.destination, gates, "destination")
        _check_apart(asked)
        origin, destination, searched = self._reached(origins, destinations, gates)
        if searched.back.length_m < SHORTEST_ROUTE_M:
            raise NoWay(Reason.SAME_PLACE, metres=searched.back.length_m)
        tonight = self._tonight(asked)
        dark = tonight.is_dark(searched.back.length_m)
        offered = asked.weights if dark else (SHORTEST,)
        ways = []
        for found, names in self._found(searched, tonight, offered):
            walk = walked(self._region, searched.crop, found, origin, destination)
            ways.append(drawn(self._region, walk, origin, destination, tonight, names))
        return Planned(dark, distinct(ways, [weights.name for weights in offered]), (origin.off_m, destination.off_m))

    def _gates(self, asked: Asked) -> Gates:
        """She may come by a place as soon as the crow flies, and a good deal later."""
        lat, lon = asked.origin

        def window(x: int, y: int) -> Window:
            there_s = distance_m(lat, lon, y * _E7, x * _E7) / asked.pace_mps
            return asked.at + there_s, asked.at + SLOWER * there_s + LATER_S

        return Gates(self._region, self.lights.where, window, asked.no_steps)

    def _reached(self, origins: list[Near], destinations: list[Near], gates: Gates) -> tuple[End, End, _Searched]:
        """The nearest two streets with a way between them: who lives beside a park that is shut goes by her street."""
        near_ = pairs(self._region, origins, destinations)
        nearest = end_at(self._region, near_[0][0]), end_at(self._region, near_[0][1])
        searched = self._searched(*nearest, gates)
        if searched is not None:
            return *nearest, searched
        for ends in self._joined(near_[1:], gates):
            searched = self._searched(*ends, gates)
            if searched is not None:
                return *ends, searched
        raise NoWay(self._why_none(*nearest, gates))

    def _joined(self, two: Sequence[tuple[Near, Near]], gates: Gates) -> Iterator[tuple[End, End]]:
        """Those between which a way leads, in their order. There may be sixty-four: all are looked for in one cut, as wide as
        any, with one search for each destination."""
        if not two:
            return
        begins = {one: end_at(self._region, one) for one, _ in two}
        ends = {other: end_at(self._region, other) for _, other in two}
        origin, destination = begins[two[0][0]], ends[two[0][1]]
        kept = nodes_of(self._region, *(end.link for end in (*begins.values(), *ends.values())))
        cut = crop(
            self._region, (origin.x, origin.y), (destination.x, destination.y), _most_m(origin, destination), kept
        )
        metres = self._both(cut, gates)[0]
        back: dict[Near, Behind] = {}
        for one, other in two:
            legs = ends_of(self._region, cut, gates, begins[one], ends[other])
            if other not in back:
                back[other] = behind(cut, metres, legs)
            if leads(legs, back[other]):
                yield begins[one], ends[other]

    def _searched(self, origin: End, destination: End, gates: Gates) -> _Searched | None:
        """The search backwards, in an ellipse that is large enough to prove what it finds; None: there is no way."""
        span_m, most_m = STRETCH * _apart_m(origin, destination) + PLUS_M, _most_m(origin, destination)
        kept = nodes_of(self._region, origin.link, destination.link)
        while True:
            cut = crop(self._region, (origin.x, origin.y), (destination.x, destination.y), span_m, kept)
            ends = ends_of(self._region, cut, gates, origin, destination)
            from_end, metres = self._both(cut, gates)
            back = behind(cut, from_end, ends)
            if back.length_m * LEAST_ROOM <= span_m:
                return _Searched(cut, ends, metres, back)
            if isfinite(back.length_m):
                span_m = back.length_m * ROOM
            elif span_m < most_m:
                span_m = min(2 * span_m, most_m)
            else:
                return None

    def _both(self, cut: Crop, gates: Gates) -> tuple[Floats, Floats]:
        """Metres of every arc if she walks it from its end to its begin, as who searches backwards needs them, and the other
        way."""
        metres, flagged = lengths(self._region, cut), gates.flagged(cut.link)
        link, forward = cut.link[flagged], cut.forward(self._region, flagged)
        return shut(metres, flagged[gates.barred(link, ~forward)]), shut(metres, flagged[gates.barred(link, forward)])

    def _why_none(self, origin: End, destination: End, gates: Gates) -> Reason:
        """What would have to be otherwise."""
        if gates.no_steps and self._searched(origin, destination, replace(gates, no_steps=False)):
            return Reason.ONLY_STEPS
        if self._searched(origin, destination, replace(gates, no_steps=False, window=None)):
            return Reason.CLOSED
        return Reason.CUT_OFF

    def _tonight(self, asked: Asked) -> Tonight:
        first = asked.at // _HOUR_S * _HOUR_S
        table = self.lights.table(first, first + _WINDOW_S)
        return Tonight(table, self._region.part_light, asked.at, asked.pace_mps, self._bad)

    def _found(
        self, searched: _Searched, tonight: Tonight, offered: Sequence[Weights]
    ) -> list[tuple[Found, tuple[str, ...]]]:
        """Each way that is found, with the names of the weights that lead to it."""
        cut, ends, metres, back = searched.crop, searched.ends, searched.metres, searched.back
        plain = shortest(cut, metres, ends, back)
        known = [plain]
        names: dict[tuple[object, ...], tuple[Found, tuple[str, ...]]] = {}
        priced = None
        for weights in offered:
            found = plain
            if weights.factors != SHORTEST.factors:
                priced = priced or prices(self._region, cut, ends, back, tonight, metres)
                found = cheapest(cut, ends, back, priced.by(weights), known)
                known.append(found)
            key = found.first, found.arcs.tobytes(), found.last
            names[key] = found, (*names.get(key, (found, ()))[1], weights.name)
        return list(names.values())


def _apart_m(origin: End, destination: End) -> float:
    return distance_m(origin.y * _E7, origin.x * _E7, destination.y * _E7, destination.x * _E7)


def _most_m(origin: End, destination: End) -> float:
    """The longest way that is looked for."""
    return MOST_STRETCH * _apart_m(origin, destination) + MOST_PLUS_M


def _check_apart(asked: Asked) -> None:
    apart_m = distance_m(*asked.origin, *asked.destination)
    if apart_m < SAME_M:
        raise NoWay(Reason.SAME_PLACE, metres=apart_m)
    if apart_m > FARTHEST_M:
        raise NoWay(Reason.TOO_FAR, metres=apart_m)
