"""What one way has before another: figures for the sentence that says why."""

from itertools import groupby

import msgspec

from geofence.lighting import Light

from .ways import Pieces, Stretch, Way

WORTH_M = 30.0
"""A longer way must have so many metres less of something: not known to be lit, not even assumed, unlit, or shunned. Less is
not worth a word."""
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
    taken, pieces = set(way.pieces.part), other.pieces
    left = [one == state and part not in taken for one, part in zip(pieces.state, pieces.part, strict=True)]
    found: Stretch | None = None
    at, from_m = 0, 0.0
    for is_left, run in groupby(left):
        count = len(list(run))
        length_m = sum(pieces.m[at : at + count])
        if is_left and length_m >= (found.metres if found else AVOIDED_M):
            found = _honestly_named(pieces.stretch(at, at + count, from_m), pieces, at, count)
        at, from_m = at + count, from_m + length_m
    return found


def _honestly_named(found: Stretch, pieces: Pieces, first: int, count: int) -> Stretch:
    """Without its name where that of most metres is not that of half of them: 120 m of Back Lane are no 280 m of it."""
    several = slice(first, first + count)
    own_m = sum(
        m for m, name in zip(pieces.m[several], pieces.name[several], strict=True) if pieces.named(name) == found.name
    )
    return found if 2.0 * own_m >= found.metres else msgspec.structs.replace(found, name="")
