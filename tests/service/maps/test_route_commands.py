"""`lamplit route` at a prompt: the API's own answer, for a person or as one object; and why there is no way."""

import re
from pathlib import Path

import msgspec
import polyline
import pytest
from typer.testing import CliRunner

from service.__main__ import cli

from .medway import medway_streets, place, put

HOME, WORK = (",".join(f"{degrees:.6f}" for degrees in place(*at)) for at in ((10.0, 400.0), (580.0, 0.0)))


@pytest.fixture(autouse=True)
def maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with the town as its map."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    put(tmp_path / "maps", medway_streets())
    return tmp_path / "maps"


def said(*arguments: object) -> tuple[int, str]:
    """The exit code and all that was printed, without line breaks."""
    result = CliRunner().invoke(cli, ["route", *map(str, arguments)])
    return result.exit_code, re.sub(r"\s+", " ", result.output).strip()


def test_a_way_is_told(maps: Path) -> None:
    """When, how long, how lit, why, each stretch that differs, and whose data it is."""
    code, words = said("plan", HOME, WORK, "--at", "23:30")

    assert code == 0
    assert re.match(r"medway, setting off \w{3} \d\d \w{3} 23:30, after dark 1 better lit", words)
    assert re.search(r"\d min, .* m lit", words)
    assert "longest stretch not known to be lit:" in words
    assert words.endswith("© OpenStreetMap contributors")
    assert "safe" not in words.lower()


def test_as_an_object_it_is_the_apis_answer() -> None:
    """The same names, the same line."""
    code, words = said("plan", HOME, WORK, "--at", "23:30", "--json")
    found = msgspec.json.decode(words)

    assert (code, found["map"], found["dark"]) == (0, "medway", True)
    assert {"id", "kind", "line", "length_m", "minutes", "metres", "stretches", "why"} <= found["ways"][0].keys()
    assert sum(found["ways"][0]["metres"].values()) == pytest.approx(found["ways"][0]["length_m"], abs=3)


def test_by_day_light_is_told_and_not_weighed() -> None:
    """The shortest way alone."""
    code, words = said("plan", HOME, WORK, "--at", "12:00")

    assert (code, "by day; the light is that after dark" in words, " 2 " in words[:60]) == (0, True, False)


def test_a_line_of_ones_own_has_its_light(tmp_path: Path) -> None:
    """In any of the formats that a route comes in."""
    code, words = said("plan", HOME, WORK, "--at", "23:30", "--json")
    places = [place(x, 400.0) for x in (10.0, 300.0, 590.0)]
    line = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in places]}
    (tmp_path / "own.geojson").write_bytes(msgspec.json.encode(line))
    code, words = said("profile", tmp_path / "own.geojson", "--at", "23:30")

    assert (code, "your line" in words, "Church Road" in words) == (0, True, True)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((HOME, HOME), "from and to are the same place"),
        ((HOME, "52.5,0.5"), "to is 123.2 km outside the map medway"),
        (("north", WORK), "from: expected a place like 51.3862,0.5241 (latitude first), got north"),
        ((HOME, WORK, "--at", "soon"), "at: expected an instant in seconds or a clock time like 23:30"),
        ((HOME, WORK, "--at", "nan"), "at: expected an instant from a day ago to seven days ahead"),
        ((HOME, WORK, "--at", "1e308"), "at: expected an instant from a day ago to seven days ahead"),
        ((HOME, WORK, "--map", "kent"), "there is no map kent; lamplit map info shows those that there are"),
    ],
)
def test_no_way_is_one_sentence(arguments: tuple[str, ...], why: str) -> None:
    """With exit code 1."""
    code, words = said("plan", *arguments)

    assert (code, words) == (1, f"lamplit: {why}")


def test_no_way_as_an_object_has_its_reason() -> None:
    """For a program: the reason's name, and the same sentence."""
    result = CliRunner().invoke(cli, ["route", "plan", HOME, "52.5,0.5", "--json"])
    found = msgspec.json.decode(result.stdout)

    assert (result.exit_code, found["reason"], found["field"]) == (1, "outside_map", "to")


def test_without_a_map_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing else can be done."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path / "elsewhere"))

    assert said("plan", HOME, WORK) == (1, "lamplit: there is no map here yet; build one: lamplit map build NAME")


def test_south_and_west_of_nought_is_no_option() -> None:
    """A place that begins with a minus."""
    code, words = said("plan", "-33.86,151.2", "-33.87,151.21")

    assert (code, "outside the map medway" in words) == (1, True)


@pytest.mark.parametrize("precision", [5, 6])
def test_an_encoded_line_is_read_as_precise_as_it_is(tmp_path: Path, precision: int) -> None:
    """A plan's own line has six places, that of most apps five, and nothing in it says so: the map does."""
    line = polyline.encode([place(x, 400.0) for x in (10.0, 300.0, 590.0)], precision)
    (tmp_path / "own.txt").write_text(line + "\n")
    code, words = said("profile", tmp_path / "own.txt", "--at", "23:30")

    assert (code, "your line: 7 min, 580 m" in words, "Church Road" in words) == (0, True, True)


@pytest.mark.parametrize("precision", [5, 6])
def test_an_encoded_line_outside_every_map_is_said_to_be(tmp_path: Path, precision: int) -> None:
    """However it is read."""
    (tmp_path / "own.txt").write_text(polyline.encode([(60.0, 25.0), (60.1, 25.1)], precision))
    code, words = said("profile", tmp_path / "own.txt")

    assert (code, "outside the map medway" in words) == (1, True)


@pytest.mark.parametrize("text", [b"", b"{}", b"<gpx></gpx>", b"\xff\xfe\x00\x01", b"not a polyline at all \xf0"])
def test_a_line_that_is_none_is_one_sentence(tmp_path: Path, text: bytes) -> None:
    """It names the file."""
    (tmp_path / "own.gpx").write_bytes(text)
    code, words = said("profile", tmp_path / "own.gpx")

    assert code == 1
    assert words.startswith(f"lamplit: {tmp_path / 'own.gpx'}: ")
    assert said("profile", tmp_path / "none.gpx")[0] == 1
