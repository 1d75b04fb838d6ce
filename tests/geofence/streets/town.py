"""Small maps for the tests of streets: drawn in metres about a square in Medway, written as OpenStreetMap writes them.

`town()` is a whole one, forty ways that have what maps have:

    y 400  Church Road ─────────────────────────────────  lit=yes
    300    Back Lane (service, nobody says)
    200    High Street ─────────────────────────────────  lit=yes, a pavement beside it that nobody has tagged
    100    Mill Lane (residential, nobody says; lamps on its western half)
    0      Canal Path (path, lit=no)
           x 0  West Street   200 Station Road (limited)   300 Park Walk (hours)   600 East Street

Elsewhere: steps and an escalator between Mill Lane and High Street, a subway, a yard that is cut off, a ring that meets
nothing, a dead end with two branches, a private drive, a gate that is shut at night, and a school's lane open on workdays.
"""

from pathlib import Path

import osmium
from osmium.io import Header
from osmium.osm.mutable import Node, Relation, Way

from tests.geofence.drawn import place

Corner = tuple[float, float]

LIT = "yes"


class Drawing:
    """Ways, lamps and places in metres. Corners at the same metre are the same node."""

    def __init__(self) -> None:
        self.corners: dict[Corner, int] = {}
        self._tags: dict[int, dict[str, str]] = {}
        self._ways: dict[int, tuple[list[int], dict[str, str]]] = {}
        self._relations: dict[int, tuple[list[tuple[str, int, str]], dict[str, str]]] = {}
        self.missing: set[int] = set()

    def node(self, x: float, y: float, **tags: str) -> int:
        """The number of the node there, a new one if there is none."""
        number = self.corners.setdefault((x, y), len(self.corners) + 1)
        self._tags.setdefault(number, {}).update(tags)
        return number

    def way(
        self, *corners: Corner, highway: str = "residential", tags: dict[str, str] | None = None, **more: str
    ) -> int:
        """A way through corners; its number. `tags` for keys with a colon."""
        number = 1000 + len(self._ways)
        refs = [self.node(x, y) for x, y in corners]
        kind = {"highway": highway} if highway else {}
        self._ways[number] = (refs, kind | (tags or {}) | more)
        return number

    def relation(self, *outlines: int, inner: tuple[int, ...] = (), **tags: str) -> int:
        """A multipolygon of ways; its number."""
        number = 5000 + len(self._relations)
        members = [("w", way, "inner" if way in inner else "outer") for way in (*outlines, *inner)]
        self._relations[number] = (members, {"type": "multipolygon"} | tags)
        return number

    def lose(self, x: float, y: float) -> None:
        """The node there is outside the extract: ways name it, nobody has it."""
        self.missing.add(self.node(x, y))

    def write(self, path: Path, shift: int = 0, stamp: str = "") -> Path:
        """Write a PBF (or .osm) file; every number grows by `shift`."""
        header = Header()
        if stamp:
            header.set("osmosis_replication_timestamp", stamp)
        writer = osmium.SimpleWriter(str(path), header=header, overwrite=True)
        for (x, y), number in self.corners.items():
            if number not in self.missing:
                lat, lon = place(x, y)
                writer.add_node(Node(id=number + shift, location=(lon, lat), tags=self._tags[number]))
        for number, (refs, tags) in self._ways.items():
            writer.add_way(Way(id=number + shift, nodes=[ref + shift for ref in refs], tags=tags))
        for number, (members, tags) in self._relations.items():
            moved = [(kind, way + shift, role) for kind, way, role in members]
            writer.add_relation(Relation(id=number + shift, members=moved, tags=tags))
        writer.close()
        return path


def grid(columns: int, rows: int, size: float = 100.0, **tags: str) -> Drawing:
    """Streets in squares: each row and each column is one way."""
    drawing = Drawing()
    for row in range(rows):
        drawing.way(*[(column * size, row * size) for column in range(columns)], tags=tags)
    for column in range(columns):
        drawing.way(*[(column * size, row * size) for row in range(rows)], tags=tags)
    return drawing


