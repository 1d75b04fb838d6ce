"""Lists beside a map: whole and checked, or not at all."""

from pathlib import Path

import pytest

from geofence.streets.listed import ListError
from geofence.streets.region import Region
from service.haven_list import HavenError
from service.maps import imports
from service.maps.files import folder

from .medway import medway_streets, place

LAT, LON = place(300.0, 395.0)
HEAD = "authority,area,from,to,clock,since,until,applies"
SQUARE = '{"type":"Polygon","coordinates":[[[0.4,51.3],[0.6,51.3],[0.6,51.5],[0.4,51.5],[0.4,51.3]]]}'


@pytest.fixture(scope="module")
def region() -> Region:
    """The town."""
    return Region.open(medway_streets())


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A list."""
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_lamps_in_any_of_the_ways_that_a_spreadsheet_saves(
    tmp_path: Path, region: Region, between: str, encoding: str
) -> None:
    """Kept as text without a mark in front; those outside are counted apart."""
    text = f"lat,lon,owner\n{LAT},{LON},KCC\n10.0,20.0,KCC\n".replace(",", between)
    checked = imports.lamps(written(tmp_path, text, encoding), region)

    assert (checked.files, checked.words) == ({"lamps.csv": text.encode()}, "1 lamp, and 1 outside the map")


def test_schedules_bring_their_outlines(tmp_path: Path) -> None:
    """GeoJSON files that the table names are kept beside it."""
    (tmp_path / "medway.geojson").write_text(SQUARE)
    text = f"{HEAD}\nMedway,medway.geojson,00:00,05:30,GMT,2026-01-01,,limited\nMedway,region,01:00,05:00,local,2026-01-01,,yes\n"
    checked = imports.schedules(written(tmp_path, text))

    assert checked.files == {"schedules.csv": text.encode(), "medway.geojson": SQUARE.encode()}
    assert checked.words == "2 schedules of Medway"


def test_one_schedule_is_one(tmp_path: Path) -> None:
    """And not "1 schedules"."""
    text = f"{HEAD}\nLambeth,region,00:00,05:30,GMT,2026-01-01,,limited\n"

    assert imports.schedules(written(tmp_path, text)).words == "1 schedule of Lambeth"


def test_an_outline_of_another_name_is_refused(tmp_path: Path) -> None:
    """What is kept beside a map is told apart by how it ends."""
    (tmp_path / "lamps.csv").write_text(SQUARE)
    text = f"{HEAD}\nMedway,lamps.csv,00:00,05:30,GMT,2026-01-01,,limited\n"

    with pytest.raises(ListError, match=r"area: expected the name of a file that ends in \.geojson, got 'lamps\.csv'"):
        imports.schedules(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD + "\n", "line 2: expected a schedule, got nothing"),
        (f"{HEAD}\nMedway,none.geojson,00:00,05:30,GMT,2026-01-01,,limited\n", "line 2: area: expected a file"),
        (f"{HEAD}\nMedway,region,00:00,05:30,BST,2026-01-01,,limited\n", "line 2: clock: expected GMT or local"),
    ],
)
def test_a_table_that_is_none(tmp_path: Path, text: str, why: str) -> None:
    """With its line."""
    with pytest.raises(ListError, match=why):
        imports.schedules(written(tmp_path, text))


def test_a_scheme_of_elsewhere_is_refused(tmp_path: Path, region: Region) -> None:
    """None of its places lies in the map: it is another region's."""
    head = "id,name,lat,lon,kind,hours,verified_on\n"
    with pytest.raises(HavenError, match="expected places inside the map, got none of 1"):
        imports.schemes(written(tmp_path, f"{head}a,A,52.9,1.2,scheme,24/7,2026-05-01\n"), region, "GB")
    checked = imports.schemes(written(tmp_path, f"{head}a,A,{LAT},{LON},scheme,24/7,2026-05-01\n"), region, "GB")

    assert checked.words == "1 place"


def test_a_list_that_is_not_there(tmp_path: Path, region: Region) -> None:
    """It names the file."""
    with pytest.raises(ListError, match=r"expected a file at .*none\.csv, got none"):
        imports.lamps(tmp_path / "none.csv", region)


def test_a_list_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """In one step; nothing is left beside it."""
    there = folder(tmp_path, "medway")
    with there.locked(1.0):
        for text in (b"one", b"two"):
            imports.put(there, imports.Checked({"schemes.csv": text}, ""))

    assert [(path.name, path.read_bytes()) for path in there.extra.iterdir()] == [("schemes.csv", b"two")]
    assert {path.name for path in there.path.iterdir()} == {"extra", ".lock"}
