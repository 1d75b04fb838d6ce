"""The lists that lie beside a map, as they are read while it is in use. A list that cannot be read takes no map away: it is
said, and the one before counts on; where there is none, what a list of hours may put out is not known to be lit."""

from dataclasses import dataclass

from geofence.lighting import Schedule
from geofence.streets.listed import ListError
from geofence.streets.region import Region
from service.haven_list import HavenError
from service.haven_list import read_list as read_havens
from service.havens import Listed

from .building import SCHEDULES, text_of
from .files import Folder
from .imports import SCHEMES
from .schedules import WORDS, Row, areas_in, read_schedules, schedules_of, shipped

READ = (SCHEMES, SCHEDULES)


@dataclass(frozen=True, slots=True)
class Lists:
    """What a scheme vouches for, and the authority's hours (None: nobody could ever read them). `faults`: a sentence for
    each list that cannot be used."""

    places: tuple[Listed, ...] = ()
    rows: tuple[Row, ...] | None = None
    faults: tuple[str, ...] = ()

    def schedules(self, region: Region) -> tuple[Schedule, ...]:
        """When lamps go out in a region. Of hours that nobody could read it is known where they may hold: dark streets told
        as lit would be worse than lit ones told as unknown."""
        found = schedules_of((*shipped(), *(self.rows or ())), region.about.zone)
        if self.rows is not None:
            return found
        return *found, *(
            Schedule(area=area, authority="", off="", zone=region.about.zone, applies=WORDS)
            for area in areas_in(region)
        )


def lists_of(there: Folder, zone: str, country: str, before: Lists | None) -> Lists:
    """Those of a region, read now; `before` are the last that could be."""
    before = before or Lists()
    places, rows, faults = before.places, before.rows, []
    try:
        places = _schemes(there, zone, country)
    except (HavenError, ListError) as error:
        instead = "the list before counts on" if places else "its places are missing"
        faults.append(_sentence(there, SCHEMES, error, instead))
    try:
        rows = rows_of(there)
    except ListError as error:
        instead = "what it may put out is not known to be lit" if rows is None else "the list before counts on"
        faults.append(_sentence(there, SCHEDULES, error, instead))
    return Lists(places, rows, tuple(faults))


def rows_of(there: Folder) -> tuple[Row, ...]:
    """A region's own table of when lamps go out. Raises ListError."""
    text = text_of(there.extra / SCHEDULES)
    return () if text is None else read_schedules(text, there.extra)


def _schemes(there: Folder, zone: str, country: str) -> tuple[Listed, ...]:
    text = text_of(there.extra / SCHEMES)
    return () if text is None else read_havens(text, zone, country).places


def _sentence(there: Folder, file: str, error: Exception, instead: str) -> str:
    mend = f"lamplit map {file.removesuffix('.csv')} {there.name} CSV"
    return f"{there.extra.name}/{file}: {error}; until it is mended ({mend}) {instead}"
