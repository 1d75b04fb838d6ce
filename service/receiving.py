"""What comes back from the provider, whoever carried it: receipts, keys pressed in a call, and calls to our number."""

from contextlib import suppress
from functools import partial

from alerts.contact import Channel
from alerts.gateway import Delivery, PhoneNumber
from alerts.notice import HER
from alerts.receipts import Receipt
from alerts.sandbox_gateway import Entry
from alerts.spoken import way_out

from . import calls
from .house import House
from .journey import pressed, said
from .journey.events import NoticeReported
from .journey.model import Journey, Proof
from .journey.turn import Outcome
from .people import keypad, testing
from .people.consenting import stopped
from .people.numbers import e164
from .people.patience import Door, Strange
from .people.refusals import Refused, Why
from .people.way_out import account_of, take_pin
from .rows import is_journey
from .sandbox_phones import Keyed, NoSuchCall
from .telemetry import logger
from .watch import NoSuchJourney

log = logger(__name__)


async def receipt_came(house: House, receipt: Receipt) -> None:
    """A receipt, committed before this returns. One that names nothing we know is counted, and changes nothing."""
    key, who = calls.parts(receipt.notice_id)
    if receipt.opted_out:
        await _unreachable(house, key, who)
    try:
        if not is_journey(key):  # of messages that belong to no journey only tests are followed
            # that somebody picked up is nothing yet, and no answer to a test
            delivery = Delivery.SENT if receipt.delivery is Delivery.ANSWERED else receipt.delivery
            await testing.reported(house, key, receipt.notice_id, delivery)
            return
        news: list[float | None] = []
        await house.watch.ask(key, partial(_reported, receipt=receipt, news=news), urgent=False)
    except NoSuchJourney:
        house.vitals.unknown_callbacks += 1
    else:
        if news:
            house.vitals.meters.reported(_channel(receipt.notice_id), receipt.delivery, news[-1])


async def rang(house: House, number: str) -> None:
    """A phone on the screen rings us: whoever holds it may key her number and her PIN."""
    if house.phones is not None:
        await house.phones.ring(number, way_out(keypad.picked_up(number).say or ""), house.clock.now())


async def keyed_in_call(house: House, keyed: Keyed) -> calls.Speech | None:
    """Digits in a call on the screen: a contact's answer, or hers. Without a notice it is a call to us. What the voice
    says to it is said on that phone, and returned; None where more keys have to come."""
    if not keyed.notice_id:
        await _way_out(house, keyed)
        return None
    keys = _newest(keyed.digits, hers=calls.is_hers(keyed.notice_id))
    if not keys:
        return None
    key = calls.Key(keyed.notice_id, keyed.sid, keyed.number, keys, nth=len(keyed.digits))
    try:
        speech = await calls.keyed(house, key)
    except NoSuchJourney:
        house.vitals.unknown_callbacks += 1
        return None
    await say(house, keyed.number, keyed.sid, speech, after=True)
    return speech


async def say(house: House, number: str, sid: str, speech: calls.Speech, *, after: bool = False) -> None:
    """Words in a call that is drawn on the screen, in place of what was said before, or `after` it."""
    if house.phones is not None:
        ends_at = house.clock.now() if speech.over else None
        with suppress(NoSuchCall):  # hung up meanwhile
            await house.phones.say(number, sid, speech.words, ends_at=ends_at, after=after)


async def taken_on_screen(house: House, number: str, entry: Entry) -> None:
    """Somebody takes a call that rings on the screen: the voice says what is so by now."""
    if not entry.notice_id:
        return
    try:
        speech = await calls.picked_up(house, entry.notice_id)
    except NoSuchJourney:
        house.vitals.unknown_callbacks += 1
        return
    await say(house, number, entry.id, speech)


def _newest(digits: str, *, hers: bool) -> str:
    """The newest whole piece of what was keyed: a digit of a contact's; hers is a 1, or ends with a hash or a star."""
    if not hers or digits == "1":
        return digits[-1:]
    before, last = digits[:-1], digits[-1:]
    piece = before.rpartition("#")[2].rpartition("*")[2]
    return f"{piece}{last}" if last in ("#", "*") and piece else ""


async def _way_out(house: House, keyed: Keyed) -> None:
    """One key more in a call to our number. What is said is the same for either of her PINs."""
    turn = keypad.replayed(keyed.digits, keyed.number)
    if turn.tries is not None:
        turn = await tried(house, turn.call, turn.tries, keyed.number)
    if turn.say is not None and house.phones is not None:
        ends_at = house.clock.now() if turn.call.step is keypad.Step.OVER else None
        with suppress(NoSuchCall):  # hung up meanwhile
            await house.phones.say(keyed.number, keyed.sid, way_out(turn.say, turn.wait_s), ends_at=ends_at)


async def tried(house: House, call: keypad.Call, tries: keypad.Tries, caller: str) -> keypad.Turn:
    """Tries what was keyed in a call from `caller`. A call from her own number is a door of hers, any other a stranger's."""
    number = number_of(house, tries.number)
    door: Door = calls.OWN_CALL if tries.number == call.own else Strange(f"call/{caller}")
    try:
        await take_pin(house, await account_of(house, number), tries.pin, door)
    except Refused as refusal:
        if refusal.why is not Why.TRY_AGAIN:
            raise
        return keypad.judged(call, right=False, wait_s=refusal.wait_s or 0.0)
    return keypad.judged(call, right=True)


def number_of(house: House, keyed: str) -> PhoneNumber:
    """As she would write it; what is no number is nobody's ("-")."""
    try:
        return e164(keyed, house.settings.country, drama=not house.settings.real_provider)
    except Refused:
        return PhoneNumber("-")


def _reported(journey: Journey, now: float, _proof: Proof, *, receipt: Receipt, news: list[float | None]) -> Outcome:
    """`news` is told where this report says something new: the seconds since the hand-over."""
    if receipt.delivery is Delivery.ACCEPTED:
        return said.handed(journey, receipt.notice_id, receipt.sid, now)
    outcome = said.reported(
        journey, receipt.notice_id, receipt.delivery, now, code=receipt.code, for_good=receipt.permanent
    )
    if any(isinstance(event, NoticeReported) for event in outcome.events):
        at = next((p.accepted_at for p in journey.proven if p.id == receipt.notice_id), None)
        news.append(None if at is None else now - at)
    if receipt.delivery in (Delivery.ANSWERED, Delivery.DELIVERED) and _calls_her(receipt.notice_id):
        return calls.then(outcome, pressed.picked_up(outcome.journey, now))
    return outcome


def _channel(notice_id: str) -> Channel:
    pieces = notice_id.split("/")
    return next((channel for channel in Channel if pieces[4:5] == [channel.value]), Channel.SMS)


def _calls_her(notice_id: str) -> bool:
    """Whether this is a call to her own phone: taken, it holds L2 for what she is about to key (row 9)."""
    pieces = notice_id.split("/")
    return pieces[3:5] == [HER, Channel.CALL.value]


async def _unreachable(house: House, key: str, who: str) -> None:
    """Error 21610 means STOP: this number cannot be texted until START; voice takes over."""
    try:
        account = await house.watch.account(key.partition("-")[0])
    except NoSuchJourney:
        return
    contact = account.contact(who)
    number = account.number if who == HER else contact.number if contact is not None else None
    if number is not None:
        await stopped(house, number)
        log.info("number is unreachable by text", who="her" if who == HER else "contact")
