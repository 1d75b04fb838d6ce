"""What she does: set off, answer, extend, pause, end, ask for help. Nothing she can press is ever illegal:
every act has an answer in every state.

Each act is told how she proved who she is. The shell checks PINs; a duress PIN is handled in `cover`, which plays
the same act with a true PIN for the story her phone is shown. `given_at` is when she pressed, for an act that waited
in her phone: it lowers only what was open then.
"""

from dataclasses import replace as answering

from msgspec.structs import replace

from alerts.notice import HER, Kind
from alerts.rungs import Alarm

from . import asking, havens, legs
from .closing import close, reopen, reopens
from .eta import MINUTE_S, move_eta, new_eta, own_pace_s, pause, pause_s, rest
from .events import (
    CallPickedUp,
    Heard,
    PinRefused,
    PreflightPassed,
    RouteDropped,
    SetOff,
    SosCancelled,
    SosPressed,
)
from .incidents import fire_sos, resolve, rise
from .model import (
    Cause,
    CloseReason,
    Countdown,
    Incident,
    Journey,
    JourneyKind,
    JourneyState,
    Level,
    Link,
    Plan,
    Proof,
    Seen,
)
from .sentence import sentence
from .tables import moved
from .turn import ALREADY_CLOSED, DONE, NEEDS_PIN, Answer, Outcome, Turn, because

__all__ = [
    "HER",
    "answered",
    "armed",
    "cried",
    "ended",
    "extended",
    "paused",
    "picked_up",
    "refused",
    "settled",
    "sos",
    "sos_cancelled",
]


def armed(
    journey_id: str,
    plan: Plan,
    eta_at: float | None,
    now: float,
    warnings: tuple[str, ...] = (),
    *,
    battery_pct: int | None = None,
    tell_battery: bool = False,
) -> Outcome:
    """A fresh journey, set off. The caller has run the pre-flight; the phone hears "armed" after the commit. Without
    an ETA she is due 12 h after the start (row 19), except on a journey that an SOS makes. `tell_battery`: her first
    contact hears that her phone may die (row 20); a battery of which the pre-flight has warned is not warned of anew."""
    low = battery_pct is not None and battery_pct < plan.numbers.battery_offers_pct
    fresh = Journey(id=journey_id, plan=plan, updated_at=now, battery_pct=battery_pct)
    turn = Turn(replace(fresh, warned_pct=battery_pct) if low else fresh, now)
    passed = PreflightPassed(at=now, warnings=warnings)
    turn.happened(passed)
    ready = moved("Journey", turn.journey.state, passed)
    longest_at = plan.began_at + plan.numbers.longest_s
    if plan.kind is JourneyKind.SOS:
        eta_at = None
    else:
        eta_at = longest_at if eta_at is None else min(eta_at, longest_at)
    link = Link()
    if plan.streams:
        live = moved("Link", link.state, Heard(at=now))
        cadence_s = plan.numbers.cadence_alarm_s if plan.kind is JourneyKind.SOS else plan.numbers.cadence_moving_s
        cadence_s = plan.tracker_s or cadence_s
        link = Link(state=live, heard_at=now, cadence_s=cadence_s)
    turn.set(state=ready, eta_at=eta_at, link=link, progress_since=now, leg_since=now if plan.legs else 0.0)
    planned = because(plan_s=plan.plan_s, added_s=None if eta_at is None else eta_at - now - plan.plan_s)
    off = SetOff(at=now, eta_at=eta_at, sentence=sentence(turn.journey), because=planned)
    turn.happened(off)
    turn.set(state=moved("Journey", ready, off))
    turn.tell_contacts(plan.tell, "STARTED", Kind.STARTED)
    if tell_battery and (low or battery_pct is None):
        turn.tell_contacts(filter(None, (plan.first,)), "BATTERY", Kind.BATTERY)
    return turn.outcome()


def cried(journey_id: str, plan: Plan, now: float, *, window: bool = True) -> Outcome:
    """SOS without a journey makes one of kind `sos`, in the same commit (row 14, review H31)."""
    begun = armed(journey_id, plan, None, now)
    then = sos(begun.journey, now, window=window)
    return Outcome(then.journey, (*begun.events, *then.events), (*begun.notices, *then.notices), then.answer)


