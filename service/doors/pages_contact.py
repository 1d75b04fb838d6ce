"""What a contact may see of a journey: exactly "Who sees what", from the journey that this contact may see."""

from dataclasses import dataclass

from alerts.told import Said
from geofence.fix import Fix
from service.house import House
from service.journey.cover import shown_to
from service.journey.model import Cause, Incident, Journey, JourneyState, Level, Seen
from service.people.model import Contact, Traveller
from service.rows import Kept, chunk_from
from service.web.pages import ContactPage, ContactState, Frame, PoliceScript

from .pages_queue import CAUSES, seen_of
from .pages_words import clock_of, number_in_words, when

TRACK_S = 1800.0
TRACK_STEP_S = 180.0
_OVERDUE = (Level.OVERDUE, Level.UNACKED, Level.OPERATOR)


@dataclass(frozen=True, slots=True)
class Link:
    """A contact's link that opens: whose journey, which contact, and the journey as this contact may see it."""

    token: str
    account: Traveller
    contact: Contact
    kept: Kept

    @property
    def view(self) -> Journey:
        return shown_to(self.kept.journey, self.contact.id)

    @property
    def alarm(self) -> Incident | None:
        """The open incident, if this contact is one of those it is for."""
        alarm = self.view.alarm
        if alarm is None or alarm.ladder is None:
            return None
        known = alarm.ladder.person(self.contact.id) is not None or self.contact.id in alarm.before
        return alarm if known or _was_told(self.view, alarm, self.contact.id) else None

    def alive(self, now: float) -> bool:
        """Row 19: until an hour after the close, and a day after an incident was resolved."""
        view, n = self.view, self.view.numbers
        if view.state is not JourneyState.CLOSED or view.open_incident is not None:
            return True
        closed_at = view.closed.at if view.closed is not None else view.updated_at
        if now <= closed_at + n.link_dies_s:
            return True
        resolved = view.incident.resolved if view.incident is not None else None
        return resolved is not None and now <= resolved.at + n.link_dies_after_incident_s


def _was_told(view: Journey, incident: Incident, who: str) -> bool:
    return any(p.to == who and p.id.split("/")[1] == incident.id for p in view.proven)


def state_of(link: Link) -> ContactState:
    """Which of the page's states this reader is in."""
    alarm, view = link.alarm, link.view
    if alarm is not None:
        person = alarm.ladder.person(link.contact.id) if alarm.ladder is not None else None
        of_overdue = person is not None and person.kind is not None
        if alarm.cause is Cause.DURESS:
            return "duress"
        if alarm.cause is Cause.SOS and not of_overdue:
            return "sos"
        return "overdue" if alarm.level in _OVERDUE else "concern"
    told = view.incident is not None and _was_told(view, view.incident, link.contact.id)
    over = view.state is JourneyState.CLOSED or (view.incident is not None and view.incident.resolved is not None)
    return "closed" if over and (told or view.state is JourneyState.CLOSED) else "quiet"


async def contact_page(house: House, link: Link, frame: Frame, now: float, said: str = "") -> ContactPage:
    """The page. Reading it changes nothing."""
    zone, country = house.settings.timezone, house.settings.country
    state, view, account = state_of(link), link.view, link.account
    alarm = link.alarm
    open_place = state in ("overdue", "sos", "duress")
    seen = view.seen if alarm is not None else None
    number = "" if state in ("quiet", "duress") else number_in_words(account.number, country)
    holder, mine = _holder(link, alarm, zone)
    last_seen = seen_of(house, seen, now, exact=open_place) if seen is not None else None
    return ContactPage(
        frame=frame,
        here=f"/c/{link.token}",
        her=account.name,
        state=state,
        headline=_headline(state, account.name, alarm, view),
        as_of=clock_of(now, zone, seconds=True),
        reference=view.plan.reference if state != "quiet" else "",
        reply_code=view.plan.code if alarm is not None else "",
        since=_since(state, view, alarm, now, zone) if state != "quiet" or link.contact.id in view.plan.tell else "",
        holder=holder,
        mine=mine,
        last_seen=last_seen,
        battery=f"{view.battery_pct}% when last heard" if alarm is not None and view.battery_pct is not None else "",
        destination=view.plan.destination if open_place else "",
        track=await _track(house, link, now, zone) if open_place else (),
        her_number=number,
        script=_script(house, link, alarm, seen if open_place else None, now) if alarm is not None else None,
        police=await police_of(house, link) if alarm is not None else "",
        said=said,
    )


def _headline(state: ContactState, her: str, alarm: Incident | None, view: Journey) -> str:
    match state:
        case "quiet":
            return f"{her} is on her way." if view.under_way else f"{her} is not on her way."
        case "concern":
            return f"{her} {CAUSES[alarm.cause]}." if alarm is not None else f"{her} does not answer."
        case "overdue":
            if alarm is not None and alarm.phone_home_at is not None:
                return f"{her}’s phone is there, but she has not confirmed."
            return f"{her} has not arrived."
        case "sos":
            return f"{her} asks for help."
        case "duress":
            return f"{her} may be forced to say that she is safe."
        case _:
            return f"{her}’s alert is closed." if view.incident is not None else f"{her}’s journey has ended."


