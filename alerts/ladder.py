"""The ladder: who must be told, on which rung, and what each person has said to it.

Rules of this file
1. A ladder is data: whom it knew when it was raised, the rungs still to come, what was heard. It is stored
   inside its incident, and a person who edits her contacts later does not change a running ladder.
2. `advance(ladder, now)` turns only what is due into notices. Before `wake(ladder)` it changes nothing, at
   `wake(ladder)` something.
3. Answering never delays anybody's first notice: an acknowledgement holds calls and rounds, never a first text.
4. Every call that changes a ladder returns the new ladder and the notices that follow; nothing is sent here.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from .contact import Channel, Recipient
from .notice import Kind, Notice
from .rungs import Act, Alarm, LadderTimings, Rung, after, rungs_of
from .watches import Watch, watch_of, watch_wake, watched

FIRST_KIND = {
    Alarm.CONCERN: Kind.CONCERN,
    Alarm.OVERDUE: Kind.OVERDUE,
    Alarm.SOS: Kind.SOS,
    Alarm.DURESS: Kind.DURESS,
}


class Said(StrEnum):
    """The last clear thing a contact told us about this incident."""

    NOTHING = "nothing"
    SEEN = "seen"
    TAKEN = "taken"
    CANT = "cant"
    SPOKEN = "spoken"
    WITH_HER = "with_her"
    POLICE = "police"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One contact on this ladder. `told_at` is when the first notice was made; `leases` counts those without news."""

    who: Recipient
    told_at: float | None = None
    said: Said = Said.NOTHING
    said_at: float | None = None
    unreachable: bool = False
    leases: int = 0

    @property
    def heard(self) -> bool:
        return self.said is not Said.NOTHING

    @property
    def out(self) -> bool:
        """Nobody can expect help from here: cannot, or cannot be reached."""
        return self.unreachable or self.said is Said.CANT


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has it until `until`; then we ask, and wait for an answer until `answer_by`.

    `paused` marks *with me* and *police told*: nobody holds it, but calls rest just the same.
    """

    by: str
    since: float
    until: float
    answer_by: float | None = None
    paused: bool = False


class Ladder(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm's ladder. `rungs` are those still to come; `watches` follow alert texts until they are delivered.

    `first_handed_at` stays None until the provider took the first notice: until then later rungs stand still.
    """

    journey: str
    incident: str
    alarm: Alarm
    began_at: float
    kind: Kind
    people: tuple[Person, ...]
    rungs: tuple[Rung, ...]
    timings: LadderTimings
    watches: tuple[Watch, ...] = ()
    lease: Lease | None = None
    first_handed_at: float | None = None
    level: int = 1
    operators: bool = False
    claimed: bool = False
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
    def urgent(self) -> bool:
        return self.alarm in (Alarm.SOS, Alarm.DURESS)


Step = tuple[Ladder, list[Notice]]


def raised(
    *,
    journey: str,
    incident: str,
    alarm: Alarm,
    people: tuple[Recipient, ...],
    now: float,
    timings: LadderTimings,
    kind: Kind | None = None,
) -> Ladder:
    """A fresh ladder at its foot; `advance` takes the first step. `kind` overrides the words of its alerts
    (LATE when our service was down, PHONE_HOME when her phone is at home and she has not confirmed)."""
    listed = tuple(p for p in people if p.on_sos_list) if alarm in (Alarm.SOS, Alarm.DURESS) else people
    return Ladder(
        journey=journey,
        incident=incident,
        alarm=alarm,
        began_at=now,
        kind=kind or FIRST_KIND[alarm],
        people=tuple(Person(who=r) for r in listed),
        rungs=rungs_of(alarm, now, timings),
        timings=timings,
        level={Alarm.CONCERN: 1, Alarm.OVERDUE: 2}.get(alarm, 4),
    )


def wake(ladder: Ladder) -> float | None:
    """The next instant at which `advance` changes something by itself; None when only a person or a receipt can."""
    if ladder.done:
        return None
    at = [w for w in (watch_wake(watch, ladder.timings) for watch in ladder.watches) if w is not None]
    if ladder.lease:
        at.append(ladder.lease.answer_by if ladder.lease.answer_by is not None else ladder.lease.until)
    at += [r.at for r in ladder.rungs if not _held(ladder, r)]
    return min(at, default=None)


