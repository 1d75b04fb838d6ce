"""Dispatch: claim what is due, ask whether it is still needed, write it, hand it over, say what became of it.

At least once, with an idempotency key; at most one duplicate in any crash:
1. A claim is a lease. Whoever dies holding one leaves the row to be claimed again, with `claims` one higher.
2. A row claimed before may have been sent: the provider is asked first (`Gateway.find`).
3. A request whose answer was lost waits `ADOPTION_S` for the provider's callback to prove acceptance, then goes by 2.
4. Nothing is dropped because the provider refuses: it stays in the outbox and is tried again with growing pauses.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .gateway import Gateway, GatewayError, Handed, Message, OutcomeUnknown
from .notice import Notice

LEASE_S = 60.0
ADOPTION_S = 20.0
PAUSES_S = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
AT_ONCE = 16
"""Requests in flight at a time; a request takes a provider 100 to 300 ms."""


@dataclass(frozen=True, slots=True)
class Held:
    """A notice that is ours for a minute. `claims` above 1: somebody may have sent it and died before saying so."""

    notice: Notice
    claims: int


@dataclass(frozen=True, slots=True)
class Needless:
    """Nobody needs this message any more."""

    why: str


class Desk(Protocol):
    """What dispatch needs from the house. Every method is durable when it returns."""

    async def claim(self, lease_s: float, limit: int) -> Sequence[Held]:
        """What is due now, most urgent first."""
        ...

    async def written(self, held: Held) -> Message | Needless:
        """The message in words, as of now; or why nobody needs it (withdrawn, answered, removed, proven already).

        Raises GatewayError where the number itself has said that it takes no such message."""
        ...

    async def handed(self, held: Held, sid: str) -> None:
        """The provider took it: the row leaves the outbox."""
        ...

    async def refused(self, held: Held, error: GatewayError) -> None:
        """Refused for good: the row leaves the outbox and the ladder takes the next way."""
        ...

    async def needless(self, held: Held, why: str) -> None:
        """The row leaves the outbox unsent."""
        ...

    async def put_off(self, held: Held, seconds: float, error: Exception) -> None:
        """The row stays and may be claimed again in `seconds`."""
        ...


class Dispatcher:
    """One process's dispatch. Two dispatchers are harmless: claims keep them apart."""

    def __init__(
        self,
        desk: Desk,
        gateway: Gateway,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        rate_per_s: float | None = None,
    ) -> None:
        self._desk, self._gateway, self._now, self._sleep = desk, gateway, now, sleep
        self._rate, self._next_at = rate_per_s, 0.0

    async def one_round(self) -> int:
        """Claims and hands over everything that is due; returns how many rows were dealt with."""
        dealt = 0
        while True:
            limit = AT_ONCE if self._rate is None else max(1, min(AT_ONCE, int(self._rate)))
            claimed = await self._desk.claim(LEASE_S, limit)
            if not claimed:
                return dealt
            results = await asyncio.gather(*(self._deal(held) for held in claimed), return_exceptions=True)
            dealt += len(claimed)
            for result in results:
                if isinstance(result, BaseException):
                    raise result

    async def _deal(self, held: Held) -> None:
        claimed_at = self._now()
        try:
            message = await self._desk.written(held)
        except GatewayError as error:
            await self._desk.refused(held, error)
            return
        if isinstance(message, Needless):
            await self._desk.needless(held, message.why)
            return
        await self._own_turn()
        if self._now() - claimed_at > LEASE_S / 2:  # a frozen process (review H27): somebody else may have it by now
            return
        try:
            handed = await self._found(held, message) if held.claims > 1 else None
            handed = handed or await self._gateway.send(message)
        except OutcomeUnknown as error:
            await self._desk.put_off(held, ADOPTION_S, error)
        except GatewayError as error:
            if error.permanent or error.opted_out:
                await self._desk.refused(held, error)
            else:
                await self._desk.put_off(held, PAUSES_S[min(held.claims, len(PAUSES_S)) - 1], error)
        else:
            await self._desk.handed(held, handed.sid)

    async def _found(self, held: Held, message: Message) -> Handed | None:
        return await self._gateway.find(message, held.notice.due_at)

    async def _own_turn(self) -> None:
        """Hands over at the sender's rate, so that the provider's queue stays short (review H28)."""
        if self._rate is None:
            return
        at = max(self._now(), self._next_at)
        self._next_at = at + 1.0 / self._rate
        if at > self._now():
            await self._sleep(at - self._now())
