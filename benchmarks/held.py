"""What the judge said of a walk, held against the truth.

The truth is what she, her friend or an operator would call it, and is fixed before anybody sees what the judge does:
whoever is nearer than 40 m to her way has not left it, in a shop too; whoever is at home is not stalled; progress of
somebody in a shop is right where she left her way, and where her way is nearest to the shop.
"""

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
    """Counts of one walk or of many: they add up. `km` and `hours` are under way, up to her door or the end of the
    journey. `prompts` are the false ones by cause, `asked` all; `in_shops` those of the false alarms while she was in a
    shop beside her way, `at_home` those of the false questions after her door. `aside` are fixes on her way that the
    judge put nowhere; `wrong_home` of `fixes_home`, progress at home that is not at its end."""

    km: float = 0.0
    hours: float = 0.0
    fixes: int = 0
    false_off: int = 0
    in_shops: int = 0
    naive_off: int = 0
    prompts: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    at_home: int = 0
    told: int = 0
    wrong: int = 0
    aside: int = 0
    fixes_home: int = 0
    wrong_home: int = 0
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
    ends = (closed_s, truth.home_at, float(truth.seconds - 1))
    until_s = min(one for one in ends if one is not None)
    km = float(truth.along_m[: int(until_s) + 1].max()) / 1000.0
    out = Held(km=km, hours=until_s / 3600.0, walks=1, told=len(came.told()))
    false = false_off(truth, came)
    out.false_off, out.in_shops = len(false), sum(in_a_shop(truth, at) for at in false)
    for prompt in came.prompts():
        out.asked += 1
        at_s = prompt.at - STARTED_AT
        if is_false(truth, prompt.cause, at_s, profile):
            out.prompts[prompt.cause.value] = out.prompts.get(prompt.cause.value, 0) + 1
            out.at_home += home(truth, at_s)
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


def home(truth: Truth, at_s: float) -> bool:
    """Whether she was behind her door."""
    return truth.home_at is not None and at_s >= truth.home_at


def is_false(truth: Truth, cause: Cause, at_s: float, profile: str, known_m: float = 0.0) -> bool:
    """Whether the truth gave no reason to ask. A stall is true when, in the time of the rule, she had come less than its
    metres farther along (`known_m` more where the truth is known no better), and never at home; a lost signal always is."""
    if cause is Cause.STALLED:
        return home(truth, at_s) or not stalled(
            truth, at_s, PROFILES[profile].stalled_s, PROFILES[profile].stalled_m + known_m
        )
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
    """Whether she is on it, and not in a shop, at home or somewhere else."""
    k = min(int(true_s), truth.seconds - 1)
    return truth.doing[k] not in (Doing.OFF, Doing.RIDES, Doing.ERRAND, Doing.HOME)


def astray_m(truth: Truth, t: Metres, along: Metres) -> Metres:
    """How far along from the truth these places are: from where she is or left her way, and for who is in a shop, from
    where her way is nearest to it if that is less."""
    astray = np.abs(along - np.interp(t, np.arange(truth.seconds), truth.along_m))
    shops = np.flatnonzero(truth.doing[truth.index(t)] == Doing.ERRAND)
    if len(shops):
        nearest = truth.way.nearest(truth.place(t[shops]))[1]
        astray[shops] = np.minimum(astray[shops], np.abs(along[shops] - nearest))
    return astray


def _walked(truth: Truth, t: Metres) -> "npt.NDArray[np.bool_]":
    """Which of these seconds have a true place along the way, up to her door."""
    return ~np.isin(truth.doing[truth.index(t)], (Doing.OFF, Doing.RIDES, Doing.HOME))


def _progress(truth: Truth, came: Lived, out: Held) -> None:
    """Fixes in the order she walked them. Falls are counted while she is on the way itself."""
    none = np.nan
    placed = [(s, none if at.set_aside or at.along_m is None else at.along_m) for s, at in came.seen]
    if not placed:
        return
    order = np.argsort([s for s, _ in placed], kind="stable")
    t, along = np.array(placed, dtype=np.float64)[order].T
    walked, put = _walked(truth, t), ~np.isnan(along)
    wrong = astray_m(truth, t, along) > WRONG_M  # never true of what was put nowhere
    out.fixes += int((walked & put).sum())
    out.aside += int((walked & ~put).sum())
    out.wrong += int((walked & wrong).sum())
    at_home = truth.doing[truth.index(t)] == Doing.HOME
    out.fixes_home += int((at_home & put).sum())
    out.wrong_home += int((at_home & wrong).sum())
    on_it = put & np.array([on_the_way(truth, s) for s in t.tolist()])
    true = np.interp(t[on_it], np.arange(truth.seconds), truth.along_m)
    out.backs += int(((np.diff(along[on_it]) < -BACK_M) & (np.diff(true) >= -1.0)).sum())


def _naive(truth: Truth, frames: list[Frame], until_s: float, out: Held) -> None:
    """The floor, without any judge: the nearest place of the way, and one fix beyond the limit as an alarm."""
    rows = [(s, (row.lat, row.lon)) for frame in frames for s, row in zip(frame.truth_s, frame.rows, strict=True)]
    rows = sorted((one for one in rows if one[0] <= until_s), key=lambda one: one[0])
    if not rows:
        return
    t = np.array([s for s, _ in rows])
    off, along = truth.way.nearest(truth.way.metres([place for _, place in rows]))
    walked = _walked(truth, t)
    out.naive_fixes += int(walked.sum())
    out.naive_wrong += int((walked & (astray_m(truth, t, along) > WRONG_M)).sum())
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
