"""How her ETA moves. The rows are told in tests/stories/test_rows_time.py and test_rows_way.py."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from geofence.sighting import Standing
from service.journey.advance import deadlines
from service.journey.eta import move_eta, new_eta, own_eta_at, own_pace_s, pause, pause_s, rest
from service.journey.events import EtaMoved, PauseBegan
from service.journey.model import Leg, Progress, Proof
from service.journey.turn import Turn
from tests.builders import at, journey, walk

BUS = Leg("ride", "Central", 1200, 5000)
STANDINGS = (Standing.ON_ROUTE, Standing.STALLED, Standing.OFF_ROUTE, Standing.VEHICLE)


def test_a_new_eta_is_ten_minutes_away_at_least() -> None:
    """Without a pace; what she asks for counts from the old ETA while that is still ahead."""
    anna = journey()
    assert new_eta(anna, at(36), 0.0) == at(46)
    assert new_eta(anna, at(36), 15.0) == at(51)
    assert new_eta(anna, at(20), 15.0) == at(50)


def test_her_own_pace_makes_it_later() -> None:
    """1,560 m to go at 1.3 m/s are twenty minutes."""
    anna = walk().fix(minute=30, to_go_m=1560).journey
    assert new_eta(anna, at(30), 0.0) == at(50)


def test_moving_it_says_by_how_much_and_what_that_leaves() -> None:
    """The numbers stand beside the event."""
    turn = Turn(journey(), at(5))
    move_eta(turn, at(45), "extended", Proof.NONE)
    [moved] = [e for e in turn.events if isinstance(e, EtaMoved)]
    assert moved.because == {"moved_s": 600, "moved_without_pin_s": 600}
    move_eta(turn, at(60), "extended", Proof.PIN)
    assert turn.journey.moved_s == 600


def test_a_pause_has_a_shortest_and_a_longest() -> None:
    """A minute, a quarter of an hour; without a word the longest."""
    anna = journey()
    assert [pause_s(anna, m) for m in (0.0, 0.2, 5.0, 60.0)] == [900, 60, 300, 900]


def test_a_pause_moves_the_eta_as_far_as_it_may() -> None:
    """Half an hour is free on this plan; with 25 min used a quarter of an hour moves it by five."""
    turn = Turn(replace(journey(), moved_s=1500.0), at(5))
    assert pause(turn, 0.0) == at(20)
    assert turn.journey.eta_at == at(40)
    assert turn.journey.progress is Progress.PAUSED


def test_a_rest_leaves_the_eta_alone() -> None:
    """Where the answer has moved it already."""
    turn = Turn(journey(), at(5))
    assert rest(turn, 5.0) == at(10)
    assert turn.journey.eta_at == at(35)
    assert [e.because for e in turn.events if isinstance(e, PauseBegan)] == [{"pause_s": 300}]


def test_when_she_will_be_there_is_her_pace_on_this_leg_and_the_plan_of_those_after_it() -> None:
    """1,300 m at 1.3 m/s are a thousand seconds; the bus after it is twenty minutes by the plan."""
    seen: dict[str, Any] = {"to_go_m": 1300.0, "pace_mps": 1.3}
    anna = walk().fix(minute=5, **seen).journey
    assert (own_pace_s(anna), own_eta_at(anna)) == (1000.0, at(5) + 1000)
    before_the_bus = walk(legs=(Leg(), BUS)).fix(minute=5, **seen).journey
    assert own_eta_at(before_the_bus) == at(5) + 1000 + 1200
    assert own_pace_s(walk(legs=(Leg(), BUS)).fix(minute=5, to_go_m=1300.0, pace_mps=None).journey) == 0.0


@pytest.mark.parametrize("standing", [Standing.OFF_ROUTE, Standing.STALLED, Standing.VEHICLE, Standing.AT_HAVEN])
def test_nothing_is_estimated_unless_she_is_plainly_on_her_way(standing: Standing) -> None:
    """Nor once her phone is silent, or at her door."""
    assert own_eta_at(walk().fix(standing, minute=5).journey) is None
    assert own_eta_at(walk().fix(minute=5).to(7).journey) is None
    assert own_eta_at(walk().inside(20, standing=Standing.ON_ROUTE).journey) is None
    assert own_eta_at(walk().journey) is None


paces = st.one_of(st.none(), st.floats(0.4, 2.2))


@given(
    st.sampled_from(("relaxed", "standard", "high_risk")),
    st.lists(st.tuples(st.sampled_from(STANDINGS), paces, paces, st.floats(0.0, 5000.0)), min_size=1, max_size=20),
)
def test_her_pace_moves_no_deadline_but_by_the_slide(
    profile: str, fixes: list[tuple[Standing, float | None, float | None, float]]
) -> None:
    """Two walks alike but for how fast she is and how far she has to go: until the ETA the same deadlines, to the second."""
    slow, quick = walk(profile), walk(profile)
    for n, (standing, one, other, to_go_m) in enumerate(fixes, 1):
        slow.fix(standing, minute=float(n), pace_mps=one, to_go_m=to_go_m)
        quick.fix(standing, minute=float(n), pace_mps=other, to_go_m=to_go_m / 2)
        assert [when for when, _ in deadlines(slow.journey)] == [when for when, _ in deadlines(quick.journey)]
    assert slow.rows == quick.rows
    assert not [e for e in (*slow.events, *quick.events) if isinstance(e, EtaMoved)]


def test_the_slide_is_hers_alone_and_never_before_a_leg_that_has_not_begun() -> None:
    """Five minutes more at her own pace: a slide, once. With a bus still to come nobody knows: due at the ETA."""
    walking: dict[str, Any] = {"to_go_m": 390.0, "pace_mps": 1.3}
    anna = walk().streaming(36, **walking)
    assert [(e.why, e.to_at) for e in anna.events if isinstance(e, EtaMoved)] == [("slide", at(40))]
    rides = walk(legs=(Leg(), Leg("ride", "home", 120, 900))).streaming(36, **walking)
    assert not [e for e in rides.events if isinstance(e, EtaMoved)]
    assert rides.journey.due is not None
