"""The search itself: least cost from place to place inside a crop, with SciPy's Dijkstra.

First backwards by length, from where she goes to everywhere: the shortest way, and for every place how far it is from there.
No cost is below the length, so with those lengths as potentials each further search looks only where a better way can be.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geofence.plane import Floats

from .crop import Crop
from .gates import Gates
from .region import Region
from .snap import End

I4 = NDArray[np.int32]

_LEAST = 1e-7
"""An arc of 0 would be none."""
_SLACK_M = 0.5
"""Lengths are kept in 32 bits: a way of 20 km is known to half a metre."""
_FAR_M = 1e12
TOUCHED_M = 0.01


class Leg(NamedTuple):
    """A walk along one link, between `low_m` and `high_m` from its first node. `node` of the crop is where it leads to or
    from; -1: neither end of it is a node."""

    link: int
    forward: bool
    low_m: float
    high_m: float
    node: int = -1

    @property
    def metres(self) -> float:
        """How long it is."""
        return self.high_m - self.low_m


@dataclass(frozen=True, slots=True)
class Ends:
    """How she gets from the origin to the nodes of its link, and from those of the other one to the destination; `direct`
    where both lie on one link."""

    out: tuple[Leg, ...]
    into: tuple[Leg, ...]
    direct: Leg | None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A way through a crop: a leg, arcs, a leg; or one leg alone."""

    first: Leg
    arcs: I4
    last: Leg | None


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """What the search backwards has found. `left_m` from each node to the destination, at least `_FAR_M` where no way leads
    there; `length_m` of the shortest way, inf: there is none."""

    left_m: Floats
    nearer_m: Floats
    """By arc: what is left at its end, less what is left at its begin."""
    next: I4
    length_m: float


def nodes_of(region: Region, *links: int) -> tuple[int, ...]:
    """The nodes at the ends of links."""
    return tuple({int(node) for link in links for node in (region.link_from[link], region.link_to[link])})


def ends_of(region: Region, crop: Crop, gates: Gates, origin: End, destination: End) -> Ends:
    """The legs that can be walked."""
    out = [_leg(region, crop, gates, origin, forward, away=True) for forward in (True, False)]
    into = [_leg(region, crop, gates, destination, forward, away=False) for forward in (True, False)]
    direct = None
    if origin.link == destination.link:
        low, high = sorted((origin.along_m, destination.along_m))
        direct = _walked(region, gates, Leg(origin.link, origin.along_m <= destination.along_m, low, high))
    return Ends(tuple(leg for leg in out if leg), tuple(leg for leg in into if leg), direct)


def _leg(region: Region, crop: Crop, gates: Gates, end: End, forward: bool, away: bool) -> Leg | None:
    """From an end away to a node of its link, or from a node there; None where something on it is shut."""
    ahead = forward == away  # the rest of the link lies ahead of the end in the link's direction
    first, stop = int(region.part_ptr[end.link]), int(region.part_ptr[end.link + 1])
    length_m = float(region.part_m[first:stop].sum(dtype=np.float64))
    low, high = (end.along_m, max(end.along_m, length_m)) if ahead else (0.0, end.along_m)
    node = region.link_to[end.link] if ahead else region.link_from[end.link]
    return _walked(region, gates, Leg(end.link, forward, low, high, crop.of(int(node))))


def _walked(region: Region, gates: Gates, leg: Leg) -> Leg | None:
    """The leg, if all parts that it leads over can be walked; one that it only touches does not count."""
    begin_m = 0.0
    for part in range(int(region.part_ptr[leg.link]), int(region.part_ptr[leg.link + 1])):
        end_m = begin_m + float(region.part_m[part])
        if min(end_m, leg.high_m) - max(begin_m, leg.low_m) > TOUCHED_M and not gates.passes(part, leg.forward):
            return None
        begin_m = end_m
    return leg


def lengths(region: Region, crop: Crop) -> Floats:
    """Metres of every arc."""
    return region.link_m.take(crop.link).astype(np.float64)


def shut(metres: Floats, barred: I4) -> Floats:
    """The same, inf where she cannot walk."""
    if not len(barred):
        return metres
    some = metres.copy()
    some[barred] = inf
    return some


def behind(crop: Crop, metres: Floats, ends: Ends) -> Behind:
    """How far it is from everywhere to the destination. `metres` of each arc are those from its end to its begin."""
    left_m, following = _settled(crop, metres, ends.into, [leg.metres for leg in ends.into])
    length_m = min((leg.metres + float(left_m[leg.node]) for leg in ends.out), default=inf)
    if ends.direct:
        length_m = min(length_m, ends.direct.metres)
    left_m = np.minimum(left_m, _FAR_M)
    return Behind(left_m, left_m.take(crop.to) - left_m.take(crop.begin), following, length_m)


