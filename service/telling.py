"""From a notice to words: who it goes to, whether anybody still needs it, and what is known at the moment of sending."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from alerts.contact import Channel
from alerts.facts import LONGEST_NAME, Facts
from alerts.gateway import MailAddress, PhoneNumber
from alerts.ladder import Ladder, Lease, Person, Said
from alerts.letters import Letter, letter
from alerts.message import render
from alerts.notice import HER, Kind, Notice
from alerts.rings import ENDS, NEWS, ring_to
from alerts.septets import plain

from .journey.asking import concern_s, question_needless
from .journey.cover import shown_to, shown_to_her
from .journey.model import Cause, Incident, Journey, JourneyState, Level, LinkState, Proven
from .journey.plan import Seen
from .journey.ringing import RESTS
from .journey.turn import knows
from .people.model import Contact, ContactState, Traveller
from .rows import UnreadableRow, journey_row
from .store import Store
from .tokens import Sealer

ALARMS = frozenset(
    {Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.SOS, Kind.DURESS, Kind.NOBODY, Kind.COLD, Kind.ANY_NEWS}
)
IN_HAND = (Said.TAKEN, Said.SPOKEN, Said.WITH_HER, Said.POLICE)
ACCEPTED = "already accepted"
LAST_WORDS = ("left", "never")
"""What somebody who has left is still answered."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What words need from the deployment: zone, country, how a link looks, what the street is called
    (None: it is not known well enough)."""

    timezone: str
    region: str
    link: Callable[[str, str], str]
    place: Callable[[Seen], str | None]


def number_of(notice: Notice, account: Traveller) -> PhoneNumber | None:
    """Where a notice goes, read at the moment of sending: a removed contact has no number any more, somebody invited
    by a link none yet, somebody who has left only for the answer to that; a code goes to the number it proves."""
    if notice.to == HER:
        return account.phone
    contact = account.still_told(notice.to)
    if contact is None:
        return None
    if contact.state is ContactState.LEFT and notice.extra.get("reply") not in LAST_WORDS:
        return None
    number = contact.proving.number if notice.kind is Kind.CODE and contact.proving is not None else contact.number
    return PhoneNumber(number) if number else None


def address_of(notice: Notice, account: Traveller) -> PhoneNumber | MailAddress | None:
    """The same for whatever channel it takes. A mail goes to a proved address, or asks whether this one is right
    (`people.mailing`): then to the one that her screen shows."""
    if notice.channel is not Channel.EMAIL:
        return number_of(notice, account)
    contact = account.still_told(notice.to)
    shown = next((c for c in account.shown_contacts if c.id == notice.to), None)
    asks = notice.extra.get("mail")
    if asks is not None or (contact is not None and not contact.on_sos_list):
        contact = shown
    if contact is None or contact.mail is None or contact.state is not ContactState.CONFIRMED:
        return None
    right = contact.mail.id == asks if asks is not None else contact.mail.proved_at is not None
    return MailAddress(contact.mail.address) if right else None


def needless(notice: Notice, journey: Journey, account: Traveller, *, taken_up: bool = False) -> str | None:
    """Why nobody needs this message any more, or None. Judged on the journey its reader may see. `taken_up`: a call that
    somebody has just picked up, asked about once more."""
    if notice.to != HER and address_of(notice, account) is None:
        return "contact removed"
    view = shown_to_her(journey) if notice.to == HER else shown_to(journey, notice.to)
    proof = _proof(journey, notice.id)
    if not taken_up and proof is not None and proof.accepted_at is not None:
        return ACCEPTED
    if not taken_up and _rung_anew(notice, view):
        return "another call is on its way"
    if notice.kind in ALARMS:
        return _alarm_needless(notice, view.open_incident)
    return question_needless(notice, view) if notice.to == HER else _news_needless(notice, view)


def _rung_anew(notice: Notice, view: Journey) -> bool:
    """Whether a newer call to this person stands in this one's place: nobody is rung twice in the same moment."""
    ring = ring_to(view.rings, notice.to) if notice.channel is Channel.CALL else None
    if ring is None or ring.notice.id == notice.id or (ring.then is not None and ring.then.id == notice.id):
        return False
    return ring.made_at >= notice.due_at and (notice.kind in NEWS or ring.notice.kind not in NEWS - ENDS)


