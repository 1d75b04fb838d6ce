"""Judgement quality (targets): is she nagged on an ordinary walk, and missed when it turns?

Seeded walks of the field go through the product's own rules. Ordinary ones, by way, receiver, cadence and profile, say
what is asked without a reason, where progress is wrong and how she arrives; walks that turn say how long it takes until
somebody notices; recorded walks say what happens to real ones. The floor is no judge at all: the nearest place of the
way, and one fix beyond the limit as an alarm. Every figure follows from the seeds; nothing here is timed.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np

from geofence.sighting import Standing
from service import walks
from service.journey.events import PromptRaised
from service.journey.model import Cause, Progress
from service.journey.profiles import PROFILES

from . import machine
from .field import (
    BAD,
    CANYON,
    GOOD,
    KINDS,
    PLAIN_10,
    PLAIN_20,
    STEADY,
    TOWN,
    TROUBLED,
    TYPICAL,
    Frame,
    Phone,
    Receiver,
    Turn,
)
from .field.phone import STARTED_AT, frames
from .field.real import Real, reals
from .field.walker import LIMIT_M, Truth, somebody
from .field.ways import drawn
from .held import Held, held, is_false, rule_s
from .lived import ANSWERS_S, Lived, lived, route_of
from .pictures import Worst, draw
from .quality import ALL_PROFILES, Found, results
from .riding import rides

A_ROUND = 5
"""Walks of every kind in one round."""
TURNS_A_ROUND = 2
RIDES_A_ROUND = 10
RESTS_H = 0.5
HOME_S = 700.0
QUIET_S = 600.0
"""After an answer she is not asked about the same again for so long (row 7)."""
SEEDS = 1_000
CELLS: tuple[tuple[Receiver, Phone], ...] = (
    (GOOD, TYPICAL),
    (TOWN, TYPICAL),
    (CANYON, TYPICAL),
    (BAD, TROUBLED),
    (PLAIN_10, STEADY),
    (PLAIN_20, STEADY),
    (TOWN, replace(TYPICAL, cadence_s=60.0)),
)
TURNING = (GOOD, PLAIN_10, TOWN)


def run(rounds: int, _seconds: float) -> dict[str, Any]:
    """`rounds` batches of seeds; five are 250 walks for every receiver."""
    found = Found()
    for n in range(rounds):
        began = time.monotonic()
        for seed in range(n * SEEDS, n * SEEDS + A_ROUND):
            for kind in KINDS:
                _ordinary(kind, seed, found)
        for seed in range(n * SEEDS, n * SEEDS + TURNS_A_ROUND):
            for kind in KINDS:
                _turned(kind, seed, found)
        rides(range(n * SEEDS, n * SEEDS + RIDES_A_ROUND), found.rides)
        print(f"round {n + 1} of {rounds}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    _reals(found)
    report = {"name": "judgement", "machine": machine.name(), "rounds": rounds, "results": list(results(found))}
    return report | {"how": "rounds of seeded walks, added up; nothing is timed", "worst": draw(found.worst)}


# ── ordinary walks ──


def _ordinary(kind: str, seed: int, found: Found) -> None:
    truth = somebody(seed, rests_h=RESTS_H).walks(drawn(kind, seed), seed, home_s=HOME_S)
    route = route_of(truth.way)
    for receiver, phone in CELLS:
        sent = frames(truth, receiver, phone, seed)
        for profile in PROFILES if receiver in ALL_PROFILES and phone.cadence_s == 10.0 else ("standard",):
            came = lived(truth, sent, profile, route)
            one = held(truth, sent, came, profile)
            found.cells[receiver.name, phone.cadence_s, profile, kind].add(one)
            if profile == "standard" and phone.cadence_s == 10.0:
                _remember(Worst(kind, receiver, phone, seed, truth, sent), came, one, found)


def _remember(walk: Worst, came: Lived, one: Held, found: Found) -> None:
    """The worst walk of every figure that has a picture."""
    at = f"{walk.receiver.name}, seed {walk.seed}, {walk.kind}"
    for name, receivers in (("J1", (TOWN, PLAIN_10, GOOD)), ("J2", (CANYON, PLAIN_20))):
        if walk.receiver in receivers:
            times = "once" if one.false_off == 1 else f"{one.false_off} times"
            found.worse(name, one.false_off, replace(walk, words=f"off the route without a reason {times}: {at}"))
    if walk.receiver is TOWN:
        asked = sum(one.prompts.values())
        words = "one question" if asked == 1 else f"{asked} questions"
        found.worse("J3", asked, replace(walk, words=f"{words} without a reason: {at}"))
        missed = walk.truth.home_at is not None and one.arrived == 0
        late_s = max(one.late_s, default=0.0)
        by = 1e6 * one.early + 1e5 * missed + late_s
        words = "too early" if one.early else "not at all" if missed else f"{late_s:.0f} s after her door"
        found.worse("J7", by, replace(walk, words=f"arrival seen {words}: {at}"))
        share = one.wrong / max(1, one.fixes)
        found.worse("J8", share, replace(walk, words=f"{share:.1%} of fixes more than 50 m along from the truth: {at}"))


# ── walks that turn ──


def _turned(kind: str, seed: int, found: Found) -> None:
    rng = np.random.default_rng([seed, 19])
    way = drawn(kind, seed)
    after_m = float(rng.uniform(0.25, 0.6)) * way.length_m
    mps = float(rng.uniform(8, 15))
    turns = [Turn(what, after_m, mps=mps) for what in ("wrong_turn", "parallel_street", "stands", "carried_off")]
    for turn in turns:
        truth = somebody(seed).walks(way, seed, turn)
        for receiver in TURNING:
            walk = Worst(kind, receiver, STEADY, seed, truth, frames(truth, receiver, STEADY, seed))
            if turn.what == "stands":
                for profile in ("standard", "high_risk"):
                    _stands(walk, profile, found)
            elif turn.what == "carried_off":
                _carried(walk, found)
            else:
                _deviates(walk, turn, found)


def _asked(came: Lived, causes: Iterable[Cause], since_s: float) -> float:
    """The first second from `since_s` on in which she was asked for one of these causes."""
    wanted = set(causes)
    at = [one.at - STARTED_AT for one in came.events if isinstance(one, PromptRaised) and one.cause in wanted]
    return min((t for t in at if t >= since_s), default=inf)


def _deviates(walk: Worst, turn: Turn, found: Found) -> None:
    """Noticed is when her progress became so or she was asked; the floor, one fix beyond the limit."""
    left_s = walk.truth.left_at()
    if left_s is None:
        return  # on this way the turn leads to another part of it
    came = lived(walk.truth, walk.sent, "standard")
    turned_s = walk.truth.turned_at or 0.0
    at = [t for t in came.became(Progress.OFF_ROUTE) if t >= turned_s]
    noticed = min([*at, _asked(came, (Cause.OFF_ROUTE, Cause.AWAY, Cause.VEHICLE), turned_s)])
    one = found.delays["J4", walk.receiver.name]
    one.noticed.append(max(0.0, noticed - left_s))
    one.floor.append(max(0.0, _beyond_s(walk.truth, walk.sent, turned_s) - left_s))
    words = (
        f"{turn.what}: noticed {noticed - left_s:.0f} s after 40 m, {walk.receiver.name}, seed {walk.seed}, {walk.kind}"
    )
    found.worse("J4", noticed - left_s, replace(walk, words=words))


def _beyond_s(truth: Truth, sent: list[Frame], since_s: float) -> float:
    """When the first fix came from beyond the limit."""
    since = [one for one in sent if one.truth_s[0] >= since_s]
    off = truth.way.off_m(truth.way.metres([(row.lat, row.lon) for one in since for row in one.rows[:1]]))
    return next((one.received_at - STARTED_AT for one, far in zip(since, off, strict=True) if far > LIMIT_M), inf)


def _stands(walk: Worst, profile: str, found: Found) -> None:
    """Noticed is when she is asked; in the quiet after an earlier question, when her standing says so. The floor is the
    first fix after the rule: a phone that lies still sends one a minute."""
    numbers = PROFILES[profile]
    rule = rule_s(walk.truth, numbers.stalled_s, numbers.stalled_m)
    if rule is None:
        return
    delay = noticed_s(lived(walk.truth, walk.sent, profile), walk.truth.turned_at or 0.0, rule) - rule
    one = found.delays[f"J5 {profile}", walk.receiver.name]
    one.noticed.append(delay)
    one.floor.append(min((at for f in walk.sent if (at := f.received_at - STARTED_AT) >= rule), default=inf) - rule)
    if profile == "standard":
        when = "never asked about" if delay == inf else f"asked about {delay:.0f} s after its rule"
        words = f"a stall {when}, {walk.receiver.name}, seed {walk.seed}, {walk.kind}"
        found.worse("J5", delay, replace(walk, words=words))


def noticed_s(came: Lived, turned_s: float, rule: float) -> float:
    """The second in which a stall that began at `turned_s` was noticed."""
    asked = _asked(came, (Cause.STALLED,), turned_s)
    before = _asked(came, (Cause.STALLED,), rule - QUIET_S)
    if before >= turned_s:
        return asked
    stalled = (at.received_at - STARTED_AT for _, at in came.seen if at.standing is Standing.STALLED)
    return min([asked, *(t for t in stalled if t >= turned_s)])


def _carried(walk: Worst, found: Found) -> None:
    came = lived(walk.truth, walk.sent, "standard")
    turned_s = walk.truth.turned_at or 0.0
    delay = _asked(came, (Cause.VEHICLE, Cause.OFF_ROUTE, Cause.AWAY), turned_s) - turned_s
    found.delays["J6", walk.receiver.name].noticed.append(delay)
    words = f"asked {delay:.0f} s after she got into a car: {walk.receiver.name}, seed {walk.seed}, {walk.kind}"
    found.worse("J6", delay, replace(walk, words=words))


# ── real walks ──


def _reals(found: Found) -> None:
    """As they were recorded, her phone heard all the while, answered or not; and seen through receivers laid upon them."""
    walks.fetch()
    for real in reals():
        for profile in PROFILES:
            for shown, answers_s in (("recorded", ANSWERS_S), ("unanswered", inf)):
                came = lived(real.truth, real.frames, profile, beats=True, answers_s=answers_s)
                _real(real, came, shown, profile, found)
        for receiver in (replace(GOOD, outliers=0.0), PLAIN_10, PLAIN_20):
            for profile in PROFILES:
                came = lived(real.truth, frames(real.truth, receiver, STEADY, 1), profile)
                _real(real, came, f"sigma {receiver.sigma_m:g}", profile, found)
    for one in found.real.values():
        one["walks"] = one["lived"] / len(PROFILES)


def _real(real: Real, came: Lived, shown: str, profile: str, found: Found) -> None:
    one, out = held(real.truth, [], came, profile), found.real.setdefault(shown, defaultdict(float))
    out["lived"] += 1
    out["hours"] += one.hours
    asked = [(prompt.cause, prompt.at - STARTED_AT) for prompt in came.prompts()]
    out["false"] += sum(is_false(real.truth, cause, at_s, profile, known_m=real.known_m) for cause, at_s in asked)
    for name in ("asked", "told", "arrived", "closed", "early"):
        out[name] += getattr(one, name)
