"""A frame of fixes, from the phone's numbering to judged sightings (windows, freshness: docs/protocol.md)."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from math import inf
from typing import Annotated

import msgspec
from msgspec.structs import replace

from geofence.destination import Destination
from geofence.fix import Fix
from geofence.grid import Grid, Pool
from geofence.haven import Haven
from geofence.judge import Case, Judged, judge
from geofence.limits import STANDARD_FOOT, Limits
from geofence.mode import Mode
from geofence.route import Route
from geofence.sighting import Sighting

from . import phone_clock
from .havens import NO_HAVENS, Havens
from .journey import legs
from .journey.cover import judged, shown_to_her
from .journey.fixes import sighted, tracked
from .journey.havens import OpenHaven
from .journey.lit import face
from .journey.model import Journey
from .journey.profiles import PROFILES
from .journey.turn import Outcome, both
from .rows import KEPT_FIXES, Kept, PhoneEnd, chunk_bytes
from .tracked import Tracked, TrackerFrame, end_of, held

MOCK, ENTERED = 1, 2
"""Bits of a fix's `flags`: a mock provider made it; the phone has just entered the destination's region."""


class RawFix(msgspec.Struct, array_like=True, frozen=True):
    """One row of a `fixes` frame, as the phone sent it; `t` is the phone's own clock."""

    t: Annotated[float, msgspec.Meta(ge=-1e11, le=1e11)]
    lat: float
    lon: float
    acc: float | None = None
    speed: float | None = None
    course: float | None = None
    battery: float | None = None
    flags: int = 0


class FixFrame(msgspec.Struct, frozen=True):
    """A `fixes` frame that was readable. `fixes` may hold None where one fix was not: it counts as consumed.

    `sent_at` is the phone's wall clock at sending, `up_s` its monotonic clock (None: it does not say), `received_at` ours.
    """

    buffer: str
    seq: int
    sent_at: float
    received_at: float
    fixes: Sequence[RawFix | None]
    epoch: int = 0
    up_s: float | None = None


class FixesTaken(msgspec.Struct, frozen=True):
    """What the phone hears: `next` of `buffer`. `taken_over`: a newer socket of hers is open, or another request of her
    tracker app was quicker; nothing was stored. `lit`: her screen has something else to say of the light."""

    buffer: str
    next: int
    stored: int = 0
    taken_over: bool = False
    at_once: bool = False
    lit: bool = False


@dataclass(slots=True)
class Sifted:
    """A frame whose duplicates are gone and whose clock is corrected, ready to be judged. `new` counts those that were
    not known yet, also the ones nobody may keep. `tracked`: it is a linked tracker app's."""

    key: str
    kept: Kept
    fixes: list[tuple[Fix, float, bool]] = field(default_factory=list)
    phone: PhoneEnd = field(default_factory=PhoneEnd)
    refused: FixesTaken | None = None
    new: int = 0
    tracked: Tracked | None = None


def slices(frame: FixFrame, most: int) -> Iterator[FixFrame]:
    """The frame in pieces of at most `most` fixes, in order."""
    if len(frame.fixes) <= most:
        yield frame
        return
    for start in range(0, len(frame.fixes), most):
        part = frame.fixes[start : start + most]
        yield replace(frame, seq=frame.seq + start, fixes=part)


def sift(key: str, kept: Kept, frame: FixFrame) -> Sifted:
    """Windows and clocks. A frame beyond `next` is not stored (the phone rewinds); a known fix is not stored twice.

    Where she went after her journey was closed is nobody's business: it is acknowledged, and discarded unread (row 15).
    """
    phone = kept.phone
    if frame.epoch < phone.epoch:
        return Sifted(key, kept, phone=phone, refused=FixesTaken(phone.buffer, phone.next, taken_over=True))
    wanted = phone.next if frame.buffer == phone.buffer else frame.seq
    if frame.seq > wanted:
        return Sifted(key, kept, phone=phone, refused=FixesTaken(phone.buffer, phone.next))
    phone = phone_clock.heard(phone, frame.sent_at, frame.up_s, frame.received_at)
    offset_s = phone_clock.off_s(phone)
    fresh_s = kept.journey.numbers.fresh_s(kept.journey.link.cadence_s)
    over_at = _over_at(kept.journey)
    fixes, new = [], 0
    for seq, raw in enumerate(frame.fixes, frame.seq):
        if seq < wanted or raw is None:
            continue
        new += 1
        fix = Fix(
            seq=seq,
            at=raw.t + offset_s,
            lat=raw.lat,
            lon=raw.lon,
            accuracy_m=raw.acc,
            speed_mps=raw.speed,
            course_deg=raw.course,
            battery_pct=_percent(raw.battery),
            mock=bool(raw.flags & MOCK),
            segment=phone.segment,
            entered=bool(raw.flags & ENTERED),
        )
        if fix.at <= over_at:
            fixes.append((fix, frame.received_at, frame.received_at - fix.at <= fresh_s))
    after = max(wanted, frame.seq + len(frame.fixes))
    phone = replace(phone, buffer=frame.buffer, next=after, epoch=max(phone.epoch, frame.epoch))
    return Sifted(key, kept, fixes, phone, new=new)


