"""A piece of a city in a terminal: streets by their light and a walk through them, two by four dots to a letter.

What is lit is drawn whole and what is not in fewer and fewer dots, so that it can be told without colours.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rich.text import Text

from geofence.lighting import Light
from geofence.route import Place
from geofence.streets.region import Region
from service.maps.sheet import UNITS, Sheet, fitted
from service.maps.words import STATES

COLUMNS, ROWS = 80, 20
LEAST_M = 400.0
ROOM = 0.12
WALK = -1
"""What stands for the walk among the states."""
_STYLES = {WALK: "bold white", 0: "yellow", 1: "color(136)", 2: "color(244)", 3: "red"}
_EVERY = {WALK: 1, 0: 1, 1: 2, 2: 3, 3: 5}
"""Every so many of its dots are drawn."""
_SAMPLES = ("⠤⠤", "⠄⠄", "⠄⠠", "⠄ ")
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_EMPTY = 0x2800

Dot = tuple[int, int]


def drawn(region: Region, states: NDArray[np.uint8], walk: Sequence[Place]) -> Iterator[Text]:
    """Lines with the streets about a walk, the walk itself, and what is what."""
    sheet = fitted(walk, COLUMNS * 2 // UNITS, tallest=0.5, flattest=0.5, least_m=LEAST_M, room=ROOM)
    dots: dict[Dot, Counter[int]] = defaultdict(Counter)
    for state, spots in _streets(region, states, sheet):
        for spot in spots:
            dots[spot][state] += 1
    for x, y in _walked(walk, sheet):
        for dx in (0, 1):
            dots[x + dx, y][WALK] += 1
    yield from _lines(dots)
    yield _legend(sheet)


def _streets(region: Region, states: NDArray[np.uint8], sheet: Sheet) -> Iterator[tuple[int, list[Dot]]]:
    box = (round(degrees * 1e7) for degrees in (sheet.west, sheet.south, sheet.east, sheet.north))
    about = np.unique(region.among(region.seg_cell_start, *box))
    first, part = region.seg_pt[about], region.seg_part[about]
    ax, ay = sheet.spots(region.pt_x[first] * 1e-7, region.pt_y[first] * 1e-7)
    bx, by = sheet.spots(region.pt_x[first + 1] * 1e-7, region.pt_y[first + 1] * 1e-7)
    rows = zip(ax.tolist(), ay.tolist(), bx.tolist(), by.tolist(), states[part].tolist(), strict=True)
    for x0, y0, x1, y1, state in rows:
        yield state, [(x, y) for x, y in _between((x0, y0), (x1, y1)) if (x + y) % _EVERY[state] == 0]


def _walked(walk: Sequence[Place], sheet: Sheet) -> Iterator[Dot]:
    lat, lon = np.array(walk).T
    x, y = sheet.spots(lon, lat)
    spots = list(zip(x.tolist(), y.tolist(), strict=True))
    for one, other in pairwise(spots):
        yield from _between(one, other)


def _between(one: Dot, other: Dot) -> Iterator[Dot]:
    """The dots of a straight line."""
    steps = max(abs(other[0] - one[0]), abs(other[1] - one[1]), 1)
    for step in range(steps + 1):
        yield (
            round(one[0] + (other[0] - one[0]) * step / steps),
            round(one[1] + (other[1] - one[1]) * step / steps),
        )


def _lines(dots: dict[Dot, Counter[int]]) -> Iterator[Text]:
    """Letters of dots. Where the walk passes, it alone is drawn."""
    cells: dict[Dot, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (x, y), states in dots.items():
        if 0 <= x < COLUMNS * 2 and 0 <= y < ROWS * 4:
            for state in states:
                cells[x // 2, y // 4][state] |= _DOTS[y % 4][x % 2]
    for row in range(ROWS):
        line = Text(no_wrap=True)
        for column in range(COLUMNS):
            here = cells.get((column, row), {})
            if WALK in here:
                line.append(chr(_EMPTY + here[WALK]), _STYLES[WALK])
            elif here:
                most = max(here, key=lambda state: (here[state].bit_count(), -state))
                together = 0
                for bits in here.values():
                    together |= bits
                line.append(chr(_EMPTY + together), _STYLES[most])
            else:
                line.append(" ")
        yield line


def _legend(sheet: Sheet) -> Text:
    metres = sheet.metres * 2 / UNITS
    parts: list[str | tuple[str, str]] = [("⠶⠶ her walk", _STYLES[WALK])]
    for light in Light:
        parts += ["  ", (f"{_SAMPLES[int(light)]} {STATES[light]}", _STYLES[int(light)])]
    return Text.assemble(*parts, (f"  letter: {metres:.0f} m", "dim"))
