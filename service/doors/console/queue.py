"""What an operator sees of live journeys: rows without a place, and open incidents by urgency ("Who sees what").

No row shows where anybody is: that is on the page of one incident, where every look is written down.
"""

from dataclasses import replace

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.ladder import Said, wake
from service.doors.pages_words import ago, clock_of, lasting, when
from service.house import House
from service.journey.claims import OUTCOMES
from service.journey.model import (
    OPERATORS,
    Cause,
    Claim,
    Incident,
    Journey,
    JourneyState,
    Level,
    LinkState,
    Proven,
    Seen,
)
from service.people.model import Traveller
from service.rows import Kept
from service.watching.wellness import looked_at
from service.web.pages import Badge, IncidentRow, JourneyRow, LastSeen, Timer, Tone

from .desk import names_of

Found = list[tuple[Kept, Traveller]]

SAID = {
    Said.SEEN: "answered",
    Said.TAKEN: "is on it",
    Said.CANT: "cannot",
    Said.SPOKEN: "has spoken to her",
    Said.WITH_HER: "says she is with them",
    Said.POLICE: "has told the police",
}
_LEVELS = {Level.CONCERN: "concern", Level.OVERDUE: "overdue", Level.UNACKED: "unanswered", Level.OPERATOR: "for you"}


def incidents(house: House, found: Found, now: float) -> tuple[IncidentRow, ...]:
    """Open incidents that others know of, then links lost for long; the most urgent first."""
    rows, names = [], names_of(found)
    for kept, account in found:
        journey = kept.journey
        if journey.alarm is not None:
            here = f"/console/i/{names[journey.id]}"
            row = _incident(house, journey, journey.alarm, account, now)
            rows.append((_urgency(journey, journey.alarm, now), replace(row, here=here)))
        elif _silent(journey, now):
            here = f"/console/look/{names[journey.id]}"
            rows.append(((4, journey.link.lost_at or 0.0), replace(_silence(house, journey, now), here=here)))
    return tuple(row for _, row in sorted(rows, key=lambda one: one[0]))


def journeys(found: Found, now: float, zone: str) -> tuple[JourneyRow, ...]:
    """Live journeys with nothing open: no name, no place."""
    calm = [k.journey for k, _ in found if k.journey.alarm is None and k.journey.under_way]
    names = names_of(found)
    calm.sort(key=lambda j: j.eta_at if j.eta_at is not None else float("inf"))
    return tuple(
        JourneyRow(
            reference=j.plan.reference,
            since=when(j.plan.began_at, now, zone),
            due=when(j.eta_at, now, zone) if j.eta_at is not None else "–",
            state=state_badge(j),
            link=link_badge(j, now),
            here=f"/console/look/{names[j.id]}",
            asked=OPERATORS in j.watchers,
        )
        for j in calm
    )


async def trouble(house: House) -> tuple[str, ...]:
    """Bad news about the house itself."""
    found = [one.sentence for one in (await looked_at(house)).troubles]
    if house.vitals.dead_letters:
        found.append(f"{house.vitals.dead_letters} fixes could not be read since the start.")
    return tuple(found)


def state_badge(journey: Journey) -> Badge:
    """Where a journey is, in a word or two."""
    if journey.state is JourneyState.CLOSED:
        return Badge(text="closed", tone="done")
    if journey.overdue_since is not None:
        return Badge(text="overdue", tone="alarm")
    if journey.due is not None:
        return Badge(text="due, no answer yet", tone="watch")
    if journey.state is JourneyState.ARRIVED_PENDING:
        return Badge(text="there, being confirmed", tone="calm")
    if journey.open_incident is not None and journey.alarm is None:
        return Badge(text="asked if all is well", tone="watch")
    return Badge(text="on her way", tone="calm")


def link_badge(journey: Journey, now: float) -> Badge:
    """How her phone is heard."""
    link = journey.link
    if journey.state is JourneyState.CLOSED:
        return Badge(text="not listening", tone="calm")
    silent = lasting(max(0.0, now - link.heard_at))
    match link.state:
        case LinkState.LIVE:
            return Badge(text="live", tone="calm")
        case LinkState.STALE:
            return Badge(text=f"quiet for {silent}", tone="watch")
        case LinkState.LOST:
            return Badge(text=f"lost, {silent} silent", tone="alarm")
        case _:
            return Badge(text="timer only", tone="calm")


