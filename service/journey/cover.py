"""After a duress PIN: the cover story (row 15).

Her devices, and the contacts who are not on the SOS list, are shown a *shadow*: the same journey as it would be had
the true PIN been given. The shadow lives through everything the real journey does, so the two stay alike to the end
by construction, not by a list of exceptions. `judged` is the only way the shell calls into the heart.
"""

from collections.abc import Callable

from msgspec.structs import replace

from alerts.notice import HER
from alerts.rungs import Alarm

from .advance import advance
from .asking import withdraw
from .closing import reopen, reopens
from .incidents import rise
from .model import Cause, Journey, JourneyState, Proof
from .turn import Outcome, Turn

Act = Callable[[Journey], Outcome]


def shown_to_her(journey: Journey) -> Journey:
    """The journey as her devices may see it."""
    return journey.shadow if journey.shadow is not None else journey


def shown_to(journey: Journey, contact: str) -> Journey:
    """The journey as this contact may see it: the cover story for everybody who is not on the SOS list."""
    if journey.shadow is None:
        return journey
    listed = any(p.id == contact and p.on_sos_list for p in journey.plan.people)
    return journey if listed else journey.shadow


def judged(journey: Journey, act: Act, now: float) -> Outcome:
    """Applies time, then `act`; under a cover story both to the journey and to its shadow, and answers from the
    shadow."""
    return _both(journey, lambda j: _in_time(j, act, now))


def _in_time(journey: Journey, act: Act, now: float) -> Outcome:
    first = advance(journey, now)
    then = act(first.journey)
    if not first.events and not first.notices:
        return then
    return Outcome(then.journey, (*first.events, *then.events), (*first.notices, *then.notices), then.answer)


def _both(journey: Journey, act: Act) -> Outcome:
    if journey.shadow is None:
        return act(journey)
    listed = {p.id for p in journey.plan.people if p.on_sos_list}
    real = act(replace(journey, shadow=None))
    shadow = act(journey.shadow)
    seen = [n for n in real.notices if n.to in listed]
    shown = [n for n in shadow.notices if n.to == HER or n.to not in listed]
    incident = real.journey.open_incident
    kept = shadow.journey if incident is not None else None  # a person closed it: there is nothing left to cover
    return Outcome(replace(real.journey, shadow=kept), real.events, (*seen, *shown), shadow.answer)


def under_duress(journey: Journey, act: Callable[[Journey, Proof], Outcome], now: float) -> Outcome:
    """A duress PIN given for `act`: her phone gets the bytes of a true PIN; behind it the SOS list is told."""
    if journey.shadow is not None:
        return judged(journey, lambda j: act(j, Proof.PIN), now)
    first = advance(journey, now)
    shadow = act(first.journey, Proof.PIN)
    turn = Turn(first.journey, max(now, first.journey.updated_at))
    if turn.journey.state is JourneyState.CLOSED:
        if not reopens(turn.journey, now):
            return shadow
        reopen(turn, "duress")
    withdraw(turn, "duress")
    turn.set(sos=None)
    rise(turn, Alarm.DURESS, Cause.DURESS)
    real = turn.outcome()
    listed = {p.id for p in journey.plan.people if p.on_sos_list}
    shown = [n for n in shadow.notices if n.to == HER or n.to not in listed]
    return Outcome(
        replace(real.journey, shadow=shadow.journey),
        (*first.events, *real.events),
        (*first.notices, *real.notices, *shown),
        shadow.answer,
    )
