"""What the search remembers, and its small rules."""

import msgspec
import pytest

from geofence.hypotheses import NOWHERE, Hypotheses, steady, top_mps
from geofence.mode import Mode

from .streets import fix


def test_progress_is_steady() -> None:
    """A step back inside the blur of the fix is noise; a longer one is her turning round."""
    assert steady(210.0, 200.0, 10.0) == 210.0
    assert steady(185.0, 200.0, 10.0) == 200.0
    assert steady(150.0, 200.0, 10.0) == 150.0


def test_a_runner_is_believed() -> None:
    """On foot the phone's own speed may widen what is possible, up to a sprint; a cycle is fast enough already."""
    assert top_mps(Mode.FOOT, fix(0, 0)) == 2.2
    assert top_mps(Mode.FOOT, fix(0, 0, speed_mps=3.5)) == pytest.approx(4.2)
    assert top_mps(Mode.FOOT, fix(0, 0, speed_mps=30.0)) == pytest.approx(8.4)
    assert top_mps(Mode.CYCLE, fix(0, 0, speed_mps=30.0)) == 9.0


def test_the_state_survives_being_stored() -> None:
    """It is packed into the journey's row and comes back as it was."""
    state = Hypotheses(((120.5, 0.0), (640.25, 3.5)), 7, 0.0, 121.0)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=Hypotheses) == state
    assert len(msgspec.msgpack.encode(state)) < 64
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(NOWHERE), type=Hypotheses) == NOWHERE
