"""What may precede its commit: an SOS or a duress PIN that the store has not taken in time is spoken first (H16).

Every other decision is on disk before anybody hears of it. Here the process that holds her socket sends to the SOS list
from memory, with the same idempotency keys the commit will make, writes the fact to a local ledger, and goes on trying to
commit. When the store is back the commit finds the ledger, and what was spoken is not sent again.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from alerts.contact import Channel
from alerts.gateway import GatewayError, Message, OutcomeUnknown
from alerts.message import render
from alerts.notice import Kind, Notice

from . import telling
from .clock import breathe
from .house import House
from .journey import pressed
from .journey.advance import advance
from .journey.closing import reopens
from .journey.cover import judged, under_duress
from .journey.model import Journey, Seen
from .journey.profiles import STANDARD
from .journey.said import is_over
from .journey.turn import Answer
from .people.alarms import remembered_cry
from .people.model import Traveller
from .people.pressing import PATIENCE_S, cry
from .store import StoreUnavailable
from .telemetry import logger
from .watch import Act

log = logger(__name__)

RETRY_S = 0.25
LEDGER = "spoken.jsonl"


class Spoken(msgspec.Struct, frozen=True):
    """One line of the ledger: this notice went out before its commit, and the provider calls it `sid`."""

    id: str
    sid: str
    at: float


class Ledger:
    """What was spoken before it was committed: a file beside the store, appended and fsynced, read by every dispatcher."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = 0
        self._sids: dict[str, str] = {}

    def write(self, spoken: Spoken) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(spoken) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def sid_of(self, notice_id: str) -> str | None:
        """The provider's name for a notice that was spoken already; costs one stat when nothing was."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return None
        if size > self._read_bytes:
            with self._path.open("rb") as file:
                file.seek(self._read_bytes)
                for line in file.read().splitlines():
                    spoken = msgspec.json.decode(line, type=Spoken)
                    self._sids[spoken.id] = spoken.sid
            self._read_bytes = size
        return self._sids.get(notice_id)


class Cries:
    """SOSes between her thumb and the disk. One task each, which outlives the socket that brought it."""

    def __init__(self, house: House, ledger: Ledger) -> None:
        self._house, self._ledger = house, ledger
        self._tasks: dict[tuple[str, str], asyncio.Task[Answer]] = {}

    async def cry(
        self,
        account: Traveller,
        command: str,
        last: Journey | None,
        *,
        window: bool = True,
        streams: bool = True,
        place: Seen | None = None,
    ) -> Answer:
        """Her SOS; `last` is her journey as this process last saw it. Repeats of `command` wait for the same answer.
        `window`, `streams` and `place` as for `people.pressing.cry`."""
        name = (account.id, command)
        task = self._tasks.get(name)
        if task is None:
            committed = partial(cry, self._house, account, command=command, window=window, streams=streams, place=place)
            task = asyncio.create_task(self._until_on_disk(account, committed, last, window=window, place=place))
            self._tasks[name] = task
            task.add_done_callback(lambda _: self._tasks.pop(name, None))
        return await asyncio.shield(task)

    async def _until_on_disk(
        self,
        account: Traveller,
        commit: Callable[[], Awaitable[Answer]],
        last: Journey | None,
        *,
        window: bool,
        place: Seen | None,
    ) -> Answer:
        pressed_at = self._house.clock.now()
        committing = asyncio.create_task(self._committed(commit))
        patience_s = max(PATIENCE_S, STANDARD.sos_window_s if window else 0.0)
        patience = asyncio.ensure_future(self._house.clock.sleep(patience_s))
        await asyncio.wait({committing, patience}, return_when=asyncio.FIRST_COMPLETED)
        patience.cancel()
        if not committing.done():
            await self._speak(account, last, pressed_at, window=window, place=place)
        return await committing

    async def _committed(self, commit: Callable[[], Awaitable[Answer]]) -> Answer:
        while True:
            try:
                return await commit()
            except StoreUnavailable:
                await breathe(RETRY_S)

    async def forced(self, account: Traveller, last: Journey | None, act: Act) -> None:
        """Her duress PIN, given for `act` and not on disk in time: the SOS list hears now."""
        now = self._house.clock.now()
        journey = self._remembered(account, last, now, hidden=True)
        outcome = under_duress(journey, lambda j, proof: act(j, now, proof), now)
        listed = {p.id for p in journey.plan.people if p.on_sos_list}
        urgent = [n for n in outcome.notices if n.to in listed and n.kind is Kind.DURESS]
        log.error("a duress PIN is spoken before it is on disk", notices=len(urgent))
        await self._say_all(urgent, outcome.journey, account, now)

    async def _speak(
        self, account: Traveller, last: Journey | None, pressed_at: float, *, window: bool, place: Seen | None
    ) -> None:
        """What the heart would have said, from what this process knows."""
        journey = self._remembered(account, last, pressed_at)
        cried = judged(journey, lambda j: pressed.sos(j, pressed_at, window=window, place=place), pressed_at)
        counting = cried.journey
        now = max(self._house.clock.now(), counting.sos.fires_at if counting.sos else pressed_at)
        fired = advance(counting, now)
        notices = (*(() if window else cried.notices), *fired.notices)
        log.error("store does not answer: an SOS is spoken before it is on disk", notices=len(notices))
        await self._say_all(notices, fired.journey, account, now)

    def _remembered(self, account: Traveller, last: Journey | None, at: float, *, hidden: bool = False) -> Journey:
        if last is None or (is_over(last) and not reopens(last, at)):  # nothing it could belong to
            return remembered_cry(self._house, account, at, hidden=hidden)
        return last

    async def _say_all(self, notices: Sequence[Notice], journey: Journey, account: Traveller, now: float) -> None:
        await asyncio.gather(*(self._say(n, journey, account, now) for n in notices))

    async def _say(self, notice: Notice, journey: Journey, account: Traveller, now: float) -> None:
        number = telling.number_of(notice, account)
        if number is None or notice.channel is Channel.EMAIL:  # a mail is no matter of seconds: the commit sends it
            return
        facts = telling.facts(notice, journey, account, self._house.voice, now)
        message = Message(
            id=notice.id,
            attempt=1,
            to=number,
            channel=notice.channel,
            text=render(notice.kind, facts, notice.channel),
            callback_url=telling.callback_url(self._house.public_url, self._house.sealer, notice.id, 1),
            voice_url=telling.voice_url(self._house.public_url, self._house.sealer, notice, 1),
            as_it_stands=True,
            valid_s=notice.valid_s,
            reference=facts.link.rpartition("/")[2],
        )
        try:
            handed = await self._house.gateway.send(message)
        except (GatewayError, OutcomeUnknown, StoreUnavailable) as error:
            log.error("an SOS could not be spoken", error=str(error))  # the commit, when it comes, sends it
            return
        self._ledger.write(Spoken(notice.id, handed.sid, now))
