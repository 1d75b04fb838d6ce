"""The use cases: load, judge, commit, then speak.

One mailbox a traveller: whatever concerns her (fixes, commands, webhooks, the sweep) goes through the batch loop in
the order it came. Batches are paced; whoever commits first applies time; nothing is answered before it is on disk.
A commit whose reply is lost is sent again under the same id until it is answered. Losers are reloaded and judged
again. The cache is a hint: the version in the store is the only fence.
"""

import asyncio
import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from msgspec.structs import replace

from alerts.notice import Notice

from .clock import Clock, breathe
from .frames import FixesTaken, FixFrame, Grids, Sifted, sift, take_fixes
from .journey.advance import next_wake, resumed
from .journey.cover import judged, under_duress
from .journey.events import Event
from .journey.model import Journey, Outage, Proof
from .journey.turn import Answer, Outcome
from .people.model import Traveller
from .rows import KEPT_ANSWERS, Kept, encoded, event_bytes, is_journey, journey_row, notice_bytes, traveller_row
from .store import CommitUnknown, Put, Send, Store, StoreUnavailable, Unit
from .telemetry import logger

log = logger(__name__)

PACE_S = 0.020
"""The next batch starts this long after the last began (real time): 40 instead of 1,050 fsyncs a second under load."""
IDLE_S = 0.100
FIXES_A_BATCH = 100
RETRIES = 50


class NoSuchJourney(Exception):
    """There is no journey (or account) by that key."""


Act = Callable[[Journey, float, Proof], Outcome]
Record = Kept | Traveller


@dataclass(frozen=True, slots=True)
class Change:
    """What a transaction over several rows of one traveller decides. `records` maps keys to what they shall hold."""

    records: Mapping[str, Record] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    unsend: tuple[str, ...] = ()
    answer: Any = None


Transaction = Callable[[Mapping[str, Record | None], float], Change]


@dataclass(slots=True)
class _Entry:
    """One thing in a mailbox, and who waits for it."""

    traveller: str
    keys: tuple[str, ...]
    done: "asyncio.Future[Any]"
    fixes: FixFrame | None = None
    act: Act | None = None
    proof: Proof = Proof.NONE
    command: str | None = None
    transaction: Transaction | None = None
    unsend: tuple[str, ...] = ()
    urgent: bool = False
    tries: int = 0


@dataclass(slots=True)
class _Held:
    """A row as this process last saw it."""

    version: int
    record: Record | None


