"""Tests of the timeline: what was sent, to whom, how far it came."""

from pathlib import Path

from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import Kind
from service.demo.expectations import Line
from service.demo.provider.phones import ShownCall
from service.demo.timeline import Happened, NoticeId, RangUs, Sent, Timeline, in_words
from service.journey.model import Journey, Proven

from .paper import KEY, NOON, OWNER, PaperHouse, a_call, plan

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
    assert in_words(sent) == "delivered after 2 s"


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


CALL = f"{KEY}/i1/L2+3/c1/call/1"


async def _rung(tmp_path: Path, call: ShownCall) -> Sent:
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    house.rang(CALL, BETH, call)
    await timeline.look(None)
    (sent,) = timeline.messages()
    return sent


async def test_a_call_that_nobody_takes_is_told_as_that(tmp_path: Path) -> None:
    """What became of it is read from the phone."""
    sent = await _rung(tmp_path, a_call(NOON, by=""))
    assert sent.line == Line("Beth", "L2+3", "L2+3", "call")
    assert sent.over
    assert (in_words(sent), sent.text) == ("rings 30 s, nobody takes it", "")


async def test_what_took_a_call_and_whether_a_key_was_pressed_is_told(tmp_path: Path) -> None:
    """A mailbox and a silent person have been told nothing; what was said is what the phone heard."""
    told = await _rung(tmp_path, a_call(NOON, keys="1", words="This is Lamplit."))
    mailbox = await _rung(tmp_path, a_call(NOON, by="machine"))
    silent = await _rung(tmp_path, a_call(NOON))
    assert told.text == "This is Lamplit."
    assert [in_words(sent) for sent in (told, mailbox, silent)] == [
        "taken after 9 s, a key: told",
        "mailbox after 9 s, no key: not told",
        "taken after 9 s, no key: not told",
    ]


async def test_a_call_to_a_phone_that_is_off_is_on_no_phone(tmp_path: Path) -> None:
    """It rings in vain, and is over when the provider says so."""
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    entry = house.rang(CALL, BETH, a_call(NOON, by=""))
    house.double.phone(BETH).shown.clear()
    entry.ended_at = None
    await timeline.look(None)
    assert not timeline.messages()[0].over
    entry.ended_at = NOON + 32
    await timeline.look(None)
    assert timeline.messages()[0].over
    assert in_words(timeline.messages()[0]) == "rings in vain, the phone is off"


async def test_the_same_once_more_is_told_as_that(tmp_path: Path) -> None:
    """The second ring, or a text written anew: not as a number that counts keys."""
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    for n in (1, 2):
        house.rang(f"{KEY}/i1/L2+3/c1/call/{n}", BETH, a_call(NOON + 120 * n, by="", sid=f"CA{n}"))
    await timeline.look(None)
    assert [sent.again for sent in timeline.messages()] == [False, True]


async def test_a_call_to_us_is_told_too(tmp_path: Path) -> None:
    """She rings from somebody's phone; what others ring us about is none of this act's."""
    house = PaperHouse(tmp_path)
    timeline = _timeline(house)
    for n, number in enumerate((BETH, "+447700900999")):
        entry = house.rang(CALL, number, a_call(NOON, keys="*#", sid=f"CA{n}"))
        entry.direction, entry.sender = "inbound", number
    await timeline.look(None)
    assert timeline.messages() == []
    assert [one.call.keys for one in timeline.ready(NOON) if isinstance(one, RangUs)] == ["*#"]


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
    """A text without a receipt does not hold up the telling for long; a call lasts longer."""
    timeline = _timeline(PaperHouse(tmp_path))
    timeline.sent["SM1"] = Sent(NoticeId.read(L2), "Beth", "overdue", NOON, "text", [("sent", NOON + 1)])
    assert [in_words(one) for one in timeline.ready(NOON + 120) if isinstance(one, Sent)] == ["sent, no receipt"]
    timeline.sent["CA1"] = Sent(NoticeId.read(CALL), "Beth", "overdue", NOON, "")
    assert list(timeline.ready(NOON + 120)) == []
    assert [in_words(one) for one in timeline.ready(NOON + 301) if isinstance(one, Sent)] == ["rings"]
