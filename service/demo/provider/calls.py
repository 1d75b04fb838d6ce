"""Calls: placed through the API, or by somebody who rings a number of ours.

https://www.twilio.com/docs/voice/api/call-resource. A call is queued, initiated, ringing, in-progress (its event is
called `answered`) and completed, or ends as busy, failed or no-answer, for which the event is `completed` too. Without
StatusCallbackEvent only that last one is called back. Machine detection makes the answer wait until it is known who
answered, and says so as AnsweredBy (https://www.twilio.com/docs/voice/answering-machine-detection).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from .books import Entry
from .callbacks import Reporter
from .exchange import Exchange
from .numbers import FATES
from .phones import Person, Phone, ShownCall
from .refusals import Refused
from .script import Do, Script
from .shapes import of_call, of_call_progress
from .voice import FOUR_HOURS_S, Conversation

TIMEOUT_S: Final = 60.0
_LONGEST_TIMEOUT_S: Final = 600.0
_A_DAY_S: Final = 86_400.0
_EVENTS: Final = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
_ANSWERED_BY: Final = {"human": "human", "machine": "machine_start", "fax": "fax", "silent": "unknown"}


class Calls:
    """Calls of one account."""

    def __init__(self, exchange: Exchange) -> None:
        self._x = exchange

    def check(self, form: Mapping[str, str]) -> None:
        """Raises Refused for what the API does not take."""
        if not form.get("To"):
            raise Refused(21604)
        if not form.get("From"):
            raise Refused(21213)
        if not form.get("Url") and not form.get("Twiml"):
            raise Refused(21205)
        self._x.account.check_to(form["To"], invalid=21211, foreign=21215, unverified=21219)
        if (refused := FATES[self._x.phones[form["To"]].kind].uncallable) is not None:
            raise Refused(refused)
        self._x.account.check_sender(form["From"], 21210)

    def accept(self, form: Mapping[str, str], events: Sequence[str], script: Script | None) -> tuple[Entry, Reporter]:
        """Puts a checked call on the books and lets it ring."""
        entry = Entry(
            sid=self._x.books.sid("call"),
            channel="call",
            to=form["To"],
            sender=form["From"],
            body=form.get("Twiml", ""),
            at=self._x.clock.now(),
            status_callback=form.get("StatusCallback", ""),
            url=form.get("Url", ""),
            events=tuple(event for words in events for event in words.split()) or ("completed",),
        )
        entry.states.append(entry.state)
        self._x.books.entries.append(entry)
        waits_s = self._x.rates.calls.join(self._x.clock.monotonic(), 1, self._x.rates.calls_s, _A_DAY_S)
        going = _Going(self._x, entry, Reporter(self._x.crew, self._x.postman, entry.status_callback, script))
        self._x.crew.start(going.out(form, waits_s or 0.0, script))
        return entry, going.reporter

    def comes_in(self, phone: Phone, person: Person, ours: str, url: str) -> ShownCall:
        """Somebody rings `ours`; returns at once, with the record that fills while the call lasts."""
        entry = Entry(
            sid=self._x.books.sid("call"),
            channel="call",
            to=ours,
            sender=phone.number,
            body="",
            at=self._x.clock.now(),
            state="ringing",
            direction="inbound",
            url=url,
        )
        entry.states.append(entry.state)
        self._x.books.entries.append(entry)
        shown = ShownCall(at=entry.at, sid=entry.sid, other=ours, outgoing=True, taken_by="provider")
        phone.shown.append(shown)
        self._x.crew.start(
            _Going(self._x, entry, Reporter(self._x.crew, self._x.postman, "", None)).comes(shown, person)
        )
        return shown


class _Going:
    """One call under way."""

    def __init__(self, exchange: Exchange, entry: Entry, reporter: Reporter) -> None:
        self._x, self._entry, self.reporter = exchange, entry, reporter
        self._nth = 0

    async def out(self, form: Mapping[str, str], waits_s: float, script: Script | None) -> None:
        """From the queue to its end."""
        await self._x.crew.sleep(waits_s + self._x.step_s)
        self._moves("initiated")
        phone = self._x.phones[self._entry.to]
        unrung = FATES[phone.kind].unrung or (script is not None and script.do in (Do.FAIL, Do.UNDELIVERED))
        if unrung:
            self._ends("failed", None)
        else:
            await self._rings(phone, form)
        self.reporter.end(self._fields())

    async def comes(self, shown: ShownCall, person: Person) -> None:
        """The first document is asked for while it rings; it is answered as soon as that is executed."""
        talk = self._talk(shown, person, {})
        self._entry.answered_at = shown.answered_at = self._x.clock.now()
        ended = await talk.run(self._entry.url)
        if ended != "completed":
            self._entry.answered_at = shown.answered_at = None
        self._ends(ended, shown)

    async def _rings(self, phone: Phone, form: Mapping[str, str]) -> None:
        await self._x.crew.sleep(self._x.step_s)
        self._moves("ringing")
        shown = ShownCall(at=self._x.clock.now(), sid=self._entry.sid, other=self._entry.sender)
        if phone.is_on or phone.mailbox:
            phone.shown.append(shown)
        if phone.is_on and phone.rejects_calls:
            self._ends("busy", shown)
            return
        person, timeout_s = phone.takes(), min(_seconds(form, "Timeout", TIMEOUT_S), _LONGEST_TIMEOUT_S)
        if person.answers_after_s is None or person.answers_after_s > timeout_s:
            await self._x.crew.sleep(timeout_s)
            self._ends("no-answer", shown)
            return
        await self._x.crew.sleep(person.answers_after_s)
        await self._answered(shown, person, form)

    async def _answered(self, shown: ShownCall, person: Person, form: Mapping[str, str]) -> None:
        shown.taken_by = person.what
        self._entry.answered_at = shown.answered_at = self._x.clock.now()
        talk = self._talk(shown, person, form)
        if form.get("MachineDetection") in ("Enable", "DetectMessageEnd"):
            await self._x.crew.sleep(self._x.detects_s)
            self._entry.answered_by = _answered_by(person, form)
        self._moves("in-progress")
        self._ends(await talk.run(self._entry.url, self._entry.body), shown)

    def _talk(self, shown: ShownCall, person: Person, form: Mapping[str, str]) -> Conversation:
        x = self._x
        return Conversation(
            x.clock,
            x.crew,
            x.postman,
            shown,
            person,
            self._of_requests,
            x.word_s,
            fallback_url=form.get("FallbackUrl", ""),
            longest_s=_seconds(form, "TimeLimit", FOUR_HOURS_S),
        )

    def _of_requests(self) -> dict[str, str]:
        """An inbound call counts as ringing until its first document is there."""
        fields = of_call(self._entry, self._x.account.sid)
        if self._entry.direction == "inbound" and self._entry.state == "ringing":
            self._entry.move("in-progress", self._x.clock.now())
        return fields

    def _ends(self, state: str, shown: ShownCall | None) -> None:
        self._entry.ended_at = self._x.clock.now()
        if shown is not None:
            shown.ended_at, shown.ended = self._entry.ended_at, state
        self._moves(state)

    def _moves(self, state: str) -> None:
        self._entry.move(state, self._x.clock.now())
        if _EVENTS.get(state, "completed") in self._entry.events:
            self.reporter.say(self._fields())
            self._nth += 1

    def _fields(self) -> dict[str, str]:
        return of_call_progress(self._entry, self._x.account.sid, self._nth, self._x.clock.now())


def _answered_by(person: Person, form: Mapping[str, str]) -> str:
    known = _ANSWERED_BY.get(person.what, "unknown")
    return "machine_end_beep" if known == "machine_start" and form["MachineDetection"] != "Enable" else known


def _seconds(form: Mapping[str, str], name: str, otherwise: float) -> float:
    asked = form.get(name, "")
    return float(asked) if asked.isdecimal() and len(asked) < 6 else otherwise
