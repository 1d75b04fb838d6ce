"""What `lamplit why` prints beside a rule: each kind of event whose rule names numbers carries the ones that it compared, at
least once in these evenings; names end in their unit."""

import pytest

from alerts.ladder import Said
from geofence.sighting import Standing
from service.journey import fixes
from service.journey.events import EVENTS, Event
from service.journey.havens import OpenHaven, diverted
from service.journey.model import Cause, CloseReason, Leg, Progress, Proof
from service.remembered.why_words import ASKED, CLOSED, PROGRESS, UNANSWERED, WORDS, Rule
from tests.builders import Walk, at, overdue, sighting, walk

UNITS = ("_m", "_s", "_mps", "_pct", "fixes", "nth")
STATION = OpenHaven(id="p1", name="Police station", lat=51.3810, lon=0.5, kind="police")
STOPPED = {"stalled_s": 300.0, "moved_m": 4.0, "limit_m": 25.0}


def home_at_last() -> Walk:
    """Asked, answered, paused, extended; there, gone on, there again; closed by a fix, and reopened by an SOS."""
    anna = walk(eta_min=60, plan_min=50).streaming(3)
    anna.fix(Standing.OFF_ROUTE, minute=4, because={"off_route_m": 55.0}).fix(Standing.VEHICLE, minute=5)
    anna.to(7.5).answers()
    anna.fix(Standing.STALLED, minute=16, because=STOPPED).streaming(19)
    anna.pauses(5)
    anna.do(lambda j: diverted(j, STATION, at(anna.minute)))
    there = sighting(20, Standing.AT_HAVEN, haven="p1", because={"haven_m": 9.0})
    anna.to(20).do(lambda j: fixes.sighted(j, [there], at(20), (STATION,)))
    anna.to(21)
    anna.beat(battery_pct=19).beat(battery_pct=5, last_gasp=True)
    anna.streaming(30, lat=51.386)
    anna.extends(5)
    anna.inside(40).fix(minute=41, there={"outside_m": 40.0})
    anna.inside(42).inside(46)
    anna.to(50).sos()
    return anna.to(52)


def never_home() -> Walk:
    """Lost, and a concern; wrong PINs; overdue, somebody takes it and goes quiet."""
    anna = walk(eta_min=60).fix(minute=2).to(20)
    for _ in range(3):
        anna.extends(5, Proof.WRONG)
    return anna.to(70)


def someone_has_it() -> Walk:
    """Due, our call taken in the last minute; overdue; a lease that lapses; down for a while; resolved with her PIN."""
    anna = walk(eta_min=35).streaming(40.7, Standing.STALLED)
    anna.picks_up()
    anna.to(45)
    anna.down(45, 60)
    anna.ends()
    held = overdue()
    held.says("beth", Said.TAKEN)
    held.to(80)
    anna.events += held.events
    slow = walk(eta_min=30).streaming(32, to_go_m=200.0)
    anna.events += slow.events
    return anna


def by_bus() -> Walk:
    """Two parts of a way: off the bus, as her fixes show it."""
    legs = (Leg("ride", "Central", 1200, 5000), Leg("foot", "home", 900, 1000))
    return walk(legs=legs, mode="ride").fix(minute=5, turning="left", because={"left_s": 60.0, "to_end_m": 40.0})


def numbered(kind: type[Event]) -> bool:
    """Whether its rule names numbers of the profile, for any of its kinds."""
    rule = WORDS[kind].rule
    if isinstance(rule, Rule):
        return bool(rule.numbers)
    return True


EVENINGS = (home_at_last, never_home, someone_has_it, by_bus)


def test_each_event_with_a_rule_that_has_numbers_tells_its_own() -> None:
    """Somewhere in these evenings every one of them happens, with what was measured."""
    told = {type(e) for evening in EVENINGS for e in evening().events if e.because}
    assert sorted(k.__name__ for k in EVENTS if numbered(k) and k not in told) == []


@pytest.mark.parametrize("evening", EVENINGS)
def test_a_number_ends_in_its_unit_and_is_one(evening: object) -> None:
    """What a person can read without the code."""
    assert callable(evening)
    for event in evening().events:
        for name, number in event.because.items():
            assert name.endswith(UNITS), f"{type(event).__name__}: {name}"
            assert number == number, f"{type(event).__name__}: {name}"
            assert abs(number) < 1e9, f"{type(event).__name__}: {name}"


def test_every_cause_state_and_end_has_its_rule() -> None:
    """The tables that the words are made from leave none out that a fix or time alone can bring."""
    assert set(PROGRESS) == set(Progress)
    assert {c.value for c in CloseReason} == set(CLOSED)
    assert {Cause.STALLED, Cause.PAUSE_OVER, Cause.OFF_ROUTE, Cause.AWAY, Cause.VEHICLE} <= set(ASKED)
    assert {Cause.VEHICLE, Cause.OFF_ROUTE, Cause.AWAY, Cause.SIGNAL_LOST, Cause.WRONG_PINS} == set(UNANSWERED)
