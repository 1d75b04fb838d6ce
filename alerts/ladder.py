"""The ladder: who must be told, on which rung, and what each person has said to it.

Rules of this file
1. A ladder is data: whom it knew when it was raised, the rungs still to come, what was heard. It is stored
   inside its incident, and a person who edits her contacts later does not change a running ladder.
2. `advance(ladder, now)` turns only what is due into notices. Before `wake(ladder)` it changes nothing, at
   `wake(ladder)` something.
3. Answering never delays anybody's first notice: an acknowledgement holds calls and rounds, never a first text.
4. Every call that changes a ladder returns the new ladder and the notices that follow; nothing is sent here.
"""

from msgspec.structs import replace

from .contact import Channel, Recipient
from .hours import off_hours
from .notice import Kind, Notice
from .rungs import MINUTE_S, Act, Alarm, LadderTimings, Rung, after, name_of, rungs_of
from .told import Ladder, Lease, Person, Said, Step
from .watches import watch_wake
from .ways import alarm as alarmed
from .ways import calls, first_tier, next_way, nobody_has_it, notice_for, primary, tell, way_to

__all__ = [
    "FIRST_KIND",
    "MINUTE_S",
    "Ladder",
    "Lease",
    "Person",
    "Said",
    "Step",
    "advance",
    "closed",
    "raised",
    "wake",
    "widened",
]

FIRST_KIND = {
    Alarm.CONCERN: Kind.CONCERN,
    Alarm.OVERDUE: Kind.OVERDUE,
    Alarm.SOS: Kind.SOS,
    Alarm.DURESS: Kind.DURESS,
}
FIRST_TEXTS = (Act.TEXT_FIRST_TIER, Act.TEXT_SECOND_TIER)


def raised(
    *,
    journey: str,
    incident: str,
    alarm: Alarm,
    people: tuple[Recipient, ...],
    now: float,
    timings: LadderTimings,
    kind: Kind | None = None,
    over: Ladder | None = None,
    nth: int = 1,
    zone: str = "UTC",
) -> Ladder:
    """A fresh ladder at its foot; `advance` takes the first step. `kind` overrides the words of its alerts
    (LATE when our service was down, PHONE_HOME when her phone is at home and she has not confirmed).

    `over` is the ladder before it: an SOS keeps those who are not on the SOS list but were promised word of her
    being overdue, and what is still on its way to them. `nth` counts the ladders of this alarm in this incident. `zone` is the clock on which hours count:
    a concern and an overdue go to those in hours first, SOS and duress to all at any hour."""
    urgent = alarm in (Alarm.SOS, Alarm.DURESS)
    listed = tuple(p for p in people if p.on_sos_list) if urgent else people
    later = frozenset[str]() if urgent else off_hours(people, now, zone)
    name = name_of(alarm, nth)
    rungs = rungs_of(alarm, now, timings, name)
    if alarm is Alarm.CONCERN and later:  # a concern has no second step of its own
        rungs = (*rungs, Rung(now + timings.second_tier_s, f"{name}+5", Act.TEXT_SECOND_TIER))
    ladder = Ladder(
        journey=journey,
        incident=incident,
        alarm=alarm,
        name=name,
        began_at=now,
        kind=kind or FIRST_KIND[alarm],
        people=tuple(Person(who=r, off_hours=r.id in later) for r in listed),
        rungs=rungs,
        timings=timings,
        level={Alarm.CONCERN: 1, Alarm.OVERDUE: 2}.get(alarm, 4),
    )
    if over is None or alarm is not Alarm.SOS:
        return ladder
    overdue = over.alarm is Alarm.OVERDUE
    kept = tuple(
        replace(p, kind=p.kind or over.kind)
        for p in over.people
        if (overdue or p.kind is not None) and ladder.person(p.who.id) is None
    )
    untold = any(p.told_at is None for p in kept)
    steps = tuple(r for r in over.rungs if r.act is Act.CALL_EVERYBODY or (r.act is Act.TEXT_SECOND_TIER and untold))
    followed = tuple(w for w in over.watches if any(p.who.id == w.to for p in kept))
    return replace(ladder, people=(*ladder.people, *kept), rungs=(*ladder.rungs, *steps), watches=followed)


