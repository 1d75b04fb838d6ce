"""The judge held against the truth: what counts as false, wrong, late."""

import msgspec
import numpy as np
import pytest

from benchmarks.field import GOOD, STEADY, Turn, Walker, drawn, frames
from benchmarks.field.phone import STARTED_AT
from benchmarks.field.walker import Doing, Truth
from benchmarks.held import Held, astray_m, held, is_false, rule_s
from benchmarks.lived import Lived, lived
from geofence.sighting import Sighting
from service.journey.events import ArrivalSeen, JourneyClosed, ProgressChanged, PromptRaised
from service.journey.model import Cause, CloseReason, Progress, Proof

EVEN = Walker(crossings_km=0, errands_km=0, turns_km=0, runs_km=0)


def ordinary() -> Truth:
    """A kilometre and a half without a stop."""
    return EVEN.walks(drawn("plain", 4, 1500.0), 4)


def standing(for_s: float = 900.0) -> Truth:
    """The same with a quarter of an hour in one place after 700 m."""
    return EVEN.walks(drawn("plain", 4, 1500.0), 4, Turn("stands", 700.0, for_s=for_s))


def seen(true_s: float, along_m: float) -> tuple[float, Sighting]:
    """A fix that the judge put there."""
    at = STARTED_AT + true_s
    return true_s, Sighting(seq=0, at=at, received_at=at, lat=0.0, lon=0.0, fresh=True, along_m=along_m)


def test_an_ordinary_walk_is_held_to_nothing_wrong() -> None:
    """With a good receiver nobody is asked anything, progress is right, and she arrives."""
    truth = ordinary()
    sent = frames(truth, GOOD, STEADY, 4)
    found = held(truth, sent, lived(truth, sent, "standard"), "standard")

    assert (found.false_off, found.asked, found.told, found.wrong, found.early) == (0, 0, 0, 0, 0)
    assert (found.walks, found.arrived) == (1, 1)
    assert found.km == pytest.approx(1.5, rel=0.01)


def test_an_alarm_on_the_way_is_false_and_one_off_it_is_not() -> None:
    """The truth of the last minute decides, not the fix."""
    truth = EVEN.walks(drawn("plain", 4, 1500.0), 4, Turn("wrong_turn", 700.0))
    left_s = truth.left_at()
    assert left_s is not None

    assert is_false(truth, Cause.OFF_ROUTE, left_s - 120.0, "standard")
    assert not is_false(truth, Cause.OFF_ROUTE, left_s + 30.0, "standard")


def test_a_stall_is_true_after_the_time_of_its_rule() -> None:
    """A question after two minutes is a question without a reason; after five it has one."""
    truth = standing()
    assert truth.turned_at is not None

    assert is_false(truth, Cause.STALLED, truth.turned_at + 120.0, "standard")
    assert not is_false(truth, Cause.STALLED, truth.turned_at + 300.0, "standard")
    assert not is_false(truth, Cause.STALLED, truth.turned_at + 200.0, "high_risk")


def test_the_rule_of_a_stall_begins_a_little_before_she_stands() -> None:
    """The last 25 m of walking are within its metres, too."""
    truth = standing()
    rule = rule_s(truth, 300.0, 25.0)
    assert truth.turned_at is not None
    assert rule is not None

    assert truth.turned_at + 260.0 < rule < truth.turned_at + 300.0


def test_a_ride_is_a_reason_and_a_walk_is_none() -> None:
    """Six metres a second on the ground, whatever fixes say."""
    truth = EVEN.walks(drawn("plain", 4, 1500.0), 4, Turn("carried_off", 700.0))
    assert truth.turned_at is not None

    assert not is_false(truth, Cause.VEHICLE, truth.turned_at + 40.0, "standard")
    assert is_false(truth, Cause.VEHICLE, truth.turned_at - 120.0, "standard")


def test_progress_is_wrong_beyond_fifty_metres_and_falls_when_she_did_not() -> None:
    """Three fixes: right, 60 m too far, and back where she is."""
    truth = ordinary()
    along = np.interp([100.0, 110.0, 120.0], np.arange(truth.seconds), truth.along_m)
    came = Lived(seen=[seen(100.0, along[0]), seen(110.0, along[1] + 60.0), seen(120.0, along[2])])
    found = held(truth, [], came, "standard")

    assert (found.fixes, found.wrong, found.backs) == (3, 1, 1)