def _news_needless(notice: Notice, view: Journey) -> str | None:
    incident = view.open_incident
    match notice.kind:
        case Kind.TAKEN:
            ladder = incident.ladder if incident else None
            return None if ladder is not None and (ladder.lease is not None or ladder.urgent) else "over"
        case Kind.PHONE_HOME | Kind.HINT:
            return None if incident is not None else "closed"
        case Kind.CLOSED | Kind.SOS_PIN:
            return "open again" if _told_anew(notice, view) else None
        case Kind.ARRIVED:
            return None if view.state is JourneyState.CLOSED and view.alarm is None else "open again"
        case Kind.WALK_WITH:
            return None if view.under_way and notice.to in view.watchers else "not asked any more"
        case Kind.BATTERY:
            return None if view.under_way else "closed"
    return None


def _told_anew(notice: Notice, view: Journey) -> bool:
    """Whether this reader has been told of another alarm since: an older all-clear would be read as the end of it."""
    alarm = view.alarm
    if alarm is None or alarm.id == notice.incident:
        return False
    told = alarm.ladder.told if alarm.ladder is not None else ()
    return notice.to in (*alarm.before, *told, *alarm.invited)


def _alarm_needless(notice: Notice, incident: Incident | None) -> str | None:
    if incident is None or incident.id != notice.incident or incident.level is Level.PROMPTING:
        return "resolved"
    ladder = incident.ladder
    if notice.kind is Kind.NOBODY:
        return _in_hand(ladder.lease, notice) if ladder is not None and ladder.lease is not None else None
    person = ladder.person(notice.to) if ladder is not None else None
    told_before = person is not None and person.told_at is not None and person.told_at < notice.due_at
    # a later attempt stands in for a first notice that never arrived, unless it is the second ring of a rung's call
    proven = notice.attempt == 1 or RESTS in notice.extra
    called = notice.channel is Channel.CALL and told_before and proven
    if called and ladder is not None and ladder.lease and not ladder.urgent:
        return _in_hand(ladder.lease, notice)  # since this call was made; first notices are never held
    since = person is not None and person.said_at is not None and person.said_at >= notice.due_at
    if since and notice.kind not in (Kind.ANY_NEWS, Kind.COLD):
        return "answered"  # after this was made: whatever was said before did not keep the ladder from making it
    return None


def _in_hand(lease: Lease, notice: Notice) -> str:
    """Somebody has it. Whoever that is must never hear that it is somebody else."""
    return "answered" if lease.by == notice.to else "taken"


def facts(
    notice: Notice, journey: Journey, account: Traveller, voice: Voice, now: float, *, forced: bool = False
) -> Facts:
    """Everything the words may need about a journey, as its reader may see it. `forced`: the reader knows from another
    journey of hers that she may be."""
    view = shown_to_her(journey) if notice.to == HER else shown_to(journey, notice.to)
    incident, seen, plan = view.incident, view.seen, view.plan
    contact = account.contact(notice.to)
    ladder = incident.ladder if incident else None
    lease = ladder.lease if ladder else None
    word = _newest_word(ladder, notice.to) if notice.kind is Kind.TAKEN else None
    down_from_at, down_to_at = _down_over_concern(view) if notice.kind is Kind.CONCERN else _down_over_eta(view)
    resolved_at = _resolved_at(notice, view)
    return Facts(
        **_known(notice, account, voice, now),
        forced=forced or knows_better(notice.to, journey),
        reference=plan.reference,
        code=plan.code,
        link=voice.link(journey.id, notice.to) if notice.to != HER else "",
        due_at=view.due.since if view.due else view.eta_at,
        cause=incident.cause.value if incident else "",
        cause_at=_cause_at(view),
        silent_min=_silent_min(view, now),
        last_seen_at=seen.received_at if seen else None,
        near=voice.place(seen) if seen and _may_read_place(view, contact) else None,
        battery_pct=view.battery_pct,
        destination=plan.destination,
        arrived_at=view.arrival.since if view.arrival else view.due.door_at if view.due else None,
        down_from_at=down_from_at,
        down_to_at=down_to_at,
        taken_by=_name_of(word, account) if word else "",
        taken_how=word.said.value if word else "",
        taken_since_at=word.said_at if word else lease.since if lease else now,
        rung_on=_rung_on(ladder, notice.to),
        closed_by=_closed_by(notice, view),
        closed_at=resolved_at if resolved_at is not None else view.closed.at if view.closed else None,
        pin_given_at=resolved_at,
        extended_min=round(view.moved_s / 60) or None,
        pin_needed=notice.kind is Kind.DUE or plan.numbers.answer_needs_pin,
    )


