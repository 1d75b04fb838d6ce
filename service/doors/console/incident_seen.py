"""One open incident as an operator sees it: what happened, who was told, what may be seen now ("Who sees what")."""

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Person, Said
from service.doors.maps import Basemap
from service.doors.pages_seen_map import seen_map
from service.doors.pages_story import story
from service.doors.pages_track import thinned, track_of
from service.doors.pages_words import clock_of, lasting, number_in_words, when
from service.house import House
from service.journey import havens, legs
from service.journey.claims import takes_two
from service.journey.model import OPERATORS, Cause, Claim, Incident, Journey, Level, Logged, Proven
from service.journey.sight import Sight, operators_sight
from service.operators.accounts import NOBODY
from service.operators.presence import in_this_world_s
from service.people.model import Card, Traveller
from service.people.opened_card import card_for
from service.rows import Kept
from service.web.incident import IncidentPage, IncidentState, ToldPerson
from service.web.pages import Frame, LastSeen
from service.web.script import Script

from .queue import SAID, claim_of, holder_of, kind_of, link_badge, next_of, proposal_of, seen_of, timers_of, what_of

ASKS_S, STILL_S = 480.0, 600.0
"""A page that is open proves that a browser is there, not a person: after eight minutes without anything pressed it asks,
after ten it lets the claim lapse."""
LOG_WORDS = {
    "note": "",
    "rang_her": "rang her",
    "rang_contact": "rang a contact",
    "rang_police": "told the police",
    "nothing_heard": "nothing heard",
    "spoke_to_her": "spoke to her",
    "spoke_to_contact": "spoke to a contact",
}
"""What stands in the log, by `claims.LOGGED`; a note has only its own words."""
_CARD = (
    ("full_name", "Full name"),
    ("description", "Looks like"),
    ("address", "Address"),
    ("medical", "Health"),
    ("danger", "Who may be a danger"),
    ("police_reference", "Police reference"),
)


def state_of(incident: Incident) -> IncidentState:
    """Which fixed words the page shows."""
    match incident.cause:
        case Cause.DURESS:
            return "duress"
        case Cause.SOS:
            return "sos"
    return "concern" if incident.level is Level.CONCERN else "overdue"


def idle_s(incident: Incident, claim: Claim, now: float) -> float:
    """How long its holder has pressed nothing."""
    wish = incident.proposal
    wished = [wish.at] if wish is not None and wish.by == claim.by else []
    return now - max([claim.since, *wished, *(line.at for line in incident.log if line.by == claim.by)])


async def incident_page(
    house: House,
    kept: Kept,
    account: Traveller,
    *,
    operator: str,
    here: str,
    frame: Frame,
    now: float,
    seen: bool,
    programs: Basemap | None = None,
) -> IncidentPage:
    """The page of an open alarm. `seen`: the look is on disk, so what may be seen of her place is shown."""
    journey, zone, country = kept.journey, house.settings.timezone, house.settings.country
    alarm = journey.alarm
    if alarm is None:
        raise ValueError(f"expected an open alarm in journey {journey.id}, got none")
    state, sight = state_of(alarm), operators_sight(journey) if seen else Sight.STATUS
    claim, card = claim_of(alarm, now), card_for(account, journey, OPERATORS)
    mine = claim is not None and claim.by == operator
    last_seen = _last_seen(house, journey, sight, now)
    fixes = await track_of(house, kept) if sight >= Sight.TRACK else ()
    return IncidentPage(
        frame=frame,
        here=here,
        reference=journey.plan.reference,
        operator=operator,
        clock=clock_of(now, zone, seconds=True),
        her=account.name,
        state=state,
        kind=kind_of(alarm),
        what=what_of(journey, alarm, account, zone),
        timers=timers_of(journey, alarm, now),
        holder=holder_of(alarm, account, now, zone),
        mine=mine,
        left=lasting(claim.until - now) if claim is not None else "",
        still=_still(house, alarm, claim, now) if claim is not None and mine else "",
        next_step=next_of(alarm, now, zone),
        her_number="" if state == "duress" else number_in_words(account.number, country),
        last_seen=last_seen,
        no_place="" if last_seen is not None else _no_place(journey, seen=seen),
        battery=f"{journey.battery_pct}%" if journey.battery_pct is not None else "",
        link=link_badge(journey, now),
        destination=journey.plan.destination if sight >= Sight.TRACK else "",
        going=havens.going(journey) if sight >= Sight.TRACK else "",
        track=tuple((clock_of(fix.at, zone), f"{fix.lat:.5f}, {fix.lon:.5f}") for fix in thinned(fixes)),
        drawn=await seen_map(house, programs, kept, journey, sight, fixes, operator=True),
        told=tuple(_told(house, journey, alarm, account)),
        police=_police(alarm, account, zone),
        card=tuple((label, words) for field, label in _CARD if (words := getattr(card, field, ""))),
        word=card.word if card is not None else "",
        script=_script(house, journey, alarm, account, card, last_seen, now),
        log=tuple((clock_of(line.at, zone, seconds=True), logged_line(line)) for line in reversed(alarm.log)),
        story=await story(house, journey, account),
        proposal=proposal_of(alarm),
        agree=alarm.proposal.code if takes_two(alarm) and alarm.proposal and alarm.proposal.by != operator else "",
        n=_stands(alarm),
        about=about(alarm),
    )


def about(alarm: Incident) -> str:
    """The alarm as an operator sees it now: another word once it has risen, or is another one."""
    return f"{alarm.id}-{len(alarm.alarms)}"


