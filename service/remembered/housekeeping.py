"""Retention as a job: what has to go by the table of `service.remembered.retention` goes, once an hour and beside the rounds.

Per traveller one commit, all or nothing: rows and tracks go, her account forgets them, and the feed is told, so that
the archive forgets them too. What books hold beside the rows goes first; dying in between is harmless, because the
row is still there to be found again.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import count, groupby

from service.clock import Clock, breathe
from service.journey.events import Event, IncidentResolved
from service.operators import reasons
from service.people import devices, trackers
from service.people.directory import Directory
from service.people.model import Traveller
from service.rows import AccountChanged, Kept, UnreadableRow, is_journey, journey_row, traveller_row
from service.store import Row, Store, StoreUnavailable
from service.telemetry import logger
from service.texts import replying
from service.tokens import Sealer

from .archive import Archive
from .going import Decision, Going, Hers, decide
from .retention import AUDIT, CHANGES, LEFT_OVER, REASONS, REPLIES

log = logger(__name__)

EVERY_S = 3600.0
FIRST_S = 60.0
SOON_S = 0.01
KEYS_AT_ONCE = 200
PAUSE_S = 0.05
"""Real time between two looks: the store has other things to do."""
LEASE, LEASE_S = "retention", 600.0
LEFT_AT_ONCE = 500
ERASED = "erased"
"""`AccountChanged.what` when she has erased her account: what can go, goes at once."""


class Housekeeping:
    """See the module. Any number may run: every decision is a compare-and-set."""

    def __init__(self, store: Store, directory: Directory, sealer: Sealer, archive: Archive, clock: Clock) -> None:
        self._store, self._directory, self._sealer = store, directory, sealer
        self._archive, self._clock = archive, clock
        self._owner = f"{os.getpid()}-{os.urandom(4).hex()}"
        self._ids = (f"gone-{self._owner}-{n}" for n in count())
        self._soon: set[str] = set()
        self._wanted = asyncio.Event()

    # ── when ──

    def hears(self, key: str, _version: int, event: Event) -> None:
        """A listener of the feed: who erases her account does not wait for the hour, nor does she whose alarm people have
        closed (what it covered is shown to her no longer)."""
        erased = isinstance(event, AccountChanged) and event.what == ERASED
        if erased or isinstance(event, IncidentResolved):
            self._soon.add(key.partition("-")[0])
            self._wanted.set()

    async def run(self) -> None:
        """A pass an hour until cancelled, through a store that is away."""
        next_at = self._clock.monotonic() + FIRST_S
        while True:
            await self._until(next_at)
            try:
                await self.soon()
                if self._clock.monotonic() >= next_at - SOON_S:
                    next_at = self._clock.monotonic() + EVERY_S
                    gone = await self.one_pass()
                    log.info("retention", gone=gone.total())
            except StoreUnavailable as error:
                log.warning("retention waits for the store", error=str(error))
                next_at = self._clock.monotonic() + FIRST_S
                await breathe(1.0)
            except Exception:
                log.exception("retention failed")
                await breathe(1.0)

    async def _until(self, at_s: float) -> None:
        waking = asyncio.ensure_future(self._clock.sleep(max(0.0, at_s - self._clock.monotonic())))
        wanted = asyncio.ensure_future(self._wanted.wait())
        try:
            await asyncio.wait({waking, wanted}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()
            wanted.cancel()

    async def soon(self) -> None:
        """Looks at the travellers whom the feed named."""
        while self._soon:
            traveller = next(iter(self._soon))
            await self.one(traveller)
            self._soon.discard(traveller)
        self._wanted.clear()

    # ── what ──

    async def one_pass(self, *, anyway: bool = False) -> Counter[str]:
        """Everybody's rows, a few at a time; how much went, by rule. Nothing while another process is at it, unless
        it shall be done anyway."""
        gone: Counter[str] = Counter()
        if not await self._store.lease(LEASE, self._owner, LEASE_S) and not anyway:
            return gone
        async for hers in self._everybody(lease=True):
            gone.update(going.rule.what for going in await self._act(hers))
        now = self._clock.now()
        await replying.forget(self._store, now - (REPLIES.kept_s or 0.0))
        await reasons.forget(self._store, now - (REASONS.kept_s or 0.0))
        await self._stories(now)
        return gone

    async def would_go(self) -> AsyncIterator[Going]:
        """A dry run: everything that would go now, and why. Changes nothing."""
        async for hers in self._everybody():
            for going in decide(hers, self._clock.now()).going:
                yield going

    async def one(self, traveller: str) -> list[Going]:
        """All that has to go of one traveller's."""
        gone: list[Going] = []
        while True:
            [row] = await self._store.load([traveller])
            if row is None:
                return gone
            going = await self._act(await self._hers(traveller, _keys_of(row)))
            gone += going
            if not going:
                return gone

    async def _act(self, hers: Hers) -> list[Going]:
        await self._shut(hers)
        decision = decide(hers, self._clock.now())
        unit = decision.unit(next(self._ids), self._clock.now())
        if unit is None:
            return []
        await self._out_of_books(decision)
        [won] = await self._store.commit([unit])
        return decision.going if won else []  # somebody wrote a row meanwhile: the next pass looks again

    async def _everybody(self, *, lease: bool = False) -> AsyncIterator[Hers]:
        keys = sorted(await self._store.keys())
        travellers = [(who, list(some)) for who, some in groupby(keys, key=lambda key: key.partition("-")[0])]
        looked = 0
        for who, some in travellers:
            if looked >= KEYS_AT_ONCE:
                looked = 0
                if lease:
                    await self._store.lease(LEASE, self._owner, LEASE_S)
                await breathe(PAUSE_S)
            looked += len(some)
            yield await self._hers(who, some)

    async def _hers(self, traveller: str, keys: Iterable[str]) -> Hers:
        journeys: list[tuple[int, Kept]] = []
        account: tuple[int, Traveller] | None = None
        whole = True
        for row in await self._store.load(sorted({traveller, *keys})):
            if row is None:
                continue
            try:
                if is_journey(row.key):
                    journeys.append((row.version, journey_row(row.key, row.value)))
                else:
                    account = (row.version, traveller_row(row.key, row.value))
            except UnreadableRow:  # a newer process's, or poison: the watchman is loud about it
                whole = False
        return Hers(traveller, account, journeys, whole)

    async def _out_of_books(self, decision: Decision) -> None:
        directory, seal = self._directory, self._sealer
        people = list(decision.people)
        for kept in (*decision.journeys, *decision.tracks):
            for contact in people:
                await directory.free_code(contact.number, kept.journey.plan.code, kept.journey.id)
        for kept in decision.journeys:
            plan = kept.journey.plan
            for who in {*(c.id for c in people), *(p.id for p in (*plan.people, *plan.invited))}:
                await directory.drop_link(seal.link_token(kept.journey.id, who))
        for contact in decision.contacts:
            await directory.drop_contact(contact.number, decision.hers.id, contact.id)
            await directory.drop_invitation(seal.invite_token(decision.hers.id, contact.id))
            if contact.mail is not None:
                await directory.drop_invitation(seal.mail_token(decision.hers.id, contact.id, contact.mail.id))
            for _, kept in decision.hers.journeys:
                await directory.drop_link(seal.link_token(kept.journey.id, contact.id))
        if decision.account is not None:
            await directory.drop_number(decision.account.number, decision.hers.id)
            for device in decision.account.devices:
                await directory.drop_device(device.token_hash)
                await self._store.book_drop(devices.BOOK, device.id)
            for tracker in decision.account.trackers:
                await directory.drop_tracker(tracker.secret_hash)
                await self._store.book_drop(trackers.BOOK, tracker.id)
            await reasons.forget_traveller(self._store, decision.hers.id)

    async def _shut(self, hers: Hers) -> None:
        """An erased account that stays for an alarm has no number any more, also where whoever erased it died then."""
        account = hers.account[1] if hers.account is not None else None
        if account is not None and account.erased_at is not None:
            await self._directory.drop_number(account.number, account.id)

    async def _stories(self, now: float) -> None:
        """What the archive holds of rows that could not tell it themselves that they are gone, and what is simply old."""
        archive = self._archive
        await archive.forget_accounts(now - (CHANGES.kept_s or 0.0))
        await archive.forget_audit(now - (AUDIT.kept_s or 0.0))
        old = await archive.old(now - (LEFT_OVER.kept_s or 0.0), LEFT_AT_ONCE)
        rows = await self._store.load(old)
        left_over = [key for key, row in zip(old, rows, strict=True) if row is None]
        if left_over:
            await archive.forget(left_over)


def _keys_of(row: Row) -> Sequence[str]:
    """Every journey that this account can have."""
    try:
        account = traveller_row(row.key, row.value)
    except UnreadableRow:
        return ()
    shown = (f"{account.id}-{n}" for n in range(1, account.journeys + 1))
    hidden = (f"{account.id}-b{n}" for n in range(1, account.hidden + 1))
    return (*shown, *hidden)
