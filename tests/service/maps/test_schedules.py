"""Tables of when authorities put their street lamps out."""

from datetime import date
from pathlib import Path

import pytest

from geofence.lighting import Light
from geofence.streets.build import build
from geofence.streets.lights import RegionLights
from geofence.streets.listed import ListError
from geofence.streets.places import Extra
from geofence.streets.region import Region
from service.maps.schedules import COLUMNS, Row, areas_of, in_force, read_schedules, schedules_of, shipped
from tests.geofence.streets.test_lights import at, parts
from tests.geofence.streets.town import town

HEAD = ",".join(COLUMNS)
MEDWAY = "Medway,region,00:00,05:30,GMT,2026-01-01,,yes limited"


def read(*lines: str, folder: Path | None = None) -> tuple[Row, ...]:
    """A table of these lines."""
    return read_schedules("\n".join((HEAD, *lines)), folder)


def refused(line: str, folder: Path | None = None) -> str:
    """Why a line cannot be used."""
    with pytest.raises(ListError) as error:
        read(line, folder=folder)
    return str(error.value).removeprefix("line 2: ")


def test_a_line_of_a_table() -> None:
    """Wherever the table is used, from midnight to half past five by GMT, since New Year, for ever."""
    [row] = read(MEDWAY)
    assert (row.area, row.outline, row.off, row.clock) == ("region", None, "00:00-05:30", "GMT")
    assert (row.since, row.until, row.applies) == (date(2026, 1, 1), None, ("yes", "limited"))


def test_the_clock_has_no_default() -> None:
    """Whoever does not say what the timers go by is asked: an hour of dark hangs on it."""
    assert refused("Medway,region,00:00,05:30,,2026-01-01,,yes") == "clock: expected GMT or local, got nothing"
    assert refused("Medway,region,00:00,05:30,BST,2026-01-01,,yes") == "clock: expected GMT or local, got 'BST'"


def test_gmt_is_gmt_and_local_is_the_regions() -> None:
    """In Helsinki local timers keep Helsinki's time."""
    gmt, local = schedules_of(read(MEDWAY, MEDWAY.replace("GMT", "local")), "Europe/Helsinki")
    assert (gmt.zone, local.zone) == ("Etc/GMT", "Europe/Helsinki")
    assert gmt.since_at - local.since_at == 7200.0
    assert gmt.until_at == float("inf")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (",region,00:00,05:30,GMT,2026-01-01,,yes", "authority"),
        ("Medway,region,0:00,05:30,GMT,2026-01-01,,yes", "from"),
        ("Medway,region,00:00,25:30,GMT,2026-01-01,,yes", "to"),
        ("Medway,region,00:00,00:00,GMT,2026-01-01,,yes", "to"),
        ("Medway,region,00:00,05:30,GMT,,,yes", "since"),
        ("Medway,region,00:00,05:30,GMT,1 May,,yes", "since"),
        ("Medway,region,00:00,05:30,GMT,2026-01-01,2025-01-01,yes", "until"),
        ("Medway,region,00:00,05:30,GMT,2026-01-01,,", "applies"),
        ("Medway,region,00:00,05:30,GMT,2026-01-01,,yes no", "applies"),
        ("Medway,everywhere,00:00,05:30,GMT,2026-01-01,,yes", "area"),
        ('Medway,"bbox:1,2,3",00:00,05:30,GMT,2026-01-01,,yes', "area"),
        ('Medway,"bbox:1,51,0,52",00:00,05:30,GMT,2026-01-01,,yes', "area"),
        ('Medway,"bbox:0,nan,1,52",00:00,05:30,GMT,2026-01-01,,yes', "area"),
        ("Medway,../secret.json,00:00,05:30,GMT,2026-01-01,,yes", "area"),
        ("Medway,absent.geojson,00:00,05:30,GMT,2026-01-01,,yes", "area"),
    ],
)
def test_what_cannot_be_used_is_named(line: str, named: str, tmp_path: Path) -> None:
    """The column, what was expected and what came; no file but one beside the table is looked at."""
    assert refused(line, tmp_path).startswith(f"{named}: expected")


@pytest.mark.parametrize("found", ["{}", "no json", '{"type": "Point", "coordinates": [0, 51]}', "\xff\xfe"])
def test_an_area_needs_an_outline(found: str, tmp_path: Path) -> None:
    """A file that encloses nothing is no area."""
    (tmp_path / "area.geojson").write_text(found, "latin-1")
    assert refused("Medway,area.geojson,00:00,05:30,GMT,2026-01-01,,yes", tmp_path).startswith("area: expected")


def test_a_schedule_holds_in_its_area_alone(tmp_path: Path) -> None:
    """A GeoJSON outline about the western half of the town: there High Street goes out at midnight, in the east it burns on."""
    (tmp_path / "west.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon",'
        '"coordinates":[[[0.49,51.38],[0.508,51.38],[0.508,51.40],[0.49,51.40],[0.49,51.38]]]}}]}'
    )
    rows = read("Medway,west.geojson,00:00,05:30,GMT,2026-01-01,,yes", folder=tmp_path)
    source = town().write(tmp_path / "town.osm.pbf")
    region = Region.open(build(source, tmp_path / "town.streets", Extra(areas=areas_of(rows))).path)
    lights = RegionLights(region, schedules_of(rows, "Europe/London"))
    for clock, expected in (("23:00", {Light.LIT}), ("02:00", {Light.LIT, Light.UNLIT})):
        states = lights.states(at(clock))
        assert {Light(int(states[part])) for part in parts(region, "High Street")} == expected
    [outside] = {Light(int(lights.states(at("02:00"))[part])) for part in parts(region, "East Street")}
    assert outside is Light.LIT


def test_an_area_is_known_by_its_outline() -> None:
    """Two lines of one area are one area to the map; another outline is another one."""
    box = 'Medway,"bbox:0,51,1,52",00:00,05:30,GMT,2026-01-01,,yes'
    rows = read(box, box.replace("05:30", "05:00"), box.replace("bbox:0", "bbox:0.5"), MEDWAY)
    assert [area.id for area in areas_of(rows)] == list(dict.fromkeys(row.area for row in rows))
    assert len(areas_of(rows)) == 3


def test_the_table_that_comes_with_lamplit_is_history() -> None:
    """Kent's hours are there to try such a table on, with where they are from; nothing of it is said to hold today."""
    rows = shipped()
    assert "Kent County Council" in {row.authority for row in rows}
    assert all(row.source and row.until is not None for row in rows)
    assert [row.off for row in in_force(rows, date(2014, 7, 1))] == ["00:00-05:30"]
    assert in_force(rows, date(2026, 11, 22)) == ()


def test_kents_lamps_in_a_summer_of_then() -> None:
    """00:00-05:30 by GMT: at half past midnight by British summer time they still burned."""
    [kent] = schedules_of([row for row in shipped() if row.authority.startswith("Kent")], "Europe/London")
    assert (kent.off, kent.zone, kent.applies) == ("00:00-05:30", "Etc/GMT", ("limited",))
