"""How she moves: standing still too long, riding where she meant to walk, going the wrong way, and her own pace.

Each is a function from one fresh fix to what her record says after it. Time runs by the fixes' own `at`; a span that is
unknown (`dt_s` None, `timed` False) starts the runs that measure time anew. Places are metres in one plane.
"""

from collections.abc import Sequence
from math import sqrt
from struct import Struct

from .limits import Limits
from .mode import MOVING_MPS, USUAL_MPS, Mode
from .state import MEANS, NEVER, UNKNOWN, Mean, Row, mean_of, push

_RING = Struct(f"<{4 * MEANS}h")
BUCKETS = 10
MOST_IN_MEAN = 90.0
"""More fixes than this in one mean add nothing to it."""
SPARSE = 1.8
"""So many means' time without a fix: her phone lies still."""
FAR = 1.25
"""So much farther than near is away."""
ONCE_FAR, ONCE_OFF = 0.25, 0.5
"""What `stalled` has lost while one fix, or one mean, has said that she moved on."""


def rest(
    row: Row, at: float, x: float, y: float, along_m: float | None, accuracy_m: float, limits: Limits, timed: bool
) -> None:
    """Row 5: how far she has come since `stall_s` ago, along the route or straight, whichever is less.

    Two single fixes differ by more than 25 m from noise alone; two means hardly do. So her places are kept as means
    over a tenth of the limit's time each, back to its full length; where she was then is between two of them.

    Once she has stalled noise does not take it back, nor does a time that is unknown: she must be seen to move on.
    `stalled` is 1 while nothing says so, less by `ONCE_FAR` and `ONCE_OFF` for what has said it once.
    """
    along = -1.0 if along_m is None else along_m
    if row.stall_n == 0 or not timed:
        row.means, row.stalled = 0, 1.0 if row.stall_n and row.stalled else 0.0
        _begin_mean(row, at, x, y, along)
        return
    finished = at - row.stall_from >= limits.stall_s / BUCKETS
    if finished and row.stalled:
        _moves_on(row, None, accuracy_m, limits)
    if finished:
        push(row, _mean(row))
        _begin_mean(row, at, x, y, along)
    elif row.stall_n < MOST_IN_MEAN:
        row.stall_n += 1
        row.stall_t += at - row.stall_from
        row.stall_x += x
        row.stall_y += y
        row.stall_along = row.stall_along + along if row.stall_along >= 0.0 and along >= 0.0 else -1.0
    if row.stalled:
        _moves_on(row, mean_of(at, x, y, along), accuracy_m, limits)
    elif row.means and _is_still(row, at, accuracy_m, limits):
        row.stalled = 1.0


def rested(row: Row, at: float, limits: Limits) -> tuple[float, float]:
    """For how long she has been looked at (at most the limit), and how far she came in that time."""
    numbers, here = _RING.unpack(row.ring), _mean(row)
    found = _then(numbers, row.means, here, limits.stall_s)
    if found is not None:
        return limits.stall_s, _apart_m(found[1], here)
    if not row.means:
        return max(0.0, at - row.stall_from), 0.0
    first = numbers[4 * (MEANS - row.means) :][:4]
    return float((round(at) - first[0]) % 65536), _apart_m(first, here)


def stood(row: Row, limits: Limits) -> tuple[float, float]:
    """The middle of where she has been since then, in her plane: surer than any fix of a phone that lies still."""
    numbers, here = _RING.unpack(row.ring), _mean(row)
    found = _then(numbers, row.means, here, limits.stall_s)
    first = 4 * MEANS if found is None else found[0] + 4
    x, y = row.stall_x / row.stall_n, row.stall_y / row.stall_n
    means = [here, *(numbers[k : k + 4] for k in range(first, 4 * MEANS, 4))]
    off_x = sum(_wrapped(mean[1] - here[1]) for mean in means) / len(means)
    off_y = sum(_wrapped(mean[2] - here[2]) for mean in means) / len(means)
    return x + off_x, y + off_y


def still_within_m(row: Row, at: float, accuracy_m: float, limits: Limits) -> float:
    """How far apart two places may be while she stands still.

    A phone that lies still tells a fix a minute, which is a mean of its own: it is allowed its accuracy.
    """
    apart_s = (round(at) - _RING.unpack(row.ring)[-4]) % 65536
    if row.stall_n > 1 or apart_s < SPARSE * limits.stall_s / BUCKETS:
        return limits.stall_m
    return limits.stall_m + min(accuracy_m, limits.stall_m)


