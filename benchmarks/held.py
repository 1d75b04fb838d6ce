"""What the judge said of a walk, held against the truth."""

from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from service.journey.events import ArrivalSeen
from service.journey.model import Cause, Progress
from service.journey.profiles import PROFILES

from .field import Frame, Truth
from .field.phone import STARTED_AT
from .field.walker import LIMIT_M, Doing
from .field.ways import Metres
from .lived import Lived

WRONG_M = 50.0
BACK_M = 25.0
LATELY_S = 60
EARLY_M = 100.0
DRIVEN_MPS = 6.0
Values = TypeVar("Values", Metres, npt.NDArray[np.int8])


@dataclass(slots=True)
class Held:
    """Counts of one walk or of many: they add up. `prompts` are the false ones by cause, `asked` all; `in_shops` false
    alarms while she was up to 38 m beside her way, where any error is beyond the limit."""

    km: float = 0.0
    hours: float = 0.0
    fixes: int = 0
    false_off: int = 0
    in_shops: int = 0
    naive_off: int = 0
    prompts: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    told: int = 0
    wrong: int = 0
    naive_wrong: int = 0
    naive_fixes: int = 0
    backs: int = 0
    walks: int = 0
    arrived: int = 0
    closed: int = 0
    early: int = 0
    passed: int = 0
    late_s: list[float] = field(default_factory=list)

    def add(self, other: "Held") -> None:
        for name in (one.name for one in fields(self) if one.name not in ("prompts", "late_s")):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for cause, many in other.prompts.items():
            self.prompts[cause] = self.prompts.get(cause, 0) + many
        self.late_s += other.late_s


def held(truth: Truth, frames: list[Frame], came: Lived, profile: str) -> Held:
    """An ordinary walk: nothing to alarm anybody but her rests."""
    closed_s = came.closed_s()
    until_s = truth.seconds if closed_s is None else closed_s
    out = Held(km=truth.way.length_m / 1000.0, hours=until_s / 3600.0, walks=1, told=len(came.told()))
    false = false_off(truth, came)
    out.in_shops = sum(in_a_shop(truth, at) for at in false)
    out.false_off = len(false) - out.in_shops
    for prompt in came.prompts():
        out.asked += 1
        if is_false(truth, prompt.cause, prompt.at - STARTED_AT, profile):
            out.prompts[prompt.cause.value] = out.prompts.get(prompt.cause.value, 0) + 1
    _progress(truth, came, out)
    _naive(truth, frames, until_s, out)
    _arrival(truth, came, out)
    return out


def lately(values: Values, at_s: float) -> Values:
    """The values of the last minute before this second, and of the one after."""
    k = min(int(at_s), len(values) - 1)
    return values[max(0, k - LATELY_S) : k + 2]


def false_off(truth: Truth, came: Lived) -> list[float]:
    """When her progress became off the route although for a minute she had not been beyond the limit."""
    return [at for at in came.became(Progress.OFF_ROUTE) if float(lately(truth.off_m, at).max()) < LIMIT_M]


def in_a_shop(truth: Truth, at_s: float) -> bool:
    """Whether she was some way beside her way in the last minute, though not beyond the limit."""
    return bool((lately(truth.doing, at_s) == Doing.ERRAND).any())


def is_false(truth: Truth, cause: Cause, at_s: float, profile: str, known_m: float = 0.0) -> bool:
    """Whether the truth gave no reason to ask. A stall is true when, in the time of the rule, she had come less than its
    metres farther along (`known_m` more where the truth is known no better); a lost signal always is."""
    if cause is Cause.STALLED:
        return not stalled(truth, at_s, PROFILES[profile].stalled_s, PROFILES[profile].stalled_m + known_m)
    if cause in (Cause.OFF_ROUTE, Cause.AWAY):
        return float(lately(truth.off_m, at_s).max()) < LIMIT_M
    if cause is Cause.VEHICLE:
        moved = np.hypot(*np.diff(lately_xy(truth, at_s), axis=0).T)
        return float(moved.max(initial=0.0)) < DRIVEN_MPS
    return False


