"""One batch's judgements, before anything is written: entries in, decisions and units of work out.

No I/O here. Everything one traveller's entries decide in a batch becomes one unit, all or nothing.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from alerts.notice import Notice
from alerts.turns import lane_of
from geofence.route import Route

from . import hooks
from .frames import FixFrame, Grids, Sifted, moved_a_deadline, on_leg, sift, sift_tracked, take_fixes
from .havens import NO_HAVENS, Havens
from .journey.advance import next_wake, resumed
from .journey.cover import proved
from .journey.events import Event, Rerouted, RouteDropped
from .journey.model import Journey, Outage, Proof
from .journey.turn import Outcome
from .people.model import Traveller
from .people.wakes import next_wake as accounts_wake
from .rows import KEPT_ANSWERS, Kept, PinTaken, ScreenChanged, encoded, event_bytes, in_log, notice_bytes, unsaid
from .store import Put, Send, Unit
from .tracked import TrackerFrame

UNREADABLE = -1
"""The version of a row that this process cannot read."""


class NoSuchJourney(Exception):
    """There is no journey (or account) by that key."""


Act = Callable[[Journey, float, Proof], Outcome]
Record = Kept | Traveller


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction over several rows of one traveller decides. `records` maps keys to what they shall hold,
    `events` happened to the first of the rows, `others` to the row they name."""

    records: Mapping[str, Record] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    unsend: tuple[str, ...] = ()
    answer: Any = None
    others: tuple[tuple[str, Event], ...] = ()


Transaction = Callable[[Mapping[str, Record | None], float], Change]


@dataclass(slots=True)
class Entry:
    """One thing in a mailbox, and who waits for it."""

    traveller: str
    keys: tuple[str, ...]
    done: "asyncio.Future[Any]"
    fixes: FixFrame | TrackerFrame | None = None
    act: Act | None = None
    proof: Proof = Proof.NONE
    command: str | None = None
    transaction: Transaction | None = None
    unsend: tuple[str, ...] = ()
    route: Route | None = None
    urgent: bool = False
    tries: int = 0


@dataclass(slots=True)
class Held:
    """A row as this process last saw it."""

    version: int
    record: Record | None


