"""The part of the graph that a walk may lead through: an ellipse about its two ends, and the dead ends they lie in."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from geofence.plane import metres_per_degree

from .cells import rows_within
from .region import Region
from .runs import runs

I4 = NDArray[np.int32]
Bools = NDArray[np.bool_]

_E7 = 1e-7
_SLACK = 1.005
"""Metres of one plane against those along the streets: they differ by less over the 20 km that somebody walks."""


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """Nodes and arcs in numbers of their own. No way between the two ends that is at most `span_m` long leaves it.

    `node`: the region's number of each node; `ptr`, `to`, `link`: the arcs by the node where they begin; `begin`: that node
    of each arc. `number` leads back: 1 more than the crop's, 0 outside.
    """

    span_m: float
    node: I4
    number: I4
    ptr: I4
    to: I4
    begin: I4
    link: I4

    def of(self, node: int) -> int:
        """The crop's number of a node of the region that is in it."""
        return int(self.number[node]) - 1

    def forward(self, region: Region, arc: I4) -> Bools:
        """Whether some arcs go in their links' direction."""
        found: Bools = region.link_from[self.link[arc]] == self.node[self.begin[arc]]
        return found


def crop(
    region: Region, begin: tuple[float, float], end: tuple[float, float], span_m: float, kept: Sequence[int]
) -> Crop:
    """The nodes of which the distances to both ends are at most `span_m` in sum; `kept` are in it wherever they lie.

    Of dead ends there are only those that a node of `kept` is in: no way leads through another one.
    """
    node = _inside(region, begin, end, span_m, kept)
    number = np.zeros(len(region.node_x), np.int32)  # touched where nodes are: the rest of it costs nothing
    number[node] = np.arange(1, len(node) + 1, dtype=np.int32)
    missing = [one for one in kept if not number[one]]
    if missing:
        node = np.concatenate((node, np.array(missing, np.int32)))
        number[node] = np.arange(1, len(node) + 1, dtype=np.int32)
    count = len(node)
    first = region.arc_ptr.take(node)
    degree = region.arc_ptr.take(node + 1) - first
    arc = runs(first, degree)
    to = number.take(region.arc_to.take(arc))
    inside = to.nonzero()[0]
    to = to.take(inside) - np.int32(1)
    begins = np.arange(count, dtype=np.int32).repeat(degree).take(inside)
    link = region.arc_link.take(arc.take(inside))
    ptr = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(begins, minlength=count), out=ptr[1:])
    return Crop(span_m, node, number, ptr, to, begins, link)


def _inside(
    region: Region, begin: tuple[float, float], end: tuple[float, float], span_m: float, kept: Sequence[int]
) -> I4:
    (ax, ay), (bx, by) = begin, end
    east, north = metres_per_degree((ay + by) / 2 * _E7)
    kx, ky = east * _E7, north * _E7
    span_m *= _SLACK
    wide, high = _halves((bx - ax) * kx, (by - ay) * ky, span_m)
    middle_x, middle_y = (ax + bx) / 2, (ay + by) / 2
    node = _in_box(region, middle_x - wide / kx, middle_y - high / ky, middle_x + wide / kx, middle_y + high / ky)
    x = (region.node_x.take(node) - round(ax)) * np.float32(kx)
    y = (region.node_y.take(node) - round(ay)) * np.float32(ky)
    across, up = x - np.float32((bx - ax) * kx), y - np.float32((by - ay) * ky)
    trees = region.tree.take(node)
    inside = (np.sqrt(x * x + y * y) + np.sqrt(across * across + up * up) <= span_m) & (trees == 0)
    own = {int(region.tree[one]) for one in kept} - {0}
    for tree in own:
        inside |= trees == tree
    found: I4 = node.take(inside.nonzero()[0])
    return found


def _halves(x: float, y: float, span_m: float) -> tuple[float, float]:
    """Half the width and height of the box about an ellipse: `x`, `y` from one focus to the other, `span_m` its length."""
    apart = hypot(x, y)
    long, short = span_m / 2, sqrt(max(span_m * span_m - apart * apart, 1.0)) / 2
    to_x, to_y = (x / apart, y / apart) if apart else (1.0, 0.0)
    return hypot(long * to_x, short * to_y), hypot(long * to_y, short * to_x)


def _in_box(region: Region, west: float, south: float, east: float, north: float) -> I4:
    """The nodes in the cells that a box meets. They are sorted by cell: one slice a row."""
    met = rows_within(region.about.cells, int(west), int(south), int(east), int(north))
    rows = np.array(list(met), np.int64).reshape(-1, 2)
    first = region.cell_start[rows[:, 0]]
    return runs(first, region.cell_start[rows[:, 1] + 1] - first)