def _since(state: ContactState, view: Journey, alarm: Incident | None, now: float, zone: str) -> str:
    due = when(view.eta_at, now, zone) if view.eta_at is not None else ""
    if state == "quiet" and view.under_way:
        return f"Since {when(view.plan.began_at, now, zone)}" + (f", due {due}" if due else "")
    if alarm is None:
        resolved = view.incident.resolved if view.incident is not None else None
        at = resolved.at if resolved is not None else view.closed.at if view.closed is not None else None
        how = "her PIN was given" if resolved is not None and resolved.by == "her" else "closed"
        return "" if at is None else f"{how[:1].upper()}{how[1:]} at {when(at, now, zone)}"
    since = when(alarm.fired_at or alarm.opened_at, now, zone)
    if state in ("sos", "duress"):
        return f"Since {since}"
    if state == "overdue" and due:
        return f"Due {due}, no answer as of {clock_of(now, zone)}"
    return f"Since {since}, no answer as of {clock_of(now, zone)}" + (f", due {due}" if due else "")


def _holder(link: Link, alarm: Incident | None, zone: str) -> tuple[str, bool]:
    """Who has it, without another contact's name; and whether it is this reader."""
    if alarm is None or alarm.ladder is None:
        return "", False
    lease = alarm.ladder.lease
    if lease is not None:
        mine, since = lease.by == link.contact.id, clock_of(lease.since, zone)
        if lease.paused:
            person = alarm.ladder.person(lease.by)
            what = (
                "that the police were told" if person is not None and person.said is Said.POLICE else "to be with her"
            )
            who = "You say" if mine else "Another contact says"
            return f"{who} {what}, since {since}. Her PIN has not confirmed it.", mine
        until = clock_of(lease.until, zone)
        return (f"You have it since {since}. We ask you again at {until}.", True) if mine else (
            f"Another contact is on it since {since}. If that person goes quiet we ring you.", False
        )  # fmt: skip
    if alarm.claimed_by is not None:
        return "An operator has it.", False
    person = alarm.ladder.person(link.contact.id)
    mine = alarm.ladder.urgent and person is not None and person.said is Said.TAKEN
    return ("You are on it. In an SOS we go on ringing the others.", True) if mine else ("Nobody has it yet.", False)


async def _track(house: House, link: Link, now: float, zone: str) -> tuple[tuple[str, str], ...]:
    """The last 30 minutes, a place every three minutes, newest first."""
    fixes: list[Fix] = []
    for chunk in (await house.store.track(link.kept.journey.id))[-40:]:
        fixes += chunk_from(chunk)
    fixes += link.kept.fixes
    chosen: list[tuple[str, str]] = []
    before = float("inf")
    for fix in reversed(fixes):
        if fix.at < now - TRACK_S:
            break
        if before - fix.at >= TRACK_STEP_S:
            chosen.append((clock_of(fix.at, zone), f"{fix.lat:.5f}, {fix.lon:.5f}"))
            before = fix.at
    return tuple(chosen)


def _script(house: House, link: Link, alarm: Incident, seen: Seen | None, now: float) -> PoliceScript:
    zone, view, settings = house.settings.timezone, link.view, house.settings
    where = ""
    if view.seen is not None:
        street = house.voice.place(view.seen.lat, view.seen.lon)
        where = f"at {when(view.seen.received_at, now, zone)}" + (f" near {street}" if street else "")
    if seen is not None:
        within = f", within {seen.accuracy_m:.0f} metres" if seen.accuracy_m is not None else ""
        where += f", at latitude {seen.lat:.5f}, longitude {seen.lon:.5f}{within}"
    on_foot = "walking" if view.plan.mode == "foot" else "on her way"
    return PoliceScript(
        her=link.account.name,
        going=f"{on_foot} {view.plan.destination}".strip() if view.plan.destination else "out",
        now=clock_of(now, zone),
        due=when(view.eta_at, now, zone) if view.eta_at is not None else "",
        seen=where,
        alarm=when(alarm.fired_at, now, zone) if alarm.fired_at is not None else "",
        force_number=number_in_words(settings.emergency_force_number, "") if settings.emergency_force_number else "",
    )


# ── the police's number ──────────────────────────────────────────────────────────────────────────────────

POLICE = "police"


async def note_police(house: House, link: Link, number: str, now: float) -> None:
    """Keeps an incident number, so that whoever speaks to the police next can name it."""
    value = f"{link.contact.id}|{now:.0f}|{number}"
    await house.store.book_put(POLICE, link.kept.journey.id, value.encode())


async def police_of(house: House, link: Link) -> str:
    """The number somebody noted, with by whom in words, or ""."""
    [kept] = await house.store.book_get(POLICE, [link.kept.journey.id])
    if kept is None:
        return ""
    who, at, number = kept.decode().split("|", 2)
    by = "you" if who == link.contact.id else "another contact"
    told = f"Told at {clock_of(float(at), house.settings.timezone)} by {by}"
    return f"{told}, number {number}" if number else f"{told}, no number given"
