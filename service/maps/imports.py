"""Lists that councils and schemes send, put beside a map: read whole and checked first, or nothing is changed."""

from dataclasses import dataclass
from pathlib import Path

from geofence.streets.format import sync
from geofence.streets.lamps import read_lamps
from geofence.streets.listed import ListError, read_list, shown
from geofence.streets.region import Region
from service.haven_list import HavenError
from service.haven_list import read_list as read_havens

from .building import LAMPS, OUTLINES, SCHEDULES, text_of
from .files import Folder, write
from .schedules import MOST_ROWS, REGION, read_schedules

SCHEMES = "schemes.csv"
LISTS = tuple(name.removesuffix(".csv") for name in (LAMPS, SCHEDULES, SCHEMES))


@dataclass(frozen=True, slots=True)
class Checked:
    """A list that can be used: the files that it is, and what is in it, in words."""

    files: dict[str, bytes]
    words: str


def lamps(path: Path, region: Region) -> Checked:
    """A council's inventory of lamps. Raises ListError."""
    text, box = _text(path), region.about.box
    found = read_lamps(text, box)
    inside = sum(box.holds(one.lat, one.lon) for one in found)
    outside = len(found) - inside
    return Checked(
        {LAMPS: text.encode()}, _counted(inside, "lamp") + (f", and {outside:,} outside the map" if outside else "")
    )


def schedules(path: Path) -> Checked:
    """A table of when lamps go out, with the outlines that it names beside it. Raises ListError."""
    text = _text(path)
    rows = read_schedules(text, path.parent)
    if not rows:
        raise ListError("line 2: expected a schedule, got nothing")
    files = {SCHEDULES: text.encode()}
    for name in read_list(text, ("area",), {}, lambda line: line["area"], MOST_ROWS):
        if name != REGION and not name.startswith("bbox:"):
            if not name.endswith(OUTLINES):
                raise ListError(f"area: expected the name of a file that ends in .geojson, got {shown(name)}")
            files[name] = (path.parent / name).read_bytes()
    return Checked(files, f"{_counted(len(rows), 'schedule')} of {', '.join(sorted({row.authority for row in rows}))}")


def schemes(path: Path, region: Region, country: str) -> Checked:
    """A scheme's places. Raises ListError and HavenError."""
    text, box = _text(path), region.about.box
    found = read_havens(text, region.about.zone, country).places
    inside = sum(box.holds(one.lat, one.lon) for one in found)
    if not inside:
        raise HavenError(f"lat, lon: expected places inside the map, got none of {len(found)}")
    outside = len(found) - inside
    return Checked(
        {SCHEMES: text.encode()}, _counted(inside, "place") + (f", and {outside:,} outside the map" if outside else "")
    )


def put(there: Folder, checked: Checked) -> None:
    """Put lists there that are read while the map is in use. For who holds the lock."""
    there.extra.mkdir(exist_ok=True)
    for name, content in checked.files.items():
        beside = there.path / f"{name}.tmp"
        write(beside, content)
        beside.replace(there.extra / name)
    sync(there.extra)


def _counted(many: int, what: str) -> str:
    return f"{many:,} {what}" + ("" if many == 1 else "s")


def _text(path: Path) -> str:
    text = text_of(path)
    if text is None:
        raise ListError(f"expected a file at {path}, got none")
    return text
