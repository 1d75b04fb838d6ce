"""The phones on the screen, kept in the store's books so that every process sees the same ones.

Book `sandbox` has a row per phone, `sandbox:<number>` its thread with a row per entry (two processes never write
the same row), `sandbox-waiting` the receipts still to come. Receipts come out of `round(now)`, which somebody calls
every second; a receipt whose taker failed comes again in the next round.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from alerts.contact import Channel
from alerts.gateway import Delivery, PhoneNumber
from alerts.receipts import OPTED_OUT, PHONE_OFF, Inbound, Receipt, carrier_word, is_permanent, raises
from alerts.sandbox_gateway import OUR_NUMBER, Behaviour, Direction, Entry

from .store import Store

LONGEST_THREAD: Final = 200
DELAY_S: Final = 40 * 60.0
RINGS_S: Final = 30.0
LISTENS_S: Final = 60.0
"""The voice hangs up when nothing was keyed for so long."""
_PHONES: Final = "sandbox"
_WAITING: Final = "sandbox-waiting"


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """A phone on the screen. `whose` is for the person at the screen only."""

    number: str
    whose: str = ""
    behaviour: Behaviour = Behaviour.ON


class Keyed(msgspec.Struct, frozen=True, kw_only=True):
    """Keys in a call: all of them so far, sent anew with every key. The notice and attempt name the call."""

    notice_id: str
    attempt: int
    sid: str
    number: PhoneNumber
    digits: str


class NoSuchCall(LookupError):
    """There is no such call, or it is over."""


class _Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that is due at `at`. It ends the call if it is still ringing then."""

    number: str
    at: float
    receipt: Receipt


