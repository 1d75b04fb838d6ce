"""Every store there is, behind one fixture: what a test says of `store` is said of all of them."""

from collections.abc import AsyncIterator, Callable

import pytest

from service.memory_store import MemoryStore
from service.store import Store
from service.valkey_store import ValkeyStore


@pytest.fixture(params=["memory", "valkey"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The url of an empty server, or nothing for the store in memory."""
    return str(request.getfixturevalue("valkey_url")) if request.param == "valkey" else ""


@pytest.fixture
async def make_store(store_url: str) -> AsyncIterator[Callable[..., Store]]:
    """Makes an empty store; its feeds keep at least so many events."""
    made: list[Store] = []

    def make(feed_length: int = 10_000) -> Store:
        made.append(
            ValkeyStore(store_url, feed_length=feed_length) if store_url else MemoryStore(feed_length=feed_length)
        )
        return made[-1]

    yield make
    for store in made:
        await store.close()


@pytest.fixture
async def store(make_store: Callable[..., Store]) -> Store:
    """An empty store."""
    return make_store()
