"""Parks and gardens that are shut at night: their outlines as they are read, and the ways that are shut with them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.plane import metres_per_degree

from .runs import runs

I4 = NDArray[np.int32]
U2 = NDArray[np.uint16]
Line = list[tuple[int, int]]
"""Corners in degrees times 1e7."""

INSIDE_SHARE = 0.8
"""So much of a part lies inside, or the grounds do not shut it: what only touches them, or leads past, stays open."""
EDGE_M = 1.0
"""A way on the very outline is the street along it more often than a path behind its fence."""
SAMPLE_M = 5.0
_FEWEST, _MOST = 3, 200
"""Samples on one segment."""
_CHUNK, _BOXES = 2_000, 10_000
_LEAST_CORNERS = 4
_LEAST_M = 1e-6


class Ground(NamedTuple):
    """Grounds with hours. `access`: their number in the file's table; `outer` and `inner`: the pieces of their outlines."""

    access: int
    outer: tuple[Line, ...]
    inner: tuple[Line, ...] = ()


class Members(NamedTuple):
    """Grounds of which only is known which ways are their outlines."""

    access: int
    outer: tuple[int, ...]
    inner: tuple[int, ...]


class Lines(NamedTuple):
    """Ways as they were drawn: by point, with the metres to the next one; by part, its first and its last point."""

    x: I4
    y: I4
    metres: NDArray[np.float32]
    first: I4
    last: I4


class Laid(NamedTuple):
    """By part the number of the hours of the grounds it lies in, 0: none. `broken`: grounds whose outline has a gap."""

    access: U2
    broken: int


def members_of(access: int, relation: Any) -> Members:
    """The outlines of a relation."""
    ways = [(member.ref, member.role == "inner") for member in relation.members if member.type == "w"]
    return Members(access, tuple(ref for ref, inner in ways if not inner), tuple(ref for ref, inner in ways if inner))


def line_of(places: Iterable[Any]) -> Line:
    """A way's corners; nothing when one of them is not known."""
    line = [(place.x, place.y) if place.valid() else None for place in places]
    return [corner for corner in line if corner is not None] if None not in line else []


def whole(members: Members, lines: dict[int, Line]) -> Ground:
    """Grounds, when their outlines have been read. One that is missing leaves a gap."""
    outer, inner = (tuple(lines.get(ref, []) for ref in refs) for refs in members[1:])
    return Ground(members.access, outer, inner)


def laid(grounds: Sequence[Ground], lines: Lines, asked: I4) -> Laid:
    """Which of the parts that are `asked` about lie in which grounds. Of gardens in a park the garden counts: who leaves it
    comes through the park."""
    access = np.zeros(len(lines.first), np.uint16)
    areas = [(ground.access, _area(ground)) for ground in grounds]
    shapes = sorted(((n, area) for n, area in areas if not area.is_empty), key=lambda one: -float(one[1].area))
    if shapes:
        inner = np.array([_shrunk(area) for _, area in shapes])
        shapely.prepare(inner)
        part, within = _met(inner, lines, asked)
        for number in np.unique(within).tolist():  # the largest first: what is inside it writes over it
            parts = part[within == number]
            access[parts[_is_inside(inner[number], lines, parts)]] = shapes[number][0]
    return Laid(access, len(areas) - len(shapes))


def _area(ground: Ground) -> Any:
    """What is inside the outer outlines and not inside the inner ones; nothing where an outline has a gap."""
    if any(len(line) < 2 for line in (*ground.outer, *ground.inner)):
        return shapely.Polygon()
    return _filled(ground.outer).difference(_filled(ground.inner))


def _filled(lines: tuple[Line, ...]) -> Any:
    """Rings may be drawn in pieces, and cross themselves."""
    if len(lines) == 1 and len(lines[0]) >= _LEAST_CORNERS and lines[0][0] == lines[0][-1]:
        ring = shapely.Polygon(lines[0])
        return ring if ring.is_valid else shapely.make_valid(ring)
    noded = shapely.node(shapely.MultiLineString(list(lines)))
    return shapely.union_all(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _shrunk(area: Any) -> Any:
    """Without its edge, which is as wide eastward as northward."""
    lat = float(area.centroid.y) * 1e-7
    east, north = metres_per_degree(lat)
    square = np.array([east / north, 1.0])
    flat = shapely.transform(area, lambda corners: corners * square)
    return shapely.transform(flat.buffer(-EDGE_M / north * 1e7), lambda corners: corners / square)


def _met(areas: NDArray[Any], lines: Lines, asked: I4) -> tuple[I4, I4]:
    """Parts, and the numbers of areas, where the box of the one meets the box of the other."""
    tree = shapely.STRtree(areas)
    parts, numbers = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    for at in range(0, len(asked), _BOXES):
        some = asked[at : at + _BOXES]
        count = lines.last[some] - lines.first[some] + 1
        point, start = runs(lines.first[some], count), np.cumsum(count) - count
        x, y = lines.x[point], lines.y[point]
        low, high = ([each.reduceat(values, start) for values in (x, y)] for each in (np.minimum, np.maximum))
        which, area = tree.query(shapely.box(*low, *high))
        parts.append(some[which])
        numbers.append(area.astype(np.int32))
    return np.concatenate(parts), np.concatenate(numbers)


def _is_inside(area: Any, lines: Lines, parts: I4) -> NDArray[np.bool_]:
    """Whether enough of each part lies in an area."""
    return np.concatenate([*_shares(area, lines, parts)]) >= INSIDE_SHARE


def _shares(area: Any, lines: Lines, parts: I4) -> Iterator[NDArray[np.float64]]:
    """By part, some at a time, the share of its metres that lies in an area."""
    for at in range(0, len(parts), _CHUNK):
        some = parts[at : at + _CHUNK]
        segments = lines.last[some] - lines.first[some]
        point = runs(lines.first[some], segments)
        number = np.repeat(np.arange(len(some), dtype=np.int32), segments)
        pieces = np.clip(np.ceil(lines.metres[point] / SAMPLE_M), _FEWEST, _MOST).astype(np.int32)
        begin = np.repeat(np.cumsum(pieces) - pieces, pieces)
        metres = np.maximum(np.repeat(lines.metres[point] / pieces, pieces), _LEAST_M)
        point, number = np.repeat(point, pieces), np.repeat(number, pieces)
        share = (np.arange(len(point)) - begin + 0.5) / np.repeat(pieces, pieces)
        x = lines.x[point] + (lines.x[point + 1] - lines.x[point]) * share
        y = lines.y[point] + (lines.y[point + 1] - lines.y[point]) * share
        inside = shapely.contains_xy(area, x, y)
        yield np.bincount(number, metres * inside) / np.bincount(number, metres)
