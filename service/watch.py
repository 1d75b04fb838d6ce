"""The use cases: load, judge, commit, then speak.

One mailbox a traveller: whatever concerns her (fixes, commands, webhooks, the sweep) goes through the batch loop in
the order it came. Batches are paced; whoever commits first applies time; nothing is answered before it is on disk. While one
batch is being written the next one is judged, of other travellers; one commit is under way at a time.
A commit whose reply is lost is sent again under the same id until it is answered. Losers are reloaded and judged
again. The cache is a hint: the version in the store is the only fence.
"""

import asyncio
import os
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

from geofence.route import Route

from .clock import Clock, breathe
from .committed import committed
from .copies import MOST_IN_BATCH, Copies
from .frames import FixesTaken, FixFrame, slices
from .havens import Havens, NoHavens
from .journey.model import Outage, Proof
from .journey.turn import Answer
from .judging import (
    UNREADABLE,
    Act,
    Bench,
    Change,
    Entry,
    Held,
    NoSuchJourney,
    Record,
    Transaction,
    Work,
    fail,
    nothing,
    owner_of,
    unit_of,
    waiting,
)
from .mailboxes import Mailboxes
from .people.model import Traveller
from .rows import Kept, UnreadableRow, is_journey, journey_row, traveller_row
from .store import Row, Store, StoreUnavailable, Unit
from .telemetry import logger
from .tracked import TrackerFrame

__all__ = ["Act", "Change", "NoSuchJourney", "Record", "Transaction", "Watch"]

log = logger(__name__)

PACE_S = 0.020
"""The next batch starts this long after the last began (real time): 40 instead of 1,050 fsyncs a second under load."""
IDLE_S = 0.100
FIXES_A_BATCH = 100
PAUSES_S = (0.05, 2.0)
"""The first pause after the store was away, and the longest."""
RETRIES = 50

Loading = asyncio.Task[dict[str, Held]]


