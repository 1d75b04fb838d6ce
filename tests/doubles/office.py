"""A dispatcher at work: a desk that writes down what it is told, a gateway that is told what to do, a clock by hand."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alerts.contact import Channel
from alerts.dispatch import Dispatcher, Held, Needless
from alerts.gateway import GatewayError, Message, PhoneNumber
from alerts.notice import Kind, Notice
from alerts.turns import Lane, lane_of
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway

DAD = PhoneNumber("+447700900101")


def to_dad(n: int = 1, *, urgency: int = 2, channel: Channel = Channel.SMS) -> Notice:
    return Notice(
        journey="anna-1",
        incident="i1",
        rung=f"L{n}",
        to="dad",
        kind=Kind.OVERDUE,
        channel=channel,
        due_at=0.0,
        urgency=urgency,
    )


@dataclass(frozen=True)
class Row:
    """A row that waits."""

    held: Held

    @property
    def id(self) -> str:
        return self.held.notice.id

    @property
    def urgency(self) -> int:
        return self.held.notice.urgency

    @property
    def lane(self) -> int:
        return lane_of(self.held.notice.channel)


class Desk:
    """Writes down what it is told, and how often it was looked at. `outbox` are the rows still to be claimed, each so often
    as it was claimed before."""

    def __init__(self, *outbox: Held) -> None:
        self.outbox = list(outbox)
        self.told: list[tuple[str, object]] = []
        self.unneeded: str | None = None
        self.stopped = self.unwritable = False
        self.looks = 0

    async def waiting(self, limit: int) -> Sequence[Row]:
        self.looks += 1
        return sorted((Row(held) for held in self.outbox), key=lambda row: row.urgency)[:limit]

    async def claim(self, rows: Sequence[Row], lease_s: float) -> Sequence[Held]:
        claimed = [row.held for row in rows if row.held in self.outbox]
        self.outbox = [held for held in self.outbox if held not in claimed]
        return claimed

    async def written(self, held: Held) -> Message | Needless:
        if self.stopped:
            raise GatewayError("this number has sent stop", permanent=True, opted_out=True)
        if self.unwritable:
            raise GatewayError("KeyError while it was written", permanent=False)
        if self.unneeded is not None:
            return Needless(self.unneeded)
        notice = held.notice
        return Message(notice.id, held.claims, DAD, notice.channel, f"text {notice.id}", "", 300.0, notice.id)

    async def handed(self, held: Held, sid: str) -> None:
        self.told.append(("handed", sid))

    async def refused(self, held: Held, error: GatewayError) -> None:
        self.told.append(("refused", error.code))

    async def needless(self, held: Held, why: str) -> None:
        self.told.append(("needless", why))

    async def put_off(self, held: Held, seconds: float, error: Exception) -> None:
        self.told.append(("put off", seconds))


class Office:
    """A dispatcher with its desk, gateway and clock."""

    def __init__(
        self,
        desk: Desk,
        rate_per_s: float | None = None,
        calls_per_s: float | None = None,
        deciding: Callable[[], bool] = lambda: False,
    ) -> None:
        self.clock = HandClock()
        self.gateway = RecordingGateway(self.clock.now)
        rates = {Lane.TEXTS: rate_per_s, Lane.CALLS: calls_per_s}
        self.dispatcher = Dispatcher(
            desk,
            self.gateway,
            now=self.clock.now,
            sleep=self.clock.sleep,
            rates={lane: rate for lane, rate in rates.items() if rate is not None},
            deciding=deciding,
            monotonic=self.clock.monotonic,
        )

    async def settled(self) -> None:
        """Everything that can happen without the clock has happened."""
        for _ in range(50):
            await asyncio.sleep(0)
