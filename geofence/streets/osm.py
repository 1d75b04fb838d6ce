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

from geofence.plane import FARTHEST_LAT

from .format import FROM_NODE, FROM_RELATION, FROM_WAY, Access, MapError
from .grounds import Ground, Line, Members, line_of, members_of, whole
from .rules import (
    GATE_KEYS,
    GROUND_KEYS,
    KEYS,
    LIT_WORDS,
    LONGEST_VALUE,
    Street,
    gate_hours,
    ground,
    is_hours,
    kind_of,
    shuts,
    street,
)

FURTHEST = round(FARTHEST_LAT * 1e7)
"""Latitudes (times 1e7) beyond which no place counts."""
MOST_POINTS = 65_535
MOST_VALUES = 60_000
"""Different values of a table. A file with more is no map of streets; what is past it counts as unreadable."""
UNREADABLE = "unreadable"
NO_POINTS = "ways without two known points"
GROUND_HOURS = "hours of parks and gardens"
SHUT = -1
"""A gate at which nobody goes on, at whatever time."""
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
        self.apart = array("B")
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
    """What a file holds. `refused`: how many values of what could not be read; `data_at`: the age, if it says one; `gates`: by
    point, when somebody may go on there (a number in `accesses`), or `SHUT`; `grounds`: areas that are not always open."""

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
        self.gates: dict[int, int] = {}
        self.grounds: list[Ground] = []
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
    """All streets, lamps and places of a PBF (or, called .osm, .osm.gz or .osm.bz2, an XML) file. Raises MapError when it is not whole."""
    if not path.is_file():
        raise MapError("source", "a file of OpenStreetMap data", "none there")
    found = Found()
    is_xml = ".osm" in path.suffixes[-2:] and path.suffix != ".pbf"  # or such a file, packed
    file = File(str(path), "" if is_xml else "pbf")
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
    points, others = KeyFilter(*KEYS, *GATE_KEYS), KeyFilter(*KEYS, *GROUND_KEYS)
    points.enable_for(NODE)
    others.enable_for(WAY | RELATION)
    things.with_filter(points).with_filter(others)
    outlines: dict[int, tuple[int, Any]] = {}
    members: list[Members] = []
    for thing in things:
        if thing.is_way():
            tags = thing.tags
            kind = street(tags) if "highway" in tags else None
            if kind is not None:
                _keep_way(found, thing, kind)
            elif (place := kind_of(tags)) is not None and (middle := _middle(thing.nodes)) is not None:
                _keep_spot(found, place, FROM_WAY, thing, *middle)
            elif thing.is_closed() and (opens := _ground(found, tags)):
                found.grounds.append(Ground(opens, (line_of(node.location for node in thing.nodes),)))
        elif thing.is_node():
            _node(found, thing)
        elif thing.is_relation():
            _outline(found, thing, outlines)
            if thing.tags.get("type") in ("multipolygon", "boundary") and (opens := _ground(found, thing.tags)):
                members.append(members_of(opens, thing))
    if outlines or members:
        _look_again(file, found, outlines, members, things.node_location_storage)


def _ground(found: Found, tags: Any) -> int:
    """When grounds are open: a number in `accesses`; 0: always, or nobody can tell, which is counted."""
    opens, unread = ground(tags) or (None, False)
    if unread:
        found.refused[GROUND_HOURS] += 1
    return found.accesses.number(opens) or 0 if opens is not None else 0


def _node(found: Found, node: Any) -> None:
    place = node.location
    if not place.valid() or abs(place.y) > FURTHEST:
        return
    tags = node.tags
    if shuts(tags):
        found.gates[node.id] = SHUT
    elif (opens := gate_hours(tags)) is not None:
        found.gates[node.id] = found.accesses.number(opens) or SHUT
    if tags.get("highway") == "street_lamp":
        found.lamp_x.append(place.x)
        found.lamp_y.append(place.y)
    elif (kind := kind_of(tags)) is not None:
        _keep_spot(found, kind, FROM_NODE, node, place.x, place.y)


