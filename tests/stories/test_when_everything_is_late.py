"""Dispatch when more waits than may leave, or the provider takes nothing: whose message goes, and how often anybody is
asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from alerts.contact import Channel
from alerts.dispatch import AT_ONCE, Dispatcher, Held
from alerts.gateway import GatewayError, Handed, Message
from alerts.pace import REST_S, URGENT_REST_S
from alerts.turns import Lane
from tests.doubles.clock import HandClock
from tests.doubles.gateway import RecordingGateway, hangs, refused
from tests.doubles.office import DAD, Desk, Office, Row, to_dad


async def test_it_hands_over_at_the_senders_rate_and_a_frozen_process_lets_go() -> None:
    """Two a second: the third goes a second later. What waited for over half its lease is left to somebody else."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(3)))
    office = Office(desk, rate_per_s=2)
    round_ = asyncio.create_task(office.dispatcher.one_round())
    for _ in range(6):
        await office.settled()
        office.clock.forward(0.25)
    await round_
    began_at = office.gateway.sent[0].at
    assert [s.at - began_at for s in office.gateway.sent] == [0.0, 0.5, 1.0]


async def test_a_process_that_was_frozen_lets_go_of_what_it_had() -> None:
    """Claimed, then the machine slept for half a minute: somebody else may have sent it by now. So it is, too, where the
    wall clock has not caught up yet."""
    for wakes in (HandClock.forward, _sleeps_unnoticed):
        office = Office(Desk(*(Held(to_dad(n), 1) for n in range(3))), rate_per_s=10)
        round_ = asyncio.create_task(office.dispatcher.one_round())
        await office.settled()
        wakes(office.clock, 31)
        await office.settled()
        round_.cancel()
        await asyncio.gather(round_, return_exceptions=True)
        assert len(office.gateway.sent) == 1


def _sleeps_unnoticed(clock: HandClock, seconds: float) -> None:
    clock.forward(seconds)
    clock.step_wall(-seconds)


async def test_an_sos_overtakes_all_that_waits() -> None:
    """Forty texts at ten a second; after half a second somebody presses SOS: hers is the next that leaves, though others
    had their turns already; they wait for it."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(40)))
    office = Office(desk, rate_per_s=10)
    round_ = asyncio.create_task(office.dispatcher.one_round())
    for _ in range(5):
        await office.settled()
        office.clock.forward(0.1)
    await office.settled()
    before = len(office.gateway.sent)
    desk.outbox.append(Held(to_dad(99, urgency=0), 1))
    office.dispatcher.hint()
    for _ in range(4):
        await office.settled()
        office.clock.forward(0.1)
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)
    after = [sending.message.id for sending in office.gateway.sent[before:]]
    assert after[0] == to_dad(99).id


async def test_an_sos_finds_room_while_every_request_hangs() -> None:
    """The provider answers nobody, and all places are taken: an SOS is asked all the same, and at once."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(AT_ONCE + 5)))
    office = Office(desk)
    office.gateway.always(DAD, hangs())
    round_ = asyncio.create_task(office.dispatcher.one_round())
    await office.settled()
    assert len(office.gateway.requests) == AT_ONCE

    desk.outbox.append(Held(to_dad(99, urgency=0), 1))
    office.dispatcher.hint()
    await office.settled()

    assert [message.id for message in office.gateway.requests[AT_ONCE:]] == [to_dad(99).id]
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)


async def test_in_a_storm_the_store_is_not_asked_for_every_message() -> None:
    """Four hundred texts at a hundred a second: it is looked at as often as there is room for a dozen."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(400)))
    office = Office(desk, rate_per_s=100)
    round_ = asyncio.create_task(office.dispatcher.one_round())
    for _ in range(500):
        await office.settled()
        office.clock.forward(0.01)
    await round_

    assert len(office.gateway.sent) == 400
    assert desk.looks <= 50


async def test_while_decisions_are_behind_only_an_sos_goes() -> None:
    """Ten thousand are due: what is decided is on disk first. Texts wait for that; an SOS does not."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(5)), Held(to_dad(99, urgency=0), 1))
    office = Office(desk, deciding=lambda: clock.now() < until)
    clock, until = office.clock, office.clock.now() + 2.0
    round_ = asyncio.create_task(office.dispatcher.one_round())
    await office.settled()
    assert [message.id for message in office.gateway.requests] == [to_dad(99).id]

    for _ in range(22):
        office.clock.forward(0.1)
        await office.settled()
    await round_

    assert len(office.gateway.sent) == 6


