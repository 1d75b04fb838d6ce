"""A journey as her devices may see it, for the HTTP API and the phones' socket alike."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from alerts.contact import Channel
from alerts.notice import HER, Kind
from alerts.receipts import reason
from geofence.lighting import IN_WORDS
from service.journey import legs, lit
from service.journey.company import looks_shown
from service.journey.cover import shown_to_her
from service.journey.eta import own_eta_at
from service.journey.model import OPERATORS, Incident, Journey, LinkState, Proven
from service.journey.sentence import promised_at, sentence
from service.people.model import Traveller
from service.people.plans import told_by
from service.people.setting_off import in_words


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What she is asked: `kind` is the cause, or `due`. Contacts hear at `until` (None: never). `next_leg`: its mode, where
    she may answer that it has begun."""

    id: str
    kind: str
    until: float | None
    next_leg: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A leg of her way, as she planned it: `word` is what she called its end, `minutes` how long it is meant to take."""

    mode: str
    word: str
    minutes: int
    route_m: float | None


class ToldTo(msgspec.Struct, frozen=True, kw_only=True):
    """How far one message to one contact has come, each step in seconds after it was made (promise 4). `reason`: why it
    was refused or has come back, in words, where the provider said so."""

    contact: str
    name: str
    kind: str
    channel: str
    made_at: float
    state: str
    accepted_s: float | None = None
    sent_s: float | None = None
    answered_s: float | None = None
    delivered_s: float | None = None
    read_s: float | None = None
    failed_s: float | None = None
    reason: str | None = None
    said: str | None = None
    said_s: float | None = None


class LookedAt(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked at where she is, or asked after her: a contact's id or `operators`, what was shown (place, street,
    safe?), from when to when, and an operator's reason."""

    by: str
    name: str
    what: str
    since: float
    until: float
    why: str


class AtHaven(msgspec.Struct, frozen=True, kw_only=True):
    """The haven that she is at (`there`) since then, or has said she turns aside to (`diverted`); asked at `ask_at` whether
    she stays."""

    id: str
    name: str
    since: float
    ask_at: float
    there: bool
    diverted: bool


