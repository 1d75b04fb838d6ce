"""The rows of `judgement`: what all walks came to, beside the targets.

A target stands where targets.md says it does. Its sigma of 10 and of 20 m is `sigma 10` and `sigma 20`, that error alone;
`good` has less. `town`, `canyon` and `bad` are ours and harder, and stand without one, but for what is never to happen.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import median
from typing import Any

from service.journey.profiles import PROFILES

from .field import BAD, CANYON, GOOD, KINDS, PLAIN_10, PLAIN_20, TOWN
from .held import Held
from .pictures import Worst
from .riding import Rides
from .riding import results as rides

LAW = (PLAIN_10, GOOD)
"""The receivers of "sigma at most 10 m"."""
ALL_PROFILES = (GOOD, TOWN, CANYON, BAD)
TARGETS = {"J1": 0.0, "J2": 0.05, "J4": 50.0, "J5": 60.0, "J8": 0.5, "J9": 0.0}
GENERATED = ("plain", "out_and_back")
"""The ways of P4's share of wrong fixes."""
CROSSING = ("out_and_back", "loop", "eight", "roundabout", "spiral", "shared_trunk")
"""The ways on which progress has to be monotone: they meet themselves."""
Cell = tuple[str, float, str, str]
"""Receiver, cadence, profile, kind of way."""
NEVER_S = 9_999.0


@dataclass(slots=True)
class Delays:
    """Seconds until something was noticed, and until anybody could have: the floor."""

    noticed: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    """What all walks came to."""

    cells: dict[Cell, Held] = field(default_factory=lambda: defaultdict(Held))
    delays: dict[tuple[str, str], Delays] = field(default_factory=lambda: defaultdict(Delays))
    real: dict[str, dict[str, float]] = field(default_factory=dict)
    rides: dict[str, Rides] = field(default_factory=dict)
    worst: dict[str, Worst] = field(default_factory=dict)

    def all(
        self, receiver: str, cadence_s: float = 10.0, profile: str = "standard", kinds: tuple[str, ...] = KINDS
    ) -> Held:
        """Everything of this receiver, on these kinds of ways."""
        out = Held()
        for cell, one in self.cells.items():
            if cell[:3] == (receiver, cadence_s, profile) and cell[3] in kinds:
                out.add(one)
        return out

    def worse(self, name: str, by: float, walk: Worst) -> None:
        if by > 0 and (name not in self.worst or by > self.worst[name].by):
            self.worst[name] = replace(walk, by=by)


def results(found: Found) -> Iterator[dict[str, Any]]:
    """All rows, in order."""
    for part in (_off_route, _nagging, _delays, _arrivals, _progress):
        yield from part(found)
    yield from rides(found.rides)
    yield from _recorded(found)


def _row(
    id_: str,
    what: str,
    measured: float,
    unit: str,
    *,
    floor: float | None = None,
    target: float | None = None,
    least: bool = False,
) -> dict[str, Any]:
    """`least`: the target is to be reached, not kept below."""
    met = None if target is None else measured >= target if least else measured <= target
    return {
        "id": id_,
        "what": what,
        "measured": round(measured, 4),
        "unit": unit,
        "floor": None if floor is None else round(floor, 4),
        "ratio": None if not floor else round(measured / floor, 4),
        "target": target,
        "met": met,
    }


def _counts(many: dict[str, int]) -> str:
    """The greatest first."""
    return ", ".join(f"{name} {n}" for name, n in sorted(many.items(), key=lambda one: (-one[1], one[0])) if n)


def _off_route(found: Found) -> Iterator[dict[str, Any]]:
    for id_, law, others in (("J1", PLAIN_10, (GOOD, TOWN)), ("J2", PLAIN_20, (CANYON, BAD))):
        for receiver in (law, *others):
            one = found.all(receiver.name)
            where = _counts({kind: found.all(receiver.name, kinds=(kind,)).false_off for kind in KINDS})
            counts = f"{one.false_off} on {one.km:,.0f} km, {one.hours:,.0f} h, {one.in_shops} of them in shops up to 38 m beside it"
            what = f"false `off_route` a km, {receiver.name} ({counts}{'; ' + where if where else ''})"
            target = TARGETS[id_] if receiver is law else None
            yield _row(
                f"{id_} {receiver.name}",
                what,
                one.false_off / one.km,
                "/km",
                floor=one.naive_off / one.km,
                target=target,
            )
    slow = found.all(TOWN.name, 60.0)
    what = f"false `off_route` a km, town, a fix a minute ({slow.false_off} on {slow.km:,.0f} km)"
    yield _row("J1 60 s", what, slow.false_off / slow.km, "/km", floor=slow.naive_off / slow.km)


def _nagging(found: Found) -> Iterator[dict[str, Any]]:
    for profile in PROFILES:
        for receiver in (*ALL_PROFILES, PLAIN_10, PLAIN_20) if profile == "standard" else ALL_PROFILES:
            one = found.all(receiver.name, profile=profile)
            told = f"{_asked(one)}; all {one.asked}, told {one.told}"
            what = f"questions without a reason an hour, {profile}, {receiver.name} ({told})"
            yield _row(f"J3 {profile} {receiver.name}", what, sum(one.prompts.values()) / one.hours, "/h")
    for kind in KINDS:
        one = found.all(TOWN.name, kinds=(kind,))
        what = f"the same by kind of way: {kind}, standard, town ({_asked(one)})"
        yield _row(f"J3 {kind}", what, sum(one.prompts.values()) / one.hours, "/h")


