"""A gateway that writes down what it is given, and does to it what the story says."""

import asyncio
import heapq
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from alerts.contact import Channel
from alerts.gateway import Delivery, GatewayError, Handed, Message, OutcomeUnknown
from alerts.receipts import OPTED_OUT, PHONE_OFF, Receipt, is_permanent

NO_SUCH_NUMBER = 21211
QUEUE_FULL = 21611
RINGS_S = 30.0


@dataclass(frozen=True)
class Fate:
    """What becomes of a message: whether it is taken, whether we hear of that, which receipts follow and when.
    `everybody`: a refusal has nothing to do with this message."""

    taken: bool = True
    answered: bool = True
    receipts: tuple[tuple[float, Delivery, int | None], ...] = ()
    refusal: int | None = None
    hangs: bool = False
    everybody: bool = False

    @property
    def rings(self) -> bool:
        """Whether a call with this fate makes the phone ring."""
        return any(delivery in (Delivery.SENT, Delivery.DELIVERED) for _, delivery, _ in self.receipts)


def delivered(after_s: float = 2.0) -> Fate:
    """Taken, sent on, on the phone `after_s` later."""
    return Fate(receipts=((min(1.0, after_s), Delivery.SENT, None), (after_s, Delivery.DELIVERED, None)))


def undelivered(after_s: float = 4.0, code: int = PHONE_OFF) -> Fate:
    """Taken; the carrier gives it back."""
    return Fate(receipts=((1.0, Delivery.SENT, None), (after_s, Delivery.UNDELIVERED, code)))


def unproven() -> Fate:
    """Taken and sent; nobody ever hears whether it arrived."""
    return Fate(receipts=((1.0, Delivery.SENT, None),))


def rings_out() -> Fate:
    """A call that nobody takes."""
    return Fate(receipts=((1.0, Delivery.SENT, None), (RINGS_S, Delivery.UNDELIVERED, None)))


def switched_off() -> Fate:
    """A call to a phone that is off: it does not ring."""
    return Fate(receipts=((1.0, Delivery.UNDELIVERED, PHONE_OFF),))


def refused(code: int = NO_SUCH_NUMBER) -> Fate:
    """Not taken, and the provider says why."""
    return Fate(taken=False, refusal=code)


def opted_out() -> Fate:
    """This number has sent STOP."""
    return refused(OPTED_OUT)


def lost_on_the_way(*, hangs: bool = False) -> Fate:
    """The request never got there; we hear nothing. `hangs`: not even that we hear nothing."""
    return Fate(taken=False, answered=False, hangs=hangs)


def reply_lost(after_s: float = 2.0) -> Fate:
    """Taken and delivered, but the provider's answer never came back, nor did its first receipt."""
    return Fate(answered=False, receipts=((after_s, Delivery.DELIVERED, None),))


def hangs() -> Fate:
    """Taken and delivered; whoever sent it dies before the answer comes."""
    return Fate(hangs=True, receipts=((2.0, Delivery.DELIVERED, None),))


@dataclass
class Sending:
    """One message that the provider took. `arrived_at` is when the phone had it; `expected` once a story asked."""

    message: Message
    sid: str
    at: float
    fate: Fate
    arrived_at: float | None = None
    expected: bool = False

    @property
    def is_call(self) -> bool:
        return self.message.channel is Channel.CALL

    @property
    def reached(self) -> bool:
        """The phone has it, or rang."""
        return self.arrived_at is not None


@dataclass(order=True)
class _Coming:
    at: float
    nth: int
    receipt: Receipt = field(compare=False)
    sending: Sending = field(compare=False)


class RecordingGateway:
    """Implements `alerts.gateway.Gateway`. Without a script texts arrive after 2 s and calls ring out."""

    name = "recording"
    rings = True

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.sent: list[Sending] = []
        self.requests: list[Message] = []
        self.asked_for: list[str] = []
        self.finds = True
        self._next: defaultdict[str, deque[Fate]] = defaultdict(deque)
        self._always: dict[tuple[str, Channel], Fate] = {}
        self._coming: list[_Coming] = []
        self._nth = count(1)

    def script(self, number: str, *fates: Fate) -> None:
        """What becomes of the next messages to `number`, in turn."""
        self._next[number].extend(fates)

    def always(self, number: str, fate: Fate, channel: Channel = Channel.SMS) -> None:
        """What becomes of every message to `number` from here on."""
        self._always[number, channel] = fate

    def forget(self) -> None:
        """Everything is as usual again."""
        self._next.clear()
        self._always.clear()

    async def send(self, message: Message) -> Handed:
        self.requests.append(message)
        fate = self._fate(message)
        if fate.refusal is not None:
            raise GatewayError(
                f"refused with {fate.refusal}",
                permanent=is_permanent(fate.refusal),
                opted_out=fate.refusal == OPTED_OUT,
                code=fate.refusal,
                everybody=fate.everybody,
            )
        if not fate.taken:
            await _forever(fate.hangs)
            raise OutcomeUnknown("no answer")
        sending = Sending(message, f"SM{next(self._nth):032d}", self._now(), fate)
        self.sent.append(sending)
        for after_s, delivery, code in fate.receipts:
            self._comes(sending, after_s, delivery, code)
        if sending.is_call and fate.rings:
            sending.arrived_at = sending.at
        await _forever(fate.hangs)
        if not fate.answered:
            raise OutcomeUnknown("no answer")
        return Handed(sending.sid)

    async def find(self, message: Message, since_at: float) -> Handed | None:
        self.asked_for.append(message.id)
        if not self.finds:
            return None
        found = [
            s
            for s in self.sent
            if s.message.to == message.to and s.at >= since_at and message.reference in s.message.text
        ]
        return Handed(found[0].sid) if found else None

    async def close(self) -> None:
        """Nothing to let go of."""

    # ── receipts ──

    @property
    def next_receipt_at(self) -> float | None:
        return self._coming[0].at if self._coming else None

    def receipts(self, now: float) -> list[Receipt]:
        """The receipts that have come by `now`; the phones have what they tell of."""
        came = []
        while self._coming and self._coming[0].at <= now:
            coming = heapq.heappop(self._coming)
            if coming.receipt.delivery is Delivery.DELIVERED and coming.sending.arrived_at is None:
                coming.sending.arrived_at = coming.at
            came.append(coming.receipt)
        return came

    def lose_receipts(self) -> None:
        """Whatever is under way arrives, and nobody reports it."""
        for coming in self._coming:
            if coming.receipt.delivery is Delivery.DELIVERED:
                coming.sending.arrived_at = coming.at
        self._coming.clear()

    def reports(self, sending: Sending, delivery: Delivery, code: int | None = None, after_s: float = 0.0) -> None:
        """One more receipt for a message."""
        self._comes(sending, self._now() - sending.at + after_s, delivery, code)

    def _comes(self, sending: Sending, after_s: float, delivery: Delivery, code: int | None) -> None:
        message = sending.message
        receipt = Receipt(
            notice_id=message.id,
            attempt=message.attempt,
            sid=sending.sid,
            delivery=delivery,
            code=code,
            permanent=is_permanent(code),
            opted_out=code == OPTED_OUT,
        )
        heapq.heappush(self._coming, _Coming(sending.at + after_s, next(self._nth), receipt, sending))

    def _fate(self, message: Message) -> Fate:
        number = str(message.to)
        if self._next[number]:
            return self._next[number].popleft()
        usual = rings_out() if message.channel is Channel.CALL else delivered()
        return self._always.get((number, message.channel), usual)


async def _forever(really: bool) -> None:
    if really:
        await asyncio.Event().wait()
