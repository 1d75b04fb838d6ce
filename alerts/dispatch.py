"""Dispatch: choose among what waits, claim it, ask whether it is still needed, write it, hand it over, say what became
of it.

At least once, with an idempotency key; at most one duplicate in any crash:
1. A claim is a lease. Whoever dies holding one leaves the row to be claimed again, with `claims` one higher.
2. A row claimed before may have been sent: the provider is asked first (`Gateway.find`), unless it has just refused it
   by name.
3. A request whose answer was lost waits `ADOPTION_S` for the provider's callback to prove acceptance, then goes by 2.
4. Nothing is dropped because the provider refuses: it stays in the outbox and is tried again with growing pauses.
   A message that is refused as if nothing were taken, while others are, waits for itself and holds up nobody.
5. Nothing is claimed before it can go: an SOS that comes now is chosen before all that waits, and finds room.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .gateway import Gateway, GatewayError, Handed, Message, OutcomeUnknown
from .notice import Notice
from .pace import REST_S, Pace, Rest, jittered
from .turns import URGENT, Lane, Queued, chosen, lane_of

LEASE_S = 60.0
ADOPTION_S = 20.0
PAUSES_S = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
AT_ONCE, MOST_AT_ONCE = 16, 256
"""Requests of a lane in flight at a time, at a slow rate and at any; a request takes a provider 100 to 300 ms."""
AT_ONCE_S = 0.5
URGENT_MORE = 16
"""And so many more for SOS and duress, should all others be stuck."""
WINDOW = 64
"""How far into each queue a choice looks (there is one for each partition of the store)."""
OWN_URGENT_S = 30.0
"""How long an SOS that is refused for itself waits at most; those of the next rungs are tried at once."""
MOST_REMEMBERED = 4096
"""Messages of which it is known when they were refused; forgotten, one is taken for everybody's once more."""
DECIDING_S = 0.1
"""While decisions go first, this is how often it is looked whether they still do."""
LOOK_S = 1.0
"""What waits is looked at again after this at the latest, while anything is under way."""


@dataclass(frozen=True, slots=True)
class Held:
    """A notice that is ours for a minute. `claims` above 1: somebody may have sent it and died before saying so."""

    notice: Notice
    claims: int


@dataclass(frozen=True, slots=True)
class Needless:
    """Nobody needs this message any more."""

    why: str


class GatewayBroke(OutcomeUnknown):
    """A gateway failed in a way that gateways may not: a fault of ours, with its cause."""


class Desk(Protocol):
    """What dispatch needs from the house. Every method is durable when it returns."""

    async def waiting(self, limit: int) -> Sequence[Queued]:
        """The heads of all queues, up to `limit` of each, by urgency, then due time."""
        ...

    async def claim(self, rows: Sequence[Any], lease_s: float) -> Sequence[Held]:
        """Those of `rows` (as `waiting` gave them) that are ours now."""
        ...

    async def written(self, held: Held) -> Message | Needless:
        """The message in words, as of now; or why nobody needs it (withdrawn, answered, removed, proven already).

        Raises GatewayError: permanent where the number itself has said that it takes no such message, else where it
        cannot be written now."""
        ...

    async def handed(self, held: Held, sid: str) -> None:
        """The provider took it: the row leaves the outbox."""
        ...

    async def refused(self, held: Held, error: GatewayError) -> None:
        """Refused for good: the row leaves the outbox and the ladder takes the next way."""
        ...

    async def needless(self, held: Held, why: str) -> None:
        """The row leaves the outbox unsent."""
        ...

    async def put_off(self, held: Held, seconds: float, error: Exception) -> None:
        """The row stays and may be claimed again in `seconds`."""
        ...


