"""The timing table when we were not there: our own absence over a deadline (row 21)."""

import pytest

from alerts.notice import Kind
from geofence.sighting import Standing
from service.journey.events import EtaMoved, ServiceWasDown
from service.journey.model import Cause
from tests.builders import at, at_home, minutes, sighting, timer, walk

# ── row 21: our service was down over a deadline ──


def test_row_21_up_to_a_minute_late_is_as_normal() -> None:
    """L2 was due at 41:00, we look at 42:00: they hear at once, and nobody says that we were late."""
    anna = timer().to(40).jump(42)
    assert anna.told() == [(42, "beth", "overdue", "L2", "sms"), (42, "dad", "overdue", "L2", "sms")]


def test_row_21_later_she_is_asked_first_and_then_they_hear_why_it_is_late() -> None:
    """Down 23:40 to 00:05: at 00:06:30 she gets a text and a call, at 00:08:30 they hear, and the text says so."""
    anna = timer().down(40, 65).to(80)
    since = [r for r in anna.rows if r[0] >= 65]
    assert [(m, to, kind, channel) for m, to, kind, _, channel in since[:4]] == [
        (66.5, "her", "due", "sms"),
        (66.5, "her", "due", "call"),
        (68.5, "beth", "late", "sms"),
        (68.5, "dad", "late", "sms"),
    ]
    down = [e for e in anna.events if isinstance(e, ServiceWasDown)]
    assert (down[-1].from_at, down[-1].to_at) == (at(40), at(65))


def test_row_21_down_over_the_eta_and_the_grace_is_one_postponement() -> None:
    """Both deadlines passed: still 90 s and 120 s after we were back, not twice."""
    anna = timer().down(30, 65).to(80)
    assert minutes(anna.told("beth"))[0] == 68.5
    assert anna.kinds("beth")[0] == "late"


def test_row_21_a_late_eta_with_grace_enough_makes_nobody_late() -> None:
    """Down over the ETA for 2 min of 30 min grace: she is asked soon and again; they hear on time, as normal."""
    anna = timer(plan_min=150, eta_min=160).down(159, 162).to(200)
    assert [(m, channel) for m, _, _, _, channel in anna.told("her")] == [
        (163.5, "sms"),
        (163.5, "call"),
        (167.5, "sms"),
        (175, "call"),
        (182.5, "call"),
    ]
    assert anna.told("beth")[0][:3] == (190, "beth", "overdue")


def test_row_21_it_is_postponed_once_and_not_for_ever() -> None:
    """Down again over the postponed alert: told at once when we are back."""
    anna = timer().down(40, 65).down(66, 80)
    assert anna.told("beth")[0][:3] == (80, "beth", "late")


def test_row_21_a_question_about_the_way_is_postponed_alike() -> None:
    """Off the route at 10, contacts due at 15, down from 12 to 30: she is asked at 31:30, they hear at 33:30."""
    anna = walk(eta_min=90).streaming(9.5).fix(Standing.OFF_ROUTE, minute=10).down(12, 30).to(33.5)
    asked = [(*r[:2], r[4]) for r in anna.rows if r[0] > 30 and r[2] == "prompt"]
    assert asked == [(31.5, "her", "sms"), (31.5, "her", "call")]
    assert anna.told("beth")[0][:3] == (33.5, "beth", "concern")


def test_row_21_what_her_phone_says_in_the_settling_time_counts() -> None:
    """She had been home all along: what her phone kept meanwhile and a fresh fix inside close it, and nobody is told;
    kept fixes alone close nothing, nor does a fresh one that has just come in."""
    kept = [at_home(minute, fresh=False) for minute in range(40, 65)]
    anna = walk().streaming(9.5).down(10, 65).to(65.5).sends(*kept, at_home(65.5))
    assert anna.journey.closed is not None
    assert anna.told() == []
    assert walk().streaming(9.5).down(10, 65).to(65.5).sends(*kept).journey.closed is None
    assert (
        walk().streaming(9.5).down(10, 65).to(65.5).sends(*kept, sighting(65.2), at_home(65.5)).journey.closed is None
    )
    assert walk().streaming(64).to(65.5).sends(*kept, at_home(65.5)).journey.closed is None
    held = walk().streaming(9.5).inside(9.8).down(10, 65).inside(65.5)
    assert held.journey.closed is not None
    assert held.told() == []


def test_row_21_sos_duress_and_open_incidents_go_on_at_once() -> None:
    """An SOS whose window ended while we were down fires the moment we are back; an open ladder takes its next rung;
    an incident that is open is not postponed by the grace."""
    cried = timer().to(10)
    cried.sos()
    cried.jump(30)
    assert cried.told("beth")[0][:3] == (30, "beth", "sos")

    known = timer().to(43).jump(50)
    assert (50, "dad", "overdue", "L3", "call") in known.told()

    worried = walk(eta_min=20).streaming(4.5).fix(Standing.VEHICLE, minute=5).to(9).jump(60)
    assert worried.told("beth", since=60)[0][:3] == (60, "beth", "late")


def test_row_21_time_in_which_we_did_not_listen_is_not_her_silence() -> None:
    """Down from 10 to 40 while she walked: at 40 her link has the age it had at 10."""
    anna = walk(eta_min=120).streaming(10).down(10, 40)
    assert anna.told("her") == []
    anna.fix(minute=40.5)
    assert anna.rows == []


def test_row_21_a_lost_phone_stays_lost_by_as_much_as_before() -> None:
    """Lost at 8, down from 10 to 40: the concern comes 14.5 min after we are back (13, and 90 s for phones to find us)."""
    anna = walk(eta_min=120).streaming(5).down(10, 40).to(60)
    assert anna.told("beth")[0][:3] == (54.5, "beth", "concern")


def test_row_21_a_long_silence_that_we_notice_late_is_put_to_her_first() -> None:
    """No outage is known and the sweep comes an hour late: a text and a call to her, 210 s, then they hear."""
    anna = walk(eta_min=120).streaming(5).jump(70)
    assert anna.told() == []
    anna.to(74)
    assert anna.told("beth")[0][:3] == (73.5, "beth", "concern")

    back = walk(eta_min=120).streaming(5).jump(70).beat(71).to(74)
    assert back.told() == []


@pytest.mark.parametrize("asked_before", [True, False])
def test_row_21_her_phone_coming_back_in_a_car_is_no_answer(asked_before: bool) -> None:
    """Noticed late that her phone has been silent, whether or not she had been asked about a car before that: it comes
    back at 71 in one, she does not answer, and they hear when they would have."""
    anna = walk(eta_min=120).streaming(5)
    if asked_before:
        anna.fix(Standing.VEHICLE)
    anna.jump(70).fix(Standing.VEHICLE, minute=71).fix(Standing.VEHICLE, minute=72).to(74)
    assert anna.incident.cause is Cause.VEHICLE
    assert anna.told("beth")[0][:3] == (73.5, "beth", "concern")


def test_row_21_an_outage_is_told_once() -> None:
    """The same outage reported by two watchmen moves her clocks once."""
    anna = walk().streaming(5).down(6, 20)
    heard_at = anna.journey.link.heard_at
    anna.down(6, 20)
    assert anna.journey.link.heard_at == heard_at
    assert anna.heard_of(Kind.OVERDUE) == set()
    assert not [e for e in anna.events if isinstance(e, EtaMoved)]
