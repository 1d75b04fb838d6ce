"""Asking her: prompts about the way, the nudge before the ETA, the ladder of `due` (rows 6-10, 21)."""

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import Kind, Notice
from geofence.plane import distance_m

from .events import BecameDue, Nudged, PromptAnswered, PromptRaised, PromptRepeated, PromptWithdrawn, ServiceWasDown
from .incidents import opened
from .model import (
    WORSE,
    Cause,
    Due,
    Incident,
    Journey,
    JourneyState,
    Level,
    LinkState,
    Plan,
    Prompt,
    Proof,
    Quiet,
    Reminder,
)
from .profiles import Profile
from .tables import moved
from .turn import Turn, because


def concern_s(cause: Cause, numbers: Profile) -> float | None:
    """Row 6a: how long an unanswered prompt about `cause` waits before contacts hear."""
    match cause:
        case Cause.VEHICLE:
            return numbers.vehicle_concern_s
        case Cause.OFF_ROUTE | Cause.AWAY:
            return numbers.off_route_concern_s
        case _:
            return numbers.stalled_concern_s


def raise_prompt(turn: Turn, cause: Cause, why: dict[str, float] | None = None) -> None:
    """Asks her, and `why` in numbers; a worse cause replaces the prompt before it and inherits its deadline when that was sooner."""
    journey, now, numbers = turn.journey, turn.now, turn.journey.numbers
    before = journey.incident.prompt if journey.open_incident and journey.incident else None
    wait_s = concern_s(cause, numbers)
    concern_at = None if wait_s is None else now + wait_s
    if before is not None:
        concern_at = min((at for at in (concern_at, before.concern_at) if at is not None), default=None)
        open_s = because(open_s=now - before.raised_at)
        turn.happened(PromptWithdrawn(at=now, prompt=before.id, why="replaced", because=open_s))
    prompt = Prompt(
        id=f"p{journey.asked + 1}",
        cause=cause,
        raised_at=now,
        reminders=() if journey.due else prompt_reminders(now, numbers),
        concern_at=concern_at,
    )
    turn.set(asked=journey.asked + 1)
    if before is not None:
        prompt = replace(prompt, late=before.late, stands=before.stands)
    event = PromptRaised(at=now, prompt=prompt.id, cause=cause, concern_at=concern_at, because=why or {})
    turn.set(incident=replace(opened(turn, event, cause), cause=cause, prompt=prompt))
    if journey.due is None:
        _without_screen(turn, prompt.id, Kind.PROMPT)


def _without_screen(turn: Turn, id_: str, kind: Kind) -> None:
    """Her app shows a question by itself. On a journey that a linked tracker alone carries there is no screen of ours,
    and it goes by text at once."""
    if turn.journey.plan.tracker:
        turn.ask_her(f"{id_}.screen", kind, Channel.SMS, {"prompt": id_})


def prompt_reminders(now: float, n: Profile) -> tuple[Reminder, ...]:
    """Row 6: the push is the event itself; then a text, then a call that rings twice within 3 min."""
    return (
        Reminder(now + n.prompt_sms_s, "sms", Channel.SMS),
        Reminder(now + n.prompt_call_s, "call", Channel.CALL),
        Reminder(now + n.prompt_call_s + n.prompt_call_again_s, "call again", Channel.CALL),
    )


def late_reminders(now: float, n: Profile) -> tuple[Reminder, ...]:
    """Row 21: after the settling time she is asked by text and call at once."""
    at = now + n.settle_s
    return (Reminder(at, "late sms", Channel.SMS), Reminder(at, "late call", Channel.CALL))


def repeat_prompt(turn: Turn) -> None:
    """The reminders of the open prompt that are due; none when we were down over its end, for then she is asked anew."""
    journey, incident = turn.journey, turn.journey.open_incident
    if incident is None or incident.prompt is None:
        return
    prompt, now = incident.prompt, turn.now
    if prompt.concern_at is not None and now - prompt.concern_at > journey.numbers.late_s and not prompt.late:
        settle_prompt(turn, incident, prompt, prompt.concern_at)
        return
    due, rest = _split(journey.plan, prompt.reminders, now)
    turn.set(incident=replace(incident, prompt=replace(prompt, reminders=rest)))
    for reminder in due:
        asked = because(after_s=now - prompt.raised_at)
        turn.happened(PromptRepeated(at=now, prompt=prompt.id, name=reminder.name, because=asked))
        turn.ask_her(f"{prompt.id}.{reminder.name}", Kind.PROMPT, reminder.channel, {"prompt": prompt.id})


