"""The provider's double as a process on the clients' core, and what it was asked for."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import msgspec

from service.demo.provider.books import Entry
from service.demo.twilio_double import ACCOUNT, SENDER, TOKEN

from . import machine
from .serving import free_port

LATENCY_S = 0.15
"""How long it takes to answer (targets, P7)."""


class Provider:
    """A double that runs. `env` is what a server of ours needs to send through it."""

    def __init__(self, port: int) -> None:
        self.base_url = f"http://127.0.0.1:{port}"

    def env(self, rate_per_s: float) -> dict[str, str]:
        return {
            "LAMPLIT_TWILIO_ACCOUNT_SID": ACCOUNT,
            "LAMPLIT_TWILIO_AUTH_TOKEN": TOKEN,
            "LAMPLIT_TWILIO_FROM": SENDER,
            "LAMPLIT_TWILIO_BASE_URL": self.base_url,
            "LAMPLIT_SENDER_RATE_PER_S": str(rate_per_s),
        }

    async def settings(self, **to: Any) -> None:
        await self._post("/double/settings", to)

    async def taken(self) -> list[Entry]:
        """Everything it took, oldest first."""
        async with aiohttp.ClientSession(self.base_url) as http, http.get("/double/messages") as answer:
            return msgspec.json.decode(await answer.read(), type=list[Entry])

    async def counters(self) -> dict[str, Any]:
        async with aiohttp.ClientSession(self.base_url) as http, http.get("/double/counters") as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        async with aiohttp.ClientSession(self.base_url) as http, http.post(path, json=body) as answer:
            if answer.status != 200:
                raise RuntimeError(f"the double refuses {path}: {await answer.text()}")


@contextmanager
def provider(*, step_s: float = 0.5, pinned: bool = True) -> Iterator[Provider]:
    """Ready when its port answers; ended on the way out."""
    _, client_core = machine.cores()
    port = free_port()
    command = [sys.executable, "-m", "service.demo.twilio_double", "--port", str(port), "--step-s", str(step_s)]
    double = subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True)
    try:
        assert double.stdout is not None
        if "listening" not in double.stdout.readline():
            raise RuntimeError("the double does not start")
        time.sleep(0.1)
        if pinned:
            machine.pin(double.pid, client_core)
        yield Provider(port)
    finally:
        double.terminate()
        try:
            double.wait(10)
        except subprocess.TimeoutExpired:
            double.kill()
            double.wait()