def test_arriving_in_the_middle_of_the_way_is_early() -> None:
    """And a journey that it closes is closed with most of the way left."""
    truth = ordinary()
    at = STARTED_AT + 300.0
    closed = JourneyClosed(at=at + 180.0, reason=CloseReason.ARRIVED, by="fix", proof=Proof.NONE)
    found = held(truth, [], Lived(events=[ArrivalSeen(at=at), closed]), "standard")

    assert (found.early, found.arrived, found.closed, found.passed) == (1, 0, 1, 1)


def test_leaving_the_route_on_paper_alone_is_counted() -> None:
    """Every time that her progress became so."""
    truth = ordinary()
    came = Lived(events=[ProgressChanged(at=STARTED_AT + t, to=Progress.OFF_ROUTE) for t in (200.0, 500.0)])

    assert held(truth, [], came, "standard").false_off == 2


def shopping() -> tuple[Truth, int]:
    """A walk with one errand, and a second in the middle of it."""
    busy = Walker(crossings_km=0, errands_km=2.0, turns_km=0, runs_km=0)
    truth = busy.walks(drawn("plain", 4, 1500.0), 4)
    inside = np.flatnonzero(truth.doing == Doing.ERRAND)
    return truth, int(inside[np.argmax(truth.off_m[inside])])


def test_an_alarm_while_she_is_in_a_shop_beside_her_way_is_false_like_any_other() -> None:
    """She has not left her way; how many of them there were is told beside it."""
    truth, at_s = shopping()
    came = Lived(events=[ProgressChanged(at=STARTED_AT + at_s, to=Progress.OFF_ROUTE)])
    found = held(truth, [], came, "standard")

    assert (found.false_off, found.in_shops) == (1, 1)
    assert is_false(truth, Cause.OFF_ROUTE, float(at_s), "standard")


def test_in_a_shop_she_is_where_she_left_her_way_or_where_it_is_nearest() -> None:
    """Anywhere else is wrong, and such a fix counts."""
    truth, at_s = shopping()
    left, nearest = truth.along_m[at_s], truth.way.nearest(truth.xy[at_s : at_s + 1])[1][0]
    t = np.array([float(at_s)])

    assert astray_m(truth, t, np.array([left]))[0] == 0.0
    assert astray_m(truth, t, np.array([nearest]))[0] == pytest.approx(0.0, abs=1e-6)
    assert held(truth, [], Lived(seen=[seen(float(at_s), left + 200.0)]), "standard").wrong == 1


def test_a_question_whether_she_is_stuck_is_false_when_she_is_at_home() -> None:
    """She stands still, as people do behind their own door."""
    truth = ordinary()
    assert truth.home_at is not None
    asked = PromptRaised(prompt="p1", concern_at=None, at=STARTED_AT + truth.home_at + 400.0, cause=Cause.STALLED)
    found = held(truth, [], Lived(events=[asked]), "standard")

    assert (found.prompts, found.at_home) == ({"stalled": 1}, 1)


def test_kilometres_and_hours_end_at_her_door() -> None:
    """Waiting at home for the end of the journey makes no rate smaller."""
    truth = ordinary()
    assert truth.home_at is not None
    found = held(truth, [], Lived(), "standard")

    assert found.hours == pytest.approx(truth.home_at / 3600.0)
    assert found.km == pytest.approx(1.5, rel=0.01)


def test_progress_at_home_is_counted_by_itself() -> None:
    """It would only make the share of wrong fixes smaller: she stands at the end."""
    truth = ordinary()
    assert truth.home_at is not None
    at_s = truth.home_at + 100.0
    placed = [seen(at_s, truth.way.length_m), seen(at_s + 10.0, 0.0)]
    found = held(truth, [], Lived(seen=placed), "standard")

    assert (found.fixes, found.wrong, found.fixes_home, found.wrong_home) == (0, 0, 2, 1)


def test_a_fix_that_was_put_nowhere_is_told() -> None:
    """A judge who places only the easy ones is found out."""
    truth = ordinary()
    nowhere = seen(100.0, 0.0)[1]
    found = held(truth, [], Lived(seen=[(100.0, msgspec.structs.replace(nowhere, along_m=None))]), "standard")

    assert (found.fixes, found.aside) == (0, 1)


def test_walks_add_up() -> None:
    """Counts, causes and delays."""
    one, other = (
        Held(km=1.0, in_shops=1, prompts={"stalled": 1}, late_s=[3.0]),
        Held(km=2.0, in_shops=2, prompts={"stalled": 2}),
    )
    one.add(other)

    assert (one.km, one.in_shops, one.prompts, one.late_s) == (3.0, 3, {"stalled": 3}, [3.0])
