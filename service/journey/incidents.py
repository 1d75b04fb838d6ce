"""Opening, raising and closing an incident. Rules raise it; only people lower it."""

from collections.abc import Callable

from msgspec.structs import replace

from alerts import ladder as ladders
from alerts.ladder import Ladder
from alerts.notice import Kind, Notice
from alerts.rungs import Alarm, LadderTimings

from .events import (
    BecameOverdue,
    ConcernRaised,
    DuressEntered,
    Event,
    IncidentReleased,
    IncidentResolved,
    LeaseLapsed,
    NobodyAnswered,
    OperatorsCalled,
    PoliceTold,
    SosFired,
    WentCold,
)
from .model import Cause, Incident, Journey, Level, LinkState, Police, Proof, Resolution
from .tables import moved
from .turn import Turn, because


def level_of(journey: Journey) -> Level:
    return journey.incident.level if journey.incident else Level.NONE


def opened(turn: Turn, event: Event, cause: Cause) -> Incident:
    """The open incident, or a fresh one, moved by `event`."""
    journey = turn.journey
    level = moved("Incident", level_of(journey), event)
    incident = journey.open_incident
    if incident is None:
        incident = Incident(id=f"i{journey.incidents + 1}", level=level, cause=cause, opened_at=turn.now)
        turn.set(incidents=journey.incidents + 1)
    turn.happened(event)
    return replace(incident, level=level)


def rise(turn: Turn, alarm: Alarm, cause: Cause, kind: Kind | None = None) -> None:
    """Contacts are told: a new ladder from its foot, also over somebody's lease (a rise goes through a lease). An
    operator's claim and proposal end with what they were about: what it has become must be seen anew."""
    incident = opened(turn, _risen(turn, alarm, cause, kind), cause)
    if incident.claim is not None:
        held_s = turn.now - incident.claim.since
        turn.happened(IncidentReleased(at=turn.now, by=incident.claim.by, because=because(held_s=held_s)))
    before = incident.before
    if incident.ladder is not None:
        before = tuple(dict.fromkeys((*before, *incident.ladder.told)))
    plan = turn.journey.plan
    people = plan.people
    if cause is Cause.WRONG_PINS:  # row 16: to the SOS list, all of it at once, at any hour
        people = tuple(replace(p, tier=1, hours="") for p in people if p.on_sos_list)
    ladder = ladders.raised(
        journey=turn.journey.id,
        incident=incident.id,
        alarm=alarm,
        people=people,
        now=turn.now,
        timings=LadderTimings(lease_s=plan.numbers.lease_s, second_sender=plan.second_sender),
        kind=kind,
        over=incident.ladder,
        nth=1 + sum(a is alarm for a in incident.alarms),
        zone=plan.zone,
    )
    fired_at = turn.now if alarm in (Alarm.SOS, Alarm.DURESS) else incident.fired_at
    turn.set(
        incident=replace(
            incident,
            cause=cause,
            prompt=None,
            ladder=ladder,
            before=before,
            fired_at=fired_at,
            claim=None,
            proposal=None,
            alarms=(*incident.alarms, alarm),
        )
    )
    on_ladder(turn, lambda ladder: ladders.advance(ladder, turn.now))


def _risen(turn: Turn, alarm: Alarm, cause: Cause, kind: Kind | None) -> Event:
    match alarm:
        case Alarm.CONCERN:
            return ConcernRaised(at=turn.now, cause=cause, because=_silence(turn.journey, cause, turn.now))
        case Alarm.OVERDUE:
            due = turn.journey.due
            waited_s, late_s = (turn.now - due.since, turn.now - due.overdue_at) if due else (None, None)
            why = because(waited_s=waited_s, late_s=late_s or None)
            return BecameOverdue(at=turn.now, kind=kind or Kind.OVERDUE, because=why)
        case Alarm.SOS:
            return SosFired(at=turn.now)
        case Alarm.DURESS:
            return DuressEntered(at=turn.now)


def _silence(journey: Journey, cause: Cause, now: float) -> dict[str, float]:
    """For how long she has not answered, or her phone was silent, or within which time the wrong PINs came."""
    incident, link = journey.open_incident, journey.link
    prompt = incident.prompt if incident is not None else None
    lost = cause is Cause.SIGNAL_LOST and link.state is LinkState.LOST
    guessed = cause is Cause.WRONG_PINS and bool(journey.wrong_pins)
    return because(
        waited_s=now - prompt.raised_at if prompt is not None and prompt.cause is cause else None,
        silent_s=now - link.heard_at if lost else None,
        within_s=now - journey.wrong_pins[0] if guessed else None,
    )


