"""What is sent in an act, as it happens: the provider's books, what phones really showed, and what the journey's row says.

Texts, what was said and keyed in calls, and how often something was sent, come from the provider's double. To whom,
what about, which rung and which attempt come from the notice that the provider was handed, by its id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from alerts.gateway import Delivery
from alerts.receipts import PHONE_OFF
from service.journey.model import Journey, Proven

from .expectations import Line, plain_rung
from .provider.books import Entry
from .provider.phones import ShownCall
from .stage import DemoHouse

HER = "her"
OVER = frozenset({Delivery.DELIVERED, Delivery.READ, Delivery.UNDELIVERED, Delivery.FAILED})
UNSEEN = "nothing: the phone is off"
WITHIN = frozenset({"accepted", "queued", "sending"})
"""Where a text is while it is still the provider's own business."""
SETTLES_S, CALL_SETTLES_S = 60.0, 300.0
"""A text, a call, that is still under way after this is shown as far as it has come."""


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
    """One message as it reached the provider. `fates` are (state, instant) as far as it has come, by the product's own
    belief; `call` is what the phone really had of a call: `text` is what was said in it, all in one."""

    notice: NoticeId
    to: str
    kind: str
    at: float
    text: str
    fates: list[tuple[str, float]] = field(default_factory=list)
    code: int | None = None
    call: ShownCall | None = None
    again: bool = False
    """Whether the same was sent before on this rung: anew, or a second ring."""

    @property
    def line(self) -> Line:
        return Line(self.to, self.kind, plain_rung(self.notice.rung), self.notice.channel)

    @property
    def rings(self) -> bool:
        return self.notice.channel == "call"

    @property
    def delivered(self) -> bool:
        """As the product believes: of a call, that a key was pressed in it."""
        return any(state in (Delivery.DELIVERED, Delivery.READ) for state, _ in self.fates)

    @property
    def over(self) -> bool:
        if self.rings:
            return self.call is not None and self.call.ended_at is not None
        return any(state in OVER for state, _ in self.fates)

    @property
    def settles_s(self) -> float:
        return CALL_SETTLES_S if self.rings else SETTLES_S


@dataclass(frozen=True, slots=True)
class Happened:
    """Something people or machines did: `who` in a word, `what` in a sentence."""

    at: float
    who: str
    what: str


@dataclass(slots=True)
class RangUs:
    """A call to our number, by somebody of the act."""

    at: float
    who: str
    call: ShownCall

    @property
    def over(self) -> bool:
        return self.call.ended_at is not None


Told = Sent | Happened | RangUs


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
        """Every phone of the act, a stranger's that she may borrow among them."""
        self.rang_us: dict[str, RangUs] = {}

    def note(self, who: str, what: str) -> None:
        """Something happened now."""
        self.happened.append(Happened(self._house.clock.now(), who, what))

    async def look(self, journey: Journey | None) -> None:
        """Takes in what is new."""
        stories = (journey, journey.shadow) if journey is not None else ()
        proven = {p.id: p for story in reversed(stories) if story is not None for p in story.proven}
        for entry in self._house.double.messages:
            if entry.direction == "inbound":
                self._rang(entry)
                continue
            notice = _notice_of(entry.status_callback)
            if notice is not None and self._ours(notice):
                self._take(entry, notice, proven.get(notice.text))

    def messages(self) -> list[Sent]:
        """Everything sent so far, oldest first."""
        return sorted(self.sent.values(), key=lambda sent: sent.at)

    def ready(self, now: float, *, all_of_it: bool = False) -> Iterator[Told]:
        """What has not been told yet and can be, in order: a message once its fate is known, or has been long open."""
        everything: list[Told] = [*self.sent.values(), *self.happened, *self.rang_us.values()]
        for one in sorted(everything, key=lambda one: one.at):
            if id(one) in self._told:
                continue
            if not (all_of_it or isinstance(one, Happened) or one.over or _long_open(one, now)):
                return
            self._told.add(id(one))
            yield one

    def from_the_start(self) -> None:
        """Tell everything once more."""
        self._told.clear()

    def _ours(self, notice: NoticeId) -> bool:
        return bool(self.owner) and notice.journey.partition("-")[0] == self.owner

    def _rang(self, entry: Entry) -> None:
        if entry.sender in self.numbers and entry.sid not in self.rang_us:
            calls = self._house.double.phone(entry.sender).calls
            self.rang_us[entry.sid] = RangUs(entry.at, HER, next(call for call in calls if call.sid == entry.sid))

    def _take(self, entry: Entry, notice: NoticeId, proof: Proven | None) -> None:
        sent = self.sent.get(entry.sid)
        if sent is None:
            to, kind = self.names.get(notice.to, notice.to), proof.kind.value if proof is not None else None
            sent = Sent(notice, to, kind or plain_rung(notice.rung), entry.at, entry.body)
            sent.again = any(one.line == sent.line for one in self.sent.values())
            self.sent[entry.sid] = sent
        elif proof is not None:
            sent.kind = proof.kind.value
        sent.to = self.names.get(notice.to, notice.to)
        self._fates(sent, entry, proof)
        if sent.rings:
            sent.call = self._on_phone(entry)
            sent.text = sent.call.words

    def _on_phone(self, entry: Entry) -> ShownCall:
        """The call as the phone had it; a phone that is off had nothing of it."""
        calls = self._house.double.phone(entry.to).calls
        unseen = ShownCall(at=entry.at, sid=entry.sid, other=entry.sender, taken_by=UNSEEN, ended_at=entry.ended_at)
        return next((call for call in calls if call.sid == entry.sid), unseen)

    def _fates(self, sent: Sent, entry: Entry, proof: Proven | None) -> None:
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


def _long_open(one: Sent | RangUs, now: float) -> bool:
    return now - one.at > (one.settles_s if isinstance(one, Sent) else CALL_SETTLES_S)


def in_words(sent: Sent) -> str:
    """How far it has come: "delivered after 2 s"; "picked up after 9 s, 1 pressed"."""
    if sent.rings:
        return _call_in_words(sent.call)
    last, at = sent.fates[-1] if sent.fates else ("waiting", sent.at)
    after_s = max(0.0, at - sent.at)
    match last:
        case "waiting":
            return "under way"
        case Delivery.ACCEPTED | Delivery.SENT:
            return f"{last}, no receipt"
    why = ", phone off" if sent.code == PHONE_OFF else f", error {sent.code}" if sent.code else ""
    return f"{last} after {after_s:.0f} s{why}"


def _call_in_words(call: ShownCall | None) -> str:
    """Who or what took it, and whether a key was pressed: only that has told anybody."""
    if call is None or (call.answered_at is None and call.ended_at is None):
        return "rings"
    if call.taken_by == UNSEEN:
        return "rings in vain, the phone is off"
    if call.answered_at is None:
        return f"rings {(call.ended_at or call.at) - call.at:.0f} s, nobody takes it"
    who = "mailbox" if call.taken_by == "machine" else "taken"
    after = f"{who} after {call.answered_at - call.at:.0f} s"
    if not call.keys:
        return f"{after}, no key: not told" if call.ended_at is not None else after
    return f"{after}, a key: told"
