"""Whom a journey under way tells, when that changes meanwhile: pure, and the same for a cover story."""

from collections.abc import Callable

from msgspec.structs import replace

from alerts import answers
from alerts.contact import Channel, Recipient

from .incidents import on_ladder
from .model import Journey
from .turn import Outcome, Turn


def joined(journey: Journey, who: Recipient, now: float) -> Outcome:
    """A YES during a journey joins it at once. An alarm that is running already keeps those it was raised with; but who
    has had the one text of an SOS is told of it properly now, and counts like the others."""
    plan = journey.plan
    if not journey.under_way or any(p.id == who.id for p in plan.people):
        return Outcome(journey)
    turn = Turn(journey, now)
    turn.set(plan=replace(plan, people=(*plan.people, who), invited=_without(plan.invited, who)))
    alarm = turn.journey.alarm
    if alarm is not None and alarm.ladder is not None and who.id in alarm.invited:
        turn.set(incident=replace(alarm, invited=tuple(w for w in alarm.invited if w != who.id)))
        on_ladder(turn, lambda ladder: answers.agreed(ladder, who, turn.now))
    return turn.outcome()


def asked(journey: Journey, who: Recipient) -> Outcome:
    """Somebody was invited during a journey: until there is a YES, one text if she cries for help."""
    plan = journey.plan
    if not journey.under_way or any(p.id == who.id for p in (*plan.people, *plan.invited)):
        return Outcome(journey)
    return Outcome(replace(journey, plan=replace(plan, invited=(*plan.invited, who))))


def changed(journey: Journey, who: Recipient) -> Outcome:
    """Another tier, another place on the SOS list: counts from the next alarm on."""
    return Outcome(_with_people(journey, lambda p: who if p.id == who.id else p))


def reached(journey: Journey, who: str, *, by_sms: bool) -> Outcome:
    """STOP or START: in a running alarm too, voice takes over or gives back."""
    journey = _with_people(journey, lambda p: replace(p, reachable_by_sms=by_sms) if p.id == who else p)
    incident = journey.open_incident
    if incident is None or incident.ladder is None:
        return Outcome(journey)
    people = tuple(
        replace(p, who=replace(p.who, reachable_by_sms=by_sms)) if p.who.id == who else p
        for p in incident.ladder.people
    )
    return Outcome(replace(journey, incident=replace(incident, ladder=replace(incident.ladder, people=people))))


def mailed(journey: Journey, who: str, *, by_mail: bool) -> Outcome:
    """An address was proved, or takes no mail any more: in a running alarm too."""
    journey = _with_people(journey, lambda p: replace(p, reachable_by_mail=by_mail) if p.id == who else p)
    incident = journey.open_incident
    if incident is None or incident.ladder is None:
        return Outcome(journey)
    people = tuple(
        replace(p, who=replace(p.who, reachable_by_mail=by_mail)) if p.who.id == who else p
        for p in incident.ladder.people
    )
    return Outcome(replace(journey, incident=replace(incident, ladder=replace(incident.ladder, people=people))))


def asked_by(journey: Journey, hers: tuple[Channel, ...]) -> Outcome:
    """She takes no texts any more, or takes them again: what we still have to ask her goes the way that is left."""
    if journey.plan.hers == hers:
        return Outcome(journey)
    return Outcome(replace(journey, plan=replace(journey.plan, hers=hers)))


def _without(people: tuple[Recipient, ...], who: Recipient) -> tuple[Recipient, ...]:
    return tuple(p for p in people if p.id != who.id)


def _with_people(journey: Journey, change: Callable[[Recipient], Recipient]) -> Journey:
    """`change` to each, those who have not said YES included: whoever she takes off her SOS list gets no text of one."""
    plan = journey.plan
    people, invited = tuple(map(change, plan.people)), tuple(map(change, plan.invited))
    if (people, invited) == (plan.people, plan.invited):
        return journey
    return replace(journey, plan=replace(plan, people=people, invited=invited))
