"""What contacts and the provider say to a ladder, and what follows (rows 11, 13; "Contacts")."""

from msgspec.structs import replace

from . import watches
from .contact import Recipient
from .notice import Kind, Notice
from .told import Ladder, Lease, Person, Said, Step
from .ways import handed_over, hurried, next_way, notice_for, tell, watch_handed, watch_held_up, way_to, with_person

__all__ = [
    "agreed",
    "attended",
    "claimed",
    "declined",
    "delivered",
    "failed",
    "handed",
    "police_told",
    "released",
    "removed",
    "rung_again",
    "seen",
    "spoken",
    "taken",
    "with_her",
]


def taken(ladder: Ladder, who: str, now: float, *, with_code: bool = True) -> Step:
    """*I am on it*: a lease, and the others who were told hear that somebody has it.

    The same person gets two leases without news; a third "I am on it" is only *seen*, and the ladder goes on. Said
    again while the lease runs it changes nothing, except that the code makes a short lease whole.
    """
    person = ladder.person(who)
    if person is None or ladder.done:
        return ladder, []
    t = ladder.timings
    lease_s = t.lease_s if with_code else t.lease_without_code_s
    lease = ladder.lease
    if ladder.urgent:
        first = person.said is not Said.TAKEN
        ladder = _said(ladder, person, Said.TAKEN, now)
        return ladder, _tell_others(ladder, who, now) if first else []
    if lease is not None and lease.by == who and not lease.paused and lease.answer_by is None:
        until = max(lease.until, lease.since + lease_s)
        return replace(ladder, lease=replace(lease, until=until)), []
    if person.leases >= t.leases_without_news:
        return seen(ladder, who, now)
    held = lease is not None and lease.by == who and not lease.paused
    ladder = _said(ladder, person, Said.TAKEN, now, leases=person.leases + 1)
    ladder = _leased(ladder, Lease(by=who, since=now, until=now + lease_s))
    return ladder, _tell_others(ladder, who, now) if not held else []


def spoken(ladder: Ladder, who: str, now: float) -> Step:
    """*I have spoken to her*: news. It renews the lease and never closes anything."""
    return _news(ladder, who, now, Said.SPOKEN, ladder.timings.lease_s)


def with_her(ladder: Ladder, who: str, now: float) -> Step:
    """*She is with me*, unconfirmed: no more calls for 30 min, then asked again. Pauses nothing in SOS and duress."""
    return _news(ladder, who, now, Said.WITH_HER, ladder.timings.with_her_s)


def police_told(ladder: Ladder, who: str, now: float) -> Step:
    """*Police told*, unconfirmed: no more calls for 60 min, then asked again. Pauses nothing in SOS and duress.

    The others hear it even if they were just told that this person is on it: the law wants it told to all, as
    unconfirmed, and it says something else. Said again while it counts (with the number, say) it is told once."""
    return _news(ladder, who, now, Said.POLICE, ladder.timings.police_told_s)


def declined(ladder: Ladder, who: str, now: float) -> Step:
    """*I cannot*: not called again; a lease of theirs ends at once; the next tier hears now if nobody is left."""
    person = ladder.person(who)
    if person is None or ladder.done:
        return ladder, []
    ladder = _said(ladder, person, Said.CANT, now)
    if ladder.lease and ladder.lease.by == who:
        ladder = replace(ladder, lease=None)
    return hurried(ladder, now)


def agreed(ladder: Ladder, who: Recipient, now: float) -> Step:
    """Somebody who had the one text of an SOS has said YES: told now, with what it takes to answer, and from here on a
    person of this ladder like all others. A YES is no answer to the alarm."""
    if ladder.done or ladder.person(who.id) is not None:
        return ladder, []
    person = Person(who=who)
    return tell(replace(ladder, people=(*ladder.people, person)), [person], f"{ladder.name}+YES", now)


def seen(ladder: Ladder, who: str, now: float) -> Step:
    """Anything else an alarmed contact says: kept and shown. Calls to others go on; to the holder of a lease whom
    we asked for news it counts as no answer."""
    person = ladder.person(who)
    if person is None or ladder.done or person.heard:
        return ladder, []
    return _said(ladder, person, Said.SEEN, now), []


def claimed(ladder: Ladder, now: float) -> Step:
    """An operator has it: the rounds rest, and nothing else does."""
    return (ladder if ladder.done else replace(ladder, claimed_at=now, operator_at=now)), []


def attended(ladder: Ladder, now: float) -> Step:
    """An operator has done something about it: it is not cold."""
    return (ladder if ladder.done else replace(ladder, operator_at=now)), []


def released(ladder: Ladder) -> Step:
    """No operator has it any more: the rounds go on."""
    return replace(ladder, claimed_at=None), []


