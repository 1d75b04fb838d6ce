"""A deployment's own systems behind the gateway port: one POST of JSON, signed, with its idempotency key (docs/webhook.md).

A 2xx is the receiver's word that it has it, and counts as delivered. Never retries by itself: the outbox does, with its
own pauses, for as long as it takes.
"""

import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from .gateway import GatewayError, Handed, Message, OutcomeUnknown
from .pace import asked_s

if TYPE_CHECKING:
    from aiohttp import ClientSession

TIMEOUT_S: Final = 10.0
SIGNATURE: Final = "Lamplit-Signature"
KEY: Final = "Idempotency-Key"
_ABOUT_US: Final = frozenset({401, 403, 404, 405, 407, 408, 410, 421, 425, 429})
"""Said to everybody who comes to this address, or with these secrets: mended by a person, and nothing is lost meanwhile."""
_TAKEN: Final = range(200, 300)
_REFUSED: Final = range(400, 500)
_LONGEST_PAUSE_S: Final = 300.0


class HookGateway:
    """POSTs to `url`. `secrets` sign, each on its own: while one replaces the other the receiver may know either."""

    name = "webhook"
    rings = False

    def __init__(
        self, *, url: str, secrets: Sequence[str], now: Callable[[], float], timeout_s: float = TIMEOUT_S
    ) -> None:
        self._url, self._secrets, self._now, self._timeout_s = url, tuple(secrets), now, timeout_s
        self._session: ClientSession | None = None

    async def send(self, message: Message) -> Handed:
        import aiohttp  # noqa: PLC0415 (10 MB, and only where there is a webhook)

        if self._session is None:  # not before a loop runs
            patience = aiohttp.ClientTimeout(total=self._timeout_s, connect=self._timeout_s / 2)
            self._session = aiohttp.ClientSession(timeout=patience)
        body = message.text.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Lamplit",
            KEY: message.key,
            SIGNATURE: signature(self._secrets, body, int(self._now())),
        }
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                status, asked = answer.status, answer.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise GatewayError(
                f"the receiver is out of reach: {type(error).__name__}", permanent=False, everybody=True
            ) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknown(f"no answer from the receiver: {type(error).__name__}") from error
        if status not in _TAKEN:
            raise _refused(status, asked)
        return Handed(message.key)

    async def find(self, message: Message, since_at: float) -> Handed | None:  # noqa: ARG002 - as the port says
        """Nobody is asked: sent again, it has the same key, by which the receiver knows a copy."""
        return None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None


def signature(secrets: Sequence[str], body: bytes, at_s: int) -> str:
    """`t=<seconds>,v1=<hex>`, with one `v1` for each secret: HMAC-SHA256 over the seconds, a full stop and the body."""
    signed = b"%d." % at_s + body
    marks = (hmac.digest(secret.encode(), signed, "sha256").hex() for secret in secrets)
    return ",".join([f"t={at_s}", *(f"v1={mark}" for mark in marks)])


def _refused(status: int, asked: str) -> GatewayError:
    """A 4xx that is about this message is final; everything else is tried again."""
    everybody = status in _ABOUT_US or status not in _REFUSED
    wait_s = asked_s(asked, _LONGEST_PAUSE_S)
    why = f"the receiver answered {status}"
    return GatewayError(why, permanent=not everybody, everybody=everybody, code=status, retry_after_s=wait_s)
