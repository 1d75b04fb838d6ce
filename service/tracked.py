"""What a linked tracker app reported, held against one journey: which of it is new, which is fresh, and whether this app
speaks for her now. Dry: judged in her mailbox like a frame of fixes, beside which it stands (`service.frames`).

Such apps number nothing and wait in no order: a fix is known by its time and a short hash. Nothing of theirs touches what
we remember of the phone with our app (`PhoneEnd`).

*One device speaks for her at a time.* Two receivers in turn would make her jump to and fro, and one that she left at home
would say that she has arrived. So while her other device is heard, an app's fixes are kept and judge nothing. It takes
over when that one has fallen silent (row 2), with a place of now, if it has gone along: it was last measured beside the
other, or nobody knows and it can be hers, and it is no longer where it was when she set off. What lies still somewhere
(a tablet at home, at the office) never speaks for somebody who walks. The phone on which she presses her alarm is the one
she has in her hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import inf

from msgspec.structs import replace

from geofence.fix import ASIDE, CLOCK_SLACK_S, JUMP_MPS, Fix, set_aside
from geofence.mode import Mode
from geofence.plane import distance_m

from .journey import legs
from .journey.model import LinkState
from .rows import Kept, TrackerEnd

KEPT_IDENTS = 64
KEPT_ENDS = 8
BESIDE_S = 60.0
BESIDE_M = 100.0
"""Two devices are beside each other when they were measured within so much time and, beyond both accuracies, distance."""
FAST_S = 86_400.0
"""A clock may be fast by so much (a time zone, taken for another); what is beyond that is a receiver's fault, and no clock.
By a fast one what waited an hour in the app looks as if it were of now: once it has shown, nothing older is fresh."""
CRIED_S = 3600.0
"""How old the place may be that comes with her alarm: such an app sends the last one it knows, which may be from before she
set off, and where she was is better than nothing."""


@dataclass(frozen=True, slots=True)
class TrackerFrame:
    """One request of a tracker app, for one journey. `every_s` is how often it speaks when still, as she set it when it was
    linked; `said_s` what the app says itself; `pressed`: her alarm button on this very phone. `fixes` come with the short
    hash by which each is known; those in `repeated` are places that the app only knew, and are never of now.

    `checked_at`: up to there the caller has taken out what is in the track already. A request that came in between makes
    that worthless, and the answer is to look again (`FixesTaken.taken_over`).
    """

    tracker: str
    received_at: float
    every_s: float
    fixes: Sequence[tuple[int, Fix]] = ()
    said_s: float | None = None
    battery_pct: int | None = None
    pressed: bool = False
    checked_at: float = 0.0
    repeated: frozenset[int] = frozenset()


@dataclass(slots=True)
class Tracked:
    """A frame held against the row: `fixes` are to be judged as (fix, received, fresh), `aside` only to be kept. `speaks`:
    this app is who we hear of her. `cried` is the place that came with her alarm, however old."""

    end: TrackerEnd
    speaks: bool
    every_s: float
    battery_pct: int | None
    again: bool = False
    cried: Fix | None = None
    fixes: list[tuple[Fix, float, bool]] = field(default_factory=list)
    aside: list[Fix] = field(default_factory=list)

    @property
    def new(self) -> int:
        return len(self.fixes) + len(self.aside)

    def ends(self, kept: Kept) -> tuple[TrackerEnd, ...]:
        """The row's, with this one as it is now; those that spoke longest ago make room."""
        return (*(e for e in kept.trackers if e.id != self.end.id), self.end)[-KEPT_ENDS:]


def short(ident: str) -> int:
    """By what a fix is known: no more of it than can be compared."""
    return int.from_bytes(blake2b(ident.encode("utf-8", "replace"), digest_size=8).digest())


def end_of(kept: Kept, tracker: str) -> TrackerEnd:
    """What we remember of it on this journey."""
    return next((e for e in kept.trackers if e.id == tracker), TrackerEnd(id=tracker))


def held(kept: Kept, frame: TrackerFrame, over_at: float) -> Tracked:
    """`frame` against the row as it is. What is known already is left out, and so is where she went before she set off or
    after it was over (`over_at`): nobody asked us to watch her then. Her alarm asks."""
    before = end_of(kept, frame.tracker)
    # What she set, and read before she set off, is never made longer by what the app says of itself.
    every_s = min(frame.every_s, frame.said_s or before.every_s or inf)
    since_at = kept.journey.plan.began_at - CLOCK_SLACK_S
    if frame.pressed:
        since_at = min(since_at, frame.received_at - CRIED_S)
    new = {i: f for i, f in frame.fixes if i not in before.idents and since_at <= f.at <= over_at}
    found = sorted(new.items(), key=lambda one: one[1].at)
    if found and found[0][1].at <= before.newest_at and frame.checked_at != before.newest_at:
        return Tracked(before, speaks=False, every_s=every_s, battery_pct=None, again=True)
    fixes = [replace(f, seq=0, segment=_segment(frame.tracker), by=frame.tracker) for _, f in found]
    age_s = kept.journey.numbers.fresh_s(every_s)
    judged = list(_judged(kept, frame, [i for i, _ in found], fixes, before.newest_at, age_s))
    places = [f for f in fixes if is_a_place(f, frame.received_at)]
    end = _after(kept, frame, before, [i for i, _ in found], fixes, places)
    now_here = next((f for f, _, fresh in reversed(judged) if fresh and f in places), None)
    speaks = _speaks(kept, frame, end, now_here)
    held_ = Tracked(end, speaks, every_s, frame.battery_pct, cried=places[-1] if frame.pressed and places else None)
    if speaks:
        held_.fixes = judged
    else:
        held_.aside = [replace(f, segment=ASIDE) for f in fixes]
    return held_


