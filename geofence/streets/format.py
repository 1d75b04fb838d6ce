"""One file with the streets of a region: a header that says what is inside, then arrays, ready to be mapped.

    LAMPMAP1 · u64 length of the header · JSON header · arrays, each at a multiple of 64 bytes

The whole file is a multiple of 4096 bytes. Everything is little-endian. Places are degrees times ten million in int32
(`x` is the longitude, `y` the latitude). `ARRAYS` names every array, its type and how many numbers it has; `Header`
holds what is not an array. A file of another `FORMAT` is refused and built again: it is derived, nothing is lost.
"""

import hashlib
import os
from collections.abc import Mapping
from math import hypot
from pathlib import Path
from typing import Annotated, Any, BinaryIO, NamedTuple, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from geofence.lighting import LightClass
from geofence.plane import metres_per_degree

MAGIC = b"LAMPMAP1"
FORMAT = 1
ATTRIBUTION = "© OpenStreetMap contributors"
LONGEST_HEADER = 64_000_000
_ALIGN = 64
_PAGE = 4096

_Kind = TypeVar("_Kind")
Arrays = Mapping[str, NDArray[Any]]
_AtLeastOne = Annotated[int, msgspec.Meta(ge=1, le=2**31)]


class MapError(ValueError):
    """A map that cannot be built or opened: `field` is what was wrong, `reason` what was expected and what came."""

    def __init__(self, field: str, expected: object, got: object) -> None:
        self.field = field
        self.reason = f"expected {expected}, got {got}"
        super().__init__(f"{field}: {self.reason}")


class Column(NamedTuple):
    """An array of the file: its numpy type and what it has one number for (`cells+1`: one more, where each begins)."""

    dtype: str
    per: str


ARRAYS: dict[str, Column] = {
    # Nodes are where ways meet or end, sorted by cell, row by row from the south-west.
    "node_x": Column("<i4", "nodes"),
    "node_y": Column("<i4", "nodes"),
    "cell_start": Column("<i4", "cells+1"),
    "component": Column("<i4", "nodes"),  # nodes of one number are connected
    "component_m": Column("<f4", "components"),  # metres of street in it
    "tree": Column("<i4", "nodes"),  # 0: lies on a circle, or between circles; else the number of its dead end
    # Both ways along every link, by the node where the step begins.
    "arc_ptr": Column("<i4", "nodes+1"),
    "arc_to": Column("<i4", "arcs"),
    "arc_link": Column("<i4", "arcs"),
    # A link leads from node to node with nothing to choose in between.
    "link_from": Column("<i4", "links"),
    "link_to": Column("<i4", "links"),
    "part_ptr": Column("<i4", "links+1"),
    "link_m": Column("<f4", "links"),
    "link_flags": Column("|u1", "links"),  # LINK_… below
    # A part is a stretch of one way inside a link, in the link's order.
    "part_m": Column("<f4", "parts"),
    "part_light": Column("<u2", "parts"),  # number in `Header.lights`
    "part_class": Column("|u1", "parts"),  # number in `Header.classes`
    "part_flags": Column("|u1", "parts"),  # PART_… below
    "part_access": Column("<u2", "parts"),  # number in `Header.access`; 0: always
    "part_name": Column("<u4", "parts"),
    "part_way": Column("<i8", "parts"),  # the way's id in OpenStreetMap
    "part_pt": Column("<i4", "parts"),  # its first point
    "part_pts": Column("<u2", "parts"),  # how many, both ends included
    "part_rev": Column("|u1", "parts"),  # 1: its points run against the link
    "part_link": Column("<i4", "parts"),
    "pt_x": Column("<i4", "points"),
    "pt_y": Column("<i4", "points"),
    # Segments (a point and the next one) by cell. A long one stands in every cell that its pieces of 200 m lie in.
    "seg_pt": Column("<i4", "segments"),
    "seg_part": Column("<i4", "segments"),
    "seg_cell_start": Column("<i4", "cells+1"),
    # Havens and open places, by cell.
    "place_x": Column("<i4", "places"),
    "place_y": Column("<i4", "places"),
    "place_kind": Column("|u1", "places"),  # number in `Header.kinds`
    "place_from": Column("|u1", "places"),  # FROM_… below: whose number `place_id` is
    "place_id": Column("<i8", "places"),
    "place_name": Column("<u4", "places"),
    "place_hours": Column("<u4", "places"),  # number in `Header.hours`; 0: not known
    "place_link": Column("<i4", "places"),  # the street at its door; -1: none within 150 m
    "place_along": Column("<f4", "places"),  # metres along that link from its first node
    "place_off": Column("<f4", "places"),  # metres from the street
    "place_cell_start": Column("<i4", "cells+1"),
    # Lamps by cell.
    "lamp_x": Column("<i4", "lamps"),
    "lamp_y": Column("<i4", "lamps"),
    "lamp_hours": Column("<u4", "lamps"),  # number in `Header.hours`; 0: nothing said
    "lamp_cell_start": Column("<i4", "cells+1"),
    # Names: UTF-8, one after the other; number 0 is no name.
    "name_start": Column("<u4", "names+1"),
    "name_bytes": Column("|u1", "bytes"),
}

