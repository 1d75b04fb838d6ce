"""Ways to reach the people of a ladder: which channel, what next when nothing proves that it arrived (row 11)."""

from collections.abc import Sequence

from msgspec.structs import replace

from .contact import Channel
from .notice import Kind, Notice
from .rungs import Act, Alarm
from .told import Ladder, Person, Said, Step
from .watches import Watch, held_up, watch_of, watched

FIRST_RUNGS = ("L1", "L2")


def way_to(person: Person) -> Channel:
    """The first channel this person prefers that can reach her or him. Mail comes before a call only for who has no
    text: it proves nothing, and may not be read before the morning."""
    who = person.who
    texted = _takes_texts(person)
    carried = {Channel.SMS: texted, Channel.CALL: True, Channel.EMAIL: who.reachable_by_mail and not texted}
    return next((c for c in who.channels if carried.get(c, False)), Channel.CALL)


def rings(person: Person) -> bool:
    """Whether this person is called: wants calls, or has no other way left."""
    return Channel.CALL in person.who.channels or not person.who.reachable_by_sms


def tell(ladder: Ladder, people: Sequence[Person], rung: str, now: float) -> Step:
    """The alert itself, to each by the way that person prefers; followed until delivered."""
    return _followed(ladder, [notice_for(ladder, p, rung, None, way_to(p), now) for p in people], now)


def alarm(ladder: Ladder, people: Sequence[Person], rung: str, now: float) -> Step:
    """Row 14: a text and a call to each, as far as there is a way for them; once a mail to who takes no texts."""
    notices: list[Notice] = []
    rung_calls: list[Notice] = []
    for p in people:
        texted = _takes_texts(p)
        if texted:
            notices.append(notice_for(ladder, p, rung, None, Channel.SMS, now))
        if rings(p) or not texted:
            call = notice_for(ladder, p, rung, None, Channel.CALL, now)
            (rung_calls if texted else notices).append(call)
    ladder, followed = _followed(ladder, notices, now)
    ladder, mails = mailed(ladder, [p for p in people if not _takes_texts(p)], rung, now)
    return ladder, followed + mails + rung_calls


def mailed(ladder: Ladder, people: Sequence[Person], rung: str, now: float) -> Step:
    """The alert by mail to those of `people` who have an address and no mail of this ladder yet. Nothing follows it: what a
    mail server took proves nothing, so no other way ever waits for it."""
    chosen = [p for p in people if p.who.reachable_by_mail and not p.mailed]
    for p in chosen:
        known = ladder.person(p.who.id)
        if known is not None:
            ladder = with_person(ladder, replace(known, mailed=True))
    return ladder, [notice_for(ladder, p, rung, None, Channel.EMAIL, now) for p in chosen]


def calls(ladder: Ladder, people: Sequence[Person | None], rung: str, now: float) -> list[Notice]:
    """Calls; a text to those who take none. Whoever cannot help is left in peace."""
    ways = [(p, Channel.CALL if rings(p) else Channel.SMS) for p in people if p is not None and p.said is not Said.CANT]
    return [notice_for(ladder, p, rung, None, way, now) for p, way in ways]


def nobody_has_it(ladder: Ladder, now: float) -> Step:
    """All told, nobody has it: said once (row 12)."""
    if ladder.nobody_said_at is not None:
        return ladder, []
    rung = "NOBODY" if ladder.alarm is Alarm.OVERDUE else f"{ladder.name}.NOBODY"
    told = [p for p in ladder.people if p.told_at is not None]
    notices = [notice_for(ladder, p, rung, Kind.NOBODY, way_to(p), now) for p in told]
    return replace(ladder, nobody_said_at=now), notices


def next_way(ladder: Ladder, watch: Watch, now: float, *, failed: bool = False) -> Step:
    """The next way to reach the person behind `watch`: second sender or mail, then a call, then none (unreachable).
    `failed`: it has come back, and nothing is worth waiting for."""
    person = ladder.person(watch.to)
    ladder = replace(ladder, watches=tuple(w for w in ladder.watches if w is not watch))
    if ladder.first_handed_at is None:  # refused for a minute: rungs do not stand still for that
        ladder = replace(ladder, first_handed_at=now)
    if person is None or person.heard:
        return ladder, []
    hopeless = watch.failed_for_good
    if watch.channel is Channel.SMS and ladder.timings.second_sender and not watch.second_sender and not hopeless:
        return _again(ladder, watch, Channel.SMS, now, second_sender=True)
    ladder, mails = mailed(ladder, [person], watch.rung, now)
    if mails and watch.channel is Channel.SMS and not watch.second_sender and not failed:
        return replace(ladder, watches=(*ladder.watches, replace(watch, mailed=True))), mails
    ladder, notices = _after_mail(ladder, watch, ladder.person(watch.to) or person, now)
    return ladder, mails + notices


def _after_mail(ladder: Ladder, watch: Watch, person: Person, now: float) -> Step:
    """What is left: a call, a text after a call, nothing."""
    if ladder.urgent and person.kind is None and watch.channel is Channel.SMS and rings(person):
        return ladder, []  # was called at the same moment, and is called again with the next rung
    if watch.channel in (Channel.SMS, Channel.EMAIL) and Channel.CALL in person.who.channels:
        return _again(ladder, watch, Channel.CALL, now)
    if watch.channel is Channel.CALL and not watch.last and _takes_texts(person):
        return _again(ladder, watch, Channel.SMS, now)
    return hurried(with_person(ladder, replace(person, unreachable=True)), now)


