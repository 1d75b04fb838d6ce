"""Calls that told nobody are rung once more: what follows when one is over, and whether it is still needed then.

Who is rung, and when, is decided elsewhere; here a call that rang out, or was taken by a mailbox or by silence, gets its
second ring (rows 6, 9, 11), and one that met an engaged line of our own its turn. A key in the first, an answer by
text, or the end of what it was about withdraws the second.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from alerts import answers, rings
from alerts.ladder import Ladder
from alerts.notice import HER, Kind, Notice
from alerts.rings import Ring
from alerts.told import Said

from .asking import question_needless
from .incidents import on_ladder
from .model import Cause, Journey
from .turn import Turn

RESTS = "rests"
"""In `Notice.extra`: this ring is no stand-in for a first notice, and rests while somebody has it."""
_ALARMS = frozenset(
    {Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.SOS, Kind.DURESS, Kind.NOBODY, Kind.COLD, Kind.ANY_NEWS}
)


def deadlines(journey: Journey) -> Iterator[float]:
    n = journey.numbers
    yield from rings.wakes(journey.rings, n.ring_again_s, n.ring_within_s)


def ring_again(turn: Turn, _at: float) -> None:
    """What follows from calls that are over, where it is still needed."""
    n = turn.journey.numbers
    for ring in turn.journey.rings:
        at = rings.wake_of(ring, n.ring_again_s, n.ring_within_s)
        if at is not None and at <= turn.now:
            turn.set(rings=rings.without(turn.journey.rings, ring.to))
            _ring(turn, ring)


def _ring(turn: Turn, ring: Ring) -> None:
    again = not ring.goes_on
    before = ring.notice if again or ring.then is None else ring.then
    if not _needed(turn.journey, before):
        if again and ring.then is not None and _needed(turn.journey, ring.then):
            turn.tell([replace(ring.then, due_at=turn.now)])
        return
    notice = rings.following(ring, turn.now)
    if again:
        if not _is_first_word(turn.journey, ring.notice):
            notice = replace(notice, extra={**notice.extra, RESTS: "yes"})
        on_ladder(turn, lambda ladder: answers.rung_again(ladder, ring.notice.id, notice))
    turn.tell([notice])
    if again:
        turn.set(rings=rings.as_second(turn.journey.rings, ring))


def _is_first_word(journey: Journey, notice: Notice) -> bool:
    """Whether this call is followed: it stands for an alert that nobody has proved yet."""
    ladder = _ladder(journey)
    return ladder is not None and any(w.id == notice.id for w in ladder.watches)


def _ladder(journey: Journey) -> Ladder | None:
    incident = journey.alarm
    return incident.ladder if incident is not None else None


def _needed(journey: Journey, notice: Notice) -> bool:
    """Whether anybody still has to hear this. What is asked right before it goes (`telling.needless`) asks more."""
    if notice.to == HER:
        forced = journey.alarm is not None and journey.alarm.cause is Cause.DURESS
        return not forced and question_needless(notice, journey) is None
    people = (*journey.plan.people, *journey.plan.invited)
    if not any(p.id == notice.to for p in people):
        return False
    return notice.kind not in _ALARMS or _alarm_needed(journey, notice)


def _alarm_needed(journey: Journey, notice: Notice) -> bool:
    incident, ladder = journey.alarm, _ladder(journey)
    if incident is None or ladder is None or incident.id != notice.incident:
        return False
    person = ladder.person(notice.to)
    if person is None:
        return False
    if not _told(journey, notice):  # what was said before the first word of it was about something else
        return True
    if person.said is Said.CANT:
        return False
    if person.said_at is not None and person.said_at >= notice.due_at:
        return False
    held = ladder.lease is not None and not ladder.urgent and notice.kind is not Kind.ANY_NEWS
    return not held or _is_first_word(journey, notice)


def _told(journey: Journey, notice: Notice) -> bool:
    """Whether any message of this incident has been made for this person."""
    return any(p.to == notice.to and p.id.split("/")[1] == notice.incident for p in journey.proven)
