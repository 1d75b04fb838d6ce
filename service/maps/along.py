"""The light along her route, found when she sets off and kept with it. Without a map, or outside of it, nothing is known."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from geofence.lighting import Light, suns
from geofence.lit_line import LitLine, Span, encoded, line_of
from geofence.route import Route
from geofence.streets.lights import RegionLights
from geofence.streets.profile import NIGHT_S, lit_line
from service.telemetry import logger

log = logger(__name__)

LightsOf = Callable[[Route], RegionLights | None]
"""The region that a route lies in; None: no map."""


LONGEST_M = 30_000.0
"""Farther nobody walks in a night. Light costs 6 ms of a core a kilometre, whatever the line is drawn with: this is a fifth of a
second, and 100 km would be more than half of one."""
PATIENCE_S = 1.0
"""So long she waits for it when the machine is busy; then she sets off without."""


class RouteLights(Protocol):
    """Whoever knows the light along routes."""

    async def lit(self, route: Route, at: float) -> Route:
        """The route with its light from `at` on; as it was, where nothing is known of it. Never raises, and never holds
        her up: a route is as good without. Of one that is too long all of it is unknown, and says why."""
        ...


class NoMap(RouteLights):
    """Nothing is known."""

    async def lit(self, route: Route, at: float) -> Route:
        del at
        return route


class Mapped(RouteLights):
    """By the regions of this machine; who has waited `patience_s` gets her route as it was."""

    def __init__(self, lights_of: LightsOf, patience_s: float = PATIENCE_S) -> None:
        self._lights_of = lights_of
        self._patience_s = patience_s

    async def lit(self, route: Route, at: float) -> Route:
        if not route.line:
            return route
        try:
            async with asyncio.timeout(self._patience_s):
                return await asyncio.to_thread(self._lit, route, at)
        except TimeoutError:
            log.warning("the light along a route was not told in time", km=round(route.length_m / 1000))
            return route
        except Exception as error:  # noqa: BLE001 (a damaged map keeps nobody from setting off)
            log.error("the light along a route cannot be told", error=str(error))
            return route

    def _lit(self, route: Route, at: float) -> Route:
        lights = self._lights_of(route)
        if lights is None:
            return route
        line = lit_line(lights, route, at) if route.length_m <= LONGEST_M else _unknown(lights, route, at)
        return replace(route, lights=encoded(line))


def _unknown(lights: RegionLights, route: Route, at: float) -> LitLine:
    nothing = (Span(at, Light.UNKNOWN, "too_long"),)
    return line_of(suns(at, at + NIGHT_S, lights.where), [(route.length_m, nothing)])
