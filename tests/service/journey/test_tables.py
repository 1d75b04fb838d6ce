"""The machines as tables."""

import pytest

from service.journey.events import BecameOverdue, IncidentResolved, JourneyClosed, PromptAnswered, SosFired, WentStale
from service.journey.model import JourneyState, Level, LinkState
from service.journey.tables import INCIDENT, JOURNEY, MACHINES, IllegalEvent, moved, printed


def test_an_event_out_of_place_names_the_machine_the_state_and_itself() -> None:
    """Lower case, the value last."""
    with pytest.raises(IllegalEvent, match=r"^illegal event for Link in state lost: WentStale$") as raised:
        moved("Link", LinkState.LOST, WentStale(at=0.0))
    assert (raised.value.machine, raised.value.state, raised.value.event) == ("Link", "lost", "WentStale")


def test_from_concern_up_only_a_resolution_leads_down() -> None:
    """Every other event keeps or raises the level."""
    height = list(Level)
    for state in (Level.CONCERN, Level.OVERDUE, Level.UNACKED, Level.OPERATOR):
        for event, after in INCIDENT[state].items():
            assert event is IncidentResolved or height.index(Level(after)) >= height.index(state)
        assert PromptAnswered not in INCIDENT[state]


def test_an_sos_is_heard_in_every_state() -> None:
    """Of an incident; and a resolved one begins anew."""
    assert all(SosFired in row for row in INCIDENT.values())
    assert INCIDENT[Level.RESOLVED][BecameOverdue] is Level.OVERDUE


def test_only_one_event_closes_a_journey() -> None:
    """And it is never one of the clock's."""
    closing = {event for row in JOURNEY.values() for event, after in row.items() if after is JourneyState.CLOSED}
    assert closing == {JourneyClosed}


def test_they_can_be_printed() -> None:
    """Every state of every machine is in the diagrams."""
    text = printed()
    for name, table in MACHINES.items():
        assert f"## {name}" in text
        assert all(f"    {state.value} --> " in text for state, row in table.items() if row)
