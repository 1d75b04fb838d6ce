"""Phones on the screen: what they do with texts and calls, and what they report."""

from dataclasses import dataclass, field

import pytest

from alerts.contact import Channel
from alerts.gateway import Delivery, Handed, Message, PhoneNumber
from alerts.receipts import Inbound, Receipt
from alerts.sandbox_gateway import Behaviour, Direction, SandboxGateway
from service.memory_store import MemoryStore
from service.sandbox_phones import LONGEST_THREAD, Keyed, NoSuchCall, SandboxPhones

BETH = "+447700900201"
NOON = 1_700_000_000.0


@dataclass
class Room:
    """Phones in a memory store, with a clock moved by hand and everything they report written down."""

    now: float = NOON
    receipts: list[Receipt] = field(default_factory=list)
    inbound: list[Inbound] = field(default_factory=list)
    keyed: list[Keyed] = field(default_factory=list)
    deaf: int = 0
    store: MemoryStore = field(default_factory=MemoryStore)
    phones: SandboxPhones = field(init=False)

    def __post_init__(self) -> None:
        self.phones = self.another_process()

    def another_process(self) -> SandboxPhones:
        return SandboxPhones(self.store, on_receipt=self._receipt, on_inbound=self._inbound, on_keys=self._keys)

    async def _receipt(self, receipt: Receipt) -> None:
        if self.deaf:
            self.deaf -= 1
            raise ConnectionError("nobody there")
        self.receipts.append(receipt)

    async def _inbound(self, inbound: Inbound) -> None:
        self.inbound.append(inbound)

    async def _keys(self, keyed: Keyed) -> None:
        self.keyed.append(keyed)

    async def send(self, channel: Channel = Channel.SMS, to: str = BETH, text: str = "Anna has NOT arrived.") -> Handed:
        message = Message(
            id=f"anna-1/i1/l2/{to}/{channel}/1",
            attempt=1,
            to=PhoneNumber(to),
            channel=channel,
            text=text,
            callback_url="",
            valid_s=300.0,
            reference="K742",
        )
        return await SandboxGateway(self.phones, lambda: self.now).send(message)

    async def after(self, seconds: float) -> list[Delivery]:
        """What was reported up to then."""
        self.now += seconds
        await self.phones.round(self.now)
        return [receipt.delivery for receipt in self.receipts]


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize(
    ("behaviour", "at_once", "an_hour_later"),
    [
        (Behaviour.ON, ["sent", "delivered"], ["sent", "delivered"]),
        (Behaviour.ASLEEP, ["sent", "delivered"], ["sent", "delivered"]),
        (Behaviour.OFF, ["sent"], ["sent"]),
        (Behaviour.DELAYED, ["sent"], ["sent", "delivered"]),
        (Behaviour.UNDELIVERED, ["sent", "undelivered"], ["sent", "undelivered"]),
    ],
)
async def test_a_text_meets_what_the_phone_is_doing(
    room: Room, behaviour: Behaviour, at_once: list[str], an_hour_later: list[str]
) -> None:
    """On, asleep, off, forty minutes late or unreachable: the receipts tell the same story as the phone."""
    await room.phones.set_behaviour(BETH, behaviour)
    handed = await room.send()
    assert room.receipts == []
    assert await room.after(0) == at_once
    assert await room.after(3600) == an_hour_later
    assert {receipt.sid for receipt in room.receipts} == {handed.sid}
    (entry,) = await room.phones.thread(BETH)
    assert entry.delivery == an_hour_later[-1]


async def test_forty_minutes_are_forty_minutes(room: Room) -> None:
    """A delayed phone's text arrives at 40 minutes, not a second before, and the thread says when."""
    await room.phones.set_behaviour(BETH, Behaviour.DELAYED)
    await room.send()
    assert await room.after(2399) == ["sent"]
    assert await room.after(1) == ["sent", "delivered"]
    (entry,) = await room.phones.thread(BETH)
    assert entry.delivered_at == NOON + 2400


async def test_a_call_that_nobody_takes(room: Room) -> None:
    """It rings for half a minute and is then reported as not reached."""
    await room.phones.set_behaviour(BETH, Behaviour.ASLEEP)
    await room.send(Channel.CALL)
    assert await room.after(29) == ["sent"]
    assert await room.phones.call_on(BETH) is not None
    assert await room.after(1) == ["sent", "undelivered"]
    assert await room.phones.call_on(BETH) is None


async def test_a_call_to_a_phone_that_is_off_does_not_ring_out_first(room: Room) -> None:
    """Off is known at once, so the ladder loses no time."""
    await room.phones.set_behaviour(BETH, Behaviour.OFF)
    await room.send(Channel.CALL)
    assert await room.after(0) == ["undelivered"]


async def test_taking_a_call_and_pressing_one(room: Room) -> None:
    """Beth takes the call, presses 1, then hash: each key is told with all before it. That somebody picked up tells
    nobody anything, nor does the end of the call; that is for the keys to say."""
    handed = await room.send(Channel.CALL, text="Press 1 if you are on it.")
    await room.phones.take(BETH, handed.sid, NOON + 5)
    await room.phones.press(BETH, handed.sid, "1")
    await room.phones.press(BETH, handed.sid, "#")
    assert [(one.digits, one.notice_id) for one in room.keyed] == [
        ("1", f"anna-1/i1/l2/{BETH}/call/1"),
        ("1#", f"anna-1/i1/l2/{BETH}/call/1"),
    ]
    await room.phones.hang_up(BETH, handed.sid, NOON + 20)
    assert await room.after(60) == ["sent", "answered", "undelivered"]
    (entry,) = await room.phones.thread(BETH)
    assert (entry.answered_at, entry.ended_at, entry.keyed) == (NOON + 5, NOON + 20, "1#")


