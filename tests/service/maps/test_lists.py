"""Lists beside a map, read while it is in use: one that cannot be read takes nothing else away."""

from pathlib import Path

import numpy as np
import pytest

from geofence.lighting import Light
from geofence.streets.build import build
from geofence.streets.lights import RegionLights
from geofence.streets.places import Extra
from geofence.streets.region import Region
from service.maps.files import Folder
from service.maps.lists import Lists, lists_of, rows_of
from service.maps.schedules import areas_of, read_schedules
from tests.geofence.streets.town import town

from .medway import medway_streets, place, put

NIGHT = 1_795_212_000.0
"""Ten on a Friday evening in November."""
CHURCH = "id,name,lat,lon,kind,hours,verified_on\ns1,Open church,{},{},scheme,24/7,2026-11-01\n"
HOURS = "authority,area,from,to,clock,since,until,applies\nMedway,region,01:00,05:30,local,2020-01-01,,yes\n"


@pytest.fixture
def there(tmp_path: Path) -> Folder:
    """The town's folder, with both lists."""
    found = put(tmp_path, medway_streets())
    found.extra.mkdir()
    (found.extra / "schemes.csv").write_text(CHURCH.format(*place(300, 190)))
    (found.extra / "schedules.csv").write_text(HOURS)
    return found


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The town, built with the hours of its western half."""
    folder = tmp_path_factory.mktemp("town")
    pbf = town().write(folder / "town.osm.pbf")
    areas = areas_of(read_schedules(HOURS.replace("region", f'"bbox:-1.0,51.0,{place(300, 0)[1]},52.0"')))
    return Region.open(build(pbf, folder / "town.streets", Extra(zone="Europe/London", areas=areas)).path)


def read(there: Folder, before: Lists | None = None) -> Lists:
    """The lists as they lie there."""
    return lists_of(there, "Europe/London", "GB", before)


def test_both_are_read(there: Folder) -> None:
    """The places, and the hours that were imported; without files there is neither."""
    found = read(there)
    assert ([one.name for one in found.places], found.faults) == (["Open church"], ())
    assert [row.authority for row in found.rows or ()] == [row.authority for row in rows_of(there)] == ["Medway"]
    for path in there.extra.iterdir():
        path.unlink()

    assert read(there, found) == Lists(rows=())


def test_hours_that_nobody_can_read_make_no_street_lit(there: Folder, region: Region) -> None:
    """Wherever such hours may hold the light is not known, by night and of the coming night; what is tagged as unlit stays
    so, and where no hours hold nothing changes."""
    sound = RegionLights(region, Lists(rows=()).schedules(region)).states(NIGHT)
    (there.extra / "schedules.csv").write_bytes(b"")
    found = read(there)
    lights = RegionLights(region, found.schedules(region))

    assert found.rows is None
    assert "what it may put out is not known to be lit" in found.faults[0]
    timed = np.array([bool(one.schedule) for one in region.about.lights])[region.part_light]
    for at in (NIGHT, NIGHT + 12 * 3600.0):
        states = lights.states(at)
        assert set(states[timed].tolist()) == {Light.UNKNOWN, Light.UNLIT}
        assert Light.LIT in states[~timed]
    assert (lights.states(NIGHT)[~timed] == sound[~timed]).all()
    assert Light.LIT in sound[timed]


def test_the_list_before_counts_on(there: Folder, region: Region) -> None:
    """Each for itself."""
    before = read(there)
    (there.extra / "schedules.csv").write_bytes(b"")
    hours = read(there, before)
    assert (hours.places, hours.rows, len(hours.faults)) == (before.places, before.rows, 1)
    assert hours.schedules(region) == before.schedules(region)

    (there.extra / "schemes.csv").write_text("id,name\n")
    both = read(there, hours)
    assert (both.places, both.rows, len(both.faults)) == (before.places, before.rows, 2)
    assert all(sentence.endswith("the list before counts on") for sentence in both.faults)
