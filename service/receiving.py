"""What comes back from the provider, whoever carried it: receipts, keys pressed in a call, and calls to our number."""

from contextlib import suppress
from functools import partial

from alerts.contact import Channel
from alerts.gateway import Delivery, PhoneNumber
from alerts.ladder import Said
from alerts.notice import HER
from alerts.receipts import Receipt
from alerts.spoken import way_out

from .house import House
from .journey import pressed, said
from .journey.model import Journey, Proof
from .journey.turn import Outcome
from .people import asking_again, keypad, testing
from .people.consenting import confirm, stopped
from .people.directory import Known
from .people.numbers import e164
from .people.patience import Door, Strange
from .people.pressing import act_of, press
from .people.refusals import Refused, Why
from .people.way_out import account_of, take_pin
from .rows import is_journey
from .sandbox_phones import Keyed, NoSuchCall
from .telemetry import logger
from .watch import NoSuchJourney

log = logger(__name__)

OWN_CALL = "call"
"""The door of every call with her own phone, whoever rang whom."""
KEYS = {"1": Said.TAKEN, "2": Said.CANT, "3": Said.SPOKEN}


async def receipt_came(house: House, receipt: Receipt) -> None:
    """A receipt, committed before this returns. One that names nothing we know is counted, and changes nothing."""
    key, who = parts(receipt.notice_id)
    if receipt.opted_out:
        await _unreachable(house, key, who)
    try:
        if not is_journey(key):  # of messages that belong to no journey only tests are followed
            await testing.reported(house, key, receipt.notice_id, receipt.delivery)
            return
        await house.watch.ask(key, partial(_reported, receipt=receipt), urgent=False)
    except NoSuchJourney:
        house.vitals.unknown_callbacks += 1


async def rang(house: House, number: str) -> None:
    """A phone on the screen rings us: whoever holds it may key her number and her PIN."""
    if house.phones is not None:
        await house.phones.ring(number, way_out(keypad.picked_up(number).say or ""), house.clock.now())


async def keyed_in_call(house: House, keyed: Keyed) -> None:
    """Digits in a call: a contact's answer, or hers: 1 to a prompt, her PIN and # (or * for 15 minutes more). Without a
    notice it is a call to us."""
    if not keyed.notice_id:
        await _way_out(house, keyed)
        return
    key, who = parts(keyed.notice_id)
    command = f"{keyed.sid}/{len(keyed.digits)}"
    try:
        if not is_journey(key):
            await _keyed_by_contact(house, Known(key, who), keyed, command)
            return
        if who != HER:
            word = KEYS.get(keyed.digits[-1:])
            if word is not None:
                await house.watch.ask(key, lambda j, now, _: said.contact_said(j, who, word, now), command=command)
            return
        await house.watch.ask(key, lambda j, now, _: pressed.picked_up(j, now))
        if keyed.digits == "1":
            await house.watch.ask(key, lambda j, now, proof: pressed.answered(j, "", "ok", now, proof), command=command)
        elif keyed.digits[-1:] in ("#", "*") and len(keyed.digits) > 1:
            await _her_pin(house, key, keyed.digits, command)
    except NoSuchJourney:
        house.vitals.unknown_callbacks += 1


async def _keyed_by_contact(house: House, known: Known, keyed: Keyed, command: str) -> None:
    """1 in a call that belongs to no journey: the test was heard, or YES to being asked again."""
    if keyed.digits[-1:] != "1":
        return
    match testing.rung_of(keyed.notice_id):
        case testing.RUNG:
            await testing.answered(house, known, keyed.notice_id)
        case asking_again.CONSENT:
            await confirm(house, known, keyed.number, command, texted=False)


async def _her_pin(house: House, key: str, digits: str, command: str) -> None:
    account = await house.watch.account(key.partition("-")[0])
    pin, last = digits[:-1].rpartition("#")[2].rpartition("*")[2], digits[-1]
    act = act_of("extend", minutes=15.0) if last == "*" else act_of("answer")
    await press(house, account, act, command=command, door=OWN_CALL, pin=pin)


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
    number = _number(house, tries.number)
    door: Door = OWN_CALL if tries.number == call.own else Strange(f"call/{caller}")
    try:
        await take_pin(house, await account_of(house, number), tries.pin, door)
    except Refused as refusal:
        if refusal.why is not Why.TRY_AGAIN:
            raise
        return keypad.judged(call, right=False, wait_s=refusal.wait_s or 0.0)
    return keypad.judged(call, right=True)


def _number(house: House, keyed: str) -> PhoneNumber:
    """As she would write it; what is no number is nobody's."""
    try:
        return e164(keyed, house.settings.country, drama=not house.settings.real_provider)
    except Refused:
        return PhoneNumber("-")


def parts(notice_id: str) -> tuple[str, str]:
    """The row a notice belongs to and whom it is for."""
    pieces = notice_id.split("/")
    return pieces[0], pieces[3] if len(pieces) > 3 else ""


def _reported(journey: Journey, now: float, _proof: Proof, *, receipt: Receipt) -> Outcome:
    if receipt.delivery is Delivery.ACCEPTED:
        return said.handed(journey, receipt.notice_id, receipt.sid, now)
    outcome = said.reported(
        journey, receipt.notice_id, receipt.delivery, now, code=receipt.code, for_good=receipt.permanent
    )
    if receipt.delivery is Delivery.DELIVERED and _calls_her(receipt.notice_id):
        return _then(outcome, pressed.picked_up(outcome.journey, now))
    return outcome


def _calls_her(notice_id: str) -> bool:
    """Whether this is a call to her own phone: taken, it holds L2 for what she is about to key (row 9)."""
    pieces = notice_id.split("/")
    return pieces[3:5] == [HER, Channel.CALL.value]


def _then(first: Outcome, second: Outcome) -> Outcome:
    return Outcome(
        second.journey, (*first.events, *second.events), (*first.notices, *second.notices), first.answer, first.cover
    )


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
