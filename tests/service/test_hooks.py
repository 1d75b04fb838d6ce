"""What an organisation's own system is told."""

import json
from typing import Any

import msgspec

from alerts.contact import Channel
from alerts.notice import HER, Kind, Notice
from service import hooks
from service.journey.advance import advance
from service.journey.cover import proved
from service.journey.events import BecameOverdue, Event, IncidentResolved
from service.journey.model import Journey, Proof
from service.journey.pressed import armed, ended, sos
from tests.service.test_judging import NOW, PLAN


def told(journey: Journey, *events: Event) -> list[Notice]:
    return [notice for event in events for notice in hooks.notices(journey, event)]


def body(notice: Notice) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(hooks.body(notice, "k3y", "https://lamplit.example"))
    return decoded


def set_off() -> Journey:
    return armed("anna-1", PLAN, NOW + 1380, NOW).journey


def fired() -> tuple[Journey, list[Notice]]:
    """Anna has pressed SOS and nobody cancelled it."""
    pressed = sos(set_off(), NOW + 60).journey
    outcome = advance(pressed, NOW + 65)
    return outcome.journey, told(outcome.journey, *outcome.events)


def test_an_sos_is_told_at_once() -> None:
    """With its reference, since when, and where to look; urgent like the texts."""
    _, [notice] = fired()

    assert (notice.channel, notice.kind, notice.urgency, notice.due_at) == (Channel.WEBHOOK, Kind.SOS, 0, NOW + 65)
    assert body(notice) == {
        "version": 1,
        "id": "k3y",
        "event": "incident.open",
        "at": "2026-11-18T11:07:45Z",
        "incident": {
            "reference": "K742",
            "kind": "sos",
            "level": "SOS",
            "reason": "She pressed SOS and did not cancel it.",
            "since": "2026-11-18T11:07:45Z",
        },
        "link": "https://lamplit.example/console/i/K742",
    }


def test_duress_is_told_with_the_warning_that_goes_with_it() -> None:
    """Whoever reads it must not ring her."""
    outcome = proved(set_off(), lambda j, proof: ended(j, NOW + 60, proof), Proof.DURESS, NOW + 60)
    [notice] = told(outcome.journey, *outcome.events)

    assert (notice.kind, notice.urgency, body(notice)["incident"]["level"]) == (Kind.DURESS, 0, "DURESS")
    assert "Do not ring or text her phone" in body(notice)["incident"]["reason"]


def test_overdue_is_told_when_it_reaches_the_operators_and_no_sooner() -> None:
    """Not at L2, when her contacts hear of it: twelve minutes later, if nobody has it."""
    journey, events = set_off(), list[Event]()
    for minutes in range(60):
        outcome = advance(journey, NOW + 1380 + minutes * 60)
        for event in outcome.events:
            if isinstance(event, BecameOverdue):
                assert told(outcome.journey, event) == []
        events += outcome.events
        journey = outcome.journey
    notices = told(journey, *events)

    assert [(n.kind, body(n)["incident"]["level"]) for n in notices] == [(Kind.OVERDUE, "L4")]


def test_the_end_is_told_of_what_was_told_of() -> None:
    """By her PIN or an operator, without saying which; of a concern that never reached the operators nothing is said."""
    journey, _ = fired()
    resolved = IncidentResolved(at=NOW + 300, reason="pin", by=HER, proof=Proof.PIN, told=())
    [notice] = told(journey, resolved)

    assert (body(notice)["event"], body(notice)["incident"]["closed_by"]) == ("incident.closed", "her")
    [by_olga] = told(journey, msgspec.structs.replace(resolved, by="Olga"))
    assert body(by_olga)["incident"]["closed_by"] == "operator"
    assert "Olga" not in json.dumps(body(by_olga))
    assert told(set_off(), resolved) == []


def test_nothing_of_hers_is_in_what_is_posted() -> None:
    """No place, no destination, no id of hers: whoever may see more signs in behind the link."""
    _, [notice] = fired()
    said = json.dumps(body(notice))

    for word in ("anna", "home", "lat", "51.", "07700", notice.id):
        assert word not in said
