"""A trace lived through once more: the judge fix by fix, and the heart with a clock of its own, without store or network.

Fixes go the way that a phone's go (`service.frames`), so what is shown here is what the service does.
"""

import heapq
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from itertools import groupby, pairwise
from math import inf

import numpy as np
from msgspec.structs import replace

from alerts.contact import Recipient
from geofence.fix import Fix
from geofence.judge import Case, Judged, judge
from geofence.limits import STANDARD_FOOT, Limits
from geofence.mode import Mode
from geofence.plane import distance_m, plane_at
from geofence.route import Place, Route
from geofence.sighting import Sighting, Standing
from service.frames import ENTERED, MOCK, FixFrame, Grids, RawFix, on_leg, sift, slices, take_fixes
from service.journey import legs
from service.journey.advance import next_wake
from service.journey.cover import judged
from service.journey.events import Event, PromptRaised
from service.journey.fixes import heard
from service.journey.model import Journey, JourneyKind, Leg, LinkState, Plan, Proof
from service.journey.pressed import answered, armed
from service.journey.turn import Outcome, Turn
from service.rows import Kept

from .trace import Trace

KEY = "replay-1"
BEAT_S = 30.0
BEATS_FOR_S = 43_200.0
"""No phone in a pocket lasts longer; and a trace whose clock leaps by years is lived through all the same."""
MOST_AT_ONCE = 100
MEANS = 10
"""The judge compares means over this part of the stall limit, not single fixes."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How she set off. `eta_s` after the first fix she is due (None: no ETA). `heard`: where the trace is silent her phone
    is heard all the same, without a place, as a phone in a pocket is. `answer_s`: she answers each question so long after
    it was asked; None: never. `wait_s`: how long to listen after the last fix. `legs`: how she goes on each leg and its
    way, if there are several; then the way that is replayed is the first one's. `begun`: when which of them is known to have
    begun, whatever the fixes show."""

    profile: str = "standard"
    mode: str = "foot"
    eta_s: float | None = None
    heard: bool = True
    answer_s: float | None = None
    wait_s: float = 0.0
    legs: tuple[tuple[str, Route], ...] = ()
    begun: tuple[tuple[float, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One fix and what followed from it; or, without a `sighting`, what time alone did. `at` is the server's time.

    `off_m` is the limit that `astray_m` was held against, `speed_mps` the pace since the fix before, `still_s` for how
    long she has stayed where she is, with places smoothed as the judge does. None: nothing to say.
    """

    at: float
    sighting: Sighting | None
    events: tuple[Event, ...] = ()
    link: LinkState = LinkState.LIVE
    limits: Limits = STANDARD_FOOT
    mode: Mode = Mode.FOOT
    way: Route | None = None
    off_m: float | None = None
    speed_mps: float | None = None
    still_s: float | None = None

    @property
    def judged(self) -> bool:
        """Whether the fix was plausible."""
        return self.sighting is not None and self.sighting.set_aside is None


@dataclass(frozen=True, slots=True)
class Replay:
    """A trace that was lived through. `unread` fixes came after the journey was closed, and nobody looked at them."""

    plan: Plan
    steps: tuple[Step, ...]
    unread: int = 0


def replayed(trace: Trace, way: Route | None, setup: Setup | None = None, plan: Plan | None = None) -> Replay:
    """Lives through `trace` from its first fix on. With a `plan` it is that one, which `setup` says nothing about."""
    setup = setup or Setup()
    plan = plan or plan_of(trace, way, setup)
    run = _Run(plan, way, setup, eta_at=None if setup.eta_s is None else plan.began_at + setup.eta_s)
    taken = run.through(trace)
    return Replay(plan, tuple(_measured(run.steps)), len(trace.fixes) - taken)


def plan_of(trace: Trace, way: Route | None, setup: Setup) -> Plan:
    """A journey like any other, with one contact to tell."""
    return Plan(
        kind=JourneyKind.DESTINATION,
        profile=setup.profile,
        reference="R001",
        code="00",
        destination="the end of the route",
        began_at=trace.began_at,
        plan_s=setup.eta_s or trace.last_at - trace.began_at,
        people=(Recipient(id="contact", primary=True),),
        mode=setup.mode,
        has_route=way is not None and bool(way.line),
        route_m=way.length_m if way is not None and way.line else None,
        legs=tuple(Leg(how, "", 0.0, one.length_m if one.line else None) for how, one in setup.legs),
    )


class _Watching:
    """A judge that remembers what it was asked and what it answered."""

    def __init__(self) -> None:
        self.case = Case((), 0.0)
        self.seen: list[Sighting] = []

    def __call__(self, cases: Sequence[Case]) -> list[Judged]:
        found = judge(cases)
        self.case, self.seen = cases[0], found[0][0]
        return found


@dataclass(slots=True)
class _Run:
    plan: Plan
    way: Route | None
    setup: Setup
    eta_at: float | None = None
    steps: list[Step] = field(default_factory=list)
    kept: Kept = field(init=False)
    grids: Grids = field(default_factory=Grids)
    watching: _Watching = field(default_factory=_Watching)
    answers: list[float] = field(default_factory=list)
    begins: deque[tuple[float, int, str]] = field(default_factory=deque)
    beat_at: float = inf
    last_at: float = -inf
    last: Sighting | None = None

    def __post_init__(self) -> None:
        begun = armed(KEY, self.plan, self.eta_at, self.plan.began_at)
        journey = begun.journey
        if self.way is not None and not self.way.line:  # a place is all there is to go to
            journey = replace(journey, route_dropped=True)
        self.begins.extend(sorted(self.setup.begun))
        self.kept = Kept(journey=journey, route=self.way, ahead=tuple(way for _, way in self.setup.legs[1:]))

    @property
    def journey(self) -> Journey:
        return self.kept.journey

    def through(self, trace: Trace) -> int:
        """How many fixes were taken before it was over."""
        taken = 0
        for received_at, frame in groupby(zip(trace.received, trace.fixes, strict=True), key=lambda one: one[0]):
            self._lives_until(received_at)
            fixes = [fix for _, fix in frame]
            if self.journey.closed is not None:
                return taken
            self._frame(received_at, taken, fixes)
            taken += len(fixes)
        self._lives_until(self.last_at + self.setup.wait_s)
        return taken

    def _lives_until(self, until: float) -> None:
        """Everything that time does up to there, at the instants at which it does it."""
        while True:
            wake = next_wake(self.journey)
            at = min(inf if wake is None else wake, self.beat_at, self.answers[0] if self.answers else inf)
            if self.begins and self.begins[0][0] <= min(at, until) and self.journey.closed is None:
                self._leg(*self.begins.popleft())
                continue
            if at >= until or self.journey.closed is not None:
                return
            if self.answers and self.answers[0] <= at:
                heapq.heappop(self.answers)
                self._does(judged(self.journey, lambda j, at=at: answered(j, "", "ok", at, Proof.PIN), at), at)  # type: ignore[misc]
            elif self.beat_at <= at:
                self.beat_at = at + BEAT_S if at < self.last_at + BEATS_FOR_S else inf
                self._does(judged(self.journey, lambda j, at=at: heard(j, at), at), at)  # type: ignore[misc]
            else:
                self._does(judged(self.journey, Outcome, at), at)

    def _leg(self, at: float, to: int, how: str) -> None:
        """The next leg, as it is known to have begun."""

        def on(journey: Journey) -> Outcome:
            turn = Turn(journey, at)
            began = legs.begin(turn, to, how)
            return turn.outcome() if began else Outcome(journey)

        self._does(judged(self.journey, on, at), at)
        self.kept = on_leg(self.kept)

    def _does(self, outcome: Outcome, at: float) -> None:
        self.kept = replace(self.kept, journey=outcome.journey)
        self._hears(outcome)
        if outcome.events:
            self.steps.append(self._step(at, None, outcome.events))

    def _hears(self, outcome: Outcome) -> None:
        if self.setup.answer_s is not None:
            for event in outcome.events:
                if isinstance(event, PromptRaised):
                    heapq.heappush(self.answers, event.at + self.setup.answer_s)

    def _frame(self, received_at: float, seq: int, fixes: Sequence[Fix]) -> None:
        frame = FixFrame("replay", seq, received_at, received_at, [_raw(fix) for fix in fixes])
        for part in slices(frame, MOST_AT_ONCE):
            sifted = sift(KEY, self.kept, part)
            way = self.kept.route
            self.kept, outcome, _, _ = take_fixes([sifted], received_at, self.grids, self.watching)[0]
            self._hears(outcome)
            for n, sighting in enumerate(self.watching.seen, 1):
                self.steps.append(self._seen(sighting, way, outcome.events if n == len(self.watching.seen) else ()))
        self.last_at = received_at
        self.beat_at = received_at + BEAT_S if self.setup.heard else inf

    def _seen(self, sighting: Sighting, way: Route | None, events: tuple[Event, ...]) -> Step:
        """What was held against what. The limit of the corridor is another one for who is off it already."""
        case, last = self.watching.case, self.last
        step = self._step(sighting.received_at, sighting, events)
        if sighting.set_aside is not None:
            return replaced(step, way=way)
        off_m = speed_mps = None
        if sighting.astray_m is not None and case.mode is not Mode.RIDE:
            off_m = max(case.limits.off_route_m, case.limits.accuracy_factor * (sighting.accuracy_m or 0.0))
            if last is not None and last.standing is Standing.OFF_ROUTE:
                off_m = case.limits.back_m
        if last is not None and sighting.at > last.at:
            speed_mps = sighting.moved_m / (sighting.at - last.at)
        self.last = sighting
        return replaced(step, way=way, off_m=off_m, speed_mps=speed_mps)

    def _step(self, at: float, sighting: Sighting | None, events: tuple[Event, ...]) -> Step:
        case = self.watching.case
        return Step(at, sighting, events, self.journey.link.state, case.limits, case.mode, self.kept.route)


def _raw(fix: Fix) -> RawFix:
    return RawFix(
        t=fix.at,
        lat=fix.lat,
        lon=fix.lon,
        acc=fix.accuracy_m,
        speed=fix.speed_mps,
        course=fix.course_deg,
        battery=fix.battery_pct,
        flags=MOCK * fix.mock | ENTERED * fix.entered,
    )


def _measured(steps: Sequence[Step]) -> Iterator[Step]:
    """With how long she has stayed in one place."""
    still = stayed_s(steps)
    for n, step in enumerate(steps):
        yield replaced(step, still_s=still[n]) if n in still else step


def stayed_s(steps: Sequence[Step]) -> dict[int, float]:
    """For how long she had come no farther than the stall limit, by number of step."""
    seen = [(n, step.sighting) for n, step in enumerate(steps) if step.judged and step.sighting is not None]
    seen = [(n, s) for n, s in seen if s.fresh]
    if not seen:
        return {}
    plane = plane_at(seen[0][1].lat, seen[0][1].lon)
    at = np.array([s.at for _, s in seen])
    x, y = plane.to_metres(np.array([s.lat for _, s in seen]), np.array([s.lon for _, s in seen]))
    sums = [np.concatenate(([0.0], np.cumsum(one))) for one in (x, y)]
    times = at.tolist()
    mean = np.empty((2, len(times)))
    found: dict[int, float] = {}
    first = 0
    for i, (n, s) in enumerate(seen):
        limits = steps[n].limits
        since = min(i, bisect_right(times, times[i] - limits.stall_s / MEANS, 0, i + 1))
        for axis in (0, 1):
            mean[axis, i] = (sums[axis][i + 1] - sums[axis][since]) / (i + 1 - since)
        near_m = limits.stall_m + min((s.accuracy_m or 0.0) / 2, limits.stall_m)
        apart_m = np.hypot(mean[0, first:i] - mean[0, i], mean[1, first:i] - mean[1, i])
        far = np.flatnonzero(apart_m >= near_m)
        if len(far):
            first += int(far[-1]) + 1
        found[n] = max(0.0, times[i] - times[first])
    return found


def places_along(way: Route, along_m: Sequence[float | None]) -> tuple[Place, ...]:
    """Where on its line each of these distances is: where she truly was, where a trace says so."""
    line = way.places()
    ends = [0.0]
    for a, b in pairwise(line):
        ends.append(ends[-1] + distance_m(*a, *b))
    known = [one for one in along_m if one is not None]
    lats = np.interp(known, ends, [lat for lat, _ in line])
    lons = np.interp(known, ends, [lon for _, lon in line])
    return tuple(zip(lats.tolist(), lons.tolist(), strict=True))
