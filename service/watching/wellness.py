"""How well the house is: one look, for `/health`, `/ready`, `/metrics`, the operators' list, `lamplit check` and the ping.

Every trouble has a name that machines compare and one sentence for whoever is woken by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from alerts.turns import Lane
from service import absence
from service.clock import ScaledClock
from service.desk import provider_errors
from service.house import House
from service.operators import presence
from service.store import StoreUnavailable, WrongStore

from . import disk
from .auditor import Audit, newest

ROUND_OLD_S = 30.0
UNSENT_OLD_S = 60.0
DOOR_OLD_S = 60.0
AUDIT_OLD_S = 200.0
REFUSED_LONG_S = 600.0
"""A provider that has taken nothing for so long is not having a hiccup."""
PROVIDERS = {"provider": (Lane.TEXTS, Lane.CALLS), "mail": (Lane.MAIL,), "webhook": (Lane.HOOKS,)}
"""Whose refusal each of these troubles is."""
SERIOUS = frozenset({"store", "commits", "watchman", "doors", "deadlines", "dispatch"})
"""What phones and proxies should know of: a promise is not being kept right now. The rest wants mending all the same."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. `sentence` says what that means and what to do about it."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Wellness:
    """What one look found. Ages and waits in seconds of the house's clock; None: not known, or there is none. `refused` is
    what providers refuse, in words, and `refused_s` for how long they have said so, by lane."""

    troubles: tuple[Trouble, ...]
    round_age_s: float | None = None
    door_age_s: float | None = None
    unsent_s: float | None = None
    refused: Mapping[Lane, str] = field(default_factory=dict)
    refused_s: Mapping[Lane, float] = field(default_factory=dict)
    on_shift: int | None = None
    audit: Audit | None = None
    audit_age_s: float | None = None
    outbox: tuple[int, ...] = ()
    free_bytes: int | None = None

    @property
    def failing(self) -> tuple[str, ...]:
        """The names, the gravest first."""
        return tuple(trouble.name for trouble in self.troubles)

    @property
    def ok(self) -> bool:
        """Whether every promise is being kept, as far as this process can see."""
        return not SERIOUS.intersection(self.failing)


async def looked_at(house: House) -> Wellness:
    """One look at everything; never raises for a store that is away."""
    try:
        await house.store.check()
        found = await _found(house)
    except (StoreUnavailable, WrongStore) as error:
        sentence = f"The store is away, or is not one that may be used, and nothing is acknowledged: {error}."
        return Wellness((Trouble("store", sentence), *_commits(house)))
    return replace(found, troubles=(*_commits(house), *_late(house, found), *_audited(house, found), *_minor(found)))


def factor_of(house: House) -> float:
    """How many seconds of the house's clock go by in one of this machine's: limits of the machine scale with it."""
    return max(1.0, house.clock.factor) if isinstance(house.clock, ScaledClock) else 1.0


async def _found(house: House) -> Wellness:
    now, store = house.clock.now(), house.store
    waiting = await store.overlooked(now)
    oldest_at = min((at for at in waiting.oldest_notice_at if at is not None), default=None)
    round_mark, door_mark = await store.book_get(absence.BOOK, [absence.ROUND, absence.DOOR])
    refused, audit = await provider_errors(store), await newest(store)
    return Wellness(
        troubles=(),
        round_age_s=_round_age_s(house, round_mark),
        door_age_s=_age_s(house, absence.DOOR, _instant(door_mark)),
        unsent_s=None if oldest_at is None else now - oldest_at,
        refused=refused,
        refused_s=_refused_s(house, refused),
        on_shift=len(await presence.alive(house, now)),
        audit=audit,
        audit_age_s=_age_s(house, "audit", None if audit is None else audit.at),
        outbox=waiting.outbox,
        free_bytes=disk.free_bytes(house.settings.data_dir),
    )


# ── ages: by this process's monotonic clock where it knows its own, by what is written down otherwise ──


def _round_age_s(house: House, mark: bytes | None) -> float | None:
    """Of the last round. A process that goes round answers for its own rounds, whoever else goes round too."""
    own = house.vitals.last_round_at
    return house.clock.monotonic() - own if own is not None else _age_s(house, absence.ROUND, _instant(mark))


def _instant(mark: bytes | None) -> float | None:
    return None if mark is None else msgspec.msgpack.decode(mark, type=float)


def _age_s(house: House, name: str, at: float | None) -> float | None:
    """How old what is written down is. An instant that lies ahead, since a clock was set back, grows old all the same:
    from when this process first saw it."""
    unchanged_s = _unchanged_s(house, name, at)
    return None if at is None else max(house.clock.now() - at, unchanged_s)


