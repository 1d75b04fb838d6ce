"""Tests of the timeline: what was sent, to whom, how far it came."""

from pathlib import Path

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import Kind
from alerts.sandbox_gateway import Direction
from alerts.sandbox_gateway import Entry as ScreenEntry
from service.demo.expectations import Line
from service.demo.timeline import Happened, NoticeId, Sent, Timeline, in_words
from service.journey.model import Journey, Proven

from .paper import KEY, NOON, OWNER, PaperHouse, plan

BETH = "+447700900201"
L2 = f"{KEY}/i1/L2/c1/sms/1"


def _timeline(house: PaperHouse) -> Timeline:
    timeline = Timeline(house, {"her": "her", "c1": "Beth"})
    timeline.owner, timeline.numbers = OWNER, [BETH]
    return timeline


def _journey(*proven: Proven) -> Journey:
    return Journey(id=KEY, plan=plan(), proven=proven)


def _delivered() -> Proven:
    return Proven(
        id=L2,
        to="c1",
        kind=Kind.OVERDUE,
        rung="L2",
        channel=Channel.SMS,
        attempt=1,
        made_at=NOON,
        state=Delivery.DELIVERED,
        accepted_at=NOON,
        delivered_at=NOON + 2,
    )


async def test_a_text_is_known_by_the_notice_in_its_callback_address(tmp_path: Path) -> None:
    """Beth's alert: to whom, about what and which rung come from the notice and the journey's row."""
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    house.texted(L2, BETH, "Anna has NOT arrived.", "sent", "delivered")
    await timeline.look(_journey(_delivered()))
    (sent,) = timeline.messages()
    assert sent.line == Line("Beth", "overdue", "L2", "sms")
    assert sent.delivered
    assert in_words(sent) == "accepted, delivered after 2 s"


async def test_messages_of_other_travellers_are_not_ours(tmp_path: Path) -> None:
    """Acts share a provider and must not be told each other's messages."""
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    house.texted("ella-1/i1/L2/c1/sms/1", BETH, "Ella has NOT arrived.", "sent")
    await timeline.look(None)
    assert timeline.messages() == []


async def test_a_message_of_the_account_is_known_by_its_rung(tmp_path: Path) -> None:
    """An invitation belongs to no journey."""
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    house.texted(f"{OWNER}/-/invite@{NOON}/c1/sms/1", BETH, "Reply YES", "sent", "delivered")
    await timeline.look(None)
    assert timeline.messages()[0].line == Line("Beth", "invite", "invite")


async def test_a_call_that_nobody_takes_is_told_as_that(tmp_path: Path) -> None:
    """Calls ring on the screen's phones, and so are read from there."""
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    call = ScreenEntry(
        id="C1",
        at=NOON,
        direction=Direction.IN,
        channel=Channel.CALL,
        text="This is Lamplit.",
        sender="+447700900000",
        notice_id=f"{KEY}/i1/L2+3/c1/call/1",
        ended_at=NOON + 30,
    )
    await house.screens.deliver(BETH, call)
    await timeline.look(None)
    (sent,) = timeline.messages()
    assert sent.over
    assert not sent.delivered
    assert in_words(sent) == "rings 30 s, no answer"


def test_things_are_told_in_their_order_and_a_message_once_its_fate_is_known(tmp_path: Path) -> None:
    """What happened after a message that is still under way waits for it, but not for ever."""
    timeline = _timeline(PaperHouse(tmp_path))
    waiting = Sent(NoticeId.read(L2), "Beth", "overdue", NOON, "text")
    timeline.sent["SM1"] = waiting
    after = Happened(NOON + 1, "she", "knocks")
    timeline.happened.append(after)
    assert list(timeline.ready(NOON + 2)) == []
    waiting.fates.append(("delivered", NOON + 3))
    assert list(timeline.ready(NOON + 4)) == [waiting, after]
    assert list(timeline.ready(NOON + 5)) == []


def test_what_is_under_way_for_long_is_told_as_far_as_it_has_come(tmp_path: Path) -> None:
    """A text without a receipt does not hold up the telling."""
    timeline = _timeline(PaperHouse(tmp_path))
    timeline.sent["SM1"] = Sent(NoticeId.read(L2), "Beth", "overdue", NOON, "text", [("sent", NOON + 1)])
    assert [in_words(one) for one in timeline.ready(NOON + 120) if isinstance(one, Sent)] == ["sent"]
