"""Many journeys' fixes judged at once: all first fixes of the batch together, then all second ones.

Their records stay in columns from the first turn to the last. A fix that is plain to see (`_clear`) is located with all
others of its turn, and if no rule has anything to do it is done with. Every other fix is judged as if it were alone.
"""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

import numpy as np

from .case import Case, Report
from .fix import CLOCK_SLACK_S, JUMP_M, JUMP_MPS, WORST_ACCURACY_M, Fix
from .grid import Grid, Of, Pool
from .haven import ABOUT_DEG
from .hypotheses import BELIEVED, FASTEST_FOOT_MPS, UNSURE, Place
from .mode import TOP_MPS, Mode
from .plane import Floats, turn
from .progress_numpy import Places, locate_many
from .scan_numpy import Flags, Integers
from .sighting import Sighting, Standing
from .state import FURTHEST_M, INDEX, LATEST, Row, clocks, columns_of, rounded, states_of
from .weigh import REPORTED_MPS_MAX
from .weigh_numpy import Here, Steps, bars, idle

MANY = 12
"""From this many journeys on arrays are the faster way."""
_PLANE = slice(INDEX["lat0"], INDEX["lon0"] + 1)
_PACE = INDEX["pace"]
FOOT, ON_ROUTE = Mode.FOOT, Standing.ON_ROUTE  # to look them up for every fix takes a tenth of its time
NOWHERE = (np.nan, np.nan, np.nan)
SURE_JUMP = 0.75
"""What moved less than this part of a jump in the plane of a way is none on the ground."""
HAVEN_DEG = 0.01
"""No haven is near beyond this: thirty metres, even of longitude, at the farthest latitude of a route."""


class Held(Protocol):
    """One case while it is judged (`judge.Held`)."""

    case: Case
    began_at: float
    row: Row
    last: Fix | None
    standing: Standing
    doubted: Fix | None
    doubts: int
    seen: list[Sighting]


H = TypeVar("H", bound=Held)
Take = Callable[[H, Report], None]
"""Judges one fix alone."""
Weigh = Callable[[H, Report, Place], Sighting]
"""Judges one plausible fix in order whose place is known."""


def fits(case: Case) -> bool:
    """Whether the case can be judged in columns: on a way of its own, not in a ride, towards a round destination."""
    grid, end = case.grid, case.destination
    if grid is None or case.mode is Mode.RIDE:
        return False
    return end is None or ((end is grid.destination or end == grid.destination) and not end.polygon)