def town() -> Drawing:
    """The town described above."""
    it = Drawing()

    def along(y: float, *xs: float) -> list[Corner]:
        return [(x, y) for x in xs]

    def up(x: float, *ys: float) -> list[Corner]:
        return [(x, y) for y in ys]

    it.way(*along(0, 0, 100, 200, 300, 400, 500, 600), highway="path", name="Canal Path", lit="no")
    it.way(*along(100, 0, 100, 200, 300, 400, 500, 600), name="Mill Lane")
    it.way(
        *along(200, 0, 100, 200, 300, 400, 500, 600), highway="primary", name="High Street", lit=LIT, sidewalk="both"
    )
    it.way(*along(210, 5, 100, 200, 300, 400, 500, 595), highway="footway", footway="sidewalk")
    it.way((5, 210), (0, 200), highway="footway", footway="crossing")
    it.way((595, 210), (600, 200), highway="footway", footway="crossing")
    it.way(*along(300, 0, 100, 200, 300, 400, 500, 600), highway="service", name="Back Lane")
    it.way(*along(400, 0, 100, 200, 300, 400, 500, 600), name="Church Road", lit=LIT)
    it.way(*up(0, 0, 100, 200, 300, 400), name="West Street", lit=LIT)
    it.way(*up(100, 100, 200), highway="tertiary", name="Ferry Street", lit=LIT)
    it.way(*up(100, 200, 300), highway="tertiary", name="Ferry Street", lit=LIT)
    it.way(*up(100, 300, 400), highway="tertiary", name="Ferry Street", lit=LIT)
    it.way(*up(100, 0, 100), highway="footway", name="Ferry Street")
    it.way(*up(200, 0, 100, 200, 300, 400), highway="tertiary", name="Station Road", lit="limited")
    it.way(*up(300, 0, 100, 200, 210, 300, 400), highway="footway", name="Park Walk", lit="Mo-Su 17:00-23:00")
    it.way(*up(400, 100, 150), highway="steps", name="Jacob's Ladder")
    it.way(*up(400, 150, 200), highway="steps", conveying="forward", name="Escalator")
    it.way(*up(500, 0, 100, 200, 300, 400), name="Hill Street", lit=LIT)
    it.way(*up(600, 0, 100, 200, 300, 400), name="East Street", lit=LIT)
    it.way((300, 300), (350, 320), (400, 300), highway="footway", tunnel="yes", name="Subway")
    it.way((600, 300), (700, 300), highway="track", name="Farm Track")
    it.way((700, 300), (760, 340), highway="track")
    it.way((700, 300), (760, 260), highway="track")
    it.way((500, 400), (500, 460), highway="service", access="private", name="Private Drive")
    it.way((0, 300), (-80, 300), highway="footway", name="Gate", tags={"access:conditional": "no @ (22:00-06:00)"})
    it.way(
        (-80, 300), (-80, 400), highway="footway", access="no", tags={"foot:conditional": "yes @ (Mo-Fr 07:00-19:00)"}
    )
    it.way((-80, 400), (0, 400), highway="footway", tags={"access:conditional": "no @ wet"}, lit="after dinner")
    it.way((0, 0), (0, -300), highway="trunk", name="Bypass", maxspeed="70 mph")
    it.way((0, -300), (300, -300), highway="motorway", name="Motorway")
    it.way((600, 0), (600, -100), (700, -100), highway="unclassified", name="Old Road")
    for corners in (up(900, 0, 60), along(60, 900, 960), up(960, 60, 0), along(0, 960, 900)):
        it.way(*corners, highway="service", name="Yard")
    it.way((1000, 200), (1060, 200), (1060, 260), (1000, 260), (1000, 200), highway="footway", name="Ring")
    for y in range(0, 101, 25):
        it.node(0, y + 2, highway="street_lamp")
    for x in range(15, 320, 20):
        it.node(x, 105, highway="street_lamp")
    it.node(40, 215, amenity="police", name="Police Station")
    it.node(310, 220, amenity="pub", name="The Bell", opening_hours="Mo-Su 11:00-23:00")
    it.node(90, 390, shop="convenience", brand="Late Shop", opening_hours="24/7")
    it.node(510, 195, amenity="cafe", name="Café Zoë", opening_hours="when we feel like it")
    it.node(640, 310, amenity="fuel", access="private", name="Depot")
    it.way((420, 410), (480, 410), (480, 450), (420, 410), highway="", amenity="pharmacy", name="Pharmacy")
    grounds = it.way((520, 410), (580, 410), (580, 450), (520, 450), (520, 410), highway="")
    it.relation(grounds, amenity="hospital", name="Medway Hospital", opening_hours="24/7")
    return it
