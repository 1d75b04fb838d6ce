"""The four machines as tables that can be printed.

Rules of this file
1. Every change of a state goes through `moved`; what the tables do not list is illegal, raises, and changes nothing.
2. This file does not know when a rule applies, only what follows when it does. When is `advance` (time), `fixes`,
   `pressed` and `said`.
3. Not in the tables, because they are marks and not states: `due` and `overdue` of a journey, `expected` of a link,
   `acked` (a lease) and `cold` of an incident.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from .events import (
    ArrivalSeen,
    ArrivalUndone,
    BecameOverdue,
    ConcernRaised,
    DuressEntered,
    Event,
    Heard,
    IncidentResolved,
    JourneyClosed,
    JourneyReopened,
    NobodyAnswered,
    OperatorsCalled,
    PreflightPassed,
    PromptAnswered,
    PromptRaised,
    PromptWithdrawn,
    SetOff,
    SignalLost,
    SosFired,
    WentStale,
)
from .model import JourneyState, Level, LinkState, Progress

J, L, P, I = JourneyState, LinkState, Progress, Level  # noqa: E741 (four letters for four machines)

S = TypeVar("S", bound=StrEnum)
Table = Mapping[StrEnum, Mapping[type[Event], StrEnum]]

JOURNEY: Table = {
    J.DRAFT: {PreflightPassed: J.READY},
    J.READY: {PreflightPassed: J.READY, SetOff: J.ACTIVE},
    J.ACTIVE: {ArrivalSeen: J.ARRIVED_PENDING, JourneyClosed: J.CLOSED},
    J.ARRIVED_PENDING: {ArrivalUndone: J.ACTIVE, JourneyClosed: J.CLOSED},
    J.CLOSED: {JourneyReopened: J.ACTIVE},
}

LINK: Table = {
    L.NONE: {Heard: L.LIVE},
    L.LIVE: {WentStale: L.STALE},
    L.STALE: {Heard: L.LIVE, SignalLost: L.LOST},
    L.LOST: {Heard: L.LIVE},
}

PROGRESS: Mapping[Progress, tuple[Progress, ...]] = {
    state: tuple(other for other in P if other is not state) for state in P
}
"""Progress follows the fixes: every state can follow every other (the event is ProgressChanged)."""

_RAISE: dict[type[Event], StrEnum] = {
    ConcernRaised: I.CONCERN,
    BecameOverdue: I.OVERDUE,
    SosFired: I.OPERATOR,
    DuressEntered: I.OPERATOR,
}
_TOP: dict[type[Event], StrEnum] = {SosFired: I.OPERATOR, DuressEntered: I.OPERATOR}
INCIDENT: Table = {
    I.NONE: {PromptRaised: I.PROMPTING, **_RAISE},
    I.PROMPTING: {
        PromptRaised: I.PROMPTING,
        PromptWithdrawn: I.NONE,
        PromptAnswered: I.NONE,
        **_RAISE,
    },
    I.CONCERN: {BecameOverdue: I.OVERDUE, **_TOP, IncidentResolved: I.RESOLVED},
    I.OVERDUE: {NobodyAnswered: I.UNACKED, OperatorsCalled: I.OPERATOR, **_TOP, IncidentResolved: I.RESOLVED},
    I.UNACKED: {OperatorsCalled: I.OPERATOR, **_TOP, IncidentResolved: I.RESOLVED},
    I.OPERATOR: {**_TOP, IncidentResolved: I.RESOLVED},
    I.RESOLVED: {PromptRaised: I.PROMPTING, **_RAISE},
}

MACHINES: Mapping[str, Table] = {"Journey": JOURNEY, "Link": LINK, "Incident": INCIDENT}


class IllegalEvent(Exception):
    """An event that the machine's table does not list for its state. Names both; nothing was changed."""

    def __init__(self, machine: str, state: str, event: str) -> None:
        super().__init__(f"illegal event for {machine} in state {state}: {event}")
        self.machine, self.state, self.event = machine, state, event


def moved(machine: str, state: S, event: Event) -> S:
    """The state after `event`; raises IllegalEvent when the table does not know it."""
    table: Mapping[StrEnum, Mapping[type[Event], StrEnum]] = MACHINES[machine]
    after = table[state].get(type(event))
    if after is None:
        raise IllegalEvent(machine, state.value, type(event).__name__)
    return type(state)(after)


def printed() -> str:
    """The tables as Mermaid state diagrams, for docs/machines.md."""
    parts = []
    for name, table in MACHINES.items():
        lines = [f"## {name}", "", "```mermaid", "stateDiagram-v2"]
        for state, row in table.items():
            by_target: dict[str, list[str]] = {}
            for event, after in row.items():
                by_target.setdefault(after.value, []).append(event.__name__)
            lines += [f"    {state.value} --> {after}: {', '.join(events)}" for after, events in by_target.items()]
        parts.append("\n".join([*lines, "```"]))
    states = ", ".join(f"`{p.value}`" for p in PROGRESS)
    parts.append(f"## Progress\n\nFollows the fixes; every state can follow every other: {states}.")
    return "\n\n".join(parts) + "\n"