def _moves_on(row: Row, fix: Mean | None, accuracy_m: float, limits: Limits) -> None:
    """Whether she who has stalled has moved on from where she stood half the limit ago and before: two fixes in a row are
    far off, or two means (`fix` None: the one that is finished) beyond the limit."""
    numbers, here = _RING.unpack(row.ring), fix or _mean(row)
    means = [numbers[k : k + 4] for k in range(4 * (MEANS - row.means), 4 * MEANS, 4)]
    if not means:
        return
    old = [mean for mean in means if (here[0] - mean[0]) % 65536 >= limits.stall_s / 2] or means[:1]
    blur_m = min(accuracy_m, limits.stall_m)
    once, limit_m = (ONCE_OFF, blur_m) if fix is None else (ONCE_FAR, max(limits.stall_m, 2.0 * blur_m))
    said = row.stalled in (1.0 - once, 1.0 - ONCE_OFF - ONCE_FAR)
    if _apart_m(_middle(old, here), here) < limits.stall_m + limit_m:
        row.stalled += once if said else 0.0
    else:
        row.stalled = 0.0 if said else row.stalled - once


def _middle(means: Sequence[Sequence[int]], here: Mean) -> tuple[float, float, float, float]:
    """The mean of some means, of which `here` is near enough."""
    x, y = (here[k] + sum(_wrapped(mean[k] - here[k]) for mean in means) / len(means) for k in (1, 2))
    known = all(mean[3] != UNKNOWN for mean in means)
    return 0.0, x, y, sum(mean[3] for mean in means) / len(means) if known else float(UNKNOWN)


def _begin_mean(row: Row, at: float, x: float, y: float, along: float) -> None:
    row.stall_from, row.stall_n, row.stall_t = at, 1.0, 0.0
    row.stall_x, row.stall_y, row.stall_along = x, y, along


def _mean(row: Row) -> Mean:
    n = row.stall_n
    along = row.stall_along / n if row.stall_along >= 0.0 else -1.0
    return mean_of(row.stall_from + row.stall_t / n, row.stall_x / n, row.stall_y / n, along)


def _is_still(row: Row, at: float, accuracy_m: float, limits: Limits) -> bool:
    """Near where she was then, and never far from it in between (or she went for something and came back); one mean may
    be elsewhere, for a phone may lie once.

    Every fix asks this: her means stay one row of numbers until she is near.
    """
    numbers, here = _RING.unpack(row.ring), _mean(row)
    found = _then(numbers, row.means, here, limits.stall_s)
    if found is None:
        return False
    first, then = found
    near_m = still_within_m(row, at, accuracy_m, limits)
    if _apart_m(then, here) >= near_m:
        return False
    far = [k for k in range(first + 4, 4 * MEANS, 4) if _apart_m(then, numbers[k : k + 4]) >= FAR * near_m]
    return len(far) <= 1


def _then(
    numbers: Sequence[int], means: int, here: Mean, limit_s: float
) -> tuple[int, tuple[float, float, float, float]] | None:
    """Where she was `limit_s` before the mean `here`, in proportion between two means, and where the earlier one is among
    the numbers; None when she has not been looked at for so long."""
    for first in range(4 * MEANS - 4, 4 * (MEANS - means) - 1, -4):
        age_s = (here[0] - numbers[first]) % 65536
        if age_s >= limit_s:
            break
    else:
        return None
    a, b = numbers[first : first + 4], numbers[first + 4 : first + 8] or here
    share = (age_s - limit_s) / max(age_s - (here[0] - b[0]) % 65536, 1)
    x, y = a[1] + share * _wrapped(b[1] - a[1]), a[2] + share * _wrapped(b[2] - a[2])
    along = float(UNKNOWN) if UNKNOWN in (a[3], b[3]) else a[3] + share * (b[3] - a[3])
    return first, (a[0], x, y, along)


def _wrapped(metres: float) -> float:
    return (metres + 32768) % 65536 - 32768


def _apart_m(one: Sequence[float], other: Sequence[float]) -> float:
    """Straight, or along the route if that is less: where a route passes twice, the search may change its mind."""
    x, y = _wrapped(one[1] - other[1]), _wrapped(one[2] - other[2])
    straight = sqrt(x * x + y * y)
    if one[3] == UNKNOWN or other[3] == UNKNOWN:
        return straight
    return min(straight, 2.0 * abs(one[3] - other[3]))