def advance(ladder: Ladder, now: float) -> Step:
    """Everything due at `now`: the lease's end, delivery watchdogs, then rungs, in that order."""
    if ladder.done:
        return ladder, []
    ladder, notices = _lease_ends(ladder, now)
    ladder, more = _unproven(ladder, now)
    notices += more
    while rung := next((r for r in ladder.rungs if r.at <= now and not _held(ladder, r)), None):
        ladder, more = _take(ladder, rung, now)
        notices += more
    return ladder, notices


def closed(ladder: Ladder, now: float, kind: Kind = Kind.CLOSED) -> Step:
    """Ends the ladder and tells exactly those who were told."""
    notices = [notice_for(ladder, p, "END", kind, way_to(p), now) for p in ladder.people if p.told_at is not None]
    return msgspec.structs.replace(ladder, done=True, rungs=(), lease=None), notices


# ── what is due ──────────────────────────────────────────────────────────────────────────────────────────


def _held(ladder: Ladder, rung: Rung) -> bool:
    """Whether a rung must wait: for the first hand-over (H28), or because somebody has it (row 13)."""
    if rung.act is Act.OPERATORS and ladder.lease is None:
        return False
    if rung.at > ladder.began_at and ladder.first_handed_at is None and ladder.people:
        return True
    if rung.act is Act.ROUND and ladder.claimed:
        return True
    if ladder.lease is None or ladder.urgent:
        return False
    return rung.act not in (Act.TEXT_FIRST_TIER, Act.TEXT_SECOND_TIER)


def _take(ladder: Ladder, rung: Rung, now: float) -> Step:
    ladder = msgspec.structs.replace(ladder, rungs=tuple(r for r in ladder.rungs if r is not rung))
    match rung.act:
        case Act.TEXT_FIRST_TIER:
            return _tell(ladder, _first_tier(ladder), rung.name, now)
        case Act.TEXT_SECOND_TIER:
            return _tell(ladder, [p for p in ladder.people if p.told_at is None], rung.name, now)
        case Act.CALL_PRIMARY:
            if any(r.act is Act.CALL_EVERYBODY and r.at <= now for r in ladder.rungs):
                return ladder, []  # both came due while somebody had it: the larger one says it all
            return ladder, _calls(ladder, [_primary(ladder)], rung.name, now)
        case Act.CALL_EVERYBODY:
            ladder = msgspec.structs.replace(ladder, level=max(ladder.level, 3))
            ladder, texts = _nobody(ladder, now)
            return ladder, texts + _calls(ladder, ladder.people, rung.name, now)
        case Act.OPERATORS:
            return msgspec.structs.replace(ladder, level=4, operators=True), []
        case Act.ALARM_EVERYBODY:
            unheard = [p for p in ladder.people if not p.heard]
            ladder, texts = _tell(ladder, unheard, rung.name, now)
            called = [n for n in _calls(ladder, unheard, rung.name, now) if n.id not in {t.id for t in texts}]
            return ladder, texts + called
        case Act.ROUND:
            return _round(ladder, rung, now)


def _round(ladder: Ladder, rung: Rung, now: float) -> Step:
    """Row 12's rounds, and row 22: after 24 h without a word the ladder goes cold and texts once a day."""
    t = ladder.timings
    following = after(rung, now, t)
    last_word_at = max([ladder.began_at, *(p.said_at for p in ladder.people if p.said_at is not None)])
    cold_at = last_word_at + t.cold_s
    if ladder.cold_at is None and now >= cold_at:
        ladder = msgspec.structs.replace(ladder, cold_at=now)
    if ladder.cold_at is not None:
        notices = [notice_for(ladder, p, rung.name, Kind.COLD, way_to(p), now) for p in ladder.people]
        following = Rung(now + t.cold_text_s, following.name, Act.ROUND)
    elif now >= ladder.began_at + t.cold_s:  # the day of rounds is over, but somebody spoke since
        notices, following = [], Rung(cold_at, following.name, Act.ROUND)
    else:
        notices = _calls(ladder, [p for p in ladder.people if not p.heard], rung.name, now)
        if following.at > ladder.began_at + t.cold_s:
            following = Rung(ladder.began_at + t.cold_s, following.name, Act.ROUND)
    return msgspec.structs.replace(ladder, rungs=(*ladder.rungs, following)), notices