class Watch:
    """The one writer of journeys and accounts in this process."""

    def __init__(self, store: Store, clock: Clock, *, pace_s: float = PACE_S, cached: int = 200_000) -> None:
        self._store, self._clock, self._pace_s = store, clock, pace_s
        self._waiting = Mailboxes()
        self._wanted = asyncio.Event()
        self._copies = Copies(cached)
        self._ids = (f"{os.getpid()}-{os.urandom(6).hex()}-{n}" for n in count())
        self._loop: asyncio.Task[None] | None = None
        self._last_began = self._last_committed = float("-inf")
        self._urgent = False
        self._writing: asyncio.Task[None] | None = None
        self._away: frozenset[str] = frozenset()  # whose decisions are being written
        self._pause_s = 0.0
        self.havens: Havens = NoHavens()
        self.outage: Outage | None = None
        self.store_ok = True
        self.batches = self.lost = self.frames = self.fixes_taken = 0
        self.noted: Callable[[int, float], None] | None = None
        """Told after every commit how many entries the batch had and how many seconds the store took."""
        self.hooked = False
        """Whether what reaches the operators goes to a system of their own, too."""

    # ── asking ──

    async def fixes(self, key: str, frame: FixFrame) -> FixesTaken:
        """Judge one frame of fixes and answer once it is on disk."""
        taken = FixesTaken(frame.buffer, frame.seq)
        for part in slices(frame, FIXES_A_BATCH):  # a backfill does not hold up other phones
            taken = await self.taking(key, part)
        return taken

    async def tracked(self, key: str, frame: TrackerFrame) -> FixesTaken:
        """The same for what a linked tracker app reported: at most `FIXES_A_BATCH` fixes."""
        taken: FixesTaken = await self._put(Entry(owner_of(key), (key,), waiting(), fixes=frame))
        return taken

    def taking(self, key: str, frame: FixFrame) -> "asyncio.Future[FixesTaken]":
        """The same for a frame that fits a batch, without a task of its own: the hot path's way in."""
        return self._put(Entry(owner_of(key), (key,), waiting(), fixes=frame))

    async def ask(
        self,
        key: str,
        act: Act,
        *,
        proof: Proof = Proof.NONE,
        command: str | None = None,
        urgent: bool = True,
        unsend: tuple[str, ...] = (),
        route: Route | None = None,
    ) -> Answer:
        """Do `act` to a journey. A repeated `command` gets its first answer; answered only from disk. `route` as in `press`.

        Raises NoSuchJourney.
        """
        entry = Entry(owner_of(key), (key,), waiting(), act=act, proof=proof, command=command, route=route)
        entry.urgent, entry.unsend = urgent, unsend
        answer: Answer = await self._submit(entry)
        return answer

    async def transact(self, keys: tuple[str, ...], transaction: Transaction, *, urgent: bool = True) -> Any:
        """Read and write several rows of one traveller in one commit; `keys[0]` carries the events."""
        return await self._submit(Entry(owner_of(keys[0]), keys, waiting(), transaction=transaction, urgent=urgent))

    async def sweep(self, keys: Iterable[str]) -> list[str]:
        """Apply time to journeys that the wake index nominated; returns those that could not be judged."""
        entries = [Entry(owner_of(k), (k,), waiting(), act=nothing) for k in keys]
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
        self._copies.stale(key, version)

    @property
    def backlog(self) -> int:
        """How many entries wait in the mailboxes, for `/health`."""
        return len(self._waiting)

    async def _submit(self, entry: Entry) -> Any:
        return await self._put(entry)

    def _put(self, entry: Entry) -> "asyncio.Future[Any]":
        if self._loop is None or self._loop.done():
            self._loop = asyncio.get_running_loop().create_task(self._run(), name="watch")
        self._waiting.put(entry)
        self._urgent = self._urgent or entry.urgent
        self._wanted.set()
        return entry.done

    async def close(self) -> None:
        """Stop; whatever was not committed was not answered."""
        running = [task for task in (self._loop, self._writing) if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._waiting.cancel()

    # ── the batch loop ──

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wanted.wait()
            if not self._urgent and loop.time() - self._last_committed < IDLE_S:
                wait_s = self._last_began + self._pace_s - loop.time()
                if wait_s > 0:
                    await breathe(wait_s)
            if self._pause_s:
                await breathe(self._pause_s)
            self._wanted.clear()
            self._urgent = False
            batch = self._waiting.take(MOST_IN_BATCH, self._away)
            if not batch:  # whatever waits waits for the commit under way, which asks for more when it is over
                continue
            if len(self._waiting):
                self._urgent = True
                self._wanted.set()
            self._last_began = loop.time()
            ahead = await self._judged(batch)
            while ahead is not None:
                ahead = await self._judged(*ahead)

    async def _judged(self, batch: list[Entry], loading: Loading | None = None) -> tuple[list[Entry], Loading] | None:
        """Judges a batch, and has it written as soon as the one before it is. While much waits, the rows of the next batch
        are asked for before that, and it is returned with them: behind a commit the store would not answer."""
        ahead: tuple[list[Entry], Loading] | None = None
        try:
            rows = await (loading or self._rows(batch))
            ahead = await self._look_ahead(batch)
            work, now = self._judge(batch, rows)
            units = self._units(work, now)
            if self._writing is not None:
                await asyncio.wait({self._writing})
        except StoreUnavailable as error:
            self._store_away(batch, error)
        except asyncio.CancelledError:
            if ahead is not None:
                ahead[1].cancel()
                _cancel(ahead[0])
            _cancel(batch)
            raise
        except Exception:
            log.exception("batch failed")
            _harmed(batch)
        else:
            self._away = frozenset(work)
            self._writing = asyncio.create_task(self._write(batch, work, units), name="commit")
        return ahead

    async def _look_ahead(self, batch: list[Entry]) -> tuple[list[Entry], Loading] | None:
        if len(self._waiting) < MOST_IN_BATCH:
            return None
        following = self._waiting.take(MOST_IN_BATCH, self._away | {e.traveller for e in batch})
        if not following:
            return None
        loading = asyncio.create_task(self._rows(following), name="rows")
        await breathe(0.0)  # the question leaves before this batch's commit does
        return following, loading

    async def _write(self, batch: list[Entry], work: dict[str, Work], units: dict[str, Unit]) -> None:
        try:
            await self._written(len(batch), work, units)
            self._pause_s = 0.0
            self.store_ok = True
        except StoreUnavailable as error:
            self._store_away(batch, error)
        except asyncio.CancelledError:
            _cancel(batch)
            raise
        except Exception:
            log.exception("batch failed")
            _harmed(batch)
        finally:
            self._last_committed = asyncio.get_running_loop().time()
            self._away = frozenset()
            if len(self._waiting):
                self._wanted.set()

    def _store_away(self, batch: list[Entry], error: StoreUnavailable) -> None:
        """Nothing was acknowledged; phones keep what they have, people wait for their answer."""
        if self.store_ok:
            log.error("store unavailable", error=str(error))
        self.store_ok = False
        self._copies.clear()
        self._waiting.put_back(batch)
        self._wanted.set()
        self._pause_s = min(PAUSES_S[1], max(PAUSES_S[0], self._pause_s * 2))

    def _judge(self, batch: list[Entry], rows: Mapping[str, Held]) -> tuple[dict[str, Work], float]:
        """What the batch decides, and the instant of it."""
        self.batches += 1
        mailboxes: dict[str, deque[Entry]] = defaultdict(deque)
        for entry in batch:
            if not entry.done.done():
                mailboxes[entry.traveller].append(entry)
        work = {who: Work({k: rows[k] for e in entries for k in e.keys}) for who, entries in mailboxes.items()}
        bench = Bench(self._clock.now(), self.outage, self._copies.grids, work, self.havens)
        while mailboxes:
            bench.round(mailboxes)
        return work, bench.now

    async def _written(self, entries: int, work: dict[str, Work], units: dict[str, Unit]) -> None:
        """Commits, and answers whoever asked. Those who lost a race are judged again."""
        began_s = self._clock.monotonic()
        won = await committed(self._store, list(units.values()))
        if units and self.noted is not None:
            self.noted(entries, self._clock.monotonic() - began_s)
        for who, ok in zip(units, won, strict=True):
            if ok is None:
                for entry, _ in work.pop(who).answers:
                    fail(entry, RuntimeError(f"the store will not write what was decided for {entry.keys[0]}"))
            elif not ok:
                self._again(work.pop(who))
        for who, w in work.items():
            self._settle(w, units.get(who))
        taken = [answer for w in work.values() for entry, answer in w.answers if entry.fixes is not None]
        self.frames += len(taken)
        self.fixes_taken += sum(answer.stored for answer in taken)

    def _units(self, work: dict[str, Work], now: float) -> dict[str, Unit]:
        """The commits of a batch. What cannot be written down is told to whoever asked; the others go on."""
        units: dict[str, Unit] = {}
        for who in list(work):
            try:
                unit = unit_of(work[who], next(self._ids), now, hooked=self.hooked)
            except Exception as error:
                log.exception("decision cannot be written down")
                for entry, _ in work.pop(who).answers:
                    fail(entry, error)
                continue
            if unit is not None:
                units[who] = unit
        return units

    async def _rows(self, batch: Iterable[Entry]) -> dict[str, Held]:
        """What the batch is judged on. Fixes may be judged on our copy, because a stale one loses its commit; what
        people ask and what the sweep finds is read anew, because an answer that changes nothing is never committed."""
        rows: dict[str, Held] = {}
        wanted: dict[str, None] = {}
        for entry in batch:
            if entry.done.done():
                continue
            for key in entry.keys:
                held = self._copies.get(key) if entry.fixes is not None else None
                if held is None:
                    wanted[key] = None
                else:
                    rows[key] = held
        for key, row in zip(wanted, await self._store.load(list(wanted)) if wanted else (), strict=True):
            rows[key] = held = _read(key, row)
            self._copies.put(key, held)
        return rows

    def _again(self, w: Work) -> None:
        """Somebody else was first: forget what we knew and judge the same entries again."""
        self.lost += 1
        for key in w.rows:
            self._copies.lost(key)
        for entry, _ in w.answers:
            entry.tries += 1
            if entry.tries > RETRIES:
                fail(entry, RuntimeError(f"lost {entry.tries} races for {entry.keys[0]}"))
        self._waiting.put_back(entry for entry, _ in w.answers)
        self._urgent = True
        self._wanted.set()

    def _settle(self, w: Work, unit: Unit | None) -> None:
        if unit is not None:
            for put in unit.puts:
                self._copies.put(put.key, Held(put.expect + 1, w.changed[put.key]))
        for entry, answer in w.answers:
            if not entry.done.done():
                entry.done.set_result(answer)


def _cancel(batch: list[Entry]) -> None:
    for entry in batch:
        entry.done.cancel()


def _harmed(batch: list[Entry]) -> None:
    for entry in batch:
        fail(entry, RuntimeError("this batch could not be judged"))


def _read(key: str, row: Row | None) -> Held:
    if row is None:
        return Held(0, None)
    try:
        return Held(row.version, journey_row(key, row.value) if is_journey(key) else traveller_row(key, row.value))
    except UnreadableRow as error:  # one bad row must not stop the others
        log.error("row cannot be read", key=key, error=str(error))
        return Held(UNREADABLE, None)
