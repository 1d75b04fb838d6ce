"""The light along her route, found when she sets off and kept with it. Without a map, or outside of it, nothing is known."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from geofence.lit_line import encoded
from geofence.route import Route
from geofence.streets.lights import RegionLights
from geofence.streets.profile import lit_line
from service.telemetry import logger

log = logger(__name__)

LightsOf = Callable[[Route], RegionLights | None]
"""The region that a route lies in; None: no map."""


class RouteLights(Protocol):
    """Whoever knows the light along routes."""

    async def lit(self, route: Route, at: float) -> Route:
        """The route with its light from `at` on; as it was, where nothing is known of it. Never raises, and never holds
        her up: a route is as good without."""
        ...


class NoMap(RouteLights):
    """Nothing is known."""

    async def lit(self, route: Route, at: float) -> Route:
        del at
        return route


class Mapped(RouteLights):
    """By the regions of this machine."""

    def __init__(self, lights_of: LightsOf) -> None:
        self._lights_of = lights_of

    async def lit(self, route: Route, at: float) -> Route:
        if not route.line:
            return route
        try:
            return await asyncio.to_thread(self._lit, route, at)
        except Exception as error:  # noqa: BLE001 (a damaged map keeps nobody from setting off)
            log.error("the light along a route cannot be told", error=str(error))
            return route

    def _lit(self, route: Route, at: float) -> Route:
        lights = self._lights_of(route)
        return route if lights is None else replace(route, lights=encoded(lit_line(lights, route, at)))