def ride(
    row: Row,
    at: float,
    x: float,
    y: float,
    last: tuple[float, float, float],
    dt_s: float | None,
    moved_m: float,
    limits: Limits,
) -> bool:
    """Row 4b: her record after a step of `moved_m` in `dt_s` from `last` (when, and where); whether it has just become a
    ride. It is over after as many slow steps as began it.

    `ride_run` steps speak against what she does (`riding` or not), since `ride_since` and from `ride_x`, `ride_y`; when
    they made a ride these stay as they were.
    """
    if dt_s is None:
        row.ride_run = 0.0
        return False
    fast = moved_m > limits.vehicle_mps * dt_s
    if fast == bool(row.riding):
        row.ride_run = 0.0
        return False
    if row.ride_run == 0:
        row.ride_since, row.ride_x, row.ride_y = last
    row.ride_run += 1
    if row.ride_run < limits.vehicle_fixes or at - row.ride_since < limits.vehicle_s:
        return False
    if row.riding:
        row.riding = row.ride_run = 0.0
        return False
    dx, dy = x - row.ride_x, y - row.ride_y
    if sqrt(dx * dx + dy * dy) < limits.vehicle_m:
        return False
    row.riding, row.ride_run = 1.0, 0.0
    return True


def walk(row: Row) -> None:
    """No ride, and no run towards one: where a ride is what she meant."""
    row.riding = row.ride_run = row.ride_since = row.ride_x = row.ride_y = 0.0


def stray(row: Row, at: float, distance_m: float, limits: Limits, timed: bool) -> None:
    """Row 4a: her record after a fresh fix `distance_m` (straight) from the leg's end.

    `away_start` and `away_least` are that distance at the start and at the least, `away_run` the fixes beyond the limit
    since `away_since`, or those back; while she is away `away_since` is when that began.
    """
    if row.away_start < 0.0:
        row.away_start = row.away_least = distance_m
        row.away = row.away_run = row.away_since = 0.0
        return
    row.away_least = min(row.away_least, distance_m)
    beyond = distance_m > row.away_least + away_limit_m(row, limits)
    if row.away:
        row.away_run = 0.0 if beyond else row.away_run + 1
        if row.away_run >= limits.back_fixes:
            row.away = row.away_run = row.away_since = 0.0
    elif not beyond:
        row.away_run = row.away_since = 0.0
    elif row.away_run == 0 or not timed:
        row.away_run, row.away_since = 1.0, at
    else:
        row.away_run += 1
        if row.away_run >= limits.away_fixes and at - row.away_since >= limits.away_s:
            row.away, row.away_run = 1.0, 0.0


def away_limit_m(row: Row, limits: Limits) -> float:
    """How much farther than the least so far is the wrong way."""
    return max(limits.away_m, limits.away_share * row.away_start)


def homeward(row: Row) -> None:
    """Not away, and nothing known yet of how far she has to go: where a route says it better."""
    row.away = row.away_run = row.away_since = 0.0
    row.away_start = row.away_least = -1.0


SAMPLE_M = 60.0
SAMPLE_WEIGHT = 0.3


def learn(
    row: Row, at: float, x: float, y: float, along_m: float | None, mode: Mode, limits: Limits, timed: bool
) -> None:
    """Her own pace after a fresh fix: a moving mean over samples of some sixty metres; -1 until the first of them.

    Samples that long average out the noise that would make short steps look fast. One with a stop in it, or
    faster than her mode, teaches nothing.
    """
    along = -1.0 if along_m is None else along_m
    if row.pace_since != NEVER and timed:
        if along >= 0.0 and row.pace_along >= 0.0:
            made_m = abs(along - row.pace_along)
        else:
            dx, dy = x - row.pace_x, y - row.pace_y
            made_m = sqrt(dx * dx + dy * dy)
        if made_m < SAMPLE_M:
            return
        sample = made_m / max(at - row.pace_since, 0.1)
        if MOVING_MPS[mode] <= sample and (mode is Mode.RIDE or sample <= limits.vehicle_mps):
            row.pace = sample if row.pace < 0.0 else row.pace + SAMPLE_WEIGHT * (sample - row.pace)
    row.pace_since, row.pace_x, row.pace_y, row.pace_along = at, x, y, along


def estimate_s(to_go_m: float, pace_mps: float | None, mode: Mode = Mode.FOOT) -> float:
    """Seconds for `to_go_m` at her own pace, or at the usual one of her mode while hers is not known."""
    return to_go_m / (USUAL_MPS[mode] if pace_mps is None else pace_mps)
