"""From drawn ways to a graph: cut where ways meet, joined where there is nothing to choose, sorted by place.

Arrays are freed as soon as they are not needed: the largest county has to be built beside a running service.
"""

from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geofence.plane import metres_per_degree

from .cells import by_cell
from .format import Cells

I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
F4 = NDArray[np.float32]
U1 = NDArray[np.uint8]
Bools = NDArray[np.bool_]

SHORTEST_M = 0.01
"""A part has a length: an arc of 0 would be none to the solver."""
_CHUNK = 200_000


@dataclass(slots=True)
class Parts:
    """Stretches of ways from meeting to meeting. `first` and `last`: numbers of points; `begin` and `stop`: of ends."""

    way: I4
    first: I4
    last: I4
    m: F4
    begin: I4
    stop: I4
    end_x: I4
    end_y: I4

    def forget_ends(self) -> None:
        """Free what only joining needs."""
        self.begin = self.stop = self.end_x = self.end_y = np.empty(0, np.int32)


@dataclass(slots=True)
class Chains:
    """Parts in a row with nothing to choose in between. `start` has one number more than there are chains."""

    part: I4
    rev: U1
    start: I4
    begin: I4
    stop: I4


@dataclass(slots=True)
class Graph:
    """What of the file is about nodes, arcs and links; `part` and `rev`: the parts in their order."""

    part: I4
    rev: U1
    node_x: I4
    node_y: I4
    cell_start: I4
    component: I4
    component_m: F4
    tree: I4
    arc_ptr: I4
    arc_to: I4
    arc_link: I4
    link_from: I4
    link_to: I4
    part_ptr: I4
    link_m: F4


def lengths_m(x: I4, y: I4, last: Bools) -> F4:
    """Metres from each point to the next one; 0 behind the `last` one of a way."""
    metres = np.zeros(len(x), np.float32)
    for begin in range(0, len(x) - 1, _CHUNK):  # in chunks: the series needs five arrays of doubles
        end = min(len(x) - 1, begin + _CHUNK)
        lat = y[begin : end + 1] * 1e-7
        east, north = metres_per_degree((lat[:-1] + lat[1:]) / 2)
        away = np.diff(x[begin : end + 1].astype(np.int64))
        away -= (np.abs(away) > 1_800_000_000) * np.sign(away) * 3_600_000_000  # the short way round
        metres[begin:end] = np.hypot(away * 1e-7 * east, np.diff(lat) * north)
    metres[last] = 0.0
    return metres


def cut(refs: I8, x: I4, y: I4, end: I4, metres: F4) -> Parts:
    """Ways cut where they end and where they meet, others or themselves. `end`: where each way's points end, after a 0."""
    numbers, count = _numbered(refs)
    first, last = _ends(end, len(refs))
    times = np.bincount(numbers, minlength=count)
    cuts = np.flatnonzero((times > 1)[numbers] | first | last).astype(np.int32)
    begin, stop = cuts[:-1], cuts[1:]
    inside = ~last[begin]
    begin, stop = begin[inside], stop[inside]
    del cuts, inside, first, last, times
    so_far = np.cumsum(metres, dtype=np.float64)  # doubles: the sum over a county has nine digits
    so_far -= metres
    length = (so_far[stop] - so_far[begin]).astype(np.float32)
    del so_far
    way = (np.searchsorted(end, begin, side="right") - 1).astype(np.int32)
    used = np.zeros(count, bool)
    used[numbers[begin]] = True
    used[numbers[stop]] = True
    compact = np.cumsum(used, dtype=np.int32) - np.int32(1)
    point = np.empty(count, np.int32)
    point[numbers] = np.arange(len(numbers), dtype=np.int32)
    point = point[used]
    return Parts(
        way=way,
        first=begin,
        last=stop,
        m=np.maximum(length, np.float32(SHORTEST_M)),
        begin=compact[numbers[begin]],
        stop=compact[numbers[stop]],
        end_x=x[point],
        end_y=y[point],
    )


def joined(parts: Parts) -> Chains:
    """Parts joined over every end where exactly two of them meet. A ring that meets nothing begins where it may."""
    count, ends = len(parts.begin), len(parts.end_x)
    degree = np.bincount(parts.begin, minlength=ends) + np.bincount(parts.stop, minlength=ends)
    both = np.concatenate((parts.begin, parts.stop))
    order = (np.argsort(both, kind="stable") % count).astype(np.int32)
    del both
    start = np.zeros(ends + 1, np.int32)
    np.cumsum(degree, out=start[1:])
    walker = _Walker(parts, start, order, degree != 2)
    for end in np.flatnonzero(degree != 2).tolist():
        walker.leave(end)
    walker.rings()
    return walker.chains()