@pytest.mark.parametrize(("keys", "over"), [("", True), ("2", False)])
async def test_the_voice_hangs_up_on_silence(room: Room, keys: str, over: bool) -> None:
    """A minute after a mailbox took the call; not while keys are being pressed."""
    handed = await room.send(Channel.CALL)
    await room.phones.take(BETH, handed.sid, NOON + 5)
    if keys:
        await room.phones.press(BETH, handed.sid, keys)
    assert await room.after(64) == ["sent", "answered"]
    assert (await room.after(66))[-1] == ("undelivered" if over else "answered")
    assert (await room.phones.call_on(BETH) is None) is over


async def test_a_goodbye_is_the_end_of_the_call(room: Room) -> None:
    """As a provider would report it."""
    handed = await room.send(Channel.CALL)
    await room.phones.take(BETH, handed.sid, NOON + 5)
    await room.phones.say(BETH, handed.sid, "Thank you.", ends_at=NOON + 9)
    assert await room.after(60) == ["sent", "answered", "undelivered"]


async def test_declining_a_call_is_reported_at_once(room: Room) -> None:
    """A declined call has told nobody; the half minute is not waited for."""
    handed = await room.send(Channel.CALL)
    await room.phones.hang_up(BETH, handed.sid, NOON + 3)
    assert [one.delivery for one in room.receipts] == ["sent", "undelivered"]
    assert await room.after(60) == ["sent", "undelivered"]


async def test_keys_need_a_call(room: Room) -> None:
    """No call, a call not taken, one that is over, and keys no phone has: each is refused."""
    with pytest.raises(NoSuchCall):
        await room.phones.press(BETH, "SB0", "1")
    handed = await room.send(Channel.CALL)
    with pytest.raises(NoSuchCall):
        await room.phones.press(BETH, handed.sid, "1")
    with pytest.raises(ValueError, match=r"keys must be of 0123456789\*#, got 'x'"):
        await room.phones.press(BETH, handed.sid, "x")
    await room.phones.hang_up(BETH, handed.sid, NOON)
    with pytest.raises(NoSuchCall):
        await room.phones.take(BETH, handed.sid, NOON)


async def test_beth_types_a_reply(room: Room) -> None:
    """What she types comes in as from a carrier, and stands in her thread."""
    await room.send()
    await room.phones.reply(BETH, "42", NOON + 60)
    assert [(one.sender, one.body, one.opt_out) for one in room.inbound] == [(BETH, "42", "")]
    assert [(one.direction, one.text) for one in await room.phones.thread(BETH)] == [
        (Direction.IN, "Anna has NOT arrived."),
        (Direction.OUT, "42"),
    ]


async def test_stop_blocks_texts_as_a_carrier_would(room: Room) -> None:
    """STOP closes her phone for texts and START opens it; another word inside the text closes nothing."""
    await room.phones.reply(BETH, "please stop", NOON)
    assert await room.phones.behaviour(BETH) is Behaviour.ON
    await room.phones.reply(BETH, " Stop ", NOON + 1)
    assert await room.phones.behaviour(BETH) is Behaviour.OPTED_OUT
    await room.phones.reply(BETH, "START", NOON + 2)
    assert await room.phones.behaviour(BETH) is Behaviour.ON
    assert [one.opt_out for one in room.inbound] == ["", "STOP", "START"]


async def test_a_receipt_nobody_took_comes_again(room: Room) -> None:
    """While the taker is down receipts wait; the others of the same round are not held up."""
    await room.send()
    await room.send(to="+447700900202")
    room.deaf = 1
    with pytest.raises(ExceptionGroup, match="receipts were not taken"):
        await room.phones.round(NOON)
    assert len(room.receipts) == 3
    await room.phones.round(NOON + 1)
    assert sorted(one.delivery for one in room.receipts) == ["delivered", "delivered", "sent", "sent"]


async def test_every_process_sees_the_same_phones(room: Room) -> None:
    """The watchman sends, the web process shows and answers: both look at one store."""
    web = room.another_process()
    await web.name(BETH, "Beth")
    await web.set_behaviour(BETH, Behaviour.OFF)
    await room.send()
    await room.send(to="+447700900102")
    assert [(one.number, one.whose, one.behaviour) for one in await web.phones()] == [
        ("+447700900102", "", Behaviour.ON),
        (BETH, "Beth", Behaviour.OFF),
    ]
    assert len(await web.thread(BETH)) == 1


async def test_a_thread_keeps_its_newest_entries(room: Room) -> None:
    """A sandbox left running does not grow without end."""
    for n in range(LONGEST_THREAD + 5):
        await room.phones.reply(BETH, str(n), NOON + n)
    texts = [entry.text for entry in await room.phones.thread(BETH)]
    assert len(texts) == LONGEST_THREAD
    assert (texts[0], texts[-1]) == ("5", str(LONGEST_THREAD + 4))


async def test_a_phone_can_ring_lamplit() -> None:
    """We take it at once; keys come without a notice; what the voice says changes, and may end the call."""
    room = Room()
    call = await room.phones.ring(BETH, "Key your number.", NOON)
    await room.phones.press(BETH, call.id, "4")
    await room.phones.press(BETH, call.id, "2#")
    assert [(one.notice_id, one.digits) for one in room.keyed] == [("", "4"), ("", "42#")]
    await room.phones.say(BETH, call.id, "Thank you.", ends_at=NOON + 5)

    [entry] = await room.phones.thread(BETH)
    assert (entry.text, entry.speaking, entry.direction) == ("Thank you.", False, Direction.OUT)
    with pytest.raises(NoSuchCall):
        await room.phones.say(BETH, call.id, "Hello?")
    await room.phones.round(NOON + 60)
    assert room.receipts == []
