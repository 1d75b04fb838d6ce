"""Building the file of a region from a file of OpenStreetMap."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from geofence.lighting import ALL_NIGHT, NEVER, LightClass

from .cells import grid_of, segments_by_cell
from .format import (
    LINK_CONDITIONAL,
    LINK_NOT_BACK,
    LINK_NOT_FORWARD,
    LINK_STEPS,
    PART_AGAINST,
    PART_ALONG,
    PART_STEPS,
    About,
    Box,
    Cells,
    MapError,
    sync,
    write,
)
from .grounds import Laid, Lines, laid
from .infer import (
    NOT_SAID,
    RULES,
    SAID_LIT,
    SAID_OTHER,
    SAID_UNLIT,
    Clues,
    Held,
    held_out,
    inferred,
    inventory_hours,
    place_on,
)
from .links import Graph, Parts, cut, graph, joined, lengths_m
from .osm import Found, Table, column, read
from .places import Extra, area_ids, doors, lamps_of, places_of
from .rules import CLASSES, KINDS

Progress = Callable[[str, float], None]
"""Called with what is being done, and how much of the whole is done, from 0 to 1."""

Arrays = dict[str, NDArray[Any]]

FEWEST_M = 1000.0
"""A file with fewer metres of street is no map: the wrong file, or one that was cut off before its ways."""
MOST_LIGHTS = 65_535
NO_OUTLINE = "outlines of parks and gardens"


class Built(msgspec.Struct, frozen=True):
    """A file that is there now. `counts`: how many numbers each of its arrays has."""

    path: Path
    size: int
    sha256: str
    about: About
    counts: dict[str, int]


def build(source: Path, target: Path, extra: Extra | None = None, progress: Progress | None = None) -> Built:
    """Build `target` from `source`, a PBF (or .osm) file; `extra` is what else is known of the region.

    The file appears whole or not at all, and replaces an older one at that moment. Raises MapError.
    """
    told = progress or _nobody
    about, arrays = _made(source, extra or Extra(), told)
    told("writing", 0.95)
    built = _written(target, about, arrays)
    told("done", 1.0)
    return built


def measure(source: Path, extra: Extra | None = None) -> dict[str, Held]:
    """How often each rule of inference is right on the tagged streets of a file. Raises MapError."""
    raw = _drawn(source, extra or Extra(), _nobody)
    return held_out(_clues(raw, lamps_of(raw.found, raw.extra, raw.cells)))


@dataclass(slots=True)
class _Raw:
    """Streets as they were drawn, cut where they meet."""

    found: Found
    extra: Extra
    x: NDArray[np.int32]
    y: NDArray[np.int32]
    metres: NDArray[np.float32]
    parts: Parts
    box: Box
    cells: Cells


def _nobody(_doing: str, _share: float) -> None:
    """Progress that nobody wants to see."""


def _drawn(source: Path, extra: Extra, told: Progress) -> _Raw:
    told("reading", 0.0)
    found = read(source)
    told("cutting", 0.6)
    ways = found.ways
    x, y = column(ways.x, np.int32), column(ways.y, np.int32)
    end = column(ways.end, np.uint32).astype(np.int32)
    last = np.zeros(len(x), bool)
    last[end[1:] - 1] = True
    metres = lengths_m(x, y, last)
    total = float(metres.sum(dtype=np.float64))
    if total < FEWEST_M:
        raise MapError("streets", f"at least {FEWEST_M:.0f} m to walk on", f"{total:.0f} m in {len(ways.way)} ways")
    parts = cut(column(ways.refs, np.int64), x, y, end, metres)
    del ways.refs
    return _Raw(found, extra, x, y, metres, parts, *grid_of(x, y))


def _made(source: Path, extra: Extra, told: Progress) -> tuple[About, Arrays]:
    raw = _drawn(source, extra, told)
    told("joining", 0.65)
    made = graph(raw.parts, joined(raw.parts), raw.cells)
    raw.parts.forget_ends()
    found, cells = raw.found, raw.cells
    told("lighting", 0.75)
    lamps = lamps_of(found, extra, cells)
    light, lights = _lights(raw, lamps)
    told("placing", 0.85)
    arrays: Arrays = {name: getattr(made, name) for name in Graph.__slots__ if name not in ("part", "rev")}
    arrays |= lamps | {"pt_x": raw.x, "pt_y": raw.y, "part_light": light[made.part]}
    arrays |= _segments(raw, made)
    grounds = _laid(raw)
    arrays |= _parts(raw, made, grounds)
    told("havens", 0.9)
    places = places_of(found, cells)
    arrays |= places | doors(arrays | {"metres": raw.metres}, cells, places["place_x"], places["place_y"])
    arrays |= _names(found.names)
    return _about(raw, lights, grounds), arrays


def _laid(raw: _Raw) -> Laid:
    """The hours of grounds on the parts in them that have none of their own."""
    ways, parts = raw.found.ways, raw.parts
    if not raw.found.grounds:
        return Laid(np.zeros(len(parts.way), np.uint16), 0)
    asked = (column(ways.access, np.uint16) == 0) & (column(ways.apart, np.uint8) == 0)
    lines = Lines(raw.x, raw.y, raw.metres, parts.first, parts.last)
    return laid(raw.found.grounds, lines, np.flatnonzero(asked[parts.way]).astype(np.int32))


def _parts(raw: _Raw, made: Graph, grounds: Laid) -> Arrays:
    """What is known of each part, in the links' order; and what follows for the links."""
    ways, parts, order = raw.found.ways, raw.parts, made.part
    way = parts.way[order]
    flags = column(ways.flags, np.uint8)[way]
    access = np.maximum(column(ways.access, np.uint16)[way], grounds.access[order])  # one of them is 0
    counts = np.diff(made.part_ptr)
    along, against = (flags & PART_ALONG) > 0, (flags & PART_AGAINST) > 0
    back = made.rev > 0
    of_link = (
        LINK_STEPS * ((flags & PART_STEPS) > 0)
        | LINK_CONDITIONAL * (access > 0)
        | LINK_NOT_FORWARD * np.where(back, along, against)
        | LINK_NOT_BACK * np.where(back, against, along)
    ).astype(np.uint8)
    return {
        "part_m": parts.m[order],
        "part_class": column(ways.kind, np.uint8)[way],
        "part_flags": flags,
        "part_access": access,
        "part_name": column(ways.name, np.uint32)[way],
        "part_way": column(ways.way, np.int64)[way],
        "part_pt": parts.first[order],
        "part_pts": (parts.last[order] - parts.first[order] + 1).astype(np.uint16),
        "part_rev": made.rev,
        "part_link": np.repeat(np.arange(len(counts), dtype=np.int32), counts),
        "link_flags": np.bitwise_or.reduceat(of_link, made.part_ptr[:-1]),
    }