def leads(ends: Ends, back: Behind) -> bool:
    """Whether a way leads to where a search backwards began, from an origin that it did not ask about."""
    return ends.direct is not None or any(float(back.left_m[leg.node]) < _FAR_M for leg in ends.out)


def shortest(crop: Crop, metres: Floats, ends: Ends, back: Behind) -> Found:
    """The way of `back.length_m`. `metres` of each arc are those from its begin to its end."""
    if ends.direct and ends.direct.metres <= back.length_m:
        return Found(ends.direct, np.empty(0, np.int32), None)
    first = min(ends.out, key=lambda leg: leg.metres + float(back.left_m[leg.node]))
    nodes = _traced(back.next, first.node, len(crop.node))
    last = min((leg for leg in ends.into if leg.node == nodes[-1]), key=lambda leg: leg.metres)
    return Found(first, _arcs(crop, nodes, metres), last)


class Priced(NamedTuple):
    """What arcs and legs cost by one set of weights, none less than its length."""

    arcs: Floats
    out: Sequence[float]
    into: Sequence[float]
    direct: float


def cheapest(crop: Crop, ends: Ends, back: Behind, cost: Priced, known: Sequence[Found]) -> Found:
    """The way that costs least. `known` ways, one at least, tell how much a better one may cost at most."""
    least = min(price(ends, cost, one) for one in known)
    left = back.left_m
    reduced = cost.arcs + back.nearer_m
    out = [own + float(left[leg.node]) - back.length_m for leg, own in zip(ends.out, cost.out, strict=True)]
    limit = least - back.length_m + _SLACK_M
    spent, before = _settled(crop, np.maximum(reduced, _LEAST), ends.out, out, limit)
    best, total = None, inf
    for leg, own in zip(ends.into, cost.into, strict=True):
        here = float(spent[leg.node]) + back.length_m + own - float(left[leg.node])
        if here < total:
            best, total = leg, here
    if ends.direct and cost.direct <= total:
        return Found(ends.direct, np.empty(0, np.int32), None)
    if best is None:  # rounding has lost the one that is known
        return min(known, key=lambda one: price(ends, cost, one))
    nodes = _traced(before, best.node, len(crop.node))[::-1]
    prices = dict(zip(ends.out, cost.out, strict=True))
    first = min((leg for leg in ends.out if leg.node == nodes[0]), key=lambda leg: prices[leg])
    return Found(first, _arcs(crop, nodes, cost.arcs), best)


def price(ends: Ends, cost: Priced, way: Found) -> float:
    """What a way costs."""
    if way.last is None:
        return cost.direct
    out, into = cost.out[ends.out.index(way.first)], cost.into[ends.into.index(way.last)]
    return float(cost.arcs[way.arcs].sum()) + out + into


def _settled(
    crop: Crop, cost: Floats, legs: Sequence[Leg], costs: Sequence[float], limit: float = inf
) -> tuple[Floats, I4]:
    """Least cost of every node from one more node, which has `legs` to others; and the node before each."""
    count = len(crop.node)
    data = np.concatenate((cost, np.maximum(costs, _LEAST)))
    to = np.concatenate((crop.to, np.array([leg.node for leg in legs], np.int32)))
    ptr = np.append(crop.ptr, np.int32(len(to)))
    graph = csr_array((data, to, ptr), shape=(count + 1, count + 1))
    spent, before = dijkstra(graph, indices=count, return_predecessors=True, limit=limit)
    return spent, before


def _traced(before: I4, node: int, source: int) -> list[int]:
    """From a node, one by one, to the last one before the source."""
    nodes, one_before = [node], before.data  # a view of Python's own: an element of it costs a third
    while (node := one_before[node]) != source:
        nodes.append(node)
    return nodes


def _arcs(crop: Crop, nodes: list[int], cost: Floats) -> I4:
    """The arcs from node to node: of several between the same two, the cheapest. By hand: a node has three, and what NumPy costs
    before it begins is more than that."""
    ptr, to, costs = crop.ptr.data, crop.to.data, cost.data
    arcs = array("i")
    for one, other in pairwise(nodes):
        between = [arc for arc in range(ptr[one], ptr[one + 1]) if to[arc] == other]
        arcs.append(between[0] if len(between) == 1 else min(between, key=costs.__getitem__))
    return np.array(arcs, np.int32)