def answered(
    journey: Journey,
    prompt: str,
    what: str,
    now: float,
    proof: Proof,
    minutes: float = 0.0,
    *,
    given_at: float | None = None,
) -> Outcome:
    """Her answer to a question: `ok`, `stopping`, `another_way`, `next_leg` or `help`; `prompt` empty means the open one.

    It lowers only what was open when she gave it: an answer to an older question is "already closed"; once others
    have been told, or once due, lowering takes the PIN. `next_leg` on the last of them is an OK.
    """
    turn = Turn(journey, now)
    given_at = now if given_at is None else given_at
    if what == "help":
        return sos(journey, now)
    if proof is Proof.WRONG:
        return refused(turn)
    cancelled = _countdown_cancelled(turn, proof, given_at)
    journey, nothing = turn.journey, Answer(True, "cancelled", at=turn.now) if cancelled else ALREADY_CLOSED
    if journey.alarm is not None or (journey.under_way and journey.due is not None and given_at >= journey.due.since):
        return _answered_with_pin(turn, what, proof, given_at, minutes)
    if not journey.under_way:
        return turn.outcome(nothing)
    incident = journey.open_incident
    if incident is None or incident.prompt is None or prompt not in (incident.prompt.id, ""):
        return turn.outcome(nothing)
    if given_at < incident.prompt.raised_at:
        return turn.outcome(nothing)
    if journey.numbers.answer_needs_pin and proof is not Proof.PIN:
        return turn.outcome(NEEDS_PIN)
    settled(turn, what, proof)
    if what == "stopping":
        return turn.outcome(Answer(True, "paused", at=pause(turn, minutes)))
    _goes_on(turn, what, incident)
    return turn.outcome()


def extended(journey: Journey, minutes: float, now: float, proof: Proof, *, given_at: float | None = None) -> Outcome:
    """MORE 15. Row 18: freely up to min(60, max(15, plan)) min in all while not due; beyond that with her PIN."""
    turn = Turn(journey, now)
    if proof is Proof.WRONG:
        return refused(turn)
    given_at = now if given_at is None else given_at
    _countdown_cancelled(turn, proof, given_at)
    journey = turn.journey
    if not journey.under_way and journey.alarm is None:
        return turn.outcome(ALREADY_CLOSED)
    if journey.alarm is not None or journey.due is not None:
        return turn.outcome(_lowered(turn, proof, given_at, minutes))
    if journey.eta_at is None or minutes <= 0:
        return turn.outcome(answering(DONE, at=journey.eta_at))
    free_s = journey.numbers.free_extension_s(journey.plan.plan_s) - journey.moved_s
    if minutes * MINUTE_S > free_s and proof is not Proof.PIN:
        return turn.outcome(NEEDS_PIN)
    move_eta(turn, journey.eta_at + minutes * MINUTE_S, "extended", proof)
    return turn.outcome(Answer(True, "eta_moved", at=turn.journey.eta_at))


def paused(journey: Journey, minutes: float, now: float) -> Outcome:
    """ "Stopping here", unasked."""
    turn = Turn(journey, now)
    if not journey.under_way:
        return turn.outcome(ALREADY_CLOSED)
    if journey.alarm is not None or journey.due is not None:
        return turn.outcome(NEEDS_PIN)
    if journey.open_incident is not None:  # she is being asked just now: this is her answer
        return answered(journey, "", "stopping", now, Proof.NONE, minutes)
    return turn.outcome(Answer(True, "paused", at=pause(turn, minutes)))


def ended(journey: Journey, now: float, proof: Proof, *, given_at: float | None = None) -> Outcome:
    """ "I am home" or "end it". At the destination, with nothing wrong and not due, a tap is enough; else the PIN."""
    turn = Turn(journey, now)
    if proof is Proof.WRONG:
        return refused(turn)
    if journey.state is JourneyState.CLOSED and journey.alarm is None:
        return turn.outcome(ALREADY_CLOSED)
    if proof is not Proof.PIN:
        if not _plainly_home(journey, turn.now):
            return turn.outcome(NEEDS_PIN)
        asking.withdraw(turn, "arrived")
        close(turn, CloseReason.ARRIVED, by=HER, proof=proof)
        return turn.outcome(Answer(True, "closed", at=turn.now))
    if given_at is not None and _came_later(journey, given_at):
        return turn.outcome(NEEDS_PIN)
    if journey.sos is not None:
        turn.happened(SosCancelled(at=turn.now))
    asking.withdraw(turn, "ended")
    resolve(turn, "her PIN was given", by=HER, proof=proof)
    if turn.journey.under_way:
        close(turn, CloseReason.ENDED, by=HER, proof=proof)
    turn.set(wrong_pins=())
    return turn.outcome(Answer(True, "closed", at=turn.now))


