"""Claimed, asked whether it is still needed, written, handed over, and what became of it said."""

import asyncio
from collections.abc import Sequence

import pytest

from alerts.contact import Channel
from alerts.dispatch import ADOPTION_S, PAUSES_S, Dispatcher, Held, Needless
from alerts.gateway import GatewayError, Message, PhoneNumber
from alerts.notice import Kind, Notice
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway, delivered, hangs, lost_on_the_way, refused

DAD = PhoneNumber("+447700900101")


def to_dad(n: int = 1) -> Notice:
    return Notice(
        journey="anna-1", incident="i1", rung=f"L{n}", to="dad", kind=Kind.OVERDUE, channel=Channel.SMS, due_at=0.0
    )


class Desk:
    """Writes down what it is told. `outbox` are the rows still to be claimed, each so often as it was claimed before."""

    def __init__(self, *outbox: Held) -> None:
        self.outbox = list(outbox)
        self.told: list[tuple[str, object]] = []
        self.unneeded: str | None = None
        self.stopped = False

    async def claim(self, lease_s: float, limit: int) -> Sequence[Held]:
        claimed, self.outbox = self.outbox[:limit], self.outbox[limit:]
        return claimed

    async def written(self, held: Held) -> Message | Needless:
        if self.stopped:
            raise GatewayError("this number has sent stop", permanent=True, opted_out=True)
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

    def __init__(self, desk: Desk, rate_per_s: float | None = None) -> None:
        self.clock = HandClock()
        self.gateway = RecordingGateway(self.clock.now)
        self.dispatcher = Dispatcher(
            desk, self.gateway, now=self.clock.now, sleep=self.clock.sleep, rate_per_s=rate_per_s
        )


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

    assert desk.told == [("put off", pause_s)]


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


async def test_it_hands_over_at_the_senders_rate_and_a_frozen_process_lets_go() -> None:
    """Two a second: the third goes a second later. What waited for over half its lease is left to somebody else."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(3)))
    office = Office(desk, rate_per_s=2)
    round_ = asyncio.create_task(office.dispatcher.one_round())
    for _ in range(6):
        for _ in range(20):
            await asyncio.sleep(0)
        office.clock.forward(0.25)
    await round_
    began_at = office.gateway.sent[0].at
    assert [s.at - began_at for s in office.gateway.sent] == [0.0, 0.5, 1.0]

    frozen = Office(Desk(Held(to_dad(), 1), Held(to_dad(2), 1)), rate_per_s=2)
    round_ = asyncio.create_task(frozen.dispatcher.one_round())
    for _ in range(20):
        await asyncio.sleep(0)
    frozen.clock.forward(31)
    await round_
    assert len(frozen.gateway.sent) == 1
