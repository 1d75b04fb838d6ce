"""What every room's tests may ask for."""

import logging
import os
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog

from service.clock import SystemClock
from service.embedded import EmbeddedStore
from service.valkey_line import Line
from service.valkey_store import ValkeyStore

_FETCHED = ("LAMPLIT_WALKS", "LAMPLIT_BASEMAP")
"""Where the set-up has put what tests use. Whatever else of Lamplit's the caller has set is not a test's business."""
for _name in [name for name in os.environ if name.startswith("LAMPLIT_") and name not in _FETCHED]:
    del os.environ[_name]

# The default draws every local of every frame, half a minute long, when something fails.
_PLAIN = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])


@pytest.fixture(autouse=True)
def logs_of_its_own() -> Iterator[None]:
    """A command that a test runs writes its log where it likes; the next test's goes where it always went."""
    root = logging.getLogger()
    before, handlers, level = structlog.get_config(), root.handlers[:], root.level
    yield
    if structlog.get_config()["logger_factory"] is not before["logger_factory"]:
        structlog.configure(**before)
        logging.captureWarnings(False)
        root.handlers[:] = handlers
        root.setLevel(level)


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
