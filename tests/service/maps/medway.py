"""A deployment's folder of maps with the small town in it, and a house that uses it."""

import atexit
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from geofence.streets.build import build
from geofence.streets.places import Extra
from service.havens import Listed, ListedHavens
from service.maps.along import Mapped
from service.maps.files import Current, Folder
from service.maps.havens import AllHavens
from service.maps.planning import Planning
from service.maps.regions import Maps
from service.packages import sha256_of
from tests.geofence.drawn import place
from tests.geofence.streets.town import Drawing, town
from tests.service.people.household import Household

MEDWAY = "medway"
BUILT_AT = 1_795_000_000.0


@cache
def medway_streets() -> Path:
    """The town's streets, built once for all tests of a process."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return built(town(), folder)


def built(drawing: Drawing, folder: Path, zone: str = "Europe/London") -> Path:
    """The streets of a drawing."""
    pbf = drawing.write(folder / "drawn.osm.pbf", stamp="2026-03-10T11:30:00Z")
    return build(pbf, folder / "drawn.streets", Extra(zone=zone)).path


def shifted(by_m: float) -> Drawing:
    """Squares of streets, so far to the east."""
    drawing = Drawing()
    for row in range(6):
        drawing.way(*[(by_m + column * 100.0, row * 100.0) for column in range(6)])
        drawing.way(*[(by_m + row * 100.0, column * 100.0) for column in range(6)])
    return drawing


def put(maps: Path, streets: Path, name: str = MEDWAY, stamp: str = "a") -> Folder:
    """Commit built streets as the map `name`."""
    folder = Folder(maps / name)
    folder.path.mkdir(parents=True, exist_ok=True)
    target = folder.path / f"{stamp}.streets"
    with suppress(FileNotFoundError):
        target.unlink()
    shutil.copyfile(streets, target)
    size = target.stat().st_size
    folder.commit(
        Current(
            streets=target.name,
            sha256=sha256_of(target),
            size=size,
            source="a drawing",
            source_sha256="",
            built_at=BUILT_AT,
            data_at=1_773_142_200.0,
        )
    )
    return folder


def medway(root: Path, listed: tuple[Listed, ...] = ()) -> Maps:
    """Maps with the town in them, open."""
    put(root, medway_streets())
    maps = Maps(root, country="GB", listed=listed)
    maps.swap()
    return maps


def living_in(home: Household, maps: Maps, listed: tuple[Listed, ...] = ()) -> None:
    """A house in memory uses these maps, as `service.app` has it."""
    home.house.planning, home.house.lights = Planning(maps), Mapped(maps.lights_of)
    home.house.watch.havens = AllHavens(ListedHavens(listed, "Europe/London", "GB"), maps)


def spot(x: float, y: float) -> dict[str, float]:
    """A place of the town in metres, as a body has it."""
    lat, lon = place(x, y)
    return {"lat": lat, "lon": lon}


__all__ = ["BUILT_AT", "MEDWAY", "built", "living_in", "medway", "medway_streets", "place", "put", "shifted", "spot"]
