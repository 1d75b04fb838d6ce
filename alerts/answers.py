"""What contacts and the provider say to a ladder, and what follows (rows 11, 13; "Contacts")."""

import msgspec

from .ladder import Ladder, Lease, Person, Said, Step, hurried, next_way, notice_for, watch_handed, way_to, with_person
from .notice import Kind, Notice

__all__ = ["declined", "delivered", "failed", "handed", "police_told", "removed", "seen", "spoken", "taken", "with_her"]


def taken(ladder: Ladder, who: str, now: float, *, with_code: bool = True) -> Step:
    """*I am on it*: a lease, and the others who were told hear that somebody has it.

    The same person gets two leases without news; a third "I am on it" is only *seen*, and the ladder goes on.
    """
    person = ladder.person(who)
    if person is None or ladder.done:
        return ladder, []
    if person.leases >= ladder.timings.leases_without_news and not ladder.urgent:
        return seen(ladder, who, now)
    t = ladder.timings
    held = ladder.lease is not None and ladder.lease.by == who and not ladder.lease.paused
    ladder = with_person(ladder, _having_said(person, Said.TAKEN, now, leases=person.leases + 1))
    lease = Lease(by=who, since=now, until=now + (t.lease_s if with_code else t.lease_without_code_s))
    if ladder.urgent:
        return _followed_no_more(ladder, who), _tell_others(ladder, who, now) if not held else []
    ladder = _followed_no_more(msgspec.structs.replace(ladder, lease=lease), who)
    return ladder, _tell_others(ladder, who, now) if not held else []


def spoken(ladder: Ladder, who: str, now: float) -> Step:
    """*I have spoken to her*: news. It renews the lease and never closes anything."""
    return _news(ladder, who, now, Said.SPOKEN, ladder.timings.lease_s)


def with_her(ladder: Ladder, who: str, now: float) -> Step:
    """*She is with me*, unconfirmed: no more calls for 30 min, then asked again. Pauses nothing in SOS and duress."""
    return _news(ladder, who, now, Said.WITH_HER, ladder.timings.with_her_s)


def police_told(ladder: Ladder, who: str, now: float) -> Step:
    """*Police told*, unconfirmed: no more calls for 60 min, then asked again. Pauses nothing in SOS and duress."""
    return _news(ladder, who, now, Said.POLICE, ladder.timings.police_told_s)


def declined(ladder: Ladder, who: str, now: float) -> Step:
    """*I cannot*: not called again; a lease of theirs ends at once; the next tier hears now if nobody is left."""
    person = ladder.person(who)
    if person is None or ladder.done:
        return ladder, []
    ladder = with_person(ladder, _having_said(person, Said.CANT, now))
    if ladder.lease and ladder.lease.by == who:
        ladder = msgspec.structs.replace(ladder, lease=None)
    return hurried(_followed_no_more(ladder, who), now)


def seen(ladder: Ladder, who: str, now: float) -> Step:
    """Anything else an alarmed contact says: kept and shown. Calls to others go on; to the holder of a lease whom
    we asked for news it counts as no answer."""
    person = ladder.person(who)
    if person is None or ladder.done or person.heard:
        return ladder, []
    return _followed_no_more(with_person(ladder, _having_said(person, Said.SEEN, now)), who), []


def removed(ladder: Ladder, who: str, now: float) -> Step:
    """She removed this contact: no further notice is made for him, and he is not told."""
    ladder = msgspec.structs.replace(ladder, people=tuple(p for p in ladder.people if p.who.id != who))
    ladder = _followed_no_more(ladder, who)
    if ladder.lease and ladder.lease.by == who:
        ladder = msgspec.structs.replace(ladder, lease=None)
    return hurried(ladder, now)


def handed(ladder: Ladder, notice_id: str, now: float) -> Step:
    """The provider took a notice."""
    return watch_handed(ladder, notice_id, now), []


def delivered(ladder: Ladder, notice_id: str, now: float) -> Step:
    """Proof: the alert reached the phone; its watchdog ends. A person thought unreachable is reachable again."""
    ladder = watch_handed(ladder, notice_id, now)
    rung, who = notice_id.split("/")[2:4]
    # any attempt of this rung that arrived is proof enough, also for the attempts that came after it
    rest = tuple(w for w in ladder.watches if (w.rung, w.to) != (rung, who))
    ladder = msgspec.structs.replace(ladder, watches=rest)
    person = ladder.person(who)
    if person is not None and person.unreachable:
        ladder = with_person(ladder, msgspec.structs.replace(person, unreachable=False))
    return ladder, []


def failed(ladder: Ladder, notice_id: str, now: float, *, for_good: bool) -> Step:
    """Undelivered or refused: the next way at once. `for_good` skips the second sender (a wrong number, a STOP)."""
    ladder = watch_handed(ladder, notice_id, now)
    watch = next((w for w in ladder.watches if w.id == notice_id), None)
    if watch is None or ladder.done:
        return ladder, []
    final = msgspec.structs.replace(watch, failed_for_good=for_good)
    ladder = msgspec.structs.replace(ladder, watches=tuple(final if w is watch else w for w in ladder.watches))
    return next_way(ladder, final, now)


def _news(ladder: Ladder, who: str, now: float, said: Said, pause_s: float) -> Step:
    person = ladder.person(who)
    if person is None or ladder.done:
        return ladder, []
    ladder = _followed_no_more(with_person(ladder, _having_said(person, said, now, leases=0)), who)
    if ladder.urgent:
        return ladder, _tell_others(ladder, who, now)
    lease = Lease(by=who, since=now, until=now + pause_s, paused=said in (Said.WITH_HER, Said.POLICE))
    return msgspec.structs.replace(ladder, lease=lease), _tell_others(ladder, who, now)


def _having_said(person: Person, said: Said, now: float, leases: int | None = None) -> Person:
    return msgspec.structs.replace(
        person, said=said, said_at=now, unreachable=False, leases=person.leases if leases is None else leases
    )


def _followed_no_more(ladder: Ladder, who: str) -> Ladder:
    """Somebody who answered has the message: no watchdog, no second way, no call about it."""
    return msgspec.structs.replace(ladder, watches=tuple(w for w in ladder.watches if w.to != who))


def _tell_others(ladder: Ladder, who: str, now: float) -> list[Notice]:
    others = [p for p in ladder.people if p.who.id != who and p.told_at is not None and p.said is not Said.CANT]
    return [notice_for(ladder, p, f"TAKEN@{now:.0f}", Kind.TAKEN, way_to(p), now) for p in others]
