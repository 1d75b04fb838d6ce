"""The way home as a line: read from what apps export, checked, simplified, and kept in a few hundred bytes."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

import gpxpy
import msgspec
import numpy as np
import polyline
from shapely import LineString, Polygon

from .destination import RADIUS_M, Destination
from .plane import Floats, Plane, distance_m, plane_at, turn

Place = tuple[float, float]

SHORTEST_M = 30.0
LONGEST_M = 100_000.0
MOST_POINTS = 20_000
MOST_CHARACTERS = 4_000_000
SIMPLIFIED_M = 1.0
PRECISION = 6
MOST_CORNERS = 500
UNREADABLE = (
    gpxpy.gpx.GPXException,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What comes out of the GPX parser's many conversions when a file is not what it says."""


class RouteError(ValueError):
    """A route that cannot be used. `field` names what was wrong, `reason` says what was expected and what came."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Route(msgspec.Struct, frozen=True):
    """A way home. `line` is an encoded polyline of precision 6, simplified to a metre; `length_m` is its length."""

    line: str
    length_m: float
    destination: Destination

    def places(self) -> list[Place]:
        """The line's points as (lat, lon)."""
        return polyline.decode(self.line, PRECISION)


def read_points(points: Iterable[Sequence[float]], destination: Destination | None = None) -> Route:
    """A route through (lat, lon) points. Without a destination it is 50 m around the last point.

    Raises RouteError.
    """
    places = _checked(points)
    plane = plane_of(places)
    lat, lon = np.array(places).T
    x, y = plane.to_metres(lat, lon)
    line = LineString(np.column_stack((x, y))).simplify(SIMPLIFIED_M, preserve_topology=False)
    lats, lons = plane.to_degrees(*np.array(line.coords).T)
    kept = [places[0], *zip(lats[1:-1].tolist(), lons[1:-1].tolist(), strict=True), places[-1]]
    length_m = sum(distance_m(*a, *b) for a, b in pairwise(kept))
    if not SHORTEST_M <= length_m <= LONGEST_M:
        raise RouteError("length", f"expected {SHORTEST_M:.0f} m to {LONGEST_M / 1000:.0f} km, got {length_m:.0f} m")
    if destination is None:
        destination = Destination(*kept[-1], RADIUS_M)
    check_destination(destination)
    return Route(polyline.encode(kept, PRECISION), length_m, destination)


def read_polyline(text: str, precision: int = 5, destination: Destination | None = None) -> Route:
    """A route from an encoded polyline of precision 5 (Google, most planners) or 6 (Valhalla). Raises RouteError."""
    if precision not in (5, 6):
        raise RouteError("precision", f"expected 5 or 6, got {precision}")
    _short_enough(text)
    if not text.isascii() or any(not "?" <= letter <= "~" for letter in text):
        raise RouteError("polyline", "expected characters from ? to ~")
    try:
        places = polyline.decode(text, precision)
    except (IndexError, ValueError, OverflowError):
        raise RouteError("polyline", "expected whole pairs of numbers, got one that breaks off") from None
    return read_points(places, destination)


def read_geojson(text: str | bytes, destination: Destination | None = None) -> Route:
    """A route from GeoJSON: a LineString, a Feature with one, or a FeatureCollection with exactly one.

    Raises RouteError.
    """
    _short_enough(text)
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RouteError("geojson", f"expected JSON, got {error}") from None
    positions = _line_string(found).get("coordinates")
    if not isinstance(positions, list):
        raise RouteError("coordinates", f"expected a list of positions, got {_kind(positions)}")
    points: list[Place] = []
    for number, position in enumerate(positions):
        if not isinstance(position, list) or len(position) < 2:
            raise RouteError(f"coordinates[{number}]", f"expected [longitude, latitude], got {_kind(position)}")
        points.append((position[1], position[0]))
    return read_points(points, destination)


def read_gpx(text: str | bytes, destination: Destination | None = None) -> Route:
    """A route from GPX: its one track (segments joined), else its one route. Raises RouteError."""
    _short_enough(text)
    try:
        xml = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        raise RouteError("gpx", "expected UTF-8") from None
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:  # entities could grow without bound; no exporter writes them
        raise RouteError("gpx", "expected no document type or entities")
    try:
        gpx = gpxpy.parse(xml)
    except UNREADABLE as error:
        raise RouteError("gpx", f"expected GPX, got {(str(error) or _kind(error)).splitlines()[0][:120]}") from None
    tracks = [[point for segment in track.segments for point in segment.points] for track in gpx.tracks]
    routes = [list(route.points) for route in gpx.routes]
    lines: list[list[Any]] = [line for line in tracks if line] or [line for line in routes if line]
    if len(lines) != 1:
        raise RouteError("gpx", f"expected one track or route, got {len(lines)}")
    return read_points(((point.latitude, point.longitude) for point in lines[0]), destination)


