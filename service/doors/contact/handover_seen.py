"""One page about her for the police, made from the journey's own row: it can be made while everything else is down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alerts.told import Person, Said
from geofence.fix import Fix
from service.doors.console.queue import CAUSES, SAID
from service.doors.pages_track import heading, thinned
from service.doors.pages_words import ago, clock_of, day_of, number_in_words, when, zone_name
from service.house import House
from service.journey import legs
from service.journey.model import OPERATORS, Cause, Incident, Journey, JourneyKind, LinkState
from service.journey.sight import Sight
from service.people.model import Card, Contact, Traveller
from service.people.opened_card import card_for
from service.web.handover import HandoverPage, Line, Moment, Spot
from service.web.render import Frame

from .link import Link
from .seen import NO_POSITION

SPOTS_S = 120.0
MOST_LINES, FIRST_LINES = 18, 4
"""What fits beside the track on one side of paper: how it began, and what came last."""
WORDS_OF_LOG = {
    "note": "noted",
    "rang_her": "rang her",
    "rang_contact": "rang a contact",
    "rang_police": "rang the police",
    "nothing_heard": "heard nothing",
    "spoke_to_her": "spoke to her",
    "spoke_to_contact": "spoke to a contact",
}
DO_NOT_RING = "Do NOT ring or text her phone: somebody may be standing beside her. The number is for the police alone."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who makes the sheet. `who` is a contact's id or OPERATORS; contacts read no names of one another here. `places`
    is False for somebody who is never shown where she is, nor where she was going. `place`: the last one and the track
    are on it; `asks` where a tap would put them there."""

    who: str
    name: str
    place: bool
    places: bool = True
    asks: bool = False
    note: str = ""

    @property
    def operator(self) -> bool:
        return self.who == OPERATORS


def contacts_reader(link: Link, *, shown: bool, note: str = "") -> Reader:
    """A contact of hers who holds the sheet."""
    name = f"{link.contact.name}, a contact {link.account.name} chose"
    places = link.sight is Sight.TRACK
    place = shown and places
    return Reader(who=link.contact.id, name=name, place=place, places=places, asks=places and not shown, note=note)


def operators_reader(operator: str, *, shown: bool = True) -> Reader:
    """An operator on shift, whose look has been kept (`people.looking.operator_looks`)."""
    return Reader(who=OPERATORS, name=f"{operator}, operator", place=shown)


def handover(
    house: House,
    view: Journey,
    account: Traveller,
    fixes: Sequence[Fix],
    reader: Reader,
    frame: Frame,
    now: float,
    *,
    here: str,
    back: str,
    see: str = "",
) -> HandoverPage:
    """The sheet. `view` is the journey as the reader may see it; `fixes` are looked at only where `reader.place`."""
    zone, alarm = house.settings.timezone, view.incident
    card = card_for(account, view, reader.who) or Card()
    forced = alarm is not None and alarm.cause is Cause.DURESS
    at = _Clocks(zone, now)
    return HandoverPage(
        frame=frame,
        here=here,
        back=back,
        her=card.full_name or account.name,
        reference=view.plan.reference,
        what=f"{account.name} {CAUSES[alarm.cause]}." if alarm is not None else "",
        date=day_of(now, zone),
        zone=zone_name(now, zone),
        made=at(now),
        made_by=reader.name,
        warning=DO_NOT_RING if forced else "",
        person=tuple(_person(house, view, account, card, reader, now)),
        fix=tuple(_fix(house, view, fixes, at, now)) if reader.place else (),
        happened=tuple(Line(when=at(one), words=words) for one, words in _happened(view, account, reader)),
        track=tuple(_spots(fixes, at)) if reader.place else (),
        told=tuple(_told(view, account, reader, zone)),
        police=tuple(_police(view, account, card, reader, zone)),
        see=see,
        asks=reader.asks and view.seen is not None,
        note=reader.note or ("" if view.seen is not None or not reader.places else NO_POSITION),
    )


