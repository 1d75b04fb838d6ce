"""What her phone is told when her journey changes: the difference between what it saw and what it may see now.

Pure. Because it compares what her devices *may see* (`cover.shown_to_her`), a cover story needs no rule here.
"""

from collections.abc import Container, Iterator

from service.journey import legs, lit
from service.journey.company import looks_shown
from service.journey.fixes import cadence_s
from service.journey.model import Journey, JourneyState, LinkState, Proven

from . import wire

ACK_EVERY = 3
ACK_S = 30.0


def policy(journey: Journey | None) -> wire.PolicyBody:
    """What we ask of the phone now (row 1). Acknowledgements are late on purpose, and at once in an alarm. After a
    close by PIN it streams on for a while, whichever PIN it was (row 15)."""
    if journey is None:
        return wire.PolicyBody(cadence_s=10.0, beat_s=60.0, ack_every=ACK_EVERY, ack_s=ACK_S)
    still = journey.link.cadence_s >= journey.numbers.cadence_still_s
    asked_s = cadence_s(journey, still=still)
    alarmed = asked_s <= journey.numbers.cadence_alarm_s
    moving_s = asked_s if alarmed else max(journey.numbers.cadence_moving_s, asked_s if not still else 0.0)
    return wire.PolicyBody(
        cadence_s=moving_s,
        beat_s=journey.numbers.cadence_still_s if alarmed else cadence_s(journey, still=True),
        ack_every=1 if alarmed else ACK_EVERY,
        ack_s=ACK_S,
        until=journey.tail_until if journey.state is JourneyState.CLOSED else None,
    )


def prompts(journey: Journey | None) -> dict[str, wire.PromptFrame]:
    """The questions that stand open on her screen."""
    if journey is None or not journey.under_way:
        return {}
    found = []
    incident = journey.open_incident
    if incident is not None and incident.prompt is not None:
        prompt = incident.prompt
        then = legs.offered(journey)
        found.append(wire.PromptFrame(id=prompt.id, kind=prompt.cause.value, until=prompt.concern_at, next_leg=then))
    if journey.due is not None:
        found.append(wire.PromptFrame(id=journey.due.id, kind="due", until=journey.due.overdue_at))
    elif journey.nudged_for is not None and journey.nudged_for == journey.eta_at:
        found.append(wire.PromptFrame(id=f"n{journey.eta_at:.0f}", kind="nudge", until=journey.eta_at))
    return {p.id: p for p in found}


def warnings(journey: Journey) -> Iterator[wire.Warned]:
    """What she is warned of on her screen."""
    if journey.warned_pct is not None:
        yield wire.Warned(code="battery", pct=journey.warned_pct)


def told(journey: Journey | None, known: Container[str]) -> dict[str, wire.Told]:
    """How far each message of the open alarm to the contacts in `known` has come. Once a PIN was given nothing more is
    said, whichever it was."""
    alarm = journey.alarm if journey is not None else None
    if journey is None or alarm is None or journey.pin_given:
        return {}
    frames = {}
    for proof in journey.proven:
        if proof.to in known and proof.id.split("/")[1] == alarm.id:
            state = "dropped" if proof.dropped else proof.state.value if proof.state else "waiting"
            frames[proof.id] = wire.Told(
                contact=proof.to, kind=proof.kind.value, channel=proof.channel.value, state=state, at=_when(proof)
            )
    return frames


def changes(before: Journey | None, after: Journey | None, known: Container[str]) -> Iterator[wire.Frame]:
    """Everything but the snapshot itself. `known` are the ids of the contacts that her screen shows."""
    then, now = prompts(before), prompts(after)
    for id_ in then.keys() - now.keys():
        yield wire.PromptGone(id=id_)
    for id_, frame in now.items():
        if then.get(id_) != frame:
            yield frame
    asked = policy(after)
    if asked != policy(before):
        yield wire.Policy(policy=asked)
    if before is not None and after is not None and before.id == after.id and before.warned_pct is None:
        yield from warnings(after)
    said = told(before, known)
    for id_, message in told(after, known).items():
        if said.get(id_) != message:
            yield message


def looks_different(before: Journey | None, after: Journey | None) -> bool:
    """Whether the snapshot has to be sent again (a new fix alone is no reason)."""
    return _face(before) != _face(after)


def _face(journey: Journey | None) -> tuple[object, ...]:
    if journey is None:
        return ()
    live = journey.link.state is LinkState.LIVE
    closed = journey.state is JourneyState.CLOSED
    incident = journey.open_incident
    level = incident.level if incident else None
    sos = journey.sos.fires_at if journey.sos else None
    looks = tuple((look.by, look.what, look.since) for look in looks_shown(journey))
    told = (journey.eta_at, journey.due, journey.progress, journey.paused_until, journey.haven)
    her_way = (*told, journey.leg, legs.leg(journey).route_m, lit.face(journey))
    return (journey.id, journey.state, her_way, live, level, sos, closed, journey.watchers, looks)


def _when(proof: Proven) -> float:
    marks = (
        proof.read_at,
        proof.delivered_at,
        proof.failed_at,
        proof.answered_at,
        proof.sent_at,
        proof.accepted_at,
        proof.made_at,
    )
    return next(at for at in marks if at is not None)
