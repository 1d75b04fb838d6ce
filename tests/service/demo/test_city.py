"""The city of the demo: the newcomer's map, and what is done without it."""

from pathlib import Path

import pytest

from geofence.streets.ways import Asked
from service.demo.acts import ACTS
from service.demo.city import city
from service.maps import newcomer
from service.maps.known import Known
from service.walks import fetch, load

NIGHT = 1_795_383_000.0


@pytest.mark.parametrize("name", [act.name for act in ACTS])
def test_every_act_has_a_way_as_long_as_its_walk(helsinki: Known, name: str) -> None:
    """Within three metres of a hundred: she walks at the pace that was recorded. And it is better lit than the shortest."""
    act = next(act for act in ACTS if act.name == name)
    planned = helsinki.planner.plan(Asked(origin=act.ends[0], destination=act.ends[1], at=NIGHT))
    better, shortest = planned.ways[0], next(way for way in planned.ways if "shortest" in way.kinds)

    assert better.length_m == pytest.approx(load(act.walk, fetch()).length_m, rel=0.03)
    assert better.metres[0] > shortest.metres[0]
    assert planned.dark


def test_without_the_extract_it_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is fetched by a demo, and nothing breaks."""
    monkeypatch.setattr(newcomer, "cache_of", lambda _: tmp_path / "none")
    found = city(tmp_path / "maps")

    assert found.maps is None
    assert "run: python -m service.maps.newcomer" in found.why
