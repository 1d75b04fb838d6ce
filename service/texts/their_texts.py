"""What contacts text about an alert of hers: one that is open, or one that was closed a few days ago.

Every word is kept on the ladder; whether it is answered is another question (`replying`): what changes nothing, and what
was said before about the same alert, is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.ladder import Said
from service.house import House
from service.journey.cover import shown_to
from service.journey.model import Incident, Journey, Proof
from service.journey.said import contact_said
from service.journey.sight import was_told
from service.journey.turn import ALREADY_CLOSED, Answer, Outcome
from service.people.directory import Known
from service.people.model import Contact
from service.people.testing import test_answered
from service.rows import UnreadableRow
from service.watch import NoSuchJourney

from . import replying, words

OVER_S = 7 * 86_400.0
"""How long a reply to an alert that is over is still answered."""
AGAIN_S = 300.0
"""The same word about the same alert is not answered again so soon."""
People = Sequence[tuple[Known, Contact]]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that a contact at this number has been told of, as he may see it."""

    known: Known
    key: str
    incident: Incident
    code: str
    reference: str


async def alerts_of(house: House, number: str, people: People) -> tuple[list[Alert], list[Alert]]:
    """Open alerts this number was told of, and those that were closed lately; the newest first."""
    reserved = set((await house.directory.codes(number)).values())
    found: list[Alert] = []
    for known, contact in people:
        account = await house.watch.account(known.traveller)
        theirs = {key for key in reserved if key.partition("-")[0] == account.id}
        for key in dict.fromkeys((*account.journeys_open, *filter(None, (account.last,)), *sorted(theirs))):
            try:
                journey = (await house.watch.look(key)).journey
            except (NoSuchJourney, UnreadableRow):
                continue
            alert = _told(journey, known, contact)
            if alert is not None:
                found.append(alert)
    newest = sorted(found, key=lambda one: one.incident.opened_at, reverse=True)
    now = house.clock.now()
    return [a for a in newest if a.incident.is_open], [a for a in newest if _lately(a, now)]


def _told(journey: Journey, known: Known, contact: Contact) -> Alert | None:
    view = shown_to(journey, contact.id)
    incident = view.alarm or view.incident
    if incident is None or not (was_told(incident, contact.id) or contact.id in incident.invited):
        return None
    return Alert(known, journey.id, incident, journey.plan.code, journey.plan.reference)


def _lately(alert: Alert, now: float) -> bool:
    resolved = alert.incident.resolved
    return resolved is not None and now - resolved.at < OVER_S


# ── an alert that is open ────────────────────────────────────────────────────────────────────────────────


async def heard(house: House, number: str, body: str, sid: str, alerts: Sequence[Alert], people: People) -> None:
    """A text from somebody who was told of `alerts`. The digits choose among them, else it is about the newest."""
    said = words.theirs(body, {alert.code for alert in alerts})
    if said.code is None and await tested(house, number, words.short_numbers(body), sid, people):
        return
    alert = next((a for a in alerts if a.code == said.code), alerts[0])
    who = alert.known.contact

    def act(journey: Journey, now: float, _proof: Proof) -> Outcome:
        return contact_said(
            journey, who, said.said, now, with_code=said.code is not None, police_number=said.police_number
        )

    answer = await house.watch.ask(alert.key, act, command=sid)
    reply = _reply(said, answer, alert)
    if reply is None:
        return
    about = f"{alert.key}/{alert.incident.id}/{reply}"
    again = said.clear and answer.code == said.said.value
    if again:
        about = f"{about}/{said.code or ''}"
    if await replying.may_reply(house, number, sid, about=about, once_in_s=AGAIN_S if again else replying.EVER):
        until = {} if answer.at is None else {"at": repr(answer.at)}
        extra = {"code": alert.code, "reference": alert.reference, **until}
        await replying.send(house, alert.known.traveller, who, sid, reply, **extra)


def _reply(said: words.Theirs, answer: Answer, alert: Alert) -> str | None:
    """The name of the answer; None for a word that changes nothing."""
    ladder = alert.incident.ladder
    if answer.code == ALREADY_CLOSED.code:
        return "over"
    if ladder is None or ladder.person(alert.known.contact) is None:
        return "noted"
    if not said.clear:
        return "hint"
    lease = ladder.lease
    has_it = lease is not None and lease.by == alert.known.contact and lease.answer_by is None
    if said.said is Said.TAKEN and has_it and lease is not None and answer.at == lease.until:
        return None
    if answer.code == said.said.value:
        return said.said.value
    return "taken_enough" if said.said is Said.TAKEN and not has_it else None


# ── a test, an alert that is over ────────────────────────────────────────────────────────────────────────


async def tested(house: House, number: str, codes: Sequence[str | None], sid: str, people: People) -> bool:
    """Whether the text answered a test alarm: its two digits, or GOT IT (None). It is answered once."""
    for code in codes:
        of = max(
            ((c.test.sent_at, known) for known, c in people if c.test and code in (None, c.test.code)),
            key=lambda one: one[0],
            default=None,
        )
        if of is not None and await test_answered(house, number, code):
            if await replying.may_reply(house, number, sid):
                await replying.send(house, of[1].traveller, of[1].contact, sid, "tested")
            return True
    return False


async def about_what_is_over(house: House, number: str, body: str, sid: str, closed: Sequence[Alert]) -> None:
    """42 to an alert of last week: told once that it was closed. Anything less clear was not meant for it."""
    said = words.theirs(body, {alert.code for alert in closed})
    alert = next((a for a in closed if a.code == said.code), closed[0])
    resolved = alert.incident.resolved
    if not said.clear or resolved is None:
        return
    about = f"{alert.key}/{alert.incident.id}/over"
    if await replying.may_reply(house, number, sid, about=about):
        known, reference = alert.known, alert.reference
        at = repr(resolved.at)
        await replying.send(house, known.traveller, known.contact, sid, "over", reference=reference, at=at)