def widened(ladder: Ladder, people: tuple[Recipient, ...], kind: Kind, now: float, zone: str = "UTC") -> Step:
    """An SOS is open and she is overdue too: those of `people` who are not on the SOS list hear of that, in the order
    they were promised."""
    later = off_hours(people, now, zone)
    promised = [Person(who=r, kind=kind, off_hours=r.id in later) for r in people]
    best = min((p.turn for p in promised), default=None)
    others = tuple(p for p in promised if ladder.person(p.who.id) is None)
    rung = Rung(now + ladder.timings.unacked_s, "L3", Act.CALL_EVERYBODY)
    ladder = replace(ladder, people=(*ladder.people, *others), rungs=(*ladder.rungs, *([rung] if others else [])))
    if any(p.turn != best for p in others):
        second = Rung(now + ladder.timings.second_tier_s, "L2+5", Act.TEXT_SECOND_TIER)
        ladder = replace(ladder, rungs=(*ladder.rungs, second))
    return tell(ladder, [p for p in others if p.turn == best], "L2", now)


def wake(ladder: Ladder) -> float | None:
    """The next instant at which `advance` changes something by itself; None when only a person or a receipt can."""
    if ladder.done:
        return None
    at = [w for w in (watch_wake(watch, ladder.timings) for watch in ladder.watches) if w is not None]
    if ladder.lease:
        at.append(ladder.lease.answer_by if ladder.lease.answer_by is not None else ladder.lease.until)
    stands = _stands(ladder)
    at += [r for r in (_due_at(ladder, rung, stands) for rung in ladder.rungs) if r is not None]
    return min(at, default=None)


def advance(ladder: Ladder, now: float) -> Step:
    """Everything due at `now`: the lease's end, delivery watchdogs, then rungs, in that order."""
    if ladder.done:
        return ladder, []
    ladder, notices = _lease_ends(ladder, now)
    ladder, more = _unproven(ladder, now)
    notices += more
    while rung := _next_due(ladder, now):
        ladder, more = _take(ladder, rung, now)
        notices += more
    return ladder, notices


def closed(ladder: Ladder, now: float, kind: Kind = Kind.CLOSED) -> Step:
    """Ends the ladder and tells exactly those who were told; where a mail told somebody, by mail too: it must not be read
    alone in the morning."""
    told = [p for p in ladder.people if p.told_at is not None]
    notices = [notice_for(ladder, p, "END", kind, way_to(p), now) for p in told]
    mails = [p for p in told if p.mailed and way_to(p) is not Channel.EMAIL]
    notices += [notice_for(ladder, p, "END", kind, Channel.EMAIL, now) for p in mails]
    return replace(ladder, done=True, rungs=(), watches=(), lease=None), notices


# ── what is due ──────────────────────────────────────────────────────────────────────────────────────────


def _stands(ladder: Ladder) -> bool:
    """Whether later rungs wait for the first hand-over (H28)."""
    return ladder.first_handed_at is None and ladder.first_told_at is not None


def _due_at(ladder: Ladder, rung: Rung, stands: bool) -> float | None:
    """When a rung may be taken. None while it must wait: for the first hand-over (`stands`), or because somebody has it
    (row 13). *With me* and *police told* are nobody's word that they have it: calls rest, operators hear in their time.
    Rounds rest while an operator has it (row 12), but only until everybody has been silent for a day."""
    if rung.act is Act.OPERATORS and (ladder.lease is None or ladder.lease.paused):
        return rung.at
    if stands and rung.at > ladder.began_at:
        return None
    if ladder.lease is not None and not ladder.urgent:
        return rung.at if rung.act in FIRST_TEXTS else None
    if rung.act is Act.ROUND and ladder.claimed:
        return max(rung.at, ladder.cold_from)
    return rung.at


def _next_due(ladder: Ladder, now: float) -> Rung | None:
    stands = _stands(ladder)
    first: tuple[float, Rung] | None = None
    for rung in ladder.rungs:
        at = _due_at(ladder, rung, stands)
        if at is not None and at <= now and (first is None or at < first[0]):
            first = at, rung
    return None if first is None else first[1]