def hurried(ladder: Ladder, now: float) -> Step:
    """Brings forward what no longer has a reason to wait: the next tier when every tier 1 is out or gone from the
    list; the last word when everybody is."""
    firsts = first_tier(ladder)
    notices: list[Notice] = []
    if firsts and all(p.out or p.told_at is None for p in firsts):
        rungs = tuple(replace(r, at=min(r.at, now)) if r.act is Act.TEXT_SECOND_TIER else r for r in ladder.rungs)
        ladder = replace(ladder, rungs=rungs)
        if ladder.alarm is Alarm.CONCERN:
            others = [p for p in ladder.people if p.told_at is None]
            ladder, notices = tell(ladder, others, f"{ladder.name}+", now)
    told = [p for p in ladder.people if p.told_at is not None]
    if told and len(told) == len(ladder.people) and all(p.out for p in told):
        ladder, more = nobody_has_it(ladder, now)
        notices += more
    return ladder, notices


def with_person(ladder: Ladder, person: Person) -> Ladder:
    people = tuple(person if p.who.id == person.who.id else p for p in ladder.people)
    return replace(ladder, people=people)


def first_tier(ladder: Ladder) -> list[Person]:
    """Those who are told first: the best tier there is among those in hours (with nobody in tier 1, the next one)."""
    best = min((p.turn for p in ladder.people), default=None)
    return [p for p in ladder.people if p.turn == best]


def primary(ladder: Ladder) -> Person | None:
    """Whom to call first: her primary contact, if he has been told by now (out of hours he has not, unless all are),
    else the first of those who were told first."""
    chosen = next((p for p in ladder.people if p.who.primary and p.told_at is not None), None)
    return chosen or next(iter(first_tier(ladder)), None)


def notice_for(ladder: Ladder, person: Person, rung: str, kind: Kind | None, channel: Channel, now: float) -> Notice:
    """One notice of this ladder to one person; `kind` None is the alert itself."""
    first = kind is None and rung in FIRST_RUNGS
    return Notice(
        journey=ladder.journey,
        incident=ladder.incident,
        rung=rung,
        to=person.who.id,
        kind=kind or person.kind or ladder.kind,
        channel=channel,
        due_at=now,
        urgency=0 if ladder.urgent else 1 if first else 2,
        valid_s=ladder.timings.alert_valid_s,
    )


def handed_over(ladder: Ladder, now: float) -> Ladder:
    """The first notice of this ladder was taken (or answered, which proves the same): rungs that stood still move on,
    later by as long as they stood (review H28). Operators did not wait for it."""
    if ladder.first_handed_at is not None:
        return ladder
    made_at = ladder.first_told_at
    late_s = 0.0 if made_at is None else now - made_at
    shift_s = late_s if late_s > ladder.timings.stand_still_s else 0.0
    stood = [r for r in ladder.rungs if r.at > ladder.began_at and r.act is not Act.OPERATORS]
    rungs = tuple(replace(r, at=r.at + shift_s) if r in stood else r for r in ladder.rungs)
    return replace(ladder, first_handed_at=now, rungs=rungs)


def watch_handed(ladder: Ladder, notice_id: str, now: float) -> Ladder:
    """The provider took it: the watchdog of row 11 counts from here. Messages of other ladders change nothing."""
    if not any(w.id == notice_id for w in ladder.watches):
        return ladder
    ladder = handed_over(ladder, now)
    return replace(ladder, watches=watched(ladder.watches, notice_id, now))


def watch_held_up(ladder: Ladder, notice_id: str, now: float) -> Ladder:
    """The provider was asked to take it, and would not or did not answer."""
    watches = held_up(ladder.watches, notice_id, now)
    return ladder if watches == ladder.watches else replace(ladder, watches=watches)


def _followed(ladder: Ladder, notices: list[Notice], now: float) -> Step:
    told = {n.to for n in notices}
    mailed = {n.to for n in notices if n.channel is Channel.EMAIL}
    watches = (*ladder.watches, *(_watch(ladder, n) for n in notices))
    people = tuple(
        replace(p, told_at=now if p.told_at is None else p.told_at, mailed=p.mailed or p.who.id in mailed)
        if p.who.id in told
        else p
        for p in ladder.people
    )
    return replace(ladder, watches=watches, people=people), notices


def _again(ladder: Ladder, watch: Watch, channel: Channel, now: float, *, second_sender: bool = False) -> Step:
    notice = Notice(
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
    return replace(ladder, watches=(*ladder.watches, _watch(ladder, notice))), [notice]


def _watch(ladder: Ladder, notice: Notice) -> Watch:
    person = ladder.person(notice.to)
    texted_next = person is not None and notice.attempt == 1 and _takes_texts(person)
    watch = watch_of(notice, last=notice.channel is Channel.CALL and not texted_next)
    if notice.channel is Channel.EMAIL:  # the call after it does not wait for a mail server
        return replace(watch, handed_at=notice.due_at)
    return watch


def _takes_texts(person: Person) -> bool:
    return Channel.SMS in person.who.channels and person.who.reachable_by_sms
