"""Who sees what: one answer for every page, text and list (journey.md, "Who sees what").

Give it the journey as its reader may see it (`cover.shown_to`, `cover.shown_to_her`; operators see the journey itself).
"""

from enum import IntEnum

from .model import OPERATORS, Incident, Journey, Level


class Sight(IntEnum):
    """How much somebody may see; each level includes those before it."""

    NOTHING = 0
    STATUS = 1
    """Since when, due, state. No place."""
    STREET = 2
    """`concern`: the street, since when, battery."""
    PLACE = 3
    """She asked to be watched: the last fix, live."""
    TRACK = 4
    """L2 and up, SOS: the last fix with its age and accuracy, thirty minutes of track, live."""


def sight_of(journey: Journey, who: str) -> Sight:
    """What `who` (a contact's id) may see now. An alarm opens something only to those it was told to."""
    person = next((p for p in journey.plan.people if p.id == who), None)
    if person is None:
        return Sight.NOTHING
    if not person.place:
        return Sight.STATUS
    alarm = journey.alarm
    opened = _opened(alarm) if alarm is not None and was_told(alarm, who) else Sight.STATUS
    return max(opened, _company(journey, who))


def operators_sight(journey: Journey) -> Sight:
    """The same for operators, without a reason of their own."""
    opened = _opened(journey.alarm) if journey.alarm is not None else Sight.STATUS
    return max(opened, _company(journey, OPERATORS))


def was_told(incident: Incident, who: str) -> bool:
    """Whether this contact has been told of this incident, by the ladder that runs or one before it."""
    person = incident.ladder.person(who) if incident.ladder is not None else None
    return who in incident.before or (person is not None and person.told_at is not None)


def _opened(alarm: Incident) -> Sight:
    return Sight.STREET if alarm.level is Level.CONCERN else Sight.TRACK


def _company(journey: Journey, who: str) -> Sight:
    return Sight.PLACE if journey.under_way and who in journey.watchers else Sight.STATUS