def sift_tracked(key: str, kept: Kept, frame: TrackerFrame) -> Sifted:
    """The same for a linked tracker app. What changes nothing is not written."""
    phone = kept.phone
    found = held(kept, frame, _over_at(kept.journey))
    if found.again or not (found.speaks or found.new or found.end != end_of(kept, frame.tracker)):
        return Sifted(key, kept, phone=phone, refused=FixesTaken(phone.buffer, phone.next, taken_over=found.again))
    return Sifted(key, kept, found.fixes, phone, new=found.new, tracked=found)


def is_over(journey: Journey) -> bool:
    """Whether her journey has ended and nobody looks for her any more."""
    return journey.closed is not None and journey.alarm is None and journey.sos is None


def _over_at(journey: Journey) -> float:
    """When it was over; never, as long as it is not."""
    return journey.closed.at if journey.closed is not None and is_over(journey) else inf


def _percent(battery: float | None) -> int | None:
    """Unknown where a phone says what no battery holds (some send -1)."""
    return round(battery) if battery is not None and 0.0 <= battery <= 100.0 else None


class Grids:
    """The grids of the journeys this process has judged lately. Whoever forgets a journey drops its grid; beyond `most`
    (more than a batch can ask for) those make room that were asked for longest ago."""

    def __init__(self, most: int = 200_000) -> None:
        self._pool, self._most, self._keys = Pool(), most, OrderedDict[str, str]()

    def __len__(self) -> int:
        return len(self._keys)

    def of(self, key: str, route: Route) -> Grid:
        """The grid of `key`'s route, cut now if it was not yet, or if the route is another one."""
        grid = self._pool.get(key)
        if grid is None or self._keys.get(key) != route.line:
            if grid is None and len(self._keys) >= self._most:
                self._pool.remove(self._keys.popitem(last=False)[0])
            grid = self._pool.add(key, route)
            self._keys[key] = route.line
        self._keys.move_to_end(key)  # those of one batch must outlast it
        return grid

    def drop(self, key: str) -> None:
        """Journey `key` is judged no more, or by somebody else."""
        for one in (key, _next(key)):
            if self._keys.pop(one, None) is not None:
                self._pool.remove(one)


Taken = tuple[Kept, Outcome, FixesTaken, bytes | None]
Judge = Callable[[Sequence[Case]], list[Judged]]
Places = tuple[OpenHaven, ...]


def take_fixes(
    sifted: Sequence[Sifted], now: float, grids: "Grids", judge: Judge = judge, havens: Havens = NO_HAVENS
) -> list[Taken]:
    """All frames of a round in one geometry call, then each through the heart. Who wants to see what the judge saw
    passes one of their own (`service.replay`)."""
    places = [_open_now(s, havens, now) for s in sifted]
    cases = [_case(s, grids, near) for s, near in zip(sifted, places, strict=True)]
    results: list[Taken] = []
    for s, near, (sightings, evidence) in zip(sifted, places, judge(cases), strict=True):
        kept = s.kept
        if s.refused is not None:
            results.append((kept, Outcome(kept.journey), s.refused, None))
            continue
        app = s.tracked
        outcome = _through_the_heart(kept, sightings, now, app, near)
        fixes = (*kept.fixes, *(f for f, _, _ in s.fixes), *(app.aside if app is not None else ()))
        chunk = None
        if len(fixes) > KEPT_FIXES:
            chunk, fixes = chunk_bytes(fixes[:-1]), fixes[-1:]
        shown = shown_to_her(outcome.journey)  # also when we answer is something her phone can see
        alarm = shown.alarm is not None or shown.sos is not None
        lit = face(shown) != face(shown_to_her(kept.journey))
        taken = FixesTaken(s.phone.buffer, s.phone.next, stored=s.new, at_once=alarm, lit=lit)
        after = Kept(
            journey=outcome.journey,
            route=kept.route,
            ahead=kept.ahead,
            evidence=evidence,
            fixes=fixes,
            phone=s.phone,
            answered=kept.answered,
            wake_at=kept.wake_at,
            trackers=kept.trackers if app is None else app.ends(kept),
        )
        results.append((on_leg(after), outcome, taken, chunk))
    return results


def on_leg(kept: Kept) -> Kept:
    """The row of a journey whose next leg has begun, with that one's route and nothing remembered of how she moved on the
    leg before; any other row as it is. What came with the frame that showed it was judged on the leg before."""
    begun = len(kept.ahead) - len(legs.after(kept.journey))
    if begun <= 0:
        return kept
    evidence = kept.evidence.on_next_leg(has_a_way=bool(kept.ahead[begun - 1].line))
    return replace(kept, route=kept.ahead[begun - 1], ahead=kept.ahead[begun:], evidence=evidence)