def lately_xy(truth: Truth, at_s: float) -> Metres:
    k = min(int(at_s), truth.seconds - 1)
    return truth.xy[max(0, k - LATELY_S) : k + 2]


def stalled(truth: Truth, at_s: float, for_s: float, within_m: float) -> bool:
    """Whether at some second of the last minute she was so near to where she had been so long before."""
    return any(
        abs(float(truth.along_m[int(t)] - truth.along_m[int(t - for_s)])) < within_m
        for t in range(int(at_s) - LATELY_S, int(at_s) + 1, 5)
        if t - for_s >= 0 and t < truth.seconds
    )


def rule_s(truth: Truth, for_s: float, within_m: float) -> float | None:
    """The second in which somebody who stands fulfils the rule."""
    if truth.turned_at is None:
        return None
    for t in range(int(truth.turned_at), truth.seconds):
        if t >= for_s and float(np.ptp(truth.along_m[int(t - for_s) : t + 1])) < within_m:
            return float(t)
    return None


def on_the_way(truth: Truth, true_s: float) -> bool:
    """In a shop or indoors there is no true place along it."""
    k = min(int(true_s), truth.seconds - 1)
    return truth.doing[k] not in (Doing.OFF, Doing.RIDES, Doing.ERRAND, Doing.HOME)


def _progress(truth: Truth, came: Lived, out: Held) -> None:
    """Fixes in the order she walked them: the ones measured on the way that the judge put somewhere along it."""
    placed = [
        (true_s, sighting.along_m)
        for true_s, sighting in came.seen
        if sighting.set_aside is None and sighting.along_m is not None and on_the_way(truth, true_s)
    ]
    if not placed:
        return
    t, along = np.array([one[0] for one in placed]), np.array([one[1] for one in placed])
    true = np.interp(t, np.arange(truth.seconds), truth.along_m)
    out.fixes += len(t)
    out.wrong += int((np.abs(along - true) > WRONG_M).sum())
    order = np.argsort(t, kind="stable")
    falls, walked = np.diff(along[order]), np.diff(true[order])
    out.backs += int(((falls < -BACK_M) & (walked >= -1.0)).sum())


def _naive(truth: Truth, frames: list[Frame], until_s: float, out: Held) -> None:
    """The floor, without any judge: the nearest place of the way, and one fix beyond the limit as an alarm."""
    rows = [(s, (row.lat, row.lon)) for frame in frames for s, row in zip(frame.truth_s, frame.rows, strict=True)]
    rows = sorted((one for one in rows if one[0] <= until_s), key=lambda one: one[0])
    if not rows:
        return
    off, along = truth.way.nearest(truth.way.metres([place for _, place in rows]))
    true = np.interp([s for s, _ in rows], np.arange(truth.seconds), truth.along_m)
    out.naive_fixes += len(rows)
    out.naive_wrong += int((np.abs(along - true) > WRONG_M).sum())
    out.naive_off += sum(b and not a for a, b in pairwise([False, *(off > LIMIT_M).tolist()]))


def _arrival(truth: Truth, came: Lived, out: Held) -> None:
    """Recognised is the first time that it was seen with less than 100 m of the way left; early, any time more than 100 m
    from the door; `passed`, closed with more than that of the way left, as a way that passes its own end tempts to."""
    if truth.home_at is None:
        return
    for at_s in (one.at - STARTED_AT for one in came.events if isinstance(one, ArrivalSeen)):
        k = min(int(at_s), truth.seconds - 1)
        out.early += int(float(np.hypot(*(truth.xy[k] - truth.way.xy[-1]))) > EARLY_M)
        if truth.way.length_m - truth.along_m[k] <= EARLY_M and not out.arrived:
            out.arrived = 1
            out.late_s.append(at_s - truth.home_at)
    closed_s = came.closed_s()
    if closed_s is not None:
        k = min(int(closed_s), truth.seconds - 1)
        out.closed = 1
        out.passed = int(truth.way.length_m - truth.along_m[k] > EARLY_M)
