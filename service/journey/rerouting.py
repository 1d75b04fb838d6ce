"""A new line for the way she goes: after *another way*, or because she has changed her mind. It moves no ETA, lowers nothing
that others have heard of, and answers no question but the one whether she has left her route."""

from msgspec.structs import replace

from . import asking, legs
from .events import Rerouted
from .model import Cause, Journey, Plan, Proof
from .pressed import refused, settled
from .turn import ALREADY_CLOSED, NEEDS_PIN, Answer, Outcome, Turn, because
from .way import ALREADY

ASKED_BY_A_ROUTE = (Cause.OFF_ROUTE, Cause.AWAY)


def rerouted(
    journey: Journey, leg: int, route_m: float, now: float, proof: Proof, *, given_at: float | None = None
) -> Outcome:
    """From here on she is held against another line of `route_m`, to the same place: the end of `leg`, the one she is on. A
    tap is enough below `concern`; once due, in an alarm and at high risk it takes her PIN. `already`: that leg is over."""
    turn = Turn(journey, now)
    if proof is Proof.WRONG:
        return refused(turn)
    if not journey.under_way:
        return turn.outcome(ALREADY_CLOSED)
    if leg != journey.leg:
        return turn.outcome(ALREADY)
    known = journey.alarm is not None or journey.due is not None
    if (known or journey.numbers.answer_needs_pin) and proof is not Proof.PIN:
        return turn.outcome(NEEDS_PIN)
    given_at = turn.now if given_at is None else given_at
    incident = journey.open_incident
    prompt = incident.prompt if incident is not None and not known else None
    if prompt is not None and prompt.cause in ASKED_BY_A_ROUTE:
        if given_at >= prompt.raised_at:
            settled(turn, "another_way", proof)
        else:
            asking.stands(turn)  # it waited in her phone: what was asked since is not taken back by another line
    before_m = legs.leg(journey).route_m
    seen = turn.journey.seen
    if seen is not None:
        seen = replace(seen, along_m=None, to_go_m=None)  # they were measured along the line before
    turn.set(plan=_plan(journey, route_m), route_dropped=False, seen=seen)
    turn.happened(Rerouted(at=turn.now, because=because(route_m=route_m, before_m=before_m)))
    return turn.outcome(Answer(True, "rerouted", at=turn.journey.eta_at))


def _plan(journey: Journey, route_m: float) -> Plan:
    """With the length of the new line in the place of the old one's; where that one had no signal says nothing of it."""
    plan, n = journey.plan, journey.leg
    if not plan.legs:
        return replace(plan, has_route=True, route_m=route_m)
    leg = replace(legs.leg(journey), route_m=route_m, dark=())
    return replace(plan, legs=(*plan.legs[:n], leg, *plan.legs[n + 1 :]))
