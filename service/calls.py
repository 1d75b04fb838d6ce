"""What a call says at this moment, and what a key in it does; the same whoever carries it.

The words are made from the rows when somebody picks up and not when the call was handed over: in between she may have
come home. A call has told somebody only when a key was pressed in it (`Delivery.DELIVERED`).
"""

from dataclasses import dataclass
from functools import partial

from alerts import spoken as voice
from alerts.contact import Channel
from alerts.facts import Facts, Writer
from alerts.gateway import Delivery, PhoneNumber
from alerts.ladder import Said
from alerts.message import render
from alerts.notice import HER, Kind, Notice
from alerts.rings import ring_to
from alerts.spoken import Asks

from . import telling
from .house import House
from .journey import pressed, said
from .journey.cover import shown_to, shown_to_her
from .journey.model import Journey, Proof
from .journey.turn import Outcome
from .people import asking_again, testing
from .people.consenting import confirm
from .people.directory import Known
from .people.model import Traveller
from .people.pressing import act_of, press
from .rows import is_journey
from .watch import NoSuchJourney

OWN_CALL = "call"
"""The door of every call with her own phone, whoever rang whom."""
MOST_TRIES = 5
"""Wrong PINs in one call; the next call begins anew, the waits of row 16 do not."""
WORDS = {voice.ON_IT: Said.TAKEN, voice.CANNOT: Said.CANT}


@dataclass(frozen=True, slots=True)
class Speech:
    """What the voice says now, and which keys it then listens for. `over`: nothing follows but goodbye. `settled`: nobody
    needs this call any more, and once is enough."""

    words: str
    asks: Asks = Asks.NOTHING
    over: bool = False
    wait_s: float = 0.0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """Keys that were pressed in a call about a notice: one digit of a contact's, one digit or a PIN with its hash or
    star of hers. `nth` counts them in the call `sid`, so that a repeat gets its first answer; one person's never is
    another's, whatever the provider calls their calls."""

    notice_id: str
    sid: str
    number: PhoneNumber
    keys: str
    nth: int

    @property
    def command(self) -> str:
        return f"{self.sid}/{parts(self.notice_id)[1]}/{self.nth}"


@dataclass(frozen=True, slots=True)
class _Call:
    """A call about something that is on disk."""

    notice: Notice
    facts: Facts
    needless: str | None = None

    @property
    def hers(self) -> bool:
        return self.notice.to == HER

    @property
    def asks(self) -> Asks:
        return voice.asks(self.notice.kind, pin_needed=self.facts.pin_needed)

    @property
    def writer(self) -> Writer:
        return Writer(self.facts)


def parts(notice_id: str) -> tuple[str, str]:
    """The row a notice belongs to and whom it is for."""
    pieces = notice_id.split("/")
    return pieces[0], pieces[3] if len(pieces) > 3 else ""


def is_hers(notice_id: str) -> bool:
    return parts(notice_id)[1] == HER


async def picked_up(house: House, notice_id: str) -> Speech:
    """The words of this call as of now; one sentence where nobody needs it any more. Raises NoSuchJourney."""
    return _speech(await _call(house, notice_id))


async def taken_up(house: House, notice_id: str) -> None:
    """Somebody, or something, has picked up: that holds L2 for what she keys, and tells nobody anything yet."""
    if not is_journey(parts(notice_id)[0]):
        return
    await house.watch.ask(parts(notice_id)[0], partial(_answered, notice_id=notice_id), urgent=False)


async def keyed(house: House, key: Key) -> Speech:
    """Does what was keyed, and says what follows; on disk before this returns. Raises NoSuchJourney."""
    owner, who = parts(key.notice_id)
    if not is_journey(owner):
        return await _keyed_without_journey(house, Known(owner, who), key)
    call = await _call(house, key.notice_id)
    return await (_keyed_by_her(house, call, key) if call.hers else _keyed_by_contact(house, call, key))


def silent(notice_id: str) -> str:
    """The last words of a call in which nothing was keyed."""
    return voice.voice("silent_hers" if is_hers(notice_id) else "silent")


# ── a contact ────────────────────────────────────────────────────────────────────────────────────────────


async def _keyed_by_contact(house: House, call: _Call, key: Key) -> Speech:
    digit, notice = key.keys[-1:], call.notice
    means = WORDS.get(digit) if call.asks is Asks.ON_IT else None
    word = means if call.needless is None else None

    def act(journey: Journey, now: float, _proof: Proof) -> Outcome:
        heard = said.reported(journey, notice.id, Delivery.DELIVERED, now)
        return heard if word is None else then(heard, said.contact_said(heard.journey, notice.to, word, now))

    answer = await house.watch.ask(notice.journey, act, command=key.command)
    if word is not None or (means is not None and answer.code == means):  # a repeat, answered as it was
        words = voice.after_key(notice.kind, digit, call.writer, told=answer.code == Said.TAKEN)
        return Speech(words, over=True)
    if digit == voice.ON_IT and call.needless is None:
        return Speech(voice.voice("goodbye"), over=True)
    return _speech(call)


async def _keyed_without_journey(house: House, known: Known, key: Key) -> Speech:
    """A call that belongs to no journey: the test was heard, or YES to being asked again."""
    await testing.reported(house, known.traveller, key.notice_id, Delivery.DELIVERED)
    if key.keys[-1:] != voice.ON_IT:
        return await picked_up(house, key.notice_id)
    match testing.rung_of(key.notice_id):
        case testing.RUNG:
            await testing.answered(house, known, key.notice_id)
        case asking_again.CONSENT:
            await confirm(house, known, key.number, key.command, texted=False)
    return Speech(voice.voice("goodbye"), over=True)


