"""The timing table where her phone is known to fall silent: under the ground, and in a stretch without signal (row 3)."""

import pytest

from service.journey import way
from service.journey.advance import deadlines
from service.journey.events import SignalLost
from service.journey.model import JourneyKind, Leg, LinkState, Proof
from tests.builders import Walk, at, walk

UNDER = Leg("ride", "Central", 1200, None, underground=True)
BUS = Leg("ride", "Central", 1200, 5000)
HOME = Leg("foot", "home", 900, 1000)
DARK = Leg("foot", "home", 1800, 2000, dark=((600.0, 800.0),))


def lost(anna: Walk) -> list[SignalLost]:
    return [e for e in anna.events if isinstance(e, SignalLost)]


@pytest.mark.parametrize(("leg", "told_min"), [(UNDER, None), (BUS, 13)])
def test_row_03_on_an_underground_leg_a_lost_phone_is_no_concern_even_at_high_risk(
    leg: Leg, told_min: float | None
) -> None:
    """On the Tube at 5, nothing heard from 5 on: on a bus her contacts would hear at 13 (lost at 8, five minutes), under the
    ground they do not. She gets the one neutral text either way."""
    anna = walk("high_risk", eta_min=60, legs=(leg, HOME), mode="ride").streaming(4.5).fix(minute=5).to(56)
    assert anna.told("her")[0][:3] == (8, "her", "signal_lost")
    assert [r[0] for r in anna.told()] == ([] if told_min is None else [told_min] * 2)
    [event] = lost(anna)
    assert event.expected == (None if told_min else "underground leg")


def test_row_03_once_she_is_heard_again_the_next_silence_is_judged_anew() -> None:
    """Off the train and heard at 12; on foot, silent from 13 on: lost at 16, told at 31."""
    anna = walk(eta_min=60, legs=(UNDER, HOME), mode="ride").streaming(4.5).fix(minute=5)
    anna.fix(minute=12, turning="left").fix(minute=13)
    assert (anna.journey.leg, anna.journey.link.state, anna.journey.link.expected) == (1, LinkState.LIVE, None)
    anna.to(50)
    assert [e.expected for e in lost(anna)] == ["underground leg", None]
    assert anna.told()[0][:3] == (31, "beth", "concern")


@pytest.mark.parametrize(("then", "told_min"), [(HOME, 27), (UNDER, None)])
def test_row_03_when_she_says_that_she_is_off_the_train_the_silence_counts(then: Leg, told_min: float | None) -> None:
    """On the Tube and silent from 5 on; her tap at 12 comes without a place, and nothing after it: her contacts hear at 27,
    and not only when she is overdue. On to the next train nothing is to be heard either."""
    anna = walk(eta_min=60, legs=(UNDER, then), mode="ride").streaming(4.5).fix(minute=5).to(12)
    anna._act(lambda j, proof: way.on_leg(j, 1, at(12), proof), Proof.NONE)
    assert anna.journey.leg == 1
    anna.to(50)
    assert [r[:3] for r in anna.told()][:1] == ([] if told_min is None else [(told_min, "beth", "concern")])


def test_row_03_in_a_dark_stretch_the_quarter_of_an_hour_begins_where_she_should_be_out_of_it() -> None:
    """Silent at 5, ten metres before it: 210 m at 1.25 m/s and half as long again are 4.2 min, so the 15 begin at 9.2 and
    not when her phone was lost, at 8."""
    anna = walk(eta_min=60, legs=(DARK,)).streaming(4.5).fix(minute=5, along_m=590.0, pace_mps=1.25).to(50)
    assert anna.told()[0][:3] == (24.2, "beth", "concern")
    assert [(e.expected, e.because["excused_s"]) for e in lost(anna)] == [("dark stretch", 72.0)]


@pytest.mark.parametrize("along_m", [300.0, 900.0])
def test_row_03_a_silence_before_the_stretch_or_behind_it_is_a_concern_like_any(along_m: float) -> None:
    """Lost at 8, told at 23."""
    anna = walk(eta_min=60, legs=(DARK,)).streaming(4.5).fix(minute=5, along_m=along_m, pace_mps=1.25).to(50)
    assert anna.told()[0][:3] == (23, "beth", "concern")


@pytest.mark.parametrize("legs", [(UNDER,), (DARK,), (BUS,)])
@pytest.mark.parametrize("profile", ["relaxed", "standard"])
def test_row_03_the_ladder_of_the_eta_never_looks_at_what_was_expected(profile: str, legs: tuple[Leg, ...]) -> None:
    """The same `due` and the same `overdue`, to the byte, whatever explains the silence."""
    explained = walk(profile, legs=legs, mode="ride").streaming(29.5).fix(minute=30, along_m=590.0, pace_mps=1.25)
    plain = walk(profile, mode="ride").streaming(29.5).fix(minute=30, along_m=590.0, pace_mps=1.25)
    for anna in (explained, plain):
        anna.to(34.9)
        assert anna.journey.link.state is LinkState.LOST
        anna.to(60)
    assert explained.journey.due == plain.journey.due
    assert explained.journey.overdue_since == plain.journey.overdue_since
    assert explained.told(since=35) == plain.told(since=35)


def test_row_03_the_leg_counts_and_not_the_plan() -> None:
    """Set off by bus, walking now: a phone that is lost on the walk is a concern in standard too."""
    anna = (
        walk(eta_min=60, legs=(BUS, HOME), mode="ride")
        .streaming(4.5)
        .fix(minute=5, turning="left")
        .fix(minute=6)
        .to(50)
    )
    assert anna.told()[0][:3] == (24, "beth", "concern")
    riding = walk(eta_min=60, legs=(BUS, HOME), mode="ride").streaming(4.5).fix(minute=5).to(50)
    assert riding.told() == []


def test_row_03_an_expected_silence_closes_nothing_and_answers_nothing() -> None:
    """A question that was open when she went under runs on, and her contacts hear."""
    anna = walk(eta_min=60, legs=(UNDER, HOME), mode="ride").streaming(4.5)
    anna.fix(minute=5).pauses(5)
    anna.to(10)
    assert anna.incident.is_open
    anna.to(21)
    assert anna.told()[0][:3] == (20, "beth", "concern")


def test_row_03_a_timer_and_her_pin_know_nothing_of_it() -> None:
    """Where no stream was promised there is no silence to expect; the true PIN ends the walk as ever."""
    assert lost(walk(kind=JourneyKind.TIMER, streams=False, legs=(UNDER,)).to(34)) == []
    anna = walk(legs=(UNDER, HOME), mode="ride").streaming(4.5).fix(minute=5).to(20)
    anna.ends(Proof.PIN)
    assert list(deadlines(anna.journey)) == []
    assert anna.journey.closed is not None
    assert anna.journey.closed.at == at(20)
