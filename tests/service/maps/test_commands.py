"""`lamplit map` at a prompt: built, looked at, added to, removed; and one sentence for everything that cannot be."""

import os
import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from service.__main__ import cli
from service.maps import commands
from service.maps.as_served import Served
from service.maps.commands import place as typed
from service.maps.files import folder
from service.maps.making import NotMade
from service.settings import Settings
from tests.geofence.streets.town import town

from .medway import medway_streets, place, put

LAMP_LAT, LAMP_LON = place(300.0, 395.0)
HOME, WORK = (",".join(f"{degrees:.6f}" for degrees in place(*at)) for at in ((10.0, 400.0), (580.0, 0.0)))


@pytest.fixture
def maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment's folder of maps."""
    monkeypatch.setenv("LAMPLIT_DATA_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "maps"


@pytest.fixture(scope="module")
def town_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a PBF file."""
    return town().write(tmp_path_factory.mktemp("town") / "medway.osm.pbf", stamp="2026-03-10T11:30:00Z")


def said(*arguments: object) -> tuple[int, str]:
    """The exit code and all that was printed, without line breaks."""
    result = CliRunner().invoke(cli, ["map", *map(str, arguments)])
    return result.exit_code, re.sub(r"\s+", " ", result.output).strip()


def test_a_file_becomes_a_map(maps: Path, town_pbf: Path) -> None:
    """With a line each tenth where nobody looks at a terminal, and what to type next. A second time there is nothing new."""
    code, words = said("build", town_pbf, "--no-tiles")
    assert (code, folder(maps, "medway").current() is not None) == (0, True)
    assert "building medway.osm.pbf: 0 %, reading the streets" in words
    assert re.search(r"medway: built from medway\.osm\.pbf, \d+ kB; lamplit map info medway$", words)
    code, words = said("build", town_pbf, "--no-tiles")

    assert (code, "medway: nothing new, medway.osm.pbf is what it was built from" in words) == (0, True)


def test_what_it_holds_is_told(maps: Path) -> None:
    """Kilometres by light, lamps, places, age, and whose data it is; and as one object."""
    put(maps, medway_streets())
    code, words = said("info")
    assert code == 0
    assert words.startswith("medway: ")
    assert "© OpenStreetMap contributors" in words
    assert re.search(
        r"[\d.]+ km lit, [\d.]+ km assumed to be lit, [\d.]+ km not known to be lit, [\d.]+ km unlit", words
    )
    code, words = said("info", "medway", "--json")
    found = msgspec.json.decode(words)

    assert (code, found["maps"][0]["name"], found["faults"]) == (0, "medway", {})


def test_without_a_map_it_says_how_to_get_one(maps: Path) -> None:
    """Nothing is wrong yet."""
    assert said("info") == (
        0, "there is no map yet; build one: lamplit map build NAME, or build helsinki to look around"
    )  # fmt: skip


def test_a_map_that_cannot_be_used_is_said(maps: Path) -> None:
    """Beside those that can."""
    put(maps, medway_streets())
    broken = put(maps, medway_streets(), "kent")
    (broken.path / "a.streets").write_bytes(b"")
    code, words = said("info")

    assert (code, "kent: cannot be used: magic: expected LAMPMAP1" in words) == (0, True)
    assert said("info", "kent")[0] == 1


def test_a_map_that_is_damaged_is_said(maps: Path) -> None:
    """It may open; what its streets say then is anybody's guess."""
    streets = put(maps, medway_streets()).path / "a.streets"
    streets.write_bytes(streets.read_bytes()[:-1] + b"\x01")
    damaged = "medway: cannot be used: a.streets is damaged; build it again: lamplit map build medway"

    assert damaged in said("info")[1]
    assert damaged in said("info", "medway")[1]


@pytest.mark.parametrize(
    "arguments", [("map", "info", "--json"), ("route", "plan", HOME, WORK, "--at", "23:30", "--json")]
)
def test_an_object_is_an_object_whatever_else_is_wrong(maps: Path, arguments: tuple[str, ...]) -> None:
    """Another map is faulty and a list beside this one is empty: that is said on stderr, and stdout can be decoded."""
    put(maps, medway_streets()).extra.mkdir()
    (maps / "medway" / "extra" / "schemes.csv").write_bytes(b"")
    (put(maps, medway_streets(), "kent").path / "current.json").write_bytes(b"{")
    result = CliRunner().invoke(cli, arguments)

    assert result.exit_code == 0
    assert msgspec.json.decode(result.stdout).keys() >= ({"maps", "faults"} if "info" in arguments else {"ways"})
    assert "a map cannot be used as it is now" in result.stderr


def test_a_list_that_cannot_be_read_leaves_the_map_in_use(maps: Path) -> None:
    """What is missing is said, and what mends it; nobody reads that the map cannot be used."""
    put(maps, medway_streets()).extra.mkdir()
    for name in ("schemes.csv", "schedules.csv"):
        (maps / "medway" / "extra" / name).write_bytes(b"")
    code, words = said("info")

    assert (code, "cannot be used:" in words) == (0, False)
    assert "medway: extra/schemes.csv: line 1: expected the columns" in words
    assert "(lamplit map schedules medway CSV) what it may put out is not known to be lit" in words


@pytest.mark.parametrize("group", ["map", "route"])
def test_no_line_of_help_is_cut(group: str) -> None:
    """Whoever looks for a command reads whole sentences, on a terminal of 80 columns too."""
    result = CliRunner().invoke(cli, [group, "--help"], terminal_width=80)

    assert "..." not in result.output.replace("[ARGS]...", "")


@pytest.mark.parametrize("one", [signal.SIGTERM, signal.SIGHUP])
def test_whoever_is_told_to_stop_says_so(maps: Path, monkeypatch: pytest.MonkeyPatch, one: signal.Signals) -> None:
    """A closed session is as good as Ctrl-C, and afterwards signals mean what they meant before."""
    before = signal.getsignal(one)
    monkeypatch.setattr(commands, "as_served", lambda _settings, _now: os.kill(os.getpid(), one))

    assert said("info") == (1, "lamplit: stopped; what counted before counts on")
    assert signal.getsignal(one) == before


def test_a_build_that_shall_outlast_its_session_does(maps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`nohup` has said that a closed session ends nothing: that stays so."""

    def closed(_settings: Settings, _now: float) -> Served:
        os.kill(os.getpid(), signal.SIGHUP)
        return Served((), {}, None)

    monkeypatch.setattr(commands, "as_served", closed)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        code, words = said("info")
    finally:
        ignored = signal.signal(signal.SIGHUP, before)

    assert (code, ignored) == (0, signal.SIG_IGN)
    assert words.startswith("there is no map yet")


def test_an_inventory_goes_in_and_stays(maps: Path, town_pbf: Path) -> None:
    """The map is built again with it; how many of its lamps lie there is said."""
    said("build", town_pbf, "--no-tiles")
    (maps.parent / "lamps.csv").write_text(f"lon,lat\n{LAMP_LON},{LAMP_LAT}\n0.1,51.0\n")
    code, words = said("lamps", "medway", "lamps.csv")
    found = folder(maps, "medway").current()

    assert (code, words.endswith("medway: 1 lamp, and 1 outside the map")) == (0, True)
    assert found is not None
    assert list(found.extra) == ["lamps.csv"]


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("lamps", "x,y\n1,2\n", "line 1: expected the columns lon, lat, missing lon, lat"),
        ("lamps", f"lon,lat\n{LAMP_LAT},{LAMP_LON}\n", "are longitude and latitude swapped?"),
        ("lamps", "lon,lat\n", "line 2: expected a lamp, got nothing"),
        ("schedules", "authority,area\n", "line 1: expected the columns authority, area, from, to, clock"),
        ("schemes", "id,name\n", "line 1: expected the columns id, name, lat, lon, kind, hours"),
        ("schemes", "id,name,lat,lon,kind,hours\na,A,10,20,pub,\n", "expected places inside the map, got none of 1"),
    ],
)
def test_a_list_that_is_none_changes_nothing(maps: Path, kind: str, text: str, why: str) -> None:
    """One sentence, exit code 1, and the map as it was."""
    there = put(maps, medway_streets())
    before = there.seen()
    (maps.parent / "list.csv").write_text(text)
    code, words = said(kind, "medway", "list.csv")

    assert (code, why in words, there.seen()) == (1, True, before)
    assert not there.extra.exists()


def test_a_schemes_places_lie_beside_the_map(maps: Path) -> None:
    """They count without a build."""
    there = put(maps, medway_streets())
    before = there.seen()
    row = f"s1,Open Church,{LAMP_LAT},{LAMP_LON},scheme,24/7,2026-05-31"
    (maps.parent / "list.csv").write_text(f"id,name,lat,lon,kind,hours,verified_on\n{row}\n")
    code, words = said("schemes", "medway", "list.csv")

    assert (code, words, there.seen()) == (0, "medway: 1 place", before)
    assert "Open Church" in (there.extra / "schemes.csv").read_text()


def test_a_list_is_taken_away(maps: Path, town_pbf: Path) -> None:
    """The map is as it was before it came; what was never there cannot be taken."""
    said("build", town_pbf, "--no-tiles")
    before = folder(maps, "medway").current()
    (maps.parent / "lamps.csv").write_text(f"lon,lat\n{LAMP_LON},{LAMP_LAT}\n")
    said("lamps", "medway", "lamps.csv")

    assert said("drop", "medway", "roads") == (1, "lamplit: medway has lamps, got roads")
    code, words = said("drop", "medway", "lamps")
    assert (code, words.endswith("medway: the list of lamps is gone")) == (0, True)
    after = folder(maps, "medway").current()
    assert before is not None
    assert after is not None
    assert (after.sha256, after.extra) == (before.sha256, {})
    assert said("drop", "medway", "schemes") == (1, "lamplit: medway has no list, got schemes")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("build", "none.osm.pbf"), "lamplit: none.osm.pbf: cannot be read: No such file or directory"),
        (("build", "x.osm.pbf", "--zone", "Mars"), "lamplit: zone: expected a time zone like Europe/London, got Mars"),
        (("info", "kent"), "lamplit: there is no map kent; there is none yet: lamplit map build"),
        (("lamps", "kent", "lamps.csv"), "lamplit: there is no map kent; there is none yet: lamplit map build"),
        (("remove", "none", "--yes"), "lamplit: there is no map none; there is none yet: lamplit map build"),
        (("remove", "kent", "--yes"), "lamplit: there is no map kent; there is none yet: lamplit map build"),
        (("remove", "../x", "--yes"), "lamplit: name: expected 1 to 40 small letters, digits and dashes, got ../x"),
    ],
)
def test_what_cannot_be_is_one_sentence(maps: Path, arguments: tuple[str, ...], why: str) -> None:
    """Exit code 1, and no traceback."""
    assert said(*arguments) == (1, why)


def test_a_setting_that_cannot_be_is_another_exit_code(maps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two, as everywhere."""
    monkeypatch.setenv("LAMPLIT_MAP_INDEX", "http://maps.example/index.json")

    assert said("info") == (2, "lamplit: LAMPLIT_MAP_INDEX must begin with https")


def test_nobody_publishes_there(maps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence with whom we asked."""
    monkeypatch.setenv("LAMPLIT_MAP_INDEX", "http://127.0.0.1:9/index.json")

    assert said("build", "kent") == (1, "lamplit: 127.0.0.1:9: cannot be reached")


def test_the_councils_word_on_lamps_is_kept_until_it_is_taken_back(maps: Path) -> None:
    """In the deployment's store, which has to be there; it shows no name."""
    until = f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}"
    assert said("reports")[0] == 1
    CliRunner().invoke(cli, ["operator", "list"])  # makes the store

    assert said("reports", "--add", "51.4,-0.1", "--until", until) == (
        0,
        f"51.40000,-0.10000 lamp out until {until} by the council counts for nothing no street of a map is near",
    )
    assert said("reports", "--add", "51.4,-0.1", "--until", "soon") == (
        1,
        "lamplit: until: expected a day like 2026-12-31, got soon",
    )
    assert said("reports", "--drop", "51.4,-0.1") == (0, "nothing is reported")


def test_a_region_is_removed_when_somebody_says_yes(maps: Path) -> None:
    """And not before."""
    there = put(maps, medway_streets())
    assert CliRunner().invoke(cli, ["map", "remove", "medway"], input="n\n").exit_code == 1
    assert there.current() is not None
    assert said("remove", "medway", "--yes") == (0, "")
    assert not there.path.exists()


@pytest.mark.parametrize("text", ["", "51", "51.3,0.5,1", "0.5 51.3", "91,0", "51,181", "nan,0", "x,y"])
def test_a_place_that_is_none(text: str) -> None:
    """It says what was expected."""
    with pytest.raises(NotMade, match=r"to: expected a place like 51\.3862,0\.5241 .latitude first., got"):
        typed(text, "to")


def test_a_place_is_typed_with_or_without_a_space() -> None:
    """As it was copied from a map."""
    assert typed("51.3862, -0.5241", "to") == (51.3862, -0.5241)
