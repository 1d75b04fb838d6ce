"""What deserves a number on the drawing: a question to her, and whatever others would have been told."""

from collections.abc import Sequence
from dataclasses import dataclass

from geofence.sighting import Sighting
from service.journey import events as e
from service.journey.model import LinkState

from .run import Step

MARKED = (
    e.PromptRaised,
    e.ConcernRaised,
    e.BecameDue,
    e.BecameOverdue,
    e.SignalLost,
    e.NobodyAnswered,
    e.OperatorsCalled,
    e.SosFired,
    e.LegBegan,
    e.ArrivalSeen,
    e.ArrivalUndone,
    e.JourneyClosed,
)
TOLD = (e.ConcernRaised, e.BecameOverdue, e.NobodyAnswered, e.OperatorsCalled, e.SosFired)
GOOD = (e.ArrivalSeen, e.JourneyClosed)


MOST_MARKS = 60
"""On one drawing; there are more in the table."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of an event, when it was, and the fix before which or with which it happened."""

    number: int
    event: e.Event
    at: float
    seen: Sighting | None

    @property
    def kind(self) -> str:
        """told (others), asked (her), good or plain: how it is drawn."""
        if isinstance(self.event, TOLD):
            return "told"
        if isinstance(self.event, GOOD):
            return "good"
        return "asked" if isinstance(self.event, e.PromptRaised | e.BecameDue) else "plain"


def marks(steps: Sequence[Step]) -> tuple[Mark, ...]:
    """In order of time, numbered from 1."""
    found: list[Mark] = []
    seen: Sighting | None = None
    for step in steps:
        seen = step.sighting if step.judged else seen
        found += [
            Mark(len(found) + n, event, event.at, seen)
            for n, event in enumerate((one for one in step.events if isinstance(one, MARKED)), 1)
        ]
    return tuple(found)


def silences(steps: Sequence[Step]) -> tuple[tuple[float, float], ...]:
    """When her phone was not heard: from when we noticed until it was heard again, or until the end."""
    found: list[tuple[float, float]] = []
    since: float | None = None
    for step in steps:
        quiet = step.link in (LinkState.STALE, LinkState.LOST)
        if quiet and since is None:
            since = step.at
        elif not quiet and since is not None:
            found.append((since, step.at))
            since = None
    if since is not None and steps[-1].at > since:
        found.append((since, steps[-1].at))
    return tuple(found)


def numbered(mark: Mark, x: float, y: float) -> str:
    """A number in a disc."""
    return (
        f'<circle class="mark {mark.kind}" cx="{x:.1f}" cy="{y:.1f}" r="9.5"/>'
        f'<text class="number {mark.kind}" x="{x:.1f}" y="{y + 4:.1f}">{mark.number}</text>'
    )
