"""A map in use: its streets, lit by what is known of them now, and its places."""

from collections.abc import Iterable

from geofence.streets.lights import RegionLights, Report, km_by_state
from geofence.streets.region import Region
from geofence.streets.ways import RoutePlanner

from .files import Current
from .havens import RegionHavens

_HOUR_S = 3600.0


class Known:
    """A region in use. Never changed, only replaced; several threads may ask it."""

    def __init__(
        self,
        name: str,
        current: Current,
        region: Region,
        lights: RegionLights,
        havens: RegionHavens,
    ) -> None:
        self.name, self.current, self.region, self.lights, self.havens = name, current, region, lights, havens
        self._planner: RoutePlanner | None = None
        self._km: tuple[float, dict[str, float]] | None = None

    @property
    def planner(self) -> RoutePlanner:
        """Its planner, made when somebody first wants a way: the search is 35 MB of library."""
        if self._planner is None:
            from geofence.streets.planner import Planner  # noqa: PLC0415

            self._planner = Planner(self.lights)
        return self._planner

    def km(self, at: float) -> dict[str, float]:
        """Kilometres in each state, as of the hour. By day: as at nightfall."""
        hour_at = at // _HOUR_S * _HOUR_S
        if self._km is None or self._km[0] != hour_at:
            self._km = hour_at, km_by_state(self.region, self.lights.states(at))
        return self._km[1]

    def relit(self, reports: Iterable[Report]) -> "Known":
        """The same with other reports; itself where they say nothing new, so that its planner is kept."""
        lights = self.lights.relit(reports)
        return self if lights is self.lights else Known(self.name, self.current, self.region, lights, self.havens)
