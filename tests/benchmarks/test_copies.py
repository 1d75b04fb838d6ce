"""A county of one town."""

from pathlib import Path

import pytest

from benchmarks import copies
from geofence.streets.build import build
from tests.geofence.streets.town import grid


def test_a_county_has_the_streets_of_its_copies_and_none_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """24 times the streets, in 24 pieces that are not connected; asked for again, the same file is there."""
    monkeypatch.setattr(copies, "CACHE", tmp_path / "cache")
    source = grid(3, 4, 200.0).write(tmp_path / "squares.osm.pbf")
    county = copies.county(source)
    written = county.stat().st_mtime_ns
    one, all_ = (build(path, path.with_suffix(".streets")) for path in (source, county))

    assert sum(all_.about.km.values()) == pytest.approx(copies.COPIES * sum(one.about.km.values()), rel=0.01)
    assert all_.counts["component_m"] == copies.COPIES * one.counts["component_m"]
    assert copies.county(source).stat().st_mtime_ns == written
