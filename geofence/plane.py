"""Degrees to metres and back: the only place where that is done.

A `Plane` is a local frame that touches the WGS-84 ellipsoid at its centre. Lengths of a degree follow the
usual series for the ellipsoid in multiples of the latitude; the multiple angles are written as polynomials
of one cosine. Within 5 km of the centre the error stays below 0.1 %.
"""

from functools import lru_cache
from math import cos, radians, sqrt
from typing import Any, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FARTHEST_LAT = 85.0
"""A latitude beyond it, north or south, is a mistake: nobody walks home there, and degrees of longitude come to nothing."""


@overload
def metres_per_degree(lat: float) -> tuple[float, float]: ...
@overload
def metres_per_degree(lat: Floats) -> tuple[Floats, Floats]: ...
def metres_per_degree(lat: float | Floats) -> tuple[float, float] | tuple[Floats, Floats]:
    """Metres in one degree of longitude and one degree of latitude, at latitude `lat` (degrees), or at each of an array."""
    c: Any = np.cos(np.radians(lat)) if isinstance(lat, np.ndarray) else cos(radians(lat))
    c2 = c * c
    east = c * (111412.84 - 93.5 * (4 * c2 - 3) + 0.118 * ((16 * c2 - 20) * c2 + 5))
    north = 111132.92 - 559.82 * (2 * c2 - 1) + 1.175 * (8 * c2 * (c2 - 1) + 1)
    return east, north


def turn(degrees: float) -> float:
    """A difference of two longitudes, the short way round: at most 180 either way."""
    if degrees > 180.0:
        return degrees - 360.0
    if degrees < -180.0:
        return degrees + 360.0
    return degrees


def distance_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Metres between two places. Good to 0.1 % over the tens of kilometres a journey has, a rough figure beyond."""
    east, north = metres_per_degree((lat_a + lat_b) / 2)
    x = turn(lon_b - lon_a) * east
    y = (lat_b - lat_a) * north
    return sqrt(x * x + y * y)


class Plane(msgspec.Struct, frozen=True):
    """A local frame in metres: x to the east, y to the north of its centre. Make one with `plane_at`."""

    lat: float
    lon: float
    east: float
    north: float

    @overload
    def to_metres(self, lat: float, lon: float) -> tuple[float, float]: ...
    @overload
    def to_metres(self, lat: Floats, lon: Floats) -> tuple[Floats, Floats]: ...
    def to_metres(self, lat: float | Floats, lon: float | Floats) -> tuple[float, float] | tuple[Floats, Floats]:
        """(x, y) of a place, or of arrays of places, across the 180° meridian too."""
        if isinstance(lat, np.ndarray) or isinstance(lon, np.ndarray):
            away = np.asarray(lon) - self.lon
            away = np.where(away > 180.0, away - 360.0, np.where(away < -180.0, away + 360.0, away))
            return away * self.east, (np.asarray(lat) - self.lat) * self.north
        return turn(lon - self.lon) * self.east, (lat - self.lat) * self.north

    @overload
    def to_degrees(self, x: float, y: float) -> tuple[float, float]: ...
    @overload
    def to_degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]: ...
    def to_degrees(self, x: float | Floats, y: float | Floats) -> tuple[float, float] | tuple[Floats, Floats]:
        """(lat, lon) of a point of the frame, or of arrays of points; longitudes within ±180."""
        if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
            lon = np.asarray(x) / self.east + self.lon
            lon = np.where(lon > 180.0, lon - 360.0, np.where(lon < -180.0, lon + 360.0, lon))
            return np.asarray(y) / self.north + self.lat, lon
        return y / self.north + self.lat, turn(x / self.east + self.lon)


@lru_cache(maxsize=4096)
def plane_at(lat: float, lon: float) -> Plane:
    """The plane that touches the ground at (lat, lon); latitudes up to ±89.9, nearer the poles nobody walks home."""
    east, north = metres_per_degree(lat)
    return Plane(lat, lon, east, north)
