"""The light along a line that somebody else has drawn: that of the streets it follows. What is near none is unknown."""

from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofence.lighting import RULE_NUMBERS, RULES, Light, Table, spans, suns
from geofence.lit_line import LitLine, Span, line_of
from geofence.plane import plane_at
from geofence.route import Route, middle_of

from .follow import NONE, Followed, followed
from .format import PART_SHUNNED, PART_STEPS
from .lamp_stretches import along_parts
from .lights import RegionLights
from .region import I8, U1, Region
from .tonight import Bad
from .ways import Metres, Pieces, Stretch, Way

IMPORTED = "imported"
NIGHT_S = 24 * 3600.0
"""For so long from setting off a journey knows its light: she may mean to be twelve hours on her way, and be late."""
DOUBT_M = 1.5
"""Of two streets side by side the one that is not known to be lit is taken up to so much farther off."""


class Told(NamedTuple):
    """The figures of a way: `unsure` is the longest stretch not known to be lit."""

    metres: Metres
    stretches: tuple[Stretch, ...]
    unsure: Stretch | None
    steps_m: float


def profiled(lights: RegionLights, route: Route, at: float, pace_mps: float) -> Way:
    """A route as a planned way is told: with its light when she comes by, setting off `at`."""
    region, cells = lights.region, _streets(lights, route, at)
    passed_m = cells.along_m
    table = lights.table(at, at + route.length_m / pace_mps + 60.0)
    slots = table.slots_at(at + passed_m / pace_mps)
    state, rule, dearer = _lit(lights, cells, table, slots)
    pieces = _pieces(region, cells, state, rule, dearer)
    told_ = told(pieces)
    lat, lon = route.columns()
    x, y = plane_at(*middle_of(lat, lon)).to_metres(lat, lon)
    drawn_m = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    return Way(
        kinds=(IMPORTED,),
        lat=lat,
        lon=lon,
        along_m=drawn_m,
        length_m=float(drawn_m[-1]),
        duration_s=float(drawn_m[-1]) / pace_mps,
        metres=told_.metres,
        stretches=told_.stretches,
        longest_unsure=told_.unsure,
        steps_m=told_.steps_m,
        pieces=pieces,
    )


def lit_line(lights: RegionLights, route: Route, at: float) -> LitLine:
    """The light along a route for as long as a night lasts, whenever she comes by: what her journey keeps."""
    region, cells = lights.region, _streets(lights, route, at)
    until_at = at + NIGHT_S
    of_class: dict[int, tuple[Span, ...]] = {}
    nothing = (Span(at, Light.UNKNOWN, "off_map"),)

    def light(part: int) -> tuple[Span, ...]:
        if part == NONE:
            return nothing
        number = int(region.part_light[part])
        if number not in of_class:
            found = spans(lights.classes[number], at, until_at, lights.where, lights.schedules)
            of_class[number] = tuple(Span(since, lamps.state, lamps.rule) for since, lamps in found)
        return of_class[number]

    reported = _reported(lights, cells)
    runs = []
    for first, end in _runs(cells.part):
        part = int(cells.part[first])
        plain = light(part)
        if part in lights.bad:
            runs += [(cells.step_m, _worst(plain, reported[n])) for n in range(first, end)]
        else:
            runs.append(((end - first) * cells.step_m, plain))
    return line_of(suns(at, until_at, lights.where), runs)


def told(pieces: Pieces) -> Told:
    """The figures of a way from its pieces: neighbours of one light, rule, name and kind are one stretch."""
    begins = [0.0, *accumulate(pieces.m)]
    metres = [0.0] * len(Light)
    for state, m in zip(pieces.state, pieces.m, strict=True):
        metres[state] += m
    same = zip(pieces.state, pieces.rule, pieces.name, pieces.kind, pieces.steps, strict=True)
    lit = int(Light.LIT)
    unsure = [(f, e) for f, e in _groups([state > lit for state in pieces.state]) if pieces.state[f] > lit]
    longest = max(unsure, key=lambda run: begins[run[1]] - begins[run[0]], default=None)
    return Told(
        metres=(metres[0], metres[1], metres[2], metres[3]),
        stretches=tuple(pieces.even(first, begins[first], begins[end]) for first, end in _groups(same)),
        unsure=None if longest is None else pieces.stretch(*longest, begins[longest[0]]),
        steps_m=sum(m for m, steps in zip(pieces.m, pieces.steps, strict=True) if steps),
    )


