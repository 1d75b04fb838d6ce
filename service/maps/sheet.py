"""A piece of the world on paper: streets by their light, lamps, places and lines as the strings that SVG draws.

Whole numbers, four to a pixel of the sheet. How thick and in what colour: `web/static/map.css`, alike on every page. Lines
keep their thickness however large the drawing is shown; what says lit or unlit by colour says so by its dashes too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geofence.lighting import Light
from geofence.plane import metres_per_degree
from geofence.route import Place
from geofence.streets.format import PART_INDOOR
from geofence.streets.region import Region

UNITS = 4
STATES = tuple(light.name.lower() for light in Light)
"""The class of what is drawn in each state, in the order of `Light`."""
ORDER = (Light.UNKNOWN, Light.UNLIT, Light.ASSUMED, Light.LIT)
"""What is drawn first lies below."""
MINOR = frozenset({"footway", "path", "steps", "crossing", "track", "cycleway", "bridleway", "service"})
"""Left out first where a drawing would become too large."""
_FAINTEST = 3.0
"""Units: nobody sees a bend that is smaller."""
_LETTER = 8.2
_TALL = 19.0
_FOOT = 26.0
"""Pixels at the foot of a sheet in which the scale stands, and whose the streets are."""
_MARK = 3.4
Ints = NDArray[np.int64]
Spot = tuple[int, int]
Name = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A box of degrees on `width` by `height` pixels, north up."""

    west: float
    south: float
    east: float
    north: float
    width: int
    height: int

    @property
    def view(self) -> str:
        """The `viewBox`."""
        return f"0 0 {self.width * UNITS} {self.height * UNITS}"

    @property
    def metres(self) -> float:
        """How many metres a pixel is."""
        return (self.north - self.south) * metres_per_degree((self.north + self.south) / 2)[1] / self.height

    def spots(self, lon: NDArray[Any], lat: NDArray[Any]) -> tuple[Ints, Ints]:
        """Where places of degrees are, in units."""
        x = (lon - self.west) / (self.east - self.west) * self.width * UNITS
        y = (self.north - lat) / (self.north - self.south) * self.height * UNITS
        return np.rint(x).astype(np.int64), np.rint(y).astype(np.int64)

    def spot(self, lat: float, lon: float) -> Spot:
        """Where one place is, in units."""
        x, y = self.spots(np.array([lon]), np.array([lat]))
        return int(x[0]), int(y[0])

    def shows(self, spot: Spot, margin: float = 0.0) -> bool:
        """Whether it lies on the sheet, and `margin` pixels from its edge."""
        least = margin * UNITS
        return least <= spot[0] <= self.width * UNITS - least and least <= spot[1] <= self.height * UNITS - least


def fitted(
    places: Sequence[Place], width: int, *, tallest: float, flattest: float, least_m: float, room: float
) -> Sheet:
    """The sheet on which these places fit with `room` about them (a share of the longer side), at least `least_m` wide;
    its height is between `flattest` and `tallest` times its width."""
    lats, lons = [lat for lat, _ in places], [lon for _, lon in places]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    east, north = metres_per_degree(lat)
    wide, high = (max(lons) - min(lons)) * east, (max(lats) - min(lats)) * north
    pad = 2 * room * max(wide, high)
    wide, high = max(wide + pad, least_m), max(high + pad, least_m * flattest)
    wide = max(wide, high / tallest)
    high = max(high, wide * flattest)
    half_x, half_y = wide / east / 2, high / north / 2
    return Sheet(lon - half_x, lat - half_y, lon + half_x, lat + half_y, width, round(width * high / wide))


@dataclass(frozen=True, slots=True)
class Streets:
    """Streets of a sheet: a path for each state that there is, and names with where they may stand, the longest first."""

    paths: dict[Light, str]
    names: tuple[Name, ...]