class Batch(Generic[H]):
    """Cases of one pool while they are judged, and what stays the same of them from turn to turn."""

    def __init__(self, pool: Pool, held: Sequence[H]) -> None:
        self.pool = pool
        self.held = held
        self.columns = columns_of([one.case.evidence.record for one in held])
        cases = [one.case for one in held]
        modes = [case.mode for case in cases]
        self.slots = np.array([_grid(one).slot for one in held])
        self.began = np.array([one.began_at for one in held])
        self.bars = bars([case.limits for case in cases], modes)
        self.top = np.array([TOP_MPS[mode] for mode in modes])
        self.on_foot = np.array([mode is FOOT for mode in modes])
        self.ending = np.array([case.destination is not None for case in cases])
        self.plain: list[bool] = [case.last or case.ending is None for case in cases]
        lasts = [one.last for one in held]
        known = np.array([(last.at, last.lat, last.lon) if last else NOWHERE for last in lasts]).T
        self.known: list[bool] = (self.columns.d == known).all(axis=0).tolist()
        """Whose record ends with the last fix that its evidence names; the others are judged alone first."""

    def turn(self, number: int, take: Take[H], weigh: Weigh[H]) -> None:
        """Judge every case's fix of this number."""
        every = [n for n, one in enumerate(self.held) if number < len(one.case.fixes)]
        reports = [self.held[n].case.fixes[number] for n in every]
        rows = np.array(every)
        fixes = _Fixes(self, rows, reports)
        clear = fixes.clear.nonzero()[0]
        if len(clear):
            self._clear(fixes if len(clear) == len(every) else fixes.of(clear), weigh)
        for n in (~fixes.clear).nonzero()[0].tolist():
            self._alone(every[n], reports[n], take)

    def rest(self, number: int, take: Take[H]) -> None:
        """Judge every case's fixes from this number on, each case alone: of a few long backfills that is quicker."""
        for n, one in enumerate(self.held):
            if number >= len(one.case.fixes):
                continue
            one.row = self.columns.row(n)
            for report in one.case.fixes[number:]:
                take(one, report)
                one.row = rounded(one.row)
            self._keep(n, one)

    def _alone(self, n: int, report: Report, take: Take[H]) -> None:
        one = self.held[n]
        one.row = self.columns.row(n)
        take(one, report)
        self._keep(n, one)

    def _keep(self, n: int, one: Held) -> None:
        self.columns.keep(n, one.row)
        last, row = one.last, one.row
        self.known[n] = last is not None and (last.at, last.lat, last.lon) == (row.at, row.lat, row.lon)

    def _clear(self, fixes: "_Fixes", weigh: Weigh[H]) -> None:
        """Fixes that are plain to see: located together, and weighed alone where a rule has something to do."""
        rows, steps, here = fixes.rows, fixes.steps, fixes.steps.here
        whole = len(rows) == len(self.held)
        some = self.columns if whole else self.columns.take(rows)
        places = locate_many(
            self.pool, self.slots[rows], some, here.x, here.y, here.accuracy, steps.dt, fixes.top, fixes.least
        )  # fmt: skip
        done, inside, pace = idle(some, steps, places, self.bars if whole else self.bars.of(rows))
        if not fixes.fresh.all():
            done |= ~fixes.fresh
            pace = np.where(fixes.fresh, pace, some.f[_PACE])
        some.d[:] = fixes.d
        if not whole:
            self.columns.put(rows[done], some.take(done.nonzero()[0]))
        self._told(fixes, places, done, inside, pace)
        for n in (~done).nonzero()[0].tolist():
            one, place = self.held[rows[n]], _place(places, n)
            one.row = some.row(n)
            one.seen.append(weigh(one, fixes.reports[n], place))
            self._keep(int(rows[n]), one)

    def _told(self, fixes: "_Fixes", places: Places, done: Flags, inside: Flags, pace: Floats) -> None:
        """A sighting for each fix that is done with."""
        left = np.maximum(0.0, fixes.steps.here.length - places.along)
        numbers = zip(
            done.tolist(), fixes.rows.tolist(), fixes.reports, places.along.tolist(), places.astray.tolist(),
            places.near.tolist(), left.tolist(), fixes.steps.moved.tolist(), inside.tolist(), pace.tolist(), strict=True,
        )  # fmt: skip
        for is_done, n, (fix, received_at, fresh), along_m, astray_m, near, left_m, moved_m, is_inside, mps in numbers:
            if not is_done:
                continue
            one = self.held[n]
            end, is_there = one.case.destination, is_inside and one.case.last
            to_go_m = left_m if near else None
            if end is not None and not fresh:
                is_there = one.case.last and end.holds(fix.lat, fix.lon)
                to_go_m = end.distance_m(fix.lat, fix.lon) if to_go_m is None else to_go_m
            one.last, one.doubted, one.doubts = fix, None, 0
            speed_mps = fix.speed_mps
            one.seen.append(
                Sighting(  # by place: names would take five times as long
                    fix.seq, fix.at, received_at, fix.lat, fix.lon, fresh, fix.accuracy_m,
                    speed_mps if speed_mps is not None and 0.0 <= speed_mps <= REPORTED_MPS_MAX else None,
                    fix.battery_pct, None, along_m if along_m >= 0.0 else None, astray_m, to_go_m, moved_m,
                    one.standing, is_there, False, mps if mps >= 0.0 else None,
                )
            )  # fmt: skip