def _segments(raw: _Raw, made: Graph) -> Arrays:
    """Segments by cell; each knows its part by the part's place in the links' order."""
    parts = raw.parts
    counts = parts.last - parts.first
    first = np.repeat(parts.first - (np.cumsum(counts, dtype=np.int32) - counts), counts)
    first += np.arange(len(first), dtype=np.int32)
    order, starts = segments_by_cell(raw.cells, raw.x, raw.y, first, raw.metres)
    place = np.empty(len(made.part), np.int32)
    place[made.part] = np.arange(len(made.part), dtype=np.int32)
    return {"seg_pt": first[order], "seg_part": np.repeat(place, counts)[order], "seg_cell_start": starts}


def _clues(raw: _Raw, lamps: Arrays) -> Clues:
    ways, parts = raw.found.ways, raw.parts
    said = np.array([_said(value) for value in raw.found.lits.values], np.uint8)
    return Clues(
        cells=raw.cells,
        x=raw.x,
        y=raw.y,
        metres=raw.metres,
        first=parts.first,
        last=parts.last,
        m=parts.m,
        way=parts.way,
        kind=column(ways.kind, np.uint8)[parts.way],
        flags=column(ways.flags, np.uint8)[parts.way],
        way_said=said[column(ways.lit, np.uint16)],
        way_name=column(ways.name, np.uint32),
        way_fast=column(ways.fast, np.uint8),
        lamp_x=lamps["lamp_x"],
        lamp_y=lamps["lamp_y"],
        lamp_hours=lamps["lamp_hours"],
    )