def _split(
    plan: Plan, reminders: tuple[Reminder, ...], now: float
) -> tuple[tuple[Reminder, ...], tuple[Reminder, ...]]:
    """Those due by a way she takes, at most one a channel (when we come late, nobody is rung twice in one second; a
    call that becomes a text is not sent beside one), and the rest."""
    due = {r.channel: r for r in (_by_her_way(plan, r) for r in reminders if r.at <= now)}
    due.pop(Channel.PUSH, None)
    return tuple(due.values()), tuple(r for r in reminders if r.at > now)


def _by_her_way(plan: Plan, reminder: Reminder) -> Reminder:
    return replace(reminder, channel=plan.way_to_her(reminder.channel))


def withdraw(turn: Turn, why: str, numbers: dict[str, float] | None = None) -> None:
    """Nobody else has been told: the question goes away, and with it the incident. `numbers` are those behind it."""
    incident = turn.journey.open_incident
    if incident is None or incident.level is not Level.PROMPTING or incident.prompt is None:
        return
    numbers = because(open_s=turn.now - incident.prompt.raised_at) | (numbers or {})
    event = PromptWithdrawn(at=turn.now, prompt=incident.prompt.id, why=why, because=numbers)
    moved("Incident", incident.level, event)
    turn.happened(event)
    turn.set(incident=None)


def stands(turn: Turn) -> None:
    """From here on no fix takes the open question back: only her answer settles it, or a person."""
    incident = turn.journey.open_incident
    if incident is not None and incident.prompt is not None:
        turn.set(incident=replace(incident, prompt=replace(incident.prompt, stands=True, gone_since=None)))


def answered(turn: Turn, what: str, proof: Proof) -> Cause | None:
    """Her word `what` answers the question that is open between her and us; which one that was."""
    incident = turn.journey.open_incident
    if incident is None or incident.prompt is None:
        return None
    prompt = incident.prompt
    waited = because(waited_s=turn.now - prompt.raised_at)
    event = PromptAnswered(at=turn.now, prompt=prompt.id, what=what, proof=proof, because=waited)
    moved("Incident", incident.level, event)
    turn.happened(event)
    turn.set(incident=None, quiet=quieted(turn.journey, prompt.cause, turn.now))
    return prompt.cause


def nudge(turn: Turn) -> None:
    """Before the ETA: "arrived / +10 / +30" on her screen."""
    eta_at = turn.journey.eta_at
    turn.set(nudged_for=eta_at)
    if eta_at is not None and eta_at > turn.now:
        turn.happened(Nudged(at=turn.now, eta_at=eta_at, because=because(before_s=eta_at - turn.now)))
        _without_screen(turn, f"n{eta_at:.0f}", Kind.NUDGE)


def become_due(turn: Turn, since: float, grace_s: float) -> None:
    """Row 9. When we were down over the ETA, she gets the settling time and a question of her own first (row 21);
    nobody is told later because of that unless the end of the grace had come too near."""
    journey, now, n = turn.journey, turn.now, turn.journey.numbers
    late = now - since > n.late_s and journey.alarm is None
    promised_at = overdue_at = since + grace_s
    reminders: tuple[Reminder, ...] = (
        Reminder(since + n.due_sms_share * grace_s, "sms", Channel.SMS),
        *(Reminder(since + share * grace_s, f"call {i}", Channel.CALL) for i, share in enumerate(n.due_call_shares, 1)),
    )
    if late:
        asked_at = now + n.settle_s
        overdue_at = max(promised_at, asked_at + n.settle_prompt_s)
        reminders = (*late_reminders(now, n), *(r for r in reminders if r.at > asked_at))
        turn.happened(_down(journey, since, now))
    due = Due(
        id=f"d{journey.asked + 1}",
        since=since,
        overdue_at=overdue_at,
        reminders=reminders,
        late=overdue_at > promised_at,
        door_at=_door_at(journey, since),
    )
    turn.set(due=due, asked=journey.asked + 1)
    incident = turn.journey.open_incident
    if incident is not None and incident.prompt is not None:  # one prompt at a time: due asks for both from here
        turn.set(incident=replace(incident, prompt=replace(incident.prompt, reminders=())))
    numbers = because(grace_s=grace_s, told_after_s=overdue_at - since)
    turn.happened(BecameDue(at=now, id=due.id, eta_at=since, overdue_at=overdue_at, because=numbers))
    if not late:
        _without_screen(turn, due.id, Kind.DUE)


def _door_at(journey: Journey, since: float) -> float | None:
    """When her phone reached home, where it is her door that asks and not yet the ETA."""
    early = journey.eta_at is None or since < journey.eta_at
    return journey.arrival.since if early and journey.arrival is not None else None


