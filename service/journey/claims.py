"""Operators and an open incident: who has it, what they noted, how it is closed.

A claim is a lease of a minute that the open page renews: when the operator goes silent it ends by itself and the rounds
go on, so no alarm is ever orphaned by somebody who has it. Nothing here delays a first notice or an SOS's calls.
Operators act on what is true; a cover story knows nothing of it (`cover.judged`).
"""

from collections.abc import Iterator
from dataclasses import replace as answering

from msgspec.structs import replace

from alerts import answers
from alerts.rungs import Alarm

from . import asking
from .closing import close
from .events import IncidentClaimed, IncidentReleased, OperatorLogged, ResolutionProposed
from .incidents import on_ladder, police_told, resolve
from .model import Cause, Claim, CloseReason, Incident, Journey, Level, Logged, Proof, Proposal, Resolution
from .turn import ALREADY_CLOSED, DONE, OPERATOR, Answer, Outcome, Turn, because

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
STILL_ON_HER_WAY = ("spoke_to_her", "false_alarm")
"""After these a concern is closed and her journey is not: she is not home yet, and her ETA is watched as before."""
TAKES_TWO = (Cause.SOS, Cause.DURESS)


def claimed(journey: Journey, operator: str, now: float) -> Outcome:
    """Takes the incident for a minute. `held` while somebody else has it."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None:
        return turn.outcome(_CLOSED)
    if incident.claim is not None:
        return renewed(journey, operator, now)
    until = turn.now + CLAIM_S
    turn.set(incident=replace(incident, claim=Claim(operator, turn.now, until)))
    on_ladder(turn, lambda ladder: answers.claimed(ladder, turn.now))
    turn.happened(IncidentClaimed(at=turn.now, by=operator, until=until))
    return turn.outcome(Answer(True, "claimed", at=until, to=OPERATOR))


def renewed(journey: Journey, operator: str, now: float) -> Outcome:
    """The operator's page is still open. Changes nothing while most of the minute is left. `lapsed`: it was silent for
    too long, or the incident has risen since; whoever wants it takes it again, knowingly."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None:
        return turn.outcome(_CLOSED)
    claim = incident.claim
    if claim is None:
        return turn.outcome(Answer(False, "lapsed", to=OPERATOR))
    if claim.by != operator:
        return turn.outcome(Answer(False, "held", at=claim.until, to=OPERATOR))
    if claim.until - turn.now > RENEW_S:
        return turn.outcome(Answer(True, "claimed", at=claim.until, to=OPERATOR))
    until = turn.now + CLAIM_S
    turn.set(incident=replace(incident, claim=replace(claim, until=until)))
    return turn.outcome(Answer(True, "claimed", at=until, to=OPERATOR))


def released(journey: Journey, operator: str, now: float) -> Outcome:
    """Given back: the rounds go on."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None:
        return turn.outcome(_CLOSED)
    claim = incident.claim
    if claim is not None and claim.by != operator:
        return turn.outcome(Answer(False, "held", at=claim.until, to=OPERATOR))
    if claim is not None:
        _let_go(turn, incident, claim)
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
        _let_go(turn, incident, incident.claim)


def logged(journey: Journey, operator: str, what: str, words: str, now: float, *, by_a_person: bool = True) -> Outcome:
    """A line in the call log, of the open alarm or of the last one. `rang_police` with its number is shown to all,
    unconfirmed, and pauses nothing. What a person writes is a word about her (row 22), what we note ourselves is none."""
    turn = Turn(journey, now)
    incident = journey.incident
    if incident is None or incident.level is Level.PROMPTING:
        return turn.outcome(_CLOSED)
    line = Logged(turn.now, operator, what, words)
    turn.set(incident=replace(incident, log=(*incident.log, line)[-LOG_KEPT:]))
    if by_a_person:
        on_ladder(turn, lambda ladder: answers.attended(ladder, turn.now))
    turn.happened(OperatorLogged(at=turn.now, by=operator, what=what, words=words))
    if what == POLICE_TOLD:
        police_told(turn, operator, words)
    return turn.outcome(answering(DONE, to=OPERATOR))


def resolved(journey: Journey, operator: str, code: str, now: float, *, word_spoken: bool = False) -> Outcome:
    """Closes the incident with an outcome code, and the journey with it (`closed`), unless it was a concern and she is
    still on her way (`resolved`, with her ETA).

    SOS and duress take a second operator, or the one who heard her call-back word: the first one's wish is kept as a
    proposal (`proposed`), and counts when another one agrees. While an SOS is counting down nothing can be closed
    (`counting`): only her PIN stops it."""
    turn = Turn(journey, now)
    incident = journey.alarm
    if incident is None:
        return turn.outcome(_CLOSED)
    if journey.sos is not None:
        return turn.outcome(Answer(False, "counting", at=journey.sos.fires_at, to=OPERATOR))
    if takes_two(incident) and not word_spoken and not _seconded(incident.proposal, operator, code):
        return _proposed(turn, incident, operator, code)
    if incident.level is Level.CONCERN and code in STILL_ON_HER_WAY and _is_on_her_way(journey, turn.now):
        resolve(turn, code, by=operator, proof=Proof.NONE)
        turn.set(quiet=asking.quieted(turn.journey, incident.cause, turn.now))  # it is not asked about again at once
        return turn.outcome(Answer(True, "resolved", at=journey.eta_at, to=OPERATOR))
    _end(turn, operator, code)
    return turn.outcome(Answer(True, "closed", at=turn.now, to=OPERATOR))


def uncovered(shadow: Journey, resolution: Resolution, now: float) -> Outcome:
    """The end of a cover story, when operators have closed what it covered: whoever was told of an alarm in it, or
    waits for her arrival, hears that it is over."""
    turn = Turn(shadow, now)
    _end(turn, resolution.by, resolution.reason)
    return turn.outcome(answering(DONE, to=OPERATOR))


def takes_two(incident: Incident) -> bool:
    """Whether one operator alone may not close it: an SOS or a duress is among what it has been."""
    return incident.cause in TAKES_TWO or Alarm.SOS in incident.alarms or Alarm.DURESS in incident.alarms


def _proposed(turn: Turn, incident: Incident, operator: str, code: str) -> Outcome:
    """Said twice by the same person it is still one person's wish."""
    before = incident.proposal
    if before is None or (before.by, before.code) != (operator, code):
        turn.set(incident=replace(incident, proposal=Proposal(operator, turn.now, code)))
        on_ladder(turn, lambda ladder: answers.attended(ladder, turn.now))
        turn.happened(ResolutionProposed(at=turn.now, by=operator, code=code))
    return turn.outcome(Answer(True, "proposed", to=OPERATOR))


def _seconded(proposal: Proposal | None, operator: str, code: str) -> bool:
    return proposal is not None and proposal.by != operator and proposal.code == code


def _is_on_her_way(journey: Journey, now: float) -> bool:
    return journey.under_way and journey.due is None and journey.eta_at is not None and journey.eta_at > now


def _end(turn: Turn, operator: str, code: str) -> None:
    asking.withdraw(turn, "ended")
    resolve(turn, code, by=operator, proof=Proof.NONE)
    if turn.journey.under_way:
        close(turn, CloseReason.OPERATOR, by=operator, proof=Proof.NONE)


def _let_go(turn: Turn, incident: Incident, claim: Claim) -> None:
    turn.set(incident=replace(incident, claim=None))
    on_ladder(turn, answers.released)
    turn.happened(IncidentReleased(at=turn.now, by=claim.by, because=because(held_s=turn.now - claim.since)))


_CLOSED = answering(ALREADY_CLOSED, to=OPERATOR)
