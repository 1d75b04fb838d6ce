"""A text that came in: whose it is, what it does, what it is answered. Everything is on disk before this returns.

A repeated message (the same SID) does nothing twice. Unknown numbers get no reply, and nothing of theirs is kept.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from alerts.contact import Channel
from alerts.ladder import Said
from alerts.notice import HER, Kind, Notice
from alerts.receipts import Inbound
from service.house import House
from service.journey.cover import shown_to
from service.journey.model import Incident, Journey, Proof
from service.journey.said import contact_said
from service.journey.turn import Answer, Outcome
from service.watch import Act, NoSuchJourney

from . import words
from .consenting import confirm, contacts_at, invited_by, leave, started, stopped
from .directory import Known
from .model import Contact, Traveller
from .pressing import act_of, cry, press
from .words import Hers, HerWord, Theirs


@dataclass(frozen=True, slots=True)
class _Open:
    """An alert that a contact at this number has been told of."""

    known: Known
    key: str
    incident: Incident
    code: str


async def hear(house: House, inbound: Inbound) -> None:
    """Does what one text asks. Answers travel through the outbox like everything else."""
    number, sid, body = inbound.sender, inbound.sid, inbound.body
    carrier = words.carrier(body, inbound.opt_out)
    if carrier == "STOP":
        await stopped(house, number)
        return
    if carrier == "START":
        await started(house, number)
    alerts = await _alerts(house, number)
    account = await _account(house, number)
    word = words.hers(body)
    if account is not None and word is not None and (word.surely or not alerts):
        if not (words.is_yes(body) and await _consented(house, number, sid)):
            await _hers(house, account, word, sid)
        return
    if words.is_yes(body):
        await _consented(house, number, sid)
    if words.is_leave(body):
        await _leave(house, number, alerts)
    elif alerts:
        await _theirs(house, number, body, sid, alerts)


async def _consented(house: House, number: str, sid: str) -> bool:
    known = await invited_by(house, number)
    return known is not None and await confirm(house, known, number, sid)


async def _account(house: House, number: str) -> Traveller | None:
    traveller = await house.directory.traveller_of(number)
    if traveller is None:
        return None
    try:
        account = await house.watch.account(traveller)
    except NoSuchJourney:
        return None
    return account if account.number == number and account.devices else None


# ── hers ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _hers(house: House, account: Traveller, word: Hers, sid: str) -> None:
    """By text there is no window to cancel in (row 14); everything that ends or lowers needs the PIN."""
    if word.word is HerWord.HELP:
        await cry(house, account, command=sid, window=False, streams=False)
        return
    match word.word:
        case HerWord.HOME:
            act = act_of("end")
        case HerWord.MORE:
            act = act_of("extend", minutes=word.minutes)
        case _:
            act = act_of("answer")
    await press(
        house, account, _answered(act, sid, house.settings.timezone), command=sid, door=account.number, pin=word.pin
    )


def _answered(act: Act, sid: str, zone: str) -> Act:
    """`act`, and a neutral text back to her in the same commit: others may read her phone."""

    def both(journey: Journey, now: float, proof: Proof) -> Outcome:
        outcome = act(journey, now, proof)
        notice = _reply(journey.id, HER, sid, _to_her(outcome.answer, zone), now)
        return Outcome(outcome.journey, outcome.events, (*outcome.notices, notice), outcome.answer)

    return both


def _to_her(answer: Answer, zone: str) -> str:
    if answer.code == "pin_needed":
        return "Please reply with your PIN too."
    if answer.code == "try_again":
        return "Please try again."
    if answer.code in ("eta_moved", "resolved") and answer.at is not None:
        return f"Ok. Until {_clock(answer.at, zone)}."
    return "Ok."


# ── a contact's ──────────────────────────────────────────────────────────────────────────────────────────


async def _alerts(house: House, number: str) -> list[_Open]:
    """Open alerts this number was told of, the newest first; each contact sees the journey that is his to see."""
    found: list[_Open] = []
    for known, contact in await contacts_at(house, number):
        account = await house.watch.account(known.traveller)
        for key in account.journeys_open:
            try:
                journey = (await house.watch.look(key)).journey
            except NoSuchJourney:
                continue
            alert = _open_for(journey, contact)
            if alert is not None:
                found.append(_Open(known, key, alert, journey.plan.code))
    return sorted(found, key=lambda one: one.incident.opened_at, reverse=True)


def _open_for(journey: Journey, contact: Contact) -> Incident | None:
    alarm = shown_to(journey, contact.id).alarm
    if alarm is None or alarm.ladder is None:
        return None
    person = alarm.ladder.person(contact.id)
    return alarm if person is not None and person.told_at is not None else None


async def _theirs(house: House, number: str, body: str, sid: str, alerts: list[_Open]) -> None:
    said = words.theirs(body, {a.code for a in alerts})
    alert = next((a for a in alerts if a.code == said.code), alerts[0])
    may_hint = not said.clear and await house.directory.may_reply(number, house.clock.now())
    act = partial(_said, who=alert.known.contact, said=said, sid=sid, hint=may_hint, zone=house.settings.timezone)
    await house.watch.ask(alert.key, act, command=sid)


def _said(
    journey: Journey, now: float, _proof: Proof, *, who: str, said: Theirs, sid: str, hint: bool, zone: str
) -> Outcome:
    outcome = contact_said(journey, who, said.said, now, with_code=said.code is not None)
    alarm = journey.alarm
    if alarm is None or alarm.ladder is None or alarm.ladder.person(who) is None:
        return outcome
    if said.clear:
        notice = _reply(journey.id, who, sid, _to_them(outcome.answer, said.said, zone), now)
    elif hint:
        notice = replace(_reply(journey.id, who, sid, "", now), kind=Kind.HINT, extra={})
    else:
        return outcome
    return Outcome(outcome.journey, outcome.events, (*outcome.notices, notice), outcome.answer)


def _to_them(answer: Answer, said: Said, zone: str) -> str:
    until = f" We ask you again at {_clock(answer.at, zone)}." if answer.at is not None else ""
    match said:
        case Said.TAKEN if answer.code == "seen":
            return "Thank you. You have had this for a while without news, so we go on asking others too."
        case Said.TAKEN:
            return f"Thank you, the others know that you are on it.{until} Fear for her? Dial 999: we do not."
        case Said.CANT:
            return "Thank you for saying so. We go on asking others."
        case Said.WITH_HER:
            return f"Thank you. Ask her to reply with her PIN: only that ends it.{until}"
        case Said.POLICE:
            return f"Thank you, the others hear that police were told.{until}"
        case _:
            return f"Thank you, the others hear that you spoke to her. Only her PIN ends it.{until}"


async def _leave(house: House, number: str, alerts: list[_Open]) -> None:
    """The alert in question if there is one, else everybody who has this number."""
    people = [alerts[0].known] if alerts else [known for known, _ in await contacts_at(house, number)]
    for known in people:
        await leave(house, known)


def _reply(journey: str, to: str, sid: str, text: str, now: float) -> Notice:
    return Notice(
        journey=journey,
        incident="-",
        rung=f"reply@{sid}",
        to=to,
        kind=Kind.REPLY,
        channel=Channel.SMS,
        due_at=now,
        extra={"words": text},
    )


def _clock(at: float, zone: str) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).strftime("%H:%M")