def _stands(alarm: Incident) -> str:
    """Another word after every line: a log keeps only its newest, and the next alarm begins one anew."""
    return f"{alarm.id}-{alarm.log[-1].at * 1000:.0f}" if alarm.log else alarm.id


def logged_line(line: Logged) -> str:
    """ "olga: rang her, no answer"."""
    said = ", ".join(part for part in (LOG_WORDS.get(line.what, line.what), line.words) if part)
    return said if line.by == NOBODY else f"{line.by}: {said}"


def _still(house: House, alarm: Incident, claim: Claim, now: float) -> str:
    idle = idle_s(alarm, claim, now)
    if idle < in_this_world_s(house, ASKS_S):
        return ""
    return f"Nothing was pressed for {lasting(idle // 60 * 60)}. Unless you say so, the others are called again."


def _last_seen(house: House, journey: Journey, sight: Sight, now: float) -> LastSeen | None:
    if journey.seen is None or sight < Sight.STREET:
        return None
    return seen_of(house, journey.seen, now, exact=sight >= Sight.PLACE)


def _no_place(journey: Journey, *, seen: bool) -> str:
    if journey.seen is None:
        return "No position was ever received."
    return "" if seen else "Not shown: it cannot be written down at the moment that you looked."


# ── who was told ─────────────────────────────────────────────────────────────────────────────────────────


def _told(house: House, journey: Journey, alarm: Incident, account: Traveller) -> list[ToldPerson]:
    zone, people = house.settings.timezone, []
    for person in alarm.ladder.people if alarm.ladder is not None else ():
        contact = account.contact(person.who.id)
        if contact is None:
            continue
        sent = [p for p in journey.proven if p.to == contact.id and p.id.split("/")[1] == alarm.id]
        told = ToldPerson(
            name=contact.name,
            number=number_in_words(contact.number, house.settings.country),
            tier=person.who.tier,
            said=_said(person, zone),
            messages=tuple(message_line(p, zone) for p in reversed(sent)) or ("not told yet",),
        )
        people.append(told)
    return people


def _said(person: Person, zone: str) -> str:
    if person.said is Said.NOTHING:
        return "cannot be reached" if person.unreachable else ""
    at = f" at {clock_of(person.said_at, zone)}" if person.said_at is not None else ""
    return f"{SAID.get(person.said, 'answered')}{at}"


def message_line(proof: Proven, zone: str) -> str:
    """ "text 23:42:10: accepted 0.3 s, sent 1.0 s, delivered 2.1 s"."""
    call = proof.channel is Channel.CALL
    names = ("accepted", "ringing" if call else "sent", "answered", "a key pressed" if call else "delivered", "read")
    ats = (proof.accepted_at, proof.sent_at, proof.answered_at, proof.delivered_at, proof.read_at)
    steps = [f"{n} {lasting(at - proof.made_at)}" for n, at in zip(names, ats, strict=True) if at is not None]
    if proof.dropped is not None:
        steps.append(f"not sent: {proof.dropped}")
    elif proof.state in (Delivery.UNDELIVERED, Delivery.FAILED):
        after = "" if proof.failed_at is None else f" {lasting(proof.failed_at - proof.made_at)}"
        code = "" if proof.code is None else f" (code {proof.code})"
        missed = "not taken" if proof.answered_at is None else "no key pressed"
        steps.append(f"{missed if call else 'not delivered'}{after}{code}")
    made = clock_of(proof.made_at, zone, seconds=True)
    way = {Channel.CALL: "call", Channel.EMAIL: "e-mail"}.get(proof.channel, "text")
    return f"{way} {made}: {', '.join(steps) or 'on its way'}"


def _police(alarm: Incident, account: Traveller, zone: str) -> str:
    told = alarm.police
    if told is None:
        return ""
    contact = account.contact(told.by)
    by = contact.name if contact is not None else f"operator {told.by}"
    number = f"number {told.number}" if told.number else "no number given"
    return f"told at {clock_of(told.at, zone)} by {by}, {number}; unconfirmed"


def _script(
    house: House,
    journey: Journey,
    alarm: Incident,
    account: Traveller,
    card: Card | None,
    last_seen: LastSeen | None,
    now: float,
) -> Script:
    """What to say to 999, with what this reader is being shown and no more."""
    zone, abroad = house.settings.timezone, house.settings.emergency_force_number
    card = card or Card()
    where = journey.plan.destination
    return Script(
        case=state_of(alarm),
        her=card.full_name or account.name,
        now=clock_of(now, zone),
        going=legs.moving(journey, where) if where and last_seen is not None else "",
        due=when(journey.eta_at, now, zone) if journey.eta_at is not None else "",
        late=journey.eta_at is not None and journey.eta_at <= now,
        alarm=when(alarm.fired_at, now, zone) if alarm.fired_at is not None else "",
        seen=when(journey.seen.received_at, now, zone) if journey.seen is not None else "",
        street=last_seen.place if last_seen is not None and last_seen.coordinates else "",
        position=_degrees(last_seen) if last_seen is not None else "",
        phone_there=clock_of(alarm.phone_home_at, zone) if alarm.phone_home_at is not None else "",
        looks=card.description,
        health=card.medical,
        danger=card.danger,
        reference=card.police_reference,
        force_number=number_in_words(abroad, "") if abroad else "",
    )


def _degrees(last: LastSeen) -> str:
    if last.latitude is None or last.longitude is None:
        return ""
    north = f"{abs(last.latitude):.5f} {'north' if last.latitude >= 0 else 'south'}"
    return f"{north}, {abs(last.longitude):.5f} {'east' if last.longitude >= 0 else 'west'}"
