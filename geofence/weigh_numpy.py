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
from .progress_numpy import Places
from .scan_numpy import Flags
from .state import INDEX, MEANS, NEVER, UNKNOWN, Columns

Shorts = NDArray[np.int16]

OUTSIDE, _RIDE_RUN = INDEX["outside"], INDEX["ride_run"]
_RUNS = slice(INDEX["off"], INDEX["here"] + 1)
"""What corridor and arrival remember; all of it is 0 on her way, but for `outside`."""
_AWAY = slice(INDEX["away"], INDEX["away_since"] + 1)
_NOT_AWAY = np.array([0.0, -1.0, -1.0, 0.0, 0.0], dtype=np.float32).view(np.uint32)[:, None]
_OTHERS = slice(INDEX["stalled"], INDEX["haven_run"] + 1)
_RIDING = INDEX["riding"]
_STALL = slice(INDEX["stall_from"], INDEX["stall_along"] + 1)
_PACE = slice(INDEX["pace"], INDEX["pace_along"] + 1)
_SAMPLE = np.array([0, 3, 4, 5])
_COUNTED = np.arange(MEANS) >= MEANS - np.arange(MEANS + 1)[:, None]
"""Which means of a ring are filled, by how many are."""
assert [one.stop - one.start for one in (_RUNS, _AWAY, _OTHERS, _STALL, _PACE)] == [10, 5, 5, 6, 5]


@dataclass(slots=True)
class Bars:
    """What of the limits and modes is asked here, one number for each case, or one for all."""

    off_route_m: Floats
    accuracy_factor: Floats
    vehicle_mps: Floats
    stall_m: Floats
    stall_s: Floats
    moving_mps: Floats
    board_from_m: Floats

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
        (one.off_route_m, one.accuracy_factor, one.vehicle_mps, one.stall_m, one.stall_s, MOVING_MPS[mode],
         one.board_from_m)
        for one, mode in kinds.values()
    ]).T  # fmt: skip
    if len(kinds) > 1:
        told = told[:, [number[(id(one), mode)] for one, mode in zip(limits, modes, strict=True)]]
    return Bars(*told)


@dataclass(slots=True)
class Here:
    """Fresh fixes in the planes of their ways, in columns.

    `length` are their ways' metres, `end` the destinations (x, y, radius, warp; 4, fixes; see `grid.Of`), the radius
    -inf without one. `plain`: at her end only an arrival is looked for, and her phone does not say that she has just
    come in.
    """

    x: Floats
    y: Floats
    accuracy: Floats
    length: Floats
    end: Floats
    plain: Flags

    def of(self, rows: NDArray[np.int64]) -> "Here":
        """Those of some fixes."""
        return Here(
            self.x[rows], self.y[rows], self.accuracy[rows], self.length[rows], self.end[:, rows], self.plain[rows]
        )  # fmt: skip


@dataclass(slots=True)
class Steps:
    """With them what came before: `weigh.Step` for those a known time after the fix before.

    `calm`: she was on her route, no open haven is near, and the fix is fresh.
    """

    here: Here
    at: Floats
    dt: Floats
    moved: Floats
    calm: Flags

    def of(self, rows: NDArray[np.int64]) -> "Steps":
        """Those of some fixes."""
        return Steps(self.here.of(rows), self.at[rows], self.dt[rows], self.moved[rows], self.calm[rows])


