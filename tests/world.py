"""People and phones in a world with its own clock (docs of the stories: each file of tests/stories).

    async with World() as world:
        beth, dad = world.contact("Beth"), world.contact("Dad")
        anna = await world.traveller("Anna", contacts=[beth, dad])
        walk = await anna.sets_off(plan_min=20)
        await anna.walks(walk, minutes=5)
        await world.pass_time(minutes=25)
        await dad.phone.expect_text("NOT arrived").then_reply("42")

Time goes from deadline to deadline and never jumps over one. Leaving the world fails the test on any text or call that
nobody expected, on any error that was logged, and on any part of the house that died.
"""

import asyncio
import logging
from collections.abc import Callable, Sized
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self, TypeVar

from structlog.testing import capture_logs

from alerts.gateway import PhoneNumber
from alerts.receipts import Inbound
from service.memory_store import MemoryStore
from service.outspoken import LEDGER, Ledger
from service.receiving import keyed_in_call, receipt_came
from service.sandbox_phones import Keyed
from service.store import Store
from service.texts.inbound import hear
from service.valkey_store import ValkeyStore
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway, Sending
from tests.world_people import Contact, Traveller, sign_up
from tests.world_phones import Phone
from tests.world_process import Process, a_house

T = TypeVar("T")

HEARTBEAT_S = 30.0
"""A round happens at least this often, as rounds do in a house that is up."""
ANSWER_S = 5.0
OUR_NUMBER = PhoneNumber("+447700900000")