def _after(
    kept: Kept,
    frame: TrackerFrame,
    before: TrackerEnd,
    idents: Sequence[int],
    fixes: Sequence[Fix],
    places: Sequence[Fix],
) -> TrackerEnd:
    latest_at = frame.received_at + FAST_S
    first = before.first
    if first is None and places:
        first = (places[0].lat, places[0].lon, places[0].accuracy_m or 0.0)
    return replace(
        before,
        newest_at=max((f.at for f in fixes if before.newest_at < f.at <= latest_at), default=before.newest_at),
        idents=(*before.idents, *idents)[-KEPT_IDENTS:],
        every_s=frame.said_s or before.every_s,
        beside=frame.pressed or _beside(kept, frame.tracker, places, before.beside),
        first=first,
        pressed=before.pressed or frame.pressed,
    )


def is_a_place(fix: Fix, received_at: float) -> bool:
    """Whether it says where the app was at all, at whatever time."""
    return set_aside(fix, None, journey_began_at=-inf, received_at=received_at) is None


def _segment(tracker: str) -> int:
    """Every device has a clock of its own: between fixes of two no time has passed that anybody knows."""
    return ASIDE - 1 - short(tracker) % 1_000_000


def _judged(
    kept: Kept, frame: TrackerFrame, idents: Sequence[int], fixes: Sequence[Fix], newest_at: float, age_s: float
) -> Iterator[tuple[Fix, float, bool]]:
    """In order of their time, each with whether it is fresh: newer than all we have of her, whoever measured it, and of
    now. What waited in the app is history, and so is what it repeats."""
    last = kept.evidence.last
    newest_at = max(newest_at, last.at if last is not None else -inf)
    for ident, fix in zip(idents, fixes, strict=True):
        of_now = ident not in frame.repeated and frame.received_at - fix.at <= age_s
        yield fix, frame.received_at, of_now and fix.at > newest_at
        newest_at = max(newest_at, fix.at)


# ── who speaks for her ───────────────────────────────────────────────────────────────────────────────────


def _speaks(kept: Kept, frame: TrackerFrame, end: TrackerEnd, now_here: Fix | None) -> bool:
    """`end` is what is known of it with this report, `now_here` the place of now that came with it."""
    last, carries = kept.evidence.last, kept.journey.plan.tracker == frame.tracker
    if frame.pressed or (last is not None and last.by == frame.tracker) or (last is None and carries):
        return True
    if not _silent(kept, frame) or end.beside is False:
        return False
    if carries or end.pressed:
        return True
    goes_along = now_here is not None and end.first is not None and _left(end.first, now_here)
    return now_here is not None and goes_along and (end.beside is True or _can_be_hers(kept, now_here))


def _left(first: tuple[float, float, float], fix: Fix) -> bool:
    """Whether it is no longer where it was first measured, beyond what receivers indoors wander."""
    lat, lon, accuracy_m = first
    return distance_m(lat, lon, fix.lat, fix.lon) > BESIDE_M + accuracy_m + (fix.accuracy_m or 0.0)


def _silent(kept: Kept, frame: TrackerFrame) -> bool:
    """Whether nobody else speaks for her: the device that placed her last has fallen silent, or none ever did. Where she
    set off with our app, that one may begin first."""
    journey, last = kept.journey, kept.evidence.last
    link = journey.link
    if last is None and kept.phone.epoch == 0 and not kept.phone.buffer:
        return True
    heard_at = link.heard_at if link.state is not LinkState.NONE else last.at if last is not None else -inf
    return frame.received_at - heard_at >= journey.numbers.stale_s(link.cadence_s)


def _can_be_hers(kept: Kept, fix: Fix) -> bool:
    """Nobody knows where it was while her other device was heard. It is clear of where she is going (what is there may have
    been there all evening), and no farther from where she was last measured than she can have come since."""
    blur_m, last, numbers = BESIDE_M + (fix.accuracy_m or 0.0), kept.evidence.last, kept.journey.numbers
    if kept.route is not None and kept.route.destination.beyond_m(fix.lat, fix.lon) <= blur_m:
        return False
    if last is None:
        return True
    on = {Mode.RIDE.value: JUMP_MPS, Mode.CYCLE.value: numbers.vehicle_cycle_mps}
    far_m = on.get(legs.mode(kept.journey), numbers.vehicle_mps) * max(0.0, fix.at - last.at)
    return distance_m(last.lat, last.lon, fix.lat, fix.lon) <= far_m + blur_m + (last.accuracy_m or 0.0)


def _beside(kept: Kept, tracker: str, places: Sequence[Fix], before: bool | None) -> bool | None:
    """Held against what her other devices measured at the same time, those that spoke for her. Where she is going says
    nothing: she may have left it there, and set off from there."""
    known = (*kept.fixes, kept.evidence.last)
    others = [f for f in known if f is not None and f.by != tracker and f.segment != ASIDE]
    there = kept.route.destination if kept.route is not None else None
    for fix in places:
        near = min(others, key=lambda f: abs(f.at - fix.at), default=None)
        if near is None or abs(near.at - fix.at) > BESIDE_S:
            continue
        blur_m = (near.accuracy_m or 0.0) + (fix.accuracy_m or 0.0)
        together = distance_m(near.lat, near.lon, fix.lat, fix.lon) <= BESIDE_M + min(blur_m, BESIDE_M)
        if not together or there is None or not there.holds(fix.lat, fix.lon):
            before = together
    return before
