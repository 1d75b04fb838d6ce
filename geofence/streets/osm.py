"""Reading OpenStreetMap: one pass over a file, into columns. No Python object is kept for a point."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.filter import EmptyTagFilter, IdFilter, KeyFilter
from osmium.io import File, Reader
from osmium.osm import NODE, NOTHING, RELATION, WAY

from .format import FROM_NODE, FROM_RELATION, FROM_WAY, Access, MapError
from .rules import GATE_KEYS, KEYS, LIT_WORDS, LONGEST_VALUE, Street, is_hours, kind_of, shuts, street

FURTHEST = 850_000_000
"""Latitudes (times 1e7) beyond which no place counts: nobody walks home there, and metres do not hold."""
MOST_POINTS = 65_535
MOST_VALUES = 60_000
"""Different values of a table. A file with more is no map of streets; what is past it counts as unreadable."""
UNREADABLE = "unreadable"
NO_POINTS = "ways without two known points"
_OWN = -(2**62)
"""Points that no file has are numbered upwards from here."""

Numbers: TypeAlias = "array[int]"


class Table:
    """Different values and their numbers; number 0 is the first one."""

    def __init__(self, first: Any, most: int = 2**32 - 1) -> None:
        self.values = [first]
        self._numbers = {first: 0}
        self._most = most

    def number(self, value: Any) -> int | None:
        """The number of a value, a new one if need be; None when the table is full."""
        number = self._numbers.get(value)
        if number is None and len(self.values) < self._most:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number


class Ways:
    """Streets as they were drawn, and their points. Those with a gap (points outside the extract) stand as several."""

    def __init__(self) -> None:
        self.refs = array("q")
        self.x = array("i")
        self.y = array("i")
        self.end = array("I", [0])  # where each way's points end, after a 0
        self.way = array("q")
        self.kind = array("B")
        self.flags = array("B")
        self.fast = array("B")
        self.lit = array("H")
        self.name = array("I")
        self.access = array("H")


class Spots:
    """Places as they were found."""

    def __init__(self) -> None:
        self.x = array("i")
        self.y = array("i")
        self.kind = array("B")
        self.source = array("B")
        self.id = array("q")
        self.name = array("I")
        self.hours = array("I")


class Found:
    """What a file holds. `refused`: how many values of what could not be read; `data_at`: the age, if it says one; `shut`: the
    points at which nobody goes on."""

    def __init__(self) -> None:
        self.ways = Ways()
        self.spots = Spots()
        self.lamp_x = array("i")
        self.lamp_y = array("i")
        self.lits = Table("", MOST_VALUES)
        self.names = Table("")
        self.hours = Table("")
        self.accesses = Table(Access(), MOST_VALUES)
        self.refused: Counter[str] = Counter()
        self.data_at: float | None = None
        self.shut: set[int] = set()
        self._own = _OWN

    def own_point(self) -> int:
        """The number of a point that no other way has."""
        self._own += 1
        return self._own

    def hours_number(self, value: str | None) -> int:
        """The number of opening hours: 0 when there are none, or none that can be read, which is counted."""
        if not value:
            return 0
        text = value.strip()[:LONGEST_VALUE]
        known = self.hours.number(text) if is_hours(text) else None
        if known is None:
            self.refused["opening_hours"] += 1
        return known or 0


def column(values: Numbers, dtype: type[Any]) -> NDArray[Any]:
    """An array over the same memory."""
    return np.frombuffer(values, dtype) if len(values) else np.empty(0, dtype)


def read(path: Path) -> Found:
    """All streets, lamps and places of a PBF (or, called .osm, an XML) file. Raises MapError when it is not whole."""
    if not path.is_file():
        raise MapError("source", "a file of OpenStreetMap data", "none there")
    found = Found()
    file = File(str(path), "" if path.suffix == ".osm" else "pbf")
    try:
        with Reader(file, NOTHING) as reader:
            found.data_at = _age(reader.header().get("osmosis_replication_timestamp"))
        _read(file, found)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:  # whatever is not what it says
        raise MapError("source", "a whole OpenStreetMap file", f"one with a fault: {str(error)[:120]}") from None
    return found


def _read(file: File, found: Found) -> None:
    things: Any = osmium.FileProcessor(file).with_locations()  # its types know no way from a node
    things.with_filter(EmptyTagFilter())
    points, others = KeyFilter(*KEYS, *GATE_KEYS), KeyFilter(*KEYS)
    points.enable_for(NODE)
    others.enable_for(WAY | RELATION)
    things.with_filter(points).with_filter(others)
    outlines: dict[int, tuple[int, Any]] = {}
    for thing in things:
        if thing.is_way():
            tags = thing.tags
            kind = street(tags) if "highway" in tags else None
            if kind is not None:
                _keep_way(found, thing, kind)
            elif (place := kind_of(tags)) is not None and (middle := _middle(thing.nodes)) is not None:
                _keep_spot(found, place, FROM_WAY, thing, *middle)
        elif thing.is_node():
            _node(found, thing)
        elif thing.is_relation():
            _outline(found, thing, outlines)
    if outlines:
        _place_outlines(file, found, outlines, things.node_location_storage)


def _node(found: Found, node: Any) -> None:
    place = node.location
    if not place.valid() or abs(place.y) > FURTHEST:
        return
    tags = node.tags
    if shuts(tags):
        found.shut.add(node.id)
    if tags.get("highway") == "street_lamp":
        found.lamp_x.append(place.x)
        found.lamp_y.append(place.y)
    elif (kind := kind_of(tags)) is not None:
        _keep_spot(found, kind, FROM_NODE, node, place.x, place.y)


def _keep_way(found: Found, way: Any, kind: Street) -> None:
    """A way's points. Where some are missing, or too far north, it ends and begins anew behind them; at a shut gate it ends
    and begins anew, each time at a point of its own, so that nothing leads through."""
    ways, shut = found.ways, found.shut
    row = None
    refs, xs, ys = ways.refs, ways.x, ways.y
    begun, last = len(refs), None
    for node in way.nodes:
        place = node.location
        if not place.valid() or abs(place.y) > FURTHEST:
            row = _close(found, way, kind, begun, row)
            begun, last = len(refs), None
        elif (ref := node.ref) != last:
            last = ref
            if ref in shut:
                ref = found.own_point()
                if len(refs) > begun:
                    _point(ways, ref, place)
                    row = _close(found, way, kind, begun, row)
                    begun, ref = len(refs), found.own_point()
            refs.append(ref)
            xs.append(place.x)
            ys.append(place.y)
    if last in shut and len(refs) == begun + 1:  # it has ended there already
        del refs[begun:], xs[begun:], ys[begun:]
    else:
        _close(found, way, kind, begun, row)


def _point(ways: Ways, ref: int, place: Any) -> None:
    ways.refs.append(ref)
    ways.x.append(place.x)
    ways.y.append(place.y)


_Row = tuple[int, int, int]


def _close(found: Found, way: Any, kind: Street, begun: int, row: _Row | None) -> _Row | None:
    """End the way that began at point `begun`, if it is one. What its tags say is looked up once."""
    ways = found.ways
    points = len(ways.refs) - begun
    if not 2 <= points <= MOST_POINTS:
        del ways.refs[begun:], ways.x[begun:], ways.y[begun:]
        if points:
            found.refused[NO_POINTS] += 1
        return row
    row = row or _row(found, way.tags, kind)
    ways.end.append(len(ways.refs))
    ways.way.append(way.id)
    ways.kind.append(kind.number)
    ways.flags.append(kind.flags)
    ways.fast.append(kind.fast)
    ways.lit.append(row[0])
    ways.name.append(row[1])
    ways.access.append(row[2])
    return row


def _row(found: Found, tags: Any, kind: Street) -> _Row:
    lit = 0
    if (value := tags.get("lit")) is not None:
        text = value.strip()[:LONGEST_VALUE]
        if text not in LIT_WORDS and not (text and is_hours(text)):
            found.refused["lit"] += 1
        lit = found.lits.number(text or UNREADABLE) or found.lits.number(UNREADABLE) or 0
    access = 0
    if kind.access is not None:
        access = found.accesses.number(kind.access) or 0
    if kind.unread:
        found.refused["access"] += 1
    return lit, found.names.number((tags.get("name") or "")[:LONGEST_VALUE]) or 0, access


def _keep_spot(found: Found, kind: int, source: int, thing: Any, x: int, y: int) -> None:
    _put_spot(found, x, y, (kind, source, *_said(found, thing)))


def _said(found: Found, thing: Any) -> tuple[int, int, int]:
    """Id, name and hours of a place."""
    tags = thing.tags
    name = found.names.number((tags.get("name") or tags.get("brand") or "")[:LONGEST_VALUE]) or 0
    return thing.id, name, found.hours_number(tags.get("opening_hours"))


def _put_spot(found: Found, x: int, y: int, said: tuple[int, int, int, int, int]) -> None:
    spots = found.spots
    spots.x.append(x)
    spots.y.append(y)
    for values, value in zip((spots.kind, spots.source, spots.id, spots.name, spots.hours), said, strict=True):
        values.append(value)


def _outline(found: Found, relation: Any, outlines: dict[int, tuple[int, Any]]) -> None:
    """A hospital's grounds, a station: its place is that of its first outline, whose way has gone by already."""
    kind = kind_of(relation.tags) if relation.tags.get("type") in ("multipolygon", "site") else None
    if kind is None:
        return
    outer = next((member.ref for member in relation.members if member.type == "w" and member.role != "inner"), None)
    if outer is not None:
        outlines[outer] = (kind, (kind, FROM_RELATION, *_said(found, relation)))


def _place_outlines(file: File, found: Found, outlines: dict[int, tuple[int, Any]], places: Any) -> None:
    """A second look at the few ways that are outlines."""
    ways: Any = osmium.FileProcessor(file, WAY).with_filter(IdFilter(outlines))
    for way in ways:
        middle = _middle_of(_located(way.nodes, places))
        if middle is not None and way.id in outlines:
            _put_spot(found, *middle, outlines.pop(way.id)[1])


def _located(nodes: Any, places: Any) -> Iterator[Any]:
    for node in nodes:
        try:
            yield places.get(node.ref)
        except KeyError:  # outside the extract
            continue


def _middle(nodes: Any) -> tuple[int, int] | None:
    return _middle_of(node.location for node in nodes)


def _middle_of(places: Iterable[Any]) -> tuple[int, int] | None:
    """The mean of a ring's corners."""
    known = {(place.x, place.y) for place in places if place.valid() and abs(place.y) <= FURTHEST}
    if not known:
        return None
    return sum(x for x, _ in known) // len(known), sum(y for _, y in known) // len(known)


def _age(stamp: str) -> float | None:
    try:
        return datetime.fromisoformat(stamp).timestamp() if stamp else None
    except ValueError:
        return None
