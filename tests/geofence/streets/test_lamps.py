"""A council's inventory of its street lamps, from its file to Anna's streets."""

from pathlib import Path

import pytest

from geofence.lighting import Light
from geofence.streets.build import build
from geofence.streets.format import Box
from geofence.streets.lamps import read_lamps
from geofence.streets.lights import RegionLights
from geofence.streets.listed import ListError
from geofence.streets.places import Extra
from geofence.streets.region import Region
from tests.geofence.drawn import place
from tests.geofence.streets.test_lights import at, parts

TOWN = Box(0.49, 51.38, 0.53, 51.40)


def refused(text: str, box: Box | None = None) -> str:
    """Why an inventory cannot be used."""
    with pytest.raises(ListError) as error:
        read_lamps(text, box)
    return str(error.value)


def test_lamps_with_and_without_hours() -> None:
    """Hours as in OpenStreetMap; where the council says none, nothing is said."""
    one, other = read_lamps("lon,lat,hours\n0.504,51.389,sunset-00:00\n0.505,51.389,\n", TOWN)
    assert (one.lat, one.lon, one.hours) == (51.389, 0.504, "sunset-00:00")
    assert other.hours == ""
    assert read_lamps("lat,lon\n51.389,0.504\n")[0].hours == ""


def test_hours_that_nobody_can_read_are_refused() -> None:
    """Neither a word of the council's own nor hours by holidays; the line is named."""
    assert refused("lon,lat,hours\n0.504,51.389,part night\n") == (
        "line 2: hours: expected opening hours like sunset-00:00, or nothing, got 'part night'"
    )
    assert "hours" in refused("lon,lat,hours\n0.504,51.389,PH 18:00-22:00\n")


def test_swapped_columns_are_noticed() -> None:
    """By none of the lamps being in the map, and all of them if they were turned round."""
    assert refused("lon,lat\n51.389,0.504\n", TOWN) == (
        "lon, lat: expected lamps inside the map, got none of 1: are longitude and latitude swapped?"
    )
    assert refused("lon,lat\n-2.6,51.45\n", TOWN) == "lon, lat: expected lamps inside the map, got none of 1"


def test_an_empty_list_is_none() -> None:
    """A head alone replaces no inventory."""
    assert refused("lon,lat\n") == "line 2: expected a lamp, got nothing"


def test_hours_of_an_inventory_put_a_street_out(town_pbf: Path, tmp_path: Path) -> None:
    """Lamps along Church Road that burn until midnight: lit at eleven as its tag says, out at one; High Street burns on."""
    rows = "\n".join(f"{lon:.7f};{lat:.7f};sunset-00:00" for lat, lon in (place(x, 403) for x in range(0, 601, 20)))
    extra = Extra(lamps=read_lamps(f"lon;lat;hours\n{rows}\n"))
    region = Region.open(build(town_pbf, tmp_path / "town.streets", extra).path)
    lights = RegionLights(region)
    found = {
        (name, clock): {Light(int(lights.states(at(clock))[part])) for part in parts(region, name)}
        for name in ("Church Road", "High Street")
        for clock in ("01:00", "23:00")
    }
    assert found[("Church Road", "23:00")] == found[("High Street", "01:00")] == {Light.LIT}
    assert found[("Church Road", "01:00")] == {Light.UNLIT}
