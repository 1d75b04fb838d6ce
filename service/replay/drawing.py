"""A replay as one standalone picture: the way with its corridor and every fix, and under it what was held against what.

No file, no clock, no request: steps in, SVG out. The benchmarks draw their worst walks with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise
from math import atan2, ceil, cos, floor, hypot, log10, pi, sin

from geofence.destination import Destination
from geofence.plane import FARTHEST_LAT, Plane
from geofence.route import Place, Route, plane_of
from geofence.sighting import Sighting, Standing

from .marks import MOST_MARKS, Mark, marks, numbered
from .palette import STYLE, WORDS
from .run import Step
from .strips import strips

WIDE, NARROW = 960, 358
PAD = 26.0
FINE = 4000
"""With more fixes than this the drawing is coarser: nobody sees it, and it can still be sent to somebody."""
TALLEST = 0.95
FLATTEST = 0.32
SMALLEST_M = 60.0
"""Nobody is drawn larger than that: a fix is not as good."""

Spot = tuple[float, float]
Span = tuple[float, float, float, float]
"""From and to in x, from and to in y."""


def walk(steps: Sequence[Step], truth: Sequence[Place] | None = None, *, width: int = WIDE, title: str = "") -> str:
    """The whole picture. `truth` is the line that she truly walked, where somebody knows it; `width` is in pixels."""
    head = 34.0 if title else 0.0
    above, height = _map(steps, truth, width)
    below, deep = strips(steps, width)
    legend, tall = _legend(steps, truth, width)
    parts = []
    if title:
        most = int((width - 2 * PAD) / 9)
        words = title if len(title) <= most else f"{title[: most - 1].rstrip()}…"
        parts.append(f'<text class="title" x="{PAD:g}" y="26">{escape(words)}</text>')
    for offset, part in ((head, above), (head + height, legend), (head + height + tall, below)):
        parts.append(f'<g transform="translate(0 {offset:.1f})">{part}</g>')
    return _svg("".join(parts), width, head + height + tall + deep, _said(steps, title), style=True)


def ground(steps: Sequence[Step], truth: Sequence[Place] | None = None, *, width: int = WIDE) -> str:
    """The way alone with its legend, for a page that brings `palette.STYLE` itself."""
    above, height = _map(steps, truth, width)
    legend, tall = _legend(steps, truth, width)
    inside = f'{above}<g transform="translate(0 {height:.1f})">{legend}</g>'
    return _svg(inside, width, height + tall, _said(steps, "The way"))


def measured(steps: Sequence[Step], *, width: int = WIDE) -> str:
    """The strips alone, for a page."""
    inside, height = strips(steps, width)
    return _svg(inside, width, height, "What was measured, over time, with the limits")


def _svg(inside: str, width: float, height: float, said: str, *, style: bool = False) -> str:
    css = f"<style>{STYLE}</style>" if style else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="replay" viewBox="0 0 {width:g} {ceil(height)}" width="{width:g}" '
        f'height="{ceil(height)}" role="img" aria-label="{escape(said)}">{css}'
        f'<rect class="sheet" width="100%" height="100%" rx="10"/>{inside}</svg>'
    )


def _said(steps: Sequence[Step], title: str) -> str:
    """For who cannot see it."""
    fixes = sum(step.sighting is not None for step in steps)
    found = [mark.kind for mark in marks(steps)]
    words = f"{fixes} fixes, {found.count('asked')} questions to her, others told {found.count('told')} times"
    return f"{title}: {words}" if title else words


# ── the way ──────────────────────────────────────────────────────────────────────────────────────────────


class _Ground:
    """Metres to pixels: everything that she passed, and the way with its corridor, fits in."""

    def __init__(self, steps: Sequence[Step], truth: Sequence[Place] | None, width: float) -> None:
        self.ways = list({id(step.way): step.way for step in steps if step.way is not None}.values())
        self.seen = [step.sighting for step in steps if step.judged and step.sighting is not None]
        self.aside = [s.sighting for s in steps if s.sighting is not None and not s.judged]
        places: list[Place] = [(s.lat, s.lon) for s in self.seen]
        places += [place for way in self.ways for place in _line(way)]
        places += truth or ()
        if not places:
            real = [(s.lat, s.lon) for s in self.aside if abs(s.lat) <= FARTHEST_LAT and abs(s.lon) <= 180]
            places = real or [(0.0, 0.0)]
        self.plane: Plane = plane_of(places)
        spots = [self.plane.to_metres(*place) for place in places]
        around = [self._beside(way.destination) for way in self.ways]
        around += [self._corridor(way, steps) for way in self.ways if way.line]
        xs = [x for x, _ in spots] + [x for span in around for x in span[:2]]
        ys = [y for _, y in spots] + [y for span in around for y in span[2:]]
        wide, high = max(max(xs) - min(xs), SMALLEST_M), max(max(ys) - min(ys), SMALLEST_M / 3)
        self.left, self.top = (min(xs) + max(xs) - wide) / 2, (min(ys) + max(ys) + high) / 2
        room = width - 2 * PAD
        self.scale = min(room / wide, (TALLEST * width - 2 * PAD) / high)
        self.height = max(high * self.scale + 2 * PAD, FLATTEST * width)
        self.dx = PAD + (room - wide * self.scale) / 2
        self.dy = (self.height - high * self.scale) / 2
        self.width = width

    def _corridor(self, way: Route, steps: Sequence[Step]) -> Span:
        m = next((step.limits.off_route_m for step in steps if step.way is way), 0.0)
        xs, ys = zip(*(self.plane.to_metres(*place) for place in way.places()), strict=True)
        return min(xs) - m, max(xs) + m, min(ys) - m, max(ys) + m

    def _beside(self, destination: Destination) -> Span:
        x, y = self.plane.to_metres(destination.lat, destination.lon)
        corners = [self.plane.to_metres(*corner) for corner in destination.polygon]
        if corners:
            xs, ys = [c[0] for c in corners], [c[1] for c in corners]
            return min(xs), max(xs), min(ys), max(ys)
        r = destination.radius_m
        return x - r, x + r, y - r, y + r

    def spot(self, lat: float, lon: float) -> Spot:
        """Where on the picture."""
        x, y = self.plane.to_metres(lat, lon)
        return self.dx + (x - self.left) * self.scale, self.dy + (self.top - y) * self.scale

    def shows(self, spot: Spot) -> bool:
        return 0.0 <= spot[0] <= self.width and 0.0 <= spot[1] <= self.height


def _line(way: Route) -> list[Place]:
    return way.places() if way.line else [(way.destination.lat, way.destination.lon)]


def _map(steps: Sequence[Step], truth: Sequence[Place] | None, width: float) -> tuple[str, float]:
    ground_ = _Ground(steps, truth, width)
    parts: list[str] = []
    for way in ground_.ways:
        parts += _way(way, steps, ground_)
    if truth:
        parts.append(f'<path class="truth" d="{_path(ground_.spot(*place) for place in truth)}"/>')
    parts += _track(ground_)
    parts += _rings(ground_)
    parts += _numbers(marks(steps), ground_)
    parts.append(_bar(ground_))
    return "".join(parts), ground_.height


def _way(way: Route, steps: Sequence[Step], ground_: _Ground) -> Iterator[str]:
    """The corridor of a fix with good accuracy, the line, which way it runs, and where it ends."""
    spots = [ground_.spot(*place) for place in _line(way)]
    limit_m = next((step.limits.off_route_m for step in steps if step.way is way), 40.0)
    if len(spots) > 1:
        d = _path(spots)
        yield f'<path class="band" d="{d}" stroke-width="{2 * limit_m * ground_.scale:.1f}"/>'
        yield f'<path class="way" d="{d}"/>'
        yield f'<path class="chevron" d="{"".join(_chevrons(spots))}"/>'
        yield f'<circle class="start" cx="{spots[0][0]:.1f}" cy="{spots[0][1]:.1f}" r="5"/>'
    end = way.destination
    if end.polygon:
        yield f'<path class="end" d="{_path(ground_.spot(*corner) for corner in end.polygon)}Z"/>'
    else:
        x, y = ground_.spot(end.lat, end.lon)
        yield f'<circle class="end" cx="{x:.1f}" cy="{y:.1f}" r="{max(end.radius_m * ground_.scale, 4):.1f}"/>'


def _chevrons(spots: Sequence[Spot], every: float = 110.0) -> Iterator[str]:
    """Which way the route runs: without it nobody sees that she walks against it."""
    left = every / 2
    for (ax, ay), (bx, by) in pairwise(spots):
        length = hypot(bx - ax, by - ay)
        while length and left <= length:
            x, y = ax + (bx - ax) * left / length, ay + (by - ay) * left / length
            angle = atan2(by - ay, bx - ax)
            wings = [(x - 11 * cos(angle + turn), y - 11 * sin(angle + turn)) for turn in (0.6, -0.6)]
            yield f"M{wings[0][0]:.1f} {wings[0][1]:.1f}L{x:.1f} {y:.1f}L{wings[1][0]:.1f} {wings[1][1]:.1f}"
            left += every
        left -= length


def _track(ground_: _Ground) -> Iterator[str]:
    """Her fixes by what the judge held of her then; those set aside are crosses."""
    fine = len(ground_.seen) <= FINE
    track = _path((ground_.spot(s.lat, s.lon) for s in ground_.seen), 0.7 if fine else 2.5)
    yield f'<path class="track" d="{track}"/>'
    grain = 0.5 if fine else 2.0
    by: dict[Standing, dict[Spot, None]] = {}
    for s in ground_.seen:
        x, y = ground_.spot(s.lat, s.lon)
        by.setdefault(s.standing, {})[(round(x / grain) * grain, round(y / grain) * grain)] = None
    for standing, spots in sorted(by.items(), key=lambda one: one[0] is not Standing.ON_ROUTE):
        dots = "".join(f"M{x:g} {y:g}h0" for x, y in spots)
        yield f'<path class="fix {standing.value}" d="{dots}"/>'
    crosses = dict.fromkeys(
        (round(x), round(y)) for x, y in (ground_.spot(s.lat, s.lon) for s in ground_.aside) if ground_.shows((x, y))
    )
    if crosses:
        d = "".join(f"M{x - 3} {y - 3}l6 6m0-6l-6 6" for x, y in crosses)
        yield f'<path class="aside" d="{d}"/>'


def _rings(ground_: _Ground) -> Iterator[str]:
    """How far off a fix may have been, wherever the judge changed its mind."""
    before: Sighting | None = None
    for s in ground_.seen[:5000]:
        if before is not None and s.standing is not before.standing and s.accuracy_m:
            x, y = ground_.spot(s.lat, s.lon)
            yield f'<circle class="ring {s.standing.value}" cx="{x:.1f}" cy="{y:.1f}" r="{s.accuracy_m * ground_.scale:.1f}"/>'
        before = s


def _numbers(found: Sequence[Mark], ground_: _Ground) -> Iterator[str]:
    """Each mark beside the place where she was, none on top of another."""
    taken: list[Spot] = []
    for mark in found[:MOST_MARKS]:
        if mark.seen is None:
            continue
        x, y = ground_.spot(mark.seen.lat, mark.seen.lon)
        spot = _free((x, y), taken, ground_)
        taken.append(spot)
        yield f'<path class="leader" d="M{x:.1f} {y:.1f}L{spot[0]:.1f} {spot[1]:.1f}"/>'
        yield numbered(mark, *spot)


def _free(near: Spot, taken: Sequence[Spot], ground_: _Ground) -> Spot:
    for step in range(96):
        r, angle = 24.0 + 10.0 * (step // 12), -pi / 3 + step * pi / 6
        spot = (near[0] + r * cos(angle), near[1] + r * sin(angle))
        inside = 12 <= spot[0] <= ground_.width - 12 and 12 <= spot[1] <= ground_.height - 12
        if inside and all(hypot(spot[0] - x, spot[1] - y) >= 21 for x, y in taken):
            return spot
    return near


def _bar(ground_: _Ground) -> str:
    """A scale: the longest round length under a fifth of the width."""
    most_m = ground_.width / 5 / ground_.scale
    magnitude = 10 ** floor(log10(most_m))
    metres = next(n * magnitude for n in (5, 2, 1) if n * magnitude <= most_m)
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    long, y = metres * ground_.scale, ground_.height - 12
    return f'<path class="axis" d="M14 {y - 5:.1f}v5h{long:.1f}v-5"/><text class="small" x="{20 + long:.1f}" y="{y:.1f}">{words}</text>'


def _path(spots: Iterable[Spot], least: float = 0.7) -> str:
    """A line without the points that nobody could see."""
    parts: list[str] = []
    last: Spot | None = None
    for x, y in spots:
        if last is None or hypot(x - last[0], y - last[1]) >= least:
            parts.append(f"{'L' if parts else 'M'}{x:.1f} {y:.1f}")
            last = (x, y)
    return "".join(parts)


# ── the legend ───────────────────────────────────────────────────────────────────────────────────────────


def _legend(steps: Sequence[Step], truth: Sequence[Place] | None, width: float) -> tuple[str, float]:
    """Only of what is on the picture."""
    there = {step.sighting.standing for step in steps if step.judged and step.sighting is not None}
    items = [(f'<path class="fix {one.value}" d="M6 0h0"/>', WORDS[one.value]) for one in Standing if one in there]
    limit_m = next((step.limits.off_route_m for step in steps if step.way is not None and step.way.line), None)
    if limit_m is not None:
        items.append(
            ('<path class="band key" d="M0 0h14"/><path class="way" d="M0 0h14"/>', f"her way, {limit_m:g} m each side")
        )
    if truth:
        items.append(('<path class="truth" d="M0 0h14"/>', "where she truly was"))
    if any(step.sighting is not None and not step.judged for step in steps):
        items.append(('<path class="aside" d="M3-3l6 6m0-6l-6 6"/>', "set aside"))
    parts, x, y = [], 14.0, 18.0
    for drawn, words in items:
        long = 34 + 6.7 * len(words)
        if x + long > width and x > 14.0:
            x, y = 14.0, y + 22
        parts.append(
            f'<g transform="translate({x:.0f} {y:.0f})">{drawn}<text class="small" x="20" y="4">{words}</text></g>'
        )
        x += long
    return "".join(parts), y + 14