class SandboxPhones:
    """All phones of the sandbox. The three callbacks get what a provider's webhooks would bring."""

    def __init__(
        self,
        store: Store,
        *,
        on_receipt: Callable[[Receipt], Awaitable[None]],
        on_inbound: Callable[[Inbound], Awaitable[None]],
        on_keys: Callable[[Keyed], Awaitable[object]],
        delivery_s: float = 0.0,
    ):
        self._store, self._delivery_s = store, delivery_s
        self._on_receipt, self._on_inbound, self._on_keys = on_receipt, on_inbound, on_keys
        self._writing = asyncio.Lock()  # one entry is read, changed and written at a time

    # --- what the gateway asks ---

    async def behaviour(self, number: str) -> Behaviour:
        return (await self._phone(number)).behaviour

    async def deliver(self, number: str, entry: Entry) -> None:
        phone = await self._phone(number)
        if not await self._known(number):
            await self._keep(phone)
        await self._append(number, entry)
        for after_s, delivery, code in _ahead(phone.behaviour, entry.channel, self._delivery_s):
            await self._wait(number, entry, entry.at + after_s, delivery, code)

    async def thread(self, number: str) -> list[Entry]:
        """What this phone received and sent, oldest first, at most the last 200."""
        return [entry for _, entry in await self._entries(number)]

    # --- what the person at the screen does ---

    async def phones(self) -> list[Phone]:
        """All phones, by number."""
        book = await self._store.book_all(_PHONES)
        return sorted((msgspec.json.decode(value, type=Phone) for value in book.values()), key=lambda one: one.number)

    async def name(self, number: str, whose: str) -> None:
        """Say whose phone it is; makes the phone if nobody rang or texted it yet."""
        await self._keep(msgspec.structs.replace(await self._phone(number), whose=whose))

    async def set_behaviour(self, number: str, behaviour: Behaviour) -> None:
        """From now on; what is under way already stays as it was."""
        await self._keep(msgspec.structs.replace(await self._phone(number), behaviour=behaviour))

    async def reply(self, number: str, text: str, now: float) -> None:
        """Type a text to Lamplit. A bare STOP or START also does what a carrier would do with it."""
        word = carrier_word(text)
        behaviour = await self.behaviour(number)
        if word == "STOP":
            await self.set_behaviour(number, Behaviour.OPTED_OUT)
        elif word == "START" and behaviour is Behaviour.OPTED_OUT:
            await self.set_behaviour(number, Behaviour.ON)
        sid = f"SB{secrets.token_hex(16)}"
        await self._append(
            number,
            Entry(
                id=sid,
                at=now,
                direction=Direction.OUT,
                channel=Channel.SMS,
                text=text,
                sender=number,
                delivery=Delivery.DELIVERED,
            ),
        )
        await self._on_inbound(
            Inbound(
                sid=sid,
                sender=PhoneNumber(number),
                to=PhoneNumber(OUR_NUMBER),
                body=text,
                opt_out=word,
            )
        )

    async def call_on(self, number: str) -> Entry | None:
        """The call that rings or speaks on this phone now, the newest if there are several."""
        live = [entry for entry in await self.thread(number) if entry.ringing or entry.speaking]
        return live[-1] if live else None

    async def ring(self, number: str, text: str, now: float) -> Entry:
        """Ring Lamplit from this phone: we take it at once, and `text` is what the voice says."""
        entry = Entry(
            id=f"SB{secrets.token_hex(16)}",
            at=now,
            direction=Direction.OUT,
            channel=Channel.CALL,
            text=text,
            sender=number,
            delivery=Delivery.DELIVERED,
            answered_at=now,
        )
        await self._append(number, entry)
        return entry

    async def say(self, number: str, sid: str, text: str, *, ends_at: float | None = None, after: bool = False) -> None:
        """What the voice says now (`after` what it said before, which stays), in a call that goes on, or ends with it.
        Raises NoSuchCall."""
        more = {} if ends_at is None else {"ended_at": ends_at}
        said = f"{(await self._call(number, sid)).text}\n" if after else ""
        entry = await self._change(number, sid, lambda one: one.speaking, text=f"{said}{text}", **more)
        if ends_at is not None:
            await self._is_over(number, entry, ends_at)

    async def take(self, number: str, sid: str, now: float) -> Entry:
        """Take a ringing call; a key says that somebody heard it. Raises NoSuchCall."""
        entry = await self._change(number, sid, lambda one: one.ringing, answered_at=now)
        await self._wait(number, entry, now, Delivery.ANSWERED, None)
        await self._is_over(number, entry, now + LISTENS_S)
        await self.round(now)
        return entry

    async def hang_up(self, number: str, sid: str, now: float) -> None:
        """Decline a ringing call or end a taken one. Raises NoSuchCall."""
        entry = await self._change(number, sid, lambda one: one.ringing or one.speaking, ended_at=now)
        await self._is_over(number, entry, now)
        await self.round(now)

    async def _is_over(self, number: str, entry: Entry, at: float) -> None:
        """As a provider reports the end of a call: nobody was told, unless a key said so before. A call to us is nobody's
        message."""
        if entry.notice_id:
            await self._wait(number, entry, at, Delivery.UNDELIVERED, None)

    async def press(self, number: str, sid: str, keys: str) -> None:
        """Press keys (0-9, * and #) in a taken call. Raises NoSuchCall, ValueError."""
        if not keys or set(keys) - set("0123456789*#"):
            raise ValueError(f"keys must be of 0123456789*#, got {keys!r}")
        before = await self._call(number, sid)
        entry = await self._change(number, sid, lambda one: one.speaking, keyed=before.keyed + keys)
        await self._on_keys(
            Keyed(
                notice_id=entry.notice_id,
                attempt=entry.attempt,
                sid=sid,
                number=PhoneNumber(number),
                digits=entry.keyed,
            )
        )

    # --- time ---

    async def round(self, now: float) -> None:
        """Hand out every receipt that is due. Raises an ExceptionGroup of what takers raised, after all were tried."""
        book = await self._store.book_all(_WAITING)
        waiting = {name: msgspec.json.decode(value, type=_Waiting) for name, value in book.items()}
        failed: list[Exception] = []
        for name in sorted(
            (name for name in waiting if waiting[name].at <= now), key=lambda one: (waiting[one].at, one)
        ):
            try:
                await self._hand_out(waiting[name])
            except Exception as error:  # noqa: BLE001 - one taker's fault must not hold up the other receipts
                failed.append(error)
            else:
                await self._store.book_drop(_WAITING, name)
        if failed:
            raise ExceptionGroup("receipts were not taken", failed)

    async def _hand_out(self, due: _Waiting) -> None:
        receipt = due.receipt
        async with self._writing:
            for name, entry in await self._entries(due.number):
                if entry.id != receipt.sid:
                    continue
                if entry.speaking and receipt.delivery is Delivery.UNDELIVERED and self._goes_on(entry, due.at):
                    return
                if raises(entry.delivery, receipt.delivery):
                    await self._write(due.number, name, _with(entry, receipt, due.at))
        await self._on_receipt(receipt)

    @staticmethod
    def _goes_on(entry: Entry, at: float) -> bool:
        """It rang out on paper only: somebody had taken it; or keys are being pressed in it."""
        return bool(entry.keyed) or entry.answered_at is None or at < entry.answered_at + LISTENS_S

    # --- books ---

    async def _phone(self, number: str) -> Phone:
        (value,) = await self._store.book_get(_PHONES, [number])
        return Phone(number=number) if value is None else msgspec.json.decode(value, type=Phone)

    async def _known(self, number: str) -> bool:
        return (await self._store.book_get(_PHONES, [number]))[0] is not None

    async def _keep(self, phone: Phone) -> None:
        await self._store.book_put(_PHONES, phone.number, msgspec.json.encode(phone))

    async def _entries(self, number: str) -> list[tuple[str, Entry]]:
        book = await self._store.book_all(f"sandbox:{number}")
        return [(name, msgspec.json.decode(book[name], type=Entry)) for name in sorted(book)]

    async def _append(self, number: str, entry: Entry) -> None:
        await self._write(number, f"{entry.at:017.6f}-{entry.id}", entry)
        names = sorted(await self._store.book_all(f"sandbox:{number}"))
        for name in names[:-LONGEST_THREAD]:
            await self._store.book_drop(f"sandbox:{number}", name)

    async def _write(self, number: str, name: str, entry: Entry) -> None:
        await self._store.book_put(f"sandbox:{number}", name, msgspec.json.encode(entry))

    async def _call(self, number: str, sid: str) -> Entry:
        for entry in await self.thread(number):
            if entry.id == sid and entry.channel is Channel.CALL:
                return entry
        raise NoSuchCall("no such call")

    async def _change(self, number: str, sid: str, fits: Callable[[Entry], bool], **changes: float | str) -> Entry:
        async with self._writing:
            for name, entry in await self._entries(number):
                if entry.id == sid and entry.channel is Channel.CALL and fits(entry):
                    changed = msgspec.structs.replace(entry, **changes)
                    await self._write(number, name, changed)
                    return changed
        raise NoSuchCall("no such call, or it is over")

    async def _wait(self, number: str, entry: Entry, at: float, delivery: Delivery, code: int | None) -> None:
        receipt = Receipt(
            notice_id=entry.notice_id,
            attempt=entry.attempt,
            sid=entry.id,
            delivery=delivery,
            code=code,
            permanent=is_permanent(code),
            opted_out=code == OPTED_OUT,
        )
        waiting = msgspec.json.encode(_Waiting(number=number, at=at, receipt=receipt))
        rank = list(Delivery).index(delivery)  # of receipts due together the lower comes first
        await self._store.book_put(_WAITING, f"{entry.id}/{rank}", waiting)