@dataclass(frozen=True, slots=True)
class _Clocks:
    """An instant on both clocks; with its day, or its own name of local time, where that is not the sheet's."""

    zone: str
    now: float

    def __call__(self, at: float) -> Moment:
        return Moment(utc=self._stamp(at, "UTC"), local=self._stamp(at, self.zone) + self._season(at))

    def _stamp(self, at: float, zone: str) -> str:
        day = when(at, self.now, zone).rpartition(" ")[0]
        return f"{day} {clock_of(at, zone, seconds=True)}".strip()

    def _season(self, at: float) -> str:
        name = zone_name(at, self.zone)
        return "" if name == zone_name(self.now, self.zone) else f" {name}"


def _person(
    house: House, view: Journey, account: Traveller, card: Card, reader: Reader, now: float
) -> Iterator[tuple[str, str]]:
    zone, plan = house.settings.timezone, view.plan
    yield "Known as", account.name
    yield "Phone", number_in_words(account.number, house.settings.country)
    for label, words in (
        ("Description", card.description),
        ("Address", card.address),
        ("Medical", card.medical),
        ("May be a danger", card.danger),
    ):
        if words:
            yield label, words
    going = f", to: {plan.destination}" if plan.destination and reader.places else ""
    if plan.kind is not JourneyKind.SOS:
        yield "On her way", f"{legs.in_words(view)}{going}"
        yield "Set off", when(plan.began_at, now, zone)
    if view.eta_at is not None:
        yield "Due", when(view.eta_at, now, zone)
    if view.battery_pct is not None:
        yield "Battery", f"{view.battery_pct}%{', charging' if view.charging else ''}"


def _fix(house: House, view: Journey, fixes: Sequence[Fix], at: _Clocks, now: float) -> Iterator[tuple[str, str]]:
    seen = view.seen
    if seen is None:
        return
    moment = at(seen.received_at)
    street = house.voice.place(seen)
    yield "Last position", f"{seen.lat:.5f}, {seen.lon:.5f} (latitude, longitude, WGS 84)"
    if street:
        yield "Near", street
    yield "Accuracy", f"within {seen.accuracy_m:.0f} m" if seen.accuracy_m is not None else "not known"
    local = f"{moment.local} {zone_name(now, at.zone)}"
    yield "When", f"{moment.utc} UTC, {local}, {ago(seen.received_at, now)}"
    yield "Direction", heading(fixes) or "not moving, or not known"
    if seen.speed_mps is not None:
        yield "Speed", f"{seen.speed_mps * 3.6:.0f} km/h"


def _spots(fixes: Sequence[Fix], at: _Clocks) -> Iterator[Spot]:
    for fix in thinned(fixes, SPOTS_S):
        accuracy = f"{fix.accuracy_m:.0f} m" if fix.accuracy_m is not None else "–"
        yield Spot(when=at(fix.at), latitude=f"{fix.lat:.5f}", longitude=f"{fix.lon:.5f}", accuracy=accuracy)


# ── what happened ────────────────────────────────────────────────────────────────────────────────────────


def _happened(view: Journey, account: Traveller, reader: Reader) -> list[tuple[float, str]]:
    """Oldest first; what was between her and us alone is left out."""
    found = [*_journeys(view), *_phones(view)]
    if view.incident is not None:
        found += [*_alarms(view, view.incident, reader), *_answers(view.incident, account, reader)]
        found += _operators(view.incident, reader)
    found.sort(key=lambda one: one[0])
    left_out = len(found) - MOST_LINES
    if left_out <= 0:
        return found
    rest = found[left_out + FIRST_LINES :]
    return [*found[:FIRST_LINES], (rest[0][0], f"({left_out} lines before this are left out)"), *rest]


def _journeys(view: Journey) -> Iterator[tuple[float, str]]:
    if view.plan.kind is not JourneyKind.SOS:
        yield view.plan.began_at, "She set off"
    if view.eta_at is not None and view.due is not None:
        yield view.eta_at, "She was due"
    for at in view.wrong_pins:
        yield at, "A wrong PIN was keyed on her phone"


