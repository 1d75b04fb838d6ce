"""Calls under way and calls still owed: to each person the newest one, and whether it has to be rung once more.

Rules of this file
1. A call has told somebody only when a key was pressed in it. One that was taken by a mailbox, by silence or by nobody
   is rung once more, within 3 min of the first: most do-not-disturb settings let the second through.
2. Two calls to one person within 3 min are such a pair, whatever made the second: nobody is rung a third time for it.
3. At most one call to a person is under way. A call that comes due while another one rings or speaks waits for its end
   (`then`), unless it would say the same and that one rings once more by itself; of two that nobody has handed over
   yet the newer one goes, and says all that the older would have.
"""

from collections.abc import Callable, Iterator

import msgspec
from msgspec.structs import replace

from .contact import Channel
from .notice import Kind, Notice

RINGS_S = 40.0
"""How long a call rings at most, with what the network adds to the 30 s that are asked for."""
SPEAKS_S = 180.0
"""How long a call without a key speaks at most; the end of one that is still not reported then got lost."""
BREATH_S = 5.0
"""A line that was just busy is free after this."""
PAIR_S = 180.0
WAITS_S = 600.0
NEWS = frozenset(
    {
        Kind.TAKEN,
        Kind.CLOSED,
        Kind.SOS_PIN,
        Kind.STARTED,
        Kind.ARRIVED,
        Kind.EXTENDED,
        Kind.BATTERY,
        Kind.WALK_WITH,
        Kind.SIGNAL_LOST,
        Kind.NUDGE,
    }
)
ENDS = frozenset({Kind.CLOSED, Kind.SOS_PIN})
"""After these nobody needs the alarm itself."""
FIRSTS = frozenset({Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.SOS, Kind.DURESS})
"""The alarm itself: who has not heard it yet hears it before he hears that nobody has it."""
WAITS = NEWS - ENDS
"""What takes no alarm's place: it waits until that has rung twice, or was heard."""


