"""What an organisation's own system is told: an incident reached the operators, became graver, was closed (docs/webhook.md).

No name, no number, no place: whoever may see those follows the link, and signs in. What is posted is decided with the
event, in the same commit, and is the same however often it has to be sent.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from alerts.contact import Channel
from alerts.notice import HER, Kind, Notice

from .journey.events import DuressEntered, Event, IncidentResolved, OperatorsCalled, SosFired
from .journey.model import Incident, Journey

HOOK = "hook"
"""Whom it is for, where a contact's id would stand."""
OPEN, CLOSED = "incident.open", "incident.closed"
_OPENS = {OperatorsCalled: Kind.OVERDUE, SosFired: Kind.SOS, DuressEntered: Kind.DURESS}
_REASONS = {
    Kind.OVERDUE: "She is overdue, her contacts were told, and nobody has it.",
    Kind.SOS: "She pressed SOS and did not cancel it.",
    Kind.DURESS: "She gave her duress PIN: she may be forced to say that she is safe. Do not ring or text her phone.",
}
_URGENCY = {Kind.OVERDUE: 1, Kind.SOS: 0, Kind.DURESS: 0, Kind.CLOSED: 2}


def notices(journey: Journey, event: Event) -> Iterator[Notice]:
    """What follows from something that has happened to `journey`, as it is after that."""
    incident = journey.incident
    kind = _OPENS.get(type(event))
    if incident is None:
        return
    if kind is not None:
        yield _notice(journey, incident, kind, event.at, {"event": OPEN, "kind": kind.value, "reason": _REASONS[kind]})
    elif isinstance(event, IncidentResolved) and incident.ladder is not None and incident.ladder.operators:
        who = "her" if event.by == HER else "operator"
        extra = {"event": CLOSED, "kind": incident.ladder.alarm.value, "closed_by": who}
        yield _notice(journey, incident, Kind.CLOSED, event.at, extra)


def body(notice: Notice, key: str, public_url: str) -> str:
    """What is posted, as JSON. `key` is its idempotency key."""
    said = notice.extra
    incident = {name: said[name] for name in ("reference", "kind", "level", "reason", "closed_by") if name in said}
    told = {
        "version": 1,
        "id": key,
        "event": said["event"],
        "at": _instant(float(said["at"])),
        "incident": incident | {"since": _instant(float(said["since"]))},
        "link": f"{public_url}/console/i/{said['reference']}",
    }
    return msgspec.json.encode(told).decode()


def _notice(journey: Journey, incident: Incident, kind: Kind, at: float, extra: dict[str, str]) -> Notice:
    began_at = incident.ladder.began_at if incident.ladder is not None else incident.opened_at
    level = {"sos": "SOS", "duress": "DURESS"}.get(extra["kind"], "L4")
    known = {"reference": journey.plan.reference, "level": level, "at": repr(at), "since": repr(began_at)}
    return Notice(
        journey=journey.id,
        incident=incident.id,
        rung=f"{extra['event']}@{at:.3f}",
        to=HOOK,
        kind=kind,
        channel=Channel.WEBHOOK,
        due_at=at,
        urgency=_URGENCY[kind],
        extra=extra | known,
    )


def _instant(at: float) -> str:
    return datetime.fromtimestamp(round(at), UTC).isoformat().replace("+00:00", "Z")
