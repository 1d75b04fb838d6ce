"""Whether our public address leads to us."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from service.watching.address import EVERY_S, FIRST_S, asked, watched


class Proxy:
    """What stands before us: lets everybody through, or answers by itself."""

    def __init__(self) -> None:
        self.lets_through = True
        self.url = ""

    async def answer(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True}) if self.lets_through else web.Response(status=502, text="<html>")


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    proxy, app = Proxy(), web.Application()
    app.router.add_get("/ready", proxy.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield proxy
    await runner.cleanup()


async def test_only_our_own_answer_counts(proxy: Proxy) -> None:
    """Not a proxy's page, not silence."""
    assert await asked(f"{proxy.url}/ready") == {"ok": True}
    proxy.lets_through = False
    assert await asked(f"{proxy.url}/ready") is None
    assert await asked("http://127.0.0.1:9/ready") is None


async def test_it_is_said_while_it_does_not_answer_and_once_when_it_does_again(proxy: Proxy) -> None:
    """Asked soon after the start, then every ten minutes."""
    waits: list[float] = []
    answers = [True, False, False, True, True]

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) > len(answers):
            raise asyncio.CancelledError
        proxy.lets_through = answers[len(waits) - 1]

    with capture_logs() as logged, pytest.raises(asyncio.CancelledError):
        await watched(proxy.url, wait)

    assert waits == [FIRST_S] + [EVERY_S] * 5
    assert [line["event"] for line in logged] == [
        "public address does not answer from here",
        "public address does not answer from here",
        "public address answers",
    ]
