"""The timing table where it depends on her and her phone: the ways she can be asked, her battery (rows 3, 6, 9, 20)."""

import pytest

from alerts.contact import Channel
from geofence.sighting import Standing
from service.journey.events import BatteryLow, LastGasp, ProgressChanged, PromptRaised
from service.journey.model import FLAT, JourneyKind, Progress
from service.journey.pressed import armed
from tests.builders import Walk, at, plan, timer, walk

PUSH, SMS, CALL = Channel.PUSH, Channel.SMS, Channel.CALL
DEAF, NO_TEXTS, APP_ONLY = (PUSH, SMS), (PUSH, CALL), (PUSH,)


def asked(anna: Walk, kind: str, counted_from: float) -> list[tuple[float, str]]:
    """When and how she was asked, in minutes from there."""
    rows = anna.told("her", counted_from=counted_from)
    return [(minute, channel) for minute, _, what, _, channel in rows if what == kind]


@pytest.mark.parametrize(
    ("hers", "ways"),
    [
        (DEAF, [(1, "sms"), (2, "sms"), (3.5, "sms")]),
        (NO_TEXTS, [(1, "call"), (2, "call"), (3.5, "call")]),
        (APP_ONLY, []),
    ],
)
def test_row_06_she_is_asked_by_the_ways_she_takes(hers: tuple[Channel, ...], ways: list[tuple[float, str]]) -> None:
    """Nobody rings who is deaf: a text at that instant. After STOP a call instead of a text. With neither, her app."""
    anna = walk(eta_min=60, hers=hers).fix(Standing.OFF_ROUTE, minute=5)
    anna.streaming(9, Standing.OFF_ROUTE)
    assert asked(anna, "prompt", 5) == ways


@pytest.mark.parametrize(
    ("hers", "ways"),
    [
        (DEAF, [(1.5, "sms"), (3, "sms"), (4.5, "sms")]),
        (NO_TEXTS, [(1.5, "call"), (3, "call"), (4.5, "call")]),
        (APP_ONLY, []),
    ],
)
def test_row_09_due_asks_her_by_the_ways_she_takes(hers: tuple[Channel, ...], ways: list[tuple[float, str]]) -> None:
    """The instants stay, and so does the end of the grace."""
    anna = timer(hers=hers).to(41)
    assert asked(anna, "due", 35) == ways
    assert anna.told("beth") == [(41, "beth", "overdue", "L2", "sms")]


@pytest.mark.parametrize(("hers", "way"), [(DEAF, "sms"), (NO_TEXTS, "call")])
def test_row_21_text_and_call_at_one_instant_are_one_where_she_takes_one(hers: tuple[Channel, ...], way: str) -> None:
    """We were down over the ETA: after the settling time she is asked at once, and not twice in one second."""
    anna = timer(hers=hers).down(30, 60).to(61.5)
    assert asked(anna, "due", 60) == [(1.5, way)]


@pytest.mark.parametrize(("hers", "ways"), [(DEAF, ["sms"]), (NO_TEXTS, ["call"]), (APP_ONLY, [])])
def test_row_03_a_lost_signal_is_told_to_her_by_a_way_she_takes(hers: tuple[Channel, ...], ways: list[str]) -> None:
    """Once, at `lost`."""
    anna = walk(eta_min=60, hers=hers).to(10)
    assert [channel for _, channel in asked(anna, "signal_lost", 0)] == ways


def test_row_20_she_is_warned_once_at_twenty_per_cent() -> None:
    """On her screen, nobody is texted; 19 and 12 are no second warning."""
    anna = walk()
    for minute, battery in ((1, 21), (2, 20), (3, 19), (4, 12)):
        anna.beat(minute, battery_pct=battery)
    assert [(e.at, e.pct) for e in anna.events if isinstance(e, BatteryLow)] == [(at(2), 20)]
    assert anna.journey.warned_pct == 20
    assert anna.rows == []


def test_row_20_a_phone_that_charges_is_warned_of_when_it_does_so_no_more() -> None:
    """Plugged in at 15 % nothing is said; pulled out, it is."""
    anna = walk().beat(1, battery_pct=15, charging=True)
    assert anna.journey.warned_pct is None
    anna.beat(2, charging=False)
    assert anna.journey.warned_pct == 15


def test_row_20_a_timer_warns_as_well() -> None:
    """No stream was promised, but her phone tells."""
    anna = timer().beat(1, battery_pct=18)
    assert (anna.journey.battery_pct, anna.journey.warned_pct) == (18, 18)


def test_row_20_the_last_packet_explains_the_silence_after_it() -> None:
    """At 5 % her phone says goodbye: lost, and no concern of its own; the ETA ladder stays as it is."""
    anna = walk().beat(1, battery_pct=4, last_gasp=True).beat(1.2, battery_pct=4, last_gasp=True)
    assert [(e.at, e.pct) for e in anna.events if isinstance(e, LastGasp)] == [(at(1), 4)]
    assert anna.journey.link.expected == FLAT
    anna.to(41)
    assert anna.told()[0][:3] == (41, "beth", "overdue")


def test_row_20_a_last_packet_without_a_number_counts_too_and_life_takes_it_back() -> None:
    """A phone that does not know its battery says goodbye; found a socket and streaming again, its silence counts."""
    anna = walk(eta_min=90).beat(1, last_gasp=True)
    assert anna.journey.link.expected == FLAT
    anna.fix(minute=2, battery_pct=30).to(60)
    assert anna.told()[0][:3] == (20, "beth", "concern")


@pytest.mark.parametrize(("battery", "told"), [(14, True), (None, True), (15, False)])
def test_row_20_under_fifteen_at_the_start_her_primary_can_be_told(battery: int | None, told: bool) -> None:
    """If she wants it: Dad, in the same commit; not when she has charged meanwhile."""
    outcome = armed("anna-1", plan(), at(35), at(0), battery_pct=battery, tell_battery=True)
    assert [(n.to, n.kind.value) for n in outcome.notices] == ([("dad", "battery")] if told else [])
    assert outcome.journey.battery_pct == battery
    assert outcome.journey.warned_pct == (14 if battery == 14 else None)


def test_row_04_a_timer_has_no_way_to_leave() -> None:
    """A date, with the app open in her bag: a taxi, a long table, another street are nobody's business."""
    anna = walk(kind=JourneyKind.TIMER)
    for minute, standing in enumerate((Standing.ON_ROUTE, Standing.VEHICLE, Standing.STALLED), 1):
        anna.fix(standing, minute=minute)
        assert anna.journey.progress is Progress.UNKNOWN
    assert anna.journey.open_incident is None


def test_row_04_the_numbers_behind_a_question_are_kept() -> None:
    """What `lamplit why` prints beside the rule."""
    numbers = {"off_route_m": 62.0, "accuracy_m": 8.0, "limit_m": 40.0}
    anna = walk().fix(Standing.OFF_ROUTE, minute=5, because=numbers)
    assert [e.because for e in anna.events if isinstance(e, PromptRaised)] == [numbers]
    assert [e.because for e in anna.events if isinstance(e, ProgressChanged)] == [numbers]
