"""Which of some places is the nearest to walk to, from wherever in a region she is; and which lie beside a way.

One search from all of them together leaves at every node the nearest one and the metres to it: from then on the answer at a
fix is two numbers read and compared. What has hours is taken to be shut, unless whoever searches says what is shut then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.lighting import Where
from geofence.plane import Floats, plane_at
from geofence.route import Place

from .format import LINK_CONDITIONAL, LINK_NOT_BACK, LINK_NOT_FORWARD
from .gates import Gates
from .region import Region
from .segments import nearest_on
from .snap import End, Near, end_at, near
from .ways import NoWay

I4 = NDArray[np.int32]
Bools = NDArray[np.bool_]

FAR_M = 5_000.0
"""Nobody is sent farther along the streets."""
WHOLE_M = 300.0
"""Streets of less than this that meet no others are a yard, a platform or a roof."""
NOWHERE = -1
_LEAST = 1e-3
"""An arc of 0 would be none."""


class Doors(NamedTuple):
    """Where places meet the streets: the link (-1: no street near), metres along it from its first node, metres off it."""

    link: I4
    along_m: Floats
    off_m: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """`place` and `metres` at each node: the number of the nearest place (-1: none within 5 km) and how far it is to walk.
    `some` are the numbers of the places that were looked at; `shut`: the links that are."""

    region: Region
    doors: Doors
    some: I4
    place: I4
    metres: NDArray[np.float32]
    shut: Bools

    def nearest(self, lat: float, lon: float) -> tuple[int, float] | None:
        """The nearest place from here, and the metres to walk, by the nearest street that leads to one: a yard may be cut off.
        None where no street is near, or none leads to one."""
        found = (self._from(end_at(self.region, one)) for one in _streets(self.region, (lat, lon)))
        return next((one for one in found if one is not None), None)

    def _from(self, here: End) -> tuple[int, float] | None:
        link = here.link
        forward, back = passable(self.region, link, self.shut)
        begin, end = int(self.region.link_from[link]), int(self.region.link_to[link])
        left_m = float(self.region.link_m[link]) - here.along_m
        found = []
        if back and self.place[begin] != NOWHERE:
            found.append((here.along_m + float(self.metres[begin]), int(self.place[begin])))
        if forward and self.place[end] != NOWHERE:
            found.append((left_m + float(self.metres[end]), int(self.place[end])))
        for place in self.some[self.doors.link[self.some] == link].tolist():  # on her own street, between two corners
            ahead_m = float(self.doors.along_m[place]) - here.along_m
            if forward if ahead_m >= 0.0 else back:
                found.append((abs(ahead_m) + float(self.doors.off_m[place]), place))
        if not found:
            return None
        metres, place = min(found)
        return place, metres + here.off_m


def street_at(region: Region, place: Place) -> End | None:
    """The nearest street to a place, within 150 m; None: there is none."""
    found = _streets(region, place)
    return end_at(region, found[0]) if found else None


def _streets(region: Region, place: Place) -> list[Near]:
    try:
        return near(region, place, Gates(region, Where(*place, region.about.zone), None, no_steps=False), "")
    except NoWay:
        return []


def doors_of(region: Region, places: Sequence[Place]) -> Doors:
    """Where places that are not in the file meet its streets: the nearest that is not cut off from the others, if there is
    one."""
    ends = [_door(region, place) for place in places]
    return Doors(
        np.array([NOWHERE if end is None else end.link for end in ends], np.int32),
        np.array([0.0 if end is None else end.along_m for end in ends]),
        np.array([0.0 if end is None else end.off_m for end in ends]),
    )


def doors_in(region: Region, own: Sequence[int]) -> Doors:
    """Where places of the file meet its streets. What it has for one is the nearest street: a yard or a passage that is cut off
    is put right here."""
    chosen = np.asarray(own, np.int32)
    link, off_m = region.place_link[chosen].astype(np.int32), region.place_off[chosen].astype(np.float64)
    along_m = region.place_along[chosen].astype(np.float64)
    metres = region.component_m[region.component[region.link_from[link]]]
    lost = np.flatnonzero((link != NOWHERE) & (metres < WHOLE_M))
    places = [(float(region.place_y[n]) * 1e-7, float(region.place_x[n]) * 1e-7) for n in chosen[lost]]
    found = doors_of(region, places)
    link[lost], along_m[lost], off_m[lost] = found
    return Doors(link, along_m, off_m)


def _door(region: Region, place: Place) -> End | None:
    found = _streets(region, place)
    if not found:
        return None
    whole = (one for one in found if region.component_m[region.component[region.link_from[one.link]]] >= WHOLE_M)
    return end_at(region, next(whole, found[0]))


def passable(region: Region, link: int, shut: Bools) -> tuple[bool, bool]:
    """Whether a link may be walked in its direction, and against it."""
    flags, open_ = int(region.link_flags[link]), not shut[link]
    return open_ and not flags & LINK_NOT_FORWARD, open_ and not flags & LINK_NOT_BACK


def with_hours(region: Region) -> Bools:
    """The links that are shut at times."""
    return (region.link_flags & LINK_CONDITIONAL) > 0


def reach(
    region: Region, doors: Doors, some: Sequence[int], within_m: float = FAR_M, shut: Bools | None = None
) -> Reach:
    """The nearest of `some` places (numbers in `doors`) from every node of a region. `shut`: by link; None: whatever has hours."""
    shut = with_hours(region) if shut is None else shut
    chosen = np.array([n for n in some if doors.link[n] != NOWHERE], np.int32)
    nodes = len(region.node_x)
    place, metres = np.full(nodes, NOWHERE, np.int32), np.full(nodes, np.inf, np.float32)
    if len(chosen):
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 (35 MB, for who asks)

        spent, _, source = dijkstra(
            _backwards(region, doors, chosen, within_m, shut),
            indices=np.arange(nodes, nodes + len(chosen)),
            min_only=True,
            return_predecessors=True,
            limit=within_m,
        )
        found = np.isfinite(spent[:nodes])
        place[found] = chosen[source[:nodes][found] - nodes]
        metres[found] = spent[:nodes][found]
    return Reach(region, doors, chosen, place, metres, shut)


def _backwards(region: Region, doors: Doors, chosen: I4, within_m: float, shut: Bools) -> Any:
    """The graph against the direction in which she walks, with a node for each place. What is shut is farther than far."""
    from scipy.sparse import csr_array  # noqa: PLC0415

    never_m = 10.0 * within_m
    flags = region.link_flags
    not_forward, not_back = shut | ((flags & LINK_NOT_FORWARD) > 0), shut | ((flags & LINK_NOT_BACK) > 0)
    link, nodes = region.arc_link, len(region.node_x)
    begins = np.repeat(np.arange(nodes, dtype=np.int32), np.diff(region.arc_ptr))
    closed = np.where(region.link_from[link] == begins, not_back[link], not_forward[link])  # she comes the other way
    metres = np.where(closed, never_m, np.maximum(region.link_m[link], _LEAST))
    own = doors.link[chosen]
    to_first = np.where(not_forward[own], never_m, doors.along_m[chosen] + doors.off_m[chosen])
    to_last = np.where(not_back[own], never_m, region.link_m[own] - doors.along_m[chosen] + doors.off_m[chosen])
    count = nodes + len(chosen)
    data = np.concatenate((metres, np.maximum(np.column_stack((to_first, to_last)).ravel(), _LEAST)))
    to = np.concatenate((region.arc_to, np.column_stack((region.link_from[own], region.link_to[own])).ravel()))
    ptr = np.concatenate((region.arc_ptr, region.arc_ptr[-1] + 2 * np.arange(1, len(chosen) + 1, dtype=np.int32)))
    return csr_array((data, to.astype(np.int32), ptr.astype(np.int32)), shape=(count, count))


class Beside(NamedTuple):
    """A place beside a way: its number, the metres along the way to where it is nearest, and from there to it."""

    place: int
    along_m: float
    off_m: float


def beside(lat: Floats, lon: Floats, way_lat: Floats, way_lon: Floats, way_m: Floats, within_m: float) -> list[Beside]:
    """The places within `within_m` of a line, in the order in which she comes by. `way_m`: the metres up to each point."""
    if not len(lat) or len(way_lat) < 2:
        return []
    plane = plane_at(float(way_lat[len(way_lat) // 2]), float(way_lon[len(way_lon) // 2]))
    x, y = plane.to_metres(way_lat, way_lon)
    px, py = plane.to_metres(lat, lon)
    about = np.flatnonzero(
        (px >= x.min() - within_m)
        & (px <= x.max() + within_m)
        & (py >= y.min() - within_m)
        & (py <= y.max() + within_m)
    )
    found = []
    dx, dy = np.diff(x), np.diff(y)
    for n in about.tolist():
        share, off_x, off_y = nearest_on(x[:-1] - px[n], y[:-1] - py[n], dx, dy)
        away = np.hypot(off_x, off_y)
        best = int(np.argmin(away))
        if away[best] <= within_m:
            along_m = float(way_m[best] + share[best] * (way_m[best + 1] - way_m[best]))
            found.append(Beside(n, along_m, float(away[best])))
    return sorted(found, key=lambda one: one.along_m)
