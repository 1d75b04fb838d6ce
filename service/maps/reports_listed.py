"""What is reported now, line by line, for whoever runs the deployment: where, what, until when, and what it makes of the streets."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from geofence.lighting import Light
from geofence.streets.lamp_stretches import FARTHEST_M
from geofence.streets.lights import Report, laid
from geofence.streets.named import named_near
from geofence.streets.region import Region
from service.beside import store_of
from service.settings import Settings

from .reports import Reported, What, alive, each
from .words import STATES

_MAKES = {Light.UNLIT: STATES[Light.UNLIT], Light.UNKNOWN: STATES[Light.UNKNOWN]}


def of_here(settings: Settings, now: float) -> list[Reported]:
    """What holds in this deployment, for a command at the prompt. Raises FileNotFoundError where nobody has run Lamplit yet,
    StoreUnavailable, WrongStore, OSError."""
    return asyncio.run(_alive(settings, now))


async def _alive(settings: Settings, now: float) -> list[Reported]:
    async with store_of(settings, new=False) as store:
        return list((await alive(store, now)).values())


def counting(reported: Iterable[Reported], region: Region) -> int:
    """How many of them say something of this region's streets."""
    told = [report for _, report in each(reported)]
    found = laid(region, told)
    return sum(bool(found[report]) for report in told)


def lines(reported: Iterable[Reported], regions: Mapping[str, Region], zone: ZoneInfo) -> Iterator[str]:
    """A line each, the newest last. `regions` by the names of their maps."""
    every = sorted(each(reported), key=lambda one: one[0].at)
    where = _where([report for _, report in every], regions)
    for one, report in every:
        until = datetime.fromtimestamp(one.until, zone)
        what = one.what.value.replace("_", " ")
        yield (
            f"{one.lat:.5f},{one.lon:.5f}  {what}  until {until:%Y-%m-%d}  {_by(one, report)}"
            f"  {_makes(one, report) if report in where else 'counts for nothing'}  {where.get(report, 'no street of a map is near')}"
        )


def _by(one: Reported, report: Report) -> str:
    if not one.by:
        return "by the council"
    return "by one account" if one.what is What.CONCERN or report.least is Light.UNKNOWN else "by more than one"


def _makes(one: Reported, report: Report) -> str:
    return "a worry: its light stays what it is" if one.what is What.CONCERN else _MAKES[report.least]


def _where(reports: list[Report], regions: Mapping[str, Region]) -> dict[Report, str]:
    """The map and the street of each that lies on one."""
    found: dict[Report, str] = {}
    for name, region in regions.items():
        for report, worse in laid(region, reports).items():
            if worse and report not in found:
                named = named_near(region, (report.lat, report.lon), FARTHEST_M)
                found[report] = f"{named.name}, {name}" if named is not None else f"a street without a name, {name}"
    return found
