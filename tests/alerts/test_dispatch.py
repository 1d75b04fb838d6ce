"""Claimed, asked whether it is still needed, written, handed over, and what became of it said."""

import asyncio

import pytest

from alerts.dispatch import ADOPTION_S, PAUSES_S, Dispatcher, Held, Needless
from alerts.gateway import Handed, Message
from alerts.pace import JITTER
from tests.doubles.gateway import RecordingGateway, delivered, hangs, lost_on_the_way, refused
from tests.doubles.office import DAD, Desk, Office, to_dad


async def test_a_text_is_handed_over_and_that_is_said() -> None:
    """With the provider's name for it."""
    desk = Desk(Held(to_dad(), 1))
    office = Office(desk)

    assert await office.dispatcher.one_round() == 1

    assert desk.told == [("handed", office.gateway.sent[0].sid)]


async def test_what_nobody_needs_any_more_is_not_sent() -> None:
    """It leaves the outbox with the reason."""
    desk = Desk(Held(to_dad(), 1))
    desk.unneeded = "resolved"
    office = Office(desk)

    await office.dispatcher.one_round()

    assert (desk.told, office.gateway.requests) == ([("needless", "resolved")], [])


async def test_a_number_that_sent_stop_is_not_even_tried() -> None:
    """It counts as refused, so that the ladder takes the next way."""
    desk = Desk(Held(to_dad(), 1))
    desk.stopped = True
    office = Office(desk)

    await office.dispatcher.one_round()

    assert (desk.told, office.gateway.requests) == ([("refused", None)], [])


@pytest.mark.parametrize(("claims", "pause_s"), [(1, PAUSES_S[0]), (3, PAUSES_S[2]), (50, PAUSES_S[-1])])
async def test_a_provider_that_refuses_for_now_is_tried_again_with_growing_pauses(claims: int, pause_s: float) -> None:
    """For ever: nothing is dropped."""
    desk = Desk(Held(to_dad(), claims))
    office = Office(desk)
    office.gateway.script(DAD, refused(20003))

    await office.dispatcher.one_round()

    [(what, seconds)] = desk.told
    assert what == "put off"
    assert isinstance(seconds, float)
    assert pause_s <= seconds <= pause_s * (1 + JITTER)


async def test_a_refusal_for_good_is_said_at_once() -> None:
    """With the provider's number for it."""
    desk = Desk(Held(to_dad(), 1))
    office = Office(desk)
    office.gateway.script(DAD, refused(21211))

    await office.dispatcher.one_round()

    assert desk.told == [("refused", 21211)]


async def test_without_an_answer_it_waits_for_the_receipt_and_then_asks() -> None:
    """Twenty seconds for the provider's callback; the second claim asks before it sends."""
    desk = Desk(Held(to_dad(), 1))
    office = Office(desk)
    office.gateway.script(DAD, lost_on_the_way(), delivered())
    await office.dispatcher.one_round()
    assert (desk.told, office.gateway.asked_for) == ([("put off", ADOPTION_S)], [])

    desk.outbox = [Held(to_dad(), 2)]
    await office.dispatcher.one_round()

    assert office.gateway.asked_for == [to_dad().id]
    assert desk.told[-1][0] == "handed"


async def test_urgent_ones_do_not_wait_for_slow_ones_and_no_error_is_swallowed() -> None:
    """One request hangs: the others of its batch are handed over all the same; an error of the desk comes out."""
    desk = Desk(Held(to_dad(1), 1), Held(to_dad(2), 1))
    office = Office(desk)
    office.gateway.script(DAD, hangs())
    round_ = asyncio.create_task(office.dispatcher.one_round())
    for _ in range(10):
        await asyncio.sleep(0)
    assert [what for what, _ in desk.told] == ["handed"]
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)

    class Broken(Desk):
        async def written(self, held: Held) -> Message | Needless:
            raise RuntimeError("torn")

    with pytest.raises(RuntimeError, match="torn"):
        await Office(Broken(Held(to_dad(), 1))).dispatcher.one_round()


async def test_a_message_that_breaks_its_gateway_holds_up_nobody_else() -> None:
    """A fault of ours in handing one over: it may have gone, so it waits for its receipt; the others leave."""

    class Broken(RecordingGateway):
        async def send(self, message: Message) -> Handed:
            if message.id == to_dad(1).id:
                raise KeyError("nobody thought of this")
            return await super().send(message)

    desk = Desk(Held(to_dad(1), 1), Held(to_dad(2), 1))
    office = Office(desk)
    dispatcher = Dispatcher(desk, Broken(office.clock.now), now=office.clock.now, sleep=office.clock.sleep)

    assert await dispatcher.one_round() == 2

    assert sorted(what for what, _ in desk.told) == ["handed", "put off"]
    assert ("put off", ADOPTION_S) in desk.told


async def test_a_message_that_cannot_be_written_now_is_tried_again() -> None:
    """And is not taken for one that its number refuses."""
    desk = Desk(Held(to_dad(), 1))
    desk.unwritable = True
    office = Office(desk)

    await office.dispatcher.one_round()

    assert [what for what, _ in desk.told] == ["put off"]
