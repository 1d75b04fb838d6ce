"""The fixes on which no rule has anything to do, found for many at once; of these, standing still and pace are learnt here.

Nearly every fix is of somebody who walks on along her way. `idle` knows those for certain; where it is in doubt it
says no, and the rule itself is asked (`weigh`). So there is one version of each rule, and this one leaves the bits of a
record that it would have left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrival import CLEAR_M, OUTSIDE_FIXES
from .limits import Limits
from .mode import MOVING_MPS, Mode
from .pace import BUCKETS, MOST_IN_MEAN, SAMPLE_M, SAMPLE_WEIGHT
from .plane import Floats
from .progress_numpy import Flags, Places
from .state import INDEX, MEANS, NEVER, UNKNOWN, Columns

Shorts = NDArray[np.int16]

SURE = 0.8
"""A distance in the plane of a way of a hundred kilometres is wrong by less than a fifth."""
_ZERO = (
    *("off", "off_run", "off_since", "fine", "fine_since", "rough", "rough_since", "entered", "here", "riding"),
    *("away", "away_run", "away_since", "stalled", "turn_run", "turn_since", "haven", "haven_run"),
)
_QUIET = np.array([INDEX[name] for name in (*_ZERO, "away_start", "away_least")])
_USUAL = np.array([0.0] * len(_ZERO) + [-1.0, -1.0], dtype=np.float32)[:, None]
_OUTSIDE, _RIDE_RUN = INDEX["outside"], INDEX["ride_run"]
_STALL = slice(INDEX["stall_from"], INDEX["stall_along"] + 1)
_PACE = slice(INDEX["pace"], INDEX["pace_along"] + 1)
assert [INDEX["stall_along"] - INDEX["stall_from"], INDEX["pace_along"] - INDEX["pace"]] == [5, 4]


@dataclass(slots=True)
class Bars:
    """What of the limits and modes is asked here, one number for each case, or one for all."""

    off_route_m: Floats
    accuracy_factor: Floats
    vehicle_mps: Floats
    stall_m: Floats
    stall_s: Floats
    moving_mps: Floats

    def of(self, rows: NDArray[np.int64]) -> "Bars":
        """Those of some cases."""
        if len(self.stall_s) == 1:
            return self
        return Bars(*(getattr(self, name)[rows] for name in self.__slots__))


def bars(limits: Sequence[Limits], modes: Sequence[Mode]) -> Bars:
    """The limits and modes of many cases."""
    kinds = {(id(one), mode): (one, mode) for one, mode in zip(limits, modes, strict=True)}
    number = {kind: n for n, kind in enumerate(kinds)}
    told = np.array([
        (one.off_route_m, one.accuracy_factor, one.vehicle_mps, one.stall_m, one.stall_s, MOVING_MPS[mode])
        for one, mode in kinds.values()
    ]).T  # fmt: skip
    if len(kinds) > 1:
        told = told[:, [number[(id(one), mode)] for one, mode in zip(limits, modes, strict=True)]]
    return Bars(*told)


@dataclass(slots=True)
class Steps:
    """Fresh fixes in the planes of their ways, in columns: `weigh.Step` for those with a way and a known time between.

    `end` are the destinations, (x, y, radius; 3, fixes), the radius -inf without one. `calm`: she was on her route, no
    open haven is near, and the fix is fresh.
    """

    at: Floats
    x: Floats
    y: Floats
    dt: Floats
    moved: Floats
    accuracy: Floats
    end: Floats
    calm: Flags


def idle(columns: Columns, steps: Steps, places: Places, bar: Bars) -> tuple[Flags, Floats]:
    """Which of these fixes no rule has anything to say to; their records are those after the fix, all others untouched.

    With them their own pace after it, not yet rounded, -1 where unknown.
    """
    f, clear = columns.f, np.maximum(steps.accuracy, CLEAR_M)
    quiet = steps.calm & places.near
    quiet &= places.astray <= np.maximum(bar.off_route_m, bar.accuracy_factor * steps.accuracy)
    quiet &= steps.moved <= bar.vehicle_mps * steps.dt
    quiet &= (f.take(_QUIET, axis=0) == _USUAL).all(axis=0)
    x, y, radius = steps.end
    dx, dy = steps.x - x, steps.y - y
    quiet &= np.sqrt(dx * dx + dy * dy) * SURE - radius > clear

    sums, ring, means = _rested(columns, steps, places, bar)
    quiet &= ~_may_be_still(sums, ring, means, steps, bar)
    told = _learnt(f[_PACE].astype(np.float64), steps, places, bar)
    outside = np.where(radius >= 0.0, float(OUTSIDE_FIXES), f[_OUTSIDE])
    if quiet.all():
        f[_STALL], f[_PACE], f[_OUTSIDE], f[_RIDE_RUN] = sums, told, outside, 0.0
        columns.ring, columns.means = ring, means
    else:
        rows = quiet.nonzero()[0]
        f[_STALL, rows], f[_PACE, rows] = sums[:, rows], told[:, rows]
        f[_OUTSIDE, rows], f[_RIDE_RUN, rows] = outside[rows], 0.0
        columns.ring[rows], columns.means[rows] = ring[rows], means[rows]
    return quiet, told[0]


def _rested(columns: Columns, steps: Steps, places: Places, bar: Bars) -> tuple[Floats, Shorts, NDArray[np.uint16]]:
    """`pace.rest` without its verdict: the sums, the ring and how many of its means are filled, after the fix."""
    before: Floats = columns.f[_STALL].astype(np.float64)
    since, fixes, t, x, y, along = before
    begins = fixes == 0.0
    passed = steps.at - since
    due = passed >= bar.stall_s / BUCKETS
    due &= ~begins
    ring, means = columns.ring, columns.means
    rows = due.nonzero()[0]
    if len(rows):
        ring, means = ring.copy(), means.copy()
        ring[rows, :-1] = ring[rows, 1:]
        ring[rows, -1] = _means(before.take(rows, axis=1)).T
        means[rows] = np.minimum(means[rows] + 1, MEANS)
    anew = due | begins
    full = fixes >= MOST_IN_MEAN
    if begins.any():
        means = np.where(begins, np.uint16(0), means)
    after = np.array((since, fixes + 1.0, t + passed, x + steps.x, y + steps.y, along + places.along))
    after[5][(along < 0.0) | (places.along < 0.0)] = -1.0
    if full.any():
        after = np.where(full, before, after)
    if anew.any():
        one = np.ones(len(passed))
        first = np.array((steps.at, one, 0.0 * one, steps.x, steps.y, np.where(places.along < 0.0, -1.0, places.along)))
        after = np.where(anew, first, after)
    return after, ring, means


def _means(sums: Floats) -> Shorts:
    """`pace._mean` in columns, as the ring keeps them."""
    since, fixes, t, x, y, along = sums
    step = np.minimum(np.rint(along / fixes / 2.0) - 32767.0, 32767.0)
    step[along < 0.0] = UNKNOWN
    exact = np.array((np.rint(since + t / fixes), np.rint(x / fixes), np.rint(y / fixes), step))
    return exact.astype(np.int64).astype(np.int16)


def _may_be_still(sums: Floats, ring: Shorts, means: NDArray[np.uint16], steps: Steps, bar: Bars) -> Flags:
    """Whether she is near where she was a limit's time ago; what was in between, the rule itself asks."""
    limit = bar.stall_s[:, None]
    age = (np.rint(steps.at).astype(np.int64)[:, None] - ring[:, :, 0]) % 65536
    old = age >= limit
    old &= np.arange(MEANS) >= MEANS - means.astype(np.int64)[:, None]
    still: Flags = np.logical_or.reduce(old, axis=1)
    rows = still.nonzero()[0]
    if not len(rows):
        return still
    first = ring[rows, MEANS - 1 - old[rows, ::-1].argmax(axis=1)]
    now = _means(sums.take(rows, axis=1)).T
    apart = (first[:, 1:3] - now[:, 1:3]).astype(np.float64)  # sixteen bits wrap around, as they should
    apart *= apart
    straight = np.sqrt(apart[:, 0] + apart[:, 1])
    along = 2.0 * np.abs(first[:, 3].astype(np.float64) - now[:, 3])
    known = (first[:, 3] != UNKNOWN) & (now[:, 3] != UNKNOWN)
    stall_m = np.broadcast_to(bar.stall_m, still.shape)[rows]
    near_m = stall_m + np.minimum(steps.accuracy[rows] / 2.0, stall_m)
    still[rows] = np.where(known, np.minimum(straight, along), straight) < near_m
    return still


def _learnt(pace: Floats, steps: Steps, places: Places, bar: Bars) -> Floats:
    """`pace.learn` in columns: her pace and where its present sample began, after the fix."""
    mps, since, x, y, along = pace
    begins = since == NEVER
    made = np.abs(places.along - along)
    unknown = (along < 0.0) | (places.along < 0.0)
    if unknown.any():
        dx, dy = steps.x - x, steps.y - y
        made = np.where(unknown, np.sqrt(dx * dx + dy * dy), made)
    ends = begins | (made >= SAMPLE_M)
    rows = ends.nonzero()[0]
    if not len(rows):
        return pace
    sample = made / np.maximum(steps.at - since, 0.1)
    taught = ends & ~begins & (bar.moving_mps <= sample) & (sample <= bar.vehicle_mps)
    mean = np.where(mps < 0.0, sample, mps + SAMPLE_WEIGHT * (sample - mps))
    pace[0] = np.where(taught, mean, mps)
    pace[1:, rows] = np.array((steps.at, steps.x, steps.y, places.along))[:, rows]
    return pace
