"""What contacts, operators and the provider tell us. Nothing a contact can say is illegal, and nothing a contact
can say ends, extends or re-routes a journey, or resolves an incident."""

from dataclasses import replace as answering

from msgspec.structs import replace

from alerts import answers, lapses, rings
from alerts.gateway import Delivery
from alerts.ladder import Said
from alerts.notice import HER, Kind
from alerts.receipts import raises

from .events import (
    Acknowledged,
    ContactRemoved,
    NoticeDropped,
    NoticeHanded,
    NoticeReported,
)
from .incidents import on_ladder, police_told
from .model import Journey, JourneyState, Proven
from .turn import ALREADY_CLOSED, DONE, Answer, Outcome, Turn, because

WORDS = {
    Said.TAKEN: answers.taken,
    Said.CANT: answers.declined,
    Said.SEEN: answers.seen,
    Said.SPOKEN: answers.spoken,
    Said.WITH_HER: answers.with_her,
    Said.POLICE: answers.police_told,
}


def contact_said(
    journey: Journey, who: str, said: Said, now: float, *, with_code: bool = True, police_number: str = ""
) -> Outcome:
    """A contact's word about the open incident, by link or text. Without the two digits a lease is shorter. From somebody
    who was told of it and has no place on the ladder that runs, it is kept and holds nothing.

    `police_number` comes with *police told* and is kept beside the incident (`Incident.police`), also from somebody who
    has no place on the ladder that runs; `alerts.answers.police_told` says who hears of it."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None or incident.ladder is None:
        return turn.outcome(answering(ALREADY_CLOSED, to=who))
    if incident.ladder.person(who) is None:  # told by an earlier ladder of it, without having said YES, or not at all
        if who not in (*incident.before, *incident.invited):
            return turn.outcome(answering(ALREADY_CLOSED, to=who))
        turn.happened(Acknowledged(at=turn.now, by=who, said=said.value))
        if said is Said.POLICE:
            police_told(turn, who, police_number)
        return turn.outcome(Answer(True, "seen", to=who))
    before = incident.ladder
    if said is Said.TAKEN:
        on_ladder(turn, lambda ladder: answers.taken(ladder, who, turn.now, with_code=with_code))
    else:
        on_ladder(turn, lambda ladder: WORDS.get(said, answers.seen)(ladder, who, turn.now))
    after = turn.journey.incident
    if after is None or after.ladder is before:
        return turn.outcome(Answer(True, "seen", to=who))
    lease = after.ladder.lease if after.ladder else None
    until = lease.until if lease and lease.by == who else None
    holds = because(holds_s=None if until is None else until - turn.now)
    turn.happened(Acknowledged(at=turn.now, by=who, said=said.value, because=holds))
    if said is Said.POLICE:
        police_told(turn, who, police_number)
    return turn.outcome(Answer(True, said.value, at=until, to=who))


def contact_removed(journey: Journey, who: str, now: float) -> Outcome:
    """She removed a contact: at once, in a running ladder too, and he is not told."""
    turn = Turn(journey, now)
    plan = journey.plan
    people, invited = (tuple(p for p in those if p.id != who) for those in (plan.people, plan.invited))
    if (people, invited) == (plan.people, plan.invited):
        return turn.outcome()
    turn.set(plan=replace(plan, people=people, invited=invited, tell=tuple(w for w in plan.tell if w != who)))
    on_ladder(turn, lambda ladder: answers.removed(ladder, who, turn.now))
    incident = turn.journey.incident
    if incident is not None:
        before, asked = (tuple(w for w in told if w != who) for told in (incident.before, incident.invited))
        turn.set(incident=replace(incident, before=before, invited=asked))
    turn.happened(ContactRemoved(at=turn.now, who=who))
    return turn.outcome()


# ── the provider ─────────────────────────────────────────────────────────────────────────────────────────


def handed(journey: Journey, notice_id: str, sid: str, now: float) -> Outcome:
    """The provider took the message."""
    turn = Turn(journey, now)
    turn.rang(rings.handed(journey.rings, notice_id, turn.now))
    turn.lapsed(lapses.handed(journey.lapses, notice_id, turn.now))
    if _prove(turn, notice_id, Delivery.ACCEPTED, None):
        turn.happened(NoticeHanded(at=turn.now, id=notice_id, sid=sid))
        on_ladder(turn, lambda ladder: answers.handed(ladder, notice_id, turn.now))
    return turn.outcome()


def held_up(journey: Journey, notice_id: str, now: float) -> Outcome:
    """The provider would not take the message, or did not answer. It is tried again without end; whoever it is for does
    not wait for that, nor do the others (row 11)."""
    turn = Turn(journey, now)
    if any(p.id == notice_id and p.state is None for p in journey.proven):
        on_ladder(turn, lambda ladder: answers.held_up(ladder, notice_id, turn.now))
    return turn.outcome()


def reported(
    journey: Journey, notice_id: str, state: Delivery, now: float, *, code: int | None = None, for_good: bool = False
) -> Outcome:
    """A receipt, or a refusal at the door. Only a report that raises the rank changes anything; `undelivered` and
    `failed` climb the ladder at once; `delivered` long after the end is followed by the all-clear (row 24). A call that
    is over without a key is rung once more, and nobody is given up for it before that."""
    turn = Turn(journey, now)
    owed = _rang(turn, notice_id, state, for_good=for_good)
    _lapsed(turn, notice_id, state, for_good=for_good)
    if not _prove(turn, notice_id, state, code):
        return turn.outcome()
    turn.happened(NoticeReported(at=turn.now, id=notice_id, state=state.value, code=code))
    match state:
        case Delivery.ACCEPTED | Delivery.SENT | Delivery.ANSWERED:
            on_ladder(turn, lambda ladder: answers.handed(ladder, notice_id, turn.now))
        case Delivery.DELIVERED | Delivery.READ:
            on_ladder(turn, lambda ladder: answers.delivered(ladder, notice_id, turn.now))
            _late_delivery(turn, notice_id)
        case Delivery.UNDELIVERED | Delivery.FAILED:
            on_ladder(turn, lambda ladder: answers.failed(ladder, notice_id, turn.now, for_good=for_good, again=owed))
        case Delivery.CLAIMED:
            pass
    return turn.outcome()


def dropped(journey: Journey, notice_id: str, why: str, now: float) -> Outcome:
    """Nobody needs this message any more; it was never sent."""
    turn = Turn(journey, now)
    turn.rang(rings.dropped(journey.rings, notice_id))
    turn.lapsed(lapses.useless(journey.lapses, notice_id))
    if any(p.id == notice_id for p in journey.proven):
        proven = tuple(replace(p, dropped=why) if p.id == notice_id else p for p in journey.proven)
        turn.set(proven=proven)
    turn.happened(NoticeDropped(at=turn.now, id=notice_id, why=why))
    return turn.outcome()


def _lapsed(turn: Turn, notice_id: str, state: Delivery, *, for_good: bool) -> None:
    """Whether a text will have to be written anew when it has expired (row 24)."""
    texts = lapses.handed(turn.journey.lapses, notice_id, turn.now)
    if state in (Delivery.DELIVERED, Delivery.READ):
        texts = lapses.proved(texts, notice_id)
    elif for_good:
        texts = lapses.useless(texts, notice_id)
    turn.lapsed(texts)


def _rang(turn: Turn, notice_id: str, state: Delivery, *, for_good: bool) -> bool:
    """How far a call has come; whether it will be rung once more."""
    before, now = turn.journey.rings, turn.now
    match state:
        case Delivery.ACCEPTED | Delivery.SENT:
            after = rings.handed(before, notice_id, now)
        case Delivery.ANSWERED:
            after = rings.answered(before, notice_id, now)
        case Delivery.DELIVERED | Delivery.READ:
            after = rings.heard(before, notice_id, now)
        case Delivery.UNDELIVERED | Delivery.FAILED:
            after = rings.ended(before, notice_id, now, for_good=for_good)
        case Delivery.CLAIMED:
            after = before
    turn.rang(after)
    return any(r.notice.id == notice_id and r.owed for r in after)


def _prove(turn: Turn, notice_id: str, state: Delivery, code: int | None) -> bool:
    """Moves the proof of one message forward; False when it is unknown or the report is old news."""
    proof = next((p for p in turn.journey.proven if p.id == notice_id), None)
    if proof is None or (proof.state is not None and not raises(proof.state, state)):
        return False
    after = _proven(proof, state, turn.now, code)
    turn.set(proven=tuple(after if p is proof else p for p in turn.journey.proven))
    return True


def _proven(proof: Proven, state: Delivery, now: float, code: int | None) -> Proven:
    accepted_at = proof.accepted_at
    if accepted_at is None and state is not Delivery.FAILED:
        accepted_at = now
    match state:
        case Delivery.SENT:
            return replace(proof, state=state, accepted_at=accepted_at, sent_at=now)
        case Delivery.ANSWERED:
            return replace(proof, state=state, accepted_at=accepted_at, answered_at=now)
        case Delivery.DELIVERED | Delivery.READ:
            at = proof.delivered_at if proof.delivered_at is not None else now
            read_at = now if state is Delivery.READ else None
            return replace(proof, state=state, accepted_at=accepted_at, delivered_at=at, read_at=read_at)
        case Delivery.UNDELIVERED | Delivery.FAILED:
            return replace(proof, state=state, accepted_at=accepted_at, failed_at=now, code=code)
        case _:
            return replace(proof, state=state, accepted_at=accepted_at)


ALARMING = frozenset(
    {Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.PHONE_HOME, Kind.NOBODY, Kind.SOS, Kind.DURESS, Kind.COLD}
)


def _late_delivery(turn: Turn, notice_id: str) -> None:
    """Row 24: an old alarm that reaches a phone after the end must not stand there alone. While another incident of
    this journey is open there is no all-clear to repeat."""
    journey, at = turn.journey, turn.journey.resolved_at
    proof = next((p for p in journey.proven if p.id == notice_id), None)
    if proof is None or proof.kind not in ALARMING or proof.to == HER or journey.alarm is not None:
        return
    if at is not None and proof.made_at <= at < turn.now - journey.numbers.late_delivery_s:
        _, incident, *_ = notice_id.split("/")
        turn.tell_contacts([proof.to], f"END again {proof.rung}", Kind.CLOSED, incident)


def is_over(journey: Journey) -> bool:
    """Closed, and nothing about it is still open."""
    return journey.state is JourneyState.CLOSED and journey.alarm is None and journey.sos is None


__all__ = [
    "DONE",
    "contact_removed",
    "contact_said",
    "dropped",
    "handed",
    "held_up",
    "is_over",
    "reported",
]
