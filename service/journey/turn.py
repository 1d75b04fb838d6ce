"""One judgement in the making: the journey as it changes, what happened, whom it tells, what the asker hears."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import HER, Kind, Notice

from .events import Event, NoticeMade
from .model import Journey, Proven

PROVEN_KEPT = 96
"""Messages whose fate a journey remembers; the archive keeps them all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who asked is told. `code` is one of docs/protocol.md's result codes; `ok` False is a refusal
    (nothing is ever illegal, but some things need a PIN). `wait_s` is the delay before the next PIN is heard."""

    ok: bool
    code: str
    at: float | None = None
    wait_s: float = 0.0


DONE = Answer(True, "done")
ALREADY_CLOSED = Answer(True, "already_closed")
NEEDS_PIN = Answer(False, "pin_needed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a judgement came to. The shell commits all of it or none."""

    journey: Journey
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    answer: Answer = DONE


@dataclass(slots=True)
class Turn:
    """Collects one judgement. Used only inside the heart and gone when the function returns."""

    journey: Journey
    now: float
    events: list[Event] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def set(self, **changes: Any) -> None:
        self.journey = replace(self.journey, **changes)

    def happened(self, event: Event) -> None:
        self.events.append(event)

    def tell(self, notices: Iterable[Notice]) -> None:
        """Adds notices, each once by its idempotency key, and begins to follow them (promise 4)."""
        known = {p.id for p in self.journey.proven}
        fresh = [n for n in notices if n.id not in known]
        if not fresh:
            return
        self.notices += fresh
        self.events += [
            NoticeMade(
                at=self.now, id=n.id, to=n.to, kind=n.kind, rung=n.rung, channel=n.channel.value, attempt=n.attempt
            )
            for n in fresh
        ]
        proven = [
            Proven(id=n.id, to=n.to, kind=n.kind, rung=n.rung, channel=n.channel, attempt=n.attempt, made_at=self.now)
            for n in fresh
        ]
        self.set(proven=(*self.journey.proven, *proven)[-PROVEN_KEPT:])

    def ask_her(self, rung: str, kind: Kind, channel: Channel, extra: dict[str, str] | None = None) -> None:
        """A message to her own phone."""
        if channel is Channel.PUSH:
            return  # the event itself goes over her open socket; nothing is queued
        incident = self.journey.open_incident
        notice = Notice(
            journey=self.journey.id,
            incident=incident.id if incident else "-",
            rung=rung,
            to=HER,
            kind=kind,
            channel=channel,
            due_at=self.now,
            urgency=1,
            valid_s=self.journey.numbers.prompt_valid_s,
            extra=extra or {},
        )
        self.tell([notice])

    def tell_contacts(self, who: Iterable[str], rung: str, kind: Kind) -> None:
        """A text to contacts outside any ladder."""
        chosen = set(who)
        incident = self.journey.incident
        notices = [
            Notice(
                journey=self.journey.id,
                incident=incident.id if incident else "-",
                rung=rung,
                to=p.id,
                kind=kind,
                channel=Channel.SMS if p.reachable_by_sms else Channel.CALL,
                due_at=self.now,
            )
            for p in self.journey.plan.people
            if p.id in chosen
        ]
        self.tell(notices)

    def outcome(self, answer: Answer = DONE) -> Outcome:
        journey = self.journey
        if self.events or self.notices:
            journey = replace(journey, updated_at=max(self.now, journey.updated_at))
        return Outcome(journey, tuple(self.events), tuple(self.notices), answer)