@dataclass(slots=True)
class _Work:
    """What one batch has decided about one traveller so far."""

    rows: dict[str, _Held]
    changed: dict[str, Record] = field(default_factory=dict)
    events: list[tuple[str, Event]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    track: list[tuple[str, bytes]] = field(default_factory=list)
    unsend: list[str] = field(default_factory=list)
    answers: list[tuple[_Entry, Any]] = field(default_factory=list)
    swept: bool = False


class Watch:
    """The one writer of journeys and accounts in this process."""

    def __init__(self, store: Store, clock: Clock, *, pace_s: float = PACE_S, cached: int = 200_000) -> None:
        self._store, self._clock, self._pace_s, self._cached = store, clock, pace_s, cached
        self._queue: deque[_Entry] = deque()
        self._wanted = asyncio.Event()
        self._cache: dict[str, _Held] = {}
        self._ids = (f"{os.getpid()}-{os.urandom(6).hex()}-{n}" for n in count())
        self._loop: asyncio.Task[None] | None = None
        self._last_began = self._last_committed = float("-inf")
        self._urgent = False
        self._grids = Grids()
        self.outage: Outage | None = None
        self.store_ok = True
        self.batches = self.lost = 0

    # ── asking ──

    async def fixes(self, key: str, frame: FixFrame) -> FixesTaken:
        """Judge one frame of fixes and answer once it is on disk."""
        taken: FixesTaken = await self._submit(_Entry(_owner(key), (key,), _future(), fixes=frame))
        return taken

    async def ask(
        self,
        key: str,
        act: Act,
        *,
        proof: Proof = Proof.NONE,
        command: str | None = None,
        urgent: bool = True,
        unsend: tuple[str, ...] = (),
    ) -> Answer:
        """Do `act` to a journey. A repeated `command` gets its first answer; answered only from disk.

        Raises NoSuchJourney.
        """
        entry = _Entry(
            _owner(key), (key,), _future(), act=act, proof=proof, command=command, urgent=urgent, unsend=unsend
        )
        answer: Answer = await self._submit(entry)
        return answer

    async def transact(self, keys: tuple[str, ...], transaction: Transaction) -> Any:
        """Read and write several rows of one traveller in one commit; `keys[0]` carries the events."""
        return await self._submit(_Entry(_owner(keys[0]), keys, _future(), transaction=transaction, urgent=True))

    async def sweep(self, keys: Iterable[str]) -> list[str]:
        """Apply time to journeys that the wake index nominated; returns those that could not be judged."""
        entries = [_Entry(_owner(k), (k,), _future(), act=_nothing) for k in keys]
        results = await asyncio.gather(*(self._submit(e) for e in entries), return_exceptions=True)
        failed = [(e.keys[0], r) for e, r in zip(entries, results, strict=True) if isinstance(r, BaseException)]
        for key, error in failed:
            if isinstance(error, StoreUnavailable):
                raise error
            log.error("journey cannot be judged, put off 60 s", journey=key, error=str(error))
        return [key for key, _ in failed]

    async def look(self, key: str) -> Kept:
        """A journey's row as it is on disk. Raises NoSuchJourney, UnreadableRow."""
        row = (await self._store.load([key]))[0]
        if row is None:
            raise NoSuchJourney(key)
        return journey_row(key, row.value)

    async def account(self, key: str) -> Traveller:
        """A traveller's row as it is on disk. Raises NoSuchJourney."""
        row = (await self._store.load([key]))[0]
        if row is None:
            raise NoSuchJourney(key)
        return traveller_row(key, row.value)

    def stale(self, key: str, version: int) -> None:
        """The feed says that somebody else has written `key`: forget an older copy."""
        held = self._cache.get(key)
        if held is not None and held.version < version:
            del self._cache[key]

    @property
    def backlog(self) -> int:
        """How many entries wait in the mailboxes, for `/health`."""
        return len(self._queue)

    async def _submit(self, entry: _Entry) -> Any:
        if self._loop is None or self._loop.done():
            self._loop = asyncio.get_running_loop().create_task(self._run(), name="watch")
        self._queue.append(entry)
        self._urgent = self._urgent or entry.urgent
        self._wanted.set()
        return await entry.done

    async def close(self) -> None:
        """Stop; whatever was not committed was not answered."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        for entry in self._queue:
            entry.done.cancel()

    # ── the batch loop ──

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        pause_s = 0.05
        while True:
            await self._wanted.wait()
            if not self._urgent and loop.time() - self._last_committed < IDLE_S:
                wait_s = self._last_began + self._pace_s - loop.time()
                if wait_s > 0:
                    await breathe(wait_s)
            self._wanted.clear()
            self._urgent = False
            self._last_began = loop.time()
            batch, self._queue = self._queue, deque()
            try:
                await self._batch(batch)
                pause_s = 0.05
                self.store_ok = True
            except StoreUnavailable as error:
                # nothing was acknowledged; phones keep what they have, people wait for their answer
                if self.store_ok:
                    log.error("store unavailable", error=str(error))
                self.store_ok = False
                self._cache.clear()
                self._queue.extendleft(e for e in reversed(batch) if not e.done.done())
                self._wanted.set()
                await breathe(pause_s)
                pause_s = min(2.0, pause_s * 2)
            except Exception:
                log.exception("batch failed")
                for entry in batch:
                    if not entry.done.done():
                        entry.done.set_exception(RuntimeError("this batch could not be judged"))
            self._last_committed = loop.time()

    async def _batch(self, batch: deque[_Entry]) -> None:
        self.batches += 1
        mailboxes: dict[str, deque[_Entry]] = defaultdict(deque)
        for entry in batch:
            if not entry.done.done():
                mailboxes[entry.traveller].append(entry)
        await self._load({k for entries in mailboxes.values() for e in entries for k in e.keys})
        now = self._clock.now()
        work = {who: _Work(rows=self._rows(entries)) for who, entries in mailboxes.items()}
        while mailboxes:
            self._round(mailboxes, work, now)
        units = {who: unit for who, w in work.items() if (unit := self._unit(w, now)) is not None}
        won = await self._commit(list(units.values()))
        for who, ok in zip(units, won, strict=True):
            if not ok:
                self._again(work.pop(who))
        for who, w in work.items():
            self._settle(w, units.get(who))

    async def _load(self, keys: set[str]) -> None:
        missing = [k for k in keys if k not in self._cache]
        if not missing:
            return
        if len(self._cache) + len(missing) > self._cached:
            self._cache.clear()
        for key, row in zip(missing, await self._store.load(missing), strict=True):
            if row is None:
                self._cache[key] = _Held(0, None)
                continue
            try:
                read: Record = journey_row(key, row.value) if is_journey(key) else traveller_row(key, row.value)
            except Exception as error:  # noqa: BLE001 (one bad row must not stop the others)
                log.error("row cannot be read", key=key, error=str(error))
                self._cache[key] = _Held(-1, None)
                continue
            self._cache[key] = _Held(row.version, read)

    def _rows(self, entries: Iterable[_Entry]) -> dict[str, _Held]:
        return {k: self._cache[k] for e in entries for k in e.keys}

    def _round(self, mailboxes: dict[str, deque[_Entry]], work: dict[str, _Work], now: float) -> None:
        """Everybody's next entry: commands one by one, all fix frames of the round in one geometry call."""
        sifted: list[tuple[_Entry, _Work, Sifted]] = []
        for who in list(mailboxes):
            entries, w = mailboxes[who], work[who]
            entry = entries.popleft()
            if not entries:
                del mailboxes[who]
            try:
                if entry.fixes is not None:
                    kept = self._in_time(_kept(w, entry.keys[0]), now, w)
                    sifted.append((entry, w, sift(entry.keys[0], kept, entry.fixes, now)))
                elif entry.transaction is not None:
                    self._transact(entry, w, now)
                else:
                    self._act(entry, w, now)
            except Exception as error:  # noqa: BLE001 (whoever asked hears of it; the others go on)
                _fail(entry, error)
        for (entry, w, _), (kept, outcome, taken, chunk) in zip(
            sifted, take_fixes([s for _, _, s in sifted], now, self._grids), strict=True
        ):
            key = entry.keys[0]
            self._keep(w, key, kept, outcome)
            if chunk is not None:
                w.track.append((key, chunk))
            w.answers.append((entry, taken))

    def _act(self, entry: _Entry, w: _Work, now: float) -> None:
        key = entry.keys[0]
        kept = self._in_time(_kept(w, key), now, w)
        if entry.command is not None and (before := kept.answer_to(entry.command)) is not None:
            w.answers.append((entry, before))
            return
        act = entry.act or _nothing
        if entry.proof is Proof.DURESS:
            outcome = under_duress(kept.journey, lambda j, proof: act(j, now, proof), now)
        else:
            outcome = judged(kept.journey, lambda j: act(j, now, entry.proof), now)
        if entry.command is not None:
            answered = (*kept.answered, (entry.command, outcome.answer))[-KEPT_ANSWERS:]
            kept = replace(kept, answered=answered)
            w.changed[key] = kept
        w.swept = w.swept or entry.act is _nothing
        w.unsend += entry.unsend
        self._keep(w, key, kept, outcome)
        w.answers.append((entry, outcome.answer))

    def _transact(self, entry: _Entry, w: _Work, now: float) -> None:
        if entry.transaction is None:
            return
        records = {k: w.changed.get(k, w.rows[k].record) for k in entry.keys}
        for key in entry.keys:
            if w.rows[key].version < 0:
                raise NoSuchJourney(f"row {key} cannot be read")
        change = entry.transaction(records, now)
        w.changed.update(change.records)
        w.events += [(entry.keys[0], e) for e in change.events]
        w.notices += change.notices
        w.unsend += change.unsend
        w.answers.append((entry, change.answer))

    def _in_time(self, kept: Kept, now: float, w: _Work) -> Kept:
        """An outage that this journey has not heard of is taken off its silence first."""
        outage, journey = self.outage, kept.journey
        if outage is None or (journey.outage is not None and journey.outage.to_at >= outage.to_at):
            return kept
        outcome = judged_outage(journey, outage, now)
        self._keep(w, journey.id, kept, outcome)
        changed = w.changed[journey.id]
        return changed if isinstance(changed, Kept) else kept

    def _keep(self, w: _Work, key: str, kept: Kept, outcome: Outcome) -> None:
        if outcome.journey is not kept.journey:
            kept = replace(kept, journey=outcome.journey)
        if kept is not w.rows[key].record:
            w.changed[key] = kept
        w.events += [(key, e) for e in outcome.events]
        w.notices += outcome.notices

    def _unit(self, w: _Work, now: float) -> Unit | None:
        """The commit of one traveller's decisions, or None when nothing changed."""
        wakes: list[tuple[str, float | None]] = []
        for key, held in w.rows.items():
            record = w.changed.get(key, held.record)
            if isinstance(record, Kept):
                wake = _wake(record, now)
                if wake is not _UNMOVED:
                    w.changed[key] = replace(record, wake_at=wake)
                    wakes.append((key, wake))
        if not w.changed and not w.unsend:
            return None
        puts = tuple(Put(k, w.rows[k].version, encoded(r)) for k, r in w.changed.items())
        if not puts:  # something to take out of the outbox, and no row to change: any row of hers will do
            key, held = next(iter(w.rows.items()))
            if held.record is None:
                return None
            puts = (Put(key, held.version, encoded(held.record)),)
            w.changed[key] = held.record
        return Unit(
            commit_id=next(self._ids),
            puts=puts,
            events=tuple(event_bytes(key, e) for key, e in w.events),
            wakes=tuple(wakes),
            sends=tuple(Send(n.id, n.due_at, n.urgency, notice_bytes(n)) for n in w.notices),
            unsend=tuple(w.unsend),
            track=tuple(w.track),
        )

    async def _commit(self, units: list[Unit]) -> list[bool]:
        """Until it is answered: a lost reply is unknown, and the same ids make sending again harmless."""
        if not units:
            return []
        pause_s, asked = 0.05, False
        while True:
            try:
                return await self._store.commit(units)
            except CommitUnknown as error:
                log.warning("commit unknown, sending it again", units=len(units), error=str(error))
                asked = True
            except StoreUnavailable:
                if not asked:
                    raise
            await breathe(pause_s)
            pause_s = min(2.0, pause_s * 2)

    def _again(self, w: _Work) -> None:
        """Somebody else was first: forget what we knew and judge the same entries again."""
        self.lost += 1
        for key in w.rows:
            self._cache.pop(key, None)
        for entry, _ in reversed(w.answers):
            entry.tries += 1
            if entry.tries > RETRIES:
                _fail(entry, RuntimeError(f"lost {entry.tries} races for {entry.keys[0]}"))
            elif not entry.done.done():
                self._queue.appendleft(entry)
        self._urgent = True
        self._wanted.set()

    def _settle(self, w: _Work, unit: Unit | None) -> None:
        if unit is not None:
            for put in unit.puts:
                self._cache[put.key] = _Held(put.expect + 1, w.changed[put.key])
        for entry, answer in w.answers:
            if not entry.done.done():
                entry.done.set_result(answer)


class _Unmoved(float):
    """Marks a wake that needs no writing."""


_UNMOVED = _Unmoved("nan")


def _wake(kept: Kept, now: float) -> float | None:
    """What to write into the wake index: only when the wake became earlier, or the sweep found it early."""
    wake, indexed = next_wake(kept.journey), kept.wake_at
    if indexed is None:
        return _UNMOVED if wake is None else wake
    if wake is None or wake < indexed or indexed <= now:
        return wake
    return _UNMOVED


def judged_outage(journey: Journey, outage: Outage, now: float) -> Outcome:
    """`resumed`, to the journey and to its cover story alike."""
    real = resumed(journey, outage, now)
    if journey.shadow is None:
        return real
    shadow = resumed(journey.shadow, outage, now)
    return Outcome(replace(real.journey, shadow=shadow.journey), real.events, real.notices, real.answer)


def _nothing(journey: Journey, now: float, proof: Proof) -> Outcome:
    """The sweep's act: time alone."""
    return Outcome(journey)


def _kept(w: _Work, key: str) -> Kept:
    record = w.changed.get(key, w.rows[key].record)
    if not isinstance(record, Kept):
        raise NoSuchJourney(key)
    return record


def _fail(entry: _Entry, error: Exception) -> None:
    if not entry.done.done():
        entry.done.set_exception(error)


def _owner(key: str) -> str:
    return key.partition("-")[0]


def _future() -> "asyncio.Future[Any]":
    return asyncio.get_running_loop().create_future()
