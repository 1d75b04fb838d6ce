"""*Walk with me*, and who has looked. Company is asked for by her, person by person and journey by journey; nothing is
remembered for the next one, and one tap ends it without a word to anybody."""

from collections.abc import Iterable

from msgspec.structs import replace

from alerts.notice import Kind

from .events import CompanyAsked, CompanyEnded, Looked, SafeAsked
from .model import OPERATORS, Cause, Journey, Look
from .sight import was_told
from .turn import ALREADY_CLOSED, Outcome, Turn, knows

ONE_LOOK_S = 300.0
"""A page that is left open looks again every few seconds: within five minutes that is one look."""
LOOKS_KEPT = 200
SAFE = "safe?"


def asked_company(journey: Journey, who: Iterable[str], now: float) -> Outcome:
    """She asks these to look on (contacts' ids, or OPERATORS), instead of those before. Each contact gets the link
    once; whoever has been told of an open alarm has it already. While she is forced nobody on the SOS list is asked:
    those who know must not read that she goes for a walk. All others get what a true PIN would send."""
    turn = Turn(journey, now)
    if not journey.under_way:
        return turn.outcome(ALREADY_CLOSED)
    known = {p.id for p in journey.plan.people if p.place} | {OPERATORS}
    watchers = tuple(dict.fromkeys(w for w in who if w in known))
    if watchers == journey.watchers:
        return turn.outcome()
    turn.set(watchers=watchers)
    turn.happened(CompanyAsked(at=turn.now, who=watchers) if watchers else CompanyEnded(at=turn.now))
    alarm = journey.alarm
    forced = alarm is not None and alarm.cause is Cause.DURESS
    asked = [
        w for w in watchers if not (forced and w in knows(journey)) and not (alarm is not None and was_told(alarm, w))
    ]
    turn.tell_contacts(asked, "COMPANY", Kind.WALK_WITH)
    return turn.outcome()


def ended_company(journey: Journey, now: float) -> Outcome:
    """One tap, unseen."""
    return asked_company(journey, (), now)


def looked(journey: Journey, by: str, what: str, now: float, why: str = "") -> Outcome:
    """Somebody is about to be shown `what`; on disk before it is shown. Only the first of several looks is an event."""
    turn = Turn(journey, now)
    alarm = journey.alarm
    incident = alarm.id if alarm is not None else ""
    looks = journey.looks
    before = next((k for k in reversed(looks) if (k.by, k.what, k.why, k.incident) == (by, what, why, incident)), None)
    if before is not None and turn.now - before.until <= ONE_LOOK_S:
        after = replace(before, until=turn.now, times=before.times + 1)
        turn.set(looks=tuple(after if k is before else k for k in looks))
        return turn.outcome()
    contact = any(p.id == by for p in journey.plan.people)
    look = Look(by=by, what=what, since=turn.now, until=turn.now, why=why, incident=incident, contact=contact)
    turn.set(looks=(*looks, look)[-LOOKS_KEPT:])
    if what == SAFE:
        turn.happened(SafeAsked(at=turn.now, by=by))
    else:
        turn.happened(Looked(at=turn.now, by=by, what=what, why=why, contact=contact))
    return turn.outcome()


def looks_shown(journey: Journey) -> tuple[Look, ...]:
    """The looks that she is shown, of the journey her devices may see: those that an SOS or a duress allowed only once
    it has been closed."""
    alarm = journey.alarm
    hidden = alarm.id if alarm is not None and alarm.cause in (Cause.SOS, Cause.DURESS) else None
    return tuple(look for look in journey.looks if hidden is None or look.incident != hidden)
