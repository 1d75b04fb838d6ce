"""Row 16: after a wrong PIN the next one is heard 0, 0, 10, 30, 60 s later, never locked out, and only the door that was
wrong waits. Kept in a book, so that it holds in every process and over a restart.

A try is counted as a wrong one before it is judged, by compare-and-set, and taken back when the PIN was right: of guesses
sent at once, to several processes, none is forgotten. While the store is away each process remembers for itself; a duress
PIN is heard then too.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from service.journey.profiles import STANDARD
from service.store import Store, StoreUnavailable
from service.tokens import Sealer

from .refusals import Refused, Why

BOOK = "patience"
STORE_S = 1.0
"""How long (real time) the book is waited for before this process goes by its own memory."""
TRIES = 64
MOST_REMEMBERED = 50_000
SWEPT_EVERY = 256


@dataclass(frozen=True, slots=True)
class Scale:
    """`waits_s[n]` follows the wrong PIN n+1, the last of them every one after that. Older ones than `forgotten_s` no
    longer count. `forgiven`: a right PIN takes back all of them, not only its own."""

    waits_s: tuple[float, ...]
    forgotten_s: float
    forgiven: bool = True

    def young(self, tries: Sequence[float], now: float) -> tuple[float, ...]:
        return tuple(at for at in tries if now - at < self.forgotten_s)[-len(self.waits_s) :]

    def wait_s(self, tries: Sequence[float], now: float) -> float:
        """How long the next one has to wait; 0 when it need not."""
        tries = self.young(tries, now)
        wait_s = self.waits_s[len(tries) - 1] if tries else 0.0
        # Another process's clock may be a little ahead: where nothing has to be waited for, that is not waited for either.
        return max(0.0, tries[-1] + wait_s - now) if wait_s > 0 else 0.0


DOOR = Scale(STANDARD.wrong_pin_waits_s, STANDARD.wrong_pins_s)
STRANGERS = Scale((0.0,) * 9 + (10.0,) * 10 + (30.0,) * 20 + (60.0,) * 20 + (300.0,), 86_400.0)
"""All strange doors of one account together. Her own devices, her number and her contacts' pages are none of them."""
AFRESH = Scale((0.0,) * 4 + (600.0,), 86_400.0)
"""Strange doors that were not wrong that day, where the others make one another wait: whoever guesses all night from one
place keeps nobody out everywhere else."""
STRANGE_DOOR = Scale(STANDARD.wrong_pin_waits_s, 86_400.0)
PLACE = Scale((0.0,) * 19 + (10.0,) * 20 + (30.0,) * 20 + (60.0,), 3_600.0, forgiven=False)
"""One place that tries the PINs of many."""


@dataclass(frozen=True, slots=True)
class Strange:
    """A door that anybody may try: our page, or a call from somebody else's phone. `place` says whence, coarsely."""

    place: str


Door = str | Strange
"""A device of hers, her number, a contact's page by name; or a stranger's."""


@dataclass(frozen=True, slots=True)
class Counter:
    """One count of wrong PINs; its name tells nobody whose. `afresh`: what counts instead, where this one has to wait,
    for a door that was not wrong itself."""

    name: str
    scale: Scale
    afresh: "Counter | None" = None


