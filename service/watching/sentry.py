"""The sentry: in every process, beside everything else. One of them all holds the lease, looks once a minute, and pings.

A web process audits while the watchman is dead, and a watchman while the doors are shut; only where nothing is left
does nobody look, and then it is the silence outside that calls a person.
"""

import asyncio
import os

from service.clock import breathe
from service.house import House
from service.store import StoreUnavailable
from service.telemetry import logger

from .auditor import Audit, Auditor
from .dead_man import DeadMan

log = logger(__name__)

LEASE, LEASE_S = "auditor", 30.0
TURN_S = 5.0
EVERY_S = 60.0
LIMIT_S = 50.0
"""A turn that takes longer is broken off. It is no round: nothing waits for it."""


class Sentry:
    """See the module. Times here are the machine's own, however fast a sandbox's clock runs."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.auditor = Auditor(house.store, house.watch, house.clock, house.vitals)
        self.dead_man = DeadMan(house)
        house.feed.listen(self.auditor.hears)
        self._owner = f"{os.getpid()}-{os.urandom(4).hex()}"
        self._looked_s = float("-inf")
        self._newest: Audit | None = None

    async def run(self) -> None:
        """Turns until cancelled."""
        try:
            while True:
                await self._safely()
                await breathe(TURN_S)
        finally:
            await self.dead_man.close()

    async def _safely(self) -> None:
        try:
            async with asyncio.timeout(LIMIT_S):
                await self.turn()
        except StoreUnavailable as error:
            self.auditor.unsure()
            self._newest = None
            log.warning("auditor without a store", error=str(error))
        except TimeoutError:
            self._newest = None
            log.error("auditor stuck", seconds=LIMIT_S)
        except Exception:
            self._newest = None
            log.exception("auditor failed")

    async def turn(self) -> Audit | None:
        """Looks and pings if both are this process's to do and it is time; what was found, if it looked."""
        self.auditor.feel()
        if not await self._house.store.lease(LEASE, self._owner, LEASE_S):
            self._newest = None
            return None
        audit, now_s = None, asyncio.get_running_loop().time()
        if now_s - self._looked_s >= EVERY_S:
            audit = await self.auditor.look()
            if audit is not None:
                self._looked_s, self._newest = now_s, audit
        if self._newest is not None:  # who has not looked yet has nothing to say, good or bad
            await self.dead_man.turn(self._newest, now_s)
        return audit
