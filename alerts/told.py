"""A ladder as data: whom it knew when it was raised, what it still has to do, what each person has said to it."""

from enum import StrEnum

import msgspec

from .contact import Recipient
from .notice import Kind, Notice
from .rungs import Alarm, LadderTimings, Rung
from .watches import Watch


class Said(StrEnum):
    """The last clear thing a contact told us about this incident."""

    NOTHING = "nothing"
    SEEN = "seen"
    TAKEN = "taken"
    CANT = "cant"
    SPOKEN = "spoken"
    WITH_HER = "with_her"
    POLICE = "police"


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contact on this ladder. `told_at` is when the first notice was made; `leases` counts those without news.

    `kind` is set for somebody who is not on the SOS list but was promised word of her being overdue: an SOS ladder
    tells this person that, and not of the SOS. `off_hours`: this person's hours put her or him behind all the others.
    `mailed`: an alert of this ladder went by mail too, so its end does.
    """

    who: Recipient
    told_at: float | None = None
    said: Said = Said.NOTHING
    said_at: float | None = None
    unreachable: bool = False
    leases: int = 0
    kind: Kind | None = None
    off_hours: bool = False
    mailed: bool = False

    @property
    def turn(self) -> tuple[bool, int]:
        """Who is told before whom: by tier, and by the hours before that (row 12). The smallest are told first."""
        return self.off_hours, self.who.tier

    @property
    def heard(self) -> bool:
        return self.said is not Said.NOTHING

    @property
    def out(self) -> bool:
        """Nobody can expect help from here: cannot, or cannot be reached."""
        return self.unreachable or self.said is Said.CANT


class Lease(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody has it until `until`; then we ask, and wait for an answer until `answer_by`.

    `paused` marks *with me* and *police told*: nobody holds it, but calls rest just the same.
    """

    by: str
    since: float
    until: float
    answer_by: float | None = None
    paused: bool = False


class Ladder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One alarm's ladder. `rungs` are those still to come; `watches` follow alert texts until they are delivered.

    `name` begins every rung's name, so that two ladders of one incident never make the same notice.
    `first_handed_at` stays None until the provider took the first notice, or refused it for a minute: until then later
    rungs stand still.
    `claimed_at` is set while an operator has it; `operator_at` is the last word of one, a page that is merely open
    says nothing.
    """

    journey: str
    incident: str
    alarm: Alarm
    began_at: float
    kind: Kind
    people: tuple[Person, ...]
    rungs: tuple[Rung, ...]
    timings: LadderTimings
    name: str = "L2"
    watches: tuple[Watch, ...] = ()
    lease: Lease | None = None
    first_handed_at: float | None = None
    level: int = 1
    operators: bool = False
    claimed_at: float | None = None
    operator_at: float | None = None
    nobody_said_at: float | None = None
    cold_at: float | None = None
    done: bool = False

    def person(self, who: str) -> Person | None:
        return next((p for p in self.people if p.who.id == who), None)

    @property
    def told(self) -> tuple[str, ...]:
        """Everybody a notice was made for, in the order of the list."""
        return tuple(p.who.id for p in self.people if p.told_at is not None)

    @property
    def first_told_at(self) -> float | None:
        """When this ladder made its first notice; who was told by the ladder before it does not count."""
        return min(
            (p.told_at for p in self.people if p.told_at is not None and p.told_at >= self.began_at), default=None
        )

    @property
    def claimed(self) -> bool:
        """An operator has it."""
        return self.claimed_at is not None

    @property
    def urgent(self) -> bool:
        return self.alarm in (Alarm.SOS, Alarm.DURESS)

    @property
    def cold_from(self) -> float:
        """Row 22: this long after the last word of anybody, the ladder is cold."""
        words = (p.said_at for p in self.people if p.said_at is not None)
        return max([self.began_at, self.operator_at or 0.0, *words]) + self.timings.cold_s


Step = tuple[Ladder, list[Notice]]
