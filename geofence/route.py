"""The way home as a line: read from what apps export, checked, simplified, and kept in a few hundred bytes."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import gpxpy
import msgspec
import numpy as np
import polyline
from shapely import LineString, Polygon, get_coordinates, simplify

from .destination import RADIUS_M, Destination
from .plane import FARTHEST_LAT, Floats, Plane, metres_per_degree, plane_at, turn

Place = tuple[float, float]

SHORTEST_M = 30.0
LONGEST_M = 100_000.0
MOST_POINTS = 20_000
MOST_CHARACTERS = 4_000_000
SIMPLIFIED_M = 1.0
PIECE = 125
"""Points simplified at once."""
PRECISION = 6
MOST_CORNERS = 500
_SHIFTS = np.arange(0, 35, 5)
"""A number of an encoded polyline is written five bits to a letter, the low ones first."""
_GOES_ON = bytes(range(ord("_"), 128))
"""Characters of an encoded polyline in whose number another one follows."""
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


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """A way home. `line` is an encoded polyline of precision 6, simplified to a metre; `length_m` is its length.
    `lights`: the light along it (`lit_line`), from when she set off on it; empty: nothing is known."""

    line: str
    length_m: float
    destination: Destination
    lights: bytes = b""

    def places(self) -> list[Place]:
        """The line's points as (lat, lon)."""
        return polyline.decode(self.line, PRECISION)

    def columns(self) -> tuple[Floats, Floats]:
        """`places` as an array of latitudes and one of longitudes, made at once."""
        letters = np.frombuffer(self.line.encode(), np.uint8).astype(np.int64) - 63
        ends = (letters < 32).nonzero()[0]
        starts = np.zeros_like(ends)
        starts[1:] = ends[:-1] + 1
        shifts = np.arange(len(letters)) - starts.repeat(ends - starts + 1)
        numbers = np.add.reduceat((letters & 31) << (5 * shifts), starts)
        steps = (numbers >> 1) ^ -(numbers & 1)
        lat, lon = steps.reshape(-1, 2).cumsum(axis=0).T / 10.0**PRECISION
        return lat, lon

    @property
    def points(self) -> int:
        """How many of them there are, without reading them: each of their two numbers ends with a character below `_`."""
        return len(self.line.encode().translate(None, _GOES_ON)) // 2


def read_points(points: Iterable[Sequence[float]], destination: Destination | None = None) -> Route:
    """A route through (lat, lon) points. Without a destination it is 50 m around the last point.

    Raises RouteError.
    """
    return read_columns(*_columns(_checked(points)), destination)


def read_columns(lat: Floats, lon: Floats, destination: Destination | None = None) -> Route:
    """The same through two or more places that are known to be some: latitudes and longitudes. Raises RouteError."""
    plane = _plane(lat, lon)
    x, y = _simplified(np.column_stack(plane.to_metres(lat, lon))).T
    lats, lons = plane.to_degrees(x, y)
    lats[[0, -1]], lons[[0, -1]] = lat[[0, -1]], lon[[0, -1]]
    length_m = _length_m(lats, lons)
    if not SHORTEST_M <= length_m <= LONGEST_M:
        raise RouteError("length", f"expected {SHORTEST_M:.0f} m to {LONGEST_M / 1000:.0f} km, got {length_m:.0f} m")
    if destination is None:
        destination = Destination(float(lat[-1]), float(lon[-1]), RADIUS_M)
    check_destination(destination)
    return Route(_encoded(lats, lons), length_m, destination)


