"""How she moves her own ETA: more time, a new one after the old, a pause (rows 18, 19, 23)."""

from alerts.notice import Kind
from geofence.pace import estimate_s

from .events import EtaMoved, PauseBegan, ProgressChanged
from .legs import later_s
from .model import Journey, JourneyState, LinkState, Progress, Proof
from .turn import Turn, because

MINUTE_S = 60.0


def new_eta(journey: Journey, now: float, minutes: float) -> float:
    """Row 18: after the ETA an answer always sets a new one: own-pace estimate, at least +10 min, or what she said."""
    base_at = max(now, journey.eta_at or now)
    asked_at = base_at + minutes * MINUTE_S if minutes > 0 else 0.0
    return max(now + own_pace_s(journey), now + journey.numbers.new_eta_at_least_s, asked_at)


def own_pace_s(journey: Journey) -> float:
    """How long she still takes at her own pace, and as planned on the legs after this one; 0 where we cannot tell."""
    seen = journey.seen
    if seen is None or not seen.pace_mps or seen.to_go_m is None:
        return 0.0
    return estimate_s(seen.to_go_m, seen.pace_mps) + later_s(journey)


def own_eta_at(journey: Journey) -> float | None:
    """When she will be there at her own pace, for a page to show; None unless she is heard and plainly on her way. It moves
    no deadline: what was promised is `eta_at`."""
    seen, own_s = journey.seen, own_pace_s(journey)
    on_her_way = journey.state is JourneyState.ACTIVE and journey.progress is Progress.ON_ROUTE
    if seen is None or not own_s or not on_her_way or journey.link.state is not LinkState.LIVE:
        return None
    return seen.received_at + own_s


def move_eta(turn: Turn, to_at: float, why: str, proof: Proof) -> None:
    journey, n = turn.journey, turn.journey.numbers
    from_at = journey.eta_at if journey.eta_at is not None else turn.now
    # 12 h after the start at most; but an answer after that still gets its ten minutes
    to_at = min(to_at, max(journey.plan.began_at + n.longest_s, turn.now + n.new_eta_at_least_s))
    free = proof is not Proof.PIN
    turn.set(
        eta_at=to_at,
        moved_s=journey.moved_s + (max(0.0, to_at - from_at) if free else 0.0),
        extensions=journey.extensions + 1,
    )
    numbers = because(moved_s=to_at - from_at, moved_without_pin_s=turn.journey.moved_s)
    turn.happened(EtaMoved(at=turn.now, from_at=from_at, to_at=to_at, why=why, proof=proof, because=numbers))
    if turn.journey.extensions == n.extensions_told:
        turn.tell_contacts(filter(None, (journey.plan.first,)), "EXTENDED", Kind.EXTENDED)


def pause(turn: Turn, minutes: float) -> float:
    """Row 23: at most 15 min, and until when; the ETA moves with it as far as row 18 allows."""
    journey, n = turn.journey, turn.journey.numbers
    until = rest(turn, minutes)
    free_s = n.free_extension_s(journey.plan.plan_s) - journey.moved_s
    if journey.eta_at is not None and free_s > 0:
        move_eta(turn, journey.eta_at + min(until - turn.now, free_s), "paused", Proof.NONE)
    return until


def rest(turn: Turn, minutes: float) -> float:
    """The pause itself: until then nobody asks her why she stands still."""
    until = turn.now + pause_s(turn.journey, minutes)
    turn.set(paused_until=until, paused_from=None, progress=Progress.PAUSED, progress_since=turn.now)
    numbers = because(pause_s=until - turn.now)
    turn.happened(PauseBegan(at=turn.now, until=until, because=numbers))
    turn.happened(ProgressChanged(at=turn.now, to=Progress.PAUSED, because=numbers))
    return until


def pause_s(journey: Journey, minutes: float) -> float:
    """How long a pause of `minutes` may be; without a word as long as one may be."""
    longest_s = journey.numbers.pause_at_most_s
    return min(longest_s, max(MINUTE_S, minutes * MINUTE_S if minutes else longest_s))
