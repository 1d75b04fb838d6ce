"""What a contact may see of a journey: exactly "Who sees what", from the journey that this contact may see."""

from alerts.told import Said
from service.doors.console.queue import CAUSES, seen_of
from service.doors.maps import Basemap
from service.doors.pages_seen_map import seen_map
from service.doors.pages_track import thinned, track_of
from service.doors.pages_words import ago, clock_of, number_in_words, when
from service.house import House
from service.journey import havens, legs
from service.journey.eta import own_eta_at
from service.journey.model import (
    Cause,
    CloseReason,
    Incident,
    Journey,
    JourneyState,
    Level,
    LinkState,
    Police,
    Progress,
)
from service.journey.sight import Sight, told_of_less, was_told
from service.people.looking import open_to
from service.people.model import Card
from service.web.contact import ContactPage, ContactState, Where
from service.web.render import Frame
from service.web.script import Case, Script

from .link import CRIES, Link

LOW_PCT = 10
"""Those who walk with her see her battery from here down (row 20)."""
CASES: dict[ContactState, Case] = {"concern": "concern", "overdue": "overdue", "sos": "sos", "duress": "duress"}
CARD = (
    ("full_name", "Full name"),
    ("description", "Looks like"),
    ("address", "Address"),
    ("medical", "Health"),
    ("danger", "May be a danger"),
    ("police_reference", "Her police reference"),
)
UNWRITTEN = "Her place cannot be shown at this moment: we could not write down that you look. Please try again."
NO_POSITION = "Her phone has not told us a place."
NO_STREET = "We know no street name there. The place itself opens if this goes on."


def state_of(link: Link) -> ContactState:
    """Which of the page's states this reader is in."""
    alarm, view, who = link.alarm, link.view, link.contact.id
    if alarm is not None:
        return _alarmed(link, alarm)
    if link.sight >= Sight.PLACE:
        return "watching"
    if view.incident is not None and view.incident.resolved is not None and was_told(view.incident, who):
        return "closed"
    if view.state is JourneyState.CLOSED:
        hears = who in view.watchers or (who in view.plan.tell and view.plan.arrived)
        return "closed" if hears else "nothing"
    return "quiet" if who in view.plan.tell or who in view.watchers else "nothing"


def _alarmed(link: Link, alarm: Incident) -> ContactState:
    if link.invited:
        return "sos"
    if told_of_less(alarm, link.contact.id, on_sos_list=link.on_sos_list):
        return "concern"
    person = alarm.ladder.person(link.contact.id) if alarm.ladder is not None else None
    of_overdue = person is not None and person.kind is not None
    if alarm.cause is Cause.DURESS:
        return "duress"
    if alarm.cause is Cause.SOS and not of_overdue:
        return "sos"
    return "concern" if alarm.level is Level.CONCERN else "overdue"


async def contact_page(
    house: House,
    link: Link,
    frame: Frame,
    now: float,
    *,
    said: str = "",
    see: str = "",
    shown: bool = False,
    unwritten: bool = False,
    programs: Basemap | None = None,
) -> ContactPage:
    """The page. `shown`: this reader's look is on disk, so the place may be on it. Making it changes nothing."""
    zone, state, view = house.settings.timezone, state_of(link), link.view
    alarm, card, her = link.alarm, link.card, link.account.name
    holder, mine = _holder(link, alarm, now, zone)
    ladder = alarm.ladder if alarm is not None else None
    return ContactPage(
        frame=frame,
        here=f"/c/{link.token}",
        her=her,
        state=state,
        see=see,
        headline=_headline(state, link, alarm),
        as_of=clock_of(now, zone, seconds=True),
        reference=view.plan.reference if alarm is not None or (state == "closed" and view.incident is not None) else "",
        reply_code=view.plan.code if alarm is not None else "",
        since=_since(state, link, alarm, now, zone),
        holder=holder,
        mine=mine,
        phone=_phone(state, view, alarm, now, zone),
        how=_how(view, zone) if state == "watching" else "",
        destination=view.plan.destination if link.sight is Sight.TRACK else "",
        going=havens.going(view) if link.sight is Sight.TRACK else "",
        card=tuple((label, words) for name, label in CARD if card is not None and (words := getattr(card, name))),
        where=await _where(house, link, now, shown=shown, unwritten=unwritten, programs=programs),
        her_number="" if link.forced or state in ("nothing", "quiet", "duress") else _number(house, link),
        forced=link.forced,
        script=script_for(house, link, alarm, now, shown=shown) if alarm is not None else None,
        police=police_of(link, alarm.police, zone) if alarm is not None and alarm.police is not None else "",
        answers=ladder is not None and ladder.person(link.contact.id) is not None,
        handover=link.hands_over,
        said=said,
    )


def _number(house: House, link: Link) -> str:
    return number_in_words(link.account.number, house.settings.country)


# ── the slab at the top ──────────────────────────────────────────────────────────────────────────────────