def knows_better(who: str, journey: Journey) -> bool:
    """Whether this reader has been told that she may be forced, and that is not over: a cover story is not for her or
    him."""
    return journey.shadow is not None and who in knows(journey)


async def knows_from_elsewhere(store: Store, who: str, account: Traveller, but: str) -> bool:
    """The same from a journey of hers behind `but`, the one that is spoken of."""
    for row in await store.load([key for key in account.behind if key != but]):
        try:
            if row is not None and knows_better(who, journey_row(row.key, row.value).journey):
                return True
        except UnreadableRow:
            continue
    return False


def account_facts(notice: Notice, account: Traveller, voice: Voice, now: float) -> Facts:
    """The same for a message that belongs to no journey: a code, an invitation, a reply."""
    return Facts(
        **_known(notice, account, voice, now),
        reference=notice.extra.get("reference", ""),
        code=notice.extra.get("code", ""),
        link=notice.extra.get("link", ""),
    )


def _known(notice: Notice, account: Traveller, voice: Voice, now: float) -> dict[str, Any]:
    """What every message may need: who she is, how its reader reads, and what travels in the notice itself."""
    contact, extra = account.contact(notice.to), notice.extra
    return {
        "name": called(account),
        "as_of_at": now,
        "number": account.number,
        "timezone": voice.timezone,
        "region": voice.region,
        "language": contact.language if contact else "en",
        "stranger": contact is not None and contact.state is ContactState.INVITED,
        "contact_name": contact.name if contact else "",
        "passcode": extra.get("passcode", ""),
        "reply": extra.get("reply", ""),
        "answer_at": float(extra["at"]) if "at" in extra else None,
        "wait_s": float(extra.get("wait_s", 0.0)),
        "on": _lines(extra.get("on", "")),
        "off": _lines(extra.get("off", "")),
        "words": extra.get("words", ""),
    }


def called(account: Traveller) -> str:
    """What texts call her: the short name she chose for that, if it can be spelled."""
    return account.short_name if plain(account.short_name, LONGEST_NAME) else account.name


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _may_read_place(view: Journey, contact: Contact | None) -> bool:
    """Not somebody she has said is never shown her place; her own texts hold none anyway."""
    if contact is None or not contact.place:
        return False
    return next((p.place for p in view.plan.people if p.id == contact.id), True)


def _name_of(person: Person, account: Traveller) -> str:
    """Who it was, where she lets her contacts read each other's names."""
    contact = account.contact(person.who.id) if account.names_shown else None
    return contact.name if contact is not None else ""


def _proof(journey: Journey, notice_id: str) -> Proven | None:
    journeys = (journey, journey.shadow) if journey.shadow is not None else (journey,)
    return next((p for j in journeys for p in j.proven if p.id == notice_id), None)


def _cause_at(view: Journey) -> float | None:
    """Since when it has been so: a phone that is lost fell silent at its last frame, long before anybody was told; an
    SOS was one from when it fired, whatever stood open before."""
    incident = view.incident
    if incident is None:
        return None
    match incident.cause:
        case Cause.SIGNAL_LOST if view.link.state is LinkState.LOST:
            # over an outage its clock was moved on: then what she was last seen by says since when
            moved = view.seen is not None and _late_concern(view, incident)
            return view.seen.received_at if moved and view.seen is not None else view.link.heard_at
        case Cause.SOS | Cause.DURESS if incident.fired_at is not None:
            return incident.fired_at
        case Cause.WRONG_PINS if incident.ladder is not None:
            return incident.ladder.began_at
    return incident.opened_at


def _rung_on(ladder: Ladder | None, reader: str) -> bool | None:
    """Row 14: in an SOS nobody's answer keeps the others from being rung."""
    person = ladder.person(reader) if ladder is not None and ladder.urgent else None
    return None if person is None else not person.heard