def settled(columns: Columns, here: Here, places: Places, bar: Bars) -> tuple[Flags, Flags, Floats]:
    """On which of these fixes corridor and arrival have nothing to do but to count that she is outside.

    With them which are inside her destination, and `outside` after the fix (only with a destination).
    """
    runs = np.array(columns.f[_RUNS], order="C")
    before: Floats = runs[OUTSIDE - _RUNS.start].astype(np.float64)
    runs[OUTSIDE - _RUNS.start] = 0.0
    quiet = np.bitwise_or.reduce(runs.view(np.uint32)) == 0
    quiet &= places.near
    quiet &= places.astray <= np.maximum(bar.off_route_m, bar.accuracy_factor * here.accuracy)
    x, y, radius, warp = here.end
    apart, dy = here.x - x, here.y - y
    apart *= apart
    dy *= dy
    apart += dy
    np.sqrt(apart, out=apart)
    warped = apart * warp
    apart -= radius
    least, most = apart - warped, apart + warped  # how far beyond the edge she is
    clear = np.maximum(here.accuracy, CLEAR_M)
    if np.count_nonzero(here.plain) != len(here.plain):  # a leg's end may be smaller than the place where she boards
        np.copyto(clear, np.maximum(clear, bar.board_from_m), where=~here.plain)
    sure = least > clear
    if np.count_nonzero(sure) == len(sure):
        before.fill(OUTSIDE_FIXES)
        return quiet, ~sure, before
    after = np.minimum(before + 1.0, float(OUTSIDE_FIXES))
    np.copyto(after, float(OUTSIDE_FIXES), where=sure)
    counted = most <= clear
    counted |= before >= OUTSIDE_FIXES - 1
    counted &= least > 0.0
    inside = most <= 0.0
    inside &= before < OUTSIDE_FIXES
    inside &= here.length - places.along > 2.0 * radius
    counted |= inside
    counted &= here.plain
    sure |= counted
    quiet &= sure
    inside &= quiet
    np.copyto(after, before, where=inside)
    return quiet, inside, after


def idle(columns: Columns, steps: Steps, places: Places, bar: Bars) -> tuple[Flags, Flags, Floats]:
    """Which of these fixes no rule has anything to say to; their records are those after the fix, all others untouched.

    With them which of them are inside their destination, and their own pace after it, not yet rounded, -1 where unknown.
    """
    f, here = columns.f, steps.here
    quiet, inside, outside = settled(columns, steps.here, places, bar)
    quiet &= steps.calm
    quiet &= steps.moved <= bar.vehicle_mps * steps.dt
    begun = np.array(f[_AWAY], order="C").view(np.uint32)
    begun ^= _NOT_AWAY
    others = np.bitwise_or.reduce(np.array(f[_OTHERS], order="C").view(np.uint32))
    others |= np.bitwise_or.reduce(begun)
    others |= f[_RIDING].copy().view(np.uint32)
    quiet &= others == 0

    fresh = np.empty((6, len(quiet)))
    fresh[0], fresh[1], fresh[2], fresh[3], fresh[4], fresh[5] = steps.at, 1.0, 0.0, here.x, here.y, places.along
    sums, ring, means = _rested(columns, fresh, bar)
    quiet &= ~_may_be_still(sums, ring, means, steps, bar)
    inside &= quiet
    told = _learnt(columns.read(_PACE), fresh, bar)
    if quiet.all():
        f[_STALL], f[_PACE], f[_RIDE_RUN] = sums, told, 0.0
        columns.ring[:], columns.means[:] = ring, means
    else:
        rows = quiet.nonzero()[0]
        f[_STALL, rows], f[_PACE, rows], f[_RIDE_RUN, rows] = sums[:, rows], told[:, rows], 0.0
        columns.ring[rows], columns.means[rows] = ring[rows], means[rows]
    np.copyto(f[OUTSIDE], outside, where=quiet & (here.end[2] >= 0.0), casting="same_kind")
    return quiet, inside, told[0]


