"""The way of a text from Twilio to a phone.

A phone that is off gets it when it is on again, and the receipt comes as late; after `hold_s` the carrier gives up
(30003, https://www.twilio.com/docs/api/errors/30003). How long carriers hold is theirs to say: two days is common.
"""

import random

from service.clock import Clock

from .books import Entry
from .crew import Crew
from .numbers import FATES
from .phones import Phones, ShownText
from .script import Do, Script

TWO_DAYS_S = 172_800.0


class Carrier:
    """`delay_s` plus up to `jitter_s` (from the seed) pass before a text is on the phone. Never loses one unasked."""

    def __init__(self, crew: Crew, clock: Clock, phones: Phones, seed: int) -> None:
        self._crew, self._clock, self._phones = crew, clock, phones
        self._dice = random.Random(seed)  # noqa: S311 - which text is late is no secret
        self.delay_s = self.jitter_s = 0.0
        self.hold_s = TWO_DAYS_S

    async def carry(self, entry: Entry, script: Script | None) -> tuple[str, int | None] | None:
        """The last state and its error; None when nothing will ever be reported. Only from the crew's tasks."""
        do, phone = script.do if script else None, self._phones[entry.to]
        wait_s = self.delay_s + self.jitter_s * self._dice.random()
        await self._crew.sleep(wait_s + (script.delay_s if script and do is Do.DELAY else 0.0))
        undelivered = FATES[phone.kind].undelivered
        if script and do is Do.UNDELIVERED:
            undelivered = script.code
        if undelivered is not None:
            return "undelivered", undelivered
        if do is Do.LIE:
            return "delivered", None
        if not await phone.reached(self.hold_s):
            return "undelivered", 30003
        self._show(entry.to, entry.sender, entry.body, entry.sid)
        if script and do is Do.DENY:
            return "undelivered", script.code
        return None if do is Do.SILENT else ("delivered", None)

    async def answer(self, to: str, sender: str, body: str) -> None:
        """Carries the provider's own answer to a keyword."""
        if await self._phones[to].reached(self.hold_s):
            self._show(to, sender, body, "")

    def _show(self, to: str, sender: str, body: str, sid: str) -> None:
        self._phones[to].shown.append(ShownText(at=self._clock.now(), sender=sender, body=body, sid=sid))