def _asked(one: Held) -> str:
    if not one.prompts:
        return "none"
    at_home = f", {one.at_home} of them at home" if one.at_home else ""
    return f"{sum(one.prompts.values()) / one.km:.2g} a km; {_counts(one.prompts)}{at_home}"


def _delays(found: Found) -> Iterator[dict[str, Any]]:
    whats = {
        "J4": "a deviation noticed after 40 m",
        "J5 standard": "a stall asked about after its rule, standard",
        "J5 high_risk": "a stall asked about after its rule, high risk",
        "J6": "a question after she got into a car",
    }
    law = [receiver.name for receiver in LAW]
    for (id_, receiver), delays in sorted(found.delays.items()):
        never = sum(d == float("inf") for d in delays.noticed)
        p50, p95 = (_quantile(delays.noticed, share) for share in (0.5, 0.95))
        most = max((one for one in delays.noticed if one < NEVER_S), default=0.0)
        what = f"{whats[id_]}, {receiver}: 95th percentile of {len(delays.noticed)} (half {p50:.0f}, most {most:.0f} s, never {never})"
        floor = _quantile(delays.floor, 0.95) if delays.floor else None
        target = TARGETS.get(id_.removesuffix(" standard").removesuffix(" high_risk")) if receiver in law else None
        yield _row(f"{id_} {receiver}", what, p95, "s", floor=floor, target=target)


def _quantile(values: list[float], share: float) -> float:
    """The smallest value that so many of them do not exceed; 9,999 for never."""
    ordered = sorted(min(v, NEVER_S) for v in values)
    return ordered[max(0, ceil(share * len(ordered) - 1e-9) - 1)]


def _arrivals(found: Found) -> Iterator[dict[str, Any]]:
    for receiver in (PLAIN_10, *ALL_PROFILES):
        one = found.all(receiver.name)
        late = ""
        if one.late_s:
            late = f"half {median(one.late_s):.0f}, 95th {_quantile(one.late_s, 0.95):.0f} s after her door; "
        what = f"of {one.walks} walks arrival seen, {receiver.name} ({late}{one.closed} closed by it within 11 min)"
        yield _row(f"J7 {receiver.name}", what, 100.0 * one.arrived / one.walks, "%")
        what = f"seen arriving more than 100 m from her door, {receiver.name}"
        yield _row(f"J7 early {receiver.name}", what, one.early, "", target=0.0)
        what = f"closed near the end of a way that passes it, more than 100 m before, {receiver.name}"
        yield _row(f"J7 passed {receiver.name}", what, one.passed, "", target=0.0)


def _progress(found: Found) -> Iterator[dict[str, Any]]:
    for receiver in (PLAIN_10, TOWN, CANYON):
        for kind in KINDS:
            one = found.all(receiver.name, kinds=(kind,))
            share, naive = 100.0 * one.wrong / max(1, one.fixes), 100.0 * one.naive_wrong / max(1, one.naive_fixes)
            counts = f"of {one.fixes:,}, {one.aside} more set aside"
            what = f"fixes whose progress is wrong by more than 50 m, {kind}, {receiver.name} ({counts})"
            target = TARGETS["J8"] if kind in GENERATED and receiver is not CANYON else None
            yield _row(f"J8 {kind} {receiver.name}", what, share, "%", floor=naive, target=target)
        one = found.all(receiver.name)
        what = f"fixes at home whose progress is not within 50 m of the end, {receiver.name} (of {one.fixes_home:,})"
        yield _row(f"J8 home {receiver.name}", what, 100.0 * one.wrong_home / max(1, one.fixes_home), "%")
    for receiver in (PLAIN_10, GOOD, TOWN, CANYON):
        one, every = found.all(receiver.name, kinds=CROSSING), found.all(receiver.name)
        counts = f"of {one.fixes:,} fixes; on all other ways {every.backs - one.backs}"
        what = f"falls of progress by more than 25 m while she did not turn round, ways that meet themselves, {receiver.name} ({counts})"
        yield _row(f"J9 {receiver.name}", what, one.backs, "", target=TARGETS["J9"] if receiver in LAW else None)


def _recorded(found: Found) -> Iterator[dict[str, Any]]:
    figures = (
        ("false", "questions outside her rests", ("sigma 20",)),
        ("told", "times somebody else was told", ("unanswered",)),
        ("early", "seen arriving more than 100 m early", ()),
    )
    for shown, one in found.real.items():
        walks = f"{one['walks']:.0f} real walks in three profiles, {shown}, {one['hours']:.0f} h"
        for key, what, without in figures:
            words = f"{what}: {walks}, asked {one['asked']:.0f} times"
            yield _row(f"J11 {key} {shown}", words, one[key], "", target=None if shown in without else 0.0)
        words = f"arrival seen: {walks} ({one['closed']:.0f} of {one['lived']:.0f} closed by it)"
        yield _row(f"J11 arrived {shown}", words, 100.0 * one["arrived"] / one["lived"], "%", target=99.0, least=True)
