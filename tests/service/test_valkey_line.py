"""The line to the server sends once, and says what it knows about what it sent."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager, suppress
from functools import partial
from types import coroutine
from typing import Any

import pytest
from redis.exceptions import ResponseError

from service.store import StoreUnavailable
from service.valkey_line import Line, ReplyLost
from tests.doubles.lossy_proxy import Fault, LossyProxy

LARGE = 64 << 20  # more than any two sockets hold
BOTH_SIDES = pytest.mark.parametrize("late", [False, True], ids=["as it begins to wait", "as the answer comes"])


@coroutine
def struck(
    work: Coroutine[Any, Any, Any], at: int, strike: Callable[[], object], *, late: bool
) -> Generator[Any, Any, None]:
    """Carries `work` out and strikes at its wait number `at`, from 1: as it begins, or `late`, as it is just over."""
    go_on, waits = partial(work.send, None), 0
    while True:
        try:
            awaited = go_on()
        except StopIteration:
            return
        waits += 1
        if waits == at:
            if late and awaited is not None:
                awaited.add_done_callback(lambda _: strike())
            else:
                strike()
        try:
            yield awaited
            go_on = partial(work.send, None)
        except BaseException as error:  # noqa: BLE001 (whatever it is, it is for the work)
            go_on = partial(work.throw, error)


@asynccontextmanager
async def nothing_left_open() -> AsyncIterator[None]:
    """Whatever was opened within and is not used any more was closed."""
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        yield
        for _ in range(3):  # what was cancelled before it began has ended by then
            await asyncio.sleep(0)
        gc.collect()
    assert [str(warning.message) for warning in left] == []


async def at_every_wait(once: Callable[[int], Coroutine[Any, Any, bool]]) -> int:
    """`once` tells whether there was such a wait; how many there were."""
    async with nothing_left_open():
        waits = 0
        while await once(waits + 1):
            waits += 1
    return waits


async def cancelled_at(at: int, work: Coroutine[Any, Any, Any], *, late: bool) -> bool:
    """Whether there was such a wait."""
    strikes: list[bool] = []

    async def worked() -> None:
        await struck(work, at, lambda: strikes.append(working.cancel()), late=late)

    working = asyncio.create_task(worked())
    with suppress(asyncio.CancelledError):
        await working
    return bool(strikes)


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


@BOTH_SIDES
async def test_who_is_cancelled_at_any_moment_leaves_his_turn_to_the_next(valkey_url: str, late: bool) -> None:
    """There is one connection and whoever has it gives up, at each wait there is: the next one is answered."""

    async def once(at: int) -> bool:
        line = Line(valkey_url, max_connections=1)
        cancelled = await cancelled_at(at, line.ask(("ECHO", "hers")), late=late)
        assert await line.read(("ECHO", "mine")) == [b"mine"]
        await line.close()
        return cancelled

    assert await at_every_wait(once) > 3


@BOTH_SIDES
async def test_who_is_cancelled_while_he_closes_leaves_nothing_open(valkey_url: str, late: bool) -> None:
    """Who asks once and then closes may be cancelled at any moment of it, also of the closing."""

    async def asked_and_closed() -> None:
        line = Line(valkey_url)
        try:
            await line.read(("PING",))
        finally:
            await line.close()

    async def once(at: int) -> bool:
        return await cancelled_at(at, asked_and_closed(), late=late)

    assert await at_every_wait(once) > 3


@BOTH_SIDES
async def test_a_line_closed_under_somebody_who_asks_leaves_nothing_open(valkey_url: str, late: bool) -> None:
    """At each wait there is somebody else closes the line, also while it connects: who asks is answered or hears
    that he is not, and his connection is gone with him."""

    async def once(at: int) -> bool:
        line = Line(valkey_url)
        closing: list[asyncio.Task[None]] = []
        asking = struck(line.ask(("PING",)), at, lambda: closing.append(asyncio.create_task(line.close())), late=late)
        with suppress(StoreUnavailable, ReplyLost):
            await asking
        await asyncio.gather(*closing)
        if not closing:
            await line.close()
        return bool(closing)

    assert await at_every_wait(once) > 3


async def test_a_closed_line_answers_still_and_keeps_no_connection(valkey_url: str) -> None:
    """The last words of a service that ends, after the store was closed."""
    async with nothing_left_open():
        line = Line(valkey_url)
        await line.close()
        assert await line.read(("ECHO", "late")) == [b"late"]
        del line


async def test_what_was_given_up_is_not_sent_later() -> None:
    """The server hangs with half of a commit: once its sender has been told that it is lost the other half is never
    sent, nor kept in memory until the server goes on, if ever."""
    hung, arrived = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+OK\r\n" * 2)  # to the introduction
        await hung.wait()
        arrived.set_result(len(await reader.read()))
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        line = Line(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout_s=0.2)
        with pytest.raises(ReplyLost):
            await line.ask(("SET", "a", bytes(LARGE)))
        hung.set()
        assert await arrived < LARGE
        await line.close()