def counters(sealer: Sealer, traveller: str, door: Door) -> tuple[Counter, ...]:
    """What a try at this door counts on."""
    if isinstance(door, str):
        return (Counter(sealer.blind(BOOK, f"{traveller}/{door}"), DOOR),)
    afresh = Counter(sealer.blind(BOOK, f"{traveller}/afresh"), AFRESH)
    return (
        Counter(sealer.blind(BOOK, f"{traveller}/strange/{door.place}"), STRANGE_DOOR),
        Counter(sealer.blind(BOOK, f"{traveller}/strangers"), STRANGERS, afresh),
        Counter(sealer.blind(BOOK, f"place/{door.place}"), PLACE),
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """A try taken at `at`. `wait_s` above 0: not heard, come again then. Else it is counted, and `next_s` is what follows
    if it was a wrong one. `first`: nothing was counted before it. `kept`: on disk, not only in this process."""

    at: float
    counted: Sequence[Counter]
    wait_s: float = 0.0
    next_s: float = 0.0
    first: bool = False
    kept: bool = True


class Patience:
    """Counts tries. It holds nothing that matters but while the store is away."""

    def __init__(self) -> None:
        self._remembered: dict[str, tuple[float, ...]] = {}
        self._since_swept = 0

    async def turn(self, store: Store, counted: Sequence[Counter], now: float) -> Turn:
        """Asks for a turn, and takes it if there is one. Raises Refused(BUSY) when too many ask at once."""
        try:
            async with asyncio.timeout(STORE_S):
                return await self._kept_turn(store, counted, now)
        except (TimeoutError, StoreUnavailable):
            return self._remembered_turn(counted, now)

    async def right(self, store: Store, turn: Turn) -> None:
        """The PIN of this turn was right, whichever of the two."""
        for counter in turn.counted:
            self._remembered.pop(counter.name, None)
        if turn.kept:
            await _in_time(_forgiven(store, turn))

    async def unheard(self, store: Store, turn: Turn) -> None:
        """The PIN of this turn was not judged after all."""
        if turn.kept:
            await _in_time(_undone(store, turn.counted, turn.at))

    async def _kept_turn(self, store: Store, counted: Sequence[Counter], now: float) -> Turn:
        next_s, taken, first = 0.0, list[Counter](), False
        for counter in counted:
            turn = await _counted(store, counter, now)
            if turn.wait_s > 0 and first and counter.afresh is not None:
                counter = counter.afresh
                turn = await _counted(store, counter, now)
            if turn.wait_s > 0:
                await _undone(store, taken, now)
                return turn
            taken.append(counter)
            first = first or (turn.first and len(taken) == 1)
            next_s = max(next_s, turn.next_s)
        await self._sweep(store, now)
        return Turn(now, taken, next_s=next_s)

    def _remembered_turn(self, counted: Sequence[Counter], now: float) -> Turn:
        tries = {c.name: c.scale.young(self._remembered.get(c.name, ()), now) for c in counted}
        wait_s = max(c.scale.wait_s(tries[c.name], now) for c in counted)
        if wait_s > 0:
            return Turn(now, counted, wait_s)
        for counter in counted:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.pop(next(iter(self._remembered)))
            self._remembered[counter.name] = (*tries[counter.name], now)
        next_s = max(c.scale.wait_s(self._remembered[c.name], now) for c in counted)
        return Turn(now, counted, next_s=next_s, kept=False)

    async def _sweep(self, store: Store, now: float) -> None:
        """Somebody who tries out numbers leaves nothing behind for longer than a day and a few tries."""
        self._since_swept += 1
        if self._since_swept < SWEPT_EVERY:
            return
        self._since_swept = 0
        oldest_s = max(scale.forgotten_s for scale in (DOOR, STRANGERS, AFRESH, STRANGE_DOOR, PLACE))
        for name, kept in (await store.book_all(BOOK)).items():
            if now - max(_read(kept), default=0.0) >= oldest_s:
                await store.book_drop(BOOK, name, only_if=kept)


async def _counted(store: Store, counter: Counter, now: float) -> Turn:
    """One try more, if there is a turn. Whoever was quicker is counted first."""
    for _ in range(TRIES):
        [kept] = await store.book_get(BOOK, [counter.name])
        tries = _read(kept)
        wait_s = counter.scale.wait_s(tries, now)
        if wait_s > 0:
            return Turn(now, (counter,), wait_s)
        after = (*counter.scale.young(tries, now), now)
        if await _put(store, counter, kept, after):
            return Turn(now, (counter,), next_s=counter.scale.wait_s(after, now), first=len(after) == 1)
    raise Refused(Why.BUSY, "too many PINs are being tried at once", wait_s=2.0)


async def _forgiven(store: Store, turn: Turn) -> None:
    for counter in turn.counted:
        if counter.scale.forgiven:
            await store.book_drop(BOOK, counter.name)
        else:
            await _taken_back(store, counter, turn.at)


async def _undone(store: Store, counted: Sequence[Counter], now: float) -> None:
    for counter in counted:
        await _taken_back(store, counter, now)


async def _in_time(work: Awaitable[None]) -> None:
    """What the store does not take in time is left: a door then waits a little longer than it need."""
    with suppress(TimeoutError, StoreUnavailable):
        async with asyncio.timeout(STORE_S):
            await work


async def _taken_back(store: Store, counter: Counter, now: float) -> None:
    for _ in range(TRIES):
        [kept] = await store.book_get(BOOK, [counter.name])
        tries = list(_read(kept))
        if kept is None or now not in tries:
            return
        tries.remove(now)
        if await _put(store, counter, kept, tuple(tries)):
            return


async def _put(store: Store, counter: Counter, before: bytes | None, after: Sequence[float]) -> bool:
    value = " ".join(map(repr, after)).encode()
    if before is None:
        return await store.book_put(BOOK, counter.name, value, only_if_absent=True)
    return await store.book_put(BOOK, counter.name, value, only_if=before)


def _read(kept: bytes | None) -> tuple[float, ...]:
    return tuple(map(float, (kept or b"").split()))