async def test_news_of_a_lane_in_which_something_waits_costs_no_look() -> None:
    """The next look comes with the next turn; news of another lane, or an SOS, is looked at at once."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(40)))
    office = Office(desk, rate_per_s=1)
    round_ = asyncio.create_task(office.dispatcher.one_round())
    await office.settled()
    before = desk.looks
    counts = []
    for lane, urgent in ((Lane.TEXTS, False), (Lane.CALLS, False), (Lane.TEXTS, True)):
        office.dispatcher.hint(lane, urgent=urgent)
        await office.settled()
        counts.append(desk.looks - before)
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)

    assert counts == [0, 1, 2]


async def test_calls_at_one_a_second_hold_up_no_text() -> None:
    """Ten calls are due before a text: it leaves with the first of them."""
    calls = [Held(to_dad(n, channel=Channel.CALL), 1) for n in range(10)]
    desk = Desk(*calls, Held(to_dad(99), 1))
    office = Office(desk, rate_per_s=10, calls_per_s=1)
    round_ = asyncio.create_task(office.dispatcher.one_round())
    await office.settled()
    assert [message.channel for message in office.gateway.requests] == [Channel.SMS, Channel.CALL]
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)


async def test_a_provider_out_of_order_is_tried_with_one_message_until_it_takes_one() -> None:
    """Sixteen are refused with "too many requests"; they wait a second, not longer and longer; then one is tried, and
    when it is taken all the others follow at once. An SOS asks every two seconds however long that lasts."""
    desk = Desk(*(Held(to_dad(n), 1) for n in range(3)))
    office = Office(desk)
    out_of_order = replace(refused(20429), everybody=True)
    office.gateway.always(DAD, out_of_order)
    assert await office.dispatcher.one_round() == 3
    assert desk.told == [("put off", REST_S[0])] * 3

    for n, rest_s in enumerate(REST_S[1:5], 2):
        office.clock.forward(rest_s)
        desk.told.clear()
        desk.outbox = [Held(to_dad(k), n) for k in range(3)]
        assert await office.dispatcher.one_round() == 1
        assert desk.told == [("put off", rest_s)]
    assert await office.dispatcher.one_round() == 0

    desk.told.clear()
    desk.outbox.append(Held(to_dad(99, urgency=0), 1))
    office.clock.forward(URGENT_REST_S)
    assert await office.dispatcher.one_round() == 1
    assert desk.told == [("put off", URGENT_REST_S)]

    office.gateway.forget()
    office.clock.forward(60.0)
    assert await office.dispatcher.one_round() == 2
    assert len(office.gateway.sent) == 2


class Patient(Desk):
    """Rows that were put off wait here until their time; `put` is when which of them was."""

    def __init__(self, clock: HandClock, *outbox: Held) -> None:
        super().__init__(*outbox)
        self.clock = clock
        self.later: list[tuple[float, Held]] = []

    async def waiting(self, limit: int) -> Sequence[Row]:
        now = self.clock.now()
        self.outbox += [replace(held, claims=held.claims + 1) for at, held in self.later if at <= now]
        self.later = [(at, held) for at, held in self.later if at > now]
        self.outbox.sort(key=lambda held: held.notice.rung)  # the oldest first
        return await super().waiting(limit)

    async def put_off(self, held: Held, seconds: float, error: Exception) -> None:
        self.later.append((self.clock.now() + seconds, held))


class Choking(RecordingGateway):
    """A provider that breaks down over some messages and takes all others."""

    def __init__(self, clock: HandClock, *over: str) -> None:
        super().__init__(clock.now)
        self.over, self.choked = over, list[str]()

    async def send(self, message: Message) -> Handed:
        if (rung := message.id.split("/")[2]) in self.over:
            self.choked.append(rung)
            raise GatewayError("provider answered http 500", permanent=False, everybody=True)
        return await super().send(message)

    async def find(self, message: Message, since_at: float) -> Handed | None:
        return None


@pytest.mark.parametrize("urgency", [0, 1, 2])
@pytest.mark.parametrize("over", [("L1",), ("L1", "L2")])
async def test_one_message_that_breaks_the_provider_holds_up_nobody_else(over: tuple[str, ...], urgency: int) -> None:
    """The oldest of eight fails for itself whenever it is tried, as if nothing at all were taken. All others are taken
    within seconds, and those that come later at once; it is tried again with pauses of its own, of a minute at most."""
    clock = HandClock()
    desk = Patient(clock, *(Held(to_dad(n, urgency=urgency if n == 1 else 2), 1) for n in range(1, 9)))
    gateway = Choking(clock, *over)
    dispatcher, began_at = Dispatcher(desk, gateway, now=clock.now, sleep=clock.sleep), clock.now()
    for second in range(600):
        desk.outbox += [Held(to_dad(9), 1)] if second == 60 else []
        await dispatcher.one_round()
        clock.forward(1.0)

    waited = {sent.message.id.split("/")[2]: sent.at - began_at for sent in gateway.sent}
    assert waited.keys() == {f"L{n}" for n in range(1, 10)} - set(over)
    assert waited.pop("L9") <= 62.0
    assert max(waited.values()) <= 4.0
    tries = len(gateway.choked) / len(over)
    assert 8 <= tries <= 30


async def test_while_nothing_is_taken_another_message_is_tried_every_time() -> None:
    """Whichever of them it is that is refused for itself."""
    clock = HandClock()
    desk = Patient(clock, *(Held(to_dad(n), 1) for n in range(1, 5)))
    gateway = Choking(clock, "L1", "L2", "L3", "L4")
    dispatcher = Dispatcher(desk, gateway, now=clock.now, sleep=clock.sleep)
    for _ in range(80):
        await dispatcher.one_round()
        clock.forward(1.0)
    assert len(gateway.choked) >= 8
    assert gateway.choked == [f"L{n % 4 + 1}" for n in range(len(gateway.choked))]
