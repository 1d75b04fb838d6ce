"""What a linked tracker app reported, held against one journey: which of it is new, which is fresh, and whether this app
speaks for her now. Dry: judged in her mailbox like a frame of fixes, beside which it stands (`service.frames`).

Such apps number nothing and wait in no order: a fix is known by its time and a short hash. Nothing of theirs touches what
we remember of the phone with our app (`PhoneEnd`).

*One device speaks for her at a time.* Two receivers in turn would make her jump to and fro, and one that she left at home
would say that she has arrived. So while her other device is heard, an app's fixes are kept and judge nothing. It takes
over when that one has fallen silent (row 2), if it was last measured beside it, or else is on the way and not where she is
going; whoever was last seen somewhere else never does. The phone on which she presses her alarm is the one she has in
her hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import inf

from msgspec.structs import replace

from geofence.fix import ASIDE, CLOCK_SLACK_S, Fix
from geofence.plane import distance_m

from .journey.model import LinkState
from .journey.profiles import Profile
from .rows import Kept, TrackerEnd

KEPT_IDENTS = 64
KEPT_ENDS = 8
BESIDE_S = 60.0
BESIDE_M = 100.0
"""Two devices are beside each other when they were measured within so much time and, beyond both accuracies, distance."""


@dataclass(frozen=True, slots=True)
class TrackerFrame:
    """One request of a tracker app, for one journey. `every_s` is how often it speaks when still, as she set it when it was
    linked; `said_s` what the app says itself; `pressed`: her alarm button on this very phone. `fixes` come with the short hash by which each is known.

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


@dataclass(slots=True)
class Tracked:
    """A frame held against the row: `fixes` are to be judged as (fix, received, fresh), `aside` only to be kept. `speaks`:
    this app is who we hear of her."""

    end: TrackerEnd
    speaks: bool
    every_s: float
    battery_pct: int | None
    again: bool = False
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


def fresh_s(numbers: Profile, every_s: float) -> float:
    """The age up to which a fix of such an app is fresh: as for a phone of ours that stands still, and no more, however
    seldom it speaks. A fix that closes a journey is of now."""
    return numbers.fresh_s(min(every_s, numbers.cadence_still_s))


def held(kept: Kept, frame: TrackerFrame, over_at: float) -> Tracked:
    """`frame` against the row as it is. What is known already is left out, and so is where she went before she set off or
    after it was over (`over_at`): nobody asked us to watch her then."""
    before = end_of(kept, frame.tracker)
    every_s = frame.said_s or before.every_s or frame.every_s
    since_at = kept.journey.plan.began_at - CLOCK_SLACK_S
    new = {i: f for i, f in frame.fixes if i not in before.idents and since_at <= f.at <= over_at}
    found = sorted(new.items(), key=lambda one: one[1].at)
    if found and found[0][1].at <= before.newest_at and frame.checked_at != before.newest_at:
        return Tracked(before, speaks=False, every_s=every_s, battery_pct=None, again=True)
    fixes = [replace(f, seq=0, segment=_segment(frame.tracker), by=frame.tracker) for _, f in found]
    beside = frame.pressed or _beside(kept, frame.tracker, fixes, before.beside)
    speaks = frame.pressed or _speaks(kept, frame, fixes, beside)
    latest_at = frame.received_at + CLOCK_SLACK_S
    end = replace(
        before,
        newest_at=max((f.at for f in fixes if f.at <= latest_at), default=before.newest_at),
        idents=(*before.idents, *(i for i, _ in found))[-KEPT_IDENTS:],
        every_s=frame.said_s or before.every_s,
        beside=beside,
    )
    end = replace(end, newest_at=max(end.newest_at, before.newest_at))
    held_ = Tracked(end, speaks, every_s, frame.battery_pct)
    if speaks:
        held_.fixes = list(_judged(kept, frame, fixes, every_s, before.newest_at))
    else:
        held_.aside = [replace(f, segment=ASIDE) for f in fixes]
    return held_


def _segment(tracker: str) -> int:
    """Every device has a clock of its own: between fixes of two no time has passed that anybody knows."""
    return ASIDE - 1 - short(tracker) % 1_000_000


def _judged(
    kept: Kept, frame: TrackerFrame, fixes: Sequence[Fix], every_s: float, newest_at: float
) -> Iterator[tuple[Fix, float, bool]]:
    """In order of their time, each with whether it is fresh: newer than all we have of her, whoever measured it, and of
    now. What waited in the app is history."""
    last = kept.evidence.last
    newest_at = max(newest_at, last.at if last is not None else -inf)
    age_s = fresh_s(kept.journey.numbers, every_s)
    for fix in fixes:
        yield fix, frame.received_at, fix.at > newest_at and frame.received_at - fix.at <= age_s
        newest_at = max(newest_at, fix.at)


# ── who speaks for her ───────────────────────────────────────────────────────────────────────────────────


def _speaks(kept: Kept, frame: TrackerFrame, fixes: Sequence[Fix], beside: bool | None) -> bool:
    last, plan = kept.evidence.last, kept.journey.plan
    if last is not None and last.by == frame.tracker:
        return True
    carries = plan.tracker == frame.tracker
    if last is None and carries:
        return True
    if not _silent(kept, frame) or beside is False:
        return False
    return bool(beside or carries or _on_the_way(kept, fixes))


def _silent(kept: Kept, frame: TrackerFrame) -> bool:
    """Whether nobody else speaks for her: the device that placed her last has fallen silent, or none ever did. Where she
    set off with our app, that one may begin first."""
    journey, last = kept.journey, kept.evidence.last
    link = journey.link
    if last is None and kept.phone.epoch == 0 and not kept.phone.buffer:
        return True
    heard_at = link.heard_at if link.state is not LinkState.NONE else last.at if last is not None else -inf
    return frame.received_at - heard_at >= journey.numbers.stale_s(link.cadence_s)


def _on_the_way(kept: Kept, fixes: Sequence[Fix]) -> bool:
    """Measured away from where she is going; what only says that it is there already may have been there all evening.
    Where there is nothing to arrive at, everywhere is on the way, and an app without a place says nothing either way."""
    if kept.route is None:
        return True
    there = kept.route.destination
    return any(not there.holds(f.lat, f.lon) for f in fixes)


def _beside(kept: Kept, tracker: str, fixes: Sequence[Fix], before: bool | None) -> bool | None:
    """Held against what her other devices measured at the same time. Where she is going says nothing: she may have left
    it there, and set off from there."""
    others = [f for f in (*kept.fixes, kept.evidence.last) if f is not None and f.by != tracker]
    there = kept.route.destination if kept.route is not None else None
    for fix in fixes:
        near = min(others, key=lambda f: abs(f.at - fix.at), default=None)
        if near is None or abs(near.at - fix.at) > BESIDE_S:
            continue
        blur_m = (near.accuracy_m or 0.0) + (fix.accuracy_m or 0.0)
        together = distance_m(near.lat, near.lon, fix.lat, fix.lon) <= BESIDE_M + min(blur_m, BESIDE_M)
        if not together or there is None or not there.holds(fix.lat, fix.lon):
            before = together
    return before