def sos(journey: Journey, now: float, *, window: bool = True, place: Seen | None = None) -> Outcome:
    """Row 14. On disk at once, fires 5 s later; without a window (SMS, a tracker's alarm) it fires now.
    Pressed again it changes nothing; within 60 min of a close it reopens the same reference. `place` came with it: newer
    than what we have it stands in the first text, and judges nothing."""
    turn = Turn(journey, now)
    alarm, now = journey.alarm, turn.now
    if alarm is not None and (alarm.cause is Cause.SOS or alarm.alarms.count(Alarm.DURESS) > 1):
        return turn.outcome(Answer(True, "fired", at=alarm.fired_at))
    if journey.sos is not None and window:
        return turn.outcome(Answer(True, "counting", at=journey.sos.fires_at))
    if journey.state is JourneyState.CLOSED:
        if not reopens(journey, now):
            return turn.outcome(Answer(False, "no_journey"))
        reopen(turn, "sos")
    if place is not None and (turn.journey.seen is None or turn.journey.seen.at < place.at):
        turn.set(seen=place)
    fires_at = now + (journey.numbers.sos_window_s if window else 0.0)
    turn.happened(SosPressed(at=now, fires_at=fires_at, because=because(window_s=fires_at - now)))
    if not window:
        turn.set(sos=None)
        fire_sos(turn)
        return turn.outcome(Answer(True, "fired", at=now))
    turn.set(sos=Countdown(pressed_at=now, fires_at=fires_at, reopened=journey.closed))
    return turn.outcome(Answer(True, "counting", at=fires_at))


def sos_cancelled(journey: Journey, now: float, proof: Proof, *, given_at: float | None = None) -> Outcome:
    """Only her PIN stops the countdown; after it fired the same PIN resolves the SOS. It lowers nothing else."""
    turn = Turn(journey, now)
    given_at = now if given_at is None else given_at
    if proof is Proof.WRONG:
        return refused(turn)
    if proof is not Proof.PIN:
        return turn.outcome(NEEDS_PIN)
    if _countdown_cancelled(turn, proof, given_at):
        return turn.outcome(Answer(True, "cancelled", at=turn.now))
    if journey.alarm is None or journey.alarm.cause is not Cause.SOS:
        return turn.outcome(ALREADY_CLOSED)
    return turn.outcome(_lowered(turn, proof, given_at))


def picked_up(journey: Journey, now: float) -> Outcome:
    """She has taken our call: L2 waits up to 60 s for what she keys, once; a call taken long before has held nothing."""
    turn = Turn(journey, now)
    due, held_until = journey.due, turn.now + journey.numbers.picked_up_holds_s
    if due is not None and not due.picked_up and journey.overdue_since is None and held_until > due.overdue_at:
        turn.set(due=replace(due, picked_up=True, overdue_at=held_until))
        held = because(held_s=held_until - due.overdue_at)
        turn.happened(CallPickedUp(at=turn.now, overdue_at=held_until, because=held))
    return turn.outcome()


def _came_later(journey: Journey, given_at: float) -> bool:
    """Whether others were told, or an SOS was pressed, only after she had pressed this: what waited in her phone does
    not lower that."""
    alarm, countdown = journey.alarm, journey.sos
    told = alarm is not None and alarm.ladder is not None and alarm.ladder.began_at > given_at
    return told or (countdown is not None and countdown.pressed_at > given_at)


def _countdown_cancelled(turn: Turn, proof: Proof, given_at: float) -> bool:
    """Her PIN stops a running countdown. What the SOS had opened is closed again: she has proved who she is."""
    countdown = turn.journey.sos
    if countdown is None or proof is not Proof.PIN or given_at < countdown.pressed_at:
        return False
    turn.set(sos=None, wrong_pins=())
    turn.happened(SosCancelled(at=turn.now))
    made_by_sos = countdown.reopened is not None or turn.journey.plan.kind is JourneyKind.SOS
    if made_by_sos and turn.journey.open_incident is None:
        close(turn, CloseReason.ENDED, by=HER, proof=proof)
    return True


def _answered_with_pin(turn: Turn, what: str, proof: Proof, given_at: float, minutes: float) -> Outcome:
    """An answer once due, or in an alarm. Where her door asks, OK with her PIN there is what it asked for: she is home."""
    before, asked = turn.journey, _asked_by(turn.journey, given_at)
    stop_s = pause_s(before, minutes) if what == "stopping" else 0.0
    answer = _lowered(turn, proof, given_at, (stop_s + own_pace_s(before)) / MINUTE_S if stop_s else minutes)
    if not answer.ok or not turn.journey.under_way:
        return turn.outcome(answer)
    if what == "ok" and before.plan.doorstep and before.state is JourneyState.ARRIVED_PENDING:
        close(turn, CloseReason.ARRIVED, by=HER, proof=proof)
        return turn.outcome(Answer(True, "closed", at=turn.now))
    if what == "stopping":
        rest(turn, stop_s / MINUTE_S)
    _goes_on(turn, what, asked)
    return turn.outcome(answer)


