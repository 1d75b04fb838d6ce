"""What she presses about her way itself."""

from . import asking, legs
from .model import Cause, Journey, Proof
from .pressed import refused, settled
from .turn import ALREADY_CLOSED, NEEDS_PIN, Answer, Outcome, Turn

ALREADY = Answer(True, "already")


def on_leg(journey: Journey, to: int, now: float, proof: Proof, *, given_at: float | None = None) -> Outcome:
    """ "I am on board", "I am off": she is on leg `to` (counted from 0) now. `already` where she is, or there is none.

    A tap is enough, and settles the question that was open when she gave it; a later one waits for her answer from then
    on, whatever her fixes show. It takes her PIN once others were told or she is due, and at high risk where it answers a
    question, lets her go faster than before unasked, leads from a leg with a line to one without, or explains a
    silence. It moves no ETA and lowers nothing that others have heard of.
    """
    turn = Turn(journey, now)
    if proof is Proof.WRONG:
        return refused(turn)
    if not journey.under_way:
        return turn.outcome(ALREADY_CLOSED)
    if not journey.leg < to < len(journey.plan.legs):
        return turn.outcome(ALREADY)
    given_at = turn.now if given_at is None else given_at
    prompt = journey.open_incident.prompt if journey.open_incident is not None else None
    asked = prompt is not None and given_at >= prompt.raised_at
    known = journey.alarm is not None or journey.due is not None
    quieter = legs.quietens(journey, to) or legs.explains_silence(journey, to)
    careful = journey.numbers.answer_needs_pin and (asked or quieter)
    if (known or careful) and proof is not Proof.PIN:
        return turn.outcome(NEEDS_PIN)
    if asked and not known:
        settled(turn, "next_leg", proof)
    elif prompt is not None and not asked and prompt.cause is not Cause.SIGNAL_LOST:
        asking.stands(turn)  # with the leg goes what was seen of its cause, which would look as if that were gone
    legs.begin(turn, to, legs.TAP)
    return turn.outcome()