def _said(value: str) -> int:
    if not value:
        return NOT_SAID
    return SAID_LIT if value in ALL_NIGHT else SAID_UNLIT if value in NEVER else SAID_OTHER


def _lights(raw: _Raw, lamps: Arrays) -> tuple[NDArray[np.uint16], tuple[LightClass, ...]]:
    """The number of each part's light, in the ways' order, and what the numbers mean."""
    clues = _clues(raw, lamps)
    key = inventory_hours(clues).astype(np.int64) << 20
    key |= column(raw.found.ways.lit, np.uint16)[raw.parts.way].astype(np.int64) << 4
    key |= inferred(clues)
    area, areas = area_ids(raw.extra, len(key), lambda: place_on(clues, np.arange(len(key), dtype=np.int32), "middle"))
    key = key * len(areas) + area
    del area
    different, number = np.unique(key, return_inverse=True)
    if len(different) > MOST_LIGHTS:
        raise MapError("lights", f"at most {MOST_LIGHTS} different kinds of light", len(different))
    rules = ("", *RULES)
    lights = []
    for one in different.tolist():
        rest, area_number = divmod(one, len(areas))
        lights.append(
            LightClass(
                tag=raw.found.lits.values[rest >> 4 & 0xFFFF],
                rule=rules[rest & 15],
                schedule=areas[area_number],
                hours=raw.found.hours.values[rest >> 20],
            )
        )
    return number.astype(np.uint16), tuple(lights)


def _names(names: Table) -> Arrays:
    text = [name.encode("utf-8", "replace") for name in names.values]
    start = np.zeros(len(text) + 1, np.uint32)
    np.cumsum([len(one) for one in text], out=start[1:])
    return {"name_start": start, "name_bytes": np.frombuffer(b"".join(text), np.uint8)}


def _about(raw: _Raw, lights: tuple[LightClass, ...], grounds: Laid) -> About:
    found = raw.found
    if grounds.broken:
        found.refused[NO_OUTLINE] = grounds.broken
    metres = np.bincount(column(found.ways.kind, np.uint8)[raw.parts.way], weights=raw.parts.m, minlength=len(CLASSES))
    return About(
        zone=raw.extra.zone,
        box=raw.box,
        cells=raw.cells,
        classes=CLASSES,
        lights=lights,
        access=tuple(found.accesses.values),
        hours=tuple(found.hours.values),
        kinds=KINDS,
        km={name: round(m / 1000, 3) for name, m in zip(CLASSES, metres.tolist(), strict=True) if m},
        refused=dict(found.refused),
        data_at=found.data_at,
        grounds=len(found.grounds) - grounds.broken,
        grounds_m=round(float(raw.parts.m[grounds.access > 0].sum(dtype=np.float64)), 1),
    )


def _written(target: Path, about: About, arrays: Arrays) -> Built:
    """Write beside the target, and take its place when all of it is on disk. Who builds it too writes another file."""
    beside = target.with_name(f"{target.name}.{token_hex(4)}.tmp")
    try:
        with beside.open("xb") as file:
            written = write(file, about, arrays)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
        sync(target.parent)
    except OSError as error:
        raise MapError("target", "a folder with room for the map", error.strerror or error) from None
    finally:
        beside.unlink(missing_ok=True)
    counts = {name: one.count for name, one in written.header.arrays.items()}
    return Built(target, written.header.size, written.sha256, about, counts)