def _headline(state: ContactState, link: Link, alarm: Incident | None) -> str:
    her, view = link.account.name, link.view
    match state:
        case "nothing":
            return f"{her} chose you as a contact."
        case "quiet":
            return f"{her} is due." if view.due is not None else f"{her} is on her way."
        case "watching":
            return f"You are walking with {her}."
        case "concern":
            cause = alarm.cause if alarm is not None else None
            return f"{her} does not answer." if cause is None or cause in CRIES else f"{her} {CAUSES[cause]}."
        case "overdue":
            if alarm is not None and alarm.phone_home_at is not None and link.sight is Sight.TRACK:
                return f"{her}’s phone is there, but she has not confirmed."
            return f"{her} has not arrived."
        case "sos":
            return f"{her} asks for help."
        case "duress":
            return f"{her} may be forced to say that she is safe."
        case "closed":
            if view.incident is not None and was_told(view.incident, link.contact.id):
                return f"{her}’s alert is closed."
            arrived = view.closed is not None and view.closed.reason is CloseReason.ARRIVED
            return f"{her} has arrived." if arrived else f"{her}’s journey has ended."


def _since(state: ContactState, link: Link, alarm: Incident | None, now: float, zone: str) -> str:
    view = link.view
    due = when(view.eta_at, now, zone) if view.eta_at is not None else ""
    if state == "nothing":
        return ""
    if state in ("quiet", "watching"):
        return f"Since {when(view.plan.began_at, now, zone)}" + (f", due {due}" if due else "")
    if alarm is None:
        return _ended(view, link.contact.id, now, zone)
    since = when(alarm.fired_at or alarm.opened_at, now, zone)
    if state in ("sos", "duress"):
        return f"Since {since}"
    if state == "overdue" and due:
        return f"Due {due}, no answer as of {clock_of(now, zone)}"
    opened = when(alarm.opened_at, now, zone)
    return f"Since {opened}, no answer as of {clock_of(now, zone)}" + (f", due {due}" if due else "")


def _ended(view: Journey, who: str, now: float, zone: str) -> str:
    incident = view.incident
    resolved = incident.resolved if incident is not None and was_told(incident, who) else None
    if resolved is not None:
        how = "Her PIN was given" if resolved.by == "her" else "Closed by an operator"
        return f"{how} at {when(resolved.at, now, zone)}"
    return f"At {when(view.closed.at, now, zone)}" if view.closed is not None else ""


def _holder(link: Link, alarm: Incident | None, now: float, zone: str) -> tuple[str, bool]:
    """Who has it, and whether it is this reader. Another contact's name stands here only where she allowed names."""
    if alarm is None or alarm.ladder is None:
        return "", False
    me, lease = link.contact.id, alarm.ladder.lease
    if lease is not None:
        mine, since = lease.by == me, clock_of(lease.since, zone)
        if lease.paused:
            person = alarm.ladder.person(lease.by)
            police = person is not None and person.said is Said.POLICE
            what = "that the police were told" if police else "to be with her"
            who = "You say" if mine else f"{_first(name_of(link, lease.by))} says"
            return f"{who} {what}, since {since}. Her PIN has not confirmed it.", mine
        if mine:
            return f"You have it since {since}. We ask you again at {clock_of(lease.until, zone)}.", True
        who = _first(name_of(link, lease.by))
        return f"{who} is on it since {since}. If that person goes quiet we ring you.", False
    if alarm.claim is not None and now < alarm.claim.until:
        return f"An operator has it since {clock_of(alarm.claim.since, zone)}.", False
    person = alarm.ladder.person(me)
    if alarm.ladder.urgent and person is not None and person.said is Said.TAKEN:
        return "You are on it. In an SOS we go on ringing the others.", True
    other = next((p for p in alarm.ladder.people if p.said is Said.TAKEN), None) if alarm.ladder.urgent else None
    if other is not None and other.said_at is not None:
        who = _first(name_of(link, other.who.id))
        on = "" if person is None or person.heard else " In an SOS we go on ringing you until you answer."
        return f"{who} is on it since {clock_of(other.said_at, zone)}.{on}", False
    return "Nobody has it yet.", False


def name_of(link: Link, who: str) -> str:
    """ "you", "another contact", or the name of that contact where she allowed names."""
    if who == link.contact.id:
        return "you"
    contact = link.account.contact(who)
    return contact.name if contact is not None and link.account.names_shown else "another contact"


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def police_of(link: Link, police: Police, zone: str) -> str:
    """Who says that the police were told, and their number; nobody has confirmed either."""
    alarm = link.view.incident
    operator = alarm is not None and any(line.by == police.by for line in alarm.log)
    by = "an operator" if operator else name_of(link, police.by)
    number = f"number {police.number}" if police.number else "no number given"
    return f"Told at {clock_of(police.at, zone)} by {by}, {number}, not confirmed"


# ── her phone, and where she is ──────────────────────────────────────────────────────────────────────────


