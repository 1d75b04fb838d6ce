"""Walks that are tried out, on Helsinki's streets where that map is built."""

from pathlib import Path

import pytest

from service.demo.on_streets import ENDS, walk_on, way_for
from service.maps.known import Known
from service.walks import fetch, load, names
from tests.service.maps.medway import medway

EVENING = 1_795_383_000.0


@pytest.mark.parametrize("name", ENDS)
def test_a_walk_is_laid_on_a_way_as_long_as_itself(helsinki: Known, name: str) -> None:
    """In its own time, within three metres of a hundred."""
    walk, there = load(name, fetch()), walk_on(name, way_for(name, [helsinki], EVENING))

    assert there.duration_s == walk.duration_s
    assert there.length_m == pytest.approx(walk.length_m, rel=0.05)
    assert there.title == f"{walk.title}, on a planned way"
    assert all(helsinki.region.about.box.holds(point.lat, point.lon) for point in there.points)


def test_a_hike_stays_where_it_was(helsinki: Known) -> None:
    """It is longer than the map is wide."""
    for name in set(names()) - set(ENDS):
        assert way_for(name, [helsinki], EVENING) == ""
        assert walk_on(name, "") == load(name, fetch())


def test_without_that_map_walks_stay_where_they_were(tmp_path: Path) -> None:
    """Another region's map says nothing of Helsinki."""
    assert way_for("cerknica-town", [], EVENING) == ""
    assert way_for("cerknica-town", medway(tmp_path).known, EVENING) == ""
