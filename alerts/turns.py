"""Whose message goes next: the choice among what waits, pure, so that a storm can be looked at without waiting for one.

Order: SOS and duress, then first notices of incidents, then the rest, each by due time (review H28). Beside that
- every lane (texts, calls, mail, webhooks) has room of its own, so that calls at one a second hold up no text;
- nobody's second message goes before somebody else's first, as far as the head of the queue shows both;
- messages sent once more take at most a fifth of what goes while first notices wait.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Protocol, TypeVar

from .contact import Channel

AGAIN_SHARE = 0.2
"""What messages sent once more may use of the rate while first notices wait (architecture: Alerts)."""
URGENT, FIRST = 0, 1


class Lane(IntEnum):
    """Rows that wait for each other and for nobody else. Kept in the store: numbers are never used again."""

    TEXTS = 0
    CALLS = 1
    MAIL = 2
    HOOKS = 3


_LANES = {
    Channel.SMS: Lane.TEXTS,
    Channel.CALL: Lane.CALLS,
    Channel.EMAIL: Lane.MAIL,
    Channel.WEBHOOK: Lane.HOOKS,
}


class Queued(Protocol):
    """A row that waits, as a choice needs it; `id` is the notice's key."""

    @property
    def id(self) -> str: ...

    @property
    def urgency(self) -> int: ...

    @property
    def lane(self) -> int: ...


_Row = TypeVar("_Row", bound=Queued)


def lane_of(channel: Channel) -> Lane:
    return _LANES.get(channel, Lane.TEXTS)


def chosen(waiting: Sequence[_Row], room: Mapping[int, int], urgent_room: Mapping[int, int]) -> list[_Row]:
    """Who goes now, in order. `waiting` by urgency, then due time; `room` is how many each lane takes now, and
    `urgent_room` how many of them if they are SOS and duress."""
    taken: list[_Row] = []
    for lane in sorted({row.lane for row in waiting}):
        rows = [row for row in waiting if row.lane == lane]
        urgent = _in_turns([row for row in rows if row.urgency == URGENT])[: urgent_room.get(lane, 0)]
        left = min(room.get(lane, 0), urgent_room.get(lane, 0) - len(urgent))
        taken += urgent
        if left > 0:
            taken += _shared([row for row in rows if row.urgency != URGENT], left)
    return sorted(taken, key=lambda row: row.urgency)


def is_again(row: Queued) -> bool:
    """Whether this stands in for a message that was sent before."""
    return row.id.rpartition("/")[2] not in ("1", row.id)


def _shared(rows: Sequence[_Row], room: int) -> list[_Row]:
    """First notices, then the rest; those sent once more within their share while first notices wait."""
    firsts = [row for row in rows if row.urgency == FIRST and not is_again(row)]
    others = [row for row in rows if row.urgency != FIRST or is_again(row)]
    if len(firsts) <= room:
        return _in_turns(firsts) + _in_turns(others)[: room - len(firsts)]
    again = _in_turns([row for row in others if row.urgency == FIRST])[: int(room * AGAIN_SHARE)]
    return _in_turns(firsts)[: room - len(again)] + again


def _in_turns(rows: Iterable[_Row]) -> list[_Row]:
    """Everybody's first, then everybody's second: stable within each."""
    before = Counter[str]()
    numbered = []
    for row in rows:
        whose = row.id.partition("/")[0]
        numbered.append((row.urgency, before[whose], row))
        before[whose] += 1
    return [row for *_, row in sorted(numbered, key=lambda one: one[:2])]