def _take(ladder: Ladder, rung: Rung, now: float) -> Step:
    ladder = replace(ladder, rungs=tuple(r for r in ladder.rungs if r is not rung))
    match rung.act:
        case Act.TEXT_FIRST_TIER:
            return tell(ladder, first_tier(ladder), rung.name, now)
        case Act.TEXT_SECOND_TIER:
            return tell(ladder, _later(ladder), rung.name, now)
        case Act.CALL_PRIMARY:
            if any(r.act is Act.CALL_EVERYBODY and r.at <= now for r in ladder.rungs):
                return ladder, []  # both came due while somebody had it: the larger one says it all
            return ladder, calls(ladder, [primary(ladder)], rung.name, now)
        case Act.CALL_EVERYBODY:
            return _everybody(ladder, rung, now)
        case Act.OPERATORS:
            return replace(ladder, level=4, operators=True), []
        case Act.ALARM_EVERYBODY:
            ladder = _said_at_once(ladder, now)
            return alarmed(ladder, [p for p in ladder.people if not p.heard and p.kind is None], rung.name, now)
        case Act.ROUND:
            return _round(ladder, rung, now)


def _later(ladder: Ladder) -> list[Person]:
    """Who is told at +5. Of a concern only those whom nothing but their hours put off: tier 2 does not hear of it."""
    best = min((p.who.tier for p in ladder.people), default=1)
    concern = ladder.alarm is Alarm.CONCERN
    return [p for p in ladder.people if p.told_at is None and (p.who.tier == best or not concern)]


def _everybody(ladder: Ladder, rung: Rung, now: float) -> Step:
    """L3: calls to all, also to those who have said something: nobody has it. The text says so once. Beside an SOS it is
    for those who know of her being overdue alone."""
    if ladder.urgent:
        return ladder, calls(ladder, [p for p in ladder.people if p.kind and not p.heard], rung.name, now)
    ladder = _said_at_once(replace(ladder, level=max(ladder.level, 3)), now)
    ladder, texts = nobody_has_it(ladder, now)
    told = {(n.to, n.channel) for n in texts}
    rung_calls = calls(ladder, ladder.people, rung.name, now)
    return ladder, texts + [n for n in rung_calls if (n.to, n.channel) not in told]


def _said_at_once(ladder: Ladder, now: float) -> Ladder:
    """What came due together (after a lease, or while we were away) rings everybody once: a second call in the same
    second meets an engaged line. The round that was due comes a round later."""
    later_at = now + ladder.timings.round_s
    rungs = (
        replace(r, at=later_at) if r.act is Act.ROUND and r.at <= now else r
        for r in ladder.rungs
        if r.act is not Act.ALARM_EVERYBODY or r.at > now
    )
    return replace(ladder, rungs=tuple(rungs))


def _round(ladder: Ladder, rung: Rung, now: float) -> Step:
    """Row 12's rounds, and row 22: after 24 h without a word the ladder goes cold and texts once a day."""
    t = ladder.timings
    following = after(rung, now, t)
    if ladder.cold_at is None and now >= ladder.cold_from:
        ladder = replace(ladder, cold_at=now)
    notices: list[Notice] = []
    if ladder.cold_at is not None:
        told = [p for p in ladder.people if p.told_at is not None]
        notices = [notice_for(ladder, p, rung.name, Kind.COLD, way_to(p), now) for p in told]
        following = replace(following, at=now + t.cold_text_s)
    elif ladder.alarm is Alarm.CONCERN:  # a concern has no rounds, only its end in the cold
        following = replace(following, at=ladder.cold_from)
    else:
        unheard = [p for p in ladder.people if p.told_at is not None and not p.heard]
        notices = calls(ladder, unheard, rung.name, now)
        following = replace(following, at=min(following.at, ladder.cold_from))
    return replace(ladder, rungs=(*ladder.rungs, following)), notices


def _lease_ends(ladder: Ladder, now: float) -> Step:
    """Row 13: asks "any news?" when the lease is over, and gives three minutes to answer from when it was asked."""
    lease = ladder.lease
    if lease is None or now < lease.until:
        return ladder, []
    if lease.answer_by is None:
        asked = replace(ladder, lease=replace(lease, answer_by=now + ladder.timings.news_s))
        holder = ladder.person(lease.by)
        rung = f"NEWS@{lease.until:.0f}"
        return asked, [notice_for(asked, holder, rung, Kind.ANY_NEWS, way_to(holder), now)] if holder else []
    if now >= lease.answer_by:
        return replace(ladder, lease=None), []
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
