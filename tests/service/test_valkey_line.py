"""The line to the server sends once, and says what it knows about what it sent."""

import asyncio

import pytest
from redis.exceptions import ResponseError

from service.store import StoreUnavailable
from service.valkey_line import Line, ReplyLost
from tests.doubles.lossy_proxy import Fault, LossyProxy


async def test_the_driver_never_repeats(valkey_url: str) -> None:
    """The driver's own ten retries are off, whatever the address asks for: they would apply a commit twice."""
    for url in (valkey_url, "redis://127.0.0.1:1/0?retry_on_timeout=true"):
        assert Line(url).retries == 0


async def test_replies_come_in_order_and_errors_among_them(valkey_url: str) -> None:
    """One reply for each command, an error in its place."""
    line = Line(valkey_url)
    first, wrong, last = await line.ask(("SET", "a", b"\x00"), ("INCR", "a"), ("GET", "a"))
    assert (first, last) == (b"OK", b"\x00")
    assert isinstance(wrong, ResponseError)
    with pytest.raises(StoreUnavailable, match="the store refuses"):
        await line.read(("INCR", "a"))
    await line.close()


async def test_nobody_there_means_nothing_was_sent() -> None:
    """A refused connection is StoreUnavailable: nothing can have happened."""
    line = Line("redis://127.0.0.1:1")
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        await line.ask(("PING",))
    await line.close()


async def test_a_lost_reply_is_not_a_refusal(valkey_url: str) -> None:
    """Whether the connection is cut or stays silent, a sent command without reply is ReplyLost; for a reader
    it is just an absent store."""
    async with LossyProxy(valkey_url) as proxy:
        line = Line(proxy.url, timeout_s=0.2)
        for fault in Fault:
            proxy.fault = fault
            with pytest.raises(ReplyLost):
                await line.ask(("EVALSHA", "0" * 40, 0))
        proxy.fault = Fault.REPLY_NEVER
        with pytest.raises(StoreUnavailable, match="no reply"):
            await line.read(("EVALSHA", "0" * 40, 0))
        assert proxy.script_calls == len(Fault) + 1
        assert await line.read(("PING",)) == [b"PONG"]
        await line.close()


async def test_who_gives_up_waiting_leaves_no_reply_to_the_next(valkey_url: str) -> None:
    """A cancelled exchange takes its connection along, so the next caller never reads a stranger's reply."""
    line = Line(valkey_url)
    waiting = asyncio.create_task(line.ask(("BLPOP", "nothing", 0), wait_s=9.0))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await line.read(("ECHO", "mine")) == [b"mine"]
    await line.close()


async def test_who_comes_when_all_connections_are_taken_waits(valkey_url: str) -> None:
    """Fifty callers share two connections, and each gets its own answer."""
    line = Line(valkey_url, max_connections=2)
    answers = await asyncio.gather(*(line.read(("ECHO", f"{n}")) for n in range(50)))
    assert answers == [[b"%d" % n] for n in range(50)]
    await line.close()
