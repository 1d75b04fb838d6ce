"""Time. A deadline is data: `deadlines` reads them off the journey, `next_wake` is the earliest, `advance` applies
all that are due, in order.

Before `next_wake(journey)` an `advance` changes nothing; at `next_wake(journey)` it changes something. Nothing here
ever closes a journey, resolves an incident or sends an all-clear: silence never becomes safe.
"""

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from alerts import ladder as ladders
from alerts.contact import Channel
from alerts.notice import Kind
from alerts.rungs import Alarm
from geofence.mode import Mode

from . import asking, claims, havens, lapsing, legs, ringing, silence
from .asking import become_due
from .eta import own_pace_s
from .events import EtaMoved, ProgressChanged, SignalLost, WentStale
from .incidents import fire_sos, on_ladder, overdue_too, rise
from .model import Cause, Journey, JourneyState, LinkState, Outage, Progress, Prompt
from .tables import moved
from .turn import Outcome, Turn, because, both

Handler = Callable[[Turn, float], None]
Deadline = tuple[float, Handler]


def next_wake(journey: Journey) -> float | None:
    """The next instant at which time alone changes this journey; exact. None: only a person or a fix can."""
    first = _first(journey)
    own = None if first is None else first[0]
    if journey.shadow is None:
        return own
    return min((at for at in (own, next_wake(journey.shadow)) if at is not None), default=None)


def advance(journey: Journey, now: float) -> Outcome:
    """Applies every deadline ≤ `now`, in order of their instants. A journey's time never runs backwards."""
    return both(journey, lambda j: _advance(j, now))


def _advance(journey: Journey, now: float) -> Outcome:
    turn = Turn(journey, now)
    while (due := _first(turn.journey)) is not None and due[0] <= turn.now:
        at, handler = due
        handler(turn, at)
    return turn.outcome()


def _first(journey: Journey) -> Deadline | None:
    """The earliest deadline; of two at the same instant the one that `deadlines` names first."""
    first: Deadline | None = None
    for deadline in deadlines(journey):
        if first is None or deadline[0] < first[0]:
            first = deadline
    return first


def resumed(journey: Journey, outage: Outage, now: float) -> Outcome:
    """We were not listening in `outage`: none of it counts as her silence. Deadlines are judged by `advance`, which
    must come after this."""
    return both(journey, lambda j: _resumed(j, outage, now))


def _resumed(journey: Journey, outage: Outage, now: float) -> Outcome:
    turn = Turn(journey, now)
    link = journey.link
    if journey.outage is not None and journey.outage.to_at >= outage.to_at:
        return turn.outcome()
    turn.set(outage=outage)
    if link.state is not LinkState.NONE and journey.under_way and link.heard_at < outage.to_at:
        back_at = outage.to_at + journey.numbers.settle_s  # phones need a while to find us again (review H21)
        gap_s = back_at - max(outage.from_at, link.heard_at)
        lost_at = None if link.lost_at is None else link.lost_at + gap_s
        turn.set(link=replace(link, heard_at=link.heard_at + gap_s, lost_at=lost_at))
        turn.happened(asking.was_down(now, outage.from_at, outage.to_at))
    return turn.outcome()


def deadlines(journey: Journey) -> Iterator[Deadline]:
    """Every deadline this journey carries, each with what follows when it comes due."""
    incident = journey.open_incident
    if journey.sos is not None:
        yield journey.sos.fires_at, _sos_fires
    if incident is not None and incident.ladder is not None:
        at = ladders.wake(incident.ladder)
        if at is not None:
            yield at, _rung
    if incident is not None and incident.claim is not None:
        for at in claims.deadlines(journey):
            yield at, claims.lapse
    if journey.rings or journey.lapses:
        yield from _message_deadlines(journey)
    if not journey.under_way:
        return
    yield from _link_deadlines(journey)
    if incident is not None and incident.prompt is not None:
        yield from _prompt_deadlines(incident.prompt)
    if journey.paused_until is not None:
        yield journey.paused_until, _pause_over
    if journey.haven is not None:
        yield journey.haven.ask_at, havens.staying
    yield from _eta_deadlines(journey)


def _prompt_deadlines(prompt: Prompt) -> Iterator[Deadline]:
    if prompt.reminders:
        yield prompt.reminders[0].at, _remind
    if prompt.concern_at is not None:
        yield prompt.concern_at, _unanswered


