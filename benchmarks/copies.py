"""A county of one town: 24 copies of an extract side by side in one file.

Written once and kept in .cache: it takes a minute. Nodes keep their order: all of them, then the ways.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium
from osmium.osm import mutable

from .extracts import CACHE

COPIES, COLUMNS = 24, 6
APART = 10**11
"""Between the numbers of two copies."""
ROOM = 1.06
"""Copies stand so far apart, in their own widths: streets of two never meet."""


def county(source: Path) -> Path:
    """The file of 24 copies."""
    target = CACHE / f"{source.name.removesuffix('.osm.pbf')}-{COPIES}.osm.pbf"
    if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{os.getpid()}.osm.pbf")
    try:
        _write(source, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def _write(source: Path, target: Path) -> None:
    wide, high = _size(source)
    writer = osmium.SimpleWriter(str(target))
    try:
        for copy in range(COPIES):
            row, column = divmod(copy, COLUMNS)
            for node in _nodes(source):
                place = node.location.lon + column * wide, node.location.lat + row * high
                writer.add_node(mutable.Node(node, id=node.id + copy * APART, location=place))
        for copy in range(COPIES):
            for way in osmium.FileProcessor(str(source), osmium.osm.WAY):
                if isinstance(way, osmium.osm.Way):
                    refs = [one.ref + copy * APART for one in way.nodes]
                    writer.add_way(mutable.Way(way, id=way.id + copy * APART, nodes=refs))
    finally:
        writer.close()


def _size(source: Path) -> tuple[float, float]:
    """How far apart the copies stand, in degrees."""
    places = np.array([(node.location.lon, node.location.lat) for node in _nodes(source)])
    wide, high = (ROOM * np.ptp(places, axis=0)).tolist()
    return wide, high


def _nodes(source: Path) -> Iterator[osmium.osm.Node]:
    for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
        if isinstance(node, osmium.osm.Node):
            yield node
