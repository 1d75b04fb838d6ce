"""The town, built once."""

from pathlib import Path

import pytest

from geofence.streets.build import build
from geofence.streets.region import Region

from .town import town


@pytest.fixture(scope="session")
def town_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as a PBF file."""
    return town().write(tmp_path_factory.mktemp("town") / "town.osm.pbf", stamp="2026-03-10T11:30:00Z")


@pytest.fixture(scope="session")
def region(town_pbf: Path) -> Region:
    """The town, built and open."""
    return Region.open(build(town_pbf, town_pbf.with_name("town.streets")).path)