def removed(ladder: Ladder, who: str, now: float) -> Step:
    """She removed this contact: no further notice is made for him, and he is not told."""
    ladder = replace(ladder, people=tuple(p for p in ladder.people if p.who.id != who))
    ladder = _followed_no_more(ladder, who)
    if ladder.lease and ladder.lease.by == who:
        ladder = replace(ladder, lease=None)
    return (ladder, []) if ladder.done else hurried(ladder, now)


def handed(ladder: Ladder, notice_id: str, now: float) -> Step:
    """The provider took a notice."""
    return watch_handed(ladder, notice_id, now), []


def held_up(ladder: Ladder, notice_id: str, now: float) -> Step:
    """The provider would not take a notice, or did not answer: it is tried again, and waited for as if it were taken."""
    return watch_held_up(ladder, notice_id, now), []


def delivered(ladder: Ladder, notice_id: str, now: float) -> Step:
    """Proof: the alert reached the phone; its watchdog ends. A person thought unreachable is reachable again."""
    _, incident, rung, who, *_ = notice_id.split("/")
    if incident != ladder.incident:
        return ladder, []
    ladder = watch_handed(ladder, notice_id, now)
    # any attempt of this rung that arrived is proof enough, also for the attempts that came after it
    rest = tuple(w for w in ladder.watches if (w.rung, w.to) != (rung, who))
    ladder = replace(ladder, watches=rest)
    person = ladder.person(who)
    if person is not None and person.unreachable:
        ladder = with_person(ladder, replace(person, unreachable=False))
    return ladder, []


def rung_again(ladder: Ladder, before: str, notice: Notice) -> Step:
    """The call behind `before` told nobody and is rung once more: the watchdog follows that."""
    return replace(ladder, watches=watches.rung_again(ladder.watches, before, notice)), []


def failed(ladder: Ladder, notice_id: str, now: float, *, for_good: bool, again: bool = False) -> Step:
    """Undelivered or refused: the next way at once. `for_good` skips the second sender (a wrong number, a STOP).
    `again`: this call is rung once more, so nobody is given up for it yet."""
    ladder = watch_handed(ladder, notice_id, now)
    watch = next((w for w in ladder.watches if w.id == notice_id), None)
    if watch is None or ladder.done or (again and watch.last):
        return ladder, []
    final = replace(watch, failed_for_good=for_good)
    ladder = replace(ladder, watches=tuple(final if w is watch else w for w in ladder.watches))
    return next_way(ladder, final, now, failed=True)


def _news(ladder: Ladder, who: str, now: float, said: Said, pause_s: float) -> Step:
    person = ladder.person(who)
    if person is None or ladder.done:
        return ladder, []
    again = person.said is said and (ladder.urgent or _rests(ladder, who))
    ladder = _said(ladder, person, said, now, leases=0)
    if not ladder.urgent:
        paused = said in (Said.WITH_HER, Said.POLICE)
        ladder = _leased(ladder, Lease(by=who, since=now, until=now + pause_s, paused=paused))
    return ladder, [] if again else _tell_others(ladder, who, now)


def _rests(ladder: Ladder, who: str) -> bool:
    """Whether calls rest on this person's word, and we have not asked about it yet."""
    lease = ladder.lease
    return lease is not None and lease.by == who and lease.paused and lease.answer_by is None


def _leased(ladder: Ladder, lease: Lease) -> Ladder:
    """A pause that somebody's word has earned is not cut short by a shorter lease."""
    running = ladder.lease
    if running is not None and running.paused and running.answer_by is None and running.until > lease.until:
        return ladder
    return replace(ladder, lease=lease)


def _said(ladder: Ladder, person: Person, said: Said, now: float, leases: int | None = None) -> Ladder:
    """Writes down what a person said. Whoever answers has the message: no watchdog, no second way about it, and the
    provider has taken it, whatever its receipts say."""
    leases = person.leases if leases is None else leases
    word = replace(person, said=said, said_at=now, unreachable=False, leases=leases)
    ladder = with_person(ladder, word)
    if person.told_at is not None:
        ladder = handed_over(ladder, now)
    return _followed_no_more(ladder, person.who.id)


def _followed_no_more(ladder: Ladder, who: str) -> Ladder:
    return replace(ladder, watches=tuple(w for w in ladder.watches if w.to != who))


def _tell_others(ladder: Ladder, who: str, now: float) -> list[Notice]:
    others = [p for p in ladder.people if p.who.id != who and p.told_at is not None]
    return [notice_for(ladder, p, f"TAKEN@{now:.0f}", Kind.TAKEN, way_to(p), now) for p in others]
