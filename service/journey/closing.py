"""The end of a journey, and its beginning again within the hour. Closing takes a fix inside or a person with proof."""

from msgspec.structs import replace

from alerts.notice import Kind

from .events import Heard, JourneyClosed, JourneyReopened
from .model import Closed, CloseReason, Journey, JourneyState, LinkState, Proof
from .tables import moved
from .turn import Turn, because


def close(turn: Turn, reason: CloseReason, by: str, proof: Proof, numbers: dict[str, float] | None = None) -> None:
    """Closes the journey. Those who asked to hear of her arrival hear it, once. After a PIN her app streams on for a
    while (row 15): whichever PIN it was, her phone does the same. Nobody waits for that, and its end is nothing. `numbers`
    are those behind it."""
    journey = turn.journey
    why = because(on_her_way_s=turn.now - journey.plan.began_at) | (numbers or {})
    event = JourneyClosed(at=turn.now, reason=reason, by=by, proof=proof, because=why)
    turn.happened(event)
    turn.set(
        state=moved("Journey", journey.state, event),
        closed=Closed(at=turn.now, reason=reason, by=by, proof=proof),
        due=None,
        sos=None,
        paused_until=None,
        paused_from=None,
        haven=None,
        tail_until=turn.now + journey.numbers.tail_s if proof is Proof.PIN else None,
    )
    incident = journey.incident
    heard = (
        {n.to for n in turn.notices} if incident and incident.resolved and incident.resolved.at == turn.now else set()
    )
    tell = journey.plan.tell if journey.plan.arrived else ()
    turn.tell_contacts([w for w in tell if w not in heard], "ARRIVED", Kind.ARRIVED)


def reopen(turn: Turn, by: str) -> None:
    """SOS, duress or HELP soon after a close: the same journey, the same reference (no ETA any more). The company she
    had asked for ended with the journey: whoever is not told of this sees nothing of it."""
    journey = turn.journey
    closed_s = None if journey.closed is None else turn.now - journey.closed.at
    event = JourneyReopened(at=turn.now, by=by, because=because(closed_s=closed_s))
    turn.happened(event)
    link = journey.link
    if journey.plan.streams:
        live = link.state if link.state is LinkState.LIVE else moved("Link", link.state, Heard(at=turn.now))
        link = replace(link, state=live, heard_at=turn.now, lost_at=None, told=False)
    turn.set(
        state=moved("Journey", journey.state, event),
        closed=None,
        tail_until=None,
        eta_at=None,
        overdue_since=None,
        arrival=None,
        watchers=(),
        link=link,
    )


def reopens(journey: Journey, now: float) -> bool:
    """Whether a cry for help still belongs to this closed journey."""
    return (
        journey.state is JourneyState.CLOSED
        and journey.closed is not None
        and now - journey.closed.at <= journey.numbers.reopens_s
    )
