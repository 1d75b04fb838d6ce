"""The city of the demo: the newcomer's map, built for one showing. Without it everything is played where it was recorded."""

from dataclasses import dataclass
from pathlib import Path

from geofence.streets.format import MapError
from service.clock import SystemClock
from service.maps import newcomer
from service.maps.builds import Asked, Builder
from service.maps.files import MapInUse
from service.maps.known import Known
from service.maps.making import NotMade
from service.maps.regions import maps_of
from service.settings import Settings

NAME = "helsinki"


@dataclass(frozen=True, slots=True)
class City:
    """Where its maps lie; None: there are none, and `why`."""

    maps: Path | None = None
    why: str = ""


class _Nobody:
    """Nobody watches."""

    def coming(self, here: int, all_: int | None) -> None:
        """Bytes."""

    def doing(self, what: str, share: float) -> None:
        """Shares."""


def city(maps: Path) -> City:
    """Built below this folder, out of the cache of this checkout; nothing is fetched."""
    settings = Settings(maps=maps)
    try:
        newcomer.extract(NAME, newcomer.cache_of(Settings()))
        Builder(settings, SystemClock().now(), _Nobody()).build(Asked(what=NAME, tiles=False))
    except (newcomer.NewcomerError, NotMade, MapError, MapInUse) as error:
        return City(None, str(error))
    return City(maps)


def opened(maps: Path) -> Known:
    """It, open."""
    found = maps_of(Settings(maps=maps))
    found.swap()
    return next(one for one in found.known if one.name == NAME)
