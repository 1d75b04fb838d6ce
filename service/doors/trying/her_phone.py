"""What is folded on her phone under `/try`, from what her own devices may be shown and nothing else."""

from collections.abc import Mapping
from typing import Any

from service.doors.pages_words import clock_of, lasting, number_in_words
from service.house import House
from service.journey.company import SAFE
from service.journey.model import OPERATORS, Journey
from service.people.duties import SOS_QUESTION
from service.people.herself import HIDDEN
from service.people.inviting import link_of, waits_for_answer
from service.people.looking import PLACE, STREET
from service.people.model import Contact, ContactState, Test, Traveller
from service.people.testing import ANSWERED, WAITING
from service.web.pages import Companion, Hers, Invited, OnList, SeenBy, Tested

LOOKED = {
    PLACE: "looked at where you were",
    STREET: "looked at the street you were in",
    SAFE: "asked if you are on your way",
}
CARD = {
    "full_name": "Full name",
    "description": "Looks like",
    "address": "Address",
    "medical": "Health",
    "danger": "May be a danger",
    "police_reference": "Police",
    "word": "Call-back word",
}
THE_OPERATORS = "the operators"


def hers(
    house: House, account: Traveller, shown: Journey, snapshot: Mapping[str, Any], lent: Mapping[str, str]
) -> Hers:
    """`shown` is the journey and `snapshot` all of it as her devices may see it; `lent` the phones on the screen of
    those she asked by a link."""
    zone = house.settings.timezone
    people = [c for c in account.shown_contacts if c.state is not ContactState.LEFT]
    confirmed = [c for c in people if c.state is ContactState.CONFIRMED]
    on = set(snapshot["company"])
    asked = [(c.id, c.name) for c in confirmed if c.place] + [(OPERATORS, "The operators")]
    return Hers(
        companions=tuple(Companion(id=who, name=name, looks_on=who in on) for who, name in asked),
        sees_now=_and([c.name for c in confirmed if c.id in on] + [THE_OPERATORS] * (OPERATORS in on)),
        looks=_looks(account, snapshot["looks"], zone),
        tests=tuple(Tested(id=c.id, name=c.name, how=how_far(c.test) if c.test is not None else "") for c in confirmed),
        lists=tuple(OnList(id=c.id, name=c.name, on=c.on_sos_list) for c in people),
        question=SOS_QUESTION,
        card=_card(account),
        invited=tuple(_invited(house, account, c, lent) for c in people if waits_for_answer(c, house.clock.now())),
        way_on=shown.under_way,
    )


def _looks(account: Traveller, looks: list[dict[str, Any]], zone: str) -> tuple[SeenBy, ...]:
    """Newest first; and who asked after her while she was on no journey."""
    names = {c.id: c.name for c in account.shown_contacts}
    found = [
        (one["since"], seen_by(one["name"], one["what"], one["since"], one["until"], one["why"], zone)) for one in looks
    ]
    found += [
        (one.at, seen_by(names[one.by], SAFE, one.at, one.at, "", zone)) for one in account.asked if one.by in names
    ]
    return tuple(look for _, look in sorted(found, key=lambda one: one[0], reverse=True))


def seen_by(who: str, what: str, since: float, until: float, why: str, zone: str) -> SeenBy:
    """One look in words."""
    first, last = clock_of(since, zone), clock_of(until, zone)
    clock = first if first == last else f"{first}–{last}"
    return SeenBy(who=f"{who[:1].upper()}{who[1:]}", what=LOOKED.get(what, f"looked: {what}"), clock=clock, why=why)


def how_far(test: Test) -> str:
    """How far a test came, with its seconds."""

    def after(at: float | None) -> str:
        return "" if at is None else f" after {lasting(at - test.sent_at)}"

    way = "Text" if test.channel.value == "sms" else "Call"
    arrived = f"{way}: arrived{after(test.delivered_at)}" if test.delivered_at is not None else f"{way}: "
    if test.state == ANSWERED:
        return f"{arrived}{', ' if test.delivered_at is not None else ''}answered{after(test.answered_at)}"
    if test.delivered_at is not None:
        return f"{arrived}, not answered yet"
    if test.failed_at is not None:
        return f"{arrived}did not arrive{after(test.failed_at)}"
    return f"{arrived}on its way" if test.state == WAITING else f"{arrived}sent, not arrived yet"


def _card(account: Traveller) -> tuple[tuple[str, str], ...]:
    kept = account.shown_card
    found = ((name, label, getattr(kept, name)) for name, label in CARD.items())
    return tuple(
        (label, "written, and never shown here" if name in HIDDEN else text) for name, label, text in found if text
    )


def _invited(house: House, account: Traveller, contact: Contact, lent: Mapping[str, str]) -> Invited:
    phone = lent.get(contact.id, "")
    if not phone:
        return Invited(name=contact.name)
    link = link_of(house, account, contact).removeprefix(house.public_url)
    number = number_in_words(phone, house.settings.country)
    return Invited(name=contact.name, link=link, number=number, phone=phone)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
