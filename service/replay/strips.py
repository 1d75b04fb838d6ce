"""Four measurements over one time axis, each with the limit it is held against; under them what the judge held of her."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from geofence.mode import Mode

from .marks import MOST_MARKS, Mark, marks, numbered, silences
from .run import Step

HIGH = 92.0
HEAD = 26.0
ABOVE = 24.0
MOST_ROWS = 4
GAP_S = 120.0
"""Longer than this without a fix and no line is drawn from one to the next."""
MINUTE_S = 60.0
TICKS_S = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 604_800)

Point = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Strip:
    """One measurement. `limit` None where nothing is held against it. The axis ends at `least`, or at what was measured,
    or at `most` limits: what is beyond that leaves the picture."""

    title: str
    unit: str
    value: Callable[[Step], float | None]
    limit: Callable[[Step], float | None]
    least: float
    most: float = 6.0
    divide: float = 1.0


def _left(step: Step) -> float | None:
    return step.sighting.to_go_m if step.sighting is not None else None


def _astray(step: Step) -> float | None:
    return step.sighting.astray_m if step.sighting is not None else None


def _vehicle(step: Step) -> float | None:
    return step.limits.vehicle_mps if step.mode is not Mode.RIDE else None


STRIPS = (
    Strip("off her way", "m", _astray, lambda s: s.off_m, 60.0),
    Strip("still to go", "m", _left, lambda _: None, 100.0),
    Strip("speed", "m/s", lambda s: s.speed_mps, _vehicle, 2.0, 3.0),
    Strip("in one place", "min", lambda s: s.still_s, lambda s: s.limits.stall_s, 360.0, 4.0, MINUTE_S),
)


class _Axis:
    """Seconds to pixels; the gutter holds the figures of the other axis."""

    def __init__(self, steps: Sequence[Step], width: float) -> None:
        self.from_at, until = steps[0].at, max(step.at for step in steps)
        self.long_s = max(until - self.from_at, MINUTE_S)
        self.left, self.right = 52.0, width - 14.0
        self.per_s = (self.right - self.left) / self.long_s

    def x(self, at: float) -> float:
        return self.left + (at - self.from_at) * self.per_s


def strips(steps: Sequence[Step], width: float) -> tuple[str, float]:
    """The drawing, and how high it is. Nothing for no steps."""
    if not steps:
        return "", 0.0
    axis = _Axis(steps, width)
    judged = [step for step in steps if step.judged]
    gaps = [(a.at, b.at) for a, b in pairwise(judged) if b.at - a.at > GAP_S]
    discs, above = _discs(steps, axis)
    parts, y = [_dark(steps, gaps, axis, width, above)], HEAD + above
    for strip in STRIPS:
        parts += _strip(strip, judged, axis, y)
        y += HEAD + HIGH
    y -= 6
    parts += _standings(judged, steps[-1].at, axis, y)
    parts += _ticks(axis, y + 14)
    parts += [
        f'<path class="at" d="M{x:.1f} {down:g}V{y + 14:.1f}"/>{numbered(mark, x, down)}' for mark, x, down in discs
    ]
    return "".join(parts), y + 44


def _dark(steps: Sequence[Step], gaps: Sequence[tuple[float, float]], axis: _Axis, width: float, above: float) -> str:
    """Hatched where her phone was not heard; plain where it was heard without a place."""
    name = f"hatch{width:g}"
    high = above + len(STRIPS) * (HEAD + HIGH) - 16
    found = [(a, b, 'class="gap"', "no place") for a, b in gaps]
    silent = silences(steps)
    found += [(a, b, f'fill="url(#{name})" opacity=".5"', "her phone was not heard") for a, b in silent]
    parts = [
        f'<rect x="{axis.x(a):.1f}" y="{above:g}" width="{max(1.0, axis.x(b) - axis.x(a)):.1f}" '
        f'height="{high:.1f}" {how}><title>{words}</title></rect>'
        for a, b, how, words in found
    ]
    if silent:
        parts.insert(
            0,
            f'<defs><pattern id="{name}" width="7" height="7" patternUnits="userSpaceOnUse">'
            '<path class="hatch" d="M0 7L7 0"/></pattern></defs>',
        )
    return "".join(parts)


def _strip(strip: Strip, judged: Sequence[Step], axis: _Axis, y: float) -> Iterator[str]:
    points: list[Point] = []
    limits: list[Point] = []
    for n, step in enumerate(judged):
        if n and step.at - judged[n - 1].at > GAP_S:
            points.append((axis.x(judged[n - 1].at), None))
            limits.append((axis.x(judged[n - 1].at), None))
        points.append((axis.x(step.at), strip.value(step)))
        limits.append((axis.x(step.at), strip.limit(step)))
    known = [value for _, value in points if value is not None]
    bounds = [value for _, value in limits if value is not None]
    top = max(strip.least, *known, 0.0) if known else strip.least
    if bounds:
        top = max(min(top, strip.most * max(bounds)), 1.25 * max(bounds))
    top = _round(top / strip.divide) * strip.divide
    base = y + HIGH - HEAD + 18

    def down(value: float) -> float:
        return base - min(value, top) / top * (HIGH - 8)

    yield f'<text class="small" x="{axis.left:g}" y="{base - HIGH - 1:.1f}">{strip.title}, {strip.unit}</text>'
    if bounds:
        words = _words(bounds, strip)
        yield f'<text class="limit side" x="{axis.right:g}" y="{base - HIGH - 1:.1f}">{words}</text>'
    for share in (0.0, 0.5, 1.0):
        at = down(top * share)
        yield f'<path class="grid" d="M{axis.left:g} {at:.1f}H{axis.right:g}"/>'
        yield f'<text class="small side" x="{axis.left - 6:g}" y="{at + 4:.1f}">{top * share / strip.divide:g}</text>'
    if bounds:
        yield f'<path class="past" d="{"".join(_past(points, limits, down))}"/>'
        yield f'<path class="bound" d="{"".join(_curve(limits, down, stairs=True))}"/>'
    yield f'<path class="curve" d="{"".join(_curve(points, down))}"/>'
    if not known:
        yield f'<text class="small" x="{axis.left + 8:g}" y="{base - HIGH / 2 - 5:.1f}">nothing to measure</text>'


def _words(bounds: Sequence[float], strip: Strip) -> str:
    low, high = min(bounds) / strip.divide, max(bounds) / strip.divide
    return f"limit {low:g}" if low == high else f"limit {low:g} to {high:.3g}"


def _round(top: float) -> float:
    """A figure that halves well."""
    magnitude = 10.0 ** floor(log10(top))
    return next(n * magnitude for n in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10, 12) if n * magnitude >= top - 1e-9)


def _curve(points: Sequence[Point], down: Callable[[float], float], *, stairs: bool = False) -> Iterator[str]:
    """A line; where there is nothing to say it stops. Of the points in one column of pixels the highest and the lowest
    are drawn: fifty thousand fixes make no larger a picture than a thousand."""
    pen = False
    last_y = 0.0
    for x, value in _columns(points):
        if value is None:
            pen = False
            continue
        y = down(value)
        if not pen:
            yield f"M{x:.1f} {y:.1f}h0"
        elif not stairs:
            yield f"L{x:.1f} {y:.1f}"
        else:
            yield f"H{x:.1f}" + (f"V{y:.1f}" if y != last_y else "")
        pen, last_y = True, y


def _columns(points: Sequence[Point]) -> Iterator[Point]:
    column: list[Point] = []
    for point in points:
        if column and ((point[1] is None) != (column[0][1] is None) or floor(point[0]) != floor(column[0][0])):
            yield from _ends(column)
            column = []
        column.append(point)
    yield from _ends(column)


def _ends(column: Sequence[Point]) -> Sequence[Point]:
    if len(column) <= 4 or column[0][1] is None:
        return column
    values = [value for _, value in column if value is not None]
    return (column[0], (column[0][0], max(values)), (column[0][0], min(values)), column[-1])


def _past(points: Sequence[Point], limits: Sequence[Point], down: Callable[[float], float]) -> Iterator[str]:
    """Filled from the limit up to what was measured, wherever that is beyond it."""
    since: list[str] = []
    first_x = last_x = 0.0
    floor_y = 0.0
    for (x, value), (_, limit) in zip(points, limits, strict=True):
        beyond = value is not None and limit is not None and value > limit
        if value is not None and limit is not None and beyond:
            if not since:
                first_x, floor_y = x, down(limit)
            if not since or x - last_x >= 0.5:
                since.append(f"L{x:.1f} {down(value):.1f}")
                last_x = x
        elif since:
            yield f"M{first_x:.1f} {floor_y:.1f}{''.join(since)}L{last_x:.1f} {floor_y:.1f}Z"
            since = []
    if since:
        yield f"M{first_x:.1f} {floor_y:.1f}{''.join(since)}L{last_x:.1f} {floor_y:.1f}Z"


def _standings(judged: Sequence[Step], until: float, axis: _Axis, y: float) -> Iterator[str]:
    """One band in the colours of the dots."""
    spans: list[tuple[str, float]] = []
    for step in judged:
        if step.sighting is not None and (not spans or spans[-1][0] != step.sighting.standing.value):
            spans.append((step.sighting.standing.value, step.at))
    for n, (name, since) in enumerate(spans):
        x, end = axis.x(since), axis.x(spans[n + 1][1] if n + 1 < len(spans) else until)
        yield f'<rect class="span {name}" x="{x:.1f}" y="{y:.1f}" width="{max(1.0, end - x):.1f}" height="10"/>'


def _ticks(axis: _Axis, y: float) -> Iterator[str]:
    """Times since she set off."""
    most = max(2, int((axis.right - axis.left) / 62))
    every = next((t for t in TICKS_S if axis.long_s / t <= most), TICKS_S[-1])
    for n in range(int(axis.long_s // every) + 1):
        x = axis.x(axis.from_at + n * every)
        at = min(x, axis.right - 14)  # the last one stays on the paper
        yield f'<path class="axis" d="M{x:.1f} {y:.1f}v5"/>'
        yield f'<text class="small tick" x="{at:.1f}" y="{y + 19:.1f}">{clock(n * every)}</text>'


def clock(seconds: float) -> str:
    """Minutes and seconds since she set off, and hours where there are any."""
    whole = round(seconds)
    minutes = f"{abs(whole) // 60 % 60:02d}:{abs(whole) % 60:02d}"
    return f"{'-' * (whole < 0)}{abs(whole) // 3600}:{minutes}"


def _discs(steps: Sequence[Step], axis: _Axis) -> tuple[list[tuple[Mark, float, float]], float]:
    """Where the numbers of the way stand in time, none on top of another, and how much room they take above."""
    found: list[tuple[Mark, float, float]] = []
    ends: list[float] = []
    for mark in marks(steps)[:MOST_MARKS]:
        x = axis.x(mark.at)
        row = next((n for n, end in enumerate(ends) if x - end >= 21.0), len(ends))
        if row == len(ends) < MOST_ROWS:
            ends.append(x)
        row = min(row, MOST_ROWS - 1)
        ends[row] = x
        found.append((mark, x, 12.0 + 21.0 * row))
    return found, ABOVE + 21.0 * max(0, len(ends) - 1)
