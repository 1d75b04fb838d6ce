"""Whether our public address leads to us, asked from here: behind a proxy that does not let the provider through, every
message counts as never delivered, and nobody can answer."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import msgspec

from service.clock import breathe
from service.settings import PREFIX
from service.telemetry import logger

log = logger(__name__)

ANSWER_S = 5.0
FIRST_S, EVERY_S = 5.0, 600.0


async def asked(url: str) -> dict[str, Any] | None:
    """The JSON object at `url`, whatever its status; None: nobody answers there, or somebody else does."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as session,
            session.get(url) as answer,
        ):
            said = msgspec.json.decode(await answer.read())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    return said if isinstance(said, dict) else None


async def watched(public_url: str, wait: Callable[[float], Awaitable[None]] = breathe) -> None:
    """Asks soon after the start and every ten minutes, until cancelled; says so in the log when the address does not
    answer itself, and when it does again."""
    answered = True
    await wait(FIRST_S)
    while True:
        before, answered = answered, await asked(f"{public_url}/ready") is not None
        if not answered:
            log.warning(
                "public address does not answer from here",
                address=public_url,
                setting=f"{PREFIX}PUBLIC_URL",
                needed_by="contacts' links and the provider's callbacks",
            )
        elif not before:
            log.info("public address answers", address=public_url)
        await wait(EVERY_S)
