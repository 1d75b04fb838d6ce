"""One judgement in the making: the journey as it changes, what happened, whom it tells, what the asker hears."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from typing import Any

from msgspec.structs import replace

from alerts import answers, lapses, rings
from alerts.contact import Channel
from alerts.gateway import Delivery
from alerts.notice import HER, Kind, Notice

from .events import OF_HER_WAY, Event, NoticeMade, Rerouted
from .model import Journey, Proven, Seen

PROVEN_KEPT = 96
"""Messages whose fate a journey remembers; the archive keeps them all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who asked is told. `code` is one of docs/protocol.md's result codes; `ok` False is a refusal
    (nothing is ever illegal, but some things need a PIN). `wait_s` is the delay before the next PIN is heard.
    `to` is who asked: her, a contact's id or `OPERATOR`; under a cover story it decides which story answers."""

    ok: bool
    code: str
    at: float | None = None
    wait_s: float = 0.0
    to: str = HER


OPERATOR = "operator"
DONE = Answer(True, "done")
ALREADY_CLOSED = Answer(True, "already_closed")
NEEDS_PIN = Answer(False, "pin_needed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a judgement came to. The shell commits all of it or none.

    `cover` is what happened in the cover story, where there is one: the events her own devices may hear of.
    """

    journey: Journey
    events: tuple[Event, ...] = ()
    notices: tuple[Notice, ...] = ()
    answer: Answer = DONE
    cover: tuple[Event, ...] | None = None

    @property
    def hers(self) -> tuple[Event, ...]:
        """The events that her devices may hear of."""
        return self.events if self.cover is None else self.cover


Act = Callable[[Journey], Outcome]


def because(**numbers: float | None) -> dict[str, float]:
    """The numbers behind an event (`Event.because`), as a person reads them: to a tenth, without the unknown ones."""
    return {name: round(number, 1) for name, number in numbers.items() if number is not None}


def both(journey: Journey, act: Act, cover: Act | None = None, *, forced: bool = False) -> Outcome:
    """Does `act`, under a cover story to the journey and to its shadow (`cover` there, if that is another act; `forced`: it
    was done with her duress PIN).

    Her phone and the contacts who are not on the SOS list get what the shadow says, all others what is true. The
    cover story ends when a person has closed what it covered."""
    if journey.shadow is None:
        return act(journey)
    return joined(act(replace(journey, shadow=None)), (cover or act)(journey.shadow), journey, forced=forced)


def knows(journey: Journey) -> frozenset[str]:
    """Who is told the truth while a cover story goes on: those for whom the alarm under it was raised, and who may get
    the one text of an SOS. A change of her SOS list counts from the next alarm on."""
    incident, plan = journey.incident, journey.plan
    if incident is None or incident.ladder is None:
        return plan.sos_list
    asked = (p.id for p in plan.invited if p.on_sos_list)
    return frozenset((*(p.who.id for p in incident.ladder.people), *incident.invited, *asked))


def joined(real: Outcome, shadow: Outcome, before: Journey, *, forced: bool = False) -> Outcome:
    """What is true and its cover story as one outcome. `forced`: her duress PIN was given for it."""
    real = _one_walk(real, shadow, forced=forced)
    listed = knows(real.journey) | (knows(before) if before.shadow is not None else frozenset())
    notices = [n for n in real.notices if n.to in listed]
    notices += [n for n in shadow.notices if n.to == HER or n.to not in listed]
    unsent = [n for n in shadow.notices if n.to in listed]
    if real.journey.open_incident is None:
        journey = _uncovered(real.journey, shadow.journey, listed)
    else:
        asked_s = shadow.journey.link.cadence_s  # her phone is asked for what her screen's story needs, and does that
        link = replace(real.journey.link, cadence_s=asked_s)
        journey = replace(real.journey, link=link, shadow=_as_if_delivered(shadow.journey, unsent))
    answer = real.answer if real.answer.to == OPERATOR or real.answer.to in listed else shadow.answer
    return Outcome(journey, real.events, tuple(notices), answer, shadow.events)


@dataclass(slots=True)
class Turn:
    """Collects one judgement. Used only inside the heart and gone when the function returns.

    A journey's time never runs backwards (review H18): `now` is never before what the journey has lived through."""

    journey: Journey
    now: float
    events: list[Event] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = max(self.now, self.journey.updated_at)

    def set(self, **changes: Any) -> None:
        self.journey = replace(self.journey, **changes)

    def happened(self, event: Event) -> None:
        self.events.append(event)

    def tell(self, notices: Iterable[Notice]) -> None:
        """Adds notices, each once by its idempotency key, and begins to follow them (promise 4). A call to somebody who
        is being rung already waits until that is over (`ringing`)."""
        named = {n.id: n for n in notices}
        if not named:
            return
        known = {p.id for p in self.journey.proven}
        fresh = [(id_, n) for id_, n in named.items() if id_ not in known and self._may_ring(n)]
        if not fresh:
            return
        self.notices += (n for _, n in fresh)
        self.events += [
            NoticeMade(
                at=self.now, id=id_, to=n.to, kind=n.kind, rung=n.rung, channel=n.channel.value, attempt=n.attempt
            )
            for id_, n in fresh
        ]
        proven = [
            Proven(id=id_, to=n.to, kind=n.kind, rung=n.rung, channel=n.channel, attempt=n.attempt, made_at=self.now)
            for id_, n in fresh
        ]
        texts = self.journey.lapses
        for _, notice in fresh:
            texts = lapses.made(texts, notice)
        self.set(proven=_kept((*self.journey.proven, *proven)), lapses=texts)

    def _may_ring(self, notice: Notice) -> bool:
        after, goes = rings.made(self.journey.rings, notice, self.now)
        self.rang(after)
        return goes

    def rang(self, after: rings.Rings) -> None:
        """How far its calls have come."""
        if after is not self.journey.rings:
            self.set(rings=after)

    def lapsed(self, after: lapses.Lapses) -> None:
        """How far its texts have come."""
        if after is not self.journey.lapses:
            self.set(lapses=after)

    def ask_her(self, rung: str, kind: Kind, channel: Channel, extra: dict[str, str] | None = None) -> None:
        """A message to her own phone, by a way that she takes."""
        channel = self.journey.plan.way_to_her(channel)
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

    def tell_contacts(self, who: Iterable[str], rung: str, kind: Kind, incident: str = "-", urgency: int = 2) -> None:
        """A text to contacts outside any ladder, about an incident or (`-`) about the journey; a call to those who take no
        texts any more, unless they have never said YES."""
        chosen, plan = set(who), self.journey.plan
        invited = (p for p in plan.invited if p.reachable_by_sms)
        notices = [
            Notice(
                journey=self.journey.id,
                incident=incident,
                rung=rung,
                to=p.id,
                kind=kind,
                channel=Channel.SMS if p.reachable_by_sms else Channel.CALL,
                due_at=self.now,
                urgency=urgency,
            )
            for p in {p.id: p for p in (*invited, *plan.people)}.values()
            if p.id in chosen
        ]
        self.tell(notices)

    def outcome(self, answer: Answer = DONE) -> Outcome:
        journey = self.journey
        if self.events or self.notices:
            journey = replace(journey, updated_at=max(self.now, journey.updated_at))
        return Outcome(journey, tuple(self.events), tuple(self.notices), answer)


def elsewhere(seen: Seen | None) -> Seen | None:
    """A place on the leg before: it says nothing of how far she has come on this one."""
    return None if seen is None else replace(seen, along_m=None, to_go_m=None, pace_mps=None, inside=False)


def _one_walk(real: Outcome, shadow: Outcome, *, forced: bool) -> Outcome:
    """However many stories are told of it, she walks one way: what is true is on the leg that her screen shows, by the line
    that it shows, and has a corridor where that one has, whichever PIN she said it with; and its log says that she did,
    and with which. Where her screen's story is over it goes on alone."""
    journey, shown = real.journey, shadow.journey
    heard = [type(e) for e in real.events if isinstance(e, OF_HER_WAY)]
    said = [e for e in shadow.events if isinstance(e, OF_HER_WAY) and type(e) not in heard]
    if not shown.under_way or not (said or _way(journey) != _way(shown)):
        return real
    line = shown.plan
    plan = replace(journey.plan, legs=line.legs, has_route=line.has_route, route_m=line.route_m)
    seen = journey.seen
    if journey.leg != shown.leg:
        seen = elsewhere(seen)
    elif any(isinstance(e, Rerouted) for e in said) and seen is not None:
        seen = replace(seen, along_m=None, to_go_m=None)  # they were measured along the line before
    journey = replace(
        journey, plan=plan, leg=shown.leg, leg_since=shown.leg_since, route_dropped=shown.route_dropped, seen=seen
    )
    return replaced(real, journey=journey, events=(*real.events, *(replace(e, forced=forced) for e in said)))


def _way(journey: Journey) -> tuple[object, ...]:
    plan = journey.plan
    return journey.leg, journey.route_dropped, plan.legs, plan.has_route, plan.route_m


def _uncovered(real: Journey, shadow: Journey, listed: frozenset[str]) -> Journey:
    """Nothing is left to cover. The numbers of both stories stay taken, and what really was is remembered: what the
    cover story told her and those who are not on the list, and what the others were told; who looked, at either."""
    sent = [p for p in real.proven if p.to in listed] + [p for p in shadow.proven if p.to not in listed]
    rung = [r for r in real.rings if r.to in listed] + [r for r in shadow.rings if r.to not in listed]
    texts = [t for t in real.lapses if t.to in listed] + [t for t in shadow.lapses if t.to not in listed]
    known = {p.id for p in real.plan.people} - listed
    looks = [k for k in real.looks if k.by not in known] + [k for k in shadow.looks if k.by in known]
    return replace(
        real,
        asked=max(real.asked, shadow.asked),
        incidents=max(real.incidents, shadow.incidents),
        proven=_kept(tuple(sorted(sent, key=lambda p: p.made_at))),
        rings=tuple(rung),
        lapses=tuple(texts),
        looks=tuple(sorted(looks, key=lambda k: k.since)),
    )


def _as_if_delivered(shadow: Journey, notices: list[Notice]) -> Journey:
    """What the cover story would have sent to the SOS list is never sent: its own ladder must not wait for receipts."""
    for notice in notices:
        proven = (
            replace(p, state=Delivery.DELIVERED, accepted_at=notice.due_at, delivered_at=notice.due_at)
            if p.id == notice.id
            else p
            for p in shadow.proven
        )
        heard = rings.heard(shadow.rings, notice.id, notice.due_at)
        shadow = replace(shadow, proven=tuple(proven), rings=heard, lapses=lapses.proved(shadow.lapses, notice.id))
        incident = shadow.alarm
        if incident is not None and incident.ladder is not None:
            ladder, _ = answers.delivered(incident.ladder, notice.id, notice.due_at)
            shadow = replace(shadow, incident=replace(incident, ladder=ladder))
    return shadow


SETTLED = (Delivery.DELIVERED, Delivery.READ, Delivery.UNDELIVERED, Delivery.FAILED)


def _kept(proven: tuple[Proven, ...]) -> tuple[Proven, ...]:
    """The newest `PROVEN_KEPT`; those whose fate is known are forgotten first."""
    surplus = len(proven) - PROVEN_KEPT
    if surplus <= 0:
        return proven
    known = [p.id for p in proven[: -PROVEN_KEPT // 2] if p.state in SETTLED or p.dropped is not None]
    forgotten = set(known[:surplus])
    return tuple(p for p in proven if p.id not in forgotten)[-PROVEN_KEPT:]