class UnlitStretch(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of her route that begins `in_m` ahead of her and is `for_m` long: `unlit`, or `unknown` where nobody has said
    that it is lit. A mark to be shown, never a question."""

    in_m: int
    for_m: int
    state: str


class LightHere(msgspec.Struct, frozen=True, kw_only=True):
    """The light of the street she is on: `now` is lit, assumed, unknown or unlit, `why` says by what, in words. `dark`: the
    sun is down; by day the rest is told of nightfall, and no stretch `ahead`."""

    now: str
    why: str
    dark: bool
    ahead: UnlitStretch | None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """All of a journey that her own devices show. Instants are seconds since 1970 UTC, distances metres. `legs` is empty for
    a way of one; `leg` is the one she is on, counted from 0, `mode` and the metres are that one's."""

    id: str
    kind: str
    state: str
    reference: str
    destination: str
    profile: str
    mode: str
    leg: int
    legs: tuple[Part, ...]
    began_at: float
    sentence: str
    eta_at: float | None
    promised_at: float | None
    due_since: float | None
    overdue_since: float | None
    progress: str
    link: str
    paused_until: float | None
    haven: AtHaven | None
    own_eta_at: float | None
    prompt: Question | None
    sos_fires_at: float | None
    incident: str | None
    done_m: float | None
    total_m: float | None
    light: LightHere | None
    battery_pct: int | None
    warned_pct: int | None
    company: tuple[str, ...]
    looks: tuple[LookedAt, ...]
    told: tuple[ToldTo, ...]
    closed_at: float | None
    closed_because: str | None


def snapshot(journey: Journey, account: Traveller) -> dict[str, Any]:
    """What her devices may see of `journey`. Give it the journey itself: a cover story has to be known here.

    Messages are shown while the alarm they belong to is open, and no more once a PIN was given, whichever it was.
    """
    shown = shown_to_her(journey)
    alarm = shown.alarm
    picture = Snapshot(
        id=shown.id,
        kind=shown.plan.kind.value,
        state=shown.state.value,
        reference=shown.plan.reference,
        destination=shown.plan.destination,
        profile=shown.plan.profile,
        mode=legs.mode(shown),
        leg=shown.leg,
        legs=tuple(_parts(shown)),
        began_at=shown.plan.began_at,
        sentence=_promised(shown, account),
        eta_at=shown.eta_at,
        promised_at=promised_at(shown),
        due_since=shown.due.since if shown.due else None,
        overdue_since=shown.overdue_since,
        progress=shown.progress.value,
        link=shown.link.state.value if shown.under_way else LinkState.NONE.value,
        paused_until=shown.paused_until,
        haven=_haven(shown),
        own_eta_at=own_eta_at(shown) if shown.seen and not shown.seen.tracked else None,
        prompt=_question(shown),
        sos_fires_at=shown.sos.fires_at if shown.sos else None,
        incident=alarm.level.value if alarm else None,
        done_m=shown.seen.along_m if shown.seen and not shown.seen.tracked else None,
        total_m=legs.leg(shown).route_m,
        light=_light(shown),
        battery_pct=shown.battery_pct,
        warned_pct=shown.warned_pct,
        company=_company(shown, account) if shown.under_way else (),
        looks=tuple(_looks(shown, account)),
        told=_told(shown, alarm, account),
        closed_at=shown.closed.at if shown.closed else None,
        closed_because=shown.closed.reason.value if shown.closed else None,
    )
    found: dict[str, Any] = msgspec.to_builtins(picture)
    return found


def _promised(shown: Journey, account: Traveller) -> str:
    """The sentence with the people her screen knows of: after a change made under duress not those who are told."""
    if account.cover is not None:
        rings = any(Channel.CALL in p.channels for p in shown.plan.people)
        shown = replace(shown, plan=replace(shown.plan, people=told_by(account.cover, calls=rings)))
    return in_words(sentence(shown), account)


def _haven(shown: Journey) -> AtHaven | None:
    """One that only a linked tracker has seen her at is a position that it measured."""
    stay = shown.haven if shown.under_way else None
    tracked = shown.seen is not None and shown.seen.tracked
    if stay is None or (tracked and not stay.diverted):
        return None
    return AtHaven(
        id=stay.id,
        name=stay.name,
        since=stay.since,
        ask_at=stay.ask_at,
        there=stay.there and not tracked,
        diverted=stay.diverted,
    )


def _light(shown: Journey) -> LightHere | None:
    light = shown.light if lit.is_known(shown) else None
    if light is None:
        return None
    ahead = lit.marked(shown)
    mark = None if ahead is None else UnlitStretch(in_m=round(ahead[0]), for_m=round(ahead[1]), state=ahead[2])
    return LightHere(now=light.state, why=IN_WORDS.get(light.rule, ""), dark=light.dark, ahead=mark)


def _question(shown: Journey) -> Question | None:
    if shown.due is not None:
        return Question(id=shown.due.id, kind="due", until=shown.due.overdue_at)
    incident = shown.open_incident
    if incident is None or incident.prompt is None:
        return None
    prompt = incident.prompt
    return Question(id=prompt.id, kind=prompt.cause.value, until=prompt.concern_at, next_leg=legs.offered(shown))


def _parts(shown: Journey) -> Iterator[Part]:
    for one in shown.plan.legs:
        yield Part(mode=one.mode, word=one.word, minutes=round(one.plan_s / 60.0), route_m=one.route_m)


def _company(shown: Journey, account: Traveller) -> tuple[str, ...]:
    """Who may see where she is because she asked for it: people her screen knows of."""
    known = {c.id for c in account.shown_contacts} | {OPERATORS}
    return tuple(w for w in shown.watchers if w in known)


def _looks(shown: Journey, account: Traveller) -> Iterator[LookedAt]:
    """By people her screen knows of: after somebody was removed under duress it must not go on naming him."""
    names = {c.id: c.name for c in account.shown_contacts}
    for look in looks_shown(shown):
        if not look.contact or look.by in names:
            yield LookedAt(
                by=look.by if look.contact else OPERATORS,
                name=names[look.by] if look.contact else "an operator",
                what=look.what,
                since=look.since,
                until=look.until,
                why=look.why,
            )


def _told(shown: Journey, alarm: Incident | None, account: Traveller) -> tuple[ToldTo, ...]:
    names = {c.id: c.name for c in account.shown_contacts}
    listed = alarm is not None and not shown.pin_given
    incident = alarm.id if alarm is not None and listed else None
    return tuple(
        _far(p, names[p.to], alarm if listed else None)
        for p in shown.proven
        if p.to != HER and p.to in names and (p.kind is Kind.STARTED or p.id.split("/")[1] == incident)
    )


def _far(proof: Proven, name: str, alarm: Incident | None) -> ToldTo:
    person = alarm.ladder.person(proof.to) if alarm is not None and alarm.ladder is not None else None
    heard = person is not None and person.heard

    def after(at: float | None) -> float | None:
        return None if at is None else round(at - proof.made_at, 1)

    return ToldTo(
        contact=proof.to,
        name=name,
        kind=proof.kind.value,
        channel=proof.channel.value,
        made_at=proof.made_at,
        state="dropped" if proof.dropped else proof.state.value if proof.state else "waiting",
        accepted_s=after(proof.accepted_at),
        sent_s=after(proof.sent_at),
        answered_s=after(proof.answered_at),
        delivered_s=after(proof.delivered_at),
        read_s=after(proof.read_at),
        failed_s=after(proof.failed_at),
        reason=None if proof.code is None else reason(proof.code),
        said=person.said.value if person is not None and heard else None,
        said_s=after(person.said_at) if person is not None and heard else None,
    )
