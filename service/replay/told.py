"""A replay in lines: what was measured against what, folded where nothing changes, and every decision with its rule.

Pure: steps in, records and texts out; `commands` prints them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from geofence.limits import Limits
from geofence.mode import Mode
from geofence.sighting import Sighting
from service.journey import events as e
from service.journey.model import LinkState, Progress
from service.journey.printed import label, shown
from service.remembered.chronicle import MESSAGES
from service.remembered.why import Line, plain
from service.remembered.why_words import Teller, profile_of

from .marks import marks
from .palette import WORDS
from .run import Replay, Step
from .strips import clock

BACK_M = 100.0
LINKS = {LinkState.STALE: "her phone is quiet", LinkState.LOST: "her phone is lost"}


@dataclass(frozen=True, slots=True)
class Elapsed(Teller):
    """Tells times since she set off: at what o'clock a recording was made explains nothing."""

    began_at: float = 0.0

    def clock(self, at: float, *, seconds: bool = True) -> str:
        return clock(at - self.began_at)[: None if seconds else -3]


def teller(replay: Replay) -> Teller:
    """She has no name here."""
    plan = replay.plan
    return Elapsed(profile=profile_of(plan.profile), people={"contact": "her contact"}, began_at=plan.began_at)


@dataclass(frozen=True, slots=True)
class Decision:
    """An event in words: its number on the drawing (0: it has none), and why."""

    number: int
    kind: str
    at_s: float
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Row:
    """One fix, or several in a row that say the same: then each figure is the worst of them, `to_go_m` the last one.
    `standing` is a name of `palette.WORDS`, or `aside`."""

    from_s: float
    to_s: float
    fixes: int
    standing: str
    words: str
    to_go_m: float | None = None
    astray_m: float | None = None
    off_m: float | None = None
    speed_mps: float | None = None
    vehicle_mps: float | None = None
    still_s: float | None = None
    stall_s: float | None = None
    decisions: tuple[Decision, ...] = ()


def rows(replay: Replay, *, folded: bool = True) -> tuple[Row, ...]:
    """All of it in order. A fix from which something followed stands alone; so does every one unless `folded`."""
    found: list[Row] = []
    group: list[Step] = []
    began_at = replay.plan.began_at
    decided = decisions(replay, all_of_them=not folded)
    for n, step in enumerate(replay.steps):
        if group and (not folded or n in decided or step.sighting is None or _alike(group[-1]) != _alike(step)):
            found.append(_row(group, began_at))
            group = []
        if step.sighting is None:
            if n in decided:
                at_s = step.at - began_at
                found.append(Row(at_s, at_s, 0, "time", "", decisions=decided[n]))
        elif n in decided:
            found.append(_row([step], began_at, decided[n]))
        else:
            group.append(step)
    return (*found, _row(group, began_at)) if group else tuple(found)


def _alike(step: Step) -> object:
    s = step.sighting
    return None if s is None else (s.standing, s.set_aside, s.fresh, step.link, id(step.way), *_beyond(step))


def _beyond(step: Step) -> tuple[bool, ...]:
    """What is past its limit: the fixes before an alarm are what explains it. Speeds of single steps leap too much."""
    astray_m = step.sighting.astray_m if step.sighting is not None else None
    pairs = ((astray_m, step.off_m), (step.still_s, step.limits.stall_s))
    return tuple(value is not None and limit is not None and value > limit for value, limit in pairs)


def _row(group: Sequence[Step], began_at: float, decided: tuple[Decision, ...] = ()) -> Row:
    last = group[-1]
    seen = [step.sighting for step in group if step.sighting is not None]
    ride = last.mode is Mode.RIDE
    return Row(
        from_s=seen[0].at - began_at,
        to_s=seen[-1].at - began_at,
        fixes=len(seen),
        standing="aside" if seen[-1].set_aside is not None else seen[-1].standing.value,
        words=_words(seen[-1], last),
        to_go_m=seen[-1].to_go_m,
        astray_m=_most(s.astray_m for s in seen),
        off_m=_least(step.off_m for step in group),
        speed_mps=_most(step.speed_mps for step in group),
        vehicle_mps=None if ride else last.limits.vehicle_mps,
        still_s=_most(step.still_s for step in group),
        stall_s=last.limits.stall_s,
        decisions=decided,
    )