def streets(region: Region, states: NDArray[np.uint8], sheet: Sheet, most_points: int = 0) -> Streets:
    """The streets on a sheet; `states`: of every part of the region. With `most_points` footways are left out where there
    would be more, and then lesser streets."""
    parts = _within(region, _parts_on(region, sheet), most_points)
    x, y = sheet.spots(region.pt_x * 1e-7, region.pt_y * 1e-7) if len(parts) > 2000 else (None, None)
    strings: dict[Light, list[str]] = defaultdict(list)
    pens: dict[Light, Spot] = {}
    named: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for part in parts.tolist():
        first, many = int(region.part_pt[part]), int(region.part_pts[part])
        if x is None or y is None:
            xs, ys = sheet.spots(region.pt_x[first : first + many] * 1e-7, region.pt_y[first : first + many] * 1e-7)
        else:
            xs, ys = x[first : first + many], y[first : first + many]
        spots = list(zip(xs.tolist(), ys.tolist(), strict=True))
        if region.part_rev[part]:
            spots.reverse()
        light = Light(int(states[part]))
        drawn, pens[light] = stroke(spots, pens.get(light))
        strings[light].append(drawn)
        if number := int(region.part_name[part]):
            middle = spots[len(spots) // 2] if len(spots) > 2 else _between(spots[0], spots[-1])
            named[number].append((float(region.part_m[part]), *middle))
    paths = {light: "".join(strings[light]) for light in ORDER if light in strings}
    return Streets(paths, tuple(_names(region, named, sheet)))


def stroke(spots: Iterable[Spot], pen: Spot | None = None) -> tuple[str, Spot]:
    """A line through places, from where the pen stands if that is where it begins; and where the pen stands then."""
    parts: list[str] = []
    at = pen
    ahead: Spot | None = None
    for spot in spots:
        if not parts:
            parts.append("" if spot == pen else f"M{spot[0]} {spot[1]}")
            at, begun = spot, False
        elif at is not None:
            ahead = spot
            dx, dy = spot[0] - at[0], spot[1] - at[1]
            if abs(dx) + abs(dy) >= _FAINTEST:
                parts.append(f"{' ' if begun and dx >= 0 else '' if begun else 'l'}{dx}{' ' if dy >= 0 else ''}{dy}")
                at, ahead, begun = spot, None, True
    if ahead is not None and at is not None and ahead != at:
        dx, dy = ahead[0] - at[0], ahead[1] - at[1]
        parts.append(f"l{dx}{' ' if dy >= 0 else ''}{dy}")
        at = ahead
    assert at is not None
    return "".join(parts), at


def line(sheet: Sheet, places: Sequence[Place]) -> str:
    """A line through places of degrees."""
    if not places:
        return ""
    lat, lon = np.array(places).T
    x, y = sheet.spots(lon, lat)
    return stroke(zip(x.tolist(), y.tolist(), strict=True))[0]


def dots(spots: Iterable[Spot]) -> str:
    """Dots as one path: lines of no length, whose round ends are all that is seen."""
    return "".join(f"M{x} {y}h0" for x, y in dict.fromkeys(spots))


def crosses(spots: Iterable[Spot]) -> str:
    """Crosses as one path: where something is not as it should be."""
    arm = 6 * UNITS
    one = f"l{2 * arm} {2 * arm}m{-2 * arm} 0l{2 * arm} {-2 * arm}"
    return "".join(f"M{x - arm} {y - arm}{one}" for x, y in dict.fromkeys(spots))


def foot(sheet: Sheet, larger: float = 1.0) -> int:
    """The lowest that the middle of a name may stand, in units."""
    return round((sheet.height - (_FOOT + _TALL / 2) * larger) * UNITS)


def labels(
    names: Iterable[Name], sheet: Sheet, most: int, taken: Iterable[Spot] = (), larger: float = 1.0
) -> Iterator[Name]:
    """As many of the names as have room, none across another or across the places in `taken`; `larger` than usual. The same
    name above or below a place that has it is that place's other chance."""
    done: set[tuple[int, str]] = set()
    boxes = [(x, y, _MARK * UNITS, _MARK * UNITS) for x, y in taken]
    for x, y, name in names:
        if most <= 0:
            return
        half, tall = len(name) * _LETTER * UNITS * larger / 2, _TALL * UNITS * larger / 2
        inside = half <= x <= sheet.width * UNITS - half and 2 * tall <= y <= foot(sheet, larger)
        free = not any(abs(x - a) < half + w and abs(y - b) < tall + h for a, b, w, h in boxes)
        if inside and free and (x, name) not in done:
            boxes.append((x, y, half, tall))
            done.add((x, name))
            most -= 1
            yield x, y, name


def bar(sheet: Sheet) -> tuple[str, Name]:
    """A scale: a round length under a fifth of the sheet, as a path at the foot of it and in words beside it."""
    most_m = sheet.metres * sheet.width / 5
    metres = next(m for m in (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5) if m <= most_m or m == 5)
    long = round(metres / sheet.metres * UNITS)
    x, y = 12 * UNITS, (sheet.height - 12) * UNITS
    words = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    return f"M{x} {y - 20}v20h{long}v-20", (x + long + 6 * UNITS, y, words)


def _parts_on(region: Region, sheet: Sheet) -> Ints:
    """The parts that pass through a sheet's cells, in the order of links."""
    box = (sheet.west, sheet.south, sheet.east, sheet.north)
    about = region.among(region.seg_cell_start, *(round(degrees * 1e7) for degrees in box))
    parts = np.unique(region.seg_part[about])
    seen: Ints = parts[(region.part_flags[parts] & PART_INDOOR) == 0]
    return seen


def _within(region: Region, parts: Ints, most_points: int) -> Ints:
    """Those of which there are not too many to be drawn: first without the minor ones, then the longest."""
    if not most_points or int(region.part_pts[parts].sum()) <= most_points:
        return parts
    minor = np.array([name in MINOR for name in region.about.classes])
    parts = parts[~minor[region.part_class[parts]]]
    order = np.argsort(-region.part_m[parts], kind="stable")
    kept = order[np.cumsum(region.part_pts[parts[order]]) <= most_points]
    return parts[np.sort(kept)]


def _between(a: Spot, b: Spot) -> Spot:
    return (a[0] + b[0]) // 2, (a[1] + b[1]) // 2


def _names(region: Region, named: dict[int, list[tuple[float, int, int]]], sheet: Sheet) -> Iterator[Name]:
    """Each name in the middle of its longest piece that lies on the sheet, the longest streets first."""
    found: dict[str, tuple[float, float, int, int]] = {}
    for number, pieces in named.items():
        there = [piece for piece in pieces if sheet.shows(piece[1:], 20.0)]
        if not there:
            continue
        metres, x, y = max(there)
        name = region.name(number)
        total = sum(piece[0] for piece in there)
        before = found.get(name)
        if before is None or metres > before[1]:
            found[name] = (total + (before[0] if before else 0.0), metres, x, y)
    for name, (_, _, x, y) in sorted(found.items(), key=lambda one: -one[1][0]):
        yield x, y, name
