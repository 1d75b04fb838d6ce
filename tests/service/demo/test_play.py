"""Tests of `lamplit demo` as far as nothing has to be started."""

import pytest

from service.absence import LATE_S
from service.clock import SystemClock
from service.demo.acts import ACTS
from service.demo.play import FACTOR, FASTEST, DemoError, Lag, chosen, run


def test_all_acts_are_played_unless_one_is_named() -> None:
    """`--act home` plays one."""
    assert chosen(None) == list(ACTS)
    assert [act.name for act in chosen("home")] == ["home"]


def test_an_act_that_does_not_exist_is_refused_with_those_that_do() -> None:
    """One sentence, and nothing is started."""
    named = "does not arrive, the phone rings, no data, phone dies, kill -9, SOS, coerced PIN, another way, home"
    with pytest.raises(DemoError, match=f"expected an act named {named}, got bus"):
        run("bus", FACTOR, as_json=False, picture=None)


@pytest.mark.parametrize("factor", [0.0, 1.0, FASTEST + 1, float("nan")])
def test_a_clock_that_is_too_fast_or_does_not_move_is_refused(factor: float) -> None:
    """On a faster clock a machine's pauses look like an outage."""
    with pytest.raises(DemoError, match="expected a factor from 2 to 60"):
        run("home", factor, as_json=False, picture=None)


def test_a_pause_of_a_second_is_no_outage_by_the_demos_clock() -> None:
    """The watchman calls it an outage after a minute; a busy machine must not look like one."""
    assert LATE_S / FACTOR >= 2.0


async def test_a_machine_that_stands_still_is_noticed() -> None:
    """A demo that fails on such a machine says so."""
    lag = Lag(SystemClock())
    lag.took(0.05, 1.55)
    lag.took(0.05, 0.06)
    assert lag.worst_s == pytest.approx(1.5)
