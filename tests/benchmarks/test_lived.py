"""A walk lived through by the product's own rules."""

from benchmarks.field import GOOD, STEADY, TROUBLED, TYPICAL, Turn, reports
from benchmarks.lived import ANSWERS_S, lived
from service.journey.events import PromptAnswered
from service.journey.model import Cause, Progress


def test_every_fix_that_came_is_seen_once() -> None:
    """Also from a phone that repeats frames: beside its truth, until the journey is closed."""
    _, frames = truth_and_frames = reports("plain", GOOD, 5, phone=TROUBLED)
    came = lived(*truth_and_frames, "standard")

    assert [sighting.seq for _, sighting in came.seen] == list(range(len(came.seen)))
    assert len(came.seen) == len(came.fixes) <= sum(len(frame.rows) for frame in frames)


def test_anna_takes_a_wrong_turn_and_is_asked() -> None:
    """She says OK half a minute later, and nobody else hears of it."""
    truth, frames = reports("plain", GOOD, 5, turn=Turn("wrong_turn", 400.0), metres=1500.0)
    came = lived(truth, frames, "standard")
    asked = came.prompts()[0]
    answer = next(event for event in came.events if isinstance(event, PromptAnswered))

    assert asked.cause is Cause.OFF_ROUTE
    assert answer.at - asked.at == ANSWERS_S
    assert came.told() == []
    assert came.became(Progress.OFF_ROUTE)


def test_anna_comes_home_and_it_is_over() -> None:
    """Her arrival closes the journey after she is indoors."""
    truth, frames = reports("plain", GOOD, 5, phone=TYPICAL)
    closed_s = lived(truth, frames, "standard").closed_s()

    assert truth.home_at is not None
    assert closed_s is not None
    assert closed_s > truth.home_at + 100.0


def test_a_phone_that_is_heard_all_the_while_loses_no_signal() -> None:
    """Without its beats the same silence is a lost signal."""
    truth, frames = reports("plain", GOOD, 5, phone=STEADY)
    sparse = [frame._replace(seq=n) for n, frame in enumerate(frames[:1] + frames[60:])]
    heard = lived(truth, sparse, "standard", beats=True)
    silent = lived(truth, sparse, "standard")

    assert "SignalLost" not in {type(event).__name__ for event in heard.events}
    assert "SignalLost" in {type(event).__name__ for event in silent.events}
