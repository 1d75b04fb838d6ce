"""What must hold whatever happens, checked on what an act left behind: rows, feed, archive, provider's books, logs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import msgspec

from alerts.notice import Kind
from alerts.septets import encodable, segments
from service.journey.events import IncidentResolved, JourneyClosed
from service.journey.model import Proof

from .calls_held import CALL_CHECKS
from .left_behind import Check, Held, LeftBehind
from .stage import DemoHouse
from .timeline import HER
from .verdicts import ACCOUNT_KINDS, ALARMS

MOST_SEGMENTS = 2
CALM_WORDS = ("service was away",)
"""Errors that are the point of the act in which server and watchman are killed."""
RANKS = ("L2", "L2+3", "L2+5", "L3")


@dataclass(slots=True)
class Invariant:
    """One rule: how many things were held against it, and what was wrong, in words."""

    name: str
    checked: int = 0
    violations: list[str] = field(default_factory=list)

    def hold(self, good: bool, otherwise: str) -> None:
        self.checked += 1
        if not good:
            self.violations.append(otherwise)


def checked(acts: Iterable[LeftBehind], houses: Iterable[DemoHouse]) -> list[Invariant]:
    """Every invariant over every act."""
    everything = list(acts)
    found = [_over(everything, name, check) for name, check in CHECKS.items()]
    stood = list(houses)
    return [*found, _nothing_else(everything, stood), _quiet_logs(stood)]


def _over(acts: list[LeftBehind], name: str, check: Check) -> Invariant:
    invariant = Invariant(name)
    for act in acts:
        for good, otherwise in check(act):
            invariant.hold(good, f"{act.scene.act.name}: {otherwise}")
    return invariant


def _never_by_a_tick(left: LeftBehind) -> Held:
    for event in left.feed:
        match event:
            case JourneyClosed():
                good = event.by == "fix" or event.proof is Proof.PIN
                yield good, f"closed by {event.by} with proof {event.proof}"
            case IncidentResolved():
                yield event.proof is Proof.PIN, f"resolved by {event.by} with proof {event.proof}"


def _all_clear_to_those_told(left: LeftBehind) -> Held:
    sent = left.scene.timeline.messages()
    told = {s.to for s in sent if s.kind in ALARMS}
    cleared = Counter(s.to for s in sent if s.kind == Kind.CLOSED)
    for name in sorted(told | set(cleared)):
        was = f"told: {name in told}, all-clears: {cleared[name]}"
        yield (name in told) == (cleared[name] == 1), f"{name} {was}"


def _once(left: LeftBehind) -> Held:
    for key, times in Counter(s.notice.text for s in left.scene.timeline.messages()).items():
        yield times <= 2, f"{key} was sent {times} times"


def _armed_means_durable(left: LeftBehind) -> Held:
    scene = left.scene
    yield scene.armed_on_disk, "her journey was not on disk when she was answered"


def _acknowledged_is_kept(left: LeftBehind) -> Held:
    """Of her journey, that is: where she went after it was closed is acknowledged and nobody's business."""
    phone, row = left.scene.phone, left.scene.row
    if phone is None:
        return
    closed = row.journey.closed if row is not None else None
    measured_at = phone.fixes.measured_at
    for seq in range(phone.fixes.acknowledged):
        if closed is None or seq >= len(measured_at) or measured_at[seq] < closed.at:
            yield seq in left.track, f"fix {seq} was acknowledged and is not on disk"


def _rungs_in_order(left: LeftBehind) -> Held:
    firsts: dict[str, float] = {}
    for sent in left.scene.timeline.messages():
        rung = sent.line.rung
        if rung in RANKS:
            firsts.setdefault(rung, sent.at)
    ordered = [rung for rung in RANKS if rung in firsts]
    for lower, higher in pairwise(ordered):
        yield firsts[lower] < firsts[higher], f"{higher} was sent before {lower}"


def _sentence(left: LeftBehind) -> Held:
    yield left.scene.kept, left.scene.outcome or "the act did not come to its end"


def _texts_fit(left: LeftBehind) -> Held:
    for sent in left.scene.timeline.messages():
        if sent.notice.channel == "sms":
            parts = segments(sent.text) if encodable(sent.text) else 0
            yield 1 <= parts <= MOST_SEGMENTS, f"{sent.kind} to {sent.to}: {parts or 'not GSM-7, unknown'} segments"


def _only_whom_she_chose(left: LeftBehind) -> Held:
    names = {HER, *left.scene.friends}
    for sent in left.scene.timeline.messages():
        yield sent.to in names, f"a message to {sent.to}, whom she did not choose"


def _alerts_say_who_acts(left: LeftBehind) -> Held:
    for sent in left.scene.timeline.messages():
        if sent.kind in ALARMS and sent.notice.channel == "sms":
            how = "Reply" in sent.text or sent.kind == Kind.NOBODY  # to which anything is an answer, and the link
            yield "999" in sent.text and how, f"{sent.kind} does not say what its reader can do"


def _before_yes_only_the_invitation(left: LeftBehind) -> Held:
    seen: dict[str, list[str]] = {}
    for sent in left.scene.timeline.messages():
        if sent.to != HER:
            seen.setdefault(sent.to, []).append(sent.kind)
    for name, kinds in seen.items():
        yield kinds[:1] == [Kind.INVITE] and set(kinds[:2]) <= ACCOUNT_KINDS, f"{name} first heard: {kinds[:2]}"


def _archived(left: LeftBehind) -> Held:
    yield left.archived == len(left.feed), f"{len(left.feed)} events happened, {left.archived} are in the archive"


CHECKS: dict[str, Check] = {
    "only a fix or a person with her PIN closes; never the clock": _never_by_a_tick,
    "the all-clear goes to exactly those who were told, once": _all_clear_to_those_told,
    "at most one duplicate per idempotency key": _once,
    "armed means durable: the journey is on disk before she is answered": _armed_means_durable,
    "every acknowledged fix of her journey is on disk": _acknowledged_is_kept,
    "no two rungs out of order": _rungs_in_order,
    "the sentence she was promised came true": _sentence,
    "texts are GSM-7 in at most two segments": _texts_fit,
    "nobody is told but those she chose": _only_whom_she_chose,
    "every alert says 999 and how to answer": _alerts_say_who_acts,
    "before YES nothing but the invitation": _before_yes_only_the_invitation,
    "the archive has every event": _archived,
    **CALL_CHECKS,
}


def _nothing_else(acts: list[LeftBehind], houses: Iterable[DemoHouse]) -> Invariant:
    invariant = Invariant("the provider's books hold nothing that no act knows of")
    told = [left.scene for left in acts]
    known = {(scene.house.name, sid) for scene in told for sid in (*scene.timeline.sent, *scene.timeline.rang_us)}
    for house in houses:
        for entry in house.double.messages:
            invariant.hold(
                (house.name, entry.sid) in known, f"{house.name}: a message to a number ending in {entry.to[-3:]}"
            )
    return invariant


def _quiet_logs(houses: Iterable[DemoHouse]) -> Invariant:
    invariant = Invariant("no error is logged, but that we were away when we were")
    for house in houses:
        for log in house.logs:
            for line in log.read_text("utf-8", "replace").splitlines():
                said = _record(line)
                calm = said.get("event") in CALM_WORDS and house.killed
                invariant.hold(said.get("level") not in ("error", "critical") or calm, f"{house.name}: {line[:300]}")
    return invariant


def _record(line: str) -> dict[str, object]:
    """A log line as fields. One that is not ours (a traceback of a process that fell over) counts as an error."""
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return {"level": "error", "event": line}
    return found if isinstance(found, dict) else {}