def check_destination(destination: Destination) -> None:
    """Raises RouteError unless `destination` is a place with a sensible size."""
    _place("destination", (destination.lat, destination.lon))
    if not 10.0 <= destination.radius_m <= 1000.0:
        raise RouteError("destination.radius_m", f"expected 10 to 1000, got {destination.radius_m:g}")
    if not destination.polygon:
        return
    if not 3 <= len(destination.polygon) <= MOST_CORNERS:
        corners = len(destination.polygon)
        raise RouteError("destination.polygon", f"expected 3 to {MOST_CORNERS} corners, got {corners}")
    corners_xy = []
    plane = plane_at(destination.lat, destination.lon)
    for number, corner in enumerate(destination.polygon):
        corners_xy.append(plane.to_metres(*_place(f"destination.polygon[{number}]", corner)))
    outline = Polygon(corners_xy)
    if not outline.is_valid or outline.area < 1.0:
        raise RouteError("destination.polygon", "expected an outline that encloses an area and does not cross itself")


def plane_of(places: Sequence[Place]) -> Plane:
    """The plane in the middle of `places`, across the 180° meridian too."""
    first_lon = places[0][1]
    lats = [lat for lat, _ in places]
    turns = [turn(lon - first_lon) for _, lon in places]
    middle = turn(first_lon + (min(turns) + max(turns)) / 2)
    return plane_at((min(lats) + max(lats)) / 2, middle)


def metres_of(places: Sequence[Place], plane: Plane) -> tuple[Floats, Floats]:
    """Arrays of x and y in `plane`."""
    lat, lon = np.array(places, dtype=np.float64).T
    return plane.to_metres(lat, lon)


def _checked(points: Iterable[Sequence[float]]) -> list[Place]:
    places: list[Place] = []
    for number, point in enumerate(points):
        if number >= MOST_POINTS:
            raise RouteError("points", f"expected at most {MOST_POINTS}, got more")
        place = _place(f"points[{number}]", point)
        if not places or place != places[-1]:
            places.append(place)
    if len(places) < 2:
        raise RouteError("points", f"expected at least 2 different ones, got {len(places)}")
    return places


def _place(field: str, point: Sequence[float]) -> Place:
    if len(point) < 2 or any(isinstance(n, bool) or not isinstance(n, int | float) for n in point[:2]):
        raise RouteError(field, "expected a latitude and a longitude")
    lat, lon = point[0], point[1]
    if not (isfinite(lat) and -85.0 <= lat <= 85.0):
        raise RouteError(f"{field}.lat", f"expected -85 to 85, got {lat:g}")
    if not (isfinite(lon) and -180.0 <= lon <= 180.0):
        raise RouteError(f"{field}.lon", f"expected -180 to 180, got {lon:g}")
    return float(lat), float(lon)


def _short_enough(text: str | bytes) -> None:
    if len(text) > MOST_CHARACTERS:
        raise RouteError("size", f"expected at most {MOST_CHARACTERS} characters, got {len(text)}")


def _line_string(found: Any) -> dict[str, Any]:
    """The LineString geometry inside a GeoJSON document."""
    if not isinstance(found, dict):
        raise RouteError("geojson", f"expected an object, got {_kind(found)}")
    match found.get("type"):
        case "LineString":
            return found
        case "Feature":
            return _line_string(found.get("geometry"))
        case "FeatureCollection":
            features = found.get("features")
            lines = [one for one in features if _is_line(one)] if isinstance(features, list) else []
            if len(lines) != 1:
                raise RouteError("features", f"expected exactly one LineString, got {len(lines)}")
            return _line_string(lines[0])
        case other:
            raise RouteError("type", f"expected LineString, Feature or FeatureCollection, got {str(other)[:40]}")


def _is_line(feature: Any) -> bool:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    return isinstance(geometry, dict) and geometry.get("type") == "LineString"


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__