def _phone(state: ContactState, view: Journey, alarm: Incident | None, now: float, zone: str) -> str:
    """When her phone was last heard, and its battery: always in an alarm, while all is well from ten per cent down."""
    if alarm is None and state != "watching":
        return ""
    heard_at = view.link.heard_at
    if view.link.state is LinkState.NONE or not heard_at:
        heard = f"last heard at {clock_of(view.seen.received_at, zone)}" if view.seen is not None else ""
    elif view.link.state is LinkState.LIVE:
        heard = "live"
    else:
        heard = f"last heard at {when(heard_at, now, zone)}, {ago(heard_at, now)}"
    low = view.battery_pct is not None and (alarm is not None or view.battery_pct <= LOW_PCT)
    battery = f"battery {view.battery_pct}%" if low else ""
    return ", ".join(part for part in (heard, battery) if part)


def _how(view: Journey, zone: str) -> str:
    """How she is, as one who walks with her may know it; what we ask her in between is between her and us."""
    if view.state is JourneyState.ARRIVED_PENDING:
        return "Her phone is where she was going"
    if view.progress is Progress.PAUSED and view.paused_until is not None:
        return f"Stopping here until {clock_of(view.paused_until, zone)}, as she told us"
    if view.due is not None:
        return "Due, and not confirmed yet: we are asking her"
    going, own_at = havens.going(view), own_eta_at(view)
    at_her_pace = f"; at her pace there about {clock_of(own_at, zone)}" if own_at is not None else ""
    return (f"On her way, {going}" if going else "On her way") + at_her_pace


async def _where(
    house: House, link: Link, now: float, *, shown: bool, unwritten: bool, programs: Basemap | None
) -> Where | None:
    view, sight = link.view, link.sight
    if sight < Sight.STREET:
        return None
    if not open_to(view, sight) or view.seen is None:
        return Where(note=NO_POSITION)
    street_only = sight is Sight.STREET
    if street_only and not house.voice.place(view.seen):
        return Where(street_only=True, note=NO_STREET)
    if not shown:
        return Where(asks=True, street_only=street_only, note=UNWRITTEN if unwritten else "")
    if street_only:
        return Where(seen=seen_of(house, view.seen, now, exact=False), street_only=True)
    fixes = await track_of(house, link.kept) if sight is Sight.TRACK else ()
    track = tuple((clock_of(f.at, house.settings.timezone), f"{f.lat:.5f}, {f.lon:.5f}") for f in thinned(fixes))
    there = await seen_map(house, programs, link.kept, view, sight, fixes)
    return Where(seen=seen_of(house, view.seen, now, exact=True), track=track, drawn=there)


# ── what to say to 999 ───────────────────────────────────────────────────────────────────────────────────


def script_for(house: House, link: Link, alarm: Incident, now: float, *, shown: bool) -> Script:
    """Nothing of her place is in it but what this reader is looking at."""
    zone, view, settings, card = house.settings.timezone, link.view, house.settings, link.card or Card()
    cry = state_of(link) in ("sos", "duress")
    street = position = ""
    if shown and link.sight >= Sight.STREET and view.seen is not None:
        name = house.voice.place(view.seen)
        street = f"near {name}" if name else ""
        position = _position(view) if link.sight > Sight.STREET else ""
    home_at = alarm.phone_home_at if link.sight is Sight.TRACK else None
    return Script(
        case=CASES[state_of(link)],
        forced=link.forced,
        her=card.full_name or link.account.name,
        now=clock_of(now, zone),
        going=_going(link),
        due=when(view.eta_at, now, zone) if view.eta_at is not None else "",
        late=view.eta_at is not None and view.eta_at <= now,
        alarm=when(alarm.fired_at, now, zone) if alarm.fired_at is not None and cry else "",
        seen=when(view.seen.received_at, now, zone) if view.seen is not None else "",
        street=street,
        position=position,
        phone_there=when(home_at, now, zone) if home_at is not None else "",
        there=view.plan.destination or "where she was going",
        looks=card.description,
        health=card.medical,
        danger=card.danger,
        reference=card.police_reference,
        force_number=number_in_words(settings.emergency_force_number, "") if settings.emergency_force_number else "",
    )


def _going(link: Link) -> str:
    """ "walking home" where she may be known to be going there, else "walking"."""
    return legs.moving(link.view, link.view.plan.destination if link.sight is Sight.TRACK else "")


def _position(view: Journey) -> str:
    """As it is read out over the telephone."""
    seen = view.seen
    if seen is None:
        return ""
    north = f"{abs(seen.lat):.5f} {'north' if seen.lat >= 0 else 'south'}"
    east = f"{abs(seen.lon):.5f} {'east' if seen.lon >= 0 else 'west'}"
    within = f", within {seen.accuracy_m:.0f} metres" if seen.accuracy_m is not None else ""
    return f"{north}, {east}{within}"