def _lowered(turn: Turn, proof: Proof, given_at: float, minutes: float = 0.0) -> Answer:
    """OK or MORE with her PIN, once due or in an incident: resolves, and sets a new ETA if the old one is past. A
    journey without an ETA is over then: nothing would be watched any more."""
    journey = turn.journey
    if proof is not Proof.PIN or _came_later(journey, given_at):
        return NEEDS_PIN
    turn.set(wrong_pins=())
    resolve(turn, "her PIN was given", by=HER, proof=proof)
    if not turn.journey.under_way:
        return Answer(True, "resolved", at=turn.now)
    asking.withdraw(turn, "answered")
    if journey.eta_at is None:
        close(turn, CloseReason.ENDED, by=HER, proof=proof)
        return Answer(True, "closed", at=turn.now)
    arrival = None if journey.arrival is None else replace(journey.arrival, answered=True)
    turn.set(due=None, overdue_since=None, arrival=arrival)
    if minutes > 0 or journey.eta_at <= turn.now:
        move_eta(turn, new_eta(journey, turn.now, minutes), "answered", proof)
        return Answer(True, "resolved" if journey.alarm else "eta_moved", at=turn.journey.eta_at)
    return Answer(True, "resolved" if journey.alarm else "done", at=turn.journey.eta_at)


def _asked_by(journey: Journey, given_at: float) -> Incident | None:
    """What was open, if it was when she gave her answer."""
    incident = journey.open_incident
    if incident is None:
        return None
    asked_at = incident.opened_at if incident.prompt is None else incident.prompt.raised_at
    return incident if given_at >= asked_at else None


def _goes_on(turn: Turn, what: str, asked: Incident | None) -> None:
    """What her answer to `asked` says of the way itself. All is well in a vehicle, where a ride comes next: that is it
    (decision 0023)."""
    if what == "another_way":
        turn.set(route_dropped=True)
        turn.happened(RouteDropped(at=turn.now))
    elif what == "next_leg":
        legs.begin(turn, turn.journey.leg + 1, legs.TAP)
    elif what == "ok" and asked is not None and asked.cause is Cause.VEHICLE and legs.boards_next(turn.journey):
        legs.begin(turn, turn.journey.leg + 1, legs.ANSWERED)


def settled(turn: Turn, what: str, proof: Proof) -> None:
    """Her word `what` answers the question that is open between her and us."""
    if asking.answered(turn, what, proof) is Cause.PAUSE_OVER:
        havens.stays(turn)


def _plainly_home(journey: Journey, now: float) -> bool:
    """A fresh fix inside the destination at this moment, nothing open that others know of, not due."""
    quiet = journey.alarm is None and journey.sos is None and journey.due is None
    return journey.under_way and quiet and _is_inside(journey, now)


def _is_inside(journey: Journey, now: float) -> bool:
    seen = journey.seen
    if seen is None or not seen.inside or seen.accuracy_m is None:
        return False
    fresh = now - seen.received_at <= journey.numbers.fresh_s(journey.link.cadence_s)
    return fresh and seen.accuracy_m <= journey.numbers.arrival_accuracy_m


def refused(turn: Turn) -> Outcome:
    """Row 16: the same "try again" for every wrong PIN; the third in 10 min, away from home or once due, tells the
    SOS list that something may be wrong."""
    journey, now, n = turn.journey, turn.now, turn.journey.numbers
    tries = (*(at for at in journey.wrong_pins if now - at < n.wrong_pins_s), now)
    wait_s = n.wrong_pin_waits_s[min(len(tries), len(n.wrong_pin_waits_s)) - 1]
    turn.set(wrong_pins=tries)
    turn.happened(PinRefused(at=now, wait_s=wait_s, because=because(nth=len(tries), within_s=n.wrong_pins_s)))
    home = _is_inside(journey, now) and journey.due is None
    level = journey.incident.level if journey.open_incident and journey.incident else Level.NONE
    if len(tries) >= n.wrong_pins and journey.under_way and not home and level in (Level.NONE, Level.PROMPTING):
        rise(turn, Alarm.CONCERN, Cause.WRONG_PINS)
    return turn.outcome(Answer(False, "try_again", wait_s=wait_s))