def _rested(columns: Columns, fresh: Floats, bar: Bars) -> tuple[Floats, Shorts, NDArray[np.uint16]]:
    """`pace.rest` without its verdict: the sums, the ring and how many of its means are filled, after the fix.

    `fresh` are the sums of a mean that begins with it: at, 1, 0, x, y, along.
    """
    before = columns.read(_STALL)
    fixes, along = before[1], before[5]
    passed = fresh[0] - before[0]
    begins = fixes == 0.0
    anew = passed >= bar.stall_s / BUCKETS
    ring, means = columns.ring, columns.means
    after = before + fresh
    after[0] = before[0]
    after[2] = before[2] + passed
    np.copyto(after[5], -1.0, where=along < 0.0)
    if fixes.max() >= MOST_IN_MEAN:
        np.copyto(after, before, where=fixes >= MOST_IN_MEAN)
    if begins.any():
        anew &= ~begins
        means = np.where(begins, np.uint16(0), means)
    rows = anew.nonzero()[0]
    if len(rows):
        ring, means = ring.copy(), means.copy()
        old = ring[rows]
        old[:, :-1] = old[:, 1:]
        old[:, -1] = _means(before.take(rows, axis=1)).T
        ring[rows] = old
        means[rows] = np.minimum(means[rows] + 1, MEANS)
    np.copyto(after, fresh, where=anew | begins)
    return after, ring, means


def _means(sums: Floats) -> Shorts:
    """`pace._mean` in columns, as the ring keeps them."""
    since, fixes, t, x, y, along = sums
    step = np.minimum(np.rint(along / fixes / 2.0) - 32767.0, 32767.0)
    step[along < 0.0] = UNKNOWN
    exact = np.array((np.rint(since + t / fixes), np.rint(x / fixes), np.rint(y / fixes), step))
    return exact.astype(np.int64).astype(np.int16)


def _may_be_still(sums: Floats, ring: Shorts, means: NDArray[np.uint16], steps: Steps, bar: Bars) -> Flags:
    """Whether she may be near where she was a limit's time ago; how near, and what was in between, the rule itself asks."""
    here = _means(sums)
    age = (here[0, :, None] - ring[:, :, 0]).view(np.uint16)  # sixteen bits wrap around, as they should
    old = age >= bar.stall_s[:, None]
    old &= _COUNTED[means]
    still: Flags = np.logical_or.reduce(old, axis=1)
    if not still.any():
        return still
    every, newest = np.arange(len(still)), MEANS - 1 - old[:, ::-1].argmax(axis=1)
    first = ring[every, newest].T
    later = np.where(newest < MEANS - 1, ring[every, np.minimum(newest + 1, MEANS - 1)].T, here)
    before = age[every, newest].astype(np.float64)
    share = (before - bar.stall_s) / np.maximum(before - (here[0] - later[0]).view(np.uint16), 1.0)
    apart = first[1:3] + share * (later[1:3] - first[1:3]) - here[1:3]
    apart = (apart + 32768.0) % 65536.0 - 32768.0
    apart *= apart
    least = np.sqrt(apart[0] + apart[1])
    along = first[3] + share * (later[3].astype(np.float64) - first[3]) - here[3]
    np.abs(along, out=along)
    along *= 2.0
    unknown = first[3] == UNKNOWN
    unknown |= here[3] == UNKNOWN
    unknown |= later[3] == UNKNOWN
    np.copyto(along, np.inf, where=unknown)
    np.minimum(least, along, out=least)
    still &= least < bar.stall_m + np.minimum(steps.here.accuracy, bar.stall_m) + 1.0
    return still


def _learnt(pace: Floats, fresh: Floats, bar: Bars) -> Floats:
    """`pace.learn` in columns: her pace and where its present sample began, after the fix."""
    mps, since, x, y, along = pace
    begins = since == NEVER
    made = np.abs(fresh[5] - along)
    if along.min() < 0.0:
        dx, dy = fresh[3] - x, fresh[4] - y
        np.copyto(made, np.sqrt(dx * dx + dy * dy), where=along < 0.0)
    ends = made >= SAMPLE_M
    ends |= begins
    rows = ends.nonzero()[0]
    if not len(rows):
        return pace
    sample = made / np.maximum(fresh[0] - since, 0.1)
    taught = ends & ~begins
    taught &= bar.moving_mps <= sample
    taught &= sample <= bar.vehicle_mps
    mean = np.where(mps < 0.0, sample, mps + SAMPLE_WEIGHT * (sample - mps))
    np.copyto(mps, mean, where=taught)
    np.copyto(pace[1:], fresh[_SAMPLE], where=ends)
    return pace
