"""What is sent in an act, as it happens: the provider's books, the screens' threads, and what the journey's row says.

Texts, and how often something was sent, come from the provider's double and the phones on the screen. To whom, what
about, which rung and which attempt come from the notice that the provider was handed, by its id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from alerts.gateway import Delivery
from alerts.receipts import PHONE_OFF
from alerts.sandbox_gateway import Direction
from alerts.sandbox_gateway import Entry as ScreenEntry
from service.journey.model import Journey, Proven

from .expectations import Line, plain_rung
from .provider.books import Entry
from .stage import DemoHouse

HER = "her"
OVER = frozenset({Delivery.DELIVERED, Delivery.READ, Delivery.UNDELIVERED, Delivery.FAILED})
WITHIN = frozenset({"accepted", "queued", "sending"})
"""Where a text is while it is still the provider's own business."""
SETTLES_S = 60.0
"""A message that is still under way after this is shown as far as it has come."""


@dataclass(frozen=True, slots=True)
class NoticeId:
    """What an idempotency key says: `<journey>/<incident>/<rung>/<to>/<channel>/<attempt>`."""

    text: str
    journey: str
    incident: str
    rung: str
    to: str
    channel: str
    attempt: int

    @classmethod
    def read(cls, text: str) -> "NoticeId":
        journey, incident, rung, to, channel, attempt = text.split("/")
        return cls(text, journey, incident, rung, to, channel, int(attempt))


@dataclass(slots=True)
class Sent:
    """One message as it reached the provider. `fates` are (state, instant) as far as it has come."""

    notice: NoticeId
    to: str
    kind: str
    at: float
    text: str
    fates: list[tuple[str, float]] = field(default_factory=list)
    code: int | None = None

    @property
    def line(self) -> Line:
        return Line(self.to, self.kind, plain_rung(self.notice.rung), self.notice.channel)

    @property
    def delivered(self) -> bool:
        return any(state in (Delivery.DELIVERED, Delivery.READ, "answered") for state, _ in self.fates)

    @property
    def over(self) -> bool:
        return any(state in OVER or state in ("answered", "no answer") for state, _ in self.fates)


@dataclass(frozen=True, slots=True)
class Happened:
    """Something people or machines did: `who` in a word, `what` in a sentence."""

    at: float
    who: str
    what: str


class Timeline:
    """One act's messages and happenings. Call `look` often; `ready` hands out what can be told by now, in order."""

    def __init__(self, house: DemoHouse, names: dict[str, str]) -> None:
        self._house = house
        self.names = names
        """What a reader calls whom a notice is addressed to: contacts by their ids, and her."""
        self.sent: dict[str, Sent] = {}
        self.happened: list[Happened] = []
        self._told: set[int] = set()
        self.owner = ""
        self.numbers: list[str] = []

    def note(self, who: str, what: str) -> None:
        """Something happened now."""
        self.happened.append(Happened(self._house.clock.now(), who, what))

    async def look(self, journey: Journey | None) -> None:
        """Takes in what is new."""
        stories = (journey, journey.shadow) if journey is not None else ()
        proven = {p.id: p for story in reversed(stories) if story is not None for p in story.proven}
        for entry in self._house.double.messages:
            notice = _notice_of(entry.status_callback)
            if notice is not None and self._ours(notice):
                self._take(entry.sid, notice, entry.body, entry.at, proven.get(notice.text))
                self._fates_of_text(self.sent[entry.sid], entry, proven.get(notice.text))
        for number in self.numbers:
            for call in await self._house.screens.thread(number):
                if call.direction is Direction.IN and call.notice_id:
                    notice = NoticeId.read(call.notice_id)
                    if self._ours(notice):
                        self._take(call.id, notice, call.text, call.at, proven.get(notice.text))
                        _fates_of_call(self.sent[call.id], call)

    def messages(self) -> list[Sent]:
        """Everything sent so far, oldest first."""
        return sorted(self.sent.values(), key=lambda sent: sent.at)

    def ready(self, now: float, *, all_of_it: bool = False) -> Iterator[Sent | Happened]:
        """What has not been told yet and can be, in order: a message once its fate is known, or has been long open."""
        both: list[Sent | Happened] = [*self.sent.values(), *self.happened]
        for one in sorted(both, key=lambda one: one.at):
            if id(one) in self._told:
                continue
            if isinstance(one, Sent) and not (one.over or all_of_it or now - one.at > SETTLES_S):
                return
            self._told.add(id(one))
            yield one

    def from_the_start(self) -> None:
        """Tell everything once more."""
        self._told.clear()

    def _ours(self, notice: NoticeId) -> bool:
        return bool(self.owner) and notice.journey.partition("-")[0] == self.owner

    def _take(self, sid: str, notice: NoticeId, text: str, at: float, proof: Proven | None) -> None:
        if sid not in self.sent:
            kind = proof.kind.value if proof is not None else plain_rung(notice.rung)
            self.sent[sid] = Sent(notice, notice.to, kind, at, text)
        elif proof is not None:
            self.sent[sid].kind = proof.kind.value
        self.sent[sid].to = self.names.get(notice.to, notice.to)

    def _fates_of_text(self, sent: Sent, entry: Entry, proof: Proven | None) -> None:
        """What we know by the journey's row, where there is one: its instants are the product's own."""
        if proof is not None:
            marks = ((Delivery.ACCEPTED, proof.accepted_at), (Delivery.SENT, proof.sent_at))
            sent.fates = [(state, at) for state, at in marks if at is not None]
            last = proof.delivered_at if proof.state in (Delivery.DELIVERED, Delivery.READ) else proof.failed_at
            if proof.state in OVER and last is not None:
                sent.fates.append((proof.state, last))
            sent.code = proof.code
            return
        known = {state for state, _ in sent.fates}
        now = self._house.clock.now()
        sent.fates += [(state, now) for state in entry.states if state not in {*WITHIN, *known}]
        sent.code = entry.error_code


def _notice_of(callback: str) -> NoticeId | None:
    found = parse_qs(urlsplit(callback).query).get("n")
    return NoticeId.read(found[0]) if found else None


def _fates_of_call(sent: Sent, call: ScreenEntry) -> None:
    sent.fates = [(Delivery.ACCEPTED, call.at)]
    if call.answered_at is not None:
        sent.fates.append(("answered", call.answered_at))
    elif call.ended_at is not None:
        sent.fates.append(("no answer", call.ended_at))


def in_words(sent: Sent) -> str:
    """How far it has come: "accepted, delivered after 2 s"; "rings 30 s, no answer"."""
    last, at = sent.fates[-1] if sent.fates else ("waiting", sent.at)
    after_s = max(0.0, at - sent.at)
    match last:
        case "answered":
            return f"rings, answered after {after_s:.0f} s"
        case "no answer":
            return f"rings {after_s:.0f} s, no answer"
        case "waiting":
            return "under way"
        case Delivery.ACCEPTED | Delivery.SENT:
            return "rings" if sent.notice.channel == "call" else str(last)
    why = ", phone off" if sent.code == PHONE_OFF else f", error {sent.code}" if sent.code else ""
    return f"accepted, {last} after {after_s:.0f} s{why}"
