"""A map in use: what is counted of it."""

from pathlib import Path

import pytest

from tests.service.maps.medway import medway

NIGHT = 1_795_212_000.0
"""Ten on a Friday evening in November."""


def test_kilometres_are_those_of_the_hour(tmp_path: Path) -> None:
    """Asked again within it nothing is counted anew; later part-night lamps are out."""
    [known] = medway(tmp_path).known
    evening = known.km(NIGHT)
    assert known.km(NIGHT + 60.0) is evening
    later = known.km(NIGHT + 2 * 3600.0)

    assert evening["lit"] > later["lit"]
    assert sum(evening.values()) == pytest.approx(sum(later.values()), abs=0.01)
