"""`lamplit replay`, typed at a prompt: on a file, a recorded walk, a journey; and one sentence where it cannot be."""

import json
import re
from errno import ENOSPC
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from service import walks
from service.__main__ import cli
from service.replay import commands
from tests.service.replay.walking import LONG_M, Spot, parallel, place, rested, straight


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place to be; a terminal as wide as most."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["replay", *words])


def line(result: Result) -> str:
    return re.sub(r"\s+", " ", result.output).strip()


def walked(folder: Path, spots: list[Spot], name: str = "walk.csv") -> str:
    rows = [f"{t},{lat:.6f},{lon:.6f},8" for t, x, y in spots for lat, lon in [place(x, y)]]
    (folder / name).write_text("t_s,lat,lon,accuracy\n" + "\n".join(rows), encoding="utf-8")
    street = [[lon, lat] for lat, lon in (place(0.0), place(LONG_M))]
    (folder / "street.geojson").write_text(json.dumps({"type": "LineString", "coordinates": street}), encoding="utf-8")
    return name


def test_a_walk_on_the_next_street(folder: Path) -> None:
    """The stretch on her way in one line, then what was decided, by which rule and on what numbers."""
    result = typed(walked(folder, parallel()), "--route", "street.geojson")
    lines = result.output.splitlines()

    assert result.exit_code == 0
    assert lines[0] == "walk.csv"
    assert lines[1].endswith("foot, standard, route 1.2 km")
    assert re.split(r"  +", lines[3]) == ["time", "fixes", "to go m", "off m", "m/s", "still", "she is"]
    assert " 1 0:08:40 Asked if all is well: she has left her route" in line(result)
    assert "row 4: off route · " in line(result)
    assert "off route 70 m" in line(result)
    assert "She would be asked once, others would be told once; she does not arrive." in result.output


def test_a_line_for_every_fix(folder: Path) -> None:
    """For who wants all of it."""
    few, every = (typed(walked(folder, straight()), "--route", "own", *more) for more in ((), ("--all",)))

    assert len(every.output.splitlines()) - len(few.output.splitlines()) > 80


def test_programs_get_one_object(folder: Path) -> None:
    """Every step with what was held against what."""
    said = json.loads(typed(walked(folder, rested()), "--route", "own", "--json", "--profile", "relaxed").output)

    assert (said["profile"], said["asked"], said["told"], said["began_at"]) == ("relaxed", 0, 0, None)
    assert said["steps"][5]["sighting"]["standing"] == "on_route"
    assert said["steps"][5]["off_limit_m"] == 40.0


def test_a_page_and_a_picture(folder: Path) -> None:
    """Written where they were asked for, and said."""
    result = typed(walked(folder, parallel()), "--route", "street.geojson", "--page", "p.html", "--picture", "p.svg")

    assert "Written: p.html" in result.output
    assert ElementTree.fromstring((folder / "p.svg").read_text("utf-8")).tag.endswith("svg")
    assert "Asked if all is well" in (folder / "p.html").read_text("utf-8")


def test_a_picture_that_cannot_be_written(folder: Path) -> None:
    """The place is named."""
    result = typed(walked(folder, straight(130.0)), "--route", "own", "--picture", "gone/p.svg")

    assert (result.exit_code, line(result)) == (2, "lamplit: cannot write gone/p.svg: No such file or directory")


def test_without_a_route_it_says_what_it_cannot_say(folder: Path) -> None:
    """And how to give one."""
    assert "No route: nobody can say whether she is on it; --route own" in line(typed(walked(folder, straight(260.0))))


def test_a_recorded_walk(folder: Path) -> None:
    """The walk through the town, as it was recorded: nobody is asked anything."""
    walks.fetch()
    result = typed("cerknica-town", "--route", "own")

    assert result.output.splitlines()[:2] == [
        "A walk through the town of Cerknica",
        "173 fixes in 0:41:09, foot, standard, route 1.9 km",
    ]
    assert "She would be asked nothing, nobody else would be told; she arrives." in result.output
    assert "No accuracy is given: 8 m is assumed." in result.output


def test_what_cannot_be_is_one_sentence(folder: Path) -> None:
    """The trace or the route: exit code 1. What was typed, or the store: 2."""
    walk = walked(folder, straight(130.0))
    for words, code, sentence in (
        (["gone.csv"], 1, "lamplit: gone.csv: cannot be read: No such file or directory"),
        ([walk, "--route", "gone.gpx"], 1, "lamplit: gone.gpx: cannot be read: No such file or directory"),
        ([walk, "--profile", "bold"], 2, "lamplit: --profile: expected relaxed, standard, high_risk, got bold"),
        ([walk, "--mode", "swim"], 2, "lamplit: --mode: expected foot, cycle, ride, got swim"),
        (["anna-1"], 2, "lamplit: cannot read: expected a data folder of Lamplit's, got none"),
    ):
        result = typed(*words)
        assert (result.exit_code, line(result)) == (code, sentence)
        assert "Traceback" not in result.output


def test_a_full_disk_behind_a_pipe_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is where a picture cannot be written."""

    def full(*_: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(commands, "_print", full)
    result = typed(walked(folder, straight(130.0)))

    assert (result.exit_code, line(result)) == (2, "lamplit: cannot write: No space left on device")


def test_what_a_file_holds_is_no_command_to_the_terminal(folder: Path) -> None:
    """A cell that would wipe the screen is shown with a question mark."""
    (folder / "w.csv").write_text("t_s,lat,lon\n\x1b[2J,51,0\n", encoding="utf-8")

    assert line(typed("w.csv")) == "lamplit: w.csv: line 2: t_s: expected a number, got ?[2J"
