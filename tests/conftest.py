"""What every room's tests may ask for."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
import structlog

from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.valkey_line import Line
from service.valkey_store import ValkeyStore

# The default draws every local of every frame, half a minute long, when something fails.
_PLAIN = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def embedded_valkey(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The url of one real Valkey server for the whole run; what is in it is whatever the last test left."""
    async with EmbeddedStore(tmp_path_factory.mktemp("valkey"), SystemClock()) as embedded:
        yield embedded.url


@pytest.fixture
async def valkey_url(embedded_valkey: str) -> str:
    """The same server, emptied."""
    line = Line(embedded_valkey)
    await line.read(("FLUSHALL",))
    await line.close()
    return embedded_valkey


@pytest.fixture
async def valkey_store(valkey_url: str) -> AsyncIterator[ValkeyStore]:
    """A store on that server, checked and empty."""
    store = ValkeyStore(valkey_url)
    await store.check()
    yield store
    await store.close()