def seen_of(house: House, seen: Seen, now: float, *, exact: bool) -> LastSeen:
    """The newest fix, for a reader who may have it: the street alone, or `exact` degrees and accuracy too."""
    zone, street = house.settings.timezone, house.voice.place(seen)
    place = f"near {street}" if street else "" if exact else STREET_ONLY
    accuracy = f"within {seen.accuracy_m:.0f} m" if seen.accuracy_m is not None and exact else ""
    return LastSeen(
        place=place,
        clock=clock_of(seen.received_at, zone),
        age=ago(seen.received_at, now),
        accuracy=accuracy,
        latitude=seen.lat if exact else None,
        longitude=seen.lon if exact else None,
    )


def shows_place(incident: Incident) -> bool:
    """From L2 up, and in SOS and duress; at concern the law gives the street only."""
    return incident.level in (Level.OVERDUE, Level.UNACKED, Level.OPERATOR)


STREET_ONLY = "Not shown yet: the place itself is shown from the next level on"


def _urgency(journey: Journey, incident: Incident, now: float) -> tuple[int, float]:
    """Duress and SOS, then what nobody has, then what somebody has, then concern; the oldest of each first."""
    lease = incident.ladder.lease if incident.ladder is not None else None
    taken = lease is not None or claim_of(incident, now) is not None
    if incident.cause is Cause.DURESS or incident.cause is Cause.SOS:
        rank = 0
    elif shows_place(incident):
        rank = 2 if taken else 1
    else:
        rank = 3
    return rank, incident.opened_at


def claim_of(incident: Incident, now: float) -> Claim | None:
    """Who of the operators has it now: a claim that has run out is nobody's, also before the watchman's next round."""
    claim = incident.claim
    return claim if claim is not None and now < claim.until else None


def _incident(house: House, journey: Journey, incident: Incident, account: Traveller, now: float) -> IncidentRow:
    zone = house.settings.timezone
    claim = claim_of(incident, now)
    return IncidentRow(
        reference=journey.plan.reference,
        kind=kind_of(incident),
        what=what_of(journey, incident, account, zone),
        timers=timers_of(journey, incident, now),
        holder=holder_of(incident, account, now, zone),
        lease=f"{lasting(claim.until - now)} left" if claim is not None else "",
        proposal=proposal_of(incident),
        told=tuple(_told(journey, incident, account)),
        next_step=next_of(incident, now, zone),
        battery=f"{journey.battery_pct}%" if journey.battery_pct is not None else "",
    )


def timers_of(journey: Journey, incident: Incident, now: float) -> tuple[Timer, ...]:
    """The clocks that run."""
    timers = [Timer(label="open for", value=lasting(now - incident.opened_at))]
    if journey.eta_at is not None and incident.cause is not Cause.DURESS:
        late_s = now - journey.eta_at
        word = "over the ETA" if late_s >= 0 else "to the ETA"
        timers.append(Timer(label=word, value=lasting(abs(late_s)), late=late_s >= 0))
    if journey.seen is not None:
        timers.append(Timer(label="last seen", value=ago(journey.seen.received_at, now)))
    return tuple(timers)


def proposal_of(incident: Incident) -> str:
    """What waits for a second operator, in words."""
    wish = incident.proposal
    return "" if wish is None else f"{wish.by} would close it: {OUTCOMES.get(wish.code, wish.code)}"


def _silent(journey: Journey, now: float) -> bool:
    lost_at = journey.link.lost_at
    return (
        journey.under_way
        and journey.link.state is LinkState.LOST
        and lost_at is not None
        and now - lost_at >= journey.numbers.lost_operators_s  # row 3
        and (journey.link.expected_until or 0.0) <= now
    )


def _silence(house: House, journey: Journey, now: float) -> IncidentRow:
    zone = house.settings.timezone
    due = f" She is due at {clock_of(journey.eta_at, zone)}." if journey.eta_at is not None else ""
    return IncidentRow(
        reference=journey.plan.reference,
        kind=Badge(text="link lost", tone="watch"),
        what=f"Her phone was last heard at {clock_of(journey.link.heard_at, zone)}.{due} Nobody else has been told.",
        timers=(Timer(label="silent for", value=lasting(now - journey.link.heard_at)),),
        holder="Nobody needs to yet",
        note="A lost link alone opens no place.",
        battery=f"{journey.battery_pct}% when last heard" if journey.battery_pct is not None else "",
    )