class Ring(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest call to one person. `second` of a pair, or `heard` (a key): not rung again. `then` is what comes next
    when this call is over, and for an alarm instead of ringing it once more."""

    notice: Notice
    made_at: float
    second: bool = False
    heard: bool = False
    handed_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    then: Notice | None = None

    @property
    def to(self) -> str:
        return self.notice.to

    @property
    def owed(self) -> bool:
        """Whether it will be rung once more, unless a key is pressed in it."""
        return not (self.second or self.heard)

    @property
    def goes_on(self) -> bool:
        """Whether `then` comes when this call is over, and not its own second ring."""
        return self.then is not None and not (self.owed and self.then.kind in WAITS and self.notice.kind not in WAITS)

    def busy(self, now: float) -> bool:
        """Whether it rings or speaks, as far as anybody has told us."""
        if self.ended_at is not None or self.handed_at is None:
            return False
        if self.answered_at is not None:
            return now - self.answered_at < SPEAKS_S
        return not self.heard and now - self.handed_at < RINGS_S


Rings = tuple[Ring, ...]


def ring_to(rings: Rings, who: str) -> Ring | None:
    return next((r for r in rings if r.to == who), None)


def made(rings: Rings, notice: Notice, now: float) -> tuple[Rings, bool]:
    """A call is about to be made: the rings with it, and whether it goes now or has to wait for the one before it."""
    before = ring_to(rings, notice.to)
    fresh = Ring(notice=notice, made_at=now)
    if before is None or notice.channel is not Channel.CALL:
        return ((*rings, fresh) if notice.channel is Channel.CALL else rings), True
    news = notice.kind in WAITS and before.notice.kind not in WAITS
    if before.handed_at is None and before.ended_at is None and now - before.made_at < WAITS_S:
        if news:
            return _with(rings, replace(before, then=before.then or notice)), False
        return _with(rings, fresh), True
    if before.busy(now) and before.owed and before.notice.kind is notice.kind:
        return rings, False  # it is being said at this moment, and will be once more
    if before.busy(now) or (news and before.owed and now - before.made_at < WAITS_S):
        waiting = before.then
        keeps = waiting is not None and (
            (news and waiting.kind not in WAITS) or (notice.kind is Kind.NOBODY and waiting.kind in FIRSTS)
        )
        return (rings if keeps else _with(rings, replace(before, then=notice))), False
    paired = before.owed and before.handed_at is not None and now - before.handed_at <= PAIR_S
    return _with(rings, replace(fresh, second=paired)), True


def handed(rings: Rings, notice_id: str, now: float) -> Rings:
    """The provider took it; said twice it changes nothing."""
    return _changed(rings, notice_id, lambda r: r if r.handed_at is not None else replace(r, handed_at=now))


def answered(rings: Rings, notice_id: str, now: float) -> Rings:
    """Somebody, or something, picked up."""

    def change(ring: Ring) -> Ring:
        return ring if ring.answered_at is not None else replace(_taken(ring, now), answered_at=now)

    return _changed(rings, notice_id, change)


def heard(rings: Rings, notice_id: str, now: float) -> Rings:
    """A key was pressed in it: a person is there."""
    return _changed(rings, notice_id, lambda r: r if r.heard else replace(_taken(r, now), heard=True))


def ended(rings: Rings, notice_id: str, now: float, *, for_good: bool = False) -> Rings:
    """It is over, however. `for_good`: this number cannot be rung at all."""
    ring = next((r for r in rings if r.notice.id == notice_id), None)
    if ring is None or ring.ended_at is not None:
        return rings
    if for_good or (not ring.owed and ring.then is None):
        return tuple(r for r in rings if r is not ring)
    return _with(rings, replace(_taken(ring, now), ended_at=now))


def dropped(rings: Rings, notice_id: str) -> Rings:
    """Nobody needed it any more; what waited for its end need not wait."""
    ring = next((r for r in rings if r.notice.id == notice_id), None)
    if ring is None:
        return rings
    if ring.then is None:
        return tuple(r for r in rings if r is not ring)
    return _with(rings, replace(ring, heard=True, handed_at=ring.made_at, ended_at=ring.made_at))


def without(rings: Rings, who: str) -> Rings:
    return tuple(r for r in rings if r.to != who)


def as_second(rings: Rings, first: Ring) -> Rings:
    """The call just made to somebody is the second ring of `first`; what waited for that waits for this."""
    return tuple(replace(r, second=True, then=r.then or first.then) if r.to == first.to else r for r in rings)


def wake_of(ring: Ring, again_s: float, within_s: float) -> float | None:
    """When something follows from this call by itself: `again_s` after it ended, at most `within_s` after it began."""
    if ring.handed_at is None or (not ring.owed and ring.then is None):
        return None
    late_at = ring.handed_at + within_s
    if ring.ended_at is None:
        waits = ring.then is not None and ring.then.kind in FIRSTS and ring.notice.kind not in FIRSTS
        # Nobody reports its end: an alarm that waits for it goes when it cannot ring any longer.
        return ring.handed_at + RINGS_S if waits and ring.goes_on and ring.answered_at is None else late_at
    if ring.goes_on and ring.then is not None and ring.then.kind is not ring.notice.kind:
        return ring.ended_at + BREATH_S
    return ring.ended_at + again_s if ring.goes_on else min(ring.ended_at + again_s, late_at)


def wakes(rings: Rings, again_s: float, within_s: float) -> Iterator[float]:
    for ring in rings:
        at = wake_of(ring, again_s, within_s)
        if at is not None:
            yield at


def following(ring: Ring, now: float) -> Notice:
    """What is rung next: what waited, or the same once more under its own key."""
    if ring.goes_on and ring.then is not None:
        return replace(ring.then, due_at=now)
    return replace(ring.notice, attempt=ring.notice.attempt + 1, due_at=now)


def _taken(ring: Ring, now: float) -> Ring:
    return ring if ring.handed_at is not None else replace(ring, handed_at=now)


def _with(rings: Rings, ring: Ring) -> Rings:
    return (*without(rings, ring.to), ring)


def _changed(rings: Rings, notice_id: str, change: Callable[[Ring], Ring]) -> Rings:
    for ring in rings:
        if ring.notice.id == notice_id:
            after = change(ring)
            return rings if after is ring else _with(rings, after)
    return rings
