"""What only a real server shows: settings that were changed under us, a time to live, a copy of another server."""

from collections.abc import AsyncIterator

import pytest

from service.store import Put, Unit, WrongStore
from service.valkey_line import Line
from service.valkey_store import ValkeyStore


@pytest.fixture
async def line(valkey_url: str) -> AsyncIterator[Line]:
    """The wire of whoever looks after the server."""
    wire = Line(valkey_url)
    yield wire
    await wire.close()


async def test_a_key_that_would_expire_is_refused(valkey_store: ValkeyStore, line: Line) -> None:
    """Somebody's tool gave the journeys a time to live: in an hour all of them would be gone in silence."""
    await valkey_store.commit([Unit("u", (Put("anna-1", 0, b"on her way"),), wakes=(("anna-1", 5.0),))])
    [keys] = await line.read(("KEYS", "lamplit:*:wake"))
    await valkey_store.check()

    await line.read(("EXPIRE", keys[0], 3600))
    with pytest.raises(WrongStore, match=r"expected lamplit:.*:wake to be kept for ever, .* say PERSIST"):
        await valkey_store.check()
    await line.read(("PERSIST", keys[0]))
    await valkey_store.check()


async def test_a_copy_of_another_server_is_refused(valkey_store: ValkeyStore, line: Line) -> None:
    """It takes nothing, or loses what it took at the next word of its master; read-only or not."""
    await line.read(("REPLICAOF", "127.0.0.1", "1"), ("CONFIG", "SET", "replica-read-only", "no"))
    try:
        with pytest.raises(WrongStore, match=r"expected the master \(127.0.0.1:1\), got a replica"):
            await valkey_store.check()
    finally:
        await line.read(("REPLICAOF", "NO", "ONE"), ("CONFIG", "SET", "replica-read-only", "yes"))
    await valkey_store.check()


async def test_a_server_that_is_nearly_full_is_refused(valkey_store: ValkeyStore, line: Line) -> None:
    """It throws nothing away, so soon it would take nothing more."""
    await line.read(("CONFIG", "SET", "maxmemory", "1mb"))
    try:
        with pytest.raises(WrongStore, match="nearly full"):
            await valkey_store.check()
        assert len(await valkey_store.complaints()) == 1
    finally:
        await line.read(("CONFIG", "SET", "maxmemory", "0"))
    assert await valkey_store.complaints() == []
