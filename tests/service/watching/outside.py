"""Somebody outside who is pinged: a real HTTP server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from pydantic import SecretStr

from service.house import House

PATH = "/ping/0f6e-secret"


@dataclass
class Outside:
    """Counts what comes, and answers as it is told. `hangs`: it takes the call and says nothing."""

    url: str = ""
    status: int = 200
    hangs: bool = False
    heard: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append(f"{request.method} {request.path_qs} {await request.text()}".strip())
        if self.hangs:
            await asyncio.sleep(30)
        return web.Response(status=self.status)

    def pings(self, house: House) -> None:
        """Where this house pings from now on."""
        house.settings = house.settings.model_copy(update={"dead_man_url": SecretStr(self.url)})


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """Listening, until the test is over."""
    somebody = Outside()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", somebody.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    somebody.url = f"http://{host}:{port}{PATH}"
    try:
        yield somebody
    finally:
        await runner.cleanup()
