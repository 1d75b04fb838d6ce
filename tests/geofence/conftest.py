"""Real walks for the geofence tests (`python -m service.walks` fetches them once)."""

import pytest

from service.walks import Walk, fetch, load, names


@pytest.fixture(scope="session")
def walks() -> list[Walk]:
    """Every recorded walk."""
    fetch()
    return [load(name) for name in names()]