def repeat_due(turn: Turn) -> None:
    """The reminders of `due` that are due; none when we were down over its end, for then she is asked anew."""
    due, journey, now = turn.journey.due, turn.journey, turn.now
    if due is None:
        return
    over = journey.overdue_since is None and journey.alarm is None and not due.late
    if over and now - due.overdue_at > journey.numbers.late_s:
        settle_due(turn, due, due.overdue_at)
        return
    reminders, rest = _split(journey.plan, due.reminders, now)
    turn.set(due=replace(due, reminders=rest))
    for reminder in reminders:
        asked = because(after_s=now - due.since)
        turn.happened(PromptRepeated(at=now, prompt=due.id, name=reminder.name, because=asked))
        turn.ask_her(f"{due.id}.{reminder.name}", Kind.DUE, reminder.channel, {"prompt": due.id})


def settle_due(turn: Turn, due: Due, at: float) -> None:
    """We were down over the end of the grace: settle, ask her by text and call, and only then tell (row 21)."""
    n = turn.journey.numbers
    turn.happened(_down(turn.journey, at, turn.now))
    overdue_at = turn.now + n.settle_s + n.settle_prompt_s
    turn.set(due=replace(due, overdue_at=overdue_at, reminders=late_reminders(turn.now, n), late=True))


def settle_prompt(turn: Turn, incident: Incident, prompt: Prompt, at: float) -> None:
    """The same for a prompt whose concern came due while we were down."""
    n = turn.journey.numbers
    turn.happened(_down(turn.journey, at, turn.now))
    later = replace(
        prompt,
        concern_at=turn.now + n.settle_s + n.settle_prompt_s,
        reminders=late_reminders(turn.now, n),
        late=True,
    )
    turn.set(incident=replace(incident, prompt=later))


def _down(journey: Journey, deadline_at: float, now: float) -> ServiceWasDown:
    outage = journey.outage
    if outage is not None and outage.from_at <= deadline_at <= outage.to_at:
        return was_down(now, outage.from_at, outage.to_at)
    return was_down(now, deadline_at, now)


def was_down(now: float, from_at: float, to_at: float) -> ServiceWasDown:
    return ServiceWasDown(at=now, from_at=from_at, to_at=to_at, because=because(down_s=to_at - from_at))


def question_needless(notice: Notice, view: Journey) -> str | None:
    """Why nothing needs to be asked of her any more, or None; `view` is the journey as her phone sees it."""
    incident, asked = view.open_incident, notice.extra.get("prompt")
    prompt = incident.prompt.id if incident is not None and incident.prompt is not None else None
    match notice.kind:
        case Kind.PROMPT:
            return None if prompt is not None and prompt == asked else "answered"
        case Kind.DUE:
            still = view.due is not None and view.due.id == asked
            return None if still or (incident is not None and incident.id == asked) else "answered"
        case Kind.SIGNAL_LOST:
            if view.state is JourneyState.CLOSED:
                return "closed"
            return None if view.link.state is LinkState.LOST else "phone is back"
    return None


def is_quiet(journey: Journey, cause: Cause, now: float) -> bool:
    """Row 7: she said that this is all right, a short while ago or where she still is."""
    return any(q.cause is cause and (now < q.until or q.from_lat is not None) for q in journey.quiet)


def quieted(journey: Journey, cause: Cause, now: float) -> tuple[Quiet, ...]:
    """After an OK: the same cause is quiet for 10 min; after its third in 30 min until she has moved 200 m."""
    n, seen = journey.numbers, journey.seen
    cause = Cause.STALLED if cause is Cause.PAUSE_OVER else cause  # she stands, and has just said that it is all right
    before = tuple(at for q in journey.quiet if q.cause is cause for at in q.oks if now - at < n.quiet_oks_s)
    quiet = Quiet(cause, now + n.quiet_s, oks=(*before, now))
    if len(quiet.oks) >= n.quiet_oks and seen is not None:
        quiet = replace(quiet, from_lat=seen.lat, from_lon=seen.lon)
    return (*(q for q in journey.quiet if q.cause is not cause), quiet)


def moved_on(journey: Journey, lat: float, lon: float) -> tuple[Quiet, ...]:
    """What is still quiet where she is now. Once she has moved on from a place, coming back makes nothing quiet again."""
    far_m = journey.numbers.quiet_until_moved_m
    return tuple(
        replace(q, from_lat=None, from_lon=None)
        if q.from_lat is not None and q.from_lon is not None and distance_m(q.from_lat, q.from_lon, lat, lon) >= far_m
        else q
        for q in journey.quiet
    )


def is_worse(cause: Cause, than: Cause) -> bool:
    return WORSE[cause] > WORSE[than] and {cause, than} != {Cause.OFF_ROUTE, Cause.AWAY}