def _unchanged_s(house: House, name: str, value: object) -> float:
    """For how long this process has seen `name` at this value."""
    mono_s = house.clock.monotonic()
    before = house.vitals.marks.get(name)
    if before is None or before[0] != value:
        before = house.vitals.marks[name] = (value, mono_s)
    return mono_s - before[1]


def _refused_s(house: House, refused: Mapping[Lane, str]) -> dict[Lane, float]:
    """For how long each lane has been refused something; every lane is looked at every time, so that a new refusal
    begins anew."""
    ages = {lane: _unchanged_s(house, f"provider {lane.name}", lane in refused) for lane in Lane}
    return {lane: age_s for lane, age_s in ages.items() if lane in refused}


# ── what is wrong ──


def _commits(house: House) -> Iterator[Trouble]:
    if not house.watch.store_ok:
        yield Trouble("commits", "The store takes nothing at the moment: nothing is acknowledged until it does.")


def _late(house: House, found: Wellness) -> Iterator[Trouble]:
    scale = factor_of(house)
    age_s, up_s = found.round_age_s, house.clock.monotonic() - house.vitals.started_at
    if age_s is None and up_s > ROUND_OLD_S * scale:
        yield Trouble("watchman", "No round has ever been made, so no deadline is noticed. Start `lamplit watchman`.")
    elif age_s is not None and age_s > ROUND_OLD_S * scale:
        yield Trouble(
            "watchman",
            f"The last round was {lasting(age_s)} ago, so no deadline is noticed. Restart the watchman.",
        )
    if found.door_age_s is not None and found.door_age_s > DOOR_OLD_S * scale:
        yield Trouble(
            "doors",
            f"No door has been open for {lasting(found.door_age_s)}, so phones cannot reach us. Restart `lamplit web`.",
        )
    if found.unsent_s is not None and found.unsent_s > UNSENT_OLD_S * scale:
        yield Trouble(
            "dispatch",
            f"A message has waited for {lasting(found.unsent_s)} and nobody takes it. Restart the watchman; where very "
            f"many are due at once, ring those at the head of the list yourself.",
        )


def _audited(house: House, found: Wellness) -> Iterator[Trouble]:
    audit, age_s = found.audit, found.audit_age_s
    if audit is None or age_s is None:
        return
    if age_s > AUDIT_OLD_S * factor_of(house):
        yield Trouble("auditor", f"The auditor has not looked for {lasting(age_s)}. Restart any process of Lamplit.")
        return
    if audit.wakes:
        yield Trouble(
            "deadlines",
            f"{_many(audit.wakes, 'deadline')} came due more than a minute ago and no round took it: the auditor judges "
            f"what it can. Restart the watchman.",
        )
    if any(audit.notices) and (found.unsent_s or 0.0) <= UNSENT_OLD_S * factor_of(house):
        yield Trouble("auditor", f"{_many(sum(audit.notices), 'message')} had waited for a minute at the last look.")
    if audit.mended:
        yield Trouble(
            "rows",
            f"{_many(audit.mended, 'journey')} had lost its place among the deadlines. It has it again; report this.",
        )
    if audit.stuck or audit.unreadable:
        yield Trouble(
            "rows",
            f"{_many(audit.stuck + audit.unreadable, 'journey')} cannot be judged and nobody watches over it. The log "
            f"names it: ring her, and report this.",
        )


def _minor(found: Wellness) -> Iterator[Trouble]:
    yield from _refused(found.refused)
    if found.free_bytes is not None and found.free_bytes < disk.LOW:
        yield Trouble(
            "disk",
            f"{disk.gigabytes(found.free_bytes)} GB of disk are left. A full disk stops the store: make room.",
        )


def _refused(refused: Mapping[Lane, str]) -> Iterator[Trouble]:
    """What does not get out at the moment. None of it is given up."""
    texts, calls = refused.get(Lane.TEXTS), refused.get(Lane.CALLS)
    if texts is not None and calls is not None:
        yield Trouble(
            "provider",
            f"Neither texts ({texts}) nor calls ({calls}) get out. They are tried again without end: ring those at the "
            f"head of the list yourself.",
        )
    elif texts is not None or calls is not None:
        what, why = ("texts", texts) if texts is not None else ("calls", calls)
        yield Trouble("provider", f"The provider has refused {what}: {why}. They are tried again.")
    if Lane.MAIL in refused:
        yield Trouble(
            "mail", f"E-mail does not get out: {refused[Lane.MAIL]}. It is tried again; texts and calls go on."
        )
    if Lane.HOOKS in refused:
        yield Trouble(
            "webhook",
            f"Your own system does not take what it is told: {refused[Lane.HOOKS]}. What it has not refused for good is "
            f"tried again; this list has everything.",
        )


def lasting(seconds: float) -> str:
    """So long, in words."""
    if seconds < 120.0:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200.0 else f"{seconds / 3600:.0f} h"


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
