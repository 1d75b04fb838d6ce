"""Whose try a browser shows, and what was just answered to what was pressed there."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.demo.tryouts import Tryout, Tryouts
from service.doors.pages_visit import Visit
from service.doors.pages_words import lasting
from service.house import House
from service.people.model import Traveller
from service.people.refusals import Refused, Why

TRAVELLER = "lamplit_try"
SAID_REAL_S = 12.0


class TrySession:
    """Shared by all actions under `/try`. What was answered is remembered for a few seconds, by this process."""

    def __init__(self, house: House, tryouts: Tryouts) -> None:
        self.house, self.tryouts = house, tryouts
        self._said: dict[str, tuple[str, float]] = {}

    async def mine(self, visit: Visit) -> Tryout | None:
        """This browser's try, by a cookie that only this house can make."""
        traveller, _, seal = visit.request.cookies.get(TRAVELLER, "").partition(".")
        if not traveller or not self.house.sealer.sealed(seal, "try", traveller):
            return None
        return await self.tryouts.find(traveller)

    async def running(self, visit: Visit) -> tuple[Tryout, Traveller]:
        """The same with her account, once she has set off. Raises HTTPException 404."""
        tryout = await self.mine(visit)
        if tryout is None or not await self.tryouts.journey_of(tryout):
            raise HTTPException(404)
        return tryout, await self.house.watch.account(tryout.traveller)

    async def pressed(self, request: Request) -> tuple[Visit, dict[str, str], Tryout, Traveller]:
        """Somebody pressed something on her phone. Raises HTTPException."""
        visit = Visit(self.house, request)
        fields = await visit.posted()
        return visit, fields, *(await self.running(visit))

    def keep(self, visit: Visit, answer: Response, tryout: Tryout) -> None:
        """From now on this browser shows this try."""
        seal = self.house.sealer.seal("try", tryout.traveller)
        visit.cookie(answer, TRAVELLER, f"{tryout.traveller}.{seal}")

    def say(self, tryout: Tryout, words: str) -> None:
        until = asyncio.get_running_loop().time() + SAID_REAL_S
        self._said = {who: one for who, one in self._said.items() if one[1] > until - SAID_REAL_S}
        self._said[tryout.traveller] = (words, until)

    def said(self, tryout: Tryout) -> str:
        words, until = self._said.get(tryout.traveller, ("", 0.0))
        return words if until > asyncio.get_running_loop().time() else ""


def pins_of(tryout: Tryout) -> str:
    """The sandbox's own hint under every field for a PIN."""
    return f"In this sandbox the PIN is {tryout.pin}, the duress PIN {tryout.duress_pin}."


def not_it(wait_s: float | None) -> str:
    """The same words whatever was wrong with a PIN."""
    wait = f" The next one is heard in {lasting(wait_s)}." if wait_s is not None and wait_s >= 1 else ""
    return f"That is not it. Try again.{wait}"


def refused(refusal: Refused) -> str:
    """A refusal as her phone words it."""
    wait_s = refusal.wait_s
    later = f" Again in {lasting(wait_s)}." if wait_s is not None and 1 <= wait_s < float("inf") else ""
    if refusal.why is Why.JOURNEY_UNDER_WAY:
        return "Not while an alarm is open."
    return f"Not done: {refusal.detail}.{later}"
