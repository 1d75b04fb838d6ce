"""What is drawn of streets, ways and people, put on a sheet: the view that pages and `lamplit map show` draw as SVG."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.lighting import Light
from geofence.lit_line import LitLine
from geofence.plane import distance_m
from geofence.route import Place, Route
from geofence.streets.region import Region
from geofence.streets.ways import Way
from service.web.drawn import Picture

from .sheet import ORDER, STATES, Sheet, Streets, bar, crosses, dots, foot, labels, line, streets

MOST_LAMPS = 5_000
"""More would be a yellow sheet."""
NAMES = 14
FAR, FAR_NAMES = 2.4, 9
"""Where a drawing is shown small: so much larger are its names, and so few."""
_BESIDE = 52
_TRACK_M = 8.0
"""Dots of a track nearer than this are one."""
_NONE = Streets({}, ())


class Run(NamedTuple):
    """A piece of a way in one state."""

    state: Light
    places: tuple[Place, ...]


class Pin(NamedTuple):
    """A place to go in. `name` is written beside it; "": there is no room for names."""

    lat: float
    lon: float
    vetted: bool
    name: str = ""


def of_way(way: Way) -> tuple[Run, ...]:
    """A planned way in pieces of one light."""
    marks = [(one.from_m, one.to_m, one.state) for one in way.stretches]
    return _cut(way.places(), way.along_m.tolist(), marks)


def of_route(route: Route, lit: LitLine | None, at: float) -> tuple[Run, ...]:
    """The route of a journey as it is lit at an instant; where nothing is known of its light it is not known to be lit."""
    places = route.places()
    steps = (distance_m(*a, *b) for a, b in pairwise(places))
    along_m = list(accumulate(steps, initial=0.0))
    if lit is None or not lit.runs:
        return (Run(Light.UNKNOWN, tuple(places)),) if len(places) > 1 else ()
    share = along_m[-1] / lit.runs[-1].to_m if lit.runs[-1].to_m > 0 else 1.0
    marks = [(run.from_m * share, run.to_m * share, run.at(at).state) for run in lit.runs]
    return _cut(places, along_m, marks)


def metres_of(runs: Iterable[Run]) -> dict[Light, float]:
    """Metres in each state."""
    found = dict.fromkeys(Light, 0.0)
    for run in runs:
        found[run.state] += sum(distance_m(*a, *b) for a, b in pairwise(run.places))
    return found


def picture(
    sheet: Sheet,
    said: str,
    *,
    region: Region | None = None,
    states: NDArray[np.uint8] | None = None,
    most_points: int = 0,
    names: int = NAMES,
    far: bool = False,
    lamps: bool = False,
    reported: Sequence[Place] = (),
    runs: Sequence[Run] = (),
    pins: Sequence[Pin] = (),
    track: Sequence[Place] = (),
    last: Place | None = None,
    within_m: float = 0.0,
) -> Picture:
    """All of it on one sheet. `states` are those of the region's parts; `track` is older than `last`, the oldest first.
    `far`: names too for where it is shown small. `reported`: where lamps are said to be out."""
    ground = streets(region, states, sheet, most_points) if region is not None and states is not None else _NONE
    every = list(chain.from_iterable(run.places for run in runs))
    ends = (sheet.spot(*every[0]), sheet.spot(*every[-1])) if every else None
    spot = sheet.spot(*last) if last is not None else None
    spots = [(pin, sheet.spot(pin.lat, pin.lon)) for pin in pins]
    shown = [(pin, at) for pin, at in spots if sheet.shows(at)]
    out = [at for at in (sheet.spot(*place) for place in reported) if sheet.shows(at)]
    taken = [at for _, at in shown] + list(ends or ()) + ([spot] if spot else []) + out
    named = [(pin, at) for pin, at in shown if pin.name]
    beside = [(at[0], y, pin.name) for pin, at in named for y in _beside(sheet, at[1])]
    drawn, scale = bar(sheet)
    return Picture(
        view=sheet.view,
        said=said,
        streets=tuple((STATES[light], path) for light, path in ground.paths.items()),
        lamps=_lamps(region, sheet) if lamps and region is not None else "",
        open_places=dots(at for pin, at in shown if not pin.vetted),
        havens=dots(at for pin, at in shown if pin.vetted),
        reported=crosses(out),
        way=line(sheet, every),
        way_lit=tuple(
            (STATES[light], "".join(line(sheet, run.places) for run in runs if run.state is light))
            for light in ORDER
            if any(run.state is light for run in runs)
        ),
        ends=ends,
        track=dots(sheet.spot(*place) for place in _thinned(track, last)),
        last=spot,
        ring=round(within_m / sheet.metres * 4) if spot else 0,
        names=tuple(labels(chain(beside, ground.names), sheet, names + len(named), taken)),
        far=tuple(labels(ground.names, sheet, FAR_NAMES, taken, FAR)) if far else (),
        bar=drawn,
        scale=scale,
    )


def _beside(sheet: Sheet, y: int) -> tuple[int, ...]:
    """Where a pin's name may stand: below it, else above; above alone where the sheet ends below."""
    above = min(y - _BESIDE, foot(sheet))
    return (y + _BESIDE, above) if y + _BESIDE <= foot(sheet) else (above,)


def _cut(
    places: Sequence[Place], along_m: Sequence[float], marks: Sequence[tuple[float, float, Light]]
) -> tuple[Run, ...]:
    """A line in pieces, each with the places at which it begins and ends."""
    lat, lon = np.array(places).T
    along = np.array(along_m)
    runs = []
    for from_m, to_m, state in marks:
        inside = (along > from_m) & (along < to_m)
        at = np.concatenate(([from_m], along[inside], [to_m]))
        piece = zip(np.interp(at, along, lat).tolist(), np.interp(at, along, lon).tolist(), strict=True)
        runs.append(Run(state, tuple(piece)))
    return tuple(runs)


def _lamps(region: Region, sheet: Sheet) -> str:
    box = (sheet.west, sheet.south, sheet.east, sheet.north)
    found = region.among(region.lamp_cell_start, *(round(degrees * 1e7) for degrees in box))
    if len(found) > MOST_LAMPS:
        found = found[:: -(-len(found) // MOST_LAMPS)]
    x, y = sheet.spots(region.lamp_x[found] * 1e-7, region.lamp_y[found] * 1e-7)
    return dots(zip(x.tolist(), y.tolist(), strict=True))


def _thinned(track: Sequence[Place], last: Place | None) -> list[Place]:
    """Without those that would lie on each other."""
    kept: list[Place] = [last] if last is not None else []
    for place in reversed(track):
        if not kept or distance_m(*kept[-1], *place) >= _TRACK_M:
            kept.append(place)
    return kept[1:] if last is not None else kept
