"""A wire to the store that loses what it is told to lose."""

import asyncio
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Self
from urllib.parse import unquote


class Fault(Enum):
    """What happens to the next script call that passes."""

    REPLY_LOST = "it reaches the store, the reply is swallowed and the connection cut"
    REPLY_NEVER = "it reaches the store, the reply is swallowed and the connection left open"
    CALL_LOST = "it does not reach the store and the connection is cut"


class LossyProxy:
    """Listens on a loopback port in front of a store's unix socket; counts the script calls it sees."""

    def __init__(self, upstream_url: str) -> None:
        self.url = ""
        self.script_calls = 0
        self.connections = 0
        self.fault: Fault | None = None
        self._upstream = unquote(upstream_url.removeprefix("unix://"))
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        self.connections += 1
        store_reader, store_writer = await asyncio.open_unix_connection(self._upstream)
        back = asyncio.create_task(_pump(store_reader, writer))
        with suppress(asyncio.CancelledError, ConnectionError):
            await self._forth(reader, store_reader, store_writer, back)
        back.cancel()
        # Both ends first: whoever cancels this task now leaves none open.
        writer.close()
        store_writer.close()
        await asyncio.gather(back, writer.wait_closed(), store_writer.wait_closed(), return_exceptions=True)

    async def _forth(
        self,
        reader: asyncio.StreamReader,
        store_reader: asyncio.StreamReader,
        store_writer: asyncio.StreamWriter,
        back: asyncio.Task[None],
    ) -> None:
        while data := await reader.read(1 << 20):
            calls = data.count(b"EVALSHA")
            self.script_calls += calls
            fault, self.fault = (self.fault, None) if calls else (None, self.fault)
            if fault is Fault.CALL_LOST:
                return
            if fault:
                back.cancel()
                await asyncio.gather(back, return_exceptions=True)
            store_writer.write(data)
            await store_writer.drain()
            if fault:
                await store_reader.read(1 << 20)
            if fault is Fault.REPLY_LOST:
                return


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 20):
        writer.write(data)
        await writer.drain()
