"""Texts that expire at the provider (row 24), and are written anew with what is known then.

A phone that is off all night must not show, in the morning, ten old alerts about last night, and must not show none. So a
text counts only as long as it is true, a few minutes; and as long as nothing proves that any arrived, the next one takes
its place: to each person the newest.
"""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from .contact import Channel
from .notice import Kind, Notice

ANEW = frozenset(
    {
        Kind.PROMPT,
        Kind.DUE,
        Kind.SIGNAL_LOST,
        Kind.CONCERN,
        Kind.OVERDUE,
        Kind.LATE,
        Kind.PHONE_HOME,
        Kind.NOBODY,
        Kind.SOS,
        Kind.DURESS,
    }
)
"""What still has to be known when it arrives late, in other words."""
OFTEN, RARELY_S = 12, 1800.0
"""So often as soon as the last one has expired, then every half hour, like the rounds (row 12)."""
FIRST_ANEW = 10
"""Attempts below this are the watchdog's (row 11): a second sender, a call, a text after a call."""


class Lapse(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest text to one person that nothing has proved yet. It expires `valid_s` after its hand-over. `nth` counts
    how often it was written anew."""

    notice: Notice
    handed_at: float | None = None
    nth: int = 0

    @property
    def to(self) -> str:
        return self.notice.to

    @property
    def wake_at(self) -> float | None:
        """When it has expired; None while the provider does not have it."""
        if self.handed_at is None:
            return None
        return self.handed_at + (self.notice.valid_s if self.nth < OFTEN else max(RARELY_S, self.notice.valid_s))


Lapses = tuple[Lapse, ...]


def made(lapses: Lapses, notice: Notice) -> Lapses:
    """A text was made: the one before it to the same person need not come any more."""
    if notice.channel is not Channel.SMS or notice.kind not in ANEW:
        return lapses
    before = next((one for one in lapses if one.to == notice.to), None)
    same = before is not None and before.notice.rung == notice.rung and before.notice.incident == notice.incident
    return (*without(lapses, notice.to), Lapse(notice=notice, nth=before.nth if before is not None and same else 0))


def handed(lapses: Lapses, notice_id: str, now: float) -> Lapses:
    """The provider took it; said twice it changes nothing."""
    if not any(one.notice.id == notice_id and one.handed_at is None for one in lapses):
        return lapses
    return tuple(replace(one, handed_at=now) if one.notice.id == notice_id else one for one in lapses)


def proved(lapses: Lapses, notice_id: str) -> Lapses:
    """A text arrived: this one, or another of the same rung to the same person."""
    _, incident, rung, who, *_ = notice_id.split("/")
    mine = next((one for one in lapses if one.to == who), None)
    if mine is None or (mine.notice.incident, mine.notice.rung) != (incident, rung):
        return lapses
    return without(lapses, who)


def useless(lapses: Lapses, notice_id: str) -> Lapses:
    """This number takes no text at all."""
    if not any(one.notice.id == notice_id for one in lapses):
        return lapses
    return tuple(one for one in lapses if one.notice.id != notice_id)


def without(lapses: Lapses, who: str) -> Lapses:
    return tuple(one for one in lapses if one.to != who)


def wakes(lapses: Lapses) -> Iterator[float]:
    for one in lapses:
        if one.wake_at is not None:
            yield one.wake_at


def anew(lapse: Lapse, now: float) -> Lapse:
    """The same text once more, to be written as of then, under a key of its own."""
    attempt = max(FIRST_ANEW, lapse.notice.attempt + 1)
    return Lapse(notice=replace(lapse.notice, attempt=attempt, due_at=now), nth=lapse.nth + 1)
