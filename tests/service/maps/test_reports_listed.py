"""What Olga reads when she asks which lamps are said to be out."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from geofence.streets.region import Region
from service.maps.reports import DAY_S, Reported, What
from service.maps.reports_listed import counting, lines, of_here
from service.settings import Settings
from tests.geofence.drawn import place
from tests.service.maps.medway import medway_streets

NOW = 1_795_305_600.0
ZONE = ZoneInfo("Europe/London")


def told(x: float, y: float, by: str = "", what: What = What.LAMP_OUT, at: float = NOW) -> Reported:
    """A report of a place in the town."""
    lat, lon = place(x, y)
    return Reported(lat=lat, lon=lon, what=what, at=at, until=NOW + 5 * DAY_S, by=by.encode())


def listed(*reported: Reported) -> list[list[str]]:
    """The lines, each in its columns, without the place as figures."""
    found = lines(reported, {"medway": Region.open(medway_streets())}, ZONE)
    return [line.split("  ")[1:] for line in found]


def test_each_line_says_what_is_made_of_which_street() -> None:
    """One account's word, two accounts' of one lamp, the council's, and a worry, which is no word about a lamp."""
    until = "until 2026-11-27"
    assert listed(
        told(150, 202, "anna", at=NOW),
        told(350, 0, "anna", at=NOW + 1),
        told(355, 0, "beth", at=NOW + 2),
        told(450, 202, at=NOW + 3),
        told(500, 0, "beth", What.CONCERN, at=NOW + 4),
    ) == [
        ["lamp out", until, "by one account", "not known to be lit", "High Street, medway"],
        ["lamp out", until, "by more than one", "unlit", "Canal Path, medway"],
        ["lamp out", until, "by more than one", "unlit", "Canal Path, medway"],
        ["lamp out", until, "by the council", "unlit", "High Street, medway"],
        ["concern", until, "by one account", "a worry: its light stays what it is", "Canal Path, medway"],
    ]


def test_the_newest_is_last() -> None:
    """However they lie in the store."""
    assert [line[2] for line in listed(told(150, 202, at=NOW), told(150, 202, "anna", at=NOW - 60.0))] == [
        *("by more than one", "by the council")
    ]


def test_what_no_street_is_near_counts_for_nothing() -> None:
    """In a field, or where there is no map."""
    nowhere = ["lamp out", "until 2026-11-27", "by one account", "counts for nothing", "no street of a map is near"]
    assert listed(told(250, -80, "anna"), told(90_000, 0, "beth")) == [nowhere, nowhere]


def test_those_are_counted_that_say_something_of_a_street() -> None:
    """Two of one lamp are two; one in a field is none."""
    region = Region.open(medway_streets())
    assert counting([told(150, 202, "anna"), told(150, 202, "beth"), told(250, -80, "anna")], region) == 2
    assert counting([], region) == 0


def test_without_a_deployment_nobody_can_say(tmp_path: Path) -> None:
    """And none is made by asking."""
    with pytest.raises(FileNotFoundError):
        of_here(Settings(data_dir=tmp_path / "data"), NOW)
    assert not (tmp_path / "data").exists()


def test_nobody_is_named() -> None:
    """Not even by the hash that keeps her from counting twice."""
    assert not any("anna" in word for line in listed(told(150, 202, "anna")) for word in line)
