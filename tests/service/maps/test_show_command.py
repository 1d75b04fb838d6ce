"""`lamplit map show`: one file that needs nothing else."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from service.__main__ import cli

from .medway import medway_streets, place, put

HOME, WORK = (",".join(f"{degrees:.6f}" for degrees in place(*at)) for at in ((10.0, 400.0), (580.0, 0.0)))


@pytest.fixture(autouse=True)
def maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with the town as its map, and a folder to write to."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "maps", medway_streets())
    return tmp_path / "maps"


def shown(*arguments: object) -> tuple[int, str]:
    """The exit code and what was printed."""
    result = CliRunner().invoke(cli, ["map", "show", *map(str, arguments)])
    return result.exit_code, result.output.strip()


def test_a_map_is_one_page(tmp_path: Path) -> None:
    """Named after it, with whose data it is."""
    assert shown("medway") == (0, "medway.html: © OpenStreetMap contributors")
    page = (tmp_path / "medway.html").read_text("utf-8")

    assert "<svg" in page
    assert "OpenStreetMap contributors" in page
    assert "<script" not in page


def test_a_way_is_drawn_with_its_sentence(tmp_path: Path) -> None:
    """The better lit one, planned, or a line of one's own."""
    assert shown("medway", "--from", HOME, "--to", WORK, "--at", "23:30", "-o", "way.html")[0] == 0
    assert "A way home in medway" in (tmp_path / "way.html").read_text("utf-8")
    lat, lon = place(10.0, 400.0)
    line = ",".join(f"[{lon + step / 1000},{lat}]" for step in range(8))
    (tmp_path / "own.geojson").write_text(f'{{"type":"LineString","coordinates":[{line}]}}')

    assert shown("medway", "--route", "own.geojson", "-o", "own.html")[0] == 0
    assert "known to be lit" in (tmp_path / "own.html").read_text("utf-8")


def test_the_drawing_alone_is_an_svg_file(tmp_path: Path) -> None:
    """For a leaflet or a page of one's own: well formed, with its colours and whose streets they are, without an address."""
    assert shown("medway", "--from", HOME, "--to", WORK, "--at", "23:30", "-o", "way.svg")[0] == 0
    text = (tmp_path / "way.svg").read_text("utf-8")
    root = ElementTree.fromstring(text)

    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "© OpenStreetMap contributors" in "".join(root.itertext())
    assert re.findall(r"https?://\S+?(?=\")", text) == ["http://www.w3.org/2000/svg"]


def test_lamps_reported_out_are_drawn(tmp_path: Path) -> None:
    """What the council has said of a lamp is in the picture; the store of the deployment is asked."""
    CliRunner().invoke(cli, ["operator", "list"])  # makes the store
    lat, lon = place(300.0, 0.0)
    told = CliRunner().invoke(cli, ["map", "reports", "--add", f"{lat},{lon}"])
    assert told.exit_code == 0, told.output

    assert shown("medway", "--at", "23:30")[0] == 0
    assert "lamps reported out <b>1</b>" in (tmp_path / "medway.html").read_text("utf-8")


def test_by_day_a_line_of_ones_own_has_the_light_of_the_night_and_says_so(tmp_path: Path) -> None:
    """Nobody reads at noon that a street is lit."""
    lat, lon = place(10.0, 400.0)
    line = ",".join(f"[{lon + step / 1000},{lat}]" for step in range(8))
    (tmp_path / "own.geojson").write_text(f'{{"type":"LineString","coordinates":[{line}]}}')
    shown("medway", "--route", "own.geojson", "-o", "noon.html", "--at", "12:00")
    shown("medway", "--route", "own.geojson", "-o", "night.html", "--at", "23:30")

    assert "known to be lit after dark" in (tmp_path / "noon.html").read_text("utf-8")
    assert "known to be lit after dark" not in (tmp_path / "night.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("kent",), "there is no map kent; lamplit map info shows those that there are"),
        (("medway", "--from", HOME), "from, to: expected both or neither"),
        (("medway", "--from", HOME, "--to", HOME), "from and to are the same place"),
        (("medway", "--route", "none.gpx"), "none.gpx: cannot be read: No such file or directory"),
        (("medway", "-o", "none/way.html"), "cannot write to none/way.html: No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(arguments: tuple[str, ...], why: str) -> None:
    """With exit code 1."""
    assert shown(*arguments) == (1, f"lamplit: {why}")