def _phones(view: Journey) -> Iterator[tuple[float, str]]:
    if view.link.state in (LinkState.STALE, LinkState.LOST) and view.link.heard_at:
        yield view.link.heard_at, "Her phone was last heard"
    if view.outage is not None:
        yield view.outage.from_at, "Our service went down"
        yield view.outage.to_at, "Our service was back"


def _alarms(view: Journey, alarm: Incident, reader: Reader) -> Iterator[tuple[float, str]]:
    cry = {Cause.SOS: "She set off an alarm for help", Cause.DURESS: "She gave a secret sign that she is being forced"}
    if alarm.fired_at is not None and alarm.cause in cry:
        yield alarm.fired_at, cry[alarm.cause]
    elif alarm.cause not in (Cause.OVERDUE, *cry):
        yield alarm.opened_at, f"She {CAUSES[alarm.cause]}"
    if view.overdue_since is not None:
        yield view.overdue_since, "Overdue: her contacts were told"
    elif alarm.ladder is not None:
        yield alarm.ladder.began_at, "Her contacts were told"
    if alarm.phone_home_at is not None and reader.places:
        yield alarm.phone_home_at, "Her phone reached where she was going; she has not confirmed"


def _answers(alarm: Incident, account: Traveller, reader: Reader) -> Iterator[tuple[float, str]]:
    for n, person in enumerate(_people(alarm), 1):
        if person.said_at is not None and person.said is not Said.NOTHING:
            yield person.said_at, f"{_first(_name(account, reader, person.who.id, n))} {_said(person)}"
    police = alarm.police
    if police is not None and not any(p.who.id == police.by and p.said is Said.POLICE for p in _people(alarm)):
        yield police.at, "Somebody says that the police were told, not confirmed"


def _people(alarm: Incident | None) -> tuple[Person, ...]:
    return alarm.ladder.people if alarm is not None and alarm.ladder is not None else ()


def _operators(alarm: Incident, reader: Reader) -> Iterator[tuple[float, str]]:
    if alarm.claim is not None:
        yield alarm.claim.since, f"Operator {alarm.claim.by} has it" if reader.operator else "An operator has it"
    for line in alarm.log if reader.operator else ():
        what = WORDS_OF_LOG.get(line.what, line.what.replace("_", " "))
        yield line.at, f"{line.by} {what}" + (f": {line.words}" if line.words else "")


# ── who was told ─────────────────────────────────────────────────────────────────────────────────────────


def _told(view: Journey, account: Traveller, reader: Reader, zone: str) -> Iterator[str]:
    alarm = view.incident
    for n, person in enumerate(_people(alarm), 1):
        if person.told_at is None:
            continue
        said = _said(person) if person.said is not Said.NOTHING else "no answer yet"
        since = f" at {clock_of(person.said_at, zone)}" if person.said_at is not None else ""
        name = _first(_name(account, reader, person.who.id, n))
        yield f"{name}: told at {clock_of(person.told_at, zone)}, {said}{since}"


def _name(account: Traveller, reader: Reader, who: str, n: int) -> str:
    """By name for operators; for contacts a number, unless she allowed names."""
    contact: Contact | None = account.contact(who)
    if who == reader.who:
        return "the maker of this sheet"
    named = contact is not None and (reader.operator or account.names_shown)
    return contact.name if contact is not None and named else f"contact {n}"


def _said(person: Person) -> str:
    return SAID.get(person.said, "answered")


def _police(view: Journey, account: Traveller, card: Card, reader: Reader, zone: str) -> Iterator[str]:
    if card.police_reference:
        yield f"{card.police_reference}: her own, written down before"
    police = view.incident.police if view.incident is not None else None
    if police is not None:
        number = police.number or "no number given"
        by = _who_told(account, reader, police.by)
        yield f"{number}: told at {clock_of(police.at, zone)} by {by}, not confirmed"


def _who_told(account: Traveller, reader: Reader, by: str) -> str:
    contact = account.contact(by)
    if contact is None:
        return f"operator {by}" if reader.operator else "an operator"
    if by == reader.who:
        return "the maker of this sheet"
    return contact.name if reader.operator or account.names_shown else "another contact"


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]
