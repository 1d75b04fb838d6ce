"""Texts that expired before anything proved that they arrived are written anew, as long as somebody still needs them
(row 24). What they say then is known when they are handed over (`service.telling`)."""

from collections.abc import Iterator

from alerts import lapses
from alerts.lapses import Lapse
from alerts.notice import HER

from .asking import question_needless
from .model import Journey
from .turn import Turn


def deadlines(journey: Journey) -> Iterator[float]:
    yield from lapses.wakes(journey.lapses)


def write_anew(turn: Turn, _at: float) -> None:
    """What has expired goes once more where it is still needed, and is forgotten where it is not."""
    for one in turn.journey.lapses:
        if one.wake_at is None or one.wake_at > turn.now:
            continue
        turn.set(lapses=lapses.without(turn.journey.lapses, one.to))
        if _needed(turn.journey, one):
            again = lapses.anew(one, turn.now)
            turn.set(lapses=(*turn.journey.lapses, again))
            turn.tell([again.notice])


def _needed(journey: Journey, lapse: Lapse) -> bool:
    """Whether this person still has to read it: the question is open; the alert is, and nothing was heard of him yet."""
    notice = lapse.notice
    if notice.to == HER:
        return question_needless(notice, journey) is None
    incident = journey.alarm
    ladder = incident.ladder if incident is not None else None
    if incident is None or ladder is None or ladder.cold_at is not None or incident.id != notice.incident:
        return False
    person = ladder.person(notice.to)
    return person is not None and not person.heard
