"""The one true sentence she reads before she sets off, made from the journey's own numbers.

The names are put in by whoever shows it; the core knows contacts by id only, so it writes `{beth}`.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from alerts.contact import Channel, Recipient
from alerts.hours import off_hours

from .model import Journey, JourneyKind


def promised_at(journey: Journey) -> float | None:
    """The instant the sentence names: when her contacts are told if she is not home."""
    if journey.eta_at is None:
        return None
    return journey.eta_at + journey.numbers.grace_s(journey.plan.plan_s)


def sentence(journey: Journey) -> str:
    """ "Not home by 23:35: we text and ring {beth} and {dad}. If neither answers, nobody else is told." By the clock and
    in the hours of the journey's own zone."""
    people, at = journey.plan.people, promised_at(journey)
    first, later = _in_turn(people, at, journey.plan.zone)
    if at is None or journey.plan.kind is JourneyKind.SOS:
        sos = [p for p in people if p.on_sos_list]
        return f"Your SOS tells {_names(sos)} at once."
    clock = datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(journey.plan.zone)).strftime("%H:%M")
    where = journey.plan.destination if journey.plan.kind is JourneyKind.DESTINATION else "heard from"
    if not people:
        return f"Not {where} by {clock}: nobody is told."
    opening = f"Not {where} by {clock}: we {_verbs(first)} {_names(first)}."
    missed = {1: "If there is no answer"}.get(
        len(first), "If neither answers" if len(first) == 2 else "If none answers"
    )
    if later:
        return f"{opening} {missed} in 5 min, we {_verbs(later)} {_names(later)}."
    return f"{opening} {missed}, nobody else is told."


def _in_turn(people: tuple[Recipient, ...], at: float | None, zone: str) -> tuple[list[Recipient], list[Recipient]]:
    """Who is told first, and who after them: by their hours at that instant, then by tier, as on the ladder."""
    off = off_hours(people, at, zone) if at is not None else frozenset[str]()
    best = min(((p.id in off, p.tier) for p in people), default=(False, 1))
    first = [p for p in people if (p.id in off, p.tier) == best]
    return first, [p for p in people if p not in first]


def _verbs(people: list[Recipient]) -> str:
    """Everybody gets the text who can have one; calls follow to those who take them, or have no other way."""
    texted = any(p.reachable_by_sms and Channel.SMS in p.channels for p in people)
    rung = all(Channel.CALL in p.channels or not p.reachable_by_sms for p in people)
    return "text and ring" if texted and rung else "text" if texted else "ring"


def _names(people: list[Recipient]) -> str:
    names = [f"{{{p.id}}}" for p in people]
    if not names:
        return "nobody"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
