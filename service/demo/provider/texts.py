"""Texts through the API: what is taken, how it waits for its sender, and how it goes from state to state.

States and their callbacks: https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks.
Created with `From` a text is queued; created with a Messaging Service it is accepted, has no sender, and is queued
(with a callback) when it is ready to be sent from one. `sending` can be seen and is not called back; then sent or
failed, then delivered or undelivered. A text that outlasts its ValidityPeriod in the queue fails with 30036.

With a Messaging Service some refusals come only afterwards, as the error of a failed text: 30001 instead of 21611 is
documented (https://www.twilio.com/docs/api/errors/21611), 21610 is assumed to be alike.
"""

from collections.abc import Mapping
from typing import Final

from . import segments
from .account import Service
from .books import Entry
from .callbacks import Reporter
from .exchange import Exchange
from .numbers import FATES
from .rates import TEN_HOURS_S
from .refusals import Refused
from .script import Do, Script
from .shapes import of_text

_EXPIRED: Final = 30036
_OVERFLOW: Final = 30001
_OPTED_OUT: Final = 21610


class Texts:
    """Messages of one account."""

    def __init__(self, exchange: Exchange) -> None:
        self._x = exchange
        self._crew, self._clock = exchange.crew, exchange.clock

    def check(self, form: Mapping[str, str]) -> None:
        """Raises Refused for what the API does not take."""
        to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
        if not to:
            raise Refused(21604)
        if not form.get("Body"):
            raise Refused(21602)
        if not sender and not service:
            raise Refused(21603)
        if len(form["Body"]) > segments.LONGEST:
            raise Refused(21617)
        if not 1 <= _validity_s(form) <= TEN_HOURS_S:
            raise Refused(90007)
        self._x.account.check_to(to, invalid=21211, foreign=21408, unverified=21608)
        if (refused := FATES[self._x.phones[to].kind].refused) is not None:
            raise Refused(refused)
        if service:
            self._x.account.service(service)
            return
        self._x.account.check_sender(sender, 21606)
        if self._x.optouts.has_stopped(to, sender):
            raise Refused(_OPTED_OUT)
        if self._x.rates.is_full(sender, self._clock.monotonic()):
            raise Refused(21611)

    def accept(self, form: Mapping[str, str], script: Script | None) -> tuple[Entry, Reporter]:
        """Puts a checked text on the books and on its way."""
        service = self._x.account.services.get(form.get("MessagingServiceSid", ""))
        entry = Entry(
            sid=self._x.books.sid("sms"),
            channel="sms",
            to=form["To"],
            sender="" if service else form["From"],
            body=form["Body"],
            at=self._clock.now(),
            state="accepted" if service else "queued",
            status_callback=form.get("StatusCallback", ""),
            validity_s=int(_validity_s(form)) if form.get("ValidityPeriod") else None,
            service=service.sid if service else "",
            segments=segments.count(form["Body"]),
        )
        entry.states.append(entry.state)
        self._x.books.entries.append(entry)
        reporter = Reporter(self._crew, self._x.postman, entry.status_callback, script)
        sender = self._chosen(service, form) if service else entry.sender
        refused = self._refused_later(entry.to, sender) if service else None
        if refused is not None:
            self._crew.start(self._fails(entry, reporter, 0.0, refused))
            return entry, reporter
        rate, valid_s = self._x.rates.of_sender(sender), _validity_s(form)
        waits_s = self._x.rates.line(sender).join(self._clock.monotonic(), entry.segments, rate, valid_s)
        if waits_s is None:
            self._crew.start(self._fails(entry, reporter, valid_s, _EXPIRED))
        else:
            self._crew.start(self._goes(entry, sender, waits_s, reporter, script))
        return entry, reporter

    def _refused_later(self, to: str, sender: str) -> int | None:
        """The error with which a text from a service fails, because its sender was not known when it was taken."""
        if self._x.optouts.has_stopped(to, sender):
            return _OPTED_OUT
        return _OVERFLOW if self._x.rates.is_full(sender, self._clock.monotonic()) else None

    def _chosen(self, service: Service, form: Mapping[str, str]) -> str:
        """The sender of the pool: the one asked for, the one this person knows, or the one with the shortest queue."""
        asked, to = form.get("From", ""), form["To"]
        known = service.last.get(to) if service.sticky else None
        now = self._clock.monotonic()
        service.last[to] = asked or known or self._x.rates.freest(service.senders, now)
        return service.last[to]

    async def _fails(self, entry: Entry, reporter: Reporter, after_s: float, code: int) -> None:
        await self._crew.sleep(after_s)
        await self._moves(entry, reporter, "failed", code)
        reporter.end(of_text(entry, self._x.account.sid))

    async def _goes(self, entry: Entry, sender: str, waits_s: float, reporter: Reporter, script: Script | None) -> None:
        await self._crew.sleep(waits_s)
        await self._leaves(entry, sender, reporter, script)
        reporter.end(of_text(entry, self._x.account.sid))

    async def _leaves(self, entry: Entry, sender: str, reporter: Reporter, script: Script | None) -> None:
        if entry.service:
            entry.sender = sender
            await self._moves(entry, reporter, "queued")
        if script and script.do is Do.FAIL:
            await self._moves(entry, reporter, "failed", script.code)
            return
        entry.move("sending", self._clock.now())
        entry.price = entry.segments * self._x.price
        await self._moves(entry, reporter, "sent")
        last = await self._x.carrier.carry(entry, script)
        if last is not None:
            await self._moves(entry, reporter, *last)

    async def _moves(self, entry: Entry, reporter: Reporter, state: str, code: int | None = None) -> None:
        await self._crew.sleep(self._x.step_s)
        entry.error_code = code
        entry.move(state, self._clock.now())
        reporter.say(of_text(entry, self._x.account.sid))


def _validity_s(form: Mapping[str, str]) -> float:
    asked = form.get("ValidityPeriod", "")
    if not asked:
        return TEN_HOURS_S
    return float(asked) if asked.isdecimal() and len(asked) < 9 else 0.0
