"""A region that is open: its arrays, mapped, and the few questions that everybody asks of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import cells
from .format import About, read

U1 = NDArray[np.uint8]
U2 = NDArray[np.uint16]
U4 = NDArray[np.uint32]
I4 = NDArray[np.int32]
I8 = NDArray[np.int64]
F4 = NDArray[np.float32]

_OF = ("n", "w", "r")
SNAP_M = 150.0
"""Whatever street lies within this of a place has a segment in `segments_about` it."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Region:
    """The streets of one file. Arrays are read-only, shared by the processes of a machine; what each holds: `format.ARRAYS`.

    A file that is replaced meanwhile stays mapped for as long as the region is kept.
    """

    path: Path
    about: About
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
    link_flags: U1
    part_m: F4
    part_light: U2
    part_class: U1
    part_flags: U1
    part_access: U2
    part_name: U4
    part_way: I8
    part_pt: I4
    part_pts: U2
    part_rev: U1
    part_link: I4
    pt_x: I4
    pt_y: I4
    seg_pt: I4
    seg_part: I4
    seg_cell_start: I4
    place_x: I4
    place_y: I4
    place_kind: U1
    place_from: U1
    place_id: I8
    place_name: U4
    place_hours: U4
    place_link: I4
    place_along: F4
    place_off: F4
    place_cell_start: I4
    lamp_x: I4
    lamp_y: I4
    lamp_hours: U4
    lamp_cell_start: I4
    name_start: U4
    name_bytes: U1

    @classmethod
    def open(cls, path: Path) -> "Region":
        """Map a file. Raises MapError when it is not one, is of another format, or is not whole."""
        header, arrays = read(path)
        return cls(path=path, about=header.about, **arrays)

    def name(self, number: int) -> str:
        """A name by its number, as it may be shown: "" for 0. Whoever draws a map writes what they like: what turns the
        writing round, ends a line or shows nothing is left out."""
        first, end = int(self.name_start[number]), int(self.name_start[number + 1])
        text = self.name_bytes[first:end].tobytes().decode("utf-8", "replace")
        if not text.isprintable():
            text = "".join(letter if letter.isprintable() else " " * letter.isspace() for letter in text)
        return " ".join(text.split())

    def place_key(self, place: int) -> str:
        """A place's id in words: `osm:n123`, `osm:w5`, `osm:r7`."""
        return f"osm:{_OF[int(self.place_from[place])]}{int(self.place_id[place])}"

    def points(self, part: int) -> tuple[I4, I4]:
        """x and y of a part's points, in the direction of its link."""
        first = int(self.part_pt[part])
        step = slice(first, first + int(self.part_pts[part]))
        x, y = self.pt_x[step], self.pt_y[step]
        return (x[::-1], y[::-1]) if self.part_rev[part] else (x, y)

    def among(self, starts: I4, west: int, south: int, east: int, north: int) -> I8:
        """The numbers of the things in the cells that a box meets: nodes by `cell_start`, lamps by `lamp_cell_start`, ..."""
        return cells.among(self.about.cells, starts, west, south, east, north)

    def segments_about(self, x: int, y: int) -> I8:
        """Numbers of the segments in the 3 x 3 cells about a place: all that pass within `SNAP_M`, and others.

        A long segment may be named twice.
        """
        return cells.about(self.about.cells, self.seg_cell_start, x, y)
