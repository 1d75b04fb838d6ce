"""The figures of planned ways."""

from pathlib import Path

import pytest

from benchmarks import planner
from benchmarks.extracts import Extract, extracts, opened, pairs, tried
from benchmarks.page import table
from benchmarks.rows import not_measured
from tests.geofence.streets.town import grid


@pytest.fixture
def town(tmp_path: Path) -> Extract:
    """Squares of 200 m, each second street lit."""
    return Extract(grid(7, 7, 200.0, lit="yes").write(tmp_path / "London-Squares.osm.pbf"), tmp_path)


def test_extracts_come_from_the_folder_that_is_named(
    town: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The largest first; an empty folder has none."""
    monkeypatch.setenv("LAMPLIT_EXTRACTS", str(tmp_path))
    grid(3, 6, 200.0).write(tmp_path / "berlin.osm.pbf")
    found = extracts(tmp_path)

    assert [one.name for one in found] == ["london-squares", "berlin"]
    assert [one.zone for one in found] == ["Europe/London", "Europe/Berlin"]
    monkeypatch.setenv("LAMPLIT_EXTRACTS", str(tmp_path / "nowhere"))
    assert extracts(tmp_path) == []


def test_the_same_seed_draws_the_same_pairs(town: Extract) -> None:
    """As far apart as asked; on a map that is too small there are none."""
    assert pairs(town.region, 300.0, 900.0, 5, seed=1) == pairs(town.region, 300.0, 900.0, 5, seed=1)
    assert len(pairs(town.region, 300.0, 900.0, 5, seed=1)) == 5
    assert pairs(town.region, 5000.0, 6000.0, 5, seed=1) == []


def test_ways_are_planned_at_night(town: Extract) -> None:
    """All streets are lit: one way, and all of it is known to be lit."""
    (ends,) = pairs(town.region, 300.0, 900.0, 1, seed=1)
    (way,) = tried(opened(town.region.path), ends)

    assert way.kinds == ("better_lit", "shortest", "careful")
    assert way.metres[0] == pytest.approx(way.length_m)


def test_a_plan_stands_beside_its_floor(town: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    """One kilometre can be asked for on this map; five cannot, and that is said instead of a figure."""
    monkeypatch.setattr(planner, "WALKS", 3)
    one, *_, five = planner.timed("squares", town.planner, 1, "M1", is_target=True)

    assert one["measured"] > 0
    assert one["floor"] > 0
    assert five["measured"] is None
    assert five["met"] is None


def test_by_weights_the_lit_share_stands_beside_the_shortest_ways(
    town: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all is lit there is nothing to gain, and nothing longer: the target of this name is met."""
    monkeypatch.setattr(planner, "TRIPS", 3)
    rows = {row["id"]: row for row in planner.weighed(town)}

    assert rows["M5 london-squares better_lit"]["measured"] == rows["M5 london-squares shortest"]["measured"] == 100.0
    assert rows["M5 london-squares better_lit"]["met"] is True
    assert rows["M5 london-squares careful"]["met"] is None


def test_without_a_router_nothing_is_measured_and_nothing_met(
    town: Extract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says so, in the figures and on the page."""
    monkeypatch.setenv("LAMPLIT_VALHALLA", str(tmp_path))
    row = planner.routed(town)

    assert (row["measured"], row["met"]) == (None, None)
    shown = table({"name": "planner", "machine": "a machine", "rounds": 1, "results": [row]})
    assert "| not measured |" in shown
    assert shown.rstrip().endswith("| 1 |  |")


def test_without_a_map_nothing_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what is missing."""
    monkeypatch.setenv("LAMPLIT_EXTRACTS", str(tmp_path))
    (row,) = planner.run(1, 1.0)["results"]

    assert row == not_measured("M1", row["what"])
