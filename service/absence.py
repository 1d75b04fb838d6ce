"""When we were not listening (row 21, review H21): noticed at the doors and by the rounds, known to every process.

A round writes down that it was, and so does every process with doors. The older of the two marks is when phones were
last sure to find us. While it is more than a minute old nobody's silence counts: the outage is written down, grows with
every round, and is taken off each journey's silence before anything of it is judged.
"""

import msgspec

from .clock import Clock, breathe
from .journey.model import Outage
from .store import Store, StoreUnavailable
from .telemetry import logger
from .watch import Watch

log = logger(__name__)

LATE_S = 60.0
ALIVE_S = 5.0
BOOK = "service"
ROUND, DOOR, OUTAGE = "round", "door", "outage"


async def notice(store: Store, watch: Watch, now: float) -> None:
    """Find out whether we were away, write it down, and let `watch` know. Before a process judges anything, and with
    every round."""
    *marks, known = await store.book_get(BOOK, [ROUND, DOOR, OUTAGE])
    before = _later(watch.outage, known)
    watch.outage = before
    listened_at = min((msgspec.msgpack.decode(mark, type=float) for mark in marks if mark is not None), default=now)
    if now - listened_at <= LATE_S:
        return
    outage = Outage(listened_at, now)
    await store.book_put(BOOK, OUTAGE, msgspec.msgpack.encode(outage))
    watch.outage = outage
    if before is None or before.from_at != outage.from_at:
        log.error("service was away", from_at=listened_at, to_at=now, seconds=round(now - listened_at))


async def learn(store: Store, watch: Watch) -> None:
    """What another process has noticed."""
    [known] = await store.book_get(BOOK, [OUTAGE])
    watch.outage = _later(watch.outage, known)


async def stood_round(store: Store, now: float) -> None:
    """A round was."""
    await store.book_put(BOOK, ROUND, msgspec.msgpack.encode(now))


async def keep_door(store: Store, watch: Watch, clock: Clock) -> None:
    """A process with doors says that it is there, until cancelled. A store that is away is a silence of ours too."""
    while True:
        try:
            await store.book_put(BOOK, DOOR, msgspec.msgpack.encode(clock.now()))
            await learn(store, watch)
        except StoreUnavailable:
            await breathe(0.2)
        else:
            await clock.sleep(ALIVE_S)


def _later(mine: Outage | None, known: bytes | None) -> Outage | None:
    if known is None:
        return mine
    told = msgspec.msgpack.decode(known, type=Outage)
    return told if mine is None or told.to_at > mine.to_at else mine
