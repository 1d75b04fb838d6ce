"""What one way has before another: figures for the sentence that says why."""

import msgspec
import numpy as np

from geofence.lighting import Light

from .ways import Stretch, Way

AVOIDED_M = 50.0
"""A shorter one is not worth a word."""


class Differences(msgspec.Struct, frozen=True):
    """A way beside another one, mostly the shortest. `more_m`, `more_s`: how much longer it is; below 0: shorter.

    `lit_gain_m`: how many metres more of it are known to be lit. `avoids`: the longest unlit stretch of the other way that
    it does not take, else the longest of unknown light; None: none of 50 m or more.
    """

    more_m: float
    more_s: float
    lit_gain_m: float
    avoids: Stretch | None


def differences(way: Way, other: Way) -> Differences:
    """What `way` has before `other`."""
    return Differences(
        more_m=way.length_m - other.length_m,
        more_s=way.duration_s - other.duration_s,
        lit_gain_m=way.metres[Light.LIT] - other.metres[Light.LIT],
        avoids=_longest_left(way, other, Light.UNLIT) or _longest_left(way, other, Light.UNKNOWN),
    )


def _longest_left(way: Way, other: Way, state: Light) -> Stretch | None:
    """The longest stretch of this state that `other` takes and `way` does not."""
    pieces = other.pieces
    left = (pieces.state == state) & ~np.isin(pieces.part, way.pieces.part)
    edges = np.flatnonzero(np.diff(left, prepend=False, append=False)).tolist()
    if not edges:
        return None
    begin = np.concatenate(([0.0], np.cumsum(pieces.m)))
    first, end = max(zip(edges[::2], edges[1::2], strict=True), key=lambda run: begin[run[1]] - begin[run[0]])
    found = pieces.stretch(first, end)
    return found if found.metres >= AVOIDED_M else None
