"""Whose message goes next, in a storm."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from alerts.contact import Channel
from alerts.turns import AGAIN_SHARE, FIRST, URGENT, Lane, chosen, is_again, lane_of


def room_for(many: int) -> dict[int, int]:
    return {int(lane): many for lane in Lane}


MANY = room_for(100)


@dataclass(frozen=True)
class Row:
    id: str
    urgency: int = FIRST
    lane: int = Lane.TEXTS


def row(journey: str, to: str = "dad", urgency: int = FIRST, attempt: int = 1, lane: Lane = Lane.TEXTS) -> Row:
    channel = "call" if lane is Lane.CALLS else "sms"
    return Row(f"{journey}/i1/L2/{to}/{channel}/{attempt}", urgency, lane)


def test_an_sos_goes_first_and_the_rest_last() -> None:
    """Whenever they came."""
    rest, first, sos = row("anna-1", urgency=2), row("emma-1"), row("carla-1", urgency=URGENT)
    assert chosen([rest, first, sos], MANY, MANY) == [sos, first, rest]


def test_somebody_of_everybody_hears_before_anybodys_second() -> None:
    """Anna has three contacts and Emma one; with room for two, one of each is told."""
    annas = [row("anna-1", to) for to in ("beth", "dad", "fay")]
    emmas = row("emma-1")
    assert chosen([*annas, emmas], room_for(2), MANY) == [annas[0], emmas]
    assert chosen([*annas, emmas], MANY, MANY) == [annas[0], emmas, *annas[1:]]


def test_each_lane_has_room_of_its_own() -> None:
    """No room for calls is no reason to hold a text."""
    call, text = row("anna-1", lane=Lane.CALLS), row("anna-1")
    assert chosen([call, text], MANY | {Lane.CALLS: 0}, MANY | {Lane.CALLS: 0}) == [text]


def test_messages_sent_once_more_take_a_fifth_while_first_notices_wait() -> None:
    """And all that is left once none waits."""
    again = [row(f"p{n}-1", attempt=2) for n in range(20)]
    firsts = [row(f"q{n}-1") for n in range(20)]
    ten = chosen([*again, *firsts], room_for(10), room_for(10))
    assert sum(map(is_again, ten)) == int(10 * AGAIN_SHARE)
    assert chosen(again, room_for(10), MANY) == again[:10]


def test_urgent_room_is_for_the_urgent_alone() -> None:
    """All places are taken; only the sixteen for an SOS are left."""
    sos, first = row("anna-1", urgency=URGENT), row("emma-1")
    assert chosen([sos, first], room_for(0), MANY) == [sos]


def test_a_lane_for_every_channel_that_has_one() -> None:
    """Texts and calls do not wait for each other."""
    assert (lane_of(Channel.SMS), lane_of(Channel.CALL)) == (Lane.TEXTS, Lane.CALLS)


rows = st.lists(
    st.builds(
        row,
        journey=st.sampled_from(["anna-1", "beth-1", "carla-1", "emma-1"]),
        to=st.sampled_from(["dad", "fay", "gus"]),
        urgency=st.sampled_from([0, 1, 2]),
        attempt=st.integers(1, 3),
        lane=st.sampled_from([Lane.TEXTS, Lane.CALLS]),
    ),
    unique=True,
    max_size=40,
)


@given(waiting=rows, room=st.integers(0, 12), more=st.integers(0, 5))
def test_no_room_is_left_while_anything_waits_and_none_is_given_twice(waiting: list[Row], room: int, more: int) -> None:
    """Except what messages sent once more may not use: no lane gives out more than it has, nobody is chosen twice, and a
    place stays empty only when nothing else waits there."""
    waiting = sorted(waiting, key=lambda one: one.urgency)
    taken = chosen(waiting, room_for(room), room_for(room + more))

    assert len(set(taken)) == len(taken)
    for lane in (Lane.TEXTS, Lane.CALLS):
        here, mine = [w for w in waiting if w.lane == lane], [t for t in taken if t.lane == lane]
        urgent = [w for w in here if w.urgency == URGENT]
        assert len([t for t in mine if t.urgency == URGENT]) == min(len(urgent), room + more)
        others = len(here) - len(urgent)
        left = max(0, min(room, room + more - min(len(urgent), room + more)))
        assert len(mine) - min(len(urgent), room + more) == min(others, left)
