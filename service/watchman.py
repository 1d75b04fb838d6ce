"""The watchman: silence enters the house here. Each round asks the store what is due and applies time to it.

APScheduler asks for rounds; it is not the only one who may: it waits by the wall clock and stops when that is set
back, so a task on the monotonic clock runs the round itself when the last one ended more than 5 s ago. What a round
does is the same by hand: `await watchman.one_round()`.
"""

import asyncio
import math
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from . import absence
from .clock import Clock, at_once, breathe
from .house import Vitals
from .people import asking_again
from .rows import UnreadableRow, is_journey, journey_row
from .store import Put, Row, Store, StoreUnavailable, Unit
from .telemetry import logger
from .watch import Watch

log = logger(__name__)

ROUND_S = 1.0
GUARD_S = 5.0
ROUND_LIMIT_S = 30.0
STEP_S = 5.0
HOLD_S = 60.0
SWEPT_AT_ONCE = 10_000
HELD_AT_ONCE = 5_000
AHEAD_S = 0.25
"""A deadline before the next round gets a round of its own, but no two of these come closer than this."""
BEHIND, BEHIND_S = 1_000, 3.0
"""From so many that are due on, and for so long, decisions go before messages."""
UNREADABLE_S = 60.0


@dataclass(frozen=True, slots=True)
class _Beat:
    """Wall and monotonic time of one moment in this process."""

    wall_at: float
    monotonic_s: float