def kind_of(incident: Incident) -> Badge:
    """What it is, in a word."""
    match incident.cause:
        case Cause.SOS:
            return Badge(text="SOS", tone="sos")
        case Cause.DURESS:
            return Badge(text="duress: do not ring her", tone="sos")
        case _:
            tone: Tone = "watch" if incident.level is Level.CONCERN else "alarm"
            return Badge(text=_LEVELS.get(incident.level, incident.level.value), tone=tone)


CAUSES = {
    Cause.STALLED: "stopped on her way and does not answer",
    Cause.PAUSE_OVER: "has not gone on after a stop and does not answer",
    Cause.OFF_ROUTE: "left her route and does not answer",
    Cause.AWAY: "is going away from where she was going and does not answer",
    Cause.VEHICLE: "moves as fast as a vehicle and does not answer",
    Cause.SIGNAL_LOST: "has gone quiet: her phone is not heard",
    Cause.WRONG_PINS: "had three wrong PINs keyed on her phone",
    Cause.OVERDUE: "has not arrived and does not answer",
    Cause.SOS: "asked for help and did not take it back",
    Cause.DURESS: "keyed her duress PIN: she may be forced to say that all is well",
}


def what_of(journey: Journey, incident: Incident, account: Traveller, zone: str) -> str:
    """One sentence or two."""
    due = ""
    if journey.eta_at is not None:
        due = f" On her way since {clock_of(journey.plan.began_at, zone)}, due at {clock_of(journey.eta_at, zone)}."
    home = ""
    if incident.phone_home_at is not None:
        home = f" Her phone reached {journey.plan.destination} at {clock_of(incident.phone_home_at, zone)}."
    return f"{account.name} {CAUSES[incident.cause]}.{due}{home}"


def holder_of(incident: Incident, account: Traveller, now: float, zone: str) -> str:
    """Who has it; "" while nobody does."""
    lease = incident.ladder.lease if incident.ladder is not None else None
    claim = claim_of(incident, now)
    if claim is not None:
        return f"Operator {claim.by}, since {clock_of(claim.since, zone)}"
    if lease is None:
        return ""
    contact = account.contact(lease.by)
    name = contact.name if contact is not None else "A contact"
    if lease.paused:
        person = incident.ladder.person(lease.by) if incident.ladder is not None else None
        says = SAID[person.said] if person is not None and person.said in SAID else "says so"
        return f"{name} {says}, unconfirmed; asked again at {clock_of(lease.until, zone)}"
    return f"{name}, since {clock_of(lease.since, zone)}, asked again at {clock_of(lease.until, zone)}"


def _told(journey: Journey, incident: Incident, account: Traveller) -> list[str]:
    """One line a person: how far the best message came, and what was said."""
    lines = []
    for person in incident.ladder.people if incident.ladder is not None else ():
        contact = account.contact(person.who.id)
        if contact is None or person.told_at is None:
            continue
        texts = [p for p in journey.proven if p.to == person.who.id and p.id.split("/")[1] == incident.id]
        heard = SAID.get(person.said, "no answer yet")
        after = "" if person.said_at is None else f" {lasting(person.said_at - person.told_at)} after"
        lines.append(f"{contact.name}: {_far(texts)}, {heard}{after}")
    return lines


def _far(messages: list[Proven]) -> str:
    """The best of them with its seconds (promise 4); every message, step by step, is on the incident's own page."""
    texts, calls = ([p for p in messages if p.channel is channel] for channel in (Channel.SMS, Channel.CALL))
    back = [p for p in messages if p.state in (Delivery.UNDELIVERED, Delivery.FAILED)]
    marks = (
        ("read", [(p, p.read_at) for p in texts]),
        ("delivered", [(p, p.delivered_at) for p in texts]),
        ("call heard", [(p, p.delivered_at) for p in calls]),
        ("not delivered", [(p, p.failed_at) for p in back]),
        ("sent", [(p, p.sent_at) for p in messages]),
    )
    reached = ((word, p, at) for word, found in marks for p, at in found if at is not None)
    return next((f"{word} {lasting(at - p.made_at)}" for word, p, at in reached), "on its way")


def next_of(incident: Incident, now: float, zone: str) -> str:
    """What the house does next, and when."""
    if incident.ladder is None:
        return ""
    at = wake(incident.ladder)
    if at is None:
        return "Waits for a person."
    if at == float("inf"):
        return ""
    return f"The ladder takes its next step at {clock_of(at, zone)}, in {lasting(at - now)}." if at > now else "Now."
