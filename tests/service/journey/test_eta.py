"""How her ETA moves. The rows are told in tests/stories/test_rows_time.py and test_rows_way.py."""

from msgspec.structs import replace

from service.journey.eta import move_eta, new_eta, pause, pause_s, rest
from service.journey.events import EtaMoved, PauseBegan
from service.journey.model import Progress, Proof
from service.journey.turn import Turn
from tests.builders import at, journey, walk


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