def _lease_ends(ladder: Ladder, now: float) -> Step:
    lease = ladder.lease
    if lease is None or now < lease.until:
        return ladder, []
    if lease.answer_by is None:
        asked = msgspec.structs.replace(lease, answer_by=lease.until + ladder.timings.news_s)
        ladder = msgspec.structs.replace(ladder, lease=asked)
        person = ladder.person(lease.by)
        notices = (
            [notice_for(ladder, person, f"NEWS@{lease.until:.0f}", Kind.ANY_NEWS, way_to(person), now)]
            if person
            else []
        )
        if asked.answer_by is not None and now >= asked.answer_by:  # we were away for the whole of it: ask first
            late = msgspec.structs.replace(asked, answer_by=now + ladder.timings.news_s)
            ladder = msgspec.structs.replace(ladder, lease=late)
        return ladder, notices
    if now >= lease.answer_by:
        return msgspec.structs.replace(ladder, lease=None), []
    return ladder, []


def _unproven(ladder: Ladder, now: float) -> Step:
    """Row 11: an alert that nobody proved delivered goes the next way."""
    notices: list[Notice] = []
    for watch in ladder.watches:
        at = watch_wake(watch, ladder.timings)
        if at is not None and now >= at:
            ladder, more = next_way(ladder, watch, now)
            notices += more
    return ladder, notices


# ── ways to reach a person ───────────────────────────────────────────────────────────────────────────────


def next_way(ladder: Ladder, watch: Watch, now: float) -> Step:
    """The next way to reach the person behind `watch`: second sender, then a call, then none (unreachable)."""
    person = ladder.person(watch.to)
    rest = tuple(w for w in ladder.watches if w is not watch)
    ladder = msgspec.structs.replace(ladder, watches=rest)
    if person is None or person.heard:
        return ladder, []
    if (
        watch.channel is Channel.SMS
        and ladder.timings.second_sender
        and not (watch.second_sender or watch.failed_for_good)
    ):
        notice = _again(ladder, watch, Channel.SMS, now, second_sender=True)
    elif watch.channel is Channel.SMS and Channel.CALL in person.who.channels:
        notice = _again(ladder, watch, Channel.CALL, now, second_sender=False)
    elif (
        watch.channel is Channel.CALL
        and watch.attempt == 1
        and person.who.reachable_by_sms
        and not watch.failed_for_good
    ):
        notice = _again(ladder, watch, Channel.SMS, now, second_sender=False)
    else:
        ladder = with_person(ladder, msgspec.structs.replace(person, unreachable=True))
        return hurried(ladder, now)
    return msgspec.structs.replace(ladder, watches=(*ladder.watches, watch_of(notice))), [notice]


def hurried(ladder: Ladder, now: float) -> Step:
    """Brings forward what no longer has a reason to wait: tier 2 when every tier 1 is out; the last word when all are."""
    firsts = _first_tier(ladder)
    notices: list[Notice] = []
    if firsts and all(p.out for p in firsts):
        rungs = tuple(
            msgspec.structs.replace(r, at=min(r.at, now)) if r.act is Act.TEXT_SECOND_TIER else r for r in ladder.rungs
        )
        if ladder.alarm is Alarm.CONCERN and not any(r.act is Act.TEXT_SECOND_TIER for r in rungs):
            others = [p for p in ladder.people if p.told_at is None]
            ladder, notices = _tell(ladder, others, "L1+", now)
        ladder = msgspec.structs.replace(ladder, rungs=rungs)
    told = [p for p in ladder.people if p.told_at is not None]
    if told and len(told) == len(ladder.people) and all(p.out for p in told):
        ladder, more = _nobody(ladder, now)
        notices += more
    return ladder, notices


