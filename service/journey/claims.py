"""Operators and an open incident: who has it, what they noted, how it is closed.

A claim is a lease of a minute that the open page renews: when the operator goes silent it ends by itself and the rounds
go on, so no alarm is ever orphaned by somebody who has it. Nothing here delays a first notice or an SOS's calls.
"""

from collections.abc import Iterator
from dataclasses import replace as answering

from msgspec.structs import replace

from alerts import answers

from .closing import close
from .events import IncidentClaimed, IncidentReleased, OperatorLogged, PoliceTold, ResolutionProposed
from .incidents import on_ladder, resolve
from .model import Cause, Claim, CloseReason, Incident, Journey, Logged, Police, Proof, Proposal
from .turn import ALREADY_CLOSED, DONE, OPERATOR, Answer, Outcome, Turn

CLAIM_S = 60.0
RENEW_S = 40.0
"""A claim with more than this left is not written anew."""
LOG_KEPT = 64
LOGGED = ("note", "rang_her", "rang_contact", "rang_police", "nothing_heard", "spoke_to_her", "spoke_to_contact")
"""What an operator may write down; `nothing_heard` is a line like any other."""
POLICE_TOLD = "rang_police"
OUTCOMES = {
    "spoke_to_her": "An operator spoke to her: she is safe",
    "seen_safe": "Somebody saw her safe",
    "with_police": "The police have taken it over",
    "found": "She was found",
    "false_alarm": "A false alarm",
}
"""How an incident may end, by code; the words are for people."""
TAKES_TWO = (Cause.SOS, Cause.DURESS)


def claimed(journey: Journey, operator: str, now: float) -> Outcome:
    """Takes the incident for a minute. `held` while somebody else has it."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None:
        return turn.outcome(_CLOSED)
    claim = incident.claim
    if claim is not None and claim.by != operator:
        return turn.outcome(Answer(False, "held", at=claim.until, to=OPERATOR))
    if claim is not None:
        return renewed(journey, operator, now)
    until = turn.now + CLAIM_S
    turn.set(incident=replace(incident, claim=Claim(operator, turn.now, until)))
    on_ladder(turn, lambda ladder: answers.claimed(ladder, turn.now))
    turn.happened(IncidentClaimed(at=turn.now, by=operator, until=until))
    return turn.outcome(Answer(True, "claimed", at=until, to=OPERATOR))


def renewed(journey: Journey, operator: str, now: float) -> Outcome:
    """The operator's page is still open. Changes nothing while most of the minute is left."""
    turn = Turn(journey, now)
    incident = journey.alarm
    claim = incident.claim if incident is not None else None
    if incident is None or claim is None or claim.by != operator:
        return turn.outcome(_CLOSED)
    if claim.until - turn.now > RENEW_S:
        return turn.outcome(Answer(True, "claimed", at=claim.until, to=OPERATOR))
    until = turn.now + CLAIM_S
    turn.set(incident=replace(incident, claim=replace(claim, until=until)))
    return turn.outcome(Answer(True, "claimed", at=until, to=OPERATOR))


def released(journey: Journey, operator: str, now: float) -> Outcome:
    """Given back: the rounds go on."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None or incident.claimed_by != operator:
        return turn.outcome(_CLOSED)
    _let_go(turn, incident)
    return turn.outcome(answering(DONE, to=OPERATOR))


def deadlines(journey: Journey) -> Iterator[float]:
    """When a claim ends by itself."""
    incident = journey.alarm
    if incident is not None and incident.claim is not None:
        yield incident.claim.until


def lapse(turn: Turn, _at: float) -> None:
    """The operator went silent: nobody has it any more."""
    incident = turn.journey.alarm
    if incident is not None and incident.claim is not None:
        _let_go(turn, incident)


def logged(journey: Journey, operator: str, what: str, words: str, now: float) -> Outcome:
    """A line in the call log. `rang_police` with its number is shown to all, unconfirmed, and pauses nothing."""
    turn = Turn(journey, now)
    incident = journey.incident
    if incident is None:
        return turn.outcome(_CLOSED)
    log = (*incident.log, Logged(turn.now, operator, what, words))[-LOG_KEPT:]
    police = Police(turn.now, operator, words) if what == POLICE_TOLD else incident.police
    turn.set(incident=replace(incident, log=log, police=police))
    turn.happened(OperatorLogged(at=turn.now, by=operator, what=what, words=words))
    if what == POLICE_TOLD:
        turn.happened(PoliceTold(at=turn.now, by=operator, number=words))
    return turn.outcome(answering(DONE, to=OPERATOR))


def resolved(journey: Journey, operator: str, code: str, now: float, *, word_spoken: bool = False) -> Outcome:
    """Closes the incident with an outcome code. SOS and duress take a second operator, or the one who heard her
    call-back word: the first one's wish is kept as a proposal (`proposed`), and counts when another one agrees."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None:
        return turn.outcome(_CLOSED)
    proposal = incident.proposal
    seconded = proposal is not None and proposal.by != operator and proposal.code == code
    takes_two = any(alarm in ("sos", "duress") for alarm in incident.alarms) or incident.cause in TAKES_TWO
    if takes_two and not word_spoken and not seconded:
        turn.set(incident=replace(incident, proposal=Proposal(operator, turn.now, code)))
        turn.happened(ResolutionProposed(at=turn.now, by=operator, code=code))
        return turn.outcome(Answer(True, "proposed", to=OPERATOR))
    resolve(turn, code, by=operator, proof=Proof.NONE)
    if turn.journey.under_way:
        close(turn, CloseReason.OPERATOR, by=operator, proof=Proof.NONE)
    return turn.outcome(Answer(True, "closed", at=turn.now, to=OPERATOR))


def _let_go(turn: Turn, incident: Incident) -> None:
    by = incident.claimed_by or ""
    turn.set(incident=replace(incident, claim=None))
    on_ladder(turn, answers.released)
    turn.happened(IncidentReleased(at=turn.now, by=by))


_CLOSED = answering(ALREADY_CLOSED, to=OPERATOR)
