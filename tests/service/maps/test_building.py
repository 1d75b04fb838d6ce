"""The process that builds: an order in, lines out, and every end that it may come to."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from geofence.streets.listed import ListError
from geofence.streets.region import Region
from service.maps.building import Doing, Done, Order, Said, Wrong, extra_of, text_of
from tests.geofence.streets.town import town


@pytest.fixture(scope="module")
def town_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a PBF file."""
    return town().write(tmp_path_factory.mktemp("town") / "town.osm.pbf")


def ordered(order: Order) -> tuple[int, list[Said]]:
    """What it says, and its exit code."""
    command = [sys.executable, "-m", "service.maps.building"]
    done = subprocess.run(command, input=msgspec.json.encode(order), capture_output=True, check=False, env=os.environ)
    return done.returncode, [msgspec.json.decode(line, type=Said) for line in done.stdout.splitlines()]


def test_it_tells_how_far_it_is_and_what_it_made(town_pbf: Path, tmp_path: Path) -> None:
    """From nothing to all of it, and then the sum of what lies there."""
    target = tmp_path / "town.streets"
    code, said = ordered(Order(str(town_pbf), str(target), "Europe/London", str(tmp_path)))
    shares = [one.share for one in said if isinstance(one, Doing)]
    done = said[-1]

    assert (code, shares[0], shares[-1], shares) == (0, 0.0, 1.0, sorted(shares))
    assert isinstance(done, Done)
    assert done.size == target.stat().st_size
    assert 20 < done.peak_mb < 200
    assert Region.open(target).about.zone == "Europe/London"


def test_it_ends_when_nobody_listens(town_pbf: Path, tmp_path: Path) -> None:
    """Whoever asked was killed: nothing is built for nobody, and nothing is left."""
    order = Order(str(town_pbf), str(tmp_path / "town.streets"), "Europe/London", str(tmp_path))
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "service.maps.building"]
    done = subprocess.run(
        command, input=msgspec.json.encode(order), stdout=write, stderr=subprocess.PIPE, check=False, env=os.environ
    )
    os.close(write)

    assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (1, b"", [])


def test_it_loads_no_server(town_pbf: Path) -> None:
    """Its memory is for the streets: whoever asked has the rest."""
    code = "import sys, service.maps.building; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"fastapi", "twilio", "aiohttp", "typer", "rich", "pydantic", "redis"} & set(loaded)


def test_who_gives_an_order_needs_none_of_its_libraries() -> None:
    """Every process of the service knows how to ask for a build: the mathematics of one is 30 MB in each."""
    code = "import sys, service.__main__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "service.maps.building" in loaded
    assert not {"scipy", "geofence.streets.build"} & set(loaded)


def test_a_broken_file_is_a_sentence(tmp_path: Path) -> None:
    """Of one that is no map, nothing is left."""
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"\x00\x00\x00\x0d" + os.urandom(500))
    code, said = ordered(Order(str(broken), str(tmp_path / "x.streets"), "Europe/London", str(tmp_path)))

    assert code == 1
    assert isinstance(said[-1], Wrong)
    assert "expected" in said[-1].why
    assert [path.name for path in tmp_path.iterdir()] == ["broken.osm.pbf"]


def test_a_list_that_cannot_be_read_is_a_sentence(town_pbf: Path, tmp_path: Path) -> None:
    """With its line, before anything is read."""
    (tmp_path / "lamps.csv").write_text("lon,lat\n0.5,north\n")
    code, said = ordered(Order(str(town_pbf), str(tmp_path / "x.streets"), "Europe/London", str(tmp_path)))

    assert (code, len(said)) == (1, 1)
    assert isinstance(said[0], Wrong)
    assert said[0].why.startswith("line 2: lat: expected degrees")


def test_what_was_imported_goes_in(tmp_path: Path) -> None:
    """Lamps, and the areas of the region's own schedules beside those that come with Lamplit."""
    (tmp_path / "lamps.csv").write_text("lon,lat,hours\n0.5,51.38,sunset-00:00\n")
    (tmp_path / "schedules.csv").write_text(
        "authority,area,from,to,clock,since,until,applies\nMedway,region,00:00,05:30,GMT,2026-01-01,,limited\n"
    )
    extra = extra_of(tmp_path, "Europe/London")

    assert [lamp.hours for lamp in extra.lamps] == ["sunset-00:00"]
    assert "region" in {area.id for area in extra.areas}
    assert len(extra.areas) == 2


def test_text_that_is_none_names_the_line(tmp_path: Path) -> None:
    """Saved by a spreadsheet in the letters of another time."""
    (tmp_path / "a.csv").write_bytes("lon,lat,name\n0.5,51.3,Caf\xe9\n".encode("latin-1"))
    with pytest.raises(ListError, match="line 2: expected text in UTF-8"):
        text_of(tmp_path / "a.csv")

    assert text_of(tmp_path / "none.csv") is None
