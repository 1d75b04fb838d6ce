"""The dead-man ping: somebody outside hears from us every minute while all is well, and calls a person when we fall silent.

Silence is the signal, because a house that has died says nothing. So the ping is held back by anything that is wrong,
and goes out only after a small write has gone to the store's disk. The address is a secret: it is never logged, and
nothing is sent to it but the request itself.
"""

import asyncio

import aiohttp
import msgspec

from service import absence
from service.house import House
from service.store import StoreUnavailable
from service.telemetry import logger

from .auditor import Audit
from .meters import HELD_BACK, NOT_TAKEN, SENT
from .wellness import PROVIDERS, REFUSED_LONG_S, Wellness, factor_of, looked_at

log = logger(__name__)

EVERY_S = 60.0
AGAIN_S = (5.0, 10.0, 20.0, 40.0, EVERY_S)
TIMEOUT_S = 10.0
PULSE = "pulse"
_GOOD = range(200, 300)


class DeadMan:
    """One per process; whoever audits pings. `turn` is called often and pings when its time has come."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._url = house.settings.dead_man_url.get_secret_value()
        self._session: aiohttp.ClientSession | None = None
        self._next_s = float("-inf")
        self._failed = 0
        self._held: tuple[str, ...] = ()

    async def turn(self, audit: Audit, now_s: float) -> str | None:
        """Pings if it is time to, by the monotonic second `now_s`: one of PINGS, or None. Never raises."""
        if not self._url or now_s < self._next_s:
            return None
        why = await self._held_back(audit)
        if why:
            self._next_s = now_s + EVERY_S
            self._say_held(why)
            outcome = HELD_BACK
        elif await self._ping():
            self._next_s = now_s + EVERY_S
            if self._failed or self._held:
                log.info("dead-man ping goes out again")
            self._failed, self._held = 0, ()
            outcome = SENT
        else:
            self._next_s = now_s + AGAIN_S[min(self._failed, len(AGAIN_S) - 1)]
            self._failed += 1
            outcome = NOT_TAKEN
        self._house.vitals.meters.pinged(outcome)
        return outcome

    async def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            await self._session.close()

    async def _held_back(self, audit: Audit) -> tuple[str, ...]:
        """By name what is wrong; nothing: all is well, to the store's disk."""
        well = await looked_at(self._house)
        wrong = _serious(well, factor_of(self._house))
        if not audit.clean and not wrong:
            wrong = ("auditor",)
        if not wrong and not await _writes(self._house):
            wrong = ("store",)
        return wrong

    def _say_held(self, why: tuple[str, ...]) -> None:
        if why != self._held:
            log.error("dead-man ping is held back", because=why)
        self._held = why

    async def _ping(self) -> bool:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        try:
            async with self._session.get(self._url, max_redirects=3) as answer:
                if answer.status in _GOOD:
                    return True
                error = f"status {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as failure:
            error = type(failure).__name__  # its words may hold the address
        if not self._failed:
            log.warning("dead-man ping was not taken", error=error)
        return False


def _serious(well: Wellness, scale: float) -> tuple[str, ...]:
    """All that is wrong, but for a provider that refuses now and then."""

    def passing(name: str) -> bool:
        waits = [well.refused_s.get(lane, 0.0) for lane in PROVIDERS.get(name, ())]
        return bool(waits) and max(waits) <= REFUSED_LONG_S * scale

    return tuple(name for name in well.failing if not passing(name))


async def _writes(house: House) -> bool:
    """Whether the store takes a small write, to its disk."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await house.store.book_put(absence.BOOK, PULSE, msgspec.msgpack.encode(house.clock.now()))
    except (StoreUnavailable, TimeoutError):
        return False
    return True