PART_STEPS = 1
PART_TUNNEL = 2
PART_INDOOR = 4
PART_BRIDGE = 8
PART_ALONG = 16
"""Walked only in the direction of its points: an escalator, a one-way for walkers."""
PART_AGAINST = 32
"""Walked only against the direction of its points."""
PART_NO_PAVEMENT = 64
"""A trunk road of which nobody says that it has a pavement, or another fast road of which somebody says it has none."""
PART_DRIVEWAY = 128
"""Up to somebody's house or yard, and nobody says that all may walk there."""
PART_SHUNNED = PART_NO_PAVEMENT | PART_DRIVEWAY
"""What a better lit way goes round, if that costs little."""

LINK_STEPS = 1
LINK_CONDITIONAL = 2
"""One of its parts is closed at times: see `part_access`."""
LINK_NOT_FORWARD = 4
LINK_NOT_BACK = 8

FROM_NODE, FROM_WAY, FROM_RELATION = range(3)
"""What of OpenStreetMap `place_id` is the id of."""


class Access(msgspec.Struct, frozen=True):
    """When a part is open: `within` its `hours` (opening hours) it may be walked or not, `otherwise` it may or may not."""

    hours: str = ""
    within: bool = True
    otherwise: bool = True


class Cells(msgspec.Struct, frozen=True):
    """The grid by which things are sorted. `west`, `south`, `wide` and `high` (of one cell) in degrees times 1e7.

    The number of a cell is `row * columns + column`; a cell is `cell_m` metres high, and at least as wide in every row.
    """

    west: int
    south: int
    wide: _AtLeastOne
    high: _AtLeastOne
    columns: _AtLeastOne
    rows: _AtLeastOne
    cell_m: Annotated[float, msgspec.Meta(gt=0.0)]

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self.columns * self.rows

    def column_row(self, x: int, y: int) -> tuple[int, int]:
        """Column and row of a place; outside the grid they are below 0, or `columns`, `rows` and above."""
        return (x - self.west) // self.wide, (y - self.south) // self.high

    def numbers(self, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.int64]:
        """The cells of places; those outside count to the cell at the edge."""
        columns = np.clip((x.astype(np.int64) - self.west) // self.wide, 0, self.columns - 1)
        rows = np.clip((y.astype(np.int64) - self.south) // self.high, 0, self.rows - 1)
        return rows * self.columns + columns


class Box(msgspec.Struct, frozen=True):
    """The streets lie inside: degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a place lies inside."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east

    def outside_m(self, lat: float, lon: float) -> float:
        """Metres from a place to the box; 0: it is inside."""
        east, north = metres_per_degree(lat)
        x, y = max(self.west - lon, lon - self.east, 0.0), max(self.south - lat, lat - self.north, 0.0)
        return hypot(x * east, y * north)


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a header says beside the arrays. `data_at`: how old the data is, in seconds since 1970; None: nobody knows.

    `km` by class of way; `refused`: how many values could not be read, by what they were. `grounds`: parks and gardens that
    have hours, and `grounds_m` the metres that are walked only then; None in a file of before they were read.
    """

    zone: str
    box: Box
    cells: Cells
    classes: tuple[str, ...]
    lights: tuple[LightClass, ...]
    access: tuple[Access, ...]
    hours: tuple[str, ...]
    kinds: tuple[str, ...]
    km: dict[str, float]
    refused: dict[str, int]
    data_at: float | None = None
    grounds: int | None = None
    grounds_m: float = 0.0
    attribution: str = ATTRIBUTION


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """Where an array is: its type, how many numbers, and the byte at which it begins, from the first array on."""

    dtype: str
    count: int
    offset: int


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON at the beginning of a file. `size`: bytes of the whole file."""

    format: int
    size: int
    about: About
    arrays: dict[str, Stored]


class Written(NamedTuple):
    """What `write` has put on disk."""

    header: Header
    sha256: str


def write(file: BinaryIO, about: About, arrays: Arrays) -> Written:
    """Write a whole file. The arrays are those of `ARRAYS`, of any order; a file that is full raises OSError."""
    stored: dict[str, Stored] = {}
    end = 0
    for name, column in ARRAYS.items():
        array = arrays[name]
        if array.dtype != np.dtype(column.dtype) or array.ndim != 1:
            raise MapError(name, column.dtype, f"{array.dtype.str} of {array.ndim} dimensions")
        stored[name] = Stored(column.dtype, len(array), end)
        end = _rounded(end + array.nbytes, _ALIGN)
    _check_counts({name: one.count for name, one in stored.items()}, about)
    header, text = _fitting(about, stored, end)
    writer = _Summed(file)
    writer.put(MAGIC + len(text).to_bytes(8, "little") + text)
    base = writer.fill(_ALIGN)
    for name, one in stored.items():
        writer.zeros(base + one.offset - writer.at)
        writer.put(np.ascontiguousarray(arrays[name]).data.cast("B") if one.count else b"")
    writer.zeros(header.size - writer.at)
    return Written(header, writer.sum.hexdigest())


def sync(path: Path) -> None:
    """A new name is on disk when its folder is; what is in a file, when the file is."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def read(path: Path) -> tuple[Header, dict[str, NDArray[Any]]]:
    """A file's header and its arrays, mapped read-only: plain arrays that share one mapping. Raises MapError."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(16)
            if head[:8] != MAGIC or len(head) < 16:
                raise MapError("magic", MAGIC.decode(), repr(head[:8])[1:])
            length = int.from_bytes(head[8:], "little")
            if length > min(size, LONGEST_HEADER):
                raise MapError("header", f"at most {min(size, LONGEST_HEADER)} bytes", length)
            header = _decoded(file.read(length))
            if header.size != size:
                raise MapError("size", f"{header.size} bytes", size)
            base = _rounded(16 + length, _ALIGN)
            _check_layout(header, size - base)
            mapped = np.asarray(
                np.memmap(file, np.uint8, "r")
            )  # the file that was checked, whatever has its name by now
    except OSError as error:
        raise MapError("file", "a map that can be read", error.strerror or error) from None
    views: dict[str, NDArray[Any]] = {}
    for name, one in header.arrays.items():
        dtype = np.dtype(one.dtype)
        first = base + one.offset
        views[name] = mapped[first : first + one.count * dtype.itemsize].view(dtype)
    return header, views


def _decoded(text: bytes) -> Header:
    found = _of_type(text, _Named, "JSON with a format")
    if found.format != FORMAT:  # looked at first: the header of another format may look quite different
        raise MapError("format", FORMAT, found.format)
    return _of_type(text, Header, f"one of format {FORMAT}")


def _of_type(text: bytes, kind: type[_Kind], expected: str) -> _Kind:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MapError("header", expected, error) from None


def _check_layout(header: Header, room: int) -> None:
    """Every array is there, of its type, of a length that fits the others, and inside the file."""
    for name, column in ARRAYS.items():
        one = header.arrays.get(name)
        if one is None:
            raise MapError(name, "an array", "nothing")
        if one.dtype != column.dtype:
            raise MapError(name, column.dtype, one.dtype[:20])
        end = one.offset + one.count * np.dtype(column.dtype).itemsize
        if one.count < 0 or one.offset < 0 or one.offset % _ALIGN or end > room:
            raise MapError(name, f"an array inside {room} bytes", f"{one.count} numbers at {one.offset}")
    extra = header.arrays.keys() - ARRAYS.keys()
    if extra:
        raise MapError("arrays", "those of this format", ", ".join(sorted(extra))[:80])
    _check_counts({name: one.count for name, one in header.arrays.items()}, header.about)


def _check_counts(counts: Mapping[str, int], about: About) -> None:
    """Arrays of one kind of thing are equally long."""
    known = {"cells": about.cells.count}
    for name, column in ARRAYS.items():
        per, _, more = column.per.partition("+")
        plain = counts[name] - int(more or 0)
        if known.setdefault(per, plain) != plain:
            raise MapError(name, f"{known[per]} numbers and {more or 0}, one for each of {per}", counts[name])


def _fitting(about: About, stored: dict[str, Stored], end: int) -> tuple[Header, bytes]:
    """The header with the file's size in it. Its own length depends on the digits of that number: a second round."""
    size = 0
    while True:
        header = Header(format=FORMAT, size=size, about=about, arrays=stored)
        text = msgspec.json.encode(header)
        needed = _rounded(_rounded(16 + len(text), _ALIGN) + end, _PAGE)
        if needed == size:
            return header, text
        size = max(size, needed)


class _Summed:
    """A file, how much is in it, and its SHA-256."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.at = 0
        self.sum = hashlib.sha256()

    def put(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self.sum.update(data)
        self.at += len(data)

    def zeros(self, count: int) -> None:
        self.put(bytes(count))

    def fill(self, multiple: int) -> int:
        self.zeros(_rounded(self.at, multiple) - self.at)
        return self.at


def _rounded(number: int, multiple: int) -> int:
    return -(-number // multiple) * multiple


class _Named(msgspec.Struct):
    format: int
