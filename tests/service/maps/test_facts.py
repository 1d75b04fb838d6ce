"""What a map holds, in figures and in words."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from service.maps.facts import Facts, facts_of, is_old, size, told
from service.maps.files import folder
from service.maps.regions import Maps
from service.maps.reports import Reported, What
from tests.geofence.streets.town import town

from .medway import MEDWAY, built, medway, place, put

EVENING = datetime(2026, 11, 22, 22, 0, tzinfo=UTC).timestamp()
NOON = datetime(2026, 6, 22, 12, 0, tzinfo=UTC).timestamp()
SCHEDULE = "authority,area,from,to,clock,since,until,applies\nMedway,region,00:00,05:30,GMT,2026-01-01,,limited\n"


def facts(root: Path, now: float = EVENING) -> Facts:
    """Those of the town."""
    maps = medway(root)
    return facts_of(maps.known[0], folder(root, MEDWAY), now)


def test_kilometres_by_light_are_all_of_them(tmp_path: Path) -> None:
    """In the evening and at two; a street that is lit until eleven is not known to be lit at two."""
    found = facts(tmp_path)

    assert sum(found.km_now.values()) == pytest.approx(found.km, abs=0.01)
    assert sum(found.km_at_2.values()) == pytest.approx(found.km, abs=0.01)
    assert sum(found.rules.values()) == pytest.approx(found.km, abs=0.01)
    assert found.km_at_2["lit"] < found.km_now["lit"]
    assert found.dark


def test_by_day_the_light_is_that_of_nightfall(tmp_path: Path) -> None:
    """And it is said."""
    found = facts(tmp_path, NOON)

    assert not found.dark
    assert found.km_now["lit"] > 0
    assert any("it is day; as at nightfall" in line for line in told(found, NOON))


def test_schedules_in_force_here_are_named(tmp_path: Path) -> None:
    """Those of elsewhere, and those that are over, are not; one that the map was built without says what to do."""
    root = tmp_path
    before = facts(root)
    there = folder(root, MEDWAY)
    there.extra.mkdir()
    (there.extra / "schedules.csv").write_text(SCHEDULE)
    after = facts(root)

    assert before.schedules == after.schedules == before.schedules_left_out == []
    [left_out] = after.schedules_left_out
    assert any(f"not yet in this map, build it again: {left_out}" in line for line in told(after, EVENING))
    assert after.imported == ["schedules.csv"]


def test_lines_for_a_person(tmp_path: Path) -> None:
    """Where from, how old, how lit, what stands there, and whose data it is; no word is a promise."""
    lines = list(told(facts(tmp_path), EVENING))
    text = "\n".join(lines)

    assert lines[0].startswith("medway: ")
    assert "a drawing, without a checksum to hold it against; data of 2026-03-10 (257 days ago)" in text
    assert "no tiles: pages show text" in text
    assert lines[-1].strip() == "© OpenStreetMap contributors"
    assert "safe" not in text.lower()


def test_reports_are_counted_where_there_is_a_store_to_ask(tmp_path: Path) -> None:
    """A line where there are some; none, and null for a program, where nobody can say."""
    known, at = medway(tmp_path).known[0], place(150, 202)
    there = [Reported(lat=at[0], lon=at[1], what=What.LAMP_OUT, at=EVENING, until=EVENING + 60.0)]
    some = facts_of(known, folder(tmp_path, MEDWAY), EVENING, there)

    assert some.reports == 1
    assert any(line.startswith("  reported 1 ") for line in told(some, EVENING))
    nobody = facts_of(known, folder(tmp_path, MEDWAY), EVENING)
    assert nobody.reports is None
    assert not any("reported" in line for line in told(nobody, EVENING))


def test_parks_that_are_shut_at_night_are_counted(tmp_path: Path) -> None:
    """How many have hours, and what is walked only then; a map of before they were read says so."""
    it = town()
    corners = ((280, -20), (320, -20), (320, 420), (280, 420), (280, -20))
    it.way(*corners, highway="", tags={"leisure": "park", "opening_hours": "dawn-dusk"})
    it.way(*corners, highway="", tags={"leisure": "garden", "opening_hours": "when the keeper goes home"})
    there = put(tmp_path, built(it, tmp_path))
    maps = Maps(tmp_path)
    maps.swap()
    found = facts_of(maps.known[0], there, EVENING)
    older = told(msgspec.structs.replace(found, grounds=None), EVENING)

    assert found.grounds == 1
    assert found.grounds_km == pytest.approx(0.4, abs=0.02)
    assert found.refused["hours of parks and gardens"] == 1
    assert any("parks    with hours: 1; 0.4 km in them are walked only then" in line for line in told(found, EVENING))
    assert any("built before their hours were read" in line for line in older)


def test_as_an_object_it_has_every_figure(tmp_path: Path) -> None:
    """For a program."""
    found = msgspec.json.decode(msgspec.json.encode(facts(tmp_path)))

    assert found["lamps"] > 0
    assert found["open_places"] + found["havens"] > 0
    assert set(found["km_now"]) == {"lit", "assumed", "unknown", "unlit"}


def test_a_map_of_last_year_is_worth_a_look(tmp_path: Path) -> None:
    """One of unknown age cannot be told."""
    current = medway(tmp_path).known[0].current
    assert current.data_at is not None

    assert not is_old(current, current.data_at + 300 * 86_400.0)
    assert is_old(current, current.data_at + 400 * 86_400.0)
    assert not is_old(msgspec.structs.replace(current, data_at=None), EVENING)


def test_bytes_as_people_say_them() -> None:
    """Small ones in kB."""
    assert [size(n) for n in (16_384, 999_999, 68_562_944)] == ["16 kB", "1000 kB", "68.6 MB"]