@dataclass(slots=True)
class Work:
    """What one batch has decided about one traveller so far. `moved` are rows whose next wake may have changed."""

    rows: dict[str, Held]
    changed: dict[str, Record] = field(default_factory=dict)
    events: list[tuple[str, Event]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    track: list[tuple[str, bytes]] = field(default_factory=list)
    unsend: list[str] = field(default_factory=list)
    answers: list[tuple[Entry, Any]] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Bench:
    """Where one batch is judged, at one instant `now`."""

    now: float
    outage: Outage | None
    grids: Grids
    work: dict[str, Work]
    havens: Havens = NO_HAVENS

    def round(self, mailboxes: dict[str, deque[Entry]]) -> None:
        """Everybody's next entry: commands one by one, all fix frames of the round in one geometry call."""
        sifted: list[tuple[Entry, Work, Sifted]] = []
        for who in list(mailboxes):
            entries, w = mailboxes[who], self.work[who]
            entry = entries.popleft()
            if not entries:
                del mailboxes[who]
            try:
                if entry.fixes is not None:
                    kept = self._in_time(_kept(w, entry.keys[0]), w)
                    frame, key = entry.fixes, entry.keys[0]
                    held = sift(key, kept, frame) if isinstance(frame, FixFrame) else sift_tracked(key, kept, frame)
                    sifted.append((entry, w, held))
                elif entry.transaction is not None:
                    self._transact(entry, w)
                else:
                    self._act(entry, w)
            except Exception as error:  # noqa: BLE001 (whoever asked hears of it; the others go on)
                fail(entry, error)
        self._fixes(sifted)

    def _fixes(self, sifted: list[tuple[Entry, Work, Sifted]]) -> None:
        try:
            taken = take_fixes([s for _, _, s in sifted], self.now, self.grids, havens=self.havens)
        except Exception as error:  # noqa: BLE001 (judged one by one below, or told to whoever asked)
            if len(sifted) == 1:
                fail(sifted[0][0], error)
                return
            for one in sifted:  # one of them cannot be judged: it must not take the others with it
                self._fixes([one])
            return
        for (entry, w, s), (kept, outcome, answer, chunk) in zip(sifted, taken, strict=True):
            key = entry.keys[0]
            if moved_a_deadline(s.kept.journey, outcome):
                w.moved.add(key)
            self._keep(w, key, kept, outcome)
            if chunk is not None:
                w.track.append((key, chunk))
            w.answers.append((entry, answer))

    def _act(self, entry: Entry, w: Work) -> None:
        key = entry.keys[0]
        kept = self._in_time(_kept(w, key), w)
        if entry.command is not None and (before := kept.answer_to(entry.command)) is not None:
            w.answers.append((entry, before))
            return
        act = entry.act or nothing
        outcome = proved(kept.journey, lambda j, proof: act(j, self.now, proof), entry.proof, self.now)
        if entry.command is not None:
            answered = (*kept.answered, (entry.command, outcome.answer))[-KEPT_ANSWERS:]
            kept = replace(kept, answered=answered)
            w.changed[key] = kept
        kept = on_another_way(kept, outcome, entry.route)
        w.unsend += entry.unsend
        w.moved.add(key)
        if entry.proof in (Proof.PIN, Proof.DURESS):
            w.events.append((key, PinTaken(at=self.now)))
        self._keep(w, key, kept, outcome)
        w.answers.append((entry, outcome.answer))

    def _transact(self, entry: Entry, w: Work) -> None:
        if entry.transaction is None:
            return
        records = {k: w.changed.get(k, w.rows[k].record) for k in entry.keys}
        for key in entry.keys:
            if w.rows[key].version < 0:
                raise NoSuchJourney(f"row {key} cannot be read")
        change = entry.transaction(records, self.now)
        w.changed.update(change.records)
        w.moved.update(entry.keys)
        key = entry.keys[0]
        after = change.records.get(key, records[key])
        w.events += [*change.others, *((key, e) for e in unsaid(after, change.events, self.now))]
        w.notices += change.notices
        w.unsend += change.unsend
        w.answers.append((entry, change.answer))

    def _in_time(self, kept: Kept, w: Work) -> Kept:
        """An outage that this journey has not heard of is taken off its silence first."""
        outage, journey = self.outage, kept.journey
        if outage is None or (journey.outage is not None and journey.outage.to_at >= outage.to_at):
            return kept
        outcome = resumed(journey, outage, self.now)
        w.moved.add(journey.id)
        self._keep(w, journey.id, kept, outcome)
        changed = w.changed[journey.id]
        return changed if isinstance(changed, Kept) else kept

    def _keep(self, w: Work, key: str, kept: Kept, outcome: Outcome) -> None:
        events = outcome.events if outcome.cover is None else in_log(kept.journey, outcome, self.now)
        if outcome.journey is not kept.journey:
            kept = on_leg(replace(kept, journey=outcome.journey))
        if kept is not w.rows[key].record:
            w.changed[key] = kept
        w.events += [(key, e) for e in events]
        if outcome.cover and not outcome.events:
            w.events.append((key, ScreenChanged(at=self.now)))
        w.notices += outcome.notices


def unit_of(w: Work, commit_id: str, now: float, *, hooked: bool = False) -> Unit | None:
    """The commit of one traveller's decisions, or None when nothing changed. `hooked`: what reaches the operators goes to a
    system of their own, too, in the same commit. Raises NoSuchJourney where there is something
    to tell and none of her rows is there."""
    wakes: list[tuple[str, float | None]] = []
    for key in w.moved & w.rows.keys():
        record = w.changed.get(key, w.rows[key].record)
        if record is not None:
            wake = _wake(record, now)
            if wake is not _UNMOVED:
                w.changed[key] = replace(record, wake_at=wake)
                wakes.append((key, wake))
    if not (w.changed or w.events or w.notices or w.track or w.unsend):
        return None
    puts = tuple(Put(k, w.rows[k].version, encoded(r)) for k, r in w.changed.items())
    if not puts:  # something to tell, or to take out of the outbox, and no row to change: any row of hers will do
        key, record = next(((k, held.record) for k, held in w.rows.items() if held.record is not None), ("", None))
        if record is None and not (w.events or w.notices or w.track):
            return None
        if record is None:
            raise NoSuchJourney(f"expected a row to go with what was decided, got none of {', '.join(w.rows)}")
        puts = (Put(key, w.rows[key].version, encoded(record)),)
        w.changed[key] = record
    return Unit(
        commit_id=commit_id,
        puts=puts,
        events=tuple(event_bytes(key, e) for key, e in w.events),
        wakes=tuple(wakes),
        sends=tuple(
            Send(n.id, n.due_at, n.urgency, notice_bytes(n), lane_of(n.channel))
            for n in (*w.notices, *(_hooks(w) if hooked else ()))
        ),
        unsend=tuple(w.unsend),
        track=tuple(w.track),
    )


def _hooks(w: Work) -> Iterator[Notice]:
    for key, event in w.events:
        record = w.changed.get(key)
        if isinstance(record, Kept):
            yield from hooks.notices(record.journey, event)


class _Unmoved(float):
    """Marks a wake that needs no writing."""


_UNMOVED = _Unmoved("nan")


def _wake(record: Record, now: float) -> float | None:
    """What to write into the wake index: only when the wake became earlier, or the sweep found it early."""
    wake = next_wake(record.journey) if isinstance(record, Kept) else accounts_wake(record)
    indexed = record.wake_at
    if indexed is None:
        return _UNMOVED if wake is None else wake
    if wake is None or wake < indexed or indexed <= now:
        return wake
    return _UNMOVED


def on_another_way(kept: Kept, outcome: Outcome, route: Route | None) -> Kept:
    """The row of a journey that goes another way from here on, as her screen has it: `route` where she gave a new line. What
    was found of her along the line before is no more true."""
    heard = {type(event) for event in outcome.hers}
    if Rerouted not in heard and RouteDropped not in heard:
        return kept
    line = route if route is not None and Rerouted in heard else kept.route
    return replace(kept, route=line, evidence=kept.evidence.on_another_way())


def nothing(journey: Journey, now: float, proof: Proof) -> Outcome:
    """The sweep's act: time alone."""
    return Outcome(journey)


def _kept(w: Work, key: str) -> Kept:
    record = w.changed.get(key, w.rows[key].record)
    if not isinstance(record, Kept):
        raise NoSuchJourney(key)
    return record


def fail(entry: Entry, error: Exception) -> None:
    if not entry.done.done():
        entry.done.set_exception(error)


def owner_of(key: str) -> str:
    return key.partition("-")[0]


def waiting() -> "asyncio.Future[Any]":
    return asyncio.get_running_loop().create_future()