def _groups(values: Iterable[object]) -> Iterator[tuple[int, int]]:
    """From where to before where neighbours are the same."""
    end = 0
    for _, some in groupby(values):
        begin, end = end, end + len(list(some))
        yield begin, end


# ── its light ────────────────────────────────────────────────────────────────────────────────────────────


def _streets(lights: RegionLights, route: Route, at: float) -> Followed:
    table = lights.table(at, at)
    known = table.states[table.slot(at)] < Light.UNKNOWN
    return followed(lights.region, route, np.where(known, DOUBT_M, 0.0))


def _runs(values: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """From where to before where neighbours are the same."""
    begins = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist()]
    return zip(begins, [*begins[1:], len(values)], strict=True)


def _lit(lights: RegionLights, cells: Followed, table: Table, slots: I8) -> tuple[U1, U1, NDArray[np.bool_]]:
    """State and rule of every cell, and whether somebody has reported a concern there."""
    region = lights.region
    number = region.part_light[cells.part].astype(np.int64)
    off = cells.part == NONE
    state = np.where(off, np.uint8(Light.UNKNOWN), table.states[slots, number]).astype(np.uint8)
    rule = np.where(off, np.uint8(RULE_NUMBERS["off_map"]), table.rules[slots, number]).astype(np.uint8)
    dearer = np.zeros(len(off), bool)
    for n, some in _reported(lights, cells).items():
        for one in some:
            dearer[n] |= one.factor > 1.0
            if one.state > state[n]:
                state[n], rule[n] = one.state, one.rule
    return state, rule, dearer


def _reported(lights: RegionLights, cells: Followed) -> dict[int, list[Bad]]:
    """What was reported at each cell of a street of which anything was."""
    parts = [part for part in np.unique(cells.part).tolist() if part in lights.bad]
    there = np.flatnonzero(np.isin(cells.part, parts))
    part, half_m = cells.part[there], cells.step_m / 2
    middle_m = along_parts(lights.region, part, cells.point[there], cells.share[there])
    return {
        n: [one for one in lights.bad[number] if one.low_m < m + half_m and m - half_m < one.high_m]
        for n, number, m in zip(there.tolist(), part.tolist(), middle_m.tolist(), strict=True)
    }


def _worst(plain: tuple[Span, ...], some: list[Bad]) -> tuple[Span, ...]:
    for one in some:
        plain = tuple(Span(s.at, one.state, RULES[one.rule]) if one.state > s.state else s for s in plain)
    return plain


def _pieces(region: Region, cells: Followed, state: U1, rule: U1, dearer: NDArray[np.bool_]) -> Pieces:
    same = cells.part.astype(np.int64) << 24 | state.astype(np.int64) << 16 | rule.astype(np.int64) << 8 | dearer
    edges = np.array(list(_runs(same)))
    first, count = edges[:, 0], edges[:, 1] - edges[:, 0]
    part = cells.part[first]
    off = part == NONE
    flags = np.where(off, 0, region.part_flags[part])
    return Pieces(
        part=part.tolist(),
        m=(count * cells.step_m).tolist(),
        state=state[first].tolist(),
        rule=rule[first].tolist(),
        name=np.where(off, 0, region.part_name[part]).tolist(),
        kind=np.where(off, len(region.about.classes), region.part_class[part]).tolist(),
        steps=((flags & PART_STEPS) > 0).tolist(),
        shunned=(dearer[first] | ((flags & PART_SHUNNED) > 0)).tolist(),
        named=region.name,
        kinds=(*region.about.classes, ""),
    )
