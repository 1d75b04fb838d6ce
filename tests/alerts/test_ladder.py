"""The ladder's own law; its timetable is told in tests/stories."""

import pytest

from alerts import answers
from alerts.contact import Recipient
from alerts.ladder import advance, closed, raised, wake, widened
from alerts.notice import Kind
from alerts.rungs import Alarm, LadderTimings
from alerts.told import Person

from .people import BETH, CHLOE, DAD, begun, rows


@pytest.mark.parametrize("alarm", Alarm)
def test_before_its_wake_nothing_and_at_its_wake_something(alarm: Alarm) -> None:
    """For every alarm, rung by rung through two days."""
    ladder, notices = begun(alarm)
    ladder, _ = answers.handed(ladder, notices[0].id, 0.0)
    while (at := wake(ladder)) is not None and at < 2 * 86_400:
        assert advance(ladder, at - 0.001) == (ladder, [])
        after, _ = advance(ladder, at)
        assert after != ladder
        ladder = after


def test_a_ladder_that_is_done_never_wakes() -> None:
    """Whatever was still to come."""
    ladder, _ = begun()
    ladder, _ = closed(ladder, 60.0)
    assert wake(ladder) is None
    assert advance(ladder, 1e9) == (ladder, [])


def test_the_end_is_told_to_exactly_those_who_were_told() -> None:
    """Chloe had not heard yet."""
    ladder, _ = begun()
    _, notices = closed(ladder, 60.0)
    assert rows(notices) == [("beth", "closed", "sms"), ("dad", "closed", "sms")]


def test_the_list_decides_who_is_on_an_sos_ladder() -> None:
    """Chloe is not on the SOS list."""
    ladder, notices = begun(Alarm.SOS)
    assert [p.who.id for p in ladder.people] == ["beth", "dad"]
    assert {n.urgency for n in notices} == {0}


def test_nobody_in_the_first_tier_makes_the_second_the_first() -> None:
    """Three contacts of tier 2: all are told at once."""
    _, notices = begun(people=tuple(Recipient(id=w, tier=2) for w in ("a", "b", "c")))
    assert [n.to for n in notices] == ["a", "b", "c"]


def test_an_sos_over_an_overdue_keeps_those_who_were_promised_word() -> None:
    """Chloe keeps her place and her words."""
    before, _ = begun()
    ladder = raised(
        journey="anna-1",
        incident="i1",
        alarm=Alarm.SOS,
        people=(BETH, DAD, CHLOE),
        now=120.0,
        timings=LadderTimings(),
        over=before,
    )
    chloe = ladder.person("chloe")
    assert chloe == Person(who=CHLOE, kind=Kind.OVERDUE)
    ladder, notices = advance(ladder, 120.0)
    assert "chloe" not in {n.to for n in notices}
    _, notices = advance(answers.handed(ladder, notices[0].id, 121.0)[0], 300.0)
    assert ("chloe", "overdue", "sms") in rows(notices)


def test_a_wider_ladder_tells_the_tiers_in_their_order() -> None:
    """Overdue in an SOS with nobody on the list: the first tier now, the second five minutes later."""
    listless = tuple(Recipient(id=p.id, tier=p.tier, on_sos_list=False) for p in (BETH, DAD, CHLOE))
    ladder, notices = begun(Alarm.SOS, listless)
    assert notices == []
    ladder, notices = widened(ladder, listless, Kind.OVERDUE, 600.0)
    assert rows(notices) == [("beth", "overdue", "sms"), ("dad", "overdue", "sms")]
    ladder, _ = answers.handed(ladder, notices[0].id, 601.0)
    _, notices = advance(ladder, 900.0)
    assert ("chloe", "overdue", "sms") in rows(notices)


def test_who_is_out_of_hours_is_behind_all_others_and_never_alone() -> None:
    """Midnight 1970 on a clock in UTC; SOS and duress know no hours."""
    asleep = Recipient(id="beth", hours="07:00-22:00")
    ladder, notices = begun(people=(asleep, DAD, CHLOE))
    assert [n.to for n in notices] == ["dad"]
    assert [p.who.id for p in sorted(ladder.people, key=lambda p: p.turn)] == ["dad", "chloe", "beth"]
    assert [n.to for n in begun(people=(asleep,))[1]] == ["beth"]
    assert {n.to for n in begun(Alarm.SOS, (asleep, DAD))[1]} == {"beth", "dad"}


def test_what_came_due_together_rings_everybody_once() -> None:
    """Looked at after four minutes: one more text and call each; at level 3 the round that was due comes later."""
    ladder, notices = begun(Alarm.SOS)
    ladder, _ = answers.handed(ladder, notices[0].id, 0.0)
    ladder, again = advance(ladder, 240.0)
    assert [n.rung for n in again if n.to == "beth"] == ["SOS+1", "SOS+1"]
    assert wake(answers.delivered(ladder, again[0].id, 240.0)[0]) == 300.0

    ladder, notices = begun()
    for notice in notices:
        ladder, _ = answers.delivered(ladder, notice.id, 0.0)
    ladder, more = advance(ladder, 20 * 60.0)
    assert [n.rung for n in more if n.to == "beth" and n.channel.value == "call"] == ["L3"]
    ladder, more = advance(ladder, 30 * 60.0)
    assert {n.rung for n in more if n.to == "beth"} == {"R1"}
