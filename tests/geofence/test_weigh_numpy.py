"""Which fixes no rule has anything to do with."""

from dataclasses import replace

import numpy as np
import pytest

from geofence.limits import STANDARD_CYCLE, STANDARD_FOOT, Limits
from geofence.mode import Mode
from geofence.progress_numpy import Places
from geofence.state import NEVER, Row, columns_of, mean_of, push, ring_of, state_of
from geofence.weigh_numpy import OUTSIDE, Bars, Here, Steps, bars, idle

ONE = np.ones(1)
WALKING = Row(
    at=0.0, along0=400.0, cost0=0.0, shown=400.0, outside=3.0, stall_from=300.0, stall_n=1.0, pace_since=NEVER
)


def step(**more: object) -> Steps:
    """Ten seconds of walking, five hundred metres from home."""
    here = Here(413.0 * ONE, 0.0 * ONE, 10.0 * ONE, 2000.0 * ONE, HOME, ONE > 0.0)
    here = replace(here, **{name: more.pop(name) for name in ("x", "length", "end", "plain") if name in more})  # type: ignore[arg-type]
    return replace(Steps(here, 310.0 * ONE, 10.0 * ONE, 13.0 * ONE, ONE > 0.0), **more)  # type: ignore[arg-type]


HOME = np.array([[900.0], [0.0], [50.0], [0.001]])
HERE = Places(413.0 * ONE, 4.0 * ONE, ONE > 0.0, np.array([46]))
FOOT = bars([STANDARD_FOOT], [Mode.FOOT])


def asked(row: Row, now: Steps, places: Places = HERE, bar: Bars = FOOT) -> tuple[bool, Row]:
    """Whether nothing is to be asked about a fix, and the record after it."""
    columns = columns_of([state_of(row)])
    done, _, _ = idle(columns, now, places, bar)
    return bool(done[0]), columns.row(0)


def at_the_door(off_m: float, row: Row, **more: object) -> tuple[bool, bool, float]:
    """Whether nothing is to be asked of somebody so far from her door, whether she is inside, and `outside` after it."""
    home = np.array([[413.0 - off_m], [0.0], [50.0], [0.001]])
    columns = columns_of([state_of(row)])
    done, inside, _ = idle(columns, step(end=home, **more), HERE, FOOT)
    return bool(done[0]), bool(inside[0]), float(columns.f[OUTSIDE, 0])


def test_she_sets_out_at_her_own_door() -> None:
    """Inside the circle she comes back to there is nothing to do until she has been outside; every fix outside counts."""
    out = replace_row(WALKING, outside=0.0)
    assert at_the_door(20.0, out) == (True, True, 0.0)
    assert at_the_door(60.0, out) == (True, False, 1.0)
    assert at_the_door(60.0, replace_row(WALKING, outside=2.0)) == (True, False, 3.0)
    assert at_the_door(90.0, out) == (True, False, 3.0)
    assert at_the_door(20.0, out, length=480.0 * ONE) == (False, False, 0.0), "her way's end is near"
    assert at_the_door(20.0, WALKING) == (False, False, 3.0), "she comes home"
    assert at_the_door(49.99, out) == (False, False, 0.0), "a hair decides"
    assert at_the_door(20.0, out, plain=ONE < 0.0) == (False, False, 0.0), "her phone says that she came in"


def test_she_walks_on() -> None:
    """Nothing is to be asked; the mean of where she is and the sample of her pace go on."""
    done, after = asked(WALKING, step())
    assert done
    assert (after.stall_n, after.stall_t, after.stall_x) == (2.0, 10.0, 413.0)
    assert (after.pace_since, after.pace_along) == (310.0, 413.0)


@pytest.mark.parametrize(
    ("more", "places"),
    [
        ({"calm": ONE < 0.0}, HERE),
        ({"moved": 80.0 * ONE}, HERE),
        ({"end": np.array([[450.0], [0.0], [50.0], [0.001]])}, HERE),
        ({}, replace(HERE, astray=41.0 * ONE)),
        ({}, replace(HERE, near=ONE < 0.0)),
    ],
)
def test_what_a_rule_must_see(more: dict[str, object], places: Places) -> None:
    """Far off, fast, at her door, somewhere unknown, or already in question: the rules are asked, the record untouched."""
    assert asked(WALKING, step(**more), places) == (False, WALKING)


@pytest.mark.parametrize("name", ["off_run", "riding", "away_start", "here", "fine", "stalled", "turn_run", "haven"])
def test_a_run_that_has_begun_is_a_rules_own(name: str) -> None:
    """Whatever a rule has begun to count it counts itself."""
    row = replace_row(WALKING, **{name: 1.0})
    assert asked(row, step()) == (False, row)


def replace_row(row: Row, **more: float) -> Row:
    """The same record but for some numbers."""
    [copy] = [columns_of([state_of(row)]).row(0)]
    for name, number in more.items():
        setattr(copy, name, number)
    return copy


def test_where_she_was_five_minutes_ago() -> None:
    """Near the oldest of her means the rule itself looks; farther on a new mean goes into the ring."""
    rests = replace_row(WALKING, stall_from=1000.0, stall_x=413.0)
    for n in range(9):
        push(rests, mean_of(660.0 + 30.0 * n, 410.0, 0.0, 410.0))
    now = step(at=1031.0 * ONE)
    assert asked(rests, now)[0] is False
    walks = replace_row(rests, stall_x=700.0)
    done, after = asked(walks, step(at=1031.0 * ONE, x=713.0 * ONE), replace(HERE, along=713.0 * ONE))
    assert done
    assert ring_of(after)[:-1] == ring_of(walks)
    assert ring_of(after)[-1] == mean_of(1000.0, 700.0, 0.0, -1.0)
    assert (after.stall_from, after.stall_n, after.stall_along) == (1031.0, 1.0, 713.0)


def test_sixty_metres_teach_a_pace() -> None:
    """Her first sample is her pace, the next ones move it by a third; one in a lift teaches nothing."""
    first = replace_row(WALKING, pace_since=260.0, pace_x=340.0, pace_along=343.0)
    assert asked(first, step())[1].pace == pytest.approx(70.0 / 50.0)
    later = replace_row(first, pace=2.0)
    assert asked(later, step())[1].pace == pytest.approx(2.0 + 0.3 * (1.4 - 2.0))
    lift = replace_row(later, pace_since=305.0)
    assert asked(lift, step())[1].pace == 2.0


def test_each_case_has_its_own_bars() -> None:
    """One number for all where all are alike, else one for each."""
    assert len(bars([STANDARD_FOOT] * 3, [Mode.FOOT] * 3).stall_s) == 1
    mixed = bars([STANDARD_FOOT, STANDARD_CYCLE, Limits(stall_s=180.0)], [Mode.FOOT, Mode.CYCLE, Mode.FOOT])
    assert mixed.vehicle_mps.tolist() == [6.0, 14.0, 6.0]
    assert mixed.of(np.array([2])).stall_s.tolist() == [180.0]