class _Fixes:
    """One turn's fixes in columns. `clear` are those that are plausible, in order, and a known time after the last one.

    What is not clear here is not wrong: it is looked at alone, by the predicates themselves.
    """

    __slots__ = ("clear", "d", "fresh", "least", "reports", "rows", "steps", "top")

    def __init__(self, batch: Batch[H], rows: Integers, reports: list[Report]) -> None:
        held = batch.held
        fixes: list[tuple[float | None, ...]] = []
        known: list[bool] = []
        calm: list[bool] = []
        plain: list[bool] = []
        for n, (fix, received_at, fresh) in zip(rows.tolist(), reports, strict=True):
            one = held[n]
            last = one.last
            fixes.append((fix.at, fix.lat, fix.lon, fix.accuracy_m, fix.speed_mps, received_at, fresh))
            known.append(batch.known[n] and last is not None and last.segment == fix.segment and not fix.mock)
            plain.append(batch.plain[n] and not fix.entered)
            calm.append(one.standing is ON_ROUTE and not (one.case.havens and _haven_near(one.case, fix)))
        told = np.array(fixes, dtype=np.float64).T.copy()
        at, lat, lon, accuracy, speed, received, fresh_now = told
        table = batch.pool.table.take(batch.slots[rows], axis=1)
        f, began = batch.columns.f, batch.began[rows]
        with np.errstate(invalid="ignore", over="ignore"):
            last_at, last_lat, last_lon = batch.columns.d[:, rows]
            x, y = _metres(table, lat, lon)
            last_x, last_y = _metres(table, last_lat, last_lon)
            dt = at - last_at
            dx, dy = x - last_x, y - last_y
            moved = np.sqrt(dx * dx + dy * dy)
            clear = np.array(known)
            clear &= (dt > 0.0) & (np.abs(at) <= LATEST)
            clear &= (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0) & ((np.abs(lat) >= 0.01) | (np.abs(lon) >= 0.01))
            clear &= (at <= received + CLOCK_SLACK_S) & (at >= began - CLOCK_SLACK_S)
            clear &= (accuracy >= 0.0) & (accuracy <= WORST_ACCURACY_M)
            clear &= moved <= np.maximum(SURE_JUMP * JUMP_M, SURE_JUMP * JUMP_MPS * dt)
            clear &= (f[_PLANE, rows] == table[Of.LAT : Of.LON + 1]).all(axis=0)
            faster = batch.on_foot[rows] & (batch.top[rows] < speed * BELIEVED)
            runs = np.minimum(speed, FASTEST_FOOT_MPS) * BELIEVED
            top = batch.top[rows]
            self.top = np.where(faster, runs, top)
            self.least = np.fmax(np.minimum(speed, top) - UNSURE * top, 0.0)  # 0 where a speed is nan
            self.least[speed > REPORTED_MPS_MAX] = 0.0
            rel = clocks(at, began)
        end = table[Of.END_X : Of.WARP + 1]
        end[2, ~batch.ending[rows]] = -np.inf
        self.clear, self.rows, self.reports, self.d = clear, rows, reports, told[:3]
        self.fresh = fresh_now > 0.0
        length = table[Of.STEP] * table[Of.LAST]
        here = Here(x, y, accuracy, length, end, np.array(plain))
        self.steps = Steps(here, rel, dt, moved, np.array(calm) & self.fresh)

    def of(self, some: Integers) -> "_Fixes":
        """Some of them."""
        part = object.__new__(_Fixes)
        part.clear, part.rows, part.d = self.clear[some], self.rows[some], self.d[:, some]
        part.reports = [self.reports[n] for n in some.tolist()]
        part.fresh, part.top, part.least = self.fresh[some], self.top[some], self.least[some]
        part.steps = self.steps.of(some)
        return part


def together(held: Sequence[H], take: Take[H], weigh: Weigh[H]) -> list[bytes]:
    """Judge the fixes of all these cases, which `fits` and lie in one pool; their records afterwards."""
    batch = Batch(_grid(held[0]).pool, held)
    lengths = sorted(len(one.case.fixes) for one in held)
    many = lengths[-MANY] if len(held) >= MANY else 0
    for number in range(many):
        batch.turn(number, take, weigh)
    if lengths[-1] > many:
        batch.rest(many, take)
    return states_of(batch.columns)


def _grid(one: Held) -> Grid:
    assert one.case.grid is not None
    return one.case.grid


def _place(places: Places, n: int) -> Place:
    along_m = float(places.along[n])
    shown_m = along_m if along_m >= 0.0 else None
    return Place(shown_m, float(places.astray[n]), bool(places.near[n]), int(places.cell[n]))


def _haven_near(case: Case, fix: Fix) -> bool:
    return any(abs(one.lat - fix.lat) <= ABOUT_DEG and abs(turn(one.lon - fix.lon)) <= HAVEN_DEG for one in case.havens)


def _metres(table: Floats, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """`weigh.metres` in the planes of the ways of `table`."""
    x = lon - table[Of.LON]
    if not np.abs(x).max() <= 180.0:
        x = np.where(x > 180.0, x - 360.0, np.where(x < -180.0, x + 360.0, x))
    x *= table[Of.EAST]
    y = lat - table[Of.LAT]
    y *= table[Of.NORTH]
    np.minimum(np.maximum(x, -FURTHEST_M), FURTHEST_M, out=x)
    np.minimum(np.maximum(y, -FURTHEST_M), FURTHEST_M, out=y)
    return x, y
