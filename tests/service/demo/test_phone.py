"""A phone in Python, at a server that the test plays."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from service.clock import ScaledClock
from service.demo.phone import Phone
from service.doors.phones import wire
from service.doors.phones.conversation import CLOSE_TAKEN_OVER, CLOSE_UNKNOWN

from .switchboard import Switchboard, switchboard


@pytest.fixture
async def board() -> AsyncIterator[Switchboard]:
    """The server's end."""
    async with switchboard() as answering:
        yield answering


@pytest.fixture
async def phone(board: Switchboard) -> AsyncIterator[Phone]:
    """Anna's phone, switched on and welcomed, with a clock fifty times as fast."""
    hers = Phone(board.url, "token", ScaledClock(factor=50.0))
    hers.start()
    async with asyncio.timeout(5.0):
        await hers.welcomed()
    yield hers
    await hers.close()


async def test_it_says_who_it_is_first(board: Switchboard, phone: Phone) -> None:
    """Token and buffer travel in the first frame."""
    hello = board.heard[0]

    assert isinstance(hello, wire.Hello)
    assert (hello.token, hello.buffer, hello.next) == ("token", phone.fixes.buffer, 0)
    assert phone.connected


async def test_what_it_measures_is_kept_until_it_is_on_disk(board: Switchboard, phone: Phone) -> None:
    """An unanswered fix stays; an acknowledged one goes."""
    board.deaf = True
    phone.measured(51.38, 0.5, accuracy_m=8.0)
    [frame] = await board.hears(wire.Fixes)
    assert isinstance(frame, wire.Fixes)
    assert (frame.fixes[0].lat, frame.fixes[0].acc, frame.fixes[0].speed) == (51.38, 8.0, None)
    assert len(phone.fixes) == 1

    await board.say(wire.Ack(buffer=phone.fixes.buffer, next=1))

    await board.until(lambda: len(phone.fixes) == 0)


async def test_a_dead_phone_measures_nothing_and_remembers(board: Switchboard, phone: Phone) -> None:
    """Switched on again it resumes with what it had."""
    board.deaf = True
    phone.measured(51.38, 0.5, accuracy_m=8.0)
    await board.hears(wire.Fixes)
    await phone.stop()
    phone.measured(51.39, 0.5, accuracy_m=8.0)
    assert (phone.on, phone.connected, len(phone.fixes)) == (False, False, 1)
    board.deaf = False

    phone.start()

    await board.until(lambda: len(phone.fixes) == 0)
    assert board.stored == 1


async def test_out_of_coverage_it_goes_on_measuring(board: Switchboard, phone: Phone) -> None:
    """Everything arrives in order once it is back."""
    await phone.lose_signal()
    for n in range(5):
        phone.measured(51.38 + n / 1000, 0.5, accuracy_m=8.0)
    await board.until(lambda: not phone.connected)
    assert board.stored == 0

    phone.find_signal()

    await board.until(lambda: len(phone.fixes) == 0)
    assert board.stored == 5


async def test_it_connects_again_when_the_server_went_away(board: Switchboard, phone: Phone) -> None:
    """And says hello with where its store begins."""
    phone.measured(51.38, 0.5, accuracy_m=8.0)
    await board.until(lambda: len(phone.fixes) == 0)

    await board.hang_up()

    hellos = await board.hears(wire.Hello, 2)
    assert isinstance(hellos[1], wire.Hello)
    assert hellos[1].next == 1
    assert phone.gone == ""


@pytest.mark.parametrize(("code", "gone"), [(CLOSE_UNKNOWN, "unknown"), (CLOSE_TAKEN_OVER, "taken over")])
async def test_it_stays_away_when_it_is_not_wanted(board: Switchboard, phone: Phone, code: int, gone: str) -> None:
    """A revoked token, or a newer phone of hers."""
    await board.hang_up(code)

    await board.until(lambda: not phone.on)
    assert phone.gone == gone


