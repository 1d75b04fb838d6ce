"""The gateway without a provider: texts and calls go to phones on the screen, and nothing leaves the machine."""

import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from .contact import Channel
from .gateway import Delivery, GatewayError, Handed, Message, OutcomeUnknown
from .receipts import OPTED_OUT, reason

OUR_NUMBER: Final = "+447700900000"
OUR_SECOND_NUMBER: Final = "+447700900009"


class Behaviour(StrEnum):
    """What a phone on the screen is doing. All but `off` ring when called."""

    ON = "on"
    OFF = "off"  # texts are sent and never delivered; calls go unanswered at once
    ASLEEP = "asleep"  # texts are delivered, nobody reads them, nobody takes a call
    DELAYED = "delayed"  # texts come 40 minutes late
    OPTED_OUT = "opted_out"  # has sent STOP: texts are refused
    UNDELIVERED = "undelivered"  # texts come back as not delivered


class Direction(StrEnum):
    IN = "in"  # reached, or should reach, this phone
    OUT = "out"  # typed on this phone


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One text or call in a phone's thread. `id` is the provider's sid.

    A call rings from `at` until `answered_at` or `ended_at`; `keyed` is everything keyed in it so far.
    """

    id: str
    at: float
    direction: Direction
    channel: Channel
    text: str
    sender: str
    delivery: Delivery = Delivery.ACCEPTED
    delivered_at: float | None = None
    notice_id: str = ""
    attempt: int = 0
    answered_at: float | None = None
    ended_at: float | None = None
    keyed: str = ""

    @property
    def ringing(self) -> bool:
        return self.channel is Channel.CALL and self.answered_at is None and self.ended_at is None

    @property
    def speaking(self) -> bool:
        return self.answered_at is not None and self.ended_at is None


class Phones(Protocol):
    """Where the phones on the screen are kept."""

    async def deliver(self, number: str, entry: Entry) -> None:
        """Put a text or a ringing call on its way to `number`."""
        ...

    async def behaviour(self, number: str) -> Behaviour: ...

    async def thread(self, number: str) -> Sequence[Entry]:
        """What this phone received and sent, oldest first."""
        ...


class SandboxGateway:
    """Takes everything at once and lets the phones say what became of it."""

    name = "sandbox"
    rings = True

    def __init__(self, phones: Phones, now: Callable[[], float]):
        self._phones, self._now = phones, now

    async def send(self, message: Message) -> Handed:
        sid = f"SB{secrets.token_hex(16)}"
        entry = Entry(
            id=sid,
            at=self._now(),
            direction=Direction.IN,
            channel=message.channel,
            text=message.text,
            sender=OUR_SECOND_NUMBER if message.second_sender else OUR_NUMBER,
            notice_id=message.id,
            attempt=message.attempt,
        )
        number = str(message.to)
        try:
            behaviour = await self._phones.behaviour(number)
        except Exception as error:
            raise GatewayError(f"phones not reached: {type(error).__name__}", permanent=False) from error
        if message.channel is Channel.SMS and behaviour is Behaviour.OPTED_OUT:
            raise GatewayError(reason(OPTED_OUT), permanent=True, opted_out=True, code=OPTED_OUT)
        try:
            await self._phones.deliver(number, entry)
        except Exception as error:
            raise OutcomeUnknown(f"phones did not answer: {type(error).__name__}") from error
        return Handed(sid)

    async def find(self, message: Message, since_at: float) -> Handed | None:
        try:
            thread = await self._phones.thread(str(message.to))
        except Exception as error:
            raise GatewayError(f"phones not reached: {type(error).__name__}", permanent=False) from error
        mine = (message.id, message.attempt)
        found = [entry.id for entry in thread if entry.at >= since_at and (entry.notice_id, entry.attempt) == mine]
        return Handed(found[0]) if found else None

    async def close(self) -> None:
        """Nothing to let go of: the phones belong to the store."""
