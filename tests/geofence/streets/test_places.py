"""What stands beside the streets."""

from pathlib import Path

import numpy as np
import pytest
from shapely import box

from geofence.plane import distance_m
from geofence.streets.build import build
from geofence.streets.format import MapError
from geofence.streets.places import Area, Extra, ExtraLamp
from geofence.streets.region import Region
from tests.geofence.drawn import place

from .town import Drawing, grid


def opened(folder: Path, extra: Extra, drawing: Drawing | None = None) -> Region:
    """A small map with more in it."""
    source = (drawing or grid(4, 4)).write(folder / "x.osm.pbf")
    return Region.open(build(source, folder / "x.streets", extra).path)


def by_name(region: Region) -> dict[str, int]:
    """Places by their names."""
    return {region.name(int(number)): n for n, number in enumerate(region.place_name)}


def test_a_place_has_what_is_known_of_it(region: Region) -> None:
    """Kind, name (or the brand), hours; hours that cannot be read are not known."""
    found = {
        name: (region.about.kinds[region.place_kind[n]], region.about.hours[region.place_hours[n]])
        for name, n in by_name(region).items()
    }

    assert found == {
        "Police Station": ("police", ""),
        "The Bell": ("pub", "Mo-Su 11:00-23:00"),
        "Late Shop": ("shop", "24/7"),
        "Café Zoë": ("cafe", ""),
        "Pharmacy": ("pharmacy", ""),
        "Medway Hospital": ("hospital", "24/7"),
    }


def test_a_place_has_a_street_at_its_door(region: Region) -> None:
    """The nearest one, how far along it from its first node, and how far away; whichever way it was drawn."""
    for n in range(len(region.place_x)):
        link, left = int(region.place_link[n]), float(region.place_along[n])
        for part in range(region.part_ptr[link], region.part_ptr[link + 1]):
            if left <= region.part_m[part] + 0.1:
                break
            left -= float(region.part_m[part])
        x, y = region.points(part)
        metres = [distance_m(y[k] / 1e7, x[k] / 1e7, y[k + 1] / 1e7, x[k + 1] / 1e7) for k in range(len(x) - 1)]
        lat, lon = (np.interp(left, np.cumsum([0, *metres]), values / 1e7) for values in (y, x))
        off_m = distance_m(float(lat), float(lon), region.place_y[n] / 1e7, region.place_x[n] / 1e7)

        assert off_m == pytest.approx(float(region.place_off[n]), abs=0.2)
    assert region.place_off.max() < 31


@pytest.mark.parametrize(("away_m", "found"), [(140.0, True), (160.0, False)])
def test_a_place_far_from_any_street_has_none(tmp_path: Path, away_m: float, found: bool) -> None:
    """Nobody is sent across a field."""
    drawing = grid(4, 4)
    drawing.node(-away_m, 150, amenity="pub", name="Farm")
    drawing.node(-5000, 150, amenity="pub", name="Elsewhere")
    region = opened(tmp_path, Extra(), drawing)

    assert list(by_name(region)) == ["Farm"], "what is not on this map is not in it"
    assert (int(region.place_link[0]) >= 0) == found


def test_lamps_lie_by_cell(region: Region) -> None:
    """All 21, findable by their place."""
    lat, lon = place(100, 105)
    x, y = round(lon * 1e7), round(lat * 1e7)
    near = region.among(region.lamp_cell_start, x - 5000, y - 5000, x + 5000, y + 5000)

    assert len(region.lamp_x) == 21
    assert int(region.lamp_cell_start[-1]) == 21
    assert len(near) > 0
    assert region.lamp_hours.tolist() == [0] * 21


def test_lamps_of_the_next_town_stay_out(tmp_path: Path) -> None:
    """An inventory is of a county, a map may be of a town."""
    lamps = (ExtraLamp(*place(10, 10), "sunset-00:00"), ExtraLamp(*place(5000, 10)), ExtraLamp(*place(100, 10)))
    region = opened(tmp_path, Extra(lamps=lamps))

    assert len(region.lamp_x) == 2
    assert sorted(region.about.hours[n] for n in region.lamp_hours) == ["", "sunset-00:00"]


@pytest.mark.parametrize(
    ("extra", "field"),
    [
        (Extra(lamps=(ExtraLamp(51.0, 0.0), ExtraLamp(99.0, 0.0))), "lamps[1]"),
        (Extra(lamps=(ExtraLamp(float("nan"), 0.0),)), "lamps[0]"),
        (Extra(lamps=(ExtraLamp(51.0, 181.0),)), "lamps[0]"),
        (Extra(areas=tuple(Area(f"area{n}") for n in range(61))), "areas"),
    ],
)
def test_what_cannot_be_there_is_refused(tmp_path: Path, extra: Extra, field: str) -> None:
    """A place nowhere on Earth, a kind that nobody knows: the row is named, nothing is written."""
    with pytest.raises(MapError) as caught:
        opened(tmp_path, extra)

    assert caught.value.field == field
    assert [path.name for path in tmp_path.iterdir()] == ["x.osm.pbf"]


def test_a_schedule_holds_inside_its_area(tmp_path: Path) -> None:
    """Each part knows the schedules in whose areas its middle lies; an area without an outline is everywhere."""
    south, west = place(-10, -10)
    north, east = place(310, 110)
    areas = (Area("town"), Area("south", box(west, south, east, north)), Area("sea", box(0, 0, 1, 1)))
    region = opened(tmp_path, Extra(areas=areas))
    schedules: dict[bool, set[str]] = {}
    for part in range(len(region.part_m)):
        _, y = region.points(part)
        lat = float(y.mean()) / 1e7
        schedules.setdefault(lat < place(0, 101)[0], set()).add(region.about.lights[region.part_light[part]].schedule)

    assert schedules == {True: {"town south"}, False: {"town"}}


def test_without_schedules_no_part_has_one(region: Region) -> None:
    """Nothing is said of where there is none."""
    assert {light.schedule for light in region.about.lights} == {""}
