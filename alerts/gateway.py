"""The gateway port: hands one message to a provider and says honestly what became of it."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .contact import Channel


class Delivery(StrEnum):
    """How far a message has come. Receipts only ever raise the rank. A call is `sent` while it rings, `answered` when
    somebody or something picked up, and `delivered` only when a key was pressed in it: a mailbox has told nobody."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    SENT = "sent"
    ANSWERED = "answered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


class PhoneNumber(str):
    """An E.164 number that never shows itself whole in a repr or a log."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"PhoneNumber('{self.masked}')"

    @property
    def masked(self) -> str:
        return f"{self[:3]}…{self[-2:]}" if len(self) > 6 else "…"


class MailAddress(str):
    """An e-mail address that never shows itself whole in a repr or a log."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"MailAddress('{self.masked}')"

    @property
    def masked(self) -> str:
        """Enough for its owner to know it by."""
        name, _, domain = self.partition("@")
        return f"{name[:1]}…@{domain[:1]}…{domain[domain.rfind('.') :]}" if "." in domain else "…"


@dataclass(frozen=True, slots=True)
class Message:
    """What is handed over. `reference` appears in the body's link or code and in `callback_url`,
    so that a message whose reply was lost can be found again. `voice_url` is asked for a call's words when somebody
    picks up, and gets its keys; `text` is what they were when it was handed over, and is said as it stands where
    `as_it_stands` (nothing could be read when somebody picks up). `subject` is a mail's; a webhook's `to` is empty."""

    id: str
    attempt: int
    to: PhoneNumber | MailAddress
    channel: Channel
    text: str
    callback_url: str
    valid_s: float
    reference: str
    second_sender: bool = False
    voice_url: str = ""
    as_it_stands: bool = False
    subject: str = ""

    @property
    def key(self) -> str:
        """The idempotency key as others may read it: the same however often this is handed over, and nothing in it."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Handed:
    """The provider took it. `sid` is the provider's name for it."""

    sid: str


class GatewayError(Exception):
    """The message was not taken.

    permanent: trying this number on this channel again is useless (the ladder takes the next way at once).
    opted_out: the number has sent STOP (Twilio 21610): mark it unreachable by SMS.
    everybody: it is not about this message: the provider takes none, for `retry_after_s` where it says so.
    code: the provider's error number, for the log and the traveller's screen.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        opted_out: bool = False,
        code: int | None = None,
        everybody: bool = False,
        retry_after_s: float | None = None,
    ):
        super().__init__(reason)
        self.reason, self.permanent, self.opted_out, self.code = reason, permanent, opted_out, code
        self.everybody, self.retry_after_s = everybody, retry_after_s


class OutcomeUnknown(Exception):
    """The request left us and no answer came back: it may have been sent. Ask `find` before sending again."""


class Gateway(Protocol):
    """One provider. Never retries by itself: a retry is a decision, and decisions are on disk.

    `rings`: whether it carries calls; where it does not, nobody is promised one.
    """

    name: str
    rings: bool

    async def send(self, message: Message) -> Handed:
        """Hand over one message. Raises GatewayError or OutcomeUnknown; nothing else escapes."""
        ...

    async def find(self, message: Message, since_at: float) -> Handed | None:
        """Look for a message handed over since `since_at` whose body carries `message.reference`."""
        ...

    async def close(self) -> None: ...