def read_polyline(text: str, precision: int = 5, destination: Destination | None = None) -> Route:
    """A route from an encoded polyline of precision 5 (Google, most planners) or 6 (Valhalla). Raises RouteError."""
    if precision not in (5, 6):
        raise RouteError("precision", f"expected 5 or 6, got {precision}")
    _short_enough(text)
    letters = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    if ((letters < ord("?")) | (letters > ord("~"))).any():
        raise RouteError("polyline", "expected characters from ? to ~")
    _few_enough(int((letters < ord("_")).sum()) // 2)  # every number ends in a letter below _
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
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RouteError("geojson", f"expected JSON, got {error}") from None
    positions = _line_string(found).get("coordinates")
    if not isinstance(positions, list):
        raise RouteError("coordinates", f"expected a list of positions, got {_kind(positions)}")
    _few_enough(len(positions))
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
    _few_enough(xml.count("lat="))
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
        raise RouteError("destination.radius_m", f"expected 10 to 1000, got {_shown(destination.radius_m)}")
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
    return _plane(*_columns(places))


def _plane(lat: Floats, lon: Floats) -> Plane:
    return plane_at(*middle_of(lat, lon))


def middle_of(lat: Floats, lon: Floats) -> Place:
    """The middle of places, across the 180° meridian too."""
    turns = _turns(lon - lon[0])
    return float((lat.min() + lat.max()) / 2), turn(float(lon[0] + (turns.min() + turns.max()) / 2))


def _columns(places: Sequence[Place]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes: as an array of pairs is made, five times as quick."""
    flat = np.fromiter(chain.from_iterable(places), np.float64, 2 * len(places))
    return flat[::2], flat[1::2]


def _encoded(lat: Floats, lon: Floats) -> str:
    """What `polyline.encode` makes of them, in a twentieth of the time: it takes most of that of a long route."""
    scaled = np.column_stack((lat, lon)) * 10.0**PRECISION
    whole = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel() << 1
    numbers = np.where(steps < 0, ~steps, steps)
    rest = numbers[:, None] >> _SHIFTS
    letters = (rest & 31 | np.where(rest > 31, 32, 0)) + 63
    return bytes(letters[(rest > 0) | (_SHIFTS == 0)].astype(np.uint8)).decode("ascii")


def _simplified(xy: Floats) -> Floats:
    """The line with what lies within a metre of it left out. A long one is cut in pieces, for the time that a zigzag
    takes grows with the square of its points; the joints of what is short by then go in a second pass."""
    kept = _within(xy, PIECE)
    return _within(kept, len(kept)) if len(kept) <= 8 * PIECE < 8 * len(xy) else kept


def _within(xy: Floats, piece: int) -> Floats:
    pieces = [LineString(xy[start : start + piece + 1]) for start in range(0, len(xy) - 1, piece)]
    kept = [get_coordinates(one)[:-1] for one in simplify(pieces, SIMPLIFIED_M, preserve_topology=False)]
    return np.concatenate((*kept, xy[-1:]))


def _length_m(lat: Floats, lon: Floats) -> float:
    """The sum of `distance_m` from place to place. The lengths of a degree are interpolated: good to a millimetre in 100 km."""
    lats = np.linspace(lat.min(), lat.max(), 64)
    east, north = np.array([metres_per_degree(one) for one in lats.tolist()]).T
    middle, across = (lat[1:] + lat[:-1]) / 2, _turns(np.diff(lon))
    return float(np.hypot(across * np.interp(middle, lats, east), np.diff(lat) * np.interp(middle, lats, north)).sum())


def _turns(degrees: Floats) -> Floats:
    """Differences of longitudes, the short way round."""
    if np.abs(degrees).max() <= 180.0:
        return degrees
    return np.where(degrees > 180.0, degrees - 360.0, np.where(degrees < -180.0, degrees + 360.0, degrees))


def _checked(points: Iterable[Sequence[float]]) -> list[Place]:
    places: list[Place] = []
    for number, point in enumerate(points):
        if number >= MOST_POINTS:
            _few_enough(number + 1)
        place = _place(number, point)
        if not places or place != places[-1]:
            places.append(place)
    if len(places) < 2:
        raise RouteError("points", f"expected at least 2 different ones, got {len(places)}")
    return places


def _place(field: str | int, point: Sequence[float]) -> Place:
    """A point that is a place; `field` is its name, or its number in a line."""
    try:
        lat, lon = point[0], point[1]
        if type(lat) is float is type(lon) and -FARTHEST_LAT <= lat <= FARTHEST_LAT and -180.0 <= lon <= 180.0:
            return lat, lon
    except (TypeError, LookupError):
        lat = lon = True
    name = field if isinstance(field, str) else f"points[{field}]"
    for number in (lat, lon):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise RouteError(name, "expected a latitude and a longitude")
    if not abs(lat) <= FARTHEST_LAT:
        raise RouteError(f"{name}.lat", f"expected -{FARTHEST_LAT:.0f} to {FARTHEST_LAT:.0f}, got {_shown(lat)}")
    if not -180.0 <= lon <= 180.0:
        raise RouteError(f"{name}.lon", f"expected -180 to 180, got {_shown(lon)}")
    return float(lat), float(lon)


def _shown(number: float) -> str:
    """A number that came in, whatever its size: whole ones may have thousands of digits."""
    return f"{max(min(number, 1e300), -1e300):g}"


def _few_enough(points: int) -> None:
    if points > MOST_POINTS:
        raise RouteError("points", f"expected at most {MOST_POINTS}, got more")


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