def _message_deadlines(journey: Journey) -> Iterator[Deadline]:
    for at in ringing.deadlines(journey):
        yield at, ringing.ring_again
    for at in lapsing.deadlines(journey):
        yield at, lapsing.write_anew


def _link_deadlines(journey: Journey) -> Iterator[Deadline]:
    link, n = journey.link, journey.numbers
    if link.state is LinkState.LIVE:
        yield link.heard_at + n.stale_s(link.cadence_s), _goes_stale
    elif link.state is LinkState.STALE:
        yield link.heard_at + n.lost_s(link.cadence_s), _is_lost
    elif link.state is LinkState.LOST and not link.told and journey.alarm is None:
        expected = link.expected is not None and link.expected_until is None
        counts = legs.mode(journey) == Mode.FOOT or not n.lost_on_foot_only
        if n.lost_concern_s is not None and counts and link.lost_at is not None and not expected:
            yield max(link.lost_at, link.expected_until or 0.0) + n.lost_concern_s, _lost_too_long  # row 3


def _eta_deadlines(journey: Journey) -> Iterator[Deadline]:
    due, n, plan = journey.due, journey.numbers, journey.plan
    if due is not None:
        if journey.overdue_since is None:
            yield due.overdue_at, _grace_over
        if due.reminders:
            yield due.reminders[0].at, _remind_due
        return
    if plan.doorstep and journey.arrival is not None and not journey.arrival.answered:
        yield journey.arrival.since + n.arrival_settles_s, _doorstep
    if journey.eta_at is not None:
        if journey.nudged_for != journey.eta_at:
            yield journey.eta_at - n.nudge_s(plan.plan_s), _nudge
        yield journey.eta_at, _eta


# ── handlers: each removes the deadline it was called for ────────────────────────────────────────────────


def _goes_stale(turn: Turn, at: float) -> None:
    link = turn.journey.link
    event = WentStale(at=turn.now, because=_silent(turn))
    turn.set(link=replace(link, state=moved("Link", link.state, event)))
    turn.happened(event)
    if turn.journey.progress not in (Progress.UNKNOWN, Progress.PAUSED):
        turn.set(progress=Progress.UNKNOWN, progress_since=turn.now)
        turn.happened(ProgressChanged(at=turn.now, to=Progress.UNKNOWN, because=_silent(turn)))


def _silent(turn: Turn) -> dict[str, float]:
    link = turn.journey.link
    return because(silent_s=turn.now - link.heard_at, cadence_s=link.cadence_s)


def _is_lost(turn: Turn, at: float) -> None:
    """Row 3: one neutral text to her; no slide; an open prompt runs on."""
    link = turn.journey.link
    expected, until = silence.expected(turn.journey)
    excused = because(excused_s=None if until is None else max(0.0, until - turn.now))
    event = SignalLost(at=turn.now, expected=expected, because=_silent(turn) | excused)
    state = moved("Link", link.state, event)
    turn.set(link=replace(link, state=state, lost_at=at, told=False, expected=expected, expected_until=until))
    turn.happened(event)
    turn.ask_her(f"lost@{turn.now:.0f}", Kind.SIGNAL_LOST, Channel.SMS)


def _lost_too_long(turn: Turn, at: float) -> None:
    """Row 3. Noticed long after it was due, she is asked before they are told (row 21); a question that is open already
    runs on, and her phone coming back is no answer to it."""
    incident = turn.journey.open_incident
    turn.set(link=replace(turn.journey.link, told=True))
    if turn.now - at <= turn.journey.numbers.late_s:
        rise(turn, Alarm.CONCERN, Cause.SIGNAL_LOST)
    elif incident is None:
        asking.raise_prompt(turn, Cause.SIGNAL_LOST, _silent(turn))
        asked = turn.journey.open_incident
        if asked is not None and asked.prompt is not None:
            asking.settle_prompt(turn, asked, asked.prompt, at)


def _remind(turn: Turn, at: float) -> None:
    asking.repeat_prompt(turn)