def _most(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _least(values: Iterable[float | None]) -> float | None:
    return min((value for value in values if value is not None), default=None)


def _words(sighting: Sighting, step: Step) -> str:
    if sighting.set_aside is not None:
        return f"set aside: {sighting.set_aside}"
    words = WORDS.get(sighting.standing.value, sighting.standing.value)
    if not sighting.fresh:
        words = f"came late ({words})"
    return f"{words}, {LINKS[step.link]}" if step.link in LINKS else words


# ── what was decided ─────────────────────────────────────────────────────────────────────────────────────


def decisions(replay: Replay, *, all_of_them: bool = False) -> dict[int, tuple[Decision, ...]]:
    """By number of step. Messages are no decisions; that a question is asked once more is one only for who wants all."""
    said, numbers = teller(replay), {id(mark.event): mark for mark in marks(replay.steps)}
    found: dict[int, tuple[Decision, ...]] = {}
    first = next((v for step in replay.steps for v in step.events if isinstance(v, e.ProgressChanged)), None)
    for n, step in enumerate(replay.steps):
        events = [v for v in step.events if not isinstance(v, MESSAGES)]
        if not all_of_them:
            events = [v for v in events if _is_news(v, events, first)]
        told = []
        for event, line in zip(events, plain(events, said), strict=True):
            mark = numbers.get(id(event))
            number, kind = (mark.number, mark.kind) if mark is not None else (0, "plain")
            told.append(Decision(number, kind, event.at - replay.plan.began_at, line.words, why(line, said)))
        if told:
            found[n] = tuple(told)
    return found


def _is_news(event: e.Event, beside: Sequence[e.Event], first: e.Event | None) -> bool:
    """A change that a question or the link tells of is told by that; that she set off on her way is no news."""
    if not isinstance(event, e.ProgressChanged):
        return not isinstance(event, e.PromptRepeated)
    if event.to is Progress.ON_ROUTE and (event is first or any(isinstance(v, e.Heard) for v in beside)):
        return False
    return not any(isinstance(v, e.PromptRaised | e.WentStale) for v in beside)


def why(line: Line, said: Teller) -> str:
    """The rule, what was measured, and what the profile says."""
    if not line.row:
        return ""
    parts = [f"{f'row {line.row}' if line.row[:1].isdigit() else line.row}: {line.rule}"]
    parts += [", ".join(f"{label(name)} {shown(name, value)}" for name, value in line.because.items())]
    numbers = ", ".join(f"{label(name)} {shown(name, value)}" for name, value in line.numbers.items())
    parts += [f"{said.profile.name}: {numbers}"] if numbers else []
    return " · ".join(filter(None, parts))


def all_decisions(replay: Replay) -> Iterator[Decision]:
    """In order, for a page."""
    for found in decisions(replay).values():
        yield from found


# ── in short ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Short:
    """What came of it."""

    fixes: int
    aside: int
    lasted_s: float
    asked: int
    told: int
    arrived: bool
    closed: bool
    unread: int


def short(replay: Replay) -> Short:
    """Counts."""
    seen = [step.sighting for step in replay.steps if step.sighting is not None]
    events = [event for step in replay.steps for event in step.events]
    kinds = [mark.kind for mark in marks(replay.steps)]
    return Short(
        fixes=len(seen),
        aside=sum(s.set_aside is not None for s in seen),
        lasted_s=max((step.at for step in replay.steps), default=replay.plan.began_at) - replay.plan.began_at,
        asked=kinds.count("asked"),
        told=kinds.count("told"),
        arrived=isinstance(_last(events, e.ArrivalSeen, e.ArrivalUndone), e.ArrivalSeen),
        closed=any(isinstance(v, e.JourneyClosed) for v in events),
        unread=replay.unread,
    )


def _last(events: Sequence[e.Event], *kinds: type[e.Event]) -> e.Event | None:
    return next((v for v in reversed(events) if isinstance(v, kinds)), None)


def sentence(found: Short) -> str:
    """One line that a tired person reads first."""
    asked = f"She would be asked {_times(found.asked)}" if found.asked else "She would be asked nothing"
    told = f"others would be told {_times(found.told)}" if found.told else "nobody else would be told"
    end = "the journey closes at the end" if found.closed else "she arrives" if found.arrived else "she does not arrive"
    return f"{asked}, {told}; {end}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def doubt(replay: Replay) -> str:
    """What makes all of it worth little, before anything else is read; "" for nothing."""
    back_m = went_back_m(replay)
    if back_m <= 0.0:
        return ""
    return f"In all she came {back_m:,.0f} m back towards the start of the route: is it the other way round?"


def going(replay: Replay) -> str:
    """How she goes, leg by leg, and the profile."""
    how = [leg.mode for leg in replay.plan.legs] or [replay.plan.mode]
    return f"{', '.join(how)}, {replay.plan.profile}"


def notes(replay: Replay, said: Sequence[str], *, answers: bool) -> tuple[str, ...]:
    """What was taken for granted, in sentences."""
    found = short(replay)
    more = [*said]
    if found.aside:
        more.append(f"{found.aside} of {found.fixes} fixes were set aside and judged nothing")
    if found.unread:
        more.append(f"{found.unread} fixes came after the journey was closed, and nobody looked at them")
    if found.asked and not answers:
        more.append("she answers no question here; --answer 30 has her say that all is well, half a minute later")
    return tuple(f"{note[:1].upper()}{note[1:]}." for note in more)


def went_back_m(replay: Replay) -> float:
    """How much more was left of the route at the end than at the beginning; nought where less was left."""
    left = [step.sighting for step in replay.steps if step.judged and step.sighting is not None]
    known = [s.to_go_m for s in left if s.to_go_m is not None and s.astray_m is not None]
    return max(0.0, known[-1] - known[0]) if known and known[-1] - known[0] > BACK_M else 0.0


def thresholds(limits: Limits, mode: Mode) -> tuple[tuple[str, str], ...]:
    """What the judge held her against, in words."""
    off = (
        f"more than {limits.off_route_m:g} m or {limits.accuracy_factor:g} × accuracy from it, on "
        f"{limits.off_route_fixes} fixes over {limits.off_route_s:g} s; back within {limits.back_m:g} m on {limits.back_fixes}"
    )
    found = [("standing still", f"less than {limits.stall_m:g} m in {limits.stall_s / 60:g} min")]
    if mode is not Mode.RIDE:
        fast = f"more than {limits.vehicle_mps:g} m/s on {limits.vehicle_fixes} fixes over {limits.vehicle_s:g} s and {limits.vehicle_m:g} m"
        found = [("off her way", off), *found, ("like a vehicle", fast)]
    away = f"{limits.away_m:g} m or {limits.away_share * 100:g} % farther from the end than before, on {limits.away_fixes} fixes over {limits.away_s / 60:g} min"
    return (*found, ("going away (where there is no line)", away))


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────


def against(value: float | None, limit: float | None, spec: str) -> str:
    """A figure and its limit."""
    if value is None:
        return ""
    return f"{value:{spec}}" if limit is None else f"{value:{spec}} | {limit:g}"


def minutes(seconds: float) -> str:
    """5:00."""
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"