def _ahead(behaviour: Behaviour, channel: Channel, delivery_s: float) -> list[tuple[float, Delivery, int | None]]:
    """What will become of a message: (seconds from now, delivery, error number), in order."""
    sent: tuple[float, Delivery, int | None] = (0.0, Delivery.SENT, None)
    if channel is Channel.CALL:
        if behaviour is Behaviour.OFF:
            return [(0.0, Delivery.UNDELIVERED, None)]
        return [sent, (RINGS_S, Delivery.UNDELIVERED, None)]
    match behaviour:
        case Behaviour.OFF:
            return [sent]
        case Behaviour.DELAYED:
            return [sent, (DELAY_S, Delivery.DELIVERED, None)]
        case Behaviour.UNDELIVERED:
            return [sent, (delivery_s, Delivery.UNDELIVERED, PHONE_OFF)]
        case Behaviour.OPTED_OUT:
            return [(0.0, Delivery.FAILED, OPTED_OUT)]
        case _:
            return [sent, (delivery_s, Delivery.DELIVERED, None)]


def _with(entry: Entry, receipt: Receipt, at: float) -> Entry:
    rang_out = (entry.ringing or entry.speaking) and receipt.delivery is Delivery.UNDELIVERED
    return msgspec.structs.replace(
        entry,
        delivery=receipt.delivery,
        delivered_at=at if receipt.delivery is Delivery.DELIVERED else entry.delivered_at,
        ended_at=at if rang_out else entry.ended_at,
    )
