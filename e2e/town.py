"""A town about a recorded walk, so that there are streets where she walks: drawn here, written as OpenStreetMap's files are.

Her way leads along Main Street (lit), Mill Lane (nobody has said), Canal Path (unlit) and Home Road (lit), and across it lie
streets with and without lamps; a police station and an inn stand beside it.
"""

from collections.abc import Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

from service import walks

Place = tuple[float, float]
WALK = "cerknica-town"
NAMES = (
    ("Main Street", {"highway": "residential", "lit": "yes"}),
    ("Mill Lane", {"highway": "footway"}),
    ("Canal Path", {"highway": "path", "lit": "no"}),
    ("Home Road", {"highway": "tertiary", "lit": "yes"}),
)
LAMP = {"highway": "street_lamp"}
POLICE = {"amenity": "police", "name": "Town Police", "opening_hours": "24/7"}
OUT_AT = 0.16
"""How far along her way a lamp is out, as the council has said."""
INN = {"amenity": "pub", "name": "The Lamplighter", "opening_hours": "24/7"}
_BLOCK_DEG = 0.0022
_ACROSS = 6


class _Town:
    def __init__(self, writer: osmium.SimpleWriter) -> None:
        self._writer = writer
        self._nodes: dict[Place, int] = {}
        self._ways: list[tuple[list[int], dict[str, str]]] = []

    def node(self, place: Place, tags: dict[str, str] | None = None) -> int:
        lat, lon = round(place[0], 7), round(place[1], 7)
        if (lat, lon) not in self._nodes:
            number = self._nodes[lat, lon] = len(self._nodes) + 1
            self._writer.add_node(Node(id=number, location=(lon, lat), tags=tags or {}))
        return self._nodes[lat, lon]

    def way(self, places: Sequence[Place], tags: dict[str, str]) -> None:
        self._ways.append(([self.node(place) for place in places], tags))

    def finish(self) -> None:
        for number, (refs, tags) in enumerate(self._ways, 1000):
            self._writer.add_way(Way(id=number, nodes=refs, tags=tags))
        self._writer.close()


def lamp_out() -> Place:
    """The place of the lamp on Main Street that is out."""
    points = walks.load(WALK).points
    found = points[int(len(points) * OUT_AT)]
    return found.lat, found.lon


def write(path: Path) -> Path:
    """The town as a PBF file."""
    walked = [(point.lat, point.lon) for point in walks.load(WALK).points[::4]]
    town = _Town(osmium.SimpleWriter(str(path), overwrite=True))
    quarter = len(walked) // len(NAMES)
    for n, (name, tags) in enumerate(NAMES):
        town.way(walked[n * quarter : (n + 1) * quarter + 1], {"name": name, **tags})
    south, west = min(lat for lat, _ in walked), min(lon for _, lon in walked)
    for n in range(_ACROSS):
        lit = {"lit": "yes"} if n % 2 else {}
        lat, lon = south + n * _BLOCK_DEG, west + n * 1.4 * _BLOCK_DEG
        rows = [(lat, west + m * 1.4 * _BLOCK_DEG) for m in range(_ACROSS)]
        columns = [(south + m * _BLOCK_DEG, lon) for m in range(_ACROSS)]
        town.way(rows, {"highway": "residential", "name": f"Row {n + 1}", **lit})
        town.way(columns, {"highway": "residential", "name": f"Column {n + 1}", **lit})
    for lat, lon in walked[:quarter:3]:
        town.node((lat + 0.00005, lon + 0.00005), LAMP)
    middle, end = walked[quarter // 2], walked[-quarter // 2]
    town.node((middle[0] + 0.0003, middle[1]), POLICE)
    town.node((end[0] - 0.0003, end[1]), INN)
    town.finish()
    return path