class Dispatcher:
    """One process's dispatch. Two dispatchers are harmless: claims keep them apart."""

    def __init__(
        self,
        desk: Desk,
        gateway: Gateway,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        rates: Mapping[Lane, float] | None = None,
        deciding: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] | None = None,
    ) -> None:
        """`monotonic` is a clock that counts on while the machine sleeps and that nobody sets; `rates` are messages a second by lane; a lane without one goes as fast as the provider answers. While
        `deciding` says that decisions are behind, only SOS and duress are begun."""
        rates = rates or {}
        self._deciding = deciding
        self._monotonic = monotonic or now
        self._desk, self._gateway, self._now, self._sleep = desk, gateway, now, sleep
        self._paces = {lane: Pace(rates.get(lane)) for lane in Lane}
        self._rests = {lane: Rest() for lane in Lane}
        self._refused: dict[Lane, set[str]] = {lane: set() for lane in Lane}  # since it rests
        self._taken = Counter[Lane]()
        self._taken_before: dict[str, int] = {}  # how many the lane had taken when a message was refused in it
        self._not_taken: dict[str, int] = {}  # with which claim a message was refused for certain
        self._at_once = {lane: int(min(max(AT_ONCE, AT_ONCE_S * rates.get(lane, 0.0)), MOST_AT_ONCE)) for lane in Lane}
        self._running: dict[asyncio.Task[None], Lane] = {}
        self._wanted = asyncio.Event()
        self._left: set[Lane] = set()
        self._looked_at = 0.0

    def hint(self, lane: Lane | None = None, *, urgent: bool = False) -> None:
        """Something new waits, in `lane` if that is known: a round under way looks again, unless it is known already that
        something waits there and this is no SOS."""
        if urgent or lane is None or lane not in self._left:
            self._wanted.set()

    async def one_round(self) -> int:
        """Claims and hands over everything that may go; returns how many rows were dealt with. An error of the desk is
        raised once what was under way has ended."""
        dealt = 0
        self._wanted.set()
        try:
            while True:
                held, room_at = await self._take()
                dealt += held
                if not self._running and room_at is None:
                    return dealt
                await self._until_something_ends(room_at)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
            self._running.clear()

    async def _take(self) -> tuple[int, float | None]:
        """Claims what may go now and begins with it: how many; and when to look again for more that waits, None where
        only a provider that answers, or the clock of a row, can make room.

        Looking costs the store a read of the heads of all queues, so it is left out while no lane in which anything is
        known to wait has room."""
        now, claimed_s, busy = self._now(), self._monotonic(), Counter(self._running.values())
        room: dict[int, int] = {lane: self._room(lane, busy[lane], now, urgent=False) for lane in Lane}
        hinted = self._wanted.is_set()
        self._wanted.clear()
        ready = any(room[lane] > 0 and self._paces[lane].room_at(now) <= now for lane in self._left)
        if not (hinted or ready or now - self._looked_at >= LOOK_S):
            return 0, self._room_at(now)
        waiting = await self._desk.waiting(WINDOW)
        urgent_room: dict[int, int] = {lane: self._room(lane, busy[lane], now, urgent=True) for lane in Lane}
        rows = chosen(self._to_try(waiting, now), room, urgent_room)
        held = await self._desk.claim(rows, LEASE_S) if rows else ()
        for one in held:
            lane, urgent = lane_of(one.notice.channel), one.notice.urgency == URGENT
            self._paces[lane], at = self._paces[lane].taken(now, urgent=urgent)
            self._running[asyncio.create_task(self._deal(one, lane, claimed_s, at))] = lane
        left = Counter(Lane(row.lane) for row in waiting) - Counter(Lane(row.lane) for row in rows)
        self._left, self._looked_at = set(left), now
        return len(held), self._room_at(now)

    def _room_at(self, now: float) -> float | None:
        """When there may be room in a lane in which something waits. For the end of a rest nobody waits here unless
        something else is under way."""
        if self._left and self._deciding():
            return now + DECIDING_S
        at = []
        for lane in self._left:
            rest, pace = self._rests[lane], self._paces[lane]
            if rest.failed and self._running:
                at += [until for until in (rest.urgent_until, rest.until) if until > now][:1]
            elif not rest.failed and pace.rate_per_s is not None:
                at.append(pace.room_at(now))
        return min(at, default=None)

    def _to_try(self, waiting: Sequence[Queued], now: float) -> Sequence[Queued]:
        """What waits; of a lane that rests only what was not refused since, until everything was: a message that its
        provider chokes on must not be all that is ever tried."""
        for lane, refused in self._refused.items():
            if not refused:
                continue
            every = self._rests[lane].room(now, urgent=False) != 0
            may = {row.id for row in waiting if row.lane == lane and (every or row.urgency == URGENT)}
            if may <= refused:
                refused -= may
            else:
                waiting = [row for row in waiting if row.lane != lane or row.id not in refused]
        return waiting

    def _room(self, lane: Lane, busy: int, now: float, *, urgent: bool) -> int:
        """Urgent ones wait for a place, never for a turn."""
        tried = self._rests[lane].room(now, urgent=urgent)
        if tried is not None:
            return tried - busy
        slots = self._at_once[lane] + (URGENT_MORE if urgent else 0) - busy
        if not urgent and self._deciding():
            return 0
        return max(0, slots if urgent else min(slots, self._paces[lane].room(now)))

    async def _until_something_ends(self, room_at: float | None) -> None:
        """Until a request is answered, something new waits, or there is room for more."""
        others: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._wanted.wait())]
        if room_at is not None:
            others.append(asyncio.ensure_future(self._sleep(max(0.0, room_at - self._now()))))
        try:
            await asyncio.wait([*self._running, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for other in others:
                other.cancel()
        if any(task.done() and task.exception() is not None for task in self._running):
            await asyncio.wait(self._running)
        ended = [task for task in self._running if task.done()]
        for task in ended:
            del self._running[task]
        errors = [error for task in ended if (error := task.exception()) is not None]
        if errors:
            raise errors[0]

    async def _deal(self, held: Held, lane: Lane, claimed_s: float, at: float) -> None:
        try:
            message = await self._desk.written(held)
        except GatewayError as error:
            if error.permanent or error.opted_out:
                await self._desk.refused(held, error)
            else:
                await self._desk.put_off(held, self._pause_s(held, lane, error), error)
            return
        if isinstance(message, Needless):
            await self._desk.needless(held, message.why)
            return
        if at > self._now():  # at the sender's rate, so that the provider's queue stays short (review H28)
            await self._sleep(at - self._now())
        if self._monotonic() - claimed_s > LEASE_S / 2:  # a frozen process (review H27): somebody else may have it
            return
        asking = held.claims > 1 and self._not_taken.pop(held.notice.id, 0) != held.claims - 1
        try:
            handed = await self._found(held, message) if asking else None
            asking = False
            handed = handed or await self._gateway.send(message)
        except OutcomeUnknown as error:
            await self._desk.put_off(held, ADOPTION_S, error)
        except GatewayError as error:
            if error.permanent or error.opted_out:
                await self._desk.refused(held, error)
            else:
                if error.code is not None and not asking:  # who names an error has not taken it
                    self._not_taken[held.notice.id] = held.claims
                await self._desk.put_off(held, self._pause_s(held, lane, error), error)
        except Exception as error:  # noqa: BLE001 (a fault of ours or of a library is this message's alone)
            broke = GatewayBroke(f"{type(error).__name__} while it was handed over")
            broke.__cause__ = error
            await self._desk.put_off(held, ADOPTION_S, broke)
        else:
            self._rests[lane] = Rest()
            self._refused[lane].clear()
            self._taken[lane] += 1
            self._taken_before.pop(held.notice.id, None)
            await self._desk.handed(held, handed.sid)

    def _pause_s(self, held: Held, lane: Lane, error: GatewayError) -> float:
        """What is refused to everybody is nobody's fault: it waits as long as the lane rests and no longer. Unless the
        provider names no error and others were taken since it was refused like that before: then it is this message's
        own, and the lane goes on."""
        own_s = PAUSES_S[min(held.claims, len(PAUSES_S)) - 1]
        if not error.everybody:
            return jittered(own_s, held.notice.id)
        now, urgent, id_ = self._now(), held.notice.urgency == URGENT, held.notice.id
        if error.code is None and self._taken_before.setdefault(id_, self._taken[lane]) < self._taken[lane]:
            return jittered(min(own_s, OWN_URGENT_S if urgent else REST_S[-1]), id_)
        for remembered in (self._taken_before, self._not_taken):
            if len(remembered) > MOST_REMEMBERED:
                remembered.clear()
        self._refused[lane].add(id_)
        rest = self._rests[lane] = self._rests[lane].after_failure(now, error.retry_after_s)
        return max(0.0, (rest.urgent_until if urgent else rest.until) - now)

    async def _found(self, held: Held, message: Message) -> Handed | None:
        return await self._gateway.find(message, held.notice.due_at)