class _Errors(logging.Handler):
    """What libraries log as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class World:
    """See the module. `store` is one in memory unless the story is about the store."""

    def __init__(self, *, store: Store | None = None, clock: HandClock | None = None) -> None:
        self.clock = clock or HandClock()
        self.store: Store = store or MemoryStore(clock=self.clock)
        self.gateway = RecordingGateway(self.clock.now)
        self.processes: list[Process] = []
        self.phones: list[Any] = []
        self.people: list[Contact | Traveller] = []
        self._real = isinstance(self.store, ValkeyStore)
        self._numbers = (f"+4477009001{n:02d}" for n in count(1))
        self._sids = count(1)
        self._logged: list[Any] = []
        self._errors = _Errors()
        self._expected_errors: list[str] = []
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="lamplit-world-")))

    # ── beginning and end ──

    async def __aenter__(self) -> Self:
        self._logged = self._stack.enter_context(capture_logs())
        logging.getLogger().addHandler(self._errors)
        await self.comes_up()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        died = [p.feeding for p in self.processes if p.feeding.done()]
        for phone in self.phones:
            if phone.line is not None:
                await phone.line.drop()
        for process in list(self.processes):
            await process.dies()
        await self.store.close()
        logging.getLogger().removeHandler(self._errors)
        self._stack.close()
        if kind is None:
            self._nothing_unexpected()
            assert died == [], "a part of the house died"

    def _nothing_unexpected(self) -> None:
        unexpected = [
            f"{self._whose(s)} {'call' if s.is_call else 'text'}: {s.message.text}"
            for s in self.gateway.sent
            if s.reached and not s.expected
        ]
        assert unexpected == [], f"nobody expected {unexpected}"
        errors = [line for line in self.errors if not any(words in line for words in self._expected_errors)]
        assert errors == [], f"errors were logged: {errors}"

    @property
    def errors(self) -> list[str]:
        """Every error that was logged so far."""
        ours = [f"{line['event']} {line.get('error', '')}" for line in self._logged if _is_error(line)]
        return ours + self._errors.lines

    def expect_everything(self) -> None:
        """Whatever has arrived so far was compared by the story itself."""
        for sending in self.gateway.sent:
            sending.expected = True

    def expect_error(self, words: str) -> None:
        """An error with `words` in it was logged, and is part of the story."""
        assert any(words in line for line in self.errors), f"expected an error about {words}, got {self.errors}"
        self._expected_errors.append(words)

    def _whose(self, sending: Sending) -> str:
        number = sending.message.to
        return next((p.name for p in self.people if p.phone.number == number), number.masked)

    # ── people ──

    def contact(self, name: str, *, tier: int = 1, primary: bool = False, on_sos_list: bool = True) -> Contact:
        """Somebody with a phone, whom a traveller may choose."""
        contact = Contact(self, name, next(self._numbers), tier=tier, primary=primary, on_sos_list=on_sos_list)
        self.people.append(contact)
        return contact

    async def traveller(self, name: str, contacts: list[Contact]) -> Traveller:
        """Somebody who has signed up, and whose contacts have said YES. It is a full minute when they have."""
        traveller = await sign_up(self, name, next(self._numbers), contacts)
        self.people.append(traveller)
        await self.pass_time(seconds=-self.clock.now() % 60.0)
        return traveller

    async def texted(self, number: PhoneNumber, words: str) -> None:
        """A text from `number` comes in."""
        inbound = Inbound(sid=f"IN{next(self._sids):032d}", sender=number, to=OUR_NUMBER, body=words)
        await hear(self.front.house, inbound)
        await self.settle()

    async def keyed(self, call: Sending, digits: str) -> None:
        """Whoever has taken `call` keys `digits`."""
        house, message = self.front.house, call.message
        assert isinstance(message.to, PhoneNumber), "only a phone has keys"
        for n in range(1, len(digits) + 1):
            keyed = Keyed(
                notice_id=message.id, attempt=message.attempt, sid=call.sid, number=message.to, digits=digits[:n]
            )
            await keyed_in_call(house, keyed)
        await self.settle()

    # ── processes ──

    @property
    def front(self) -> Process:
        """The process whose doors are open."""
        assert self.processes, "the service is down"
        return self.processes[0]

    async def comes_up(self) -> Process:
        """One more process of the service."""
        process = Process(a_house(self.store, self.clock, self.gateway), Ledger(self._folder / LEDGER))
        self.processes.append(process)
        await process.house.feed.following()
        return process

    async def goes_down(self) -> None:
        """kill −9 of every process; phones lose their line."""
        for phone in self.phones:
            if phone.line is not None:
                await phone.goes_dark()
        while self.processes:
            await self.processes.pop().dies()

    # ── time ──

    async def pass_time(self, *, minutes: float = 0.0, seconds: float = 0.0) -> None:
        """Lets so much time pass, from deadline to deadline."""
        until = self.clock.now() + minutes * 60.0 + seconds
        await self.settle()
        while self.clock.now() < until:
            at = min(await self._next_at(), self.clock.now() + HEARTBEAT_S, until)
            self.clock.forward_to(at)
            await self.settle()

    async def settle(self) -> None:
        """Everything due at this instant has happened, and what followed from it."""
        await self._beats()
        for _ in range(100):
            await self.rest()
            done = await self.receipts()
            for process in self.processes:
                done += await process.round()
            await self.rest()
            if not done:
                return
        raise AssertionError("this instant never ends")

    async def rest(self) -> None:
        """Until everybody in the house waits for something from outside: nothing is left that could run now."""
        ready: Sized = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        await asyncio.sleep(0)
        while ready:  # noqa: ASYNC110 (there is nobody to wait for)
            await asyncio.sleep(0)
        if self._real:
            await asyncio.sleep(0.003)

    async def until(self, seen: Callable[[], T | None], what: str) -> T:
        """What `seen` finds, as soon as it does (PINs are checked in a thread of their own)."""
        async with asyncio.timeout(ANSWER_S):
            while (found := seen()) is None:  # noqa: ASYNC110 (another thread works)
                await asyncio.sleep(0.001)
        await self.settle()
        return found

    async def _next_at(self) -> float:
        """The next instant at which anything happens by itself."""
        now = self.clock.now()
        wakes = [at for _, at in await self.store.due(1e15, 100)] if self.processes else []
        rows = [visible_at for _, _, visible_at in await self.store.outbox()] if self.processes else []
        beats = [phone.next_beat_at for phone in self.phones]
        others = [self.gateway.next_receipt_at, self.clock.next_waking_at, *beats]
        coming = [at for at in (*wakes, *rows, *others) if at is not None and at > now]
        return min(coming, default=float("inf"))

    async def _beats(self) -> None:
        for phone in self.phones:
            if phone.next_beat_at is not None and phone.next_beat_at <= self.clock.now():
                await phone.beats()

    async def receipts(self) -> int:
        receipts = self.gateway.receipts(self.clock.now())
        for receipt in receipts if self.processes else ():
            await receipt_came(self.front.house, receipt)
        return len(receipts)


def _is_error(line: Any) -> bool:
    return line["log_level"] in ("error", "critical", "exception")


def numbers_of(*people: Contact | Traveller) -> set[str]:
    """Their telephone numbers."""
    return {str(person.phone.number) for person in people}


__all__ = ["Contact", "Phone", "Traveller", "World", "numbers_of"]
