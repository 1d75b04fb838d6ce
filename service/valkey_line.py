"""The line to a Valkey or Redis server: many commands out in one write, one reply each, never a repeat.

redis-py retries ten times of its own accord, which applies a commit twice; here nothing is ever sent
again by anybody but the caller, who knows what it means.
"""

import asyncio
from asyncio import StreamWriter
from collections.abc import Sequence
from typing import Any, cast
from weakref import WeakSet

from hiredis import pack_command
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from .store import StoreUnavailable

Command = Sequence[str | bytes | int]
# What a RESP2 server answers: bytes, int, None, nested lists of these; an error reply is a ResponseError.
Reply = Any


class ReplyLost(Exception):
    """The commands were sent, or partly; whether they were carried out nobody knows."""


class Line:
    """A pool of connections to one server, `redis://…`, `rediss://…` or `unix:///path`."""

    def __init__(self, url: str, *, timeout_s: float = 5.0, max_connections: int = 64) -> None:
        self.timeout_s = timeout_s
        # The pool refuses whoever comes when all are taken; here he waits for his turn.
        self._turns = asyncio.Semaphore(max_connections)
        # The untyped corner of redis-py: everything it returns is cast here and nowhere else.
        self._pool = cast(
            Any,
            _Pool.from_url(
                url,
                protocol=2,
                retry=Retry(NoBackoff(), 0),
                # `ask` sets one time-out for the whole exchange, which also lets a reader block.
                socket_timeout=None,
                socket_connect_timeout=timeout_s,
                max_connections=max_connections,
            ),
        )

    @property
    def retries(self) -> int:
        """How often the driver repeats a command on its own: 0, and a test holds it there."""
        return cast(int, self._pool.make_connection().retry.get_retries())

    async def ask(self, *commands: Command, wait_s: float = 0.0) -> list[Reply]:
        """Send all `commands` in one write and return their replies; an error reply is returned, not raised.

        `wait_s` is how long the server itself may block, on top of the time-out. Raises StoreUnavailable
        when nothing was sent, ReplyLost when a reply is missing.
        """
        payload = b"".join([pack_command(cast(Any, tuple(command))) for command in commands])
        connection = await self._connected()
        writer = connection._writer
        try:
            async with asyncio.timeout(self.timeout_s + wait_s):
                await connection.send_packed_command(payload, check_health=False)
                return [await _reply(connection) for _ in commands]
        except (RedisConnectionError, RedisTimeoutError, OSError) as error:
            await _cut(connection, writer)
            raise ReplyLost(f"no reply from the store: {str(error) or type(error).__name__}") from error
        except BaseException:
            # Also when cancelled: a connection with replies under way must not serve the next caller.
            await _cut(connection, writer)
            raise
        finally:
            await self._release(connection)

    async def read(self, *commands: Command, wait_s: float = 0.0) -> list[Reply]:
        """Like `ask` for commands that may be asked again: a lost reply or an error is StoreUnavailable."""
        try:
            replies = await self.ask(*commands, wait_s=wait_s)
        except ReplyLost as lost:
            raise StoreUnavailable(str(lost)) from lost
        for reply in replies:
            if isinstance(reply, ResponseError):
                raise StoreUnavailable(f"the store refuses: {reply}") from reply
        return replies

    async def close(self) -> None:
        """Let go of the connections, also of those in use: whose reply is under way has lost it.

        Waits for nothing, so whoever is cancelled leaves none open. Who asks afterwards is still answered, and
        his connection goes with the answer.
        """
        await self._pool.cut()

    async def _connected(self) -> Any:
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._turns.acquire()
                try:
                    return await self._pool.get_connection()
                except BaseException:
                    self._turns.release()
                    raise
        except (RedisError, OSError) as error:
            raise StoreUnavailable(f"the store cannot be reached: {str(error) or type(error).__name__}") from error

    async def _release(self, connection: Any) -> None:
        # Nothing in here waits either, so no cancellation can come between; a shield would cost a task each time.
        try:
            await self._pool.release(connection)
        finally:
            self._turns.release()


class _Pool(ConnectionPool):
    """Knows every connection it has made that is still alive, and once cut keeps none open.

    The driver's own closing starts a task for each connection, which a cancellation ends before it begins, and
    passes over those that are just being made.
    """

    def __init__(self, **options: Any) -> None:
        cast(Any, super()).__init__(**options)
        self._made: WeakSet[AbstractConnection] = WeakSet()
        self._is_cut = False

    def make_connection(self) -> AbstractConnection:
        connection = cast(AbstractConnection, cast(Any, super()).make_connection())
        self._made.add(connection)
        return connection

    async def release(self, connection: AbstractConnection) -> None:
        if self._is_cut:
            await _cut(connection)
        await super().release(connection)

    async def cut(self) -> None:
        self._is_cut = True
        for connection in list(self._made):
            await _cut(connection)


async def _cut(connection: Any, writer: StreamWriter | None = None) -> None:
    """Disconnect without waiting; `writer` is the connection's, in case the driver has already let go of it."""
    writer = writer or connection._writer
    await connection.disconnect(nowait=True)
    if writer:
        # Closing alone waits until all is sent, which a server that hangs never lets happen.
        writer.transport.abort()


async def _reply(connection: Any) -> Reply:
    try:
        return await connection.read_response(disable_decoding=True)
    except ResponseError as error:
        return error
