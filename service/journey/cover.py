"""After a duress PIN: the cover story (row 15).

Her devices, and the contacts who are not on the SOS list, are shown a *shadow*: the same journey as it would be had
the true PIN been given. The shadow lives through everything the real journey does, so the two stay alike to the end
by construction, not by a list of exceptions. `judged` is the only way the shell calls into the heart.
"""

from collections.abc import Callable
from dataclasses import replace as replaced

from msgspec.structs import replace

from alerts.rungs import Alarm

from . import claims
from .advance import advance
from .asking import withdraw
from .closing import reopen, reopens
from .company import SAFE, looked
from .incidents import rise
from .model import Cause, Journey, JourneyState, Proof
from .turn import OPERATOR, Act, Outcome, Turn, both, joined, knows

__all__ = [
    "Act",
    "judged",
    "proved",
    "seen_by",
    "shown_to",
    "shown_to_her",
    "under_duress",
]


def shown_to_her(journey: Journey) -> Journey:
    """The journey as her devices may see it."""
    return journey.shadow if journey.shadow is not None else journey


def shown_to(journey: Journey, contact: str) -> Journey:
    """The journey as this contact may see it: the cover story for everybody who is not told the truth."""
    return journey if journey.shadow is None or contact in knows(journey) else journey.shadow


def judged(journey: Journey, act: Act, now: float) -> Outcome:
    """Applies time, then `act`; under a cover story both to the journey and to its shadow. Whoever asked is answered
    from the story that he or she may see. What operators do they do to what is true: the cover story lives on without
    it, until they have closed what it covered."""
    if journey.shadow is None:
        return _in_time(journey, act, now)
    real = _in_time(replace(journey, shadow=None), act, now)
    if real.answer.to == OPERATOR:
        act = _unseen(real.journey, now)
    return joined(real, _in_time(journey.shadow, act, now), journey)


def _unseen(real: Journey, now: float) -> Act:
    """What an operator's act is to the cover story: its end, or nothing."""
    resolution = real.incident.resolved if real.incident is not None else None
    return Outcome if resolution is None else lambda shadow: claims.uncovered(shadow, resolution, now)


def seen_by(journey: Journey, viewer: str, what: str, now: float, why: str = "") -> Outcome:
    """Applies time, then keeps a look at what this viewer may see (a contact's id, or an operator's name), in the story
    that he or she is shown: her screen knows of the other one's looks no more than of the other story."""
    first = advance(journey, now)
    then = _look(first.journey, viewer, what, now, why)
    cover = then.cover if first.cover is None else (*first.cover, *(then.cover or ()))
    events, notices = (*first.events, *then.events), (*first.notices, *then.notices)
    return Outcome(then.journey, events, notices, cover=cover)


def _look(journey: Journey, viewer: str, what: str, now: float, why: str) -> Outcome:
    if journey.shadow is None:
        return looked(journey, viewer, what, now, why)
    if what == SAFE:  # she is shown who asked, whatever else her screens show: both stories keep it
        return both(journey, lambda j: looked(j, viewer, what, now, why))
    if any(p.id == viewer for p in journey.plan.people) and viewer not in knows(journey):
        shadow = looked(journey.shadow, viewer, what, now, why)
        return Outcome(replace(journey, shadow=shadow.journey), cover=shadow.events)
    real = looked(replace(journey, shadow=None), viewer, what, now, why)
    return Outcome(replace(real.journey, shadow=journey.shadow), real.events, cover=())


def proved(journey: Journey, act: Callable[[Journey, Proof], Outcome], proof: Proof, now: float) -> Outcome:
    """`act` with what she proved. Whichever PIN was given, from here on her screen follows no message any more: under
    a cover story it could show none, and nothing may tell the two PINs apart. That holds where it came too late for
    its act, too."""
    if proof is Proof.DURESS:
        outcome = under_duress(journey, act, now)
    else:
        outcome = judged(journey, lambda j: act(j, proof), now)
    if proof not in (Proof.PIN, Proof.DURESS):
        return outcome
    after = outcome.journey
    shadow = replace(after.shadow, pin_given=True) if after.shadow is not None else None
    return replaced(outcome, journey=replace(after, pin_given=True, shadow=shadow))


def _in_time(journey: Journey, act: Act, now: float) -> Outcome:
    return _after(advance(journey, now), act)


def _after(first: Outcome, act: Act) -> Outcome:
    then = act(first.journey)
    if not first.events and not first.notices:
        return then
    return Outcome(then.journey, (*first.events, *then.events), (*first.notices, *then.notices), then.answer)


def under_duress(journey: Journey, act: Callable[[Journey, Proof], Outcome], now: float) -> Outcome:
    """A duress PIN given for `act`: her phone gets the bytes of a true PIN; behind it the SOS list is told.

    Given again under the cover story, it moves that story only. On a journey closed more than an hour ago there is
    nothing to reopen: the shell makes one that her screens never show, and answers with what this returns."""

    def believed(j: Journey) -> Outcome:
        return _in_time(j, lambda k: act(k, Proof.PIN), now)

    if journey.shadow is not None:
        return both(journey, lambda j: advance(j, now), believed, forced=True)
    shadow = believed(journey)
    if journey.state is JourneyState.CLOSED and journey.alarm is None and not reopens(journey, now):
        return shadow
    real = _after(advance(journey, now), lambda j: _forced(j, now))
    return joined(real, shadow, journey, forced=True)


def _forced(journey: Journey, now: float) -> Outcome:
    """What is true: somebody makes her say that she is safe."""
    turn = Turn(journey, now)
    if journey.state is JourneyState.CLOSED:
        reopen(turn, "duress")
    withdraw(turn, "duress")
    turn.set(sos=None)
    rise(turn, Alarm.DURESS, Cause.DURESS)
    return turn.outcome()