def _newest_word(ladder: Ladder | None, reader: str) -> Person | None:
    """Whoever of the others has said last that this is in hand, and how."""
    people = ladder.people if ladder is not None else ()
    words = [p for p in people if p.said in IN_HAND and p.who.id != reader and p.said_at is not None]
    return max(words, key=lambda p: p.said_at or 0.0, default=None)


def _silent_min(view: Journey, now: float) -> int | None:
    """For how long she has not answered, since we asked her; after wrong PINs nobody did."""
    if view.incident is None or view.incident.cause is Cause.WRONG_PINS:
        return None
    lost_at = view.link.lost_at if view.incident.cause is Cause.SIGNAL_LOST else None
    return max(1, round((now - (view.incident.opened_at if lost_at is None else lost_at)) / 60))


def _down_over_eta(view: Journey) -> tuple[float | None, float | None]:
    """From when to when we were down, where that is why she is told of late (row 21). Where nobody knows when we were
    back, the settling time and the question are counted off."""
    due, outage, n = view.due, view.outage, view.numbers
    if due is None or not due.late:
        return None, None
    if outage is not None and outage.to_at >= due.since:
        return outage.from_at, outage.to_at
    return due.since, due.overdue_at - n.settle_s - n.settle_prompt_s


def _down_over_concern(view: Journey) -> tuple[float | None, float | None]:
    """The same for a concern: her contacts would have been told while we were down, or we did not hear that her phone was
    silent."""
    outage = view.outage if view.incident is not None and _late_concern(view, view.incident) else None
    return (None, None) if outage is None else (outage.from_at, outage.to_at)


def _late_concern(view: Journey, incident: Incident) -> bool:
    outage, n = view.outage, view.numbers
    if outage is None or outage.to_at - outage.from_at <= n.late_s or incident.cause is Cause.WRONG_PINS:
        return False
    if incident.cause is Cause.SIGNAL_LOST:
        silent = view.seen is None or view.seen.received_at <= outage.to_at
        return silent and view.link.heard_at <= outage.to_at + n.settle_s
    waited_s = concern_s(incident.cause, n)
    return waited_s is not None and outage.from_at <= incident.opened_at + waited_s < outage.to_at


def _resolved_at(notice: Notice, view: Journey) -> float | None:
    """When the alarm that this notice is about was closed; another one may stand in its place by now."""
    incident = view.incident
    if incident is not None and incident.resolved is not None and notice.kind is not Kind.ARRIVED:
        return incident.resolved.at
    return view.resolved_at if notice.kind in (Kind.CLOSED, Kind.SOS_PIN) else None


def _closed_by(notice: Notice, view: Journey) -> str:
    """How it ended: the alarm, or for those who wait for her arrival the journey itself."""
    resolved = view.incident.resolved if view.incident is not None else None
    if notice.kind is not Kind.ARRIVED and resolved is not None:
        return "pin" if resolved.by == HER else "operator"
    if notice.kind is not Kind.ARRIVED and view.incident is not None:
        return ""
    return view.closed.reason.value if view.closed is not None else ""


def worded(notice: Notice, facts: Facts) -> Letter:
    """What it says; a subject only where it is a mail."""
    if notice.channel is Channel.EMAIL:
        return letter(notice.kind, facts)
    return Letter("", render(notice.kind, facts, notice.channel))


def callback_url(public_url: str, sealer: Sealer, notice_id: str, attempt: int) -> str:
    """Where the provider reports on one attempt. The MAC makes the address ours: an unknown SID can be adopted."""
    return f"{public_url}/twilio/status?{_sealed(sealer, notice_id, attempt)}"


def voice_url(public_url: str, sealer: Sealer, notice: Notice, attempt: int) -> str:
    """Where the provider asks for the words of a call that was picked up; empty for what is no call."""
    if notice.channel is not Channel.CALL:
        return ""
    return f"{public_url}/twilio/voice?{_sealed(sealer, notice.id, attempt)}"


def _sealed(sealer: Sealer, notice_id: str, attempt: int) -> str:
    return urlencode({"n": notice_id, "a": attempt, "m": sealer.seal(notice_id, str(attempt))})