def _through_the_heart(
    kept: Kept, sightings: Sequence[Sighting], now: float, app: Tracked | None, near: Places
) -> Outcome:
    """Time first, then the fixes. The wake index is a lower bound of every deadline: before it, time changes nothing."""
    home = kept.ahead[-1].destination if kept.ahead else None
    if app is None:
        lights = kept.route.lights if kept.route is not None else b""
        act = partial(_sighted, seen=sightings, now=now, near=near, home=home, lights=lights)
    else:
        act = partial(_tracked, seen=sightings, now=now, app=app, home=home)
    if kept.wake_at is not None and now < kept.wake_at:
        return both(kept.journey, act)
    return judged(kept.journey, act, now)


def _sighted(
    journey: Journey, seen: Sequence[Sighting], now: float, near: Places, home: Destination | None, lights: bytes
) -> Outcome:
    return sighted(journey, seen, now, near, home, lights)


def _tracked(journey: Journey, seen: Sequence[Sighting], now: float, app: Tracked, home: Destination | None) -> Outcome:
    if not app.speaks:
        return Outcome(journey)
    return tracked(journey, seen, now, every_s=app.every_s, battery_pct=app.battery_pct, cried=app.cried, home=home)


def moved_a_deadline(before: Journey, outcome: Outcome) -> bool:
    """Whether a frame of fixes may have brought a deadline nearer. One that only moved the last frame's time onward
    cannot have: then the wake index still holds a lower bound."""
    after = outcome.journey
    same = before.link.cadence_s == after.link.cadence_s and before.shadow is None
    return bool(outcome.events) or not same


def _open_now(s: Sifted, havens: Havens, now: float) -> Places:
    """The havens near where she is now: only a fresh fix of her own phone is held against them."""
    if s.tracked is not None or not s.fixes or not s.fixes[-1][2]:
        return ()
    fix = s.fixes[-1][0]
    if not (abs(fix.lat) <= 90.0 and abs(fix.lon) <= 180.0):  # nowhere: the judge sets it aside
        return ()
    return havens.near(fix.lat, fix.lon, now)


def _case(s: Sifted, grids: "Grids", near: Places) -> Case:
    """One judgement for both stories: which leg she is on, and whether there still is a corridor, is what she has said,
    with whichever PIN."""
    journey, route, later = s.kept.journey, s.kept.route, legs.after(s.kept.journey)
    shown = shown_to_her(journey)
    dropped = shown.route_dropped if shown.under_way else journey.route_dropped
    mode = Mode(legs.mode(journey))
    grid = None
    if route is not None and not dropped and s.fixes:
        grid = grids.of(s.key, route)
    return Case(
        fixes=s.fixes,
        began_at=journey.plan.began_at,
        grid=grid,
        destination=route.destination if route is not None else None,
        limits=limits_of(journey.plan.profile, mode),
        mode=mode,
        evidence=s.kept.evidence,
        ending=Mode(later[0].mode) if later else None,
        last=not later,
        havens=tuple(Haven(h.id, h.name, h.lat, h.lon) for h in near),
        next_grid=_next_grid(s, mode, grids) if later and s.fixes else None,
    )


def _next_grid(s: Sifted, mode: Mode, grids: "Grids") -> Grid | None:
    """The way she walks when she gets off, where it has a line: she may get off a stop early."""
    ahead = s.kept.ahead
    if mode is not Mode.RIDE or not ahead or not ahead[0].line:
        return None
    return grids.of(_next(s.key), ahead[0])


def _next(key: str) -> str:
    """What the grid of the next leg's way is kept by."""
    return f"{key}>"


@lru_cache(maxsize=64)
def limits_of(profile: str, mode: str) -> Limits:
    """A profile's numbers as geofence wants them."""
    n, ride, cycle = PROFILES[profile], mode == Mode.RIDE, mode == Mode.CYCLE
    return Limits(
        off_route_m=n.off_route_m,
        accuracy_factor=n.off_route_accuracies,
        off_route_fixes=n.off_route_fixes,
        off_route_s=n.off_route_s,
        back_m=n.back_on_route_m,
        back_fixes=n.back_on_route_fixes,
        away_m=n.away_at_least_m,
        away_share=n.away_share,
        away_fixes=n.away_fixes,
        away_s=n.away_s,
        vehicle_mps=n.vehicle_cycle_mps if cycle else n.vehicle_mps,
        vehicle_fixes=n.vehicle_fixes,
        vehicle_s=n.vehicle_s,
        vehicle_m=n.vehicle_m,
        stall_m=n.stalled_ride_m if ride else n.stalled_m,
        stall_s=n.stalled_ride_s if ride else n.stalled_s,
        board_m=n.board_m or 0.0,
        board_mps=n.vehicle_cycle_mps if cycle else STANDARD_FOOT.board_mps,
        left_m=n.left_m,
        left_mps=n.left_mps,
        left_fixes=n.left_fixes,
        left_s=n.left_s,
    )