def fire_sos(turn: Turn) -> None:
    """Row 14. Over an open duress the words stay those of duress (nobody may ring her phone); they go out once more."""
    incident = turn.journey.alarm
    if incident is None or incident.cause is not Cause.DURESS:
        rise(turn, Alarm.SOS, Cause.SOS)
        _once_to_invited(turn)
    elif incident.alarms.count(Alarm.DURESS) == 1:
        rise(turn, Alarm.DURESS, Cause.DURESS)


def _once_to_invited(turn: Turn) -> None:
    """Who is on the SOS list and has not said YES yet gets one text of this SOS, and later its end: no call, no round,
    no place on the ladder."""
    incident, plan = turn.journey.alarm, turn.journey.plan
    if incident is None:
        return
    known = {p.id for p in plan.people} | set(incident.invited)
    asked = tuple(p.id for p in plan.invited if p.on_sos_list and p.reachable_by_sms and p.id not in known)
    turn.set(incident=replace(incident, invited=(*incident.invited, *asked)))
    turn.tell_contacts(asked, "SOS-INVITED", Kind.SOS, incident.id, urgency=0)


def overdue_too(turn: Turn, kind: Kind) -> None:
    """She is overdue while an SOS is open: who is not on the SOS list was promised word of that, and gets it."""
    plan = turn.journey.plan
    on_ladder(turn, lambda ladder: ladders.widened(ladder, plan.people, kind, turn.now, plan.zone))


def police_told(turn: Turn, by: str, number: str) -> None:
    """Somebody (a contact's id, or an operator) says that the police were told. Unconfirmed; a number that is known is
    not lost to a later word without one."""
    incident = turn.journey.incident
    if incident is None:
        return
    known = incident.police.number if incident.police is not None else ""
    turn.set(incident=replace(incident, police=Police(turn.now, by, number or known)))
    turn.happened(PoliceTold(at=turn.now, by=by, number=number))


def on_ladder(turn: Turn, step: Callable[[Ladder], tuple[Ladder, list[Notice]]]) -> None:
    """Takes one step on the open incident's ladder and says what it meant: L3, L4, a lapsed lease, cold."""
    incident = turn.journey.alarm
    if incident is None or incident.ladder is None:
        return
    before = incident.ladder
    after, notices = step(before)
    level = incident.level
    overdue = because(since_overdue_s=turn.now - after.began_at)
    if after.level >= 3 and level is Level.OVERDUE:
        level = _say(turn, level, NobodyAnswered(at=turn.now, because=overdue))
    if after.operators and not before.operators and level in (Level.OVERDUE, Level.UNACKED):
        level = _say(turn, level, OperatorsCalled(at=turn.now, because=overdue))
    lease = before.lease
    if lease is not None and after.lease is None and not after.done:
        turn.happened(LeaseLapsed(at=turn.now, by=lease.by, because=because(held_s=turn.now - lease.since)))
    if after.cold_at is not None and before.cold_at is None:
        silent_s = turn.now - after.cold_from + after.timings.cold_s
        turn.happened(WentCold(at=turn.now, because=because(silent_s=silent_s)))
    turn.set(incident=replace(incident, ladder=after, level=level))
    turn.tell(notices)


def _say(turn: Turn, level: Level, event: Event) -> Level:
    turn.happened(event)
    return moved("Incident", level, event)


def resolve(turn: Turn, reason: str, by: str, proof: Proof) -> None:
    """A person ended it: exactly those who were told hear so. A PIN soon after an SOS says that too (row 14)."""
    incident = turn.journey.alarm
    if incident is None:
        return
    soon = incident.cause is Cause.SOS and incident.fired_at is not None
    soon = soon and turn.now - (incident.fired_at or 0.0) <= turn.journey.numbers.sos_pin_soon_s
    kind = Kind.SOS_PIN if soon and proof is Proof.PIN else Kind.CLOSED
    told: tuple[str, ...] = (*incident.before, *incident.invited)
    notices: list[Notice] = []
    if incident.ladder is not None:
        told = tuple(dict.fromkeys((*incident.before, *incident.ladder.told, *incident.invited)))
        ladder, notices = ladders.closed(incident.ladder, turn.now, kind)
        incident = replace(incident, ladder=ladder)
    open_s = because(open_s=turn.now - incident.opened_at)
    event = IncidentResolved(at=turn.now, reason=reason, by=by, proof=proof, told=told, because=open_s)
    level = _say(turn, incident.level, event)
    resolution = Resolution(at=turn.now, reason=reason, by=by, proof=proof)
    turn.set(incident=replace(incident, level=level, resolved=resolution))
    turn.set(resolved_at=turn.now)
    turn.tell(notices)
    turn.tell_contacts([w for w in told if w not in {n.to for n in notices}], "END", kind, incident.id)
