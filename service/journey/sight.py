"""Who sees what: one answer for every page, text and list (journey.md, "Who sees what").

Give it the journey as its reader may see it (`cover.shown_to`, `cover.shown_to_her`; operators see the journey itself).
"""

from enum import IntEnum

from .model import OPERATORS, Cause, Incident, Journey, Level


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
    """What `who` (a contact's id) may see now. An alarm opens something only to those it was told to; while nothing is
    wrong only those whom she chose to tell, or asked to walk with her, see that she is on her way."""
    person = next((p for p in journey.plan.people if p.id == who), None)
    if person is None:
        return Sight.NOTHING
    alarm = journey.alarm
    told = alarm is not None and was_told(alarm, who)
    if not (told or who in journey.plan.tell or who in journey.watchers or _was_closed_for(journey, who)):
        return Sight.NOTHING
    if not person.place:
        return Sight.STATUS
    opened = Sight.STATUS
    if alarm is not None and told:
        opened = Sight.STREET if told_of_less(alarm, who, on_sos_list=person.on_sos_list) else _opened(alarm)
    return max(opened, _company(journey, who))


def operators_sight(journey: Journey) -> Sight:
    """The same for operators, without a reason of their own."""
    opened = _opened(journey.alarm) if journey.alarm is not None else Sight.STATUS
    return max(opened, _company(journey, OPERATORS))


def was_told(incident: Incident, who: str) -> bool:
    """Whether this contact has been told of this incident, by the ladder that runs or one before it."""
    person = incident.ladder.person(who) if incident.ladder is not None else None
    return who in incident.before or (person is not None and person.told_at is not None)


def _was_closed_for(journey: Journey, who: str) -> bool:
    """Whether the last alarm was closed, and this contact had been told of it: what she or he still sees is the end."""
    incident = journey.incident
    return incident is not None and incident.resolved is not None and was_told(incident, who)


def told_of_less(alarm: Incident, who: str, *, on_sos_list: bool) -> bool:
    """Whether this contact was told of a concern, and not of the SOS that came of it: that is for the SOS list."""
    if on_sos_list or alarm.cause not in (Cause.SOS, Cause.DURESS):
        return False
    return alarm.ladder is None or alarm.ladder.person(who) is None


def _opened(alarm: Incident) -> Sight:
    return Sight.STREET if alarm.level is Level.CONCERN else Sight.TRACK


def _company(journey: Journey, who: str) -> Sight:
    return Sight.PLACE if journey.under_way and who in journey.watchers else Sight.STATUS
