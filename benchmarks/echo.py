"""The floor: `websockets`' own asyncio server echoing, on uvloop, without compression or keepalive."""

import sys

import uvloop
from websockets.asyncio.server import ServerConnection, serve


async def _echo(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(message)


async def _main(port: int) -> None:
    async with serve(_echo, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        print("ready", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1])))
