"""Her commands by text, from a phone that may have no data: OK, MORE, HOME, WALK, HELP. Each is answered, in neutral
words: others read her phone. A sender can be forged, so whatever ends, lowers or goes beyond row 18 takes her PIN.
"""

from msgspec.structs import replace

from alerts.message import MOST_SEGMENTS
from alerts.notice import HER
from alerts.replies_en import MOST_MINUTES
from alerts.septets import gsm7, segments
from service.house import House
from service.journey.cover import shown_to_her
from service.journey.model import Journey, JourneyKind
from service.journey.said import is_over
from service.journey.sentence import sentence
from service.journey.turn import ALREADY_CLOSED, Answer
from service.operators.presence import alive
from service.people import wishes
from service.people.alarms import NO_JOURNEY
from service.people.model import Contact, ContactState, Traveller
from service.people.plans import deliverable, told_by
from service.people.pressing import act_of, cry, press
from service.people.refusals import Refused, Why
from service.people.setting_off import in_words, set_off
from service.people.wishes import Wish
from service.store import StoreUnavailable
from service.watch import Act, NoSuchJourney

from . import replying
from .words import Hers, HerWord

AN_HOUR_S = 3600.0
_UNTIL = ("done", "eta_moved", "resolved", "paused")
Said = tuple[str, dict[str, str]]
"""Which answer, and what stands in it."""


async def heard(house: House, account: Traveller, word: Hers, sid: str) -> None:
    """Does what she asks and answers it. Everything is on disk when this returns."""
    match word.word:
        case HerWord.HELP:
            said = await _cried(house, account, sid)
        case HerWord.WALK:
            said = await _walks(house, account, word, sid)
        case _:
            answer = await press(house, account, _act(word), command=sid, door=account.number, pin=word.pin)
            said = await _answered(house, account, answer)
    if await replying.may_reply(house, account.number, sid, hers=True):
        await replying.send(house, account.id, HER, sid, said[0], **said[1])


async def not_understood(house: House, account: Traveller, sid: str) -> None:
    """She may believe that something was done: she is told the words, once an hour."""
    if await replying.may_reply(house, account.number, sid, hers=True, about="sorry", once_in_s=AN_HOUR_S):
        await replying.send(house, account.id, HER, sid, "sorry")


def _act(word: Hers) -> Act:
    match word.word:
        case HerWord.HOME:
            return act_of("end")
        case HerWord.MORE:
            return act_of("extend", minutes=word.minutes or 0.0)
        case _:
            return act_of("answer")


async def _answered(house: House, account: Traveller, answer: Answer) -> Said:
    match answer.code:
        case "pin_needed":
            return "pin_needed", {}
        case "try_again":
            return "try_again", {"wait_s": repr(answer.wait_s)}
        case "closed":
            return "ended", {}
        case code if code == NO_JOURNEY:
            return "nothing", {}
    shown = await _shown(house, account.id)
    if shown is None or is_over(shown):
        return ("ended" if answer.code == "resolved" else "nothing"), {}
    if shown.sos is not None and answer.code == ALREADY_CLOSED.code:
        return "pin_needed", {}  # an SOS is counting, and only her PIN stops it
    if answer.code in _UNTIL and answer.at is not None:
        return "ok_until", {"at": repr(answer.at)}
    return "ok", {}


async def _shown(house: House, traveller: str) -> Journey | None:
    """Her journey as her devices may see it."""
    account = await house.watch.account(traveller)
    if account.live is None:
        return None
    try:
        return shown_to_her((await house.watch.look(account.live)).journey)
    except NoSuchJourney:
        return None


# ── HELP ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _cried(house: House, account: Traveller, sid: str) -> Said:
    """By text there is no window to cancel in (row 14). She hears it if nobody at all could be told."""
    await cry(house, account, command=sid, window=False, streams=False)
    return ("heard" if await _anybody(house, account) else "heard_by_nobody"), {}


async def _anybody(house: House, account: Traveller) -> bool:
    calls = house.gateway.rings
    if any(c.on_sos_list and _would_hear(c, calls=calls) for c in account.shown_contacts):
        return True
    try:
        return bool(await alive(house, house.clock.now()))
    except StoreUnavailable:
        return False


def _would_hear(contact: Contact, *, calls: bool) -> bool:
    """Who has not said YES gets one text in an SOS."""
    if contact.state is ContactState.INVITED:
        return bool(contact.number) and contact.reachable_by_sms
    return contact.state is ContactState.CONFIRMED and deliverable(contact, calls=calls)


# ── WALK ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _walks(house: House, account: Traveller, word: Hers, sid: str) -> Said:
    """A journey with no data at all: a timer. It takes no PIN, and is answered with the one true sentence."""
    if word.minutes is None or not 1 <= word.minutes <= MOST_MINUTES:
        return "walk_form", {}
    wish = Wish(kind=JourneyKind.TIMER, minutes=word.minutes, destination=_destination(word.place))
    try:
        kept = await set_off(house, account.id, wish, key=f"sms/{sid}")
    except Refused as refusal:
        match refusal.why:
            case Why.NOBODY_TO_TELL:
                return "walk_nobody", {}
            case Why.JOURNEY_UNDER_WAY:
                return await _in_the_way(house, account)
        raise
    return "words", {"words": _sentence(house, await house.watch.account(account.id), shown_to_her(kept.journey))}


def _destination(place: str) -> str:
    try:
        return wishes.word(place)
    except Refused:
        return "home"


async def _in_the_way(house: House, account: Traveller) -> Said:
    shown = await _shown(house, account.id)
    calm = shown is not None and shown.alarm is None and shown.sos is None and shown.due is None
    if shown is None or not calm or shown.eta_at is None:
        return "walk_busy", {}
    return "walk_busy", {"at": repr(shown.eta_at)}


def _sentence(house: House, account: Traveller, journey: Journey) -> str:
    """What she is promised, with the people her screen knows of; by their first names where it would be too long."""
    people = told_by(account.shown_contacts, calls=house.gateway.rings)
    text = sentence(replace(journey, plan=replace(journey.plan, people=people)))
    whole = in_words(text, account)
    return whole if segments(gsm7(whole)) <= MOST_SEGMENTS else in_words(text, _by_first_names(account))


def _by_first_names(account: Traveller) -> Traveller:
    contacts = tuple(replace(c, name=c.name.split()[0]) for c in account.shown_contacts)
    return replace(account, contacts=contacts, cover=None)
