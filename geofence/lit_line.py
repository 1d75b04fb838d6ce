"""The light along a route, as her journey keeps it: a few bytes a stretch, for whatever time she comes by.

    version u8 · suns u8 · (at u32, dark u8) each · then stretches: metres u16, spans u8 · (at u32, state u8, rule u8) each

`at` in whole seconds since 1970, 0: from the beginning. Little-endian. What cannot be read is nothing known.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from struct import Struct, error
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .lighting import RULE_NUMBERS, RULES, Light

VERSION = 1
MOST_M = 65_535
MOST_SPANS = 255
LATEST = 2**32 - 1
_HEAD, _SUN, _RUN, _SPAN = Struct("<BB"), Struct("<IB"), Struct("<HB"), Struct("<IBB")


class Span(NamedTuple):
    """From `at` on it is lit so, by that rule."""

    at: float
    state: Light
    rule: str


class Run(NamedTuple):
    """A stretch of the route, and its light, the earliest first."""

    from_m: float
    to_m: float
    spans: tuple[Span, ...]

    def at(self, now: float) -> Span:
        """Its light at an instant."""
        return self.spans[max(0, bisect_right(self.spans, now, key=lambda span: span.at) - 1)]


@dataclass(frozen=True, slots=True)
class LitLine:
    """Runs end to end from 0 m; `suns`: from when on it is dark or day, the earliest first. `changes`: every instant at which
    anything of it changes. Made by `line_of`."""

    suns: tuple[tuple[float, bool], ...]
    runs: tuple[Run, ...]
    changes: tuple[float, ...]

    def dark(self, now: float) -> bool:
        """Whether the sun is down; dark where nothing is known of it."""
        return self.suns[max(0, bisect_right(self.suns, now, key=lambda sun: sun[0]) - 1)][1] if self.suns else True

    def index(self, along_m: float) -> int:
        """The run that a place on the route lies in; past its end, the last."""
        return min(bisect_right(self.runs, along_m, key=lambda run: run.from_m), len(self.runs)) - 1

    def at(self, along_m: float, now: float) -> Span:
        """The light of a place on the route at an instant."""
        return self.runs[max(0, self.index(along_m))].at(now)

    def dim(self, now: float) -> Iterator[tuple[float, float, Light]]:
        """Stretches that are not known to be lit, end to end ones of different rules as one: from, to, and the worst."""
        begun: tuple[float, float, Light] | None = None
        for run in self.runs:
            state = run.at(now).state
            if state >= Light.UNKNOWN:
                begun = (begun[0], run.to_m, max(begun[2], state)) if begun else (run.from_m, run.to_m, state)
            elif begun is not None:
                yield begun
                begun = None
        if begun is not None:
            yield begun


def encoded(line: LitLine) -> bytes:
    """A line's bytes. Metres are rounded where runs meet, so that they do not add up to another length."""
    parts = [_HEAD.pack(VERSION, min(len(line.suns), MOST_SPANS))]
    parts += [_SUN.pack(_whole(at), dark) for at, dark in line.suns[:MOST_SPANS]]
    for run in line.runs:
        metres = round(run.to_m) - round(run.from_m)
        spans = run.spans[:MOST_SPANS]
        told = b"".join(_SPAN.pack(_whole(at), state, RULE_NUMBERS.get(rule, 0)) for at, state, rule in spans)
        while metres > 0:
            parts.append(_RUN.pack(min(metres, MOST_M), len(spans)) + told)
            metres -= MOST_M
    return b"".join(parts)


@lru_cache(maxsize=2048)
def decoded(lights: bytes) -> LitLine | None:
    """A line from its bytes: None where there are none, or they are not what they should be."""
    try:
        return _decoded(lights)
    except (error, ValueError, IndexError):
        return None


def painted(lights: bytes, cells: int, step_m: float) -> NDArray[np.uint8]:
    """For each cell of a route 1 + the worst that its light is known to become (`Light`), so that nobody takes for lit
    what will not be when she comes by; 0: nothing is known."""
    line = decoded(lights) if lights else None
    if line is None:
        return np.zeros(cells, np.uint8)
    worst = np.array([1 + max(span.state for span in run.spans) for run in line.runs], np.uint8)
    ends = np.array([run.to_m for run in line.runs])
    return worst[np.minimum(np.searchsorted(ends, np.arange(cells) * step_m, side="left"), len(worst) - 1)]


def line_of(suns: Iterable[tuple[float, bool]], runs: Sequence[tuple[float, Sequence[Span]]]) -> LitLine:
    """A line from runs of (metres, spans); neighbours with the same light become one."""
    joined: list[tuple[float, tuple[Span, ...]]] = []
    for metres, spans in runs:
        told = tuple(spans)
        if joined and joined[-1][1] == told:
            joined[-1] = joined[-1][0] + metres, told
        else:
            joined.append((metres, told))
    ends = list(accumulate((metres for metres, _ in joined), initial=0.0))
    made = tuple(Run(begin, end, told) for (begin, end), (_, told) in zip(pairwise(ends), joined, strict=True))
    sun = tuple(suns)
    changes = {at for at, _ in sun[1:]}.union(*({span.at for span in run.spans[1:]} for run in made))
    return LitLine(sun, made, tuple(sorted(changes)))


def _decoded(lights: bytes) -> LitLine | None:
    if not lights or lights[0] != VERSION:
        return None
    _, count = _HEAD.unpack_from(lights)
    at = _HEAD.size
    suns = [_SUN.unpack_from(lights, at + n * _SUN.size) for n in range(count)]
    at += count * _SUN.size
    runs: list[tuple[float, tuple[Span, ...]]] = []
    while at < len(lights):
        metres, count = _RUN.unpack_from(lights, at)
        at += _RUN.size
        spans = tuple(
            Span(float(since), Light(state), RULES[rule] if rule < len(RULES) else "")
            for since, state, rule in (_SPAN.unpack_from(lights, at + n * _SPAN.size) for n in range(count))
        )
        at += count * _SPAN.size
        if not spans:
            return None
        runs.append((float(metres), spans))
    return line_of(((float(since), bool(dark)) for since, dark in suns), runs) if runs else None


def _whole(at: float) -> int:
    """The first span and the first sun hold from the beginning."""
    return int(min(max(at, 0.0), LATEST))