class Watchman:
    """Sweeps deadlines. Any number of watchmen may run: every decision is a compare-and-set."""

    def __init__(
        self,
        store: Store,
        watch: Watch,
        clock: Clock,
        vitals: Vitals,
        *,
        round_s: float = ROUND_S,
        guard_s: float = GUARD_S,
        also: tuple[Callable[[], Awaitable[object]], ...] = (),
        timezone: str = "Europe/London",
    ) -> None:
        """`timezone` says when it is night: nobody is asked anything then that can wait."""
        self._timezone = timezone
        self._store, self._watch, self._clock, self._vitals = store, watch, clock, vitals
        self._round_s, self._guard_s, self._also = round_s, guard_s, also
        self._running = asyncio.Lock()
        self._before: _Beat | None = None
        self._held_until: float | None = None
        self._ended_at = -math.inf
        self._lag_s: float | None = None
        self._behind_since: float | None = None
        self._expected: set[asyncio.Task[None]] = set()
        self._owner = f"{os.getpid()}-{os.urandom(4).hex()}"

    async def run(self) -> None:
        """Rounds until cancelled."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self._job,
            "interval",
            seconds=self._round_s,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,  # the default drops a job that is a second late
            id="round",
        )
        scheduler.start()
        try:
            await self._guard()
        finally:
            scheduler.shutdown(wait=False)

    def expect(self, at: float) -> None:
        """A round of its own at `at`: an SOS fires when its countdown ends, not with the next round."""
        task = asyncio.create_task(self._round_at(at))
        self._expected.add(task)
        task.add_done_callback(self._expected.discard)

    @property
    def behind(self) -> bool:
        """Whether a thousand and more are due: decisions are on disk first, and only what is urgent is
        sent meanwhile. True for three seconds at most."""
        return self._behind_since is not None and self._clock.monotonic() - self._behind_since < BEHIND_S

    async def _round_at(self, at: float) -> None:
        await self._clock.sleep(max(0.0, at - self._clock.now()))
        await self._asked()

    async def _look_ahead(self) -> None:
        """What comes due before the next round gets one of its own then: nobody hears a second late."""
        now = self._clock.now()
        for _, at in await self._store.due(now + self._round_s, 1):
            if at > now and not self._expected:
                self.expect(max(at, now + AHEAD_S))

    async def _job(self) -> None:
        try:
            await self._asked()
        except asyncio.CancelledError:  # the house closes; the scheduler would call that an error
            log.debug("round cut short")

    async def _asked(self) -> None:
        """A round as the scheduler asks for it: errors are logged, the next round comes."""
        try:
            async with asyncio.timeout(ROUND_LIMIT_S):
                await self.one_round()
                await self._look_ahead()
        except StoreUnavailable as error:
            log.warning("round without a store", error=str(error))
        except TimeoutError:
            log.error("round stuck", seconds=ROUND_LIMIT_S)
        except Exception:
            log.exception("round failed")

    async def _guard(self) -> None:
        """On the monotonic clock, because a stepped wall clock stops the scheduler (review H2)."""
        loop = asyncio.get_running_loop()
        while True:
            await breathe(min(1.0, self._guard_s / 5))
            ended_at = self._ended_at
            if loop.time() - ended_at > self._guard_s and not self._running.locked():
                self._vitals.late_rounds += 1
                await self._asked()

    async def one_round(self) -> int:
        """One sweep: everything due at this moment is judged. Returns how many journeys were nominated.

        1. Notice whether we were away, and write that down before anything is judged.
        2. Notice a stepped clock: then nothing new is decided for 60 s, open alarms go on, and the gap counts as our
           absence.
        3. Ask the index what is due; it only nominates, the heart decides, the compare-and-set wins or leaves.
        4. A row that cannot be judged is put off 60 s, loudly; it never blocks the others.
        5. Write down that this round was.
        """
        async with self._running:
            now, began_s = at_once(self._clock)
            self._lag_s = None
            await absence.notice(self._store, self._watch, now)
            swept = await (self._sweep_alarms(now) if self._stepped(now, began_s) else self._sweep(now))
            for act in self._also:
                await act()
            await absence.stood_round(self._store, now)
            self._vitals.rounds += 1
            self._vitals.last_round_at = self._clock.monotonic()
            self._ended_at = asyncio.get_running_loop().time()
            self._vitals.meters.round(self._clock.monotonic() - began_s, self._lag_s)
            return swept

    def _stepped(self, now: float, monotonic_s: float) -> bool:
        """Whether the wall clock was stepped: then nothing new is decided for a minute (review H18). Both readings are
        of one moment: a store that answered late in between would look like a clock that was set back."""
        before, self._before = self._before, _Beat(now, monotonic_s)
        if before is not None:
            step_s = (now - before.wall_at) - (monotonic_s - before.monotonic_s)
            if abs(step_s) > STEP_S:
                log.error("wall clock was stepped", seconds=round(step_s, 1))
                self._held_until = monotonic_s + HOLD_S
        if self._held_until is not None and monotonic_s >= self._held_until:
            self._held_until = None
        return self._held_until is not None

    async def _sweep(self, now: float) -> int:
        swept = 0
        try:
            while True:
                due = await self._store.due(now, SWEPT_AT_ONCE)
                if not due:
                    return swept
                if not swept:  # the oldest comes first
                    self._lag_s = now - due[0][1]
                if len(due) >= BEHIND and self._behind_since is None:
                    self._behind_since = self._clock.monotonic()
                failed = await self._judged([key for key, _ in due])
                swept += len(due)
                for key in failed:
                    await self._put_off(key, now)
                if len(due) < SWEPT_AT_ONCE:
                    return swept
        finally:
            self._behind_since = None

    async def _judged(self, keys: list[str]) -> list[str]:
        """Journeys first: an account never has more to say than a consent to ask for."""
        failed = await self._watch.sweep([key for key in keys if is_journey(key)])
        return failed + await asking_again.ask(self._watch, [k for k in keys if not is_journey(k)], self._timezone)

    async def _sweep_alarms(self, now: float) -> int:
        """While a stepped clock is held: what others know of, or an SOS in its countdown, waits for nobody."""
        due = [key for key, _ in await self._store.due(now, HELD_AT_ONCE)]
        rows = [row for row in await self._store.load(due) if row is not None and _alarmed(row)]
        await self._watch.sweep([row.key for row in rows])
        return len(rows)

    async def _put_off(self, key: str, now: float) -> None:
        """A poisoned row must not stand at the head of the index for ever (review H20)."""
        name = f"putoff-{self._owner}-{key}-{now}"
        row = (await self._store.load([key]))[0]
        if row is not None:
            put = Put(key, row.version, row.value)
            await self._store.commit([Unit(name, (put,), wakes=((key, now + UNREADABLE_S),))])
        else:  # a wake of nothing: it leaves with a row that is made and taken away
            await self._store.commit(
                [Unit(name, (Put(key, 0, b""),)), Unit(f"{name}-gone", (Put(key, 1, None),))],
            )


def _alarmed(row: Row) -> bool:
    if not is_journey(row.key):
        return False
    try:
        journey = journey_row(row.key, row.value).journey
    except UnreadableRow:
        return False
    return journey.alarm is not None or journey.sos is not None
