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
    IncidentResolved,
    LeaseLapsed,
    NobodyAnswered,
    OperatorsCalled,
    SosFired,
    WentCold,
)
from .model import Cause, Incident, Journey, Level, Proof, Resolution
from .tables import moved
from .turn import Turn


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
    """Contacts are told: a new ladder from its foot, also over somebody's lease (a rise goes through a lease)."""
    event: Event
    match alarm:
        case Alarm.CONCERN:
            event = ConcernRaised(at=turn.now, cause=cause)
        case Alarm.OVERDUE:
            event = BecameOverdue(at=turn.now, kind=kind or Kind.OVERDUE)
        case Alarm.SOS:
            event = SosFired(at=turn.now)
        case Alarm.DURESS:
            event = DuressEntered(at=turn.now)
    incident = opened(turn, event, cause)
    before = incident.before
    if incident.ladder is not None:
        before = tuple(dict.fromkeys((*before, *incident.ladder.told)))
    plan = turn.journey.plan
    people = plan.people
    if cause is Cause.WRONG_PINS:  # row 16: to the SOS list, all of it at once
        people = tuple(replace(p, tier=1) for p in people if p.on_sos_list)
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


def fire_sos(turn: Turn) -> None:
    """Row 14. Over an open duress the words stay those of duress (nobody may ring her phone); they go out once more."""
    incident = turn.journey.alarm
    if incident is None or incident.cause is not Cause.DURESS:
        rise(turn, Alarm.SOS, Cause.SOS)
    elif incident.alarms.count(Alarm.DURESS) == 1:
        rise(turn, Alarm.DURESS, Cause.DURESS)


def overdue_too(turn: Turn, kind: Kind) -> None:
    """She is overdue while an SOS is open: who is not on the SOS list was promised word of that, and gets it."""
    on_ladder(turn, lambda ladder: ladders.widened(ladder, turn.journey.plan.people, kind, turn.now))


def on_ladder(turn: Turn, step: Callable[[Ladder], tuple[Ladder, list[Notice]]]) -> None:
    """Takes one step on the open incident's ladder and says what it meant: L3, L4, a lapsed lease, cold."""
    incident = turn.journey.alarm
    if incident is None or incident.ladder is None:
        return
    before = incident.ladder
    after, notices = step(before)
    level = incident.level
    if after.level >= 3 and level is Level.OVERDUE:
        level = _say(turn, level, NobodyAnswered(at=turn.now))
    if after.operators and not before.operators and level in (Level.OVERDUE, Level.UNACKED):
        level = _say(turn, level, OperatorsCalled(at=turn.now))
    if before.lease is not None and after.lease is None and not after.done:
        turn.happened(LeaseLapsed(at=turn.now, by=before.lease.by))
    if after.cold_at is not None and before.cold_at is None:
        turn.happened(WentCold(at=turn.now))
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
    told: tuple[str, ...] = incident.before
    notices: list[Notice] = []
    if incident.ladder is not None:
        told = tuple(dict.fromkeys((*incident.before, *incident.ladder.told)))
        ladder, notices = ladders.closed(incident.ladder, turn.now, kind)
        incident = replace(incident, ladder=ladder)
    event = IncidentResolved(at=turn.now, reason=reason, by=by, proof=proof, told=told)
    level = _say(turn, incident.level, event)
    resolution = Resolution(at=turn.now, reason=reason, by=by, proof=proof)
    turn.set(incident=replace(incident, level=level, resolved=resolution))
    turn.set(resolved_at=turn.now)
    turn.tell(notices)
    turn.tell_contacts([w for w in told if w not in {n.to for n in notices}], "END", kind, incident.id)