def _unanswered(turn: Turn, at: float) -> None:
    incident = turn.journey.open_incident
    if incident is None or incident.prompt is None:
        return
    prompt = incident.prompt
    if prompt.cause is Cause.SIGNAL_LOST and turn.journey.link.state is not LinkState.LOST:
        asking.withdraw(turn, "phone is back")
    elif turn.now - at > turn.journey.numbers.late_s and not prompt.late:
        asking.settle_prompt(turn, incident, prompt, at)
    else:
        rise(turn, Alarm.CONCERN, prompt.cause)


def _pause_over(turn: Turn, at: float) -> None:
    """Row 23: the pause ends with a question; silence is no answer. Once she is due that asks already."""
    late_s = because(late_s=turn.now - at)
    turn.set(paused_until=None, paused_from=None, progress=Progress.UNKNOWN, progress_since=turn.now)
    turn.happened(ProgressChanged(at=turn.now, to=Progress.UNKNOWN, because=late_s))
    if turn.journey.open_incident is None and turn.journey.due is None:
        asking.raise_prompt(turn, Cause.PAUSE_OVER, late_s)


def _nudge(turn: Turn, at: float) -> None:
    asking.nudge(turn)


def _eta(turn: Turn, at: float) -> None:
    slid_to = _slide(turn.journey, turn.now)
    if slid_to is not None:
        turn.set(eta_at=slid_to, slid=True)
        turn.happened(EtaMoved(at=turn.now, from_at=at, to_at=slid_to, why="slide", because=_own_pace(turn.journey)))
        return
    become_due(turn, at, turn.journey.numbers.grace_s(turn.journey.plan.plan_s))


def _slide(journey: Journey, now: float) -> float | None:
    """Row 10a: once, when she is plainly on her way: live, on route, moving, seen within 30 s; on the last leg, because how
    long a ride takes that has not begun is nobody's own pace."""
    n, seen = journey.numbers, journey.seen
    if journey.slid or journey.eta_at is None or seen is None or journey.open_incident is not None:
        return None
    if journey.link.state is not LinkState.LIVE or journey.progress is not Progress.ON_ROUTE:
        return None
    own_s = own_pace_s(journey)
    if now - seen.received_at > n.slide_fix_age_s or not own_s or not legs.is_last(journey):
        return None
    moving = seen.speed_mps is None or seen.speed_mps >= n.still_mps
    if journey.state is not JourneyState.ACTIVE or not moving:
        return None
    slid_to = now + own_s
    furthest = journey.eta_at + min(n.slide_share * journey.plan.plan_s, n.slide_at_most_s)
    return slid_to if now < slid_to <= furthest else None


def _own_pace(journey: Journey) -> dict[str, float]:
    seen = journey.seen
    if seen is None:
        return {}
    to_go_m = None if seen.tracked else seen.to_go_m  # her story tells these, and it is a screen of hers
    return because(to_go_m=to_go_m, pace_mps=seen.pace_mps, speed_mps=seen.speed_mps)


def _doorstep(turn: Turn, at: float) -> None:
    become_due(turn, at, turn.journey.numbers.doorstep_grace_s)


def _remind_due(turn: Turn, at: float) -> None:
    asking.repeat_due(turn)


def _grace_over(turn: Turn, at: float) -> None:
    """L2. When we were down over this instant she is asked once more first, and the text says why it is late."""
    due = turn.journey.due
    if due is None:
        return
    late = turn.now - at > turn.journey.numbers.late_s
    if late and not due.late and turn.journey.alarm is None:
        asking.settle_due(turn, due, at)
        return
    turn.set(overdue_since=turn.now, due=replace(due, late=due.late or late))
    kind = Kind.LATE if due.late or late else Kind.OVERDUE
    if turn.journey.state is JourneyState.ARRIVED_PENDING or due.door_at is not None:
        kind = Kind.PHONE_HOME
    incident = turn.journey.alarm
    if incident is None or incident.cause not in (Cause.SOS, Cause.DURESS):
        rise(turn, Alarm.OVERDUE, Cause.OVERDUE, kind)
    elif incident.cause is Cause.SOS:
        overdue_too(turn, kind)  # the SOS list knows more already; after a duress PIN the cover story tells the others


def _sos_fires(turn: Turn, at: float) -> None:
    turn.set(sos=None)
    fire_sos(turn)


def _rung(turn: Turn, at: float) -> None:
    on_ladder(turn, lambda ladder: ladders.advance(ladder, turn.now))