def _keep_way(found: Found, way: Any, kind: Street) -> None:
    """A way's points. Where some are missing, or too far north, it ends and begins anew behind them; at gates, see `_Run`."""
    gates, ways, run = found.gates, found.ways, _Run(found, way, kind)
    refs, xs, ys = ways.refs, ways.x, ways.y
    last, beside = None, False
    for node in way.nodes:
        place = node.location
        if not place.valid() or abs(place.y) > FURTHEST:
            run.end()
            last, beside = None, False
        elif (ref := node.ref) != last:
            last = ref
            if beside or ref in gates:
                beside = run.step(ref, place.x, place.y, gates.get(ref, 0))
            else:
                refs.append(ref)
                xs.append(place.x)
                ys.append(place.y)
    run.end()


_Row = tuple[int, int, int]


class _Run:
    """A way up to where it ends, or a gate ends it. At a shut gate it ends and begins anew, each time at a point of its own,
    so that nothing leads through. The step to a gate with hours and that from it are a way of their own, open when it is."""

    __slots__ = ("begun", "found", "kind", "opens", "row", "taken_up", "way")

    def __init__(self, found: Found, way: Any, kind: Street) -> None:
        self.found, self.way, self.kind = found, way, kind
        self.begun = len(found.ways.refs)
        self.row: _Row | None = None
        self.opens = 0
        self.taken_up = False  # it begins at a point that ends another one: alone it is nothing

    def step(self, ref: int, x: int, y: int, gate: int) -> bool:
        """On to a point that is a gate or comes after one; whether the next one does."""
        found = self.found
        if gate == SHUT:
            if len(found.ways.refs) > self.begun:
                _point(found.ways, found.own_point(), x, y)
                self.end()
            _point(found.ways, found.own_point(), x, y)
            self.taken_up = True
            return False
        if gate and not self.opens and len(found.ways.refs) > self.begun + 1:
            self._end_and_go_on()
        _point(found.ways, ref, x, y)
        if self.opens:
            self._end_and_go_on()
        self.opens = gate
        return gate > 0

    def end(self) -> None:
        """What there is is a way, if it is one; another one begins."""
        refs = self.found.ways.refs
        points = len(refs) - self.begun
        if 2 <= points <= MOST_POINTS:
            self._put_down()
        else:
            _drop(self.found.ways, self.begun)
            if points and not self.taken_up:
                self.found.refused[NO_POINTS] += 1
        self.begun, self.opens, self.taken_up = len(refs), 0, False

    def _end_and_go_on(self) -> None:
        ways = self.found.ways
        before = ways.refs[-1], ways.x[-1], ways.y[-1]
        self.end()
        _point(ways, *before)
        self.taken_up = True

    def _put_down(self) -> None:
        """What its tags say is looked up once."""
        ways, kind = self.found.ways, self.kind
        self.row = self.row or _row(self.found, self.way.tags, kind)
        ways.end.append(len(ways.refs))
        ways.way.append(self.way.id)
        ways.kind.append(kind.number)
        ways.flags.append(kind.flags)
        ways.fast.append(kind.fast)
        ways.apart.append(kind.apart)
        ways.lit.append(self.row[0])
        ways.name.append(self.row[1])
        ways.access.append(self.opens or self.row[2])


def _point(ways: Ways, ref: int, x: int, y: int) -> None:
    ways.refs.append(ref)
    ways.x.append(x)
    ways.y.append(y)


def _drop(ways: Ways, begun: int) -> None:
    del ways.refs[begun:], ways.x[begun:], ways.y[begun:]


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


def _look_again(
    file: File, found: Found, outlines: dict[int, tuple[int, Any]], members: list[Members], places: Any
) -> None:
    """A second look at the few ways that are outlines."""
    lines: dict[int, Line] = {ref: [] for one in members for ref in (*one.outer, *one.inner)}
    ways: Any = osmium.FileProcessor(file, WAY).with_filter(IdFilter(outlines.keys() | lines.keys()))
    for way in ways:
        known = [*_located(way.nodes, places)]
        if way.id in lines and len(known) == len(way.nodes):
            lines[way.id] = line_of(known)
        if way.id in outlines and (middle := _middle_of(known)) is not None:
            _put_spot(found, *middle, outlines.pop(way.id)[1])
    found.grounds += (whole(one, lines) for one in members)


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
