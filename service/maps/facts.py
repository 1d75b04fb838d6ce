"""What a map holds, as `lamplit map info` tells it: kilometres by light, by rule, lamps, places, and how old it all is."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from geofence.lighting import IN_WORDS, RULES, Light, dark
from geofence.streets.lights import RegionLights, km_by_state
from geofence.streets.listed import ListError
from geofence.streets.region import Region

from .files import Current, Folder
from .known import Known
from .lists import rows_of
from .reports import Reported
from .reports_listed import counting
from .schedules import Row, areas_in, in_force, left_out, shipped
from .words import STATES, UNREAD

NIGHT_HOUR = 2
OLD_DAYS = 365.0
_DAY_S = 86_400.0


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """One map. `km` by state: now, and in the coming night at 2 a.m.; `rules`: kilometres of what a rule says, at that time.
    `with_hours`: lamps and streets with hours of their own; `refused`: what could not be read, by what it was. `reports`: how
    many say something of its streets now; None: there is no store to ask. `schedules_left_out` hold for streets here, too,
    but the map was built before they were known. `grounds`: parks and gardens with hours, and the kilometres in them; None: the
    map is of before those were read."""

    name: str
    source: str
    checked: bool
    data_at: float | None
    built_at: float
    bytes: int
    zone: str
    box: tuple[float, float, float, float]
    tiles: bool
    dark: bool
    km: float
    km_now: dict[str, float]
    km_at_2: dict[str, float]
    rules: dict[str, float]
    lamps: int
    lamps_with_hours: int
    havens: int
    open_places: int
    hours_unknown: int
    grounds: int | None
    grounds_km: float
    refused: dict[str, int]
    reports: int | None
    schedules: list[str]
    schedules_left_out: list[str]
    imported: list[str]
    attribution: str


def facts_of(known: Known, there: Folder, now: float, reported: Iterable[Reported] | None = None) -> Facts:
    """Everything. Takes a tenth of a second for a county. `reported`: what holds in this deployment; None: nobody can say."""
    region, current, lights = known.region, known.current, known.lights
    applied, out = _schedules(there, region, now)
    about, night_at = region.about, _at_two(now, region.about.zone)
    havens, open_places = known.havens.counts
    box = about.box
    return Facts(
        name=known.name,
        source=current.source,
        checked=current.checked,
        data_at=current.data_at,
        built_at=current.built_at,
        bytes=current.size,
        zone=about.zone,
        box=(box.west, box.south, box.east, box.north),
        tiles=bool(current.tiles),
        dark=dark(now, lights.where),
        km=round(float(region.part_m.sum(dtype=np.float64)) / 1000, 3),
        km_now=km_by_state(region, lights.states(now)),
        km_at_2=km_by_state(region, lights.states(night_at)),
        rules=_by_rule(lights, night_at),
        lamps=len(region.lamp_x),
        lamps_with_hours=int((region.lamp_hours > 0).sum()),
        havens=havens,
        open_places=open_places,
        hours_unknown=known.havens.all.timeless + len(known.havens.all.unreadable),
        grounds=about.grounds,
        grounds_km=round(about.grounds_m / 1000, 3),
        refused=dict(about.refused),
        reports=None if reported is None else counting(reported, region),
        schedules=applied,
        schedules_left_out=out,
        imported=sorted(path.name for path in there.extra.iterdir()) if there.extra.is_dir() else [],
        attribution=about.attribution,
    )


def told(facts: Facts, now: float) -> Iterator[str]:
    """Lines for a person."""
    yield f"{facts.name}: {facts.km:,.1f} km of streets, {facts.zone}"
    west, south, east, north = facts.box
    yield f"  from     {facts.source}, {_checked(facts.checked)}; data {_age(facts.data_at, now)}, built {_age(facts.built_at, now)}"
    yield f"  where    {south:.4f} to {north:.4f} N, {west:.4f} to {east:.4f} E"
    yield f"  file     {size(facts.bytes)}, {'with tiles for pages' if facts.tiles else 'no tiles: pages show text'}"
    now_words = "now" if facts.dark else "now (it is day; as at nightfall)"
    yield f"  light    {now_words}: {_km(facts.km_now)}"
    yield f"           at 2 a.m.: {_km(facts.km_at_2)}"
    for rule, km in facts.rules.items():
        yield f"           {km:8.1f} km  {IN_WORDS.get(rule, rule)}"
    hours = f", {facts.lamps_with_hours:,} with hours" if facts.lamps_with_hours else ""
    yield f"  lamps    {facts.lamps:,}{hours}"
    yield (
        f"  places   {facts.havens:,} havens (police, hospitals, schemes), {facts.open_places:,} open places (not vetted); "
        f"hours unknown of {facts.hours_unknown:,}, which never count as open"
    )
    yield f"  parks    {_grounds(facts)}"
    for what, many in facts.refused.items():
        yield f"  unread   {many:,} {UNREAD.get(what, what)}"
    yield f"  schedule {'; '.join(facts.schedules) if facts.schedules else 'none in force'}"
    for one in facts.schedules_left_out:
        yield f"           not yet in this map, build it again: {one}"
    if facts.reports:
        yield f"  reported {facts.reports:,} (lamps out, worries); lamplit map reports lists them"
    if facts.imported:
        yield f"  imported {', '.join(facts.imported)}"
    yield f"  {facts.attribution}"


def size(many: int) -> str:
    """Bytes as people say them."""
    return f"{many / 1e6:.1f} MB" if many >= 1_000_000 else f"{many / 1e3:.0f} kB"


def _grounds(facts: Facts) -> str:
    if facts.grounds is None:
        return "built before their hours were read, build it again"
    return f"with hours: {facts.grounds:,}; {facts.grounds_km:,.1f} km in them are walked only then"


def _km(km: dict[str, float]) -> str:
    return ", ".join(f"{km[light.name.lower()]:,.1f} km {STATES[light]}" for light in Light)


def _by_rule(lights: RegionLights, at: float) -> dict[str, float]:
    """Kilometres by what says so, the longest first."""
    table = lights.table(at, at)
    rules = table.rules[table.slot(at)][lights.region.part_light]
    metres = np.bincount(rules, weights=lights.region.part_m, minlength=len(RULES))
    km = {rule: round(float(m) / 1000, 3) for rule, m in zip(RULES, metres.tolist(), strict=True) if m >= 0.5}
    return dict(sorted(km.items(), key=lambda one: -one[1]))


def _schedules(there: Folder, region: Region, now: float) -> tuple[list[str], list[str]]:
    """Those that hold today somewhere in this region, and those of them that it was built without."""
    own: tuple[Row, ...] = ()
    with suppress(ListError):  # that is a fault, told elsewhere
        own = rows_of(there)
    rows, areas = (*shipped(), *own), areas_in(region)
    today = datetime.fromtimestamp(now, ZoneInfo(region.about.zone)).date()
    holding = in_force(rows, today)
    return [_schedule(row) for row in holding if row.area in areas], [
        _schedule(row) for row in left_out(holding, region)
    ]


def _schedule(row: Row) -> str:
    clock = "GMT" if row.clock == "GMT" else f"{row.clock} time"
    return f"{row.authority}: off {row.off} by {clock} since {row.since}, for {' '.join(row.applies)}"


def _at_two(now: float, zone: str) -> float:
    """The next 2 a.m. there."""
    here = datetime.fromtimestamp(now, ZoneInfo(zone))
    two = here.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return (two if two > here else two + timedelta(days=1)).timestamp()


def _checked(checked: bool) -> str:
    return "held against its checksum" if checked else "without a checksum to hold it against"


def _age(at: float | None, now: float) -> str:
    if at is None:
        return "of unknown age"
    days = (now - at) / _DAY_S
    when = f"of {datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
    return f"{when} ({days:.0f} days ago)" if days >= 1 else f"{when} (today)"


def is_old(current: Current, now: float) -> bool:
    """Streets and lamps change: a map of last year is worth a look."""
    return current.data_at is not None and now - current.data_at > OLD_DAYS * _DAY_S