async def test_while_she_stands_still_it_beats(board: Switchboard) -> None:
    """The first beat comes before the server would call it quiet, the next ones every minute of its clock."""
    phone = Phone(board.url, "token", ScaledClock(factor=500.0))
    phone.start()
    beats = await board.hears(wire.Beat, 2)

    assert isinstance(beats[0], wire.Beat)
    assert (beats[0].battery, beats[0].still) == (80.0, True)
    assert phone.counted.beats >= 1
    await phone.close()


async def test_a_command_is_repeated_until_it_is_done(board: Switchboard, phone: Phone) -> None:
    """The same id every time, through a server that could not write at first."""
    tries: list[str] = []

    def answer(frame: wire.Command) -> wire.Frame | None:
        tries.append(frame.id)
        if len(tries) == 1:
            return None
        return (
            wire.Refused(id=frame.id, code="unavailable")
            if len(tries) == 2
            else wire.Done(id=frame.id, result="counting")
        )

    board.answers = answer

    reply = await phone.sos()

    assert isinstance(reply, wire.Done)
    assert reply.result == "counting"
    assert len(tries) >= 3
    assert len(set(tries)) == 1


async def test_an_sos_survives_a_lost_connection(board: Switchboard, phone: Phone) -> None:
    """It is spoken again as soon as the phone is back."""
    board.answers = lambda _: None
    pressing = asyncio.create_task(phone.sos())
    await board.hears(wire.Sos)
    board.answers = lambda frame: wire.Done(id=frame.id, result="fired")

    await board.hang_up()

    assert (await asyncio.wait_for(pressing, 5.0)) == wire.Done(id=pressing.result().id, result="fired")


async def test_a_refusal_is_an_answer(board: Switchboard, phone: Phone) -> None:
    """A wrong PIN is not tried again by itself."""
    board.answers = lambda frame: wire.Refused(id=frame.id, code="try_again", wait_s=10.0)

    for asked in (phone.end("0000"), phone.extend(60), phone.arrived(), phone.sos_cancel("1"), phone.answer("p", "ok")):
        reply = await asked
        assert isinstance(reply, wire.Refused)
        assert reply.wait_s == 10.0


async def test_questions_come_to_whoever_wants_to_know(board: Switchboard) -> None:
    """A question is open until it is gone; a listener may take its time."""
    asked: list[str] = []

    async def listener(prompt: wire.PromptFrame) -> None:
        asked.append(prompt.kind)

    phone = Phone(board.url, "token", ScaledClock(factor=50.0), on_prompt=listener)
    phone.start()
    await asyncio.wait_for(phone.welcomed(), 5.0)
    await board.say(wire.PromptFrame(id="p1", kind="stalled"))
    await board.until(lambda: asked == ["stalled"])
    assert list(phone.prompts) == ["p1"]

    await board.say(wire.PromptGone(id="p1"))

    await board.until(lambda: not phone.prompts)
    await phone.close()


async def test_what_the_server_tells_is_there_to_be_read(board: Switchboard, phone: Phone) -> None:
    """Snapshot, policy, proofs of delivery, errors."""
    told = wire.Told(contact="beth", kind="overdue", channel="sms", state="delivered", at=1.0)
    policy = wire.PolicyBody(cadence_s=5.0, beat_s=60.0, ack_every=1, ack_s=30.0)
    for frame in (
        wire.JourneyFrame(journey={"id": "x"}),
        wire.Policy(policy=policy),
        told,
        wire.Error(code="window", title="too many", frame="fixes"),
        wire.Pong(n=1),
    ):
        await board.say(frame)

    await board.until(lambda: bool(phone.counted.errors))

    assert (phone.journey, phone.policy, phone.told) == ({"id": "x"}, policy, [told])
    assert phone.fixes.rewinds == 0, "sending all at once again would fill the window again"


async def test_nothing_that_waits_outlives_the_phone(board: Switchboard) -> None:
    """Whoever waited for an answer of a phone that is put away is told so."""
    phone = Phone(board.url, "token", ScaledClock(factor=50.0))
    pressing = asyncio.create_task(phone.sos())
    await asyncio.sleep(0)

    await phone.close()

    with pytest.raises(asyncio.CancelledError):
        await pressing
