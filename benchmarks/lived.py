"""A walk of the field lived through by the product's own rules: windows, judge and heart, with a clock of its own.

Without store and sockets, otherwise the way that a phone's fixes go in service, so that what is counted are questions to
her and not opinions of a judge.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

from msgspec.structs import replace

from alerts.contact import Recipient
from geofence.fix import Fix
from geofence.judge import Case, Judged, judge
from geofence.route import Route, read_points
from geofence.sighting import Sighting
from service.frames import FixFrame, Grids, RawFix, sift, slices, take_fixes
from service.journey.advance import next_wake
from service.journey.cover import judged
from service.journey.events import BecameOverdue, ConcernRaised, Event, JourneyClosed, ProgressChanged, PromptRaised
from service.journey.fixes import heard
from service.journey.model import Journey, JourneyKind, Leg, Plan, Progress, Proof
from service.journey.pressed import answered, armed
from service.journey.turn import Outcome
from service.rows import Kept

from .field import Frame, Truth
from .field.phone import STARTED_AT
from .field.ways import Way

ANSWERS_S = 30.0
BEAT_S = 30.0
KEY = "field-1"
A_SLICE = 100
Measures = Callable[[Journey, Frame], bool]


@dataclass(slots=True)
class Lived:
    """What came of it. `seen` pairs every judged fix with the true second of the walk in which it was measured; `fixes`
    with when we received them, for drawing."""

    events: list[Event] = field(default_factory=list)
    seen: list[tuple[float, Sighting]] = field(default_factory=list)
    fixes: list[tuple[Fix, float]] = field(default_factory=list)

    def prompts(self) -> list[PromptRaised]:
        return [one for one in self.events if isinstance(one, PromptRaised)]

    def told(self) -> list[Event]:
        """Whenever somebody else had to hear of it."""
        return [one for one in self.events if isinstance(one, ConcernRaised | BecameOverdue)]

    def became(self, to: Progress) -> list[float]:
        """The seconds of the walk in which her progress became so."""
        return [one.at - STARTED_AT for one in self.events if isinstance(one, ProgressChanged) and one.to is to]

    def closed_s(self) -> float | None:
        """The second of the walk in which her arrival closed it."""
        return next((one.at - STARTED_AT for one in self.events if isinstance(one, JourneyClosed)), None)


def route_of(way: Way) -> Route:
    """The way as she would have sent it."""
    return read_points(way.degrees())


def lived(
    truth: Truth,
    frames: Iterable[Frame],
    profile: str,
    route: Route | None = None,
    *,
    beats: bool = False,
    ahead: tuple[Route, ...] = (),
    modes: tuple[str, ...] = (),
    answers_s: float = ANSWERS_S,
    measures: "Measures | None" = None,
) -> Lived:
    """She answers every question with OK after `answers_s`. `beats`: her phone is heard where it says nothing, too.
    `ahead` are the routes of the legs after the first, `modes` how she goes on each. `measures`: whether her phone, as it
    is asked on this journey, measures anything where the frame does."""
    routes = (route or route_of(truth.way), *ahead)
    life = _Life(Kept(journey=_armed(routes, profile, modes), route=routes[0], ahead=ahead), beats, answers_s)
    unmeasured = 0
    for frame in frames:
        if life.journey.closed is not None:
            break
        if measures is not None and not measures(life.journey, frame):
            unmeasured += len(frame.rows)
            continue
        life.takes(frame._replace(seq=frame.seq - unmeasured))
    return life.came


def _armed(routes: tuple[Route, ...], profile: str, modes: tuple[str, ...]) -> Journey:
    """Her ETA is far away: an ETA is not what is judged here."""
    legs = [
        Leg(mode, f"end {n}", 1800.0, one.length_m) for n, (mode, one) in enumerate(zip(modes, routes, strict=False))
    ]
    plan = Plan(
        kind=JourneyKind.DESTINATION,
        profile=profile,
        reference="F001",
        code="42",
        destination="home",
        began_at=STARTED_AT,
        plan_s=7200.0,
        people=(Recipient(id="beth", primary=True),),
        has_route=True,
        route_m=routes[0].length_m,
        legs=tuple(legs),
    )
    return armed(KEY, plan, None, STARTED_AT).journey


class _Life:
    def __init__(self, kept: Kept, beats: bool, answers_s: float) -> None:
        self.kept, self.answers_s = kept, answers_s
        self.grids, self.beats, self.came = Grids(), beats, Lived()
        self.answer_at, self.beat_at = inf, inf
        self.true_s: dict[int, float] = {}
        self.sightings: list[Sighting] = []

    @property
    def journey(self) -> Journey:
        return self.kept.journey

    def takes(self, frame: Frame) -> None:
        now = frame.received_at
        wake_at = self._until(now)
        if self.journey.closed is not None:
            return
        self.kept = replace(self.kept, wake_at=wake_at)
        self.true_s.update(zip(range(frame.seq, frame.seq + len(frame.rows)), frame.truth_s, strict=True))
        fixes = [RawFix(r.t, r.lat, r.lon, r.accuracy_m, r.speed_mps, None, r.battery_pct) for r in frame.rows]
        for part in slices(FixFrame("field", frame.seq, frame.sent_at, now, fixes, up_s=frame.up_s), A_SLICE):
            sifted = sift(KEY, self.kept, part)
            self.kept, outcome, _, _ = take_fixes([sifted], now, self.grids, self._watches)[0]
            self._hears(outcome)
            for (fix, _, _), sighting in zip(sifted.fixes, self.sightings, strict=True):
                self.came.seen.append((self.true_s[fix.seq], sighting))
                self.came.fixes.append((fix, now))
        self.beat_at = now + BEAT_S if self.beats else inf

    def _watches(self, cases: Sequence[Case]) -> list[Judged]:
        found = judge(cases)
        self.sightings = list(found[0][0])
        return found

    def _until(self, until: float) -> float:
        """What time does up to there, at its instants; returns the next of them."""
        while True:
            wake_at = next_wake(self.journey) or inf
            at = min(wake_at, self.answer_at, self.beat_at)
            if at >= until or self.journey.closed is not None:
                return wake_at
            if at == self.answer_at:
                self.answer_at = inf
                self._does(judged(self.journey, lambda j, at=at: answered(j, "", "ok", at, Proof.PIN), at))  # type: ignore[misc]
            elif at == self.beat_at:
                self.beat_at = at + BEAT_S
                self._does(judged(self.journey, lambda j, at=at: heard(j, at), at))  # type: ignore[misc]
            else:
                self._does(judged(self.journey, Outcome, at))

    def _does(self, outcome: Outcome) -> None:
        self.kept = replace(self.kept, journey=outcome.journey)
        self._hears(outcome)

    def _hears(self, outcome: Outcome) -> None:
        self.came.events += outcome.events
        if any(isinstance(event, PromptRaised) for event in outcome.events):
            self.answer_at = outcome.journey.updated_at + self.answers_s
