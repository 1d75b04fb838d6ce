"""The city that the demo walks in."""

import pytest

from service.demo.city import city, opened
from service.maps import newcomer
from service.maps.known import Known
from service.settings import Settings


@pytest.fixture(scope="package")
def helsinki(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """The city, built and open."""
    newcomer.fetch(newcomer.cache_of(Settings()))
    found = city(tmp_path_factory.mktemp("maps"))
    assert found.maps is not None, found.why
    return opened(found.maps)