def with_person(ladder: Ladder, person: Person) -> Ladder:
    people = tuple(person if p.who.id == person.who.id else p for p in ladder.people)
    return msgspec.structs.replace(ladder, people=people)


def _first_tier(ladder: Ladder) -> list[Person]:
    """The best tier there is: with nobody in tier 1, those of the next are the first to be told."""
    best = min((p.who.tier for p in ladder.people), default=1)
    return [p for p in ladder.people if p.who.tier == best]


def _primary(ladder: Ladder) -> Person | None:
    chosen = next((p for p in ladder.people if p.who.primary), None)
    return chosen or next(iter(_first_tier(ladder)), None)


def way_to(person: Person) -> Channel:
    """The first channel this person prefers that can reach her or him."""
    usable = [c for c in person.who.channels if c is not Channel.SMS or person.who.reachable_by_sms]
    return next(iter(usable), Channel.CALL)


def _tell(ladder: Ladder, people: list[Person], rung: str, now: float) -> Step:
    """The alert itself, to each by the way that person prefers; followed until delivered."""
    notices = [notice_for(ladder, p, rung, ladder.kind, way_to(p), now) for p in people]
    watches = (*ladder.watches, *(watch_of(n) for n in notices))
    ladder = msgspec.structs.replace(ladder, watches=watches)
    for p in people:
        if p.told_at is None:
            ladder = with_person(ladder, msgspec.structs.replace(p, told_at=now))
    return ladder, notices


def _calls(ladder: Ladder, people: Sequence[Person | None], rung: str, now: float) -> list[Notice]:
    callable_ = [p for p in people if p is not None and not p.heard and Channel.CALL in p.who.channels]
    return [notice_for(ladder, p, rung, ladder.kind, Channel.CALL, now) for p in callable_]


def _nobody(ladder: Ladder, now: float) -> Step:
    """All told, nobody has it: said once (row 12)."""
    if ladder.nobody_said_at is not None:
        return ladder, []
    told = [p for p in ladder.people if p.told_at is not None]
    notices = [notice_for(ladder, p, "NOBODY", Kind.NOBODY, way_to(p), now) for p in told]
    return msgspec.structs.replace(ladder, nobody_said_at=now), notices


def notice_for(ladder: Ladder, person: Person, rung: str, kind: Kind, channel: Channel, now: float) -> Notice:
    """One notice of this ladder to one person."""
    first = kind in (Kind.CONCERN, Kind.OVERDUE, Kind.LATE, Kind.PHONE_HOME)
    return Notice(
        journey=ladder.journey,
        incident=ladder.incident,
        rung=rung,
        to=person.who.id,
        kind=kind,
        channel=channel,
        due_at=now,
        urgency=0 if ladder.urgent else 1 if first and rung in ("L1", "L2") else 2,
        valid_s=ladder.timings.alert_valid_s,
    )


def _again(ladder: Ladder, watch: Watch, channel: Channel, now: float, *, second_sender: bool) -> Notice:
    return Notice(
        journey=ladder.journey,
        incident=ladder.incident,
        rung=watch.rung,
        to=watch.to,
        kind=watch.kind,
        channel=channel,
        due_at=now,
        attempt=watch.attempt + 1,
        urgency=0 if ladder.urgent else 1,
        valid_s=ladder.timings.alert_valid_s,
        second_sender=second_sender,
    )


def watch_handed(ladder: Ladder, notice_id: str, now: float) -> Ladder:
    """The provider took it: the watchdog of row 11 counts from here, and rungs that stood still move on."""
    if ladder.first_handed_at is None:
        late_s = now - ladder.began_at
        shift_s = late_s if late_s > ladder.timings.stand_still_s else 0.0
        rungs = tuple(
            msgspec.structs.replace(r, at=r.at + shift_s) if r.at > ladder.began_at else r for r in ladder.rungs
        )
        ladder = msgspec.structs.replace(ladder, first_handed_at=now, rungs=rungs)
    return msgspec.structs.replace(ladder, watches=watched(ladder.watches, notice_id, now))