class _Walker:
    """Goes along the parts, one after the other: over the arrays' memory, for lists of a county's numbers would cost 130 MB."""

    def __init__(self, parts: Parts, start: I4, order: I4, kept: Bools) -> None:
        self._begin, self._stop = parts.begin.data, parts.stop.data
        self._start, self._order = start.data, order.data
        self._kept = kept.view(np.uint8).data
        self._walked = bytearray(len(parts.begin))
        self._part, self._rev, self._first = array("i"), array("B"), array("i", [0])
        self._from, self._to = array("i"), array("i")

    def leave(self, end: int) -> None:
        """Walk every chain that begins at an end."""
        for k in range(self._start[end], self._start[end + 1]):
            if not self._walked[self._order[k]]:
                self._walk(end, self._order[k])

    def rings(self) -> None:
        """Walk what no chain has reached."""
        part = self._walked.find(0)
        while part >= 0:
            self._walk(self._begin[part], part)
            part = self._walked.find(0, part)

    def _walk(self, end: int, part: int) -> None:
        begin, stop, start, order = self._begin, self._stop, self._start, self._order
        at = end
        while True:
            self._walked[part] = 1
            self._part.append(part)
            back = begin[part] != at
            self._rev.append(back)
            at = begin[part] if back else stop[part]
            if self._kept[at] or at == end:
                break
            one, other = order[start[at]], order[start[at] + 1]
            part = other if one == part else one
        self._first.append(len(self._part))
        self._from.append(end)
        self._to.append(at)

    def chains(self) -> Chains:
        part, start = np.frombuffer(self._part, np.int32), np.frombuffer(self._first, np.int32)
        begin, stop = np.frombuffer(self._from, np.int32), np.frombuffer(self._to, np.int32)
        return Chains(part, np.frombuffer(self._rev, np.uint8), start, begin, stop)


def graph(parts: Parts, chains: Chains, cells: Cells) -> Graph:
    """The graph of what was joined: nodes by cell, links by the node where they begin."""
    ends = np.unique(np.concatenate((chains.begin, chains.stop)))
    places = by_cell(cells, parts.end_x[ends], parts.end_y[ends])
    ends = ends[places.order]
    number = np.full(len(parts.end_x), -1, np.int32)
    number[ends] = np.arange(len(ends), dtype=np.int32)
    begin, stop = number[chains.begin], number[chains.stop]
    order = np.argsort(begin, kind="stable").astype(np.int32)
    counts = np.diff(chains.start)[order]
    part_ptr = np.zeros(len(order) + 1, np.int32)
    np.cumsum(counts, out=part_ptr[1:])
    taken = np.repeat(chains.start[:-1][order] - part_ptr[:-1], counts) + np.arange(part_ptr[-1], dtype=np.int32)
    part, rev = chains.part[taken], chains.rev[taken]
    begin, stop = begin[order], stop[order]
    link_m = np.add.reduceat(parts.m[part], part_ptr[:-1], dtype=np.float64).astype(np.float32)
    arc_ptr, arc_to, arc_link = _arcs(begin, stop, len(ends))
    component = _components(begin, stop, len(ends))
    return Graph(
        part=part,
        rev=rev,
        node_x=parts.end_x[ends],
        node_y=parts.end_y[ends],
        cell_start=places.starts,
        component=component,
        component_m=np.bincount(component[begin], weights=link_m).astype(np.float32),
        tree=_trees(begin, stop, len(ends)),
        arc_ptr=arc_ptr,
        arc_to=arc_to,
        arc_link=arc_link,
        link_from=begin,
        link_to=stop,
        part_ptr=part_ptr,
        link_m=link_m,
    )


def _numbered(refs: I8) -> tuple[I4, int]:
    """Points that are the same one get the same number, from 0 on; and how many there are."""
    order = np.argsort(refs, kind="stable").astype(np.int32)
    ascending = refs[order]
    new = np.ones(len(refs), bool)
    np.not_equal(ascending[1:], ascending[:-1], out=new[1:])
    del ascending
    number = np.cumsum(new, dtype=np.int32) - np.int32(1)
    numbers = np.empty(len(refs), np.int32)
    numbers[order] = number
    return numbers, int(number[-1]) + 1


def _ends(end: I4, points: int) -> tuple[Bools, Bools]:
    """Which points are the first and the last ones of their ways."""
    first, last = np.zeros(points, bool), np.zeros(points, bool)
    first[end[:-1]] = True
    last[end[1:] - 1] = True
    return first, last


def _arcs(begin: I4, stop: I4, nodes: int) -> tuple[I4, I4, I4]:
    """Every link both ways, by the node where the step begins. A link from a node to itself is there twice."""
    both = np.concatenate((begin, stop))
    order = np.argsort(both, kind="stable").astype(np.int32)
    ptr = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(both, minlength=nodes), out=ptr[1:])
    return ptr, np.concatenate((stop, begin))[order], (order % max(1, len(begin))).astype(np.int32)


def _components(begin: I4, stop: I4, nodes: int) -> I4:
    links: Any = coo_array((np.ones(len(begin), np.uint8), (begin, stop)), shape=(nodes, nodes))
    return np.asarray(connected_components(links, directed=False)[1], np.int32)


def _trees(begin: I4, stop: I4, nodes: int) -> I4:
    """0 for nodes on circles and on ways between circles; the others hang on those by one link: a number for each tree.

    Leaves are plucked until there are none. The one neighbour that a leaf still has is the XOR of its neighbours.
    """
    degree = np.bincount(begin, minlength=nodes) + np.bincount(stop, minlength=nodes)
    towards = np.zeros(nodes, np.int64)
    np.bitwise_xor.at(towards, begin, stop)
    np.bitwise_xor.at(towards, stop, begin)
    plucked = np.zeros(nodes, bool)
    leaves = np.flatnonzero(degree == 1)
    while len(leaves):
        plucked[leaves] = True
        onto = towards[leaves]
        np.bitwise_xor.at(towards, onto, leaves)
        np.subtract.at(degree, onto, 1)
        onto = np.unique(onto)
        leaves = onto[(degree[onto] == 1) & ~plucked[onto]]
        plucked[onto[degree[onto] == 0]] = True  # the last one of a tree that hangs on nothing
    inside = plucked[begin] & plucked[stop]
    tree = _components(begin[inside], stop[inside], nodes) + np.int32(1)
    tree[~plucked] = 0
    return tree
