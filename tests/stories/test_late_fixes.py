"""Fixes that come late, twice, in the wrong order or out of a buffer: from any evening they lower nothing, close nothing, turn
to no other leg, and never put her back."""

import random
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from geofence.destination import Destination
from geofence.route import Route
from geofence.state import row_of
from service.frames import FixFrame, Grids, RawFix, sift, take_fixes
from service.journey import pressed
from service.journey.cover import judged
from service.journey.events import JourneyClosed, LegBegan, PromptAnswered, PromptWithdrawn
from service.journey.model import Cause, Journey, JourneyState, Leg, Progress
from service.journey.turn import Outcome
from service.rows import Kept
from tests.builders import START, at, plan
from tests.geofence.drawn import along, place, street

STOP, STROOD = (700.0, 0.0), (700.0, 4000.0)
TO_THE_STOP, BY_BUS, HOMEWARD = (
    street((0, 0), STOP),
    Route("", 0.0, Destination(*place(*STROOD))),
    street(STROOD, (700, 4400)),
)
LEGS = (Leg("foot", "the stop", 600.0, 700.0), Leg("ride", "Strood", 600.0), Leg("foot", "home", 300.0, 400.0))
WAY = along([(0, 0), STOP])
Point = tuple[float, float]


class Evening:
    """Anna's phone, and the house: a fix every ten seconds, each fresh when it comes."""

    def __init__(self, *, by_bus: bool, places: Sequence[Point]) -> None:
        legs = LEGS if by_bus else ()
        made = pressed.armed("anna-1", plan(plan_min=30.0, legs=legs, route_m=700.0), at(35), START)
        self.kept = Kept(journey=made.journey, route=TO_THE_STOP, ahead=(BY_BUS, HOMEWARD) if by_bus else ())
        self.now, self.sent, self.grids = START, list[RawFix](), Grids()
        for x, y in places:
            self.now += 10.0
            self.takes(RawFix(self.now, *place(x, y), 8.0, 1.3))

    def takes(self, *fixes: RawFix, seq: int | None = None) -> Outcome:
        """One frame, sent now; without `seq` it holds fixes that are new to the house."""
        first = len(self.sent) if seq is None else seq
        frame = FixFrame("b", first, self.now, self.now, list(fixes))
        [(self.kept, outcome, _, _)] = take_fixes([sift("anna-1", self.kept, frame)], self.now, self.grids)
        self.sent += fixes[max(0, len(self.sent) - first) :]
        return outcome

    def later(self, seconds: float) -> None:
        """Time alone; we are listening all the while."""
        until = self.now + seconds
        while self.now < until:
            self.now = min(until, self.now + 30.0)
            self.kept = replace(self.kept, journey=judged(self.kept.journey, Outcome, self.now).journey)


ASIDE = [(280.0, 13.5 * n) for n in range(1, 16)]
EVENINGS: dict[str, tuple[bool, list[Point], float]] = {
    "on her way": (False, WAY[:30], 0.0),
    "asked why she left it": (False, [*WAY[:21], *ASIDE], 0.0),
    "her contacts know": (False, [*WAY[:21], *ASIDE], 400.0),
    "asked why she stands": (False, [*WAY[:21], *[WAY[20]] * 40], 0.0),
    "in a car": (False, [*WAY[:21], *along([WAY[20], (280, 3000)], mps=12.0)[:8]], 0.0),
    "at the door": (False, [*WAY, *[STOP] * 8], 0.0),
    "on the bus": (True, [*WAY, *[STOP] * 4, *along([STOP, STROOD], mps=9.0)[:20]], 0.0),
    "silent for long": (False, WAY[:30], 1200.0),
}


@cache
def evening(what: str) -> tuple[Kept, float, tuple[RawFix, ...]]:
    by_bus, places, silent_s = EVENINGS[what]
    lived = Evening(by_bus=by_bus, places=places)
    lived.later(silent_s)
    return lived.kept, lived.now, tuple(lived.sent)


def again(what: str) -> Evening:
    """That evening, as often as wanted."""
    lived = Evening(by_bus=False, places=())
    kept, lived.now, sent = evening(what)
    lived.kept, lived.sent = kept, list(sent)
    return lived


def test_the_evenings_are_what_they_are_called() -> None:
    """Or the rest of this page would say nothing."""
    found = {what: evening(what)[0].journey for what in EVENINGS}
    asked = {what: anna.incident.cause for what, anna in found.items() if anna.incident is not None}
    assert asked == {
        "asked why she left it": Cause.OFF_ROUTE,
        "her contacts know": Cause.OFF_ROUTE,
        "asked why she stands": Cause.STALLED,
        "in a car": Cause.VEHICLE,
        "silent for long": Cause.SIGNAL_LOST,
    }
    assert found["her contacts know"].alarm is not None
    assert found["at the door"].state is JourneyState.ARRIVED_PENDING
    assert found["on the bus"].leg == 1


def heights(anna: Journey) -> tuple[object, ...]:
    """What must not be lowered, and where she is."""
    return (
        anna.state,
        anna.incident,
        anna.due,
        anna.eta_at,
        anna.leg,
        anna.arrival,
        anna.seen,
        anna.quiet,
        anna.home_since,
    )


picks = st.lists(st.integers(0, 10_000), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("what", EVENINGS)
@given(picks=picks, waited_s=st.floats(0.0, 1500.0))
def test_what_is_known_comes_again_in_any_order_and_nothing_is_other(
    what: str, picks: list[int], waited_s: float
) -> None:
    """Old fixes under new numbers, as they were or doubled, and the very frames of before: what time alone has done stays, to
    the bit; not even her progress is touched."""
    anna = again(what)
    anna.later(31.0 + waited_s)
    before = anna.kept
    late = [anna.sent[pick % len(anna.sent)] for pick in picks]
    outcomes = [anna.takes(*late), anna.takes(*anna.sent[:5], seq=0), anna.takes(*late)]
    assert heights(anna.kept.journey) == heights(before.journey)
    assert anna.kept.evidence == before.evidence
    assert not [e for o in outcomes for e in o.events if isinstance(e, LOWERING)]
    assert anna.kept.journey.progress in (before.journey.progress, Progress.UNKNOWN)


LOWERING = (JourneyClosed, LegBegan, PromptAnswered, PromptWithdrawn)


@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("what", EVENINGS)
@given(
    steps=st.lists(st.integers(-3, 3), min_size=1, max_size=30),
    where=st.sampled_from(["on her way", "home", "away"]),
    order=st.randoms(),
)
def test_what_was_buffered_is_no_answer(what: str, steps: list[int], where: str, order: random.Random) -> None:
    """A buffer of minutes ago, shuffled: back on her way, at her door, moving on. None of it lowers what stands open; where she
    was last seen, fresh, stays; who stood still stands still."""
    anna = again(what)
    anna.later(600.0)
    before, last = anna.kept, anna.sent[-1].t
    start = {"on her way": 300.0, "home": 700.0, "away": 2000.0}[where]
    places = [(start + 10.0 * step, 0.0) for step in steps]
    buffered = [RawFix(last + 10.0 * n, *place(*xy), 8.0, 0.5) for n, xy in enumerate(places, 1)]
    order.shuffle(buffered)
    outcome = anna.takes(*buffered)
    assert heights(anna.kept.journey) == heights(before.journey)
    assert not [e for e in outcome.events if isinstance(e, LOWERING)]
    assert row_of(anna.kept.evidence.record).stalled == row_of(before.evidence.record).stalled
