"""Where she is going: a circle around a point, or the outline of a place."""

from functools import lru_cache

import msgspec
from shapely import Point, Polygon, prepare

from .plane import distance_m, plane_at

RADIUS_M = 50.0


class Destination(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place to arrive at. With a `polygon` ((lat, lon) corners, not closed) the radius plays no part."""

    lat: float
    lon: float
    radius_m: float = RADIUS_M
    polygon: tuple[tuple[float, float], ...] = ()

    def distance_m(self, lat: float, lon: float) -> float:
        """Metres from (lat, lon) to the destination's centre."""
        return distance_m(self.lat, self.lon, lat, lon)

    def holds(self, lat: float, lon: float) -> bool:
        """Whether (lat, lon) is inside."""
        if not self.polygon:
            return self.distance_m(lat, lon) <= self.radius_m
        return bool(_outline(self).covers(Point(plane_at(self.lat, self.lon).to_metres(lat, lon))))

    def beyond_m(self, lat: float, lon: float) -> float:
        """Metres from (lat, lon) to the edge, 0 inside."""
        if not self.polygon:
            return max(0.0, self.distance_m(lat, lon) - self.radius_m)
        return float(_outline(self).distance(Point(plane_at(self.lat, self.lon).to_metres(lat, lon))))


@lru_cache(maxsize=1024)
def _outline(destination: Destination) -> Polygon:
    """The polygon in metres, prepared. Kept, because building it costs many times what asking it does."""
    plane = plane_at(destination.lat, destination.lon)
    outline = Polygon([plane.to_metres(lat, lon) for lat, lon in destination.polygon])
    prepare(outline)
    return outline