# ── she ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _keyed_by_her(house: House, call: _Call, key: Key) -> Speech:
    """1 where no PIN is asked, else her PIN; either of them, in the same words and the same time."""
    notice_id = call.notice.id
    await house.watch.ask(call.notice.journey, partial(_heard_by_her, notice_id=notice_id), urgent=False)
    command, keys = key.command, key.keys
    if keys == voice.ON_IT and call.asks is Asks.PIN:  # the first digit of a PIN, perhaps: not tried by itself
        return Speech(voice.voice("pin"), Asks.PIN)
    if keys == voice.ON_IT:
        prompt = call.notice.extra.get("prompt", "")
        answer = await house.watch.ask(
            call.notice.journey, lambda j, now, proof: pressed.answered(j, prompt, "ok", now, proof), command=command
        )
        over = answer.ok
        return Speech(voice.voice("goodbye" if over else "pin"), Asks.NOTHING if over else Asks.PIN, over=over)
    pin = keys.rstrip("#*").rpartition("#")[2].rpartition("*")[2]
    if not pin:
        return _speech(call)
    account = await house.watch.account(call.notice.journey.partition("-")[0])
    act = act_of("extend", minutes=15.0) if keys.endswith("*") else act_of("answer")
    answer = await press(house, account, act, command=command, door=OWN_CALL, pin=pin)
    if answer.ok:
        return Speech(voice.voice("goodbye"), over=True)
    if key.nth >= MOST_TRIES:
        return Speech(voice.voice("goodbye"), over=True)
    return Speech(voice.voice("again", answer.wait_s), Asks.PIN, wait_s=answer.wait_s)


def _heard_by_her(journey: Journey, now: float, _proof: Proof, *, notice_id: str) -> Outcome:
    heard = said.reported(journey, notice_id, Delivery.DELIVERED, now)
    return then(heard, pressed.picked_up(heard.journey, now))


def _answered(journey: Journey, now: float, _proof: Proof, *, notice_id: str) -> Outcome:
    answered = said.reported(journey, notice_id, Delivery.ANSWERED, now)
    return answered if not is_hers(notice_id) else then(answered, pressed.picked_up(answered.journey, now))


def then(first: Outcome, second: Outcome) -> Outcome:
    """One act after another, answered by the second."""
    events, notices = (*first.events, *second.events), (*first.notices, *second.notices)
    return Outcome(second.journey, events, notices, second.answer, first.cover)


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────


def _speech(call: _Call) -> Speech:
    if call.needless is not None:
        return Speech(voice.settled(call.needless, call.writer, hers=call.hers), over=True, settled=True)
    words = render(call.notice.kind, call.facts, Channel.CALL)
    return Speech(words, call.asks, over=call.asks is Asks.NOTHING)


async def _call(house: House, notice_id: str) -> _Call:
    """Raises NoSuchJourney: there is no such notice, or nobody it could be about."""
    owner = notice_id.partition("/")[0]
    account = await house.watch.account(owner.partition("-")[0])
    now = house.clock.now()
    if not is_journey(owner):
        return await _without_journey(house, account, notice_id, now)
    journey = (await house.watch.look(owner)).journey
    notice = _notice(journey, notice_id)
    forced = await telling.knows_from_elsewhere(house.store, notice.to, account, owner)
    facts = telling.facts(notice, journey, account, house.voice, now, forced=forced)
    return _Call(notice, facts, telling.needless(notice, journey, account, taken_up=True))


async def _without_journey(house: House, account: Traveller, notice_id: str, now: float) -> _Call:
    _, incident, rung, who, *_ = (*notice_id.split("/"), "", "", "")
    kinds = {testing.RUNG: Kind.TEST, asking_again.CONSENT: Kind.CONSENT_AGAIN, asking_again.NEWS: Kind.CONTACT_NEWS}
    kind = kinds.get(testing.rung_of(notice_id), Kind.REPLY)
    alarmed = kind is Kind.TEST and await _is_alarmed(house, account, who)
    notice = Notice(
        journey=account.id,
        incident=incident,
        rung=rung,
        to=who,
        kind=Kind.REPLY if alarmed else kind,
        channel=Channel.CALL,
        due_at=now,
        extra={"reply": "no_test"} if alarmed else {},
    )
    gone = "contact removed" if telling.number_of(notice, account) is None else None
    return _Call(notice, telling.account_facts(notice, account, house.voice, now), gone)


async def _is_alarmed(house: House, account: Traveller, who: str) -> bool:
    """Whether this contact knows of an open alarm: to her or him nothing is only a test."""
    for key in account.journeys_open:
        try:
            journey = (await house.watch.look(key)).journey
        except NoSuchJourney:
            continue
        if shown_to(journey, who).alarm is not None:
            return True
    return False


def _notice(journey: Journey, notice_id: str) -> Notice:
    """The notice behind a call that was handed over: the newest to each person is kept whole, of older ones what her
    screen shows of them."""
    who = parts(notice_id)[1]
    view = shown_to_her(journey) if who == HER else shown_to(journey, who)
    for story in (view, journey, journey.shadow):
        ring = ring_to(story.rings, who) if story is not None else None
        if ring is not None and ring.notice.id == notice_id:
            return ring.notice
    for story in (view, journey, journey.shadow):
        proof = next((p for p in story.proven if p.id == notice_id), None) if story is not None else None
        if proof is not None:
            prompt = {"prompt": proof.rung.partition(".")[0]} if who == HER else {}
            return Notice(
                journey=journey.id,
                incident=notice_id.split("/")[1],
                rung=proof.rung,
                to=who,
                kind=proof.kind,
                channel=Channel.CALL,
                due_at=proof.made_at,
                attempt=proof.attempt,
                extra=prompt,
            )
    raise NoSuchJourney(notice_id)
